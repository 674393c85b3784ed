"""Steps of a whole campaign in the world of the pages, by real service calls on a clock the test moves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.db.clock import FixedClock
from app.db.identity import Membership, PortalUser
from app.db.queries.people import actor_of
from app.db.session import reading
from app.domain.policy import Actor
from app.domain.terms import Decision, GroupAction, Stage, UnitAction
from app.services.appraisal import GiveVerdict, give_verdict
from app.services.group_acts import Act, ActOnGroup, act_alone, act_on_group
from app.services.publication import Publish, publish
from app.services.self_scoring import EnterSelfScore, enter
from app.services.submissions import act
from app.storage.local import LocalBlobs
from tests.databases import BEFORE_THE_LOCK
from tests.services.entering import enter_figure, type_sheet
from tests.web.world import World, build_world

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)
#: what XM01 claims and the points it earns by the rules of tests/web/world.py: 1+2+2+5+4+1+1+1+1 = 18
FULL: dict[str, dict[str, Any]] = {
    "1.1": {"option": "1"},
    "1.2": {"options": ["1"]},
    "1.3": {"numerator": "9", "denominator": "10"},
    "1.4": {"count": "0"},
    "1.5": {"percent": "100"},
    "1.6": {"count": "4"},
    "1.7": {"numerator": "100", "denominator": "100", "faults": "0"},
    "1.8": {"measures": {"cchc_rank": {"previous": None, "current": "3"}}},
    "1.9": {"points": "1"},
}


@dataclass
class Flow:
    """A campaign being played; `now` moves by hand."""

    world: World
    blobs: LocalBlobs
    now: dt.datetime = BEFORE_THE_LOCK
    actors: dict[str, Actor] = field(default_factory=dict)

    @property
    def clock(self) -> FixedClock:
        return FixedClock(self.now)

    def who(self, name: str) -> Actor:
        return self.actors[name]

    def fill(self, unit: str, claims: dict[str, dict[str, Any]]) -> None:
        officer = self.who(f"can_bo_{unit[-2:]}")
        for code, claim in claims.items():
            enter(EnterSelfScore(self.world.sheets[unit], code, 0, claim=claim), actor=officer, clock=self.clock)

    def send(self, unit: str) -> None:
        """XM01 has a head who approves; XM02 is sent by its coordinator after being approved by nobody else."""
        sheet = self.world.sheets[unit]
        act(sheet, UnitAction.REQUEST_APPROVAL, actor=self.who(f"can_bo_{unit[-2:]}"), clock=self.clock)
        act(sheet, UnitAction.APPROVE_BY_UNIT, actor=self.who(f"thu_truong_{unit[-2:]}"), clock=self.clock)
        act(sheet, UnitAction.SUBMIT, actor=self.who(f"dau_moi_{unit[-2:]}"), clock=self.clock)

    def group(self, action: GroupAction, who: str = "thu_ky", **more: Any) -> None:
        act_on_group(ActOnGroup(self.world.stage, action, **more), actor=self.who(who), clock=self.clock)

    def late(self) -> None:
        """XM01 was returned after the lock, the group went on to the explanation, and XM01 sends only then."""
        self.fill("XM01", FULL)
        self.send("XM01")
        self.now = LOCK
        back, sheet, secretary = UnitAction.RETURN_FOR_CORRECTION, self.world.sheets["XM01"], self.who("thu_ky")
        act(sheet, back, actor=secretary, clock=self.clock, reason="thiếu Bảng thống kê")
        self.group(GroupAction.OPEN_FIRST_APPRAISAL)
        self.group(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
        self.now += dt.timedelta(hours=1)
        self.send("XM01")

    def alone(self, action: GroupAction, who: str = "thu_ky", **more: Any) -> Stage:
        sheet = self.world.sheets["XM01"]
        return act_alone(sheet, Act(action, **more), actor=self.who(who), clock=self.clock)

    def verdict(self, unit: str, code: str, *, said: int = 0, who: str = "tham_dinh_pnv", **more: Any) -> None:
        decision = Decision.DISAGREE if "claim" in more or "reason" in more else Decision.AGREE
        command = GiveVerdict(self.world.sheets[unit], code, decision, said, **more)
        give_verdict(command, actor=self.who(who), clock=self.clock)

    def others(self, unit: str) -> None:
        """The leader answers 5 (1 point of 1: 5/5); the portal gives 80 of 100 (0,8)."""
        with reading() as session:
            held = Membership.user_id == self.world.users["lanh_dao_01"]
            leader = session.scalars(select(Membership.id).where(held)).one()
        secretary, sheet = self.who("thu_ky"), self.world.sheets[unit]
        type_sheet(sheet, leader, {"2.1": "5"}, actor=secretary, clock=self.clock)
        enter_figure(sheet, "2.2", "80", actor=secretary, clock=self.clock)

    def group_to_published(self) -> int:
        self.group(GroupAction.APPROVE, "phe_duyet")
        return self.publish()

    def publish(self) -> int:
        command = Publish(self.world.stage, "12/QĐ-UBND", dt.date(2024, 12, 20), "UBND HUYỆN", "CHỦ TỊCH")
        return publish(
            command,
            store=self.blobs,
            translate=lambda words: words,
            actor=self.who("thu_ky"),
            clock=self.clock,
        )


def start(folder: Path) -> Flow:
    """Make the world in the database in use."""
    return go_on(build_world(FixedClock(BEFORE_THE_LOCK)), folder)


def go_on(world: World, folder: Path) -> Flow:
    """Play on in a world that stands already."""
    with reading() as session:
        ids = {user.username: user.id for user in session.scalars(select(PortalUser))}
        actors = {name: actor_of(session, number) for name, number in ids.items()}
    return Flow(world, LocalBlobs(str(folder / "blobs")), actors=actors)
