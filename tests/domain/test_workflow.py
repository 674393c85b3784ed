"""Both machines: the allowed cells typed from ARCHITECTURE §4, every other cell refused."""

from __future__ import annotations

from itertools import product

import pytest

from app.domain.errors import TransitionRefused
from app.domain.terms import GroupAction, Role, Stage, State, UnitAction
from app.domain.workflow import (
    GROUP_MACHINE,
    UNIT_BY_UNIT,
    UNIT_MACHINE,
    Guard,
    Standing,
    advance_group,
    advance_unit,
    available_group_actions,
    available_unit_actions,
    reads_as,
    stage_after,
    stage_of,
    stage_on_submission,
    standing,
)
from tests.domain.golden_rows import golden

EVERY_GUARD = frozenset(Guard)

#: (state, action) → where it leads, who may, and what must hold
UNIT_CELLS = {
    ("draft", "request_approval"): (
        "awaiting_approval",
        {"officer", "coordinator"},
        {"can_write", "every_own_leaf_settled"},
    ),
    ("awaiting_approval", "return_to_draft"): ("draft", {"unit_head"}, {"reason_given"}),
    ("awaiting_approval", "approve_by_unit"): ("unit_approved", {"unit_head"}, {"can_write"}),
    ("unit_approved", "submit"): (
        "submitted",
        {"coordinator", "unit_head"},
        {"can_write", "every_own_leaf_settled", "support_policy_met"},
    ),
    ("draft", "submit"): (
        "submitted",
        {"coordinator", "unit_head"},
        {"internal_approval_off", "can_write", "every_own_leaf_settled", "support_policy_met"},
    ),
    ("awaiting_approval", "edit_leaf"): ("draft", {"officer"}, {"can_write"}),
    ("unit_approved", "edit_leaf"): ("draft", {"officer"}, {"can_write"}),
    ("submitted", "return_for_correction"): ("draft", {"secretariat"}, {"stage_is_scoring", "reason_given"}),
    ("submitted", "amend_leaf"): ("submitted", {"officer"}, {"window_covers_leaf"}),
    ("submitted", "submit"): ("submitted", {"coordinator", "unit_head"}, {"amended_leaves", "window_open"}),
}

GROUP_CELLS = {
    ("scoring", "open_first_appraisal"): ("first_appraisal", {"secretariat"}, {"phase_over_or_all_submitted"}),
    ("first_appraisal", "release_first_results"): ("explanation", {"secretariat"}, {"undecided_leaves_named"}),
    ("explanation", "open_second_appraisal"): ("second_appraisal", {"secretariat"}, {"explanations_done_or_over"}),
    ("second_appraisal", "conclude"): (
        "concluded",
        {"council_chair"},
        {
            "no_leaf_blocks",
            "adjustments_settled",
            "exemptions_decided",
            "entered_points_complete",
            "minutes_given",
        },
    ),
    ("concluded", "reopen"): ("second_appraisal", {"council_chair"}, {"reason_given", "leaves_named"}),
    ("approved", "reopen"): ("second_appraisal", {"council_chair"}, {"reason_given", "leaves_named"}),
    ("concluded", "approve"): ("approved", {"approving_authority"}, set()),
    ("approved", "publish"): ("published", {"secretariat"}, {"decision_given"}),
    ("published", "annul"): ("second_appraisal", {"approving_authority"}, {"decision_given", "reason_given"}),
}


def moved_unit(state: str, action: str, role: str, met: frozenset[Guard] = EVERY_GUARD) -> str:
    return advance_unit(State(state), UnitAction(action), roles={Role(role)}, met=met).value


def moved_group(stage: str, action: str, role: str, met: frozenset[Guard] = EVERY_GUARD) -> str:
    return advance_group(Stage(stage), GroupAction(action), roles={Role(role)}, met=met).value


@pytest.mark.parametrize(("state", "action", "role"), list(product(State, UnitAction, Role)))
def test_a_sheet_moves_by_the_allowed_cells_and_by_no_other(state: State, action: UnitAction, role: Role) -> None:
    cell = UNIT_CELLS.get((state.value, action.value))
    if cell is not None and role.value in cell[1]:
        assert moved_unit(state, action, role) == cell[0]
        return
    with pytest.raises(TransitionRefused) as refused:
        moved_unit(state, action, role)
    assert refused.value.code == ("not_from_here" if cell is None else "role_missing")


@pytest.mark.parametrize(("stage", "action", "role"), list(product(Stage, GroupAction, Role)))
def test_a_group_moves_by_the_allowed_cells_and_by_no_other(stage: Stage, action: GroupAction, role: Role) -> None:
    cell = GROUP_CELLS.get((stage.value, action.value))
    if cell is not None and role.value in cell[1]:
        assert moved_group(stage, action, role) == cell[0]
        return
    with pytest.raises(TransitionRefused) as refused:
        moved_group(stage, action, role)
    assert refused.value.code == ("not_from_here" if cell is None else "role_missing")


@pytest.mark.parametrize(
    ("state", "action", "guard"),
    [(state, action, guard) for (state, action), cell in UNIT_CELLS.items() for guard in sorted(cell[2])],
)
def test_a_sheet_stays_where_it_is_while_a_guard_is_unmet(state: str, action: str, guard: str) -> None:
    role = min(UNIT_CELLS[state, action][1])
    with pytest.raises(TransitionRefused) as refused:
        moved_unit(state, action, role, EVERY_GUARD - {Guard(guard)})
    assert refused.value.code == guard


@pytest.mark.parametrize(
    ("stage", "action", "guard"),
    [(stage, action, guard) for (stage, action), cell in GROUP_CELLS.items() for guard in sorted(cell[2])],
)
def test_a_group_stays_where_it_is_while_a_guard_is_unmet(stage: str, action: str, guard: str) -> None:
    role = min(GROUP_CELLS[stage, action][1])
    with pytest.raises(TransitionRefused) as refused:
        moved_group(stage, action, role, EVERY_GUARD - {Guard(guard)})
    assert refused.value.code == guard


@pytest.mark.parametrize(("state", "action"), UNIT_CELLS)
def test_a_sheet_asks_for_no_guard_beside_those_of_its_cell(state: str, action: str) -> None:
    target, roles, guards = UNIT_CELLS[state, action]
    assert moved_unit(state, action, min(roles), frozenset(map(Guard, guards))) == target


@pytest.mark.parametrize(("stage", "action"), GROUP_CELLS)
def test_a_group_asks_for_no_guard_beside_those_of_its_cell(stage: str, action: str) -> None:
    target, roles, guards = GROUP_CELLS[stage, action]
    assert moved_group(stage, action, min(roles), frozenset(map(Guard, guards))) == target


def test_the_sheets_machine_is_the_golden_table() -> None:
    read = {
        (row["state"], row["action"], row["to"], frozenset(row["role"].split()), frozenset(row["guards"].split()))
        for row in golden("workflow_assessment.csv")
    }
    assert {
        (cell.source.value, cell.action.value, cell.target.value, frozenset(cell.roles), frozenset(cell.guards))
        for cell in UNIT_MACHINE
    } == read


def test_the_groups_machine_is_the_golden_table() -> None:
    read = {
        (row["stage"], row["action"], row["to"], frozenset(row["role"].split()), frozenset(row["guards"].split()))
        for row in golden("workflow_group.csv")
    }
    assert {
        (cell.source.value, cell.action.value, cell.target.value, frozenset(cell.roles), frozenset(cell.guards))
        for cell in GROUP_MACHINE
    } == read


def test_no_two_cells_answer_one_question() -> None:
    assert len({(cell.source, cell.action) for cell in UNIT_MACHINE}) == len(UNIT_MACHINE)
    assert len({(cell.source, cell.action) for cell in GROUP_MACHINE}) == len(GROUP_MACHINE)


def test_a_sheet_in_draft_is_sent_only_where_the_campaign_asks_for_no_approval() -> None:
    offers = available_unit_actions(State.DRAFT, roles={Role.COORDINATOR}, met={Guard.CAN_WRITE})
    refusals = {offer.action: offer.refusal for offer in offers}
    assert refusals[UnitAction.SUBMIT] == "internal_approval_off"


def test_an_offer_carries_the_first_guard_that_stands_against_it() -> None:
    offers = available_unit_actions(State.UNIT_APPROVED, roles={Role.UNIT_HEAD}, met={Guard.CAN_WRITE})
    assert [(offer.action, offer.refusal) for offer in offers] == [(UnitAction.SUBMIT, "every_own_leaf_settled")]


@pytest.mark.parametrize(("state", "role"), list(product(State, Role)))
def test_what_is_offered_without_refusal_is_what_would_be_done(state: State, role: Role) -> None:
    offered = {offer.action for offer in available_unit_actions(state, roles={role}, met=EVERY_GUARD)}
    assert {offer.value for offer in offered} == {
        action for (from_state, action), cell in UNIT_CELLS.items() if from_state == state and role.value in cell[1]
    }


@pytest.mark.parametrize(("stage", "role"), list(product(Stage, Role)))
def test_acts_of_a_group_are_offered_to_those_who_may(stage: Stage, role: Role) -> None:
    offered = {offer.action.value for offer in available_group_actions(stage, roles={role}, met=EVERY_GUARD)}
    assert offered == {
        action for (from_stage, action), cell in GROUP_CELLS.items() if from_stage == stage and role.value in cell[1]
    }


def test_reopening_and_annulling_move_units_and_leave_the_group() -> None:
    assert set(UNIT_BY_UNIT) == {GroupAction.REOPEN, GroupAction.ANNUL}


# A unit running alone


def test_a_unit_stands_where_its_group_stands_unless_it_runs_alone() -> None:
    assert stage_of(None, Stage.EXPLANATION) is Stage.EXPLANATION
    assert stage_of(Stage.FIRST_APPRAISAL, Stage.EXPLANATION) is Stage.FIRST_APPRAISAL


@pytest.mark.parametrize("group", [Stage.SCORING, Stage.FIRST_APPRAISAL])
def test_a_unit_that_submits_before_the_first_release_goes_with_its_group(group: Stage) -> None:
    assert stage_on_submission(None, group, State.UNIT_APPROVED) is None


@pytest.mark.parametrize(
    "group",
    [Stage.EXPLANATION, Stage.SECOND_APPRAISAL, Stage.CONCLUDED, Stage.APPROVED, Stage.PUBLISHED],
)
def test_a_unit_that_submits_later_starts_the_first_appraisal_alone(group: Stage) -> None:
    assert stage_on_submission(None, group, State.UNIT_APPROVED) is Stage.FIRST_APPRAISAL
    assert stage_on_submission(None, group, State.DRAFT) is Stage.FIRST_APPRAISAL


def test_sending_amended_leaves_moves_nobody() -> None:
    assert stage_on_submission(None, Stage.EXPLANATION, State.SUBMITTED) is None
    assert stage_on_submission(Stage.EXPLANATION, Stage.CONCLUDED, State.SUBMITTED) is Stage.EXPLANATION


def test_a_unit_running_alone_joins_its_group_when_it_reaches_its_stage() -> None:
    """A late unit of a concluded group: released, opened, concluded by the same acts and guards."""
    group, own = Stage.CONCLUDED, Stage.FIRST_APPRAISAL
    walked: list[Stage | None] = []
    for action, role in (
        (GroupAction.RELEASE_FIRST_RESULTS, Role.SECRETARIAT),
        (GroupAction.OPEN_SECOND_APPRAISAL, Role.SECRETARIAT),
        (GroupAction.CONCLUDE, Role.COUNCIL_CHAIR),
    ):
        target = advance_group(own, action, roles={role}, met=EVERY_GUARD)
        walked.append(stage_after(target, group))
        own = target
    assert walked == [Stage.EXPLANATION, Stage.SECOND_APPRAISAL, None]


def test_a_reopened_unit_goes_back_alone() -> None:
    target = advance_group(Stage.APPROVED, GroupAction.REOPEN, roles={Role.COUNCIL_CHAIR}, met=EVERY_GUARD)
    assert stage_after(target, Stage.APPROVED) is Stage.SECOND_APPRAISAL


# How a sheet is spoken of


@pytest.mark.parametrize(
    ("state", "ever_submitted", "writable", "expected"),
    [
        (State.DRAFT, False, True, Standing.DRAFT),
        (State.AWAITING_APPROVAL, False, True, Standing.AWAITING_APPROVAL),
        (State.UNIT_APPROVED, False, True, Standing.UNIT_APPROVED),
        (State.DRAFT, False, False, Standing.NOT_SUBMITTED),
        (State.AWAITING_APPROVAL, False, False, Standing.NOT_SUBMITTED),
        (State.UNIT_APPROVED, False, False, Standing.NOT_SUBMITTED),
        (State.SUBMITTED, True, True, Standing.SUBMITTED),
        (State.SUBMITTED, True, False, Standing.SUBMITTED),
        (State.DRAFT, True, True, Standing.RETURNED),
        (State.AWAITING_APPROVAL, True, True, Standing.AWAITING_APPROVAL),
        (State.DRAFT, True, False, Standing.SUBMITTED),
        (State.UNIT_APPROVED, True, False, Standing.SUBMITTED),
    ],
)
def test_a_sheet_is_spoken_of_as_time_has_left_it(
    state: State,
    ever_submitted: bool,
    writable: bool,
    expected: Standing,
) -> None:
    assert standing(state, ever_submitted=ever_submitted, writable=writable) is expected


def test_nobody_is_late_before_scoring_has_begun() -> None:
    assert standing(State.DRAFT, ever_submitted=False, writable=False, upcoming=True) is Standing.DRAFT


def test_a_returned_sheet_that_was_not_sent_again_reads_as_submitted() -> None:
    assert reads_as(State.DRAFT, ever_submitted=True, writable=False) is State.SUBMITTED
    assert reads_as(State.DRAFT, ever_submitted=True, writable=True) is State.DRAFT
    assert reads_as(State.DRAFT, ever_submitted=False, writable=False) is State.DRAFT
