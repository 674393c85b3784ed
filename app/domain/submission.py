"""Rà soát: what blocks a submission, what weakens it, each with the leaf it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.award import percent_of
from app.domain.campaign import Consequence, Policies
from app.domain.claims import Claim, DeclinedClaim
from app.domain.evidence_checks import has_inserted_number
from app.domain.terms import Severity

_SEVERITY = {Consequence.NOTE: Severity.INFO, Consequence.WARN: Severity.WARNING, Consequence.BLOCK: Severity.ERROR}


@dataclass(frozen=True, slots=True)
class SheetLeaf:
    """A leaf the unit scores, as it stands: its claim (None: not scored), words and documents."""

    code: str
    claim: Claim | None
    points: Decimal | None
    explanation: str
    document_numbers: tuple[str, ...]
    evidence_count: int


@dataclass(frozen=True, slots=True)
class ReviewFinding:
    """One line of the review; severity ERROR blocks the submission."""

    code: str
    severity: Severity
    leaf: str
    detail: str = ""


def review(leaves: Sequence[SheetLeaf], policies: Policies) -> list[ReviewFinding]:
    """Return what the unit should look at before sending, blockers first, then in the order of the paper."""
    findings = [finding for leaf in leaves for finding in _leaf_findings(leaf, policies)]
    return sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR)


def _leaf_findings(leaf: SheetLeaf, policies: Policies) -> list[ReviewFinding]:
    if leaf.claim is None:
        return [ReviewFinding("not_scored", Severity.ERROR, leaf.code)]
    if isinstance(leaf.claim, DeclinedClaim):
        return [ReviewFinding("declined", Severity.INFO, leaf.code)]
    findings = []
    if not leaf.explanation.strip():
        findings.append(ReviewFinding("no_explanation", _SEVERITY[policies.explanation], leaf.code))
    if leaf.evidence_count == 0:
        findings.append(ReviewFinding("no_evidence", _SEVERITY[policies.evidence], leaf.code))
    percent = percent_of(leaf.claim)
    if percent is not None and percent > 100:
        findings.append(ReviewFinding("above_hundred_percent", Severity.WARNING, leaf.code))
    findings += [
        ReviewFinding("inserted_number", Severity.WARNING, leaf.code, number)
        for number in leaf.document_numbers
        if has_inserted_number(number)
    ]
    return findings


def every_leaf_settled(leaves: Sequence[SheetLeaf]) -> bool:
    return all(leaf.claim is not None for leaf in leaves)


def support_policy_met(findings: Sequence[ReviewFinding]) -> bool:
    """Return whether nothing but a missing score blocks: explanation and evidence satisfy the campaign's policy."""
    return not any(f.severity is Severity.ERROR and f.code in {"no_explanation", "no_evidence"} for f in findings)
