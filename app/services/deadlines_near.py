"""The deadlines of a campaign that are near on a day, with the people they concern who have not met them yet."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.db.assessments import AnswerWindow, Assessment, ScoreEntry
from app.db.campaigns import Campaign, OfficerAssignment, Phase
from app.db.criteria import Criterion
from app.db.identity import Membership, PortalUser
from app.db.queries.people import appointed_and_deputies
from app.domain.campaign import RoundTwo
from app.domain.criteria import Node, Tree, most_specific
from app.domain.deadlines import Window
from app.domain.leaf_acts import replied_since_verdict
from app.domain.reminders import Due, is_reminded
from app.domain.terms import CLAIM_GROUNDS, LeafStanding, PhaseKind, Role, Stage, State, WindowGround
from app.services.group_context import GroupContext, group_context
from app.services.requests import waits_in_first

_SENDERS = (Role.COORDINATOR, Role.UNIT_HEAD)
_TO_ANSWER = frozenset({LeafStanding.ASKED, LeafStanding.DISAGREED})
_ANSWERED = frozenset({LeafStanding.ANSWERED, LeafStanding.CONTESTED})
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
class DeadlineNear:
    """`who`: the unit, agency or group that has something to do; `count` leaves, 0 where it is no matter of leaves.

    `key` names the deadline among all others of the portal.
    """

    what: Due
    who: str
    due: dt.datetime
    user_ids: tuple[int, ...]
    path: str
    key: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class _People:
    """Active accounts by the place and role they hold, and the branches officers answer for, by unit."""

    units: Mapping[tuple[int, Role], tuple[int, ...]]
    councils: Mapping[tuple[int, Role], tuple[int, ...]]
    collate: Mapping[int, tuple[int, ...]]
    branches: Mapping[int, Mapping[str, set[int]]]

    def of_unit(self, unit_id: int, roles: Iterable[Role]) -> tuple[int, ...]:
        return tuple(sorted({each for role in roles for each in self.units.get((unit_id, role), ())}))

    def of_council(self, council_id: int, roles: Iterable[Role]) -> tuple[int, ...]:
        return tuple(sorted({each for role in roles for each in self.councils.get((council_id, role), ())}))

    def of_leaf(self, unit_id: int, tree: Tree, code: str) -> set[int]:
        """Return who answers for a leaf: its officers and whoever collates; where nobody does, the coordinators."""
        named = most_specific(tree, code, self.branches.get(unit_id, {})) or set()
        people = set(named) | set(self.collate.get(unit_id, ()))
        return people or set(self.units.get((unit_id, Role.COORDINATOR), ()))


def deadlines_near(session: Session, campaign: Campaign, day: dt.date, now: dt.datetime) -> list[DeadlineNear]:
    """Return what is due 7, 3, 1 or 0 days after `day` and not done yet; what is over by `now` concerns nobody."""
    if not _anything_near(session, campaign, day, now):
        return []
    people = _people(session, campaign, day)
    phases = {row.kind: row for row in campaign.phases}
    found: list[DeadlineNear] = []
    for group in campaign.groups:
        context = group_context(session, group, now)
        claimed = _claimed(session, context)
        near = _Near(context, people, phases, claimed, day)
        found += [*near.scoring(), *near.reports(), *near.answers(), *near.appraisals()]
    return found


def _anything_near(session: Session, campaign: Campaign, day: dt.date, now: dt.datetime) -> bool:
    windows = select(AnswerWindow.due_at).join(AnswerWindow.assessment).where(Assessment.campaign_id == campaign.id)
    ends = [*(phase.closes_at for phase in campaign.phases), *session.scalars(windows.distinct())]
    return any(is_reminded(end, day) and now < end for end in ends)


def _people(session: Session, campaign: Campaign, day: dt.date) -> _People:
    units: dict[tuple[int, Role], list[int]] = defaultdict(list)
    councils: dict[tuple[int, Role], list[int]] = defaultdict(list)
    collate: dict[int, list[int]] = defaultdict(list)
    stand_ins: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row, user_id in appointed_and_deputies(session, day):
        if row.unit_id is not None and row.role is Role.OFFICER and user_id != row.user_id:
            stand_ins[row.unit_id, row.user_id].append(user_id)
        if row.unit_id is not None:
            units[row.unit_id, row.role].append(user_id)
            if row.covers_all_leaves:
                collate[row.unit_id].append(user_id)
        elif row.council_id is not None:
            councils[row.council_id, row.role].append(user_id)
    return _People(
        units={key: tuple(kept) for key, kept in units.items()},
        councils={key: tuple(kept) for key, kept in councils.items()},
        collate={key: tuple(kept) for key, kept in collate.items()},
        branches=_branches(session, campaign, stand_ins),
    )


def _branches(
    session: Session, campaign: Campaign, stand_ins: Mapping[tuple[int, int], Sequence[int]]
) -> Mapping[int, Mapping[str, set[int]]]:
    """Return who scores which branch, unit by unit; beside each the deputies of the day."""
    statement = (
        select(OfficerAssignment.unit_id, Criterion.code, OfficerAssignment.user_id)
        .join(OfficerAssignment.criterion)
        .join(OfficerAssignment.user)
        .where(OfficerAssignment.campaign_id == campaign.id, PortalUser.active.is_(True))
        .where(
            exists().where(
                Membership.user_id == OfficerAssignment.user_id, Membership.unit_id == OfficerAssignment.unit_id
            )
        )
    )
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for unit_id, code, user_id in session.execute(statement):
        found[unit_id][code] |= {user_id, *stand_ins.get((unit_id, user_id), ())}
    return found


def _claimed(session: Session, context: GroupContext) -> frozenset[tuple[int, str]]:
    """Return the leaves a unit has entered something for."""
    codes = {number: code for code, number in context.ids.items()}
    statement = (
        select(ScoreEntry.assessment_id, ScoreEntry.criterion_id)
        .join(ScoreEntry.assessment)
        .where(Assessment.group_stage_id == context.group.id, ScoreEntry.claim.is_not(None))
    )
    return frozenset((number, codes[leaf]) for number, leaf in session.execute(statement) if leaf in codes)


@dataclass(frozen=True, slots=True)
class _Near:
    """One group on one day."""

    context: GroupContext
    people: _People
    phases: Mapping[PhaseKind, Phase]
    claimed: frozenset[tuple[int, str]]
    day: dt.date

    def _is_near(self, due: dt.datetime) -> bool:
        return is_reminded(due, self.day) and self.context.now < due

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

    def reports(self) -> Iterator[DeadlineNear]:
        """Coordinator and head of a unit whose sheet is not sent when the report is due."""
        phase = self.phases.get(PhaseKind.REPORT_DUE)
        if phase is None or not self._is_near(phase.closes_at):
            return
        for sheet in self._live():
            if sheet.state is not State.SUBMITTED:
                people = self.people.of_unit(sheet.unit_id, _SENDERS)
                key = f"report:{sheet.id}"
                yield DeadlineNear(
                    Due.REPORT, sheet.unit.name, phase.closes_at, people, f"/sheets/{sheet.id}/review", key
                )

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
        elif window.ground is WindowGround.EXPLANATION and not sent:
            leaves = self._standing(sheet, _TO_ANSWER, None)
            what = Due.EXPLANATION
            if leaves or self._standing(sheet, _ANSWERED, None):
                people = self.people.of_unit(sheet.unit_id, _SENDERS)
                yield DeadlineNear(what, unit, window.due_at, people, path, f"explaining:{key}")
        else:
            return
        open_still = [leaf for leaf in leaves if not self._replied(sheet, leaf)]
        for user, count in self._by_officer(sheet, open_still).items():
            yield DeadlineNear(what, unit, window.due_at, (user,), path, f"answering:{key}", count=count)

    def _replied(self, sheet: Assessment, leaf: Node) -> bool:
        return replied_since_verdict(self.context.acts.get((sheet.id, leaf.code), ()))

    def _standing(self, sheet: Assessment, standings: frozenset[LeafStanding], code: str | None) -> list[Node]:
        return [
            leaf
            for leaf in self.context.own_leaves(sheet.id)
            if (code is None or leaf.code == code) and self.context.state(sheet, leaf.code).standing in standings
        ]

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
