"""A review is the appendix as read plus decisions: replayed, rechecked, taken back, never guessed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.errors import InputInvalid, NotFound
from app.domain.rule_examples import example_from_json
from app.domain.rules import BandsRule
from app.domain.terms import ScoredBy
from app.reading.deciding import decided
from app.reading.decisions import (
    KINDS,
    ApplyRemedy,
    Decision,
    DeleteRow,
    EditFields,
    MatchAgency,
    RestoreRow,
    Settle,
    SettleMany,
    Undo,
    Unsettle,
    decision_from_json,
    decision_to_json,
    kind_of_decision,
)
from app.reading.draft import Appendix
from app.reading.findings import Finding, FindingCode, Remedy
from app.reading.review import FindingState, Review, review
from tests.reading.appendix_samples import APPENDIX, GAP, YES_NO, criterion


def after(*decisions: Decision, appendix: Appendix = APPENDIX, agencies: dict[str, str] | None = None) -> Review:
    """Decide one after another, each as the portal would write it down."""
    kept: list[Decision] = []
    for decision in decisions:
        kept.append(decided(review(appendix, kept, agencies), decision))
    return review(appendix, kept, agencies)


def codes(found: Review, state: FindingState = FindingState.OPEN) -> list[str]:
    return [f"{each.finding.code} {each.finding.where}".strip() for each in found.findings if each.state is state]


def test_what_was_read_is_what_stands_before_anything_is_decided() -> None:
    found = after()
    assert [(node.place, node.criterion.code, node.parent, node.depth) for node in found.nodes] == [
        (1, "5", None, 0),
        (2, "5.1", 1, 1),
        (3, "5.2", 1, 1),
        (4, "5.3", 1, 1),
    ]
    assert codes(found) == ["sum_differs 5", "bands_gap 5.2", "unused_text", "unused_text"]
    assert (found.errors_left, found.total, len(found.leaves)) == (2, Decimal(4), 3)


def test_a_remedy_changes_what_it_says_and_settles_its_finding() -> None:
    found = after(ApplyRemedy("r0", 0))
    assert found.node(1).criterion.maximum == Decimal("3.5")
    settled = found.finding("r0")
    assert settled.state is FindingState.SETTLED
    assert settled.settlement is not None
    assert settled.settlement.remedy == Remedy("take_children", {"maximum": "3.5"})
    assert found.obstacles == ()


def test_a_remedy_may_bring_another_rule() -> None:
    found = after(ApplyRemedy("r1", 0))
    rule = found.node(3).criterion.rule
    assert isinstance(rule, BandsRule)
    assert rule.bands[0].upper == Decimal(80)
    assert codes(found) == ["sum_differs 5", "unused_text", "unused_text"]


def test_leaving_it_as_printed_needs_a_note() -> None:
    assert codes(after(Settle("r1", "Hội đồng xem xét"))) == ["sum_differs 5", "unused_text", "unused_text"]
    with pytest.raises(InputInvalid, match="note_missing"):
        after(Settle("r1", "  "))
    with pytest.raises(InputInvalid, match="finding_settled"):
        after(Settle("r1", "a"), Settle("r1", "b"))


def test_a_maximum_typed_by_hand_makes_the_sum_meet_and_the_finding_go() -> None:
    """2 + 1 + 1 = 4, as part 5 prints."""
    found = after(EditFields(4, {"maximum": "1"}))
    assert found.finding("r0").state is FindingState.GONE
    assert found.node(4).changed == {"maximum"}


def test_a_wrong_figure_by_hand_is_a_new_finding_with_its_own_figures() -> None:
    found = after(EditFields(4, {"maximum": "5"}))
    [new] = [each for each in found.open_findings if each.finding.code is FindingCode.SUM_DIFFERS]
    assert new.finding.details == {"maximum": "4", "children": "8"}
    assert new.place == 1
    assert found.finding("r0").state is FindingState.GONE
    assert [problem.code for _, problem in found.obstacles] == ["maximum_differs_from_children"]
    assert found.obstacles[0][0] == 1
    mended = after(EditFields(4, {"maximum": "5"}), ApplyRemedy(new.key, 0))
    assert mended.node(1).criterion.maximum == Decimal(8)
    assert mended.obstacles == ()


def test_one_way_out_settles_every_finding_of_the_criterion_that_offers_the_very_same() -> None:
    """5.2 is doubted twice; "below is 0" answers both. 5.3, whose rule it is not, stays open."""
    below = GAP.remedies[0]
    twin = Finding(FindingCode.ZERO_ELSEWHERE, "5.2", {"text": "Không đề xuất"}, (below, Remedy("as_printed")))
    other = Finding(FindingCode.ZERO_ELSEWHERE, "5.3", {"text": "Không đề xuất"}, (below, Remedy("as_printed")))
    appendix = replace(APPENDIX, findings=(GAP, twin, other))
    once = after(ApplyRemedy("r0", 0), appendix=appendix)
    assert [once.finding(key).state for key in ("r0", "r1")] == [FindingState.SETTLED] * 2
    assert once.finding("r1").settlement == once.finding("r0").settlement
    assert once.finding("r2").open
    assert after(ApplyRemedy("r0", 0), Unsettle("r1"), appendix=appendix).finding("r1").open
    assert after(ApplyRemedy("r0", 1), appendix=appendix).finding("r1").open  # left as printed: said of one alone


def test_a_remedy_that_is_undone_by_a_later_edit_opens_its_finding_again() -> None:
    found = after(ApplyRemedy("r0", 0), EditFields(1, {"maximum": "4"}))
    assert found.finding("r0").open


def test_a_maximum_below_an_option_is_an_error_at_once() -> None:
    found = after(EditFields(2, {"maximum": "1"}))
    [new] = [each for each in found.open_findings if each.finding.code is FindingCode.OPTION_ABOVE_MAXIMUM]
    assert new.finding.details == {"text": "Ban hành đầy đủ", "points": "2", "maximum": "1"}
    assert ("option_above_maximum", 2) in [(problem.code, place) for place, problem in found.obstacles]


def test_a_row_left_out_takes_what_is_below_it_along_and_comes_back_with_it() -> None:
    found = after(DeleteRow(1))
    assert found.nodes == ()
    assert [node.place for node in found.deleted] == [1, 2, 3, 4]
    assert [problem.code for _, problem in found.obstacles] == ["no_leaf"]
    back = after(DeleteRow(1), RestoreRow(1))
    assert [node.place for node in back.nodes] == [1, 2, 3, 4]


def test_findings_of_a_row_left_out_no_longer_apply() -> None:
    found = after(DeleteRow(3))
    assert found.finding("r1").state is FindingState.GONE
    [sums] = [each for each in found.open_findings if each.finding.code is FindingCode.SUM_DIFFERS]
    assert sums.finding.details == {"maximum": "4", "children": "2,5"}


def test_moving_a_criterion_below_itself_is_refused() -> None:
    with pytest.raises(InputInvalid, match="parent_below_itself"):
        after(EditFields(1, {"parent": "5.2"}))
    with pytest.raises(InputInvalid, match="parent_unknown_code"):
        after(EditFields(2, {"parent": "9.9"}))


def test_a_criterion_moved_under_a_later_one_stands_after_it() -> None:
    found = after(EditFields(2, {"parent": "5.3"}))
    assert [(node.place, node.depth) for node in found.nodes] == [(1, 0), (3, 1), (4, 1), (2, 2)]
    assert ("branch_with_rule", 4) in [(problem.code, place) for place, problem in found.obstacles]


def test_a_changed_code_keeps_its_children() -> None:
    found = after(EditFields(1, {"code": "V"}))
    assert [node.criterion.code for node in found.children(1)] == ["5.1", "5.2", "5.3"]


def test_a_code_that_stands_twice_is_told_of_the_second() -> None:
    found = after(EditFields(4, {"code": "5.1"}))
    [twice] = [each for each in found.open_findings if each.finding.code is FindingCode.CODE_TWICE]
    assert (twice.place, twice.finding.details) == (4, {"other": "Kế hoạch"})
    assert ("code_twice", 4) in [(problem.code, place) for place, problem in found.obstacles]


def test_two_rows_of_one_code_are_told_apart_by_the_rows_a_finding_names() -> None:
    rows = (criterion("1", "A", "1", rule=YES_NO, rows=(1,)), criterion("1", "B", "1", rule=YES_NO, rows=(2,)))
    twice = Finding(FindingCode.CODE_TWICE, "1", {"other": "A"}, (Remedy("renumber", {"code": "2"}),), (2,))
    appendix = Appendix("", rows, (twice,))
    found = after(ApplyRemedy("r0", 0), appendix=appendix)
    assert [node.criterion.code for node in found.nodes] == ["1", "2"]


def test_taking_back_goes_back_one_decision_at_a_time() -> None:
    steps = (ApplyRemedy("r0", 0), Settle("r1", "x"), Undo())
    once = after(*steps)
    assert once.finding("r1").open
    assert not once.finding("r0").open
    twice = after(*steps, Undo())
    assert twice.finding("r0").open
    assert twice.nodes == after().nodes
    with pytest.raises(InputInvalid, match="nothing_to_undo"):
        after(*steps, Undo(), Undo())


def test_a_settled_finding_opens_again() -> None:
    assert after(Settle("r2", "đã xem"), Unsettle("r2")).finding("r2").open
    with pytest.raises(InputInvalid, match="finding_not_settled"):
        after(Unsettle("r2"))


def test_an_agency_nobody_knows_is_one_finding_however_often_it_stands() -> None:
    known = {"phong noi vu": "Phòng Nội vụ"}
    found = after(agencies=known)
    unknown = [each for each in found.open_findings if each.finding.code is FindingCode.AGENCY_UNKNOWN]
    assert [(each.place, each.finding.details) for each in unknown] == [(3, {"text": "Phòng Văn hóa"})]
    named = after(MatchAgency("Phòng Văn hóa", "Phòng Nội vụ"), agencies=known)
    assert [node.criterion.agency for node in named.leaves] == ["Phòng Nội vụ"] * 3
    assert named.node(3).criterion.agency_printed == "Phòng Văn hóa"
    assert codes(named) == codes(after())


def test_a_rule_brings_a_scorer_and_no_rule_takes_it_away() -> None:
    assert after(EditFields(2, {"rule": None})).node(2).criterion.scored_by is None
    given = after(EditFields(2, {"scored_by": "council"})).node(2).criterion
    assert given.scored_by is ScoredBy.COUNCIL


#: 5.1 asked with its first option: 2 points
ASKED = {"claim": {"option": "1"}, "expected": "2", "refusal": None, "note": "như bản in", "origin": "typed"}


def test_examples_go_with_the_rule_and_stand_against_one_that_breaks_them() -> None:
    found = after(ApplyRemedy("r0", 0), EditFields(2, {"examples": [ASKED]}))
    assert found.node(2).examples == (example_from_json(ASKED),)
    assert found.obstacles == ()
    broken = after(ApplyRemedy("r0", 0), EditFields(2, {"examples": [{**ASKED, "expected": "1"}]}))
    assert [(place, problem.code) for place, problem in broken.obstacles] == [(2, "examples_broken")]


def test_notes_are_settled_in_one_go_and_errors_are_not() -> None:
    comma = Finding(FindingCode.COMMA_DECIMALS, "")
    appendix = replace(APPENDIX, findings=(*APPENDIX.findings, comma, Finding(FindingCode.MARKUP, "5.1")))
    found = after(SettleMany(("r4", "r5"), "đã xem"), appendix=appendix)
    assert [found.finding(key).settlement.note for key in ("r4", "r5")] == ["đã xem"] * 2  # type: ignore[union-attr]
    with pytest.raises(InputInvalid, match="only_notes_together"):
        after(SettleMany(("r4", "r0"), "đã xem"), appendix=appendix)


def test_a_missing_maximum_is_an_obstacle_and_a_remedy_names_it() -> None:
    rows = (criterion("1", "A", None, rule=YES_NO, scored_by=ScoredBy.UNIT),)
    missing = Finding(FindingCode.MAXIMUM_UNREADABLE, "1", {"text": "hai"}, (Remedy("two", {"maximum": "2"}),))
    appendix = Appendix("", rows, (missing,))
    found = after(appendix=appendix)
    assert [problem.code for _, problem in found.obstacles] == ["maximum_missing"]
    assert codes(found) == ["maximum_unreadable 1"]
    assert after(ApplyRemedy("r0", 0), appendix=appendix).obstacles == ()


def test_a_printed_total_is_held_against_the_rows_at_the_top() -> None:
    found = after(EditFields(1, {"maximum": "3.5"}), appendix=replace(APPENDIX, printed_total=Decimal(4)))
    [total] = [each for each in found.open_findings if each.finding.code is FindingCode.TOTAL_DIFFERS]
    assert total.finding.details == {"printed": "4", "total": "3,5"}


@pytest.mark.parametrize(
    "changes",
    [{"code": " "}, {"title": ""}, {"maximum": "abc"}, {"maximum": "-1"}, {"maximum": "0.00001"}, {"scored_by": "x"}],
)
def test_a_value_that_is_none_is_refused_and_nothing_is_written(changes: dict[str, str]) -> None:
    with pytest.raises(InputInvalid):
        after(EditFields(2, changes))


def test_what_is_not_there_cannot_be_decided() -> None:
    for decision in (ApplyRemedy("r9", 0), Settle("r9", "x"), EditFields(99, {}), DeleteRow(99)):
        with pytest.raises(NotFound):
            after(decision)
    with pytest.raises(InputInvalid, match="remedy_unknown"):
        after(ApplyRemedy("r0", 7))


SAMPLES = (
    decided(review(APPENDIX, ()), ApplyRemedy("r1", 0)),
    EditFields(2, {"maximum": "1.5", "parent": None}),
    MatchAgency("Phòng Văn hóa", "PNV"),
    Settle("r2", "đã xem"),
    SettleMany(("r2", "r3"), "đã xem"),
    Unsettle("r2"),
    DeleteRow(3),
    RestoreRow(3),
    Undo(),
)


@pytest.mark.parametrize("decision", SAMPLES, ids=kind_of_decision)
def test_a_decision_comes_back_from_json_as_it_was(decision: Decision) -> None:
    assert decision_from_json(kind_of_decision(decision), decision_to_json(decision)) == decision


def test_every_kind_of_decision_is_tried() -> None:
    assert {kind_of_decision(sample) for sample in SAMPLES} == set(KINDS)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputInvalid, match="decision_unknown"):
        decision_from_json("guess", {})
