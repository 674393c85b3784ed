"""Words around what others enter: the arithmetic of a survey and of leaders' points, headings of the grids."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flask import Flask
from flask_babel import gettext, lazy_gettext

from app.domain.entered_lines import DOCUMENT_KEY, ON_KEY, RETURNED_KEY, SOURCE_KEY, VALUE_KEY
from app.domain.points import round_half_up
from app.domain.survey_counts import BallotsSum, LeafSum, SurveySum
from app.services.baseline_proposals import OwnFigure
from app.web.entered_forms import drawn_cells
from app.web.labels import leader_words
from app.words.numbers import figure

HEADINGS: Mapping[str, object] = {
    RETURNED_KEY: lazy_gettext("Sheets returned"),
    VALUE_KEY: lazy_gettext("Value"),
    SOURCE_KEY: lazy_gettext("Source"),
    ON_KEY: lazy_gettext("Day of the figure"),
    DOCUMENT_KEY: lazy_gettext("Document"),
}

OWN_FIGURES: Mapping[OwnFigure, object] = {
    OwnFigure.INDEX: lazy_gettext("the index"),
    OwnFigure.POSITION: lazy_gettext("the position"),
    OwnFigure.POINTS: lazy_gettext("points of a criterion"),
}


def heading_words(key: str) -> str:
    return str(HEADINGS.get(key, key))


def _about(value: Fraction) -> str:
    """Return a mean as people read it, with a sign where it was rounded for reading: nothing is counted from it."""
    exact = round_half_up(value, 4)
    shown = figure(exact)
    return shown if Fraction(exact) == value else f"≈ {shown}"


def sum_words(given: LeafSum | None) -> str:
    """Return the arithmetic: "(0×1 + 2×2 + 3×3)/5 = 13/5 = 2,6; 2,6/5 × 4 = 2,08"."""
    match given:
        case SurveySum():
            return _survey_words(given)
        case BallotsSum():
            parts = "; ".join(
                gettext(
                    "%(kind)s: mean %(mean)s of %(sheets)s, weight %(weight)s",
                    kind=leader_words(each.kind),
                    mean=_about(each.mean),
                    sheets=each.sheets,
                    weight=figure(each.weight),
                )
                for each in given.kinds
            )
            weighted = " + ".join(f"{figure(each.weight)}×{_about(each.mean)}" for each in given.kinds)
            weights = " + ".join(figure(each.weight) for each in given.kinds)
            return f"{parts}. ({weighted})/({weights}) = {figure(given.points)}"
        case _:
            return ""


def _survey_words(given: SurveySum) -> str:
    terms = " + ".join(f"{count}×{figure(value)}" for count, value in given.terms)
    mean = _about(given.mean)
    words = f"({terms})/{given.answered} = {figure(given.weighted)}/{given.answered} = {mean}"
    if given.top is not None:
        return f"{words}; {mean}/{figure(given.top)} × {figure(given.maximum)} = {figure(given.points)}"
    if given.mean > given.maximum:
        return f"{words}; " + str(gettext("at most %(most)s", most=figure(given.maximum)))
    return words


def formula_words(rule: object) -> str:
    """Return the formula of a survey in words, before there are figures."""
    if getattr(getattr(rule, "basis", None), "value", "") == "scaled":
        return str(gettext("Σ(people × value of their answer) / people who answered, over the top answer, × maximum"))
    return str(gettext("Σ(people × value of their answer) / people who answered, at most the maximum"))


def register(app: Flask) -> None:
    app.jinja_env.globals.update(
        heading_words=heading_words,
        sum_words=sum_words,
        formula_words=formula_words,
        drawn_cells=drawn_cells,
        own_figure_words=lambda key: str(OWN_FIGURES[key]),
    )
