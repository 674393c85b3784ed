"""The workflow a second time, written from ARCHITECTURE §4 alone: what every walk is held against."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from tests.domain.walk_calendar import Calendar
from tests.domain.walk_tables import EDIT, SETTLED, UNITS, cell, leaf_rows, rows_of

DECIDED, LATE = {"concluded", "approved", "published"}, {"second_appraisal", "concluded", "approved", "published"}
BLOCKS, ANSWERABLE = {"undecided", "asked", "answered", "reopened"}, {"asked", "answered", "disagreed", "contested"}
WAITING = ANSWERABLE - {"answered"}
SAID = {"agree": "agreed", "disagree": "disagreed", "request_evidence": "asked"}


class Model(Calendar):
    """One unit in its group. `given`: facts an act brings, such as its reason; `due`: of the windows it opens."""

    def __init__(self, codes: list[str], now: Any, end: Any, settings: set[str]) -> None:
        super().__init__(now, end)
        self.settings, self.state, self.group, self.own = settings, "draft", "scoring", ""
        self.sent, self.explained, self.entered, self.total = 0, False, None, None  # type: ignore[var-annotated]
        fresh = {"claim": None, "pin": None, "said": "undecided", "points": None, "reply": "", "due": None}
        self.leaves = {code: SimpleNamespace(**fresh) for code in codes}
        self.replied, self.named = set[str](), set[str]()

    stage = property(lambda self: self.own or self.group)

    def standing(self, code: str) -> str:
        said, reply = self.leaves[code].said, self.leaves[code].reply
        if reply == "sent" or (reply and (self.stage in LATE or self.over(code))):
            said = {"asked": "answered", "disagreed": "contested"}.get(said, said)
        settled = {"agreed", "disagreed"} if self.stage == "second_appraisal" else {"agreed", "disagreed", "contested"}
        return "final" if self.stage in LATE and said in settled else said

    def met(self, leaf: str = "") -> set[str]:
        states = {code: self.standing(code) for code in self.leaves}
        writes = self.claims(leaf, sent=self.state == "submitted")
        waits = any(
            self.is_late(code) and said == "disagreed" if self.explained else said in WAITING and not self.over(code)
            for code, said in states.items()
        )
        facts = {
            "can_write": writes, "window_covers_leaf": writes, "stage_is_scoring": self.stage == "scoring",
            "every_own_leaf_settled": all(x.claim is not None for x in self.leaves.values()),
            "amended_leaves": any(x.claim != x.pin and self.writes(code) for code, x in self.leaves.items()),
            "phase_over_or_all_submitted": self.now >= self.end or self.state == "submitted",
            "undecided_leaves_named": "undecided" not in states.values(),
            "explanations_done_or_over": not waits, "explanation_not_sent": not self.explained or self.is_late(leaf),
            "no_leaf_blocks": not BLOCKS & set(states.values()), "entered_points_complete": self.entered is not None,
            "named_undecided": leaf in self.named, "not_replied": leaf not in self.replied,
        }  # fmt: skip
        return {name for name, holds in facts.items() if holds} | SETTLED | self.settings

    def unit(self, act: str, role: str, given: set[str], due: Any = None) -> None:
        writing = {"window_open"} if self.claims(sent=self.state == "submitted") else set()
        row = cell(rows_of(UNITS, state=self.state, action=act), role, self.met() | writing | given)
        if act == "return_for_correction" and self.now >= self.end:
            self.open("correction", due)
        if act == "submit":
            if self.state != "submitted" and self.group not in {"scoring", "first_appraisal"}:
                self.own = "first_appraisal"
            for code, leaf in self.leaves.items():
                if self.sent and not self.writes(code):
                    continue  # what lapsed stays as it was sent
                if self.sent and leaf.claim != leaf.pin:
                    leaf.said, leaf.points, leaf.reply = "undecided", None, ""
                    self.withdraw(code)
                    self.replied.discard(code)
                leaf.pin = leaf.claim
            self.sent += 1
        self.state = row["to"]

    def save(self, code: str, role: str, claim: Any) -> None:
        act = "amend_leaf" if self.state == "submitted" else "edit_leaf"
        rows = [EDIT] if self.state == "draft" else rows_of(UNITS, state=self.state, action=act)
        self.state = cell(rows, role, self.met(code))["to"]
        self.leaves[code].claim = claim

    def act(self, act: str, code: str, role: str, points: Decimal | None = None, due: Any = None) -> None:
        leaf, answers = self.leaves[code], {"window_open"} if self.answers("" if "send" in act else code) else set()
        met = self.met("" if "send" in act else code)
        row = cell(leaf_rows(act, self.stage, self.standing(code)), role, met | answers)
        if act == "send_explanation":
            self.explained, self.late = True, {}
            for each in self.leaves.values():
                each.reply = each.reply and "sent"
        elif act == "reply":
            leaf.reply = "sent" if self.stage == "first_appraisal" or self.is_late(code) else leaf.reply or "unsent"
            self.replied.add(code)
        else:
            self.withdraw(code)
            self.replied.discard(code)
            leaf.said = SAID[act] if row["round"] == "1" else "final"
            leaf.points, leaf.reply, leaf.due = points, "", due
            if act == "request_evidence" and "request_answerable_at_once" in self.settings:
                self.open("evidence_request", due, code)
            if act == "disagree" and self.stage == "explanation":
                self.open("explanation", due, code)
                self.late |= {code: due} if self.explained else {}
