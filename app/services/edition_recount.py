"""An edition counted again from what it kept itself: a superseded one has nothing else to be held against.

Sums from leaves, indexes from sums, classes and positions from indexes, kept positions from the edition before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from app.domain.campaign import Policies
from app.domain.classification import Band
from app.domain.editions import PositionsAfter
from app.domain.errors import DomainError
from app.domain.points import parse_number, plain
from app.domain.ranking import ResultLine, ResultRow, results_table
from app.domain.scoring import LeafPresence
from app.domain.terms import Ties
from app.services.edition_order import with_kept
from app.services.results import RANKED, SCORED, UnitResult
from app.services.snapshots import part_of


def edition_figure_faults(snapshot: str, before: str | None) -> list[str]:
    """Return everything in an edition that does not follow from its own leaves; `before`: the snapshot it followed."""
    kept = json.loads(snapshot)
    if "positions" not in kept:
        return []
    try:
        return [*_kept_faults(kept, before), *_table_faults(kept)]
    except (DomainError, ArithmeticError, KeyError, TypeError, ValueError) as broken:
        return [f"cannot be counted again from what it keeps: {broken}"]


def _kept_faults(kept: Mapping[str, Any], before: str | None) -> Iterator[str]:
    """Compare the positions an edition took over with those the one before printed."""
    positions = kept["positions"]
    if positions["mode"] != PositionsAfter.KEPT:
        if positions["kept"]:
            yield "positions: kept ones stand in an edition that ranked all anew"
        return
    then = {} if before is None else {each["unit"]: each["position"] for each in json.loads(before)["units"]}
    for unit, position in positions["kept"].items():
        if then.get(unit) != position:
            yield f"{unit} kept position: {position}, edition {positions['from']} printed {then.get(unit)}"


def _table_faults(kept: Mapping[str, Any]) -> Iterator[str]:
    settings = kept["settings"]
    policies = Policies.from_json(settings["policies"])
    units = [each for each in kept["units"] if each["standing"] in SCORED]
    for each in units:
        yield from _sum_faults(each, kept["set"]["criteria"])
    rows = results_table(
        [_line(each, policies) for each in units],
        decimals=settings["decimals"],
        ties=Ties(settings["ties"]),
        bands=[Band(name, parse_number(lower, what="lower")) for lower, name in settings["bands"]],
        rank_on=policies.rank_on,
        capped=policies.cap_index,
    )
    table = [_result(each, row) for each, row in zip(units, rows, strict=True)]
    placed = with_kept(table, kept["positions"]["kept"], policies.rank_on, capped=policies.cap_index)
    again = {each.unit_code: each.row for each in placed}
    for each in units:
        row = again[each["unit"]]
        index = None if row.index is None else plain(row.index)
        for name, due in (("index", index), ("class", row.grade), ("position", row.position)):
            if each[name] != due:
                yield f"{each['unit']} {name}: printed {each[name]}, what the edition keeps gives {due}"


def _sum_faults(each: Mapping[str, Any], criteria: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    obtained = attainable = Decimal(0)
    for code, presence in each["presence"].items():
        if presence == LeafPresence.NOT_APPLICABLE:
            continue
        points = each["leaves"].get(code)
        attainable += parse_number(criteria[code]["maximum"], what="maximum")
        obtained += Decimal(0) if points is None else parse_number(points, what="points")
    for name, due in (("obtained", obtained), ("attainable", attainable)):
        if each[name] != plain(due):
            yield f"{each['unit']} {name}: printed {each[name]}, its leaves sum to {plain(due)}"


def _line(each: Mapping[str, Any], policies: Policies) -> ResultLine:
    branches = each["branches"]
    return ResultLine(
        unit=each["unit"],
        group="",
        obtained=parse_number(each["obtained"], what="obtained"),
        attainable=parse_number(each["attainable"], what="attainable"),
        bonus=parse_number(each["bonus"], what="bonus"),
        penalty=parse_number(each["penalty"], what="penalty"),
        tie_breakers=tuple(
            parse_number(branches[code], what="points") for code in policies.tie_breakers if code in branches
        ),
        ranked=each["standing"] == RANKED,
        parts=tuple(part_of(code, part) for code, part in each.get("indexes", {}).items()),
    )


def _result(each: Mapping[str, Any], row: ResultRow) -> UnitResult:
    return UnitResult(
        assessment_id=0,
        unit_code=each["unit"],
        unit=each["name"],
        standing=each["standing"],
        leaves={},
        presence={},
        branches={},
        row=row,
    )
