"""The last second before the lock: every commune sends at once, some twice, while the clock runs over 17:00:00."""

from __future__ import annotations

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from sqlalchemy import select

from app.db.assessments import Assessment, Receipt
from app.db.audit_trail import verify
from app.db.campaigns import Campaign
from app.db.clock import FixedClock
from app.db.identity import PortalUser
from app.db.queries.people import actor_of
from app.db.session import Database, reading
from app.domain.errors import Forbidden
from app.domain.policy import Actor
from app.domain.terms import State, UnitAction
from app.services import seed_identity
from app.services.campaign_opening import scoring_span
from app.services.receipts import ReceiptView
from app.services.seeds import load_seed
from app.services.self_scoring import decline_remaining
from app.services.submissions import act
from tests.databases import BEFORE_THE_LOCK

pytestmark = pytest.mark.slow


class RunningClock:
    """The portal's clock: `starts` when it was made, running with the machine from there."""

    def __init__(self, starts: dt.datetime) -> None:
        self._starts, self._made = starts, time.monotonic()

    def read(self, _session: object) -> dt.datetime:
        return self._starts + dt.timedelta(seconds=time.monotonic() - self._made)


@dataclass(frozen=True)
class Rush:
    sheets: dict[int, tuple[Actor, Actor]]
    locks_at: dt.datetime


@pytest.fixture
def rush(database: Database, monkeypatch: pytest.MonkeyPatch) -> Rush:
    """23 communes whose heads have approved, before the rehearsal's lock."""
    whole = seed_identity.generate_password_hash
    monkeypatch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))
    clock = FixedClock(BEFORE_THE_LOCK)
    load_seed("dinh_hoa_2024", clock=clock)
    with reading() as session:
        campaign = session.scalars(select(Campaign).where(Campaign.code == "dien_tap")).one()
        span = scoring_span(campaign.phases)
        ids = {user.username: user.id for user in session.scalars(select(PortalUser))}
        rows = session.scalars(select(Assessment).where(Assessment.campaign_id == campaign.id)).all()
        codes = {row.id: row.unit.code.lower() for row in rows}
        people = {
            number: (actor_of(session, ids[f"dau_moi_{code}"]), actor_of(session, ids[f"chu_tich_{code}"]))
            for number, code in codes.items()
        }
    for number, (coordinator, head) in people.items():
        decline_remaining(number, confirmed=True, actor=coordinator, clock=clock)
        act(number, UnitAction.REQUEST_APPROVAL, actor=coordinator, clock=clock)
        act(number, UnitAction.APPROVE_BY_UNIT, actor=head, clock=clock)
    assert span is not None
    return Rush(people, span.closes_at)


def test_what_is_acknowledged_is_in_time_once_and_on_its_receipt(rush: Rush) -> None:
    clock = RunningClock(rush.locks_at - dt.timedelta(milliseconds=1200))
    jobs = [(number, who) for number, pair in rush.sheets.items() for who in pair]
    gate = Barrier(len(jobs))

    def send(job: tuple[int, Actor]) -> tuple[int, ReceiptView | Forbidden]:
        number, who = job
        gate.wait()
        # the first of each pair goes at once, the other around the lock
        time.sleep(0 if who is rush.sheets[number][0] and number % 2 else (number % 9) * 0.25)
        try:
            receipt = act(number, UnitAction.SUBMIT, actor=who, clock=clock, idempotency_key=f"key-{number}")
        except Forbidden as refused:
            return number, refused
        assert receipt is not None
        return number, receipt

    with ThreadPoolExecutor(len(jobs)) as pool:
        answers = list(pool.map(send, jobs))
    given = {number: answer for number, answer in answers if isinstance(answer, ReceiptView)}
    refused = [answer for _, answer in answers if isinstance(answer, Forbidden)]
    assert given
    assert refused
    assert {each.code for each in refused} <= {"deadline_passed", "wrong_state"}
    assert all(receipt.at < rush.locks_at for receipt in given.values())
    for number, answer in answers:  # whoever sends a sheet twice is given one receipt
        if isinstance(answer, ReceiptView):
            assert answer.code == given[number].code
    with reading() as session:
        kept = session.scalars(select(Receipt)).all()
        sent = session.scalars(select(Assessment.id).where(Assessment.state == State.SUBMITTED)).all()
        assert sorted(row.assessment_id for row in kept) == sorted(sent) == sorted(given)
        assert verify(session)[1] is None
