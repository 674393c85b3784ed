"""Generated records of the items of bonus and penalty, and of what criteria cite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from flask import request
from flask_appbuilder.models.filters import BaseFilter
from flask_babel import lazy_gettext
from sqlalchemy import Select, select

from app.db.adjustment_items import AdjustmentItem
from app.db.criteria import CriteriaSet, Criterion
from app.db.criterion_bases import CriterionBasis
from app.db.identity import LegalBasis
from app.domain.adjustments import ItemMeasure, check_item, steps_text
from app.domain.errors import DomainError, InputInvalid
from app.domain.terms import SetStatus
from app.web.records.base import Records
from app.web.records.bodies import CODE
from app.web.records.campaigns import OfCampaign
from app.web.records.criteria import holders, why_frozen
from app.web.records.typed import PortalInterface

_BY_STEPS = frozenset({ItemMeasure.COUNT, ItemMeasure.PERCENT})


class AdjustmentItemRecords(OfCampaign):
    """Items of a draft campaign; once it is open they are read-only."""

    datamodel = PortalInterface(AdjustmentItem)
    list_title, add_title = lazy_gettext("Items of bonus and penalty"), lazy_gettext("Add an item")
    edit_title, show_title = lazy_gettext("Change an item"), lazy_gettext("Item")
    list_columns = ["campaign", "code", "kind", "text", "measure", "points", "steps", "cap", "once"]
    show_columns = list_columns
    add_columns = ["campaign", "kind", "code", "text", "measure", "points", "steps", "cap", "once"]
    edit_columns = ["kind", "code", "text", "measure", "points", "steps", "cap", "once"]
    search_columns = ["campaign", "kind", "measure", "once"]
    base_order = ("code", "asc")
    label_columns = {
        "campaign": lazy_gettext("Campaign"),
        "kind": lazy_gettext("Kind"),
        "code": CODE,
        "text": lazy_gettext("The decision's own words"),
        "measure": lazy_gettext("Measured by"),
        "points": lazy_gettext("Points, or points a case"),
        "steps": lazy_gettext("Steps"),
        "cap": lazy_gettext("At most (points)"),
        "once": lazy_gettext("Counts once a year"),
    }
    description_columns = {
        "code": lazy_gettext("As the decision numbers it: 4.1a"),
        "text": lazy_gettext("Letter for letter."),
        "points": lazy_gettext("For a fact, or for each case. 0 beside steps."),
        "steps": lazy_gettext("One a line, for a count or a share: >30: 1 is above 30, >=10: 1 from 10 on."),
        "cap": lazy_gettext("Of all its cases in a year. Empty: no cap."),
        "once": lazy_gettext("However often it is found in a year, it counts the once."),
    }
    unique: ClassVar[Mapping[tuple[str, ...], str]] = {("campaign", "code"): "item_exists"}
    fields_of_refusals = {"item_exists": "code"}
    empty_words = lazy_gettext("What the decision adds or takes off beside the criteria. Many campaigns have none.")

    def title_of(self, item: Any) -> str:
        return str(item.code)

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        item.points = item.points if item.points is not None and item.measure not in _BY_STEPS else Decimal(0)
        item.steps = item.steps if item.measure in _BY_STEPS else ""
        read = item.read()
        check_item(read)
        item.steps = steps_text(read.steps)


class OfCriterionFilter(BaseFilter):
    """Find a citation by its criterion."""

    name = "words"
    arg_name = None

    def apply(self, query: Any, value: str) -> Any:
        return query.filter(CriterionBasis.criterion.has(Criterion.search_name.contains(value, autoescape=True)))


class CriterionBasisRecords(Records):
    """What a criterion of a draft set cites, with the words printed beside it."""

    datamodel = PortalInterface(CriterionBasis)
    quick_filter = OfCriterionFilter
    list_title, add_title = lazy_gettext("Legal bases of criteria"), lazy_gettext("Add a citation")
    edit_title, show_title = lazy_gettext("Change a citation"), lazy_gettext("Citation")
    list_columns = show_columns = ["criterion", "legal_basis", "printed"]
    add_columns = ["criterion", "legal_basis", "printed"]
    edit_columns = ["legal_basis", "printed"]
    search_columns = ["legal_basis"]
    base_order = ("id", "asc")
    label_columns = {
        "criterion": lazy_gettext("Criterion"),
        "legal_basis": lazy_gettext("Legal basis"),
        "printed": lazy_gettext("As printed beside the criterion"),
    }
    description_columns = {"printed": lazy_gettext("Which point, clause, article of it; empty for the whole document.")}
    fields_of_refusals = {"basis_cited_twice": "printed"}
    empty_words = lazy_gettext("Documents the criterion rests on. The sheet names what replaced them since.")

    def why_fixed(self, item: Any) -> DomainError | None:
        return None if item.criterion is None else why_frozen(item.criterion.criteria_set)

    def roots_of(self, item: Any) -> Iterable[Any]:
        return () if item.criterion is None else holders(self.datamodel.session, item.criterion.criteria_set)

    def choice_of(self, column: str) -> Select[Any]:
        if column == "criterion":
            drafts = select(CriteriaSet.id).where(CriteriaSet.status == SetStatus.DRAFT)
            rows = select(Criterion).where(Criterion.set_id.in_(drafts))
            return rows.order_by(Criterion.set_id.desc(), Criterion.position)
        return select(LegalBasis).order_by(LegalBasis.issued_on.desc(), LegalBasis.number)

    def preset(self) -> dict[str, Any]:
        number = request.args.get("criterion", "")
        rows = self.datamodel.session.scalars(self.choice_of("criterion"))
        return {"criterion": next((row for row in rows if str(row.id) == number), None)}

    def title_of(self, item: Any) -> str:
        return f"{item.criterion.code}: {item.legal_basis.number}"

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        item.printed = item.printed or ""
        session = self.datamodel.session
        same = select(CriterionBasis.id).where(
            CriterionBasis.criterion_id == item.criterion.id,
            CriterionBasis.legal_basis_id == item.legal_basis.id,
            CriterionBasis.printed == item.printed,
        )
        if any(number != item.id for number in session.scalars(same)):
            raise InputInvalid("basis_cited_twice", number=item.legal_basis.number)
