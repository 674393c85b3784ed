"""What the second appraisal is about: leaves contested, answered, asked, reopened or undecided, both sides beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.appraisals import Reply
from app.db.assessments import Assessment
from app.db.clock import Clock
from app.db.queries.trees import criterion_ids
from app.db.session import reading
from app.domain import policy
from app.domain.criteria import Node
from app.domain.errors import NotFound
from app.domain.leaf_acts import OPEN_IN_SECOND
from app.domain.policy import Actor, Permission
from app.domain.terms import CONCLUDED, LeafStanding, Role, Stage
from app.services.agency_progress import AgencyProgress, progress_of
from app.services.appraisal import VerdictLine
from app.services.group_context import GroupContext, find_group, group_context
from app.services.office import Office, office_of
from app.services.pins import PinnedLeaf
from app.services.verdict_lines import agency_names, lines_of, verdict_refusal
from app.services.verdict_marks import by_council

#: the stages at which everything a unit answered may be read by who judges it
READABLE = frozenset({Stage.SECOND_APPRAISAL, *CONCLUDED})


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One leaf of the second round. `refusal`: what stands against a verdict of the reader; None: they may give one."""

    assessment_id: int
    unit: str
    node: Node
    standing: LeafStanding
    agency_id: int | None
    agency: str
    pinned: PinnedLeaf
    first: VerdictLine | None
    second: VerdictLine | None
    replies: tuple[str, ...]
    said: int
    refusal: str | None

    @property
    def open(self) -> bool:
        return self.standing in OPEN_IN_SECOND


@dataclass(frozen=True, slots=True)
class Disagreements:
    """The second round of a group as the reader may see it. `agencies`: whose points there are, to choose from."""

    group_stage_id: int
    campaign: str
    group: str
    stage: Stage
    points: tuple[OpenPoint, ...]
    agencies: tuple[tuple[int, str], ...]
    progress: tuple[AgencyProgress, ...]
    zero_grounds: tuple[tuple[str, str], ...]
    of_council: bool
    may_chase: bool
    decided_by_council: bool


def disagreements(group_stage_id: int, *, actor: Actor, clock: Clock, agency_id: int | None = None) -> Disagreements:
    """Return the leaves the second round is about: all of them to the council, its own to an agency.

    Raises: NotFound to everybody else, the units above all.
    """
    with reading() as session:
        context = group_context(session, find_group(session, group_stage_id), clock.read(session))
        of_council = policy.allows(actor, Permission.GROUP_READ, context.subject)
        mine = {held.unit_id for held in actor.appointments if held.role is Role.APPRAISER}
        office = office_of(session, context)
        every = _points(session, context, office, actor)
        seen = [each for each in every if of_council or _is_mine(context, each, mine, actor)]
        progress = progress_of(session, context, office)
        if not of_council:
            progress = tuple(each for each in progress if each.agency_id in mine)
            if not seen and not progress:
                raise NotFound("group_unknown")
        return Disagreements(
            group_stage_id=group_stage_id,
            campaign=context.group.campaign.name,
            group=context.group.group.name,
            stage=context.group.stage,
            points=tuple(each for each in seen if agency_id in {None, each.agency_id}),
            agencies=tuple(sorted({(each.agency_id, each.agency) for each in seen if each.agency_id is not None})),
            progress=progress,
            zero_grounds=tuple((ground.key, ground.text) for ground in context.policies.zero_grounds),
            of_council=of_council,
            may_chase=policy.allows(actor, Permission.AGENCY_CHASE, context.subject),
            decided_by_council=by_council(context, 2),
        )


def _is_mine(context: GroupContext, point: OpenPoint, mine: set[int | None], actor: Actor) -> bool:
    own = context.assessments[point.assessment_id].unit_id in actor.unit_ids
    return point.agency_id in mine and not own


def _points(session: Session, context: GroupContext, office: Office, actor: Actor) -> list[OpenPoint]:
    found = list(_found(context))
    lines = lines_of(session, (row for each, code in found for row in context.verdicts.get((each.id, code), ())))
    replies = _replies(session, context, {each.id for each, _ in found})
    names = agency_names(session, {agency for each, code in found if (agency := context.agencies(each)[code])})
    points = []
    for row, code in found:
        agency = context.agencies(row)[code]
        said = [lines[each.id] for each in context.verdicts.get((row.id, code), ())]
        points.append(
            OpenPoint(
                assessment_id=row.id,
                unit=row.unit.name,
                node=context.tree.leaf(code),
                standing=context.state(row, code).standing,
                agency_id=agency,
                agency="" if agency is None else names[agency],
                pinned=context.pins[row.id][code],
                first=_last(said, 1),
                second=_last(said, 2),
                replies=replies.get((row.id, code), ()),
                said=len(said),
                refusal=verdict_refusal(context, office, row, code, actor),
            )
        )
    return sorted(points, key=lambda each: (not each.open, each.node.position, each.unit))


def _found(context: GroupContext) -> Iterator[tuple[Assessment, str]]:
    """Yield the leaves open in the second round, or decided in it, of the units that have reached it."""
    for row in context.assessments.values():
        if row.id not in context.pins or context.stage_of(row) not in READABLE:
            continue
        for leaf in context.own_leaves(row.id):
            second = any(each.round == 2 for each in context.verdicts.get((row.id, leaf.code), ()))
            if second or context.state(row, leaf.code).standing in OPEN_IN_SECOND:
                yield row, leaf.code


def _last(said: list[VerdictLine], number: int) -> VerdictLine | None:
    return next((line for line in reversed(said) if line.round == number), None)


def _replies(session: Session, context: GroupContext, sheets: set[int]) -> Mapping[tuple[int, str], tuple[str, ...]]:
    codes = {number: code for code, number in criterion_ids(session, context.group.set_id).items()}
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    statement = select(Reply.assessment_id, Reply.criterion_id, Reply.text).where(Reply.assessment_id.in_(sheets))
    for row in session.execute(statement.order_by(Reply.id)):
        found[row.assessment_id, codes[row.criterion_id]].append(row.text)
    return {key: tuple(texts) for key, texts in found.items()}


def open_points(group_stage_id: int, *, actor: Actor, clock: Clock) -> Disagreements:
    """Return what the council still has to decide at its meeting.

    Raises: NotFound for another council's group, and where agencies decide the second round themselves.
    """
    shown = disagreements(group_stage_id, actor=actor, clock=clock)
    if not shown.of_council or not shown.decided_by_council:
        raise NotFound("group_unknown")
    return replace(shown, points=tuple(each for each in shown.points if each.open))
