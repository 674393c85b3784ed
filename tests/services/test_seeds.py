"""The seed of Định Hóa 2024: counts of the annex, idempotent loading, export byte for byte, rehearsals open."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db.assessments import Assessment
from app.db.campaigns import Campaign
from app.db.clock import FixedClock
from app.db.criteria import Criterion
from app.db.identity import PortalUser, Unit
from app.db.session import Database, reading, unit_of_work
from app.domain.terms import CampaignStatus, SetStatus
from app.services import seed_files, seed_identity
from app.services.seed_check import check_seed
from app.services.seed_export import export_seed
from app.services.seed_files import read_table, seed_folder
from app.services.seeds import load_seed

SEED = "dinh_hoa_2024"
ANNEX = Path(__file__).parent.parent / "golden" / "sources" / "003_dinh_hoa_2024.txt"


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """One round of hashing: the strength of a hash is not what these tests are about."""
    whole = seed_identity.generate_password_hash
    monkeypatch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))


def test_the_annex_has_113_nodes_110_rows_80_leaves_and_100_points() -> None:
    report = check_seed(SEED)
    (counts,) = report.sets
    assert (counts.nodes, counts.rows, counts.leaves, counts.maximum) == (113, 110, 80, Decimal(100))
    assert report.problems == ()


def test_the_three_parts_hold_77_20_and_3_points() -> None:
    parts = {row["code"]: row["maximum"] for row in read_table(seed_folder(SEED), "criteria.csv") if not row["parent"]}
    assert parts == {"ND.I": "77", "ND.II": "20", "ND.III": "3"}


def test_every_sentence_stands_in_the_annex_word_for_word() -> None:
    """What a finding says was printed in two pieces is looked for as two."""
    annex = _letters(ANNEX.read_text(encoding="utf-8"))
    split = {
        row["code"] for row in read_table(seed_folder(SEED), "findings.csv") if row["finding"].startswith("split_")
    }
    for row in read_table(seed_folder(SEED), "criteria.csv"):
        for column in ("title", "original", "requirement", "evidence", "agency_printed"):
            for line in row[column].split("\n"):
                words = line.split()
                breaks = range(len(words)) if column == "evidence" and row["code"] in split else range(1)
                pieces = [(_letters("".join(words[:cut])), _letters("".join(words[cut:]))) for cut in breaks]
                assert any(first in annex and second in annex for first, second in pieces), (row["code"], column, line)


def _letters(text: str) -> str:
    """Drop what the scan added: mark-up, stars of emphasis, line breaks and repeated blanks."""
    for mark in ("<u>", "</u>", "<p>", "</p>", "*"):
        text = text.replace(mark, "")
    return "".join(text.split())


def test_the_unit_scores_73_leaves_of_the_rehearsal(database: Database, clock: FixedClock) -> None:
    """80 leaves less part I (1.1-1.5, leaders) and 8.1, 8.2 (the council's maximum in the first year)."""
    load_seed(SEED, clock=clock)
    with reading() as session:
        rehearsal = session.scalars(select(Campaign).where(Campaign.code == "dien_tap")).one()
        scored = select(func.count(Criterion.id)).where(
            Criterion.set_id == rehearsal.groups[0].set_id,
            Criterion.scored_by == "unit",
        )
        assert session.scalar(scored) == 75
        assert rehearsal.status is CampaignStatus.OPEN
        assert rehearsal.groups[0].criteria_set.status is SetStatus.FROZEN
        sheets = select(func.count(Assessment.id)).where(Assessment.campaign_id == rehearsal.id)
        assert session.scalar(sheets) == 23
        real = session.scalars(select(Campaign).where(Campaign.code == SEED)).one()
        assert real.status is CampaignStatus.DRAFT
        assert real.groups[0].criteria_set.status is SetStatus.DRAFT


def test_loading_twice_adds_nothing_and_passwords_are_given_once(database: Database, clock: FixedClock) -> None:
    first = load_seed(SEED, clock=clock)
    again = load_seed(SEED, clock=clock)
    assert first.campaigns == (SEED, "dien_tap", "thu_nghiem_co_quan")
    assert len({account.password for account in first.accounts}) == len(first.accounts)
    assert again.campaigns == ()
    assert again.accounts == ()
    with reading() as session:
        assert session.scalar(select(func.count(PortalUser.id))) == len(first.accounts)


def test_an_export_gives_the_files_back_byte_for_byte(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    load_seed(SEED, clock=clock)
    export_seed(SEED, tmp_path)
    for written in seed_folder(SEED).iterdir():
        assert (tmp_path / written.name).read_bytes() == written.read_bytes(), written.name


def test_what_is_edited_on_screen_comes_out_in_the_export(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    load_seed(SEED, clock=clock)
    with unit_of_work(actor=None, clock=clock) as work:
        work.session.scalars(select(Unit).where(Unit.code == "XM05")).one().name = "Xã mẫu năm"
    export_seed(SEED, tmp_path)
    assert "XM05,Xã mẫu năm,commune" in (tmp_path / "units.csv").read_text(encoding="utf-8")


def test_the_check_names_a_parent_whose_children_do_not_sum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(seed_folder(SEED), tmp_path / SEED)
    criteria = tmp_path / SEED / "criteria.csv"
    criteria.write_text(criteria.read_text(encoding="utf-8").replace(",8.5,", ",9.5,", 1), encoding="utf-8")
    monkeypatch.setattr(seed_files, "SEEDS_FOLDER", tmp_path)
    codes = {problem.code for problem in check_seed(SEED).problems}
    assert "maximum_differs_from_children" in codes
