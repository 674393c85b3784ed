"""One act moves a whole group: first a preview that names who is late, then the act, with what it named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.db.assessments import AnswerWindow, Assessment
from app.db.clock import Clock
from app.db.results import StageAct
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.conclusion import Conclusion, conclusion
from app.domain.errors import InputInvalid, NotFound
from app.domain.policy import Actor, Permission
from app.domain.terms import GroupAction, LeafStanding, Stage, WindowGround
from app.domain.workflow import ActionOffer, Guard, advance_group, available_group_actions
from app.services.group_context import GroupContext, find_group, group_context, submitted_in

PERMISSIONS: Mapping[GroupAction, Permission] = {
    GroupAction.OPEN_FIRST_APPRAISAL: Permission.GROUP_ACT,
    GroupAction.RELEASE_FIRST_RESULTS: Permission.GROUP_ACT,
    GroupAction.OPEN_SECOND_APPRAISAL: Permission.GROUP_ACT,
    GroupAction.CONCLUDE: Permission.GROUP_CONCLUDE,
    GroupAction.APPROVE: Permission.GROUP_APPROVE,
}


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
    alone: tuple[str, ...]
    undecided: Mapping[str, tuple[str, ...]]
    unanswered: tuple[str, ...]
    blocking: Mapping[str, tuple[str, ...]]
    takes_first_round: Mapping[str, tuple[str, ...]]
    not_entered: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ActOnGroup:
    """`named_seen`: the actor saw the undecided leaves the preview named. `document`: minutes' number and date."""

    group_stage_id: int
    action: GroupAction
    named_seen: bool = False
    document: str = ""
    reason: str = ""


def preview(group_stage_id: int, *, actor: Actor, clock: Clock) -> Preview:
    """Return the state of a group and the acts open to the actor. Raises NotFound for a council not the actor's."""
    with reading() as session:
        context = group_context(session, find_group(session, group_stage_id), clock.read(session))
        _see(context, actor)
        ends = {row.unit.name: _end(context, row) for row in context.submitted}
        command = ActOnGroup(group_stage_id, GroupAction.CONCLUDE, named_seen=True, document="given when acting")
        roles = actor.roles_in_council(context.group.council_id)
        offers = available_group_actions(context.group.stage, roles=roles, met=_met(context, command))
        return Preview(
            group_stage_id=group_stage_id,
            campaign=context.group.campaign.name,
            group=context.group.group.name,
            stage=context.group.stage,
            offers=tuple(
                offer for offer in offers if offer.action in PERMISSIONS or offer.action is GroupAction.PUBLISH
            ),
            moving=tuple(row.unit.name for row in context.submitted),
            not_submitted=tuple(row.unit.name for row in context.not_submitted),
            alone=tuple(row.unit.name for row in context.alone),
            undecided={row.unit.name: codes for row in context.submitted if (codes := undecided(context, row))},
            unanswered=tuple(row.unit.name for row in _unanswered(context)),
            blocking={name: tuple(code for code, _ in end.blocking) for name, end in ends.items() if end.blocking},
            takes_first_round={name: end.takes_first_round for name, end in ends.items() if end.takes_first_round},
            not_entered={name: end.not_entered for name, end in ends.items() if end.not_entered},
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


def _unanswered(context: GroupContext) -> list[Assessment]:
    """Return the units that have something to answer, have not sent it, and still may."""
    return [
        row
        for row in context.submitted
        if row.id not in context.sent_explanations
        and not context.window_over(row.id)
        and any(
            context.state(row, leaf.code).standing
            in {LeafStanding.DISAGREED, LeafStanding.ASKED, LeafStanding.CONTESTED, LeafStanding.ANSWERED}
            for leaf in context.own_leaves(row.id)
        )
    ]


def _end(context: GroupContext, assessment: Assessment) -> Conclusion:
    return conclusion(context.case(assessment.id, leaf) for leaf in context.tree.leaves)


def _met(context: GroupContext, command: ActOnGroup) -> frozenset[Guard]:
    """Establish the facts the group machine asks for."""
    ends = [_end(context, row) for row in context.submitted]
    scoring_over = context.scoring is not None and context.now >= context.scoring.closes_at
    moving = {row.id for row in context.submitted}
    facts = {
        Guard.PHASE_OVER_OR_ALL_SUBMITTED: scoring_over or submitted_in(context),
        Guard.UNDECIDED_LEAVES_NAMED: command.named_seen
        or not any(undecided(context, row) for row in context.submitted),
        Guard.EXPLANATIONS_DONE_OR_OVER: not _unanswered(context),
        Guard.NO_LEAF_BLOCKS: not any(end.blocking for end in ends),
        Guard.ENTERED_POINTS_COMPLETE: not any(end.not_entered for end in ends),
        Guard.ADJUSTMENTS_SETTLED: moving.isdisjoint(context.undecided_items),
        Guard.EXEMPTIONS_DECIDED: moving.isdisjoint(context.undecided_items),
        Guard.MINUTES_GIVEN: bool(command.document.strip()),
        Guard.DECISION_GIVEN: bool(command.document.strip()),
        Guard.REASON_GIVEN: bool(command.reason.strip()),
    }
    return frozenset(guard for guard, holds in facts.items() if holds)


def act_on_group(command: ActOnGroup, *, actor: Actor, clock: Clock) -> Stage:
    """Move the group; return where it stands now.

    Raises: NotFound, Forbidden, TransitionRefused with the unmet guard's name.
    """
    if command.action not in PERMISSIONS:
        raise InputInvalid("action_unknown", action=command.action.value)
    with unit_of_work(actor=actor, clock=clock) as work:
        group = find_group(work.session, command.group_stage_id, lock=True)
        context = group_context(work.session, group, work.now)
        _see(context, actor)
        policy.require(actor, PERMISSIONS[command.action], context.subject)
        record(work, context, Act(command.action, command.document, command.reason), met=_met(context, command))
        if command.action is GroupAction.RELEASE_FIRST_RESULTS:
            _open_windows(work, context)
        return group.stage


@dataclass(frozen=True, slots=True)
class Act:
    """An act on a group as the record keeps it."""

    action: GroupAction
    document: str = ""
    reason: str = ""
    named: Mapping[str, Any] = field(default_factory=dict)


def record(work: Work, context: GroupContext, act: Act, *, met: frozenset[Guard]) -> None:
    """Advance the group's stage and keep the act with what it named. Raises TransitionRefused."""
    group, before = context.group, context.group.stage
    roles = work.acting.roles_in_council(group.council_id)
    named = dict(act.named) | {
        "units": [row.id for row in context.submitted],
        "late": [row.id for row in context.not_submitted],
        "undecided": {str(row.id): list(codes) for row in context.submitted if (codes := undecided(context, row))},
    }
    group.stage = advance_group(before, act.action, roles=roles, met=met)
    work.session.add(
        StageAct(
            group_stage_id=group.id,
            action=act.action,
            from_stage=before,
            to_stage=group.stage,
            at=work.now,
            by_id=work.acting.user_id,
            document=act.document.strip()[:200],
            reason=act.reason.strip(),
            named=named,
        ),
    )
    work.audit(
        f"campaign:{group.campaign_id}",
        act.action.value,
        "group_stage",
        group.id,
        old={"stage": before.value},
        new={"stage": group.stage.value, "document": act.document.strip()},
        note=act.reason.strip(),
    )


def _open_windows(work: Work, context: GroupContext) -> None:
    """Give every unit that was appraised its time to explain, all to the same instant."""
    due: dt.datetime = context.policies.explanation_due(work.now)
    for row in context.submitted:
        work.session.add(
            AnswerWindow(
                assessment_id=row.id,
                ground=WindowGround.EXPLANATION,
                opens_at=work.now,
                due_at=due,
                granted_by_id=work.acting.user_id,
            ),
        )
