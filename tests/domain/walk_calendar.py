"""The model's calendar: one scoring phase and windows, to the instant; its own words for ARCHITECTURE §4, "writing"."""

from typing import Any

AMEND = {"extension", "data_update"}
CLAIM = AMEND | {"correction"}


class Calendar:
    """`now` and `end` (of the phase) compare with each other; a window is [ground, leaf or "", opens, due, live]."""

    sent, state = 0, "draft"  # how often the sheet was sent; how it stands

    def __init__(self, now: Any, end: Any) -> None:
        self.now, self.end = now, end
        self.windows: list[list[Any]] = []
        self.late: dict[str, Any] = {}  # leaves judged after the explanation was sent → until when they are answered

    def open(self, ground: str, due: Any, leaf: str = "") -> None:
        self.windows.append([ground, leaf, self.now, due, True])

    def withdraw(self, leaf: str) -> None:
        for window in self.windows:
            window[4] &= window[:2] != ["evidence_request", leaf]

    def is_late(self, leaf: str) -> bool:
        return leaf in self.late and self.now < self.late[leaf]

    def opens(self, grounds: set[str], leaf: str = "") -> bool:
        return any(
            w[0] in grounds and (not leaf or w[1] in {"", leaf}) and w[2] <= self.now < w[3] for w in self.windows
        )

    def claims(self, leaf: str = "", *, sent: bool = False) -> bool:
        claims = CLAIM if self.sent else CLAIM - {"data_update"}
        return self.opens(AMEND, leaf) if sent else self.now < self.end or self.opens(claims, leaf)

    def spoken(self) -> str:
        if self.state == "submitted" or not self.claims():
            return "submitted" if self.sent else "not_submitted"
        return "returned" if self.sent and self.state == "draft" else self.state

    def reads(self) -> str:
        return "submitted" if self.sent and not self.claims() else self.state

    def writes(self, code: str) -> bool:
        return self.claims(code, sent=self.state == "submitted")

    def answering(self, leaf: str) -> list[list[Any]]:
        found = [w for w in self.windows if w[0] not in CLAIM and w[4] and (not leaf or w[1] in {"", leaf})]
        own = [w for w in found if leaf and w[1] == leaf]
        return own if any(w[0] == "evidence_request" for w in own) else found

    def answers(self, leaf: str = "") -> bool:
        return any(w[2] <= self.now < w[3] for w in self.answering(leaf))

    def over(self, leaf: str) -> bool:
        return bool(self.answering(leaf)) and all(self.now >= w[3] for w in self.answering(leaf))
