"""The five seeds in one house: each loads beside the others, opens its rehearsal and is exported as it was read."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.campaigns import AppraiserAssignment, Campaign
from app.db.clock import FixedClock
from app.db.criteria import Criterion
from app.db.session import Database, reading
from app.domain.campaign import Policies, RoundTwo
from app.domain.terms import CampaignStatus
from app.services import seed_files, seed_identity
from app.services.profiles import read_profile
from app.services.seed_check import check_seed
from app.services.seed_described import instant, read_campaigns
from app.services.seed_export import export_seed
from app.services.seed_files import seed_folder
from app.services.seeds import load_seed

SEEDS = ("dinh_hoa_2024", "quang_tri_2024", "thai_binh_2023", "phu_yen_2022", "tinh_2025")
TIERS = {
    "qt_so": "quang_tri_2024_cap_tinh",
    "qt_huyen": "quang_tri_2024_cap_huyen",
    "qt_xa_h01": "quang_tri_2024_cap_xa",
    "qt_xa_h02": "quang_tri_2024_cap_xa",
}


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """One round of hashing: the strength of a hash is not what these tests are about."""
    whole = seed_identity.generate_password_hash
    monkeypatch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", SEEDS)
def test_a_seed_has_nothing_broken(name: str) -> None:
    assert check_seed(name).problems == ()


def test_the_five_seeds_stand_in_one_house_and_come_out_byte_for_byte(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    for name in SEEDS:
        load_seed(name, clock=clock)
    for name in SEEDS:
        export_seed(name, tmp_path / name)
        assert _files(tmp_path / name) == _files(seed_folder(name)), name
    with reading() as session:
        campaigns = {row.code: row for row in session.scalars(select(Campaign))}
        rehearsals = {code for code, row in campaigns.items() if row.status is CampaignStatus.OPEN}
        assert rehearsals == {
            "dien_tap", "thu_nghiem_co_quan", "dien_tap_qt", "dien_tap_tb", "dien_tap_py", "dien_tap_t25"
        }  # fmt: skip
        real, played = campaigns["quang_tri_2024"], campaigns["dien_tap_qt"]
        assert {stage.group.code: stage.criteria_set.code for stage in real.groups} == TIERS
        assert {stage.group.code: stage.criteria_set.code for stage in played.groups} == {
            group: f"{code}-dien_tap_qt" for group, code in TIERS.items()
        }
        assert Policies.from_json(real.policies).round_two is RoundTwo.COUNCIL
        rows = select(AppraiserAssignment, Criterion).join(Criterion).where(AppraiserAssignment.campaign == real)
        sets = Counter(
            (row.group.code if row.group else "", criterion.set_id) for row, criterion in session.execute(rows)
        )
        ids = {stage.group.code: stage.set_id for stage in real.groups}
        # 7 fields of the departments and 7 substitutes (Sở Nội vụ 3 fields, four others one each), 8 of each district
        assert sets == {
            ("qt_so", ids["qt_so"]): 7,
            ("", ids["qt_so"]): 7,
            ("qt_huyen", ids["qt_huyen"]): 8,
            ("qt_xa_h01", ids["qt_xa_h01"]): 8,
            ("qt_xa_h02", ids["qt_xa_h02"]): 8,
        }


@pytest.mark.parametrize("name", ["quang_tri_2024", "thai_binh_2023"])
def test_a_profile_says_what_the_campaign_of_its_seed_says(name: str) -> None:
    """The dates of the profile, in the year of the paper, are those of the paper; so is every setting."""
    profile, campaign = read_profile(seed_folder(name)), read_campaigns(seed_folder(name))[0]
    assert profile.policies == Policies.from_json(campaign.policies)
    spans = profile.spans(campaign.year, dt.date(campaign.year, 1, 1))
    assert {kind: (span.opens_at, span.closes_at) for kind, span in spans.items()} == {
        phase.kind: (None if phase.opens is None else instant(phase.opens, None), instant(phase.closes, None))
        for phase in campaign.phases
    }
    assert [(each.group, each.council, each.set_code) for each in profile.groups] == [
        (each.group, each.council, each.set_code) for each in campaign.groups
    ]
    assert [(each.band, each.sample) for each in profile.bands] == list(campaign.bands)


Edit = Callable[[Path], None]


def _replaced(file_name: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / file_name).read_text(encoding="utf-8")
        assert old in text
        (folder / file_name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def _overrides(*rows: str) -> Edit:
    text = "campaign,code,points,reason,sample,set\n" + "".join(f"{row}\n" for row in rows)
    return lambda folder: (folder / "overrides.csv").write_text(text, encoding="utf-8") and None


def _cited(file_name: str, row: str) -> Edit:
    text = f"code,legal_basis,printed\n{row}\n"
    return lambda folder: (folder / file_name).write_text(text, encoding="utf-8") and None


XA = "sets/quang_tri_2024_cap_xa"
#: an edit of the seed of Quảng Trị, the code it is named with, and a detail that says where
BROKEN: dict[str, tuple[Edit, str, tuple[str, object]]] = {
    "a group on a set nobody knows": (
        _replaced("campaigns.json", '"quang_tri_2024_cap_huyen"', '"x"'),
        "seed_reference_unknown",
        ("column", "set"),
    ),
    "a set named otherwise than its folder": (
        _replaced(f"{XA}/set.json", '"quang_tri_2024_cap_xa"', '"xa"'),
        "seed_set_folder_differs",
        ("file", f"{XA}/set.json"),
    ),
    "a further set that does not sum": (
        _replaced(f"{XA}/criteria.csv", 'phát triển kinh tế - xã hội",,19,', 'phát triển kinh tế - xã hội",,18,'),
        "maximum_differs_from_children",
        ("criterion", "VIII"),
    ),
    "an agency on a field its group's set does not have": (
        _replaced("appraisers.csv", "quang_tri_2024,VII,group:qt_so", "quang_tri_2024,VIII,group:qt_so"),
        "branch_unknown",
        ("file", "appraisers.csv"),
    ),
    "an agency for a unit that takes no part": (
        _replaced("appraisers.csv", "quang_tri_2024,I,unit:QT_SNV", "quang_tri_2024,I,unit:QT_UBND"),
        "seed_reference_unknown",
        ("column", "scope"),
    ),
    "an account with a name the table has no room for": (
        _replaced("accounts.csv", "Chủ tịch UBND tỉnh", "Chủ tịch UBND tỉnh " + "x" * 64),
        "text_too_long",
        ("field", "display"),
    ),
    "an officer on a leaf of another set": (
        _replaced("officers.csv", "QT_SNV,I,", "QT_SNV,8.1,"),
        "branch_unknown",
        ("file", "officers.csv"),
    ),
    "an override in a set without that leaf": (
        _overrides("quang_tri_2024,8.1,,Năm đầu,no,"),
        "branch_unknown",
        ("file", "overrides.csv"),
    ),
    "an override in a set the campaign does not use": (
        _overrides("quang_tri_2024,8.1,,Năm đầu,no,x"),
        "seed_reference_unknown",
        ("column", "set"),
    ),
    "an example a further set's rule answers otherwise": (
        _replaced(f"{XA}/rule_examples.csv", ",4.75,", ",5,"),
        "seed_example_broken",
        ("file", f"{XA}/rule_examples.csv"),
    ),
    "a council that reports to one nobody knows": (
        _replaced("councils.csv", '01",QT_HDTD', '01",HDTD'),
        "seed_reference_unknown",
        ("column", "reports_to"),
    ),
    "an item of which no step can be read": (
        _replaced("adjustment_items.csv", ">30: 1", "trên 30: 1"),
        "item_steps_unreadable",
        ("line", 4),
    ),
    "an item of a campaign nobody knows": (
        _replaced("adjustment_items.csv", "dien_tap_qt,4.1a", "dien_tap,4.1a"),
        "seed_reference_unknown",
        ("column", "campaign"),
    ),
    "a citation by a criterion a further set does not have": (
        _cited(f"{XA}/criterion_bases.csv", "9.9,1820/QĐ-UBND,Điều 3"),
        "branch_unknown",
        ("file", f"{XA}/criterion_bases.csv"),
    ),
    "a citation of a document nobody knows": (
        _cited("criterion_bases.csv", "1.1.1,1/QĐ-UBND,Điều 3"),
        "seed_reference_unknown",
        ("column", "legal_basis"),
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the seed of Quảng Trị; it is the only one there is."""
    shutil.copytree(seed_folder("quang_tri_2024"), tmp_path / "seeds" / "quang_tri_2024")
    monkeypatch.setattr(seed_files, "SEEDS_FOLDER", tmp_path / "seeds")
    return tmp_path / "seeds" / "quang_tri_2024"


@pytest.mark.parametrize("name", BROKEN)
def test_what_a_seed_of_several_sets_gets_wrong_is_named_where_it_stands(folder: Path, name: str) -> None:
    edit, code, (key, value) = BROKEN[name]
    edit(folder)
    problems = check_seed("quang_tri_2024").problems
    assert {problem.code for problem in problems} == {code}, problems
    assert all(problem.details.get(key) == value for problem in problems)


def test_an_override_stands_in_the_set_it_names_and_is_exported_so(
    sqlite_database: Database, clock: FixedClock, folder: Path, tmp_path: Path
) -> None:
    """8.1 stands in the sets of districts and of communes; an override of a department's leaf needs no name."""
    _overrides(
        "quang_tri_2024,1.4,,Năm đầu,yes,",
        "quang_tri_2024,8.1,10,Năm đầu,yes,quang_tri_2024_cap_xa",
        "quang_tri_2024,8.1,,Năm đầu,yes,quang_tri_2024_cap_huyen",
    )(folder)
    load_seed("quang_tri_2024", clock=clock)
    export_seed("quang_tri_2024", tmp_path / "out")
    assert _files(tmp_path / "out") == _files(folder)
