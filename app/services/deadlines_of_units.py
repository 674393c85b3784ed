"""What is due of the units of a group and near: leaves to score, the sheet and the report to send, answers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment, ScoreEntry
from app.db.campaigns import Phase
from app.domain.campaign import ReportMode
from app.domain.criteria import Node
from app.domain.deadlines import AMENDMENT_GROUNDS, Window
from app.domain.leaf_acts import replied_since_verdict
from app.domain.reminders import Due, is_near
from app.domain.terms import CLAIM_GROUNDS, CONCLUDED, LeafStanding, PhaseKind, Role, Stage, State, WindowGround
from app.services.context import sheet_context
from app.services.deadline_people import DeadlineNear, People
from app.services.group_context import GroupContext
from app.services.submissions import amended_leaves

_SENDERS = (Role.COORDINATOR, Role.UNIT_HEAD)
_TO_ANSWER = frozenset({LeafStanding.ASKED, LeafStanding.DISAGREED})
_ANSWERED = frozenset({LeafStanding.ANSWERED, LeafStanding.CONTESTED})


def claimed_leaves(session: Session, context: GroupContext) -> frozenset[tuple[int, str]]:
    """Return the leaves a unit has entered something for."""
    codes = {number: code for code, number in context.ids.items()}
    statement = (
        select(ScoreEntry.assessment_id, ScoreEntry.criterion_id)
        .join(ScoreEntry.assessment)
        .where(Assessment.group_stage_id == context.group.id, ScoreEntry.claim.is_not(None))
    )
    return frozenset((number, codes[leaf]) for number, leaf in session.execute(statement) if leaf in codes)


@dataclass(frozen=True, slots=True)
class UnitDeadlines:
    """The sheets of one group on one day."""

    session: Session
    context: GroupContext
    people: People
    phases: Mapping[PhaseKind, Phase]
    claimed: frozenset[tuple[int, str]]
    #: sheet → whether the newest version of its report is approved; without any it is not in it
    reports_approved: Mapping[int, bool]
    day: dt.date

    def near(self) -> Iterator[DeadlineNear]:
        yield from self.scoring()
        yield from self.amendments()
        yield from self.reports()
        yield from self.answers()

    def _is_near(self, due: dt.datetime) -> bool:
        return is_near(due, self.day, self.context.now)

    def _live(self) -> list[Assessment]:
        """The sheets somebody still writes on: not those of units that were merged or left."""
        return [row for row in self.context.assessments.values() if row.id not in self.context.closed]

    def scoring(self) -> Iterator[DeadlineNear]:
        """Officers with leaves not scored; coordinator and head of a unit that has not sent."""
        for sheet in self._live():
            due = self._writes_until(sheet)
            if sheet.state is State.SUBMITTED or due is None or not self._is_near(due):
                continue
            path = f"/sheets/{sheet.id}"
            for user, count in self._unscored(sheet).items():
                yield DeadlineNear(Due.SCORING, sheet.unit.name, due, (user,), path, f"scoring:{sheet.id}", count=count)
            people = self.people.of_unit(sheet.unit_id, _SENDERS)
            yield DeadlineNear(Due.SENDING, sheet.unit.name, due, people, f"{path}/review", f"sending:{sheet.id}")

    def _writes_until(self, sheet: Assessment) -> dt.datetime | None:
        """Return when the unit's time to claim ends: of the phase, or of a window that is open beyond it."""
        now, ends = self.context.now, []
        if self.context.scoring is not None and self.context.scoring.contains(now):
            ends.append(self.context.scoring.closes_at)
        ends += [
            row.due_at
            for row in self.context.windows.get(sheet.id, ())
            if row.ground in CLAIM_GROUNDS and row.opens_at <= now < row.due_at
        ]
        return max(ends, default=None)

    def _unscored(self, sheet: Assessment) -> Counter[int]:
        leaves = [leaf for leaf in self.context.own_leaves(sheet.id) if (sheet.id, leaf.code) not in self.claimed]
        return self._by_officer(sheet, leaves)

    def _by_officer(self, sheet: Assessment, leaves: Iterable[Node]) -> Counter[int]:
        return Counter(
            user for leaf in leaves for user in self.people.of_leaf(sheet.unit_id, self.context.tree, leaf.code)
        )

    def amendments(self) -> Iterator[DeadlineNear]:
        """Those who changed a sheet that was sent: once its windows end, what is not sent again has lapsed."""
        for sheet in self._live():
            due = self._amends_until(sheet)
            if due is None or not self._is_near(due):
                continue
            amended = amended_leaves(self.session, sheet_context(self.session, sheet, self.context.now))
            if not amended:
                continue
            unit, path, key = sheet.unit.name, f"/sheets/{sheet.id}/review", f"amending:{sheet.id}"
            for user, count in self._by_officer(sheet, map(self.context.tree.leaf, amended)).items():
                yield DeadlineNear(Due.AMENDMENT, unit, due, (user,), path, key, count=count)
            people = self.people.of_unit(sheet.unit_id, _SENDERS)
            yield DeadlineNear(Due.AMENDMENT, unit, due, people, path, f"sending_again:{sheet.id}")

    def _amends_until(self, sheet: Assessment) -> dt.datetime | None:
        """Return when the last open window ends in which a sent sheet may be sent again; None while none is."""
        if sheet.state is not State.SUBMITTED or self.context.stage_of(sheet) in CONCLUDED:
            return None
        windows = self.context.windows.get(sheet.id, ())
        open_now = (row for row in windows if row.ground in AMENDMENT_GROUNDS and row.contains(self.context.now))
        return max((row.due_at for row in open_now), default=None)

    def reports(self) -> Iterator[DeadlineNear]:
        """Coordinator and head of a unit whose report is not entered, or not approved, however far its sheet is."""
        phase = self.phases.get(PhaseKind.REPORT_DUE)
        if phase is None or self.context.policies.report is ReportMode.NONE or not self._is_near(phase.closes_at):
            return
        for sheet in self._live():
            concluded = self.context.stage_of(sheet) in CONCLUDED  # no report is taken any more
            if not concluded and not self.reports_approved.get(sheet.id, False):
                people = self.people.of_unit(sheet.unit_id, _SENDERS)
                path, key = f"/sheets/{sheet.id}/report", f"report:{sheet.id}"
                yield DeadlineNear(Due.REPORT, sheet.unit.name, phase.closes_at, people, path, key)

    def answers(self) -> Iterator[DeadlineNear]:
        """Officers with something to answer; coordinator and head while the explanation is not sent."""
        for sheet in self.context.submitted + self.context.alone:
            if self.context.stage_of(sheet) not in {Stage.FIRST_APPRAISAL, Stage.EXPLANATION}:
                continue
            for window in self.context.windows.get(sheet.id, ()):
                begun = window.opens_at <= self.context.now and not window.withdrawn
                if begun and self._is_near(window.due_at):
                    yield from self._answers_in(sheet, window)

    def _answers_in(self, sheet: Assessment, window: Window) -> Iterator[DeadlineNear]:
        path, unit = f"/sheets/{sheet.id}/answers", sheet.unit.name
        sent = sheet.id in self.context.sent_explanations
        key = f"{sheet.id}:{window.ground.value}:{window.leaf or ''}:{window.opens_at.timestamp():.0f}"
        if window.ground is WindowGround.EVIDENCE_REQUEST:
            leaves = self._standing(sheet, frozenset({LeafStanding.ASKED}), window.leaf)
            what = Due.EVIDENCE_REQUEST
        elif window.ground is WindowGround.EXPLANATION and not (sent and self._is_over(sheet, window)):
            leaves = self._standing(sheet, _TO_ANSWER, window.leaf)
            what = Due.EXPLANATION
            if not sent and (leaves or self._standing(sheet, _ANSWERED, window.leaf)):
                people = self.people.of_unit(sheet.unit_id, _SENDERS)
                yield DeadlineNear(what, unit, window.due_at, people, path, f"explaining:{key}")
        else:
            return
        open_still = [leaf for leaf in leaves if not self._replied(sheet, leaf)]
        for user, count in self._by_officer(sheet, open_still).items():
            yield DeadlineNear(what, unit, window.due_at, (user,), path, f"answering:{key}", count=count)

    def _is_over(self, sheet: Assessment, window: Window) -> bool:
        """Whether the explanation that was sent ended this time too: it does but for a leaf judged after it."""
        return window.leaf is None or not self.context.judged_late(sheet.id, window.leaf)

    def _replied(self, sheet: Assessment, leaf: Node) -> bool:
        return replied_since_verdict(self.context.acts.get((sheet.id, leaf.code), ()))

    def _standing(self, sheet: Assessment, standings: frozenset[LeafStanding], code: str | None) -> list[Node]:
        return [
            leaf
            for leaf in self.context.own_leaves(sheet.id)
            if (code is None or leaf.code == code) and self.context.state(sheet, leaf.code).standing in standings
        ]
