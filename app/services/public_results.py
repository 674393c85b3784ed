"""Published rankings for everybody, of campaigns that say so: the edition in force, nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.campaigns import Campaign, GroupStage
from app.db.clock import Clock
from app.db.results import Publication
from app.db.session import reading
from app.domain.campaign import Policies
from app.domain.errors import NotFound
from app.domain.terms import Stage
from app.services.publication import in_force, results_shown
from app.services.results import UnitResult


@dataclass(frozen=True, slots=True)
class PublicHead:
    """A ranking anybody may read: the edition in force of one group."""

    group_stage_id: int
    campaign: str
    group: str
    number: str
    decided_on: dt.date
    edition: int


@dataclass(frozen=True, slots=True)
class PublicRanking:
    head: PublicHead
    decimals: int
    sample_bands: bool
    results: tuple[UnitResult, ...]


def public_rankings() -> list[PublicHead]:
    """Return the rankings everybody may read, newest campaign first."""
    with reading() as session:
        statement = (
            select(GroupStage)
            .join(GroupStage.campaign)
            .where(GroupStage.stage == Stage.PUBLISHED, Campaign.rehearsal.is_(False))
            .order_by(Campaign.id.desc(), GroupStage.id)
        )
        found = [(group, _edition(session, group)) for group in session.scalars(statement)]
        return [_head(group, edition) for group, edition in found if edition is not None]


def public_ranking(group_stage_id: int, *, clock: Clock) -> PublicRanking:
    """Return one ranking. Raises NotFound("group_unknown") for whatever is not everybody's: the two look alike."""
    with reading() as session:
        group = session.get(GroupStage, group_stage_id)
        edition = None if group is None or group.campaign.rehearsal else _edition(session, group)
        if group is None or edition is None:
            raise NotFound("group_unknown")
        shown = results_shown(session, group, clock.read(session))
        return PublicRanking(_head(group, edition), shown.facts.decimals, shown.facts.sample_bands, shown.results)


def _edition(session: Session, group: GroupStage) -> Publication | None:
    if not Policies.from_json(group.campaign.policies).public_results:
        return None
    return in_force(session, group)


def _head(group: GroupStage, edition: Publication) -> PublicHead:
    return PublicHead(
        group_stage_id=group.id,
        campaign=group.campaign.name,
        group=group.group.name,
        number=edition.decision_number,
        decided_on=edition.decided_on,
        edition=edition.edition,
    )
