"""The secretariat's board: units × fields with self, both rounds and the end; a cell opens its leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from app.db.appraisals import Verdict
from app.db.assessments import Assessment
from app.db.campaigns import GroupStage
from app.db.clock import Clock
from app.db.session import reading
from app.domain import policy
from app.domain.conclusion import conclusion
from app.domain.criteria import Node, Tree
from app.domain.errors import NotFound
from app.domain.leaf_acts import OPEN_IN_SECOND, LeafState
from app.domain.points import sum_points
from app.domain.policy import Actor, Permission
from app.domain.terms import Decision, LeafStanding, Stage
from app.domain.workflow import Standing
from app.services.agency_progress import AgencyProgress, progress_of
from app.services.appraisal import VerdictLine
from app.services.disagreements import READABLE
from app.services.group_context import GroupContext, find_group, group_context
from app.services.office import office_of
from app.services.verdict_lines import agency_names, lines_of

#: more columns than these do not stand beside each other: the parts are shown instead
MOST_FIELDS = 16
_ASKED = frozenset({LeafStanding.ASKED, LeafStanding.ANSWERED})
_WAITING = frozenset({LeafStanding.UNDECIDED, LeafStanding.REOPENED})


@dataclass(frozen=True, slots=True)
class Figures:
    """Points by whom: the unit, the first round, the second round, in the end. None: not all of them are there yet."""

    own: Decimal | None = None
    first: Decimal | None = None
    second: Decimal | None = None
    final: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """How many leaves of a cell are undecided, disagreed with, asked about, exempt, or wait for others' points."""

    undecided: int = 0
    disagreed: int = 0
    asked: int = 0
    exempt: int = 0
    missing: int = 0

    def __add__(self, other: Marks) -> Marks:
        return Marks(
            self.undecided + other.undecided,
            self.disagreed + other.disagreed,
            self.asked + other.asked,
            self.exempt + other.exempt,
            self.missing + other.missing,
        )

    @property
    def settled(self) -> bool:
        """Whether nothing here waits or differs."""
        return not (self.undecided or self.disagreed or self.asked or self.missing)


@dataclass(frozen=True, slots=True)
class Cell:
    figures: Figures
    marks: Marks


@dataclass(frozen=True, slots=True)
class Field:
    """A column: a node of the tree, how many leaves it holds and its maximum."""

    code: str
    title: str
    leaves: int
    maximum: Decimal


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One unit; without cells when it has not sent its sheet."""

    assessment_id: int
    unit: str
    standing: Standing
    stage: Stage
    alone: bool
    cells: tuple[Cell, ...]
    total: Cell

    @property
    def sent(self) -> bool:
        return bool(self.cells)

    @property
    def difference(self) -> Decimal | None:
        """What appraisal changed of the unit's own points, once all of them are appraised."""
        given = self.total.figures.second if self.total.figures.second is not None else self.total.figures.first
        return None if given is None or self.total.figures.own is None else given - self.total.figures.own


@dataclass(frozen=True, slots=True)
class Matrix:
    group_stage_id: int
    campaign: str
    group: str
    stage: Stage
    deep: bool
    may_be_deep: bool
    fields: tuple[Field, ...]
    rows: tuple[MatrixRow, ...]
    progress: tuple[AgencyProgress, ...]
    may_chase: bool
    decided_by_council: bool


@dataclass(frozen=True, slots=True)
class CellLeaf:
    """One leaf of a cell: its figures, where it stands and what was said of it."""

    node: Node
    figures: Figures
    standing: LeafStanding | None
    agency: str
    exempt: bool
    verdicts: tuple[VerdictLine, ...]


@dataclass(frozen=True, slots=True)
class CellView:
    """One unit × field, leaf by leaf."""

    group_stage_id: int
    assessment_id: int
    campaign: str
    group: str
    unit: str
    field: Node
    sent: bool
    cell: Cell
    leaves: tuple[CellLeaf, ...]


def matrix(group_stage_id: int, *, actor: Actor, clock: Clock, deep: bool | None = None) -> Matrix:
    """Return the board of a group, rows with disagreements first; statements do not grow with units or leaves.

    `deep`: fields below the parts; False: the parts; None: the fields where they fit. Raises NotFound.
    """
    with reading() as session:
        context = _context(session, group_stage_id, actor, clock)
        below = fields_below(context.tree)
        chosen = len(below) <= MOST_FIELDS if deep is None else deep
        nodes = below if chosen else context.tree.roots
        columns = [(node, context.tree.under(node.code)) for node in nodes]
        rows = [_row(context, row, columns) for row in context.assessments.values()]
        return Matrix(
            group_stage_id=group_stage_id,
            campaign=context.group.campaign.name,
            group=context.group.group.name,
            stage=context.group.stage,
            deep=chosen,
            may_be_deep=below != context.tree.roots,
            fields=tuple(Field(node.code, node.title, len(leaves), node.maximum) for node, leaves in columns),
            rows=tuple(sorted(rows, key=_order)),
            progress=progress_of(session, context, office_of(session, context)),
            may_chase=policy.allows(actor, Permission.AGENCY_CHASE, context.subject),
            decided_by_council=context.policies.round_two.value == "council",
        )


def fields_below(tree: Tree) -> tuple[Node, ...]:
    """Return the nodes below the parts; a part that is scored itself stands for its own."""
    return tuple(child for root in tree.roots for child in (tree.children(root.code) or (root,)))


def _context(session: Session, group_stage_id: int, actor: Actor, clock: Clock) -> GroupContext:
    group: GroupStage = find_group(session, group_stage_id)
    context = group_context(session, group, clock.read(session))
    if policy.why_not(actor, Permission.GROUP_READ, context.subject) is not None:
        raise NotFound("group_unknown")
    return context


def _order(row: MatrixRow) -> tuple[bool, int, int, int, str]:
    marks = row.total.marks
    return (not row.sent, -marks.disagreed, -marks.asked, -marks.undecided, row.unit)


def _row(context: GroupContext, row: Assessment, columns: Sequence[tuple[Node, tuple[Node, ...]]]) -> MatrixRow:
    sent = row.id in context.pins
    unit = _UnitFigures(context, row) if sent else None
    cells = tuple(unit.cell(leaves) for _node, leaves in columns) if unit else ()
    return MatrixRow(
        assessment_id=row.id,
        unit=row.unit.name,
        standing=context.standing(row),
        stage=context.stage_of(row),
        alone=sent and row.stage is not None,
        cells=cells,
        total=unit.cell(context.tree.leaves) if unit else Cell(Figures(), Marks()),
    )


class _UnitFigures:
    """The leaves of one sent sheet: states once, figures and marks from them."""

    def __init__(self, context: GroupContext, row: Assessment) -> None:
        self.context, self.row = context, row
        self.own = {leaf.code for leaf in context.own_leaves(row.id)}
        self.exempt = context.exempt.get(row.id, frozenset())
        self.states: Mapping[str, LeafState] = {code: context.state(row, code) for code in self.own}
        self.second_round = context.stage_of(row) in READABLE
        end = conclusion(context.case(row.id, leaf) for leaf in context.tree.leaves) if self.second_round else None
        self.final: Mapping[str, Decimal] = {} if end is None else end.points

    def cell(self, leaves: Iterable[Node]) -> Cell:
        applicable = [leaf for leaf in leaves if leaf.code not in self.exempt]
        each = [self.figures(leaf) for leaf in applicable]
        own = [figures for leaf, figures in zip(applicable, each, strict=True) if leaf.code in self.own]
        marks = sum((self.marks(leaf) for leaf in leaves), Marks())
        return Cell(
            Figures(
                own=_sum(figures.own for figures in own),
                first=_sum(figures.first for figures in own),
                second=_sum(figures.second for figures in own),
                final=_sum(figures.final for figures in each),
            ),
            marks,
        )

    def figures(self, leaf: Node) -> Figures:
        """Return one leaf's points; of a leaf that is not the unit's to score, in the end alone."""
        final = self.final.get(leaf.code)
        if leaf.code not in self.own:
            return Figures(final=final)
        said = self.context.verdicts.get((self.row.id, leaf.code), ())
        first = _points_of(said, 1)
        state = self.states[leaf.code]
        if state.standing is LeafStanding.UNDECIDED:
            first = None  # what was said was of an earlier sending
        settled = self.second_round and state.standing not in OPEN_IN_SECOND
        pinned = self.context.pins[self.row.id].get(leaf.code)
        return Figures(
            own=None if pinned is None else pinned.points,
            first=first,
            second=state.points if settled else None,
            final=final,
        )

    def marks(self, leaf: Node) -> Marks:
        if leaf.code in self.exempt:
            return Marks(exempt=1)
        if leaf.code not in self.own:
            case = self.context.case(self.row.id, leaf)
            return Marks(missing=int(case.override is None and case.entered is None))
        standing = self.states[leaf.code].standing
        said = self.context.verdicts.get((self.row.id, leaf.code), ())
        if standing in _WAITING:
            return Marks(undecided=1)
        if standing in _ASKED:
            return Marks(asked=1)
        return Marks(disagreed=int(bool(said) and said[-1].decision is Decision.DISAGREE))


def _points_of(said: Sequence[Verdict], number: int) -> Decimal | None:
    return next((row.points for row in reversed(said) if row.round == number), None)


def _sum(points: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of points that are all there; None where one is missing, or there is none at all."""
    every = list(points)
    present = [each for each in every if each is not None]
    return sum_points(present) if every and len(present) == len(every) else None


def cell_view(group_stage_id: int, assessment_id: int, code: str, *, actor: Actor, clock: Clock) -> CellView:
    """Return one unit × field with its leaves. Raises NotFound for a group, a unit or a field that is not there."""
    with reading() as session:
        context = _context(session, group_stage_id, actor, clock)
        row = context.assessments.get(assessment_id)
        if row is None:
            raise NotFound("assessment_unknown")
        field, leaves = context.tree.node(code), context.tree.under(code)
        sent = row.id in context.pins
        unit = _UnitFigures(context, row) if sent else None
        return CellView(
            group_stage_id=group_stage_id,
            assessment_id=assessment_id,
            campaign=context.group.campaign.name,
            group=context.group.group.name,
            unit=row.unit.name,
            field=field,
            sent=sent,
            cell=unit.cell(leaves) if unit else Cell(Figures(), Marks()),
            leaves=_leaves(session, context, unit, leaves) if unit else (),
        )


def _leaves(
    session: Session, context: GroupContext, unit: _UnitFigures, leaves: Sequence[Node]
) -> tuple[CellLeaf, ...]:
    row, agencies = unit.row, context.agencies(unit.row)
    said = {leaf.code: context.verdicts.get((row.id, leaf.code), ()) for leaf in leaves}
    lines = lines_of(session, (each for rows in said.values() for each in rows))
    names = agency_names(session, {number for number in agencies.values() if number is not None})
    return tuple(
        CellLeaf(
            node=leaf,
            figures=Figures() if leaf.code in unit.exempt else unit.figures(leaf),
            standing=unit.states[leaf.code].standing if leaf.code in unit.own else None,
            agency=names.get(agencies[leaf.code] or 0, "") if leaf.code in unit.own else "",
            exempt=leaf.code in unit.exempt,
            verdicts=tuple(lines[each.id] for each in said[leaf.code]),
        )
        for leaf in leaves
    )
