"""What is asked of the criteria again after every decision: sums, rules, codes, agencies; and what blocks a set."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.criteria import Node, tree_problems
from app.domain.errors import DomainError, InputInvalid, RuleInvalid, TreeInvalid
from app.domain.points import plain
from app.domain.rule_checks import check_rule, rule_remarks
from app.domain.rule_examples import check_examples
from app.domain.rules import ChoiceRule, Rule
from app.reading.findings import Finding, FindingCode, Remedy
from app.reading.review_nodes import ReviewNode

#: letters a code, an agency as printed may have: what the tables of the portal take
CODE_MOST, AGENCY_MOST = 20, 200

#: what a rule is refused or remarked for → the finding that says so
_OF_RULE = {
    "bands_overlap": FindingCode.BANDS_OVERLAP,
    "bands_gap": FindingCode.BANDS_GAP,
    "no_zero_option": FindingCode.NO_ZERO_OPTION,
    "no_full_option": FindingCode.NO_FULL_OPTION,
}


#: a remark of the rule's own → the details a finding has for it
_ENDS = {"from": "low", "to": "high"}


@dataclass(frozen=True, slots=True)
class Found:
    """A finding before it is known how it was settled. `over`: what it says is no longer so."""

    key: str
    finding: Finding
    place: int | None
    over: bool = False


class Recheck:
    """`found`: key → (finding, place). A key holds what is wrong, so that another figure is another finding."""

    def __init__(self, found: Iterable[tuple[Finding, int | None]]) -> None:
        self.found = {_key(finding, place): (finding, place) for finding, place in found}
        self._at: dict[tuple[FindingCode, int | None], set[str]] = {}
        for key, (finding, place) in self.found.items():
            self._at.setdefault((finding.code, place), set()).add(key)

    def at(self, code: FindingCode, place: int | None) -> frozenset[str]:
        """Return the keys of what is wrong in the sense of `code` at `place`."""
        return frozenset(self._at.get((checked_as(code), place), ()))


def checked_as(code: FindingCode) -> FindingCode:
    """Return the finding the checks have for what the reader calls `code`."""
    return FindingCode.MAXIMUM_MISSING if code is FindingCode.MAXIMUM_UNREADABLE else code


def folded(text: str) -> str:
    """Return a name as it is compared: small letters without accents, white space single."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("\u0111", "d"))
    return " ".join("".join(each for each in decomposed if not unicodedata.combining(each)).split())


def recheck(nodes: Sequence[ReviewNode], printed_total: Decimal | None) -> Recheck:
    """Return what is wrong or doubtful in `nodes`, a branch before what is below it."""
    return Recheck([*_of_tree(nodes, printed_total), *(each for node in nodes for each in _of_rule(node))])


def _key(finding: Finding, place: int | None) -> str:
    said = "|".join(f"{name}={value}" for name, value in sorted(finding.details.items()))
    return f"d-{finding.code}-{place or 0}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def _of_tree(nodes: Sequence[ReviewNode], printed_total: Decimal | None) -> Iterator[tuple[Finding, int | None]]:
    below: dict[int | None, list[ReviewNode]] = {}
    for node in nodes:
        below.setdefault(node.parent, []).append(node)
    first: dict[str, ReviewNode] = {}
    for node in nodes:
        if node.criterion.code in first:
            other = first[node.criterion.code].criterion.title
            yield _finding(FindingCode.CODE_TWICE, node, {"other": other}), node.place
        first.setdefault(node.criterion.code, node)
        if node.criterion.maximum is None:
            yield _finding(FindingCode.MAXIMUM_MISSING, node, {}), node.place
        yield from _of_branch(node, below.get(node.place, []))
    total = _sum(below.get(None, []))
    if printed_total is not None and total is not None and total != printed_total:
        details = {"printed": _figure(printed_total), "total": _figure(total)}
        yield Finding(FindingCode.TOTAL_DIFFERS, "", details), None


def _of_branch(node: ReviewNode, children: Sequence[ReviewNode]) -> Iterator[tuple[Finding, int | None]]:
    if not children:
        if node.criterion.rule is None:
            yield _finding(FindingCode.RULE_MISSING, node, {}), node.place
        return
    total = _sum(children)
    if node.criterion.maximum is not None and total is not None and total != node.criterion.maximum:
        details = {"maximum": _figure(node.criterion.maximum), "children": _figure(total)}
        remedy = Remedy("take_children", {"maximum": plain(total)})
        yield _finding(FindingCode.SUM_DIFFERS, node, details, remedy), node.place


def _sum(nodes: Iterable[ReviewNode]) -> Decimal | None:
    """Return the sum of the maxima; None while one of them is missing."""
    total = Decimal(0)
    for node in nodes:
        if node.criterion.maximum is None:
            return None
        total += node.criterion.maximum
    return total


def _of_rule(node: ReviewNode) -> Iterator[tuple[Finding, int | None]]:
    rule, maximum = node.criterion.rule, node.criterion.maximum
    if rule is None or maximum is None:
        return
    try:
        check_rule(rule, maximum)
    except RuleInvalid as refused:
        yield _refused(node, rule, refused), node.place
        return
    for remark in rule_remarks(rule, maximum):
        figures = {_ENDS.get(name, name): value for name, value in remark.details.items()}
        details = {name: _figure(value) for name, value in figures.items() if isinstance(value, Decimal)}
        yield _finding(_OF_RULE[remark.code], node, details), node.place


def _refused(node: ReviewNode, rule: Rule, refused: RuleInvalid) -> Finding:
    if refused.code in {"option_above_maximum", "nothing_arose_above_maximum"}:
        points, maximum = refused.details["points"], refused.details["maximum"]
        options = rule.options if isinstance(rule, ChoiceRule) else ()
        text = next((option.text for option in options if option.points == points), "")
        details = {"text": text, "points": _figure(points), "maximum": _figure(maximum)}
        return _finding(FindingCode.OPTION_ABOVE_MAXIMUM, node, details)
    code = _OF_RULE.get(refused.code, FindingCode.RULE_NOT_UNDERSTOOD)
    return _finding(code, node, {"text": ", ".join(_figure(value) for value in refused.details.values())})


def _finding(code: FindingCode, node: ReviewNode, details: Mapping[str, str], *remedies: Remedy) -> Finding:
    return Finding(code, node.criterion.code, details, remedies, node.criterion.rows)


def _figure(value: object) -> str:
    """Return a figure as the paper prints it, with a comma."""
    return plain(value).replace(".", ",") if isinstance(value, Decimal) else str(value)


def unknown_agencies(nodes: Sequence[ReviewNode], agencies: Mapping[str, str] | None) -> Iterator[Found]:
    """Yield one finding for each agency that is no unit of the house, at the first criterion that names it."""
    if agencies is None:
        return
    asked: set[str] = set()
    for node in nodes:
        agency = node.criterion.agency
        if agency and agency not in asked and folded(agency) not in agencies:
            asked.add(agency)
            finding = _finding(FindingCode.AGENCY_UNKNOWN, node, {"text": agency})
            yield Found(f"a-{hashlib.sha256(agency.encode()).hexdigest()[:8]}", finding, node.place)


def obstacles_of(nodes: Sequence[ReviewNode]) -> Iterator[tuple[int | None, DomainError]]:
    """Yield what keeps `nodes` from being a set, with its place: no tree, a sum that differs, a rule not to rely on."""
    places = {node.criterion.code: node.place for node in reversed(nodes)}
    again = {node.criterion.code: node.place for node in nodes}
    missing = [node for node in nodes if node.criterion.maximum is None]
    for node in missing:
        yield node.place, TreeInvalid("maximum_missing", criterion=node.criterion.code)
    for problem in tree_problems(_tree_nodes(nodes)):
        if problem.code == "maximum_differs_from_children" and missing:
            continue
        code = str(problem.details.get("criterion", ""))
        yield (again if problem.code == "code_twice" else places).get(code), problem
    for node in nodes:
        yield from ((node.place, refused) for refused in _of_fields(node))


def _tree_nodes(nodes: Sequence[ReviewNode]) -> list[Node]:
    codes = {node.place: node.criterion.code for node in nodes}
    return [
        Node(
            code=node.criterion.code,
            parent=None if node.parent is None else codes[node.parent],
            title=node.criterion.title,
            maximum=node.criterion.maximum or Decimal(0),
            rule=node.criterion.rule,
            scored_by=node.criterion.scored_by,
            position=position,
        )
        for position, node in enumerate(nodes, start=1)
    ]


def _of_fields(node: ReviewNode) -> Iterator[DomainError]:
    criterion = node.criterion
    if not criterion.code.strip():
        yield InputInvalid("code_missing")
    for name, text, most in (
        ("code", criterion.code, CODE_MOST),
        ("agency", criterion.agency_printed, AGENCY_MOST),
    ):
        if len(text) > most:
            yield InputInvalid("text_too_long", field=name, most=most)
    if criterion.rule is not None and criterion.maximum is not None:
        try:
            check_rule(criterion.rule, criterion.maximum)
            check_examples(criterion.rule, criterion.maximum, node.examples)
        except (RuleInvalid, InputInvalid) as refused:
            yield refused
