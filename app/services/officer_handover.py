"""Give every open branch of an officer to another in one act."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.campaigns import Campaign, OfficerAssignment
from app.db.clock import Clock
from app.db.identity import Membership, PortalUser
from app.db.session import reading, unit_of_work
from app.domain import policy
from app.domain.errors import InputInvalid, NotFound
from app.domain.notices import NoticeKind
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import CampaignStatus, Role
from app.services.notices import announce


def reassign_officer(unit_id: int, from_id: int, to_id: int | None, reason: str, *, actor: Actor, clock: Clock) -> int:
    """Move every assignment of `from_id` in the unit, in campaigns not closed, to `to_id`; return how many moved.

    What the other already has is not given twice. Raises: Forbidden, InputInvalid delegation_without_reason,
    delegation_to_oneself, officer_of_other_unit, NotFound("nothing_to_hand_over").
    """
    if not reason.strip():
        raise InputInvalid("delegation_without_reason", field="reason")
    if from_id == to_id:
        raise InputInvalid("delegation_to_oneself", field="officer")
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.OFFICER_ASSIGN, Subject(unit_id=unit_id))
        officer = _officer(work.session, unit_id, to_id)
        rows = _assignments(work.session, unit_id, (from_id, officer.id))
        theirs = {(row.campaign_id, row.criterion_id) for row in rows if row.user_id == officer.id}
        mine = [row for row in rows if row.user_id == from_id]
        if not mine:
            raise NotFound("nothing_to_hand_over")
        for row in mine:
            if (row.campaign_id, row.criterion_id) in theirs:
                work.session.delete(row)
            else:
                row.user_id = officer.id
        before = work.session.get_one(PortalUser, from_id)
        for campaign_id in dict.fromkeys(row.campaign_id for row in mine):
            codes = [row.criterion.code for row in mine if row.campaign_id == campaign_id]
            old = {"user_id": before.id, "criteria": ", ".join(codes)}
            new = {"user_id": officer.id, "criteria": ", ".join(codes)}
            stream = f"campaign:{campaign_id}"
            work.audit(stream, "officer_reassigned", "unit", unit_id, old=old, new=new, note=reason.strip())
        unit = mine[0].unit
        told = (from_id, officer.id)
        announce(work, NoticeKind.WORK_HANDED_OVER, told, path="/sheets/", facts={"unit": unit.name, "until": ""})
        return len(mine)


def _officer(session: Session, unit_id: int, user_id: int | None) -> PortalUser:
    statement = (
        select(PortalUser)
        .join(Membership, Membership.user_id == PortalUser.id)
        .where(Membership.unit_id == unit_id, Membership.role == Role.OFFICER)
        .where(PortalUser.id == user_id, PortalUser.active.is_(True))
    )
    found = session.scalars(statement).first()
    if found is None:
        raise InputInvalid("officer_of_other_unit", field="officer")
    return found


def _assignments(session: Session, unit_id: int, user_ids: Sequence[int]) -> Sequence[OfficerAssignment]:
    statement = (
        select(OfficerAssignment)
        .join(OfficerAssignment.campaign)
        .where(OfficerAssignment.unit_id == unit_id, OfficerAssignment.user_id.in_(user_ids))
        .where(Campaign.status != CampaignStatus.CLOSED)
        .options(joinedload(OfficerAssignment.criterion), joinedload(OfficerAssignment.unit))
        .order_by(OfficerAssignment.id)
        .with_for_update(of=OfficerAssignment)
    )
    return session.scalars(statement).all()


def officers_with_work(*, actor: Actor) -> list[tuple[int, str, int, str]]:
    """Return (unit id, unit, officer id, officer) of everybody with branches in the actor's reach; one statement."""
    reach = policy.scope(actor, Permission.OFFICER_ASSIGN)
    with reading() as session:
        statement = (
            select(OfficerAssignment)
            .join(OfficerAssignment.campaign)
            .where(Campaign.status != CampaignStatus.CLOSED)
            .options(joinedload(OfficerAssignment.unit), joinedload(OfficerAssignment.user))
            .order_by(OfficerAssignment.unit_id, OfficerAssignment.user_id)
        )
        if not reach.everything:
            statement = statement.where(OfficerAssignment.unit_id.in_(reach.unit_ids))
        rows = session.scalars(statement)
        found = {(row.unit_id, row.unit.name, row.user_id, row.user.first_name) for row in rows}
        return sorted(found, key=lambda each: (each[1], each[3]))


def officers_of(*, actor: Actor) -> list[tuple[int, int, str]]:
    """Return (unit id, officer id, officer) of every active officer in the actor's reach; one statement."""
    reach = policy.scope(actor, Permission.OFFICER_ASSIGN)
    with reading() as session:
        statement = (
            select(Membership.unit_id, PortalUser.id, PortalUser.first_name)
            .join(Membership.user)
            .where(Membership.role == Role.OFFICER, Membership.unit_id.is_not(None), PortalUser.active.is_(True))
            .order_by(PortalUser.username)
        )
        if not reach.everything:
            statement = statement.where(Membership.unit_id.in_(reach.unit_ids))
        return [(row[0] or 0, row[1], row[2]) for row in session.execute(statement)]
