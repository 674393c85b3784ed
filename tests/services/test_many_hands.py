"""Many hands on one sheet of the real annex: nothing waits for nothing, nothing is lost, the total is the recount."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import select

from app.db.assessments import Assessment, ScoreEntry
from app.db.audit_trail import verify
from app.db.campaigns import Campaign
from app.db.clock import FixedClock
from app.db.identity import PortalUser, Unit
from app.db.queries.people import actor_of
from app.db.session import Database, reading
from app.domain.errors import Conflict
from app.domain.policy import Actor
from app.domain.terms import Role
from app.services import seed_identity
from app.services.demo_claims import plausible
from app.services.seeds import load_seed
from app.services.self_scoring import EnterSelfScore, enter
from app.services.sheets import LeafLine, sheet


@dataclass(frozen=True)
class Commune:
    """Xã mẫu 01 in the rehearsal of the seed, with its officers."""

    sheet: int
    officers: tuple[Actor, ...]
    coordinator: Actor
    clock: FixedClock

    def lines(self, who: Actor | None = None) -> list[LeafLine]:
        """Return the unit's own leaves; with `who`, those assigned to that officer."""
        view = sheet(self.sheet, actor=who or self.coordinator, clock=self.clock)
        return [line for line in view.own_lines if who is None or line.mine]


@pytest.fixture
def commune(database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Commune:
    whole = seed_identity.generate_password_hash
    monkeypatch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))
    load_seed("dinh_hoa_2024", clock=clock)
    with reading() as session:
        campaign = session.scalars(select(Campaign.id).where(Campaign.code == "dien_tap")).one()
        unit = session.scalars(select(Unit.id).where(Unit.code == "XM01")).one()
        number = session.scalars(
            select(Assessment.id).where(Assessment.campaign_id == campaign, Assessment.unit_id == unit)
        ).one()
        people = [
            actor_of(session, user.id)
            for user in session.scalars(select(PortalUser).order_by(PortalUser.username))
            if any(held.unit_id == unit for held in user.appointments)
        ]
    held = {role: [who for who in people if who.appointments[0].role is role] for role in Role}
    return Commune(number, tuple(held[Role.OFFICER]), held[Role.COORDINATOR][0], clock)


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Run every job in its own thread, all let go at the same moment; a refusal is returned, not raised."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        gate.wait()
        try:
            return job()
        except Conflict as refused:
            return refused

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_all_officers_save_all_73_leaves_at_once(commune: Commune) -> None:
    """Eight officers by branch, as the source lists them, and the one who collates; of two on a branch one saves."""
    lines = commune.lines()
    assert len(lines) == 73
    assert len(commune.officers) == 9
    claims = {line.node.code: plausible(line.node.rule, line.node.maximum, Random(line.node.code)) for line in lines}
    mine = {who: {line.node.code for line in commune.lines(who)} for who in commune.officers}
    shares: dict[Actor, list[str]] = {who: [] for who in commune.officers}
    for code in claims:
        least = min((who for who in mine if code in mine[who]), key=lambda who: len(shares[who]))
        shares[least].append(code)
    assert all(shares.values())

    def work(who: Actor) -> Callable[[], int]:
        def job() -> int:
            for code in shares[who]:
                enter(EnterSelfScore(commune.sheet, code, 0, claim=claims[code]), actor=who, clock=commune.clock)
            return len(shares[who])

        return job

    saved = at_once([work(who) for who in commune.officers])
    assert [count for count in saved if isinstance(count, Conflict)] == []
    with reading() as session:
        rows = session.scalars(select(ScoreEntry).where(ScoreEntry.assessment_id == commune.sheet)).all()
        kept = {row.criterion.code: row.self_points for row in rows}
        total = session.get_one(Assessment, commune.sheet).self_total
    assert set(kept) == set(claims)
    recount = sum(kept.values(), Decimal(0))
    assert total == recount > 0
    for line in commune.lines():
        assert line.points == kept[line.node.code]
    with reading() as session:
        assert verify(session)[1] is None


def test_two_on_one_leaf_get_409_with_both_texts_and_nothing_is_lost(commune: Commune) -> None:
    code = commune.lines()[0].node.code
    who = commune.coordinator

    def write(text: str) -> Callable[[], object]:
        return lambda: enter(EnterSelfScore(commune.sheet, code, 0, explanation=text), actor=who, clock=commune.clock)

    texts = ["bản thứ nhất", "bản thứ hai"]
    answers = at_once([write(text) for text in texts])
    refused = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(refused) == 1
    (conflict,) = refused
    assert conflict.code == "entry_changed"
    assert sorted((conflict.details["mine"], conflict.details["theirs"])) == sorted(texts)
    # the second one read both and saves on: the version it was shown is the one it changes
    settled = EnterSelfScore(commune.sheet, code, conflict.details["version"], explanation="hai bản gộp lại")
    enter(settled, actor=who, clock=commune.clock)
    line = next(line for line in commune.lines() if line.node.code == code)
    assert line.explanation == "hai bản gộp lại"
