"""A leaf's standing, derived from appended acts; nothing overwrites them. ARCHITECTURE §4, third table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from app.domain.errors import TransitionRefused
from app.domain.terms import Decision, LeafStanding, Stage


@dataclass(frozen=True, slots=True)
class VerdictAct:
    """`points` None only where more evidence is asked for."""

    round: int
    decision: Decision
    points: Decimal | None
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ReplyAct:
    """A unit's answer; it counts once sent, or once its window is over."""

    at: dt.datetime
    counts: bool


@dataclass(frozen=True, slots=True)
class ReopenAct:
    at: dt.datetime


LeafAct = VerdictAct | ReplyAct | ReopenAct

#: what a second round may be given on; everything else is final by then
OPEN_IN_SECOND = frozenset(
    {
        LeafStanding.UNDECIDED,
        LeafStanding.ASKED,
        LeafStanding.ANSWERED,
        LeafStanding.CONTESTED,
        LeafStanding.REOPENED,
    },
)
#: what keeps a group from being concluded; a contested leaf falls back to its first-round points instead
BLOCKING = OPEN_IN_SECOND - {LeafStanding.CONTESTED}

_AFTER_FIRST = frozenset({Stage.SECOND_APPRAISAL, Stage.CONCLUDED, Stage.APPROVED, Stage.PUBLISHED})


@dataclass(frozen=True, slots=True)
class LeafState:
    """Where a leaf stands and the points it carries: of the newest verdict, None while there is none."""

    standing: LeafStanding
    points: Decimal | None


def leaf_state(acts: Sequence[LeafAct], stage: Stage) -> LeafState:
    """Return the standing of one leaf of a unit at `stage`, from its acts in the order they were appended.

    From the second appraisal on, agreed leaves and disagreed ones without a reply are final.
    """
    state = LeafState(LeafStanding.UNDECIDED, None)
    for act in acts:
        state = _after(state, act)
    settled = {LeafStanding.AGREED, LeafStanding.DISAGREED}
    if stage in _AFTER_FIRST and state.standing in settled:
        return LeafState(LeafStanding.FINAL, state.points)
    return state


def _after(state: LeafState, act: LeafAct) -> LeafState:
    match act:
        case VerdictAct(decision=Decision.REQUEST_EVIDENCE):
            return LeafState(LeafStanding.ASKED, state.points)
        case VerdictAct(round=2, points=points):
            return LeafState(LeafStanding.FINAL, points)
        case VerdictAct(decision=Decision.AGREE, points=points):
            return LeafState(LeafStanding.AGREED, points)
        case VerdictAct(points=points):
            return LeafState(LeafStanding.DISAGREED, points)
        case ReplyAct(counts=counts):
            return LeafState(_replied(state.standing), state.points) if counts else state
        case ReopenAct():
            return LeafState(LeafStanding.REOPENED, state.points)
        case _:
            assert_never(act)


def _replied(standing: LeafStanding) -> LeafStanding:
    match standing:
        case LeafStanding.ASKED:
            return LeafStanding.ANSWERED
        case LeafStanding.DISAGREED:
            return LeafStanding.CONTESTED
        case _:
            return standing


def check_verdict(
    stage: Stage,
    standing: LeafStanding,
    decision: Decision,
    *,
    named_undecided: bool,
) -> int:
    """Return the round a verdict given now belongs to.

    `named_undecided`: the release named the leaf as undecided, so its first round goes on through the explanation.
    Raises: TransitionRefused with code wrong_stage, request_in_first_round_only, leaf_not_open_in_second_round.
    """
    if stage is Stage.FIRST_APPRAISAL:
        return 1
    if stage is Stage.EXPLANATION and named_undecided:
        if decision is Decision.REQUEST_EVIDENCE:
            raise TransitionRefused("request_in_first_round_only")
        return 1
    if stage is not Stage.SECOND_APPRAISAL:
        raise TransitionRefused("wrong_stage", stage=stage.value)
    if decision is Decision.REQUEST_EVIDENCE:
        raise TransitionRefused("request_in_first_round_only")
    if standing not in OPEN_IN_SECOND:
        raise TransitionRefused("leaf_not_open_in_second_round", standing=standing.value)
    return 2


def check_reply(stage: Stage, standing: LeafStanding) -> None:
    """Raise when the unit has nothing to answer on the leaf now. Codes: wrong_stage, nothing_to_answer."""
    asked_at_once = stage is Stage.FIRST_APPRAISAL and standing in {LeafStanding.ASKED, LeafStanding.ANSWERED}
    if stage is not Stage.EXPLANATION and not asked_at_once:
        raise TransitionRefused("wrong_stage", stage=stage.value)
    answerable = {LeafStanding.ASKED, LeafStanding.ANSWERED, LeafStanding.DISAGREED, LeafStanding.CONTESTED}
    if standing not in answerable:
        raise TransitionRefused("nothing_to_answer", standing=standing.value)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What concluding one unit would do: leaves that block it, contested ones that keep their first-round points."""

    blocking: tuple[str, ...]
    keeps_first_round: tuple[str, ...]


def conclusion(leaves: Mapping[str, LeafState]) -> Conclusion:
    """Return what stands against concluding, of the leaves the unit scores itself."""
    return Conclusion(
        blocking=tuple(code for code, leaf in leaves.items() if leaf.standing in BLOCKING),
        keeps_first_round=tuple(code for code, leaf in leaves.items() if leaf.standing is LeafStanding.CONTESTED),
    )
