"""Everything one group is judged by, in a constant number of statements: pins, acts, ballots, entered points."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from app.db.appraisals import EnteredClaim, LeaderBallot, LeafReopening, Reply, Verdict
from app.db.assessments import Adjustment, AnswerWindow, Assessment, Exemption, Receipt
from app.db.campaigns import GroupStage
from app.db.queries.assignments import appraiser_scopes
from app.db.queries.trees import criterion_ids, tree_of_frozen_set
from app.db.results import StageAct
from app.domain.award import award
from app.domain.campaign import Policies
from app.domain.claims import TallyClaim
from app.domain.conclusion import LeafCase
from app.domain.criteria import Node, Tree
from app.domain.deadlines import Span
from app.domain.errors import NotFound
from app.domain.leaf_acts import (
    ConcludeAct,
    LeafAct,
    LeafState,
    ReopenAct,
    ReplyAct,
    ResubmitAct,
    VerdictAct,
    leaf_state,
)
from app.domain.opening import AppraiserScope, agencies_by_leaf
from app.domain.policy import Subject
from app.domain.terms import GroupAction, ItemStatus, ReceiptKind, ScoredBy, Stage, State, WindowGround
from app.domain.workflow import stage_of
from app.services.campaign_opening import scoring_span
from app.services.context import overrides_of
from app.services.pins import PinnedLeaf, pinned_leaves

Row = TypeVar("Row")
LeafKey = tuple[int, str]


@dataclass(frozen=True, slots=True)
class GroupContext:
    """A group at the instant `now`; maps by assessment id or by (assessment id, leaf code)."""

    group: GroupStage
    now: dt.datetime
    tree: Tree
    ids: Mapping[str, int]
    policies: Policies
    scoring: Span | None
    overrides: Mapping[str, Decimal]
    scopes: Sequence[AppraiserScope]
    assessments: Mapping[int, Assessment]
    pins: Mapping[int, Mapping[str, PinnedLeaf]]
    acts: Mapping[LeafKey, tuple[LeafAct, ...]]
    verdicts: Mapping[LeafKey, tuple[Verdict, ...]]
    ballots: Mapping[LeafKey, Mapping[str, int]]
    claims: Mapping[LeafKey, EnteredClaim]
    entered: Mapping[LeafKey, Decimal]
    exempt: Mapping[int, frozenset[str]]
    undecided_items: frozenset[int]
    adjustments: Mapping[int, tuple[Decimal, Decimal]]
    windows: Mapping[int, tuple[AnswerWindow, ...]]
    sent_explanations: frozenset[int]
    named_undecided: frozenset[LeafKey]

    @property
    def submitted(self) -> tuple[Assessment, ...]:
        """The units that move with the group: sent at least once, not running alone."""
        return tuple(row for row in self.assessments.values() if row.id in self.pins and row.stage is None)

    @property
    def not_submitted(self) -> tuple[Assessment, ...]:
        return tuple(row for row in self.assessments.values() if row.id not in self.pins)

    @property
    def alone(self) -> tuple[Assessment, ...]:
        return tuple(row for row in self.assessments.values() if row.id in self.pins and row.stage is not None)

    def stage_of(self, assessment: Assessment) -> Stage:
        return stage_of(assessment.stage, self.group.stage)

    def own_leaves(self, assessment_id: int) -> tuple[Node, ...]:
        """The leaves the unit scored: what appraisers decide on."""
        return tuple(
            leaf
            for leaf in self.tree.leaves
            if leaf.scored_by is ScoredBy.UNIT
            and leaf.code not in self.overrides
            and leaf.code not in self.exempt.get(assessment_id, ())
        )

    def answer_window(self, assessment_id: int) -> AnswerWindow | None:
        """The unit's newest window for its explanation."""
        rows = [row for row in self.windows.get(assessment_id, ()) if row.ground is WindowGround.EXPLANATION]
        return rows[-1] if rows else None

    def window_over(self, assessment_id: int) -> bool:
        window = self.answer_window(assessment_id)
        return window is not None and self.now >= window.due_at

    def state(self, assessment: Assessment, code: str) -> LeafState:
        return leaf_state(
            self.acts.get((assessment.id, code), ()),
            stage=self.stage_of(assessment),
            window_over=self.window_over(assessment.id),
        )

    def case(self, assessment_id: int, leaf: Node) -> LeafCase:
        return LeafCase(
            code=leaf.code,
            acts=self.acts.get((assessment_id, leaf.code), ()),
            scored_by=leaf.scored_by or ScoredBy.UNIT,
            override=self.overrides.get(leaf.code),
            entered=self.entered.get((assessment_id, leaf.code)),
            applicable=leaf.code not in self.exempt.get(assessment_id, ()),
        )

    def agencies(self, assessment: Assessment) -> Mapping[str, int | None]:
        return agencies_by_leaf(self.tree, assessment.unit_id, self.scopes)

    @property
    def subject(self) -> Subject:
        """The group itself, for acts on all of it."""
        return Subject(council_id=self.group.council_id, stage=self.group.stage)


def find_group(session: Session, group_stage_id: int, *, lock: bool = False) -> GroupStage:
    """Return a group's row, locked when it is to be moved. Raises NotFound("group_unknown")."""
    statement = select(GroupStage).where(GroupStage.id == group_stage_id)
    if lock:
        statement = statement.with_for_update(of=GroupStage)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("group_unknown")
    return found


def group_context(
    session: Session,
    group: GroupStage,
    now: dt.datetime,
    *,
    only: int | None = None,
    tree: Tree | None = None,
) -> GroupContext:
    """Load the facts around a group; `only` those of one assessment, by a `tree` other than the one in memory."""
    tree = tree or tree_of_frozen_set(session, group.set_id)
    ids = criterion_ids(session, group.set_id)
    codes = {number: code for code, number in ids.items()}
    assessments = _assessments(session, group, only)
    rows = _rows(session, group, assessments)
    released = [act for act in rows.stage_acts if act.action is GroupAction.RELEASE_FIRST_RESULTS]
    verdicts, ballots, claims = _answers(session, assessments, codes)
    return GroupContext(
        group=group,
        now=now,
        tree=tree,
        ids=ids,
        policies=Policies.from_json(group.campaign.policies),
        scoring=scoring_span(group.campaign.phases),
        overrides=overrides_of(session, group.campaign_id, tree, group.set_id),
        scopes=appraiser_scopes(session, group.campaign_id, group.group_id),
        assessments=assessments,
        pins=_pins(rows.receipts),
        acts=_acts(session, assessments, codes, verdicts, rows),
        verdicts=verdicts,
        ballots=ballots,
        claims=claims,
        entered=_entered(tree, ballots, claims),
        exempt=_exempt(rows.exemptions, codes),
        undecided_items=_undecided_items(rows),
        adjustments=_adjustments(rows.adjustments),
        windows=_windows(session, assessments),
        sent_explanations=_sent(rows.receipts, released),
        named_undecided=_named_undecided(released),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    receipts: Sequence[Receipt]
    stage_acts: Sequence[StageAct]
    exemptions: Sequence[Exemption]
    adjustments: Sequence[Adjustment]


def _rows(session: Session, group: GroupStage, assessments: Collection[int]) -> _Rows:
    of_group = StageAct.group_stage_id == group.id
    return _Rows(
        receipts=_of(session, select(Receipt).order_by(Receipt.at, Receipt.id), Receipt.assessment_id, assessments),
        stage_acts=session.scalars(select(StageAct).where(of_group).order_by(StageAct.id)).all(),
        exemptions=_of(session, select(Exemption), Exemption.assessment_id, assessments),
        adjustments=_of(session, select(Adjustment), Adjustment.assessment_id, assessments),
    )


def _undecided_items(rows: _Rows) -> frozenset[int]:
    """Return the units something proposed waits for the council's decision on."""
    items: Iterable[Exemption | Adjustment] = (*rows.exemptions, *rows.adjustments)
    return frozenset(item.assessment_id for item in items if item.status is ItemStatus.PROPOSED)


def _entered(
    tree: Tree, ballots: Mapping[LeafKey, Mapping[str, int]], claims: Mapping[LeafKey, EnteredClaim]
) -> Mapping[LeafKey, Decimal]:
    """Return points nobody in the unit typed: from leaders' sheets by their tally, from entered claims as awarded."""
    tallied = {key: tally_points(tree.leaf(key[1]), tally) for key, tally in ballots.items()}
    return tallied | {key: row.points for key, row in claims.items()}


def _named_undecided(released: Sequence[StageAct]) -> frozenset[LeafKey]:
    """Return the leaves the newest release named as undecided."""
    return frozenset(
        (int(number), code)
        for act in released[-1:]
        for number, named in act.named.get("undecided", {}).items()
        for code in named
    )


def _assessments(session: Session, group: GroupStage, only: int | None) -> Mapping[int, Assessment]:
    statement = select(Assessment).where(Assessment.group_stage_id == group.id).options(joinedload(Assessment.unit))
    if only is not None:
        statement = statement.where(Assessment.id == only)
    rows = sorted(session.scalars(statement), key=lambda row: row.unit.code)
    return {row.id: row for row in rows}


def _of(
    session: Session,
    statement: Select[Row],
    column: InstrumentedAttribute[int],
    assessments: Collection[int],
) -> Sequence[Row]:
    return session.scalars(statement.where(column.in_(assessments))).all()


def _windows(session: Session, assessments: Collection[int]) -> Mapping[int, tuple[AnswerWindow, ...]]:
    found: dict[int, list[AnswerWindow]] = defaultdict(list)
    statement = select(AnswerWindow).order_by(AnswerWindow.id)
    for row in _of(session, statement, AnswerWindow.assessment_id, assessments):
        found[row.assessment_id].append(row)
    return {number: tuple(kept) for number, kept in found.items()}


def _pins(receipts: Sequence[Receipt]) -> Mapping[int, Mapping[str, PinnedLeaf]]:
    last = {row.assessment_id: row for row in receipts if row.kind is ReceiptKind.SELF_SCORE}
    return {number: pinned_leaves(row) for number, row in last.items()}


def _sent(receipts: Sequence[Receipt], released: Sequence[StageAct]) -> frozenset[int]:
    """Whose explanation was sent since the last release."""
    since = released[-1].at if released else None
    return frozenset(
        row.assessment_id
        for row in receipts
        if row.kind is ReceiptKind.EXPLANATION and since is not None and row.at >= since
    )


def _exempt(rows: Sequence[Exemption], codes: Mapping[int, str]) -> Mapping[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        if row.status is ItemStatus.ACCEPTED:
            found[row.assessment_id].add(codes[row.criterion_id])
    return {number: frozenset(kept) for number, kept in found.items()}


def _adjustments(rows: Sequence[Adjustment]) -> Mapping[int, tuple[Decimal, Decimal]]:
    """Return accepted bonus and penalty by assessment."""
    found: dict[int, dict[str, Decimal]] = defaultdict(lambda: {"bonus": Decimal(0), "penalty": Decimal(0)})
    for row in rows:
        if row.status is ItemStatus.ACCEPTED:
            found[row.assessment_id][row.kind.value] += row.points
    return {number: (kept["bonus"], kept["penalty"]) for number, kept in found.items()}


def _answers(
    session: Session,
    assessments: Mapping[int, Assessment],
    codes: Mapping[int, str],
) -> tuple[Mapping[LeafKey, tuple[Verdict, ...]], Mapping[LeafKey, Mapping[str, int]], Mapping[LeafKey, EnteredClaim]]:
    """Return what others answered: verdicts in their order, leaders' sheets counted, entered claims."""
    verdicts: dict[LeafKey, list[Verdict]] = defaultdict(list)
    for verdict in _of(session, select(Verdict).order_by(Verdict.id), Verdict.assessment_id, assessments):
        verdicts[verdict.assessment_id, codes[verdict.criterion_id]].append(verdict)
    ballots: dict[LeafKey, Counter[str]] = defaultdict(Counter)
    for ballot in _of(session, select(LeaderBallot), LeaderBallot.assessment_id, assessments):
        ballots[ballot.assessment_id, codes[ballot.criterion_id]][ballot.answer] += 1
    rows = _of(session, select(EnteredClaim), EnteredClaim.assessment_id, assessments)
    claims = {(row.assessment_id, codes[row.criterion_id]): row for row in rows}
    return {key: tuple(kept) for key, kept in verdicts.items()}, ballots, claims


def tally_points(leaf: Node, tally: Mapping[str, int]) -> Decimal:
    """Return what the answers of the leaders' sheets earn on a leaf. Raises ClaimInvalid."""
    assert leaf.rule is not None
    claim = TallyClaim(tuple((answer, Decimal(count)) for answer, count in sorted(tally.items())))
    return award(leaf.rule, claim, leaf.maximum)


def _acts(
    session: Session,
    assessments: Mapping[int, Assessment],
    codes: Mapping[int, str],
    verdicts: Mapping[LeafKey, tuple[Verdict, ...]],
    rows: _Rows,
) -> Mapping[LeafKey, tuple[LeafAct, ...]]:
    """Return every leaf's acts in the order they were appended."""
    found: dict[LeafKey, list[LeafAct]] = defaultdict(list)
    for leaf, said in verdicts.items():
        found[leaf] += [VerdictAct(row.round, row.decision, row.points, row.at) for row in said]
    for reply in _of(session, select(Reply).order_by(Reply.id), Reply.assessment_id, assessments):
        found[reply.assessment_id, codes[reply.criterion_id]].append(ReplyAct(reply.at, reply.receipt_id is not None))
    for row in _of(session, select(LeafReopening), LeafReopening.assessment_id, assessments):
        found[row.assessment_id, codes[row.criterion_id]].append(ReopenAct(row.at))
    for key, at in _resubmitted(rows.receipts):
        found[key].append(ResubmitAct(at))
    for key, at in _concluded(rows.stage_acts, found):
        found[key].append(ConcludeAct(at))
    return {key: tuple(sorted(acts, key=lambda act: act.at)) for key, acts in found.items()}


def _concluded(stage_acts: Sequence[StageAct], leaves: Collection[LeafKey]) -> Iterable[tuple[LeafKey, dt.datetime]]:
    """Name the leaves each conclusion made final."""
    for act in stage_acts:
        if act.action is GroupAction.CONCLUDE:
            units = set(act.named.get("units", []))
            yield from [(key, act.at) for key in list(leaves) if key[0] in units]


def _resubmitted(receipts: Sequence[Receipt]) -> Iterable[tuple[LeafKey, dt.datetime]]:
    """Name the leaves each later sending changed against the one before."""
    before: dict[int, Mapping[str, PinnedLeaf]] = {}
    for receipt in receipts:
        if receipt.kind is not ReceiptKind.SELF_SCORE:
            continue
        pinned = pinned_leaves(receipt)
        earlier = before.get(receipt.assessment_id)
        if earlier is not None:
            for code, leaf in pinned.items():
                if earlier.get(code) != leaf:
                    yield (receipt.assessment_id, code), receipt.at
        before[receipt.assessment_id] = pinned


def submitted_in(context: GroupContext) -> bool:
    """Whether every unit of the group has sent its sheet."""
    return all(row.state is State.SUBMITTED for row in context.assessments.values())
