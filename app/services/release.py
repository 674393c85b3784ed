"""What the release of the first results opens: each unit's time to explain, and the requests that waited for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from app.db.assessments import AnswerWindow, Assessment
from app.db.holidays import holidays_of
from app.db.queries.people import people_of_units
from app.db.session import Work
from app.domain.deadlines import VIETNAM, closing_instant
from app.domain.errors import InputInvalid
from app.domain.notices import NoticeKind
from app.domain.terms import WindowGround
from app.domain.windows import DOCUMENT_LIMIT
from app.services.group_context import GroupContext
from app.services.notices import announce
from app.services.requests import UNIT_PEOPLE, open_at_release, open_to_answer


def open_explanations(
    work: Work,
    context: GroupContext,
    members: Sequence[Assessment],
    document: str,
    dated_on: dt.date | None,
) -> None:
    """Give every unit that was appraised its time to explain, all to the same instant.

    The term runs from the release, or from the day of the written request `document` (QĐ 1820/QĐ-UBND, Điều 11d).
    Raises: InputInvalid with document_missing (a day without its document), written_request_future,
    explanation_over_at_release (the term of the written request has run out already).
    """
    _check_written(document, dated_on, work.now)
    start = work.now if dated_on is None else closing_instant(dated_on, dt.time(0, 0))
    due = context.policies.explanation_due(start, holidays=holidays_of(work.session))
    if due <= work.now:
        raise InputInvalid("explanation_over_at_release", field="dated_on", due=due)
    for row in members:
        work.session.add(
            AnswerWindow(
                assessment_id=row.id,
                ground=WindowGround.EXPLANATION,
                opens_at=work.now,
                due_at=due,
                document=document,
                dated_on=dated_on,
                granted_by_id=work.acting.user_id,
            ),
        )
        announce(
            work,
            NoticeKind.FIRST_RESULTS_RELEASED,
            people_of_units(work.session, [row.unit_id], UNIT_PEOPLE),
            path=f"/sheets/{row.id}/answers",
            facts={"unit": row.unit.name, "due": due.isoformat()},
        )
    open_at_release(work, context, members, due)


def open_late_explanation(work: Work, context: GroupContext, assessment: Assessment, code: str) -> None:
    """Give the unit its time to explain a leaf the release named undecided and the agency judged after it.

    Whoever loses points is heard, however late the verdict (khung Định Hóa, mục 1b; QĐ 1820/QĐ-UBND, Điều 5 bước 4).
    """
    due = context.policies.explanation_due(work.now, holidays=holidays_of(work.session))
    sent_at = context.sent_explanations.get(assessment.id)
    if any(
        row.ground is WindowGround.EXPLANATION
        and row.leaf == code
        and row.due_at >= due
        and (sent_at is None or row.opens_at > sent_at)
        for row in context.windows.get(assessment.id, ())
    ):
        return  # a second verdict of the day: its time runs already
    open_to_answer(work, assessment, (context.ids[code], code), WindowGround.EXPLANATION, due)
    announce(
        work,
        NoticeKind.FIRST_RESULTS_RELEASED,
        people_of_units(work.session, [assessment.unit_id], UNIT_PEOPLE),
        path=f"/sheets/{assessment.id}/answers",
        facts={"unit": assessment.unit.name, "due": due.isoformat()},
        once=f"late:{assessment.id}:{due.isoformat()}",  # twenty leaves judged on one day are told of once
    )


def _check_written(document: str, dated_on: dt.date | None, now: dt.datetime) -> None:
    if len(document) > DOCUMENT_LIMIT:
        raise InputInvalid("document_too_long", field="document", limit=DOCUMENT_LIMIT)
    if dated_on is None:
        return
    if not document:
        raise InputInvalid("document_missing", field="document", limit=DOCUMENT_LIMIT)
    if dated_on > now.astimezone(VIETNAM).date():
        raise InputInvalid("written_request_future", field="dated_on", day=dated_on)
