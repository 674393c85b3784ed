"""Write a seed back as reviewable files: what was edited on screen comes out, untouched rows byte for byte."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.campaigns import (
    AppraiserAssignment,
    Baseline,
    Campaign,
    CampaignOverride,
    GroupStage,
    OfficerAssignment,
    Phase,
)
from app.db.criteria import CriteriaSet, CriterionFinding
from app.db.holidays import Holiday
from app.db.identity import Council, LegalBasis, Membership, PeerGroup, Unit
from app.db.session import reading
from app.domain.deadlines import VIETNAM
from app.domain.errors import InputInvalid, NotFound
from app.domain.points import plain
from app.domain.terms import Role
from app.services.profiles import PROFILE
from app.services.seed_described import POLICY_KEYS, SET, read_campaigns, read_sets
from app.services.seed_examples import EXAMPLES, example_rows
from app.services.seed_files import (
    OPTIONAL,
    Row,
    json_text,
    read_rows,
    read_text,
    seed_folder,
    table_text,
    yes,
)
from app.services.seed_items import BASES, ITEMS, basis_rows, item_rows
from app.services.seed_sets import rule_text, set_by_code, source_code
from app.services.seed_terms import TERMS, term_rows

#: groups a demonstration made; they and their units are no part of a seed
DEMO_PREFIX = "demo-"


def export_seed(name: str, target: Path) -> list[str]:
    """Write the files of seed `name` into `target` (made when missing); return their names.

    An optional file the seed goes without is taken away where an earlier export left one: loading would read it.

    Raises: NotFound when the seed is unknown or was never loaded; InputInvalid("seed_target_unwritable").
    """
    folder = seed_folder(name)
    described, campaign_codes = read_sets(folder), [each.code for each in read_campaigns(folder)]
    with reading() as session:
        texts = _identity_texts(session, folder)
        for place, each in described.items():
            criteria_set = set_by_code(session, each.code)
            if criteria_set is None:
                raise NotFound("seed_not_loaded", name=name)
            texts |= {place + file_name: text for file_name, text in _set_texts(criteria_set).items()}
        texts |= _campaign_texts(session, _campaigns(session, campaign_codes))
    texts["README.md"] = read_text(folder, "README.md")
    if (folder / PROFILE).exists():
        texts[PROFILE] = read_text(folder, PROFILE)
    try:
        for place in described:
            (target / place).mkdir(parents=True, exist_ok=True)
        for file_name, text in texts.items():
            (target / file_name).write_text(text, encoding="utf-8", newline="")
        for file_name in {place + optional for place in described for optional in OPTIONAL} - set(texts):
            (target / file_name).unlink(missing_ok=True)
    except OSError as cannot:
        raise InputInvalid("seed_target_unwritable", path=cannot.filename, reason=cannot.strerror) from cannot
    return sorted(texts)


def _campaigns(session: Session, codes: list[str]) -> list[Campaign]:
    found = {row.code: row for row in session.scalars(select(Campaign).where(Campaign.code.in_(codes)))}
    return [found[code] for code in codes if code in found]


def _of_other_seeds(folder: Path, file_name: str, column: str = "code") -> frozenset[str]:
    """Return what only the files of other seeds name: a house may have loaded several."""
    named = {
        path: {row[column] for row in read_rows(path, file_name)[0]}
        for path in folder.parent.iterdir()
        if (path / "criteria.csv").exists()
    }
    own = named.pop(folder, set())
    return frozenset().union(*named.values()) - own


def _identity_texts(session: Session, folder: Path) -> dict[str, str]:
    others = _of_other_seeds(folder, "groups.csv")
    groups = [
        group
        for group in session.scalars(select(PeerGroup).order_by(PeerGroup.id))
        if not group.code.startswith(DEMO_PREFIX) and group.code not in others
    ]
    others = _of_other_seeds(folder, "units.csv")
    units = [
        unit
        for unit in session.scalars(select(Unit).order_by(Unit.id))
        if unit.code not in others
        and (not unit.groups or any(not group.code.startswith(DEMO_PREFIX) for group in unit.groups))
    ]
    others = _of_other_seeds(folder, "councils.csv")
    councils = [row for row in session.scalars(select(Council).order_by(Council.id)) if row.code not in others]
    others = _of_other_seeds(folder, "legal_bases.csv", "number")
    bases = [row for row in session.scalars(select(LegalBasis).order_by(LegalBasis.id)) if row.number not in others]
    kept, sitting = {unit.id for unit in units}, {row.id for row in councils}
    members = [
        member
        for member in session.scalars(select(Membership).order_by(Membership.id))
        if (member.unit_id is None or member.unit_id in kept)
        and (member.council_id is None or member.council_id in sitting)
        and member.role is not Role.ADMINISTRATOR
    ]
    others = _of_other_seeds(folder, "holidays.csv", "day")
    holidays = session.scalars(select(Holiday).order_by(Holiday.day))
    days_off = [{"day": day, "name": row.name} for row in holidays if (day := row.day.isoformat()) not in others]
    return {
        **({"holidays.csv": table_text("holidays.csv", days_off)} if days_off else {}),
        "units.csv": table_text("units.csv", [_unit_row(unit) for unit in units]),
        "groups.csv": table_text("groups.csv", [_group_row(group) for group in groups]),
        "councils.csv": table_text("councils.csv", [_council_row(row) for row in councils]),
        "legal_bases.csv": table_text("legal_bases.csv", [_basis_row(basis) for basis in bases]),
        "accounts.csv": table_text("accounts.csv", [_account_row(member) for member in members]),
    }


def _unit_row(unit: Unit) -> Row:
    return {
        "code": unit.code,
        "name": unit.name,
        "tier": unit.tier.value,
        "valid_from": unit.valid_from.isoformat(),
        "valid_to": unit.valid_to.isoformat() if unit.valid_to else "",
        "merged_into": unit.merged_into.code if unit.merged_into else "",
        "sample": yes(unit.sample),
    }


def _group_row(group: PeerGroup) -> Row:
    units = sorted(group.units, key=lambda unit: unit.id)
    return {"code": group.code, "name": group.name, "units": " ".join(unit.code for unit in units)}


def _council_row(council: Council) -> Row:
    reports_to = council.reports_to.code if council.reports_to else ""
    return {"code": council.code, "name": council.name, "reports_to": reports_to}


def _basis_row(basis: LegalBasis) -> Row:
    return {
        "number": basis.number,
        "title": basis.title,
        "issued_on": basis.issued_on.isoformat(),
        "issuer": basis.issuer,
        "successor": basis.successor.number if basis.successor else "",
    }


def _account_row(member: Membership) -> Row:
    return {
        "username": member.user.username,
        "role": member.role.value,
        "display": member.user.first_name,
        "unit": member.unit.code if member.unit else "",
        "council": member.council.code if member.council else "",
        "covers_all": "yes" if member.covers_all_leaves else "",
        "leader_kind": member.leader_kind.value if member.leader_kind else "",
    }


def _set_texts(criteria_set: CriteriaSet) -> dict[str, str]:
    codes = {node.id: node.code for node in criteria_set.criteria}
    rows: list[Row] = [
        {
            "code": node.code,
            "parent": codes[node.parent_id] if node.parent_id is not None else "",
            "title": node.title,
            "original": node.original,
            "maximum": plain(node.maximum),
            "requirement": node.requirement,
            "evidence": node.evidence,
            "agency_printed": node.agency_printed,
            "agency": node.agency.code if node.agency else "",
            "scored_by": node.scored_by.value if node.scored_by else "",
            "rule": rule_text(node.rule),
        }
        for node in criteria_set.criteria
    ]
    findings = sorted((finding for node in criteria_set.criteria for finding in node.findings), key=lambda row: row.id)
    described = {
        "code": criteria_set.code,
        "name": criteria_set.name,
        "year": criteria_set.year,
        "legal_basis": criteria_set.legal_basis.number if criteria_set.legal_basis else "",
        "notes": criteria_set.notes,
    }
    examples, bases = example_rows(criteria_set.criteria), basis_rows(criteria_set.criteria)
    return {
        **({BASES: table_text(BASES, bases)} if bases else {}),
        **({EXAMPLES: table_text(EXAMPLES, examples)} if examples else {}),
        SET: json_text(described),
        "criteria.csv": table_text("criteria.csv", rows),
        "findings.csv": table_text(
            "findings.csv",
            [_finding_row(finding, codes[finding.criterion_id]) for finding in findings],
        ),
    }


def _finding_row(finding: CriterionFinding, code: str) -> Row:
    return {
        "code": code,
        "finding": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "settled": yes(finding.settled),
        "choice": finding.choice,
    }


def _campaign_texts(session: Session, campaigns: list[Campaign]) -> dict[str, str]:
    ids = [campaign.id for campaign in campaigns]
    codes = {campaign.id: campaign.code for campaign in campaigns}
    appraisers = session.scalars(
        select(AppraiserAssignment).where(AppraiserAssignment.campaign_id.in_(ids)).order_by(AppraiserAssignment.id),
    )
    overrides = session.scalars(
        select(CampaignOverride).where(CampaignOverride.campaign_id.in_(ids)).order_by(CampaignOverride.id),
    )
    baselines = session.scalars(select(Baseline).where(Baseline.campaign_id.in_(ids)).order_by(Baseline.id))
    items = item_rows(session, codes)
    terms = term_rows(session, {campaign.id: campaign for campaign in campaigns})
    return {
        **({TERMS: table_text(TERMS, terms)} if terms else {}),
        **({ITEMS: table_text(ITEMS, items)} if items else {}),
        "campaigns.json": json_text([_campaign_json(campaign) for campaign in campaigns]),
        "appraisers.csv": table_text("appraisers.csv", [_appraiser_row(row) for row in appraisers]),
        "officers.csv": table_text("officers.csv", _officer_rows(session, ids)),
        "overrides.csv": table_text("overrides.csv", [_override_row(row) for row in overrides]),
        "baselines.csv": table_text(
            "baselines.csv",
            [
                {
                    "campaign": codes[row.campaign_id],
                    "unit": row.unit.code,
                    "measure": row.measure,
                    "value": plain(row.value),
                    "source": row.source,
                    "sample": yes(row.sample),
                }
                for row in baselines
            ],
        ),
    }


def _appraiser_row(row: AppraiserAssignment) -> Row:
    scope = f"group:{row.group.code}" if row.group else f"unit:{row.unit.code if row.unit else ''}"
    return {
        "campaign": row.campaign.code,
        "branch": row.criterion.code,
        "scope": scope,
        "agency": row.agency.code,
    }


def _officer_rows(session: Session, campaign_ids: list[int]) -> list[Row]:
    """One row a branch and officer, however many campaigns repeat it, in order of first appearance."""
    statement = (
        select(OfficerAssignment).where(OfficerAssignment.campaign_id.in_(campaign_ids)).order_by(OfficerAssignment.id)
    )
    seen: dict[tuple[str, str, str], None] = {}
    for row in session.scalars(statement):
        seen[(row.unit.code, row.criterion.code, row.user.username)] = None
    return [{"unit": unit, "branch": branch, "username": username} for unit, branch, username in seen]


def _override_row(row: CampaignOverride) -> Row:
    stages = row.campaign.groups
    named = next(source_code(stage) for stage in stages if stage.set_id == row.criterion.set_id)
    return {
        "set": "" if named == source_code(stages[0]) else named,
        "campaign": row.campaign.code,
        "code": row.criterion.code,
        "points": plain(row.points) if row.points is not None else "",
        "reason": row.reason,
        "sample": yes(row.sample),
    }


def _campaign_json(campaign: Campaign) -> dict[str, Any]:
    """The set of the first group is the campaign's; a group on another one names its own."""
    shared = source_code(campaign.groups[0]) if campaign.groups else ""
    policies = {key: campaign.policies[key] for key in POLICY_KEYS if key in campaign.policies}
    leading = {key: policies.pop(key) for key in ("tie_breakers", "rank_on", "cap_index", "internal_approval")}
    return {
        "code": campaign.code,
        "name": campaign.name,
        "year": campaign.year,
        "set": shared,
        "groups": [_group_json(stage, shared) for stage in campaign.groups],
        "rehearsal": campaign.rehearsal,
        "decimals": campaign.decimals,
        "ties": campaign.ties.value,
        **leading,
        "bands": [{"name": band.name, "lower": plain(band.lower), "sample": band.sample} for band in campaign.bands],
        **policies,
        "legal_basis": campaign.legal_basis.number if campaign.legal_basis else "",
        "phases": [_phase_json(phase, campaign.anchor_date) for phase in sorted(campaign.phases, key=lambda p: p.id)],
    }


def _group_json(stage: GroupStage, shared: str) -> dict[str, Any]:
    own = source_code(stage)
    joined = {"group": stage.group.code, "council": stage.council.code}
    return joined if own == shared else {**joined, "set": own}


def _phase_json(phase: Phase, anchor: dt.date | None) -> dict[str, Any]:
    described: dict[str, Any] = {"kind": phase.kind.value}
    if phase.opens_at is not None:
        described["opens"] = _local(phase.opens_at, anchor)
    described["closes"] = _local(phase.closes_at, anchor)
    if phase.sample:
        described["sample"] = True
    return described


def _local(instant: dt.datetime, anchor: dt.date | None) -> str:
    local = instant.astimezone(VIETNAM)
    if anchor is None:
        return local.strftime("%Y-%m-%dT%H:%M")
    return f"{(local.date() - anchor).days:+d}d {local:%H:%M}"
