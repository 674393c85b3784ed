"""A unit's result beside that of the year before, also across versions of the set, by the mapping kept with them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.assessments import Assessment
from app.db.campaigns import Campaign, GroupStage
from app.db.clock import Clock
from app.db.identity import Unit
from app.db.queries.trees import tree_of_frozen_set
from app.db.queries.versions import mapping_between
from app.db.results import Publication, PublishedResult
from app.db.session import reading
from app.domain.points import parse_number
from app.domain.policy import Actor
from app.domain.terms import Stage
from app.services.publication import annulled_units, readable_group, results_shown
from app.services.results import UnitResult


class NotComparable(StrEnum):
    """Why there is nothing to compare with."""

    NEW = "new"
    MERGED_FROM_SEVERAL = "merged_from_several"


@dataclass(frozen=True, slots=True)
class YearChange:
    """The index of the year before and the difference, in percent; `why` where there is none to compare with."""

    campaign: str = ""
    unit: str = ""
    previous: Decimal | None = None
    delta: Decimal | None = None
    why: NotComparable | None = None
    row_id: int | None = None


@dataclass(frozen=True, slots=True)
class LeafChange:
    """One criterion beside what it was: `was` None where the mapping knows of no origin: not comparable."""

    code: str
    title: str
    now: Decimal
    maximum: Decimal
    was: Decimal | None
    was_maximum: Decimal | None
    was_code: str = ""


def changes_of_group(group_stage_id: int, *, actor: Actor, clock: Clock) -> Mapping[int, YearChange]:
    """Return each unit's change as the results page shows it. Raises NotFound where it is not the actor's to read."""
    with reading() as session:
        group = readable_group(session, group_stage_id, actor)
        shown = results_shown(session, group, clock.read(session))
        return changes_since_last_year(session, group, shown.results)


def changes_since_last_year(
    session: Session, group: GroupStage, results: Sequence[UnitResult]
) -> Mapping[int, YearChange]:
    """Return each scored unit's change, by assessment id, in a constant number of statements."""
    of_group = select(Assessment.id, Assessment.unit_id).where(Assessment.group_stage_id == group.id)
    units = {row.id: row.unit_id for row in session.execute(of_group)}
    before = _predecessors(session, units.values())
    rows = _earlier(session, group.campaign, {*units.values(), *before})
    found = {}
    for each in results:
        unit_id = units[each.assessment_id]
        origins = [unit_id] if unit_id in rows else [number for number in before if before[number] == unit_id]
        known = [rows[number] for number in origins if number in rows]
        found[each.assessment_id] = _change(each, known)
    return found


def _change(each: UnitResult, known: Sequence[PublishedResult]) -> YearChange:
    if len(known) != 1:
        return YearChange(why=NotComparable.MERGED_FROM_SEVERAL if known else NotComparable.NEW)
    row = known[0]
    assert row.index_percent is not None
    delta = None if each.row.index is None else each.row.index - row.index_percent
    campaign = row.publication.group_stage.campaign.name
    return YearChange(campaign, row.unit.name, row.index_percent, delta, row_id=row.id)


def _predecessors(session: Session, units: Iterable[int]) -> Mapping[int, int]:
    """Return unit → the unit of this campaign it was merged into, through every merger between."""
    target = {number: number for number in units}
    asked: Collection[int] = set(target)
    found: dict[int, int] = {}
    while asked:
        merged = select(Unit.id, Unit.merged_into_id).where(Unit.merged_into_id.in_(asked))
        fresh = {row.id: target[row.merged_into_id] for row in session.execute(merged) if row.id not in target}
        target |= fresh
        found |= fresh
        asked = set(fresh)
    return found


def _earlier(session: Session, campaign: Campaign, units: Collection[int]) -> Mapping[int, PublishedResult]:
    """Return the newest published result of each unit in the campaigns before; what was annulled is none."""
    statement = (
        select(PublishedResult)
        .options(joinedload(PublishedResult.unit))
        .join(PublishedResult.publication)
        .join(Publication.group_stage)
        .join(GroupStage.campaign)
        .where(
            PublishedResult.unit_id.in_(units),
            Campaign.year < campaign.year,
            Campaign.rehearsal.is_(campaign.rehearsal),
            GroupStage.stage == Stage.PUBLISHED,
        )
        .order_by(Campaign.year.desc(), Campaign.id.desc(), Publication.edition.desc())
    )
    newest: dict[int, PublishedResult] = {}
    for row in session.scalars(statement):
        newest.setdefault(row.unit_id, row)
    gone = {
        group.id: annulled_units(session, group) for group in {row.publication.group_stage for row in newest.values()}
    }
    return {
        unit: row
        for unit, row in newest.items()
        if row.index_percent is not None and unit not in gone[row.publication.group_stage_id]
    }


def leaf_changes(session: Session, group: GroupStage, result: UnitResult, change: YearChange) -> tuple[LeafChange, ...]:
    """Return every scored leaf of a unit beside its origin of the year before; none where nothing is comparable."""
    if change.row_id is None or not result.leaves:
        return ()
    row = session.get_one(PublishedResult, change.row_id)
    kept = json.loads(row.publication.snapshot)
    unit = next(each for each in kept["units"] if each["unit"] == row.unit.code)
    old_set = row.publication.group_stage.set_id
    mapping = {} if old_set == group.set_id else mapping_between(session, old_set, group.set_id) or {}
    origin = {new: old for old, new in mapping.items()}
    found = []
    for leaf in tree_of_frozen_set(session, group.set_id).leaves:
        points = result.leaves.get(leaf.code)
        if points is None:
            continue
        code = leaf.code if old_set == group.set_id else origin.get(leaf.code, "")
        was = unit["leaves"].get(code)
        known = was is not None and code in kept["set"]["criteria"]
        found.append(
            LeafChange(
                code=leaf.code,
                title=leaf.title,
                now=points,
                maximum=leaf.maximum,
                was=parse_number(was, what="points") if known else None,
                was_maximum=parse_number(kept["set"]["criteria"][code]["maximum"], what="maximum") if known else None,
                was_code=code if known else "",
            )
        )
    return tuple(found)
