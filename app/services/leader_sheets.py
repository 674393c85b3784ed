"""Leaders' sheets of a whole group: by the leader on screen, sent and then locked, or typed in from paper.

What a leader has not sent counts for nothing and is seen by nobody else (Định Hóa 2024, part I: "03 Phiếu đánh giá của
Lãnh đạo UBND huyện"; a province 2025, 3: on paper or electronically).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.appraisals import LeaderBallot
from app.db.campaigns import GroupStage
from app.db.clock import Clock
from app.db.entering import LeaderSheet
from app.db.identity import Membership
from app.db.session import reading
from app.domain import policy
from app.domain.criteria import Node
from app.domain.entered_lines import Line
from app.domain.errors import Conflict, InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import LeaderKind, Role, Stage
from app.services.ballot_cells import CellValue, answers_of, cell_text, is_leaders_leaf, read_cell, weighs
from app.services.group_context import GroupContext, find_group, group_context
from app.services.line_entry import (
    Checked,
    Grid,
    GridColumn,
    GridRow,
    check_lines,
    group_refusal,
    owners_of,
    unit_subject,
)

Cells = Mapping[str, CellValue]


@dataclass(frozen=True, slots=True)
class Paper:
    """What the paper says that a sheet was typed from.

    `over_screen`: whoever types it has seen that it takes the place of what the leader filled on screen.
    """

    document: str = ""
    signed_by: str = ""
    signed_on: dt.date | None = None
    over_screen: bool = False


@dataclass(frozen=True, slots=True)
class LeaderSheetView:
    """One leader's sheet on one group. `left`: cells still empty, of `cells`, on units that are theirs to score.

    `begun`: the leader fills it on screen and has not sent it, as whoever types from paper has to know.
    """

    group_stage_id: int
    campaign: str
    group: str
    leader_id: int
    leader: str
    kind: LeaderKind | None
    grid: Grid
    left: int
    cells: int
    submitted_at: dt.datetime | None
    paper: Paper
    reopened_reason: str
    begun: bool

    @property
    def counting(self) -> bool:
        """Whether anything the secretariat reads here counts."""
        return any(row.cells for row in self.grid.rows)

    @property
    def units_left(self) -> int:
        return sum(
            any(not row.cells.get(column.key) and column.key not in row.closed for column in self.grid.columns)
            for row in self.grid.rows
            if row.refusal is None
        )


@dataclass(frozen=True, slots=True)
class MyGroup:
    """A group a leader is asked to score."""

    group_stage_id: int
    campaign: str
    group: str
    stage: Stage
    submitted_at: dt.datetime | None


def my_groups(*, actor: Actor) -> list[MyGroup]:
    """Return the groups of open campaigns before the councils the actor is a leader of, newest campaign first."""
    councils = [held.council_id for held in actor.appointments if held.role is Role.LEADER]
    with reading() as session:
        statement = (
            select(GroupStage)
            .join(GroupStage.campaign)
            .where(GroupStage.council_id.in_([number for number in councils if number is not None]))
            .order_by(GroupStage.campaign_id.desc(), GroupStage.id)
        )
        found = []
        for group in session.scalars(statement):
            leader = _own(session, group, actor)
            if group.campaign.opened_at is not None and leader is not None:
                sheet = sheet_of_leader(session, group.id, leader.id)
                submitted = None if sheet is None else sheet.submitted_at
                found.append(MyGroup(group.id, group.campaign.name, group.group.name, group.stage, submitted))
        return found


def my_sheet(group_stage_id: int, *, actor: Actor, clock: Clock) -> LeaderSheetView:
    """Return the actor's own sheet. Raises NotFound("group_unknown") where the actor is no leader of the council."""
    with reading() as session:
        context = group_context(session, find_group(session, group_stage_id), clock.read(session))
        return sheet_view(session, context, own_leader(session, context.group, actor), actor, Permission.BALLOT_OWN)


def leader_sheet(group_stage_id: int, leader_id: int, *, actor: Actor, clock: Clock) -> LeaderSheetView:
    """Return one leader's sheet as the secretariat types it from paper; nothing the leader has not sent is in it.

    Raises: NotFound.
    """
    with reading() as session:
        context = group_context(session, find_group(session, group_stage_id), clock.read(session))
        leader = named_leader(session, context.group, leader_id, actor)
        return sheet_view(session, context, leader, actor, Permission.BALLOT_ENTER)


def check_leader_lines(
    group_stage_id: int, leader_id: int, lines: Sequence[Line], *, actor: Actor, clock: Clock
) -> list[Checked[Cells]]:
    """Return what would come of the lines, one by one; nothing is written. Raises NotFound."""
    with reading() as session:
        context = group_context(session, find_group(session, group_stage_id), clock.read(session))
        leader = named_leader(session, context.group, leader_id, actor)
        return checked_cells(context, leader, lines, actor, Permission.BALLOT_ENTER)


def leaders_of(session: Session, council_id: int) -> list[Membership]:
    """Return the leaders of a council, the chairman first."""
    held = (Membership.council_id == council_id, Membership.role == Role.LEADER)
    rows = session.scalars(select(Membership).where(*held).order_by(Membership.id)).all()
    return sorted(rows, key=lambda row: row.leader_kind is not LeaderKind.CHAIRMAN)


def leader_leaves(context: GroupContext, kind: LeaderKind | None) -> tuple[Node, ...]:
    """Return the leaves one kind of leader scores: by sheets, not overridden, and weighed by the rule."""
    return tuple(
        leaf
        for leaf in context.tree.leaves
        if is_leaders_leaf(leaf) and leaf.code not in context.overrides and weighs(leaf, kind)
    )


def _own(session: Session, group: GroupStage, actor: Actor) -> Membership | None:
    held = (Membership.council_id == group.council_id, Membership.role == Role.LEADER)
    return session.scalars(select(Membership).where(*held, Membership.user_id == actor.user_id)).one_or_none()


def own_leader(session: Session, group: GroupStage, actor: Actor) -> Membership:
    leader = _own(session, group, actor)
    if leader is None or group.campaign.opened_at is None:
        raise NotFound("group_unknown")
    return leader


def named_leader(session: Session, group: GroupStage, leader_id: int, actor: Actor) -> Membership:
    """Return a leader of the group's council, for those who may type sheets there at some time."""
    ever = Subject(council_id=group.council_id, stage=Stage.SCORING)
    if not policy.allows(actor, Permission.BALLOT_ENTER, ever):
        raise NotFound("group_unknown")
    leader = session.get(Membership, leader_id)
    if leader is None or leader.role is not Role.LEADER or leader.council_id != group.council_id:
        raise NotFound("leader_unknown")
    return leader


def sheet_view(
    session: Session, context: GroupContext, leader: Membership, actor: Actor, permission: Permission
) -> LeaderSheetView:
    own = permission is Permission.BALLOT_OWN
    leaves = leader_leaves(context, leader.leader_kind)
    cells: dict[int, dict[str, str]] = {}
    codes = {number: code for code, number in context.ids.items()}
    ballots = ballots_of_leader(session, context, leader.id)
    for row in ballots:
        if own or not row.draft:
            cells.setdefault(row.assessment_id, {})[codes[row.criterion_id]] = cell_text(row)
    rows = tuple(
        _row(context, actor, permission, leaves, cells.get(number, {}), number) for number in context.assessments
    )
    sheet = sheet_of_leader(session, context.group.id, leader.id)
    asked = [(row, leaf) for row in rows if row.refusal is None for leaf in leaves if leaf.code not in row.closed]
    closed = group_refusal(context, actor, permission) or _why_closed(sheet, ballots, own=own)
    return LeaderSheetView(
        group_stage_id=context.group.id,
        campaign=context.group.campaign.name,
        group=context.group.group.name,
        leader_id=leader.id,
        leader=leader.user.first_name,
        kind=leader.leader_kind,
        grid=Grid(_columns(leaves), rows, closed),
        left=sum(leaf.code not in row.cells for row, leaf in asked),
        cells=len(asked),
        submitted_at=None if sheet is None else sheet.submitted_at,
        paper=Paper() if sheet is None else Paper(sheet.document, sheet.signed_by, sheet.signed_on),
        reopened_reason="" if sheet is None else sheet.reopened_reason,
        begun=not own and any(row.draft for row in ballots),
    )


def _columns(leaves: Sequence[Node]) -> tuple[GridColumn, ...]:
    return tuple(GridColumn(leaf.code, leaf.code, answers_of(leaf), leaf.title, leaf.maximum) for leaf in leaves)


def _row(
    context: GroupContext,
    actor: Actor,
    permission: Permission,
    leaves: Sequence[Node],
    cells: Mapping[str, str],
    number: int,
) -> GridRow:
    assessment, exempt = context.assessments[number], context.exempt.get(number, frozenset())
    return GridRow(
        assessment_id=number,
        unit_code=assessment.unit.code,
        unit=assessment.unit.name,
        cells=cells,
        refusal=policy.why_not(actor, permission, unit_subject(context, assessment)),
        closed=frozenset(leaf.code for leaf in leaves if leaf.code in exempt),
    )


def checked_cells(
    context: GroupContext, leader: Membership, lines: Sequence[Line], actor: Actor, permission: Permission
) -> list[Checked[Cells]]:
    leaves = {leaf.code: leaf for leaf in leader_leaves(context, leader.leader_kind)}

    def read(number: int, line: Line) -> Cells | None:
        for code in line.cells:
            if code not in leaves:
                raise InputInvalid("leaf_not_scored_by_leaders", criterion=code[:32])
            if code in context.exempt.get(number, ()) and line.cell(code):
                raise InputInvalid("leaf_not_applicable", criterion=code)
        return {code: read_cell(leaves[code], text, leader.leader_kind) for code, text in line.cells.items()} or None

    return check_lines(lines, owners_of(context, actor, permission), read)


def ballots_of_leader(session: Session, context: GroupContext, leader_id: int) -> Sequence[LeaderBallot]:
    of_leader = (LeaderBallot.leader_id == leader_id, LeaderBallot.assessment_id.in_(list(context.assessments)))
    return session.scalars(select(LeaderBallot).where(*of_leader).order_by(LeaderBallot.id)).all()


def sheet_of_leader(session: Session, group_stage_id: int, leader_id: int) -> LeaderSheet | None:
    """Return what is known of a leader's sheet as a whole, or None while nothing is."""
    return session.scalars(
        select(LeaderSheet).filter_by(group_stage_id=group_stage_id, leader_id=leader_id),
    ).one_or_none()


def is_given(session: Session, context: GroupContext, leader_id: int) -> bool:
    """Return whether a leader's sheet was sent, or typed from paper: nothing is left for the leader to do."""
    sheet = sheet_of_leader(session, context.group.id, leader_id)
    return _why_closed(sheet, ballots_of_leader(session, context, leader_id), own=True) is not None


def units_left(
    session: Session, context: GroupContext, leader: Membership, own_units: Collection[int]
) -> Sequence[str]:
    """Return the units on whose leaves a leader has no answer that counts; nobody answers on the own units."""
    counting = {
        (row.assessment_id, row.criterion_id) for row in ballots_of_leader(session, context, leader.id) if not row.draft
    }
    leaves = leader_leaves(context, leader.leader_kind)
    return [
        row.unit.name
        for row in context.assessments.values()
        if row.id not in context.closed
        and row.unit_id not in own_units
        and any(
            leaf.code not in context.exempt.get(row.id, ()) and (row.id, context.ids[leaf.code]) not in counting
            for leaf in leaves
        )
    ]


def _why_closed(sheet: LeaderSheet | None, rows: Iterable[LeaderBallot], *, own: bool) -> str | None:
    """Return why a sheet is locked. To its leader also what counts from paper is: a cell would leave the mean unseen.

    Cells that count without a paper were typed unit by unit, as it was once done.
    """
    if sheet is not None and sheet.submitted_at is not None:
        return "leader_sheet_submitted"
    on_paper = (sheet is not None and sheet.document) or any(not row.draft for row in rows)
    return "leader_sheet_on_paper" if own and on_paper else None


def refuse_closed(session: Session, context: GroupContext, leader_id: int, *, own: bool) -> None:
    """Raise Conflict leader_sheet_submitted or, to the leader (`own`), leader_sheet_on_paper where it is locked."""
    sheet = sheet_of_leader(session, context.group.id, leader_id)
    closed = _why_closed(sheet, ballots_of_leader(session, context, leader_id), own=own)
    if closed is not None:
        raise Conflict(closed)
