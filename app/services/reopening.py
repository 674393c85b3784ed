"""Reopen named leaves of named units: the chair, after the conclusion and before the publication.

Each unit goes back to the second appraisal alone, agreed leaves too; it is decided, concluded and approved by the same
acts as any other, and enters with the next edition (ARCHITECTURE §4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.db.appraisals import LeafReopening
from app.db.assessments import Assessment
from app.db.clock import Clock
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.conclusion import check_reopening
from app.domain.errors import InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import GroupAction, Stage
from app.domain.workflow import Guard, advance_group, stage_after
from app.services.act_notices import tell_of_reopening
from app.services.group_acts import Act, keep_act
from app.services.group_context import GroupContext, find_group, group_context


@dataclass(frozen=True, slots=True)
class ReopenLeaves:
    """Which leaves of which units, and why; the same leaves for every unit named."""

    group_stage_id: int
    units: tuple[int, ...]
    leaves: tuple[str, ...]
    reason: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class ReopenableUnit:
    """A unit that may be named: where it stands, and why not for this actor (a refusal's code)."""

    assessment_id: int
    unit: str
    stage: Stage
    refusal: str | None


@dataclass(frozen=True, slots=True)
class LeafChoice:
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class ReopeningView:
    """What can be reopened, or annulled: units and the leaves an appraiser decides on."""

    group_stage_id: int
    campaign: str
    group: str
    stage: Stage
    units: tuple[ReopenableUnit, ...]
    leaves: tuple[LeafChoice, ...]


def reopenable(group_stage_id: int, *, actor: Actor, clock: Clock) -> ReopeningView:
    """Return the units of a group that can be reopened now. Raises NotFound for a council not the actor's."""
    with reading() as session:
        context = readable_context(session, group_stage_id, actor, clock)
        return view_of_units(context, actor, Permission.GROUP_REOPEN, {Stage.CONCLUDED, Stage.APPROVED})


def readable_context(session: Session, group_stage_id: int, actor: Actor, clock: Clock) -> GroupContext:
    """Return a group's facts. Raises NotFound where the group is not the actor's to read."""
    context = group_context(session, find_group(session, group_stage_id), clock.read(session))
    if policy.why_not(actor, Permission.GROUP_READ, context.subject) is not None:
        raise NotFound("group_unknown")
    return context


def view_of_units(
    context: GroupContext, actor: Actor, permission: Permission, stages: Iterable[Stage]
) -> ReopeningView:
    """Return the sent units that stand at one of `stages`, each with what the policy has against the actor."""
    own = {leaf.code for row in context.assessments.values() for leaf in context.own_leaves(row.id)}
    wanted = frozenset(stages)
    return ReopeningView(
        group_stage_id=context.group.id,
        campaign=context.group.campaign.name,
        group=context.group.group.name,
        stage=context.group.stage,
        units=tuple(
            ReopenableUnit(
                assessment_id=row.id,
                unit=row.unit.name,
                stage=context.stage_of(row),
                refusal=policy.why_not(actor, permission, subject_of(context, row)),
            )
            for row in context.assessments.values()
            if row.id in context.pins and context.stage_of(row) in wanted
        ),
        leaves=tuple(LeafChoice(leaf.code, leaf.title) for leaf in context.tree.leaves if leaf.code in own),
    )


def subject_of(context: GroupContext, row: Assessment) -> Subject:
    """Return one unit as it is named in a reopening: nobody names leaves of the own unit."""
    return Subject(unit_id=row.unit_id, council_id=context.group.council_id, stage=context.stage_of(row))


def reopen_leaves(command: ReopenLeaves, *, actor: Actor, clock: Clock) -> None:
    """Send the named units back to the second appraisal, alone, for the named leaves.

    Raises: NotFound, Forbidden, InputInvalid("units_named"), TransitionRefused reason_given, leaves_named,
    not_from_here, role_missing.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        group = find_group(work.session, command.group_stage_id, lock=True)
        context = group_context(work.session, group, work.now)
        if policy.why_not(actor, Permission.GROUP_READ, context.subject) is not None:
            raise NotFound("group_unknown")
        rows = named_units(context, command.units)
        act = Act(GroupAction.REOPEN, command.document, command.reason)
        met = {Guard.REASON_GIVEN} if command.reason.strip() else set()
        for row in rows:
            policy.require(actor, Permission.GROUP_REOPEN, subject_of(context, row))
        send_back(work, context, rows, command.leaves, act, met)


def named_units(context: GroupContext, numbers: Sequence[int]) -> list[Assessment]:
    """Return the sheets that are named. Raises InputInvalid("units_named"), NotFound("assessment_unknown")."""
    if not numbers:
        raise InputInvalid("units_named", field="units")
    unknown = [number for number in numbers if number not in context.assessments or number not in context.pins]
    if unknown:
        raise NotFound("assessment_unknown")
    return [context.assessments[number] for number in dict.fromkeys(numbers)]


def send_back(
    work: Work,
    context: GroupContext,
    rows: Sequence[Assessment],
    leaves: Sequence[str],
    act: Act,
    met: Iterable[Guard],
) -> None:
    """Move `rows` back alone for `leaves`: one act, a reopening a leaf, a line in the trail of each sheet."""
    group, before = context.group, context.stage_of(rows[0])
    facts = frozenset(met) | ({Guard.LEAVES_NAMED} if leaves else frozenset())
    roles = work.acting.roles_in_council(group.council_id)
    target = Stage.SECOND_APPRAISAL
    for row in rows:
        target = advance_group(context.stage_of(row), act.action, roles=roles, met=facts)
        check_reopening(leaves, {leaf.code for leaf in context.own_leaves(row.id)})
    for row in rows:
        row.stage = stage_after(target, group.stage)
        _reopen(work, context, row, leaves, act)
    named: Mapping[str, object] = {
        "units": [row.id for row in rows],
        "alone": [row.id for row in rows],
        "leaves": list(leaves),
    }
    keep_act(work, group, act, named, before=before, after=target)
    for row in rows:
        tell_of_reopening(work, context, row, leaves)


def _reopen(work: Work, context: GroupContext, row: Assessment, leaves: Sequence[str], act: Act) -> None:
    for code in leaves:
        work.session.add(
            LeafReopening(
                assessment_id=row.id,
                criterion_id=context.ids[code],
                reason=act.reason.strip(),
                by_id=work.acting.user_id,
                at=work.now,
            )
        )
    new = {"leaves": list(leaves), "document": act.document.strip()}
    work.audit(f"assessment:{row.id}", act.action.value, "assessment", row.id, new=new, note=act.reason.strip())
