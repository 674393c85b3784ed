"""The same walk by the domain's own functions: they establish the facts, acts are appended as in the tables."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from app.domain.conclusion import Conclusion, LeafCase, check_reopening, conclusion
from app.domain.deadlines import Span, Window, answers_over, in_effect, may_amend, may_write
from app.domain.errors import TransitionRefused
from app.domain.leaf_acts import (
    ConcludeAct,
    LeafAct,
    LeafActKind,
    LeafGuard,
    LeafState,
    ReopenAct,
    ReplyAct,
    ResubmitAct,
    VerdictAct,
    allowed_leaf_act,
    leaf_state,
    replied_since_verdict,
)
from app.domain.terms import Decision, GroupAction, LeafStanding, Role, ScoredBy, Stage, State, UnitAction, WindowGround
from app.domain.windows import check_unit, due_at_release
from app.domain.workflow import (
    Guard,
    advance_group,
    advance_unit,
    reads_as,
    stage_after,
    stage_of,
    stage_on_submission,
    standing,
)

ANSWERS = {LeafStanding.DISAGREED, LeafStanding.ASKED, LeafStanding.CONTESTED}
EXTERNAL = "9.1"


def holding(facts: dict[Guard, bool]) -> frozenset[Guard]:
    return frozenset(guard for guard, holds in facts.items() if holds)


class Walked:
    """One unit in its group; leaves by code, `EXTERNAL` is nobody's to claim."""

    def __init__(self, codes: list[str], now: dt.datetime, end: dt.datetime, settings: set[str]) -> None:
        self.now, self.phase, self.settings = now, Span(None, end), settings
        self.state, self.group, self.own = State.DRAFT, Stage.SCORING, None
        self.windows: list[Window] = []
        self.claims: dict[str, int | None] = dict.fromkeys(codes)
        self.pins: list[dict[str, int | None]] = []
        self.acts: dict[str, list[LeafAct]] = {code: [] for code in codes}
        self.due: dict[str, dt.datetime] = {}
        self.named: set[str] = set()
        self.explained = False
        self.late: dict[str, dt.datetime] = {}
        self.entered: Decimal | None = None
        self.total: Decimal | None = None

    @property
    def stage(self) -> Stage:
        return stage_of(self.own, self.group)

    def by_calendar(self, leaf: str | None = None) -> bool:
        windows = in_effect(self.windows, ever_submitted=bool(self.pins))
        return may_write(self.now, self.phase, windows, leaf=leaf, what="claim")

    def writable(self, leaf: str | None = None) -> bool:
        if self.state is State.SUBMITTED:
            return may_amend(self.now, self.windows, leaf=leaf)
        return self.by_calendar(leaf)

    def spoken(self) -> str:
        return standing(self.state, ever_submitted=bool(self.pins), writable=self.by_calendar()).value

    def reads(self) -> State:
        return reads_as(self.state, ever_submitted=bool(self.pins), writable=self.by_calendar())

    def leaf(self, code: str) -> LeafState:
        over = answers_over(self.now, self.windows, code)
        return leaf_state(self.acts[code], stage=self.stage, window_over=over)

    def over(self, code: str) -> bool:
        return answers_over(self.now, self.windows, code)

    def end(self) -> Conclusion:
        own = [LeafCase(code, tuple(acts)) for code, acts in self.acts.items()]
        return conclusion([*own, LeafCase(EXTERNAL, scored_by=ScoredBy.EXTERNAL, entered=self.entered)])

    def unit(self, act: str, role: str, given: set[str], due: dt.datetime) -> None:
        action, before = UnitAction(act), self.state
        facts = {
            Guard.CAN_WRITE: self.writable(),
            Guard.WINDOW_OPEN: self.writable(),
            Guard.EVERY_OWN_LEAF_SETTLED: None not in self.claims.values(),
            Guard.SUPPORT_POLICY_MET: True,
            Guard.INTERNAL_APPROVAL_OFF: Guard.INTERNAL_APPROVAL_OFF.value in self.settings,
            Guard.STAGE_IS_SCORING: self.stage is Stage.SCORING,
            Guard.REASON_GIVEN: "reason_given" in given,
            Guard.AMENDED_LEAVES: bool(self.pins) and bool(self._amended()),
        }
        after = advance_unit(before, action, roles={Role(role)}, met=holding(facts))
        if action is UnitAction.SUBMIT:
            self.own = stage_on_submission(self.own, self.group, before)
            self._pin()
        if action is UnitAction.RETURN_FOR_CORRECTION and not self.phase.contains(self.now):
            self.windows.append(Window(WindowGround.CORRECTION, None, self.now, due))
        self.state = after

    def _amended(self) -> list[str]:
        """What differs from the last pin and may be sent: what lapsed stays as it was."""
        return [code for code, claim in self.claims.items() if claim != self.pins[-1][code] and self.writable(code)]

    def _pin(self) -> None:
        amended = self._amended() if self.pins else list(self.claims)
        for code in amended if self.pins else ():
            self.acts[code].append(ResubmitAct(self.now))
            self._withdraw(code)
        last = self.pins[-1] if self.pins else {}
        self.pins.append({**last, **{code: self.claims[code] for code in amended}})

    def _withdraw(self, code: str) -> None:
        for place, window in enumerate(self.windows):
            if window.ground is WindowGround.EVIDENCE_REQUEST and window.leaf == code:
                self.windows[place] = dataclasses.replace(window, withdrawn=True)

    def save(self, code: str, role: str, claim: int) -> None:
        if self.state is State.DRAFT:
            if not self.writable(code) or Role(role) is not Role.OFFICER:
                raise TransitionRefused("role_missing" if Role(role) is not Role.OFFICER else "can_write")
        else:
            action = UnitAction.AMEND_LEAF if self.state is State.SUBMITTED else UnitAction.EDIT_LEAF
            facts = {Guard.CAN_WRITE: self.writable(code), Guard.WINDOW_COVERS_LEAF: self.writable(code)}
            self.state = advance_unit(self.state, action, roles={Role(role)}, met=holding(facts))
        self.claims[code] = claim

    def act(self, act: str, code: str, role: str, points: Decimal | None, due: dt.datetime) -> None:
        kind, sends = LeafActKind(act), act == "send_explanation"
        facts = {
            LeafGuard.NAMED_UNDECIDED: code in self.named,
            LeafGuard.NOT_REPLIED: not replied_since_verdict(self.acts[code]),
            LeafGuard.REQUEST_ANSWERABLE_AT_ONCE: "request_answerable_at_once" in self.settings,
            LeafGuard.WINDOW_OPEN: may_write(self.now, None, self.windows, leaf=None if sends else code, what="reply"),
            LeafGuard.EXPLANATION_NOT_SENT: not self.explained or (not sends and self.is_late(code)),
            LeafGuard.SECOND_ROUND_BY_AGENCY: "second_round_by_agency" in self.settings,
            LeafGuard.SECOND_ROUND_BY_COUNCIL: "second_round_by_council" in self.settings,
        }
        met = {guard for guard, holds in facts.items() if holds}
        cell = allowed_leaf_act(kind, stage=self.stage, standing=self.leaf(code).standing, roles={Role(role)}, met=met)
        if sends:
            self.explained, self.late = True, {}
            for acts in self.acts.values():
                acts[:] = [
                    dataclasses.replace(each, sent=True) if isinstance(each, ReplyAct) else each for each in acts
                ]
        elif cell.round is None:
            self._reply(code)
        else:
            self._withdraw(code)
            self.acts[code].append(VerdictAct(cell.round, Decision(act), points, self.now))
            self.due[code] = due
            if points is None and facts[LeafGuard.REQUEST_ANSWERABLE_AT_ONCE]:
                self.windows.append(Window(WindowGround.EVIDENCE_REQUEST, code, self.now, due))
            if kind is LeafActKind.DISAGREE and self.stage is Stage.EXPLANATION:
                self.windows.append(Window(WindowGround.EXPLANATION, code, self.now, due))
                self.late |= {code: due} if self.explained else {}

    def is_late(self, code: str) -> bool:
        return code in self.late and self.now < self.late[code]

    def _reply(self, code: str) -> None:
        """An answer goes at once before the release, and to what was judged after the explanation was sent."""
        late = self.is_late(code)
        if late:
            self.acts[code] = [
                dataclasses.replace(each, sent=True) if isinstance(each, ReplyAct) else each for each in self.acts[code]
            ]
        self.acts[code].append(ReplyAct(self.now, sent=late or self.stage is Stage.FIRST_APPRAISAL))

    def grant(self, ground: str, leaf: str, due: dt.datetime) -> None:
        kind = WindowGround(ground)
        check_unit(kind, self.state, self.stage, ever_submitted=bool(self.pins), explained=self.explained)
        self.windows.append(Window(kind, leaf or None, self.now, due))

    def _met(self, given: set[str], *, member: bool) -> frozenset[Guard]:
        states = {code: self.leaf(code).standing for code in self.acts}
        waits = any(
            self.is_late(code) and standing is LeafStanding.DISAGREED
            if self.explained
            else standing in ANSWERS and not self.over(code)
            for code, standing in states.items()
        )
        end = self.end()
        of_members = {
            Guard.UNDECIDED_LEAVES_NAMED: LeafStanding.UNDECIDED not in states.values(),
            Guard.EXPLANATIONS_DONE_OR_OVER: not waits,
            Guard.NO_LEAF_BLOCKS: not end.blocking,
            Guard.ENTERED_POINTS_COMPLETE: not end.not_entered,
        }
        over = self.now >= self.phase.closes_at
        return (
            (holding(of_members) if member else frozenset(of_members))
            | holding({Guard.PHASE_OVER_OR_ALL_SUBMITTED: over or self.state is State.SUBMITTED})
            | {Guard.ADJUSTMENTS_SETTLED, Guard.EXEMPTIONS_DECIDED}
            | {Guard(name) for name in given}
        )

    def move(self, act: str, role: str, given: set[str], *, alone: bool, due: dt.datetime) -> None:
        member = bool(self.pins) and (self.own is not None) is alone
        met = self._met(given, member=member)
        after = advance_group(self.stage if alone else self.group, GroupAction(act), roles={Role(role)}, met=met)
        undecided = {code for code in self.acts if self.leaf(code).standing is LeafStanding.UNDECIDED}
        asked = [code for code in self.acts if self.leaf(code).standing is LeafStanding.ASKED]
        end = self.end()
        if alone:
            self.own = stage_after(after, self.group)
        else:
            self.group = after
        follow: dict[str, Callable[[], None]] = {
            "release_first_results": lambda: self._release(undecided, asked, due),
            "conclude": lambda: self._conclude(end),
        }
        if member and act in follow:
            follow[act]()

    def _release(self, undecided: set[str], asked: list[str], due: dt.datetime) -> None:
        self.named, self.explained = undecided, False
        self.windows.append(Window(WindowGround.EXPLANATION, None, self.now, due))
        for code in asked if "request_answerable_at_once" not in self.settings else ():
            until = due_at_release(self.due[code], self.now, due)
            self.windows.append(Window(WindowGround.EVIDENCE_REQUEST, code, self.now, until))

    def _conclude(self, end: Conclusion) -> None:
        self.total = sum(end.points.values(), Decimal(0))
        for acts in self.acts.values():
            acts.append(ConcludeAct(self.now))

    def name_again(self, act: str, role: str, given: set[str], leaves: list[str]) -> None:
        facts = {Guard(name) for name in given} | ({Guard.LEAVES_NAMED} if leaves else set())
        after = advance_group(self.stage, GroupAction(act), roles={Role(role)}, met=facts)
        check_reopening(leaves, set(self.acts))
        self.own = stage_after(after, self.group)
        for code in leaves:
            self.acts[code].append(ReopenAct(self.now))
