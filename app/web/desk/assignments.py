"""The grids of assignments: which officer of a unit answers for a branch, which agency appraises it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import redirect, request
from flask_admin import expose
from flask_appbuilder.models.filters import BaseFilter
from flask_babel import lazy_gettext
from sqlalchemy import Select, or_, select

from app.db import db
from app.db.campaigns import AppraiserAssignment, Campaign, GroupStage, OfficerAssignment
from app.db.criteria import Criterion
from app.db.identity import Membership, PeerGroup, PortalUser, Unit, peer_group_unit
from app.domain import policy
from app.domain.errors import Conflict, DomainError, InputInvalid
from app.domain.policy import Permission
from app.domain.terms import CampaignStatus, Role
from app.web.access import current_actor
from app.web.desk.grid import Grid
from app.web.records.listing import address
from app.web.records.typed import PortalInterface
from app.web.records.values import record_value

_ALL = frozenset({"index_view", "create_view", "edit_view", "delete_view", "export", "ajax_update"})


class NamedFilter(BaseFilter):
    """Find an assignment by its criterion or by its unit."""

    name = "words"
    arg_name = None

    def apply(self, query: Any, value: str) -> Any:
        found = [self.model.criterion.has(Criterion.search_name.contains(value, autoescape=True))]
        found.append(self.model.unit.has(Unit.search_name.contains(value, autoescape=True)))
        return query.filter(or_(*found))


class _Assignments(Grid):
    """Rows of one campaign: its criteria and units are those of its groups."""

    offers = _ALL
    can_create = can_delete = True
    quick_filter = NamedFilter
    base_order = ("id", "asc")

    @expose("/")
    def index_view(self) -> Any:
        """List one campaign: several name the same criteria."""
        return self._of_first_campaign(".index_view") or super().index_view()

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """Add to one campaign, with its criteria, units and groups alone to choose from."""
        return self._of_first_campaign(".create_view") or super().create_view()

    def _of_first_campaign(self, view: str) -> Any:
        """Return the way to a view of the first campaign offered, unless the address names one."""
        first = db.session.scalars(self.campaigns().limit(1)).first()
        if request.method == "POST" or request.args.get("campaign") or first is None:
            return None
        return redirect(self.get_url(view) + address(campaign=first.id))

    def campaigns(self) -> Select[Any]:
        """Return the campaigns offered; drafts first."""
        return select(Campaign).order_by(Campaign.status != CampaignStatus.DRAFT, Campaign.id.desc())

    def chosen(self) -> int | None:
        """Return the campaign of the address, when it is one of those offered."""
        text = request.args.get("campaign", "")
        offered = (row.id for row in db.session.scalars(self.campaigns()))
        return next((number for number in offered if str(number) == text), None)

    def preset(self) -> dict[str, Any]:
        chosen = self.chosen()
        return {"campaign": None if chosen is None else db.session.get(Campaign, chosen)}

    def filter_choices(self, column: str, offered: Any) -> Any:
        if column == "campaign":
            return [(str(row.id), record_value(row)) for row in db.session.scalars(self.campaigns())]
        return super().filter_choices(column, offered)

    def choice_of(self, column: str) -> Select[Any]:
        chosen = self.chosen()
        stages = (
            select(GroupStage).subquery()
            if chosen is None
            else (select(GroupStage).where(GroupStage.campaign_id == chosen).subquery())
        )
        match column:
            case "campaign":
                return self.campaigns() if chosen is None else self.campaigns().where(Campaign.id == chosen)
            case "criterion":
                sets = select(stages.c.set_id)
                return (
                    select(Criterion).where(Criterion.set_id.in_(sets)).order_by(Criterion.set_id, Criterion.position)
                )
            case "group":
                return select(PeerGroup).where(PeerGroup.id.in_(select(stages.c.group_id))).order_by(PeerGroup.code)
            case "unit":
                members = select(peer_group_unit.c.unit_id).join(
                    stages, stages.c.group_id == peer_group_unit.c.peer_group_id
                )
                return select(Unit).where(Unit.id.in_(members)).order_by(Unit.code)
            case _:
                return super().choice_of(column)

    def roots_of(self, row: Any) -> Iterable[Any]:
        return (row.campaign,)

    def stages_of(self, row: Any) -> list[GroupStage]:
        """Return the groups of the row's campaign that are scored by the set of its criterion. Raises InputInvalid."""
        stages = select(GroupStage).where(GroupStage.campaign_id == row.campaign.id)
        of_set = [stage for stage in db.session.scalars(stages) if stage.set_id == row.criterion.set_id]
        if not of_set:
            raise InputInvalid("criterion_of_other_set", criterion=row.criterion.code)
        return of_set


class OfficerGrid(_Assignments):
    """A unit names its own officers, at any time; the organiser those of every unit."""

    datamodel = PortalInterface(OfficerAssignment)
    title = lazy_gettext("Officer assignments")
    list_hint = lazy_gettext(
        "An officer writes the criteria of the branches named here; the most specific branch decides. Who collates "
        "writes every criterion of the unit without being named."
    )
    empty_words = lazy_gettext(
        "Nobody is named yet: the coordinator, and whoever collates, write every criterion of the unit."
    )
    list_columns = ("unit", "criterion", "user")
    edit_columns = ("user",)
    form_columns = ("campaign", "unit", "criterion", "user")
    search_columns = ("campaign", "unit", "user")
    order_columns = ()
    label_columns = {
        "campaign": lazy_gettext("Campaign"),
        "unit": lazy_gettext("Unit"),
        "criterion": lazy_gettext("Criterion or branch"),
        "user": lazy_gettext("Officer"),
    }
    unique = {("campaign", "unit", "criterion", "user"): "assignment_exists"}
    fields_of_refusals = {
        "assignment_exists": "user",
        "user_of_other_unit": "user",
        "criterion_of_other_set": "criterion",
        "unit_not_in_campaign": "unit",
        "not_own_unit": "unit",
    }

    def campaigns(self) -> Select[Any]:
        """Return the campaigns offered; those being scored first, the others as they were made."""
        return select(Campaign).order_by(Campaign.status != CampaignStatus.OPEN, Campaign.id.desc())

    def choice_of(self, column: str) -> Select[Any]:
        reach = policy.scope(current_actor(), Permission.OFFICER_ASSIGN)
        if column == "user":
            officers = select(Membership.user_id).where(Membership.role == Role.OFFICER)
            if not reach.everything:
                officers = officers.where(Membership.unit_id.in_(reach.unit_ids))
            offered = select(PortalUser).where(PortalUser.id.in_(officers), PortalUser.active.is_(True))
            return offered.order_by(PortalUser.username)
        if column == "unit" and not reach.everything:
            return super().choice_of(column).where(Unit.id.in_(reach.unit_ids))
        return super().choice_of(column)

    def place_of(self, row: Any) -> str:
        if isinstance(row, PortalUser):
            return " ".join(str(held.unit_id) for held in row.appointments if held.role is Role.OFFICER)
        return str(row.unit_id)

    def check(self, rows: Sequence[Any]) -> None:
        reach = policy.scope(current_actor(), Permission.OFFICER_ASSIGN)
        for row in rows:
            if not reach.everything and row.unit.id not in reach.unit_ids:
                raise InputInvalid("not_own_unit")
            if not any(row.unit in stage.group.units for stage in self.stages_of(row)):
                raise InputInvalid("unit_not_in_campaign", unit=row.unit.name)
            held = row.user.appointments
            if not any(each.role is Role.OFFICER and each.unit_id == row.unit.id for each in held):
                raise InputInvalid("user_of_other_unit", user=row.user.first_name, unit=row.unit.name)


class AppraiserGrid(_Assignments):
    """Branch × (group or unit) → agency. Once the campaign is open, only a service changes them."""

    datamodel = PortalInterface(AppraiserAssignment)
    title = lazy_gettext("Appraiser assignments")
    list_hint = lazy_gettext(
        "The most specific branch decides, and a unit's row before its group's: so an agency's own sheet gets a "
        "substitute. Where the group has no row, the agency printed on the criterion is taken when the campaign opens."
    )
    empty_words = lazy_gettext("No agency is named yet: those printed on the criteria are taken at the opening.")
    list_columns = ("criterion", "group", "unit", "agency")
    edit_columns = ("agency",)
    form_columns = ("campaign", "criterion", "group", "unit", "agency")
    search_columns = ("campaign", "group", "unit", "agency")
    order_columns = ()
    label_columns = {
        "campaign": lazy_gettext("Campaign"),
        "criterion": lazy_gettext("Criterion or branch"),
        "group": lazy_gettext("Whole group"),
        "unit": lazy_gettext("One unit"),
        "agency": lazy_gettext("Agency"),
    }
    description_columns = {"unit": lazy_gettext("For one unit alone; leave the group empty then.")}
    unique = {("campaign", "criterion", "group", "unit"): "assignment_exists"}
    fields_of_refusals = {
        "assignment_exists": "criterion",
        "criterion_of_other_set": "criterion",
        "group_or_unit": "unit",
        "unit_not_in_campaign": "unit",
        "group_not_in_campaign": "group",
        "appraiser_is_unit": "agency",
    }

    def choice_of(self, column: str) -> Select[Any]:
        if column == "agency":
            appraisers = select(Membership.unit_id).where(Membership.role == Role.APPRAISER)
            return select(Unit).where(Unit.id.in_(appraisers)).order_by(Unit.code)
        return super().choice_of(column)

    def why_fixed(self, row: Any) -> DomainError | None:
        draft = row.campaign is None or row.campaign.status is CampaignStatus.DRAFT
        return None if draft else Conflict("campaign_open", campaign=row.campaign.code)

    def check(self, rows: Sequence[Any]) -> None:
        for row in rows:
            stages = self.stages_of(row)
            if (row.group is None) is (row.unit is None):
                raise InputInvalid("group_or_unit")
            if row.unit is not None and not any(row.unit in stage.group.units for stage in stages):
                raise InputInvalid("unit_not_in_campaign", unit=row.unit.name)
            if row.group is not None and all(row.group is not stage.group for stage in stages):
                raise InputInvalid("group_not_in_campaign", group=row.group.name)
            if row.agency is row.unit:
                raise InputInvalid("appraiser_is_unit", unit=row.agency.name)
