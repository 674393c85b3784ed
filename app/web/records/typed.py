"""The columns FAB does not know: exact points, instants in Vietnam time, closed vocabularies. One form field for each.

FAB would build an IntegerField for points (they are stored as a count of ten-thousandths), ask for ISO instants, and
show the English values of a vocabulary.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from flask_appbuilder.fields import QuerySelectField, QuerySelectMultipleField
from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from sqlalchemy import Select
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import Select as SelectWidget

from app.db.columns import Points
from app.web.labels import VOCABULARIES
from app.web.records.fields import DayField, InstantField, PointsField, WordsField
from app.web.records.filters import TypedFilters
from app.web.records.values import record_value


class PortalInterface(SQLAInterface):
    """FAB's view of a table, that knows points from whole numbers."""

    filter_converter_class = TypedFilters

    def is_points(self, name: str) -> bool:
        return name in self.list_columns and isinstance(self.list_columns[name].type, Points)

    def is_integer(self, name: str) -> bool:
        return super().is_integer(name) and not self.is_points(name)


def tidy(text: str | None) -> str | None:
    """One line: outer blanks off, composed letters, so that the same name is the same text."""
    return None if text is None else " ".join(unicodedata.normalize("NFC", text.replace("\x00", "")).split())


def plain_lines(text: str | None) -> str | None:
    """Browsers send CR LF; a paper's own words are kept letter for letter, with their own line ends."""
    return None if text is None else text.replace("\r\n", "\n").replace("\x00", "")


class ChoiceOfRow(QuerySelectField):
    """One row of a related table. Nothing is chosen beforehand: the first account is nobody's choice."""

    widget = SelectWidget()

    def __init__(self, *arguments: Any, needed: bool, **named: Any) -> None:
        super().__init__(*arguments, **named, allow_blank=True, blank_text="–")
        self.flags.required = self._needed = needed

    def pre_validate(self, form: Any) -> None:
        if self._needed and self.data is None:
            raise ValidationError(gettext("Choose one."))
        super().pre_validate(form)


def form_of(view: Any, columns: list[str]) -> type[DynamicForm]:
    """Return a form over `columns` of the view's table, in their order."""
    return type("RecordForm", (DynamicForm,), {name: field_of(view, name) for name in columns})


def field_of(view: Any, name: str) -> Any:
    """Return the form field of one column or relation, as the view labels it; FAB and Flask-Admin share them."""
    given = {"label": view.label_columns.get(name, name), "description": view.description_columns.get(name, "")}
    if view.datamodel.is_relation(name):
        return _relation(view, name, given)
    return _simple(view, name, given)


def _relation(view: Any, name: str, given: dict[str, Any]) -> Any:
    def rows() -> list[Any]:
        statement: Select[Any] = view.choice_of(name)
        return list(view.datamodel.session.scalars(statement))

    common = {**given, "query_func": rows, "get_pk_func": lambda row: row.id, "get_label": record_value}
    if view.datamodel.is_relation_many_to_one(name):
        return ChoiceOfRow(**common, needed=not view.datamodel.is_nullable(name))
    return QuerySelectMultipleField(**common, validators=[Optional()])


def _simple(view: Any, name: str, given: dict[str, Any]) -> Any:
    column = view.datamodel.list_columns[name]
    for kind, build in FIELDS:
        if getattr(view.datamodel, kind)(name):
            default = view.datamodel.get_col_default(name)
            checks = [*view.validators_columns.get(name, [])]
            return build(column, {**given, "default": default}, checks)
    raise TypeError(f"{column}: no form field for this type")


def _required(column: Any, checks: list[Any], check: type = InputRequired) -> list[Any]:
    return [Optional() if column.nullable else check(), *checks]


def _words(column: Any, given: dict[str, Any], checks: list[Any]) -> Any:
    vocabulary = column.type.enum_class
    words = VOCABULARIES.get(vocabulary, {})
    return WordsField(**given, validators=checks, vocabulary=vocabulary, words=words, optional=column.nullable)


def _string(column: Any, given: dict[str, Any], checks: list[Any]) -> Any:
    empty = column.nullable or column.default is not None
    first = Optional() if empty else DataRequired()
    return StringField(**given, filters=[tidy], validators=[first, Length(max=column.type.length or -1), *checks])


def _text(column: Any, given: dict[str, Any], checks: list[Any]) -> Any:
    first = Optional() if column.nullable or column.default is not None else DataRequired()
    return TextAreaField(**given, filters=[plain_lines], validators=[first, *checks], render_kw={"rows": 3})


def _boolean(column: Any, given: dict[str, Any], checks: list[Any]) -> Any:  # noqa: ARG001 - one shape for all
    return BooleanField(**given, validators=checks)


def _asked(field: type) -> Callable[[Any, dict[str, Any], list[Any]], Any]:
    return lambda column, given, checks: field(**given, validators=_required(column, checks))


#: question of the interface → how the field is built; a vocabulary is a string too, and a text one
FIELDS: tuple[tuple[str, Callable[[Any, dict[str, Any], list[Any]], Any]], ...] = (
    ("is_enum", _words),
    ("is_points", _asked(PointsField)),
    ("is_datetime", _asked(InstantField)),
    ("is_date", _asked(DayField)),
    ("is_boolean", _boolean),
    ("is_integer", _asked(IntegerField)),
    ("is_text", _text),
    ("is_string", _string),
)
