"""`flask init-security` and `flask seed …`: first accounts, loading, checking every invariant, files to review."""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.security import check_password_hash

from app.db.identity import PortalUser, Unit
from app.db.session import unit_of_work
from app.services.demo import prepare_demo
from app.services.seed_files import seed_folder
from tests.commands.conftest import SEED, House, done, refused

CAMPAIGNS = (SEED, "dien_tap", "thu_nghiem_co_quan")


def first_accounts(house: House) -> list[dict[str, str]]:
    with (house.folder / "first-accounts.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_first_account_is_printed_once_with_a_password_that_fits(empty: House) -> None:
    printed = done(empty.flask("init-security"))
    (account,) = first_accounts(empty)
    assert f"{account['username']}  one-time password: {account['password']}  " in printed
    with empty.reading() as session:
        user = session.scalars(select(PortalUser)).one()
        assert (user.username, user.password_change_required) == ("quan_tri", True)
        assert check_password_hash(user.password, account["password"])


def test_the_second_time_there_is_an_account_already(empty: House) -> None:
    empty.flask("init-security")
    assert done(empty.flask("init-security")) == "accounts are there already\n"
    assert len(first_accounts(empty)) == 1


def test_first_passwords_are_readable_by_their_owner_alone(seeded_once: House) -> None:
    assert stat.S_IMODE((seeded_once.folder / "first-accounts.csv").stat().st_mode) == 0o600


def test_loading_says_what_was_added_and_then_that_nothing_is_left_to_add(empty: House) -> None:
    printed = done(empty.flask("seed", "load", SEED)).splitlines()
    accounts = first_accounts(empty)
    assert not any(account["password"] in printed[3] for account in accounts)
    assert printed[:3] == [f"campaign {code} added" for code in CAMPAIGNS]
    assert printed[3].startswith(f"{len(accounts)} accounts added;")
    assert done(empty.flask("seed", "load", SEED)) == f"{SEED}: nothing to add\n"
    assert first_accounts(empty) == accounts


def test_loading_again_leaves_what_was_edited_on_screen(seeded: House) -> None:
    with unit_of_work(actor=None, clock=seeded.app.extensions["clock"]) as work:
        work.session.scalars(select(Unit).where(Unit.code == "XM05")).one().name = "Xã mẫu năm"
    done(seeded.flask("seed", "load", SEED))
    with seeded.reading() as session:
        assert session.scalars(select(Unit.name).where(Unit.code == "XM05")).one() == "Xã mẫu năm"


def test_the_check_prints_what_the_annex_holds(tool: House) -> None:
    """113 nodes, of them three parts without a number; 80 leaves; 77 + 20 + 3 points."""
    printed = done(tool.flask("seed", "check", SEED)).splitlines()
    assert printed[:2] == ["nodes 113", "rows 110"]
    assert printed[2].split(" (")[0] == "leaves 80"
    assert printed[3] == "maximum 100"
    with (seed_folder(SEED) / "findings.csv").open(encoding="utf-8", newline="") as stream:
        settled = [row["settled"] for row in csv.DictReader(stream)]
    assert printed[4:] == [f"findings open {settled.count('no')} settled {settled.count('yes')}"]


UNKNOWN = ["nope", "", ".", "..", "../seeds", "/", "dinh_hoa_2024/", "DINH_HOA_2024", "a\0b"]


@pytest.mark.parametrize("name", UNKNOWN, ids=repr)
@pytest.mark.parametrize("verb", ["load", "check", "export"])
def test_an_unknown_seed_is_refused_with_the_list_of_the_known(
    tool: House, tmp_path: Path, verb: str, name: str
) -> None:
    target = (str(tmp_path / "out"),) if verb == "export" else ()
    assert SEED in refused(tool.flask("seed", verb, name, *target))
    assert not (tmp_path / "out").exists()


def test_a_seed_that_was_never_loaded_is_not_exported(tool: House, tmp_path: Path) -> None:
    assert "seed_not_loaded" in refused(tool.flask("seed", "export", SEED, str(tmp_path / "out")))
    assert not (tmp_path / "out").exists()


def test_an_export_does_not_write_over_a_file(tool: House, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert "TARGET" in refused(tool.flask("seed", "export", SEED, str(tmp_path / "out")))
    assert (tmp_path / "out").read_text() == "mine"


def test_an_export_after_demonstrations_gives_the_same_bytes_and_names_every_file(seeded: House) -> None:
    """24 communes: one more than the seed has, with accounts of its own; neither belongs to the seed."""
    prepare_demo(SEED, 24, 7, clock=seeded.app.extensions["clock"])
    target = seeded.folder / "deep" / "out"
    printed = done(seeded.flask("seed", "export", SEED, str(target)))
    reviewed = {path.name: path.read_bytes() for path in seed_folder(SEED).iterdir()}
    assert {path.name: path.read_bytes() for path in target.iterdir()} == reviewed
    assert printed.splitlines() == [str(target / name) for name in sorted(reviewed)]


def test_an_edit_is_the_one_line_that_differs_in_the_export(seeded: House) -> None:
    with unit_of_work(actor=None, clock=seeded.app.extensions["clock"]) as work:
        work.session.scalars(select(Unit).where(Unit.code == "XM05")).one().name = "Xã mẫu năm, mới"
    done(seeded.flask("seed", "export", SEED, str(seeded.folder / "out")))
    was, written = (
        (folder / "units.csv").read_text(encoding="utf-8").splitlines()
        for folder in (seed_folder(SEED), seeded.folder / "out")
    )
    changed = [new for old, new in zip(was, written, strict=True) if old != new]
    assert len(changed) == 1
    assert changed[0].startswith('XM05,"Xã mẫu năm, mới",commune,')


def _a_file_for_a_folder(folder: Path) -> Path:
    (folder / "file").write_text("mine")
    return folder / "file" / "out"


def _a_folder_for_a_file(folder: Path) -> Path:
    (folder / "out" / "units.csv").mkdir(parents=True)
    return folder / "out"


UNWRITABLE: dict[str, Callable[[Path], Path]] = {
    "below a file": _a_file_for_a_folder,
    "a folder stands where a file goes": _a_folder_for_a_file,
    "a name too long": lambda folder: folder / ("x" * 300),
    "nowhere": lambda _folder: Path("/proc/none/out"),
}


@pytest.mark.parametrize("name", UNWRITABLE)
def test_an_export_that_cannot_be_written_is_refused(seeded_once: House, tmp_path: Path, name: str) -> None:
    reason = refused(seeded_once.flask("seed", "export", SEED, str(UNWRITABLE[name](tmp_path))))
    assert reason.startswith("refused: seed_target_unwritable (path=")
