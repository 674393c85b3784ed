"""One generated list as asked for in the address: words, filters, order, page; each read or refused, never a fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_appbuilder.models.filters import Filters

from app.db.search import unaccented
from app.domain.errors import InputInvalid
from app.web.records.filters import TypedFilter
from app.words.refusals import sentence

WORDS, ORDER, PAGE = "q", "order", "page"


@dataclass(slots=True)
class Control:
    """A filter as drawn: `shown` is what it is set to, in words; empty while it is not set."""

    name: str
    label: str
    kind: str
    value: str
    choices: Sequence[tuple[str, str]] = ()
    problem: str = ""

    @property
    def shown(self) -> str:
        return dict(self.choices).get(self.value, self.value)


@dataclass(slots=True)
class Asked:
    """What the address asks of a list."""

    filters: Filters
    controls: list[Control] = field(default_factory=list)
    words: str = ""
    order: tuple[str, str] = ("", "")
    page: int = 0

    @property
    def narrowed(self) -> list[Control]:
        return [control for control in self.controls if control.value]


def asked_of(view: Any) -> Asked:
    """Read the address; a filter that cannot be read is named beside its control and narrows nothing."""
    # fresh for each request: FAB keeps one set of filters for all threads of a view
    asked = Asked(filters=view.datamodel.get_filters(view.search_columns))
    asked.words = unaccented(_typed(WORDS))[:100]
    if asked.words:
        asked.filters.add_filter("id", view.quick_filter, asked.words)
    for column in view.search_columns:
        for offered in asked.filters.get_search_filters().get(column, []):
            asked.controls.append(_control(view, asked, column, offered))
    asked.order = _order(view)
    page = request.args.get(PAGE, "1")
    asked.page = int(page) - 1 if page.isascii() and page.isdigit() and len(page) < 8 and int(page) > 0 else 0
    return asked


def _typed(name: str) -> str:
    """Return what stands in the address; NUL is no letter, and PostgreSQL takes none."""
    return request.args.get(name, "").replace("\x00", "")


def _control(view: Any, asked: Asked, column: str, offered: TypedFilter) -> Control:
    name = f"{column}{offered.suffix}"
    value = " ".join(_typed(name).split())[:100]
    label = str(view.label_columns.get(column, column))
    if offered.suffix:
        label = f"{label} ({offered.name})"
    control = Control(name, label, offered.kind, value, view.filter_choices(column, offered))
    if value:
        try:
            asked.filters.add_filter(column, type(offered), offered.read(value))
        except InputInvalid as refused:
            control.problem = sentence(refused)
    return control


def _order(view: Any) -> tuple[str, str]:
    wanted = request.args.get(ORDER, "")
    direction, column = ("desc", wanted[1:]) if wanted.startswith("-") else ("asc", wanted)
    return (column, direction) if column in view.order_columns else tuple(view.base_order)


def address(**more: Any) -> str:
    """Return this list's address with `more` in place of what it asked so far; None takes a part out."""
    parts = {**request.args.to_dict(), **more}
    return "?" + urlencode({name: value for name, value in parts.items() if value not in (None, "")})


def order_address(asked: Asked, column: str) -> str:
    """Return the address that orders by `column`, the other way round when it does so already."""
    turned = asked.order == (column, "asc")
    return address(**{ORDER: f"-{column}" if turned else column, PAGE: None})
