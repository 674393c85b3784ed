"""What every grid shares: rows in the account's reach, typed filters, cells saved together, refusals at the cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from flask import Response, abort, flash, g, jsonify, request
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.helpers import get_form_data
from flask_appbuilder.exceptions import DatabaseException
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from app.db import db
from app.db.search import unaccented
from app.domain.errors import Conflict, DomainError, InputInvalid
from app.domain.policy import Permission
from app.domain.spreadsheets import harmless
from app.web.access import FRAMEWORK_ROUTES
from app.web.clocks import clock
from app.web.desk.cells import Cell, cells_of
from app.web.desk.forms import DeskConverter, typed_text
from app.web.errors import status_of
from app.web.records.base import ContainsWithoutAccents
from app.web.records.fields import add_error
from app.web.records.filters import within_scope
from app.web.records.listing import asked_of
from app.web.records.shown import cell as in_words
from app.web.records.turns import hold, take_turn
from app.web.records.typed import PortalInterface
from app.web.records.values import NOTHING, record_value
from app.words import numbers
from app.words.refusals import sentence


class Grid(ModelView):
    """A generated grid in the portal's look. Reading and typing are those of the generated records."""

    datamodel: ClassVar[PortalInterface]
    title: object = ""
    list_hint: object = ""
    empty_words: object = ""
    #: routes of the library this grid answers
    offers: frozenset[str] = frozenset({"index_view", "edit_view", "export", "ajax_update"})
    list_columns: Sequence[str] = ()
    edit_columns: Sequence[str] = ()
    search_columns: Sequence[str] = ()
    order_columns: Sequence[str] = ()
    base_order: tuple[str, str] = ("id", "asc")
    label_columns: Mapping[str, object] = {}
    description_columns: Mapping[str, object] = {}
    validators_columns: Mapping[str, Sequence[Any]] = {}
    fields_of_refusals: Mapping[str, str] = {}
    unique: ClassVar[Mapping[tuple[str, ...], str]] = {}
    quick_filter = ContainsWithoutAccents

    list_template, create_template, edit_template = "desk/grid.html", "desk/form.html", "desk/form.html"
    form_base_class = FlaskForm
    model_form_converter = DeskConverter
    page_size = 150
    can_export = True

    def __init__(self, model: Any, session: Any, **named: Any) -> None:
        self.column_list = list(self.list_columns)
        self.column_labels = dict(self.label_columns)
        self.column_editable_list = list(self.edit_columns)
        super().__init__(model, session, **named)

    # ── what a grid says of itself

    def narrowed(self, query: Any) -> Any:
        """Return the rows this grid is about; what is not among them does not exist here."""
        return query

    def check(self, rows: Sequence[Any]) -> None:
        """Refuse, by a DomainError, what must not be saved. `rows` are those that change, as they would be."""

    def why_fixed(self, row: Any) -> DomainError | None:  # noqa: ARG002
        return None

    def roots_of(self, row: Any) -> Iterable[Any]:  # noqa: ARG002
        """Return the rows whose state decides whether `row` may change; they are held while it is saved."""
        return ()

    def choice_of(self, column: str) -> Select[Any]:
        other = self.datamodel.get_related_model(column)
        return select(other).order_by(getattr(other, "code", other.id), other.id)

    def filter_choices(self, column: str, offered: Any) -> Any:
        """Return what a filter offers for a column: of other rows only those this account may choose."""
        if not self.datamodel.is_relation(column):
            return offered.choices()
        return [(str(row.id), record_value(row)) for row in db.session.scalars(self.choice_of(column))]

    def place_of(self, row: Any) -> str:  # noqa: ARG002
        """Return what a row's choices depend on: the unit whose officers may be named."""
        return ""

    def preset(self) -> dict[str, Any]:
        return {}

    def beside(self, row: Any) -> tuple[str, str] | None:  # noqa: ARG002
        """Return address and words of what a grid cannot type: the page of a row's rule."""
        return None

    # ── what Flask-Admin asks

    def is_visible(self) -> bool:
        return False  # the one menu of the portal names the grids

    def _handle_view(self, name: str, **_named: Any) -> None:
        """Who may come here was asked by `access`; routes this grid does not offer do not exist."""
        if name not in self.offers:
            abort(404)
        if request.method == "POST":
            take_turn(db.session)

    def get_query(self) -> Any:
        needed = FRAMEWORK_ROUTES[self.endpoint]
        assert isinstance(needed, Permission)
        return self.narrowed(within_scope(db.session.query(self.model), self.model, needed))

    def get_one(self, id: Any) -> Any:  # noqa: A002 - the library's signature
        """Return the row, if there is one and it is this account's. The list's filter guards no row by itself."""
        text = str(id)
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            abort(404)
        row = self.get_query().filter(self.model.id == int(text)).first()
        if row is None:
            abort(404)
        return row

    def asked(self) -> Any:
        if "desk_asked" not in g:
            g.desk_asked = asked_of(self)
        return g.desk_asked

    def get_list(self, page: Any, sort_column: Any, sort_desc: Any, search: Any, filters: Any, **named: Any) -> Any:  # noqa: ARG002
        """Return count and rows as the address asks; `page_size=0` returns them all."""
        asked = self.asked()
        query = asked.filters.apply_all(self.get_query())
        count = query.order_by(None).count()
        column, direction = asked.order
        order = getattr(self.model, column)
        shown = [name for name in self.list_columns if self.datamodel.is_relation_many_to_one(name)]
        query = query.options(*(joinedload(getattr(self.model, name)) for name in shown))
        query = query.order_by(order.desc() if direction == "desc" else order, self.model.id)
        size = named.get("page_size")
        if size:
            asked.page = min(asked.page, max(0, (count - 1) // size))
            query = query.limit(size).offset(asked.page * size)
        return count, query.all()

    def list_form(self, obj: Any = None) -> Any:
        """Return no form for a row of the list: its cells are drawn from the row itself."""
        return None if obj is not None else super().list_form()

    def scaffold_list_form(self, widget: Any = None, validators: Any = None) -> Any:  # noqa: ARG002
        return self.get_form()

    def create_form(self, obj: Any = None) -> Any:  # noqa: ARG002
        return self._create_form_class(get_form_data(), data=self.preset())

    def create_model(self, form: Any) -> Any:
        return self._kept(form, self.build_new_instance())

    def update_model(self, form: Any, model: Any) -> bool:
        return bool(self._kept(form, model))

    def delete_model(self, model: Any) -> bool:
        try:
            self._hold([model])
            self.datamodel.delete(model)
        except DomainError as refused:
            db.session.rollback()
            flash(sentence(refused), "error")
            return False
        except (SQLAlchemyError, DatabaseException):
            db.session.rollback()
            flash(sentence(InputInvalid("row_refused")), "error")
            return False
        return True

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        return self._answered(super().create_view())

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        return self._answered(super().edit_view())

    def _answered(self, answer: Any) -> Any:
        refused = request.method == "POST" and isinstance(answer, str)
        return (answer, g.get("desk_status", 422)) if refused else answer

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Any:
        """Answer with a file a Vietnamese spreadsheet opens by itself: UTF-8 with its mark, figures with a comma."""
        if export_type != "csv":
            abort(404)
        _count, rows = self.get_list(0, None, None, None, None, page_size=0)
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow([str(self.label_columns.get(name, name)) for name in self.list_columns])
        for row in rows:
            words = [in_words(name, row) for name in self.list_columns]
            writer.writerow(["" if word == NOTHING else harmless(word) for word in words])
        name = unaccented(str(self.title)).replace(" ", "-")  # ASCII: some systems still lose other letters
        headers = {"Content-Disposition": f"attachment; filename={name}.csv"}
        return Response("\ufeff" + file.getvalue(), headers=headers, mimetype="text/csv")

    # ── cells in place

    def cell(self, row: Any, column: str) -> dict[str, str]:
        """Return how one cell is drawn: in words, and as it would be typed."""
        return {"text": in_words(column, row), "value": typed_text(getattr(row, column))}

    def cell_choices(self, column: str) -> list[tuple[str, str, str]] | None:
        """Return (value, words, place) of what a cell is chosen from; None where it is typed."""
        if not self.datamodel.is_relation(column):
            return None
        return [
            (str(row.id), record_value(row), self.place_of(row)) for row in db.session.scalars(self.choice_of(column))
        ]

    @expose("/ajax/update/", methods=("POST",))
    def ajax_update(self) -> Any:
        """Save cells together, all or none: two maxima that only fit each other are two cells of one request."""
        try:
            cells = cells_of(request.form, self.edit_columns)
            rows = {cell.row: self.get_one(cell.row) for cell in cells}
            problems = self._written(cells, rows)
        except DomainError as refused:
            db.session.rollback()
            return jsonify(problems={}, note=sentence(refused)), status_of(refused)
        if problems:
            db.session.rollback()
            worst = 409 if any(isinstance(problem, Conflict) for problem in problems.values()) else 422
            said = {name: sentence(problem) for name, problem in problems.items()}
            now = {cell.name: self.cell(self.get_one(cell.row), cell.column) for cell in cells}
            return jsonify(problems=said, now=now), worst
        saved = {cell.name: self.cell(rows[cell.row], cell.column) for cell in cells}
        at = numbers.time_of_day(clock().read(db.session))
        return jsonify(saved=saved, words=gettext("Saved at %(time)s", time=at))

    def _written(self, cells: Sequence[Cell], rows: Mapping[str, Any]) -> dict[str, DomainError]:
        """Write the cells and commit; return what stands against them, by cell."""
        problems: dict[str, DomainError] = {}
        with db.session.no_autoflush:
            self._hold(rows.values())
            for cell in cells:
                if (problem := self._read(cell, rows[cell.row])) is not None:
                    problems[cell.name] = problem
            if problems:
                return problems
            try:
                self._check(list(rows.values()))
                self.datamodel.edit(next(iter(rows.values())))  # commits every row of the session
            except DomainError as refused:
                column = self.fields_of_refusals.get(refused.code, "")
                at = [cell.name for cell in cells if cell.column == column] or [cell.name for cell in cells]
                return dict.fromkeys(at, refused)
            except (SQLAlchemyError, DatabaseException):
                return {cell.name: InputInvalid("row_refused") for cell in cells}
        return {}

    def _read(self, cell: Cell, row: Any) -> DomainError | None:
        """Put one cell's text into its row, or return why not."""
        now = typed_text(getattr(row, cell.column))
        if cell.was is not None and now not in {cell.was, cell.text}:
            return Conflict("cell_changed", now=in_words(cell.column, row))
        form = self._list_form_class(MultiDict({cell.column: cell.text}), meta={"csrf": False})
        field = form[cell.column]
        if not field.validate(form):
            return _Said(str(field.errors[0]))
        field.populate_obj(row, cell.column)
        return None

    # ── saving

    def _hold(self, rows: Iterable[Any]) -> None:
        for row in rows:
            hold(db.session, self.roots_of(row))
            if (fixed := self.why_fixed(row)) is not None:
                raise fixed

    def _check(self, rows: Sequence[Any]) -> None:
        for row in rows:
            self._refuse_twice(row)
        self.check(rows)

    def _refuse_twice(self, row: Any) -> None:
        for columns, code in self.unique.items():
            values = [getattr(row, name) for name in columns]
            same = select(self.model.id).where(
                *(getattr(self.model, name) == value for name, value in zip(columns, values, strict=True))
            )
            if any(number != row.id for number in db.session.scalars(same)):
                raise InputInvalid(code)

    def _kept(self, form: Any, row: Any) -> Any:
        """Save a form, or say at the field why not and keep what was typed."""
        try:
            with db.session.no_autoflush:
                form.populate_obj(row)
                self._hold([row])
                self._check([row])
            self.datamodel.add(row)
        except DomainError as refused:
            self._say(form, refused)
            return False
        except (SQLAlchemyError, DatabaseException):
            self._say(form, InputInvalid("row_refused"))
            return False
        return row

    def _say(self, form: Any, refused: DomainError) -> None:
        db.session.rollback()
        g.desk_status = status_of(refused)
        name = self.fields_of_refusals.get(refused.code, "")
        if name in form:
            add_error(form[name], sentence(refused))
        else:
            form.form_errors.append(sentence(refused))


class _Said(InputInvalid):
    """What a form's field says against a text, in words already."""

    def __init__(self, words: str) -> None:
        super().__init__("field_refused", words=words)
