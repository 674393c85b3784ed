"""Requests of evidence: until when, the window each opens, what takes it back, and what the unit may see of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from app.db.appraisals import Verdict
from app.db.assessments import AnswerWindow, Assessment, WindowClosing
from app.db.holidays import holidays_of
from app.db.queries.people import people_of_units
from app.db.session import Work
from app.domain.campaign import Answerable
from app.domain.notices import NoticeKind
from app.domain.terms import Decision, LeafStanding, PhaseKind, Role, Stage, WindowGround
from app.domain.windows import check_request, due_at_release
from app.services.context import SheetContext
from app.services.group_context import GroupContext
from app.services.notices import announce
from app.services.self_scoring import refuse_password

UNIT_PEOPLE = (Role.OFFICER, Role.COORDINATOR, Role.UNIT_HEAD)


def last_due(assessment: Assessment, now: dt.datetime) -> dt.datetime | None:
    """Return the instant no request may run beyond: the end of the explanations, where the campaign dates them.

    The second appraisal of the whole group waits while one may still be answered. Of a unit that runs alone, or once
    that day is past, it is the end of the second appraisal.
    """
    ends = {row.kind: row.closes_at for row in assessment.campaign.phases}
    explained = ends.get(PhaseKind.EXPLANATION)
    with_group = assessment.stage is None and explained is not None and now < explained
    return explained if with_group else ends.get(PhaseKind.SECOND_APPRAISAL)


def asked_until(work: Work, sheet: SheetContext, wanted: str, due_at: dt.datetime | None) -> dt.datetime:
    """Return until when a request runs; the campaign's term where none was typed. Raises InputInvalid."""
    due = due_at or sheet.policies.request_due(work.now, holidays=holidays_of(work.session))
    refuse_password(wanted)
    check_request(wanted, due, work.now, last=last_due(sheet.assessment, work.now))
    return due


def keep_request(work: Work, sheet: SheetContext, code: str, due: dt.datetime) -> None:
    """Open the request's own window where it may be answered at once; at the release otherwise."""
    if sheet.policies.request_answerable is Answerable.AT_ONCE:
        _open(work, sheet.assessment, sheet.ids[code], code, due)


def open_at_release(
    work: Work, context: GroupContext, members: Sequence[Assessment], explained_until: dt.datetime
) -> None:
    """Open what was asked and could not be answered before."""
    for row in members:
        for code, verdict in requests_of(context, row).items():
            if verdict.due_at is not None and context.policies.request_answerable is Answerable.RELEASE:
                due = due_at_release(verdict.due_at, work.now, explained_until)
                _open(work, row, context.ids[code], code, due)


def open_to_answer(
    work: Work, assessment: Assessment, leaf: tuple[int, str], ground: WindowGround, due: dt.datetime
) -> None:
    """Open, from now on, the time to answer one leaf (its id and code) that a verdict of its agency brings."""
    criterion_id, code = leaf
    window = AnswerWindow(
        assessment_id=assessment.id,
        criterion_id=criterion_id,
        ground=ground,
        opens_at=work.now,
        due_at=due,
        granted_by_id=work.acting.user_id,
    )
    work.session.add(window)
    work.session.flush()
    new = {"ground": window.ground.value, "opens_at": work.now.isoformat(), "due_at": due.isoformat(), "leaf": code}
    work.audit(f"assessment:{assessment.id}", "window_granted", "answer_window", window.id, old=None, new=new)


def _open(work: Work, assessment: Assessment, criterion_id: int, code: str, due: dt.datetime) -> None:
    open_to_answer(work, assessment, (criterion_id, code), WindowGround.EVIDENCE_REQUEST, due)
    announce(
        work,
        NoticeKind.EVIDENCE_ASKED,
        people_of_units(work.session, [assessment.unit_id], UNIT_PEOPLE),
        path=f"/sheets/{assessment.id}/answers",
        facts={"unit": assessment.unit.name, "criterion": code, "due": due.isoformat()},
    )


def withdraw_requests(work: Work, assessment_id: int, criterion_ids: Iterable[int]) -> None:
    """Close the windows of requests nothing rests on any more: a later verdict was given, or the leaf was amended."""
    statement = select(AnswerWindow).where(
        AnswerWindow.assessment_id == assessment_id,
        AnswerWindow.criterion_id.in_(list(criterion_ids)),
        AnswerWindow.ground == WindowGround.EVIDENCE_REQUEST,
    )
    for window in work.session.scalars(statement).all():
        if window.closing is None:
            work.session.add(WindowClosing(window=window, at=work.now, withdrawn=True, by_id=work.acting.user_id))
            new = {"closed_at": work.now.isoformat()}
            old = {"due_at": window.due_at.isoformat()}
            stream = f"assessment:{assessment_id}"
            work.audit(stream, "request_withdrawn", "answer_window", window.id, old=old, new=new)


def requests_of(context: GroupContext, assessment: Assessment) -> Mapping[str, Verdict]:
    """Return the leaves on which evidence is asked for and no other verdict was given since, with the request."""
    standings = {LeafStanding.ASKED, LeafStanding.ANSWERED}
    return {
        leaf.code: said[-1]
        for leaf in context.own_leaves(assessment.id)
        if (said := context.verdicts.get((assessment.id, leaf.code)))
        and said[-1].decision is Decision.REQUEST_EVIDENCE
        and context.state(assessment, leaf.code).standing in standings
    }


def open_requests(context: GroupContext, assessment: Assessment) -> frozenset[str]:
    """Return the leaves whose requests are the unit's to read before the release: those it could answer at once."""
    if context.policies.request_answerable is not Answerable.AT_ONCE:
        return frozenset()
    if context.stage_of(assessment) is not Stage.FIRST_APPRAISAL:
        return frozenset()
    return frozenset(
        leaf.code
        for leaf in context.own_leaves(assessment.id)
        for verdict in context.verdicts.get((assessment.id, leaf.code), ())
        if verdict.decision is Decision.REQUEST_EVIDENCE
    )


def unanswered_requests(
    context: GroupContext, members: Iterable[Assessment], *, overdue: bool
) -> Mapping[str, tuple[str, ...]]:
    """Return by unit the leaves whose request waits for an answer, or whose date has passed without one."""
    found = {}
    for row in members:
        asked = tuple(
            code
            for code in requests_of(context, row)
            if context.state(row, code).standing is LeafStanding.ASKED and is_overdue(context, row, code) is overdue
        )
        if asked:
            found[row.unit.name] = asked
    return found


def answered_requests(context: GroupContext, members: Iterable[Assessment]) -> Mapping[str, tuple[str, ...]]:
    """Return by unit the leaves whose request was answered and that nobody has judged since."""
    found = {}
    for row in members:
        requests = requests_of(context, row)
        codes = tuple(code for code in requests if context.state(row, code).standing is LeafStanding.ANSWERED)
        if codes:
            found[row.unit.name] = codes
    return found


def waits_in_first(context: GroupContext, assessment: Assessment, code: str) -> bool:
    """Whether a leaf waits for its agency in the first round: it has no verdict, or what was asked for has its answer.

    A request whose time still runs waits for the unit; one whose time is over for the agency.
    """
    waiting = {LeafStanding.UNDECIDED, LeafStanding.ANSWERED}
    return context.state(assessment, code).standing in waiting or is_overdue(context, assessment, code)


def is_overdue(context: GroupContext, assessment: Assessment, code: str) -> bool:
    """Whether a leaf still stands asked though its time is over; nothing is late before it could be answered."""
    if context.state(assessment, code).standing is not LeafStanding.ASKED:
        return False
    later = context.stage_of(assessment) not in {Stage.FIRST_APPRAISAL, Stage.EXPLANATION}
    return later or context.window_over(assessment.id, code)
