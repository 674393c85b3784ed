"""Access is denied by default: every route says who may reach it, or nobody does.

A view of ours is stamped by `@access(permission)`, `@signed_in` or `@public`; the frameworks' routes have their row in
FRAMEWORK_ROUTES. The route asks the coarse question, the service the real one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, g, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.db.queries.people import actor_of
from app.db.session import reading
from app.domain.policy import Actor, Permission, may_ever
from app.web.clocks import clock

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC, SIGNED_IN = "public", "signed_in"
STAMP = "__access__"

#: endpoint (exact, or the blueprint's name before the dot) of the frameworks → who may reach it
FRAMEWORK_ROUTES: dict[str, str | Permission] = {
    "static": PUBLIC,
    "appbuilder.static": PUBLIC,
    "AuthDBView.login": PUBLIC,
    "AuthDBView.logout": SIGNED_IN,
    "LocaleView.index": PUBLIC,
    "UnitRecords": Permission.UNIT_CONFIGURE,
    "PeerGroupRecords": Permission.UNIT_CONFIGURE,
    "CouncilRecords": Permission.UNIT_CONFIGURE,
    "LegalBasisRecords": Permission.UNIT_CONFIGURE,
    "HolidayRecords": Permission.CAMPAIGN_CONFIGURE,
    "MembershipRecords": Permission.ACCOUNT_CONFIGURE,
    "AccountRecords": Permission.ACCOUNT_CONFIGURE,
    "CriteriaSetRecords": Permission.SET_CONFIGURE,
    "CriterionRecords": Permission.SET_CONFIGURE,
    "FindingRecords": Permission.SET_CONFIGURE,
    "CriterionBasisRecords": Permission.SET_CONFIGURE,
    "CampaignRecords": Permission.CAMPAIGN_CONFIGURE,
    "PhaseRecords": Permission.CAMPAIGN_CONFIGURE,
    "GradeBandRecords": Permission.CAMPAIGN_CONFIGURE,
    "GroupStageRecords": Permission.CAMPAIGN_CONFIGURE,
    "AdjustmentItemRecords": Permission.CAMPAIGN_CONFIGURE,
    "AuditEventRecords": Permission.AUDIT_READ,
    "UnitApi": Permission.UNIT_CONFIGURE,
    "PeerGroupApi": Permission.UNIT_CONFIGURE,
    "CouncilApi": Permission.UNIT_CONFIGURE,
    "LegalBasisApi": Permission.UNIT_CONFIGURE,
    "CampaignApi": Permission.CAMPAIGN_CONFIGURE,
    "PhaseApi": Permission.CAMPAIGN_CONFIGURE,
    "CriteriaSetApi": Permission.SET_CONFIGURE,
    "CriterionApi": Permission.SET_CONFIGURE,
    "desk.index": SIGNED_IN,
    "desk_criteria": Permission.DESK_EDIT,
    "desk_officers": Permission.OFFICER_ASSIGN,
    "desk_appraisers": Permission.DESK_EDIT,
    "desk_store": Permission.STORE_READ,
}

#: routes a generated view brings along that nobody is given
CLOSED = frozenset({"download", "action", "action_post", "action_view", "ajax_lookup"})

#: reachable while the first password still waits to be changed
BEFORE_PASSWORD_CHANGE = frozenset(
    {"password.change", "AuthDBView.logout", "static", "appbuilder.static", "health.check"},
)


def access(needed: Permission) -> Callable[[View], View]:
    """Stamp a view: only those who hold `needed` on some subject reach it."""
    return lambda view: _stamp(view, needed)


def signed_in(view: View) -> View:
    return _stamp(view, SIGNED_IN)


def public(view: View) -> View:
    return _stamp(view, PUBLIC)


def _stamp(view: View, needed: str | Permission) -> View:
    setattr(view, STAMP, needed)
    return view


def needed_for(app: Flask, endpoint: str) -> str | Permission | None:
    """Return what `endpoint` asks for, or None: then nobody reaches it."""
    if endpoint in FRAMEWORK_ROUTES:
        return FRAMEWORK_ROUTES[endpoint]
    stamped: str | Permission | None = getattr(app.view_functions.get(endpoint), STAMP, None)
    if stamped is not None:
        return stamped
    view, _, name = endpoint.partition(".")
    return None if name in CLOSED else FRAMEWORK_ROUTES.get(view)


def is_api() -> bool:
    """Whether the request asks the API, whose door is a key and not a session (``app/web/api/entry.py``)."""
    return request.path.startswith("/api/")


def guard(app: Flask) -> None:
    @app.before_request
    def _guard() -> ResponseReturnValue | None:
        if is_api() or request.endpoint is None:
            return None  # the API has its own door; where there is no route, the 404 page says so
        return _asked(app, request.endpoint)


def _asked(app: Flask, endpoint: str) -> ResponseReturnValue | None:
    needed = needed_for(app, endpoint)
    if needed is None:
        abort(404)
    if needed == PUBLIC:
        return None
    if not current_user.is_authenticated:
        return redirect(url_for("AuthDBView.login", next=request.full_path if request.method == "GET" else "/"))
    if current_user.password_change_required and endpoint not in BEFORE_PASSWORD_CHANGE:
        return redirect(url_for("password.change"))
    if isinstance(needed, Permission) and not may_ever(current_actor(), needed):
        abort(403)
    return None


def current_actor() -> Actor:
    """Return who acts in this request, with their appointments as they stand now."""
    if "actor" not in g:
        with reading() as session:
            g.actor = actor_of(session, current_user.id, address=request.remote_addr or "", clock=clock())
    actor: Actor = g.actor
    return actor


def current_actor_or_none() -> Actor | None:
    if not has_request_context() or not current_user or not current_user.is_authenticated:
        return None
    return current_actor()
