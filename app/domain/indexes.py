"""Several indexes in one campaign (Chỉ số 01, 02, 03) and how they make the combined one. Exact until the end.

Source: tỉnh 2025, Phụ lục 2, mục 1: units score "theo các tiêu chí của Bộ Chỉ số quy định tại Chỉ số 01, Chỉ số 02,
Chỉ số 03". How the three are combined is not said there: docs/decisions/0015 records the reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.domain.criteria import Tree
from app.domain.errors import DomainError, InputInvalid
from app.domain.json_fields import Fields
from app.domain.points import plain
from app.domain.scoring import Adjustments, LeafResult, totals


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """One index: the leaves below `branches`. `weight` None: the combined index counts points as a whole."""

    code: str
    name: str
    branches: tuple[str, ...]
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class IndexPart:
    """What one index counts of a unit: points obtained of the attainable; nothing attainable where none applies."""

    code: str
    obtained: Decimal
    attainable: Decimal
    weight: Decimal | None = None

    @property
    def exact(self) -> Fraction | None:
        """Return the index in percent, unrounded; None where every leaf of it is exempt."""
        return None if self.attainable <= 0 else Fraction(self.obtained) * 100 / Fraction(self.attainable)


def indexes_from_json(items: Iterable[Any]) -> tuple[IndexSpec, ...]:
    """Read the indexes of a campaign: [{code, name, branches, weight|null}].

    Raises: InputInvalid index_code_twice, index_branches_missing, index_weight_not_positive, index_weights_mixed.
    """
    found: list[IndexSpec] = []
    for item in items:
        fields = Fields(item, InputInvalid, prefix="policies")
        code, name = fields.text("code").strip(), fields.text("name").strip()
        branches = tuple(branch for branch in fields.items("branches") if isinstance(branch, str) and branch)
        weight = fields.number_or_none("weight") if "weight" in fields.names() else None
        fields.done()
        if not code or not name or not branches:
            raise InputInvalid("index_branches_missing", field="indexes", index=code)
        if weight is not None and weight <= 0:
            raise InputInvalid("index_weight_not_positive", field="indexes", index=code)
        found.append(IndexSpec(code, name, branches, weight))
    if len({spec.code for spec in found}) != len(found):
        raise InputInvalid("index_code_twice", field="indexes")
    if len({spec.weight is None for spec in found}) > 1:
        raise InputInvalid("index_weights_mixed", field="indexes")
    return tuple(found)


def indexes_to_json(indexes: Sequence[IndexSpec]) -> list[dict[str, Any]]:
    """Return the indexes as `indexes_from_json` reads them."""
    return [
        {
            "code": spec.code,
            "name": spec.name,
            "branches": list(spec.branches),
            "weight": None if spec.weight is None else plain(spec.weight),
        }
        for spec in indexes
    ]


def index_problems(indexes: Sequence[IndexSpec], tree: Tree) -> Iterator[DomainError]:
    """Name what of the indexes does not fit a set: index_branch_unknown, index_leaf_twice, index_leaf_outside.

    Outside a weighted mean no leaf may stand: its points would count nowhere.
    """
    owner: dict[str, str] = {}
    for spec in indexes:
        for branch in spec.branches:
            if branch not in tree:
                yield InputInvalid("index_branch_unknown", field="indexes", index=spec.code, criterion=branch[:20])
        for code in (leaf.code for branch in spec.branches if branch in tree for leaf in tree.under(branch)):
            if code in owner:
                both = {"first": owner[code], "second": spec.code}
                yield InputInvalid("index_leaf_twice", field="indexes", criterion=code, **both)
            owner[code] = spec.code
    outside = [leaf.code for leaf in tree.leaves if leaf.code not in owner]
    if outside and any(spec.weight is not None for spec in indexes):
        yield InputInvalid("index_leaf_outside", field="indexes", criterion=outside[0])


def leaves_of(spec: IndexSpec, tree: Tree) -> frozenset[str]:
    """Return the leaves one index counts; a branch the set does not have counts none."""
    return frozenset(leaf.code for branch in spec.branches if branch in tree for leaf in tree.under(branch))


def parts_of(indexes: Sequence[IndexSpec], tree: Tree, leaves: Sequence[LeafResult]) -> tuple[IndexPart, ...]:
    """Return what each index counts of a unit; exempt leaves leave its maximum too."""
    found = []
    for spec in indexes:
        own = leaves_of(spec, tree)
        summed = totals(leaf for leaf in leaves if leaf.code in own)
        found.append(IndexPart(spec.code, summed.obtained, summed.attainable, spec.weight))
    return tuple(found)


def weighted_index(
    parts: Sequence[IndexPart], attainable: Decimal, adjustments: Adjustments, *, capped: bool
) -> Fraction:
    """Return the weighted mean of the index percents, unrounded.

    An index none of whose leaves applies takes its weight out of the mean. Bonus and penalty are points of the whole:
    they count per 100 attainable of all indexes together. Raises: InputInvalid("nothing_attainable").
    """
    counted = [(part.exact, Fraction(part.weight or 0)) for part in parts]
    weight = sum((share for exact, share in counted if exact is not None), Fraction(0))
    if weight <= 0 or attainable <= 0:
        raise InputInvalid("nothing_attainable")
    mean = sum((exact * share for exact, share in counted if exact is not None), Fraction(0)) / weight
    added = (Fraction(adjustments.bonus) - Fraction(adjustments.penalty)) * 100 / Fraction(attainable)
    index = max(mean + added, Fraction(0))
    return min(index, Fraction(100)) if capped else index


def point_values(parts: Sequence[IndexPart], attainable: Decimal) -> Mapping[str, Fraction]:
    """Return what one point of each index is worth in percent of the combined one; "" is a point of the whole."""
    values = {"": Fraction(100) / Fraction(attainable)} if attainable > 0 else {}
    counted = [part for part in parts if part.attainable > 0]
    weight = sum((Fraction(part.weight) for part in counted if part.weight is not None), Fraction(0))
    for part in counted:
        if part.weight is not None:
            values[part.code] = Fraction(part.weight) * 100 / (weight * Fraction(part.attainable))
    return values
