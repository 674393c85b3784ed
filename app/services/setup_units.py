"""The units of a peer group, chosen by tier while a campaign is set up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from app.db.clock import Clock
from app.db.criteria import CriteriaSet
from app.db.identity import Council, LegalBasis, PeerGroup, Unit
from app.db.session import reading, unit_of_work
from app.domain import policy
from app.domain.delegation import vietnam_day
from app.domain.errors import InputInvalid
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import UnitTier

CODE_LIMIT, NAME_LIMIT = 32, 200


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit that works today; `groups`: ids of the peer groups it is in."""

    unit_id: int
    code: str
    name: str
    tier: UnitTier
    sample: bool
    groups: frozenset[int]


@dataclass(frozen=True, slots=True)
class SetupChoices:
    """What the steps offer to choose from."""

    units: tuple[UnitChoice, ...]
    groups: tuple[tuple[int, str], ...]
    councils: tuple[tuple[int, str], ...]
    sets: tuple[tuple[int, str], ...]
    bases: tuple[tuple[int, str], ...]


def setup_choices(*, actor: Actor, clock: Clock, tier: UnitTier | None = None) -> SetupChoices:
    """Return the choices; units of one tier, or of all. A constant number of statements. Raises Forbidden."""
    policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
    with reading() as session:
        today = vietnam_day(clock.read(session))
        units = (
            select(Unit)
            .where(or_(Unit.valid_to.is_(None), Unit.valid_to > today), Unit.merged_into_id.is_(None))
            .options(selectinload(Unit.groups))
            .order_by(Unit.code)
        )
        if tier is not None:
            units = units.where(Unit.tier == tier)
        groups = session.execute(select(PeerGroup.id, PeerGroup.name).order_by(PeerGroup.code))
        councils = session.execute(select(Council.id, Council.name).order_by(Council.code))
        sets = session.scalars(select(CriteriaSet).order_by(CriteriaSet.id.desc()))
        bases = session.scalars(select(LegalBasis).order_by(LegalBasis.issued_on.desc(), LegalBasis.id.desc()))
        return SetupChoices(
            units=tuple(
                UnitChoice(row.id, row.code, row.name, row.tier, row.sample, frozenset(each.id for each in row.groups))
                for row in session.scalars(units)
            ),
            groups=tuple((row.id, row.name) for row in groups),
            councils=tuple((row.id, row.name) for row in councils),
            sets=tuple((row.id, f"{row.code} – {row} {row.year}") for row in sets),
            bases=tuple((row.id, f"{row.number} – {row.title[:80]}") for row in bases),
        )


def save_group_units(
    group_id: int | None,
    code: str,
    name: str,
    shown: Collection[int],
    chosen: Collection[int],
    *,
    actor: Actor,
    clock: Clock,
) -> int:
    """Put the `chosen` of the units that were `shown` into a peer group, new when `group_id` is None; return its id.

    Units that were not shown (another tier) stay as they are. Raises: Forbidden, InputInvalid group_unknown_here,
    group_code_missing, group_name_missing, code_exists, unit_missing_here.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.UNIT_CONFIGURE, Subject())
        session = work.session
        if group_id is None:
            group = PeerGroup(code=_code(code), name=_name(name))
            if session.scalars(select(PeerGroup.id).where(PeerGroup.code == group.code)).first() is not None:
                raise InputInvalid("code_exists", field="code", code=group.code)
            session.add(group)
        else:
            found = session.get(PeerGroup, group_id, with_for_update=True)
            if found is None:
                raise InputInvalid("group_unknown_here", field="group")
            group = found
        units = {row.id: row for row in session.scalars(select(Unit).where(Unit.id.in_(set(chosen))))}
        if len(units) != len(set(chosen)):
            raise InputInvalid("unit_missing_here", field="unit")
        before = [row.code for row in group.units]
        kept = [row for row in group.units if row.id not in shown]
        group.units = kept + [row for row in units.values() if row not in kept]
        session.flush()
        old, new = {"units": before}, {"units": sorted(row.code for row in group.units)}
        work.audit("house", "configuration_changed", "peer_group", group.id, old=old, new=new)
        return group.id


def _code(code: str) -> str:
    if not code.strip() or len(code.strip()) > CODE_LIMIT:
        raise InputInvalid("group_code_missing", field="code", limit=CODE_LIMIT)
    return code.strip()


def _name(name: str) -> str:
    if not name.strip() or len(name.strip()) > NAME_LIMIT:
        raise InputInvalid("group_name_missing", field="called", limit=NAME_LIMIT)
    return name.strip()
