"""What the environment may ask for: safe by default, nothing default and no moved clock in production."""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path

import pytest

import config
from app.db.clock import FixedClock, OffsetClock, SystemClock, clock_from
from app.db.session import Database, reading
from app.domain.errors import InputInvalid
from config import ConfigurationError

LONG = "k" * 32


def load(folder: Path, **environment: str) -> dict[str, object]:
    return config.load({"DATA_DIR": str(folder), **environment})


def test_the_defaults_keep_everything_in_one_folder(tmp_path: Path) -> None:
    found = load(tmp_path / "made" / "here")
    folder = (tmp_path / "made" / "here").resolve()
    assert folder.is_dir()
    assert found["APP_ENV"] == "embedded"
    assert found["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{folder / 'portal.sqlite3'}"
    assert found["BLOB_DIR"] == str(folder / "blobs")
    assert found["APP_CLOCK"] == ""


def test_a_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    first, again = (load(tmp_path)["SECRET_KEY"] for _ in range(2))
    assert first == again
    assert len(str(first)) >= 32
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_two_houses_have_two_secrets(tmp_path: Path) -> None:
    assert load(tmp_path / "a")["SECRET_KEY"] != load(tmp_path / "b")["SECRET_KEY"]


def test_a_secret_that_was_given_is_written_nowhere(tmp_path: Path) -> None:
    assert load(tmp_path, SECRET_KEY="given")["SECRET_KEY"] == "given"
    assert list(tmp_path.iterdir()) == []


def test_production_starts_on_a_given_secret_with_secure_cookies(tmp_path: Path) -> None:
    found = load(tmp_path, APP_ENV="production", SECRET_KEY=LONG)
    assert found["SECRET_KEY"] == LONG
    assert found["SESSION_COOKIE_SECURE"] is True
    assert str(found["SESSION_COOKIE_NAME"]).startswith("__Host-")


@pytest.mark.parametrize("secret", ["", "k" * 31])
def test_production_refuses_a_secret_that_is_missing_or_short(tmp_path: Path, secret: str) -> None:
    load(tmp_path)  # the embedded house left its own there: production must not take it
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        load(tmp_path, APP_ENV="production", SECRET_KEY=secret)


@pytest.mark.parametrize("moved", ["2024-11-25T16:59:59+07:00", "+3d", "-1s", "nonsense"])
def test_production_refuses_a_moved_clock(tmp_path: Path, moved: str) -> None:
    with pytest.raises(ConfigurationError, match="APP_CLOCK"):
        load(tmp_path, APP_ENV="production", SECRET_KEY=LONG, APP_CLOCK=moved)


@pytest.mark.parametrize("mode", ["embedded", "testing"])
def test_the_clock_may_be_moved_elsewhere(tmp_path: Path, mode: str) -> None:
    assert load(tmp_path, APP_ENV=mode, APP_CLOCK="+3d")["APP_CLOCK"] == "+3d"


@pytest.mark.parametrize("mode", ["", "Production", "prod", "development"])
def test_an_unknown_environment_is_refused_rather_than_taken_for_an_embedded_one(tmp_path: Path, mode: str) -> None:
    with pytest.raises(ConfigurationError, match="APP_ENV"):
        load(tmp_path, APP_ENV=mode)


@pytest.mark.parametrize("name", ["TRUSTED_PROXIES", "IDLE_MINUTES"])
@pytest.mark.parametrize("written", ["abc", "-1", "1.5", "1e3", "٣", "²", "9" * 5000])
def test_what_is_no_whole_number_is_refused_by_the_name_of_its_variable(
    tmp_path: Path, name: str, written: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is a whole number"):
        load(tmp_path, **{name: written})


def test_a_number_left_empty_is_the_default(tmp_path: Path) -> None:
    assert load(tmp_path, TRUSTED_PROXIES="", IDLE_MINUTES=" ") == load(tmp_path)


@pytest.mark.parametrize(
    "url", ["bogus", "nosuch://host/name", "postgresql+nosuch://host/name", "sqlite://host:port/x"]
)
def test_a_database_without_driver_is_refused_and_its_password_is_not_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL is no URL") as refusal:
        load(tmp_path, DATABASE_URL=url)
    assert url not in str(refusal.value)


def test_a_database_is_left_as_it_was_given(tmp_path: Path) -> None:
    url = "postgresql+psycopg://user:hidden@host/name"
    assert load(tmp_path, DATABASE_URL=url)["SQLALCHEMY_DATABASE_URI"] == url


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="DATA_DIR"):
        load(tmp_path / "file" / "below")


@pytest.mark.parametrize(
    "written",
    ["2024-11-25T16:59:59+07:00", "2024-11-25T09:59:59+00:00", "2024-11-25T09:59:59Z", "2024-11-25T04:59:59-05:00"],
)
def test_an_instant_stands_still_whatever_the_zone_it_is_written_in(sqlite_database: Database, written: str) -> None:
    clock = clock_from(written)
    with reading() as session:
        readings = [clock.read(session) for _ in range(2)]
    assert readings == [dt.datetime(2024, 11, 25, 9, 59, 59, tzinfo=dt.UTC)] * 2


#: written, moved by
OFFSETS = [
    ("+3d", dt.timedelta(days=3)),
    ("-90m", dt.timedelta(minutes=-90)),
    ("+36h", dt.timedelta(days=1, hours=12)),
    ("-1s", dt.timedelta(seconds=-1)),
    ("+0d", dt.timedelta()),
]


@pytest.mark.parametrize(("written", "moved"), OFFSETS)
def test_an_offset_runs(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, written: str, moved: dt.timedelta
) -> None:
    ticks = (dt.datetime(2026, 1, 1, 0, 0, second, tzinfo=dt.UTC) for second in range(1, 3))
    monkeypatch.setattr("app.db.clock.system_instant", lambda _session: next(ticks))
    clock = clock_from(written)
    assert isinstance(clock, OffsetClock)
    with reading() as session:
        first, second = clock.read(session), clock.read(session)
    assert first == dt.datetime(2026, 1, 1, 0, 0, 1, tzinfo=dt.UTC) + moved
    assert second - first == dt.timedelta(seconds=1)


@pytest.mark.parametrize("nothing", ["", None])
def test_without_a_wish_the_clock_is_the_machines(nothing: str | None) -> None:
    assert isinstance(clock_from(nothing), SystemClock)


UNREADABLE = [
    "nonsense",
    "2024-11-25T17:00:00",  # no zone: whose 17:00?
    "2024-11-25",
    "17:00",
    "2024-13-45T00:00:00+07:00",
    "2024-11-25T25:00:00+07:00",
    "3d",
    "+3",
    "+3w",
    "+1.5d",
    "++3d",
    "+3d ",
    "+3d4h",
    "+9999999d",
    "+٣d٣",
    "1732528800",
    # no calendar holds what they say, in UTC or in Vietnam
    "-999999d",
    "0001-01-01T00:00:00+07:00",
    "9999-12-31T23:59:59-05:00",
    "9999-12-31T23:59:59+00:00",
]


@pytest.mark.parametrize("written", UNREADABLE)
def test_a_clock_that_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises(InputInvalid, match="clock_unreadable"):
        clock_from(written)


def test_a_fixed_clock_moves_by_hand_alone() -> None:
    assert isinstance(clock_from("2024-11-25T17:00:00+07:00"), FixedClock)
