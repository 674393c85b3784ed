"""Generated records of people: accounts, roles held, and the audit log of what everybody did."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, lazy_gettext
from sqlalchemy import func, select

from app.db.audit import AuditEvent
from app.db.identity import Membership, PortalUser
from app.domain.errors import InputInvalid
from app.domain.terms import LeaderKind, Role
from app.services.seed_identity import first_password, new_account
from app.web.labels import LEADER_KINDS, ROLES
from app.web.records.base import Records
from app.web.records.fields import WordsField


class MembershipRecords(Records):
    datamodel = SQLAInterface(Membership)
    quick_search = False
    list_title, add_title = lazy_gettext("Roles held"), lazy_gettext("Give a role")
    edit_title, show_title = lazy_gettext("Change a role held"), lazy_gettext("Role held")
    list_columns = show_columns = ["user", "role", "unit", "council", "covers_all_leaves", "leader_kind"]
    add_columns = edit_columns = ["user", "role", "unit", "council", "covers_all_leaves", "leader_kind"]
    search_columns = ["user", "unit", "council"]
    base_order = ("id", "asc")
    label_columns = {
        "user": lazy_gettext("Account"),
        "role": lazy_gettext("Role"),
        "unit": lazy_gettext("Unit"),
        "council": lazy_gettext("Council"),
        "covers_all_leaves": lazy_gettext("Collates: every criterion of the unit"),
        "leader_kind": lazy_gettext("Kind of leader"),
    }
    add_form_extra_fields = edit_form_extra_fields = {
        "role": WordsField(lazy_gettext("Role"), vocabulary=Role, words=ROLES),
        "leader_kind": WordsField(
            lazy_gettext("Kind of leader"), vocabulary=LeaderKind, words=LEADER_KINDS, optional=True
        ),
    }
    empty_words = lazy_gettext("A role is held in a unit or in a council.")


class AccountRecords(Records):
    """Personal accounts; a new one gets a password that is shown once and must be changed."""

    datamodel = SQLAInterface(PortalUser)
    quick_search = False
    base_permissions = ["can_list", "can_show", "can_add", "can_edit"]
    list_title, add_title = lazy_gettext("Accounts"), lazy_gettext("Add an account")
    edit_title, show_title = lazy_gettext("Change an account"), lazy_gettext("Account")
    list_columns = ["username", "first_name", "active", "password_change_required", "last_login"]
    show_columns = [*list_columns, "appointments"]
    add_columns = ["username", "first_name"]
    edit_columns = ["first_name", "active"]
    search_columns = ["username", "first_name", "active"]
    base_order = ("username", "asc")
    label_columns = {
        "username": lazy_gettext("Account"),
        "first_name": lazy_gettext("Shown as"),
        "active": lazy_gettext("Switched on"),
        "password_change_required": lazy_gettext("Must change its password"),
        "last_login": lazy_gettext("Last sign-in"),
        "appointments": lazy_gettext("Roles held"),
    }
    fields_of_refusals = {"account_exists": "username"}
    empty_words = lazy_gettext("Accounts are personal: one for each post.")

    def check(self, item: Any, *, new: bool) -> None:
        if not new:
            return
        same = select(func.count(PortalUser.id)).where(PortalUser.username == item.username)
        if self.datamodel.session.scalar(same):
            raise InputInvalid("account_exists", username=item.username)
        password = first_password()
        made = new_account(item.username, item.first_name, password)
        for column in ("last_name", "email", "active", "password", "password_change_required"):
            setattr(item, column, getattr(made, column))
        flash(
            gettext(
                "One-time password of %(name)s: %(password)s. It is shown only now.",
                name=item.username,
                password=password,
            )
        )


class AuditEventRecords(Records):
    datamodel = SQLAInterface(AuditEvent)
    quick_search = False
    base_permissions = ["can_list", "can_show"]
    list_title, show_title = lazy_gettext("Audit log"), lazy_gettext("Audit row")
    list_columns = ["at", "actor_name", "action", "object_type", "object_id", "stream"]
    show_columns = [*list_columns, "old", "new", "note", "address", "sequence"]
    search_columns = ["at", "actor_name", "action", "object_type", "object_id", "stream"]
    base_order = ("id", "desc")
    label_columns = {
        "at": lazy_gettext("When"),
        "actor_name": lazy_gettext("Who"),
        "action": lazy_gettext("What"),
        "object_type": lazy_gettext("Kind of row"),
        "object_id": lazy_gettext("Row"),
        "stream": lazy_gettext("Stream"),
        "old": lazy_gettext("Before"),
        "new": lazy_gettext("After"),
        "note": lazy_gettext("Reason"),
        "address": lazy_gettext("Address"),
        "sequence": lazy_gettext("Number in the stream"),
    }
    empty_words = lazy_gettext("Nothing was written yet.")
