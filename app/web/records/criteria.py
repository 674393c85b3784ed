"""Generated records of criteria: sets, their trees, the findings about the paper. A frozen set is read-only.

Every single save leaves a tree whose maxima sum. So one maximum alone never changes (its branch would no longer sum):
the page of maxima takes those of all leaves at once, and the branches follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.filters import BaseFilter
from flask_babel import lazy_gettext
from sqlalchemy import Select, select, update
from sqlalchemy.orm import contains_eager
from wtforms.validators import NumberRange

from app.db.campaigns import Campaign, GroupStage
from app.db.criteria import CriteriaSet, Criterion, CriterionFinding
from app.db.queries.trees import nodes_of_set
from app.domain.criteria import Node, tree_problems
from app.domain.errors import Conflict, DomainError, InputInvalid
from app.domain.rule_checks import check_rule
from app.domain.rule_codec import rule_from_json, rule_to_json
from app.domain.rules import JudgedRule
from app.domain.terms import CampaignStatus, SetStatus, Severity, Stage
from app.services.set_versions import versions_of
from app.web.access import current_actor
from app.web.records.base import Records
from app.web.records.bodies import CODE, NAME
from app.web.records.listing import address
from app.web.records.typed import PortalInterface


def why_frozen(criteria_set: CriteriaSet | None) -> DomainError | None:
    frozen = criteria_set is not None and criteria_set.status is SetStatus.FROZEN
    return Conflict("set_frozen", set=criteria_set.code) if frozen and criteria_set else None


def holders(session: Any, criteria_set: CriteriaSet | None) -> list[Any]:
    """Return the set and the campaigns that may open on it: an opening waits for us, or we for it."""
    if criteria_set is None or criteria_set.id is None:
        return []
    of_set = select(Campaign).join(GroupStage, GroupStage.campaign_id == Campaign.id)
    campaigns = session.scalars(of_set.where(GroupStage.set_id == criteria_set.id).distinct())
    return [*campaigns, criteria_set]


def with_new(session: Any, item: Any, nodes: list[Node]) -> list[Node]:
    """Give a new criterion 0 points, by judgement, at the end of its branch; return the nodes as they will be."""
    parent = item.parent
    if parent is not None and parent.set_id != item.criteria_set.id:
        raise InputInvalid("parent_of_other_set")
    if item.scored_by is None:
        raise InputInvalid("leaf_without_scorer", criterion=item.code)
    if parent is not None and parent.rule is not None:
        if parent.maximum:
            raise InputInvalid("parent_with_points", criterion=parent.code)
        parent.rule = parent.scored_by = None
    above = None if parent is None else parent.code
    item.rule, item.maximum, item.position = rule_to_json(JudgedRule()), Decimal(0), _last_place(nodes, above) + 1
    session.execute(
        update(Criterion)
        .where(Criterion.set_id == item.criteria_set.id, Criterion.position >= item.position)
        .values(position=Criterion.position + 1)
        .execution_options(synchronize_session=False)
    )
    made = Node(item.code, above, item.title, item.maximum, JudgedRule(), item.scored_by, item.position)
    before = [node for node in nodes if node.position < item.position]
    after = [replace(node, position=node.position + 1) for node in nodes if node.position >= item.position]
    opened = [replace(node, rule=None, scored_by=None) if node.code == above else node for node in before]
    return [*opened, made, *after]


def _last_place(nodes: list[Node], above: str | None) -> int:
    """Return the position of the last node at or below `above`; of the whole set at the top."""
    below = {above}
    last = 0
    for node in nodes:  # a parent stands before its children
        if above is None or node.code in below or node.parent in below:
            below.add(node.code)
            last = max(last, node.position)
    return last


class CriteriaSetRecords(Records):
    datamodel = PortalInterface(CriteriaSet)
    list_title, add_title = lazy_gettext("Criteria sets"), lazy_gettext("Add a criteria set")
    edit_title, show_title = lazy_gettext("Change a criteria set"), lazy_gettext("Criteria set")
    show_template = "records/criteria_set.html"
    list_template = "records/criteria_sets.html"
    list_columns = ["code", "version_number", "name", "year", "status", "frozen_at"]
    show_columns = [
        "code",
        "version_number",
        "name",
        "year",
        "status",
        "legal_basis",
        "previous",
        "reason",
        "notes",
        "content_sha256",
        "frozen_at",
    ]
    add_columns = edit_columns = ["code", "year", "name", "legal_basis", "notes"]
    search_columns = ["status", "year", "frozen_at"]
    base_order = ("id", "desc")
    label_columns = {
        "code": CODE,
        "version_number": lazy_gettext("Version"),
        "name": NAME,
        "year": lazy_gettext("Year"),
        "status": lazy_gettext("State"),
        "legal_basis": lazy_gettext("Legal basis"),
        "previous": lazy_gettext("Made from"),
        "reason": lazy_gettext("Reason of the version"),
        "notes": lazy_gettext("Notes"),
        "content_sha256": "SHA-256",
        "frozen_at": lazy_gettext("Frozen at"),
    }
    validators_columns = {"year": [NumberRange(2000, 2100)]}
    fields_of_refusals = {"code_exists": "code"}
    owns = frozenset({"criterion", "criterion_finding", "rule_example", "criterion_basis", "criterion_mapping"})
    empty_words = lazy_gettext("A set is the tree of criteria of one decision.")

    def why_fixed(self, item: Any) -> DomainError | None:
        return why_frozen(item)

    def roots_of(self, item: Any) -> Iterable[Any]:
        return holders(self.datamodel.session, item)

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        version = 1 if item.version_number is None else item.version_number
        same = select(CriteriaSet.id).where(CriteriaSet.code == item.code, CriteriaSet.version_number == version)
        if any(number != item.id for number in self.datamodel.session.scalars(same)):
            raise InputInvalid("code_exists", code=item.code)

    def extra_of(self, item: Any) -> dict[str, Any]:
        leaves = [row for row in item.criteria if row.rule is not None]
        total = sum((row.maximum for row in item.criteria if row.parent_id is None), Decimal(0))
        return {
            "nodes": len(item.criteria),
            "leaves": len(leaves),
            "total": total,
            "versions": versions_of(item.id, actor=current_actor()),
            "findings": _unsettled(self.datamodel.session, item),
            "scored_by_another": _scored_by_another(self.datamodel.session, item),
        }


def _unsettled(session: Any, item: Any) -> list[Any]:
    """Return the findings of a set nobody settled, errors first, each weight in the order of the paper."""
    found = select(CriterionFinding).join(CriterionFinding.criterion).where(Criterion.set_id == item.id)
    rows = session.scalars(
        found.where(CriterionFinding.settled.is_(False))
        .options(contains_eager(CriterionFinding.criterion))
        .order_by(Criterion.position, CriterionFinding.id)
    )
    return sorted(rows, key=lambda row: tuple(Severity).index(row.severity))


def _scored_by_another(session: Any, item: Any) -> list[Any]:
    """Return the open campaigns a version of this code may be adopted by: a group there is scored by another one."""
    if item.previous_id is None:
        return []
    stages = select(GroupStage.campaign_id).join(CriteriaSet, CriteriaSet.id == GroupStage.set_id)
    others = stages.where(CriteriaSet.code == item.code, CriteriaSet.id != item.id, GroupStage.stage == Stage.SCORING)
    open_ones = select(Campaign).where(Campaign.status == CampaignStatus.OPEN, Campaign.id.in_(others))
    return list(session.scalars(open_ones.order_by(Campaign.id)))


class CriterionRecords(Records):
    """One criterion; a change that would break the sum of its parent, or its own rule, is refused at the field."""

    datamodel = PortalInterface(Criterion)
    list_title, add_title = lazy_gettext("Criteria"), lazy_gettext("Add a criterion")
    edit_title, show_title = lazy_gettext("Change a criterion"), lazy_gettext("Criterion")
    list_template, show_template = "records/criteria.html", "records/criterion.html"
    list_columns = ["code", "title", "maximum", "rule", "scored_by", "agency"]
    show_columns = [
        "criteria_set",
        "parent",
        "code",
        "title",
        "original",
        "maximum",
        "rule",
        "requirement",
        "evidence",
        "agency_printed",
        "agency",
        "scored_by",
    ]
    _texts = ["original", "requirement", "evidence", "agency_printed", "agency", "scored_by"]
    add_columns = ["criteria_set", "parent", "code", "title", *_texts]
    edit_columns = ["title", "maximum", *_texts]
    search_columns = ["criteria_set", "maximum", "scored_by", "agency"]
    base_order = ("position", "asc")
    page_size = 150
    label_columns = {
        "criteria_set": lazy_gettext("Criteria set"),
        "parent": lazy_gettext("Under"),
        "code": CODE,
        "title": lazy_gettext("Title"),
        "original": lazy_gettext("The paper's own words"),
        "maximum": lazy_gettext("Maximum"),
        "rule": lazy_gettext("Rule"),
        "requirement": lazy_gettext("Notes of the paper"),
        "evidence": lazy_gettext("Documents asked for"),
        "agency_printed": lazy_gettext("Agency as printed"),
        "agency": lazy_gettext("Agency"),
        "scored_by": lazy_gettext("Scored by"),
    }
    description_columns = {
        "parent": lazy_gettext("Empty at the top of the tree. A criterion of 0 points becomes a branch by this."),
        "maximum": lazy_gettext("Criteria that sum change together, on the page of maxima."),
        "scored_by": lazy_gettext("Empty for a branch: its points are the sum of the criteria below it."),
        "original": lazy_gettext("Letter for letter, slips included."),
    }
    fields_of_refusals = {
        "maximum_differs_from_children": "maximum",
        "option_above_maximum": "maximum",
        "nothing_arose_above_maximum": "maximum",
        "leaf_without_scorer": "scored_by",
        "branch_with_scorer": "scored_by",
        "code_twice": "code",
        "code_unreadable": "code",
        "parent_with_points": "parent",
        "parent_of_other_set": "parent",
    }
    owns = frozenset({"criterion_finding", "rule_example", "criterion_basis", "criterion_mapping"})
    parts = (("FindingRecords", "criterion"), ("CriterionBasisRecords", "criterion"))
    empty_words = lazy_gettext("Criteria come with a seed, or are added one by one to a draft set.")

    def why_fixed(self, item: Any) -> DomainError | None:
        return why_frozen(item.criteria_set)

    def roots_of(self, item: Any) -> Iterable[Any]:
        return holders(self.datamodel.session, item.criteria_set)

    def choice_of(self, column: str) -> Select[Any]:
        drafts = select(CriteriaSet.id).where(CriteriaSet.status == SetStatus.DRAFT)
        if column == "criteria_set":
            return select(CriteriaSet).where(CriteriaSet.id.in_(drafts)).order_by(CriteriaSet.id.desc())
        if column == "parent":
            return (
                select(Criterion)
                .where(Criterion.set_id.in_(drafts))
                .order_by(Criterion.set_id.desc(), Criterion.position)
            )
        return super().choice_of(column)

    def preset(self) -> dict[str, Any]:
        sets = self.datamodel.session.scalars(self.choice_of("criteria_set")).all()
        chosen = request.args.get("criteria_set", "")
        return {"criteria_set": next((row for row in sets if str(row.id) == chosen), sets[0] if sets else None)}

    def title_of(self, item: Any) -> str:
        return f"{item.code} {item.title}"

    @expose("/list/")
    @has_access
    def list(self) -> ResponseReturnValue:
        """List one set: the trees of several would stand row by row between each other."""
        if not request.args.get("criteria_set"):
            drafts_first = (CriteriaSet.status != SetStatus.DRAFT, CriteriaSet.id.desc())
            newest = self.datamodel.session.scalars(select(CriteriaSet.id).order_by(*drafts_first).limit(1)).first()
            if newest is not None:
                return redirect(url_for("CriterionRecords.list") + address(criteria_set=newest))
        return super().list()  # type: ignore[no-any-return]

    def draft_chosen(self) -> int | None:
        """Return the set of this list while it is a draft."""
        chosen = request.args.get("criteria_set", "")
        sets = self.datamodel.session.scalars(self.choice_of("criteria_set"))
        return next((row.id for row in sets if str(row.id) == chosen), None)

    def depth_of(self, item: Any) -> int:
        depth, above = 0, item.parent
        while above is not None:
            depth, above = depth + 1, above.parent
        return depth

    def check(self, item: Any, *, new: bool) -> None:
        session = self.datamodel.session
        nodes = nodes_of_set(session, item.criteria_set.id)
        if new:
            nodes = with_new(session, item, nodes)
        else:
            if (item.rule is None) is not (item.scored_by is None):
                raise InputInvalid("leaf_without_scorer" if item.rule else "branch_with_scorer", criterion=item.code)
            now = {"title": item.title, "maximum": item.maximum, "scored_by": item.scored_by}
            nodes = [replace(node, **now) if node.code == item.code else node for node in nodes]
        for problem in tree_problems(nodes):
            raise problem
        if item.rule is not None:
            check_rule(rule_from_json(item.rule), item.maximum)

    def may_delete(self, item: Any) -> None:
        nodes = [node for node in nodes_of_set(self.datamodel.session, item.set_id) if node.code != item.code]
        for problem in tree_problems(nodes) if nodes else []:
            if problem.code != "parent_unknown":  # named as a dependent instead
                raise problem


class FindingFilter(BaseFilter):
    """Find a finding by its criterion."""

    name = "words"
    arg_name = None

    def apply(self, query: Any, value: str) -> Any:
        return query.filter(CriterionFinding.criterion.has(Criterion.search_name.contains(value, autoescape=True)))


class FindingRecords(Records):
    """A doubt of the paper; settling it is to write down what was chosen."""

    datamodel = PortalInterface(CriterionFinding)
    quick_filter = FindingFilter
    base_permissions = ["can_list", "can_show", "can_edit"]
    list_title, edit_title = lazy_gettext("Findings"), lazy_gettext("Settle a finding")
    show_title = lazy_gettext("Finding")
    list_columns = show_columns = ["criterion", "severity", "message", "settled", "choice"]
    add_columns = edit_columns = ["settled", "choice"]
    search_columns = ["severity", "settled"]
    base_order = ("id", "asc")
    label_columns = {
        "criterion": lazy_gettext("Criterion"),
        "severity": lazy_gettext("Severity"),
        "message": lazy_gettext("What is doubtful"),
        "settled": lazy_gettext("Settled"),
        "choice": lazy_gettext("What was chosen"),
    }
    fields_of_refusals = {"choice_missing": "choice"}
    list_hint = lazy_gettext("An error that is not settled keeps the campaign from opening.")
    empty_words = lazy_gettext("No doubt was noted about the paper.")

    def why_fixed(self, item: Any) -> DomainError | None:
        return why_frozen(item.criterion.criteria_set)

    def roots_of(self, item: Any) -> Iterable[Any]:
        return holders(self.datamodel.session, item.criterion.criteria_set)

    def title_of(self, item: Any) -> str:
        return str(item.criterion.code)

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        if item.settled and not (item.choice or "").strip():
            raise InputInvalid("choice_missing")
