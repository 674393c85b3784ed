"""The points of every criterion: read, supplied where the paper leaves them out, and held against the sums."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.reading.appendices import BESIDE_TOTAL
from app.reading.draft import Line
from app.reading.figures import option_points, parse_points, points_of_line, printed
from app.reading.findings import FindingCode, Remedy
from app.reading.remarks import Branch, Remarks, walk_all
from app.reading.rows_to_tree import Total, TreeOfRows
from app.reading.sentences import fold, is_note


def settle_maxima(tree: TreeOfRows, remarks: Remarks, *, points_column: bool) -> None:
    """Supply what is missing, from the leaves up, and say where a parent differs from its children."""
    for branch in reversed(list(walk_all(tree.roots))):
        if branch.maximum is None:
            _supply(branch, remarks)
        elif branch.title_points and points_column:
            _say_supplied(branch, "title", remarks)
    for branch in walk_all(tree.roots):
        _check_sum(branch, remarks)


def _supply(branch: Branch, remarks: Remarks) -> None:
    if branch.printed:
        text = branch.printed
        remarks.add(FindingCode.MAXIMUM_UNREADABLE, branch, text=text, remedies=_remedies(_of_children(branch)))
        return
    sources = {"line": _of_own_line(branch), "children": _of_children(branch), "option": _of_options(branch)}
    for source, found in sources.items():
        if found is not None:
            branch.maximum = found
            _say_supplied(branch, source, remarks)
            return
    remarks.add(FindingCode.MAXIMUM_MISSING, branch)


def _say_supplied(branch: Branch, source: str, remarks: Remarks) -> None:
    assert branch.maximum is not None
    remarks.add(FindingCode.MAXIMUM_SUPPLIED, branch, maximum=printed(branch.maximum), source=source)


def _of_own_line(branch: Branch) -> Decimal | None:
    return next((points for line in branch.lines if (points := points_of_line(line.text)) is not None), None)


def _of_children(branch: Branch) -> Decimal | None:
    figures = [child.maximum for child in branch.children]
    known = [figure for figure in figures if figure is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(figures) else None


def _of_options(branch: Branch) -> Decimal | None:
    if branch.children:
        return None
    found = [points for line in branch.lines if not is_note(line.text) and (points := _points_of(line)) is not None]
    return max(found, default=None) or None


def _points_of(line: Line) -> Decimal | None:
    return parse_points(line.points) if line.points else option_points(line.text)


def _remedies(total: Decimal | None) -> tuple[Remedy, ...]:
    keep = Remedy("keep_printed")
    return (Remedy("maximum_from_children", {"maximum": printed(total)}), keep) if total is not None else (keep,)


def _check_sum(branch: Branch, remarks: Remarks) -> None:
    total = _of_children(branch) if branch.children else None
    if total is None or branch.maximum is None or total == branch.maximum:
        return
    remarks.add(
        FindingCode.SUM_DIFFERS,
        branch,
        maximum=printed(branch.maximum),
        children=printed(total),
        remedies=_remedies(total),
    )


def settle_total(tree: TreeOfRows, remarks: Remarks) -> Decimal | None:
    """Return the total the paper prints, held against the roots; parts beside it (bonus, penalty) are told apart."""
    read = [(total, points) for total in tree.totals if (points := parse_points(total.points)) is not None]
    for total in tree.totals:
        if total.points and parse_points(total.points) is None:
            remarks.add(FindingCode.MAXIMUM_UNREADABLE, rows=(total.row,), text=f"{total.text} {total.points}")
    if not read:
        return None
    whole = max(points for _, points in read)
    _check_total(tree, whole, [total for total, points in read if points == whole], remarks)
    for total, points in read:
        if points != whole:
            _check_part(total, points, tree, remarks)
    return whole


def _check_total(tree: TreeOfRows, whole: Decimal, rows: Sequence[Total], remarks: Remarks) -> None:
    total = sum((root.maximum or Decimal(0) for root in tree.roots), Decimal(0))
    if total == whole:
        return
    beside = [root for root in tree.roots if BESIDE_TOTAL.search(fold(root.title))]
    counted = sum((root.maximum or Decimal(0) for root in tree.roots if root not in beside), Decimal(0))
    if beside and counted == whole:
        for root in beside:
            remarks.add(FindingCode.NOTE_ON_POINTS, root, text=root.title)
        return
    numbers = [row.row for row in rows]
    remarks.add(FindingCode.TOTAL_DIFFERS, rows=numbers, printed=printed(whole), total=printed(total))


def _check_part(total: Total, points: Decimal, tree: TreeOfRows, remarks: Remarks) -> None:
    """A sum within the table must be the maximum of a branch that stands open or of one at the top."""
    open_ = [total.under, *total.under.ancestors()] if total.under else []
    candidates = [branch for branch in [*open_, *tree.roots] if branch]
    if all(branch.maximum != points for branch in candidates):
        at = candidates[-1] if not open_ else open_[-1]
        shown = printed(at.maximum) if at and at.maximum is not None else ""
        remarks.add(FindingCode.TOTAL_DIFFERS, at, rows=(total.row,), printed=printed(points), total=shown)
