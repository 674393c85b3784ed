"""Which branch a row of a seed names: a code may stand in several sets, the row's group says in which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.services import seed_cells as cells
from app.services.seed_files import SeedRow

if TYPE_CHECKING:
    from app.services.seed_described import DescribedCampaign, DescribedGroup
    from app.services.seed_references import SeedTables


def branch_of_appraiser(tables: SeedTables, row: SeedRow) -> None:
    """Refuse a branch the set of the row's group or unit does not have, and a scope that takes no part.

    Where scope or campaign are not readable themselves nobody is told what only follows.
    """
    kind, _, code = row["scope"].partition(":")
    for campaign in _named(tables, row["campaign"]):
        taking_part = {
            each: joined
            for joined in campaign.groups
            for each in ([joined.group] if kind == "group" else tables.units_of(joined.group))
        }
        known = tables.codes("groups.csv" if kind == "group" else "units.csv")
        if kind not in {"group", "unit"} or known is None or code not in known or not tables.whole("groups.csv"):
            return
        _branch(tables, row, "branch", cells.code_of(code, taking_part, **row.place(), column="scope").set_code)


def branch_of_officer(tables: SeedTables, row: SeedRow) -> None:
    """Refuse a branch that the set of the unit's group does not have, in each campaign the unit takes part in."""
    sets = [joined.set_code for joined in _groups_of_unit(tables, row["unit"])]
    for set_code in dict.fromkeys(sets or [each.code for each in tables.sets.values()][:1]):
        _branch(tables, row, "branch", set_code)


def branch_of_override(tables: SeedTables, row: SeedRow) -> None:
    """Refuse a leaf that the named set, else the set of the campaign's first group, does not have."""
    for campaign in _named(tables, row["campaign"]):
        sets = {joined.set_code: None for joined in campaign.groups}
        if row["set"]:
            cells.known(row, "set", sets)
        for set_code in [row["set"]] if row["set"] else list(sets)[:1]:
            _branch(tables, row, "code", set_code)


def _named(tables: SeedTables, code: str) -> Iterator[DescribedCampaign]:
    return (campaign for campaign in tables.campaigns if campaign.code == code)


def _groups_of_unit(tables: SeedTables, unit: str) -> Iterator[DescribedGroup]:
    for campaign in tables.campaigns:
        for joined in campaign.groups:
            if unit in tables.units_of(joined.group):
                yield joined


def _branch(tables: SeedTables, row: SeedRow, column: str, set_code: str) -> None:
    criteria = tables.criteria_of(set_code)
    if criteria is not None:
        cells.branch(row, column, criteria)
