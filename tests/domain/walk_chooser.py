"""Chooses the acts of a walk by the model alone: half of them bring the campaign on, the others are tried anywhere."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from app.domain.errors import DomainError
from tests.domain.walk_groups import GroupModel
from tests.domain.walk_model import BLOCKS
from tests.domain.walk_tables import Refused

START = dt.datetime(2024, 11, 20, tzinfo=dt.UTC)
END = START + dt.timedelta(hours=12)
CODES = ["1.1", "1.2", "1.3"]
Act = tuple[str, tuple[Any, ...]]

#: who does it, mostly; one act in eight is tried by anybody
ROLE = {
    "request_approval": "officer",
    "return_to_draft": "unit_head",
    "approve_by_unit": "unit_head",
    "submit": "coordinator",
    "return_for_correction": "secretariat",
    "agree": "appraiser",
    "disagree": "appraiser",
    "request_evidence": "appraiser",
    "reply": "officer",
    "send_explanation": "unit_head",
    "open_first_appraisal": "secretariat",
    "release_first_results": "secretariat",
    "open_second_appraisal": "secretariat",
    "conclude": "council_chair",
    "reopen": "council_chair",
    "approve": "approving_authority",
    "publish": "secretariat",
    "annul": "approving_authority",
}
UNIT_ACTS = ("request_approval", "approve_by_unit", "submit", "return_to_draft", "return_for_correction")
LEAF_ACTS = ("agree", "disagree", "request_evidence", "reply", "send_explanation")
ONWARD = {
    "scoring": "open_first_appraisal",
    "first_appraisal": "release_first_results",
    "explanation": "open_second_appraisal",
    "second_appraisal": "conclude",
    "concluded": "approve",
    "approved": "publish",
    "published": "publish",
}
GROUNDS = ("extension", "data_update", "correction", "explanation")
SETTINGS = ("internal_approval_off", "request_answerable_at_once")
#: the act that brings a sheet nearer to its sending
SENDING = {"draft": "request_approval", "awaiting_approval": "approve_by_unit", "unit_approved": "submit"}
DECIDED = {"concluded", "approved", "published"}
GIVEN = frozenset({"reason_given", "minutes_given", "decision_given"})


def settings_of(chance: random.Random) -> set[str]:
    second = chance.choice(["second_round_by_agency", "second_round_by_agency", "second_round_by_council"])
    return {name for name in SETTINGS if chance.random() < 0.5} | {second}


class Chooser:
    """Chooses acts by the model: half of them bring the campaign on, the others are tried by anybody anywhere."""

    def __init__(self, chance: random.Random, model: GroupModel) -> None:
        self.chance, self.model = chance, model

    def next(self) -> Act:
        return self._onward() if self.chance.random() < 0.6 else self._any()

    def _due(self) -> dt.datetime:
        return self.model.now + dt.timedelta(hours=self.chance.choice([3, 12, 30]))

    def _role(self, act: str) -> str:
        if act in {"agree", "disagree"} and self.model.stage == "second_appraisal":
            return "secretariat" if "second_round_by_council" in self.model.settings else "appraiser"
        return ROLE[act]

    def _leaf(self, act: str, code: str, role: str = "") -> Act:
        points = None if act == "request_evidence" else Decimal(self.chance.randint(0, 4)) / 4
        return "act", (act, code, role or self._role(act), points, self._due())

    def _move(self, act: str, given: frozenset[str] | set[str] = GIVEN, role: str = "") -> Act:
        return "move", (act, role or self._role(act), set(given), bool(self.model.own), self._due())

    def _onward(self) -> Act:
        model = self.model
        if model.state != "submitted" and (act := self._sending()) is not None:
            return act
        if model.stage == "scoring" and model.state == "submitted" and self.chance.random() < 0.3:
            return "unit", ("return_for_correction", "secretariat", {"reason_given"}, self._due())
        match model.stage:
            case "first_appraisal" | "explanation" | "second_appraisal" if model.sent:
                return self._appraising()
            case "concluded" | "approved" if self.chance.random() < 0.3:
                return self._again("reopen")
            case "published":
                return self._again("annul")
        return self._move(ONWARD[model.stage], GIVEN | {"undecided_leaves_named"})

    def _sending(self) -> Act | None:
        model = self.model
        missing = [code for code in CODES if model.leaves[code].claim is None]
        if not model.claims():
            return None if model.sent or self.chance.random() < 0.5 else ("grant", ("extension", "", self._due()))
        if missing:
            return "save", (missing[0], "officer", self.chance.randint(0, 3))
        direct = model.state == "draft" and "internal_approval_off" in model.settings
        act = "submit" if direct else SENDING[model.state]
        return "unit", (act, self._role(act), {"reason_given"}, self._due())

    def _appraising(self) -> Act:
        model, chance = self.model, self.chance
        states = {code: model.standing(code) for code in CODES}
        round_two = model.stage == "second_appraisal"
        contested = {"contested"} if chance.random() < 0.5 else set()
        open_ones = BLOCKS | contested if round_two else {"undecided"}
        todo = [code for code, standing in states.items() if standing in open_ones]
        if model.stage == "explanation" and model.named and chance.random() < 0.5:
            return self._leaf(chance.choice(["agree", "disagree"]), chance.choice(sorted(model.named)))
        if todo and model.stage != "explanation" and (round_two or chance.random() < 0.85):
            kinds = ["agree", "disagree"] if round_two else ["agree", "disagree", "disagree", "request_evidence"]
            return self._leaf(chance.choice(kinds), todo[0])
        answers = [code for code, standing in states.items() if standing in {"asked", "disagreed"}]
        if model.explained:
            answers = [code for code in answers if model.is_late(code)]
        if model.stage == "explanation" and answers:
            act = chance.choice(["reply", "reply", "send_explanation", "wait"])
            return ("wait", (12,)) if act == "wait" else self._leaf(act, chance.choice(answers))
        if round_two and model.entered is None:
            return "enter", (Decimal(chance.randint(0, 4)) / 4,)
        return self._move(ONWARD[model.stage], GIVEN | {"undecided_leaves_named"})

    def _again(self, act: str, role: str = "") -> Act:
        named = self.chance.sample(CODES, self.chance.randint(0, 2))
        return "name_again", (act, role or self._role(act), set(GIVEN), named)

    def _any(self) -> Act:
        """An act out of place: any act, one in four by anybody, one in five without what it must bring."""
        chance, amends = self.chance, self.model.state == "submitted" and self.model.stage in DECIDED
        acts = (
            *UNIT_ACTS,
            *LEAF_ACTS,
            *LEAF_ACTS,
            *set(ONWARD.values()),
            "reopen",
            "annul",
            "save",
            "save",
            "grant",
            "wait",
        )
        act, code = chance.choice(acts), chance.choice(CODES)
        given = set() if chance.random() < 0.2 else set(GIVEN)
        role = chance.choice([*ROLE.values(), "leader", "auditor"]) if chance.random() < 0.25 else ""
        if act == "wait" or (amends and act in {"save", "submit"}):
            return "wait", (chance.choice([1, 2, 6, 12]),)
        if act == "save":
            return "save", (code, role or "officer", chance.randint(0, 3))
        if act == "grant":
            return "grant", (chance.choice(GROUNDS), chance.choice(["", *CODES]), self._due())
        if act in UNIT_ACTS:
            return "unit", (act, role or self._role(act), given & {"reason_given"}, self._due())
        if act in LEAF_ACTS:
            return self._leaf(act, code, role)
        if act in {"reopen", "annul"}:
            return self._again(act, role)
        return self._move(act, given, role)


def done(side: Any, act: Act) -> str:
    """Do the act on one side; return the code it was refused with, or nothing."""
    name, given = act
    try:
        if name == "wait":
            side.now += dt.timedelta(hours=given[0])
        elif name == "enter":
            side.entered = given[0]
        elif name == "move":
            side.move(*given[:3], alone=given[3], due=given[4])
        elif name == "act" and given[0] != "reply" and given[0] != "send_explanation" and reads(side) != "submitted":
            return "wrong_state"
        else:
            getattr(side, name)(*given)
    except (DomainError, Refused) as refused:
        return refused.code if isinstance(refused, DomainError) else str(refused)
    return ""


def reads(side: Any) -> str:
    return str(side.reads())


def seen_of_model(model: GroupModel) -> dict[str, Any]:
    return {
        "state": model.state,
        "spoken": model.spoken(),
        "group": model.group,
        "stage": model.stage,
        "leaves": {code: model.standing(code) for code in CODES},
        "points": {code: model.leaves[code].points for code in CODES},
        "over": {code: model.over(code) for code in CODES},
        "total": model.total,
    }
