"""Thông báo: what I was told, read or not, and what of it is mailed to me; mails that did not go their way."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.domain.errors import InputInvalid
from app.domain.policy import Permission
from app.services.inbox import choose_mail, inbox, mail_choice, mark_read, open_notice, unread_count
from app.services.outbox import send_again, troubled_mails
from app.web.access import access, current_actor, signed_in
from app.web.clocks import clock
from app.words.notices import CHOICES, notice_words
from app.words.refusals import sentence

blueprint = Blueprint("notices", __name__, url_prefix="/notices")


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    before = request.args.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    return render_template("notices/index.html", inbox=inbox(actor=current_actor(), before=number))


@blueprint.get("/<int:notice_id>")
@signed_in
def follow(notice_id: int) -> ResponseReturnValue:
    """Lead to what a notice tells of; it is read by that."""
    return redirect(open_notice(notice_id, actor=current_actor(), clock=clock()))


@blueprint.post("/<int:notice_id>/read")
@signed_in
def read(notice_id: int) -> ResponseReturnValue:
    mark_read(notice_id, actor=current_actor(), clock=clock())
    return redirect(url_for("notices.index"))


@blueprint.post("/read")
@signed_in
def read_all() -> ResponseReturnValue:
    mark_read(None, actor=current_actor(), clock=clock())
    return redirect(url_for("notices.index"))


@blueprint.route("/choice", methods=["GET", "POST"])
@signed_in
def choice() -> ResponseReturnValue:
    """Choose what is mailed: what asks me to act, everything, once a day, nothing."""
    refusal = ""
    if request.method == "POST":
        try:
            choose_mail(request.form.get("choice", ""), actor=current_actor(), clock=clock())
        except InputInvalid as refused:
            refusal = sentence(refused)
        else:
            flash(gettext("Kept: this is what will be mailed to you."))
            return redirect(url_for("notices.choice"))
    page = render_template("notices/choice.html", mail=mail_choice(actor=current_actor()), refusal=refusal)
    return page, 422 if refusal else 200


@blueprint.get("/mails")
@access(Permission.MAIL_MANAGE)
def mails() -> ResponseReturnValue:
    return render_template("notices/mails.html", mails=troubled_mails(actor=current_actor(), clock=clock()))


@blueprint.post("/mails/<int:mail_id>/again")
@access(Permission.MAIL_MANAGE)
def again(mail_id: int) -> ResponseReturnValue:
    send_again(mail_id, actor=current_actor(), clock=clock())
    flash(gettext("The mail waits to be sent again."))
    return redirect(url_for("notices.mails"))


def _unread() -> int:
    """Return what the bell shows; nothing while only the page of the first password is reached."""
    signed = current_user and current_user.is_authenticated and not current_user.password_change_required
    return unread_count(actor=current_actor()) if signed else 0


def register(app: Flask) -> None:
    app.jinja_env.globals["unread_notices"] = _unread
    app.jinja_env.globals["notice_words"] = notice_words
    app.jinja_env.globals["mail_choices"] = CHOICES
