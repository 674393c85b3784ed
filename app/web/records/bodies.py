"""Generated records of bodies and papers: units, peer groups, councils, legal bases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext
from sqlalchemy import Select, inspect, select

from app.db.assessments import Assessment
from app.db.campaigns import Campaign, GroupStage
from app.db.identity import Council, LegalBasis, PeerGroup, Unit
from app.domain.errors import InputInvalid
from app.web.records.base import Records
from app.web.records.typed import PortalInterface

NAME, CODE, SAMPLE = lazy_gettext("Name"), lazy_gettext("Code"), lazy_gettext("Sample")
CODE_ONCE: dict[tuple[str, ...], str] = {("code",): "code_exists"}


def refuse_circle(item: Any, relation: str, code: str) -> None:
    """Refuse a chain of rows that comes back to where it began."""
    seen, following = {id(item)}, getattr(item, relation)
    while following is not None:
        if id(following) in seen:
            raise InputInvalid(code)
        seen.add(id(following))
        following = getattr(following, relation)


def refuse_renaming(session: Any, item: Any, uses: Select[Any]) -> None:
    """Refuse another code for a row campaigns were opened with: what was printed and published says the old one."""
    changed = inspect(item).attrs.code.history
    if changed.deleted and changed.deleted[0] != item.code and session.scalars(uses.limit(1)).first() is not None:
        raise InputInvalid("code_in_use", code=changed.deleted[0])


class UnitRecords(Records):
    datamodel = PortalInterface(Unit)
    list_title, add_title = lazy_gettext("Units"), lazy_gettext("Add a unit")
    edit_title, show_title = lazy_gettext("Change a unit"), lazy_gettext("Unit")
    show_template = "records/unit.html"
    list_columns = ["code", "name", "tier", "groups", "valid_from", "valid_to", "merged_into", "sample"]
    show_columns = ["code", "name", "tier", "groups", "valid_from", "valid_to", "merged_into", "sample"]
    add_columns = edit_columns = ["code", "tier", "name", "valid_from", "valid_to", "merged_into", "sample"]
    search_columns = ["tier", "valid_from", "valid_to", "sample"]
    base_order = ("code", "asc")
    label_columns = {
        "code": CODE,
        "name": NAME,
        "tier": lazy_gettext("Tier"),
        "valid_from": lazy_gettext("Valid from"),
        "valid_to": lazy_gettext("Valid to"),
        "merged_into": lazy_gettext("Merged into"),
        "sample": SAMPLE,
        "groups": lazy_gettext("Peer groups"),
    }
    description_columns = {
        "code": lazy_gettext("Short, as files name the unit: XM07."),
        "valid_to": lazy_gettext("The first day it no longer works. Empty while it does."),
        "sample": lazy_gettext("Invented for trying out; marked so on screen."),
    }
    unique = CODE_ONCE
    fields_of_refusals = {"dates_reversed": "valid_to", "merged_into_itself": "merged_into", "code_in_use": "code"}
    empty_words = lazy_gettext("Units are the bodies that score or appraise. A seed brings them, or add the first one.")

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        if item.valid_to is not None and item.valid_to <= item.valid_from:
            raise InputInvalid("dates_reversed", first=item.valid_from, last=item.valid_to)
        refuse_circle(item, "merged_into", "merged_into_itself")
        refuse_renaming(self.datamodel.session, item, select(Assessment.id).where(Assessment.unit_id == item.id))


class PeerGroupRecords(Records):
    datamodel = PortalInterface(PeerGroup)
    list_title, add_title = lazy_gettext("Peer groups"), lazy_gettext("Add a peer group")
    edit_title, show_title = lazy_gettext("Change a peer group"), lazy_gettext("Peer group")
    list_columns = ["code", "name", "units"]
    show_columns = add_columns = edit_columns = ["code", "name", "units"]
    search_columns: list[str] = []
    base_order = ("code", "asc")
    label_columns = {"code": CODE, "name": NAME, "units": lazy_gettext("Units")}
    description_columns = {
        "units": lazy_gettext("Campaigns that are open keep the units they opened with."),
    }
    unique = CODE_ONCE
    owns = frozenset({"peer_group_unit"})
    fields_of_refusals = {"code_in_use": "code"}
    empty_words = lazy_gettext("A peer group holds the units ranked against each other.")

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        of_group = GroupStage.group_id == item.id
        opened = select(GroupStage.id).join(GroupStage.campaign).where(of_group, Campaign.opened_at.is_not(None))
        refuse_renaming(self.datamodel.session, item, opened)

    def choice_of(self, column: str) -> Select[Any]:
        return select(Unit).order_by(Unit.code) if column == "units" else super().choice_of(column)


class CouncilRecords(Records):
    datamodel = PortalInterface(Council)
    list_title, add_title = lazy_gettext("Councils"), lazy_gettext("Add a council")
    edit_title, show_title = lazy_gettext("Change a council"), lazy_gettext("Council")
    list_columns = show_columns = add_columns = edit_columns = ["code", "name", "reports_to"]
    search_columns: list[str] = ["reports_to"]
    base_order = ("code", "asc")
    label_columns = {"code": CODE, "name": NAME, "reports_to": lazy_gettext("Reports to")}
    description_columns = {
        "reports_to": lazy_gettext("The council of the tier above: it reads what this one published. Empty: none."),
    }
    unique = CODE_ONCE
    fields_of_refusals = {"reports_to_itself": "reports_to"}
    empty_words = lazy_gettext("A council concludes the results of its groups.")

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        refuse_circle(item, "reports_to", "reports_to_itself")


class LegalBasisRecords(Records):
    datamodel = PortalInterface(LegalBasis)
    list_title, add_title = lazy_gettext("Legal bases"), lazy_gettext("Add a legal basis")
    edit_title, show_title = lazy_gettext("Change a legal basis"), lazy_gettext("Legal basis")
    list_columns = show_columns = ["number", "title", "issued_on", "issuer", "successor"]
    add_columns = edit_columns = ["number", "issued_on", "title", "issuer", "successor"]
    search_columns = ["issued_on", "successor"]
    base_order = ("issued_on", "desc")
    label_columns = {
        "number": lazy_gettext("Number and symbol"),
        "title": lazy_gettext("Title"),
        "issued_on": lazy_gettext("Date of issue"),
        "issuer": lazy_gettext("Issued by"),
        "successor": lazy_gettext("Replaced by"),
    }
    description_columns = {"number": lazy_gettext("As printed, with its symbol.")}
    unique: ClassVar[Mapping[tuple[str, ...], str]] = {("issued_on", "number"): "legal_basis_exists"}
    fields_of_refusals = {"replaced_by_itself": "successor", "successor_older": "successor"}
    empty_words = lazy_gettext("Decisions and guidance campaigns rest on.")

    def choice_of(self, column: str) -> Select[Any]:
        if column == "successor":
            return select(LegalBasis).order_by(LegalBasis.issued_on.desc(), LegalBasis.number)
        return super().choice_of(column)

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002
        refuse_circle(item, "successor", "replaced_by_itself")
        if item.successor is not None and item.successor.issued_on < item.issued_on:
            raise InputInvalid("successor_older", first=item.issued_on, last=item.successor.issued_on)
