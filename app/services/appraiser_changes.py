"""Give a branch to another agency while the campaign is open; verdicts given before stay."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import AppraiserAssignment, Campaign, GroupStage
from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.identity import Unit
from app.db.queries.assignments import appraiser_scopes
from app.db.queries.people import people_of_council, people_of_units
from app.db.queries.trees import tree_of_frozen_set
from app.db.session import unit_of_work
from app.domain.campaign_change import ChangeKind, checked_words
from app.domain.errors import InputInvalid
from app.domain.opening import AppraiserScope, agencies_by_leaf
from app.domain.policy import Actor
from app.domain.terms import Role
from app.services.campaign_changes import Why, keep, open_campaign_of, tell


@dataclass(frozen=True, slots=True)
class ChangeAppraiser:
    """The agency of a branch, for a whole group or (`unit_id`) one of its units."""

    group_stage_id: int
    branch: str
    unit_id: int | None
    agency_id: int | None


def change_appraiser(campaign_id: int, command: ChangeAppraiser, why: Why, *, actor: Actor, clock: Clock) -> None:
    """Give a branch to another agency; verdicts given before stay, and stay the other agency's.

    Raises: Forbidden, NotFound, Conflict campaign_not_open; InputInvalid branch_unknown, unit_not_in_campaign,
    agency_not_chosen, agency_without_people, appraiser_is_unit, appraiser_is_own_unit, nothing_changed.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = open_campaign_of(work, campaign_id, actor)
        checked_words(why.reason, why.document)
        group = group_of(campaign, command.group_stage_id)
        criterion = branch_of(work.session, group, command.branch)
        unit = _unit_of(work.session, group, command.unit_id)
        agency = _agency(work.session, command.agency_id)
        row = _row(work.session, campaign_id, criterion, group, unit)
        if row is not None and row.agency_id == agency.id:
            raise InputInvalid("nothing_changed", field="agency")
        _refuse_own_unit(work.session, group, criterion, unit, agency)
        before = None if row is None else row.agency
        if row is None:
            row = AppraiserAssignment(campaign_id=campaign_id, criterion_id=criterion.id)
            row.unit_id, row.group_id = (unit.id, None) if unit else (None, group.group_id)
            work.session.add(row)
        row.agency_id = agency.id
        place = {"branch": criterion.code, "scope": unit.name if unit else group.group.name}
        old = place | {"agency": before.name if before else ""}
        keep(work, campaign_id, ChangeKind.APPRAISER, old, place | {"agency": agency.name}, why)
        told = people_of_units(work.session, [each.id for each in (before, agency) if each], (Role.APPRAISER,))
        told += people_of_council(work.session, group.council_id, (Role.SECRETARIAT,))
        tell(work, campaign, ChangeKind.APPRAISER, told)


def group_of(campaign: Campaign, group_stage_id: int) -> GroupStage:
    found = next((group for group in campaign.groups if group.id == group_stage_id), None)
    if found is None:
        raise InputInvalid("group_not_of_campaign", field="group")
    return found


def branch_of(session: Session, group: GroupStage, code: str) -> Criterion:
    of_set = select(Criterion).where(Criterion.set_id == group.set_id, Criterion.code == code.strip())
    found = session.scalars(of_set).one_or_none()
    if found is None:
        raise InputInvalid("branch_of_other_set", branch=code[:20], field="branch")
    return found


def _unit_of(session: Session, group: GroupStage, unit_id: int | None) -> Unit | None:
    if unit_id is None:
        return None
    of_group = select(Unit).join(Assessment, Assessment.unit_id == Unit.id)
    found = session.scalars(of_group.where(Assessment.group_stage_id == group.id, Unit.id == unit_id)).one_or_none()
    if found is None:
        raise InputInvalid("unit_not_in_campaign", unit=unit_id, field="unit")
    return found


def _agency(session: Session, agency_id: int | None) -> Unit:
    agency = None if agency_id is None else session.get(Unit, agency_id)
    if agency is None:
        raise InputInvalid("agency_not_chosen", field="agency")
    if not people_of_units(session, [agency.id], (Role.APPRAISER,)):
        raise InputInvalid("agency_without_people", agency=agency.name, field="agency")
    return agency


def _row(
    session: Session, campaign_id: int, criterion: Criterion, group: GroupStage, unit: Unit | None
) -> AppraiserAssignment | None:
    of_branch = select(AppraiserAssignment).where(
        AppraiserAssignment.campaign_id == campaign_id, AppraiserAssignment.criterion_id == criterion.id
    )
    scope = (
        AppraiserAssignment.unit_id == unit.id if unit is not None else AppraiserAssignment.group_id == group.group_id
    )
    return session.scalars(of_branch.where(scope)).one_or_none()


def _refuse_own_unit(
    session: Session, group: GroupStage, criterion: Criterion, unit: Unit | None, agency: Unit
) -> None:
    """Refuse an agency that would come to appraise its own sheet."""
    if unit is not None and unit.id == agency.id:
        raise InputInvalid("appraiser_is_unit", unit=agency.name, field="agency")
    units = set(session.scalars(select(Assessment.unit_id).where(Assessment.group_stage_id == group.id)))
    if unit is not None or agency.id not in units:
        return
    tree = tree_of_frozen_set(session, group.set_id)
    rows = [*appraiser_scopes(session, group.campaign_id, group.group_id)]
    rows = [row for row in rows if (row.branch, row.unit_id) != (criterion.code, None)]
    after = agencies_by_leaf(tree, agency.id, [*rows, AppraiserScope(criterion.code, None, agency.id)])
    own = next((code for code, number in after.items() if number == agency.id), None)
    if own is not None:
        details = {"group": group.group.name, "criterion": own, "unit": agency.name}
        raise InputInvalid("appraiser_is_own_unit", field="agency", **details)
