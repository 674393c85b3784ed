"""What is due of agencies and council in a group and near: verdicts, the release of first results, the conclusion."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.db.campaigns import Phase
from app.domain.campaign import RoundTwo
from app.domain.reminders import Due, is_near
from app.domain.terms import LeafStanding, PhaseKind, Role, Stage
from app.services.deadline_people import DeadlineNear, People
from app.services.group_context import GroupContext
from app.services.requests import waits_in_first

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

    context: GroupContext
    people: People
    phases: Mapping[PhaseKind, Phase]
    day: dt.date

    def near(self) -> Iterator[DeadlineNear]:
        yield from self.appraisals()

    def _is_near(self, due: dt.datetime) -> bool:
        return is_near(due, self.day, self.context.now)

    def appraisals(self) -> Iterator[DeadlineNear]:
        """Agencies with leaves that wait; the council, while its group has not gone on."""
        group = self.context.group
        if group.stage not in _APPRAISALS:
            return
        kind, of_agency, of_council, roles = _APPRAISALS[group.stage]
        phase = self.phases.get(kind)
        if phase is None or not self._is_near(phase.closes_at):
            return
        council = self.people.of_council(group.council_id, roles)
        name, board = group.group.name, f"/board/{group.id}"
        yield DeadlineNear(of_council, name, phase.closes_at, council, board, f"{of_council}:{group.id}")
        by_council = group.stage is Stage.SECOND_APPRAISAL and self.context.policies.round_two is RoundTwo.COUNCIL
        if by_council:
            return
        for agency, count in sorted(self._waiting().items()):
            people = self.people.of_unit(agency, (Role.APPRAISER,))
            key = f"{of_agency}:{group.id}:{agency}"
            path = "/appraisal/?show=waiting"
            yield DeadlineNear(of_agency, name, phase.closes_at, people, path, key, count=count)

    def _waiting(self) -> Counter[int]:
        """Return how many leaves of the group wait for each agency's verdict."""
        first = self.context.group.stage is Stage.FIRST_APPRAISAL
        counts: Counter[int] = Counter()
        for sheet in self.context.submitted:
            agencies = self.context.agencies(sheet)
            for leaf in self.context.own_leaves(sheet.id):
                standing = self.context.state(sheet, leaf.code).standing
                waits = waits_in_first(self.context, sheet, leaf.code) if first else standing is not LeafStanding.FINAL
                agency = agencies[leaf.code]
                if waits and agency is not None:
                    counts[agency] += 1
        return counts
