"""Short ways for the tests to ask what was read."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.domain.rules import JudgedRule
from app.domain.terms import ScoredBy
from app.reading.appendix import read_appendix
from app.reading.document import Document
from app.reading.draft import Appendix, LeafText, RuleReading
from app.reading.findings import FindingCode


def judged(leaves: Sequence[LeafText]) -> list[RuleReading]:
    """Read no rule: the tree alone is looked at."""
    return [RuleReading(JudgedRule(), ScoredBy.UNIT) for _ in leaves]


def read(document: Document, number: int | None = None) -> Appendix:
    return read_appendix(document, number, rules=judged)


def leaves_of(document: Document) -> dict[str, LeafText]:
    """Return the text of every leaf as it is handed to the reader of rules."""
    handed: dict[str, LeafText] = {}

    def note(leaves: Sequence[LeafText]) -> list[RuleReading]:
        handed.update({leaf.code: leaf for leaf in leaves})
        return judged(leaves)

    read_appendix(document, rules=note)
    return handed


def tree(appendix: Appendix) -> list[tuple[str, str | None, Decimal | None]]:
    return [(criterion.code, criterion.parent, criterion.maximum) for criterion in appendix.criteria]


def codes(appendix: Appendix) -> list[str]:
    return [criterion.code for criterion in appendix.criteria]


def said(appendix: Appendix, code: FindingCode) -> list[tuple[str, dict[str, str]]]:
    """Return where `code` was said and with which details."""
    return [(finding.where, dict(finding.details)) for finding in appendix.findings if finding.code is code]
