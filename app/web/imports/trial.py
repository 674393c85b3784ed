"""The rule of a criterion under review, tried out: figures in, points and their arithmetic out. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from werkzeug.datastructures import MultiDict

from app.domain.award import award
from app.domain.claim_codec import claim_from_json
from app.domain.criteria import Node
from app.domain.errors import ClaimInvalid, DomainError, InputInvalid
from app.domain.points import parse_screen_number, plain
from app.reading.review_nodes import ReviewNode
from app.services.sheets import LeafLine
from app.web.claim_forms import Claim, claim_of_form, values_of_form
from app.web.leaf_words import explained
from app.words.refusals import sentence

Typed = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class TrialProblem:
    """As the controls of the sheet want a refusal: by leaf and field."""

    leaf: str
    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Trial:
    """`points` None: nothing was tried, or it was refused (`problem`). `words`: the arithmetic behind the points."""

    node: Node
    claim: Claim | None = None
    points: Decimal | None = None
    words: str = ""
    problem: TrialProblem | None = None
    typed: Mapping[str, list[str]] = field(default_factory=dict)


def trial_of(node: ReviewNode, typed: Typed) -> Trial | None:
    """Return what the figures in `typed` earn; None for a branch, or while the maximum is missing."""
    criterion = node.criterion
    if criterion.rule is None or criterion.maximum is None:
        return None
    leaf = Node(criterion.code, None, criterion.title, criterion.maximum, criterion.rule, criterion.scored_by, 1)
    values = values_of_form(typed)
    if "try" not in typed:
        return Trial(leaf)
    try:
        claim = claim_of_form(criterion.rule, typed)
        if claim is None:
            return Trial(leaf, typed=values)
        claim = _with_last_year(claim, typed)
        points = award(criterion.rule, claim_from_json(claim), criterion.maximum)
    except (ClaimInvalid, InputInvalid) as refused:
        return Trial(leaf, typed=values, problem=_problem(leaf.code, refused))
    made = Trial(leaf, claim, points, typed=values)
    return Trial(leaf, claim, points, explained(cast("LeafLine", made)), typed=values)


def _with_last_year(claim: Claim, typed: Typed) -> Claim:
    """Figures of last year come from a stored row on the sheet; here they are typed beside."""
    if "measures" not in claim:
        return claim
    pairs: dict[str, Any] = {}
    for key, pair in claim["measures"].items():
        given = typed.get(f"previous.{key}", "").strip()
        pairs[key] = {**pair, "previous": plain(parse_screen_number(given)) if given else None}
    return {"measures": pairs}


def _problem(code: str, refused: DomainError) -> TrialProblem:
    return TrialProblem(code, str(refused.details.get("field", "")), sentence(refused))
