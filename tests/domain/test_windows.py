"""Windows, requests and minutes before anybody relies on them: each refusal by its code, each window by its leaf."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from app.domain.campaign import Policies
from app.domain.deadlines import DayCount, Window, answers_over, in_effect, may_write
from app.domain.errors import DomainError, InputInvalid, TransitionRefused
from app.domain.rechecks import Minutes, check_day, check_minutes, decide
from app.domain.terms import RecheckStatus, Stage, State, WindowGround
from app.domain.windows import check_request, check_unit, check_window, due_at_release

#: noon of 2/12/2024 in Vietnam
NOW = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def refusal(call: Callable[[], object]) -> str | None:
    try:
        call()
    except DomainError as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, None),
        ({"due_at": NOW}, "window_ends_before_it_begins"),
        ({"opens_at": NOW + 3 * DAY}, "window_ends_before_it_begins"),
        ({"opens_at": NOW - 3 * DAY, "due_at": NOW - DAY}, "window_ends_in_the_past"),
        ({"opens_at": NOW - DAY, "due_at": NOW}, "window_ends_in_the_past"),
        ({"document": ""}, "document_missing"),
        ({"document": "x" * 201}, "document_too_long"),
        ({"ground": WindowGround.DATA_UPDATE, "document": ""}, None),
        ({"ground": WindowGround.CORRECTION, "reason": ""}, "reason_given"),
        ({"ground": WindowGround.EVIDENCE_REQUEST}, "window_by_request"),
    ],
)
def test_a_window_nobody_could_use_is_refused(changed: dict[str, Any], code: str | None) -> None:
    given = {
        "ground": WindowGround.EXTENSION,
        "opens_at": NOW,
        "due_at": NOW + 2 * DAY,
        "document": "12/QĐ-UBND",
        "reason": "mất điện",
    }
    given |= changed
    ground, opens, due = given.pop("ground"), given.pop("opens_at"), given.pop("due_at")
    assert refusal(lambda: check_window(ground, opens, due, NOW, **given)) == code


@pytest.mark.parametrize(
    ("ground", "state", "stage", "code"),
    [
        (WindowGround.EXTENSION, State.DRAFT, Stage.SECOND_APPRAISAL, None),
        (WindowGround.EXTENSION, State.SUBMITTED, Stage.CONCLUDED, "unit_concluded"),
        (WindowGround.CORRECTION, State.SUBMITTED, Stage.SCORING, "window_needs_return"),
        (WindowGround.CORRECTION, State.DRAFT, Stage.SCORING, None),
        (WindowGround.EXPLANATION, State.SUBMITTED, Stage.FIRST_APPRAISAL, "window_needs_explanation_stage"),
        (WindowGround.EXPLANATION, State.SUBMITTED, Stage.EXPLANATION, None),
    ],
)
def test_a_window_that_would_open_nothing_is_refused(
    ground: WindowGround, state: State, stage: Stage, code: str | None
) -> None:
    assert refusal(lambda: check_unit(ground, state, stage, ever_submitted=True, explained=False)) == code


def test_a_sent_explanation_and_a_sheet_never_sent_take_no_such_window() -> None:
    explanation, correction = WindowGround.EXPLANATION, WindowGround.CORRECTION
    with pytest.raises(TransitionRefused, match="explanation_already_sent"):
        check_unit(explanation, State.SUBMITTED, Stage.EXPLANATION, ever_submitted=True, explained=True)
    with pytest.raises(TransitionRefused, match="window_needs_return"):
        check_unit(correction, State.DRAFT, Stage.SCORING, ever_submitted=False, explained=False)


def test_a_data_update_is_for_what_was_sent() -> None:
    """Granted ahead to everybody, it opens nothing to who has not sent by the lock; after the lock it is refused."""
    update, draft = WindowGround.DATA_UPDATE, State.DRAFT
    assert refusal(lambda: check_unit(update, draft, Stage.SCORING, ever_submitted=False, explained=False)) is None
    with pytest.raises(TransitionRefused, match="window_needs_submission"):
        check_unit(update, draft, Stage.FIRST_APPRAISAL, ever_submitted=False, explained=False)
    windows = [Window(update, None, NOW, NOW + DAY), Window(WindowGround.EXTENSION, "1.5", NOW, NOW + DAY)]
    assert in_effect(windows, ever_submitted=True) == tuple(windows)
    assert in_effect(windows, ever_submitted=False) == (windows[1],)


@pytest.mark.parametrize(
    ("text", "due", "code"),
    [
        ("Bảng thống kê", NOW + DAY, None),
        (" ", NOW + DAY, "request_text_missing"),
        ("Bảng thống kê", NOW, "request_due_past"),
        ("Bảng thống kê", NOW + 9 * DAY, None),
        ("Bảng thống kê", NOW + 9 * DAY + dt.timedelta(seconds=1), "request_due_too_late"),
    ],
)
def test_a_request_says_what_it_wants_until_a_time_that_can_be_kept(text: str, due: dt.datetime, code: str) -> None:
    assert refusal(lambda: check_request(text, due, NOW, last=NOW + 9 * DAY)) == code


def test_a_request_that_waited_for_the_release_leaves_some_time_to_answer() -> None:
    released, explained = NOW, NOW + 2 * DAY
    assert due_at_release(NOW + DAY, released, explained) == NOW + DAY
    assert due_at_release(NOW - DAY, released, explained) == explained
    assert due_at_release(NOW, released, explained) == explained


def test_a_request_has_its_own_time_beside_that_of_the_explanation() -> None:
    """Explanation to 4/12, request on 1.5 to 3/12; on 1.6 to 6/12, taken back on 1.7."""
    windows = [
        Window(WindowGround.EXPLANATION, None, NOW, NOW + 2 * DAY),
        Window(WindowGround.EVIDENCE_REQUEST, "1.5", NOW, NOW + DAY),
        Window(WindowGround.EVIDENCE_REQUEST, "1.6", NOW, NOW + 4 * DAY),
        Window(WindowGround.EVIDENCE_REQUEST, "1.7", NOW, NOW + 4 * DAY, withdrawn=True),
    ]

    def open_on(day: int) -> list[str]:
        now = NOW + day * DAY
        leaves = ("1.4", "1.5", "1.6", "1.7")
        return [leaf for leaf in leaves if may_write(now, None, windows, leaf=leaf, what="reply")]

    assert [open_on(day) for day in (0, 1, 2, 4)] == [
        ["1.4", "1.5", "1.6", "1.7"],
        ["1.4", "1.6", "1.7"],
        ["1.6"],
        [],
    ]
    assert [answers_over(NOW + 2 * DAY, windows, leaf) for leaf in ("1.4", "1.5", "1.6")] == [True, True, False]
    assert not answers_over(NOW, [], "1.4")


def test_a_term_in_working_days_skips_the_days_off_of_the_state() -> None:
    """Asked on Thursday 29/8/2024: Friday is one; Monday 2/9 and Tuesday 3/9 are off, Wednesday 4/9 is two."""
    policies = Policies(day_count=DayCount.WORKING)
    asked = dt.datetime(2024, 8, 29, 3, 0, tzinfo=dt.UTC)
    off = frozenset({dt.date(2024, 9, 2), dt.date(2024, 9, 3)})
    due = dt.datetime(2024, 9, 4, 10, 0, tzinfo=dt.UTC)
    for term in (policies.request_due, policies.correction_due, policies.explanation_due):
        assert term(asked, holidays=off) == due
        assert term(asked) == due - 2 * DAY


MINUTES = Minutes("05/BB", dt.date(2024, 12, 2), "Đại diện đơn vị", "Sổ khớp")


@pytest.mark.parametrize(
    ("status", "minutes", "code"),
    [
        (RecheckStatus.ORDERED, MINUTES, None),
        (RecheckStatus.ASKED, MINUTES, "recheck_not_ordered"),
        (RecheckStatus.RECORDED, MINUTES, "recheck_not_ordered"),
        (RecheckStatus.ORDERED, Minutes(" ", MINUTES.on, "", "x"), "minutes_number_missing"),
        (RecheckStatus.ORDERED, Minutes("1", dt.date(2024, 12, 3), "", "x"), "minutes_day_future"),
        (RecheckStatus.ORDERED, Minutes("1", MINUTES.on, "", " "), "recheck_finding_missing"),
        (RecheckStatus.ORDERED, Minutes("1", MINUTES.on, "x" * 5001, "x"), "recheck_text_too_long"),
    ],
)
def test_minutes_are_kept_once_and_whole(status: RecheckStatus, minutes: Minutes, code: str | None) -> None:
    assert refusal(lambda: check_minutes(status, minutes, dt.date(2024, 12, 2))) == code


def test_a_recheck_is_for_a_day_to_come_and_decided_once() -> None:
    check_day(dt.date(2024, 12, 2), dt.date(2024, 12, 2))
    with pytest.raises(InputInvalid, match="recheck_day_past"):
        check_day(dt.date(2024, 12, 1), dt.date(2024, 12, 2))
    decide(RecheckStatus.ASKED)
    with pytest.raises(TransitionRefused, match="recheck_decided"):
        decide(RecheckStatus.REFUSED)
