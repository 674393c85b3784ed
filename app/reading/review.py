"""An appendix under review: what was read, what people decided since, and what stands now.

Nothing is ever changed in place: the decisions are replayed over the appendix as read, so that the same decisions give
the same criteria, and taking back the last one is to replay one less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from app.domain.errors import DomainError, NotFound
from app.domain.points import parse_number
from app.domain.rule_codec import rule_from_json
from app.domain.rule_examples import example_from_json
from app.domain.terms import ScoredBy, Severity
from app.reading.decisions import (
    ApplyRemedy,
    Decision,
    DeleteRow,
    EditFields,
    MatchAgency,
    RestoreRow,
    Settle,
    SettleMany,
    Undo,
    Unsettle,
)
from app.reading.draft import Appendix, ReadCriterion
from app.reading.findings import Finding, Remedy
from app.reading.rechecks import Found, Recheck, checked_as, obstacles_of, recheck, unknown_agencies
from app.reading.review_nodes import ReviewNode, in_tree_order, nodes_as_read


class FindingState(StrEnum):
    """`gone`: what it is about is no longer so: a figure was changed, a row was left out."""

    OPEN = "open"
    SETTLED = "settled"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a finding was settled. `decision`: its number among all decisions, from 1."""

    decision: int
    note: str = ""
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class ReviewedFinding:
    """A finding with what became of it. `place`: the criterion it is about, None for the document."""

    key: str
    finding: Finding
    place: int | None
    state: FindingState = FindingState.OPEN
    settlement: Settlement | None = None

    @property
    def open(self) -> bool:
        return self.state is FindingState.OPEN


@dataclass(frozen=True)
class Review:
    """`nodes`: the criteria as they stand, a branch before what is below it. `deleted`: what was left out.

    `obstacles`: what keeps this from being a criteria set, each with the place it is about.
    """

    appendix: Appendix
    decisions: tuple[Decision, ...]
    nodes: tuple[ReviewNode, ...]
    deleted: tuple[ReviewNode, ...]
    findings: tuple[ReviewedFinding, ...]
    obstacles: tuple[tuple[int | None, DomainError], ...]
    standing: tuple[tuple[int, Decision], ...] = field(default=())

    @cached_property
    def _by_place(self) -> Mapping[int, ReviewNode]:
        return {node.place: node for node in (*self.nodes, *self.deleted)}

    @cached_property
    def _by_key(self) -> Mapping[str, ReviewedFinding]:
        return {each.key: each for each in self.findings}

    @cached_property
    def _below(self) -> Mapping[int | None, tuple[ReviewNode, ...]]:
        below: dict[int | None, list[ReviewNode]] = {}
        for node in self.nodes:
            below.setdefault(node.parent, []).append(node)
        return {parent: tuple(nodes) for parent, nodes in below.items()}

    @property
    def leaves(self) -> tuple[ReviewNode, ...]:
        return tuple(node for node in self.nodes if node.criterion.leaf)

    @property
    def total(self) -> Decimal:
        """The points of all, by the rows at the top; a row without a maximum counts nothing."""
        return sum((node.criterion.maximum or Decimal(0) for node in self.children(None)), Decimal(0))

    @property
    def open_findings(self) -> tuple[ReviewedFinding, ...]:
        return tuple(each for each in self.findings if each.open)

    @property
    def errors_left(self) -> int:
        return sum(each.finding.severity is Severity.ERROR for each in self.open_findings)

    @property
    def last(self) -> Decision | None:
        """The decision an undo would take back."""
        return self.standing[-1][1] if self.standing else None

    def node(self, place: int) -> ReviewNode:
        """Return a criterion, left out or not. Raises NotFound("criterion_unknown")."""
        if place not in self._by_place:
            raise NotFound("criterion_unknown", criterion=place)
        return self._by_place[place]

    def at_code(self, code: str) -> ReviewNode | None:
        return next((node for node in self.nodes if node.criterion.code == code), None)

    def finding(self, key: str) -> ReviewedFinding:
        """Return a finding by its key. Raises NotFound("finding_unknown")."""
        if key not in self._by_key:
            raise NotFound("finding_unknown")
        return self._by_key[key]

    def children(self, place: int | None) -> tuple[ReviewNode, ...]:
        return self._below.get(place, ())

    def path(self, place: int) -> tuple[ReviewNode, ...]:
        """Return the criteria from the top down to the one at `place`, itself included."""
        found: list[ReviewNode] = []
        at: int | None = place
        while at is not None:
            node = self.node(at)
            found.append(node)
            at = node.parent
        return tuple(reversed(found))

    def findings_at(self, place: int | None) -> tuple[ReviewedFinding, ...]:
        return tuple(each for each in self.findings if each.place == place)


@dataclass
class _Replay:
    """What the decisions add up to, while they are read one by one."""

    nodes: dict[int, ReviewNode]
    read: Sequence[tuple[str, Finding, int | None]] = ()
    deleted: set[int] = field(default_factory=set)
    settled: dict[str, Settlement] = field(default_factory=dict)

    def take(self, number: int, decision: Decision) -> None:
        match decision:
            case ApplyRemedy(place=place, changes=changes):
                if place is not None and changes:
                    self._change(place, changes)
                self._remedied(number, decision)
            case Settle(finding=finding, note=note):
                self.settled[finding] = Settlement(number, note=note)
            case SettleMany(findings=findings, note=note):
                self.settled |= dict.fromkeys(findings, Settlement(number, note=note))
            case Unsettle(finding=finding):
                self.settled.pop(finding, None)
            case _:
                self._write(decision)

    def _remedied(self, number: int, decision: ApplyRemedy) -> None:
        """Settle the finding, and every other one at the same place that offers the very same way out."""
        remedy = Remedy(decision.key, decision.changes)
        settlement = Settlement(number, remedy=remedy)
        for key, finding, place in self.read if decision.changes else ():
            if place == decision.place and key not in self.settled and remedy in finding.remedies:
                self.settled[key] = settlement
        self.settled[decision.finding] = settlement

    def _write(self, decision: Decision) -> None:
        match decision:
            case EditFields(place=place, changes=changes):
                self._change(place, changes)
            case MatchAgency(text=text, agency=agency):
                self._rename(text, agency)
            case DeleteRow(place=place):
                self.deleted.add(place)
            case RestoreRow(place=place):
                self.deleted.discard(place)

    def _change(self, place: int, changes: Mapping[str, Any]) -> None:
        node = self.nodes[place]
        criterion, parent = changed(node.criterion, changes), node.parent
        if "parent" in changes:
            parent = _place_of(changes["parent"], self.nodes)
        examples = node.examples
        if "examples" in changes:
            examples = tuple(example_from_json(each) for each in changes["examples"])
        self.nodes[place] = replace(
            node, criterion=criterion, parent=parent, examples=examples, changed=node.changed | set(changes)
        )

    def _rename(self, text: str, agency: str) -> None:
        for place, node in self.nodes.items():
            if node.criterion.agency == text:
                renamed = replace(node.criterion, agency=agency)
                self.nodes[place] = replace(node, criterion=renamed, changed=node.changed | {"agency"})

    def gone(self) -> frozenset[int]:
        """Return the places left out: those named, and everything below them."""
        return frozenset(place for place in self.nodes if any(above in self.deleted for above in self._path(place)))

    def _path(self, place: int) -> Iterable[int]:
        at: int | None = place
        seen: set[int] = set()
        while at is not None and at not in seen:
            seen.add(at)
            yield at
            at = self.nodes[at].parent


def _place_of(given: Any, nodes: Mapping[int, ReviewNode]) -> int | None:
    """Return the place a remedy's or a person's new parent means: a place, a code, or None for the top."""
    if given is None or given == "":
        return None
    if isinstance(given, int):
        return given
    return next((place for place, node in nodes.items() if node.criterion.code == given), None)


def changed(criterion: ReadCriterion, changes: Mapping[str, Any]) -> ReadCriterion:
    """Return `criterion` with fields changed as JSON gives them; a rule brings a scorer with it, none takes it away.

    Raises: RuleInvalid, InputInvalid for a value that is none of the field's.
    """
    fields = {name: _READ[name](value) for name, value in changes.items() if name in _READ}
    after = replace(criterion, **fields)
    if after.rule is None:
        return replace(after, scored_by=None)
    return after if after.scored_by is not None else replace(after, scored_by=criterion.scored_by or ScoredBy.UNIT)


#: field → its value out of JSON
_READ: Mapping[str, Callable[[Any], Any]] = {
    "code": str,
    "title": str,
    "requirement": str,
    "evidence": tuple,
    "agency": lambda value: str(value) if value else None,
    "scored_by": lambda value: ScoredBy(value) if value else None,
    "maximum": lambda value: None if value is None else parse_number(str(value), what="maximum"),
    "rule": lambda value: None if value is None else rule_from_json(value),
}


def still_standing(decisions: Sequence[Decision]) -> list[tuple[int, Decision]]:
    """Return the decisions nobody took back, each with its number from 1."""
    standing: list[tuple[int, Decision]] = []
    for number, decision in enumerate(decisions, start=1):
        if not isinstance(decision, Undo):
            standing.append((number, decision))
        elif standing:
            standing.pop()
    return standing


def review(appendix: Appendix, decisions: Sequence[Decision], agencies: Mapping[str, str] | None = None) -> Review:
    """Return what stands after `decisions`. `agencies`: folded name → unit of the house; None asks for none.

    Raises: RuleInvalid, InputInvalid where a kept decision can no longer be read.
    """
    read = nodes_as_read(appendix)
    placed = _placed(appendix, read)
    replay = _Replay(dict(read), placed)
    standing = still_standing(decisions)
    for number, decision in standing:
        replay.take(number, decision)
    gone = replay.gone()
    living = in_tree_order([node for place, node in replay.nodes.items() if place not in gone])
    deleted = tuple(replace(node, left_out=True) for place, node in replay.nodes.items() if place in gone)
    before = recheck(in_tree_order(list(read.values())), appendix.printed_total)
    now = recheck(living, appendix.printed_total)
    found = [
        *_read_findings(placed, gone, (before, now)),
        *_new_findings(placed, (before, now)),
        *unknown_agencies(living, agencies),
    ]
    return Review(
        appendix=appendix,
        decisions=tuple(decisions),
        nodes=living,
        deleted=deleted,
        findings=tuple(_settled(replay.settled, each, now) for each in found),
        obstacles=tuple(obstacles_of(living)),
        standing=tuple(standing),
    )


def _placed(appendix: Appendix, read: Mapping[int, ReviewNode]) -> Sequence[tuple[str, Finding, int | None]]:
    """Return the reader's findings, each with its key and the place it is about."""
    places = Places(read)
    return [(f"r{number}", finding, places.target(finding)) for number, finding in enumerate(appendix.findings)]


def _read_findings(
    placed: Sequence[tuple[str, Finding, int | None]], gone: frozenset[int], checks: tuple[Recheck, Recheck]
) -> Iterable[Found]:
    """Return the reader's findings; one about a row left out, or about what is no longer so, no longer applies."""
    before, now = checks
    for key, finding, place in placed:
        was, still = before.at(finding.code, place), now.at(finding.code, place)
        yield Found(key, finding, place, over=place in gone or (bool(was) and not was & still))


def _new_findings(
    placed: Sequence[tuple[str, Finding, int | None]], checks: tuple[Recheck, Recheck]
) -> Iterable[Found]:
    """Return what the checks find now and the reader did not say."""
    before, now = checks
    said = {(checked_as(finding.code), place) for _, finding, place in placed}
    for key, (finding, place) in now.found.items():
        if (finding.code, place) not in said or key not in before.found:
            yield Found(key, finding, place)


class Places:
    """Where findings point to: by code, else by title; of several rows, the one whose numbers the finding names."""

    def __init__(self, nodes: Mapping[int, ReviewNode]) -> None:
        self._nodes = nodes
        self._by_words: dict[str, list[int]] = {}
        for words in ("code", "title"):
            known = set(self._by_words)
            for place, node in nodes.items():
                name = getattr(node.criterion, words)
                if name and name not in known:
                    self._by_words.setdefault(name, []).append(place)

    def target(self, finding: Finding) -> int | None:
        found = self._by_words.get(finding.where, [])
        named = [place for place in found if set(finding.rows) & set(self._nodes[place].criterion.rows)]
        return next(iter(named or found), None)


def _settled(settled: Mapping[str, Settlement], found: Found, now: Recheck) -> ReviewedFinding:
    """Join a finding with how it was settled; a remedy that did not take the problem away leaves it open."""
    settlement = settled.get(found.key)
    remedied = settlement is not None and settlement.remedy is not None and bool(settlement.remedy.changes)
    if settlement is not None and not (remedied and not found.over and now.at(found.finding.code, found.place)):
        return ReviewedFinding(found.key, found.finding, found.place, FindingState.SETTLED, settlement)
    state = FindingState.GONE if found.over else FindingState.OPEN
    return ReviewedFinding(found.key, found.finding, found.place, state)
