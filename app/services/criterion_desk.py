"""One criterion across all units of a group: the rule once, every claim beside the others, verdicts row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.appraisals import Reply
from app.db.assessments import Assessment
from app.db.campaigns import Baseline, GroupStage
from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.queries.office import names_of
from app.db.session import reading
from app.domain import policy
from app.domain.criteria import Node
from app.domain.errors import NotFound
from app.domain.leaf_acts import LeafState
from app.domain.policy import Actor, Permission
from app.domain.rules import PreviousPeriodRule
from app.domain.terms import Stage
from app.services.appraisal import VerdictLine
from app.services.desk import DeskLeaf, leaves_of
from app.services.group_context import GroupContext, find_group, group_context
from app.services.office import Office, office_of
from app.services.pins import PinnedLeaf
from app.services.verdict_lines import lines_of, verdict_refusal
from app.services.verdict_marks import by_council


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One unit's claim on the criterion, what was said of it, and whether a verdict may be given (`refusal` None).

    `said`: how many verdicts there are, which a new one answers. `holders`: whom the agency gave the leaf to.
    """

    leaf: DeskLeaf
    pinned: PinnedLeaf
    verdicts: tuple[VerdictLine, ...]
    replies: tuple[str, ...]
    refusal: str | None
    holders: tuple[str, ...]
    baselines: Mapping[str, Decimal]

    @property
    def assessment_id(self) -> int:
        return self.leaf.assessment_id

    @property
    def unit(self) -> str:
        return self.leaf.unit

    @property
    def state(self) -> LeafState:
        return self.leaf.state

    @property
    def said(self) -> int:
        return len(self.verdicts)


@dataclass(frozen=True, slots=True)
class CriterionDesk:
    """The criterion and every row of it on the reader's desk, in the order of the units' codes."""

    campaign_id: int
    group_id: int
    campaign: str
    group: str
    node: Node
    original: str
    requirement: str
    evidence_wanted: str
    zero_grounds: tuple[tuple[str, str], ...]
    rows: tuple[CriterionRow, ...]
    neighbours: tuple[str | None, str | None]
    wants_minutes: bool


def criterion_desk(campaign_id: int, group_id: int, code: str, *, actor: Actor, clock: Clock) -> CriterionDesk:
    """Return one criterion across the units of a group, in a constant number of statements.

    Raises: NotFound where nothing of it is on the actor's desk.
    """
    with reading() as session:
        group = _group(session, campaign_id, group_id)
        context = group_context(session, group, clock.read(session))
        node, office = context.tree.leaf(code), office_of(session, context)
        leaves = [
            leaf for row in context.assessments.values() for leaf in leaves_of(context, row, actor, office, only=code)
        ]
        if not leaves:
            raise NotFound("leaf_unknown", criterion=code)
        criterion = session.get_one(Criterion, context.ids[code])
        return CriterionDesk(
            campaign_id=campaign_id,
            group_id=group_id,
            campaign=group.campaign.name,
            group=group.group.name,
            node=node,
            original=criterion.original,
            requirement=criterion.requirement,
            evidence_wanted=criterion.evidence,
            zero_grounds=tuple((ground.key, ground.text) for ground in context.policies.zero_grounds),
            rows=_rows(session, context, office, leaves, actor),
            neighbours=_neighbours(context, actor, code),
            wants_minutes=by_council(context, 2) and any(leaf.stage is Stage.SECOND_APPRAISAL for leaf in leaves),
        )


def _group(session: Session, campaign_id: int, group_id: int) -> GroupStage:
    asked = select(GroupStage.id).where(GroupStage.campaign_id == campaign_id, GroupStage.group_id == group_id)
    number = session.scalars(asked).one_or_none()
    if number is None:
        raise NotFound("group_unknown")
    return find_group(session, number)


def _neighbours(context: GroupContext, actor: Actor, code: str) -> tuple[str | None, str | None]:
    """Return the criteria before and after on the actor's desk, by the order of the paper and one unit of the group."""
    mine, council = policy.scope(actor, Permission.VERDICT_GIVE).agency_ids, by_council(context, 2)
    for row in context.assessments.values():
        if row.unit_id in actor.unit_ids or row.id not in context.pins:
            continue
        agencies = context.agencies(row)
        codes = [leaf.code for leaf in context.own_leaves(row.id) if council or agencies[leaf.code] in mine]
        if code in codes:
            place = codes.index(code)
            return (codes[place - 1] if place else None), (codes[place + 1] if place + 1 < len(codes) else None)
    return None, None


def _rows(
    session: Session,
    context: GroupContext,
    office: Office,
    leaves: Sequence[DeskLeaf],
    actor: Actor,
) -> tuple[CriterionRow, ...]:
    code = leaves[0].node.code
    replies = _replies(session, context, [leaf for leaf in leaves if leaf.stage is Stage.SECOND_APPRAISAL])
    baselines = _baselines(session, context) if isinstance(leaves[0].node.rule, PreviousPeriodRule) else {}
    given = {
        leaf.assessment_id: _holders(context, office, context.assessments[leaf.assessment_id], code) for leaf in leaves
    }
    lines = lines_of(session, (row for leaf in leaves for row in context.verdicts.get((leaf.assessment_id, code), ())))
    names = names_of(session, {user for users in given.values() for user in users})
    return tuple(
        CriterionRow(
            leaf=leaf,
            pinned=context.pins[leaf.assessment_id][code],
            verdicts=tuple(lines[row.id] for row in context.verdicts.get((leaf.assessment_id, code), ())),
            replies=tuple(replies.get(leaf.assessment_id, ())),
            refusal=verdict_refusal(context, office, context.assessments[leaf.assessment_id], code, actor),
            holders=tuple(sorted(names[user] for user in given[leaf.assessment_id])),
            baselines=baselines.get(context.assessments[leaf.assessment_id].unit_id, {}),
        )
        for leaf in leaves
    )


def _holders(context: GroupContext, office: Office, row: Assessment, code: str) -> frozenset[int]:
    agency = context.agencies(row)[code]
    return frozenset() if agency is None else office.holders(context, row, agency).get(code, frozenset())


def _replies(session: Session, context: GroupContext, leaves: Sequence[DeskLeaf]) -> Mapping[int, Sequence[str]]:
    """Return the units' answers by sheet; from the second appraisal on everything a unit wrote counts."""
    found: dict[int, list[str]] = defaultdict(list)
    if not leaves:
        return found
    statement = (
        select(Reply.assessment_id, Reply.text)
        .where(Reply.assessment_id.in_([leaf.assessment_id for leaf in leaves]))
        .where(Reply.criterion_id == context.ids[leaves[0].node.code])
        .order_by(Reply.id)
    )
    for row in session.execute(statement):
        found[row.assessment_id].append(row.text)
    return found


def _baselines(session: Session, context: GroupContext) -> Mapping[int, Mapping[str, Decimal]]:
    """Return last year's figures by unit."""
    statement = select(Baseline.unit_id, Baseline.measure, Baseline.value).where(
        Baseline.campaign_id == context.group.campaign_id
    )
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for row in session.execute(statement):
        found[row.unit_id][row.measure] = row.value
    return found
