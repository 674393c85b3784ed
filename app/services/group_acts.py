"""One act moves a whole group: first a preview that names who is late, then the act, with what it named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import GroupStage
from app.db.clock import Clock
from app.db.results import StageAct
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.conclusion import Conclusion, conclusion
from app.domain.errors import InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import GroupAction, LeafStanding, Stage
from app.domain.workflow import ActionOffer, Guard, advance_group, available_group_actions, stage_after
from app.services.act_notices import tell_of_act_alone, tell_of_group_act
from app.services.group_context import GroupContext, find_group, group_context, submitted_in
from app.services.release import open_explanations
from app.services.requests import answered_requests, unanswered_requests

PERMISSIONS: Mapping[GroupAction, Permission] = {
    GroupAction.OPEN_FIRST_APPRAISAL: Permission.GROUP_ACT,
    GroupAction.RELEASE_FIRST_RESULTS: Permission.GROUP_ACT,
    GroupAction.OPEN_SECOND_APPRAISAL: Permission.GROUP_ACT,
    GroupAction.CONCLUDE: Permission.GROUP_CONCLUDE,
    GroupAction.APPROVE: Permission.GROUP_APPROVE,
}


@dataclass(frozen=True, slots=True)
class AloneLine:
    """A unit that runs alone: where it stands, and the acts that move it after its group."""

    assessment_id: int
    unit: str
    stage: Stage
    offers: tuple[ActionOffer[GroupAction], ...]
    undecided: tuple[str, ...]
    blocking: tuple[str, ...]
    not_entered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the next act would do and whom it names, unit by unit; leaves by unit name."""

    group_stage_id: int
    campaign: str
    group: str
    stage: Stage
    offers: tuple[ActionOffer[GroupAction], ...]
    moving: tuple[str, ...]
    not_submitted: tuple[str, ...]
    open_windows: tuple[str, ...]
    alone: tuple[AloneLine, ...]
    undecided: Mapping[str, tuple[str, ...]]
    unanswered: tuple[str, ...]
    requests_open: Mapping[str, tuple[str, ...]]
    requests_overdue: Mapping[str, tuple[str, ...]]
    requests_answered: Mapping[str, tuple[str, ...]]
    blocking: Mapping[str, tuple[str, ...]]
    takes_first_round: Mapping[str, tuple[str, ...]]
    not_entered: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ActOnGroup:
    """`named_seen`: the actor saw the undecided leaves the preview named. `document`: minutes' number and date.

    A release may rest on a written request, `document` of the day `dated_on`: the time to explain runs from that day.
    """

    group_stage_id: int
    action: GroupAction
    named_seen: bool = False
    document: str = ""
    reason: str = ""
    dated_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """An act on a group, or on one unit that runs alone, as the record keeps it.

    `named_seen`: the actor saw the undecided leaves the preview named.
    """

    action: GroupAction
    document: str = ""
    reason: str = ""
    named: Mapping[str, Any] = field(default_factory=dict)
    named_seen: bool = False
    dated_on: dt.date | None = None


#: what a page asks of the machine beforehand: words and ticks are given with the act itself
_WHEN_ACTING = Act(GroupAction.CONCLUDE, document="given when acting", named_seen=True)


def preview(group_stage_id: int, *, actor: Actor, clock: Clock) -> Preview:
    """Return the state of a group and the acts open to the actor. Raises NotFound for a council not the actor's."""
    with reading() as session:
        context = group_context(session, find_group(session, group_stage_id), clock.read(session))
        _see(context, actor)
        return preview_in(context, actor)


def preview_in(context: GroupContext, actor: Actor) -> Preview:
    """Return the preview of a group that is loaded already."""
    ends = {row.unit.name: _end(context, row) for row in context.submitted}
    roles = actor.roles_in_council(context.group.council_id)
    met = _met(context, context.submitted, _WHEN_ACTING)
    offers = available_group_actions(context.group.stage, roles=roles, met=met)
    return Preview(
        group_stage_id=context.group.id,
        campaign=context.group.campaign.name,
        group=context.group.group.name,
        stage=context.group.stage,
        offers=tuple(offer for offer in offers if offer.action in PERMISSIONS or offer.action is GroupAction.PUBLISH),
        moving=tuple(row.unit.name for row in context.submitted),
        not_submitted=tuple(row.unit.name for row in context.not_submitted),
        open_windows=tuple(row.unit.name for row in context.assessments.values() if context.still_writes(row)),
        alone=tuple(_alone(context, row, actor) for row in context.alone),
        undecided={row.unit.name: codes for row in context.submitted if (codes := undecided(context, row))},
        unanswered=tuple(row.unit.name for row in _unanswered(context, context.submitted)),
        requests_open=unanswered_requests(context, context.pinned, overdue=False),
        requests_overdue=unanswered_requests(context, context.pinned, overdue=True),
        requests_answered=answered_requests(context, context.pinned),
        blocking={name: tuple(code for code, _ in end.blocking) for name, end in ends.items() if end.blocking},
        takes_first_round={name: end.takes_first_round for name, end in ends.items() if end.takes_first_round},
        not_entered={name: end.not_entered for name, end in ends.items() if end.not_entered},
    )


def _alone(context: GroupContext, row: Assessment, actor: Actor) -> AloneLine:
    roles, end = actor.roles_in_council(context.group.council_id), _end(context, row)
    offers = available_group_actions(context.stage_of(row), roles=roles, met=_met(context, (row,), _WHEN_ACTING))
    return AloneLine(
        assessment_id=row.id,
        unit=row.unit.name,
        stage=context.stage_of(row),
        offers=tuple(offer for offer in offers if offer.action in PERMISSIONS),
        undecided=undecided(context, row),
        blocking=tuple(code for code, _ in end.blocking),
        not_entered=end.not_entered,
    )


def _see(context: GroupContext, actor: Actor) -> None:
    if policy.why_not(actor, Permission.GROUP_READ, context.subject) is not None:
        raise NotFound("group_unknown")


def undecided(context: GroupContext, assessment: Assessment) -> tuple[str, ...]:
    """Return the leaves the unit scored that have no verdict yet."""
    return tuple(
        leaf.code
        for leaf in context.own_leaves(assessment.id)
        if context.state(assessment, leaf.code).standing is LeafStanding.UNDECIDED
    )


def _unanswered(context: GroupContext, members: Sequence[Assessment]) -> list[Assessment]:
    """Return the units that have something to answer, have not sent it, and still may."""
    waiting = {LeafStanding.DISAGREED, LeafStanding.ASKED, LeafStanding.CONTESTED}

    def may_answer(row: Assessment, code: str) -> bool:
        if row.id in context.sent_explanations:
            return context.judged_late(row.id, code) and context.state(row, code).standing is LeafStanding.DISAGREED
        return not context.window_over(row.id, code) and context.state(row, code).standing in waiting

    return [row for row in members if any(may_answer(row, leaf.code) for leaf in context.own_leaves(row.id))]


def _end(context: GroupContext, assessment: Assessment) -> Conclusion:
    return conclusion(context.case(assessment.id, leaf) for leaf in context.tree.leaves)


def _met(context: GroupContext, members: Sequence[Assessment], act: Act) -> frozenset[Guard]:
    """Establish the facts the group machine asks for, over the units that would move."""
    ends = [_end(context, row) for row in members]
    scoring_over = context.scoring is not None and context.now >= context.scoring.closes_at
    moving = {row.id for row in members}
    facts = {
        Guard.PHASE_OVER_OR_ALL_SUBMITTED: scoring_over or submitted_in(context),
        Guard.UNDECIDED_LEAVES_NAMED: act.named_seen or not any(undecided(context, row) for row in members),
        Guard.EXPLANATIONS_DONE_OR_OVER: not _unanswered(context, members),
        Guard.NO_LEAF_BLOCKS: not any(end.blocking for end in ends),
        Guard.ENTERED_POINTS_COMPLETE: not any(end.not_entered for end in ends),
        Guard.ADJUSTMENTS_SETTLED: moving.isdisjoint(context.undecided_adjustments),
        Guard.EXEMPTIONS_DECIDED: moving.isdisjoint(context.undecided_exemptions),
        Guard.MINUTES_GIVEN: bool(act.document.strip()),
        Guard.DECISION_GIVEN: bool(act.document.strip()),
        Guard.REASON_GIVEN: bool(act.reason.strip()),
    }
    return frozenset(guard for guard, holds in facts.items() if holds)


def act_on_group(command: ActOnGroup, *, actor: Actor, clock: Clock) -> Stage:
    """Move the group; return where it stands now. Units that run alone stay where they are.

    Raises: NotFound, Forbidden, TransitionRefused with the unmet guard's name.
    """
    _require_known(command.action)
    with unit_of_work(actor=actor, clock=clock) as work:
        group = find_group(work.session, command.group_stage_id, lock=True)
        context = group_context(work.session, group, work.now)
        _see(context, actor)
        policy.require(actor, PERMISSIONS[command.action], context.subject)
        act = Act(
            command.action,
            command.document,
            command.reason,
            named_seen=command.named_seen,
            dated_on=command.dated_on,
        )
        record(work, context, act, met=_met(context, context.submitted, act))
        if command.action is GroupAction.RELEASE_FIRST_RESULTS:
            open_explanations(work, context, context.submitted, act.document.strip(), act.dated_on)
        tell_of_group_act(work, context, command.action)
        return group.stage


def act_alone(assessment_id: int, act: Act, *, actor: Actor, clock: Clock) -> Stage:
    """Move one unit that runs alone by the same act and guards; it joins its group when it reaches the group's stage.

    Raises: NotFound, Forbidden, TransitionRefused, InputInvalid("unit_not_alone").
    """
    _require_known(act.action)
    with unit_of_work(actor=actor, clock=clock) as work:
        group = find_group(work.session, _group_id(work.session, assessment_id), lock=True)
        context = group_context(work.session, group, work.now, only=assessment_id)
        _see(context, actor)
        row = context.assessments[assessment_id]
        policy.require(actor, PERMISSIONS[act.action], context.subject_alone(row))
        if row not in context.alone:
            raise InputInvalid("unit_not_alone")
        before, roles = context.stage_of(row), work.acting.roles_in_council(group.council_id)
        named = _named(context, act, (row,)) | {"alone": row.id}
        after = advance_group(before, act.action, roles=roles, met=_met(context, (row,), act))
        row.stage = stage_after(after, group.stage)
        keep_act(work, group, act, named, before=before, after=after)
        if act.action is GroupAction.RELEASE_FIRST_RESULTS:
            open_explanations(work, context, (row,), act.document.strip(), act.dated_on)
        tell_of_act_alone(work, context, row, act.action)
        return after


def group_of(assessment_id: int, *, actor: Actor) -> int:
    """Return the group of a unit's sheet. Raises NotFound for a council not the actor's."""
    with reading() as session:
        group = find_group(session, _group_id(session, assessment_id))
        subject = Subject(council_id=group.council_id, stage=group.stage)
        if policy.why_not(actor, Permission.GROUP_READ, subject) is not None:
            raise NotFound("group_unknown")
        return group.id


def _group_id(session: Session, assessment_id: int) -> int:
    """Return the group's id alone: no row is read before it is locked."""
    return session.scalars(select(Assessment.group_stage_id).where(Assessment.id == assessment_id)).first() or 0


def _require_known(action: GroupAction) -> None:
    if action not in PERMISSIONS:
        raise InputInvalid("action_unknown", action=action.value)


def record(work: Work, context: GroupContext, act: Act, *, met: frozenset[Guard]) -> None:
    """Advance the group's stage and keep the act with what it named. Raises TransitionRefused."""
    group, before = context.group, context.group.stage
    roles = work.acting.roles_in_council(group.council_id)
    named = _named(context, act, context.submitted)
    group.stage = advance_group(before, act.action, roles=roles, met=met)
    keep_act(work, group, act, named, before=before, after=group.stage)


def _named(context: GroupContext, act: Act, members: Sequence[Assessment]) -> dict[str, Any]:
    """Return what the record says of an act: who moves, who is late, which leaves went without a verdict."""
    named: dict[str, Any] = dict(act.named) | {
        "units": [row.id for row in members],
        "late": [row.id for row in context.not_submitted],
        "undecided": {str(row.id): list(codes) for row in members if (codes := undecided(context, row))},
    }
    if act.action is GroupAction.CONCLUDE:
        ends = {str(row.id): list(_end(context, row).takes_first_round) for row in members}
        named["takes_first_round"] = {number: codes for number, codes in ends.items() if codes}
    return named


def keep_act(work: Work, group: GroupStage, act: Act, named: Mapping[str, Any], *, before: Stage, after: Stage) -> None:
    """Keep an act with what it named, and say it in the trail; `named["alone"]`: the unit, or units, moved alone."""
    alone = {"alone": named["alone"]} if "alone" in named else {}
    work.session.add(
        StageAct(
            group_stage_id=group.id,
            action=act.action,
            from_stage=before,
            to_stage=after,
            at=work.now,
            by_id=work.acting.user_id,
            document=act.document.strip()[:200],
            reason=act.reason.strip(),
            named=dict(named),
        ),
    )
    work.audit(
        f"campaign:{group.campaign_id}",
        act.action.value,
        "group_stage",
        group.id,
        old={"stage": before.value} | alone,
        new={"stage": after.value, "document": act.document.strip()} | alone,
        note=act.reason.strip(),
    )
