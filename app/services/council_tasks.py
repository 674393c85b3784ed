"""What waits for appraisers, councils and leaders: verdicts, acts on a group, late ones, proposals, leaders' sheets."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from app.db.assessments import Adjustment, Assessment, Exemption
from app.db.campaigns import Campaign, GroupStage, Phase
from app.db.clock import Clock
from app.db.identity import Membership, Unit
from app.db.queries.upward import reports_owed
from app.db.results import Publication
from app.db.session import reading
from app.domain import policy
from app.domain.campaign import RoundTwo
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import CampaignStatus, GroupAction, ItemStatus, PhaseKind, Role, Stage
from app.domain.workflow import Guard, Standing, available_group_actions
from app.services.desk import desk
from app.services.edition_acts import subject_of_edition
from app.services.edition_order import entering_units
from app.services.group_acts import PERMISSIONS, Preview, preview_in
from app.services.group_context import GroupContext, group_context
from app.services.leader_sheets import is_given, units_left
from app.services.requests import waits_in_first
from app.services.tasks import Task, TaskKind

_SOON = dt.timedelta(days=3)
_DUE_OF = {
    Stage.FIRST_APPRAISAL: PhaseKind.FIRST_APPRAISAL,
    Stage.EXPLANATION: PhaseKind.FIRST_APPRAISAL,
    Stage.SECOND_APPRAISAL: PhaseKind.SECOND_APPRAISAL,
}
_BEFORE_CONCLUSION = (Stage.SCORING, Stage.FIRST_APPRAISAL, Stage.EXPLANATION, Stage.SECOND_APPRAISAL)
_COUNCIL = frozenset({Role.SECRETARIAT, Role.COUNCIL_CHAIR, Role.APPROVING_AUTHORITY})


def appraisal_tasks(*, actor: Actor, clock: Clock) -> list[Task]:
    """Return the leaves that wait for the actor's verdict, by campaign and branch, without those given to colleagues.

    Nothing for who appraises none.
    """
    if not policy.may_ever(actor, Permission.VERDICT_GIVE):
        return []
    branches: dict[tuple[str, Stage], Counter[str]] = defaultdict(Counter)
    for leaf in desk(actor=actor, clock=clock):
        if leaf.waits_for_reader:
            branches[leaf.campaign, leaf.stage][leaf.node.parent or leaf.node.code] += 1
    dues = _dues() if branches else {}
    return [
        Task(
            TaskKind.APPRAISE,
            campaign=campaign,
            count=counts.total(),
            due=dues.get((campaign, _DUE_OF[stage])),
            names=tuple(f"{code} ({count})" for code, count in counts.items()),
            stage=stage,
        )
        for (campaign, stage), counts in branches.items()
    ]


def _dues() -> Mapping[tuple[str, PhaseKind], dt.datetime]:
    with reading() as session:
        statement = (
            select(Campaign.name, Phase.kind, Phase.closes_at)
            .join(Phase.campaign)
            .where(Campaign.status == CampaignStatus.OPEN)
        )
        return {(row.name, row.kind): row.closes_at for row in session.execute(statement)}


def council_tasks(*, actor: Actor, clock: Clock) -> list[Task]:
    """Return what waits in the groups of the actor's councils: the next act, late ones, proposals, windows."""
    councils = {held.council_id for held in actor.appointments if held.role in _COUNCIL}
    if not councils:
        return []
    with reading() as session:
        now = clock.read(session)
        alone = exists().where(Assessment.group_stage_id == GroupStage.id, Assessment.stage.is_not(None))
        statement = (
            select(GroupStage, alone)
            .join(GroupStage.campaign)
            .where(GroupStage.council_id.in_(councils), Campaign.status == CampaignStatus.OPEN)
            .options(joinedload(GroupStage.campaign), joinedload(GroupStage.group))
            .order_by(Campaign.id.desc(), GroupStage.id)
        )
        rows = session.execute(statement).all()
        groups = [group for group, has_alone in rows if has_alone or _concerns(group, actor)]
        tasks: list[Task] = []
        for group in groups:
            tasks += _Council(session, group_context(session, group, now), actor).tasks()
    return sorted(tasks, key=lambda task: task.refusal is not None)


def _concerns(group: GroupStage, actor: Actor) -> bool:
    """Whether anything of a group could wait for the actor: an act of the own role, or what the secretariat watches."""
    roles = actor.roles_in_council(group.council_id)
    acts = available_group_actions(group.stage, roles=roles, met=frozenset(Guard))
    watches = group.stage in _BEFORE_CONCLUSION and not roles.isdisjoint({Role.SECRETARIAT, Role.COUNCIL_CHAIR})
    return watches or any(each.action in PERMISSIONS or each.action is GroupAction.PUBLISH for each in acts)


@dataclass(frozen=True, slots=True)
class _Council:
    """One group before one of its council."""

    session: Session
    context: GroupContext
    actor: Actor

    def task(
        self, kind: TaskKind, count: int = 0, *, due: dt.datetime | None = None, names: tuple[str, ...] = ()
    ) -> Task:
        group = self.context.group
        return Task(kind, group.group.name, group.campaign.name, group.id, count, due, names, stage=group.stage)

    def tasks(self) -> Iterator[Task]:
        group = self.context.group
        roles = self.actor.roles_in_council(group.council_id)
        preview = preview_in(self.context, self.actor)
        for offer in preview.offers:
            yield replace(self.task(TaskKind.ACT, due=self._closes()), action=offer.action, refusal=offer.refusal)
        yield from self._alone(preview)
        yield from self._next_edition()
        if group.stage not in _BEFORE_CONCLUSION:
            return
        if Role.SECRETARIAT in roles:
            yield from self._second_round(preview)
            yield from self._late()
            yield from self._windows()
        if not roles.isdisjoint({Role.SECRETARIAT, Role.COUNCIL_CHAIR}):
            yield from self._proposals()

    def _alone(self, preview: Preview) -> Iterator[Task]:
        """Yield the next act on each unit that runs alone, where it is the actor's."""
        for line in preview.alone:
            named = self.task(TaskKind.ACT_ALONE, due=_closes(self.context.group, line.stage), names=(preview.group,))
            for offer in line.offers:
                yield replace(named, where=line.unit, action=offer.action, stage=line.stage, refusal=offer.refusal)

    def _next_edition(self) -> Iterator[Task]:
        """Yield the edition that takes in the units approved since the last one, where the actor publishes it."""
        context = self.context
        entering = entering_units(context)
        if not entering or not policy.allows(self.actor, Permission.GROUP_PUBLISH, subject_of_edition(context)):
            return
        last = select(func.max(Publication.edition)).where(Publication.group_stage_id == context.group.id)
        number = (self.session.scalar(last) or 0) + 1
        yield self.task(TaskKind.NEXT_EDITION, number, names=tuple(row.unit.name for row in entering))

    def _closes(self) -> dt.datetime | None:
        return _closes(self.context.group, self.context.group.stage)

    def _second_round(self, preview: Preview) -> Iterator[Task]:
        """What keeps the chair from concluding and is the secretariat's to do."""
        if self.context.group.stage is not Stage.SECOND_APPRAISAL:
            return
        if preview.not_entered:
            units = tuple(preview.not_entered)
            yield self.task(TaskKind.ENTER, len(units), due=self._closes(), names=units)
        undecided = [*preview.blocking.items(), *preview.takes_first_round.items()]
        if undecided and self.context.policies.round_two is RoundTwo.COUNCIL:
            units = tuple(dict.fromkeys(name for name, _ in undecided))
            leaves = sum(len(codes) for _, codes in undecided)
            yield self.task(TaskKind.COUNCIL_VERDICTS, leaves, due=self._closes(), names=units)

    def _late(self) -> Iterator[Task]:
        """Units that have not sent while their time runs; agencies with leaves that wait."""
        context = self.context
        if context.group.stage is Stage.SCORING:
            late = [row.unit.name for row in context.assessments.values() if context.standing(row) in _NOT_SENT]
            if late:
                yield self.task(TaskKind.LATE_UNITS, len(late), due=self._closes(), names=tuple(late))
        elif context.group.stage is Stage.FIRST_APPRAISAL:
            counts = self._undecided()
            named = select(Unit.id, Unit.name).where(Unit.id.in_(counts)).order_by(Unit.name)
            names = tuple(f"{row.name} ({counts[row.id]})" for row in self.session.execute(named))
            if names:
                yield self.task(TaskKind.LATE_AGENCIES, len(names), due=self._closes(), names=names)

    def _undecided(self) -> Counter[int]:
        counts: Counter[int] = Counter()
        for row in self.context.submitted:
            agencies = self.context.agencies(row)
            for leaf in self.context.own_leaves(row.id):
                agency = agencies[leaf.code]
                if waits_in_first(self.context, row, leaf.code) and agency is not None:
                    counts[agency] += 1
        return counts

    def _windows(self) -> Iterator[Task]:
        now = self.context.now
        ending = [
            (row.due_at, self.context.assessments[number].unit.name)
            for number, rows in self.context.windows.items()
            for row in rows
            if row.opens_at <= now < row.due_at <= now + _SOON
        ]
        if ending:
            units = tuple(dict.fromkeys(name for _, name in sorted(ending)))
            yield self.task(TaskKind.WINDOWS_ENDING, len(ending), due=min(due for due, _ in ending), names=units)

    def _proposals(self) -> Iterator[Task]:
        ids = list(self.context.assessments)
        units: Counter[int] = Counter()
        for table in (Exemption, Adjustment):
            proposed = select(table.assessment_id, func.count()).where(
                table.assessment_id.in_(ids), table.in_force, table.status == ItemStatus.PROPOSED
            )
            for number, count in self.session.execute(proposed.group_by(table.assessment_id)):
                units[number] += count
        if units:
            names = tuple(self.context.assessments[number].unit.name for number in units)
            yield self.task(TaskKind.PROPOSALS, units.total(), names=names)


def _closes(group: GroupStage, stage: Stage) -> dt.datetime | None:
    """Return the end of the phase of a stage, where the campaign gives one."""
    kind = PhaseKind(stage.value) if stage in _BEFORE_CONCLUSION else None
    return next((row.closes_at for row in group.campaign.phases if row.kind is kind), None)


def upward_tasks(*, actor: Actor) -> list[Task]:
    """Return the reports to the council above that the actor records, once everything they report is published."""
    if not policy.may_ever(actor, Permission.UPWARD_REPORT):
        return []
    with reading() as session:
        return [
            Task(TaskKind.UPWARD_REPORT, owed.council, owed.campaign, owed.campaign_id, due=owed.due_at)
            for owed in reports_owed(session)
            if owed.published and policy.allows(actor, Permission.UPWARD_REPORT, Subject(council_id=owed.council_id))
        ]


_NOT_SENT = frozenset(
    {Standing.DRAFT, Standing.RETURNED, Standing.AWAITING_APPROVAL, Standing.UNIT_APPROVED, Standing.NOT_SUBMITTED}
)


def leader_tasks(*, actor: Actor, clock: Clock) -> list[Task]:
    """Return the units a leader's sheet is missing for, by group; nothing for who is no leader."""
    if not actor.has(Role.LEADER):
        return []
    with reading() as session:
        tasks, now = [], clock.read(session)
        held = select(Membership).where(Membership.user_id == actor.user_id, Membership.role == Role.LEADER)
        for leader in session.scalars(held).all():
            for group in session.scalars(_led(leader)).all():
                context = group_context(session, group, now)
                if is_given(session, context, leader.id):
                    continue
                missing = units_left(session, context, leader, actor.unit_ids)
                if missing:
                    due, where = _closes(group, Stage.SECOND_APPRAISAL), group.group.name
                    task = Task(TaskKind.LEADER_SHEETS, where, group.campaign.name, group.id, len(missing), due)
                    tasks.append(replace(task, names=tuple(missing)))
        return tasks


def _led(leader: Membership) -> Select[GroupStage]:
    return (
        select(GroupStage)
        .join(GroupStage.campaign)
        .where(GroupStage.council_id == leader.council_id, GroupStage.stage.in_(_BEFORE_CONCLUSION))
        .where(Campaign.status == CampaignStatus.OPEN)
        .options(joinedload(GroupStage.campaign), joinedload(GroupStage.group))
        .order_by(GroupStage.id)
    )
