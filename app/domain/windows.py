"""What a window, and the term of a request, must be before anybody relies on it. Refusals name the field typed in.

Sources: QĐ 1820/QĐ-UBND (Quảng Trị), Điều 11 (data up to 14/12, two days from the written request); province 2025, 2a.
"""

from __future__ import annotations

import datetime as dt

from app.domain.errors import InputInvalid, TransitionRefused
from app.domain.terms import Stage, State, WindowGround

#: grounds the secretariat grants by hand; a request of evidence opens its own
GRANTED_BY_HAND = (
    WindowGround.EXTENSION,
    WindowGround.CORRECTION,
    WindowGround.DATA_UPDATE,
    WindowGround.EXPLANATION,
)
DOCUMENT_LIMIT = 200
#: an extension is a decision: it bears a number
_BY_DOCUMENT = frozenset({WindowGround.EXTENSION})
_WITH_REASON = frozenset({WindowGround.CORRECTION})
_BEFORE_CONCLUSION = frozenset({Stage.SCORING, Stage.FIRST_APPRAISAL, Stage.EXPLANATION, Stage.SECOND_APPRAISAL})


def check_window(
    ground: WindowGround, opens_at: dt.datetime, due_at: dt.datetime, now: dt.datetime, *, document: str, reason: str
) -> None:
    """Refuse a window nobody could use, or without what it rests on.

    Raises: InputInvalid with window_by_request, window_ends_before_it_begins, window_ends_in_the_past,
    document_missing, document_too_long, reason_given.
    """
    if ground not in GRANTED_BY_HAND:
        raise InputInvalid("window_by_request", field="ground")
    if due_at <= opens_at:
        raise InputInvalid("window_ends_before_it_begins", field="due_at", opens=opens_at, due=due_at)
    if due_at <= now:
        raise InputInvalid("window_ends_in_the_past", field="due_at", due=due_at, now=now)
    if len(document) > DOCUMENT_LIMIT:
        raise InputInvalid("document_too_long", field="document", limit=DOCUMENT_LIMIT)
    if ground in _BY_DOCUMENT and not document:
        raise InputInvalid("document_missing", field="document", limit=DOCUMENT_LIMIT)
    if ground in _WITH_REASON and not reason:
        raise InputInvalid("reason_given", field="reason")


def check_unit(ground: WindowGround, state: State, stage: Stage, *, ever_submitted: bool, explained: bool) -> None:
    """Refuse a window that would open nothing for this unit as it stands.

    Raises: TransitionRefused with unit_concluded, window_needs_return (a correction of a sheet that was not returned),
    window_needs_submission (a data update where nothing was sent and nothing will be in time),
    window_needs_explanation_stage, explanation_already_sent.
    """
    if stage not in _BEFORE_CONCLUSION:
        raise TransitionRefused("unit_concluded", stage=stage.value)
    if ground is WindowGround.CORRECTION and (state is State.SUBMITTED or not ever_submitted):
        raise TransitionRefused("window_needs_return")
    if ground is WindowGround.DATA_UPDATE and not ever_submitted and stage is not Stage.SCORING:
        raise TransitionRefused("window_needs_submission")
    if ground is WindowGround.EXPLANATION:
        if stage is not Stage.EXPLANATION:
            raise TransitionRefused("window_needs_explanation_stage")
        if explained:
            raise TransitionRefused("explanation_already_sent")


def check_request(text: str, due_at: dt.datetime, now: dt.datetime, *, last: dt.datetime | None) -> None:
    """Refuse a request that does not say what is wanted, or whose date cannot be kept.

    `last`: when explanations, else the second appraisal, close, where the campaign says so. Raises: InputInvalid with
    request_text_missing, request_due_past, request_due_too_late.
    """
    if not text.strip():
        raise InputInvalid("request_text_missing", field="wanted")
    if due_at <= now:
        raise InputInvalid("request_due_past", field="due_at", due=due_at, now=now)
    if last is not None and due_at > last:
        raise InputInvalid("request_due_too_late", field="due_at", due=due_at, last=last)


def due_at_release(asked_until: dt.datetime, released_at: dt.datetime, explained_until: dt.datetime) -> dt.datetime:
    """Return until when a request that could not be answered before the release may be.

    A date that has passed by then would leave the unit no time at all: it has as long as for its explanation.
    """
    return asked_until if asked_until > released_at else explained_until
