"""Change one's password; the first one must be changed before anything else is reached."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.domain.errors import DomainError
from app.services.accounts import change_password
from app.services.passwords import PROFILES
from app.web.access import current_actor, signed_in
from app.web.clocks import clock
from app.web.security.manager import refresh_session
from app.words.refusals import sentence

blueprint = Blueprint("password", __name__)


@blueprint.route("/password", methods=["GET", "POST"])
@signed_in
def change() -> ResponseReturnValue:
    """Ask for the present password and twice the new one; every other session of the account dies."""
    refusal, profile = "", PROFILES[current_app.config["PASSWORD_PROFILE"]]
    if request.method == "POST":
        try:
            change_password(
                present=request.form.get("present", ""),
                wanted=request.form.get("wanted", ""),
                repeated=request.form.get("repeated", ""),
                actor=current_actor(),
                clock=clock(),
                profile=profile,
                owners=(current_app.config["PORTAL_OWNER"],),
            )
        except DomainError as problem:
            refusal = sentence(problem)
        else:
            refresh_session(current_user.id)
            return redirect(url_for("home.index"))
    first = current_user.password_change_required
    page = render_template("security/password.html", refusal=refusal, first=first, profile=profile)
    return page, 422 if refusal else 200
