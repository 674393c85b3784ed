"""FAB's security, narrowed: our accounts, permissions from appointments, sessions tied to the password."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.security.views import AuthDBView
from flask_appbuilder.views import expose
from flask_babel import gettext
from flask_login import current_user, login_user

from app.db.identity import PortalUser
from app.db.session import reading
from app.domain.policy import Permission, may_ever
from app.services.accounts import end_sessions
from app.services.first_accounts import first_password_expired
from app.services.passwords import as_typed
from app.web.access import FRAMEWORK_ROUTES, current_actor, current_actor_or_none
from app.web.clocks import clock
from app.words.refusals import refusal_words

STAMP_KEY = "password_stamp"
#: what a sign-in that failed answers, and what the limit counts
REFUSED = 401


def password_stamp(user: PortalUser) -> str:
    """Return what ties a session to the password it was opened with, and to the last sign-out of the account."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    tied = f"{user.session_generation}:{user.password or ''}"
    return hmac.new(secret, tied.encode(), hashlib.sha256).hexdigest()[:32]


def empty_session() -> None:
    """Forget everything but the language."""
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale


def open_session(user: PortalUser) -> None:
    """Sign `user` in under a fresh session: nothing of an older one is kept."""
    empty_session()
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
        refusal = ""
        if request.method == "POST":
            name = _name_typed(request.form.get("username", ""))
            user = self.appbuilder.sm.auth_user_db(name, as_typed(request.form.get("password", "")))
            if user is not None and not expired(user):
                open_session(user)
                return redirect(local(request.args.get("next", "")))
            refusal = refusal_words("sign_in_wrong" if user is None else "first_password_expired")
        page: str = self.render_template(self.login_template, refusal=refusal)
        return page, REFUSED if refusal else 200

    @expose("/logout/", methods=["POST"])
    def logout(self) -> ResponseReturnValue:
        """Leave, everywhere: a session is a cookie, and a copy of it would go on opening the door."""
        actor = current_actor()
        empty_session()
        end_sessions(actor=actor, clock=clock())
        flash(gettext("You are signed out, on every device where this account was open."), "info")
        return redirect(url_for("AuthDBView.login"))


SignIn.__name__ = "AuthDBView"  # FAB names endpoints after classes


def _name_typed(text: str) -> str:
    """Return a sign-in name without the blanks of a hasty hand; what no name holds finds nobody and breaks no log."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split()))


def expired(user: PortalUser) -> bool:
    """Return whether the right password of `user` is a first one whose time is over."""
    if not user.password_change_required:
        return False
    with reading() as opened:
        return first_password_expired(user, clock().read(opened))


def local(target: str) -> str:
    """Return `target` when it is a path of this portal, else the start page.

    Browsers drop tabs and line ends and read a backslash as a slash: what holds one is no path of ours.
    """
    if "\\" in target or any(letter < "\x21" or not letter.isprintable() for letter in target):
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    ours = target.startswith("/") and not target.startswith("//") and not (parts.scheme or parts.netloc)
    return target if ours else "/"


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
        """Register the sign-in alone, limited: accounts and roles have screens of our own."""
        self.auth_view = self.appbuilder.add_view_no_menu(self.authdbview)
        self.appbuilder.sm.auth_view = self.auth_view
        if self.is_auth_limited:
            self._limit_guesses()

    def _limit_guesses(self) -> None:
        """Count the failed sign-ins of an address, never those of an account: no stranger locks anybody out.

        Who signs in rightly is not counted: a whole office comes from one address at eight in the morning.
        """

        def failed(answer: Response) -> bool:
            return answer.status_code == REFUSED

        limit = self.limiter.limit(
            self.auth_rate_limit,
            methods=["POST"],
            deduct_when=failed,
            exempt_when=lambda: request.endpoint != "AuthDBView.login",
        )
        limit(self.auth_view.blueprint)

    def update_user_auth_stat(self, user: PortalUser, success: bool = True) -> None:  # noqa: FBT001, FBT002 - FAB's signature
        """Write down how a sign-in ended; a first password that came too late did not open anything."""
        super().update_user_auth_stat(user, success and not expired(user))


def refresh_session(user_id: int) -> None:
    """Go on under the new password, in a fresh session."""
    sm = current_app.appbuilder.sm  # type: ignore[attr-defined]
    sm.session.expire_all()
    open_session(sm.get_user_by_id(user_id))
