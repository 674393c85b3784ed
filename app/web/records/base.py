"""What every generated list and form shares: one look, search without accents, refusals said at the field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import ModelView, expose, has_access
from flask_appbuilder.exceptions import DatabaseException
from flask_appbuilder.models.filters import BaseFilter
from flask_babel import gettext
from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError

from app.domain.errors import Conflict, DomainError, Forbidden, InputInvalid
from app.domain.policy import Permission
from app.web.access import FRAMEWORK_ROUTES
from app.web.errors import status_of
from app.web.records.dependents import refuse_used
from app.web.records.fields import add_error
from app.web.records.filters import LARGEST, WithinScope
from app.web.records.listing import asked_of
from app.web.records.turns import hold, take_turn
from app.web.records.typed import form_of
from app.words.refusals import sentence


class ContainsWithoutAccents(BaseFilter):
    """Find "cải cách" by "cai cach", in the stored copy without accents."""

    name = "words"
    arg_name = None

    def apply(self, query: Any, value: str) -> Any:
        return query.filter(self.model.search_name.contains(value, autoescape=True))


class Records(ModelView):
    """A generated view in the portal's look. A refusal of the domain or the database never loses what was typed."""

    list_template = "records/list.html"
    add_template = edit_template = "records/form.html"
    show_template = "records/show.html"
    page_size = 50
    add_form: Any = None
    edit_form: Any = None
    #: said where the list is empty: what these rows are for, and how the first comes to be
    empty_words: object = ""
    #: said under the title of the list
    list_hint: object = ""
    #: how the words typed into the search box are looked for
    quick_filter: type[BaseFilter] = ContainsWithoutAccents
    #: columns in which no two rows are the same → the refusal, said at the last of them
    unique: ClassVar[Mapping[tuple[str, ...], str]] = {}
    #: code of a refusal → the form's field it is said at
    fields_of_refusals: Mapping[str, str] = {}
    #: tables of pairs that go with the row: the units a group holds
    owns: ClassVar[frozenset[str]] = frozenset()
    #: (view's name, its column that points here) of the rows shown under this one
    parts: ClassVar[tuple[tuple[str, str], ...]] = ()

    def _init_properties(self) -> None:
        needed = FRAMEWORK_ROUTES.get(type(self).__name__)
        if isinstance(needed, Permission):
            self.base_filters = [["id", WithinScope, needed]]
        super()._init_properties()

    def _init_forms(self) -> None:
        """Build the two forms from our own field types; the search is `listing`'s."""
        self.add_form = self.add_form or form_of(self, self.add_columns)
        self.edit_form = self.edit_form or form_of(self, self.edit_columns)

    # ── what a view may say of itself

    def check(self, item: Any, *, new: bool) -> None:
        """Refuse, by a DomainError, what must not be saved; the place for a view's own invariants."""

    def may_delete(self, item: Any) -> None:
        """Refuse, by a DomainError, a deletion that would break an invariant."""

    def why_fixed(self, item: Any) -> DomainError | None:  # noqa: ARG002 - for views to answer
        """Return why a row can no longer be changed here: a frozen set, an open campaign."""
        return None

    def roots_of(self, item: Any) -> Iterable[Any]:  # noqa: ARG002
        """Return the rows whose state decides whether `item` may change; they are held while it is saved."""
        return ()

    def choice_of(self, column: str) -> Select[Any]:
        """Return what a form offers for a relation, in the order people look for it."""
        other = self.datamodel.get_related_model(column)
        return select(other).order_by(getattr(other, "code", other.id), other.id)

    def filter_choices(self, column: str, offered: Any) -> Any:  # noqa: ARG002
        """Return what a filter of the list offers for a column."""
        return offered.choices()

    def title_of(self, item: Any) -> str:
        return str(item)

    def extra_of(self, item: Any) -> dict[str, Any]:  # noqa: ARG002
        """Return what the page of one row shows beside its columns."""
        return {}

    def preset(self) -> dict[str, Any]:
        """Return what a new row begins with, by the address: the campaign one comes from."""
        return {}

    def after_saving(self, item: Any) -> str:
        """Return where a saved row leads."""
        return url_for(f"{type(self).__name__}.show", pk=item.id)

    # ── pages

    @expose("/list/")
    @has_access
    def list(self) -> ResponseReturnValue:
        asked = asked_of(self)
        filters = asked.filters.get_joined_filters(self._base_filters)
        column, direction = asked.order
        count, rows = self.datamodel.query(filters, column, direction, asked.page, self.page_size)
        if asked.page and not rows:
            asked.page = max(0, (count - 1) // self.page_size)
            count, rows = self.datamodel.query(filters, column, direction, asked.page, self.page_size)
        return self._page(self.list_template, self.list_title, asked=asked, rows=rows, count=count)

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        item = self._found(pk)
        return self._page(self.show_template, self.show_title, item=item, fixed=self._fixed_words(item))

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> ResponseReturnValue:
        if request.method == "GET":
            return self._form(self.add_form(data=self.preset()), None)
        take_turn(self.datamodel.session)
        form = self.add_form.refresh()
        if form.validate():
            item = self.datamodel.obj()
            if self._kept(form, item, new=True):
                flash(gettext("Added."), "success")
                return redirect(self.after_saving(item))
        return self._refused(form, None)

    @expose("/edit/<pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> ResponseReturnValue:
        if request.method == "POST":
            take_turn(self.datamodel.session)
        item = self._found(pk)
        if (fixed := self.why_fixed(item)) is not None:
            return self._fixed(item, fixed)
        form = self.edit_form.refresh(obj=item)
        if request.method == "GET":
            return self._form(form, item)
        if form.validate() and self._kept(form, item, new=False):
            flash(gettext("Saved."), "success")
            return redirect(self.after_saving(item))
        return self._refused(form, pk)

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk: str) -> ResponseReturnValue:
        """Delete by a form alone: no link deletes anything."""
        session = self.datamodel.session
        take_turn(session)
        item = self._found(pk)
        try:
            with session.no_autoflush:
                self._hold(item)
                self.may_delete(item)
                refuse_used(session, item, self.owns)
            self.datamodel.delete(item)
        except DomainError as refused:
            session.rollback()
            return self._fixed(self._found(pk), refused)
        except (SQLAlchemyError, DatabaseException):
            session.rollback()
            return self._fixed(self._found(pk), InputInvalid("row_refused"))
        flash(gettext("Deleted."), "success")
        return redirect(url_for(f"{type(self).__name__}.list"))

    # ── how they are done

    def _page(self, template: str, title: object, **given: Any) -> str:
        page: str = self.render_template(template, title=title, view=self, name=type(self).__name__, **given)
        return page

    def _form(self, form: Any, item: Any) -> str:
        return self._page(self.edit_template, self.edit_title if item else self.add_title, form=form, item=item)

    def _refused(self, form: Any, pk: str | None) -> ResponseReturnValue:
        """Draw the form again with what was typed; the turn is given back."""
        self.datamodel.session.rollback()
        return self._form(form, None if pk is None else self._found(pk)), getattr(form, "status", 422)

    def _fixed(self, item: Any, refused: DomainError) -> ResponseReturnValue:
        """Answer with the row itself and the reason why it stays as it is."""
        words = sentence(refused)
        status = status_of(refused) if request.method == "POST" else 200
        return self._page(self.show_template, self.show_title, item=item, fixed=words), status

    def _fixed_words(self, item: Any) -> str:
        fixed = self.why_fixed(item)
        return "" if fixed is None else sentence(fixed)

    def _found(self, pk: Any) -> Any:
        """Return the row, if there is one and it is this account's to see."""
        text = str(pk)
        known = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST)) and int(text) <= LARGEST
        item = self.datamodel.get(int(text), self._base_filters) if known else None
        if item is None:
            abort(404)
        return item

    def _kept(self, form: Any, item: Any, *, new: bool) -> bool:
        """Save, or say at the field why not. What is checked is what is saved: nobody else writes in between."""
        session = self.datamodel.session
        try:
            with session.no_autoflush:
                if not new:
                    self._hold(item)
                form.populate_obj(item)
                if new:
                    self._hold(item)
                self._refuse_twice(item)
                self.check(item, new=new)
            if new:
                self.datamodel.add(item)
            else:
                self.datamodel.edit(item)
        except DomainError as refused:
            self._say(form, refused)
            return False
        except (SQLAlchemyError, DatabaseException):
            self._say(form, InputInvalid("row_refused"))
            return False
        return True

    def _hold(self, item: Any) -> None:
        hold(self.datamodel.session, self.roots_of(item))
        if (fixed := self.why_fixed(item)) is not None:
            raise fixed

    def _refuse_twice(self, item: Any) -> None:
        model = self.datamodel.obj
        for columns, code in self.unique.items():
            values = {name: getattr(item, name) for name in columns}
            same = select(model.id).where(*(getattr(model, name) == value for name, value in values.items()))
            if any(number != item.id for number in self.datamodel.session.scalars(same)):
                raise InputInvalid(code, **values)

    def _say(self, form: Any, refused: DomainError) -> None:
        """Say a refusal at the field it is about; one about the row as a whole stands above the form."""
        form.status = status_of(refused)
        name = self.fields_of_refusals.get(refused.code, str(refused.details.get("field", "")))
        columns = next((names for names, code in self.unique.items() if code == refused.code), ())
        about = next((field for field in form if field.name in {name, *columns[-1:]}), None)
        if about is None or isinstance(refused, Conflict | Forbidden):
            form.form_errors.append(sentence(refused))
        else:
            add_error(about, sentence(refused))
