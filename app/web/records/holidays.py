"""Generated records of days off: every term counted in working days leaves them out."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from app.db.holidays import Holiday
from app.web.records.base import Records
from app.web.records.bodies import NAME
from app.web.records.typed import PortalInterface
from app.words.numbers import day


class HolidayRecords(Records):
    datamodel = PortalInterface(Holiday)
    list_title, add_title = lazy_gettext("Days off"), lazy_gettext("Add a day off")
    edit_title, show_title = lazy_gettext("Change a day off"), lazy_gettext("Day off")
    list_columns = show_columns = add_columns = edit_columns = ["day", "name"]
    search_columns = ["day"]
    base_order = ("day", "asc")
    label_columns = {"day": lazy_gettext("Day"), "name": NAME}
    description_columns = {
        "day": lazy_gettext("Terms in working days begun from now on leave it out; what runs already keeps its end."),
    }
    unique = {("day",): "holiday_exists"}
    fields_of_refusals = {"holiday_exists": "day"}
    list_hint = lazy_gettext("Saturdays and Sundays never count; a day worked in exchange does not either.")
    empty_words = lazy_gettext("Days off of the state, by its calendar: 01/01, Tết, 30/4, 01/5, 02/9 …")

    def title_of(self, item: Any) -> str:
        return f"{day(item.day)} {item.name}"
