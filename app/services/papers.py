"""Results and sheets as documents to print. Words come through `_`, the caller's translator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.reports.figures import printed
from app.reports.page import Column, Heading, Signature
from app.reports.papers import Cell, Document
from app.services.results import UnitResult
from app.services.sheets import LeafLine, SheetView

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision a publication rests on: number, day, whose name it bears and the signer's post."""

    number: str
    on: dt.date
    authority: str
    signer: str


def _heading(
    _: Translate, issuer: str, number: str, on: dt.date | None, title: str, subtitle: str, note: str = ""
) -> Heading:
    day = _("date: day %(day)s month %(month)s year %(year)s")
    return Heading(
        issuer=issuer.upper(),
        country=_("SOCIALIST REPUBLIC OF VIET NAM"),
        motto=_("Independence - Freedom - Happiness"),
        number=_("Number: %(number)s") % {"number": number} if number else "",
        place_and_date=""
        if on is None
        else day % {"day": f"{on.day:02d}", "month": f"{on.month:02d}", "year": on.year},
        title=title,
        subtitle=subtitle,
        note=note,
    )


def standing_words(standing: str, _: Translate) -> str:
    """Return how a unit enters the table."""
    return {
        "ranked": _("Ranked"),
        "not_submitted": _("Did not send its sheet"),
        "under_appraisal": _("Under appraisal"),
    }[standing]


@dataclass(frozen=True, slots=True)
class RankingFacts:
    """What a ranking says of itself."""

    issuer: str
    campaign: str
    group: str
    decimals: int
    sample_bands: bool
    edition: int


def ranking_document(
    results: Sequence[UnitResult],
    facts: RankingFacts,
    decision: Decision | None,
    _: Translate,
) -> Document:
    """Return the ranking of a group: position, unit, points, index, class; unranked units last, with the reason."""
    columns = (
        Column(_("Position"), 14, figure=True),
        Column(_("Unit"), 52),
        Column(_("Points"), 20, figure=True),
        Column(_("Of"), 16, figure=True),
        Column(_("Index (%)"), 22, figure=True),
        Column(_("Class"), 41),
    )
    cells, shown = _ranking_rows(results, facts.decimals, _)
    note = _("The bounds of the classes are samples.") if facts.sample_bands else ""
    return Document(
        heading=_heading(
            _,
            facts.issuer,
            decision.number if decision else "",
            decision.on if decision else None,
            _("RESULTS OF THE ASSESSMENT AND RANKING"),
            f"{facts.campaign} – {facts.group}",
            note,
        ),
        columns=columns,
        cells=cells,
        shown=shown,
        lines=(_("Edition %(edition)s") % {"edition": facts.edition},),
        sign=Signature(decision.authority, decision.signer) if decision else None,
    )


def _ranking_rows(
    results: Sequence[UnitResult],
    decimals: int,
    _: Translate,
) -> tuple[tuple[tuple[Cell, ...], ...], tuple[tuple[str, ...], ...]]:
    """Return the rows as figures and as they are printed."""
    cells: list[tuple[Cell, ...]] = []
    shown: list[tuple[str, ...]] = []
    for each in results:
        row, line = each.row, each.row.line
        grade = row.grade or standing_words(each.standing, _)
        position = "–" if row.position is None else str(row.position)
        figures = (printed(line.obtained), printed(line.attainable), printed(row.index, decimals))
        cells.append((row.position, each.unit, line.obtained, line.attainable, row.index, grade))
        shown.append((position, each.unit, *figures, grade))
    return tuple(cells), tuple(shown)


def fields_document(
    results: Sequence[UnitResult],
    facts: RankingFacts,
    fields: Sequence[tuple[str, str]],
    _: Translate,
) -> Document:
    """Return points per unit and field; `fields` are codes and titles, the titles stand below the table."""
    width = 170 / max(len(fields), 1)
    columns = (
        Column(_("Unit"), 42),
        *(Column(code, width, figure=True) for code, _title in fields),
        Column(_("Total"), 22, figure=True),
    )
    cells: list[tuple[Cell, ...]] = []
    for each in results:
        points = [each.branches[code].obtained if code in each.branches else None for code, _title in fields]
        cells.append((each.unit, *points, each.row.line.obtained))
    shown = tuple(
        (str(row[0]), *(printed(value) for value in row[1:] if not isinstance(value, str | int))) for row in cells
    )
    return Document(
        heading=_heading(_, facts.issuer, "", None, _("SUMMARY BY FIELD"), f"{facts.campaign} – {facts.group}"),
        columns=columns,
        cells=tuple(cells),
        shown=shown,
        lines=tuple(f"{code}: {title}" for code, title in fields),
        wide=True,
    )


def sheet_document(view: SheetView, issuer: str, _: Translate) -> Document:
    """Return a unit's sheet as it stands: every node, its points, explanation and documents."""
    columns = (
        Column(_("Code"), 18),
        Column(_("Criterion"), 84),
        Column(_("Maximum"), 17, figure=True),
        Column(_("Self-scored"), 17, figure=True),
        Column(_("Explanation"), 66),
        Column(_("Documents"), 50),
    )
    shown = tuple(_sheet_row(line, view, _) for line in view.lines)
    last = view.receipts[-1] if view.receipts else None
    lines = [
        _("Total self-scored: %(points)s of %(most)s")
        % {"points": printed(view.obtained), "most": printed(view.attainable)}
    ]
    if last is not None:
        lines.append(_("Receipt %(code)s, SHA-256 %(hash)s") % {"code": last.code, "hash": last.sha256})
    return Document(
        heading=_heading(_, issuer, "", None, _("SELF-SCORED SHEET"), f"{view.unit} – {view.campaign}"),
        columns=columns,
        cells=shown,
        shown=shown,
        bold=frozenset(number for number, line in enumerate(view.lines) if line.node.rule is None),
        lines=tuple(lines),
        sign=Signature(view.unit.upper(), _("HEAD OF THE UNIT")),
        wide=True,
        size=10,
    )


def _sheet_row(line: LeafLine, view: SheetView, _: Translate) -> tuple[str, ...]:
    if line.node.rule is None:
        points: Decimal | None = view.totals[line.node.code].obtained
    else:
        points = line.points
    documents = "\n".join(f"({each.position}) {each.number or each.subject or each.name}" for each in line.documents)
    own = line.own or line.node.rule is None
    words = line.explanation if own else _("Not for the unit to score")
    return (line.node.code, line.node.title, printed(line.node.maximum), printed(points), words, documents)
