"""One review as its page shows it: what is looked at, the list to work off, the tree around it, the rule in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.domain.rule_codec import rule_to_json
from app.domain.rules import ChoiceRule
from app.domain.terms import Severity
from app.reading.findings import Finding, Remedy
from app.reading.rechecks import folded
from app.reading.review import Review, ReviewedFinding
from app.reading.review_nodes import ReviewNode
from app.services.import_compare import Beside
from app.services.import_views import ImportView
from app.web.imports.source import Looked, Source, source_of
from app.web.rule_words import rule_in_words
from app.words.findings import finding_title, finding_words, remedy_words, rule_kind_words

FILTERS = ("open", "all", "error", "warning", "info")
TABS = ("findings", "source", "criteria")
#: findings on one page of the list; criteria of one branch around the one looked at
LISTED, AROUND = 40, 40
#: a set of so few rows is shown whole
WHOLE_TREE = 30
#: and of more than so many only around the criterion looked at
MOST_TREE = 600
#: what of a remedy stands under its button
PREVIEWED = 6
WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the page the reader is, out of its address."""

    at: int | None = None
    finding: str = ""
    after: str = ""
    show: str = "open"
    tab: str = "findings"
    tree: str = ""
    start: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class RemedyLine:
    number: int
    words: str
    preview: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingLine:
    key: str
    finding: Finding
    place: int | None
    code: str
    title: str
    words: str
    state: str
    current: bool
    related: bool
    remedies: tuple[RemedyLine, ...]
    note: str
    who: str
    at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class TreeLine:
    node: ReviewNode
    severity: Severity | None
    kind: str
    current: bool
    children: int
    sum_meets: bool | None


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One sentence of a rule, and the rows that hold its words: (place within the criterion from 1, row)."""

    words: str
    rows: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Screen:
    """Everything of one review that its page draws; worked out when asked for."""

    view: ImportView
    place: Place = field(default_factory=Place)

    @property
    def review(self) -> Review:
        return self.view.review

    @cached_property
    def chosen(self) -> ReviewedFinding | None:
        """The finding looked at: the one named, the next open one after what was just settled, or none."""
        known = {each.key: each for each in self.review.findings}
        if self.place.finding in known:
            return known[self.place.finding]
        if self.place.at is not None:
            return None
        ordered = _ordered(self.review.findings)
        keys = [each.key for each in ordered]
        later = ordered[keys.index(self.place.after) + 1 :] if self.place.after in keys else ordered
        return next((each for each in [*later, *ordered] if each.open and self._of_weight(each)), None)

    def _of_weight(self, found: ReviewedFinding) -> bool:
        """Is a finding among those the list is narrowed to?"""
        return self.place.show in {"open", "all", found.finding.severity.value}

    @cached_property
    def node(self) -> ReviewNode | None:
        """The criterion looked at."""
        places = {node.place: node for node in (*self.review.nodes, *self.review.deleted)}
        asked = self.place.at
        if asked is None and self.chosen is not None:
            asked = self.chosen.place
        if asked is not None and asked in places:
            return places[asked]
        return None if self.chosen is not None else next(iter(self.review.leaves or self.review.nodes), None)

    @cached_property
    def source(self) -> Source:
        rows = () if self.node is None else self.node.criterion.rows
        hits = () if self.chosen is None else self.chosen.finding.rows
        quoted = "" if self.chosen is None else self.chosen.finding.details.get("text", "")
        return source_of(self.view.document, Looked(frozenset(rows), frozenset(hits), quoted), self.place.start)

    @property
    def anchor(self) -> int | None:
        """The row the paper is scrolled to."""
        rows = [*(() if self.chosen is None else self.chosen.finding.rows)]
        rows += [] if self.node is None else self.node.criterion.rows
        return min(rows[:1], default=None)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many findings each filter shows."""
        still = self.review.open_findings
        by_weight = {severity.value: sum(each.finding.severity is severity for each in still) for severity in Severity}
        return {"open": len(still), "all": len(self.review.findings), **by_weight}

    @cached_property
    def listed(self) -> tuple[ReviewedFinding, ...]:
        found = _ordered(self.review.findings)
        match self.place.show:
            case "all":
                return tuple(found)
            case "error" | "warning" | "info":
                return tuple(each for each in found if each.open and each.finding.severity == self.place.show)
            case _:
                return tuple(each for each in found if each.open or each is self.chosen)

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.listed) // LISTED))

    @cached_property
    def page(self) -> int:
        """Which page of the list, from 1: the one asked for, else the one that holds the finding looked at."""
        if self.place.page is not None:
            return min(max(1, self.place.page), self.pages)
        shown = self.chosen or self._first_of_node
        keys = [each.key for each in self.listed]
        return keys.index(shown.key) // LISTED + 1 if shown and shown.key in keys else 1

    @cached_property
    def _first_of_node(self) -> ReviewedFinding | None:
        """The first listed finding about the criterion looked at, while no finding is."""
        if self.chosen is not None or self.node is None:
            return None
        return next((each for each in self.listed if each.place == self.node.place), None)

    @cached_property
    def findings(self) -> tuple[FindingLine, ...]:
        begin = (self.page - 1) * LISTED
        return tuple(self._line(each) for each in self.listed[begin : begin + LISTED])

    def _line(self, found: ReviewedFinding) -> FindingLine:
        settlement, finding = found.settlement, found.finding
        decided = None if settlement is None else self.view.decided[settlement.decision - 1]
        note = ""
        if settlement is not None:
            note = settlement.note if settlement.remedy is None else remedy_words(settlement.remedy)
        return FindingLine(
            key=found.key,
            finding=finding,
            place=found.place,
            code=finding.where if found.place is None else self.review.node(found.place).criterion.code,
            title=finding_title(finding.code),
            words=finding_words(finding),
            state=found.state.value,
            current=found is self.chosen,
            related=found is self._first_of_node,
            remedies=tuple(_remedies(found)) if found.open else (),
            note=note,
            who="" if decided is None else decided.who,
            at=None if decided is None else decided.at,
        )

    @property
    def neighbours(self) -> tuple[str, str]:
        """The keys of the findings before and after the one looked at, in the list shown."""
        keys = [each.key for each in self.listed]
        if self.chosen is None or self.chosen.key not in keys:
            return "", keys[0] if keys else ""
        place = keys.index(self.chosen.key)
        return (keys[place - 1] if place else ""), (keys[place + 1] if place + 1 < len(keys) else "")

    @cached_property
    def _weights(self) -> Mapping[int, Severity]:
        worst: dict[int, Severity] = {}
        for each in self.review.open_findings:
            if each.place is not None:
                worst[each.place] = min(
                    worst.get(each.place, Severity.INFO), each.finding.severity, key=lambda weight: WEIGHT[weight]
                )
        return worst

    @property
    def whole_tree(self) -> bool:
        count = len(self.review.nodes)
        return count <= WHOLE_TREE or (self.place.tree == "all" and self.unfolds)

    @property
    def unfolds(self) -> bool:
        """Whether all of the tree may be asked for, and is more than what is shown anyway."""
        return WHOLE_TREE < len(self.review.nodes) <= MOST_TREE

    @cached_property
    def tree(self) -> tuple[TreeLine, ...]:
        """The tree opened down to the criterion looked at, or all of it."""
        if self.whole_tree:
            return tuple(self._tree_line(node) for node in self.review.nodes)
        living = self.node is not None and not self.node.left_out
        path = self.review.path(self.node.place) if self.node is not None and living else ()
        opened = {node.place for node in path}
        return tuple(self._tree_line(node) for node in self._opened(None, opened))

    def _opened(self, parent: int | None, opened: set[int]) -> list[ReviewNode]:
        children = self.review.children(parent)
        places = [node.place for node in children]
        centre = next((place for place, number in enumerate(places) if number in opened), 0)
        shown: list[ReviewNode] = []
        for node in children[max(0, centre - AROUND) : centre + AROUND]:
            shown.append(node)
            if node.place in opened:
                shown += self._opened(node.place, opened)
        return shown

    def _tree_line(self, node: ReviewNode) -> TreeLine:
        children = self.review.children(node.place)
        rule = node.criterion.rule
        maxima = [child.criterion.maximum for child in children]
        total = None if None in maxima else sum(each for each in maxima if each is not None)
        return TreeLine(
            node=node,
            severity=self._weights.get(node.place),
            kind="" if rule is None else rule_kind_words(rule),
            current=self.node is not None and node.place == self.node.place,
            children=len(children),
            sum_meets=None if not children else total == node.criterion.maximum,
        )

    @cached_property
    def steps(self) -> tuple[RuleStep, ...]:
        """The rule in words; an option names the row whose words it is. What is not quoted names none: no guesses."""
        if self.node is None or self.node.criterion.rule is None:
            return ()
        rule = self.node.criterion.rule
        options = [option.text for option in rule.options] if isinstance(rule, ChoiceRule) else []
        texts = self._texts(self.node.criterion.rows)
        quoted = [tuple(_quoted_in(option, texts)) for option in options]
        sentences = rule_in_words(rule_to_json(rule))
        return tuple(
            RuleStep(words, quoted[place] if place < len(quoted) else ()) for place, words in enumerate(sentences)
        )

    def _texts(self, rows: Sequence[int]) -> list[tuple[int, str]]:
        wanted = frozenset(rows)
        found = []
        for row in self.view.document.rows():
            if row.number in wanted:
                text = getattr(row, "text", None)
                joined = text if text is not None else "\n".join(cell.text for cell in getattr(row, "cells", ()))
                found.append((row.number, folded(joined)))
        return found

    @property
    def beside(self) -> Beside | None:
        return None if self.node is None else self.view.beside.get(self.node.place)

    @property
    def assignments(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple((each.branch, each.officers) for each in self.review.appendix.assignments)


def _ordered(findings: Sequence[ReviewedFinding]) -> list[ReviewedFinding]:
    """Errors first, then doubts, then what was tidied up; each in the order of the paper."""
    return sorted(findings, key=lambda each: (WEIGHT[each.finding.severity], each.place or 0))


def _remedies(found: ReviewedFinding) -> list[RemedyLine]:
    """Return the ways out, with what each would make of the rule; one that changes a row needs a row."""
    return [
        RemedyLine(number, remedy_words(remedy), tuple(_preview(remedy)))
        for number, remedy in enumerate(found.finding.remedies)
        if not remedy.changes or found.place is not None
    ]


def _preview(remedy: Remedy) -> list[str]:
    rule = remedy.changes.get("rule")
    return rule_in_words(rule)[:PREVIEWED] if isinstance(rule, Mapping) else []


def _quoted_in(option: str, texts: Sequence[tuple[int, str]]) -> list[tuple[int, int]]:
    """Return (place within the criterion, row) of the rows that hold an option's own words."""
    words = folded(option)
    if len(words) < 6:
        return []
    return [(place, number) for place, (number, text) in enumerate(texts, start=1) if words in text]
