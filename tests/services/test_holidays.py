"""Days off come with a seed, once, and go back into its files; what is wrong with a row is named."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.clock import FixedClock
from app.db.holidays import Holiday, holidays_of
from app.db.session import Database, reading, unit_of_work
from app.services import seed_files, seed_identity
from app.services.seed_check import check_seed
from app.services.seed_export import export_seed
from app.services.seeds import load_seed

SEED = "dinh_hoa_2024"
ROWS = "day,name\n2024-09-02,Quốc khánh\n2024-09-03,Quốc khánh\n"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A copy of a seed with two days off; hashes of one round."""
    whole = seed_identity.generate_password_hash
    monkeypatch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))
    shutil.copytree(seed_files.SEEDS_FOLDER / SEED, tmp_path / "seeds" / SEED)
    monkeypatch.setattr(seed_files, "SEEDS_FOLDER", tmp_path / "seeds")
    (tmp_path / "seeds" / SEED / "holidays.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path / "seeds" / SEED


def test_days_off_are_loaded_once_and_exported_as_they_were(
    sqlite_database: Database, folder: Path, tmp_path: Path, clock: FixedClock
) -> None:
    with unit_of_work(actor=None, clock=clock) as work:
        work.session.add(Holiday(day=dt.date(2024, 9, 2), name="Lễ"))
    load_seed(SEED, clock=clock)
    load_seed(SEED, clock=clock)
    with reading() as session:
        assert holidays_of(session) == {dt.date(2024, 9, 2), dt.date(2024, 9, 3)}
        assert session.scalars(select(Holiday.name).order_by(Holiday.day)).all() == ["Lễ", "Quốc khánh"]
    assert "holidays.csv" in export_seed(SEED, tmp_path / "out")
    written = (tmp_path / "out" / "holidays.csv").read_text(encoding="utf-8")
    assert written == "day,name\n2024-09-02,Lễ\n2024-09-03,Quốc khánh\n"


def test_a_day_that_is_none_twice_or_without_a_name_is_named(folder: Path) -> None:
    assert check_seed(SEED).problems == ()
    (folder / "holidays.csv").write_text(ROWS + "2024-09-02,Lễ\n2/9,Lễ\n2024-09-04,\n", encoding="utf-8")
    found = {(problem.code, problem.details["line"]) for problem in check_seed(SEED).problems}
    assert found == {("seed_row_twice", 4), ("seed_date_unreadable", 5), ("seed_cell_empty", 6)}
