"""A unit's detailed notice as a plain paper: one table, field by field, every lost point below its part."""

from __future__ import annotations

import datetime as dt

from app.domain.scoring import LeafPresence
from app.domain.terms import AdjustmentKind, Decision
from app.reports.figures import printed
from app.reports.page import Heading, Signature
from app.reports.papers import Document
from app.reports.tables import Column
from app.services.papers import Issue, Translate, heading_of, in_the_name_of, standing_words
from app.services.results import NOT_RANKED
from app.services.unit_notice import NoticeLoss, UnitNotice


def notice_document(notice: UnitNotice, _: Translate) -> Document:
    """Return the notice to print."""
    columns = (
        Column(_("No."), 16),
        Column(_("Criterion and the rule's own words"), 78),
        Column(_("Maximum"), 17, figure=True),
        Column(_("Claimed"), 17, figure=True),
        Column(_("Result"), 17, figure=True),
        Column(_("Lost"), 17, figure=True),
        Column(_("Agency, round, reason, documents"), 90),
    )
    shown: list[tuple[str, ...]] = []
    bold = set()
    for field in notice.fields:
        bold.add(len(shown))
        lost = field.attainable - field.obtained
        figures = (printed(field.attainable), "", printed(field.obtained), printed(lost))
        shown.append((field.code, field.title, *figures, ""))
        shown += [_loss(loss, _) for loss in notice.losses if loss.field == field.code]
    signed = Signature(in_the_name_of(notice.authority, _), notice.signer.upper()) if notice.edition else None
    return Document(
        heading=_heading(notice, _),
        columns=columns,
        cells=tuple(shown),
        shown=tuple(shown),
        bold=frozenset(bold),
        lines=tuple(_lines(notice, _)),
        sign=signed,
        wide=True,
        size=10,
    )


def _heading(notice: UnitNotice, _: Translate) -> Heading:
    on = dt.date.fromisoformat(notice.decided_on) if notice.decided_on else None
    issue = Issue(notice.issuer, notice.decision_number, notice.place, on)
    notes = [result_line(notice, _)]
    if notice.edition is None:
        notes.insert(0, _("PROVISIONAL: not published, may still change"))
    elif notice.annulled:
        notes.insert(0, _("This edition no longer holds: the result was annulled or a later edition replaced it."))
    return heading_of(_, issue, _("NOTICE OF THE RESULT"), f"{notice.unit} – {notice.campaign}", "\n".join(notes))


def counted_words(notice: UnitNotice, _: Translate) -> str:
    """Return what the accepted bonuses and penalties come to: an item may count once a year, and all of them be capped.

    Source: QĐ 1820/QĐ-UBND (Quảng Trị, 24/7/2024), Điều 4.
    """
    words = _("Counted, by the rules of the items and the caps of the campaign: bonus %(bonus)s, penalty %(penalty)s")
    return words % {"bonus": printed(notice.bonus), "penalty": printed(notice.penalty)}


def result_line(notice: UnitNotice, _: Translate) -> str:
    """Return the result in one sentence: index, class, position."""
    words = _("Index %(index)s%% (%(obtained)s of %(attainable)s points), class: %(grade)s, position: %(position)s")
    place = f"{notice.position}/{notice.ranked}" if notice.position is not None else standing_words(NOT_RANKED, _)
    return words % {
        "index": printed(notice.index, notice.decimals),
        "obtained": printed(notice.obtained + notice.bonus - notice.penalty),
        "attainable": printed(notice.attainable),
        "grade": notice.grade,
        "position": place,
    }


def _loss(loss: NoticeLoss, _: Translate) -> tuple[str, ...]:
    said = []
    if loss.agency:
        decision = _("agrees") if loss.decision is Decision.AGREE else _("disagrees")
        said.append(
            _("%(agency)s, round %(round)s: %(decision)s")
            % {"agency": loss.agency, "round": loss.round, "decision": decision}
        )
    said += [words for words in (loss.reason, *loss.documents) if words]
    figures = (printed(loss.maximum), printed(loss.claimed), printed(loss.points), printed(loss.lost))
    title = f"{loss.title}\n{loss.original}" if loss.original else loss.title
    return (loss.code, title, *figures, "\n".join(said))


def _lines(notice: UnitNotice, _: Translate) -> list[str]:
    lines = [f"{each.code} {each.name}: {printed(each.percent, notice.decimals)}%" for each in notice.indexes]
    kinds = {AdjustmentKind.BONUS: _("Bonus"), AdjustmentKind.PENALTY: _("Penalty")}
    for item in notice.items:
        named = " ".join(filter(None, (kinds[item.kind], item.code)))
        lines.append(f"{named} {printed(item.points)}: {item.reason}")
    if notice.items:
        lines.append(counted_words(notice, _))
    words = {
        LeafPresence.NOT_APPLICABLE: _("Not applicable, left out of the maximum"),
        LeafPresence.NOTHING_AROSE: _("Nothing arose, points by the rule"),
        LeafPresence.NOT_SCORED: _("Not scored yet"),
    }
    for other in notice.others:
        points = "" if other.points is None else f" ({printed(other.points)})"
        why = "; ".join(part for part in (other.reason, other.document) if part)
        lines.append(f"{words[other.presence]}: {other.code} {other.title}{points}{': ' + why if why else ''}")
    if notice.edition is not None:
        lines.append(_("Edition %(edition)s") % {"edition": notice.edition})
    return lines
