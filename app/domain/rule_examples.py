"""Examples a rule is kept with: claims with what they must earn, or the refusal they must meet, run at every change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.domain.claim_codec import claim_from_json, claim_to_json
from app.domain.claims import Claim
from app.domain.errors import InputInvalid
from app.domain.json_fields import Fields
from app.domain.points import plain, to_units
from app.domain.rule_trial import Explained, explain
from app.domain.rules import Rule
from app.domain.terms import ExampleOrigin

#: examples are read by people
MOST_EXAMPLES, NOTE_ROOM = 40, 500


@dataclass(frozen=True, slots=True)
class Example:
    """`expected`: the points `claim` must earn; `refusal`: the code it must be refused with. One of the two stands."""

    claim: Claim
    expected: Decimal | None = None
    refusal: str | None = None
    note: str = ""
    origin: ExampleOrigin = ExampleOrigin.TYPED

    def with_outcome(self, outcome: Explained) -> Example:
        """Return the example as the rule now answers it: a person said that this is right."""
        return replace(self, expected=outcome.points, refusal=outcome.code if outcome.refused else None)


@dataclass(frozen=True, slots=True)
class ExampleRun:
    example: Example
    outcome: Explained

    @property
    def agrees(self) -> bool:
        if self.outcome.refused:
            return self.example.refusal == self.outcome.code
        return self.example.refusal is None and self.example.expected == self.outcome.points


def run_examples(rule: Rule, maximum: Decimal, examples: Iterable[Example]) -> tuple[ExampleRun, ...]:
    return tuple(ExampleRun(example, explain(rule, example.claim, maximum)) for example in examples)


def check_examples(rule: Rule, maximum: Decimal, examples: Sequence[Example]) -> None:
    """Refuse a rule that does not give what its examples say: each is corrected, confirmed or taken off by a person.

    Raises: InputInvalid examples_broken (examples: their places from 1), too_many_examples, example_without_outcome,
    text_too_long (field: note), too_many_decimals.
    """
    if len(examples) > MOST_EXAMPLES:
        raise InputInvalid("too_many_examples", most=MOST_EXAMPLES)
    for example in examples:
        if (example.expected is None) is (example.refusal is None):
            raise InputInvalid("example_without_outcome")
        if len(example.note) > NOTE_ROOM:
            raise InputInvalid("text_too_long", field="note", most=NOTE_ROOM)
        if example.expected is not None:
            to_units(example.expected)
    runs = run_examples(rule, maximum, examples)
    broken = [str(place) for place, run in enumerate(runs, start=1) if not run.agrees]
    if broken:
        raise InputInvalid("examples_broken", examples=", ".join(broken))


def example_to_json(example: Example) -> dict[str, Any]:
    return {
        "claim": claim_to_json(example.claim),
        "expected": None if example.expected is None else plain(example.expected),
        "refusal": example.refusal,
        "note": example.note,
        "origin": example.origin.value,
    }


def example_from_json(given: object) -> Example:
    """Return the example a JSON object says. Raises InputInvalid naming the field, ClaimInvalid for its claim."""
    fields = Fields(given, InputInvalid, prefix="set")
    claim, refusal = fields.raw("claim"), fields.raw("refusal")
    if not isinstance(claim, Mapping):
        raise InputInvalid("wrong_type", field="claim", expected="object")
    example = Example(
        claim=claim_from_json(claim),
        expected=fields.number_or_none("expected"),
        refusal=None if refusal is None else fields.text("refusal"),
        note=fields.text("note"),
        origin=fields.one_of("origin", ExampleOrigin),
    )
    fields.done()
    return example


def stamp_of(rule: Mapping[str, Any], scored_by: str, maximum: Decimal, examples: Sequence[Example]) -> str:
    """Return what tells one state of a criterion's rule from another: whoever saves says which one was read."""
    content = [rule, scored_by, plain(maximum), [example_to_json(example) for example in examples]]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:32]
