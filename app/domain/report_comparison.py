"""A unit's signed report beside its sheet: where the two differ, and which leaves explain it, to the last half point.

Source: Thái Bình 2023, 2 bước 3 (what is entered must match the approved report); Quảng Trị 2024, Điều 6.1b.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.domain.criteria import Node, Tree
from app.domain.errors import InputInvalid
from app.domain.points import sum_points
from app.domain.scoring import ZERO, LeafPresence


class CauseKind(StrEnum):
    """`typed`: the report gives this leaf other points. `below`: leaves that could have been scored higher."""

    TYPED = "typed"
    UNSCORED = "unscored"
    DECLINED = "declined"
    NOT_APPLICABLE = "not_applicable"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class SheetFigure:
    """A leaf as the sheet has it now; `points` None while nobody scored it."""

    code: str
    maximum: Decimal
    points: Decimal | None
    presence: LeafPresence
    declined: bool = False
    own: bool = True


@dataclass(frozen=True, slots=True)
class Cause:
    """Leaves and the points of the difference they account for; `sheet` and `report` where one leaf was typed."""

    kind: CauseKind
    codes: tuple[str, ...]
    points: Decimal
    sheet: Decimal | None = None
    report: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field: points of sheet and report, None where there are none; `difference` is sheet less report."""

    node: Node
    depth: int
    sheet: Decimal | None
    report: Decimal | None
    difference: Decimal | None
    waits_for_others: bool
    causes: tuple[Cause, ...] = ()
    unexplained: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Comparison:
    """`adds_up`: what the fields of the paper sum to, None unless every one was typed."""

    lines: tuple[FieldLine, ...]
    sheet: Decimal
    report: Decimal
    adds_up: Decimal | None

    @property
    def difference(self) -> Decimal:
        return self.sheet - self.report

    @property
    def differing(self) -> tuple[FieldLine, ...]:
        return tuple(line for line in self.lines if line.difference)

    @property
    def wrong_sum(self) -> bool:
        return self.adds_up is not None and self.adds_up != self.report


def fields_of_paper(tree: Tree) -> tuple[Node, ...]:
    """Return the rows a paper sums by: the parts, and the fields directly below them where those have branches."""
    below = [node for root in tree.roots for node in tree.children(root.code)]
    deep = any(node.rule is None for node in below)
    return tuple(node for root in tree.roots for node in (root, *(tree.children(root.code) if deep else ())))


def check_totals(tree: Tree, totals: Mapping[str, Decimal]) -> None:
    """Refuse a figure of a criterion the set does not have, or above its maximum: a slip of the hand.

    Raises: InputInvalid("report_criterion_unknown", "report_above_maximum"), naming the field.
    """
    for code, points in totals.items():
        if code not in tree:
            raise InputInvalid("report_criterion_unknown", criterion=code[:20], field=f"points.{code}")
        most = tree.node(code).maximum
        if points > most:
            raise InputInvalid("report_above_maximum", criterion=code, maximum=most, field=f"points.{code}")


def compare(tree: Tree, figures: Sequence[SheetFigure], *, total: Decimal, totals: Mapping[str, Decimal]) -> Comparison:
    """Return sheet and report side by side, field by field."""
    leaves = {figure.code: figure for figure in figures}
    lines = tuple(_line(tree, node, leaves, totals) for node in fields_of_paper(tree))
    return Comparison(
        lines=lines,
        sheet=sum_points(_points(figure) or ZERO for figure in figures),
        report=total,
        adds_up=_sum_of_paper(tree, totals),
    )


def _points(figure: SheetFigure) -> Decimal | None:
    return None if figure.presence is LeafPresence.NOT_APPLICABLE else figure.points


def _line(tree: Tree, node: Node, leaves: Mapping[str, SheetFigure], totals: Mapping[str, Decimal]) -> FieldLine:
    under = [leaves[leaf.code] for leaf in tree.under(node.code) if leaf.code in leaves]
    scored = [points for figure in under if (points := _points(figure)) is not None]
    sheet = sum_points(scored) if scored else None
    report = totals.get(node.code)
    difference = None if report is None else (sheet or ZERO) - report
    causes, unexplained = _causes(under, totals, -difference) if difference else ((), ZERO)
    waits = bool(under) and not any(figure.own for figure in under)
    return FieldLine(node, tree.depth(node.code), sheet, report, difference, waits, causes, unexplained)


def _causes(
    under: Sequence[SheetFigure], totals: Mapping[str, Decimal], missing: Decimal
) -> tuple[tuple[Cause, ...], Decimal]:
    """Return what explains `missing` points (report less sheet): first what was typed, then what is not scored."""
    found: list[Cause] = []
    for figure in under:
        said = totals.get(figure.code)
        if said is not None and said != (_points(figure) or ZERO):
            points = said - (_points(figure) or ZERO)
            found.append(Cause(CauseKind.TYPED, (figure.code,), points, _points(figure), said))
            missing -= points
    untyped = [figure for figure in under if figure.code not in totals]
    for kind, group in _grouped(untyped):
        if missing <= 0:
            break
        room = sum_points(figure.maximum - (_points(figure) or ZERO) for figure in group)
        if room > 0:
            points = min(room, missing)
            found.append(Cause(kind, tuple(figure.code for figure in group), points))
            missing -= points
    return tuple(found), missing


def _grouped(untyped: Sequence[SheetFigure]) -> list[tuple[CauseKind, list[SheetFigure]]]:
    """Return leaves that hold fewer points than their maximum, the surest cause of a difference first."""
    groups: dict[CauseKind, list[SheetFigure]] = {kind: [] for kind in CauseKind if kind is not CauseKind.TYPED}
    for figure in untyped:
        if figure.presence is LeafPresence.NOT_APPLICABLE:
            groups[CauseKind.NOT_APPLICABLE].append(figure)
        elif not figure.own:
            continue  # others score it: the unit's paper does not speak of it
        elif figure.points is None:
            groups[CauseKind.UNSCORED].append(figure)
        elif figure.declined:
            groups[CauseKind.DECLINED].append(figure)
        elif figure.points < figure.maximum:
            groups[CauseKind.BELOW].append(figure)
    return list(groups.items())


def _sum_of_paper(tree: Tree, totals: Mapping[str, Decimal]) -> Decimal | None:
    """Return the sum of the lowest rows of the paper; None unless each was typed."""
    rows = fields_of_paper(tree)
    lowest = [node for node in rows if not any(other.parent == node.code for other in rows)]
    if not all(node.code in totals for node in lowest):
        return None
    return sum_points(totals[node.code] for node in lowest)
