"""One cell of a leader's sheet: an answer, or points, on one leaf of one unit; read by its rule, kept, audited."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from app.db.appraisals import LeaderBallot
from app.db.session import Work
from app.domain.criteria import Node
from app.domain.errors import ClaimInvalid, InputInvalid
from app.domain.points import parse_screen_number, plain, to_points, to_units
from app.domain.rules import BallotsRule, SurveyRule
from app.domain.terms import LeaderKind, ScoredBy
from app.services.group_leaf_acts import LeafKey

#: an answer by its key, or points; None takes the cell back
CellValue = str | Decimal | None


def answers_of(leaf: Node) -> tuple[str, ...]:
    """Return the answers a sheet offers; none where leaders give points."""
    return tuple(answer for answer, _ in leaf.rule.weights) if isinstance(leaf.rule, SurveyRule) else ()


def is_leaders_leaf(leaf: Node) -> bool:
    return leaf.scored_by is ScoredBy.LEADERS and isinstance(leaf.rule, SurveyRule | BallotsRule)


def weighs(leaf: Node, kind: LeaderKind | None) -> bool:
    """Return whether the rule counts what this kind of leader says."""
    if not isinstance(leaf.rule, BallotsRule):
        return True
    return kind is not None and kind.value in {name for name, _ in leaf.rule.weights}


def read_cell(leaf: Node, text: str, kind: LeaderKind | None) -> CellValue:
    """Return what a cell says; an empty one takes back what stood there.

    Raises: InputInvalid answer_unknown, leader_kind_without_weight, points_off_sheet, and as a figure is misread;
    ClaimInvalid points_above_maximum.
    """
    stripped = text.strip()
    if not weighs(leaf, kind):
        raise InputInvalid("leader_kind_without_weight", criterion=leaf.code, field=leaf.code)
    if not stripped:
        return None
    if isinstance(leaf.rule, SurveyRule):
        if stripped not in answers_of(leaf):
            raise InputInvalid("answer_unknown", criterion=leaf.code, answer=stripped[:16], field=leaf.code)
        return stripped
    try:
        points = parse_screen_number(stripped)
        to_units(points)
    except InputInvalid as refused:
        raise InputInvalid(refused.code, **{**refused.details, "field": leaf.code}) from refused
    if points > leaf.maximum:
        raise ClaimInvalid("points_above_maximum", maximum=leaf.maximum, field=leaf.code)
    return to_points(points)


def put_cell(work: Work, key: LeafKey, criterion_id: int, leader_id: int, value: CellValue, *, draft: bool) -> None:
    """Keep one cell in place of what stood there; the audit trail has both. `draft`: the sheet is not sent yet."""
    assessment_id, code = key
    at = {"assessment_id": assessment_id, "criterion_id": criterion_id, "leader_id": leader_id}
    row = work.session.scalars(select(LeaderBallot).filter_by(**at)).one_or_none()
    old = None if row is None else {"leader": leader_id, **audited(row)}
    if value is None:
        if row is None:
            return
        work.session.delete(row)
    else:
        if row is None:
            row = LeaderBallot(**at)
            work.session.add(row)
        elif (row.draft, cell_of(row)) == (draft, value):
            return
        row.answer, row.points = (value, None) if isinstance(value, str) else ("", value)
        row.draft, row.entered_by_id, row.at = draft, work.acting.user_id, work.now
    new = None if value is None else {"leader": leader_id, **_said(value), "draft": draft}
    work.audit(f"assessment:{assessment_id}", "ballot_entered", "leaf", code, old=old, new=new)


def cell_of(row: LeaderBallot) -> str | Decimal:
    return row.answer if row.points is None else row.points


def cell_text(row: LeaderBallot) -> str:
    """Return a cell as a person types it: "4", "0,5"."""
    return row.answer if row.points is None else plain(row.points).replace(".", ",")


def audited(row: LeaderBallot) -> dict[str, object]:
    """Return what a cell says as the trail keeps it: the answer, or the points."""
    return _said(cell_of(row))


def _said(value: str | Decimal) -> dict[str, object]:
    return {"answer": value} if isinstance(value, str) else {"points": plain(value)}
