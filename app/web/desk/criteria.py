"""The grid of one draft set's criteria: code, title, maximum and agency; never the rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from flask import redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Select, select

from app.db import db
from app.db.criteria import CriteriaSet, Criterion
from app.db.queries.trees import criterion_ids, nodes_of_set
from app.domain.criteria import Node, tree_problems
from app.domain.errors import DomainError
from app.domain.rule_checks import check_rule
from app.domain.rule_codec import rule_from_json
from app.domain.terms import SetStatus
from app.web.desk.grid import Grid
from app.web.records.criteria import CriterionRecords, holders, why_frozen
from app.web.records.listing import address
from app.web.records.typed import PortalInterface


class CriteriaGrid(Grid):
    """Cells of a tree are saved together, so that maxima which only sum after both changed can change."""

    datamodel = PortalInterface(Criterion)
    title = lazy_gettext("Criteria of a draft")
    list_hint = lazy_gettext(
        "Only sets that no campaign has opened on. A maximum that breaks the sum of its branch waits, in red, "
        "until the one that mends it is typed: both are saved together."
    )
    empty_words = lazy_gettext("There is no draft set. A new version of a set begins as one.")
    list_columns = ("code", "title", "maximum", "agency", "scored_by")
    edit_columns = form_columns = ("code", "title", "maximum", "agency")
    search_columns = ("criteria_set", "maximum", "scored_by", "agency")
    order_columns = ("code", "maximum", "position")
    base_order = ("position", "asc")
    label_columns = CriterionRecords.label_columns
    fields_of_refusals = {**CriterionRecords.fields_of_refusals, "code_twice": "code", "code_unreadable": "code"}
    can_create = can_delete = False

    def narrowed(self, query: Any) -> Any:
        return query.join(CriteriaSet, Criterion.set_id == CriteriaSet.id).filter(CriteriaSet.status == SetStatus.DRAFT)

    @expose("/")
    def index_view(self) -> Any:
        """List one set: the trees of several would stand row by row between each other."""
        if not request.args.get("criteria_set"):
            newest = db.session.scalars(self.choice_of("criteria_set").limit(1)).first()
            if newest is not None:
                return redirect(self.get_url(".index_view") + address(criteria_set=newest.id))
        return super().index_view()

    def choice_of(self, column: str) -> Select[Any]:
        if column == "criteria_set":
            return select(CriteriaSet).where(CriteriaSet.status == SetStatus.DRAFT).order_by(CriteriaSet.id.desc())
        return super().choice_of(column)

    def why_fixed(self, row: Any) -> DomainError | None:
        return why_frozen(row.criteria_set)

    def beside(self, row: Any) -> tuple[str, str] | None:
        if row.rule is None:
            return None
        return url_for("rule_editor.show", criterion_id=row.id), str(gettext("Change how it is scored"))

    def roots_of(self, row: Any) -> Iterable[Any]:
        return holders(db.session, row.criteria_set)

    def check(self, rows: Sequence[Any]) -> None:
        for number in {row.set_id for row in rows}:
            for problem in tree_problems(_as_changed(number, [row for row in rows if row.set_id == number])):
                raise problem
        for row in rows:
            if row.rule is not None:
                check_rule(rule_from_json(row.rule), row.maximum)


def _as_changed(set_id: int, rows: Sequence[Any]) -> list[Node]:
    """Return the nodes of a set as they will be once `rows` are saved."""
    stored = {number: code for code, number in criterion_ids(db.session, set_id).items()}
    changed = {stored[row.id]: row for row in rows}
    codes = {code: row.code for code, row in changed.items()}
    nodes = []
    for node in nodes_of_set(db.session, set_id):
        above = None if node.parent is None else codes.get(node.parent, node.parent)
        row = changed.get(node.code)
        now = {} if row is None else {"code": row.code, "title": row.title, "maximum": row.maximum}
        nodes.append(replace(node, parent=above, **now))
    return nodes
