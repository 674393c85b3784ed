"""What people are told, in a sentence: one for each kind of notice, filled with its facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext

from app.domain.campaign_change import ChangeKind
from app.domain.jobs import JobKind
from app.domain.notices import MailChoice, NoticeKind
from app.domain.reminders import Due
from app.domain.terms import GroupAction, WindowGround
from app.words.numbers import day, instant

SENTENCES: Mapping[NoticeKind, object] = {
    NoticeKind.EVIDENCE_ASKED: lazy_gettext("%(unit)s is asked for more evidence at %(criterion)s, by %(due)s"),
    NoticeKind.FIRST_RESULTS_RELEASED: lazy_gettext(
        "The first results of %(unit)s are there; explanations are taken until %(due)s"
    ),
    NoticeKind.SHEET_RETURNED: lazy_gettext("The sheet of %(unit)s was returned for correction: %(reason)s"),
    NoticeKind.WINDOW_OPENED: lazy_gettext("%(unit)s was given time until %(due)s: %(ground)s"),
    NoticeKind.APPRAISAL_OPENED: lazy_gettext("Appraisal of %(group)s has begun, round %(round)s"),
    NoticeKind.VERDICTS_CHASED: lazy_gettext(
        "%(agency)s: %(count)s criteria of %(group)s still wait for a verdict; the secretariat reminds of them"
    ),
    NoticeKind.APPROVAL_REQUESTED: lazy_gettext("The sheet of %(unit)s waits for your approval"),
    NoticeKind.RECHECK_ORDERED: lazy_gettext("A recheck on site was ordered: %(unit)s, %(criterion)s, on %(on)s"),
    NoticeKind.EXEMPTION_DECIDED: lazy_gettext(
        "It was decided whether %(criterion)s applies to %(unit)s; see the decision"
    ),
    NoticeKind.ADJUSTMENT_DECIDED: lazy_gettext("Bonus or penalty of %(unit)s was decided: %(item)s; see the decision"),
    NoticeKind.RESULT_PUBLISHED: lazy_gettext("The results of %(group)s were published, edition %(edition)s"),
    NoticeKind.RESULT_ANNULLED: lazy_gettext("The result of %(unit)s was annulled; a new appraisal follows"),
    NoticeKind.DEADLINE_NEAR: lazy_gettext("%(unit)s: %(what)s, %(left)s (%(due)s)"),
    NoticeKind.WORK_HANDED_OVER: lazy_gettext("Work of %(unit)s was handed over to you until %(until)s"),
    NoticeKind.JOB_ENDED: lazy_gettext("%(job)s: %(outcome)s"),
    NoticeKind.CAMPAIGN_CHANGED: lazy_gettext("%(campaign)s was changed: %(change)s"),
    NoticeKind.REPORT_TO_APPROVE: lazy_gettext("The report of %(unit)s waits for your approval"),
    NoticeKind.TURN_TO_ACT: lazy_gettext("%(unit)s: the next act is yours: %(act)s"),
    NoticeKind.LEAVES_REOPENED: lazy_gettext("%(unit)s is to be judged again: %(criteria)s"),
}

#: what is due, without a count of criteria
DUES: Mapping[Due, object] = {
    Due.SCORING: lazy_gettext("criteria to be scored"),
    Due.SENDING: lazy_gettext("the sheet is not sent yet"),
    Due.REPORT: lazy_gettext("the report is due"),
    Due.EVIDENCE_REQUEST: lazy_gettext("evidence that was asked for"),
    Due.EXPLANATION: lazy_gettext("the explanation is not sent yet"),
    Due.FIRST_APPRAISAL: lazy_gettext("the first appraisal"),
    Due.SECOND_APPRAISAL: lazy_gettext("the second appraisal"),
    Due.RELEASE: lazy_gettext("the first results are not released yet"),
    Due.CONCLUSION: lazy_gettext("the council has not concluded yet"),
    Due.AMENDMENT: lazy_gettext("what was changed is not sent again yet"),
    Due.LEADER_SHEET: lazy_gettext("your sheet is not sent yet"),
    Due.UPWARD_REPORT: lazy_gettext("the report to the council above is not recorded yet"),
}

GROUNDS: Mapping[WindowGround, object] = {
    WindowGround.EXTENSION: lazy_gettext("extension"),
    WindowGround.CORRECTION: lazy_gettext("correction after return"),
    WindowGround.DATA_UPDATE: lazy_gettext("update of the data"),
    WindowGround.EVIDENCE_REQUEST: lazy_gettext("request for evidence"),
    WindowGround.EXPLANATION: lazy_gettext("explanation"),
}

JOBS: Mapping[JobKind, object] = {
    JobKind.PUBLISH: lazy_gettext("Publication of results"),
    JobKind.PUBLICATION_NOTICES: lazy_gettext("Telling people of a publication"),
    JobKind.IMPORT_READ: lazy_gettext("Reading of an appendix"),
    JobKind.REMINDERS: lazy_gettext("Reminders of the day"),
    JobKind.DIGEST: lazy_gettext("Digest of the day"),
    JobKind.MAIL: lazy_gettext("Sending of mail"),
}

OUTCOMES: Mapping[str, object] = {
    "done": lazy_gettext("done"),
    "failed": lazy_gettext("not done, see why"),
}

CHOICES: Mapping[MailChoice, tuple[object, object]] = {
    MailChoice.ACTION: (
        lazy_gettext("Only what asks me to act"),
        lazy_gettext("A mail at once where something has to be done by you. The rest waits here."),
    ),
    MailChoice.ALL: (lazy_gettext("Everything at once"), lazy_gettext("A mail for each notice, when it is written.")),
    MailChoice.DIGEST: (
        lazy_gettext("Once a day"),
        lazy_gettext("One mail at 07:30 with what is unread; none where nothing is."),
    ),
    MailChoice.NONE: (lazy_gettext("No mail"), lazy_gettext("Everything waits here.")),
}


def notice_words(kind: NoticeKind, facts: Mapping[str, Any]) -> str:
    """Return the sentence of a notice in the reader's language."""
    return str(SENTENCES[kind]) % _Facts(facts)


class _Facts(dict[str, Any]):
    """The facts of a notice as people read them; one that was not given leaves its place empty."""

    def __getitem__(self, name: str) -> str:
        if name == "what":
            return _what(self)
        if name == "left":
            return _left(self.get("days"))
        value = self.get(name, "")
        words = _WORDS.get(name, {})
        return str(words[value]) if value in words else _dated(value)


CHANGES: Mapping[ChangeKind, object] = {
    ChangeKind.PHASES: lazy_gettext("Dates"),
    ChangeKind.APPRAISER: lazy_gettext("Appraiser of a branch"),
    ChangeKind.RANKING: lazy_gettext("Classes, decimals, ties"),
    ChangeKind.POLICIES: lazy_gettext("Settings"),
    ChangeKind.UNIT_ADDED: lazy_gettext("A unit comes in"),
    ChangeKind.UNIT_CLOSED: lazy_gettext("A unit's sheet ends"),
}

#: the acts that come next, once another one is done
TURNS: Mapping[GroupAction, object] = {
    GroupAction.CONCLUDE: lazy_gettext("Conclude"),
    GroupAction.APPROVE: lazy_gettext("Approve the results"),
    GroupAction.PUBLISH: lazy_gettext("Publish"),
}

_WORDS: Mapping[str, Mapping[Any, object]] = {
    "act": {each.value: words for each, words in TURNS.items()},
    "change": {each.value: words for each, words in CHANGES.items()},
    "ground": GROUNDS,
    "job": JOBS,
    "outcome": OUTCOMES,
}


def _what(facts: Mapping[str, Any]) -> str:
    """Return what is due: so many criteria, or what is not done yet."""
    count, due = facts.get("count"), facts.get("phase", "")
    if isinstance(count, int) and count > 0:
        match due:
            case Due.SCORING:
                return str(gettext("criteria not scored: %(count)s", count=count))
            case Due.EVIDENCE_REQUEST | Due.EXPLANATION:
                return str(gettext("criteria to be answered: %(count)s", count=count))
            case Due.AMENDMENT:
                return str(gettext("criteria changed and not sent again: %(count)s", count=count))
            case Due.LEADER_SHEET:
                return str(gettext("units your sheet is missing for: %(count)s", count=count))
            case _:
                return str(gettext("criteria without a verdict: %(count)s", count=count))
    return str(DUES[Due(due)]) if due in set(Due) else str(due)


def _left(days: object) -> str:
    if not isinstance(days, int):
        return str(gettext("deadline near"))
    return str(gettext("today")) if days <= 0 else str(gettext("days left: %(days)s", days=days))


def _dated(value: object) -> str:
    """Return an instant or a day given in ISO form as people read it, anything else as it is."""
    text = str(value)
    try:
        read = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    if len(text) == 10:
        return day(read.date())
    return instant(read) if read.tzinfo is not None else text
