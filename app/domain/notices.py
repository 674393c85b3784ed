"""What people are told of: a closed list; the sentence of each stands in ``app/words/notices.py``."""

from __future__ import annotations

from enum import StrEnum


class NoticeKind(StrEnum):
    """`facts` each needs stand behind it; a sentence never needs more."""

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
