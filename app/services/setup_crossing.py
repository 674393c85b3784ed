"""Where rows of another campaign go in a draft: by group and unit, each criterion by the mapping of the versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.db.campaigns import Campaign, GroupStage
from app.db.criteria import Criterion
from app.db.queries.trees import criterion_ids
from app.db.queries.versions import mapping_between


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows of another campaign go: unit id → group, and (old set, old code) → new criterion, by group."""

    groups: Mapping[int, GroupStage]
    units: Mapping[int, GroupStage]
    ids: Mapping[int, Mapping[str, int]]
    mappings: Mapping[tuple[int, int], Mapping[str, str] | None]

    def criterion(self, old: Criterion, group: GroupStage) -> int | str:
        """Return the new criterion's id, or why there is none: sets_unrelated, criterion_gone."""
        if old.set_id == group.set_id:
            return old.id
        mapping = self.mappings.get((old.set_id, group.set_id))
        if mapping is None:
            return "sets_unrelated"
        new = mapping.get(old.code)
        return "criterion_gone" if new is None else self.ids[group.set_id][new]


def target_of(session: Session, campaign: Campaign, source: Campaign) -> Target:
    """Return where rows of `source` go in `campaign`; statements grow with the versions between their sets."""
    pairs = {(old.set_id, new.set_id) for old in source.groups for new in campaign.groups if old.set_id != new.set_id}
    return Target(
        groups={row.group_id: row for row in campaign.groups},
        units={unit.id: row for row in campaign.groups for unit in row.group.units},
        ids={set_id: criterion_ids(session, set_id) for set_id in {row.set_id for row in campaign.groups}},
        mappings={pair: mapping_between(session, *pair) for pair in pairs},
    )
