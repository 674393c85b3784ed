"""Words around bonus, penalty, exemption and report: what an item gives, how a proposal stands, why papers differ."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from flask_babel import gettext, lazy_gettext

from app.domain.adjustments import Item, ItemMeasure, ProposedBy
from app.domain.report_comparison import CauseKind
from app.domain.terms import AdjustmentKind, ItemStatus
from app.services.citations import CitedDocument
from app.words.numbers import day, figure

SIDES: Mapping[ProposedBy, object] = {
    ProposedBy.UNIT: lazy_gettext("the unit"),
    ProposedBy.AGENCY: lazy_gettext("the appraising agency"),
    ProposedBy.SECRETARIAT: lazy_gettext("the secretariat"),
    ProposedBy.ORGANISER: lazy_gettext("the organiser"),
}

KINDS: Mapping[AdjustmentKind, object] = {
    AdjustmentKind.BONUS: lazy_gettext("Bonus"),
    AdjustmentKind.PENALTY: lazy_gettext("Penalty"),
}

ADJUSTMENT_STATES: Mapping[str, object] = {
    ItemStatus.PROPOSED.value: lazy_gettext("Waits for its decision"),
    ItemStatus.ACCEPTED.value: lazy_gettext("Accepted"),
    ItemStatus.REFUSED.value: lazy_gettext("Refused"),
    "withdrawn": lazy_gettext("Withdrawn"),
    "superseded": lazy_gettext("Decided anew"),
}

EXEMPTION_STATES: Mapping[str, object] = {
    **ADJUSTMENT_STATES,
    ItemStatus.PROPOSED.value: lazy_gettext("Waits for its decision, is scored until then"),
    ItemStatus.ACCEPTED.value: lazy_gettext("Not applicable"),
    ItemStatus.REFUSED.value: lazy_gettext("Applies, refused"),
}

CAUSES: Mapping[CauseKind, object] = {
    CauseKind.TYPED: lazy_gettext("the report says otherwise"),
    CauseKind.UNSCORED: lazy_gettext("not scored on the sheet yet"),
    CauseKind.DECLINED: lazy_gettext("left unscored on the sheet"),
    CauseKind.NOT_APPLICABLE: lazy_gettext("not applicable on the sheet"),
    CauseKind.BELOW: lazy_gettext("below the maximum on the sheet: one of these"),
}


def gives(item: Item) -> str:
    """Return what an item gives, in words: "above 30%: 1 point; once a year"."""
    parts = [*_measured(item)]
    if item.cap is not None:
        parts.append(str(gettext("at most %(points)s points", points=figure(item.cap))))
    if item.once:
        parts.append(str(gettext("counts once a year")))
    return "; ".join(parts)


def _measured(item: Item) -> list[str]:
    match item.measure:
        case ItemMeasure.FIXED:
            return [str(gettext("%(points)s points", points=figure(item.points)))]
        case ItemMeasure.PER_CASE:
            return [str(gettext("%(points)s points for each case", points=figure(item.points)))]
        case ItemMeasure.COUNT | ItemMeasure.PERCENT:
            unit = "%" if item.measure is ItemMeasure.PERCENT else ""
            return [
                str(
                    gettext(
                        "from %(start)s on: %(points)s points",
                        start=figure(step.start) + unit,
                        points=figure(step.points),
                    )
                    if step.closed
                    else gettext(
                        "above %(start)s: %(points)s points",
                        start=figure(step.start) + unit,
                        points=figure(step.points),
                    )
                )
                for step in item.steps
            ]


def cited(document: CitedDocument) -> str:
    """Return a document as it is cited: number, date, issuer."""
    return str(
        gettext(
            "%(number)s of %(day)s, %(issuer)s",
            number=document.number,
            day=day(document.issued_on),
            issuer=document.issuer,
        )
    )


def register(app: Flask) -> None:
    app.jinja_env.globals.update(
        item_gives=gives,
        side_words=lambda side: str(SIDES.get(side, "–")),
        adjustment_kind_words=lambda kind: str(KINDS[kind]),
        adjustment_state_words=lambda state: str(ADJUSTMENT_STATES[state]),
        exemption_state_words=lambda state: str(EXEMPTION_STATES[state]),
        cause_words=lambda kind: str(CAUSES[kind]),
        cited_words=cited,
    )
