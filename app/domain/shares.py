"""Who of an agency judges which leaf: a division of work, never a permission. The most specific share decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from app.domain.criteria import Tree, most_specific


@dataclass(frozen=True, slots=True)
class Share:
    """One person's share: a branch (None: all of them) of one unit, of one group, or (both None) of everybody."""

    user_id: int
    branch: str | None = None
    unit_id: int | None = None
    group_id: int | None = None


def holders_by_leaf(
    tree: Tree,
    unit_id: int,
    shares: Iterable[Share],
    *,
    without: Collection[int] = (),
) -> Mapping[str, frozenset[int]]:
    """Return leaf → whose it is in one unit; nobody's leaves have an empty set. `shares` speak of the unit's group.

    Rows of the unit go before rows of its group, those before rows of everybody; among each the most specific branch
    decides. Who stays out of the unit (`without`) holds nothing of it: the next share takes over.
    """
    present = [share for share in shares if share.user_id not in without]
    ranks = (
        _branches(share for share in present if share.unit_id == unit_id),
        _branches(share for share in present if share.unit_id is None and share.group_id is not None),
        _branches(share for share in present if share.unit_id is None and share.group_id is None),
    )
    return {leaf.code: _holders(tree, leaf.code, ranks) for leaf in tree.leaves}


_Branches = Mapping[str | None, set[int]]


def _branches(shares: Iterable[Share]) -> _Branches:
    found: dict[str | None, set[int]] = {}
    for share in shares:
        found.setdefault(share.branch, set()).add(share.user_id)
    return found


def _holders(tree: Tree, code: str, ranks: Iterable[_Branches]) -> frozenset[int]:
    for branches in ranks:
        named = {branch: users for branch, users in branches.items() if branch is not None}
        users = most_specific(tree, code, named) or branches.get(None)
        if users:
            return frozenset(users)
    return frozenset()
