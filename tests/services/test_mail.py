"""Mail is written with what it tells of, sent after its commit, tried again, given up, never sent twice."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import select

from app.db.clock import FixedClock
from app.db.identity import Membership, PortalUser
from app.db.outbox import Mail
from app.db.queries.people import actor_of
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import Forbidden, NotFound
from app.domain.notices import MailState, NoticeKind
from app.domain.policy import Actor
from app.domain.terms import Role
from app.services.inbox import choose_mail, inbox, mark_read, open_notice
from app.services.notices import announce
from app.services.outbox import Letter, NotSent, Told, send_again, send_due, troubled_mails
from app.services.reminders import digest
from app.services.smtp import MailServer, message_of
from tests.databases import BEFORE_THE_LOCK
from tests.services.mail_server import FakeServer

CLOCK = FixedClock(BEFORE_THE_LOCK)  # 16:00 of 25/11/2024 in Vietnam
NAMES = ("hanh_dong", "tat_ca", "hang_ngay", "khong", "quan_tri")


@pytest.fixture
def people(database: Database) -> dict[str, Actor]:
    """One account for each choice; the first keeps what everybody begins with."""
    database.mails = True
    with unit_of_work(actor=None, clock=CLOCK) as work:
        rows = {
            name: PortalUser(username=name, first_name=name, last_name="", email=f"{name}@xa.example", active=True)
            for name in NAMES
        }
        rows["quan_tri"].appointments.append(Membership(role=Role.ADMINISTRATOR))
        work.session.add_all(rows.values())
        work.session.flush()
        ids = {name: row.id for name, row in rows.items()}
    with reading() as session:
        actors = {name: actor_of(session, number) for name, number in ids.items()}
    yesterday = FixedClock(CLOCK.instant - dt.timedelta(days=1))
    for name, choice in (("tat_ca", "all"), ("hang_ngay", "digest"), ("khong", "none")):
        choose_mail(choice, actor=actors[name], clock=yesterday)
    return actors


@pytest.fixture
def server() -> Iterator[FakeServer]:
    made = FakeServer()
    yield made
    made.close()


def post(server: FakeServer) -> MailServer:
    return MailServer("127.0.0.1", server.port, "none", "cham-diem@huyen.example")


def compose(told: Sequence[Told]) -> tuple[str, str]:
    return f"{len(told)} việc", "\n".join(f"{each.kind} https://portal.example{each.path}" for each in told)


def tell(people: dict[str, Actor], kind: NoticeKind, clock: FixedClock = CLOCK) -> None:
    with unit_of_work(actor=None, clock=clock) as work:
        announce(work, kind, [each.user_id for each in people.values()], path="/sheets/1", facts={"unit": "Xã"})


def send(server: FakeServer, now: dt.datetime = CLOCK.instant) -> int:
    return send_due(clock=FixedClock(now), post=post(server), compose=compose)


def states() -> dict[str, tuple[MailState, int]]:
    with reading() as session:
        rows = session.execute(select(PortalUser.username, Mail.state, Mail.attempts).join(Mail.user))
        return {name: (state, attempts) for name, state, attempts in rows}


def test_what_asks_to_act_is_mailed_and_the_rest_to_those_who_want_it(
    people: dict[str, Actor], server: FakeServer
) -> None:
    tell(people, NoticeKind.RESULT_PUBLISHED)
    assert set(states()) == {"tat_ca"}
    tell(people, NoticeKind.SHEET_RETURNED)
    assert set(states()) == {"hanh_dong", "tat_ca", "quan_tri"}
    assert send(server) == 4  # two to "tat_ca"
    assert send(server) == 0
    message = server.messages[0]
    assert message["To"] == "tat_ca@xa.example"
    assert message["Subject"] == "1 việc"
    assert "https://portal.example/sheets/1" in message.get_content()


def test_the_mail_of_an_act_that_was_rolled_back_is_never_sent(people: dict[str, Actor], server: FakeServer) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work(actor=None, clock=CLOCK) as work:
        announce(work, NoticeKind.SHEET_RETURNED, [people["tat_ca"].user_id], path="/", facts={})
        work.session.flush()
        raise ZeroDivisionError
    assert send(server) == 0
    assert server.taken == []
    assert inbox(actor=people["tat_ca"]).lines == ()


def test_without_a_mail_server_nothing_is_queued(people: dict[str, Actor], database: Database) -> None:
    database.mails = False
    tell(people, NoticeKind.SHEET_RETURNED)
    assert states() == {}
    assert inbox(actor=people["hanh_dong"]).unread == 1


def test_a_mail_that_fails_waits_longer_each_time_and_is_given_up_in_the_end(
    people: dict[str, Actor], server: FakeServer
) -> None:
    tell({"hanh_dong": people["hanh_dong"]}, NoticeKind.SHEET_RETURNED)
    server.answers = {"RCPT": "451 try later"}
    now = CLOCK.instant
    for attempts, minutes in enumerate((1, 5, 15, 60, 180, 720), 1):
        assert send(server, now) == 0
        assert states()["hanh_dong"] == (MailState.QUEUED, attempts)
        assert send(server, now + dt.timedelta(minutes=minutes, seconds=-1)) == 0
        assert states()["hanh_dong"][1] == attempts  # not tried before its time
        now += dt.timedelta(minutes=minutes)
    assert send(server, now) == 0
    assert states()["hanh_dong"] == (MailState.GIVEN_UP, 7)
    administrator = people["quan_tri"]
    assert [(each.to, each.unknown) for each in troubled_mails(actor=administrator, clock=CLOCK)] == [
        ("hanh_dong", False)
    ]
    with pytest.raises(Forbidden):
        troubled_mails(actor=people["hanh_dong"], clock=CLOCK)


def test_an_address_the_server_refuses_for_good_is_not_tried_again(
    people: dict[str, Actor], server: FakeServer
) -> None:
    tell({"hanh_dong": people["hanh_dong"]}, NoticeKind.SHEET_RETURNED)
    server.answers = {"RCPT": "550 no such user"}
    send(server)
    assert states()["hanh_dong"] == (MailState.GIVEN_UP, 1)


def test_a_mail_broken_off_after_its_text_is_never_sent_again_by_itself(
    people: dict[str, Actor], server: FakeServer
) -> None:
    tell({"hanh_dong": people["hanh_dong"]}, NoticeKind.SHEET_RETURNED)
    server.answers = {"text": ""}  # the server hangs up with the text in its hands
    send(server)
    assert len(server.taken) == 1
    later = CLOCK.instant + dt.timedelta(days=3)
    server.answers = {}
    assert send(server, later) == 0
    administrator = people["quan_tri"]
    [doubtful] = troubled_mails(actor=administrator, clock=FixedClock(later))
    assert doubtful.unknown
    send_again(doubtful.id, actor=administrator, clock=FixedClock(later))
    assert send(server, later) == 1
    first, second = server.messages
    assert first["Message-ID"] == second["Message-ID"]
    with pytest.raises(NotFound):
        send_again(doubtful.id, actor=administrator, clock=FixedClock(later))


def test_two_senders_at_once_send_each_mail_once(people: dict[str, Actor]) -> None:
    for _ in range(4):
        tell(people, NoticeKind.SHEET_RETURNED)
    tokens: list[str] = []
    ready = threading.Barrier(2)

    def sender() -> None:
        ready.wait()
        send_due(clock=CLOCK, post=lambda letter: tokens.append(letter.token), compose=compose)

    threads = [threading.Thread(target=sender) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(tokens) == len(set(tokens)) == 12


def test_the_digest_goes_out_once_a_day_with_what_is_unread(people: dict[str, Actor], server: FakeServer) -> None:
    """07:30 of 26/11 in Vietnam is 00:30 UTC."""
    tell(people, NoticeKind.SHEET_RETURNED)
    tell(people, NoticeKind.RESULT_PUBLISHED)
    daily = people["hang_ngay"]
    tell(people, NoticeKind.RESULT_ANNULLED)
    mark_read(inbox(actor=daily).lines[0].id, actor=daily, clock=CLOCK)
    day = dt.date(2024, 11, 26)
    before, morning = (FixedClock(dt.datetime(2024, 11, 26, 0, minute, tzinfo=dt.UTC)) for minute in (29, 30))
    assert digest(day, clock=before) == 0
    assert digest(day, clock=morning) == 1
    assert digest(day, clock=morning) == 0
    send(server, morning.instant)
    [mine] = [each for each in server.messages if each["To"] == "hang_ngay@xa.example"]
    assert mine["Subject"] == "2 việc"
    assert "result_annulled" not in mine.get_content()


def test_nothing_typed_makes_a_header_or_a_long_line() -> None:
    letter = Letter("a@xa.example", "t" * 32, "Xã\r\nBcc: x@evil.example " + "dài " * 200, "ờ" * 5000 + "\n.\nhết")
    raw = message_of(letter, "cham-diem@huyen.example").as_bytes()
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert b"\nBcc" not in raw
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert "tttt@huyen.example>" in head.decode("ascii")
    for address in ("a@x\r\nRCPT TO:<b@y>", "khong co", "a@b@c", ""):
        with pytest.raises(NotSent) as refused:
            message_of(Letter(address, "t", "s", "b"), "a@huyen.example")
        assert refused.value.for_good


def test_notices_are_their_owner_s_alone(people: dict[str, Actor]) -> None:
    tell({"khong": people["khong"]}, NoticeKind.SHEET_RETURNED)
    [mine] = inbox(actor=people["khong"]).lines
    stranger = people["tat_ca"]
    for attempt in (open_notice, mark_read):
        with pytest.raises(NotFound):
            attempt(mine.id, actor=stranger, clock=CLOCK)
    mark_read(None, actor=stranger, clock=CLOCK)
    assert inbox(actor=people["khong"]).unread == 1
    assert open_notice(mine.id, actor=people["khong"], clock=CLOCK) == "/sheets/1"
    assert inbox(actor=people["khong"]).unread == 0
    with pytest.raises(ValueError, match="nowhere"), unit_of_work(actor=None, clock=CLOCK) as work:
        announce(work, NoticeKind.SHEET_RETURNED, [1], path="//evil.example/x", facts={})
