"""Examples of rules in a seed: an optional table, one row an example, in the order the editor shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.db.criteria import Criterion
from app.domain.claim_codec import claim_dumps, claim_from_json
from app.domain.errors import DomainError, InputInvalid
from app.domain.points import plain
from app.domain.rule_codec import rule_from_json
from app.domain.rule_examples import Example, check_examples
from app.domain.rules import Rule
from app.domain.terms import ExampleOrigin
from app.services.rule_editing import example_of, example_row
from app.services.seed_cells import branch, figure_or_none, word
from app.services.seed_files import Row, SeedRow

EXAMPLES = "rule_examples.csv"


@dataclass(frozen=True, slots=True)
class Tried:
    """What examples are run against: the rule of a criterion, None of a branch, and its maximum."""

    rule: Rule | None
    maximum: Decimal


def load_examples(rows: Iterable[SeedRow], nodes: Mapping[str, Criterion]) -> None:
    """Give each criterion its examples. Raises the first of `example_problems`."""
    tried = {
        code: Tried(None if row.rule is None else rule_from_json(row.rule), row.maximum) for code, row in nodes.items()
    }
    for row in rows:
        example = _checked(row, tried)
        kept = nodes[row["code"]].examples
        kept.append(example_row(example, len(kept) + 1))


def example_problems(rows: Iterable[SeedRow], tried: Mapping[str, Tried]) -> Iterator[DomainError]:
    """Yield what is wrong with each row: its cells, a criterion that has no rule, a rule that answers otherwise."""
    for row in rows:
        try:
            _checked(row, tried)
        except DomainError as problem:
            yield problem


def example_rows(nodes: Iterable[Criterion]) -> list[Row]:
    """Return the rows of the table; none where no rule has an example."""
    return [_written(node.code, example_of(row)) for node in nodes for row in node.examples]


def _written(code: str, example: Example) -> Row:
    return {
        "code": code,
        "claim": claim_dumps(example.claim),
        "expected": "" if example.expected is None else plain(example.expected),
        "refusal": example.refusal or "",
        "note": example.note,
        "origin": example.origin.value,
    }


def _checked(row: SeedRow, tried: Mapping[str, Tried]) -> Example:
    """Return the example of a row. Raises InputInvalid naming file, line and criterion."""
    criterion = branch(row, "code", tried)
    expected, origin = figure_or_none(row, "expected"), word(row, "origin", ExampleOrigin)
    try:
        example = Example(claim_from_json(row["claim"]), expected, row["refusal"] or None, row["note"], origin)
        if criterion.rule is None:
            raise InputInvalid("examples_without_rule")
        check_examples(criterion.rule, criterion.maximum, [example])
    except DomainError as refusal:
        code = "seed_example_broken" if refusal.code == "examples_broken" else refusal.code
        details = {name: value for name, value in refusal.details.items() if name != "examples"}
        raise InputInvalid(code, **{**row.place(), "criterion": row["code"], **details}) from refusal
    return example
