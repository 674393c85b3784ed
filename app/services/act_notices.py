"""Who is told of an act on a sheet or a group that leaves something for them to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from app.db.assessments import Assessment
from app.db.queries.people import people_of_council, people_of_units
from app.db.session import Work
from app.domain.campaign import RoundTwo
from app.domain.notices import NoticeKind
from app.domain.terms import GroupAction, Role, UnitAction
from app.services.context import SheetContext
from app.services.group_context import GroupContext
from app.services.notices import announce

_WAITING = "/appraisal/?show=waiting"
_ROUNDS = {GroupAction.OPEN_FIRST_APPRAISAL: 1, GroupAction.OPEN_SECOND_APPRAISAL: 2}
#: act → whose turn it is then, and to do what
_TURNS = {
    GroupAction.OPEN_SECOND_APPRAISAL: (Role.COUNCIL_CHAIR, GroupAction.CONCLUDE),
    GroupAction.CONCLUDE: (Role.APPROVING_AUTHORITY, GroupAction.APPROVE),
    GroupAction.APPROVE: (Role.SECRETARIAT, GroupAction.PUBLISH),
}


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


def tell_of_late_sheet(work: Work, context: SheetContext) -> None:
    """A sheet sent after its group has gone on is in its first appraisal at once, alone."""
    unit = context.assessment.unit
    agencies = {context.agencies[leaf.code] for leaf in context.own_leaves if leaf.code in context.agencies}
    _tell_agencies(work, agencies, unit.name, 1)


def tell_of_group_act(work: Work, context: GroupContext, action: GroupAction) -> None:
    """Tell whom an act on the group leaves something to do."""
    _tell_of_act(work, context, context.submitted, context.group.group.name, action)


def tell_of_act_alone(work: Work, context: GroupContext, row: Assessment, action: GroupAction) -> None:
    """Tell of an act on a unit that runs alone those its group's act would tell, of this unit only."""
    _tell_of_act(work, context, (row,), row.unit.name, action)


def tell_of_reopening(work: Work, context: GroupContext, row: Assessment, leaves: Sequence[str]) -> None:
    """Leaves that are reopened, or annulled, are in the second appraisal at once: their agencies judge them again.

    Where the council decides the second round, its secretariat records it.
    """
    if context.policies.round_two is RoundTwo.COUNCIL:
        people = people_of_council(work.session, context.group.council_id, [Role.SECRETARIAT])
    else:
        named = context.agencies(row)
        agencies = {agency for code in leaves if (agency := named[code]) is not None}
        people = people_of_units(work.session, agencies, [Role.APPRAISER])
    facts: dict[str, str | int] = {"unit": row.unit.name, "criteria": ", ".join(leaves)}
    announce(work, NoticeKind.LEAVES_REOPENED, people, path=_WAITING, facts=facts)


def _tell_of_act(
    work: Work, context: GroupContext, members: Iterable[Assessment], who: str, action: GroupAction
) -> None:
    """An appraisal that opens is its agencies' to give verdicts in; a second round of the council is not theirs.

    What comes after the appraisal is the turn of one of the council.
    """
    round_opened, turn = _ROUNDS.get(action), _TURNS.get(action)
    if round_opened is not None and not (round_opened == 2 and context.policies.round_two is RoundTwo.COUNCIL):
        agencies: set[int] = set()
        for row in members:
            named = context.agencies(row)
            agencies |= {agency for leaf in context.own_leaves(row.id) if (agency := named[leaf.code]) is not None}
        _tell_agencies(work, agencies, who, round_opened)
    if turn is not None:
        role, following = turn
        people = people_of_council(work.session, context.group.council_id, [role])
        facts: dict[str, str | int] = {"unit": who, "act": following.value}
        announce(work, NoticeKind.TURN_TO_ACT, people, path=f"/board/{context.group.id}", facts=facts)


def _tell_agencies(work: Work, agencies: Collection[int], who: str, round_opened: int) -> None:
    """`who`: the group, or the unit, whose appraisal has begun."""
    people = people_of_units(work.session, agencies, [Role.APPRAISER])
    facts: dict[str, str | int] = {"group": who, "round": round_opened}
    announce(work, NoticeKind.APPRAISAL_OPENED, people, path=_WAITING, facts=facts)
