"""The judge of the corpus is judged itself: each kind of mistake, on a made-up appendix of one leaf."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.rules import BandsOn, BandsRule, ChoiceRule, JudgedRule, Option, Rule, Step
from app.domain.terms import ScoredBy
from app.reading.draft import Appendix, ReadCriterion
from app.reading.findings import Finding, FindingCode
from tests.reading.comparing import Expected, compare, missing_findings

RIGHT = BandsRule(
    on=BandsOn.PERCENT,
    bands=(
        Step(Decimal(90), True, None, False, Decimal(2)),
        Step(None, False, Decimal(90), False, Decimal(0)),
    ),
)
OPEN_AT_NINETY = replace(RIGHT, bands=(replace(RIGHT.bands[0], lower_closed=False), RIGHT.bands[1]))
DOUBT = Finding(FindingCode.BOUND_OPEN, "1.1")
REMARK = Finding(FindingCode.MISPRINT, "1.1")


def paper(rule: Rule | None = RIGHT, *findings: Finding, title: str = "Tỷ lệ", maximum: str = "2") -> Appendix:
    branch = ReadCriterion("1", None, 1, "Lĩnh vực", Decimal(2), None, None, "")
    leaf = ReadCriterion(
        "1.1", "1", 2, title, Decimal(maximum), rule, ScoredBy.UNIT, "Từ 90% trở lên: 2 điểm", agency="Sở Nội vụ"
    )
    return Appendix("", (branch, leaf), findings)


def wanted(**changes: object) -> Expected:
    leaf = {
        "code": "1.1",
        "parent": "1",
        "title": "Tỷ  lệ",
        "maximum": "2",
        "leaf": True,
        "agency": "Sở Nội vụ",
        "executable": True,
        "awards": [
            {"claim": {"percent": "90"}, "points": "2"},
            {"claim": {"percent": "89.99"}, "points": "0"},
            {"claim": {"numerator": "18", "denominator": "20"}, "points": "2"},
        ],
    } | changes
    branch = {"code": "1", "parent": None, "title": "Lĩnh vực", "maximum": "2", "leaf": False}
    return {"criteria": [branch, leaf], "total": "2", "leaves": 1, "findings": []}


def test_a_right_reading_has_no_difference() -> None:
    tally = compare(wanted(), paper())
    assert (tally.differences, tally.silently_wrong) == ([], [])
    assert tally.fields_right == tally.fields == 10  # four of each criterion, leaves, total
    assert (tally.executable_right, tally.executable) == (1, 1)


def test_a_wrong_award_without_a_finding_is_silently_wrong() -> None:
    tally = compare(wanted(), paper(OPEN_AT_NINETY))
    assert tally.executable_right == 0
    assert len(tally.silently_wrong) == 2
    assert "says: 'Từ 90% trở lên: 2 điểm'" in tally.silently_wrong[0]
    assert "{'percent': '90'} = 2, got refused: no_band" in tally.silently_wrong[0]


def test_a_wrong_award_under_a_finding_is_wrong_aloud() -> None:
    tally = compare(wanted(), paper(OPEN_AT_NINETY, DOUBT))
    assert (tally.executable_right, tally.silently_wrong) == (0, [])
    assert len(tally.differences) == 2


def test_a_mere_remark_excuses_no_wrong_award() -> None:
    assert len(compare(wanted(), paper(OPEN_AT_NINETY, REMARK)).silently_wrong) == 2


def test_a_claim_of_another_shape_is_no_right_award() -> None:
    choice = ChoiceRule(options=(Option("1", "a", Decimal(2)), Option("2", "b", Decimal(0))))
    assert len(compare(wanted(), paper(choice)).silently_wrong) == 3


def test_either_of_two_claims_may_decide() -> None:
    choice = ChoiceRule(options=(Option("1", "a", Decimal(2)), Option("2", "b", Decimal(0))))
    either = {"any_of": [{"claim": {"option": "1"}}, {"claim": {"percent": "100"}}], "points": "2"}
    for rule in (choice, RIGHT):
        assert compare(wanted(awards=[either]), paper(rule)).executable_right == 1


def test_points_that_must_be_refused_are_wrong_when_given() -> None:
    refused = [{"claim": {"percent": "90"}, "points": None}]
    assert compare(wanted(awards=refused), paper(OPEN_AT_NINETY)).executable_right == 1
    assert len(compare(wanted(awards=refused), paper()).silently_wrong) == 1


def test_an_exact_rule_where_the_sentence_allows_none_is_silently_wrong() -> None:
    prose = wanted(executable=False, awards=[])
    assert len(compare(prose, paper()).silently_wrong) == 1
    assert compare(prose, paper(RIGHT, DOUBT)).silently_wrong == []
    assert compare(prose, paper(JudgedRule(), DOUBT)).silently_wrong == []


def test_a_judged_leaf_without_a_finding_is_silently_wrong() -> None:
    tally = compare(wanted(), paper(JudgedRule()))
    assert len(tally.silently_wrong) == 1
    assert (tally.executable_right, tally.executable) == (0, 1)


def test_an_open_bound_asks_for_a_finding_and_counts_for_nothing() -> None:
    left_open = wanted(open_bound=True, awards=[{"claim": {"percent": "95"}, "points": "2"}])
    assert len(compare(left_open, paper()).silently_wrong) == 1
    told = compare(left_open, paper(RIGHT, DOUBT))
    assert (told.silently_wrong, told.executable) == ([], 0)


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (paper(title="Tỷ lệ khác"), "1.1 title: expected 'Tỷ lệ', got 'Tỷ lệ khác'"),
        (paper(maximum="3"), "1.1 maximum: expected Decimal('2'), got Decimal('3')"),
        (replace(paper(), criteria=paper().criteria[:1]), "1.1 criterion: expected '1.1', got None"),
        (replace(paper(), printed_total=Decimal(5)), " printed total: expected Decimal('2'), got Decimal('5')"),
    ],
)
def test_a_field_that_differs_is_named(read: Appendix, said: str) -> None:
    tally = compare(wanted(), read)
    assert said in tally.differences
    assert tally.fields_right < tally.fields


def test_a_parent_that_differs_is_named() -> None:
    branch, leaf = paper().criteria
    moved = replace(paper(), criteria=(branch, replace(leaf, parent=None)))
    assert "1.1 parent: expected '1', got None" in compare(wanted(), moved).differences


def test_a_criterion_the_paper_does_not_have_is_named_and_silently_wrong_when_it_scores() -> None:
    extra = ReadCriterion("1.2", "1", 2, "Thừa", Decimal(1), RIGHT, ScoredBy.UNIT, "")
    tally = compare(wanted(), replace(paper(), criteria=(*paper().criteria, extra)))
    assert "1.2 criterion: expected None, got 'Thừa'" in tally.differences
    assert tally.silently_wrong == ["1.2 'Thừa': the paper has no such leaf"]


def test_a_code_given_by_place_is_found_by_its_title() -> None:
    tally = compare(wanted(code="9.9", code_given=True), paper())
    assert (tally.differences, tally.executable_right) == ([], 1)


def test_a_wrong_agency_is_named() -> None:
    tally = compare(wanted(agency="Sở Tư pháp"), paper())
    assert (tally.agencies_right, tally.agencies) == (0, 1)


def test_a_finding_that_is_missing_is_named() -> None:
    expected = wanted() | {"findings": [["bands_gap|bound_open", "1.1"], ["sum_differs", ""], ["misprint", "1"]]}
    read = paper(RIGHT, DOUBT, REMARK)
    assert missing_findings(expected, read) == ["sum_differs at any place", "misprint at 1"]
