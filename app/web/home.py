"""The start page: what waits for me, the sheets of my own unit, who I am by role and unit."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.services.adopted_flags import changes_waiting
from app.services.appointments import appointments_of
from app.services.delegations import deputy_of
from app.services.my_sheets import my_sheets
from app.services.waiting import acts_waiting, leaves_waiting
from app.web.access import current_actor, signed_in
from app.web.board import ACTIONS, UNMET
from app.web.clocks import clock
from app.web.labels import role_words

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    actor = current_actor()
    own = [line for line in my_sheets(actor=actor, clock=clock()) if line.unit_id in actor.unit_ids]
    return render_template(
        "home/index.html",
        deputising=[(role_words(row.role), row) for row in deputy_of(actor=actor, clock=clock())],
        held=[(role_words(row.role), row.place) for row in appointments_of(actor=actor)],
        leaves=leaves_waiting(actor=actor, clock=clock()),
        changed=changes_waiting(actor=actor),
        acts=acts_waiting(actor=actor, clock=clock()),
        actions=ACTIONS,
        unmet=UNMET,
        waiting=[line for line in own if line.waits],
        sheets=[line for line in own if not line.waits],
    )
