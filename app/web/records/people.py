"""Generated records of people: accounts, roles held, and the audit log of what everybody did."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.filters import BaseFilter
from flask_babel import lazy_gettext
from sqlalchemy import Select, func, or_, select

from app.db.audit import AuditEvent
from app.db.identity import Council, Membership, PortalUser, Unit
from app.db.search import unaccented
from app.domain.appointments import check_appointment
from app.domain.errors import Conflict, DomainError, InputInvalid
from app.domain.policy import Appointment
from app.domain.terms import Role
from app.services.accounts import add_account, reset_password
from app.services.seed_identity import FirstAccount
from app.web.access import current_actor
from app.web.clocks import clock
from app.web.records.base import Records
from app.web.records.typed import PortalInterface
from app.web.records.words import stream_in_words


def accounts_called(session: Any, words: str) -> list[int]:
    """Return the accounts whose name holds `words`, accents or not; names have no stored copy without accents."""
    rows = session.execute(select(PortalUser.id, PortalUser.username, PortalUser.first_name))
    return [row.id for row in rows if words in unaccented(f"{row.username} {row.first_name}")]


class AccountFilter(BaseFilter):
    name = "words"
    arg_name = None

    def apply(self, query: Any, value: str) -> Any:
        return query.filter(PortalUser.id.in_(accounts_called(self.datamodel.session, value)))


class MembershipFilter(BaseFilter):
    """Find an appointment by who holds it, or by where."""

    name = "words"
    arg_name = None

    def apply(self, query: Any, value: str) -> Any:
        return query.filter(
            or_(
                Membership.user_id.in_(accounts_called(self.datamodel.session, value)),
                Membership.unit.has(Unit.search_name.contains(value, autoescape=True)),
                Membership.council.has(Council.search_name.contains(value, autoescape=True)),
            )
        )


def refuse_last_administrator(session: Any, leaving: Any) -> None:
    """Keep one account that can administer. Raises Conflict("last_administrator").

    `leaving` is the appointment or the account that is about to go.
    """
    held = select(func.count(Membership.id)).join(PortalUser, Membership.user_id == PortalUser.id)
    held = held.where(Membership.role == Role.ADMINISTRATOR, PortalUser.active.is_(True))
    column = PortalUser.id if isinstance(leaving, PortalUser) else Membership.id
    if not session.scalar(held.where(column != leaving.id)):
        raise Conflict("last_administrator")


class MembershipRecords(Records):
    datamodel = PortalInterface(Membership)
    quick_filter = MembershipFilter
    list_title, add_title = lazy_gettext("Roles held"), lazy_gettext("Give a role")
    edit_title, show_title = lazy_gettext("Change a role held"), lazy_gettext("Role held")
    list_columns = show_columns = ["user", "role", "unit", "council", "covers_all_leaves", "leader_kind"]
    add_columns = ["user", "role", "unit", "council", "covers_all_leaves", "leader_kind"]
    edit_columns = ["role", "unit", "council", "covers_all_leaves", "leader_kind"]
    search_columns = ["role", "unit", "council", "covers_all_leaves"]
    base_order = ("id", "asc")
    label_columns = {
        "user": lazy_gettext("Account"),
        "role": lazy_gettext("Role"),
        "unit": lazy_gettext("Unit"),
        "council": lazy_gettext("Council"),
        "covers_all_leaves": lazy_gettext("Collates: every criterion of the unit"),
        "leader_kind": lazy_gettext("Kind of leader"),
    }
    description_columns = {
        "unit": lazy_gettext("For officers, coordinators, heads and appraisers."),
        "council": lazy_gettext(
            "For the secretariat, the chair, leaders and the approving authority; for an organiser of one council only."
        ),
    }
    fields_of_refusals = {
        "unit_or_council": "council",
        "unit_missing": "unit",
        "council_missing": "council",
        "leader_kind_missing": "leader_kind",
        "leader_kind_of_others": "leader_kind",
        "collates_of_others": "covers_all_leaves",
        "membership_exists": "role",
    }
    empty_words = lazy_gettext("A role is held in a unit or in a council.")

    def title_of(self, item: Any) -> str:
        return str(item.user.first_name)

    def choice_of(self, column: str) -> Select[Any]:
        if column == "user":
            return select(PortalUser).where(PortalUser.active.is_(True)).order_by(PortalUser.username)
        return super().choice_of(column)

    def check(self, item: Any, *, new: bool) -> None:
        unit, council = (None if place is None else place.id for place in (item.unit, item.council))
        check_appointment(
            Appointment(item.role, unit, council, bool(item.covers_all_leaves), item.leader_kind),
        )
        session = self.datamodel.session
        same = select(Membership.id).where(
            Membership.user_id == item.user.id,
            Membership.role == item.role,
            Membership.unit_id.is_not_distinct_from(unit),
            Membership.council_id.is_not_distinct_from(council),
        )
        if any(number != item.id for number in session.scalars(same)):
            raise InputInvalid("membership_exists")
        if not new and item.role is not Role.ADMINISTRATOR:
            self._keep_administrator(item)

    def may_delete(self, item: Any) -> None:
        self._keep_administrator(item)

    def _keep_administrator(self, item: Any) -> None:
        stored = self.datamodel.session.scalar(select(Membership.role).where(Membership.id == item.id))
        if stored is Role.ADMINISTRATOR:
            refuse_last_administrator(self.datamodel.session, item)


class AccountRecords(Records):
    """Personal accounts; a new one gets a password that is shown once and must be changed."""

    datamodel = PortalInterface(PortalUser)
    quick_filter = AccountFilter
    base_permissions = ["can_list", "can_show", "can_add", "can_edit", "can_reset"]
    list_title, add_title = lazy_gettext("Accounts"), lazy_gettext("Add an account")
    edit_title, show_title = lazy_gettext("Change an account"), lazy_gettext("Account")
    list_columns = ["username", "first_name", "appointments", "active", "password_change_required", "last_login"]
    show_columns = [
        "username",
        "first_name",
        "active",
        "password_change_required",
        "first_password_until",
        "last_login",
    ]
    add_columns = ["username", "first_name"]
    edit_columns = ["first_name", "active"]
    search_columns = ["active", "password_change_required", "last_login"]
    base_order = ("username", "asc")
    label_columns = {
        "username": lazy_gettext("Account"),
        "first_name": lazy_gettext("Shown as"),
        "active": lazy_gettext("Switched on"),
        "password_change_required": lazy_gettext("Must change its password"),
        "first_password_until": lazy_gettext("First password opens until"),
        "last_login": lazy_gettext("Last sign-in"),
        "appointments": lazy_gettext("Roles held"),
    }
    description_columns = {
        "username": lazy_gettext("Small letters, digits and signs between them: can_bo_01."),
        "first_name": lazy_gettext("The post, as colleagues know it."),
        "active": lazy_gettext("Switched off, nobody signs in with it and its open sessions end; its traces stay."),
    }
    fields_of_refusals = {
        "account_exists": "username",
        "username_unreadable": "username",
        "own_account_kept": "active",
    }
    parts = (("MembershipRecords", "user"),)
    empty_words = lazy_gettext("Accounts are personal: one for each post.")

    def title_of(self, item: Any) -> str:
        return str(item.first_name)

    def check(self, item: Any, *, new: bool) -> None:  # noqa: ARG002 - accounts are added by their service
        if item.active:
            return
        if item.id == current_actor().user_id:
            raise InputInvalid("own_account_kept")
        refuse_last_administrator(self.datamodel.session, item)

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> ResponseReturnValue:
        """Add an account; the answer shows its first password, and nothing keeps it."""
        form = self.add_form.refresh()
        if not form.is_submitted():
            return self._form(form, None)
        if form.validate():
            try:
                made = add_account(
                    username=form.username.data,
                    display=form.first_name.data,
                    actor=current_actor(),
                    clock=clock(),
                    term=current_app.config["FIRST_PASSWORD_TERM"],
                )
            except DomainError as refused:
                self._say(form, refused)
            else:
                return self._first_password(made)
        return self._refused(form, None)

    @expose("/reset/<pk>", methods=["POST"])
    @has_access
    def reset(self, pk: str) -> ResponseReturnValue:
        """Give a new first password; the answer shows it, and nothing keeps it."""
        item = self._found(pk)
        try:
            term = current_app.config["FIRST_PASSWORD_TERM"]
            made = reset_password(item.id, actor=current_actor(), clock=clock(), term=term)
        except DomainError as refused:
            return self._fixed(item, refused)
        return self._first_password(made)

    def _first_password(self, made: FirstAccount) -> str:
        back = url_for("AccountRecords.list", q=made.username)
        return self._page("records/first_password.html", self.show_title, made=made, back=back)


class AuditFilter(BaseFilter):
    """Find acts by who did them, what kind they were, on which row."""

    name = "words"
    arg_name = None

    def apply(self, query: Any, value: str) -> Any:
        columns = (AuditEvent.actor_name, AuditEvent.action, AuditEvent.object_type, AuditEvent.object_id)
        return query.filter(or_(*(column.icontains(value, autoescape=True) for column in columns)))


class AuditEventRecords(Records):
    datamodel = PortalInterface(AuditEvent)
    quick_filter = AuditFilter
    base_permissions = ["can_list", "can_show"]
    list_title, show_title = lazy_gettext("Audit log"), lazy_gettext("Audit row")
    show_template = "records/audit_event.html"
    list_columns = ["at", "actor_name", "action", "object_type", "object_id", "stream"]
    show_columns = [*list_columns, "note", "address", "sequence", "hash"]
    add_columns = edit_columns = ["note"]  # no form is reached: FAB would make one over every column
    search_columns = ["at", "actor_name", "stream"]
    base_order = ("id", "desc")
    label_columns = {
        "at": lazy_gettext("When"),
        "actor_name": lazy_gettext("Who"),
        "action": lazy_gettext("What"),
        "object_type": lazy_gettext("Kind of row"),
        "object_id": lazy_gettext("Row"),
        "stream": lazy_gettext("Stream"),
        "note": lazy_gettext("Reason"),
        "address": lazy_gettext("Address"),
        "sequence": lazy_gettext("Number in the stream"),
        "hash": "SHA-256",
    }
    list_hint = lazy_gettext("Everything that was written, newest first. Nobody changes it, not even here.")
    empty_words = lazy_gettext("Nothing was written yet.")

    def extra_of(self, item: Any) -> dict[str, Any]:
        old, new = item.old or {}, item.new or {}
        return {"changes": [(name, old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new])]}

    def title_of(self, item: Any) -> str:
        return f"{stream_in_words(item.stream)}, {item.sequence}"
