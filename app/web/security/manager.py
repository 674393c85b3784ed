"""FAB's security, narrowed: our accounts, permissions from appointments, sessions tied to the password."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from flask import current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.security.views import AuthDBView
from flask_appbuilder.views import expose
from flask_login import current_user, login_user

from app.db.identity import PortalUser
from app.domain.policy import Permission, may_ever
from app.web.access import FRAMEWORK_ROUTES, current_actor_or_none

STAMP_KEY = "password_stamp"


def password_stamp(user: PortalUser) -> str:
    """Return what ties a session to the password it was opened with."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, (user.password or "").encode(), hashlib.sha256).hexdigest()[:32]


def open_session(user: PortalUser) -> None:
    """Sign `user` in under a fresh session: nothing of an older one is kept."""
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
    session.permanent = True
    login_user(user, remember=False)
    session[STAMP_KEY] = password_stamp(user)


class SignIn(AuthDBView):
    """Sign-in by name and password; leaving is a POST, so that no link signs anybody out."""

    login_template = "security/login.html"

    @expose("/login/", methods=["GET", "POST"])
    def login(self) -> ResponseReturnValue:
        if g.user is not None and g.user.is_authenticated:
            return redirect(self.appbuilder.get_url_for_index)
        wrong = False
        if request.method == "POST":
            name = " ".join(request.form.get("username", "").split())
            user = self.appbuilder.sm.auth_user_db(name, request.form.get("password", ""))
            if user is not None:
                open_session(user)
                return redirect(_local(request.args.get("next", "")))
            wrong = True
        page: str = self.render_template(self.login_template, wrong=wrong)
        return page, 401 if wrong else 200

    @expose("/logout/", methods=["POST"])
    def logout(self) -> ResponseReturnValue:
        session.clear()
        return redirect(url_for("AuthDBView.login"))


SignIn.__name__ = "AuthDBView"  # FAB names endpoints after classes


def _local(target: str) -> str:
    """Return `target` when it is a path of this portal, else the start page."""
    local = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    return target if local and ":" not in target.split("/", 2)[1] else "/"


class PortalSecurityManager(SecurityManager):
    user_model = PortalUser
    authdbview = SignIn
    security_api = None
    userstatschartview = None

    def load_user(self, pk: Any) -> PortalUser | None:
        """Return the signed-in account; a session older than its password is nobody's."""
        user: PortalUser | None = super().load_user(pk)
        if user is None or not user.active:
            return None
        if not hmac.compare_digest(session.get(STAMP_KEY, ""), password_stamp(user)):
            return None
        return user

    def has_access(self, permission_name: str, view_name: str) -> bool:  # noqa: ARG002 - FAB's signature
        """Answer the frameworks from the one policy: who may configure what, by appointment."""
        actor = current_actor_or_none()
        if actor is None or not current_user.is_authenticated:
            return False
        needed = FRAMEWORK_ROUTES.get(view_name)
        if not isinstance(needed, Permission):
            return False
        return may_ever(actor, needed)

    def register_views(self) -> None:
        """Register the sign-in alone: accounts and roles have screens of our own."""
        self.auth_view = self.appbuilder.add_view_no_menu(self.authdbview)
        self.appbuilder.sm.auth_view = self.auth_view


def refresh_session(user_id: int) -> None:
    """Go on under the new password, in a fresh session."""
    sm = current_app.appbuilder.sm  # type: ignore[attr-defined]
    sm.session.expire_all()
    open_session(sm.get_user_by_id(user_id))
