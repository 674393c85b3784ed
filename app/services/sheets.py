"""Read one sheet: every leaf with its entry, people and documents, in a constant number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.assessments import ScoreEntry
from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.identity import PortalUser, Unit
from app.db.session import reading
from app.domain import policy
from app.domain.claim_codec import claim_from_json
from app.domain.classification import Band, classify
from app.domain.criteria import Node, Tree
from app.domain.deadlines import Window
from app.domain.policy import Actor, Permission
from app.domain.scoring import Adjustments, LeafResult, Totals, branch_totals, index_percent, totals
from app.domain.submission import SheetLeaf
from app.domain.terms import ItemStatus, ReceiptKind, State, UnitTier
from app.domain.workflow import Standing
from app.services.adopted_flags import LeafChange, changes_of, may_see_off
from app.services.adopted_sheets import OldVersion, old_versions
from app.services.baselines import baselines_of
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.exemptions import exemption_standings
from app.services.leaf_documents import DocumentLine, documents_of
from app.services.leaf_terms import Term, terms_of
from app.services.pins import PinnedLeaf, last_pin, pinned_documents


@dataclass(frozen=True, slots=True)
class LeafLine:
    """One node of the sheet with everything a card shows; `entry` fields are empty while nobody has saved."""

    node: Node
    depth: int
    criterion_id: int
    original: str
    requirement: str
    evidence_wanted: str
    own: bool
    override: Decimal | None
    claim: Mapping[str, Any] | None
    points: Decimal | None
    explanation: str
    version: int
    changed_at: dt.datetime | None
    changed_by: str
    documents: tuple[DocumentLine, ...]
    officers: tuple[str, ...]
    agency: str
    mine: bool
    refusal: str | None
    change: LeafChange | None = None
    may_see_off: bool = False
    #: accepted: the leaf does not apply to the unit; proposed: it is claimed not to, and scored until decided
    exemption: ItemStatus | None = None

    @property
    def applicable(self) -> bool:
        return self.exemption is not ItemStatus.ACCEPTED


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One sending of the sheet."""

    number: int
    code: str
    at: dt.datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class SheetEnd:
    """Why a sheet ended before its campaign; `into`: the unit that was merged into, or empty."""

    into: str
    at: dt.datetime
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as one actor may see it at one instant."""

    tree: Tree
    now: dt.datetime
    standing: Standing
    closes_at: dt.datetime | None
    locked_at: dt.datetime | None
    returned_reason: str
    receipts: tuple[ReceiptLine, ...]
    shown_as_sent: bool
    unit: str
    tier: UnitTier
    campaign: str
    lines: tuple[LeafLine, ...]
    totals: Mapping[str, Totals]
    scored_branches: frozenset[str]
    settled: int
    own: int
    waiting_for_others: int
    index: Decimal
    grade: str
    baselines: Mapping[str, Decimal]
    obtained: Decimal
    attainable: Decimal
    maximum: Decimal
    sample_bands: bool
    may_answer: bool
    windows: tuple[Window, ...]
    version: int = 1
    old_versions: tuple[OldVersion, ...] = ()
    closing: SheetEnd | None = None
    terms: Mapping[str, Term] = field(default_factory=dict)
    assessment_id: int = 0

    @property
    def open_to_me(self) -> int:
        """How many leaves are left that the actor could score, or mark as left unscored."""
        return sum(line.claim is None and line.refusal is None for line in self.own_lines)

    @property
    def open_windows(self) -> tuple[Window, ...]:
        return tuple(window for window in self.windows if window.contains(self.now) and not window.withdrawn)

    def points_below(self, code: str) -> Decimal | None:
        """The points claimed below a branch; None while nothing there has any."""
        return self.totals[code].obtained if code in self.scored_branches else None

    @property
    def first_open(self) -> str:
        """The first leaf the actor could score and nobody has; empty when there is none."""
        waiting = (line.node.code for line in self.own_lines if line.claim is None and line.refusal is None)
        return next(waiting, "")

    @property
    def own_lines(self) -> tuple[LeafLine, ...]:
        return tuple(line for line in self.lines if line.own)

    def line(self, code: str) -> LeafLine:
        return next(line for line in self.lines if line.node.code == code)


def sheet(assessment_id: int, *, actor: Actor, clock: Clock) -> SheetView:
    """Return the sheet. Raises NotFound for a sheet that is not the actor's to see: the two look alike on purpose."""
    with reading() as session:
        assessment = find_assessment(session, assessment_id)
        context = sheet_context(session, assessment, clock.read(session))
        see(context, actor)
        return _view(session, context, actor)


def _view(session: Session, context: SheetContext, actor: Actor) -> SheetView:
    pin = last_pin(session, context.assessment.id)
    lines = _shown_lines(session, context, actor, pin)
    own = [line for line in lines if line.own]
    results = _results(lines, context)
    campaign, whole = context.assessment.campaign, totals(results)
    index = index_percent(whole.obtained, whole.attainable, Adjustments(), decimals=campaign.decimals)
    return SheetView(
        tree=context.tree,
        now=context.now,
        standing=context.standing,
        closes_at=context.closes_at,
        locked_at=context.locked_at,
        returned_reason=context.assessment.returned_reason,
        receipts=receipts_of(context),
        shown_as_sent=pin is not None and all(_same(line, pin.get(line.node.code)) for line in own),
        unit=context.assessment.unit.name,
        tier=context.assessment.unit.tier,
        campaign=campaign.name,
        lines=lines,
        totals=branch_totals(context.tree, results),
        scored_branches=_scored_branches(results, context.tree),
        settled=sum(line.claim is not None for line in own),
        own=len(own),
        waiting_for_others=sum(line.node.rule is not None and not line.own for line in lines),
        index=index,
        grade=classify(index, [Band(band.name, band.lower) for band in campaign.bands]),
        baselines=baselines_of(session, context.assessment),
        obtained=whole.obtained,
        attainable=whole.attainable,
        maximum=whole.maximum,
        sample_bands=any(band.sample for band in campaign.bands),
        may_answer=policy.allows(actor, Permission.VERDICT_READ, context.subject()) or context.asked_at_once(),
        windows=context.windows,
        version=context.assessment.group_stage.criteria_set.version_number,
        old_versions=old_versions(session, context.assessment.id),
        closing=_end(context),
        terms=terms_of(session, context.assessment.campaign_id, context.assessment.group_stage.set_id),
        assessment_id=context.assessment.id,
    )


def _shown_lines(
    session: Session, context: SheetContext, actor: Actor, pin: Mapping[str, PinnedLeaf] | None
) -> tuple[LeafLine, ...]:
    """Return the lines as the actor reads them: whoever reads the sheet as sent reads what the receipt pinned."""
    lines = _marked(session, context, actor, _lines(session, context, actor))
    if pin is None:
        return lines
    return tuple(
        _as_sent(line, pin) if line.own and context.reads_as_sent(actor, line.node.code) else line for line in lines
    )


def _end(context: SheetContext) -> SheetEnd | None:
    row = context.closing
    return row and SheetEnd(row.into.name if row.into else "", row.at, row.reason, row.document)


def _results(lines: Sequence[LeafLine], context: SheetContext) -> list[LeafResult]:
    """Return the leaves as they count: one that does not apply leaves the maximum too."""
    return [
        LeafResult(line.node.code, line.node.maximum, line.points, applicable=line.node.code not in context.exempt)
        for line in lines
        if line.node.rule is not None
    ]


def _scored_branches(results: Sequence[LeafResult], tree: Tree) -> frozenset[str]:
    return frozenset(node.code for leaf in results if leaf.points is not None for node in tree.path(leaf.code))


def receipts_of(context: SheetContext) -> tuple[ReceiptLine, ...]:
    return tuple(
        ReceiptLine(row.number, row.code, row.at, row.sha256)
        for row in context.assessment.receipts
        if row.kind is ReceiptKind.SELF_SCORE
    )


def _same(line: LeafLine, pinned: PinnedLeaf | None) -> bool:
    """Whether a leaf stands as it was sent: claim, words and documents in their order."""
    if pinned is None:
        return line.claim is None
    attached = tuple(document.document_id for document in line.documents)
    sent = (pinned.claim, pinned.explanation, tuple(document.document_id for document in pinned.documents))
    return (line.claim, line.explanation, attached) == sent


def _lines(session: Session, context: SheetContext, actor: Actor) -> tuple[LeafLine, ...]:
    words = _words(session, context.assessment.group_stage.set_id)
    entries = {entry.criterion_id: entry for entry in entries_of(session, context.assessment.id)}
    documents = documents_of(session, context.assessment.id)
    people = dict(session.execute(select(PortalUser.id, PortalUser.first_name)).all())
    agencies = dict(session.execute(select(Unit.id, Unit.name)).all())
    exempt = exemption_standings(session, context.assessment.id)
    lines = []
    for node in context.tree.nodes:
        row = words[node.code]
        entry = entries.get(row.id)
        override = context.overrides.get(node.code)
        assigned = context.officers.get(node.code, frozenset())
        own = node.rule is not None and context.is_own(node)
        agency_id = context.agencies.get(node.code)
        lines.append(
            LeafLine(
                node=node,
                depth=context.tree.depth(node.code),
                criterion_id=row.id,
                original=row.original,
                requirement=row.requirement,
                evidence_wanted=row.evidence,
                own=own,
                override=override,
                claim=entry.claim if entry else None,
                points=_points_of(context, node.code, entry),
                explanation=entry.explanation if entry else "",
                version=entry.version if entry else 0,
                changed_at=entry.changed_at if entry else None,
                changed_by=entry.changed_by.first_name if entry else "",
                documents=tuple(documents.get(row.id, ())),
                officers=tuple(sorted(people[number] for number in assigned)),
                agency="" if agency_id is None else agencies[agency_id],
                mine=actor.user_id in assigned,
                refusal=_refusal(context, actor, node.code) if own else None,
                exemption=exempt.get(node.code),
            ),
        )
    return tuple(lines)


def _points_of(context: SheetContext, code: str, entry: ScoreEntry | None) -> Decimal | None:
    """Return what a leaf counts for: nothing where it does not apply, whatever was entered before."""
    if code in context.exempt:
        return None
    return context.overrides.get(code, entry.self_points if entry else None)


def _marked(session: Session, context: SheetContext, actor: Actor, lines: tuple[LeafLine, ...]) -> tuple[LeafLine, ...]:
    """Mark the unit's own leaves that a new version changed and nobody of the unit has seen."""
    changes = changes_of(session, context.assessment.id)
    return tuple(
        replace(line, change=changes[line.criterion_id], may_see_off=may_see_off(context, actor, line.node.code))
        if line.own and line.criterion_id in changes
        else line
        for line in lines
    )


def _as_sent(line: LeafLine, pin: Mapping[str, PinnedLeaf]) -> LeafLine:
    pinned = pin.get(line.node.code)
    if pinned is None:
        return line
    documents = pinned_documents(pinned, line.documents)
    return replace(line, claim=pinned.claim, points=pinned.points, explanation=pinned.explanation, documents=documents)


def _refusal(context: SheetContext, actor: Actor, code: str) -> str | None:
    """Return why the actor may not write a leaf; of a sheet already sent, that it was."""
    refusal = policy.why_not(actor, context.score_permission, context.subject(code))
    sent = context.assessment.state is State.SUBMITTED and context.phase_or_window_open
    return "sheet_sent" if refusal == "deadline_passed" and sent else refusal


def _words(session: Session, set_id: int) -> Mapping[str, Any]:
    """Return the paper's own words by code."""
    columns = (Criterion.code, Criterion.id, Criterion.original, Criterion.requirement, Criterion.evidence)
    return {row.code: row for row in session.execute(select(*columns).where(Criterion.set_id == set_id))}


def entries_of(session: Session, assessment_id: int) -> Sequence[ScoreEntry]:
    """Return the entries of one sheet with their authors, in one statement."""
    statement = (
        select(ScoreEntry).where(ScoreEntry.assessment_id == assessment_id).options(joinedload(ScoreEntry.changed_by))
    )
    return session.scalars(statement.order_by(ScoreEntry.criterion_id)).all()


def review_leaves(session: Session, context: SheetContext) -> list[SheetLeaf]:
    """Return the unit's own leaves as the review looks at them."""
    entries = {entry.criterion_id: entry for entry in entries_of(session, context.assessment.id)}
    documents = documents_of(session, context.assessment.id)
    leaves = []
    for leaf in context.own_leaves:
        number = context.ids[leaf.code]
        entry, attached = entries.get(number), documents.get(number, [])
        claim = None if entry is None or entry.claim is None else claim_from_json(entry.claim)
        leaves.append(
            SheetLeaf(
                code=leaf.code,
                claim=claim,
                points=entry.self_points if entry else None,
                explanation=entry.explanation if entry else "",
                document_numbers=tuple(document.number for document in attached),
                unsigned=sum(document.signed is False for document in attached),
            ),
        )
    return leaves
