"""A group of a running campaign goes over to another version of its set: preview, then one act in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.campaigns import Campaign, GroupStage
from app.db.clock import Clock
from app.db.criteria import CriteriaSet
from app.db.queries.versions import mapping_between
from app.db.session import reading, unit_of_work
from app.domain import policy
from app.domain.errors import DomainError, InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.set_diff import ChangeKind, Difference, counted
from app.domain.terms import CampaignStatus, Stage
from app.services.adopting import Act, carry_out
from app.services.adoption_plan import Plan, SheetPlan, adoption_plan, adoption_problems
from app.services.group_context import find_group
from app.services.set_versions import SetHead, found_set, head_of

DOCUMENT_LIMIT = 200


@dataclass(frozen=True, slots=True)
class AdoptVersion:
    """The act. `sent_seen`: the organiser saw which sheets go back to their units. `document`: what orders it."""

    campaign_id: int
    group_id: int
    set_id: int
    reason: str
    document: str
    sent_seen: bool = False


@dataclass(frozen=True, slots=True)
class TouchedLine:
    """A leaf that changes, and in how many sheets something stands on it.

    `entered`: sheets with an entry; `other_points`: the claim earns something else; `refused`: the new rule does not
    take it, and the unit scores the leaf again; `back`: sheets already sent that go back with it.
    """

    difference: Difference
    entered: int
    other_points: int
    refused: int
    back: int


@dataclass(frozen=True, slots=True)
class LostLine:
    """An old leaf that is gone, and in how many sheets an entry stood there: readable on the old paper alone."""

    code: str
    title: str
    maximum: Decimal
    entered: int


@dataclass(frozen=True, slots=True)
class AdoptionPreview:
    """What the act would do; `problems` are what stands against it."""

    campaign: str
    group: str
    old: SetHead
    new: SetHead
    units: int
    counts: Mapping[ChangeKind, int]
    touched: tuple[TouchedLine, ...]
    lost: tuple[LostLine, ...]
    going_back: tuple[str, ...]
    staying_sent: tuple[str, ...]
    problems: tuple[DomainError, ...]


@dataclass(frozen=True, slots=True)
class GroupOfCampaign:
    """A group with the set it is scored by, and the versions it could go over to."""

    group_id: int
    group: str
    stage: Stage
    used: SetHead
    offered: tuple[SetHead, ...]


@dataclass(frozen=True, slots=True)
class AdoptionChoice:
    """A campaign and what could be adopted in it; nothing while it is a draft: its set is simply changed."""

    campaign: str
    open: bool
    groups: tuple[GroupOfCampaign, ...]


def adoption_choice(campaign_id: int, *, actor: Actor) -> AdoptionChoice:
    """Return the groups of a campaign with the versions that follow the set of each. Raises Forbidden, NotFound."""
    policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
    with reading() as session:
        campaign = session.get(Campaign, campaign_id)
        if campaign is None:
            raise NotFound("campaign_unknown", code=campaign_id)
        groups = [
            GroupOfCampaign(
                group_id=stage.group_id,
                group=stage.group.name,
                stage=stage.stage,
                used=head_of(stage.criteria_set),
                offered=tuple(_followers(session, stage.set_id)),
            )
            for stage in campaign.groups
        ]
        return AdoptionChoice(campaign.name, campaign.status is CampaignStatus.OPEN, tuple(groups))


def _followers(session: Session, set_id: int) -> Iterator[SetHead]:
    """Yield the sets that come from this one, through however many versions, newest first."""
    linked = select(CriteriaSet).where(CriteriaSet.previous_id.is_not(None)).order_by(CriteriaSet.id.desc())
    for row in session.scalars(linked).all():
        if row.id != set_id and mapping_between(session, set_id, row.id) is not None:
            yield head_of(row)


def preview_adoption(campaign_id: int, group_id: int, new_set_id: int, *, actor: Actor) -> AdoptionPreview:
    """Return what adopting `new_set_id` would touch and lose; nothing is written.

    Raises: Forbidden, NotFound, and what `adoption_plan.refuse_adoption` raises.
    """
    policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
    with reading() as session:
        plan = adoption_plan(session, _group(session, campaign_id, group_id), found_set(session, new_set_id))
        return AdoptionPreview(
            campaign=plan.group.campaign.name,
            group=plan.group.group.name,
            old=head_of(plan.old_set),
            new=head_of(plan.new_set),
            units=len(plan.sheets),
            counts=counted(plan.crossing.found),
            touched=tuple(_touched(plan)),
            lost=tuple(_lost(plan)),
            going_back=tuple(sheet.assessment.unit.name for sheet in plan.sheets if sheet.goes_back),
            staying_sent=tuple(sheet.assessment.unit.name for sheet in plan.sheets if _stays_sent(sheet)),
            problems=tuple(adoption_problems(session, plan)),
        )


def _stays_sent(sheet: SheetPlan) -> bool:
    return not sheet.goes_back and sheet.assessment.state == "submitted"


def _touched(plan: Plan) -> Iterator[TouchedLine]:
    entered: Counter[str] = Counter()
    other: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    back: Counter[str] = Counter()
    for sheet in plan.sheets:
        for entry, kept in sheet.entries:
            if kept.target is not None and entry.claim is not None:
                entered[kept.target] += 1
                refused[kept.target] += bool(kept.refused)
                other[kept.target] += not kept.refused and kept.points != entry.self_points
        back.update(list(sheet.touched) if sheet.goes_back else ())
    for each in plan.crossing.found:
        if each.new is not None and each.new.code in plan.crossing.touched:
            code = each.new.code
            yield TouchedLine(each, entered[code], other[code], refused[code], back[code])


def _lost(plan: Plan) -> Iterator[LostLine]:
    entered = Counter(
        kept.code for sheet in plan.sheets for entry, kept in sheet.entries if kept.target is None and entry.claim
    )
    for leaf in plan.crossing.old.leaves:
        if plan.crossing.target(leaf.code) is None:
            yield LostLine(leaf.code, leaf.title, leaf.maximum, entered[leaf.code])


def adopt_version(command: AdoptVersion, *, actor: Actor, clock: Clock) -> int:
    """Adopt a version; return how many sheets went back to their units.

    Raises: Forbidden, NotFound, InputInvalid reason_missing, document_missing, sent_not_seen, what
    `adoption_plan.refuse_adoption` raises, and the first of `adoption_plan.adoption_problems`.
    """
    if not command.reason.strip():
        raise InputInvalid("reason_missing", field="reason")
    if not command.document.strip() or len(command.document.strip()) > DOCUMENT_LIMIT:
        raise InputInvalid("document_missing", field="document", limit=DOCUMENT_LIMIT)
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
        session = work.session
        named = _group(session, command.campaign_id, command.group_id)
        group = find_group(session, named.id, lock=True)
        session.refresh(group)
        found_set(session, command.set_id)
        held = select(CriteriaSet).where(CriteriaSet.id == command.set_id).with_for_update(of=CriteriaSet)
        plan = adoption_plan(session, group, session.scalars(held).one())
        problems = adoption_problems(session, plan)
        if problems:
            raise problems[0]
        back = [sheet for sheet in plan.sheets if sheet.goes_back]
        if back and not command.sent_seen:
            raise InputInvalid("sent_not_seen", field="sent_seen", count=len(back))
        carry_out(work, plan, Act(command.reason.strip(), command.document.strip()))
        return len(back)


def _group(session: Session, campaign_id: int, group_id: int) -> GroupStage:
    key = (GroupStage.campaign_id == campaign_id, GroupStage.group_id == group_id)
    found = session.scalars(select(GroupStage).where(*key)).one_or_none()
    if found is None:
        raise NotFound("group_unknown")
    return found
