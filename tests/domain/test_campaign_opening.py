"""What keeps a campaign from opening, each thing by its own code."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.campaign import AppraiserScope, Opening, OpeningGroup, agencies_by_leaf, opening_problems
from app.domain.classification import Band
from app.domain.criteria import Node, Tree
from app.domain.deadlines import Span
from app.domain.rules import ChoiceRule, JudgedRule, Option
from app.domain.terms import PhaseKind, ScoredBy, Severity

JUSTICE, INTERIOR, COMMUNE = 10, 11, 1


def day(number: int) -> dt.datetime:
    return dt.datetime(2024, 11, number, 10, 0, tzinfo=dt.UTC)


NODES = (
    Node("ND.II", None, "", Decimal(5), None, None, 1),
    Node("7.1", "ND.II", "", Decimal(2), JudgedRule(), ScoredBy.UNIT, 2),
    Node("8.1", "ND.II", "", Decimal(1), JudgedRule(), ScoredBy.UNIT, 3),
    Node("1.1", "ND.II", "", Decimal(2), JudgedRule(), ScoredBy.SURVEY, 4),
)
GROUP = OpeningGroup(
    name="Các xã",
    nodes=NODES,
    units={COMMUNE: "Xã mẫu 01"},
    appraisers=(AppraiserScope("ND.II", None, JUSTICE),),
)
OPENING = Opening(
    groups=(GROUP,),
    phases={
        PhaseKind.SCORING: Span(day(13), day(25)),
        PhaseKind.FIRST_APPRAISAL: Span(day(25), day(27)),
        PhaseKind.SECOND_APPRAISAL: Span(None, day(30)),
    },
    bands=(Band("Tốt", Decimal(80)), Band("Thấp", Decimal(0))),
)


def codes(opening: Opening) -> list[str]:
    return [problem.code for problem in opening_problems(opening)]


def with_group(**changes: object) -> Opening:
    return replace(OPENING, groups=(replace(GROUP, **changes),))  # type: ignore[arg-type]


def with_phases(**spans: Span) -> Opening:
    return replace(OPENING, phases={PhaseKind(kind): span for kind, span in spans.items()})


def changed(code: str, **changes: object) -> tuple[Node, ...]:
    return tuple(replace(node, **changes) if node.code == code else node for node in NODES)  # type: ignore[arg-type]


def test_a_complete_campaign_may_open() -> None:
    assert opening_problems(OPENING) == []


@pytest.mark.parametrize(
    ("opening", "code"),
    [
        pytest.param(replace(OPENING, groups=()), "campaign_without_group", id="no group"),
        pytest.param(with_phases(), "no_scoring_phase", id="no phase"),
        pytest.param(with_phases(scoring=Span(None, day(25))), "no_scoring_phase", id="no opening day"),
        pytest.param(
            with_phases(scoring=Span(day(25), day(25))),
            "phase_opens_after_it_closes",
            id="a phase of no time",
        ),
        pytest.param(
            with_phases(scoring=Span(day(13), day(25)), first_appraisal=Span(day(24), day(27))),
            "phases_out_of_order",
            id="appraising while scoring",
        ),
        pytest.param(
            with_phases(scoring=Span(day(13), day(25)), explanation=Span(None, day(25))),
            "phases_out_of_order",
            id="two phases that close together",
        ),
        pytest.param(replace(OPENING, bands=()), "bands_missing", id="no classes"),
        pytest.param(
            replace(OPENING, bands=(Band("Tốt", Decimal(80)),)),
            "bands_without_zero",
            id="an index without a class",
        ),
        pytest.param(with_group(units={}), "group_without_units", id="no units"),
        pytest.param(with_group(has_council=False), "group_without_council", id="no council"),
        pytest.param(with_group(nodes=None), "group_without_set", id="no set"),
        pytest.param(with_group(nodes=changed("8.1", maximum=Decimal(2))), "set_does_not_sum", id="a set off by one"),
        pytest.param(with_group(nodes=NODES[:1]), "no_leaf", id="a set of headings"),
        pytest.param(
            with_group(nodes=changed("8.1", rule=ChoiceRule(options=(Option("a", "đầy đủ", Decimal(9)),)))),
            "option_above_maximum",
            id="a rule beyond its maximum",
        ),
        pytest.param(with_group(overridden=frozenset({"8.2"})), "override_unknown_leaf", id="override of nothing"),
        pytest.param(with_group(overridden=frozenset({"ND.II"})), "override_unknown_leaf", id="override of a branch"),
        pytest.param(
            with_group(findings=(("7.1", Severity.ERROR, False),)),
            "unsettled_error_finding",
            id="a doubt nobody settled",
        ),
        pytest.param(
            with_group(appraisers=(AppraiserScope("7.1", None, JUSTICE),)),
            "leaf_without_appraiser",
            id="a leaf nobody appraises",
        ),
        pytest.param(
            with_group(appraisers=(AppraiserScope("ND.II", None, COMMUNE),)),
            "appraiser_is_own_unit",
            id="a unit that appraises itself",
        ),
        pytest.param(
            replace(OPENING, groups=(GROUP, replace(GROUP, name="Các xã vùng cao"))),
            "unit_in_two_groups",
            id="a unit ranked twice",
        ),
    ],
)
def test_what_keeps_a_campaign_from_opening_has_its_code(opening: Opening, code: str) -> None:
    assert set(codes(opening)) == {code}


def test_everything_is_told_at_once() -> None:
    broken = replace(with_group(units={}, nodes=changed("8.1", maximum=Decimal(2))), bands=())
    assert codes(broken) == ["bands_missing", "group_without_units", "set_does_not_sum"]


def test_a_leaf_without_appraiser_is_told_once_for_its_group_and_by_name() -> None:
    units = {number: f"Xã mẫu {number:02}" for number in range(1, 24)}
    problems = opening_problems(with_group(units=units, appraisers=()))
    assert [problem.details for problem in problems] == [
        {"group": "Các xã", "criterion": "7.1"},
        {"group": "Các xã", "criterion": "8.1"},
    ]


def test_only_leaves_the_unit_scores_need_an_appraiser() -> None:
    """1.1 is filled from a survey; 8.1 is overridden: neither takes a verdict."""
    seven = (AppraiserScope("7.1", None, JUSTICE),)
    assert codes(with_group(appraisers=seven, overridden=frozenset({"8.1"}))) == []


def test_a_settled_doubt_and_a_mere_warning_do_not_stand_in_the_way() -> None:
    findings = (("7.1", Severity.ERROR, True), ("8.1", Severity.WARNING, False))
    assert codes(with_group(findings=findings)) == []


def test_an_agency_that_is_scored_needs_a_substitute_for_its_own_leaves() -> None:
    scored = {JUSTICE: "Phòng Tư pháp", INTERIOR: "Phòng Nội vụ"}
    (problem, other) = opening_problems(with_group(units=scored))
    assert (problem.code, problem.details["criterion"], problem.details["unit"]) == (
        "appraiser_is_own_unit",
        "7.1",
        "Phòng Tư pháp",
    )
    assert other.details["criterion"] == "8.1"
    substituted = (*GROUP.appraisers, AppraiserScope("ND.II", JUSTICE, INTERIOR))
    assert codes(with_group(units=scored, appraisers=substituted)) == []


def test_a_units_own_row_goes_before_its_groups_and_the_nearest_branch_before_a_wider_one() -> None:
    tree = Tree(NODES)
    rows = (
        AppraiserScope("ND.II", None, JUSTICE),
        AppraiserScope("7.1", None, INTERIOR),
        AppraiserScope("8.1", COMMUNE, INTERIOR),
        AppraiserScope("8.1", 2, 99),
    )
    assert agencies_by_leaf(tree, COMMUNE, rows) == {"7.1": INTERIOR, "8.1": INTERIOR, "1.1": JUSTICE}
    assert agencies_by_leaf(tree, 2, rows) == {"7.1": INTERIOR, "8.1": 99, "1.1": JUSTICE}
    assert agencies_by_leaf(tree, COMMUNE, ()) == {"7.1": None, "8.1": None, "1.1": None}
