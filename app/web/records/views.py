"""The generated records: units, groups, councils, legal bases, campaigns, sets, criteria, accounts, the audit log."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.db.campaigns import Campaign, GradeBand, GroupStage, Phase
from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import Council, LegalBasis, PeerGroup, Unit
from app.domain.criteria import Node, tree_problems
from app.domain.errors import InputInvalid
from app.domain.rule_checks import check_rule
from app.domain.rule_codec import rule_from_json
from app.domain.terms import CampaignStatus, PhaseKind, ScoredBy, Ties, UnitTier
from app.web.labels import PHASE_KINDS, TIERS, TIES
from app.web.leaf_words import SCORED_BY
from app.web.records.base import Records
from app.web.records.fields import DayField, InstantField, PointsField, WordsField
from app.web.rule_words import rule_in_words

_CODE = [DataRequired(), Length(max=32)]
_name, _code, _sample = lazy_gettext("Name"), lazy_gettext("Code"), lazy_gettext("Sample")


class UnitRecords(Records):
    datamodel = SQLAInterface(Unit)
    list_title, add_title, edit_title, show_title = (
        lazy_gettext("Units"),
        lazy_gettext("Add a unit"),
        lazy_gettext("Change a unit"),
        lazy_gettext("Unit"),
    )
    list_columns = ["code", "name", "tier", "valid_from", "valid_to", "merged_into", "sample"]
    show_columns = [*list_columns, "groups"]
    add_columns = edit_columns = ["code", "name", "tier", "valid_from", "valid_to", "merged_into", "sample"]
    search_columns = ["code", "name", "tier", "valid_from", "valid_to", "sample"]
    base_order = ("code", "asc")
    label_columns = {
        "code": _code,
        "name": _name,
        "tier": lazy_gettext("Tier"),
        "valid_from": lazy_gettext("Valid from"),
        "valid_to": lazy_gettext("Valid to"),
        "merged_into": lazy_gettext("Merged into"),
        "sample": _sample,
        "groups": lazy_gettext("Peer groups"),
    }
    _extra = {
        "tier": WordsField(lazy_gettext("Tier"), vocabulary=UnitTier, words=TIERS),
        "valid_from": DayField(lazy_gettext("Valid from"), [InputRequired()]),
        "valid_to": DayField(lazy_gettext("Valid to"), [Optional()]),
    }
    add_form_extra_fields = edit_form_extra_fields = _extra
    validators_columns = {"code": _CODE}
    fields_of_refusals = {"dates_reversed": "valid_to", "merged_into_itself": "merged_into"}
    empty_words = lazy_gettext("Units are the bodies that score or appraise. A seed brings them, or add the first one.")

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        if item.valid_to is not None and item.valid_from is not None and item.valid_to < item.valid_from:
            raise InputInvalid("dates_reversed", first=item.valid_from, last=item.valid_to)
        seen, following = {id(item)}, item.merged_into
        while following is not None:
            if id(following) in seen:
                raise InputInvalid("merged_into_itself")
            seen.add(id(following))
            following = following.merged_into


class PeerGroupRecords(Records):
    datamodel = SQLAInterface(PeerGroup)
    list_title, add_title = lazy_gettext("Peer groups"), lazy_gettext("Add a peer group")
    edit_title, show_title = lazy_gettext("Change a peer group"), lazy_gettext("Peer group")
    list_columns = ["code", "name"]
    show_columns = add_columns = edit_columns = ["code", "name", "units"]
    search_columns = ["code", "name"]
    base_order = ("code", "asc")
    label_columns = {"code": _code, "name": _name, "units": lazy_gettext("Units")}
    validators_columns = {"code": _CODE}
    empty_words = lazy_gettext("A peer group holds the units ranked against each other.")


class CouncilRecords(Records):
    datamodel = SQLAInterface(Council)
    list_title, add_title = lazy_gettext("Councils"), lazy_gettext("Add a council")
    edit_title, show_title = lazy_gettext("Change a council"), lazy_gettext("Council")
    list_columns = show_columns = add_columns = edit_columns = ["code", "name"]
    search_columns = ["code", "name"]
    base_order = ("code", "asc")
    label_columns = {"code": _code, "name": _name}
    validators_columns = {"code": _CODE}
    empty_words = lazy_gettext("A council concludes the results of its groups.")


class LegalBasisRecords(Records):
    datamodel = SQLAInterface(LegalBasis)
    list_title, add_title = lazy_gettext("Legal bases"), lazy_gettext("Add a legal basis")
    edit_title, show_title = lazy_gettext("Change a legal basis"), lazy_gettext("Legal basis")
    list_columns = ["number", "title", "issued_on", "issuer", "successor"]
    show_columns = add_columns = edit_columns = ["number", "title", "issued_on", "issuer", "successor"]
    search_columns = ["number", "title", "issued_on", "issuer"]
    base_order = ("issued_on", "desc")
    label_columns = {
        "number": lazy_gettext("Number and symbol"),
        "title": lazy_gettext("Title"),
        "issued_on": lazy_gettext("Date of issue"),
        "issuer": lazy_gettext("Issued by"),
        "successor": lazy_gettext("Replaced by"),
    }
    add_form_extra_fields = edit_form_extra_fields = {
        "issued_on": DayField(lazy_gettext("Date of issue"), [InputRequired()])
    }
    fields_of_refusals = {"replaced_by_itself": "successor"}
    empty_words = lazy_gettext("Decisions and guidance campaigns rest on.")

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        if item.successor is not None and item.successor is item:
            raise InputInvalid("replaced_by_itself")


class CampaignRecords(Records):
    datamodel = SQLAInterface(Campaign)
    list_title, add_title = lazy_gettext("Campaigns"), lazy_gettext("Add a campaign")
    edit_title, show_title = lazy_gettext("Change a campaign"), lazy_gettext("Campaign")
    list_columns = ["code", "name", "year", "status", "opened_at"]
    show_columns = [
        "code",
        "name",
        "year",
        "status",
        "legal_basis",
        "decimals",
        "ties",
        "rehearsal",
        "opened_at",
        "phases",
        "bands",
        "groups",
    ]
    add_columns = edit_columns = ["code", "name", "year", "legal_basis", "decimals", "ties"]
    search_columns = ["code", "name", "year", "rehearsal"]
    base_order = ("id", "desc")
    label_columns = {
        "code": _code,
        "name": _name,
        "year": lazy_gettext("Year"),
        "status": lazy_gettext("State"),
        "legal_basis": lazy_gettext("Legal basis"),
        "decimals": lazy_gettext("Decimals of the index"),
        "ties": lazy_gettext("Ties"),
        "rehearsal": lazy_gettext("Rehearsal"),
        "opened_at": lazy_gettext("Opened at"),
        "phases": lazy_gettext("Phases"),
        "bands": lazy_gettext("Classes"),
        "groups": lazy_gettext("Groups"),
    }
    add_form_extra_fields = edit_form_extra_fields = {
        "ties": WordsField(lazy_gettext("Ties"), vocabulary=Ties, words=TIES),
    }
    validators_columns = {"decimals": [NumberRange(0, 4)], "year": [NumberRange(2000, 2100)]}
    empty_words = lazy_gettext("A campaign is one year's rating. A seed brings one, or add the first.")

    def may_delete(self, item: Any) -> None:
        if item.status is not CampaignStatus.DRAFT:
            raise InputInvalid("campaign_open", campaign=item.code)


class _OfCampaign(Records):
    """Rows of a draft campaign; once it is open they are read-only (the session's guard refuses)."""

    quick_search = False
    base_order = ("id", "asc")


class PhaseRecords(_OfCampaign):
    datamodel = SQLAInterface(Phase)
    list_title, add_title = lazy_gettext("Phases"), lazy_gettext("Add a phase")
    edit_title, show_title = lazy_gettext("Change a phase"), lazy_gettext("Phase")
    list_columns = show_columns = add_columns = edit_columns = ["campaign", "kind", "opens_at", "closes_at", "sample"]
    search_columns = ["campaign"]
    label_columns = {
        "campaign": lazy_gettext("Campaign"),
        "kind": lazy_gettext("Kind"),
        "opens_at": lazy_gettext("Opens at"),
        "closes_at": lazy_gettext("Closes at"),
        "sample": _sample,
    }
    add_form_extra_fields = edit_form_extra_fields = {
        "kind": WordsField(lazy_gettext("Kind"), vocabulary=PhaseKind, words=PHASE_KINDS),
        "opens_at": InstantField(lazy_gettext("Opens at"), [Optional()]),
        "closes_at": InstantField(lazy_gettext("Closes at"), [InputRequired()]),
    }
    fields_of_refusals = {"phase_opens_after_it_closes": "closes_at"}
    empty_words = lazy_gettext("A campaign needs a scoring phase before it can open.")

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        if item.opens_at is not None and item.closes_at is not None and item.opens_at >= item.closes_at:
            raise InputInvalid("phase_opens_after_it_closes", phase=item.kind)


class GradeBandRecords(_OfCampaign):
    datamodel = SQLAInterface(GradeBand)
    list_title, add_title = lazy_gettext("Classes"), lazy_gettext("Add a class")
    edit_title, show_title = lazy_gettext("Change a class"), lazy_gettext("Class")
    list_columns = show_columns = add_columns = edit_columns = ["campaign", "name", "lower", "sample"]
    search_columns = ["campaign", "name"]
    label_columns = {
        "campaign": lazy_gettext("Campaign"),
        "name": _name,
        "lower": lazy_gettext("From (%)"),
        "sample": _sample,
    }
    add_form_extra_fields = edit_form_extra_fields = {"lower": PointsField(lazy_gettext("From (%)"), [InputRequired()])}
    empty_words = lazy_gettext("Classes cut the index: the lowest starts at 0.")


class GroupStageRecords(_OfCampaign):
    datamodel = SQLAInterface(GroupStage)
    list_title, add_title = lazy_gettext("Groups of campaigns"), lazy_gettext("Add a group")
    edit_title, show_title = lazy_gettext("Change a group"), lazy_gettext("Group")
    list_columns = show_columns = ["campaign", "group", "council", "criteria_set", "stage"]
    add_columns = edit_columns = ["campaign", "group", "council", "criteria_set"]
    search_columns = ["campaign", "group", "council"]
    label_columns = {
        "campaign": lazy_gettext("Campaign"),
        "group": lazy_gettext("Peer group"),
        "council": lazy_gettext("Council"),
        "criteria_set": lazy_gettext("Criteria set"),
        "stage": lazy_gettext("Stage"),
    }
    empty_words = lazy_gettext("Which units take part, before which council, by which set.")


class CriteriaSetRecords(Records):
    datamodel = SQLAInterface(CriteriaSet)
    list_title, add_title = lazy_gettext("Criteria sets"), lazy_gettext("Add a criteria set")
    edit_title, show_title = lazy_gettext("Change a criteria set"), lazy_gettext("Criteria set")
    list_columns = ["code", "version_number", "name", "year", "status"]
    show_columns = [
        "code",
        "version_number",
        "name",
        "year",
        "status",
        "legal_basis",
        "notes",
        "content_sha256",
        "frozen_at",
    ]
    add_columns = edit_columns = ["code", "name", "year", "legal_basis", "notes"]
    search_columns = ["code", "name", "year"]
    base_order = ("id", "desc")
    label_columns = {
        "code": _code,
        "version_number": lazy_gettext("Version"),
        "name": _name,
        "year": lazy_gettext("Year"),
        "status": lazy_gettext("State"),
        "legal_basis": lazy_gettext("Legal basis"),
        "notes": lazy_gettext("Notes"),
        "content_sha256": "SHA-256",
        "frozen_at": lazy_gettext("Frozen at"),
    }
    empty_words = lazy_gettext("A set is the tree of criteria of one decision.")


class CriterionRecords(Records):
    """One criterion; a change that would break the sum of its parent, or its own rule, is refused at the field."""

    datamodel = SQLAInterface(Criterion)
    list_title, add_title = lazy_gettext("Criteria"), lazy_gettext("Add a criterion")
    edit_title, show_title = lazy_gettext("Change a criterion"), lazy_gettext("Criterion")
    base_permissions = ["can_list", "can_show", "can_edit"]
    list_columns = ["code", "title", "maximum", "agency", "scored_by", "criteria_set"]
    show_columns = [
        "criteria_set",
        "parent",
        "code",
        "title",
        "original",
        "maximum",
        "requirement",
        "evidence",
        "agency_printed",
        "agency",
        "scored_by",
        "findings",
    ]
    edit_columns = ["title", "original", "maximum", "requirement", "evidence", "agency_printed", "agency", "scored_by"]
    search_columns = ["criteria_set", "code", "title", "agency"]
    base_order = ("position", "asc")
    page_size = 120
    label_columns = {
        "criteria_set": lazy_gettext("Criteria set"),
        "parent": lazy_gettext("Under"),
        "code": _code,
        "title": lazy_gettext("Title"),
        "original": lazy_gettext("The paper's own words"),
        "maximum": lazy_gettext("Maximum"),
        "requirement": lazy_gettext("Notes of the paper"),
        "evidence": lazy_gettext("Documents asked for"),
        "agency_printed": lazy_gettext("Agency as printed"),
        "agency": lazy_gettext("Agency"),
        "scored_by": lazy_gettext("Scored by"),
        "findings": lazy_gettext("Findings"),
    }
    edit_form_extra_fields = {
        "maximum": PointsField(lazy_gettext("Maximum"), [InputRequired()]),
        "scored_by": WordsField(lazy_gettext("Scored by"), vocabulary=ScoredBy, words=SCORED_BY, optional=True),
    }
    fields_of_refusals = {"maximum_differs_from_children": "maximum"}

    def _get_show_widget(self, pk: Any, item: Any, **kwargs: Any) -> Any:
        return {**super()._get_show_widget(pk, item, **kwargs), "rule": rule_in_words(item.rule)}

    empty_words = lazy_gettext("Criteria come with a seed.")

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        nodes = [_node(row) for row in item.criteria_set.criteria]
        for problem in tree_problems(nodes):
            raise problem
        if item.rule is not None:
            check_rule(rule_from_json(item.rule), item.maximum)


def _node(row: Criterion) -> Node:
    return Node(
        code=row.code,
        parent=row.parent.code if row.parent else None,
        title=row.title,
        maximum=row.maximum,
        rule=None if row.rule is None else rule_from_json(row.rule),
        scored_by=row.scored_by,
        position=row.position,
    )
