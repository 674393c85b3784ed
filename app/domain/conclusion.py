"""What concluding a unit would do: which leaves stand against it, which fall back, and the points each ends with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.domain.errors import NotFound, TransitionRefused
from app.domain.leaf_acts import BLOCKING, LeafAct, leaf_state
from app.domain.terms import LeafStanding, ScoredBy, Stage
from app.domain.workflow import Guard


@dataclass(frozen=True, slots=True)
class LeafCase:
    """One leaf before the council.

    `override`: the campaign's points, where it gives any (the maximum, if that is what it gives). `entered`: the points
    of survey, leaders, portal or council on a leaf the unit does not score; None while they are missing.
    `not_yet_due`: the unit scored with the figures of the cut-off, and the council assesses the leaf additionally: what
    it entered is final; `supplement_required`: without it the unit is not concluded (Định Hóa 2024, mục II).
    """

    code: str
    acts: tuple[LeafAct, ...] = ()
    scored_by: ScoredBy = ScoredBy.UNIT
    override: Decimal | None = None
    entered: Decimal | None = None
    applicable: bool = True
    not_yet_due: bool = False
    supplement_required: bool = True

    @property
    def is_entered(self) -> bool:
        """Whether its points are entered by others, not decided by verdicts."""
        supplemented = self.not_yet_due and (self.supplement_required or self.entered is not None)
        return self.scored_by is not ScoredBy.UNIT or supplemented


@dataclass(frozen=True, slots=True)
class Conclusion:
    """`points` holds what each applicable leaf ends with, those that block or miss their points left out."""

    blocking: tuple[tuple[str, LeafStanding], ...]
    takes_first_round: tuple[str, ...]
    not_entered: tuple[str, ...]
    points: Mapping[str, Decimal]


def conclusion(leaves: Iterable[LeafCase]) -> Conclusion:
    """Return what would happen to `leaves` were their unit concluded from the second appraisal.

    An overridden leaf is final at the override's points; a leaf the unit does not score needs entered points, not a
    verdict; a contested leaf without a second verdict takes its first-round points and is named.
    """
    blocking: list[tuple[str, LeafStanding]] = []
    takes_first_round: list[str] = []
    not_entered: list[str] = []
    points: dict[str, Decimal] = {}
    for leaf in (leaf for leaf in leaves if leaf.applicable):
        if leaf.override is not None:
            points[leaf.code] = leaf.override
        elif leaf.is_entered:
            _enter(leaf, points, not_entered)
        else:
            state = leaf_state(leaf.acts, stage=Stage.SECOND_APPRAISAL, window_over=True)
            if state.standing in BLOCKING:
                blocking.append((leaf.code, state.standing))
            elif state.final_points is not None:
                points[leaf.code] = state.final_points
            if state.standing is LeafStanding.CONTESTED:
                takes_first_round.append(leaf.code)
    return Conclusion(tuple(blocking), tuple(takes_first_round), tuple(not_entered), points)


def _enter(leaf: LeafCase, points: dict[str, Decimal], not_entered: list[str]) -> None:
    if leaf.entered is None:
        not_entered.append(leaf.code)
    else:
        points[leaf.code] = leaf.entered


def check_reopening(named: Collection[str], own_leaves: Collection[str]) -> None:
    """Refuse to reopen, or to annul, what takes no second verdict: a leaf that is not the unit's to score.

    Raises: TransitionRefused("leaves_named") where no leaf is named, NotFound("leaf_unknown").
    """
    if not named:
        raise TransitionRefused(Guard.LEAVES_NAMED.value)
    for code in named:
        if code not in own_leaves:
            raise NotFound("leaf_unknown", code=code)
