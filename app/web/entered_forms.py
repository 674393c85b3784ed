"""Many lines entered at once, as the web takes them: a grid, a file looked at first, the lines accepted of it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.entered_lines import MOST_LINES, VALUE_KEY, Line
from app.domain.errors import DomainError, InputInvalid
from app.reading.entering_table import read_lines
from app.reports.entering_workbook import entering_workbook
from app.services.line_entry import Checked, Grid
from app.web.errors import status_of
from app.web.marks import say
from app.words.refusals import sentence

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Entry:
    """One grid and what is done with its lines. `carried`: fields common to all lines, taken along through the preview.

    `page` draws the grid again, with the refusal and the lines it is about. `by_cell`: each cell stands for itself.
    """

    title: str
    grid: Grid
    back: str
    check: Callable[[Sequence[Line]], Sequence[Checked[Any]]]
    enter: Callable[[Sequence[Line], bool], int]
    page: Callable[[DomainError, Sequence[Checked[Any]]], str]
    carried: tuple[str, ...] = ()
    by_cell: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)


def answer(entry: Entry) -> ResponseReturnValue:
    """Save a grid, show what a file would bring, or take its lines; a refusal keeps everything that was typed."""
    lines: Sequence[Line] = ()
    act = request.form.get("act", "grid")
    try:
        if act == "check":
            return _preview(entry, entry.check(lines := _uploaded(entry.grid)))
        lines = _accepted_lines() if act == "accept" else lines_of_grid(entry.grid, by_cell=entry.by_cell)
        if not lines and act != "accept":
            flash(gettext("Nothing was changed."))
            return redirect(entry.back)
        taken = entry.enter(lines, act == "accept" and request.form.get("take") == "good")
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        checked = entry.check(lines) if lines else []
        if act == "accept" and checked:
            return _preview(entry, checked, refused), status_of(refused)
        return entry.page(refused, [each for each in checked if each.problem is not None]), status_of(refused)
    flash(gettext("%(count)s lines taken.", count=taken))
    return redirect(entry.back)


def lines_of_grid(grid: Grid, *, by_cell: bool = False) -> list[Line]:
    """Return the lines somebody touched. A row whose figure was emptied, or all of whose cells were, comes empty."""
    lines = []
    for number in range(MOST_LINES):
        code = request.form.get(f"u.{number}")
        if code is None:
            break
        names = {column.key: f"c.{number}.{column.key}" for column in grid.columns}
        cells = {key: request.form[name].strip() for key, name in names.items() if name in request.form}
        drawn = _drawn(request.form.get(f"w.{number}", ""))
        touched = {key: text for key, text in cells.items() if text != str(drawn.get(key, ""))}
        if not touched:
            continue
        emptied = touched.get(VALUE_KEY) == "" and not by_cell
        lines.append(Line(number + 1, code, {} if emptied else touched if by_cell else cells))
    return lines


def _drawn(text: str) -> Mapping[str, object]:
    try:
        kept = json.loads(text or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _uploaded(grid: Grid) -> list[Line]:
    offered = request.files.get("file")
    if offered is None or not offered.filename:
        raise InputInvalid("file_missing", field="file")
    return read_lines(offered.read(), offered.filename, grid.headings)


def _accepted_lines() -> list[Line]:
    """Return the lines of a file that was looked at; they are checked anew, whoever sends them."""
    try:
        kept = json.loads(request.form.get("lines", "[]"))
        return [
            Line(int(number), str(code), {str(key): str(text) for key, text in cells.items()})
            for number, code, cells in kept
        ]
    except (ValueError, TypeError, AttributeError, OverflowError) as broken:
        raise InputInvalid("lines_unreadable") from broken


def _preview(entry: Entry, checked: Sequence[Checked[Any]], refused: DomainError | None = None) -> str:
    """Draw the lines of a file; after a refusal with the fields common to all lines, to be put right there."""
    if not checked:
        raise InputInvalid("no_line_to_take")
    kept = [[each.line.number, each.line.unit_code, dict(each.line.cells)] for each in checked]
    return render_template(
        "entered/preview.html",
        title=entry.title,
        back=entry.back,
        columns=entry.grid.columns,
        checked=[(each, problem_words(each), problem_field(each)) for each in checked],
        good=sum(each.problem is None for each in checked),
        lines=json.dumps(kept, ensure_ascii=False),
        carried={name: request.form.get(name, "") for name in entry.carried},
        action=request.path,
        refusal=say(refused),
    )


def problem_words(each: Checked[Any]) -> str:
    return "" if each.problem is None else sentence(each.problem)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line: the sentence, and the column it is about; empty where it is the whole line."""

    words: str
    field: str


def faults_by_unit(faults: Sequence[Checked[Any]]) -> dict[str, Fault]:
    """Return what is wrong, by the unit's code, as the grid marks it."""
    return {each.line.unit_code: Fault(problem_words(each), problem_field(each)) for each in faults}


def problem_field(each: Checked[Any]) -> str:
    return "" if each.problem is None else str(each.problem.details.get("field", ""))


def workbook(title: str, grid: Grid, name: str) -> Response:
    """Send the template of a grid: what stands there already in its cells."""
    columns, rows = grid.template
    made = entering_workbook(title, columns, rows)
    return send_file(io.BytesIO(made), mimetype=XLSX, download_name=f"{name}.xlsx", max_age=0)


def drawn_cells(cells: Mapping[str, str]) -> str:
    """Return what a row held when it was drawn, for its hidden field."""
    return json.dumps(dict(cells), ensure_ascii=False)
