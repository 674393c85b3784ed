"""The model's group: the acts that move it, or the one unit of it that runs alone or is named."""

from decimal import Decimal
from typing import Any

from tests.domain.walk_model import DECIDED, Model
from tests.domain.walk_tables import GROUPS, Refused, cell, rows_of

OF_MEMBERS = {"undecided_leaves_named", "explanations_done_or_over", "no_leaf_blocks", "entered_points_complete"}


class GroupModel(Model):
    def grant(self, ground: str, leaf: str, due: Any) -> None:
        if self.stage in DECIDED:
            raise Refused("unit_concluded")
        if ground == "correction" and (self.state == "submitted" or not self.sent):
            raise Refused("window_needs_return")
        if ground == "data_update" and not self.sent and self.stage != "scoring":
            raise Refused("window_needs_submission")
        if ground == "explanation" and self.stage != "explanation":
            raise Refused("window_needs_explanation_stage")
        if ground == "explanation" and self.explained:
            raise Refused("explanation_already_sent")
        self.open(ground, due, leaf)

    def move(self, act: str, role: str, given: set[str], *, alone: bool = False, due: Any = None) -> None:
        """Move the group, its unit with it unless that runs alone or never sent; or the unit `alone`."""
        member = bool(self.sent) and bool(self.own) is alone
        met = self.met() if member else self.met() | OF_MEMBERS
        row = cell(rows_of(GROUPS, stage=self.stage if alone else self.group, action=act), role, met | given)
        if alone:
            self.own = "" if row["to"] == self.group else row["to"]
        else:
            self.group = row["to"]
        if act == "release_first_results" and member:
            self.explained, self.named = (
                False,
                {code for code, x in self.leaves.items() if self.standing(code) == "undecided"},
            )
            self.open("explanation", due)
            for code, leaf in self.leaves.items():
                if self.standing(code) == "asked" and "request_answerable_at_once" not in self.settings:
                    self.open("evidence_request", leaf.due if leaf.due > self.now else due, code)
        if act == "conclude" and member:
            for leaf in self.leaves.values():
                leaf.said = "final"
            self.total = sum((leaf.points for leaf in self.leaves.values()), Decimal(0)) + self.entered

    def name_again(self, act: str, role: str, given: set[str], leaves: list[str]) -> None:
        """Reopen, or annul, the unit for `leaves`: it goes back alone, its group stays."""
        named = {"leaves_named"} if leaves else set()
        row = cell(rows_of(GROUPS, stage=self.stage, action=act), role, self.met() | given | named)
        if not leaves:
            raise Refused("leaves_named")
        self.own = "" if row["to"] == self.group else row["to"]
        for code in leaves:
            self.leaves[code].said = "reopened"
