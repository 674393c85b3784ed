"""Surveys of a group: who was asked, how many sheets went out and came back; one that was wrong is withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.campaigns import GroupStage
from app.db.clock import Clock
from app.db.entering import Survey, SurveyTally
from app.db.session import reading, unit_of_work
from app.domain import policy
from app.domain.criteria import Node
from app.domain.errors import Conflict, InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.rules import SurveyRule
from app.domain.survey_counts import whole
from app.domain.terms import ScoredBy
from app.services.group_context import GroupContext, find_group, group_context
from app.services.line_entry import group_refusal, see_group
from app.services.survey_tallies import find_survey, recount_surveys, tallies_of

_ROOM = {"name": 200, "audience": 120, "carried_out_by": 200, "document": 200}


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """What a survey says of itself, as typed; `documented_on` is the day of its document."""

    name: str
    audience: str
    sent: str
    returned: str
    carried_out_by: str = ""
    document: str = ""
    documented_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SurveyView:
    """A survey with the leaves it can be counted on; `counted`: units with counts, by leaf."""

    survey_id: int
    group_stage_id: int
    campaign: str
    group: str
    facts: SurveyFacts
    leaves: tuple[Node, ...]
    counted: Mapping[str, int]
    units: int
    withdrawn_at: dt.datetime | None
    withdrawn_reason: str
    refusal: str | None


def survey_leaves(context: GroupContext) -> tuple[Node, ...]:
    """Return the leaves surveys decide: counts of answers, and no points of the council in their place."""
    return tuple(
        leaf
        for leaf in context.tree.leaves
        if leaf.scored_by is ScoredBy.SURVEY
        and isinstance(leaf.rule, SurveyRule)
        and leaf.code not in context.overrides
    )


def survey_context(session: Session, survey: Survey, actor: Actor, now: dt.datetime, *, lock: bool) -> GroupContext:
    """Return the group around a survey. Raises NotFound("survey_unknown") where it is not the actor's to see."""
    group = find_group(session, survey.group_stage_id, lock=lock)
    context = group_context(session, group, now)
    try:
        see_group(context, actor)
    except NotFound as hidden:
        raise NotFound("survey_unknown") from hidden
    return context


def facts_of(row: Survey) -> SurveyFacts:
    return SurveyFacts(
        name=row.name,
        audience=row.audience,
        sent=str(row.sent),
        returned=str(row.returned),
        carried_out_by=row.carried_out_by,
        document=row.document,
        documented_on=row.documented_on,
    )


def survey_view(survey_id: int, *, actor: Actor, clock: Clock) -> SurveyView:
    """Return one survey. Raises NotFound."""
    with reading() as session:
        row = find_survey(session, survey_id)
        context = survey_context(session, row, actor, clock.read(session), lock=False)
        leaves = survey_leaves(context)
        counted = {leaf.code: len(tallies_of(session, context.ids[leaf.code], survey_id=row.id)) for leaf in leaves}
        return SurveyView(
            survey_id=row.id,
            group_stage_id=row.group_stage_id,
            campaign=context.group.campaign.name,
            group=context.group.group.name,
            facts=facts_of(row),
            leaves=leaves,
            counted=counted,
            units=len(context.assessments),
            withdrawn_at=row.withdrawn_at,
            withdrawn_reason=row.withdrawn_reason,
            refusal=group_refusal(context, actor, Permission.CLAIM_ENTER)
            or ("survey_withdrawn" if row.withdrawn_at is not None else None),
        )


def add_survey(group_stage_id: int, facts: SurveyFacts, *, actor: Actor, clock: Clock) -> int:
    """Add a survey; return its id. Raises NotFound, Forbidden, InputInvalid naming the field."""
    with unit_of_work(actor=actor, clock=clock) as work:
        group = find_group(work.session, group_stage_id, lock=True)
        _see_and_require(group, actor)
        row = Survey(group_stage_id=group.id, by_id=work.acting.user_id, at=work.now)
        _fill(row, facts)
        work.session.add(row)
        work.session.flush()
        work.audit(f"campaign:{group.campaign_id}", "survey_added", "survey", row.id, new=survey_kept(row))
        return row.id


def change_survey(survey_id: int, facts: SurveyFacts, *, actor: Actor, clock: Clock) -> None:
    """Correct what a survey says of itself.

    Raises: NotFound, Forbidden, Conflict("survey_withdrawn"), InputInvalid naming the field, survey_below_its_units
    where a unit has more sheets than would have come back.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        row = find_survey(work.session, survey_id)
        group = find_group(work.session, row.group_stage_id, lock=True)
        _see_and_require(group, actor)
        work.session.refresh(row)
        _refuse_withdrawn(row)
        old = survey_kept(row)
        _fill(row, facts)
        most = _most_returned(work.session, row.id)
        if row.returned < most:
            raise InputInvalid("survey_below_its_units", sheets=most, field="returned")
        stream = f"campaign:{group.campaign_id}"
        work.audit(stream, "survey_changed", "survey", row.id, old=old, new=survey_kept(row))


def withdraw_survey(survey_id: int, reason: str, *, actor: Actor, clock: Clock) -> None:
    """Take a survey out of every leaf it was counted on; its counts are kept, the points are awarded anew.

    Raises: NotFound, Forbidden, InputInvalid("reason_missing"), Conflict("survey_withdrawn").
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        row = find_survey(work.session, survey_id)
        context = survey_context(work.session, row, actor, work.now, lock=True)
        _see_and_require(context.group, actor)
        work.session.refresh(row)
        _refuse_withdrawn(row)
        if not reason.strip():
            raise InputInvalid("entered_reason_missing", field="reason")
        row.withdrawn_at, row.withdrawn_reason = work.now, reason.strip()
        current = (SurveyTally.survey_id == row.id, SurveyTally.superseded_at.is_(None))
        touched = [*work.session.scalars(select(SurveyTally).where(*current).order_by(SurveyTally.id))]
        work.session.flush()
        codes = {number: code for code, number in context.ids.items()}
        for tally in (each for each in touched if each.criterion_id in codes):
            leaf = context.tree.leaf(codes[tally.criterion_id])
            recount_surveys(work, context, tally.assessment_id, leaf, reason=reason.strip())
        stream = f"campaign:{context.group.campaign_id}"
        work.audit(stream, "survey_withdrawn", "survey", row.id, old=survey_kept(row), note=reason.strip())


def _see_and_require(group: GroupStage, actor: Actor) -> None:
    subject = Subject(council_id=group.council_id, stage=group.stage)
    if policy.why_not(actor, Permission.GROUP_READ, subject) is not None:
        raise NotFound("survey_unknown")
    policy.require(actor, Permission.CLAIM_ENTER, subject)


def _refuse_withdrawn(row: Survey) -> None:
    if row.withdrawn_at is not None:
        raise Conflict("survey_withdrawn")


def _fill(row: Survey, facts: SurveyFacts) -> None:
    for name, most in _ROOM.items():
        text = str(getattr(facts, name)).strip()
        if len(text) > most:
            raise InputInvalid("text_too_long", field=name, most=most)
        if not text and name in {"name", "audience"}:
            raise InputInvalid(f"survey_{name}_missing", field=name)
        setattr(row, name, text)
    for name in ("sent", "returned"):
        if not str(getattr(facts, name)).strip():
            raise InputInvalid("survey_sheets_missing", field=name)
        setattr(row, name, whole(getattr(facts, name), column=name))
    if row.returned > row.sent:
        raise InputInvalid("survey_returned_above_sent", returned=row.returned, sent=row.sent, field="returned")
    row.documented_on = facts.documented_on


def _most_returned(session: Session, survey_id: int) -> int:
    current = (SurveyTally.survey_id == survey_id, SurveyTally.superseded_at.is_(None))
    return session.scalars(select(func.max(SurveyTally.returned)).where(*current)).one() or 0


def survey_kept(row: Survey) -> dict[str, object]:
    """Return what a survey says of itself as the trail keeps it."""
    return {
        "name": row.name,
        "audience": row.audience,
        "sent": row.sent,
        "returned": row.returned,
        "carried_out_by": row.carried_out_by,
        "document": row.document,
        "documented_on": None if row.documented_on is None else row.documented_on.isoformat(),
    }
