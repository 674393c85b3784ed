"""The golden tables beside the two machines: leaf acts, windows, rechecks, decisions; every other cell is refused."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from app.domain.deadlines import Window, may_amend, may_write
from app.domain.errors import DomainError, TransitionRefused
from app.domain.leaf_acts import LEAF_ACTS, LeafActKind, LeafGuard, allowed_leaf_act
from app.domain.policy import Actor, Appointment, Permission, Subject, why_not
from app.domain.rechecks import Minutes, check_minutes, decide
from app.domain.terms import LeafStanding, RecheckStatus, Role, Stage, State, WindowGround
from app.domain.windows import check_unit, check_window
from app.domain.workflow import GROUP_MACHINE, UNIT_MACHINE
from tests.domain.golden_rows import golden

ACTS, WINDOWS, RECHECKS, DECISIONS = (
    golden(f"workflow_{name}.csv") for name in ("leaf_acts", "windows", "rechecks", "decisions")
)
NOW = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=2)
UNIT, COUNCIL, AGENCY = 1, 2, 3


def test_the_machines_ask_their_guards_in_the_order_of_the_tables() -> None:
    """What is refused first is what a person is told."""
    cells = [("assessment", "state", UNIT_MACHINE), ("group", "stage", GROUP_MACHINE)]
    for name, position, machine in cells:
        written = {(row[position], row["action"]): row["guards"].split() for row in golden(f"workflow_{name}.csv")}
        assert {(each.source.value, each.action.value): list(each.guards) for each in machine} == written


def test_the_leaf_acts_are_the_golden_table() -> None:
    read = [
        (
            row["act"],
            row["stage"],
            frozenset(row["standings"].split()),
            frozenset(row["role"].split()),
            tuple(row["guards"].split()),
            int(row["round"]) if row["round"] else None,
        )
        for row in ACTS
    ]
    kept = [(cell.kind, cell.stage, cell.standings, cell.roles, cell.guards, cell.round) for cell in LEAF_ACTS]
    assert sorted(map(str, _plain(kept))) == sorted(map(str, _plain(read)))


def _plain(rows: list[tuple[object, ...]]) -> list[list[object]]:
    return [[sorted(map(str, v)) if isinstance(v, frozenset | tuple) else v and str(v) for v in row] for row in rows]


def written_refusal(kind: LeafActKind, stage: Stage, standing: LeafStanding, role: Role) -> str | None:
    """Return what the table says of a cell, all guards met: the code of the refusal, or None."""
    here = [row for row in ACTS if row["act"] == kind and row["stage"] == stage]
    if not here:
        return "request_in_first_round_only" if kind is LeafActKind.REQUEST_EVIDENCE else "wrong_stage"
    here = [row for row in here if standing in row["standings"].split()]
    if not here and standing is LeafStanding.FINAL:
        return "leaf_final"
    if not here:
        return "nothing_to_answer" if kind is LeafActKind.REPLY else "leaf_not_open"
    return None if any(role in row["role"].split() for row in here) else "role_missing"


@pytest.mark.parametrize(("kind", "stage"), list(product(LeafActKind, Stage)))
def test_every_other_leaf_act_is_refused_with_its_code(kind: LeafActKind, stage: Stage) -> None:
    for standing, role in product(LeafStanding, Role):
        refusal = None
        try:
            allowed_leaf_act(kind, stage=stage, standing=standing, roles={role}, met=frozenset(LeafGuard))
        except TransitionRefused as refused:
            refusal = refused.code
        assert refusal == written_refusal(kind, stage, standing, role), (standing, role)


@pytest.mark.parametrize("row", WINDOWS, ids=lambda row: row["ground"])
def test_a_window_opens_what_its_ground_opens(row: dict[str, str]) -> None:
    windows = [Window(WindowGround(row["ground"]), "1.1", NOW, LATER)]
    opened = (
        may_write(NOW, None, windows, leaf="1.1", what="claim"),
        may_amend(NOW, windows, leaf="1.1"),
        may_write(NOW, None, windows, leaf="1.1", what="reply"),
    )
    assert opened == tuple(row[name] == "yes" for name in ("claims", "amends", "replies"))
    assert not may_amend(NOW, windows, leaf="1.2")
    assert not may_amend(LATER, windows, leaf="1.1")


@pytest.mark.parametrize("row", WINDOWS, ids=lambda row: row["ground"])
def test_a_window_rests_on_what_its_ground_asks_for(row: dict[str, str]) -> None:
    def refusal(document: str, reason: str) -> str | None:
        try:
            check_window(WindowGround(row["ground"]), NOW, LATER, NOW, document=document, reason=reason)
        except DomainError as refused:
            return refused.code
        return None

    if row["by_hand"] == "no":
        assert refusal("12/QĐ", "mất điện") == "window_by_request"
        return
    assert refusal("12/QĐ", "mất điện") is None
    assert refusal("", "mất điện") == ("document_missing" if row["document"] == "yes" else None)
    assert refusal("12/QĐ", "") == ("reason_given" if row["reason"] == "yes" else None)


@pytest.mark.parametrize("row", [row for row in WINDOWS if row["by_hand"] == "yes"], ids=lambda row: row["ground"])
def test_a_window_is_opened_for_the_units_it_opens_something_for(row: dict[str, str]) -> None:
    for stage, state, sent, explained in product(Stage, State, (True, False), (True, False)):
        expected = None
        if stage in {Stage.CONCLUDED, Stage.APPROVED, Stage.PUBLISHED}:
            expected = "unit_concluded"
        elif row["unit"] == "returned" and (state is State.SUBMITTED or not sent):
            expected = "window_needs_return"
        elif row["unit"] == "sent_or_scoring" and not sent and stage is not Stage.SCORING:
            expected = "window_needs_submission"
        elif stage.value not in row["stages"].split():
            expected = "window_needs_explanation_stage"
        elif row["unit"] == "not_explained" and explained:
            expected = "explanation_already_sent"
        refusal = None
        try:
            check_unit(WindowGround(row["ground"]), state, stage, ever_submitted=sent, explained=explained)
        except TransitionRefused as refused:
            refusal = refused.code
        assert refusal == expected, (stage, state, sent, explained)


def test_a_recheck_is_decided_once_and_recorded_once_ordered() -> None:
    found = {}
    minutes = Minutes("05/BB", NOW.date(), "Phòng Nội vụ", "đủ hồ sơ")
    for status in RecheckStatus:
        for name, call in (("decide", decide), ("record", lambda each: check_minutes(each, minutes, NOW.date()))):
            try:
                call(status)
            except TransitionRefused as refused:
                found[status.value, name] = refused.code
            else:
                found[status.value, name] = ""
    assert found == {(row["status"], row["act"]): row["refusal"] for row in RECHECKS}


def holder(role: Role) -> Actor:
    """Somebody of the unit where the role is a unit's, of its agency, of its council, or of the house."""
    if role is Role.APPRAISER:
        held = Appointment(role, unit_id=AGENCY)
    elif role is Role.ORGANISER or role in {Role.ADMINISTRATOR, Role.AUDITOR}:
        held = Appointment(role)
    elif role in {Role.OFFICER, Role.COORDINATOR, Role.UNIT_HEAD}:
        held = Appointment(role, unit_id=UNIT)
    else:
        held = Appointment(role, council_id=COUNCIL)
    return Actor(9, "ai", (held,))


@pytest.mark.parametrize("act", sorted({row["act"] for row in DECISIONS}))
def test_acts_of_the_campaign_are_for_the_roles_and_stages_of_the_table(act: str) -> None:
    """All else of a cell being met: the hour, the agency, the council; a refusal says whether role, stage or state."""
    rows = [row for row in DECISIONS if row["act"] == act]
    for role, stage, state in product(Role, Stage, State):
        subject = Subject(
            unit_id=UNIT,
            council_id=COUNCIL,
            state=state,
            stage=stage,
            writable=True,
            answerable=True,
            agency_ids=frozenset({AGENCY}),
        )
        of_role = [row for row in rows if row["role"] == role]
        sent = "sent" if state is State.SUBMITTED else "unsent"
        allowed = any(row["state"] in {"any", sent} and stage in row["stages"].split() for row in of_role)
        refusal = why_not(holder(role), Permission(act), subject)
        assert (refusal is None) is allowed, (role, stage, state, refusal)
        if not of_role:
            assert refusal == "role_missing"
        elif not allowed:
            assert refusal in {"wrong_stage", "wrong_state"}, (role, stage, state)
