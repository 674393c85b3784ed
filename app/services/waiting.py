"""What waits for an account: leaves to appraise, acts of its council. Sheets of the own unit are `my_sheets`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from app.db.clock import Clock
from app.domain import policy
from app.domain.policy import Actor, Permission
from app.domain.terms import GroupAction, Stage
from app.domain.workflow import Guard, available_group_actions
from app.services.board import groups_of
from app.services.desk import desk
from app.services.group_acts import preview


@dataclass(frozen=True, slots=True)
class LeavesWaiting:
    """How many leaves of a campaign wait for the verdict of the account's agencies."""

    campaign: str
    count: int


@dataclass(frozen=True, slots=True)
class ActWaiting:
    """The next act on a group that is the account's to do; `refusal` names what it still waits for."""

    group_stage_id: int
    campaign: str
    group: str
    stage: Stage
    action: GroupAction
    refusal: str | None


def leaves_waiting(*, actor: Actor, clock: Clock) -> list[LeavesWaiting]:
    """Return the leaves that wait by campaign; nothing for whoever appraises none."""
    if not policy.may_ever(actor, Permission.VERDICT_GIVE):
        return []
    counts = Counter(leaf.campaign for leaf in desk(actor=actor, clock=clock) if leaf.waits)
    return [LeavesWaiting(campaign, count) for campaign, count in counts.items()]


def acts_waiting(*, actor: Actor, clock: Clock) -> list[ActWaiting]:
    """Return the next acts on the groups of the account's councils, ready ones first."""
    if not policy.may_ever(actor, Permission.GROUP_READ):
        return []
    found = [
        ActWaiting(line.group_stage_id, line.campaign, line.group, line.stage, offer.action, offer.refusal)
        for line in groups_of(actor=actor)
        if available_group_actions(line.stage, roles=actor.roles_in_council(line.council_id), met=frozenset(Guard))
        for offer in preview(line.group_stage_id, actor=actor, clock=clock).offers
    ]
    return sorted(found, key=lambda each: each.refusal is not None)
