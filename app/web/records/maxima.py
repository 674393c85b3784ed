"""The maxima of a draft set on one page: those of all leaves are typed, those of the branches follow."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext, lazy_gettext

from app.db.criteria import Criterion
from app.domain.errors import Conflict, DomainError, RuleInvalid
from app.domain.points import parse_screen_number, plain, to_units
from app.domain.rule_checks import check_rule
from app.domain.rule_codec import rule_from_json
from app.web.records.criteria import CriteriaSetRecords
from app.web.records.turns import hold, take_turn
from app.words.numbers import spelled
from app.words.refusals import sentence


@dataclass(slots=True)
class Line:
    """One criterion of the page: `text` is what stands in its field; a branch has none.

    `of_rule`: the figure is fine by itself, its rule stands against it.
    """

    row: Criterion
    depth: int
    text: str
    problem: str = ""
    of_rule: bool = False


class MaximaPage(CriteriaSetRecords):
    """The records of sets, with the page of maxima."""

    maxima_title = lazy_gettext("Maxima of the set")

    @expose("/maxima/<pk>", methods=["GET", "POST"])
    @has_access
    def maxima(self, pk: str) -> ResponseReturnValue:
        session = self.datamodel.session
        if request.method == "POST":
            take_turn(session)
        item = self._found(pk)
        if (fixed := self.why_fixed(item)) is not None:
            return self._fixed(item, fixed)
        lines = _lines(item.criteria)
        if request.method == "GET":
            return self._maxima(item, lines, "", 200)
        before = _total(item.criteria)
        refusal = self._read_maxima(item, lines)
        if not refusal and not any(line.problem for line in lines):
            total = _total(item.criteria)
            self.datamodel.edit(item)
            flash(_saved(before, total), "success")
            return redirect(url_for("CriteriaSetRecords.show", pk=item.id))
        session.rollback()
        return self._maxima(self._found(pk), lines, refusal, 422)

    def _maxima(self, item: Any, lines: list[Line], refusal: str, status: int) -> ResponseReturnValue:
        given = {"item": item, "lines": lines, "refusal": refusal, "stamp": _stamp(item.criteria)}
        return self._page("records/maxima.html", self.maxima_title, **given), status

    def _read_maxima(self, item: Any, lines: list[Line]) -> str:
        """Write the maxima typed into the rows; say at each line what stands against it."""
        session = self.datamodel.session
        with session.no_autoflush:
            try:
                hold(session, self.roots_of(item))
                if (fixed := self.why_fixed(item)) is not None:
                    raise fixed
                if request.form.get("stamp") != _stamp(item.criteria):
                    raise Conflict("maxima_changed")
            except DomainError as refused:
                return sentence(refused)
            for line in lines:
                if line.row.rule is not None:
                    _read_line(line)
            _add_up([line.row for line in lines])
        return ""


#: endpoints are named after the class
MaximaPage.__name__ = "CriteriaSetRecords"


def _lines(rows: list[Criterion]) -> list[Line]:
    depths: dict[int | None, int] = {None: -1}
    lines = []
    for row in rows:  # a parent stands before its children
        depths[row.id] = depths[row.parent_id] + 1
        lines.append(Line(row, depths[row.id], "" if row.rule is None else spelled(plain(row.maximum))))
    return lines


def _read_line(line: Line) -> None:
    line.text = request.form.get(f"maximum-{line.row.id}", "").strip()[:40]
    try:
        maximum = parse_screen_number(line.text)
        to_units(maximum)  # more than four decimals are refused, never rounded away
        check_rule(rule_from_json(line.row.rule), maximum)
    except DomainError as refused:
        line.problem, line.of_rule = sentence(refused), isinstance(refused, RuleInvalid)
    else:
        if maximum != line.row.maximum:
            line.row.maximum = maximum


def _add_up(rows: list[Criterion]) -> None:
    """Set every branch to the sum of its children, the deepest first."""
    sums: dict[int | None, Decimal] = {}
    for row in reversed(rows):
        if row.rule is None and row.maximum != sums.get(row.id, row.maximum):
            row.maximum = sums[row.id]
        sums[row.parent_id] = sums.get(row.parent_id, Decimal(0)) + row.maximum


def _total(rows: list[Criterion]) -> Decimal:
    return sum((row.maximum for row in rows if row.parent_id is None), Decimal(0))


def _saved(before: Decimal, total: Decimal) -> str:
    """Say that it is kept, and that the whole set is worth something else now, which is seldom meant."""
    if total == before:
        return str(gettext("Saved."))
    return str(
        gettext(
            "Saved. The set is worth %(total)s points in all now; it was %(before)s.",
            total=spelled(plain(total)),
            before=spelled(plain(before)),
        )
    )


def _stamp(rows: list[Criterion]) -> str:
    """Return what tells whether somebody else saved maxima since the page was drawn."""
    text = ";".join(f"{row.id}={plain(row.maximum)}" for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
