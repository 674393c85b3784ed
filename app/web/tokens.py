"""Keys of an account for other systems: made, shown once, revoked; by the administrator."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError
from app.domain.policy import Permission
from app.services.api_tokens import MakeToken, make_token, revoke_token, tokens_of
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.marks import field_of, say

blueprint = Blueprint("tokens", __name__, url_prefix="/accounts")


@blueprint.get("/<int:user_id>/keys")
@access(Permission.ACCOUNT_CONFIGURE)
def index(user_id: int) -> ResponseReturnValue:
    return _page(user_id)


def _page(user_id: int, refused: DomainError | None = None, made: str = "") -> ResponseReturnValue:
    page = render_template(
        "security/tokens.html",
        view=tokens_of(user_id, actor=current_actor(), clock=clock()),
        made=made,
        typed=request.form,
        field=field_of(refused),
        refusal=say(refused),
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:user_id>/keys")
@access(Permission.ACCOUNT_CONFIGURE)
def make(user_id: int) -> ResponseReturnValue:
    """Make a key and show it, this once; a refusal keeps what was typed."""
    days = request.form.get("days", "").strip()
    command = MakeToken(
        user_id=user_id,
        name=request.form.get("name", ""),
        days=int(days) if days.isdecimal() and len(days) < 6 else 0,
        may_write=request.form.get("may_write") == "yes",
    )
    try:
        key = make_token(command, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(user_id, refused)
    return _page(user_id, made=key)


@blueprint.post("/keys/<int:token_id>/revoke")
@access(Permission.ACCOUNT_CONFIGURE)
def revoke(token_id: int) -> ResponseReturnValue:
    user_id = revoke_token(token_id, actor=current_actor(), clock=clock())
    flash(gettext("The key is revoked. It opens nothing any more."))
    return redirect(url_for("tokens.index", user_id=user_id))
