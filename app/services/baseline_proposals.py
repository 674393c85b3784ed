"""Figures of the year before out of our own publications: what is proposed for each unit, and from which edition."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.campaigns import Campaign
from app.db.identity import Unit
from app.db.results import Publication, PublishedResult
from app.domain import entered_words as words
from app.domain.errors import InputInvalid
from app.domain.points import parse_number
from app.services.publication import annulled_units, in_force


class OwnFigure(StrEnum):
    """Which figure of a publication of ours a measure is."""

    INDEX = "index"
    POSITION = "position"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Origin:
    """The earlier campaign, and the figure of it; `code` names the criterion whose points are meant."""

    campaign_id: int
    figure: OwnFigure
    code: str = ""


@dataclass(frozen=True, slots=True)
class EarlierCampaign:
    campaign_id: int
    name: str
    year: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A figure published about the unit itself, or about one that was merged into it, with its edition in words."""

    from_unit_id: int
    from_unit: str
    own: bool
    value: Decimal
    source: str


def earlier_campaigns(session: Session, campaign: Campaign) -> list[EarlierCampaign]:
    """Return the campaigns of earlier years that have published, newest first; rehearsals are none."""
    statement = (
        select(Campaign)
        .where(Campaign.year < campaign.year, Campaign.rehearsal.is_(False), Campaign.id != campaign.id)
        .order_by(Campaign.year.desc(), Campaign.id.desc())
    )
    return [
        EarlierCampaign(row.id, row.name, row.year)
        for row in session.scalars(statement)
        if any(in_force(session, group) is not None for group in row.groups)
    ]


def proposals(session: Session, units: Sequence[Unit], origin: Origin) -> Mapping[int, tuple[Candidate, ...]]:
    """Return the candidates of every unit, its own first. Raises InputInvalid("origin_unknown")."""
    earlier = session.get(Campaign, origin.campaign_id)
    if earlier is None:
        raise InputInvalid("origin_unknown", field="from")
    published = _published(session, earlier, origin)
    everyone = {unit.id: unit for unit in session.scalars(select(Unit))}
    return {
        unit.id: tuple(
            Candidate(
                from_unit_id=number,
                from_unit=everyone[number].name,
                own=number == unit.id,
                value=published[number][0],
                source=_said(published[number][1], everyone[number], own=number == unit.id),
            )
            for number in (unit.id, *_merged_into(unit.id, everyone.values()))
            if number in published
        )
        for unit in units
    }


def _merged_into(unit_id: int, everyone: Iterable[Unit]) -> list[int]:
    """Return the units that were merged into one, at whatever remove, by code."""
    units = sorted(everyone, key=lambda unit: unit.code)
    found: list[int] = []
    waiting = [unit_id]
    while waiting:
        into = waiting.pop(0)
        for unit in units:
            if unit.merged_into_id == into and unit.id not in found and unit.id != unit_id:
                found.append(unit.id)
                waiting.append(unit.id)
    return found


def _published(session: Session, earlier: Campaign, origin: Origin) -> dict[int, tuple[Decimal, str]]:
    """Return figure and source of every unit that has one in the editions in force; what was annulled is none."""
    found: dict[int, tuple[Decimal, str]] = {}
    for group in earlier.groups:
        edition = in_force(session, group)
        if edition is None:
            continue
        gone = annulled_units(session, group)
        kept = _by_unit(edition) if origin.figure is OwnFigure.POINTS else {}
        for row in edition.rows:
            value = _figure(row, kept.get(row.unit.code, {}), origin)
            if value is not None and row.unit_id not in gone:
                found[row.unit_id] = (value, _source(earlier, group.group.name, edition, origin))
    return found


def _by_unit(edition: Publication) -> Mapping[str, Mapping[str, Any]]:
    return {each["unit"]: each for each in json.loads(edition.snapshot)["units"]}


def _figure(row: PublishedResult, kept: Mapping[str, Any], origin: Origin) -> Decimal | None:
    match origin.figure:
        case OwnFigure.INDEX:
            return row.index_percent
        case OwnFigure.POSITION:
            return None if row.position is None else Decimal(row.position)
        case OwnFigure.POINTS:
            said = kept.get("leaves", {}).get(origin.code) or kept.get("branches", {}).get(origin.code)
            return None if said is None else parse_number(said, what="points")


#: what the stored source calls each figure
_FIGURE_WORDS: Mapping[OwnFigure, str] = {
    OwnFigure.INDEX: words.INDEX,
    OwnFigure.POSITION: words.POSITION,
    OwnFigure.POINTS: words.POINTS,
}


def _source(earlier: Campaign, group: str, edition: Publication, origin: Origin) -> str:
    return words.EDITION.format(
        campaign=earlier.name,
        group=group,
        what=" ".join(filter(None, (_FIGURE_WORDS[origin.figure], origin.code))),
        number=edition.decision_number,
        on=edition.decided_on,
        edition=edition.edition,
    )


def _said(source: str, unit: Unit, *, own: bool) -> str:
    return source if own else words.TAKEN_FROM.format(source=source, unit=unit.name)
