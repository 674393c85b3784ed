"""Save the steps of a draft campaign: each at once, in one transaction on its row; an open campaign is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.db.campaigns import AppraiserAssignment, Campaign, CampaignOverride, GroupStage, OfficerAssignment, Phase
from app.db.clock import Clock
from app.db.criteria import CriteriaSet, Criterion
from app.db.entering import LeafTerm
from app.db.identity import Council, PeerGroup
from app.db.session import Work, unit_of_work
from app.db.setup import CampaignSetup
from app.domain import policy
from app.domain.deadlines import Span
from app.domain.errors import Conflict, InputInvalid, NotFound
from app.domain.opening import phase_problems
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import CampaignStatus, PhaseKind
from app.services.campaign_changes import Ranking, check_ranking, ranking_of, set_ranking
from app.services.setup import basis_chosen, checked_head


def held_draft(work: Work, campaign_id: int, actor: Actor) -> Campaign:
    """Return a draft, its row held. Raises Forbidden, NotFound, Conflict("campaign_open")."""
    policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
    campaign = work.session.get(Campaign, campaign_id, with_for_update=True)
    if campaign is None:
        raise NotFound("campaign_unknown", code=campaign_id)
    if campaign.status is not CampaignStatus.DRAFT:
        raise Conflict("campaign_open", campaign=campaign.code)
    return campaign


def setup_of(session: Session, campaign_id: int) -> CampaignSetup | None:
    return session.scalars(select(CampaignSetup).where(CampaignSetup.campaign_id == campaign_id)).one_or_none()


def _own_setup(session: Session, campaign_id: int) -> CampaignSetup:
    """Return what is known of the set-up; a draft that was added by hand begins one here."""
    row = setup_of(session, campaign_id)
    if row is None:
        row = CampaignSetup(campaign_id=campaign_id, profile={}, unresolved=[])
        session.add(row)
    return row


def save_start(
    campaign_id: int, name: str, year: int, legal_basis_id: int | None, *, actor: Actor, clock: Clock
) -> None:
    """Step 1 again. Raises: see `start_campaign`, `held_draft`."""
    name = checked_head(name, year)
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = held_draft(work, campaign_id, actor)
        basis = basis_chosen(work.session, legal_basis_id)
        old = {"name": campaign.name, "year": campaign.year, "legal_basis_id": campaign.legal_basis_id}
        campaign.name, campaign.year, campaign.legal_basis = name, year, basis
        work.session.flush()
        new = {"name": name, "year": year, "legal_basis_id": campaign.legal_basis_id}
        work.audit(f"campaign:{campaign_id}", "campaign_set_up", "campaign", campaign.code, old=old, new=new)


@dataclass(frozen=True, slots=True)
class GroupWanted:
    """A group of the campaign: which peer group, before which council, by which set."""

    group_id: int
    council_id: int | None
    set_id: int | None


def save_groups(campaign_id: int, wanted: Sequence[GroupWanted], *, actor: Actor, clock: Clock) -> None:
    """Step 2: the groups are exactly these. Another set takes the assignments on the old one away.

    Raises: see `held_draft`; InputInvalid group_exists, group_unknown_here, council_missing_here, set_missing_here.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = held_draft(work, campaign_id, actor)
        old = _groups_said(campaign)
        numbers = [each.group_id for each in wanted]
        if len(set(numbers)) != len(numbers):
            twice = next(row for row in numbers if numbers.count(row) > 1)
            raise InputInvalid("group_exists", group=str(work.session.get(PeerGroup, twice)), field="group")
        rows = {row.group_id: row for row in campaign.groups}
        for number, row in rows.items():
            if number not in numbers:
                campaign.groups.remove(row)
                work.session.delete(row)
        for each in wanted:
            _save_group(work.session, campaign, rows.get(each.group_id), each)
        work.session.flush()
        _drop_stale_rows(work, campaign)
        _own_setup(work.session, campaign_id).unresolved = []
        new = _groups_said(campaign)
        if old != new:
            work.audit(f"campaign:{campaign_id}", "campaign_set_up", "campaign", campaign.code, old=old, new=new)


def _save_group(session: Session, campaign: Campaign, row: GroupStage | None, wanted: GroupWanted) -> None:
    group = session.get(PeerGroup, wanted.group_id)
    if group is None:
        raise InputInvalid("group_unknown_here", field="group")
    council = None if wanted.council_id is None else session.get(Council, wanted.council_id)
    if council is None:
        raise InputInvalid("council_missing_here", group=group.name, field=f"council.{group.id}")
    criteria_set = None if wanted.set_id is None else session.get(CriteriaSet, wanted.set_id)
    if criteria_set is None:
        raise InputInvalid("set_missing_here", group=group.name, field=f"set.{group.id}")
    if row is None:
        campaign.groups.append(GroupStage(group=group, council=council, criteria_set=criteria_set))
    elif (row.council_id, row.set_id) != (council.id, criteria_set.id):
        row.council, row.criteria_set = council, criteria_set


def _groups_said(campaign: Campaign) -> dict[str, object]:
    return {"groups": [f"{row.group.code}: {row.council.code}, {row.criteria_set}" for row in campaign.groups]}


def _drop_stale_rows(work: Work, campaign: Campaign) -> None:
    """Take away assignments of criteria no group is scored by any more: nothing else would ever reach them."""
    sets, groups = {row.set_id for row in campaign.groups}, {row.group_id for row in campaign.groups}
    stale = select(Criterion.id).where(Criterion.set_id.not_in(sets))
    gone = AppraiserAssignment.group_id.not_in(groups)
    _drop(work, campaign, AppraiserAssignment, or_(AppraiserAssignment.criterion_id.in_(stale), gone))
    _drop(work, campaign, OfficerAssignment, OfficerAssignment.criterion_id.in_(stale))
    _drop(work, campaign, CampaignOverride, CampaignOverride.criterion_id.in_(stale))
    _drop(work, campaign, LeafTerm, LeafTerm.criterion_id.in_(stale))


def _drop(work: Work, campaign: Campaign, table: type[Any], which: ColumnElement[bool]) -> None:
    found = work.session.scalars(select(table).where(table.campaign_id == campaign.id, which)).all()
    for row in found:
        work.session.delete(row)
    if found:
        stream, old = f"campaign:{campaign.id}", {"criteria": ", ".join(row.criterion.code for row in found)}
        work.audit(stream, "configuration_deleted", table.__tablename__, campaign.code, old=old)


def save_dates(campaign_id: int, wanted: Mapping[PhaseKind, Span], *, actor: Actor, clock: Clock) -> None:
    """Step 3: the phases are exactly these, checked in their order.

    Raises: see `held_draft`; InputInvalid scoring_without_opening, phase_opens_after_it_closes, phases_out_of_order.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = held_draft(work, campaign_id, actor)
        if PhaseKind.SCORING in wanted and wanted[PhaseKind.SCORING].opens_at is None:
            raise InputInvalid("scoring_without_opening", field="scoring.opens")
        for problem in phase_problems(wanted):
            if problem.code != "no_scoring_phase":  # the checklist names it: a draft may wait for its date
                raise problem
        before = {row.kind: Span(row.opens_at, row.closes_at) for row in campaign.phases}
        _set_phases(campaign, wanted)
        _own_setup(work.session, campaign_id).dates_checked = True
        old, new = ({kind.value: _said(span) for kind, span in spans.items()} for spans in (before, wanted))
        work.audit(f"campaign:{campaign_id}", "campaign_set_up", "campaign", campaign.code, old=old, new=new)


def _set_phases(campaign: Campaign, wanted: Mapping[PhaseKind, Span]) -> None:
    """A date somebody typed is no sample any more."""
    rows = {row.kind: row for row in campaign.phases}
    for kind, row in rows.items():
        if kind not in wanted:
            campaign.phases.remove(row)
    for kind, span in wanted.items():
        if kind not in rows:
            campaign.phases.append(Phase(kind=kind, opens_at=span.opens_at, closes_at=span.closes_at))
        elif Span(rows[kind].opens_at, rows[kind].closes_at) != span:
            rows[kind].opens_at, rows[kind].closes_at, rows[kind].sample = span.opens_at, span.closes_at, False


def _said(span: Span) -> str:
    opens = "" if span.opens_at is None else span.opens_at.isoformat()
    return f"{opens} – {span.closes_at.isoformat()}"


def save_ranking(campaign_id: int, wanted: Ranking, *, actor: Actor, clock: Clock) -> None:
    """Step 5: decimals, ties, classes. Raises: see `held_draft`, `check_ranking`."""
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = held_draft(work, campaign_id, actor)
        check_ranking(wanted)
        before = ranking_of(campaign)
        set_ranking(work.session, campaign, wanted)
        old, new = (
            {"decimals": each.decimals, "bands": [f"{n}: {b}" for n, b in each.bands]} for each in (before, wanted)
        )
        work.audit(f"campaign:{campaign_id}", "campaign_set_up", "campaign", campaign.code, old=old, new=new)
