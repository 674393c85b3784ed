"""Who and where: units, groups, councils, accounts, appointments, legal bases."""

from __future__ import annotations

import datetime as dt

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Model
from app.db.columns import UtcInstant, once_where, one_of
from app.domain.terms import LeaderKind, Role, UnitTier

peer_group_unit = Table(
    "peer_group_unit",
    Model.metadata,
    Column(
        "peer_group_id", Integer, ForeignKey("peer_group.id", name="fk_peer_group_unit_peer_group_id"), primary_key=True
    ),
    Column("unit_id", Integer, ForeignKey("unit.id", name="fk_peer_group_unit_unit_id"), primary_key=True, index=True),
)


class Unit(Model):
    """A public body: scored, or appraising, or both. Valid from/to are dates; `valid_to` is the first day it is gone."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("code", name="uq_unit_code"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ck_unit_valid_to_after_valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(240), default="", index=True)
    tier: Mapped[UnitTier] = mapped_column(one_of(UnitTier, "ck_unit_tier"))
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_to: Mapped[dt.date | None] = mapped_column(Date)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", name="fk_unit_merged_into_id"))
    sample: Mapped[bool] = mapped_column(Boolean(name="ck_unit_sample"), default=False)

    merged_into: Mapped[Unit | None] = relationship(remote_side="Unit.id")
    groups: Mapped[list[PeerGroup]] = relationship(secondary=peer_group_unit, back_populates="units")

    def __str__(self) -> str:
        return self.name


class PeerGroup(Model):
    """Units that are ranked against each other."""

    __tablename__ = "peer_group"
    __table_args__ = (UniqueConstraint("code", name="uq_peer_group_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(240), default="", index=True)
    units: Mapped[list[Unit]] = relationship(
        secondary=peer_group_unit,
        back_populates="groups",
        order_by="Unit.code",
    )

    def __str__(self) -> str:
        return self.name


class Council(Model):
    """An appraisal council with its secretariat, chair and approving authority.

    `reports_to`: the council of the tier above, which reads what this one published and never examines it again.
    """

    __tablename__ = "council"
    __table_args__ = (UniqueConstraint("code", name="uq_council_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(240), default="", index=True)
    reports_to_id: Mapped[int | None] = mapped_column(ForeignKey("council.id", name="fk_council_reports_to_id"))

    reports_to: Mapped[Council | None] = relationship(remote_side="Council.id")

    def __str__(self) -> str:
        return self.name


class PortalUser(User):
    """An account of the portal: FAB's user plus what ends first passwords and sessions."""

    __tablename__ = "ab_user"
    password_change_required: Mapped[bool] = mapped_column(
        Boolean(name="ck_ab_user_password_change_required"),
        default=False,
    )
    #: the first instant at which the first password opens nothing any more; None once the person chose one
    first_password_until: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    #: part of what a session is tied to; the next one is a sign-out everywhere
    session_generation: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    seeded_from: Mapped[str | None] = mapped_column(String(64))
    appointments: Mapped[list[Membership]] = relationship(back_populates="user", order_by="Membership.id")


class Membership(Model):
    """One appointment: a role held in a unit or in a council (glossary: role × unit/council)."""

    __tablename__ = "membership"
    __table_args__ = (
        once_where("uq_membership_unit", "council_id IS NULL", "user_id", "role", "unit_id"),
        once_where("uq_membership_council", "unit_id IS NULL", "user_id", "role", "council_id"),
        once_where("uq_membership_house", "unit_id IS NULL AND council_id IS NULL", "user_id", "role"),
        CheckConstraint("unit_id IS NULL OR council_id IS NULL", name="ck_membership_unit_or_council"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_membership_user_id"), index=True)
    role: Mapped[Role] = mapped_column(one_of(Role, "ck_membership_role"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", name="fk_membership_unit_id"), index=True)
    council_id: Mapped[int | None] = mapped_column(
        ForeignKey("council.id", name="fk_membership_council_id"), index=True
    )
    covers_all_leaves: Mapped[bool] = mapped_column(Boolean(name="ck_membership_covers_all_leaves"), default=False)
    leader_kind: Mapped[LeaderKind | None] = mapped_column(one_of(LeaderKind, "ck_membership_leader_kind"))

    user: Mapped[PortalUser] = relationship(back_populates="appointments")
    unit: Mapped[Unit | None] = relationship()
    council: Mapped[Council | None] = relationship()


class LegalBasis(Model):
    """A document a campaign or a set rests on; `successor` is the one that amended or replaced it."""

    __tablename__ = "legal_basis"
    __table_args__ = (UniqueConstraint("number", "issued_on", name="uq_legal_basis_number_issued_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    issued_on: Mapped[dt.date] = mapped_column(Date)
    issuer: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(400), default="")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("legal_basis.id", name="fk_legal_basis_successor_id"))

    successor: Mapped[LegalBasis | None] = relationship(remote_side="LegalBasis.id")

    def __str__(self) -> str:
        return self.number
