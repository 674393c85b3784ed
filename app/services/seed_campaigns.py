"""Load the campaigns of a seed: dates, classes, groups, assignments, overrides, baselines.

Dates of a rehearsal are offsets ("+14d 17:00") around the day it was first loaded, Vietnam time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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
from app.db.identity import Council, LegalBasis, PeerGroup, PortalUser, Unit
from app.domain.deadlines import VIETNAM, resolve_offset
from app.domain.points import parse_number
from app.domain.terms import PhaseKind, Ties
from app.services.seed_files import Row, is_yes, read_json, read_table
from app.services.seed_identity import by_code
from app.services.seed_sets import copy_set, set_by_code

#: keys of campaigns.json that live in `Campaign.policies`, in the order the file has them
POLICY_KEYS = (
    "tie_breakers",
    "rank_on",
    "cap_index",
    "internal_approval",
    "support_policy",
    "zero_grounds",
    "explanation_days",
    "request_answerable",
)


def load_campaigns(session: Session, folder: Path, *, now: dt.datetime) -> list[Campaign]:
    """Create the campaigns that are not there yet; return those created."""
    known = set(session.scalars(select(Campaign.code)))
    created = []
    for described in read_json(folder, "campaigns.json"):
        if described["code"] in known:
            continue
        campaign = campaign_from(session, described, now=now)
        _load_rows(session, folder, campaign)
        created.append(campaign)
    return created


def campaign_from(session: Session, described: Mapping[str, Any], *, now: dt.datetime) -> Campaign:
    """Return a draft campaign with its phases, bands and groups; a rehearsal gets a copy of the set of its own."""
    today = now.astimezone(VIETNAM).date()
    basis = session.scalars(select(LegalBasis).where(LegalBasis.number == described["legal_basis"])).one_or_none()
    campaign = Campaign(
        code=described["code"],
        name=described["name"],
        year=described["year"],
        rehearsal=described["rehearsal"],
        anchor_date=today if described["rehearsal"] else None,
        decimals=described["decimals"],
        ties=Ties(described["ties"]),
        policies={key: value for key, value in described.items() if key in POLICY_KEYS},
        legal_basis=basis,
    )
    session.add(campaign)
    for phase in described["phases"]:
        campaign.phases.append(_phase(phase, campaign.anchor_date))
    for band in described["bands"]:
        lower = parse_number(band["lower"], what="lower")
        campaign.bands.append(GradeBand(name=band["name"], lower=lower, sample=band["sample"]))
    session.flush()
    _join_groups(session, campaign, described)
    return campaign


def _phase(described: Mapping[str, Any], anchor: dt.date | None) -> Phase:
    opens, closes = described.get("opens"), described["closes"]
    return Phase(
        kind=PhaseKind(described["kind"]),
        opens_at=_instant(opens, anchor) if opens else None,
        closes_at=_instant(closes, anchor),
        sample=described.get("sample", False),
    )


def _instant(text: str, anchor: dt.date | None) -> dt.datetime:
    if anchor is not None:
        return resolve_offset(anchor, text)
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM).astimezone(dt.UTC)


def _join_groups(session: Session, campaign: Campaign, described: Mapping[str, Any]) -> None:
    groups, councils = by_code(session, PeerGroup), by_code(session, Council)
    source = set_by_code(session, described["set"])
    assert source is not None
    criteria_set = copy_set(session, source, f"{source.code}-{campaign.code}") if campaign.rehearsal else source
    for joined in described["groups"]:
        campaign.groups.append(
            GroupStage(
                group=groups[joined["group"]],
                council=councils[joined["council"]],
                criteria_set=criteria_set,
            ),
        )
        session.flush()


def _load_rows(session: Session, folder: Path, campaign: Campaign) -> None:
    criteria = criteria_by_code(campaign.groups[0].criteria_set)
    load_appraisers(session, campaign, criteria, _of(campaign, read_table(folder, "appraisers.csv")))
    load_officers(session, campaign, criteria, read_table(folder, "officers.csv"))
    for row in _of(campaign, read_table(folder, "overrides.csv")):
        session.add(
            CampaignOverride(
                campaign=campaign,
                criterion=criteria[row["code"]],
                points=parse_number(row["points"], what="points") if row["points"] else None,
                reason=row["reason"],
                sample=is_yes(row, "sample"),
            ),
        )
    units = by_code(session, Unit)
    for row in _of(campaign, read_table(folder, "baselines.csv")):
        session.add(
            Baseline(
                campaign_id=campaign.id,
                unit=units[row["unit"]],
                measure=row["measure"],
                value=parse_number(row["value"], what="value"),
                source=row["source"],
                sample=is_yes(row, "sample"),
            ),
        )
    session.flush()


def criteria_by_code(criteria_set: CriteriaSet) -> dict[str, Criterion]:
    return {criterion.code: criterion for criterion in criteria_set.criteria}


def load_appraisers(
    session: Session,
    campaign: Campaign,
    criteria: Mapping[str, Criterion],
    rows: Sequence[Row],
) -> None:
    """Add the rows branch × scope → agency; a scope is ``group:CODE`` or ``unit:CODE``."""
    units, groups = by_code(session, Unit), by_code(session, PeerGroup)
    for row in rows:
        kind, _, code = row["scope"].partition(":")
        session.add(
            AppraiserAssignment(
                campaign=campaign,
                criterion=criteria[row["branch"]],
                group=groups[code] if kind == "group" else None,
                unit=units[code] if kind == "unit" else None,
                agency=units[row["agency"]],
            ),
        )
        session.flush()


def load_officers(session: Session, campaign: Campaign, criteria: Mapping[str, Criterion], rows: Sequence[Row]) -> None:
    """Add branch → officer for every listed unit that takes part in `campaign`."""
    taking_part = {unit.code: unit for stage in campaign.groups for unit in stage.group.units}
    users = {user.username: user for user in session.scalars(select(PortalUser))}
    for row in rows:
        if row["unit"] in taking_part:
            session.add(
                OfficerAssignment(
                    campaign=campaign,
                    unit=taking_part[row["unit"]],
                    criterion=criteria[row["branch"]],
                    user=users[row["username"]],
                ),
            )
            session.flush()


def _of(campaign: Campaign, rows: list[dict[str, str]]) -> list[Row]:
    return [row for row in rows if row["campaign"] == campaign.code]
