"""A campaign small enough to hold in one's head: one group, two leaves (1.1 and 1.2), as many units as asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import AppraiserAssignment, Campaign, GradeBand, GroupStage, OfficerAssignment, Phase
from app.db.clock import FixedClock
from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import Council, Membership, PeerGroup, PortalUser, Unit
from app.db.session import unit_of_work
from app.domain.terms import CampaignStatus, PhaseKind, Role, ScoredBy, SetStatus, UnitTier

JUDGED = {"kind": "judged", "version": 1, "nothing_arose": None, "step": "0.5"}


@dataclass(frozen=True)
class SmallWorld:
    """The ids; `units[n]` is scored in `assessments[n]`, its officer is `officers[n]`."""

    campaign: int
    set: int
    stage: int
    council: int
    leaves: dict[str, int]
    units: list[int]
    assessments: list[int]
    officers: list[int]
    agency: int
    appraiser: int


def user(name: str) -> PortalUser:
    return PortalUser(username=name, first_name=name, last_name="", email=f"{name}@example.invalid", active=True)


def unit(code: str, tier: UnitTier = UnitTier.COMMUNE) -> Unit:
    return Unit(code=code, name=f"Xã {code}", tier=tier, valid_from=dt.date(2020, 1, 1))


def criteria_set() -> CriteriaSet:
    made = CriteriaSet(code="S", name="Bộ tiêu chí", year=2024)
    root = Criterion(position=1, code="1", title="Chỉ đạo", maximum=Decimal(3))
    made.criteria = [root] + [
        Criterion(
            position=number,
            code=code,
            title=code,
            maximum=Decimal(most),
            parent=root,
            rule=JUDGED,
            scored_by=ScoredBy.UNIT,
        )
        for number, (code, most) in enumerate((("1.1", 1), ("1.2", 2)), start=2)
    ]
    return made


def build(clock: FixedClock, *, units: int = 1) -> SmallWorld:
    """Make an open campaign with `units` communes, one officer each, and one agency that appraises all."""
    with unit_of_work(actor=None, clock=clock) as work:
        session = work.session
        communes = [unit(f"XM{number:02d}") for number in range(1, units + 1)]
        agency = unit("NV", UnitTier.AGENCY)
        group, council = PeerGroup(code="G", name="Xã", units=communes), Council(code="C", name="Hội đồng")
        officers = [user(f"can_bo_{number:02d}") for number in range(1, units + 1)]
        appraiser, frame = user("tham_dinh_01"), criteria_set()
        session.add_all([*communes, agency, group, council, *officers, appraiser, frame])
        session.flush()
        campaign = _campaign(session, frame, group, council)
        leaves = {row.code: row.id for row in frame.criteria if row.rule}
        _people(session, campaign, communes, officers, frame.criteria[0].id)
        session.add(Membership(user_id=appraiser.id, role=Role.APPRAISER, unit_id=agency.id))
        session.add(
            AppraiserAssignment(
                campaign=campaign,
                criterion_id=frame.criteria[0].id,
                group_id=group.id,
                agency_id=agency.id,
            ),
        )
        sheets = [
            Assessment(campaign=campaign, group_stage=campaign.groups[0], unit=commune, state="draft")
            for commune in communes
        ]
        session.add_all(sheets)
        session.flush()
        frame.content_sha256, frame.status = f"{campaign.id:064d}", SetStatus.FROZEN
        campaign.status = CampaignStatus.OPEN
        session.flush()
        return SmallWorld(
            campaign=campaign.id,
            set=frame.id,
            stage=campaign.groups[0].id,
            council=council.id,
            leaves=leaves,
            units=[commune.id for commune in communes],
            assessments=[sheet.id for sheet in sheets],
            officers=[officer.id for officer in officers],
            agency=agency.id,
            appraiser=appraiser.id,
        )


def _campaign(session: Session, frame: CriteriaSet, group: PeerGroup, council: Council) -> Campaign:
    made = Campaign(code="K", name="Chấm điểm", year=2024)
    made.groups = [GroupStage(group=group, council=council, criteria_set=frame)]
    made.bands = [GradeBand(name="Tốt", lower=Decimal(80)), GradeBand(name="Khá", lower=Decimal(0))]
    made.phases = [
        Phase(
            kind=PhaseKind.SCORING,
            opens_at=dt.datetime(2024, 11, 1, tzinfo=dt.UTC),
            closes_at=dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC),
        ),
    ]
    session.add(made)
    session.flush()
    return made


def _people(
    session: Session,
    campaign: Campaign,
    communes: list[Unit],
    officers: list[PortalUser],
    branch: int,
) -> None:
    for commune, officer in zip(communes, officers, strict=True):
        session.add(Membership(user_id=officer.id, role=Role.OFFICER, unit_id=commune.id))
        session.add(
            OfficerAssignment(campaign=campaign, unit_id=commune.id, criterion_id=branch, user_id=officer.id),
        )
