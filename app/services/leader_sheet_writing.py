"""Writing leaders' sheets: kept unit by unit, sent and locked, given back by the secretariat, typed in from paper."""

from __future__ import annotations

from collections.abc import Sequence

from app.db.clock import Clock
from app.db.entering import LeaderSheet
from app.db.identity import Membership
from app.db.session import Work, unit_of_work
from app.domain.entered_lines import Line
from app.domain.errors import Conflict, InputInvalid
from app.domain.policy import Actor, Permission
from app.services.ballot_cells import put_cell
from app.services.group_context import GroupContext, find_group, group_context
from app.services.leader_sheets import (
    Cells,
    Paper,
    ballots_of_leader,
    checked_cells,
    named_leader,
    own_leader,
    refuse_closed,
    sheet_of_leader,
    sheet_view,
)
from app.services.line_entry import Checked, accepted, require_some


def save_my_lines(group_stage_id: int, lines: Sequence[Line], *, actor: Actor, clock: Clock) -> list[Checked[Cells]]:
    """Keep the leader's own answers, unit by unit: a unit with a fault is left out and returned with it.

    Raises: NotFound, Forbidden, Conflict leader_sheet_submitted, leader_sheet_on_paper.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        context = group_context(work.session, find_group(work.session, group_stage_id, lock=True), work.now)
        leader = own_leader(work.session, context.group, actor)
        require_some(context, actor, Permission.BALLOT_OWN)
        refuse_closed(work.session, context, leader.id, own=True)
        checked = checked_cells(context, leader, lines, actor, Permission.BALLOT_OWN)
        for each in checked:
            if each.problem is None:
                _put(work, context, leader, each, draft=True)
        return [each for each in checked if each.problem is not None]


def save_leader_lines(
    group_stage_id: int,
    leader_id: int,
    lines: Sequence[Line],
    paper: Paper,
    *,
    only_good: bool,
    actor: Actor,
    clock: Clock,
) -> int:
    """Keep a paper sheet, all lines or (`only_good`) those nothing is wrong with; return how many were taken.

    Raises: NotFound, Forbidden, Conflict leader_sheet_submitted, leader_sheet_begun unless the paper takes the place of
    what the leader filled on screen; InputInvalid paper_missing, lines_refused, no_line_to_take.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        context = group_context(work.session, find_group(work.session, group_stage_id, lock=True), work.now)
        leader = named_leader(work.session, context.group, leader_id, actor)
        require_some(context, actor, Permission.BALLOT_ENTER)
        refuse_closed(work.session, context, leader.id, own=False)
        if not paper.document.strip() or not paper.signed_by.strip():
            raise InputInvalid("paper_missing", field="document")
        good = accepted(checked_cells(context, leader, lines, actor, Permission.BALLOT_ENTER), only_good=only_good)
        _drop_drafts(work, context, leader, seen=paper.over_screen)
        _note_paper(work, context, leader, paper)
        for each in good:
            _put(work, context, leader, each, draft=False)
        return len(good)


def submit_my_sheet(group_stage_id: int, *, gaps_seen: bool, actor: Actor, clock: Clock) -> None:
    """Send the leader's own sheet: from now on it counts and is locked.

    Raises: NotFound, Forbidden, Conflict leader_sheet_submitted, leader_sheet_on_paper, InputInvalid
    leader_sheet_empty, leader_sheet_gaps unless the leader has seen that cells are empty.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        context = group_context(work.session, find_group(work.session, group_stage_id, lock=True), work.now)
        leader = own_leader(work.session, context.group, actor)
        require_some(context, actor, Permission.BALLOT_OWN)
        refuse_closed(work.session, context, leader.id, own=True)
        view = sheet_view(work.session, context, leader, actor, Permission.BALLOT_OWN)
        if view.left == view.cells:
            raise InputInvalid("leader_sheet_empty")
        if view.left and not gaps_seen:
            raise InputInvalid("leader_sheet_gaps", count=view.left)
        sheet = sheet_of_leader(work.session, group_stage_id, leader.id) or _new_sheet(work, group_stage_id, leader.id)
        sheet.submitted_at, sheet.reopened_reason = work.now, ""
        for row in ballots_of_leader(work.session, context, leader.id):
            row.draft = False
        new = {"leader": leader.id, "left": view.left}
        work.audit(f"campaign:{context.group.campaign_id}", "leader_sheet_sent", "leader_sheet", sheet.id, new=new)


def reopen_leader_sheet(group_stage_id: int, leader_id: int, reason: str, *, actor: Actor, clock: Clock) -> None:
    """Give a sheet back to its leader: until it is sent again it counts for nothing; one typed from paper goes on.

    Raises: NotFound, Forbidden, InputInvalid("reason_missing"), Conflict("leader_sheet_open").
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        context = group_context(work.session, find_group(work.session, group_stage_id, lock=True), work.now)
        leader = named_leader(work.session, context.group, leader_id, actor)
        require_some(context, actor, Permission.BALLOT_ENTER)
        sheet = sheet_of_leader(work.session, group_stage_id, leader.id)
        rows = ballots_of_leader(work.session, context, leader.id)
        locked = sheet is not None and (sheet.submitted_at is not None or sheet.document)
        if not locked and all(row.draft for row in rows):
            raise Conflict("leader_sheet_open")
        if not reason.strip():
            raise InputInvalid("entered_reason_missing", field="reason")
        sheet = sheet or _new_sheet(work, group_stage_id, leader.id)
        old = _audited(sheet)
        sheet.submitted_at, sheet.document, sheet.signed_by, sheet.signed_on = None, "", "", None
        sheet.reopened_reason = reason.strip()
        for row in rows:
            row.draft = True
        stream = f"campaign:{context.group.campaign_id}"
        work.audit(stream, "leader_sheet_reopened", "leader_sheet", sheet.id, old=old, note=reason.strip())


def _put(work: Work, context: GroupContext, leader: Membership, line: Checked[Cells], *, draft: bool) -> None:
    for code, value in (line.value or {}).items():
        put_cell(work, (line.owner_id, code), context.ids[code], leader.id, value, draft=draft)


def _drop_drafts(work: Work, context: GroupContext, leader: Membership, *, seen: bool) -> None:
    """Clear what the leader filled on screen and never sent: the signed paper is the whole sheet."""
    drafts = [row for row in ballots_of_leader(work.session, context, leader.id) if row.draft]
    if drafts and not seen:
        raise Conflict("leader_sheet_begun", field="drafts_seen")
    codes = {number: code for code, number in context.ids.items()}
    for row in drafts:
        key = (row.assessment_id, codes[row.criterion_id])
        put_cell(work, key, row.criterion_id, leader.id, None, draft=False)
    work.session.flush()


def _new_sheet(work: Work, group_stage_id: int, leader_id: int) -> LeaderSheet:
    row = LeaderSheet(group_stage_id=group_stage_id, leader_id=leader_id, document="", signed_by="", reopened_reason="")
    work.session.add(row)
    work.session.flush()
    return row


def _note_paper(work: Work, context: GroupContext, leader: Membership, paper: Paper) -> None:
    sheet = sheet_of_leader(work.session, context.group.id, leader.id) or _new_sheet(work, context.group.id, leader.id)
    old = _audited(sheet)
    sheet.document, sheet.signed_by = paper.document.strip()[:200], paper.signed_by.strip()[:200]
    sheet.signed_on = paper.signed_on
    if (new := _audited(sheet)) != old:
        stream = f"campaign:{context.group.campaign_id}"
        work.audit(stream, "leader_sheet_typed", "leader_sheet", sheet.id, old=old, new=new)


def _audited(sheet: LeaderSheet) -> dict[str, object]:
    return {
        "leader": sheet.leader_id,
        "submitted_at": None if sheet.submitted_at is None else sheet.submitted_at.isoformat(),
        "document": sheet.document,
        "signer": sheet.signed_by,
        "signed_on": None if sheet.signed_on is None else sheet.signed_on.isoformat(),
    }
