"""Instants, terms and windows. Source of the dates: Định Hóa 2024, the lock of 25/11/2024 at 17:00 Vietnam time."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.deadlines import (
    VIETNAM,
    DayCount,
    Span,
    What,
    Window,
    add_days,
    closing_instant,
    closing_time,
    due_instant,
    end_of_day,
    is_open,
    may_amend,
    may_write,
    resolve_offset,
    why_closed,
)
from app.domain.errors import InputInvalid
from app.domain.terms import WindowGround

SECOND = dt.timedelta(seconds=1)
LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)  # 17:00 in Hà Nội
PHASE = Span(dt.datetime(2024, 11, 13, 0, 0, tzinfo=dt.UTC), LOCK)
CLAIM: What = "claim"
REPLY: What = "reply"


def window(ground: WindowGround, leaf: str | None = None, *, opens: int = 1, due: int = 3) -> Window:
    """Return a window `opens` to `due` days after the lock."""
    return Window(ground, leaf, LOCK + dt.timedelta(days=opens), LOCK + dt.timedelta(days=due))


INSIDE = LOCK + dt.timedelta(days=2)


def test_scoring_closes_at_seventeen_hours_vietnam_time() -> None:
    assert closing_instant(dt.date(2024, 11, 25)) == LOCK


def test_a_day_is_over_at_the_midnight_that_follows_it() -> None:
    assert end_of_day(dt.date(2024, 11, 25)) == dt.datetime(2024, 11, 25, 17, 0, tzinfo=dt.UTC)


def test_the_opening_instant_is_open_and_the_closing_instant_is_closed() -> None:
    assert PHASE.opens_at is not None
    assert is_open(PHASE.opens_at, PHASE.opens_at, LOCK)
    assert not is_open(PHASE.opens_at - SECOND, PHASE.opens_at, LOCK)
    assert is_open(LOCK - SECOND, PHASE.opens_at, LOCK)
    assert not is_open(LOCK, PHASE.opens_at, LOCK)


def test_a_stretch_without_an_opening_is_open_until_it_closes() -> None:
    assert is_open(LOCK - dt.timedelta(days=900), None, LOCK)


def test_the_same_instant_told_in_another_zone_is_the_same_side_of_the_lock() -> None:
    new_york = dt.timezone(dt.timedelta(hours=-5))
    assert may_write((LOCK - SECOND).astimezone(new_york), PHASE, (), leaf=None, what=CLAIM)
    assert not may_write(LOCK.astimezone(new_york), PHASE, (), leaf=None, what=CLAIM)
    assert may_write((LOCK - SECOND).astimezone(VIETNAM), PHASE, (), leaf=None, what=CLAIM)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+14d 17:00", dt.datetime(2024, 12, 9, 10, 0, tzinfo=dt.UTC)),
        ("-1d 00:00", dt.datetime(2024, 11, 23, 17, 0, tzinfo=dt.UTC)),
        ("+0d 23:59", dt.datetime(2024, 11, 25, 16, 59, tzinfo=dt.UTC)),
    ],
)
def test_an_offset_is_so_many_days_from_its_anchor_at_that_time_in_vietnam(text: str, expected: dt.datetime) -> None:
    assert resolve_offset(dt.date(2024, 11, 25), text) == expected


@pytest.mark.parametrize("text", ["14d 17:00", "+14 17:00", "+14d 24:00", "+14d 17:60", "+14d", "", "+14d 17:00 "])
def test_an_offset_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        resolve_offset(dt.date(2024, 11, 25), text)
    assert refused.value.code == "offset_unreadable"


FRIDAY = dt.date(2024, 11, 22)


def test_calendar_days_count_every_day() -> None:
    assert add_days(FRIDAY, 2) == dt.date(2024, 11, 24)
    assert add_days(FRIDAY, 0) == FRIDAY


def test_working_days_skip_the_weekend_and_holidays() -> None:
    assert add_days(FRIDAY, 2, DayCount.WORKING) == dt.date(2024, 11, 26)
    monday_off = {dt.date(2024, 11, 25)}
    assert add_days(FRIDAY, 2, DayCount.WORKING, holidays=monday_off) == dt.date(2024, 11, 27)


def test_a_term_does_not_run_backwards() -> None:
    with pytest.raises(InputInvalid) as refused:
        add_days(FRIDAY, -1)
    assert refused.value.code == "days_negative"


def test_a_term_starts_on_the_day_it_is_in_vietnam() -> None:
    """18:30 UTC on the 22nd is already the 23rd in Hà Nội; two days on, at 17:00, is the 25th."""
    start = dt.datetime(2024, 11, 22, 18, 30, tzinfo=dt.UTC)
    assert due_instant(start, 2, DayCount.CALENDAR, dt.time(17, 0)) == LOCK


def test_the_phase_opens_claims_and_no_replies() -> None:
    inside = LOCK - SECOND
    assert may_write(inside, PHASE, (), leaf="7.1", what=CLAIM)
    assert not may_write(inside, PHASE, (), leaf="7.1", what=REPLY)


@pytest.mark.parametrize("ground", [WindowGround.EXTENSION, WindowGround.CORRECTION, WindowGround.DATA_UPDATE])
def test_a_window_for_claims_opens_claims_and_no_replies(ground: WindowGround) -> None:
    windows = [window(ground)]
    assert may_write(INSIDE, PHASE, windows, leaf="7.1", what=CLAIM)
    assert not may_write(INSIDE, PHASE, windows, leaf="7.1", what=REPLY)


@pytest.mark.parametrize("ground", [WindowGround.EVIDENCE_REQUEST, WindowGround.EXPLANATION])
def test_a_window_for_replies_opens_replies_and_no_claims(ground: WindowGround) -> None:
    windows = [window(ground)]
    assert may_write(INSIDE, PHASE, windows, leaf="7.1", what=REPLY)
    assert not may_write(INSIDE, PHASE, windows, leaf="7.1", what=CLAIM)


def test_the_closing_instant_of_a_window_is_closed() -> None:
    given_window = window(WindowGround.EXTENSION)
    assert may_write(given_window.opens_at, PHASE, [given_window], leaf=None, what=CLAIM)
    assert not may_write(given_window.opens_at - SECOND, PHASE, [given_window], leaf=None, what=CLAIM)
    assert may_write(given_window.due_at - SECOND, PHASE, [given_window], leaf=None, what=CLAIM)
    assert not may_write(given_window.due_at, PHASE, [given_window], leaf=None, what=CLAIM)


def test_a_window_of_one_leaf_opens_no_other_but_lets_the_sheet_be_sent() -> None:
    windows = [window(WindowGround.EXTENSION, "7.1")]
    assert may_write(INSIDE, PHASE, windows, leaf="7.1", what=CLAIM)
    assert not may_write(INSIDE, PHASE, windows, leaf="7.2", what=CLAIM)
    assert may_write(INSIDE, PHASE, windows, leaf=None, what=CLAIM)


@pytest.mark.parametrize(
    ("ground", "amends"),
    [
        (WindowGround.EXTENSION, True),
        (WindowGround.DATA_UPDATE, True),
        (WindowGround.CORRECTION, False),
        (WindowGround.EVIDENCE_REQUEST, False),
        (WindowGround.EXPLANATION, False),
    ],
)
def test_a_sheet_already_sent_is_amended_under_an_extension_or_a_data_update_only(
    ground: WindowGround,
    amends: bool,
) -> None:
    assert may_amend(INSIDE, [window(ground)], leaf="7.1") is amends


def test_nothing_is_written_in_a_campaign_without_a_scoring_phase() -> None:
    assert not may_write(INSIDE, None, (), leaf=None, what=CLAIM)
    assert why_closed(INSIDE, None, (), leaf=None, what=CLAIM) == "deadline_passed"


@pytest.mark.parametrize(
    ("now", "windows", "what", "code"),
    [
        pytest.param(LOCK - SECOND, (), CLAIM, None, id="in the phase"),
        pytest.param(LOCK, (), CLAIM, "deadline_passed", id="at the lock"),
        pytest.param(LOCK - dt.timedelta(days=99), (), CLAIM, "not_yet_open", id="before the phase"),
        pytest.param(LOCK, (window(WindowGround.EXTENSION),), CLAIM, "not_yet_open", id="before an extension"),
        pytest.param(
            LOCK, (window(WindowGround.EXTENSION, "8.1"),), CLAIM, "deadline_passed", id="another's extension"
        ),
        pytest.param(
            INSIDE,
            (window(WindowGround.EXTENSION, "8.1"),),
            CLAIM,
            "window_for_other_leaf",
            id="in another leaf's window",
        ),
        pytest.param(INSIDE, (window(WindowGround.EXPLANATION),), CLAIM, "window_for_replies_only", id="explaining"),
        pytest.param(INSIDE, (window(WindowGround.EXTENSION),), REPLY, "window_for_claims_only", id="scoring late"),
        pytest.param(LOCK - SECOND, (), REPLY, "window_for_claims_only", id="a reply while scoring"),
        pytest.param(INSIDE, (), REPLY, "deadline_passed", id="a reply without a window"),
    ],
)
def test_a_refusal_to_write_has_its_code(
    now: dt.datetime,
    windows: tuple[Window, ...],
    what: What,
    code: str | None,
) -> None:
    assert why_closed(now, PHASE, windows, leaf="7.1", what=what) == code


def test_time_left_runs_to_the_end_of_what_is_open() -> None:
    assert closing_time(LOCK - SECOND, PHASE, ()) == LOCK
    assert closing_time(LOCK, PHASE, ()) is None


def test_an_extension_that_follows_without_a_gap_moves_the_end() -> None:
    joined = window(WindowGround.EXTENSION, opens=0, due=3)
    later = window(WindowGround.EXTENSION, opens=4, due=5)
    assert closing_time(LOCK - SECOND, PHASE, [later, joined]) == joined.due_at


def test_time_left_to_reply_is_that_of_the_leaf_asked() -> None:
    windows = [window(WindowGround.EVIDENCE_REQUEST, "7.1", due=2), window(WindowGround.EVIDENCE_REQUEST, "8.1", due=9)]
    now = LOCK + dt.timedelta(days=1)
    assert closing_time(now, PHASE, windows, leaf="7.1", what=REPLY) == windows[0].due_at
    assert closing_time(now, PHASE, windows, leaf="7.1", what=CLAIM) is None


HOURS = st.integers(0, 96)
WINDOWS = st.lists(
    st.builds(
        lambda ground, leaf, opens, lasts: Window(
            ground,
            leaf,
            LOCK + dt.timedelta(hours=opens),
            LOCK + dt.timedelta(hours=opens + lasts),
        ),
        st.sampled_from(WindowGround),
        st.sampled_from([None, "7.1", "8.1"]),
        HOURS,
        st.integers(1, 48),
    ),
    max_size=4,
)


@given(
    hour=st.integers(-24, 96),
    windows=WINDOWS,
    leaf=st.sampled_from([None, "7.1"]),
    what=st.sampled_from([CLAIM, REPLY]),
)
def test_one_may_write_until_the_closing_time_and_not_at_it(
    hour: int,
    windows: list[Window],
    leaf: str | None,
    what: What,
) -> None:
    now = LOCK + dt.timedelta(hours=hour)
    ends_at = closing_time(now, PHASE, windows, leaf=leaf, what=what)
    if ends_at is None:
        assert not may_write(now, PHASE, windows, leaf=leaf, what=what)
        return
    assert may_write(now, PHASE, windows, leaf=leaf, what=what)
    assert may_write(ends_at - SECOND, PHASE, windows, leaf=leaf, what=what)
    assert not may_write(ends_at, PHASE, windows, leaf=leaf, what=what)


@given(
    hour=st.integers(-400, 96),
    windows=WINDOWS,
    leaf=st.sampled_from([None, "7.1"]),
    what=st.sampled_from([CLAIM, REPLY]),
)
def test_a_page_and_the_write_behind_it_ask_one_question(
    hour: int,
    windows: list[Window],
    leaf: str | None,
    what: What,
) -> None:
    now = LOCK + dt.timedelta(hours=hour)
    refused = why_closed(now, PHASE, windows, leaf=leaf, what=what) is not None
    assert refused is not may_write(now, PHASE, windows, leaf=leaf, what=what)
