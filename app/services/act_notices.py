"""Who is told of an act on a sheet or a group that leaves something for them to do."""

from __future__ import annotations

from app.db.queries.people import people_of_units
from app.db.session import Work
from app.domain.campaign import RoundTwo
from app.domain.notices import NoticeKind
from app.domain.terms import GroupAction, Role, UnitAction
from app.services.context import SheetContext
from app.services.group_context import GroupContext
from app.services.notices import announce

_ROUNDS = {GroupAction.OPEN_FIRST_APPRAISAL: 1, GroupAction.OPEN_SECOND_APPRAISAL: 2}


def tell_of_unit_act(work: Work, context: SheetContext, action: UnitAction) -> None:
    """A sheet shown for approval is the head's to look at."""
    if action is UnitAction.REQUEST_APPROVAL:
        unit = context.assessment.unit
        heads = people_of_units(work.session, [unit.id], [Role.UNIT_HEAD])
        path = f"/sheets/{context.assessment.id}/review"
        announce(work, NoticeKind.APPROVAL_REQUESTED, heads, path=path, facts={"unit": unit.name})


def tell_of_report(work: Work, context: SheetContext) -> None:
    """A report that was entered, each version of it, is the head's to approve."""
    unit = context.assessment.unit
    heads = people_of_units(work.session, [unit.id], [Role.UNIT_HEAD])
    path = f"/sheets/{context.assessment.id}/report"
    announce(work, NoticeKind.REPORT_TO_APPROVE, heads, path=path, facts={"unit": unit.name})


def tell_of_group_act(work: Work, context: GroupContext, action: GroupAction) -> None:
    """An appraisal that opens is its agencies' to give verdicts in; a second round of the council is not theirs."""
    round_opened = _ROUNDS.get(action)
    if round_opened is None or (round_opened == 2 and context.policies.round_two is RoundTwo.COUNCIL):
        return
    agencies: set[int] = set()
    for row in context.submitted:
        named = context.agencies(row)
        agencies |= {agency for leaf in context.own_leaves(row.id) if (agency := named[leaf.code]) is not None}
    people = people_of_units(work.session, agencies, [Role.APPRAISER])
    facts: dict[str, str | int] = {"group": context.group.group.name, "round": round_opened}
    announce(work, NoticeKind.APPRAISAL_OPENED, people, path="/appraisal/?show=waiting", facts=facts)
