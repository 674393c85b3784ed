"""Windows granted by hand: for one unit, one leaf of it, or a whole group at once; closed early, never deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.assessments import AnswerWindow, Assessment, WindowClosing
from app.db.clock import Clock
from app.db.queries.people import people_of_units
from app.db.queries.trees import criterion_ids
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.errors import DomainError, InputInvalid, NotFound, TransitionRefused
from app.domain.notices import NoticeKind
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import WindowGround
from app.domain.windows import check_unit, check_window
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.group_context import GroupContext, find_group, group_context
from app.services.notices import announce
from app.services.requests import UNIT_PEOPLE


class WindowStatus(StrEnum):
    """How a window stands at the instant asked; one closed early or withdrawn is over, and says so."""

    OPEN = "open"
    COMING = "coming"
    OVER = "over"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class WindowLine:
    """One window as shown; `leaf` empty covers the whole sheet, `due_at` is its own term, `ends_at` what counts."""

    window_id: int
    assessment_id: int
    unit: str
    leaf: str
    ground: WindowGround
    status: WindowStatus
    opens_at: dt.datetime
    due_at: dt.datetime
    ends_at: dt.datetime
    document: str
    dated_on: dt.date | None
    reason: str
    granted_by: str
    closed_reason: str
    may_close: bool = False


@dataclass(frozen=True, slots=True)
class GroupWindows:
    """Every window of a group, and what its form may offer: units by id, leaves the units score."""

    group_stage_id: int
    campaign: str
    group: str
    lines: tuple[WindowLine, ...]
    units: tuple[tuple[int, str], ...]
    leaves: tuple[tuple[str, str], ...]
    may_grant: bool


@dataclass(frozen=True, slots=True)
class GrantWindow:
    """`assessment_id` None: every unit of the group that can use it; `code` empty: the whole sheet."""

    group_stage_id: int
    ground: WindowGround
    opens_at: dt.datetime
    due_at: dt.datetime
    assessment_id: int | None = None
    code: str = ""
    document: str = ""
    reason: str = ""


def windows_of_group(group_stage_id: int, *, actor: Actor, clock: Clock) -> GroupWindows:
    """Return all windows of a group, the newest first. Raises NotFound for another council's."""
    with reading() as session:
        context = group_context(session, find_group(session, group_stage_id), clock.read(session))
        _see_group(context, actor)
        units = tuple((row.id, row.unit.name) for row in context.assessments.values())
        scored = {leaf.code for row in context.assessments.values() for leaf in context.own_leaves(row.id)}
        return GroupWindows(
            group_stage_id=group_stage_id,
            campaign=context.group.campaign.name,
            group=context.group.group.name,
            lines=tuple(_lines_of_group(session, context, actor)),
            units=units,
            leaves=tuple((leaf.code, leaf.title) for leaf in context.tree.leaves if leaf.code in scored),
            may_grant=any(_may_grant(context, row, actor) for row in context.assessments.values()),
        )


def open_of_group(group_stage_id: int, *, actor: Actor, clock: Clock) -> list[WindowLine]:
    """Return the windows of a group that are open now. Raises NotFound for another council's."""
    with reading() as session:
        group, now = find_group(session, group_stage_id), clock.read(session)
        if not policy.allows(actor, Permission.GROUP_READ, Subject(council_id=group.council_id, stage=group.stage)):
            raise NotFound("group_unknown")
        codes = {number: code for code, number in criterion_ids(session, group.set_id).items()}
        members = session.scalars(select(Assessment.id).where(Assessment.group_stage_id == group.id)).all()
        lines = [_line(row, codes, now, may_close=False) for row in _rows(session, members)]
        return [line for line in lines if line.status is WindowStatus.OPEN]


def _see_group(context: GroupContext, actor: Actor) -> None:
    if policy.why_not(actor, Permission.GROUP_READ, context.subject) is not None:
        raise NotFound("group_unknown")


def _may_grant(context: GroupContext, row: Assessment, actor: Actor) -> bool:
    return policy.allows(actor, Permission.WINDOW_GRANT, _subject(context, row))


def _subject(context: GroupContext, row: Assessment) -> Subject:
    stage = context.stage_of(row)
    return Subject(unit_id=row.unit_id, council_id=context.group.council_id, state=row.state, stage=stage)


def _lines_of_group(session: Session, context: GroupContext, actor: Actor) -> list[WindowLine]:
    rows = _rows(session, context.assessments)
    codes = {number: code for code, number in context.ids.items()}
    may_close = {row.id: _may_grant(context, row, actor) for row in context.assessments.values()}
    return [_line(row, codes, context.now, may_close=may_close[row.assessment_id]) for row in rows]


def _rows(session: Session, assessment_ids: Iterable[int]) -> Sequence[AnswerWindow]:
    statement = (
        select(AnswerWindow)
        .where(AnswerWindow.assessment_id.in_(list(assessment_ids)))
        .options(
            joinedload(AnswerWindow.assessment).joinedload(Assessment.unit),
            joinedload(AnswerWindow.granted_by),
            joinedload(AnswerWindow.criterion),
        )
        .order_by(AnswerWindow.id.desc())
    )
    return session.scalars(statement).all()


def _line(row: AnswerWindow, codes: Mapping[int, str], now: dt.datetime, *, may_close: bool) -> WindowLine:
    leaf = "" if row.criterion is None else codes.get(row.criterion.id, row.criterion.code)
    status = _status(row, now)
    return WindowLine(
        window_id=row.id,
        assessment_id=row.assessment_id,
        unit=row.assessment.unit.name,
        leaf=leaf,
        ground=row.ground,
        status=status,
        opens_at=row.opens_at,
        due_at=row.due_at,
        ends_at=row.ends_at,
        document=row.document,
        dated_on=row.dated_on,
        reason=row.reason,
        granted_by=row.granted_by.first_name,
        closed_reason="" if row.closing is None else row.closing.reason,
        may_close=may_close
        and row.ground is not WindowGround.EVIDENCE_REQUEST
        and status in {WindowStatus.OPEN, WindowStatus.COMING},
    )


def _status(row: AnswerWindow, now: dt.datetime) -> WindowStatus:
    if row.closing is not None and row.closing.at < row.due_at:
        return WindowStatus.CLOSED
    if now >= row.due_at:
        return WindowStatus.OVER
    return WindowStatus.OPEN if row.opens_at <= now else WindowStatus.COMING


def windows_of_sheet(assessment_id: int, *, actor: Actor, clock: Clock) -> list[WindowLine]:
    """Return every window of one sheet, the newest first. Raises NotFound for a sheet not the actor's to see."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        return window_lines(session, context)


def window_lines(session: Session, context: SheetContext) -> list[WindowLine]:
    """Return the windows of a sheet already loaded, the newest first."""
    codes = {number: code for code, number in context.ids.items()}
    return [_line(row, codes, context.now, may_close=False) for row in _rows(session, [context.assessment.id])]


def grant_window(command: GrantWindow, *, actor: Actor, clock: Clock) -> list[str]:
    """Open a window for one unit, or for every unit of the group that can use it; return the names of the units.

    Raises: NotFound, Forbidden, InputInvalid with the codes of `check_window`, leaf_unknown and
    leaf_not_scored_by_unit, TransitionRefused with those of `check_unit` (of a whole group: where no unit is left).
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        group = find_group(work.session, command.group_stage_id, lock=True)
        context = group_context(work.session, group, work.now)
        _see_group(context, actor)
        members = _members(context, command, actor)
        document, reason = command.document.strip(), command.reason.strip()
        check_window(command.ground, command.opens_at, command.due_at, work.now, document=document, reason=reason)
        usable, refused = _usable(context, command, members)
        if not usable:
            raise refused or TransitionRefused("unit_concluded")
        for row in usable:
            _open(work, context, row, command)
        return [row.unit.name for row in usable]


def _members(context: GroupContext, command: GrantWindow, actor: Actor) -> list[Assessment]:
    """Return the units meant, those the actor may give a window. Raises NotFound, Forbidden of the only one."""
    rows = list(context.assessments.values())
    if command.assessment_id is not None:
        rows = [row for row in rows if row.id == command.assessment_id]
        if not rows:
            raise NotFound("assessment_unknown")
        policy.require(actor, Permission.WINDOW_GRANT, _subject(context, rows[0]))
        return rows
    allowed = [row for row in rows if _may_grant(context, row, actor)]
    # refused of the whole group, or noted in whose place a deputy grants
    policy.require(actor, Permission.WINDOW_GRANT, _subject(context, allowed[0]) if allowed else context.subject)
    return allowed


def _usable(
    context: GroupContext, command: GrantWindow, members: Sequence[Assessment]
) -> tuple[list[Assessment], DomainError | None]:
    """Return the units a window opens something for, and what stands against the first of the others."""
    usable: list[Assessment] = []
    refused: DomainError | None = None
    for row in members:
        try:
            _check(context, command, row)
        except DomainError as found:
            refused = refused or found
        else:
            usable.append(row)
    return usable, refused


def _check(context: GroupContext, command: GrantWindow, row: Assessment) -> None:
    if command.code:
        if command.code not in {leaf.code for leaf in context.tree.leaves}:
            raise InputInvalid("leaf_unknown", field="code", code=command.code[:40], criterion=command.code[:40])
        if command.code not in {leaf.code for leaf in context.own_leaves(row.id)}:
            raise InputInvalid("leaf_not_scored_by_unit", field="code", criterion=command.code)
    if row.id in context.closed:
        raise TransitionRefused("unit_closed", unit=row.unit.name)
    check_unit(
        command.ground,
        row.state,
        context.stage_of(row),
        ever_submitted=row.id in context.pins,
        explained=row.id in context.sent_explanations,
    )


def _open(work: Work, context: GroupContext, row: Assessment, command: GrantWindow) -> None:
    window = AnswerWindow(
        assessment_id=row.id,
        criterion_id=context.ids[command.code] if command.code else None,
        ground=command.ground,
        opens_at=command.opens_at,
        due_at=command.due_at,
        document=command.document.strip(),
        reason=command.reason.strip(),
        granted_by_id=work.acting.user_id,
    )
    work.session.add(window)
    work.session.flush()
    new = {
        "ground": command.ground.value,
        "leaf": command.code or None,
        "opens_at": command.opens_at.isoformat(),
        "due_at": command.due_at.isoformat(),
        "document": window.document,
    }
    stream = f"assessment:{row.id}"
    work.audit(stream, "window_granted", "answer_window", window.id, old=None, new=new, note=window.reason)
    announce(
        work,
        NoticeKind.WINDOW_OPENED,
        people_of_units(work.session, [row.unit_id], UNIT_PEOPLE),
        path=f"/sheets/{row.id}/windows",
        facts={"unit": row.unit.name, "ground": command.ground.value, "due": command.due_at.isoformat()},
    )


def close_window(window_id: int, reason: str, *, actor: Actor, clock: Clock) -> int:
    """End a window before its term; its own due date is kept beside. Return the group it belongs to.

    Raises: NotFound("window_unknown"), Forbidden, InputInvalid("window_closing_reason_missing"),
    TransitionRefused window_over, request_closed_by_verdict.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        window, context = _found(work, window_id)
        if policy.why_not(actor, Permission.GROUP_READ, _group_subject(context)) is not None:
            raise NotFound("window_unknown")
        policy.require(actor, Permission.WINDOW_GRANT, context.subject())
        if not reason.strip():
            raise InputInvalid("window_closing_reason_missing", field="reason")
        if window.ends_at <= work.now or window.closing is not None:
            raise TransitionRefused("window_over", at=window.ends_at)
        if window.ground is WindowGround.EVIDENCE_REQUEST:
            raise TransitionRefused("request_closed_by_verdict")  # else its leaf had no time to explain left
        work.session.add(
            WindowClosing(window=window, at=work.now, reason=reason.strip(), by_id=work.acting.user_id),
        )
        old, new = {"due_at": window.due_at.isoformat()}, {"closed_at": work.now.isoformat()}
        stream = f"assessment:{window.assessment_id}"
        work.audit(stream, "window_closed", "answer_window", window.id, old=old, new=new, note=reason.strip())
        return context.assessment.group_stage_id


def _found(work: Work, window_id: int) -> tuple[AnswerWindow, SheetContext]:
    number = work.session.scalars(select(AnswerWindow.assessment_id).where(AnswerWindow.id == window_id)).one_or_none()
    if number is None:
        raise NotFound("window_unknown")
    context = sheet_context(work.session, find_assessment(work.session, number, lock=True), work.now)
    return work.session.get_one(AnswerWindow, window_id), context


def _group_subject(context: SheetContext) -> Subject:
    group = context.assessment.group_stage
    return Subject(council_id=group.council_id, stage=group.stage)
