"""One criterion across the units of a group: verdicts row by row, or one agreement for every row ticked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.criteria import Node
from app.domain.errors import DomainError, InputInvalid, NotFound
from app.domain.policy import Permission
from app.domain.terms import Decision
from app.services.appraisal import GiveVerdict, give_verdict
from app.services.criterion_desk import CriterionDesk, CriterionRow, criterion_desk
from app.services.verdict_lines import ManyGiven, give_many
from app.web.access import access, current_actor
from app.web.claim_forms import control_of, values_of_claim, values_of_form
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.verdict_forms import INSERT, minutes_of_form, verdict_of_form, with_snippet
from app.words.refusals import sentence

blueprint = Blueprint("appraisal_criterion", __name__, url_prefix="/appraisal/criteria")

SHOWN = ("waiting", "all", "disagreed")
WHOSE = ("agency", "mine", "nobodys")


@dataclass(frozen=True, slots=True)
class RowField:
    """The rule's control in one row: its node bears the sheet's number, so that no two fields share an id."""

    node: Node
    row: CriterionRow


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What was refused, on which row's control and field."""

    leaf: str
    field: str


@dataclass(frozen=True, slots=True)
class Open:
    """The row that is open: for a refusal or a snippet with what was typed, else only shown first."""

    assessment_id: int | None = None
    refused: DomainError | None = None
    typed: bool = False


def _wanted(name: str, known: tuple[str, ...]) -> str:
    given = request.values.get(name, "")
    return given if given in known else known[0]


@blueprint.get("/<int:campaign_id>/<int:group_id>/<code>")
@access(Permission.VERDICT_GIVE)
def show(campaign_id: int, group_id: int, code: str) -> ResponseReturnValue:
    return _page(_desk(campaign_id, group_id, code), Open(request.args.get("row", type=int)))


def _desk(campaign_id: int, group_id: int, code: str) -> CriterionDesk:
    return criterion_desk(campaign_id, group_id, code, actor=current_actor(), clock=clock())


def _rows(desk: CriterionDesk, opened: Open) -> list[CriterionRow]:
    """Return the rows of the filters; the open one stays, whatever it is."""
    show, whose = _wanted("show", SHOWN), _wanted("whose", WHOSE)
    kept = []
    for row in desk.rows:
        disagreed = any(line.decision is Decision.DISAGREE for line in row.verdicts[-1:])
        fits = {"waiting": row.leaf.waits, "all": True, "disagreed": disagreed}[show]
        ours = {"agency": True, "mine": row.leaf.mine, "nobodys": row.leaf.nobodys}[whose]
        if (fits and ours) or row.assessment_id == opened.assessment_id:
            kept.append(row)
    return kept


def _page(desk: CriterionDesk, opened: Open, *, status: int = 200, notice: str = "") -> ResponseReturnValue:
    rows = _rows(desk, opened)
    waiting = [row for row in rows if row.leaf.waits]
    focus = opened.assessment_id or (waiting[0].assessment_id if waiting else None)
    refused = opened.refused
    problem = None
    if refused is not None and opened.assessment_id is not None:
        problem = RowProblem(_name(desk.node.code, opened.assessment_id), str(refused.details.get("field", "")))
    typed = with_snippet(request.form)

    def values(field: RowField) -> Any:
        here = opened.typed and field.row.assessment_id == opened.assessment_id
        return values_of_form(request.form) if here else values_of_claim(field.row.pinned.claim)

    page = render_template(
        "appraisal/criterion.html",
        desk=desk,
        rows=rows,
        fields={
            row.assessment_id: RowField(replace(desk.node, code=_name(desk.node.code, row.assessment_id)), row)
            for row in rows
        },
        counts={"waiting": sum(row.leaf.waits for row in desk.rows), "all": len(desk.rows)},
        show=_wanted("show", SHOWN),
        whose=_wanted("whose", WHOSE),
        focus=focus,
        typed_in=opened.assessment_id if opened.typed else None,
        problem=problem,
        refusal=notice or ("" if refused is None else sentence(refused)),
        typed=typed,
        values=values,
        control_of=control_of,
    )
    return page, status


def _name(code: str, assessment_id: int) -> str:
    return f"{code}-{assessment_id}"


def _row(desk: CriterionDesk, assessment_id: int) -> CriterionRow:
    for row in desk.rows:
        if row.assessment_id == assessment_id:
            return row
    raise NotFound("assessment_unknown")


@blueprint.post("/<int:campaign_id>/<int:group_id>/<code>/<int:assessment_id>")
@access(Permission.VERDICT_GIVE)
def decide(campaign_id: int, group_id: int, code: str, assessment_id: int) -> ResponseReturnValue:
    """Give one row's verdict and go on to the next that waits; a refusal keeps what was typed."""
    desk = _desk(campaign_id, group_id, code)
    row = _row(desk, assessment_id)
    if INSERT in request.form:
        return _page(desk, Open(assessment_id, typed=True))
    try:
        command = verdict_of_form(assessment_id, desk.node, request.form, said=row.said)
        give_verdict(command, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(desk, Open(assessment_id, refused, typed=True), status=status_of(refused))
    flash(gettext("Decided: %(code)s, %(unit)s.", code=code, unit=row.unit))
    return _onwards(campaign_id, group_id, code, after=assessment_id)


def _onwards(campaign_id: int, group_id: int, code: str, *, after: int) -> ResponseReturnValue:
    """Lead to the next row that waits, the one behind `after` first."""
    filters: dict[str, Any] = {"show": _wanted("show", SHOWN), "whose": _wanted("whose", WHOSE)}
    rows = _desk(campaign_id, group_id, code).rows
    places = [row.assessment_id for row in rows]
    here = places.index(after) if after in places else -1
    following = next((row for row in (*rows[here + 1 :], *rows[: here + 1]) if row.leaf.waits), None)
    more: dict[str, Any] = {}
    if following is not None:
        more = {"row": following.assessment_id, "_anchor": f"row-{following.assessment_id}"}
    address = url_for(
        "appraisal_criterion.show", campaign_id=campaign_id, group_id=group_id, code=code, **filters, **more
    )
    return redirect(address)


@blueprint.post("/<int:campaign_id>/<int:group_id>/<code>/agreed")
@access(Permission.VERDICT_GIVE)
def agree(campaign_id: int, group_id: int, code: str) -> ResponseReturnValue:
    """Agree on every row ticked; what is refused is named, the others stand."""
    desk = _desk(campaign_id, group_id, code)
    try:
        minutes = minutes_of_form(request.form)
        ticked = _ticked(desk)
    except InputInvalid as refused:
        return _page(desk, Open(), status=status_of(refused), notice=sentence(refused))
    commands = [
        (
            row.unit,
            GiveVerdict(
                row.assessment_id,
                code,
                Decision.AGREE,
                request.form.get(f"said.{row.assessment_id}", row.said, type=int),
                minutes=minutes,
            ),
        )
        for row in ticked
    ]
    many = give_many(commands, actor=current_actor(), clock=clock())
    if many.given:
        flash(gettext("Agreed on %(count)s units: %(units)s.", count=len(many.given), units=", ".join(many.given)))
    if many.refused:
        return _page(_desk(campaign_id, group_id, code), Open(), status=422, notice=refused_words(many))
    return _onwards(campaign_id, group_id, code, after=ticked[-1].assessment_id)


def _ticked(desk: CriterionDesk) -> list[CriterionRow]:
    rows = [_row(desk, number) for number in request.form.getlist("row", type=int)]
    if not rows:
        raise InputInvalid("nothing_ticked")
    return rows


def refused_words(many: ManyGiven) -> str:
    return "; ".join(f"{words}: {sentence(refusal)}" for words, refusal in many.refused)
