"""What is due of agencies, council and leaders, and near: verdicts, acts, leaders' sheets, the report upward."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import Campaign, Phase
from app.db.queries.upward import reports_owed
from app.domain.reminders import Due, is_near
from app.domain.terms import CONCLUDED, PhaseKind, Role, Stage
from app.services.deadline_people import DeadlineNear, People
from app.services.desk import ROUNDS, waits_for_agency
from app.services.group_context import GroupContext
from app.services.leader_sheets import is_given, leaders_of, units_left
from app.services.office import Office
from app.services.verdict_marks import by_council

#: stage → what the phase of its name asks of the agencies, and of the council
_APPRAISALS: Mapping[Stage, tuple[PhaseKind, Due, Due, tuple[Role, ...]]] = {
    Stage.FIRST_APPRAISAL: (PhaseKind.FIRST_APPRAISAL, Due.FIRST_APPRAISAL, Due.RELEASE, (Role.SECRETARIAT,)),
    Stage.SECOND_APPRAISAL: (
        PhaseKind.SECOND_APPRAISAL,
        Due.SECOND_APPRAISAL,
        Due.CONCLUSION,
        (Role.SECRETARIAT, Role.COUNCIL_CHAIR),
    ),
}


@dataclass(frozen=True, slots=True)
class CouncilDeadlines:
    """The appraisal of one group on one day."""

    session: Session
    context: GroupContext
    people: People
    phases: Mapping[PhaseKind, Phase]
    office: Office
    day: dt.date

    def near(self) -> Iterator[DeadlineNear]:
        yield from self.appraisals()
        yield from self.leaders()

    def _is_near(self, due: dt.datetime) -> bool:
        return is_near(due, self.day, self.context.now)

    def appraisals(self) -> Iterator[DeadlineNear]:
        """People of agencies with leaves that wait for them; the council, while group or unit alone has not gone on."""
        for stage, (kind, of_agency, of_council, roles) in _APPRAISALS.items():
            phase = self.phases.get(kind)
            if phase is None or not self._is_near(phase.closes_at):
                continue
            members = [row for row in self._running() if self.context.stage_of(row) is stage]
            yield from self._acts(stage, members, phase.closes_at, of_council, roles)
            if members and not by_council(self.context, ROUNDS[stage]):
                yield from self._verdicts(members, phase.closes_at, of_agency)

    def _running(self) -> tuple[Assessment, ...]:
        return (*self.context.submitted, *self.context.alone)

    def _acts(
        self, stage: Stage, members: Iterable[Assessment], due: dt.datetime, what: Due, roles: Iterable[Role]
    ) -> Iterator[DeadlineNear]:
        """The act that ends an appraisal: on the group that stands there, and on each unit that runs alone."""
        group = self.context.group
        people, board = self.people.of_council(group.council_id, roles), f"/board/{group.id}"
        if group.stage is stage:
            yield DeadlineNear(what, group.group.name, due, people, board, f"{what}:{group.id}")
        for row in members:
            if row.stage is not None:
                yield DeadlineNear(what, row.unit.name, due, people, board, f"{what}:{group.id}:{row.id}")

    def _verdicts(self, members: Iterable[Assessment], due: dt.datetime, what: Due) -> Iterator[DeadlineNear]:
        group, counts = self.context.group, self._waiting(members)
        for (agency, user), count in sorted(counts.items()):
            key, path = f"{what}:{group.id}:{agency}", "/appraisal/?show=waiting"
            yield DeadlineNear(what, group.group.name, due, (user,), path, key, count=count)

    def _waiting(self, members: Iterable[Assessment]) -> Counter[tuple[int, int]]:
        """Return by (agency, account) the leaves that wait and are the person's own share, or nobody's."""
        counts: Counter[tuple[int, int]] = Counter()
        for sheet in members:
            agencies = self.context.agencies(sheet)
            waiting = [
                leaf.code
                for leaf in self.context.own_leaves(sheet.id)
                if leaf.code in self.context.pins[sheet.id] and waits_for_agency(self.context, sheet, leaf.code)
            ]
            for agency in {number for code in waiting if (number := agencies[code]) is not None}:
                codes = [code for code in waiting if agencies[code] == agency]
                counts.update(self._shared(sheet, agency, codes))
        return counts

    def _shared(self, sheet: Assessment, agency: int, codes: Iterable[str]) -> Iterator[tuple[int, int]]:
        """Yield (agency, account) for each leaf and each person it waits for: who stays out of the unit is none."""
        holders = self.office.holders(self.context, sheet, agency)
        people = {
            user: names
            for user, names in self.people.appraisers.get(agency, {}).items()
            if not self.office.stays_out(user, sheet.unit_id) and sheet.unit_id not in self.people.homes[user]
        }
        for code in codes:
            held = holders.get(code)
            yield from ((agency, user) for user, names in people.items() if not held or not held.isdisjoint(names))

    def leaders(self) -> Iterator[DeadlineNear]:
        """Leaders whose sheet is not sent: it is taken until the conclusion, so to the end of the second appraisal."""
        group, phase = self.context.group, self.phases.get(PhaseKind.SECOND_APPRAISAL)
        if phase is None or group.stage in CONCLUDED or not self._is_near(phase.closes_at):
            return
        active = self.people.of_council(group.council_id, (Role.LEADER,))
        for leader in leaders_of(self.session, group.council_id):
            user = leader.user_id
            if user not in active or is_given(self.session, self.context, leader.id):
                continue
            count = len(units_left(self.session, self.context, leader, self.people.homes.get(user, ())))
            if count:
                key, name = f"leader_sheet:{group.id}", group.group.name
                due, path = phase.closes_at, "/leader-sheets/"
                yield DeadlineNear(Due.LEADER_SHEET, name, due, (user,), path, key, count=count)


def upward_near(
    session: Session, campaign: Campaign, people: People, day: dt.date, now: dt.datetime
) -> Iterator[DeadlineNear]:
    """The secretariats of councils that report to one above and have not."""
    for owed in reports_owed(session, campaign_id=campaign.id):
        if owed.due_at is not None and is_near(owed.due_at, day, now):
            secretariat = people.of_council(owed.council_id, (Role.SECRETARIAT,))
            key = f"upward:{campaign.id}:{owed.council_id}"
            yield DeadlineNear(Due.UPWARD_REPORT, owed.council, owed.due_at, secretariat, "/upward/", key)
