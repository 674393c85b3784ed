"""One appendix read whole: tables found, rows hung into a tree, codes, sums, agencies, rules and findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from app.domain.errors import InputInvalid
from app.reading.agencies import settle_agencies
from app.reading.appendices import Source, find_source
from app.reading.assignments import read_assignments
from app.reading.columns import Role
from app.reading.document import Document
from app.reading.draft import Appendix, LeafText, Line, ReadCriterion, RuleReading
from app.reading.findings import Finding
from app.reading.maxima import settle_maxima, settle_total
from app.reading.naming import name_all, say_first_skipped
from app.reading.remarks import Branch, Remarks, walk_all
from app.reading.rows_to_tree import TreeOfRows, build
from app.reading.rule_text import copied_options, read_rules
from app.reading.sentences import is_note, is_requirement_word, tidy
from app.reading.table_findings import say_all

Rules = Callable[[Sequence[LeafText]], Sequence[RuleReading]]


def read_appendix(document: Document, number: int | None = None, *, rules: Rules = read_rules) -> Appendix:
    """Return the appendix of `document`, the one at `number` (from 1) where it has several.

    `rules`: reads the leaves of one parent, in their order.
    Raises: InputInvalid no_criteria_table, several_appendices (names), appendix_unknown (number).
    """
    source = find_source(document, number)
    remarks = Remarks()
    tree = build(source.pieces, remarks, source.loose)
    if not tree.roots:
        raise InputInvalid("no_criteria_table")
    name_all(tree.roots, remarks)
    say_first_skipped(tree.roots, remarks)
    points_column = any(piece.layout.has(Role.POINTS) for piece in source.pieces)
    settle_maxima(tree, remarks, points_column=points_column)
    total = settle_total(tree, remarks)
    agencies = any(piece.layout.has(Role.AGENCY) or piece.layout.has(Role.OFFICERS) for piece in source.pieces)
    settle_agencies(tree.roots, remarks, expected=agencies)
    assignments = read_assignments(source.assignments, tree.roots, remarks)
    say_all(document, source, tree, remarks)
    readings = _readings(tree, source, rules)
    criteria = tuple(_criterion(branch, readings.get(id(branch))) for branch in walk_all(tree.roots))
    findings = _in_order([*remarks.findings(), *_of_rules(readings.values()), *_copied(criteria)], tree)
    return Appendix(source.title, criteria, findings, assignments, total)


def _readings(tree: TreeOfRows, source: Source, rules: Rules) -> dict[int, RuleReading]:
    """Return the reading of every leaf, the leaves of one parent handed over together."""
    notes = tuple(Line(tidy(text.text), text.number) for text in source.loose if is_note(text.text))
    notes += tuple(line for line in tree.notes if is_note(line.text))
    readings: dict[int, RuleReading] = {}
    for siblings in [tree.roots, *(branch.children for branch in walk_all(tree.roots))]:
        leaves = [branch for branch in siblings if not branch.children]
        if leaves:
            read = rules([leaf_text(leaf, notes) for leaf in leaves])
            readings |= {id(leaf): reading for leaf, reading in zip(leaves, read, strict=True)}
    return readings


def leaf_text(leaf: Branch, notes: tuple[Line, ...] = ()) -> LeafText:
    """Return what the paper says at `leaf`; `notes`: those of the whole appendix."""
    above = [line for branch in leaf.ancestors() for line in (*branch.lines, *branch.evidence)]
    mark = next((branch.form for branch in (leaf, *leaf.ancestors()) if branch.form), "")
    return LeafText(
        code=leaf.code,
        title=leaf.title,
        maximum=leaf.maximum,
        lines=tuple(line for line in leaf.lines if not is_requirement_word(line.text)),
        evidence=tuple(leaf.evidence),
        mark=mark,
        above=(*(line for line in above if not is_requirement_word(line.text)), *notes),
        under=tuple(branch.title for branch in leaf.ancestors()),
    )


def _criterion(branch: Branch, reading: RuleReading | None) -> ReadCriterion:
    return ReadCriterion(
        code=branch.code,
        parent=branch.parent.code if branch.parent else None,
        level=1 + sum(1 for _ in branch.ancestors()),
        title=branch.title,
        maximum=branch.maximum,
        rule=reading.rule if reading else None,
        scored_by=reading.scored_by if reading else None,
        original=_original(branch),
        requirement=reading.requirement if reading else "",
        evidence=tuple(line.text for line in branch.evidence),
        agency=branch.agency,
        agency_printed=tidy(branch.agency_printed),
        rows=tuple(dict.fromkeys(branch.rows)),
    )


def _original(branch: Branch) -> str:
    """Return the sentences under a title; where only a note among the evidence says how to score, that note."""
    if branch.lines or branch.children:
        return "\n".join(_printed(line) for line in branch.lines)
    return "\n".join(line.text.lstrip("* ") for line in branch.evidence if is_note(line.text))


def _printed(line: Line) -> str:
    """Return a line as the row prints it, with the points that stand beside it."""
    return f"{line.text}\t{line.points}" if line.points else line.text


def _of_rules(readings: Iterable[RuleReading]) -> Iterable[Finding]:
    return (finding for reading in readings for finding in reading.findings)


def _copied(criteria: Sequence[ReadCriterion]) -> list[Finding]:
    leaves = [(node.code, node.title, node.rule, node.rows[0]) for node in criteria if node.rule is not None]
    return copied_options(leaves)


def _in_order(findings: Sequence[Finding], tree: TreeOfRows) -> tuple[Finding, ...]:
    """Return the findings in the order of the paper, those of the whole document first."""
    places: Mapping[str, int] = {branch.code: place for place, branch in enumerate(walk_all(tree.roots))}
    return tuple(sorted(findings, key=lambda finding: places.get(finding.where, -1)))
