"""Everything one group is judged by, in a constant number of statements: pins, acts, ballots, entered points."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.appraisals import EnteredClaim, Verdict
from app.db.assessments import Adjustment, AnswerWindow, Assessment, Exemption, Receipt
from app.db.campaigns import GroupStage
from app.db.queries.assignments import appraiser_scopes
from app.db.queries.result_marks import UnitMarks, marks_of
from app.db.queries.trees import criterion_ids, tree_of_frozen_set
from app.db.queries.versions import in_force
from app.db.results import StageAct
from app.db.setup import SheetClosing
from app.domain.adjustments import AdjustmentSums
from app.domain.campaign import Policies
from app.domain.campaign_change import ClosingGround
from app.domain.conclusion import LeafCase
from app.domain.criteria import Node, Tree
from app.domain.deadlines import AMENDMENT_GROUNDS, Span, Window, answer_windows, answers_over, may_write
from app.domain.errors import NotFound
from app.domain.leaf_acts import (
    LeafAct,
    LeafState,
    leaf_state,
)
from app.domain.opening import AppraiserScope, agencies_by_leaf
from app.domain.policy import Subject
from app.domain.terms import CLAIM_GROUNDS, GroupAction, ItemStatus, ReceiptKind, ScoredBy, Stage, State, WindowGround
from app.domain.workflow import Standing, stage_of, standing
from app.services.adjustment_sums import adjustments_in_force, granted_by_assessment, sums_of
from app.services.campaign_opening import scoring_span
from app.services.context import overrides_of, windows_of
from app.services.group_leaf_acts import Happened, LeafKey, leaf_acts_of, rows_of
from app.services.leaders_claims import LeadersClaim, leaders_claims, leaders_points
from app.services.leaf_terms import codes_not_yet_due
from app.services.pins import PinnedLeaf, pinned_leaves


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
    ballots: Mapping[LeafKey, LeadersClaim]
    claims: Mapping[LeafKey, EnteredClaim]
    entered: Mapping[LeafKey, Decimal]
    exempt: Mapping[int, frozenset[str]]
    undecided_adjustments: frozenset[int]
    undecided_exemptions: frozenset[int]
    granted: Mapping[int, tuple[Adjustment, ...]]
    windows: Mapping[int, tuple[Window, ...]]
    #: when each unit sent its explanation of the newest release
    sent_explanations: Mapping[int, dt.datetime]
    named_undecided: frozenset[LeafKey]
    not_yet_due: frozenset[str]
    marks: UnitMarks
    #: sheets that ended before the campaign does, with why
    closed: Mapping[int, ClosingGround] = field(default_factory=dict)

    @property
    def not_ranked(self) -> frozenset[int]:
        """The units that are scored and classed, not ranked."""
        return self.marks.not_ranked

    @property
    def annulled(self) -> frozenset[int]:
        """The units whose published result was annulled and that no edition has taken in again."""
        return self.marks.annulled

    @property
    def submitted(self) -> tuple[Assessment, ...]:
        """The units that move with the group: sent at least once, not running alone."""
        return tuple(row for row in self._running if row.id in self.pins and row.stage is None)

    @property
    def pinned(self) -> tuple[Assessment, ...]:
        """Every unit that has sent, those that run alone among them."""
        return tuple(row for row in self.assessments.values() if row.id in self.pins)

    @property
    def not_submitted(self) -> tuple[Assessment, ...]:
        return tuple(row for row in self._running if row.id not in self.pins)

    @property
    def alone(self) -> tuple[Assessment, ...]:
        return tuple(row for row in self._running if row.id in self.pins and row.stage is not None)

    @property
    def _running(self) -> tuple[Assessment, ...]:
        return tuple(row for row in self.assessments.values() if row.id not in self.closed)

    def adjustments(self, assessment_id: int) -> AdjustmentSums:
        """What the unit's accepted bonuses and penalties come to, under the caps of items and campaign."""
        return sums_of(self.granted.get(assessment_id, ()), self.policies)

    def stage_of(self, assessment: Assessment) -> Stage:
        return stage_of(assessment.stage, self.group.stage)

    def open_claims(self, assessment_id: int) -> bool:
        """Whether a window lets the unit change what it claims now."""
        return any(
            row.ground in CLAIM_GROUNDS and row.opens_at <= self.now < row.due_at
            for row in self.windows.get(assessment_id, ())
        )

    def still_writes(self, assessment: Assessment) -> bool:
        """Whether a window lets the unit send again: what it was given time to correct, or amends though it is sent."""
        grounds = CLAIM_GROUNDS if assessment.state is not State.SUBMITTED else AMENDMENT_GROUNDS
        return assessment.id not in self.closed and any(
            row.ground in grounds and row.opens_at <= self.now < row.due_at
            for row in self.windows.get(assessment.id, ())
        )

    def being_corrected(self, assessment: Assessment) -> bool:
        """Whether the sheet was sent, was returned, and may still be sent again: nothing on it can be decided yet."""
        return assessment.state is not State.SUBMITTED and assessment.id in self.pins and self.still_writes(assessment)

    def standing(self, assessment: Assessment) -> Standing:
        """How the unit's sheet is spoken of at this instant."""
        if assessment.id in self.closed:
            return Standing.CLOSED
        phase = self.scoring is not None and self.scoring.contains(self.now)
        upcoming = self.scoring is not None and self.scoring.is_upcoming(self.now)
        return standing(
            assessment.state,
            ever_submitted=assessment.id in self.pins,
            writable=phase or self.open_claims(assessment.id),
            upcoming=upcoming,
        )

    def own_leaves(self, assessment_id: int) -> tuple[Node, ...]:
        """The leaves the unit scored: what appraisers decide on."""
        return tuple(
            leaf
            for leaf in self.tree.leaves
            if leaf.scored_by is ScoredBy.UNIT
            and leaf.code not in self.overrides
            and leaf.code not in self.exempt.get(assessment_id, ())
        )

    def answer_due(self, assessment_id: int, code: str | None = None) -> dt.datetime | None:
        """Until when a leaf, or the sheet, may be answered; None while no window was opened."""
        found = answer_windows(self.windows.get(assessment_id, ()), code)
        return max((window.due_at for window in found), default=None)

    def window_over(self, assessment_id: int, code: str) -> bool:
        """Whether the time to answer a leaf has run out; a request has a time of its own."""
        return answers_over(self.now, self.windows.get(assessment_id, ()), code)

    def judged_late(self, assessment_id: int, code: str) -> bool:
        """Whether a leaf was judged after the unit had sent its explanation, and the time for it still runs."""
        sent_at = self.sent_explanations.get(assessment_id)
        return sent_at is not None and any(
            row.ground is WindowGround.EXPLANATION
            and row.leaf == code
            and row.opens_at > sent_at
            and row.contains(self.now)
            for row in self.windows.get(assessment_id, ())
        )

    def answerable(self, assessment_id: int, code: str) -> bool:
        return may_write(self.now, None, self.windows.get(assessment_id, ()), leaf=code, what="reply")

    def state(self, assessment: Assessment, code: str) -> LeafState:
        return leaf_state(
            self.acts.get((assessment.id, code), ()),
            stage=self.stage_of(assessment),
            window_over=self.window_over(assessment.id, code),
        )

    def case(self, assessment_id: int, leaf: Node) -> LeafCase:
        return LeafCase(
            code=leaf.code,
            acts=self.acts.get((assessment_id, leaf.code), ()),
            scored_by=leaf.scored_by or ScoredBy.UNIT,
            override=self.overrides.get(leaf.code),
            entered=self.entered.get((assessment_id, leaf.code)),
            applicable=leaf.code not in self.exempt.get(assessment_id, ()),
            not_yet_due=leaf.code in self.not_yet_due,
            supplement_required=self.policies.supplementary_required,
        )

    def agencies(self, assessment: Assessment) -> Mapping[str, int | None]:
        return agencies_by_leaf(self.tree, assessment.unit_id, self.scopes)

    @property
    def subject(self) -> Subject:
        """The group itself, for acts on all of it."""
        return Subject(council_id=self.group.council_id, stage=self.group.stage)

    def subject_alone(self, assessment: Assessment) -> Subject:
        """One unit that runs alone, for the same acts on it."""
        return Subject(council_id=self.group.council_id, stage=self.stage_of(assessment))


def find_group(session: Session, group_stage_id: int, *, lock: bool = False) -> GroupStage:
    """Return a group's row. Raises NotFound("group_unknown").

    To be moved it is locked with all its sheets, in one order: what is being written on one of them (a claim, a
    verdict, a ballot) is waited for, and counts; what comes later meets the new stage.
    """
    statement = select(GroupStage).where(GroupStage.id == group_stage_id)
    if lock:
        statement = statement.with_for_update(of=GroupStage)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("group_unknown")
    if lock:
        sheets = select(Assessment.id).where(Assessment.group_stage_id == found.id).order_by(Assessment.id)
        session.execute(sheets.with_for_update(key_share=True)).all()
    return found


def group_context(
    session: Session, group: GroupStage, now: dt.datetime, *, only: int | None = None, tree: Tree | None = None
) -> GroupContext:
    """Load the facts around a group; `only` those of one assessment, by a `tree` other than the one in memory."""
    tree = tree or tree_of_frozen_set(session, group.set_id)
    ids = criterion_ids(session, group.set_id)
    codes = {number: code for code, number in ids.items()}
    assessments = _assessments(session, group, only)
    rows = _rows(session, group, assessments)
    released, pins = _released(rows.stage_acts), _pins(rows.receipts)
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
        pins=pins,
        acts=leaf_acts_of(session, assessments, codes, verdicts, Happened(rows.receipts, rows.stage_acts)),
        verdicts=verdicts,
        ballots=ballots,
        claims=claims,
        entered=_entered(tree, ballots, claims),
        exempt=_exempt(rows.exemptions, codes),
        undecided_adjustments=_undecided(rows.adjustments),
        undecided_exemptions=_undecided(rows.exemptions),
        granted=granted_by_assessment(rows.adjustments),
        windows=_windows(session, assessments, codes, pins),
        sent_explanations=_sent(rows.receipts, released),
        named_undecided=_named_undecided(released),
        marks=marks_of(session, group, assessments),
        not_yet_due=codes_not_yet_due(session, group.campaign_id, group.set_id),
        closed=_closed(session, assessments),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    receipts: Sequence[Receipt]
    stage_acts: Sequence[StageAct]
    exemptions: Sequence[Exemption]
    adjustments: Sequence[Adjustment]


def _rows(session: Session, group: GroupStage, assessments: Collection[int]) -> _Rows:
    of_group = StageAct.group_stage_id == group.id
    receipts = select(Receipt).where(in_force()).order_by(Receipt.at, Receipt.id)
    return _Rows(
        receipts=rows_of(session, receipts, Receipt.assessment_id, assessments),
        stage_acts=session.scalars(select(StageAct).where(of_group).order_by(StageAct.id)).all(),
        exemptions=rows_of(session, select(Exemption).where(Exemption.in_force), Exemption.assessment_id, assessments),
        adjustments=rows_of(session, adjustments_in_force(), Adjustment.assessment_id, assessments),
    )


def _undecided(rows: Iterable[Exemption | Adjustment]) -> frozenset[int]:
    """Return the units something proposed waits for the council's decision on."""
    return frozenset(row.assessment_id for row in rows if row.status is ItemStatus.PROPOSED)


def _entered(
    tree: Tree, ballots: Mapping[LeafKey, LeadersClaim], claims: Mapping[LeafKey, EnteredClaim]
) -> Mapping[LeafKey, Decimal]:
    """Return points nobody in the unit typed: from leaders' sheets by their tally, from entered claims as awarded."""
    tallied = {key: leaders_points(tree.leaf(key[1]), said) for key, said in ballots.items()}
    return tallied | {key: row.points for key, row in claims.items()}


def _released(stage_acts: Sequence[StageAct]) -> Mapping[int, StageAct]:
    """Return the newest release by assessment: the group's, or the unit's own while it ran alone."""
    releases = (act for act in stage_acts if act.action is GroupAction.RELEASE_FIRST_RESULTS)
    return {number: act for act in releases for number in act.named.get("units", [])}


def _named_undecided(released: Mapping[int, StageAct]) -> frozenset[LeafKey]:
    """Return the leaves the newest release named as undecided."""
    return frozenset(
        (number, code)
        for number, act in released.items()
        for code in act.named.get("undecided", {}).get(str(number), ())
    )


def _assessments(session: Session, group: GroupStage, only: int | None) -> Mapping[int, Assessment]:
    statement = select(Assessment).where(Assessment.group_stage_id == group.id).options(joinedload(Assessment.unit))
    if only is not None:
        statement = statement.where(Assessment.id == only)
    rows = sorted(session.scalars(statement), key=lambda row: row.unit.code)
    return {row.id: row for row in rows}


def _closed(session: Session, assessments: Collection[int]) -> Mapping[int, ClosingGround]:
    rows = rows_of(session, select(SheetClosing), SheetClosing.assessment_id, assessments)
    return {row.assessment_id: row.ground for row in rows}


def _windows(
    session: Session, assessments: Collection[int], codes: Mapping[int, str], sent: Collection[int]
) -> Mapping[int, tuple[Window, ...]]:
    found: dict[int, list[AnswerWindow]] = defaultdict(list)
    statement = select(AnswerWindow).order_by(AnswerWindow.id)
    for row in rows_of(session, statement, AnswerWindow.assessment_id, assessments):
        found[row.assessment_id].append(row)
    return {number: windows_of(kept, codes, ever_submitted=number in sent) for number, kept in found.items()}


def _pins(receipts: Sequence[Receipt]) -> Mapping[int, Mapping[str, PinnedLeaf]]:
    last = {row.assessment_id: row for row in receipts if row.kind is ReceiptKind.SELF_SCORE}
    return {number: pinned_leaves(row) for number, row in last.items()}


def _sent(receipts: Sequence[Receipt], released: Mapping[int, StageAct]) -> Mapping[int, dt.datetime]:
    """Whose explanation was sent since the last release, and when."""
    return {
        row.assessment_id: row.at
        for row in receipts
        if row.kind is ReceiptKind.EXPLANATION
        and row.criterion_id is None
        and row.assessment_id in released
        and row.at >= released[row.assessment_id].at
    }


def _exempt(rows: Sequence[Exemption], codes: Mapping[int, str]) -> Mapping[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        if row.status is ItemStatus.ACCEPTED:
            found[row.assessment_id].add(codes[row.criterion_id])
    return {number: frozenset(kept) for number, kept in found.items()}


def _answers(
    session: Session,
    assessments: Mapping[int, Assessment],
    codes: Mapping[int, str],
) -> tuple[Mapping[LeafKey, tuple[Verdict, ...]], Mapping[LeafKey, LeadersClaim], Mapping[LeafKey, EnteredClaim]]:
    """Return what others answered: verdicts in their order, leaders' sheets, entered claims."""
    verdicts: dict[LeafKey, list[Verdict]] = defaultdict(list)
    for verdict in rows_of(session, select(Verdict).order_by(Verdict.id), Verdict.assessment_id, assessments):
        verdicts[verdict.assessment_id, codes[verdict.criterion_id]].append(verdict)
    rows = rows_of(session, select(EnteredClaim), EnteredClaim.assessment_id, assessments)
    claims = {(row.assessment_id, codes[row.criterion_id]): row for row in rows}
    ballots = leaders_claims(session, assessments, codes)
    return {key: tuple(kept) for key, kept in verdicts.items()}, ballots, claims


def submitted_in(context: GroupContext) -> bool:
    """Whether every unit of the group has sent its sheet."""
    return all(row.state is State.SUBMITTED or row.id in context.closed for row in context.assessments.values())
