"""What waits for the people of a unit on its own sheets: to score, approve, send, answer; each with its deadline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import ScoreEntry
from app.db.clock import Clock
from app.db.queries.unit_reports import reports_approved
from app.db.session import reading
from app.domain import policy
from app.domain.campaign import ReportMode
from app.domain.criteria import Node
from app.domain.leaf_acts import replied_since_verdict
from app.domain.policy import Actor, Permission
from app.domain.terms import CampaignStatus, LeafStanding, PhaseKind, Role, Stage, WindowGround
from app.domain.workflow import Standing
from app.services.adopted_flags import changes_waiting
from app.services.context import SheetContext, find_assessment, sheet_context
from app.services.group_context import GroupContext, find_group, group_context
from app.services.my_sheets import SheetLine, my_sheets
from app.services.tasks import Task, TaskKind
from app.services.unit_reports import why_not_write

_WRITERS = frozenset({Role.OFFICER, Role.COORDINATOR})
_SENDERS = frozenset({Role.COORDINATOR, Role.UNIT_HEAD})
_UNSENT = frozenset({Standing.DRAFT, Standing.RETURNED, Standing.AWAITING_APPROVAL, Standing.UNIT_APPROVED})
_ANSWERING = frozenset({Stage.FIRST_APPRAISAL, Stage.EXPLANATION})
_TO_ANSWER = frozenset({LeafStanding.ASKED, LeafStanding.DISAGREED})
_ANSWERED = frozenset({LeafStanding.ANSWERED, LeafStanding.CONTESTED})


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """A sheet of the own unit, with how far it is: settled of its own leaves, and the points so far."""

    line: SheetLine
    settled: int
    own: int
    points: Decimal


def unit_tasks(*, actor: Actor, clock: Clock) -> tuple[list[Task], list[OwnSheet]]:
    """Return what waits on the sheets of the actor's units, and the sheets; a constant number of statements a sheet."""
    lines = my_sheets(actor=actor, clock=clock, unit_ids=actor.unit_ids) if actor.unit_ids else []
    tasks: list[Task] = []
    sheets: list[OwnSheet] = []
    with reading() as session:
        now = clock.read(session)
        approved = reports_approved(session, [line.assessment_id for line in lines])
        for line in lines:
            on = _On(line, sheet_context(session, find_assessment(session, line.assessment_id), now), actor)
            claimed = _claimed(session, on.context)
            own = on.context.own_leaves
            settled = sum(leaf.code in claimed for leaf in own)
            sheets.append(OwnSheet(line, settled, len(own), on.context.assessment.self_total))
            tasks += on.unsent(claimed)
            tasks += on.report(approved=approved.get(line.assessment_id))
            tasks += _answers(session, on)
    changed = changes_waiting(actor=actor)
    tasks += [Task(TaskKind.CHANGED, row.unit, row.campaign, row.assessment_id, row.count) for row in changed]
    return tasks, sheets


def _claimed(session: Session, context: SheetContext) -> frozenset[str]:
    codes = {number: code for code, number in context.ids.items()}
    statement = select(ScoreEntry.criterion_id).where(
        ScoreEntry.assessment_id == context.assessment.id, ScoreEntry.claim.is_not(None)
    )
    return frozenset(codes[number] for number in session.scalars(statement) if number in codes)


def _answers(session: Session, on: _On) -> Iterator[Task]:
    if on.line.standing is Standing.SUBMITTED and on.context.stage in _ANSWERING:
        group = find_group(session, on.context.assessment.group_stage_id)
        yield from on.answers(group_context(session, group, on.context.now, only=on.line.assessment_id))


@dataclass(frozen=True, slots=True)
class _On:
    """One sheet of the own unit, before one of its people."""

    line: SheetLine
    context: SheetContext
    actor: Actor

    @property
    def roles(self) -> frozenset[Role]:
        return self.actor.roles_in_unit(self.line.unit_id)

    def task(
        self,
        kind: TaskKind,
        count: int = 0,
        *,
        due: dt.datetime | None = None,
        names: Sequence[str] = (),
        note: str = "",
    ) -> Task:
        line = self.line
        return Task(kind, line.unit, line.campaign, line.assessment_id, count, due, tuple(names), note)

    def mine(self, leaves: Collection[Node]) -> list[str]:
        """Return the leaves the actor answers for: assigned ones, or every one of who collates or coordinates."""
        every = Role.COORDINATOR in self.roles or any(
            held.covers_all_leaves and held.unit_id == self.line.unit_id for held in self.actor.appointments
        )
        writes = not self.roles.isdisjoint(_WRITERS)
        officers = self.context.officers
        return [
            leaf.code
            for leaf in leaves
            if writes and (every or self.actor.user_id in officers.get(leaf.code, frozenset()))
        ]

    def unsent(self, claimed: Collection[str]) -> Iterator[Task]:
        """Yield what there is to do before the sheet is sent."""
        standing, due = self.line.standing, self.line.closes_at
        if standing not in _UNSENT or not self.context.phase_or_window_open:
            return
        if standing is Standing.AWAITING_APPROVAL:
            if Role.UNIT_HEAD in self.roles:
                yield self.task(TaskKind.APPROVE, due=due)
        elif standing is Standing.UNIT_APPROVED:
            if not self.roles.isdisjoint(_SENDERS):
                yield self.task(TaskKind.SEND, due=due)
        else:
            yield from self._draft(claimed, due)

    def _draft(self, claimed: Collection[str], due: dt.datetime | None) -> Iterator[Task]:
        reason = self.context.assessment.returned_reason
        if reason and not self.roles.isdisjoint(_WRITERS | _SENDERS):
            yield self.task(TaskKind.RETURNED, due=due, note=reason)
        open_leaves = [leaf for leaf in self.context.own_leaves if leaf.code not in claimed]
        mine = self.mine(open_leaves)
        if mine:
            yield self.task(TaskKind.SCORE, len(mine), due=due, names=mine)
        if not open_leaves and not self.roles.isdisjoint(_WRITERS):
            yield self.task(TaskKind.REVIEW, due=due)
        elif not self.roles.isdisjoint(_SENDERS):
            yield self.task(TaskKind.NOT_SENT, len(open_leaves), due=due)

    def report(self, *, approved: bool | None) -> Iterator[Task]:
        """Yield the report that is to be entered, or the one the head has to approve, however far the sheet is.

        `approved`: whether its newest version is; None while there is none.
        """
        campaign = self.context.assessment.campaign
        if approved or campaign.status is not CampaignStatus.OPEN:
            return
        if self.context.policies.report is ReportMode.NONE:
            return
        due = next((row.closes_at for row in campaign.phases if row.kind is PhaseKind.REPORT_DUE), None)
        if approved is None and why_not_write(self.context, self.actor) is None:
            yield self.task(TaskKind.REPORT, due=due)
        if approved is False and policy.allows(self.actor, Permission.REPORT_APPROVE, self.context.subject()):
            yield self.task(TaskKind.APPROVE_REPORT, due=due)

    def answers(self, group: GroupContext) -> Iterator[Task]:
        """Yield what appraisers asked or contested and nobody has answered, and the explanation to be sent."""
        sheet = group.assessments[self.line.assessment_id]
        ends = [row.due_at for row in self.context.windows if row.contains(self.context.now) and _is_answer(row.ground)]
        sent = sheet.id in group.sent_explanations
        open_still = [leaf for leaf in group.own_leaves(sheet.id) if not sent or group.judged_late(sheet.id, leaf.code)]
        if not ends or not open_still:
            return
        standings = {leaf.code: group.state(sheet, leaf.code).standing for leaf in open_still}
        unanswered = [
            leaf
            for leaf in open_still
            if standings[leaf.code] in _TO_ANSWER
            and not replied_since_verdict(group.acts.get((sheet.id, leaf.code), ()))
        ]
        mine = self.mine(unanswered)
        if mine:
            yield self.task(TaskKind.ANSWER, len(mine), due=min(ends), names=mine)
        contested = not (_TO_ANSWER | _ANSWERED).isdisjoint(standings.values())
        if contested and not sent and self.context.stage is Stage.EXPLANATION and not self.roles.isdisjoint(_SENDERS):
            yield self.task(TaskKind.SEND_EXPLANATION, len(unanswered), due=max(ends))


def _is_answer(ground: WindowGround) -> bool:
    return ground in {WindowGround.EVIDENCE_REQUEST, WindowGround.EXPLANATION}
