"""Change an open campaign: only here, with a reason and a document, kept old → new, and told to whom it concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import Campaign, GradeBand, GroupStage, Phase
from app.db.clock import Clock
from app.db.identity import Unit
from app.db.queries.people import people_of_council, people_of_units
from app.db.results import StageAct
from app.db.session import Work, unit_of_work
from app.db.setup import CampaignChange, SheetClosing
from app.domain import policy
from app.domain.campaign import Policies
from app.domain.campaign_change import (
    ChangeKind,
    changed_phases,
    changed_policies,
    checked_words,
    refuse_after_conclusion,
)
from app.domain.classification import Band, check_bands
from app.domain.deadlines import Span
from app.domain.errors import Conflict, InputInvalid, NotFound
from app.domain.notices import NoticeKind
from app.domain.points import plain
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import CampaignStatus, GroupAction, PhaseKind, Role, Ties, WindowGround
from app.services.notices import announce

UNIT_PEOPLE = (Role.OFFICER, Role.COORDINATOR, Role.UNIT_HEAD)
COUNCIL_PEOPLE = (Role.SECRETARIAT, Role.COUNCIL_CHAIR, Role.APPROVING_AUTHORITY)


@dataclass(frozen=True, slots=True)
class Why:
    """The ground of a change: everybody it concerns reads both."""

    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """How results are worked out, beyond the policies."""

    decimals: int
    ties: Ties
    bands: tuple[tuple[str, Decimal], ...]


def open_campaign_of(work: Work, campaign_id: int, actor: Actor) -> Campaign:
    """Return an open campaign, its row held. Raises Forbidden, NotFound, Conflict("campaign_not_open")."""
    policy.require(actor, Permission.CAMPAIGN_CHANGE, Subject())
    campaign = work.session.get(Campaign, campaign_id, with_for_update=True)
    if campaign is None:
        raise NotFound("campaign_unknown", code=campaign_id)
    if campaign.status is not CampaignStatus.OPEN:
        raise Conflict("campaign_not_open", campaign=campaign.name)
    return campaign


def keep(
    work: Work, campaign_id: int, kind: ChangeKind, old: Mapping[str, Any], new: Mapping[str, Any], why: Why
) -> CampaignChange:
    """Keep a change and write it down. Raises InputInvalid("change_without_reason", "document_missing")."""
    reason, document = checked_words(why.reason, why.document)
    row = CampaignChange(
        campaign_id=campaign_id,
        kind=kind,
        old=dict(old),
        new=dict(new),
        reason=reason,
        document=document,
        at=work.now,
        by_id=work.acting.user_id,
    )
    work.session.add(row)
    work.session.flush()
    said = {**new, "document": document}
    work.audit(
        f"campaign:{campaign_id}", f"campaign_{kind.value}", "campaign", campaign_id, old=old, new=said, note=reason
    )
    return row


def change_phases(
    campaign_id: int, wanted: Mapping[PhaseKind, Span], why: Why, *, actor: Actor, clock: Clock
) -> frozenset[PhaseKind]:
    """Move phases for everybody; return which. `wanted`: every phase as it is to be.

    Raises: Forbidden, NotFound, Conflict, InputInvalid with the codes of `changed_phases` and `checked_words`.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = open_campaign_of(work, campaign_id, actor)
        checked_words(why.reason, why.document)
        before = {row.kind: Span(row.opens_at, row.closes_at) for row in campaign.phases}
        changed = changed_phases(before, wanted, work.now)
        rows = {row.kind: row for row in campaign.phases}
        for kind, span in changed.items():
            if kind in rows:
                rows[kind].opens_at, rows[kind].closes_at, rows[kind].sample = span.opens_at, span.closes_at, False
            else:
                campaign.phases.append(Phase(kind=kind, opens_at=span.opens_at, closes_at=span.closes_at))
        old = {kind.value: _span(before[kind]) for kind in changed if kind in before}
        new = {kind.value: _span(span) for kind, span in changed.items()}
        keep(work, campaign_id, ChangeKind.PHASES, old, new, why)
        _tell_of_phases(work, campaign, changed)
        return frozenset(changed)


def _span(span: Span) -> dict[str, str | None]:
    opens = None if span.opens_at is None else span.opens_at.astimezone(dt.UTC).isoformat()
    return {"opens_at": opens, "closes_at": span.closes_at.astimezone(dt.UTC).isoformat()}


def _tell_of_phases(work: Work, campaign: Campaign, changed: Mapping[PhaseKind, Span]) -> None:
    tell_everybody(work, campaign, ChangeKind.PHASES)
    if PhaseKind.SCORING not in changed:
        return
    due = changed[PhaseKind.SCORING].closes_at.isoformat()
    for number, unit_id, name in running_sheets(work.session, campaign.id):
        people = people_of_units(work.session, [unit_id], UNIT_PEOPLE)
        facts = {"unit": name, "ground": WindowGround.EXTENSION.value, "due": due}
        announce(work, NoticeKind.WINDOW_OPENED, people, path=f"/sheets/{number}", facts=facts)


def running_sheets(session: Session, campaign_id: int) -> Sequence[tuple[int, int, str]]:
    closed = exists().where(SheetClosing.assessment_id == Assessment.id)
    statement = (
        select(Assessment.id, Assessment.unit_id, Unit.name)
        .join(Assessment.unit)
        .where(Assessment.campaign_id == campaign_id, ~closed)
        .order_by(Unit.code)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def tell_everybody(work: Work, campaign: Campaign, kind: ChangeKind) -> None:
    """Tell the people of the campaign's units and councils that something of it changed."""
    units = [unit for _, unit, _ in running_sheets(work.session, campaign.id)]
    told = set(people_of_units(work.session, units, UNIT_PEOPLE))
    for council_id in {group.council_id for group in campaign.groups}:
        told |= set(people_of_council(work.session, council_id, COUNCIL_PEOPLE))
    tell(work, campaign, kind, sorted(told))


def tell(work: Work, campaign: Campaign, kind: ChangeKind, user_ids: Iterable[int]) -> None:
    facts = {"campaign": campaign.name, "change": kind.value}
    announce(work, NoticeKind.CAMPAIGN_CHANGED, user_ids, path="/", facts=facts)


def change_ranking(campaign_id: int, wanted: Ranking, why: Why, *, actor: Actor, clock: Clock) -> None:
    """Change decimals, ties or classes, before the first conclusion.

    Raises: Forbidden, NotFound, Conflict campaign_not_open, change_after_conclusion; InputInvalid nothing_changed,
    decimals_impossible, band_above_hundred and the codes of `check_bands`.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = open_campaign_of(work, campaign_id, actor)
        checked_words(why.reason, why.document)
        _refuse_late(work.session, campaign)
        check_ranking(wanted)
        before = ranking_of(campaign)
        if before == wanted:
            raise InputInvalid("nothing_changed")
        set_ranking(work.session, campaign, wanted)
        keep(work, campaign_id, ChangeKind.RANKING, said_of_ranking(before), said_of_ranking(wanted), why)
        tell_everybody(work, campaign, ChangeKind.RANKING)


def check_ranking(wanted: Ranking) -> None:
    """Refuse what ranks nothing: decimals_impossible, band_above_hundred, and the codes of `check_bands`."""
    if not 0 <= wanted.decimals <= 4:
        raise InputInvalid("decimals_impossible", field="decimals")
    if any(lower > 100 for _, lower in wanted.bands):
        raise InputInvalid("band_above_hundred", field="bands")
    check_bands([Band(name, lower) for name, lower in wanted.bands])


def ranking_of(campaign: Campaign) -> Ranking:
    bands = sorted(((row.name, row.lower) for row in campaign.bands), key=lambda each: -each[1])
    return Ranking(campaign.decimals, campaign.ties, tuple(bands))


def set_ranking(session: Session, campaign: Campaign, wanted: Ranking) -> None:
    """Write the figures; a class that keeps its name and bound keeps its mark of a sample."""
    samples = {(row.name, row.lower): row.sample for row in campaign.bands}
    campaign.decimals, campaign.ties = wanted.decimals, wanted.ties
    campaign.bands.clear()
    session.flush()  # the old bounds go before the same ones come
    for name, lower in wanted.bands:
        campaign.bands.append(GradeBand(name=name, lower=lower, sample=samples.get((name, lower), False)))
    session.flush()


def said_of_ranking(ranking: Ranking) -> dict[str, Any]:
    bands = [f"{name}: {plain(lower)}" for name, lower in ranking.bands]
    return {"decimals": ranking.decimals, "ties": ranking.ties.value, "bands": bands}


def change_policies(campaign_id: int, wanted: Policies, why: Why, *, actor: Actor, clock: Clock) -> frozenset[str]:
    """Change settings an open campaign may change, before the first conclusion; return which.

    Raises: Forbidden, NotFound, Conflict, InputInvalid nothing_changed, policy_fixed.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = open_campaign_of(work, campaign_id, actor)
        checked_words(why.reason, why.document)
        _refuse_late(work.session, campaign)
        old, new = Policies.from_json(campaign.policies).to_json(), wanted.to_json()
        changed = changed_policies(old, new)
        if not changed:
            raise InputInvalid("nothing_changed")
        campaign.policies = new
        names = sorted(changed)
        kept_old, kept_new = ({name: settings.get(name) for name in names} for settings in (old, new))
        keep(work, campaign_id, ChangeKind.POLICIES, kept_old, kept_new, why)
        tell_everybody(work, campaign, ChangeKind.POLICIES)
        return changed


def _refuse_late(session: Session, campaign: Campaign) -> None:
    """Raise Conflict once a group was concluded; its groups are held, so that none is while the change is made."""
    for number in sorted(group.id for group in campaign.groups):
        session.refresh(session.get_one(GroupStage, number), with_for_update=True)
    acts = exists().where(
        StageAct.group_stage_id.in_([group.id for group in campaign.groups]), StageAct.action == GroupAction.CONCLUDE
    )
    ever = bool(session.scalar(select(acts)))
    refuse_after_conclusion((group.stage for group in campaign.groups), ever_concluded=ever)
