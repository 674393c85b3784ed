"""Load the campaigns of a seed: dates, classes, groups, assignments, overrides, baselines.

Dates of a rehearsal are offsets ("+14d 17:00") around the day it was first loaded, Vietnam time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.campaigns import (
    AppraiserAssignment,
    Baseline,
    Campaign,
    CampaignOverride,
    GradeBand,
    GroupStage,
    OfficerAssignment,
    Phase,
)
from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import Council, PeerGroup, PortalUser, Unit
from app.domain.deadlines import VIETNAM
from app.domain.errors import InputInvalid
from app.domain.scoring import override_points
from app.services.seed_cells import branch, code_of, figure, figure_or_none, is_yes, known, scope
from app.services.seed_described import CAMPAIGNS, DescribedCampaign, DescribedPhase, instant, read_campaigns
from app.services.seed_files import SeedRow, read_table
from app.services.seed_identity import by_code
from app.services.seed_items import ITEMS, load_items
from app.services.seed_sets import basis_of, copy_set, set_by_code, source_code
from app.services.seed_terms import TERMS, load_terms


def load_campaigns(session: Session, folder: Path, *, now: dt.datetime) -> list[Campaign]:
    """Create the campaigns that are not there yet; return those created."""
    there = set(session.scalars(select(Campaign.code)))
    described = read_campaigns(folder)
    _require_campaigns(folder, {*there, *(each.code for each in described)})
    created = []
    for each in described:
        if each.code in there:
            continue
        campaign = campaign_from(session, each, now=now)
        _load_rows(session, folder, campaign)
        created.append(campaign)
    return created


def _require_campaigns(folder: Path, codes: Collection[str]) -> None:
    """A row of a campaign nobody knows would be left out without a word."""
    for file_name in ("appraisers.csv", "overrides.csv", "baselines.csv", ITEMS, TERMS):
        for row in read_table(folder, file_name):
            known(row, "campaign", dict.fromkeys(codes))


def campaign_from(session: Session, described: DescribedCampaign, *, now: dt.datetime) -> Campaign:
    """Return a draft campaign with its phases, bands and groups; a rehearsal gets a copy of the set of its own."""
    today = now.astimezone(VIETNAM).date()
    campaign = Campaign(
        code=described.code,
        name=described.name,
        year=described.year,
        rehearsal=described.rehearsal,
        anchor_date=today if described.rehearsal else None,
        decimals=described.decimals,
        ties=described.ties,
        policies=dict(described.policies),
        legal_basis=basis_of(session, described.legal_basis, file=CAMPAIGNS, campaign=described.code),
    )
    session.add(campaign)
    for phase in described.phases:
        campaign.phases.append(_phase(phase, campaign.anchor_date))
    for band, sample in described.bands:
        campaign.bands.append(GradeBand(name=band.name, lower=band.lower, sample=sample))
    session.flush()
    _join_groups(session, campaign, described)
    return campaign


def _phase(described: DescribedPhase, anchor: dt.date | None) -> Phase:
    return Phase(
        kind=described.kind,
        opens_at=instant(described.opens, anchor) if described.opens is not None else None,
        closes_at=instant(described.closes, anchor),
        sample=described.sample,
    )


def _join_groups(session: Session, campaign: Campaign, described: DescribedCampaign) -> None:
    groups, councils = by_code(session, PeerGroup), by_code(session, Council)
    place = {"file": CAMPAIGNS, "campaign": campaign.code}
    sets: dict[str, CriteriaSet] = {}
    for joined in described.groups:
        if joined.set_code not in sets:
            sets[joined.set_code] = _set_for(session, campaign, joined.set_code, place)
        campaign.groups.append(
            GroupStage(
                group=code_of(joined.group, groups, **place, column="group"),
                council=code_of(joined.council, councils, **place, column="council"),
                criteria_set=sets[joined.set_code],
            ),
        )
        session.flush()


def _set_for(session: Session, campaign: Campaign, code: str, place: Mapping[str, object]) -> CriteriaSet:
    source = set_by_code(session, code)
    if source is None:
        raise InputInvalid("seed_reference_unknown", **place, column="set", value=code)
    return copy_set(session, source, f"{source.code}-{campaign.code}") if campaign.rehearsal else source


def _load_rows(session: Session, folder: Path, campaign: Campaign) -> None:
    if not campaign.groups:
        raise InputInvalid("campaign_without_group", file=CAMPAIGNS, campaign=campaign.code)
    trees = {stage.set_id: criteria_by_code(stage.criteria_set) for stage in campaign.groups}
    load_appraisers(session, campaign, trees, _of(campaign, read_table(folder, "appraisers.csv")))
    load_officers(session, campaign, trees, read_table(folder, "officers.csv"))
    by_code_of_set = {source_code(stage): trees[stage.set_id] for stage in campaign.groups}
    for row in _of(campaign, read_table(folder, "overrides.csv")):
        criteria = known(row, "set", by_code_of_set) if row["set"] else trees[campaign.groups[0].set_id]
        criterion, points = branch(row, "code", criteria), figure_or_none(row, "points")
        override_points(points, criterion.maximum)
        session.add(
            CampaignOverride(
                campaign=campaign,
                criterion=criterion,
                points=points,
                reason=row["reason"],
                sample=is_yes(row, "sample"),
            ),
        )
    load_items(session, campaign, _of(campaign, read_table(folder, ITEMS)))
    load_terms(session, campaign, _of(campaign, read_table(folder, TERMS)))
    units = by_code(session, Unit)
    for row in _of(campaign, read_table(folder, "baselines.csv")):
        session.add(
            Baseline(
                campaign_id=campaign.id,
                unit=known(row, "unit", units),
                measure=row["measure"],
                value=figure(row, "value"),
                source=row["source"],
                sample=is_yes(row, "sample"),
            ),
        )
    session.flush()


def criteria_by_code(criteria_set: CriteriaSet) -> dict[str, Criterion]:
    return {criterion.code: criterion for criterion in criteria_set.criteria}


#: the criteria of each set of a campaign, by the set's id, then by code
Trees = Mapping[int, Mapping[str, Criterion]]


def load_appraisers(session: Session, campaign: Campaign, trees: Trees, rows: Sequence[SeedRow]) -> None:
    """Add the rows branch × scope → agency; a scope is ``group:CODE`` or ``unit:CODE``, its branch of its own set."""
    units, groups = by_code(session, Unit), by_code(session, PeerGroup)
    of_group = {stage.group.code: trees[stage.set_id] for stage in campaign.groups}
    of_unit = _by_unit(campaign, trees)
    for row in rows:
        group, unit = scope(row, groups, units)
        taking_part = of_group if group is not None else of_unit
        criteria = code_of(row["scope"].partition(":")[2], taking_part, **row.place(), column="scope")
        session.add(
            AppraiserAssignment(
                campaign=campaign,
                criterion=branch(row, "branch", criteria),
                group=group,
                unit=unit,
                agency=known(row, "agency", units),
            ),
        )
        session.flush()


def _by_unit(campaign: Campaign, trees: Trees) -> dict[str, Mapping[str, Criterion]]:
    return {unit.code: trees[stage.set_id] for stage in campaign.groups for unit in stage.group.units}


def load_officers(session: Session, campaign: Campaign, trees: Trees, rows: Sequence[SeedRow]) -> None:
    """Add branch → officer for every listed unit that takes part in `campaign`."""
    units = by_code(session, Unit)
    taking_part = _by_unit(campaign, trees)
    users = {user.username: user for user in session.scalars(select(PortalUser))}
    for row in rows:
        unit = known(row, "unit", units)
        if unit.code in taking_part:
            session.add(
                OfficerAssignment(
                    campaign=campaign,
                    unit=unit,
                    criterion=branch(row, "branch", taking_part[unit.code]),
                    user=known(row, "username", users),
                ),
            )
            session.flush()


def _of(campaign: Campaign, rows: list[SeedRow]) -> list[SeedRow]:
    return [row for row in rows if row["campaign"] == campaign.code]
