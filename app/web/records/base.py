"""What every generated list and form shares: one look, search without accents, refusals said at the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import ModelView, expose, has_access
from flask_appbuilder.exceptions import DatabaseException
from flask_appbuilder.models.sqla.filters import BaseFilter
from flask_appbuilder.urltools import get_filter_args, get_order_args, get_page_args
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError
from wtforms.validators import DataRequired, InputRequired

from app.db.base import Model
from app.db.search import unaccented
from app.domain.errors import DomainError, InputInvalid
from app.web.errors import sentence
from app.web.records.fields import add_error


class ContainsWithoutAccents(BaseFilter):
    """Find "cải cách" by "cai cach"."""

    name = lazy_gettext("Contains")
    arg_name = "search"

    def apply(self, query: Select[Any], value: str) -> Select[Any]:
        return query.where(self.model.search_name.contains(unaccented(value), autoescape=True))


class Records(ModelView):
    """A generated view in the portal's look. A refusal of the domain or the database never loses what was typed."""

    list_template = "records/list.html"
    add_template = edit_template = "records/form.html"
    show_template = "records/show.html"
    page_size = 50
    #: said where the list is empty: what these rows are for, and how the first comes to be
    empty_words: object = ""
    #: columns of a quick search without accents; empty where the table has no normalised copy
    quick_search = True
    #: code of a refusal → the form's field it is said at
    fields_of_refusals: Mapping[str, str] = {}

    def _list(self, **kwargs: Any) -> Any:
        name = type(self).__name__
        order, direction = get_order_args().get(name) or ("", "")
        get_filter_args(self._filters)
        quick, chosen, value = (request.args.get(each, "").strip() for each in ("q", "f", "v"))
        if quick and self.quick_search:
            self._filters.add_filter("search_name", ContainsWithoutAccents, quick)
        place, _, column = chosen.partition(":")
        typed = self._filters.get_search_filters()
        if value and place.isdigit() and column in typed and int(place) < len(typed[column]):
            self._filters.add_filter_index(column, int(place), value)
        widgets = self._get_list_widget(
            filters=self._filters,
            order_column=order,
            order_direction=direction,
            page=get_page_args().get(name),
            **kwargs,
        )
        self.update_redirect()
        return widgets

    def _add(self) -> Any:
        form = self._relaxed(self.add_form.refresh())
        if request.method == "POST" and form.validate():
            item = self.datamodel.obj()
            with self.datamodel.session.no_autoflush:
                form.populate_obj(item)
            if self._kept(form, item, new=True):
                flash(gettext("Added."), "success")
                return None
        return self._get_add_widget(form=form)

    def _edit(self, pk: Any) -> Any:
        item = self._found(pk)
        form = self._relaxed(self.edit_form.refresh(obj=item))
        form._id = self.datamodel.get_pk_value(item)  # noqa: SLF001 - FAB's uniqueness check reads it
        if request.method == "POST" and form.validate():
            with self.datamodel.session.no_autoflush:
                form.populate_obj(item)
            if self._kept(form, item, new=False):
                flash(gettext("Saved."), "success")
                return None
        return self._get_edit_widget(form=form)

    def _relaxed(self, form: Any) -> Any:
        """Ask for nothing that has a default: an unticked box is an answer, an empty note too."""
        columns = self.datamodel.obj.__table__.columns
        for field in form:
            column = columns.get(field.name)
            if column is not None and column.default is not None:
                field.validators = [
                    each for each in field.validators if not isinstance(each, DataRequired | InputRequired)
                ]
                field.flags.required = False
        return form

    def _found(self, pk: Any) -> Any:
        item = self.datamodel.get(pk, self._base_filters)
        if item is None:
            abort(404)
        return item

    def _kept(self, form: Any, item: Any, *, new: bool) -> bool:
        """Save, or say at the field why not."""
        session = self.datamodel.session
        try:
            with session.no_autoflush:
                self.check(item, new=new)
            if new:
                self.datamodel.add(item)
            else:
                self.datamodel.edit(item)
        except DomainError as refused:
            session.rollback()
            self._say(form, refused)
            return False
        except (SQLAlchemyError, DatabaseException):
            session.rollback()
            self._say(form, InputInvalid("row_refused"))
            return False
        return True

    def _say(self, form: Any, refused: DomainError) -> None:
        name = self.fields_of_refusals.get(refused.code, str(refused.details.get("field", "")))
        fields = [field for field in form if field.name == name] or [
            field for field in form if field.type != "CSRFTokenField"
        ]
        add_error(fields[0], sentence(refused))

    def check(self, item: Any, *, new: bool) -> None:
        """Refuse, by a DomainError, what must not be saved; the place for a view's own invariants."""

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk: Any) -> ResponseReturnValue:
        """Delete by a form alone: no link deletes anything."""
        self._delete(pk)
        return redirect(self.get_redirect())

    def _delete(self, pk: Any) -> None:
        item = self._found(pk)
        try:
            with self.datamodel.session.no_autoflush:
                self.may_delete(item)
                self._refuse_used(item)
            if self.datamodel.delete(item):
                flash(gettext("Deleted."), "success")
            else:
                flash(sentence(InputInvalid("row_refused")), "danger")
        except DomainError as refused:
            self.datamodel.session.rollback()
            flash(sentence(refused), "danger")
        self.update_redirect()

    def may_delete(self, item: Any) -> None:
        """Refuse, by a DomainError, a deletion that would break an invariant."""

    def _refuse_used(self, item: Any) -> None:
        """Name what still depends on the row. Raises InputInvalid("row_used")."""
        table, session = item.__table__, self.datamodel.session
        used = []
        for other in Model.metadata.sorted_tables:
            for key in other.foreign_keys:
                if key.column.table is not table or key.ondelete == "CASCADE":
                    continue
                if session.execute(select(other.c[key.parent.name]).where(key.parent == item.id).limit(1)).first():
                    used.append(other.name)
        if used:
            raise InputInvalid("row_used", by=", ".join(sorted(set(used))))
