"""Many lines entered at once: each is checked by itself, then all are taken, or the good ones, as the user chose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from app.db.assessments import Assessment
from app.domain import policy
from app.domain.entered_lines import MOST_LINES, Line
from app.domain.entered_words import UNIT_CODE, UNIT_NAME
from app.domain.errors import DomainError, Forbidden, InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.survey_counts import LeafSum
from app.reports.entering_workbook import TemplateColumn
from app.services.group_context import GroupContext

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column people fill: its key, what stands above it in the template, and the answers it offers, if any."""

    key: str
    heading: str
    choices: tuple[str, ...] = ()
    title: str = ""
    maximum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class GridRow:
    """One unit: what stands in its cells, what the leaf has earned by now, and why nothing may be entered."""

    assessment_id: int
    unit_code: str
    unit: str
    cells: Mapping[str, str]
    points: Decimal | None = None
    sum: LeafSum | None = None
    refusal: str | None = None
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grid:
    """A page of entering: `refusal` says why nothing at all may be entered."""

    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]
    refusal: str | None = None

    @property
    def headings(self) -> Mapping[str, str]:
        """Heading → key, as a file is read by."""
        return {column.heading: column.key for column in self.columns}

    @property
    def template(self) -> tuple[tuple[TemplateColumn, ...], tuple[tuple[str, ...], ...]]:
        """The columns and rows of the workbook that is filled and brought back."""
        columns = (
            TemplateColumn(UNIT_CODE, 12),
            TemplateColumn(UNIT_NAME, 34),
            *(TemplateColumn(each.heading, 18, each.choices) for each in self.columns),
        )
        rows = tuple(
            (row.unit_code, row.unit, *(row.cells.get(each.key, "") for each in self.columns)) for row in self.rows
        )
        return columns, rows


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """One line after the check: what it says, or what is wrong with it."""

    line: Line
    unit: str = ""
    owner_id: int = 0
    value: T | None = None
    problem: DomainError | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a line may speak of; `refusal`: nothing may be entered about them."""

    owner_id: int
    name: str
    refusal: DomainError | None = None


def check_lines(
    lines: Sequence[Line], owners: Mapping[str, Owner], read: Callable[[int, Line], T | None]
) -> list[Checked[T]]:
    """Return every line that says something, checked: unit known, named once, and what `read` has against it.

    `read` returns None for a line that says nothing: it is left out. Raises InputInvalid("too_many_lines").
    """
    if len(lines) > MOST_LINES:
        raise InputInvalid("too_many_lines", limit=MOST_LINES)
    codes = Counter(line.unit_code.strip() for line in lines)
    found: list[Checked[T]] = []
    for line in lines:
        owner = owners.get(line.unit_code.strip())
        try:
            value = _value(line, owner, codes, read)
        except DomainError as problem:
            found.append(Checked(line, "" if owner is None else owner.name, problem=problem))
            continue
        if value is not None and owner is not None:
            found.append(Checked(line, owner.name, owner.owner_id, value))
    return found


def _value(line: Line, owner: Owner | None, codes: Counter[str], read: Callable[[int, Line], T | None]) -> T | None:
    code = line.unit_code.strip()
    if owner is None:
        raise InputInvalid("line_unit_unknown" if code else "line_without_unit", unit=code[:32])
    if codes[code] > 1:
        raise InputInvalid("line_unit_twice", unit=code[:32])
    value = read(owner.owner_id, line)
    if value is not None and owner.refusal is not None:
        raise owner.refusal
    return value


def accepted(checked: Sequence[Checked[T]], *, only_good: bool) -> list[Checked[T]]:
    """Return the lines to take. Raises InputInvalid: lines_refused unless only the good are wanted, no_line_to_take."""
    good = [each for each in checked if each.problem is None]
    bad = len(checked) - len(good)
    if bad and not only_good:
        raise InputInvalid("lines_refused", count=bad)
    if not good:
        raise InputInvalid("no_line_to_take")
    return good


def see_group(context: GroupContext, actor: Actor) -> None:
    """Raise NotFound("group_unknown") unless the group is the actor's to see."""
    if policy.why_not(actor, Permission.GROUP_READ, context.subject) is not None:
        raise NotFound("group_unknown")


def unit_subject(context: GroupContext, row: Assessment) -> Subject:
    """Return what the policy is asked about when something is entered about one unit."""
    return Subject(
        unit_id=row.unit_id,
        council_id=context.group.council_id,
        state=row.state,
        stage=context.stage_of(row),
    )


def owners_of(context: GroupContext, actor: Actor, permission: Permission, code: str | None = None) -> dict[str, Owner]:
    """Return the units of a group by code, each with what stands against entering `code` about it."""
    return {
        row.unit.code: Owner(row.id, row.unit.name, _refusal(context, actor, permission, row, code))
        for row in context.assessments.values()
    }


def _refusal(
    context: GroupContext, actor: Actor, permission: Permission, row: Assessment, code: str | None
) -> DomainError | None:
    if code is not None and code in context.exempt.get(row.id, ()):
        return InputInvalid("leaf_not_applicable", criterion=code)
    refusal = policy.why_not(actor, permission, unit_subject(context, row))
    return None if refusal is None else InputInvalid(refusal)


def group_refusal(context: GroupContext, actor: Actor, permission: Permission) -> str | None:
    """Return why the actor may enter nothing at all about this group."""
    subject = Subject(council_id=context.group.council_id, stage=context.group.stage)
    refusal = policy.why_not(actor, permission, subject)
    alone = any(policy.allows(actor, permission, unit_subject(context, row)) for row in context.assessments.values())
    return None if alone else refusal


def require_some(context: GroupContext, actor: Actor, permission: Permission) -> None:
    """Raise Forbidden unless the actor may enter something about at least one unit of the group."""
    refusal = group_refusal(context, actor, permission)
    if refusal is not None:
        raise Forbidden(refusal, permission=permission.value)
    subjects = (unit_subject(context, row) for row in context.assessments.values())
    may = next((each for each in subjects if policy.allows(actor, permission, each)), None)
    if may is not None:
        policy.require(actor, permission, may)  # the trail says in whose place a deputy enters
