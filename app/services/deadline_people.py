"""Whom a deadline that is near concerns: the people of units, agencies and councils on a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.db.campaigns import Campaign, OfficerAssignment
from app.db.criteria import Criterion
from app.db.identity import Membership, PortalUser
from app.db.queries.people import appointed_and_deputies
from app.domain.criteria import Tree, most_specific
from app.domain.reminders import Due
from app.domain.terms import Role


@dataclass(frozen=True, slots=True)
class DeadlineNear:
    """`who`: the unit, agency or group that has something to do; `count` leaves, 0 where it is no matter of leaves.

    `key` names the deadline among all others of the portal.
    """

    what: Due
    who: str
    due: dt.datetime
    user_ids: tuple[int, ...]
    path: str
    key: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class People:
    """Active accounts by the place and role they hold, and the branches officers answer for, by unit."""

    units: Mapping[tuple[int, Role], tuple[int, ...]]
    councils: Mapping[tuple[int, Role], tuple[int, ...]]
    collate: Mapping[int, tuple[int, ...]]
    branches: Mapping[int, Mapping[str, set[int]]]
    #: agency → its appraisers, each with those in whose names the account judges: its own, and whom it deputises for
    appraisers: Mapping[int, Mapping[int, frozenset[int]]]
    #: account → the units it holds anything in, own or deputised
    homes: Mapping[int, frozenset[int]]

    def of_unit(self, unit_id: int, roles: Iterable[Role]) -> tuple[int, ...]:
        return tuple(sorted({each for role in roles for each in self.units.get((unit_id, role), ())}))

    def of_council(self, council_id: int, roles: Iterable[Role]) -> tuple[int, ...]:
        return tuple(sorted({each for role in roles for each in self.councils.get((council_id, role), ())}))

    def of_leaf(self, unit_id: int, tree: Tree, code: str) -> set[int]:
        """Return who answers for a leaf: its officers and whoever collates; where nobody does, the coordinators."""
        named = most_specific(tree, code, self.branches.get(unit_id, {})) or set()
        people = set(named) | set(self.collate.get(unit_id, ()))
        return people or set(self.units.get((unit_id, Role.COORDINATOR), ()))


def people_on(session: Session, campaign: Campaign, day: dt.date) -> People:
    units: dict[tuple[int, Role], list[int]] = defaultdict(list)
    councils: dict[tuple[int, Role], list[int]] = defaultdict(list)
    collate: dict[int, list[int]] = defaultdict(list)
    stand_ins: dict[tuple[int, int], list[int]] = defaultdict(list)
    held = appointed_and_deputies(session, day)
    for row, user_id in held:
        if row.unit_id is not None and row.role is Role.OFFICER and user_id != row.user_id:
            stand_ins[row.unit_id, row.user_id].append(user_id)
        if row.unit_id is not None:
            units[row.unit_id, row.role].append(user_id)
            if row.covers_all_leaves:
                collate[row.unit_id].append(user_id)
        elif row.council_id is not None:
            councils[row.council_id, row.role].append(user_id)
    return People(
        units={key: tuple(kept) for key, kept in units.items()},
        councils={key: tuple(kept) for key, kept in councils.items()},
        collate={key: tuple(kept) for key, kept in collate.items()},
        branches=_branches(session, campaign, stand_ins),
        appraisers=_appraisers(held),
        homes=_homes(held),
    )


def _appraisers(held: Iterable[tuple[Membership, int]]) -> Mapping[int, Mapping[int, frozenset[int]]]:
    found: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for row, user_id in held:
        if row.unit_id is not None and row.role is Role.APPRAISER:
            found[row.unit_id][user_id] |= {user_id, row.user_id}
    return {agency: {user: frozenset(names) for user, names in people.items()} for agency, people in found.items()}


def _homes(held: Iterable[tuple[Membership, int]]) -> Mapping[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for row, user_id in held:
        if row.unit_id is not None:
            found[user_id].add(row.unit_id)
    return {user: frozenset(units) for user, units in found.items()}


def _branches(
    session: Session, campaign: Campaign, stand_ins: Mapping[tuple[int, int], Sequence[int]]
) -> Mapping[int, Mapping[str, set[int]]]:
    """Return who scores which branch, unit by unit; beside each the deputies of the day."""
    statement = (
        select(OfficerAssignment.unit_id, Criterion.code, OfficerAssignment.user_id)
        .join(OfficerAssignment.criterion)
        .join(OfficerAssignment.user)
        .where(OfficerAssignment.campaign_id == campaign.id, PortalUser.active.is_(True))
        .where(
            exists().where(
                Membership.user_id == OfficerAssignment.user_id, Membership.unit_id == OfficerAssignment.unit_id
            )
        )
    )
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for unit_id, code, user_id in session.execute(statement):
        found[unit_id][code] |= {user_id, *stand_ins.get((unit_id, user_id), ())}
    return found
