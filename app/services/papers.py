"""Results and sheets as documents to print. Words come through `_`, the caller's translator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.points import round_half_up
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
        "not_ranked": _("Not ranked"),
        "annulled": _("Annulled, being appraised again"),
    }[standing]


@dataclass(frozen=True, slots=True)
class RankingFacts:
    """What a ranking says of itself; `edition` None while nothing is published: the paper says it is provisional.

    `indexes`: code and name of each index, of a campaign with several. `kept_from`: the edition whose positions the
    others keep; `empty` and `shared` are the places that leaves odd.
    """

    issuer: str
    campaign: str
    group: str
    decimals: int
    sample_bands: bool
    edition: int | None
    decision: Decision | None = None
    indexes: tuple[tuple[str, str], ...] = ()
    kept_from: int | None = None
    empty: tuple[int, ...] = ()
    shared: tuple[int, ...] = ()


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
    several, adjusted = len(facts.indexes), _adjusted(results)
    columns = (
        Column(_("Position"), 14, figure=True),
        Column(_("Unit"), 38 if adjusted else 52),
        Column(_("Points"), 18 if adjusted else 20, figure=True),
        *((Column(_("Bonus"), 16, figure=True), Column(_("Penalty"), 16, figure=True)) if adjusted else ()),
        Column(_("Of"), 16, figure=True),
        *(Column(code, 82 / several, figure=True) for code, _name in facts.indexes),
        Column(_("Index (%)"), 22, figure=True),
        Column(_("Class"), 25 if adjusted else 41),
    )
    cells, shown = _ranking_rows(results, facts, _)
    decision = facts.decision
    notes = [_("The bounds of the classes are samples.")] if facts.sample_bands else []
    return Document(
        heading=_ranking_heading(facts, _("RESULTS OF THE ASSESSMENT AND RANKING"), _, *notes),
        columns=columns,
        cells=cells,
        shown=shown,
        lines=(*(f"{code}: {name}" for code, name in facts.indexes), *_edition_lines(facts, _)),
        wide=bool(facts.indexes),
        sign=Signature(in_the_name_of(decision.authority, _), decision.signer.upper()) if decision else None,
    )


def _adjusted(results: Sequence[UnitResult]) -> bool:
    """Whether a bonus or a penalty counts in the group: then the table shows what leads from points to index."""
    return any(each.row.line.bonus or each.row.line.penalty for each in results)


def _edition_lines(facts: RankingFacts, _: Translate) -> tuple[str, ...]:
    if facts.edition is None:
        return ()
    return (_("Edition %(edition)s") % {"edition": facts.edition}, *kept_lines(facts, _))


def kept_lines(facts: RankingFacts, _: Translate) -> tuple[str, ...]:
    """Return what a table whose other positions were kept says of itself."""
    if facts.kept_from is None:
        return ()
    lines = [_("The other units keep their positions of edition %(edition)s.") % {"edition": facts.kept_from}]
    if facts.empty:
        lines.append(_("Places left empty: %(places)s.") % {"places": ", ".join(map(str, facts.empty))})
    if facts.shared:
        lines.append(
            _("Places shared by units that are not equal: %(places)s.") % {"places": ", ".join(map(str, facts.shared))}
        )
    return tuple(lines)


def part_index(result: UnitResult, code: str, decimals: int) -> Decimal | None:
    """Return one index of a unit in percent, rounded to the campaign's decimals; None where it has none."""
    part = result.indexes.get(code)
    exact = None if part is None else part.exact
    return None if exact is None else round_half_up(exact, decimals)


def _ranking_rows(
    results: Sequence[UnitResult],
    facts: RankingFacts,
    _: Translate,
) -> tuple[tuple[tuple[Cell, ...], ...], tuple[tuple[str, ...], ...]]:
    """Return the rows as figures and as they are printed."""
    cells: list[tuple[Cell, ...]] = []
    shown: list[tuple[str, ...]] = []
    adjusted = _adjusted(results)
    for each in results:
        row, line = each.row, each.row.line
        grade = _class_words(each, _)
        position = "–" if row.position is None else str(row.position)
        indexes = [part_index(each, code, facts.decimals) for code, _name in facts.indexes]
        parts = (printed(index, facts.decimals) for index in indexes)
        points = (line.obtained, *((line.bonus, line.penalty) if adjusted else ()), line.attainable)
        figures = (*map(printed, points), *parts, printed(row.index, facts.decimals))
        cells.append((row.position, each.unit, *points, *indexes, row.index, grade))
        shown.append((position, each.unit, *figures, grade))
    return tuple(cells), tuple(shown)


def _class_words(each: UnitResult, _: Translate) -> str:
    """Return the class, with "not ranked" behind it where that is so; or why there is none."""
    if each.row.grade is None:
        return standing_words(each.standing, _)
    return each.row.grade if each.row.line.ranked else f"{each.row.grade} ({standing_words(each.standing, _)})"


def fields_document(
    results: Sequence[UnitResult],
    facts: RankingFacts,
    fields: Sequence[tuple[str, str]],
    _: Translate,
) -> Document:
    """Return points per unit and field; `fields` are codes and titles, the titles stand below the table."""
    adjusted = _adjusted(results)
    width = (140 if adjusted else 188) / max(len(fields), 1)
    columns = (
        Column(_("Unit"), 42),
        *(Column(code, width, figure=True) for code, _title in fields),
        Column(_("Total"), 22, figure=True),
        *(Column(words, 16, figure=True) for words in (_("Bonus"), _("Penalty"), _("Counted")) if adjusted),
    )
    cells: list[tuple[Cell, ...]] = []
    for each in results:
        line, points = each.row.line, [_of_field(each, code, _) for code, _title in fields]
        more = (line.bonus, line.penalty, line.counted) if adjusted else ()
        cells.append((each.unit, *points, line.obtained, *more))
    shown = tuple(
        tuple(value if isinstance(value, str) else printed(None if value is None else Decimal(value)) for value in row)
        for row in cells
    )
    return Document(
        heading=_ranking_heading(facts, _("SUMMARY BY FIELD"), _),
        columns=columns,
        cells=tuple(cells),
        shown=shown,
        lines=(*(f"{code}: {title}" for code, title in fields), *_edition_lines(facts, _)),
        wide=True,
    )


def _of_field(each: UnitResult, code: str, _: Translate) -> Cell:
    """Return a unit's points in a field: none before they stand, and no 0 where the field does not apply to it."""
    sums = each.branches.get(code)
    if sums is None:
        return None
    return sums.obtained if sums.applicable else _("Not applicable")
