"""A review becomes a draft set: what it is called, what stands against it, what is still open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission
from app.reading.draft import Assignment
from app.services.import_saving import SaveAsSet, SetWords, save_as_set
from app.services.import_views import review_of
from app.services.set_versions import legal_bases
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.imports.pages import blueprint, whole
from app.web.imports.reviewing import obstacles_at
from app.web.marks import field_of
from app.words.findings import finding_words, remedy_words
from app.words.refusals import sentence

T = TypeVar("T")


def _in_vietnamese(say: Callable[[T], str]) -> Callable[[T], str]:
    """What is kept with a set is read by everyone: it is in the language of the paper."""

    def said(given: T) -> str:
        with force_locale("vi"):
            return say(given)

    return said


def _assignments(given: Sequence[Assignment]) -> str:
    if not given:
        return ""
    lines = [f"{each.branch}: {', '.join(each.officers)}" for each in given]
    return "\n".join([str(gettext("Assignments as the paper prints them:")), *lines])


WORDS = SetWords(
    finding=_in_vietnamese(finding_words),
    remedy=_in_vietnamese(remedy_words),
    assignments=_in_vietnamese(_assignments),
)


@blueprint.route("/<int:import_id>/save", methods=["GET", "POST"])
@access(Permission.SET_CONFIGURE)
def save(import_id: int) -> ResponseReturnValue:
    """Ask what the set is called, then keep it; a refusal keeps what was typed."""
    refused: DomainError | None = None
    if request.method == "POST":
        try:
            made = save_as_set(_command(import_id), words=WORDS, actor=current_actor(), clock=clock())
        except DomainError as told:
            if status_of(told) in {403, 404} and told.code != "legal_basis_unknown":
                raise
            refused = told
        else:
            flash(gettext("Kept as a draft. It can still be changed until a campaign opens on it."))
            return redirect(url_for("CriteriaSetRecords.show", pk=made), 303)
    return _page(import_id, refused)


def _command(import_id: int) -> SaveAsSet:
    given = request.form
    year, basis = given.get("year", "").strip(), given.get("legal_basis", "")
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise InputInvalid("year_out_of_range", field="year")
    return SaveAsSet(
        import_id=import_id,
        expected=whole("version"),
        code=given.get("code", "").strip(),
        name=given.get("name", "").strip(),
        year=int(year),
        legal_basis_id=int(basis) if basis.isascii() and basis.isdigit() and len(basis) < 9 else None,
    )


def _name_of(title: str) -> str:
    """Return a name to begin with: the title of the appendix without the bracket that says what it belongs to."""
    head, bracket, tail = title.partition("(")
    return head.strip() if bracket and tail.endswith(")") and head.strip() else title


def _page(import_id: int, refused: DomainError | None) -> ResponseReturnValue:
    view = review_of(import_id, actor=current_actor(), clock=clock())
    page = render_template(
        "imports/save.html",
        view=view,
        obstacles=obstacles_at(view.review),
        bases=legal_bases(actor=current_actor()),
        typed=request.form or {"name": _name_of(view.title), "year": str(view.created_at.year)},
        refusal="" if refused is None else sentence(refused),
        bad_field=field_of(refused),
    )
    return page, 200 if refused is None else status_of(refused)
