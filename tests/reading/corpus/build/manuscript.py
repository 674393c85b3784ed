"""A manuscript says what one appendix prints and, beside each leaf, what a person worked out from it by hand.

Head: ``key: value`` lines up to ``---``. Then one mark a line:

    P text          a paragraph outside the table          N text       a note over the whole width
    T label | 100   a row of the total                     H            the heading row once more
    B               the table ends, a new one begins       R a | b | c  a row exactly as typed
    @code<parent | title | maximum | agency | printed code
    t text          the title as printed, where it differs
    : text || 0,5   a line under the title, with what stands in the column of points
    ? text          evidence          ! text  a note cell
    > claim=points; …   awards, by hand ("n2" count, "18/20", "95%", "f2" faults, "2" option, "x" refused)
    = flag …        not (no rule can be exact), open (a bound left open), given (code by place), noleaf
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[1]


@dataclass
class Own:
    text: str
    points: str = ""


@dataclass
class Node:
    code: str
    parent: str | None
    title: str
    maximum: str
    agency: str
    printed: str
    shown: str = ""
    lines: list[Own] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    awards: str = ""
    flags: set[str] = field(default_factory=set)


@dataclass
class Mark:
    """Anything of the paper that is no criterion. `kind`: the letter of its line."""

    kind: str
    text: str = ""


@dataclass
class Manuscript:
    name: str
    head: dict[str, list[str]]
    body: list[Node | Mark]

    def one(self, key: str, default: str = "") -> str:
        return self.head.get(key, [default])[0]

    @property
    def nodes(self) -> list[Node]:
        return [item for item in self.body if isinstance(item, Node)]

    def children(self, node: Node) -> list[Node]:
        return [other for other in self.nodes if other.parent == node.code]

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Key and label of each column, as ordered on the paper."""
        pairs = (part.strip().split("=", 1) for part in self.one("columns").split("|"))
        return [(key, label) for key, label in pairs]


def read(name: str) -> Manuscript:
    head: dict[str, list[str]] = {}
    body: list[Node | Mark] = []
    lines = (CORPUS / name / "manuscript.txt").read_text(encoding="utf-8").splitlines()
    cut = lines.index("---")
    for line in lines[:cut]:
        key, value = line.split(":", 1)
        head.setdefault(key.strip(), []).append(value.strip())
    for line in lines[cut + 1 :]:
        if line.strip():
            _take(line, body)
    return Manuscript(name, head, body)


def _take(line: str, body: list[Node | Mark]) -> None:
    mark, rest = line[0], line[1:].strip()
    if mark == "@":
        body.append(_node(rest))
    elif mark in "PNTHBR":
        body.append(Mark(mark, rest))
    else:
        node = next(item for item in reversed(body) if isinstance(item, Node))
        _add(node, mark, rest)


def _node(rest: str) -> Node:
    parts = [part.strip() for part in rest.split("|")] + [""] * 4
    code, _, parent = parts[0].partition("<")
    printed = parts[4] or code
    return Node(code, parent or None, parts[1], parts[2], parts[3], "" if printed == "-" else printed)


def _add(node: Node, mark: str, rest: str) -> None:
    match mark:
        case "t":
            node.shown = rest
        case ":":
            text, _, points = rest.partition("||")
            node.lines.append(Own(text.rstrip(), points.strip()))
        case "?":
            node.evidence.append(rest)
        case "!":
            node.notes.append(rest)
        case ">":
            node.awards = f"{node.awards}; {rest}" if node.awards else rest
        case "=":
            node.flags |= set(rest.split())
        case _:
            raise ValueError(f"unknown mark {mark!r}")
