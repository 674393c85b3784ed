"""An agency divides its leaves among its people: who judges which branch of which units, and how much is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.campaigns import AppraiserAssignment, Campaign, GroupStage
from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.identity import Unit, peer_group_unit
from app.db.office import AppraiserShare
from app.db.queries.office import appraisers_by_agency, names_of
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.errors import Conflict, InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import CampaignStatus, Stage
from app.services.desk import APPRAISING, waits_for_agency
from app.services.group_context import GroupContext, group_context
from app.services.office import Office, office_of
from app.services.verdict_marks import by_council


@dataclass(frozen=True, slots=True)
class AgencyHead:
    """An agency of a campaign whose division of work the reader may see."""

    campaign_id: int
    campaign: str
    agency_id: int
    agency: str
    shares: int
    may_assign: bool


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One share in words; an empty branch, group or unit is all of them."""

    share_id: int
    person: str
    branch: str
    title: str
    group: str
    unit: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person of the agency: how many leaves are theirs and how many of these wait."""

    user_id: int
    name: str
    leaves: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Division:
    """One agency's work in one campaign: people, shares, what is nobody's, and what may be chosen for a new share."""

    campaign_id: int
    campaign: str
    agency_id: int
    agency: str
    may_assign: bool
    people: tuple[PersonLine, ...]
    shares: tuple[ShareLine, ...]
    nobodys: int
    nobodys_waiting: int
    branches: tuple[tuple[int, str], ...]
    groups: tuple[tuple[int, str], ...]
    units: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class NewShare:
    """`criterion_id` None: every branch; group and unit None: every unit."""

    campaign_id: int
    agency_id: int
    user_id: int
    criterion_id: int | None = None
    group_id: int | None = None
    unit_id: int | None = None


def agencies_to_divide(*, actor: Actor) -> list[AgencyHead]:
    """Return the agencies of open campaigns whose division the actor may see, newest campaign first."""
    with reading() as session:
        pairs = (
            select(Campaign, Unit)
            .join(AppraiserAssignment, AppraiserAssignment.campaign_id == Campaign.id)
            .join(Unit, Unit.id == AppraiserAssignment.agency_id)
            .where(Campaign.status == CampaignStatus.OPEN)
            .distinct()
            .order_by(Campaign.id.desc(), Unit.code)
        )
        rows = select(AppraiserShare.campaign_id, AppraiserShare.agency_id)
        counts = Counter((row.campaign_id, row.agency_id) for row in session.execute(rows))
        return [
            AgencyHead(
                campaign.id,
                campaign.name,
                agency.id,
                agency.name,
                counts[campaign.id, agency.id],
                policy.allows(actor, Permission.SHARE_ASSIGN, Subject(unit_id=agency.id)),
            )
            for campaign, agency in session.execute(pairs)
            if policy.allows(actor, Permission.SHARE_READ, Subject(unit_id=agency.id))
        ]


def division(campaign_id: int, agency_id: int, *, actor: Actor, clock: Clock) -> Division:
    """Return how an agency has divided its work. Raises NotFound for another agency's."""
    with reading() as session:
        campaign, agency = _find(session, campaign_id, agency_id, actor)
        people = appraisers_by_agency(session, [agency_id]).get(agency_id, ())
        stages = _stages(session, campaign_id)
        tally = _tally(session, stages, agency_id, clock)
        names = names_of(session, people)
        return Division(
            campaign_id=campaign_id,
            campaign=campaign.name,
            agency_id=agency_id,
            agency=agency.name,
            may_assign=policy.allows(actor, Permission.SHARE_ASSIGN, Subject(unit_id=agency_id)),
            people=tuple(
                PersonLine(user, names[user], tally["leaves", user], tally["waiting", user]) for user in people
            ),
            shares=tuple(_line(row) for row in _shares(session, campaign_id, agency_id)),
            nobodys=tally["leaves", 0],
            nobodys_waiting=tally["waiting", 0],
            branches=tuple((row.id, f"{row.code} {row.title}") for row in _branches(session, stages)),
            groups=tuple((stage.group_id, stage.group.name) for stage in stages),
            units=tuple((row.id, row.name) for row in _units(session, stages)),
        )


def _find(session: Session, campaign_id: int, agency_id: int, actor: Actor) -> tuple[Campaign, Unit]:
    """Return an open campaign and an agency that appraises in it. Raises NotFound("agency_unknown")."""
    found = (
        select(Campaign, Unit)
        .join(AppraiserAssignment, AppraiserAssignment.campaign_id == Campaign.id)
        .join(Unit, Unit.id == AppraiserAssignment.agency_id)
        .where(Campaign.id == campaign_id, Unit.id == agency_id, Campaign.status == CampaignStatus.OPEN)
        .limit(1)
    )
    pair = session.execute(found).first()
    if pair is None or not policy.allows(actor, Permission.SHARE_READ, Subject(unit_id=agency_id)):
        raise NotFound("agency_unknown")
    return pair[0], pair[1]


def _stages(session: Session, campaign_id: int) -> Sequence[GroupStage]:
    statement = select(GroupStage).where(GroupStage.campaign_id == campaign_id).options(joinedload(GroupStage.group))
    return session.scalars(statement.order_by(GroupStage.id)).all()


def _branches(session: Session, stages: Sequence[GroupStage]) -> Sequence[Criterion]:
    sets = {stage.set_id for stage in stages}
    statement = select(Criterion).where(Criterion.set_id.in_(sets)).order_by(Criterion.set_id, Criterion.position)
    return session.scalars(statement).all()


def _units(session: Session, stages: Sequence[GroupStage]) -> Sequence[Unit]:
    groups = {stage.group_id for stage in stages}
    statement = (
        select(Unit)
        .join(peer_group_unit, peer_group_unit.c.unit_id == Unit.id)
        .where(peer_group_unit.c.peer_group_id.in_(groups))
    )
    return session.scalars(statement.order_by(Unit.code)).all()


def _shares(session: Session, campaign_id: int, agency_id: int) -> Sequence[AppraiserShare]:
    statement = (
        select(AppraiserShare)
        .where(AppraiserShare.campaign_id == campaign_id, AppraiserShare.agency_id == agency_id)
        .options(
            joinedload(AppraiserShare.user),
            joinedload(AppraiserShare.criterion),
            joinedload(AppraiserShare.group),
            joinedload(AppraiserShare.unit),
        )
        .order_by(AppraiserShare.id)
    )
    return session.scalars(statement).all()


def _line(row: AppraiserShare) -> ShareLine:
    return ShareLine(
        share_id=row.id,
        person=row.user.first_name,
        branch="" if row.criterion is None else row.criterion.code,
        title="" if row.criterion is None else row.criterion.title,
        group="" if row.group is None else row.group.name,
        unit="" if row.unit is None else row.unit.name,
    )


def _tally(session: Session, stages: Sequence[GroupStage], agency_id: int, clock: Clock) -> Counter[tuple[str, int]]:
    """Count leaves, and those that wait, by who holds them; 0 is nobody. A leaf shared by two counts for both."""
    counts: Counter[tuple[str, int]] = Counter()
    now = clock.read(session)
    for stage in stages:
        context = group_context(session, stage, now)
        for holders, waits in _held(context, office_of(session, context), agency_id):
            for user in holders or {0}:
                counts["leaves", user] += 1
                counts["waiting", user] += waits
    return counts


def _held(context: GroupContext, office: Office, agency_id: int) -> Iterator[tuple[frozenset[int], bool]]:
    for row in context.assessments.values():
        stage = context.stage_of(row)
        if row.id not in context.pins or stage not in APPRAISING:
            continue
        agencies, holders = context.agencies(row), office.holders(context, row, agency_id)
        council = stage is Stage.SECOND_APPRAISAL and by_council(context, 2)
        for leaf in context.own_leaves(row.id):
            if agencies[leaf.code] == agency_id:
                waits = not council and waits_for_agency(context, row, leaf.code)
                yield holders.get(leaf.code, frozenset()), waits


def share_out(command: NewShare, *, actor: Actor, clock: Clock) -> None:
    """Give a person of the agency a share of its leaves.

    Raises: NotFound, Forbidden, InputInvalid("share_person_unfit", "share_branch_unfit", "share_scope_unfit"),
    Conflict("share_exists").
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        _find(work.session, command.campaign_id, command.agency_id, actor)
        policy.require(actor, Permission.SHARE_ASSIGN, Subject(unit_id=command.agency_id))
        work.session.execute(select(Campaign.id).where(Campaign.id == command.campaign_id).with_for_update())
        _check(work.session, command)
        wanted = _columns(command)
        if work.session.scalars(select(AppraiserShare).filter_by(**wanted)).first() is not None:
            raise Conflict("share_exists")
        row = AppraiserShare(**wanted)
        work.session.add(row)
        work.session.flush()
        _told(work, "share_given", row, old=None, new=wanted)


def _columns(command: NewShare) -> dict[str, Any]:
    return {
        "campaign_id": command.campaign_id,
        "agency_id": command.agency_id,
        "user_id": command.user_id,
        "criterion_id": command.criterion_id,
        "group_id": command.group_id,
        "unit_id": command.unit_id,
    }


def _check(session: Session, command: NewShare) -> None:
    if command.user_id not in appraisers_by_agency(session, [command.agency_id]).get(command.agency_id, ()):
        raise InputInvalid("share_person_unfit", field="person")
    stages = _stages(session, command.campaign_id)
    if command.criterion_id is not None and command.criterion_id not in {row.id for row in _branches(session, stages)}:
        raise InputInvalid("share_branch_unfit", field="branch")
    groups, units = {stage.group_id for stage in stages}, {row.id for row in _units(session, stages)}
    both = command.group_id is not None and command.unit_id is not None
    if both or command.group_id not in {None, *groups} or command.unit_id not in {None, *units}:
        raise InputInvalid("share_scope_unfit", field="scope")


def take_share_back(share_id: int, *, actor: Actor, clock: Clock) -> tuple[int, int]:
    """Take a share back; its leaves go to the next share that covers them. Return (campaign, agency).

    Raises: NotFound, Forbidden.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        row = work.session.get(AppraiserShare, share_id, with_for_update=True)
        if row is None or not policy.allows(actor, Permission.SHARE_READ, Subject(unit_id=row.agency_id)):
            raise NotFound("share_unknown")
        policy.require(actor, Permission.SHARE_ASSIGN, Subject(unit_id=row.agency_id))
        old = {name: getattr(row, name) for name in _columns(NewShare(0, 0, 0))}
        _told(work, "share_taken_back", row, old=old, new=None)
        work.session.delete(row)
        return row.campaign_id, row.agency_id


def _told(
    work: Work, action: str, row: AppraiserShare, *, old: dict[str, Any] | None, new: dict[str, Any] | None
) -> None:
    work.audit(f"campaign:{row.campaign_id}", action, "appraiser_share", row.id, old=old, new=new)
