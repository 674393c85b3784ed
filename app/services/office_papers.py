"""Papers of the appraising office: the board as a workbook, the open points for the council's meeting."""

from __future__ import annotations

from app.reports.figures import printed
from app.reports.papers import Cell, Document
from app.reports.tables import Column
from app.services.appraisal import VerdictLine
from app.services.disagreements import Disagreements, OpenPoint
from app.services.matrix import Figures, Matrix, MatrixRow
from app.services.papers import Issue, Translate, heading_of


def matrix_document(matrix: Matrix, _: Translate) -> Document:
    """Return units × fields: of each field self, round 1, round 2 and the end, figures as figures."""
    heads = (_("self"), _("round 1"), _("round 2"), _("in the end"))
    places = [*(field.code for field in matrix.fields), _("Total")]
    columns = (
        Column(_("Unit"), 60),
        *(Column(f"{place} – {head}", 20, figure=True) for place in places for head in heads),
        Column(_("Without verdict"), 20, figure=True),
        Column(_("Disagreed"), 20, figure=True),
        Column(_("Asked for evidence"), 20, figure=True),
        Column(_("Not applicable"), 20, figure=True),
        Column(_("State"), 40),
    )
    cells = tuple(_cells(row, len(matrix.fields), _) for row in matrix.rows)
    return Document(
        heading=heading_of(_, Issue(""), _("Summary board"), f"{matrix.campaign} – {matrix.group}"),
        columns=columns,
        cells=cells,
        shown=(),
        lines=tuple(f"{field.code}: {field.title}" for field in matrix.fields),
        wide=True,
    )


def _cells(row: MatrixRow, fields: int, _: Translate) -> tuple[Cell, ...]:
    figures = [cell.figures for cell in row.cells] or [Figures()] * fields
    marks = row.total.marks
    counts = (marks.undecided, marks.disagreed, marks.asked, marks.exempt) if row.sent else (None,) * 4
    points = [
        each for cell in (*figures, row.total.figures) for each in (cell.own, cell.first, cell.second, cell.final)
    ]
    return (row.unit, *points, *counts, _("Sent") if row.sent else _("Did not send its sheet"))


def council_document(shown: Disagreements, _: Translate) -> Document:
    """Return the points the council still has to decide, both sides, with room for its decision."""
    columns = (
        Column(_("Criterion"), 44),
        Column(_("Unit"), 30),
        Column(_("Claimed"), 16, figure=True),
        Column(_("Round 1"), 16, figure=True),
        Column(_("Agency and its reason"), 56),
        Column(_("What the unit answers"), 56),
        Column(_("Decision of the council"), 30),
    )
    rows = tuple(_point(point) for point in shown.points)
    lines = () if rows else (_("No point is open."),)
    return Document(
        heading=heading_of(_, Issue(""), _("POINTS FOR THE COUNCIL TO DECIDE"), f"{shown.campaign} – {shown.group}"),
        columns=columns,
        cells=rows,
        shown=rows,
        lines=lines,
        wide=True,
        size=10,
    )


def _point(point: OpenPoint) -> tuple[str, ...]:
    return (
        f"{point.node.code} {point.node.title}",
        point.unit,
        f"{printed(point.pinned.points)}/{printed(point.node.maximum)}",
        printed(None if point.first is None else point.first.points),
        _said(point.agency, point.first),
        "\n".join(point.replies),
        "",
    )


def _said(agency: str, line: VerdictLine | None) -> str:
    return agency if line is None or not line.reason else f"{agency}: {line.reason}"
