"""Accounts by service calls, on both databases: first passwords end, are given anew, and a sign-out ends sessions."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from werkzeug.security import check_password_hash

from app.db.audit import AuditEvent
from app.db.clock import Clock, FixedClock, OffsetClock
from app.db.identity import PortalUser
from app.db.queries.people import actor_of
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import DomainError, Forbidden, InputInvalid, NotFound
from app.domain.policy import Actor
from app.services import seed_identity
from app.services.accounts import add_account, change_password, end_sessions, reset_password
from app.services.first_accounts import (
    count_expired,
    ensure_administrator,
    first_password_expired,
    renew_first_passwords,
)
from app.services.seed_files import seed_folder
from app.services.seed_identity import FIRST_PASSWORD_TERM, FirstAccount, hash_of_nobody
from app.services.seeds import load_seed

CHOSEN = "ba con trâu đen ăn cỏ"
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = seed_identity.generate_password_hash
    monkeypatch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))


def first(clock: Clock) -> FirstAccount:
    made = ensure_administrator(clock=clock)
    assert made is not None
    return made


def account(username: str) -> PortalUser:
    with reading() as session:
        found = session.scalars(select(PortalUser).where(PortalUser.username == username)).one()
        session.expunge(found)
        return found


def actor(username: str) -> Actor:
    with reading() as session:
        return actor_of(session, account(username).id)


def choose(made: FirstAccount, clock: Clock, wanted: str = CHOSEN) -> None:
    who = actor(made.username)
    change_password(present=made.password, wanted=wanted, repeated=wanted, actor=who, clock=clock)


def test_a_first_password_ends_seventy_two_hours_after_it_was_given(database: Database, clock: FixedClock) -> None:
    until = clock.instant + dt.timedelta(hours=72)
    made = first(clock)
    given = [made, add_account(username="can_bo_09", display="Cán bộ", actor=actor(made.username), clock=clock)]
    for each in given:
        user = account(each.username)
        assert user.first_password_until == until
        assert not first_password_expired(user, until - SECOND)
        assert first_password_expired(user, until)


def test_a_password_given_anew_and_the_house_s_own_term(database: Database, clock: FixedClock) -> None:
    add_account(username="can_bo_09", display="Cán bộ", actor=actor(first(clock).username), clock=clock)
    clock.instant += dt.timedelta(days=1)
    hours = dt.timedelta(hours=8)
    reset_password(account("can_bo_09").id, actor=actor("quan_tri"), clock=clock, term=hours)
    assert account("can_bo_09").first_password_until == clock.instant + hours


def test_the_term_of_a_seed_runs_by_the_clock_of_the_portal(sqlite_database: Database) -> None:
    """Under APP_CLOCK="-600d" both the loading and the sign-in stand in the past."""
    moved = OffsetClock(dt.timedelta(days=-600))
    load_seed("dinh_hoa_2024", clock=moved)
    with reading() as session:
        now = moved.read(session)
        for user in session.scalars(select(PortalUser)):
            assert user.first_password_until is not None
            assert now < user.first_password_until <= now + FIRST_PASSWORD_TERM


def test_an_account_without_a_term_opens_nothing(clock: FixedClock) -> None:
    made = seed_identity.new_account("ai_do", "Ai đó", "một mật khẩu")
    assert first_password_expired(made, clock.instant)


def test_a_password_one_chose_never_ends(database: Database, clock: FixedClock) -> None:
    made = first(clock)
    choose(made, clock)
    user = account(made.username)
    assert (user.password_change_required, user.first_password_until) == (False, None)
    assert not first_password_expired(user, clock.instant + dt.timedelta(days=3000))
    assert count_expired(clock=OffsetClock(dt.timedelta(days=9000))) == 0


def test_a_first_password_that_ended_is_not_changed_any_more(database: Database, clock: FixedClock) -> None:
    """Signed in an hour before the end, changed an hour after it."""
    made = first(clock)
    clock.instant += FIRST_PASSWORD_TERM
    with pytest.raises(Forbidden, match="first_password_expired"):
        choose(made, clock)
    assert account(made.username).password_change_required


def test_first_passwords_that_ended_unused_are_given_anew(database: Database, clock: FixedClock) -> None:
    made = first(clock)
    choose(made, clock)
    add_account(username="can_bo_08", display="Cán bộ", actor=actor(made.username), clock=clock)
    clock.instant += dt.timedelta(hours=1)
    add_account(username="can_bo_09", display="Cán bộ", actor=actor(made.username), clock=clock)
    assert renew_first_passwords((), clock=clock) == []
    clock.instant += FIRST_PASSWORD_TERM - SECOND
    assert count_expired(clock=clock) == 1
    (renewed,) = renew_first_passwords((), clock=clock)
    assert renewed.username == "can_bo_08"
    user = account("can_bo_08")
    assert check_password_hash(str(user.password), renewed.password)
    assert user.first_password_until == clock.instant + FIRST_PASSWORD_TERM
    assert check_password_hash(str(account(made.username).password), CHOSEN)
    assert count_expired(clock=clock) == 0
    with reading() as session:
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
        assert (last.action, last.object_id, last.actor_name) == ("password_reset", "can_bo_08", "system")
        assert renewed.password not in str(last.new)


def test_whoever_runs_the_server_lets_the_only_administrator_in_again(database: Database, clock: FixedClock) -> None:
    made = first(clock)
    choose(made, clock)
    (renewed,) = renew_first_passwords([made.username], clock=clock)
    assert (renewed.username, renewed.role, renewed.unit) == ("quan_tri", "administrator", "")
    choose(renewed, clock, wanted="bốn con mèo cam ngủ")


def test_nothing_is_renewed_when_one_name_is_unknown_or_switched_off(database: Database, clock: FixedClock) -> None:
    made = first(clock)
    add_account(username="can_bo_09", display="Cán bộ", actor=actor(made.username), clock=clock)
    with unit_of_work(actor=None, clock=clock) as work:
        work.session.scalars(select(PortalUser).where(PortalUser.username == "can_bo_09")).one().active = False
    before = account(made.username).password
    for name in ("khong_co", "can_bo_09"):
        with pytest.raises(NotFound, match="account_unknown"):
            renew_first_passwords([made.username, name], clock=clock)
    assert account(made.username).password == before
    clock.instant += FIRST_PASSWORD_TERM
    assert [each.username for each in renew_first_passwords((), clock=clock)] == [made.username]


def test_signing_out_moves_what_every_session_is_tied_to(database: Database, clock: FixedClock) -> None:
    made = first(clock)
    end_sessions(actor=actor(made.username), clock=clock)
    end_sessions(actor=actor(made.username), clock=clock)
    assert account(made.username).session_generation == 2


def test_the_new_password_is_weighed_against_the_names_of_the_house(database: Database, clock: FixedClock) -> None:
    made = first(clock)
    with unit_of_work(actor=None, clock=clock) as work:
        seed_identity.load_units(work.session, seed_folder("dinh_hoa_2024"))
    refusals = {
        "Thanh tra huyện 2024": "password_guessable",
        "quan_tri 2024 !!": "password_guessable",
        made.password: "password_same",
    }
    for wanted, code in refusals.items():
        with pytest.raises(DomainError, match=code):
            choose(made, clock, wanted=wanted)
    with pytest.raises(InputInvalid, match="password_guessable"):
        change_password(
            present=made.password,
            wanted="Tỉnh Sao Mai 2024",
            repeated="Tỉnh Sao Mai 2024",
            actor=actor(made.username),
            clock=clock,
            owners=("Tỉnh Sao Mai",),
        )


def test_a_name_nobody_has_is_compared_with_a_hash_of_the_same_cost(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the whole hash, as the portal makes it
    hash_of_nobody.cache_clear()
    made = first(clock)
    method, salt, digest = hash_of_nobody().split("$")
    real = str(account(made.username).password).split("$")
    assert (method, len(salt), len(digest)) == (real[0], len(real[1]), len(real[2]))
    choose(made, clock)
    assert str(account(made.username).password).split("$")[0] == method
