"""Pages for everybody: is this paper ours, and the published rankings of campaigns that say so."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.domain.errors import DomainError
from app.services.authenticity import find_paper
from app.services.public_results import public_ranking, public_rankings
from app.web.access import public
from app.web.clocks import clock
from app.web.errors import status_of
from app.words.refusals import sentence

blueprint = Blueprint("public", __name__, url_prefix="/public")


@blueprint.get("/verify")
@public
def verify() -> ResponseReturnValue:
    """Say whose a fingerprint is, and whether the paper still holds."""
    asked, found, refusal = request.args.get("asked", "").strip()[:300], None, None
    if asked:
        try:
            found = find_paper(asked)
        except DomainError as refused:
            refusal = refused
    page = render_template(
        "public/verify.html",
        asked=asked,
        found=found,
        refusal="" if refusal is None else sentence(refusal),
    )
    return page, 200 if refusal is None else status_of(refusal)


@blueprint.get("/results")
@public
def rankings() -> ResponseReturnValue:
    return render_template("public/rankings.html", rankings=public_rankings())


@blueprint.get("/results/<int:group_stage_id>")
@public
def ranking(group_stage_id: int) -> ResponseReturnValue:
    return render_template("public/ranking.html", ranking=public_ranking(group_stage_id, clock=clock()))
