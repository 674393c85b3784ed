"""Load units, groups, councils, legal bases and role accounts of a seed; rows that exist are left as they are."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from app.db.holidays import Holiday
from app.db.identity import Council, LegalBasis, Membership, PeerGroup, PortalUser, Unit
from app.domain.terms import LeaderKind, Role, UnitTier
from app.services.seed_cells import all_known, day, day_or_none, filled, is_yes, known_or_none, word, word_or_none
from app.services.seed_files import SeedRow, read_table

#: 72 bits, in characters nobody confuses when typing from paper.
FIRST_PASSWORD_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # noqa: S105 - letters to draw from
FIRST_PASSWORD_LENGTH = 14
#: how long a first password opens the door, unless the house says less
FIRST_PASSWORD_TERM = dt.timedelta(hours=72)

Coded = TypeVar("Coded", Unit, PeerGroup, Council)


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """A new account with the one-time password that is shown once and must be changed at first sign-in."""

    username: str
    role: str
    unit: str
    password: str


def first_password() -> str:
    return "".join(secrets.choice(FIRST_PASSWORD_ALPHABET) for _ in range(FIRST_PASSWORD_LENGTH))


def by_code(session: Session, table: type[Coded]) -> dict[str, Coded]:
    return {row.code: row for row in session.scalars(select(table).order_by(table.id))}


def load_units(session: Session, folder: Path) -> None:
    there = by_code(session, Unit)
    added: list[tuple[Unit, SeedRow]] = []
    for row in read_table(folder, "units.csv"):
        if row["code"] in there:
            continue
        unit = Unit(
            code=row["code"],
            name=row["name"],
            tier=word(row, "tier", UnitTier),
            valid_from=day(row, "valid_from"),
            valid_to=day_or_none(row, "valid_to"),
            sample=is_yes(row, "sample"),
        )
        session.add(unit)
        there[unit.code] = unit
        added.append((unit, row))
        session.flush()  # ids in file order: the export writes them back in that order
    for unit, row in added:
        unit.merged_into = known_or_none(row, "merged_into", there)


def load_groups(session: Session, folder: Path) -> None:
    units, known = by_code(session, Unit), by_code(session, PeerGroup)
    for row in read_table(folder, "groups.csv"):
        if row["code"] not in known:
            session.add(PeerGroup(code=row["code"], name=row["name"], units=all_known(row, "units", units)))
            session.flush()


def load_councils(session: Session, folder: Path) -> None:
    """Add the councils that are not there yet; one may report to another that stands further down."""
    there = by_code(session, Council)
    rows = [row for row in read_table(folder, "councils.csv") if row["code"] not in there]
    for row in rows:
        council = Council(code=row["code"], name=row["name"])
        session.add(council)
        there[council.code] = council
        session.flush()
    for row in rows:
        there[row["code"]].reports_to = known_or_none(row, "reports_to", there)


def load_legal_bases(session: Session, folder: Path) -> None:
    there = {basis.number: basis for basis in session.scalars(select(LegalBasis).order_by(LegalBasis.id))}
    rows = [row for row in read_table(folder, "legal_bases.csv") if row["number"] not in there]
    for row in rows:
        basis = LegalBasis(
            number=row["number"],
            title=row["title"],
            issued_on=day(row, "issued_on"),
            issuer=row["issuer"],
        )
        session.add(basis)
        session.flush()
        there[basis.number] = basis
    for row in rows:
        there[row["number"]].successor = known_or_none(row, "successor", there)


def load_holidays(session: Session, folder: Path) -> None:
    """Add the days off that are not there yet."""
    there = set(session.scalars(select(Holiday.day)))
    for row in read_table(folder, "holidays.csv"):
        off = day(row, "day")
        if off not in there:
            session.add(Holiday(day=off, name=filled(row, "name")))
            there.add(off)
    session.flush()


def load_accounts(session: Session, folder: Path, seed_name: str, *, until: dt.datetime) -> list[FirstAccount]:
    """Create the missing role accounts and appointments; return the new accounts with their first passwords.

    `until` is the instant at which those passwords end.
    """
    units, councils = by_code(session, Unit), by_code(session, Council)
    users = {user.username: user for user in session.scalars(select(PortalUser))}
    created: list[FirstAccount] = []
    for row in read_table(folder, "accounts.csv"):
        user = users.get(row["username"])
        if user is None:
            password = first_password()
            user = new_account(row["username"], row["display"], password, until=until, seeded_from=seed_name)
            session.add(user)
            users[user.username] = user
            created.append(FirstAccount(user.username, row["role"], row["unit"], password))
        _appoint(session, user, row, units, councils)
    return created


def hash_of(password: str) -> str:
    """Return what is stored of a password; everything that hashes one does it here, at one cost."""
    return generate_password_hash(password)


@cache
def hash_of_nobody() -> str:
    """Return the hash of a password nobody has, made as real ones are: comparing with it takes as long."""
    return hash_of(first_password())


def new_account(
    username: str,
    display: str,
    password: str,
    *,
    until: dt.datetime | None = None,
    seeded_from: str | None = None,
) -> PortalUser:
    """Return an account that must change `password` before it reaches anything else, and before `until`.

    Without that instant the first password opens nothing: an account for nobody yet.
    """
    return PortalUser(
        username=username,
        first_name=display,
        last_name="",
        email=f"{username}@portal.invalid",
        active=True,
        password=hash_of(password),
        password_change_required=True,
        first_password_until=until,
        seeded_from=seeded_from,
    )


def _appoint(
    session: Session,
    user: PortalUser,
    row: SeedRow,
    units: Mapping[str, Unit],
    councils: Mapping[str, Council],
) -> None:
    role = word(row, "role", Role)
    unit = known_or_none(row, "unit", units)
    council = known_or_none(row, "council", councils)
    if any((held.role, held.unit, held.council) == (role, unit, council) for held in user.appointments):
        return
    user.appointments.append(
        Membership(
            role=role,
            unit=unit,
            council=council,
            covers_all_leaves=is_yes(row, "covers_all"),
            leader_kind=word_or_none(row, "leader_kind", LeaderKind),
        ),
    )
    session.flush()
