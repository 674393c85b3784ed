"""Việc của tôi: what waits for an account, as values; who finds them stands in `unit_tasks`, `council_tasks`, …"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from app.domain.terms import GroupAction, Stage


class TaskKind(StrEnum):
    """`target` of each stands behind it: what the page of its words leads to."""

    RETURNED = "returned"  # sheet
    SCORE = "score"  # sheet
    REVIEW = "review"  # sheet: every leaf settled, to be sent or shown to the head
    APPROVE = "approve"  # sheet
    SEND = "send"  # sheet
    NOT_SENT = "not_sent"  # sheet
    REPORT = "report"  # sheet: to be entered
    APPROVE_REPORT = "approve_report"  # sheet
    ANSWER = "answer"  # sheet
    SEND_EXPLANATION = "send_explanation"  # sheet
    CHANGED = "changed"  # sheet
    APPRAISE = "appraise"
    ACT = "act"  # group
    ACT_ALONE = "act_alone"  # group: a unit of it that runs alone
    NEXT_EDITION = "next_edition"  # group: of units approved since; `count` is the edition's number
    LATE_UNITS = "late_units"  # group
    LATE_AGENCIES = "late_agencies"  # group
    ENTER = "enter"  # group: points of leaders, surveys, systems and council that the conclusion waits for
    COUNCIL_VERDICTS = "council_verdicts"  # group: what the council's second round has still to decide
    PROPOSALS = "proposals"  # group
    WINDOWS_ENDING = "windows_ending"  # group
    LEADER_SHEETS = "leader_sheets"  # group
    UPWARD_REPORT = "upward_report"  # campaign
    SET_UP = "set_up"  # campaign
    IMPORTS = "imports"
    FINDINGS = "findings"  # criteria set
    MAILS = "mails"
    JOBS = "jobs"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class Task:
    """`where`: unit, group, set; `names`: criteria, units, agencies it speaks of; `refusal`: what an act waits for."""

    kind: TaskKind
    where: str = ""
    campaign: str = ""
    target: int = 0
    count: int = 0
    due: dt.datetime | None = None
    names: tuple[str, ...] = ()
    note: str = ""
    action: GroupAction | None = None
    stage: Stage | None = None
    refusal: str | None = None
