"""The appraisers' desk: my leaves criterion by criterion or unit by unit, and one case at a time."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission
from app.domain.terms import Decision
from app.services.appraisal import CaseView, DeskLeaf, GiveVerdict, case_view, desk, give_verdict
from app.services.citations import citations
from app.web.access import access, current_actor
from app.web.claim_forms import Claim, claim_of_form, control_of, values_of_claim, values_of_form
from app.web.clocks import clock
from app.web.errors import status_of
from app.words.refusals import sentence

blueprint = Blueprint("appraisal", __name__, url_prefix="/appraisal")


@blueprint.get("/")
@access(Permission.VERDICT_GIVE)
def index() -> ResponseReturnValue:
    """List my leaves, grouped by criterion (`by=criterion`, the default) or by unit."""
    leaves = desk(actor=current_actor(), clock=clock())
    by_unit = request.args.get("by") == "unit"
    if request.args.get("show") == "waiting":
        leaves = [leaf for leaf in leaves if leaf.waits]

    def key(leaf: DeskLeaf) -> tuple[str, str]:
        return (leaf.campaign, leaf.unit if by_unit else f"{leaf.node.code} {leaf.node.title}")

    order = sorted(
        leaves, key=lambda leaf: (leaf.campaign, leaf.unit if by_unit else "", leaf.node.position, leaf.unit)
    )
    groups = [(name, list(rows)) for name, rows in groupby(order, key=key)]
    waiting = sum(leaf.waits for leaf in leaves)
    return render_template("appraisal/index.html", groups=groups, by_unit=by_unit, waiting=waiting, total=len(leaves))


@blueprint.get("/<int:assessment_id>/<code>")
@access(Permission.VERDICT_READ)
def case(assessment_id: int, code: str) -> ResponseReturnValue:
    return _page(assessment_id, code)


def _page(assessment_id: int, code: str, refused: DomainError | None = None) -> ResponseReturnValue:
    view = case_view(assessment_id, code, actor=current_actor(), clock=clock())
    page = render_template(
        "appraisal/case.html",
        case=view,
        line=view,
        problem=None,
        refusal="" if refused is None else sentence(refused),
        field="" if refused is None else str(refused.details.get("field", "")),
        typed=request.form,
        values=lambda line: values_of_form(request.form) if refused else values_of_claim(line.pinned.claim),
        control_of=control_of,
        baselines=view.baselines,
        citations=citations(assessment_id),
        following=_following(view),
    )
    return page, 200 if refused is None else status_of(refused)


def _following(view: CaseView) -> DeskLeaf | None:
    """Return the next leaf that waits: the same criterion in the next unit first."""
    waiting = [leaf for leaf in desk(actor=current_actor(), clock=clock()) if leaf.waits]
    waiting = [leaf for leaf in waiting if (leaf.assessment_id, leaf.node.code) != (view.assessment_id, view.node.code)]
    same = [leaf for leaf in waiting if leaf.node.code == view.node.code]
    return next(iter((*same, *waiting)), None)


@blueprint.post("/<int:assessment_id>/<code>")
@access(Permission.VERDICT_GIVE)
def decide(assessment_id: int, code: str) -> ResponseReturnValue:
    """Give one verdict and go on to the next case; a refusal keeps what was typed."""
    view = case_view(assessment_id, code, actor=current_actor(), clock=clock())
    try:
        give_verdict(_command(view), actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(assessment_id, code, refused)
    flash(gettext("Decided: %(code)s, %(unit)s.", code=code, unit=view.unit))
    following = _following(view)
    if following is None:
        return redirect(url_for("appraisal.index"))
    return redirect(url_for("appraisal.case", assessment_id=following.assessment_id, code=following.node.code))


def _command(view: CaseView) -> GiveVerdict:
    given = request.form.get("decision", "")
    if given not in {Decision.AGREE, Decision.DISAGREE}:
        raise InputInvalid("decision_missing", field="decision")
    decision = Decision(given)
    said = request.form.get("said", type=int)
    return GiveVerdict(
        assessment_id=view.assessment_id,
        code=view.node.code,
        decision=decision,
        said=view.said if said is None else said,
        claim=_claim(view) if decision is Decision.DISAGREE else None,
        reason=request.form.get("reason", ""),
    )


def _claim(view: CaseView) -> Claim | None:
    """Return the corrected claim: one of the campaign's grounds for 0, or what the rule's own fields say."""
    ground = request.form.get("ground", "")
    if ground:
        return {"zero": ground}
    return None if view.node.rule is None else claim_of_form(view.node.rule, request.form)
