"""A seed brings items of bonus and penalty and what criteria cite, and takes them out again byte for byte."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.adjustment_items import AdjustmentItem
from app.db.campaigns import Campaign
from app.db.clock import FixedClock
from app.db.session import Database, reading
from app.domain.errors import InputInvalid
from app.services import seed_files, seed_identity
from app.services.leaf_terms import Term, terms_of
from app.services.seed_check import check_seed
from app.services.seed_export import export_seed
from app.services.seed_files import seed_folder
from app.services.seeds import load_seed

SEED = "dinh_hoa_2024"
#: Quảng Trị 2024, Điều 4 khoản 1 điểm b, khoản 2 điểm a, c
ITEMS = """campaign,code,kind,text,measure,points,steps,cap,once
dinh_hoa_2024,4.1b,bonus,"Có từ 10 tin, bài/năm: 01 điểm",count,0,>=10: 1,,yes
dinh_hoa_2024,4.2a,penalty,trên 30%: 01 điểm,percent,0,>30: 1,,yes
dinh_hoa_2024,4.2c,penalty,chèn số hoặc trùng số: 01 điểm,fixed,1,,1,yes
"""
BASES = """code,legal_basis,printed
2.1.1,{number},khoản 2 Điều 7
"""


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the seed of Định Hóa with the two tables beside its own."""
    whole = seed_identity.generate_password_hash
    monkeypatch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))
    folder = tmp_path / "seeds" / SEED
    shutil.copytree(seed_folder(SEED), folder)
    number = (folder / "legal_bases.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[0]
    (folder / "adjustment_items.csv").write_text(ITEMS, encoding="utf-8")
    (folder / "criterion_bases.csv").write_text(BASES.format(number=number), encoding="utf-8")
    monkeypatch.setattr(seed_files, "SEEDS_FOLDER", folder.parent)
    return folder


def test_items_and_citations_come_in_and_go_out(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path, seeds: Path
) -> None:
    load_seed(SEED, clock=clock)
    with reading() as session:
        items = session.scalars(select(AdjustmentItem).order_by(AdjustmentItem.id)).all()
        assert [(item.code, item.read().steps != (), item.once) for item in items] == [
            ("4.1b", True, True),
            ("4.2a", True, True),
            ("4.2c", False, True),
        ]
    export_seed(SEED, tmp_path / "out")
    for name in ("adjustment_items.csv", "criterion_bases.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (seeds / name).read_bytes(), name


def test_an_item_that_cannot_be_read_is_refused_with_its_line(
    sqlite_database: Database, clock: FixedClock, seeds: Path
) -> None:
    broken = ITEMS.replace(">30: 1", "trên 30: 1")
    (seeds / "adjustment_items.csv").write_text(broken, encoding="utf-8")
    with pytest.raises(InputInvalid, match="item_steps_unreadable") as refused:
        load_seed(SEED, clock=clock)
    assert (refused.value.details["file"], refused.value.details["line"]) == ("adjustment_items.csv", 3)


#: Định Hóa 2024, mục 2c; Phụ lục II, 7.2
TERMS = """campaign,set,code,cut_off,not_yet_due
dinh_hoa_2024,,5.2.4.1,,yes
dinh_hoa_2024,,7.2,2024-11-22,no
"""


def test_terms_of_leaves_come_in_and_go_out(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path, seeds: Path
) -> None:
    (seeds / "leaf_terms.csv").write_text(TERMS, encoding="utf-8")
    load_seed(SEED, clock=clock)
    with reading() as session:
        campaign = session.scalars(select(Campaign).where(Campaign.code == SEED)).one()
        terms = terms_of(session, campaign.id, campaign.groups[0].set_id)
        assert terms == {"5.2.4.1": Term(None, True), "7.2": Term(dt.date(2024, 11, 22), False)}
    export_seed(SEED, tmp_path / "out")
    assert (tmp_path / "out" / "leaf_terms.csv").read_bytes() == TERMS.encode()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("dinh_hoa_2024,,5.2.4.1,,no", "seed_cell_empty"),
        ("dinh_hoa_2024,,5.2.4.9,,yes", "branch_unknown"),
        ("dinh_hoa_2024,,7.2,22/11/2024,no", "seed_date_unreadable"),
        ("dinh_hoa_2024,,1.1,,yes", "term_of_others"),
        ("nobody,,7.2,,yes", "seed_reference_unknown"),
    ],
)
def test_a_term_that_says_nothing_true_is_refused_with_its_line(
    sqlite_database: Database, clock: FixedClock, seeds: Path, row: str, code: str
) -> None:
    (seeds / "leaf_terms.csv").write_text(f"campaign,set,code,cut_off,not_yet_due\n{row}\n", encoding="utf-8")
    with pytest.raises(InputInvalid, match=code) as refused:
        load_seed(SEED, clock=clock)
    assert (refused.value.details["file"], refused.value.details["line"]) == ("leaf_terms.csv", 2)
    if code != "term_of_others":  # who scores a leaf is asked of the loaded set
        assert [problem.code for problem in check_seed(SEED).problems] == [code]
