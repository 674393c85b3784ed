"""A task as the start page shows it: symbol, what, why, by when, and the act that leads to it."""

# ruff: noqa: E501 (a task stands on one line)

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext, lazy_gettext

from app.domain.deadlines import VIETNAM
from app.services.tasks import Task, TaskKind
from app.web.board import ACTIONS, UNMET
from app.web.leaf_words import STAGES
from app.words.refusals import refusal_words

#: refusals that are only words given with the act itself
GIVEN_WHEN_ACTING = frozenset({"minutes_given", "decision_given"})
_NAMES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class ShownTask:
    """`tone` colours the symbol: "bad" blocks, "warn" look again, "ask" a question is open, "info" work.

    `calm`: nothing to be done yet.
    """

    symbol: str
    tone: str
    what: str
    why: str
    due: dt.datetime | None
    address: str
    act: str
    calm: bool


#: kind → symbol, tone, what is said (with %(where)s and %(count)s), and the act
_LOOKS: Mapping[TaskKind, tuple[str, str, object, object]] = {
    TaskKind.RETURNED: ("alert-triangle", "bad", lazy_gettext("%(where)s: returned for correction"), lazy_gettext("To the sheet")),
    TaskKind.SCORE: ("circle-dashed", "warn", lazy_gettext("%(where)s: score %(count)s criteria of yours"), lazy_gettext("Go on scoring")),
    TaskKind.REVIEW: ("list-check", "info", lazy_gettext("%(where)s: everything is scored, review the sheet"), lazy_gettext("Review")),
    TaskKind.APPROVE: ("signature", "warn", lazy_gettext("%(where)s: the sheet waits for your approval"), lazy_gettext("Look and approve")),
    TaskKind.SEND: ("send", "warn", lazy_gettext("%(where)s: approved, to be sent"), lazy_gettext("Review and send")),
    TaskKind.NOT_SENT: ("hourglass", "info", lazy_gettext("%(where)s: not sent yet, %(count)s criteria open"), lazy_gettext("Review")),
    TaskKind.REPORT: ("file-alert", "warn", lazy_gettext("%(where)s: the report is to be entered"), lazy_gettext("To the report")),
    TaskKind.APPROVE_REPORT: ("signature", "warn", lazy_gettext("%(where)s: the report waits for your approval"), lazy_gettext("Look and approve")),
    TaskKind.ANSWER: ("message-question", "ask", lazy_gettext("%(where)s: answer %(count)s criteria"), lazy_gettext("Answer")),
    TaskKind.SEND_EXPLANATION: ("mail-forward", "ask", lazy_gettext("%(where)s: send the explanation, %(count)s criteria unanswered"), lazy_gettext("Explanation")),
    TaskKind.CHANGED: ("git-compare", "warn", lazy_gettext("%(where)s: a new version changed %(count)s criteria"), lazy_gettext("Look at the changes")),
    TaskKind.APPRAISE: ("scale", "warn", lazy_gettext("%(count)s criteria wait for your verdict"), lazy_gettext("To the appraisal")),
    TaskKind.ACT: ("list-check", "info", lazy_gettext("%(act)s: %(where)s"), lazy_gettext("To the board")),
    TaskKind.ACT_ALONE: ("corner-down-right", "info", lazy_gettext("%(act)s: %(where)s, which runs alone"), lazy_gettext("To the board")),
    TaskKind.NEXT_EDITION: ("certificate", "warn", lazy_gettext("%(where)s: edition %(count)s waits to be published"), lazy_gettext("To the edition")),
    TaskKind.LATE_UNITS: ("clock", "warn", lazy_gettext("%(where)s: %(count)s units have not sent"), lazy_gettext("To the board")),
    TaskKind.LATE_AGENCIES: ("user-x", "warn", lazy_gettext("%(where)s: %(count)s agencies have criteria to decide"), lazy_gettext("To the board")),
    TaskKind.ENTER: ("star", "warn", lazy_gettext("%(where)s: points others give are missing for %(count)s units"), lazy_gettext("Enter them")),
    TaskKind.COUNCIL_VERDICTS: ("scale", "warn", lazy_gettext("%(where)s: the council has %(count)s criteria to decide"), lazy_gettext("To the points to decide")),
    TaskKind.PROPOSALS: ("ban", "ask", lazy_gettext("%(where)s: %(count)s proposals wait for a decision"), lazy_gettext("To the board")),
    TaskKind.WINDOWS_ENDING: ("clock-plus", "warn", lazy_gettext("%(where)s: %(count)s windows end within three days"), lazy_gettext("To the board")),
    TaskKind.LEADER_SHEETS: ("star", "warn", lazy_gettext("%(where)s: your sheet for %(count)s units is missing"), lazy_gettext("To the sheets")),
    TaskKind.UPWARD_REPORT: ("send", "warn", lazy_gettext("%(where)s: the report to the council above is to be recorded"), lazy_gettext("To the reports")),
    TaskKind.SET_UP: ("settings", "info", lazy_gettext("%(campaign)s: being set up, not open yet"), lazy_gettext("Go on setting up")),
    TaskKind.IMPORTS: ("book-2", "info", lazy_gettext("%(count)s appendices under review"), lazy_gettext("Go on reviewing")),
    TaskKind.FINDINGS: ("alert-circle", "bad", lazy_gettext("%(where)s: %(count)s findings keep a campaign from opening"), lazy_gettext("To the criteria set")),
    TaskKind.MAILS: ("mail-forward", "bad", lazy_gettext("%(count)s mails were not sent"), lazy_gettext("Look at them")),
    TaskKind.JOBS: ("player-play", "info", lazy_gettext("%(count)s pieces of work of yours run"), lazy_gettext("Running work")),
    TaskKind.VERIFY: ("shield-check", "info", lazy_gettext("The log of everything that was done"), lazy_gettext("To the log")),
}  # fmt: skip


def _sheet(task: Task) -> str:
    return url_for("sheet.show", assessment_id=task.target)


def _mine(task: Task) -> str:
    return url_for("sheet.show", assessment_id=task.target, show="mine")


def _changed(task: Task) -> str:
    return url_for("sheet.show", assessment_id=task.target, show="changed")


def _review(task: Task) -> str:
    return url_for("submission.review", assessment_id=task.target)


def _report(task: Task) -> str:
    return url_for("unit_reports.show", assessment_id=task.target)


def _explanation(task: Task) -> str:
    return url_for("explanation.show", assessment_id=task.target)


def _board(task: Task) -> str:
    return url_for("board.group", group_stage_id=task.target)


_ADDRESSES: Mapping[TaskKind, Callable[[Task], str]] = {
    TaskKind.RETURNED: _sheet,
    TaskKind.SCORE: _mine,
    TaskKind.REVIEW: _review,
    TaskKind.APPROVE: _review,
    TaskKind.SEND: _review,
    TaskKind.NOT_SENT: _review,
    TaskKind.REPORT: _report,
    TaskKind.APPROVE_REPORT: _report,
    TaskKind.ANSWER: _explanation,
    TaskKind.SEND_EXPLANATION: _explanation,
    TaskKind.CHANGED: _changed,
    TaskKind.APPRAISE: lambda _: url_for("appraisal.index", show="waiting"),
    TaskKind.ACT: _board,
    TaskKind.ACT_ALONE: _board,
    TaskKind.NEXT_EDITION: lambda task: url_for("reopening.coming", group_stage_id=task.target),
    TaskKind.LATE_UNITS: _board,
    TaskKind.LATE_AGENCIES: _board,
    TaskKind.ENTER: lambda task: url_for("entered.group", group_stage_id=task.target),
    TaskKind.COUNCIL_VERDICTS: lambda task: url_for("council.show", group_stage_id=task.target),
    TaskKind.PROPOSALS: _board,
    TaskKind.WINDOWS_ENDING: _board,
    TaskKind.LEADER_SHEETS: lambda _: url_for("leader_sheets.index"),
    TaskKind.UPWARD_REPORT: lambda _: url_for("upward.index"),
    TaskKind.SET_UP: lambda task: url_for("setup.step", campaign_id=task.target, name="checklist"),
    TaskKind.IMPORTS: lambda _: url_for("imports.index"),
    TaskKind.FINDINGS: lambda task: url_for("CriteriaSetRecords.show", pk=task.target),
    TaskKind.MAILS: lambda _: url_for("notices.mails"),
    TaskKind.JOBS: lambda _: url_for("jobs.index"),
    TaskKind.VERIFY: lambda _: url_for("AuditEventRecords.list"),
}


def shown_task(task: Task) -> ShownTask:
    """Return a task in the reader's language."""
    symbol, tone, what, act = _LOOKS[task.kind]
    words = {"where": task.where, "count": task.count, "campaign": task.campaign}
    if task.action is not None:
        words["act"] = str(ACTIONS[task.action])
    waits = task.refusal is not None and task.refusal not in GIVEN_WHEN_ACTING
    if task.kind is TaskKind.JOBS and task.note:
        tone, what = "bad", gettext("%(failed)s pieces of work failed this week", failed=task.note)
    return ShownTask(
        symbol=symbol,
        tone=tone,
        what=str(what) % words,
        why=_why(task),
        due=task.due,
        address=_ADDRESSES[task.kind](task),
        act=str(act),
        calm=waits or task.kind in {TaskKind.VERIFY, TaskKind.JOBS},
    )


def _why(task: Task) -> str:
    """Return the line under a task: campaign, stage, what it speaks of, what it still waits for."""
    parts = [] if task.kind is TaskKind.SET_UP else [task.campaign]
    if task.stage is not None:
        parts.append(str(STAGES[task.stage]))
    parts.append(_names(task.names))
    if task.kind is not TaskKind.JOBS:
        parts.append(task.note)
    if task.refusal is not None and task.refusal not in GIVEN_WHEN_ACTING:
        parts.append(str(UNMET.get(task.refusal) or refusal_words(task.refusal)))
    return " · ".join(part for part in parts if part)


def _names(names: Sequence[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    listed = ", ".join(names[:_NAMES_SHOWN])
    return listed + (" " + str(gettext("and %(count)s more", count=more)) if more > 0 else "")


def time_left(due: dt.datetime, now: dt.datetime) -> str:
    """Return how long there is: "6 hours 17 minutes", days beyond two of them; what is over is said so."""
    minutes = int((due - now).total_seconds()) // 60
    if due <= now:
        return str(gettext("The time is over"))
    if minutes >= 48 * 60:
        return str(gettext("%(days)s days left", days=minutes // (24 * 60)))
    if minutes >= 60:
        return str(gettext("%(hours)s hours %(minutes)s minutes left", hours=minutes // 60, minutes=minutes % 60))
    return str(gettext("%(minutes)s minutes left", minutes=minutes))


def short_instant(at: dt.datetime, now: dt.datetime) -> str:
    """Return "17:00" for today, "17:00 25/11" for another day, Vietnam time."""
    local, today = at.astimezone(VIETNAM), now.astimezone(VIETNAM)
    return local.strftime("%H:%M") if local.date() == today.date() else local.strftime("%H:%M %d/%m")
