"""What the next edition of a group holds: who enters it, and whether the others keep their printed positions."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.queries.result_marks import annulments_of
from app.db.results import Publication
from app.domain.editions import Placed, PositionsAfter, Remarks, kept_positions, position_remarks
from app.domain.ranking import Figure, RankOn, exact_of
from app.domain.terms import Stage
from app.services.group_context import GroupContext
from app.services.results import UnitResult, in_order, unit_results


@dataclass(frozen=True, slots=True)
class EditionOrder:
    """The table of an edition. `previous` is the edition it follows; `kept` the positions it takes over, by unit code.

    `mode` None: a first edition, there was nothing to keep.
    """

    results: tuple[UnitResult, ...]
    entering: tuple[int, ...]
    mode: PositionsAfter | None
    previous: int | None
    kept: Mapping[str, int]
    remarks: Remarks

    def as_kept(self) -> dict[str, Any]:
        """Return what a snapshot says of the positions."""
        return {
            "mode": None if self.mode is None else self.mode.value,
            "from": self.previous,
            "kept": dict(sorted(self.kept.items())),
            "empty": list(self.remarks.empty),
            "shared": list(self.remarks.shared),
        }


def editions_of(session: Session, group_stage_id: int) -> list[Publication]:
    """Return every edition of a group, the first one first."""
    statement = select(Publication).where(Publication.group_stage_id == group_stage_id).order_by(Publication.edition)
    return list(session.scalars(statement))


def entering_units(context: GroupContext) -> tuple[Assessment, ...]:
    """Return the units that ran alone, were approved, and enter a published group's next edition."""
    if context.group.stage is not Stage.PUBLISHED:
        return ()
    return tuple(row for row in context.alone if row.stage is Stage.APPROVED)


def next_order(session: Session, context: GroupContext) -> EditionOrder:
    """Return the table the next edition would print, were it published now."""
    entering = [row.id for row in entering_units(context)]
    results = unit_results(context, entering=entering)
    editions = editions_of(session, context.group.id)
    if not editions:
        return EditionOrder(tuple(results), tuple(entering), None, None, {}, Remarks())
    previous = json.loads(editions[-1].snapshot)
    mode = _mode(session, context, entering)
    kept = _kept(context, previous, {*entering, *context.annulled}) if mode is PositionsAfter.KEPT else {}
    placed = with_kept(results, kept, context.policies.rank_on, capped=context.policies.cap_index)
    remarks = remarks_of(placed, context.policies.rank_on, capped=context.policies.cap_index) if kept else Remarks()
    return EditionOrder(tuple(placed), tuple(entering), mode, editions[-1].edition, kept, remarks)


def _mode(session: Session, context: GroupContext, entering: Collection[int]) -> PositionsAfter:
    """Return KEPT where every unit that left the table or comes in was annulled with the others' positions kept."""
    asked = annulments_of(session, context.group.id)
    changed = {*entering, *context.annulled}
    kept = [number in asked and asked[number].positions is PositionsAfter.KEPT for number in changed]
    return PositionsAfter.KEPT if kept and all(kept) else PositionsAfter.RECOMPUTED


def _kept(context: GroupContext, previous: Mapping[str, Any], changed: Collection[int]) -> dict[str, int]:
    codes = {context.assessments[number].unit.code for number in changed}
    return {
        each["unit"]: each["position"]
        for each in previous["units"]
        if each["position"] is not None and each["unit"] not in codes
    }


def deciding_figure(result: UnitResult, rank_on: RankOn, *, capped: bool) -> Figure | None:
    """Return the figure a unit's position is decided on: the printed index, or the exact one behind it."""
    return exact_of(result.row.line, capped=capped) if rank_on is RankOn.EXACT else result.row.index


def with_kept(
    results: Sequence[UnitResult], kept: Mapping[str, int], rank_on: RankOn, *, capped: bool
) -> list[UnitResult]:
    """Return a table ranked anew with the positions of `kept` put back."""
    if not kept:
        return list(results)
    placed = [
        Placed(each.unit_code, figure, each.row.line.tie_breakers, each.row.position)
        for each in results
        if each.row.position is not None and (figure := deciding_figure(each, rank_on, capped=capped)) is not None
    ]
    found = kept_positions(placed, kept)
    moved = [replace(each, row=replace(each.row, position=found.get(each.unit_code))) for each in results]
    return in_order(moved)


def remarks_of(results: Sequence[UnitResult], rank_on: RankOn, *, capped: bool) -> Remarks:
    """Return the empty and the shared places of a table."""
    return position_remarks(
        [
            (each.row.position, figure)
            for each in results
            if each.row.position is not None and (figure := deciding_figure(each, rank_on, capped=capped)) is not None
        ]
    )
