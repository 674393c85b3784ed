"""Everything a seed's files say of one another but the tree: words, codes of other files, days, figures, doubles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from app.domain.classification import check_bands
from app.domain.deadlines import Span
from app.domain.errors import DomainError, InputInvalid
from app.domain.opening import phase_problems
from app.domain.terms import LeaderKind, Role, UnitTier
from app.services import seed_cells as cells
from app.services.seed_branches import branch_of_appraiser, branch_of_officer, branch_of_override
from app.services.seed_described import (
    CAMPAIGNS,
    SET,
    DescribedCampaign,
    campaigns_and_problems,
    instant,
    sets_and_problems,
)
from app.services.seed_files import COLUMNS, SeedRow, read_rows, set_places
from app.services.seed_items import BASES, ITEMS, read_item

Codes = Mapping[str, None]
Reader = Callable[[SeedRow], object]

#: what no two rows of a file share; criteria are the tree's to check, findings may repeat
_KEYS: Mapping[str, tuple[str, ...]] = {
    "units.csv": ("code",),
    "groups.csv": ("code",),
    "councils.csv": ("code",),
    "legal_bases.csv": ("number",),
    "holidays.csv": ("day",),
    "accounts.csv": ("username", "role", "unit", "council"),
    "officers.csv": ("unit", "branch", "username"),
    "appraisers.csv": ("campaign", "branch", "scope"),
    "overrides.csv": ("campaign", "code", "set"),
    "baselines.csv": ("campaign", "unit", "measure"),
    "leaf_terms.csv": ("campaign", "code", "set"),
    ITEMS: ("campaign", "code"),
}


#: of an account, as the frameworks keep it
_MOST_OF_A_NAME = 64

#: the tables each criteria set has for itself
_OF_A_SET = ("criteria.csv", "findings.csv", "rule_examples.csv", BASES)


class SeedTables:
    """The tables of a seed, each read once; `problems` are those of reading. A set's own stand at its place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[DomainError] = []
        self._broken: set[str] = set()
        self.places = set_places(folder)
        further = [place + file_name for place in self.places[1:] for file_name in _OF_A_SET]
        self._rows = {file_name: self._read(file_name) for file_name in (*COLUMNS, *further)}
        self.campaigns, found = campaigns_and_problems(folder)
        self._note(CAMPAIGNS, found)
        self.sets, found = sets_and_problems(folder)
        self._note(SET, found)

    def _read(self, file_name: str) -> Sequence[SeedRow]:
        rows, found = read_rows(self.folder, file_name)
        self._note(file_name, found)
        return rows

    def _note(self, file_name: str, found: Sequence[DomainError]) -> None:
        self.problems += found
        if found:
            self._broken.add(file_name)

    def rows(self, file_name: str) -> Sequence[SeedRow]:
        return self._rows[file_name]

    def whole(self, file_name: str) -> bool:
        """Return whether nothing is wrong with a file's own form; else nobody is told that it misses something."""
        return file_name not in self._broken

    def codes(self, file_name: str, column: str = "code") -> Codes | None:
        """Return what the rows of a file are known by, None where the file could not be read whole."""
        return {row[column]: None for row in self.rows(file_name)} if self.whole(file_name) else None

    def set_codes(self) -> Codes | None:
        return {each.code: None for each in self.sets.values()} if self.whole(SET) else None

    def criteria_of(self, set_code: str) -> Codes | None:
        """Return the codes of a set's criteria, None where the set or its table cannot be read."""
        place = next((place for place, each in self.sets.items() if each.code == set_code), None)
        return None if place is None else self.codes(place + "criteria.csv")

    def units_of(self, group: str) -> Codes:
        return {code: None for row in self.rows("groups.csv") if row["code"] == group for code in row["units"].split()}

    def campaign_codes(self) -> Codes | None:
        return {each.code: None for each in self.campaigns} if self.whole(CAMPAIGNS) else None


def reference_problems(tables: SeedTables) -> Iterator[DomainError]:
    """Yield what is wrong with the cells of all files, findings and the tree left out, and with both JSON files."""
    readers = _own_readers()
    for file_name, more in _readers_of_others(tables).items():
        readers[file_name] = [*readers.get(file_name, ()), *more]
    for file_name, asked in readers.items():
        yield from cell_problems(tables.rows(file_name), asked)
    for file_name, key in _KEYS.items():
        yield from _doubles(tables.rows(file_name), key)
    for place, described in tables.sets.items():
        yield from _refused(partial(_basis, tables, described.legal_basis), file=place + SET)
        asked = _naming(cells.known_or_none, agency=tables.codes("units.csv"))
        yield from cell_problems(tables.rows(place + "criteria.csv"), asked)
        asked = _naming(cells.known, legal_basis=tables.codes("legal_bases.csv", "number"))
        asked += _naming(cells.branch, code=tables.codes(place + "criteria.csv"))
        yield from cell_problems(tables.rows(place + BASES), asked)
    for campaign in tables.campaigns:
        for check in (_check_named, _check_bands, _check_phases):
            yield from _refused(partial(check, tables, campaign), file=CAMPAIGNS, campaign=campaign.code)


def cell_problems(rows: Sequence[SeedRow], readers: Sequence[Reader]) -> Iterator[DomainError]:
    for row in rows:
        for read in readers:
            try:
                read(row)
            except DomainError as problem:
                yield problem


def _own_readers() -> dict[str, list[Reader]]:
    """Return what a cell has to be by itself."""
    return {
        "units.csv": [
            lambda row: cells.word(row, "tier", UnitTier),
            lambda row: cells.day(row, "valid_from"),
            lambda row: cells.day_or_none(row, "valid_to"),
            lambda row: cells.is_yes(row, "sample"),
        ],
        "legal_bases.csv": [lambda row: cells.day(row, "issued_on")],
        "holidays.csv": [lambda row: cells.day(row, "day"), lambda row: cells.filled(row, "name")],
        "accounts.csv": [
            lambda row: cells.word(row, "role", Role),
            lambda row: cells.word_or_none(row, "leader_kind", LeaderKind),
            lambda row: cells.is_yes(row, "covers_all"),
            lambda row: cells.short(row, "display", _MOST_OF_A_NAME),
        ],
        "overrides.csv": [
            lambda row: cells.figure_or_none(row, "points"),
            lambda row: cells.is_yes(row, "sample"),
        ],
        "baselines.csv": [
            lambda row: cells.figure(row, "value"),
            lambda row: cells.is_yes(row, "sample"),
        ],
        "leaf_terms.csv": [cells.term],
        ITEMS: [read_item],
    }


def _readers_of_others(tables: SeedTables) -> dict[str, list[Reader]]:
    """Return what a cell has to name in another file; where that one could not be read, nothing is asked."""
    units, groups = tables.codes("units.csv"), tables.codes("groups.csv")
    councils = tables.codes("councils.csv")
    accounts, bases = tables.codes("accounts.csv", "username"), tables.codes("legal_bases.csv", "number")
    campaigns = tables.campaign_codes()
    return {
        "units.csv": _naming(cells.known_or_none, merged_into=units),
        "groups.csv": _naming(cells.all_known, units=units),
        "councils.csv": _naming(cells.known_or_none, reports_to=councils),
        "legal_bases.csv": _naming(cells.known_or_none, successor=bases),
        ITEMS: _naming(cells.known, campaign=campaigns),
        "accounts.csv": _naming(cells.known_or_none, unit=units, council=councils),
        "officers.csv": [
            *_naming(cells.known, unit=units, username=accounts),
            partial(branch_of_officer, tables),
        ],
        "appraisers.csv": [
            *_naming(cells.known, campaign=campaigns, agency=units),
            *_scopes(groups, units),
            partial(branch_of_appraiser, tables),
        ],
        "overrides.csv": [*_naming(cells.known, campaign=campaigns), partial(branch_of_override, tables)],
        "baselines.csv": _naming(cells.known, campaign=campaigns, unit=units),
        "leaf_terms.csv": [*_naming(cells.known, campaign=campaigns), partial(branch_of_override, tables)],
    }


def _naming(read: Callable[[SeedRow, str, Codes], object], **columns: Codes | None) -> list[Reader]:
    return [partial(_read, read, column, codes) for column, codes in columns.items() if codes is not None]


def _read(read: Callable[[SeedRow, str, Codes], object], column: str, codes: Codes, row: SeedRow) -> object:
    return read(row, column, codes)


def _scopes(groups: Codes | None, units: Codes | None) -> list[Reader]:
    return [] if groups is None or units is None else [lambda row: cells.scope(row, groups, units)]


def _doubles(rows: Sequence[SeedRow], key: tuple[str, ...]) -> Iterator[DomainError]:
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        found = tuple(row[column] for column in key)
        if found in first:
            said = {**row.place(), "columns": ", ".join(key), "value": ", ".join(found)}
            yield InputInvalid("seed_row_twice", **said, first=first[found])
        first.setdefault(found, row.line)


def _refused(check: Callable[[], None], **place: object) -> Iterator[DomainError]:
    try:
        check()
    except DomainError as problem:
        yield InputInvalid(problem.code, **place, **problem.details)


def _basis(tables: SeedTables, number: str) -> None:
    bases = tables.codes("legal_bases.csv", "number")
    if number and bases is not None:
        cells.code_of(number, bases, column="legal_basis")


def _check_named(tables: SeedTables, campaign: DescribedCampaign) -> None:
    _basis(tables, campaign.legal_basis)
    sets = tables.set_codes()
    if sets is not None:
        cells.code_of(campaign.set_code, sets, column="set")
    if not campaign.groups:
        raise InputInvalid("campaign_without_group")
    groups, councils = tables.codes("groups.csv"), tables.codes("councils.csv")
    for joined in campaign.groups:
        for column, code, among in (
            ("group", joined.group, groups),
            ("council", joined.council, councils),
            ("set", joined.set_code, sets),
        ):
            if among is not None:
                cells.code_of(code, among, column=column)


def _check_bands(_tables: SeedTables, campaign: DescribedCampaign) -> None:
    check_bands([band for band, _ in campaign.bands])


def _check_phases(_tables: SeedTables, campaign: DescribedCampaign) -> None:
    anchor = dt.date(2024, 1, 1) if campaign.rehearsal else None
    spans = {
        phase.kind: Span(
            instant(phase.opens, anchor) if phase.opens is not None else None, instant(phase.closes, anchor)
        )
        for phase in campaign.phases
    }
    for problem in phase_problems(spans):
        raise problem
