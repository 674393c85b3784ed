"""Results and sheets as documents to print. Words come through `_`, the caller's translator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.reports.figures import printed
from app.reports.page import Heading, Signature
from app.reports.papers import Cell, Document
from app.reports.tables import Column
from app.services.results import UnitResult

Translate = Callable[[str], str]
#: what is left for the pen
BLANK = "………"


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision a publication rests on: number, day, whose name it bears and the signer's post."""

    number: str
    on: dt.date
    authority: str
    signer: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """Who issues a paper, under which number, where and when; what is not known yet is left to the pen."""

    issuer: str
    number: str = ""
    place: str = ""
    on: dt.date | None = None


def heading_of(_: Translate, issue: Issue, title: str, subtitle: str, note: str = "") -> Heading:
    """Return what stands above a paper, by Decree 30/2020."""
    day = _("date: %(place)s, day %(day)s month %(month)s year %(year)s")
    on = issue.on
    return Heading(
        issuer=issue.issuer.upper(),
        country=_("SOCIALIST REPUBLIC OF VIET NAM"),
        motto=_("Independence - Freedom - Happiness"),
        number=_("Number: %(number)s") % {"number": issue.number or f"{BLANK}/{BLANK}"},
        place_and_date=day
        % {
            "place": issue.place or BLANK * 2,
            "day": f"{on.day:02d}" if on else BLANK,
            "month": f"{on.month:02d}" if on else BLANK,
            "year": on.year if on else BLANK,
        },
        title=title,
        subtitle=subtitle,
        note=note,
    )


def in_the_name_of(authority: str, _: Translate) -> str:
    """Return "TM. …" in capitals; an authority that already begins with such an abbreviation stays as it is."""
    first = authority.split(maxsplit=1)[0] if authority.split() else ""
    words = authority if first.endswith(".") else _("o.b.o. %(authority)s") % {"authority": authority}
    return words.upper()


def standing_words(standing: str, _: Translate) -> str:
    """Return how a unit enters the table."""
    return {
        "ranked": _("Ranked"),
        "not_submitted": _("Did not send its sheet"),
        "under_appraisal": _("Under appraisal"),
        "merged": _("Merged into another unit"),
        "left": _("Left the campaign"),
    }[standing]


@dataclass(frozen=True, slots=True)
class RankingFacts:
    """What a ranking says of itself; `edition` None while nothing is published: the paper says it is provisional."""

    issuer: str
    campaign: str
    group: str
    decimals: int
    sample_bands: bool
    edition: int | None
    decision: Decision | None = None


def _ranking_heading(facts: RankingFacts, title: str, _: Translate, *notes: str) -> Heading:
    decision = facts.decision
    issue = (
        Issue(facts.issuer) if decision is None else Issue(facts.issuer, decision.number, decision.place, decision.on)
    )
    if facts.edition is None:
        notes = (_("PROVISIONAL: not published, may still change"), *notes)
    return heading_of(_, issue, title, f"{facts.campaign} – {facts.group}", "\n".join(notes))


def ranking_document(results: Sequence[UnitResult], facts: RankingFacts, _: Translate) -> Document:
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
    decision = facts.decision
    notes = [_("The bounds of the classes are samples.")] if facts.sample_bands else []
    return Document(
        heading=_ranking_heading(facts, _("RESULTS OF THE ASSESSMENT AND RANKING"), _, *notes),
        columns=columns,
        cells=cells,
        shown=shown,
        lines=_edition_lines(facts, _),
        sign=Signature(in_the_name_of(decision.authority, _), decision.signer.upper()) if decision else None,
    )


def _edition_lines(facts: RankingFacts, _: Translate) -> tuple[str, ...]:
    return () if facts.edition is None else (_("Edition %(edition)s") % {"edition": facts.edition},)


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
    width = 188 / max(len(fields), 1)
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
        heading=_ranking_heading(facts, _("SUMMARY BY FIELD"), _),
        columns=columns,
        cells=tuple(cells),
        shown=shown,
        lines=(*(f"{code}: {title}" for code, title in fields), *_edition_lines(facts, _)),
        wide=True,
    )
