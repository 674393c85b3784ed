"""Generated records of campaigns: phases, classes, groups. All of it is a draft's; an open one is read-only."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask import request
from flask_appbuilder.models.filters import BaseFilter
from flask_babel import lazy_gettext
from sqlalchemy import Select, select
from wtforms.validators import NumberRange

from app.db.campaigns import Campaign, GradeBand, GroupStage, Phase
from app.db.criteria import CriteriaSet
from app.domain.deadlines import Span
from app.domain.errors import Conflict, DomainError, InputInvalid
from app.domain.opening import phase_problems
from app.domain.terms import CampaignStatus, PhaseKind
from app.web.labels import PHASE_KINDS
from app.web.records.base import Records
from app.web.records.bodies import CODE, CODE_ONCE, NAME, SAMPLE
from app.web.records.typed import PortalInterface

_HUNDRED = Decimal(100)


class CampaignRecords(Records):
    datamodel = PortalInterface(Campaign)
    list_title, add_title = lazy_gettext("Campaigns"), lazy_gettext("Add a campaign")
    edit_title, show_title = lazy_gettext("Change a campaign"), lazy_gettext("Campaign")
    show_template, list_template = "records/campaign.html", "records/campaigns.html"
    list_columns = ["code", "name", "year", "status", "rehearsal", "opened_at"]
    show_columns = ["code", "name", "year", "status", "legal_basis", "decimals", "ties", "rehearsal", "opened_at"]
    add_columns = edit_columns = ["code", "year", "name", "legal_basis", "decimals", "ties"]
    search_columns = ["status", "year", "rehearsal", "opened_at"]
    base_order = ("id", "desc")
    label_columns = {
        "code": CODE,
        "name": NAME,
        "year": lazy_gettext("Year"),
        "status": lazy_gettext("State"),
        "legal_basis": lazy_gettext("Legal basis"),
        "decimals": lazy_gettext("Decimals of the index"),
        "ties": lazy_gettext("Ties"),
        "rehearsal": lazy_gettext("Rehearsal"),
        "opened_at": lazy_gettext("Opened at"),
    }
    description_columns = {
        "ties": lazy_gettext("How positions go on after two units share one."),
    }
    validators_columns = {"decimals": [NumberRange(0, 4)], "year": [NumberRange(2000, 2100)]}
    unique = CODE_ONCE
    owns = frozenset({"phase", "grade_band", "adjustment_item", "campaign_setup", "leaf_decision", "baseline_record"})
    parts = (
        ("PhaseRecords", "campaign"),
        ("GradeBandRecords", "campaign"),
        ("GroupStageRecords", "campaign"),
        ("AdjustmentItemRecords", "campaign"),
    )
    empty_words = lazy_gettext("A campaign is one year's rating. A seed brings one, or add the first.")

    def why_fixed(self, item: Any) -> DomainError | None:
        # a new row has no state yet: the database gives it that of a draft
        draft = item.status in {None, CampaignStatus.DRAFT}
        return None if draft else Conflict("campaign_open", campaign=item.code)

    def roots_of(self, item: Any) -> Iterable[Any]:
        return () if item.id is None else (item,)


class OfCampaignFilter(BaseFilter):
    """Find rows by the name of their campaign."""

    name = "words"
    arg_name = None

    def apply(self, query: Any, value: str) -> Any:
        return query.filter(self.model.campaign.has(Campaign.search_name.contains(value, autoescape=True)))


class OfCampaign(Records):
    """Rows of a draft campaign; once it is open they are read-only."""

    quick_filter = OfCampaignFilter
    base_order = ("id", "asc")

    def why_fixed(self, item: Any) -> DomainError | None:
        draft = item.campaign is None or item.campaign.status is CampaignStatus.DRAFT
        return None if draft else Conflict("campaign_open", campaign=item.campaign.code)

    def roots_of(self, item: Any) -> Iterable[Any]:
        return () if item.campaign is None else (item.campaign,)

    def choice_of(self, column: str) -> Select[Any]:
        if column == "campaign":
            drafts = select(Campaign).where(Campaign.status == CampaignStatus.DRAFT)
            return drafts.order_by(Campaign.id.desc())
        return super().choice_of(column)

    def preset(self) -> dict[str, Any]:
        number = request.args.get("campaign", "")
        drafts = self.datamodel.session.scalars(self.choice_of("campaign")).all()
        return {"campaign": next((row for row in drafts if str(row.id) == number), None)}

    def siblings(self, item: Any) -> list[Any]:
        """Return the other rows of the same campaign."""
        model, session = self.datamodel.obj, self.datamodel.session
        rows = session.scalars(select(model).where(model.campaign_id == item.campaign.id).order_by(model.id))
        return [row for row in rows if row is not item]


class PhaseRecords(OfCampaign):
    datamodel = PortalInterface(Phase)
    list_title, add_title = lazy_gettext("Phases"), lazy_gettext("Add a phase")
    edit_title, show_title = lazy_gettext("Change a phase"), lazy_gettext("Phase")
    list_columns = show_columns = ["campaign", "kind", "opens_at", "closes_at", "sample"]
    add_columns = ["campaign", "kind", "opens_at", "closes_at", "sample"]
    edit_columns = ["kind", "opens_at", "closes_at", "sample"]
    search_columns = ["campaign", "kind", "closes_at", "sample"]
    base_order = ("closes_at", "asc")
    label_columns = {
        "campaign": lazy_gettext("Campaign"),
        "kind": lazy_gettext("Kind"),
        "opens_at": lazy_gettext("Opens at"),
        "closes_at": lazy_gettext("Closes at"),
        "sample": SAMPLE,
    }
    description_columns = {
        "opens_at": lazy_gettext("Vietnam time. Empty for a date alone, as a report's."),
        "closes_at": lazy_gettext("Vietnam time. This instant itself is closed: 17:00:00 is too late."),
    }
    fields_of_refusals = {
        "phase_opens_after_it_closes": "closes_at",
        "phases_out_of_order": "opens_at",
        "phase_exists": "kind",
        "scoring_without_opening": "opens_at",
    }
    empty_words = lazy_gettext("A campaign needs a scoring phase before it can open.")

    def title_of(self, item: Any) -> str:
        return str(PHASE_KINDS[item.kind])

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        phases = {row.kind: Span(row.opens_at, row.closes_at) for row in self.siblings(item)}
        if item.kind in phases:
            raise InputInvalid("phase_exists", campaign=str(item.campaign))
        if item.kind is PhaseKind.SCORING and item.opens_at is None:
            raise InputInvalid("scoring_without_opening")
        phases[item.kind] = Span(item.opens_at, item.closes_at)
        for problem in phase_problems(phases):
            if problem.code != "no_scoring_phase":  # a draft may not have it yet
                raise problem


class GradeBandRecords(OfCampaign):
    datamodel = PortalInterface(GradeBand)
    list_title, add_title = lazy_gettext("Classes"), lazy_gettext("Add a class")
    edit_title, show_title = lazy_gettext("Change a class"), lazy_gettext("Class")
    list_columns = show_columns = ["campaign", "name", "lower", "sample"]
    add_columns = ["campaign", "name", "lower", "sample"]
    edit_columns = ["name", "lower", "sample"]
    search_columns = ["campaign", "lower", "sample"]
    base_order = ("lower", "desc")
    label_columns = {
        "campaign": lazy_gettext("Campaign"),
        "name": NAME,
        "lower": lazy_gettext("From (%)"),
        "sample": SAMPLE,
    }
    description_columns = {
        "lower": lazy_gettext("The bound itself belongs to the class. The lowest class starts at 0."),
        "sample": lazy_gettext("The bounds stand in another decision: marked as a sample on screen and paper."),
    }
    fields_of_refusals = {"band_bound_twice": "lower", "band_above_hundred": "lower", "band_name_twice": "name"}
    empty_words = lazy_gettext("Classes cut the index: the lowest starts at 0.")

    def title_of(self, item: Any) -> str:
        return str(item.name)

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        if item.lower > _HUNDRED:
            raise InputInvalid("band_above_hundred")
        for row in self.siblings(item):
            if row.lower == item.lower:
                raise InputInvalid("band_bound_twice")
            if row.name == item.name:
                raise InputInvalid("band_name_twice", name=row.name)


class GroupStageRecords(OfCampaign):
    datamodel = PortalInterface(GroupStage)
    list_title, add_title = lazy_gettext("Groups of campaigns"), lazy_gettext("Add a group")
    edit_title, show_title = lazy_gettext("Change a group"), lazy_gettext("Group")
    list_columns = show_columns = ["campaign", "group", "council", "criteria_set", "stage"]
    add_columns = ["campaign", "group", "council", "criteria_set"]
    edit_columns = ["group", "council", "criteria_set"]
    search_columns = ["campaign", "group", "council", "stage"]
    label_columns = {
        "campaign": lazy_gettext("Campaign"),
        "group": lazy_gettext("Peer group"),
        "council": lazy_gettext("Council"),
        "criteria_set": lazy_gettext("Criteria set"),
        "stage": lazy_gettext("Stage"),
    }
    fields_of_refusals = {"group_exists": "group"}
    empty_words = lazy_gettext("Which units take part, before which council, by which set.")

    def title_of(self, item: Any) -> str:
        return str(item.group)

    def choice_of(self, column: str) -> Select[Any]:
        if column == "criteria_set":
            return select(CriteriaSet).order_by(CriteriaSet.id.desc())
        return super().choice_of(column)

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        if any(row.group_id == item.group.id for row in self.siblings(item)):
            raise InputInvalid("group_exists", group=str(item.group))
