"""Standings from appended acts, and the table of who may do what to a leaf when. Typed from ARCHITECTURE §4."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InputInvalid, TransitionRefused
from app.domain.leaf_acts import (
    BLOCKING,
    ConcludeAct,
    LeafAct,
    LeafActKind,
    LeafGuard,
    ReopenAct,
    ReplyAct,
    ResubmitAct,
    VerdictAct,
    allowed_leaf_act,
    available_leaf_acts,
    leaf_state,
    replied_since_verdict,
)
from app.domain.terms import Decision, LeafStanding, Role, Stage

AT = dt.datetime(2024, 12, 2, 3, 0, tzinfo=dt.UTC)
FIRST, EXPLAINING, SECOND = Stage.FIRST_APPRAISAL, Stage.EXPLANATION, Stage.SECOND_APPRAISAL
EVERY_GUARD = frozenset(LeafGuard)


def agree(points: str = "1", *, second: bool = False) -> VerdictAct:
    return VerdictAct(2 if second else 1, Decision.AGREE, Decimal(points), AT)


def disagree(points: str = "0.5", *, second: bool = False) -> VerdictAct:
    return VerdictAct(2 if second else 1, Decision.DISAGREE, Decimal(points), AT)


ASK = VerdictAct(1, Decision.REQUEST_EVIDENCE, None, AT)
SENT, UNSENT = ReplyAct(AT, sent=True), ReplyAct(AT, sent=False)
REOPEN, RESUBMIT, CONCLUDE = ReopenAct(AT), ResubmitAct(AT), ConcludeAct(AT)


@pytest.mark.parametrize(
    ("acts", "stage", "expected"),
    [
        pytest.param([], FIRST, "undecided", id="silence is not agreement"),
        pytest.param([], SECOND, "undecided", id="silence stays undecided"),
        pytest.param([agree()], FIRST, "agreed", id="agreed"),
        pytest.param([disagree()], FIRST, "disagreed", id="disagreed"),
        pytest.param([ASK], FIRST, "asked", id="asked"),
        pytest.param([disagree(), agree()], FIRST, "agreed", id="the newest of a round speaks"),
        pytest.param([agree(), ASK], FIRST, "asked", id="asked after all"),
        pytest.param([ASK, SENT], EXPLAINING, "answered", id="a request answered"),
        pytest.param([disagree(), SENT], EXPLAINING, "contested", id="a disagreement contested"),
        pytest.param([disagree(), UNSENT], EXPLAINING, "disagreed", id="an unsent reply waits"),
        pytest.param([ASK, UNSENT], EXPLAINING, "asked", id="an unsent answer waits"),
        pytest.param([ASK, SENT, agree()], FIRST, "agreed", id="an answer given at once and accepted"),
        pytest.param([agree(), SENT], EXPLAINING, "agreed", id="nothing to answer"),
        pytest.param([agree()], SECOND, "final", id="agreed is final from the second appraisal on"),
        pytest.param([disagree()], SECOND, "final", id="not contested is final too"),
        pytest.param([disagree(), SENT], SECOND, "contested", id="contested waits for round two"),
        pytest.param([disagree(), UNSENT], SECOND, "contested", id="by then an unsent reply counts"),
        pytest.param([ASK], SECOND, "asked", id="asked and never answered"),
        pytest.param([ASK, SENT], SECOND, "answered", id="answered waits for round two"),
        pytest.param([disagree(), SENT, agree(second=True)], SECOND, "final", id="round two decides"),
        pytest.param([ASK, disagree(second=True)], SECOND, "final", id="round two decides what was asked"),
        pytest.param([agree(), CONCLUDE, REOPEN], SECOND, "reopened", id="an agreed leaf named again"),
        pytest.param([agree(), CONCLUDE, REOPEN, disagree(second=True)], SECOND, "final", id="decided again"),
        pytest.param([disagree(), SENT, CONCLUDE], SECOND, "final", id="concluded contested, not named again"),
        pytest.param([disagree(), SENT], Stage.CONCLUDED, "final", id="concluded contested"),
        pytest.param([agree(), RESUBMIT], EXPLAINING, "undecided", id="amended and sent again"),
        pytest.param([disagree(), SENT, RESUBMIT], SECOND, "undecided", id="amended in the second appraisal"),
    ],
)
def test_a_standing_is_read_off_the_acts(acts: Sequence[LeafAct], stage: Stage, expected: str) -> None:
    assert leaf_state(acts, stage=stage, window_over=False).standing == LeafStanding(expected)


@pytest.mark.parametrize(("acts", "expected"), [([ASK, UNSENT], "answered"), ([disagree(), UNSENT], "contested")])
def test_an_unsent_reply_counts_once_its_window_is_over(acts: Sequence[LeafAct], expected: str) -> None:
    assert leaf_state(acts, stage=EXPLAINING, window_over=True).standing == LeafStanding(expected)


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ([], None),
        ([agree("1")], "1"),
        ([disagree("0.5")], "0.5"),
        ([agree("1"), ASK], None),
        ([disagree("0.5"), SENT], "0.5"),
        ([disagree("0.5"), SENT, agree("0.75", second=True)], "0.75"),
        ([ASK, SENT], None),
        ([agree("1"), CONCLUDE, REOPEN], None),
        ([agree("1"), RESUBMIT], None),
    ],
)
def test_a_leaf_ends_with_the_points_that_still_count(acts: Sequence[LeafAct], expected: str | None) -> None:
    points = leaf_state(acts, stage=SECOND, window_over=True).final_points
    assert points == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("number", "decision", "points"),
    [
        (1, Decision.AGREE, None),
        (1, Decision.REQUEST_EVIDENCE, Decimal(1)),
        (2, Decision.REQUEST_EVIDENCE, None),
        (3, Decision.AGREE, Decimal(1)),
    ],
)
def test_a_verdict_that_says_nothing_certain_cannot_be_written_down(
    number: int,
    decision: Decision,
    points: Decimal | None,
) -> None:
    with pytest.raises(InputInvalid):
        VerdictAct(number, decision, points, AT)


def test_a_verdict_is_not_changed_under_a_unit_that_has_replied() -> None:
    assert replied_since_verdict([disagree(), UNSENT])
    assert not replied_since_verdict([disagree(), UNSENT, disagree()])
    assert not replied_since_verdict([ASK, SENT, RESUBMIT]), (
        "sent again: the reply was to a verdict that no longer counts"
    )
    assert not replied_since_verdict([disagree(), SENT, CONCLUDE, REOPEN])
    assert not replied_since_verdict([])


# Who may do what, when

BEFORE_RELEASE = "undecided agreed disagreed asked answered"
SECOND_ROUND = "undecided asked answered contested reopened"
#: (act, stage) → standings, roles
CELLS = {
    ("agree", "first_appraisal"): (BEFORE_RELEASE, "appraiser"),
    ("disagree", "first_appraisal"): (BEFORE_RELEASE, "appraiser"),
    ("request_evidence", "first_appraisal"): (BEFORE_RELEASE, "appraiser"),
    ("reply", "first_appraisal"): ("asked answered", "officer"),
    ("agree", "explanation"): ("undecided agreed disagreed", "appraiser"),
    ("disagree", "explanation"): ("undecided agreed disagreed", "appraiser"),
    ("reply", "explanation"): ("asked answered disagreed contested", "officer"),
    ("send_explanation", "explanation"): (" ".join(LeafStanding), "coordinator unit_head"),
    ("agree", "second_appraisal"): (SECOND_ROUND, "appraiser secretariat"),
    ("disagree", "second_appraisal"): (SECOND_ROUND, "appraiser secretariat"),
}


@pytest.mark.parametrize(("kind", "stage", "standing", "role"), list(product(LeafActKind, Stage, LeafStanding, Role)))
def test_a_leaf_takes_the_allowed_acts_and_no_other(
    kind: LeafActKind,
    stage: Stage,
    standing: LeafStanding,
    role: Role,
) -> None:
    standings, roles = CELLS.get((kind.value, stage.value), ("", ""))
    if standing.value in standings.split() and role.value in roles.split():
        assert allowed_leaf_act(kind, stage=stage, standing=standing, roles={role}, met=EVERY_GUARD).kind is kind
        return
    with pytest.raises(TransitionRefused):
        allowed_leaf_act(kind, stage=stage, standing=standing, roles={role}, met=EVERY_GUARD)


@pytest.mark.parametrize(
    ("kind", "stage", "standing", "role", "code"),
    [
        ("agree", "scoring", "undecided", "appraiser", "wrong_stage"),
        ("reply", "second_appraisal", "contested", "officer", "wrong_stage"),
        ("request_evidence", "explanation", "undecided", "appraiser", "request_in_first_round_only"),
        ("request_evidence", "second_appraisal", "asked", "appraiser", "request_in_first_round_only"),
        ("agree", "second_appraisal", "final", "appraiser", "leaf_final"),
        ("agree", "explanation", "contested", "appraiser", "leaf_not_open"),
        ("reply", "explanation", "agreed", "officer", "nothing_to_answer"),
        ("reply", "first_appraisal", "disagreed", "officer", "nothing_to_answer"),
        ("agree", "first_appraisal", "undecided", "officer", "role_missing"),
        ("send_explanation", "explanation", "undecided", "officer", "role_missing"),
    ],
)
def test_a_refused_act_has_its_code(kind: str, stage: str, standing: str, role: str, code: str) -> None:
    with pytest.raises(TransitionRefused) as refused:
        allowed_leaf_act(
            LeafActKind(kind),
            stage=Stage(stage),
            standing=LeafStanding(standing),
            roles={Role(role)},
            met=EVERY_GUARD,
        )
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("kind", "stage", "standing", "role", "guard"),
    [
        ("agree", "explanation", "undecided", "appraiser", "named_undecided"),
        ("disagree", "explanation", "disagreed", "appraiser", "not_replied"),
        ("reply", "first_appraisal", "asked", "officer", "request_answerable_at_once"),
        ("reply", "first_appraisal", "asked", "officer", "window_open"),
        ("reply", "explanation", "disagreed", "officer", "window_open"),
        ("reply", "explanation", "disagreed", "officer", "explanation_not_sent"),
        ("send_explanation", "explanation", "agreed", "unit_head", "explanation_not_sent"),
        ("send_explanation", "explanation", "agreed", "unit_head", "window_open"),
        ("agree", "second_appraisal", "contested", "appraiser", "second_round_by_agency"),
        ("disagree", "second_appraisal", "contested", "secretariat", "second_round_by_council"),
    ],
)
def test_an_act_waits_for_its_guards(kind: str, stage: str, standing: str, role: str, guard: str) -> None:
    with pytest.raises(TransitionRefused) as refused:
        allowed_leaf_act(
            LeafActKind(kind),
            stage=Stage(stage),
            standing=LeafStanding(standing),
            roles={Role(role)},
            met=EVERY_GUARD - {LeafGuard(guard)},
        )
    assert refused.value.code == guard


def test_a_verdict_belongs_to_the_round_of_its_stage() -> None:
    def round_at(stage: Stage) -> int | None:
        undecided = LeafStanding.UNDECIDED
        agreed = LeafActKind.AGREE
        return allowed_leaf_act(agreed, stage=stage, standing=undecided, roles={Role.APPRAISER}, met=EVERY_GUARD).round

    assert [round_at(stage) for stage in (FIRST, EXPLAINING, SECOND)] == [1, 1, 2]


def test_a_desk_is_offered_its_acts_with_what_stands_against_each() -> None:
    offers = available_leaf_acts(
        stage=SECOND,
        standing=LeafStanding.FINAL,
        roles={Role.APPRAISER},
        met={LeafGuard.SECOND_ROUND_BY_AGENCY},
    )
    assert [(offer.kind, offer.refusal) for offer in offers] == [
        (LeafActKind.AGREE, "leaf_final"),
        (LeafActKind.DISAGREE, "leaf_final"),
    ]
    assert available_leaf_acts(stage=FIRST, standing=LeafStanding.ASKED, roles={Role.AUDITOR}, met=EVERY_GUARD) == ()


# What is final stays final

STEPS = ("agree", "disagree", "request_evidence", "reply", "draft_reply", "move_on", "reopen", "reopen_another")
_NEXT_STAGE = {FIRST: EXPLAINING, EXPLAINING: SECOND, SECOND: Stage.CONCLUDED}


class Walk:
    """One leaf walked through its stages by acts the table allows; steps it refuses change nothing."""

    def __init__(self) -> None:
        self.acts: list[LeafAct] = []
        self.stage = FIRST

    @property
    def standing(self) -> LeafStanding:
        return leaf_state(self.acts, stage=self.stage, window_over=False).standing

    def take(self, step: str) -> None:
        if step == "move_on":
            self._move_on()
        elif step.startswith("reopen"):
            if self.stage is Stage.CONCLUDED:
                self.stage = SECOND
                self.acts += [REOPEN] if step == "reopen" else []
        else:
            self._act("reply" if step == "draft_reply" else step, sent=step == "reply")

    def _move_on(self) -> None:
        if self.stage not in _NEXT_STAGE or (self.stage is SECOND and self.standing in BLOCKING):
            return
        if self.stage is SECOND:
            self.acts.append(CONCLUDE)
        self.stage = _NEXT_STAGE[self.stage]

    def _act(self, name: str, *, sent: bool) -> None:
        kind = LeafActKind(name)
        try:
            cell = allowed_leaf_act(
                kind,
                stage=self.stage,
                standing=self.standing,
                roles={Role.APPRAISER, Role.OFFICER},
                met=EVERY_GUARD,
            )
        except TransitionRefused:
            return
        if cell.round is None:
            self.acts.append(SENT if sent else UNSENT)
            return
        points = None if kind is LeafActKind.REQUEST_EVIDENCE else Decimal(1)
        self.acts.append(VerdictAct(cell.round, Decision(kind.value), points, AT))


@given(steps=st.lists(st.sampled_from(STEPS), max_size=25))
def test_a_final_leaf_stays_final_until_it_is_named_again(steps: list[str]) -> None:
    walk = Walk()
    final: Decimal | None = None
    for step in steps:
        was_final = walk.standing is LeafStanding.FINAL
        walk.take(step)
        state = leaf_state(walk.acts, stage=walk.stage, window_over=False)
        if was_final and state.standing is not LeafStanding.FINAL:
            assert step == "reopen"
            assert state.standing is LeafStanding.REOPENED
        if was_final and state.standing is LeafStanding.FINAL:
            assert state.points == final
        final = state.points
        if walk.stage is Stage.CONCLUDED:
            assert state.final_points is not None


@given(steps=st.lists(st.sampled_from(STEPS), max_size=25))
def test_no_act_is_ever_taken_back(steps: list[str]) -> None:
    walk = Walk()
    for step in steps:
        before = list(walk.acts)
        walk.take(step)
        assert walk.acts[: len(before)] == before
