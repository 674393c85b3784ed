"""What people are told of, and what of it is mailed: closed lists. Sentences stand in ``app/words/notices.py``."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum


class NoticeKind(StrEnum):
    """`facts` each needs stand behind it; a sentence never needs more. An instant is given in ISO form."""

    EVIDENCE_ASKED = "evidence_asked"  # unit, criterion, due
    FIRST_RESULTS_RELEASED = "first_results_released"  # unit, due
    SHEET_RETURNED = "sheet_returned"  # unit, reason
    WINDOW_OPENED = "window_opened"  # unit, ground, due
    APPRAISAL_OPENED = "appraisal_opened"  # group, round
    VERDICTS_CHASED = "verdicts_chased"  # agency, group, count
    APPROVAL_REQUESTED = "approval_requested"  # unit
    RECHECK_ORDERED = "recheck_ordered"  # unit, criterion, on
    EXEMPTION_DECIDED = "exemption_decided"  # unit, criterion
    ADJUSTMENT_DECIDED = "adjustment_decided"  # unit, item
    RESULT_PUBLISHED = "result_published"  # group, edition
    RESULT_ANNULLED = "result_annulled"  # unit
    DEADLINE_NEAR = "deadline_near"  # unit, phase, due
    WORK_HANDED_OVER = "work_handed_over"  # unit, until
    JOB_ENDED = "job_ended"  # job, outcome
    CAMPAIGN_CHANGED = "campaign_changed"  # campaign, change
    REPORT_TO_APPROVE = "report_to_approve"  # unit
    TURN_TO_ACT = "turn_to_act"  # unit, act
    LEAVES_REOPENED = "leaves_reopened"  # unit, criteria


#: what asks the person to do something; the rest is good to know
ASKS_TO_ACT = frozenset(
    {
        NoticeKind.EVIDENCE_ASKED,
        NoticeKind.FIRST_RESULTS_RELEASED,
        NoticeKind.SHEET_RETURNED,
        NoticeKind.WINDOW_OPENED,
        NoticeKind.APPRAISAL_OPENED,
        NoticeKind.VERDICTS_CHASED,
        NoticeKind.APPROVAL_REQUESTED,
        NoticeKind.RECHECK_ORDERED,
        NoticeKind.DEADLINE_NEAR,
        NoticeKind.WORK_HANDED_OVER,
        NoticeKind.REPORT_TO_APPROVE,
        NoticeKind.TURN_TO_ACT,
        NoticeKind.LEAVES_REOPENED,
    }
)


class MailChoice(StrEnum):
    """What an account has mailed to it. Quiet by default: ACTION."""

    ACTION = "action"
    ALL = "all"
    DIGEST = "digest"
    NONE = "none"


def mailed_at_once(kind: NoticeKind, choice: MailChoice) -> bool:
    """Return whether a notice goes out as a mail of its own."""
    return choice is MailChoice.ALL or (choice is MailChoice.ACTION and kind in ASKS_TO_ACT)


class MailState(StrEnum):
    """Where one mail is. SENDING is marked before the server is spoken to: found so after its lease, it may be sent."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    GIVEN_UP = "given_up"


#: waits after the first, second … attempt that failed; after as many attempts as these and one more it is given up
RETRIES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 720))
#: how long one attempt may take before nobody is believed to be at it any more
SENDING_LEASE = dt.timedelta(minutes=10)


def next_attempt(attempts: int, now: dt.datetime) -> dt.datetime | None:
    """Return when to try again after `attempts` that failed, or None: then it is given up."""
    return now + RETRIES[attempts - 1] if attempts <= len(RETRIES) else None


def is_local(path: str) -> bool:
    """Return whether `path` leads to this portal and nowhere else: one slash at its head, nothing unprintable in it."""
    return path.startswith("/") and path[1:2] not in {"/", "\\"} and path.isprintable()
