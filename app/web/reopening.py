"""What moves units of a concluded or published group alone: reopen leaves, annul results, publish the next edition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.editions import PositionsAfter
from app.domain.errors import DomainError
from app.domain.policy import Permission
from app.services.annulment import Annul, annul, annullable
from app.services.editions import next_edition
from app.services.publication import Publish, publish
from app.services.reopening import ReopenLeaves, reopen_leaves, reopenable
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.form_values import day, numbers
from app.web.marks import say
from app.web.paper_words import in_vietnamese

blueprint = Blueprint("reopening", __name__, url_prefix="/board")


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(numbers(request.form.getlist(name)))


def _page(name: str, shown: Any, refused: DomainError | None, **more: Any) -> ResponseReturnValue:
    page = render_template(
        f"board/{name}.html",
        shown=shown,
        refusal=say(refused, units="unit", **({"number": "document"} if name == "next_edition" else {})),
        typed=request.form,
        units=_numbers("unit"),
        leaves=request.form.getlist("leaf"),
        **more,
    )
    return page, 200 if refused is None else status_of(refused)


def _try(act: Callable[[], object], again: Callable[[DomainError], ResponseReturnValue], done: str, group: int) -> Any:
    """Do an act and go back to the group; what stands against it is said on its page, with what was typed."""
    try:
        act()
    except DomainError as refused:
        if status_of(refused) == 404 and refused.code != "leaf_unknown":
            raise
        return again(refused)
    flash(done)
    return redirect(url_for("board.group", group_stage_id=group))


@blueprint.get("/<int:group_stage_id>/reopening")
@access(Permission.GROUP_READ)
def reopening(group_stage_id: int) -> ResponseReturnValue:
    return _reopening(group_stage_id, None)


def _reopening(group_stage_id: int, refused: DomainError | None) -> ResponseReturnValue:
    return _page("reopening", reopenable(group_stage_id, actor=current_actor(), clock=clock()), refused)


@blueprint.post("/<int:group_stage_id>/reopening")
@access(Permission.GROUP_REOPEN)
def reopen(group_stage_id: int) -> ResponseReturnValue:
    command = ReopenLeaves(
        group_stage_id=group_stage_id,
        units=_numbers("unit"),
        leaves=tuple(request.form.getlist("leaf")),
        reason=request.form.get("reason", ""),
        document=request.form.get("document", ""),
    )
    answer: ResponseReturnValue = _try(
        lambda: reopen_leaves(command, actor=current_actor(), clock=clock()),
        lambda refused: _reopening(group_stage_id, refused),
        gettext("Reopened: %(count)s units run alone.", count=len(command.units)),
        group_stage_id,
    )
    return answer


@blueprint.get("/<int:group_stage_id>/annulment")
@access(Permission.GROUP_READ)
def annulment(group_stage_id: int) -> ResponseReturnValue:
    return _annulment(group_stage_id, None)


def _annulment(group_stage_id: int, refused: DomainError | None) -> ResponseReturnValue:
    return _page("annulment", annullable(group_stage_id, actor=current_actor(), clock=clock()), refused)


@blueprint.post("/<int:group_stage_id>/annulment")
@access(Permission.GROUP_ANNUL)
def perform_annulment(group_stage_id: int) -> ResponseReturnValue:
    def act() -> None:
        answer = request.form.get("positions", "")
        command = Annul(
            group_stage_id=group_stage_id,
            units=_numbers("unit"),
            leaves=tuple(request.form.getlist("leaf")),
            number=request.form.get("number", ""),
            decided_on=day("decided_on"),
            reason=request.form.get("reason", ""),
            positions=PositionsAfter(answer) if answer in set(PositionsAfter) else None,
        )
        annul(command, actor=current_actor(), clock=clock())

    answer: ResponseReturnValue = _try(
        act,
        lambda refused: _annulment(group_stage_id, refused),
        gettext("Annulled: %(count)s units are appraised again.", count=len(_numbers("unit"))),
        group_stage_id,
    )
    return answer


@blueprint.get("/<int:group_stage_id>/next-edition")
@access(Permission.GROUP_READ)
def coming(group_stage_id: int) -> ResponseReturnValue:
    return _coming(group_stage_id, None)


def _coming(group_stage_id: int, refused: DomainError | None) -> ResponseReturnValue:
    return _page("next_edition", next_edition(group_stage_id, actor=current_actor(), clock=clock()), refused)


@blueprint.post("/<int:group_stage_id>/next-edition")
@access(Permission.GROUP_PUBLISH)
def publish_next(group_stage_id: int) -> ResponseReturnValue:
    def act() -> None:
        command = Publish(
            group_stage_id=group_stage_id,
            number=request.form.get("document", ""),
            decided_on=day("decided_on"),
            authority=request.form.get("authority", ""),
            signer=request.form.get("signer", ""),
            place=request.form.get("place", ""),
        )
        store = current_app.extensions["blobs"]
        publish(command, store=store, translate=in_vietnamese, actor=current_actor(), clock=clock())

    answer: ResponseReturnValue = _try(
        act, lambda refused: _coming(group_stage_id, refused), gettext("The edition is published."), group_stage_id
    )
    return answer
