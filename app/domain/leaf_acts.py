"""Acts on one leaf under appraisal, what they add up to, and which of them is allowed when. ARCHITECTURE §4.

Acts are appended, nothing overwrites them: a standing is always read off the whole list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from app.domain.errors import InputInvalid, TransitionRefused
from app.domain.terms import CONCLUDED, Decision, LeafStanding, Role, Stage


@dataclass(frozen=True, slots=True)
class VerdictAct:
    """A verdict of round 1 or 2; `points` None where, and only where, more evidence is asked for."""

    round: int
    decision: Decision
    points: Decimal | None
    at: dt.datetime

    def __post_init__(self) -> None:
        asks = self.decision is Decision.REQUEST_EVIDENCE
        if asks != (self.points is None):
            raise InputInvalid("verdict_points_missing" if not asks else "request_with_points")
        if self.round not in {1, 2} or (asks and self.round != 1):
            raise InputInvalid("verdict_round_unknown", round=self.round)


@dataclass(frozen=True, slots=True)
class ReplyAct:
    """A unit's answer: `sent` with the explanation, or at once to a request that is answerable at once.

    One that was not sent counts when its window is over.
    """

    at: dt.datetime
    sent: bool


@dataclass(frozen=True, slots=True)
class ReopenAct:
    """The leaf was named when a result was reopened or annulled."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ResubmitAct:
    """The leaf was amended and the sheet sent again: what was said of the former pin no longer counts."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ConcludeAct:
    """The unit was concluded: whatever stands then is final until the leaf is named again."""

    at: dt.datetime


LeafAct = VerdictAct | ReplyAct | ReopenAct | ResubmitAct | ConcludeAct

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
#: what keeps a unit from being concluded; a contested leaf falls back to its first-round points instead
BLOCKING = OPEN_IN_SECOND - {LeafStanding.CONTESTED}

_SETTLED_BY_FIRST = frozenset({LeafStanding.AGREED, LeafStanding.DISAGREED})
_AFTER_EXPLANATION = frozenset({Stage.SECOND_APPRAISAL, *CONCLUDED})


@dataclass(frozen=True, slots=True)
class LeafState:
    """Where a leaf stands, and the points of the newest verdict that still counts; None while there is none."""

    standing: LeafStanding
    points: Decimal | None

    @property
    def final_points(self) -> Decimal | None:
        """The points the leaf ends with were it concluded now; a contested one takes its first-round points."""
        return None if self.standing in BLOCKING else self.points


_NOTHING_SAID = LeafState(LeafStanding.UNDECIDED, None)


def leaf_state(acts: Sequence[LeafAct], *, stage: Stage, window_over: bool) -> LeafState:
    """Return the state of one leaf of a unit at `stage`, from its acts in the order they were appended.

    `window_over`: the time to answer this leaf has run out, so replies not sent count too. From the second appraisal on
    it always has: agreed leaves and disagreed ones without a reply are final then.
    """
    over = window_over or stage in _AFTER_EXPLANATION
    state = _NOTHING_SAID
    for act in acts:
        state = _after(state, act, window_over=over)
    if stage in _AFTER_EXPLANATION and state.standing in _SETTLED_BY_FIRST:
        return LeafState(LeafStanding.FINAL, state.points)
    if stage in CONCLUDED:
        return _concluded(state)
    return state


def _after(state: LeafState, act: LeafAct, *, window_over: bool) -> LeafState:
    match act:
        case VerdictAct():
            return LeafState(_decided(act), act.points)
        case ReplyAct(sent=sent):
            return LeafState(_replied(state.standing), state.points) if sent or window_over else state
        case ReopenAct():
            return LeafState(LeafStanding.REOPENED, state.points)
        case ResubmitAct():
            return _NOTHING_SAID
        case ConcludeAct():
            return _concluded(state)
        case _:
            assert_never(act)


def _decided(verdict: VerdictAct) -> LeafStanding:
    if verdict.round == 2:
        return LeafStanding.FINAL
    match verdict.decision:
        case Decision.AGREE:
            return LeafStanding.AGREED
        case Decision.DISAGREE:
            return LeafStanding.DISAGREED
        case Decision.REQUEST_EVIDENCE:
            return LeafStanding.ASKED
        case _:
            assert_never(verdict.decision)


def _replied(standing: LeafStanding) -> LeafStanding:
    match standing:
        case LeafStanding.ASKED:
            return LeafStanding.ANSWERED
        case LeafStanding.DISAGREED:
            return LeafStanding.CONTESTED
        case _:
            return standing


def _concluded(state: LeafState) -> LeafState:
    return state if state.standing in BLOCKING else LeafState(LeafStanding.FINAL, state.points)


def replied_since_verdict(acts: Sequence[LeafAct]) -> bool:
    """Return whether the unit has replied to the newest verdict: the agency may no longer change it under them.

    A leaf sent again or reopened begins anew: no verdict on it counts, so no reply stands in the way of the next.
    """
    newest = next((act for act in reversed(acts) if not isinstance(act, ConcludeAct)), None)
    return isinstance(newest, ReplyAct)


class LeafActKind(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"
    REQUEST_EVIDENCE = "request_evidence"
    REPLY = "reply"
    SEND_EXPLANATION = "send_explanation"


class LeafGuard(StrEnum):
    """A condition of a leaf act; its name is the code of the refusal when it is not met."""

    NAMED_UNDECIDED = "named_undecided"  # the release named the leaf, so its first round goes on
    NOT_REPLIED = "not_replied"
    REQUEST_ANSWERABLE_AT_ONCE = "request_answerable_at_once"
    WINDOW_OPEN = "window_open"
    EXPLANATION_NOT_SENT = "explanation_not_sent"
    SECOND_ROUND_BY_AGENCY = "second_round_by_agency"
    SECOND_ROUND_BY_COUNCIL = "second_round_by_council"


@dataclass(frozen=True, slots=True)
class LeafActCell:
    """One allowed act: at which stage of the unit, on which standings, by whom; `round` of a verdict, else None."""

    kind: LeafActKind
    stage: Stage
    standings: frozenset[LeafStanding]
    roles: frozenset[Role]
    guards: tuple[LeafGuard, ...] = ()
    round: int | None = None


_BEFORE_RELEASE = frozenset(
    {
        LeafStanding.UNDECIDED,
        LeafStanding.AGREED,
        LeafStanding.DISAGREED,
        LeafStanding.ASKED,
        LeafStanding.ANSWERED,
    },
)
_NAMED_AT_RELEASE = frozenset({LeafStanding.UNDECIDED, LeafStanding.AGREED, LeafStanding.DISAGREED})
_REQUESTED = frozenset({LeafStanding.ASKED, LeafStanding.ANSWERED})
_ANSWERABLE = _REQUESTED | {LeafStanding.DISAGREED, LeafStanding.CONTESTED}
_AGENCY = frozenset({Role.APPRAISER})
_COUNCIL = frozenset({Role.SECRETARIAT})
_OFFICER = frozenset({Role.OFFICER})
_SENDERS = frozenset({Role.COORDINATOR, Role.UNIT_HEAD})
_VERDICTS = (LeafActKind.AGREE, LeafActKind.DISAGREE)

LEAF_ACTS: tuple[LeafActCell, ...] = (
    *(
        LeafActCell(kind, Stage.FIRST_APPRAISAL, _BEFORE_RELEASE, _AGENCY, round=1)
        for kind in (*_VERDICTS, LeafActKind.REQUEST_EVIDENCE)
    ),
    *(
        LeafActCell(
            kind,
            Stage.EXPLANATION,
            _NAMED_AT_RELEASE,
            _AGENCY,
            (LeafGuard.NAMED_UNDECIDED, LeafGuard.NOT_REPLIED),
            round=1,
        )
        for kind in _VERDICTS
    ),
    LeafActCell(
        LeafActKind.REPLY,
        Stage.FIRST_APPRAISAL,
        _REQUESTED,
        _OFFICER,
        (LeafGuard.REQUEST_ANSWERABLE_AT_ONCE, LeafGuard.WINDOW_OPEN),
    ),
    LeafActCell(
        LeafActKind.REPLY,
        Stage.EXPLANATION,
        _ANSWERABLE,
        _OFFICER,
        (LeafGuard.EXPLANATION_NOT_SENT, LeafGuard.WINDOW_OPEN),
    ),
    LeafActCell(
        LeafActKind.SEND_EXPLANATION,
        Stage.EXPLANATION,
        frozenset(LeafStanding),
        _SENDERS,
        (LeafGuard.EXPLANATION_NOT_SENT, LeafGuard.WINDOW_OPEN),
    ),
    *(
        LeafActCell(kind, Stage.SECOND_APPRAISAL, OPEN_IN_SECOND, roles, (guard,), round=2)
        for kind in _VERDICTS
        for roles, guard in (
            (_AGENCY, LeafGuard.SECOND_ROUND_BY_AGENCY),
            (_COUNCIL, LeafGuard.SECOND_ROUND_BY_COUNCIL),
        )
    ),
)


def allowed_leaf_act(
    kind: LeafActKind,
    *,
    stage: Stage,
    standing: LeafStanding,
    roles: Collection[Role],
    met: Collection[LeafGuard],
) -> LeafActCell:
    """Return the cell that allows the act. The act on the whole sheet, SEND_EXPLANATION, asks no standing.

    Raises: TransitionRefused with code request_in_first_round_only, wrong_stage, leaf_final, nothing_to_answer,
    leaf_not_open, role_missing, or a guard's name.
    """
    here = [cell for cell in LEAF_ACTS if cell.kind is kind and cell.stage is stage]
    if not here:
        asked = kind is LeafActKind.REQUEST_EVIDENCE
        raise TransitionRefused("request_in_first_round_only" if asked else "wrong_stage", stage=stage.value)
    here = [cell for cell in here if standing in cell.standings]
    if not here:
        raise TransitionRefused(_standing_refusal(kind, standing), standing=standing.value)
    here = [cell for cell in here if not cell.roles.isdisjoint(roles)]
    if not here:
        raise TransitionRefused("role_missing", act=kind.value)
    for cell in here:
        if _all_met(cell, met):
            return cell
    raise TransitionRefused(next(guard.value for guard in here[0].guards if guard not in met), act=kind.value)


def _all_met(cell: LeafActCell, met: Collection[LeafGuard]) -> bool:
    return all(guard in met for guard in cell.guards)


def _standing_refusal(kind: LeafActKind, standing: LeafStanding) -> str:
    if standing is LeafStanding.FINAL:
        return "leaf_final"
    return "nothing_to_answer" if kind is LeafActKind.REPLY else "leaf_not_open"


@dataclass(frozen=True, slots=True)
class LeafActOffer:
    """An act open to somebody on a leaf; `refusal` is the code that stands against it, or None."""

    kind: LeafActKind
    refusal: str | None


def available_leaf_acts(
    *,
    stage: Stage,
    standing: LeafStanding,
    roles: Collection[Role],
    met: Collection[LeafGuard],
) -> tuple[LeafActOffer, ...]:
    """Return the acts `roles` have on the leaf at this stage, each with what stands against it; none of others."""
    offers = []
    for kind in LeafActKind:
        here = [cell for cell in LEAF_ACTS if cell.kind is kind and cell.stage is stage]
        if all(cell.roles.isdisjoint(roles) for cell in here):
            continue
        try:
            allowed_leaf_act(kind, stage=stage, standing=standing, roles=roles, met=met)
        except TransitionRefused as refusal:
            offers.append(LeafActOffer(kind, refusal.code))
        else:
            offers.append(LeafActOffer(kind, None))
    return tuple(offers)
