"""What an edition does beside being kept: it moves the group, or the units that enter, and people are told."""

from __future__ import annotations

from app.db.session import Work
from app.domain.policy import Subject
from app.domain.terms import Role, Stage
from app.domain.workflow import Guard, advance_group, stage_after
from app.services.edition_order import EditionOrder, entering_units
from app.services.group_acts import Act, keep_act, record
from app.services.group_context import GroupContext

UNIT_PEOPLE = frozenset({Role.OFFICER, Role.COORDINATOR, Role.UNIT_HEAD})


def subject_of_edition(context: GroupContext) -> Subject:
    """Return what the policy is asked about: the group, or, of a group published before, the units that enter."""
    entering = entering_units(context)
    return context.subject_alone(entering[0]) if entering else context.subject


def move(work: Work, context: GroupContext, order: EditionOrder, act: Act) -> None:
    """Move the group to published; of a group that is there already, the units that enter, which join it again."""
    met, group = frozenset({Guard.DECISION_GIVEN}), context.group
    if not order.entering:
        record(work, context, act, met=met)
        return
    roles = work.acting.roles_in_council(group.council_id)
    after = advance_group(Stage.APPROVED, act.action, roles=roles, met=met)
    for number in order.entering:
        context.assessments[number].stage = stage_after(after, group.stage)
    named = {"units": list(order.entering), "alone": list(order.entering)}
    keep_act(work, group, act, named, before=Stage.APPROVED, after=after)
