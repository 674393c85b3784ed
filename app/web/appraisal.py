"""The appraisers' desk: my leaves criterion by criterion or unit by unit, and one case at a time."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission, may_ever
from app.domain.terms import Decision, Stage
from app.services.appraisal import CaseView, GiveVerdict, case_view, give_verdict
from app.services.case_file import case_file
from app.services.citations import citations
from app.services.desk import DeskLeaf, desk
from app.web.access import access, current_actor
from app.web.claim_forms import Claim, claim_of_form, control_of, values_of_claim, values_of_form
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.marks import field_of, say
from app.web.records.fields import read_instant
from app.web.verdict_forms import INSERT, minutes_of_form, with_snippet

blueprint = Blueprint("appraisal", __name__, url_prefix="/appraisal")


@blueprint.get("/")
@access(Permission.VERDICT_GIVE)
def index() -> ResponseReturnValue:
    """List my leaves, grouped by criterion (`by=criterion`, the default) or by unit."""
    every = desk(actor=current_actor(), clock=clock())
    by_unit = request.args.get("by") == "unit"
    whose = _whose(every)
    leaves = [leaf for leaf in every if {"mine": leaf.mine, "nobodys": leaf.nobodys}.get(whose, True)]
    if request.args.get("show") == "waiting":
        leaves = [leaf for leaf in leaves if leaf.waits]

    def key(leaf: DeskLeaf) -> tuple[str, str]:
        return (leaf.campaign, leaf.unit if by_unit else f"{leaf.node.code} {leaf.node.title}")

    order = sorted(
        leaves, key=lambda leaf: (leaf.campaign, leaf.unit if by_unit else "", leaf.node.position, leaf.unit)
    )
    groups = [(name, list(rows)) for name, rows in groupby(order, key=key)]
    waiting = sum(leaf.waits for leaf in leaves)
    return render_template(
        "appraisal/index.html",
        groups=groups,
        by_unit=by_unit,
        waiting=waiting,
        total=len(leaves),
        whose=whose,
        shared=not all(leaf.mine for leaf in every),
        may_share=may_ever(current_actor(), Permission.SHARE_READ),
        criterion_pages=_criterion_pages,
        only_waiting=request.args.get("show") == "waiting",
        second_rounds=sorted(
            {(leaf.group_stage_id, leaf.group) for leaf in every if leaf.stage is Stage.SECOND_APPRAISAL}
        ),
    )


def _criterion_pages(leaves: list[DeskLeaf]) -> list[tuple[int, int, str, str]]:
    """Return the pages on which the rows of one heading stand side by side: one for each group."""
    return sorted({(leaf.campaign_id, leaf.group_id, leaf.group, leaf.node.code) for leaf in leaves})


def _whose(leaves: list[DeskLeaf]) -> str:
    """Return whose leaves are listed: as asked, else the reader's own share, or all where there is none."""
    asked = request.args.get("whose", "")
    if asked in {"mine", "agency", "nobodys"}:
        return asked
    return "mine" if any(leaf.mine for leaf in leaves) else "agency"


@blueprint.get("/<int:assessment_id>/<code>")
@access(Permission.VERDICT_READ)
def case(assessment_id: int, code: str) -> ResponseReturnValue:
    return _page(assessment_id, code)


def case_page(assessment_id: int, code: str, refused: DomainError) -> ResponseReturnValue:
    """Draw a case again with what stands against an act beside its verdict, and with what was typed."""
    return _page(assessment_id, code, refused)


def _page(assessment_id: int, code: str, refused: DomainError | None = None) -> ResponseReturnValue:
    view = case_view(assessment_id, code, actor=current_actor(), clock=clock())
    page = render_template(
        "appraisal/case.html",
        case=view,
        line=view,
        problem=None,
        refusal=say(refused),
        field=field_of(refused),
        typed=with_snippet(request.form),
        values=lambda line: _values(line.pinned.claim),
        control_of=control_of,
        baselines=view.baselines,
        citations=citations(assessment_id),
        following=_following(view),
        beside=case_file(assessment_id, code, actor=current_actor(), clock=clock()),
    )
    return page, 200 if refused is None else status_of(refused)


def _values(claimed: Claim | None) -> dict[str, list[str]]:
    """Return what the fields of a result show: a request or an agreement that was refused has not touched them."""
    corrected = request.form.get("decision") == Decision.DISAGREE
    return values_of_form(request.form) if corrected else values_of_claim(claimed)


def _following(view: CaseView) -> DeskLeaf | None:
    """Return the next leaf that waits: the same criterion in the next unit first."""
    waiting = [leaf for leaf in desk(actor=current_actor(), clock=clock()) if leaf.waits]
    waiting = [leaf for leaf in waiting if (leaf.assessment_id, leaf.node.code) != (view.assessment_id, view.node.code)]
    waiting.sort(key=lambda leaf: not leaf.mine)
    same = [leaf for leaf in waiting if leaf.node.code == view.node.code]
    return next(iter((*same, *waiting)), None)


@blueprint.post("/<int:assessment_id>/<code>")
@access(Permission.VERDICT_GIVE)
def decide(assessment_id: int, code: str) -> ResponseReturnValue:
    """Give one verdict and go on to the next case; a refusal keeps what was typed."""
    if INSERT in request.form:
        return _page(assessment_id, code)
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
    if given not in set(Decision):
        raise InputInvalid("decision_missing", field="decision")
    decision = Decision(given)
    said = request.form.get("said", type=int)
    return GiveVerdict(
        assessment_id=view.assessment_id,
        code=view.node.code,
        decision=decision,
        said=view.said if said is None else said,
        claim=_claim(view) if decision is Decision.DISAGREE else None,
        reason=request.form.get("wanted" if decision is Decision.REQUEST_EVIDENCE else "reason", ""),
        due_at=_due() if decision is Decision.REQUEST_EVIDENCE else None,
        minutes=minutes_of_form(request.form),
    )


def _due() -> dt.datetime | None:
    """Return until when a request runs; nothing typed takes the campaign's term."""
    text = request.form.get("due_at", "").strip()
    try:
        return read_instant(text) if text else None
    except InputInvalid as unreadable:
        raise InputInvalid(unreadable.code, field="due_at", **unreadable.details) from unreadable


def _claim(view: CaseView) -> Claim | None:
    """Return the corrected claim: one of the campaign's grounds for 0, or what the rule's own fields say."""
    ground = request.form.get("ground", "")
    if ground:
        return {"zero": ground}
    return None if view.node.rule is None else claim_of_form(view.node.rule, request.form)
