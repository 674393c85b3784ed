"""Four communes, three indexes of one set and two tiers of councils, played to a published table by service calls.

Points claimed (and agreed), by leaf, of a maximum of 40 + 30 + 20 + 10 = 100; the sums stand behind:

    unit   1.1  2.1  3.1  3.2   sum
    A       38   29   18   10    95
    B       36   27   17   10    90
    C       40   25   15   10    90
    D       30   25   15   10    80
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import AppraiserAssignment, Campaign, GradeBand, GroupStage, Phase
from app.db.clock import FixedClock
from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import Council, Membership, PeerGroup, PortalUser, Unit
from app.db.queries.people import actor_of
from app.db.session import reading, unit_of_work
from app.db.versions import CriterionMapping
from app.domain.editions import PositionsAfter
from app.domain.policy import Actor
from app.domain.set_mapping import Confidence
from app.domain.terms import Decision, GroupAction, PhaseKind, Role, ScoredBy, UnitAction, UnitTier
from app.services.annulment import Annul, annul
from app.services.appraisal import GiveVerdict, give_verdict
from app.services.campaign_opening import open_in
from app.services.group_acts import Act, ActOnGroup, act_alone, act_on_group
from app.services.publication import Publish, publish
from app.services.self_scoring import EnterSelfScore, enter
from app.services.submissions import act
from app.storage.local import LocalBlobs
from tests.databases import BEFORE_THE_LOCK

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)
REPORT_DUE = dt.datetime(2025, 1, 15, 10, 0, tzinfo=dt.UTC)
LEAVES = {"1.1": 40, "2.1": 30, "3.1": 20, "3.2": 10}
CLAIMED = {
    "A": (38, 29, 18, 10),
    "B": (36, 27, 17, 10),
    "C": (40, 25, 15, 10),
    "D": (30, 25, 15, 10),
}
INDEXES = [
    {"code": f"CS{number}", "name": f"Chỉ số 0{number}", "branches": [str(number)], "weight": None}
    for number in (1, 2, 3)
]
#: username → role, and of which council ("duoi" below, "tren" above), agency or house
PEOPLE = {
    "thu_ky": (Role.SECRETARIAT, "duoi"),
    "chu_tich_hd": (Role.COUNCIL_CHAIR, "duoi"),
    "phe_duyet": (Role.APPROVING_AUTHORITY, "duoi"),
    "thu_ky_tren": (Role.SECRETARIAT, "tren"),
    "chu_tich_tren": (Role.COUNCIL_CHAIR, "tren"),
    "phe_duyet_tren": (Role.APPROVING_AUTHORITY, "tren"),
    "to_chuc": (Role.ORGANISER, ""),
    "kiem_toan": (Role.AUDITOR, ""),
}
JUDGED = {"kind": "judged", "version": 1, "nothing_arose": None, "step": "1"}


@dataclass
class Played:
    """The ids, and what a test does next; `now` moves by hand."""

    campaign: int
    stage: int
    council: int
    sheets: dict[str, int]
    blobs: LocalBlobs
    now: dt.datetime = BEFORE_THE_LOCK
    actors: dict[str, Actor] = field(default_factory=dict)

    @property
    def clock(self) -> FixedClock:
        return FixedClock(self.now)

    def who(self, name: str) -> Actor:
        return self.actors[name]

    def group(self, action: GroupAction, who: str = "thu_ky", **more: Any) -> None:
        self.now += dt.timedelta(minutes=1)
        act_on_group(ActOnGroup(self.stage, action, **more), actor=self.who(who), clock=self.clock)

    def verdict(self, unit: str, code: str, *, said: int = 0, points: int | None = None) -> None:
        """Agree, or give other points with a reason."""
        self.now += dt.timedelta(minutes=1)
        more: dict[str, Any] = {} if points is None else {"claim": {"points": str(points)}, "reason": "theo kiểm tra"}
        decision = Decision.AGREE if points is None else Decision.DISAGREE
        command = GiveVerdict(self.sheets[unit], code, decision, said, **more)
        give_verdict(command, actor=self.who("tham_dinh"), clock=self.clock)

    def alone(self, unit: str, action: GroupAction, who: str, **more: Any) -> None:
        self.now += dt.timedelta(minutes=1)
        act_alone(self.sheets[unit], Act(action, **more), actor=self.who(who), clock=self.clock)

    def publish(self, number: str = "12/QĐ-UBND", who: str = "thu_ky") -> int:
        self.now += dt.timedelta(minutes=1)
        command = Publish(self.stage, number, dt.date(2024, 12, 20), "UBND HUYỆN", "CHỦ TỊCH")
        return publish(command, store=self.blobs, translate=str, actor=self.who(who), clock=self.clock)

    def annul(self, *units: str, positions: PositionsAfter | None, who: str = "phe_duyet", **more: Any) -> None:
        self.now += dt.timedelta(minutes=1)
        given = {"leaves": ("1.1",), "number": "30/QĐ-UBND", "reason": "có khuyết điểm"} | more
        numbers = tuple(self.sheets[unit] for unit in units)
        command = Annul(self.stage, numbers, decided_on=dt.date(2025, 3, 3), positions=positions, **given)
        annul(command, actor=self.who(who), clock=self.clock)

    def again(self, unit: str, points: int, number: str, *, said: int = 1) -> int:
        """Judge 1.1 of an annulled unit again, conclude, approve and publish it with the next edition."""
        self.verdict(unit, "1.1", said=said, points=points)
        self.alone(unit, GroupAction.CONCLUDE, "chu_tich_hd", document="02/BB")
        self.alone(unit, GroupAction.APPROVE, "phe_duyet")
        return self.publish(number)

    def concluded(self) -> Played:
        """Claim, send, agree with everything, conclude."""
        for unit, points in CLAIMED.items():
            for code, claimed in zip(LEAVES, points, strict=True):
                command = EnterSelfScore(self.sheets[unit], code, 0, claim={"points": str(claimed)})
                enter(command, actor=self.who(f"dau_moi_{unit}"), clock=self.clock)
            act(self.sheets[unit], UnitAction.SUBMIT, actor=self.who(f"dau_moi_{unit}"), clock=self.clock)
        self.now = LOCK
        self.group(GroupAction.OPEN_FIRST_APPRAISAL)
        for unit in CLAIMED:
            for code in LEAVES:
                self.verdict(unit, code)
        self.group(GroupAction.RELEASE_FIRST_RESULTS)
        self.now += dt.timedelta(days=3)
        self.group(GroupAction.OPEN_SECOND_APPRAISAL)
        self.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB")
        return self

    def published(self) -> Played:
        self.concluded()
        self.group(GroupAction.APPROVE, "phe_duyet")
        self.publish()
        return self


def make_world(folder: Path, *, year: int = 2024, previous: bool = False, **settings: Any) -> Played:
    """Make the campaign in the database in use, and open it; `settings` are policies of the campaign.

    `previous`: its set comes from an older one, in which 1.1 was 9.1 with a maximum of 50; the others are new.
    """
    clock = FixedClock(BEFORE_THE_LOCK)
    with unit_of_work(actor=None, clock=clock) as work:
        session = work.session
        units = [_unit(code, UnitTier.COMMUNE) for code in CLAIMED]
        agency = _unit("NV", UnitTier.AGENCY)
        above = Council(code="TINH", name="Hội đồng tỉnh")
        below = Council(code="HUYEN", name="Hội đồng huyện", reports_to=above)
        group, frame = PeerGroup(code="xa", name="Xã", units=units), _set(year)
        session.add_all([*units, agency, above, below, group, frame])
        session.flush()
        _people(session, units, agency, {"duoi": below, "tren": above})
        campaign = campaign_of(session, frame, group, below, year, settings)
        for root in (row for row in frame.criteria if row.parent is None):
            session.add(AppraiserAssignment(campaign=campaign, criterion=root, group=group, agency=agency))
        session.flush()
        if previous:
            _link(session, frame)
        open_in(work, campaign)
        session.flush()
        made = (campaign.id, campaign.groups[0].id, below.id)
    with reading() as session:
        sheets = session.scalars(select(Assessment).where(Assessment.campaign_id == made[0])).all()
        accounts = {user.username: user.id for user in session.scalars(select(PortalUser))}
        actors = {name: actor_of(session, number) for name, number in accounts.items()}
        numbers = {sheet.unit.code: sheet.id for sheet in sheets}
    return Played(*made, sheets=numbers, blobs=LocalBlobs(str(folder / "blobs")), actors=actors)


def _unit(code: str, tier: UnitTier) -> Unit:
    return Unit(code=code, name=f"Xã {code}", tier=tier, valid_from=dt.date(2020, 1, 1))


def _set(year: int) -> CriteriaSet:
    frame, position = CriteriaSet(code=f"bo_{year}", name="Bộ thử", year=year), 0
    for number in ("1", "2", "3"):
        own = {code: most for code, most in LEAVES.items() if code.startswith(number)}
        position += 1
        root = Criterion(position=position, code=number, title=f"Chỉ số 0{number}", maximum=Decimal(sum(own.values())))
        frame.criteria.append(root)
        for code, most in own.items():
            position += 1
            frame.criteria.append(
                Criterion(
                    position=position,
                    code=code,
                    title=f"Tiêu chí {code}",
                    original=f"Nguyên văn {code}",
                    maximum=Decimal(most),
                    parent=root,
                    rule=JUDGED,
                    scored_by=ScoredBy.UNIT,
                )
            )
    return frame


def _link(session: Session, frame: CriteriaSet) -> None:
    old = CriteriaSet(code="bo_cu", name="Bộ cũ", year=2023)
    leaf = Criterion(position=1, code="9.1", title="Tiêu chí cũ", maximum=Decimal(50), rule=JUDGED)
    leaf.scored_by = ScoredBy.UNIT
    old.criteria.append(leaf)
    session.add(old)
    session.flush()
    frame.previous_id = old.id
    kept = next(row for row in frame.criteria if row.code == "1.1")
    session.add(
        CriterionMapping(
            set_id=frame.id,
            old_criterion_id=leaf.id,
            new_criterion_id=kept.id,
            how=Confidence.BY_HAND,
            confirmed=True,
        )
    )
    session.flush()


def _people(session: Session, units: list[Unit], agency: Unit, councils: dict[str, Council]) -> None:
    def account(name: str, role: Role, unit: Unit | None = None, council: Council | None = None) -> None:
        user = PortalUser(username=name, first_name=name, last_name="", email=f"{name}@example.invalid", active=True)
        user.appointments.append(Membership(role=role, unit=unit, council=council))
        session.add(user)

    for unit in units:
        account(f"dau_moi_{unit.code}", Role.COORDINATOR, unit)
    account("tham_dinh", Role.APPRAISER, agency)
    for name, (role, council) in PEOPLE.items():
        account(name, role, council=councils.get(council))
    session.flush()


def campaign_of(
    session: Session, frame: CriteriaSet, group: PeerGroup, council: Council, year: int, settings: dict[str, Any]
) -> Campaign:
    made = Campaign(code=f"K{year}", name=f"Chấm điểm {year}", year=year)
    made.policies = {"internal_approval": False} | settings
    made.groups = [GroupStage(group=group, council=council, criteria_set=frame)]
    made.bands = [
        GradeBand(name=name, lower=Decimal(lower))
        for name, lower in (("Tốt", 80), ("Khá", 70), ("Trung bình", 60), ("Thấp", 0))
    ]
    made.phases = [
        Phase(kind=PhaseKind.SCORING, opens_at=dt.datetime(2024, 11, 1, tzinfo=dt.UTC), closes_at=LOCK),
        Phase(kind=PhaseKind.UPWARD_REPORT, closes_at=REPORT_DUE),
    ]
    session.add(made)
    session.flush()
    return made
