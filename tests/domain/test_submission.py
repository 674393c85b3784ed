"""Rà soát: settled or not, what weakens a sheet, and what keeps it from being sent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.campaign import Consequence, Policies, Signature
from app.domain.claims import (
    Claim,
    DeclinedClaim,
    FaultsClaim,
    NothingAroseClaim,
    OptionClaim,
    PercentClaim,
    RatioClaim,
)
from app.domain.submission import (
    Progress,
    Settlement,
    SheetLeaf,
    guards_met,
    progress,
    review,
)
from app.domain.terms import ScoredBy, Severity
from app.domain.workflow import Guard

FULL = OptionClaim(("a",))
WORDS, PAPER = "Mục 1, Báo cáo 12/BC-UBND", ("12/BC-UBND",)


def leaf(
    claim: Claim | None = FULL,
    points: str | None = "1",
    *,
    code: str = "2.4.2",
    explanation: str = WORDS,
    documents: tuple[str, ...] = PAPER,
) -> SheetLeaf:
    return SheetLeaf(code, claim, None if points is None else Decimal(points), explanation, documents)


def found(*leaves: SheetLeaf, policies: Policies | None = None) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity.value) for finding in review(leaves, policies or Policies())]


BLOCKS = Policies(evidence=Consequence.BLOCK, explanation=Consequence.BLOCK)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (leaf(), Settlement.CLAIMED),
        (leaf(points="0"), Settlement.CLAIMED),
        (leaf(None, None), Settlement.UNSETTLED),
        (leaf(DeclinedClaim(), "0"), Settlement.DECLINED),
        (SheetLeaf("8.1", None, None, overridden=True), Settlement.OVERRIDDEN),
        (SheetLeaf("1.1", None, None, scored_by=ScoredBy.LEADERS), Settlement.NOT_THE_UNITS),
        (SheetLeaf("7.1", None, None, applicable=False), Settlement.NOT_THE_UNITS),
    ],
)
def test_a_leaf_is_settled_when_claimed_declined_overridden_or_not_the_units(
    given: SheetLeaf,
    expected: Settlement,
) -> None:
    assert given.settlement is expected


def test_progress_counts_the_units_own_leaves_and_how_many_wait_for_others() -> None:
    leaves = (
        leaf(),
        leaf(DeclinedClaim(), "0"),
        leaf(None, None),
        SheetLeaf("8.1", None, None, overridden=True),
        SheetLeaf("1.1", None, None, scored_by=ScoredBy.SURVEY),
    )
    assert progress(leaves) == Progress(settled=2, own=3, others=2)


def test_a_sheet_in_order_has_no_findings() -> None:
    assert found(leaf()) == []


def test_a_leaf_nobody_has_scored_blocks() -> None:
    assert found(leaf(None, None, explanation="", documents=())) == [("unsettled", "error")]


def test_a_declined_leaf_is_named_and_asked_for_nothing() -> None:
    assert found(leaf(DeclinedClaim(), "0", explanation="", documents=()), policies=BLOCKS) == [("declined", "info")]


@pytest.mark.parametrize(
    ("consequence", "severity"),
    [(Consequence.NOTE, "info"), (Consequence.WARN, "warning"), (Consequence.BLOCK, "error")],
)
def test_missing_words_and_documents_weigh_what_the_campaign_says(consequence: Consequence, severity: str) -> None:
    bare = leaf(explanation="  ", documents=())
    assert found(bare, policies=Policies(evidence=consequence)) == sorted(
        [("no_explanation", "warning"), ("no_evidence", severity)],
        key=lambda finding: ["error", "warning", "info"].index(finding[1]),
    )
    assert ("no_explanation", severity) in found(bare, policies=Policies(explanation=consequence))


def test_a_claim_of_no_points_needs_no_support() -> None:
    assert found(leaf(points="0", explanation="", documents=()), policies=BLOCKS) == []


def test_where_nothing_arose_words_are_asked_and_no_document() -> None:
    nothing = leaf(NothingAroseClaim(), "0.5", explanation="", documents=())
    assert found(nothing, policies=BLOCKS) == [("no_explanation", "error")]


def test_a_document_without_a_number_is_a_document() -> None:
    assert found(leaf(documents=("",)), policies=BLOCKS) == []


@pytest.mark.parametrize(
    ("claim", "asked_back"),
    [
        (RatioClaim(Decimal(12), Decimal(10)), True),
        (RatioClaim(Decimal(10), Decimal(10)), False),
        (PercentClaim(Decimal("100.01")), True),
        (PercentClaim(Decimal(100)), False),
        (FaultsClaim(Decimal(0), RatioClaim(Decimal(101), Decimal(100))), True),
    ],
)
def test_a_ratio_above_a_hundred_is_asked_back_and_blocks_nothing(claim: Claim, asked_back: bool) -> None:
    assert found(leaf(claim), policies=BLOCKS) == ([("above_hundred_percent", "warning")] if asked_back else [])


def test_an_inserted_number_is_flagged_with_the_number_as_typed() -> None:
    (finding,) = review([leaf(documents=("12/BC-UBND", "11a/BC-UBND"))], Policies())
    assert (finding.code, finding.severity, finding.leaf, finding.detail) == (
        "inserted_number",
        Severity.WARNING,
        "2.4.2",
        "11a/BC-UBND",
    )


@pytest.mark.parametrize(
    ("policy", "found_as"),
    [
        (Signature.ACCEPT, []),
        (Signature.WARN, [("not_signed", "warning")]),
        (Signature.BLOCK, [("not_signed", "error")]),
    ],
)
def test_a_file_without_a_signature_weighs_what_the_campaign_says(
    policy: Signature, found_as: list[tuple[str, str]]
) -> None:
    scan = SheetLeaf("2.4.2", FULL, Decimal(1), WORDS, PAPER, unsigned=1)
    assert found(scan, policies=Policies(signature=policy)) == found_as
    assert found(leaf(), policies=Policies(signature=policy)) == []
    blocked = Guard.SUPPORT_POLICY_MET not in guards_met(review([scan], Policies(signature=policy)))
    assert blocked is (policy is Signature.BLOCK)


@pytest.mark.parametrize(
    ("consequence", "severity"),
    [(Consequence.NOTE, "info"), (Consequence.WARN, "warning"), (Consequence.BLOCK, "error")],
)
def test_an_inserted_number_weighs_what_the_campaign_says(consequence: Consequence, severity: str) -> None:
    inserted = leaf(documents=("11a/BC-UBND",))
    assert found(inserted, policies=Policies(inserted_number=consequence)) == [("inserted_number", severity)]


def test_a_number_that_cannot_be_read_is_noted() -> None:
    assert found(leaf(documents=("biên bản họp",))) == [("document_number_unreadable", "info")]


def test_leaves_that_are_not_the_units_are_not_reviewed() -> None:
    others = (
        SheetLeaf("1.1", None, None, scored_by=ScoredBy.LEADERS),
        SheetLeaf("8.1", None, None, overridden=True),
        SheetLeaf("7.1", FULL, Decimal(1), applicable=False),
    )
    assert found(*others, policies=BLOCKS) == []


def test_the_most_severe_comes_first_then_the_order_of_the_paper() -> None:
    leaves = (
        leaf(DeclinedClaim(), "0", code="2.4.1"),
        leaf(explanation="", code="2.4.2"),
        leaf(None, None, code="7.1"),
        leaf(None, None, code="7.2"),
    )
    assert [(finding.leaf, finding.code) for finding in review(leaves, Policies())] == [
        ("7.1", "unsettled"),
        ("7.2", "unsettled"),
        ("2.4.2", "no_explanation"),
        ("2.4.1", "declined"),
    ]


@pytest.mark.parametrize(
    ("leaves", "met"),
    [
        ((leaf(),), {Guard.EVERY_OWN_LEAF_SETTLED, Guard.SUPPORT_POLICY_MET}),
        ((leaf(None, None),), {Guard.SUPPORT_POLICY_MET}),
        ((leaf(explanation=""),), {Guard.EVERY_OWN_LEAF_SETTLED}),
        ((leaf(None, None), leaf(explanation="")), set()),
    ],
)
def test_a_review_establishes_the_guards_of_sending(leaves: tuple[SheetLeaf, ...], met: set[Guard]) -> None:
    assert guards_met(review(leaves, BLOCKS)) == met


@pytest.mark.parametrize(
    ("claim", "asked_back"),
    [
        (FaultsClaim(Decimal(0), RatioClaim(Decimal(990), Decimal(1000))), True),
        (FaultsClaim(Decimal(9), RatioClaim(Decimal(990), Decimal(1000))), True),
        (FaultsClaim(Decimal(10), RatioClaim(Decimal(990), Decimal(1000))), False),
        (FaultsClaim(Decimal(11), RatioClaim(Decimal(990), Decimal(1000))), False),
        (FaultsClaim(Decimal(0), RatioClaim(Decimal(1000), Decimal(1000))), False),
        (FaultsClaim(Decimal(0), PercentClaim(Decimal(99))), False),
        (FaultsClaim(Decimal(0), None), False),
        (RatioClaim(Decimal(990), Decimal(1000)), False),
    ],
)
def test_cases_out_of_time_without_a_fault_each_are_asked_back(claim: Claim, asked_back: bool) -> None:
    """5.5.3.4 of the annex: 990 of 1000 in time is 99 %, and each of the ten is a fault of its own."""
    assert found(leaf(claim), policies=BLOCKS) == ([("faults_below_late", "warning")] if asked_back else [])
