"""The rule of a criterion under review, tried out: figures in, points and their reason out. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from app.domain.boundary_claims import BoundaryCase, boundary_claims
from app.domain.claims import Claim
from app.domain.criteria import Node
from app.domain.errors import ClaimInvalid, DomainError, InputInvalid, RuleInvalid
from app.domain.rule_checks import check_rule
from app.domain.rule_picture import Picture, picture_of
from app.domain.rule_trial import Explained, explain
from app.reading.review_nodes import ReviewNode
from app.web.claim_forms import values_of_form
from app.web.rule_forms import claim_tried
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
    """`outcome` None: nothing was tried, or the figures do not read (`problem`). `cases`: the rule at its bounds."""

    node: Node
    claim: Claim | None = None
    outcome: Explained | None = None
    problem: TrialProblem | None = None
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    cases: tuple[BoundaryCase, ...] = ()
    picture: Picture | None = None


def trial_of(node: ReviewNode, asked: Typed) -> Trial | None:
    """Return what the figures of an address earn; None for a branch, without a maximum, by a rule not to rely on."""
    criterion = node.criterion
    if criterion.rule is None or criterion.maximum is None:
        return None
    rule, maximum = criterion.rule, criterion.maximum
    leaf = Node(criterion.code, None, criterion.title, maximum, rule, criterion.scored_by, 1)
    try:
        check_rule(rule, maximum)
    except RuleInvalid:
        return None
    typed = _figures(asked)
    made = Trial(
        leaf, typed=values_of_form(typed), cases=boundary_claims(rule, maximum), picture=picture_of(rule, maximum)
    )
    try:
        claim = claim_tried(rule, typed)
    except (ClaimInvalid, InputInvalid) as refused:
        return replace(made, problem=_problem(leaf.code, refused))
    return replace(made, claim=claim, outcome=None if claim is None else explain(rule, claim, maximum))


def _figures(asked: Typed) -> Typed:
    """Return the fields of the trial out of everything an address says; none before somebody tried."""
    if "try" not in asked:
        return MultiDict()
    own = {"try", "at", "finding", "show", "tab", "tree", "from", "page", "after"}
    return MultiDict([(name, text) for name, text in asked.items(multi=True) if name not in own])


def _problem(code: str, refused: DomainError) -> TrialProblem:
    return TrialProblem(code, str(refused.details.get("field", "")), sentence(refused))
