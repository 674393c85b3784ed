"""Rà soát: what blocks a submission, what weakens it, each with the leaf it is about; nothing here blocks saving."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.domain.award import percent_of
from app.domain.campaign import Consequence, Policies, Signature
from app.domain.claims import Claim, DeclinedClaim, FaultsClaim, NothingAroseClaim, RatioClaim
from app.domain.errors import InputInvalid
from app.domain.evidence_checks import parse_document_number
from app.domain.terms import ScoredBy, Severity
from app.domain.workflow import Guard

_SEVERITY = {Consequence.NOTE: Severity.INFO, Consequence.WARN: Severity.WARNING, Consequence.BLOCK: Severity.ERROR}
_UNSIGNED = {Signature.WARN: Severity.WARNING, Signature.BLOCK: Severity.ERROR}
_MOST_SEVERE_FIRST = (Severity.ERROR, Severity.WARNING, Severity.INFO)


class Settlement(StrEnum):
    """Whether a leaf still waits for the unit. UNSETTLED does; declining is settled on purpose."""

    CLAIMED = "claimed"
    DECLINED = "declined"
    OVERRIDDEN = "overridden"
    NOT_THE_UNITS = "not_the_units"
    UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True)
class SheetLeaf:
    """A leaf of a sheet as it stands: its claim (None: not scored) with the points it earns, words and documents.

    `document_numbers`: of the attached documents, "" for one that bears none (a link, a photograph).
    `unsigned`: how many of them are files without a digital signature.
    """

    code: str
    claim: Claim | None
    points: Decimal | None
    explanation: str = ""
    document_numbers: tuple[str, ...] = ()
    unsigned: int = 0
    scored_by: ScoredBy = ScoredBy.UNIT
    overridden: bool = False
    applicable: bool = True

    @property
    def settlement(self) -> Settlement:
        if self.scored_by is not ScoredBy.UNIT or not self.applicable:
            return Settlement.NOT_THE_UNITS
        if self.overridden:
            return Settlement.OVERRIDDEN
        if self.claim is None:
            return Settlement.UNSETTLED
        return Settlement.DECLINED if isinstance(self.claim, DeclinedClaim) else Settlement.CLAIMED


@dataclass(frozen=True, slots=True)
class Progress:
    """Settled of the unit's own leaves (63/73), and how many wait for others: council, leaders, survey, portal."""

    settled: int
    own: int
    others: int


@dataclass(frozen=True, slots=True)
class ReviewFinding:
    """One line of the review; severity ERROR blocks the submission. `detail` is a document's number as typed.

    `leaf` is empty where the finding is about the sheet as a whole.
    """

    code: str
    severity: Severity
    leaf: str
    detail: str = ""


def progress(leaves: Iterable[SheetLeaf]) -> Progress:
    settlements = [leaf.settlement for leaf in leaves]
    others = sum(settlement in {Settlement.NOT_THE_UNITS, Settlement.OVERRIDDEN} for settlement in settlements)
    own = len(settlements) - others
    return Progress(settled=own - settlements.count(Settlement.UNSETTLED), own=own, others=others)


def review(leaves: Sequence[SheetLeaf], policies: Policies) -> list[ReviewFinding]:
    """Return what the unit should look at before sending, the most severe first, then in the order of the paper.

    Codes: unsettled (error), declined (info), no_explanation and no_evidence (as the campaign's policy says, on leaves
    that claim points), not_signed and inserted_number (as it says), above_hundred_percent, faults_below_late
    (5.5.3.4: 990 of 1000 in time, no fault typed) (warning), document_number_unreadable (info).
    """
    findings = [finding for leaf in leaves for finding in _leaf_findings(leaf, policies)]
    return most_severe_first(findings)


def most_severe_first(findings: Iterable[ReviewFinding]) -> list[ReviewFinding]:
    """Return findings by severity, each kind in the order it was found."""
    return sorted(findings, key=lambda finding: _MOST_SEVERE_FIRST.index(finding.severity))


def _leaf_findings(leaf: SheetLeaf, policies: Policies) -> Iterable[ReviewFinding]:
    match leaf.settlement:
        case Settlement.UNSETTLED:
            yield ReviewFinding("unsettled", Severity.ERROR, leaf.code)
        case Settlement.DECLINED:
            yield ReviewFinding("declined", Severity.INFO, leaf.code)
        case Settlement.CLAIMED:
            yield from _support_findings(leaf, policies)
            yield from _figure_findings(leaf)
            yield from _document_findings(leaf, policies)
        case _:
            return


def _support_findings(leaf: SheetLeaf, policies: Policies) -> Iterable[ReviewFinding]:
    """Ask words and documents of points claimed; where nothing arose there is nothing to attach."""
    if not leaf.points:
        return
    if not leaf.explanation.strip():
        yield ReviewFinding("no_explanation", _SEVERITY[policies.explanation], leaf.code)
    if not leaf.document_numbers and wants_document(leaf.claim, leaf.points):
        yield ReviewFinding("no_evidence", _SEVERITY[policies.evidence], leaf.code)


def wants_document(claim: Claim | None, points: Decimal | None) -> bool:
    """Whether points are claimed that a document should prove: where nothing arose there is nothing to attach."""
    return bool(points) and not isinstance(claim, NothingAroseClaim)


def _figure_findings(leaf: SheetLeaf) -> Iterable[ReviewFinding]:
    percent = None if leaf.claim is None else percent_of(leaf.claim)
    if percent is not None and percent > 100:
        yield ReviewFinding("above_hundred_percent", Severity.WARNING, leaf.code)
    if isinstance(leaf.claim, FaultsClaim) and _late(leaf.claim) > leaf.claim.faults:
        yield ReviewFinding("faults_below_late", Severity.WARNING, leaf.code)


def _late(claim: FaultsClaim) -> Decimal:
    """Return the cases the figures leave over: all of them less those in time; 0 where a percentage was typed."""
    return claim.share.denominator - claim.share.numerator if isinstance(claim.share, RatioClaim) else Decimal(0)


def _document_findings(leaf: SheetLeaf, policies: Policies) -> Iterable[ReviewFinding]:
    if leaf.unsigned and policies.signature is not Signature.ACCEPT:
        yield ReviewFinding("not_signed", _UNSIGNED[policies.signature], leaf.code)
    for text in (text for text in leaf.document_numbers if text.strip()):
        try:
            inserted = parse_document_number(text).inserted
        except InputInvalid as unreadable:
            yield ReviewFinding(unreadable.code, Severity.INFO, leaf.code, text)
        else:
            if inserted:
                yield ReviewFinding("inserted_number", _SEVERITY[policies.inserted_number], leaf.code, text)


def guards_met(findings: Sequence[ReviewFinding]) -> frozenset[Guard]:
    """Return the guards of the unit's machine that a review establishes."""
    blocking = {finding.code for finding in findings if finding.severity is Severity.ERROR}
    met = set()
    if "unsettled" not in blocking:
        met.add(Guard.EVERY_OWN_LEAF_SETTLED)
    if blocking <= {"unsettled"}:
        met.add(Guard.SUPPORT_POLICY_MET)
    return frozenset(met)
