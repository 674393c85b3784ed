"""Two small machines as data: one unit's assessment, one group's stage. ARCHITECTURE §4 is their picture.

`advance_*` moves or refuses; `available_*` tells a page which acts to show and why one is refused. Guards are named
facts the caller has established; the machines know no rows and no clock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.domain.errors import TransitionRefused
from app.domain.terms import GroupAction, Role, Stage, State, UnitAction

__all__ = [
    "GROUP_MACHINE",
    "UNIT_BY_UNIT",
    "UNIT_MACHINE",
    "ActionOffer",
    "GroupAction",
    "Guard",
    "Stage",
    "Standing",
    "State",
    "Transition",
    "UnitAction",
    "advance_group",
    "advance_unit",
    "available_group_actions",
    "available_unit_actions",
    "reads_as",
    "stage_after",
    "stage_of",
    "stage_of_closed",
    "stage_on_submission",
    "standing",
]


class Guard(StrEnum):
    """A condition of a transition; its name is the code of the refusal when it is not met."""

    CAN_WRITE = "can_write"
    EVERY_OWN_LEAF_SETTLED = "every_own_leaf_settled"
    REASON_GIVEN = "reason_given"
    SUPPORT_POLICY_MET = "support_policy_met"
    INTERNAL_APPROVAL_OFF = "internal_approval_off"
    STAGE_IS_SCORING = "stage_is_scoring"
    WINDOW_COVERS_LEAF = "window_covers_leaf"
    AMENDED_LEAVES = "amended_leaves"
    WINDOW_OPEN = "window_open"
    PHASE_OVER_OR_ALL_SUBMITTED = "phase_over_or_all_submitted"
    UNDECIDED_LEAVES_NAMED = "undecided_leaves_named"
    EXPLANATIONS_DONE_OR_OVER = "explanations_done_or_over"
    NO_LEAF_BLOCKS = "no_leaf_blocks"
    ADJUSTMENTS_SETTLED = "adjustments_settled"
    EXEMPTIONS_DECIDED = "exemptions_decided"
    ENTERED_POINTS_COMPLETE = "entered_points_complete"
    MINUTES_GIVEN = "minutes_given"
    DECISION_GIVEN = "decision_given"
    LEAVES_NAMED = "leaves_named"


P = TypeVar("P", State, Stage)
A = TypeVar("A", UnitAction, GroupAction)


@dataclass(frozen=True, slots=True)
class Transition(Generic[P, A]):
    source: P
    action: A
    target: P
    roles: frozenset[Role]
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionOffer(Generic[A]):
    """An act open to somebody from here; `refusal` is the code of the first guard that stands against it."""

    action: A
    refusal: str | None


_OFFICE = frozenset({Role.OFFICER, Role.COORDINATOR})
#: who writes leaves: an officer, and whoever `policy` lets act as one (a coordinator is an officer of every leaf)
_OFFICER = frozenset({Role.OFFICER})
_SENDERS = frozenset({Role.COORDINATOR, Role.UNIT_HEAD})
_HEAD = frozenset({Role.UNIT_HEAD})
_SECRETARIAT = frozenset({Role.SECRETARIAT})
_CHAIR = frozenset({Role.COUNCIL_CHAIR})
_AUTHORITY = frozenset({Role.APPROVING_AUTHORITY})
_SENDING = (Guard.CAN_WRITE, Guard.EVERY_OWN_LEAF_SETTLED, Guard.SUPPORT_POLICY_MET)

UNIT_MACHINE: tuple[Transition[State, UnitAction], ...] = (
    Transition(
        State.DRAFT,
        UnitAction.REQUEST_APPROVAL,
        State.AWAITING_APPROVAL,
        _OFFICE,
        (Guard.CAN_WRITE, Guard.EVERY_OWN_LEAF_SETTLED),
    ),
    Transition(State.AWAITING_APPROVAL, UnitAction.RETURN_TO_DRAFT, State.DRAFT, _HEAD, (Guard.REASON_GIVEN,)),
    Transition(State.AWAITING_APPROVAL, UnitAction.APPROVE_BY_UNIT, State.UNIT_APPROVED, _HEAD, (Guard.CAN_WRITE,)),
    Transition(State.UNIT_APPROVED, UnitAction.SUBMIT, State.SUBMITTED, _SENDERS, _SENDING),
    Transition(
        State.DRAFT,
        UnitAction.SUBMIT,
        State.SUBMITTED,
        _SENDERS,
        (Guard.INTERNAL_APPROVAL_OFF, *_SENDING),
    ),
    Transition(State.AWAITING_APPROVAL, UnitAction.EDIT_LEAF, State.DRAFT, _OFFICER, (Guard.CAN_WRITE,)),
    Transition(State.UNIT_APPROVED, UnitAction.EDIT_LEAF, State.DRAFT, _OFFICER, (Guard.CAN_WRITE,)),
    Transition(
        State.SUBMITTED,
        UnitAction.RETURN_FOR_CORRECTION,
        State.DRAFT,
        _SECRETARIAT,
        (Guard.STAGE_IS_SCORING, Guard.REASON_GIVEN),
    ),
    Transition(
        State.SUBMITTED,
        UnitAction.AMEND_LEAF,
        State.SUBMITTED,
        _OFFICER,
        (Guard.WINDOW_COVERS_LEAF,),
    ),
    Transition(
        State.SUBMITTED,
        UnitAction.SUBMIT,
        State.SUBMITTED,
        _SENDERS,
        (Guard.AMENDED_LEAVES, Guard.WINDOW_OPEN),
    ),
)

_REOPENING = (Guard.REASON_GIVEN, Guard.LEAVES_NAMED)

GROUP_MACHINE: tuple[Transition[Stage, GroupAction], ...] = (
    Transition(
        Stage.SCORING,
        GroupAction.OPEN_FIRST_APPRAISAL,
        Stage.FIRST_APPRAISAL,
        _SECRETARIAT,
        (Guard.PHASE_OVER_OR_ALL_SUBMITTED,),
    ),
    Transition(
        Stage.FIRST_APPRAISAL,
        GroupAction.RELEASE_FIRST_RESULTS,
        Stage.EXPLANATION,
        _SECRETARIAT,
        (Guard.UNDECIDED_LEAVES_NAMED,),
    ),
    Transition(
        Stage.EXPLANATION,
        GroupAction.OPEN_SECOND_APPRAISAL,
        Stage.SECOND_APPRAISAL,
        _SECRETARIAT,
        (Guard.EXPLANATIONS_DONE_OR_OVER,),
    ),
    Transition(
        Stage.SECOND_APPRAISAL,
        GroupAction.CONCLUDE,
        Stage.CONCLUDED,
        _CHAIR,
        (
            Guard.NO_LEAF_BLOCKS,
            Guard.ADJUSTMENTS_SETTLED,
            Guard.EXEMPTIONS_DECIDED,
            Guard.ENTERED_POINTS_COMPLETE,
            Guard.MINUTES_GIVEN,
        ),
    ),
    Transition(Stage.CONCLUDED, GroupAction.REOPEN, Stage.SECOND_APPRAISAL, _CHAIR, _REOPENING),
    Transition(Stage.APPROVED, GroupAction.REOPEN, Stage.SECOND_APPRAISAL, _CHAIR, _REOPENING),
    Transition(Stage.CONCLUDED, GroupAction.APPROVE, Stage.APPROVED, _AUTHORITY),
    Transition(Stage.APPROVED, GroupAction.PUBLISH, Stage.PUBLISHED, _SECRETARIAT, (Guard.DECISION_GIVEN,)),
    Transition(
        Stage.PUBLISHED,
        GroupAction.ANNUL,
        Stage.SECOND_APPRAISAL,
        _AUTHORITY,
        (Guard.DECISION_GIVEN, Guard.REASON_GIVEN),
    ),
)

#: acts that move named units, not the group: it stays where it is
UNIT_BY_UNIT = frozenset({GroupAction.REOPEN, GroupAction.ANNUL})


def advance_unit(state: State, action: UnitAction, *, roles: Collection[Role], met: Collection[Guard]) -> State:
    """Return the state `action` leads to. Raises TransitionRefused: not_from_here, role_missing, or a guard's name."""
    return _advance(UNIT_MACHINE, state, action, roles, met)


def advance_group(stage: Stage, action: GroupAction, *, roles: Collection[Role], met: Collection[Guard]) -> Stage:
    """Return the stage `action` leads to. Raises TransitionRefused: not_from_here, role_missing, or a guard's name."""
    return _advance(GROUP_MACHINE, stage, action, roles, met)


def available_unit_actions(
    state: State,
    *,
    roles: Collection[Role],
    met: Collection[Guard],
) -> tuple[ActionOffer[UnitAction], ...]:
    """Return the acts open to `roles` from `state`, each with its first unmet guard."""
    return _offers(UNIT_MACHINE, state, roles, met)


def available_group_actions(
    stage: Stage,
    *,
    roles: Collection[Role],
    met: Collection[Guard],
) -> tuple[ActionOffer[GroupAction], ...]:
    """Return the acts open to `roles` at `stage`, each with its first unmet guard."""
    return _offers(GROUP_MACHINE, stage, roles, met)


def _advance(
    machine: Iterable[Transition[P, A]],
    position: P,
    action: A,
    roles: Collection[Role],
    met: Collection[Guard],
) -> P:
    for transition in machine:
        if transition.source is position and transition.action is action:
            if transition.roles.isdisjoint(roles):
                raise TransitionRefused("role_missing", action=action.value)
            unmet = _first_unmet(transition.guards, met)
            if unmet is not None:
                raise TransitionRefused(unmet, action=action.value)
            return transition.target
    raise TransitionRefused("not_from_here", action=action.value, position=position.value)


def _offers(
    machine: Iterable[Transition[P, A]],
    position: P,
    roles: Collection[Role],
    met: Collection[Guard],
) -> tuple[ActionOffer[A], ...]:
    return tuple(
        ActionOffer(transition.action, _first_unmet(transition.guards, met))
        for transition in machine
        if transition.source is position and not transition.roles.isdisjoint(roles)
    )


def _first_unmet(guards: Sequence[Guard], met: Collection[Guard]) -> str | None:
    return next((guard.value for guard in guards if guard not in met), None)


def stage_of(own: Stage | None, group: Stage) -> Stage:
    """Return the stage a unit stands at: its own while it runs alone, else its group's."""
    return group if own is None else own


def stage_of_closed(stage: Stage) -> Stage | None:
    """Return the stage the policy is asked with of a sheet that ended early: nothing is written on it any more.

    What was released before stays readable; what was not, is never released.
    """
    unreleased = {Stage.SCORING, Stage.FIRST_APPRAISAL}
    return None if stage in unreleased else Stage.CONCLUDED


def stage_on_submission(own: Stage | None, group: Stage, state: State) -> Stage | None:
    """Return the own stage of a unit that submits from `state`: one whose group has gone ahead starts alone.

    Sending amended leaves (from `submitted`) moves nobody.
    """
    gone_ahead = group not in {Stage.SCORING, Stage.FIRST_APPRAISAL}
    return Stage.FIRST_APPRAISAL if state is not State.SUBMITTED and gone_ahead else own


def stage_after(target: Stage, group: Stage) -> Stage | None:
    """Return the own stage of a unit that an act moves to `target`: None once it has reached its group."""
    return None if target is group else target


class Standing(StrEnum):
    """How a sheet is spoken of; NOT_SUBMITTED is never stored, time alone says it."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    UNIT_APPROVED = "unit_approved"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    NOT_SUBMITTED = "not_submitted"
    #: its unit was merged or left the campaign: kept, written by nobody
    CLOSED = "closed"


def standing(state: State, *, ever_submitted: bool, writable: bool, upcoming: bool = False) -> Standing:
    """Return how the sheet stands at the instant `writable` was asked of phase and windows.

    `upcoming`: the scoring phase has not begun, so nothing is late yet. A returned sheet that is not sent again in time
    reads as submitted, with its last pin.
    """
    if state is State.SUBMITTED:
        return Standing.SUBMITTED
    if not writable and not upcoming:
        return Standing.SUBMITTED if ever_submitted else Standing.NOT_SUBMITTED
    if ever_submitted and state is State.DRAFT:
        return Standing.RETURNED
    return Standing(state.value)


def reads_as(state: State, *, ever_submitted: bool, writable: bool) -> State:
    """Return the state an appraiser meets: a sheet sent once and no longer writable is a submitted one."""
    return State.SUBMITTED if ever_submitted and not writable else state
