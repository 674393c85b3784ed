"""The empty sheet a leader fills with a pen: units × leaves, one sheet for each leader of the council.

Source: a province 2025, 3 ("Phiếu đánh giá, chấm điểm … bằng bản giấy hoặc bản điện tử").
"""

from __future__ import annotations

from app.db.clock import Clock
from app.domain.policy import Actor
from app.reports.figures import printed
from app.reports.page import Signature
from app.reports.papers import Document
from app.reports.sheets_to_fill import sheets_pdf
from app.reports.tables import Column
from app.services.leader_sheets import LeaderSheetView, leader_sheet
from app.services.papers import Issue, Translate, heading_of

#: millimetres of a page turned to the side, and what number and name of a unit take of them
_WIDE, _NUMBER, _NAME = 252.0, 12.0, 72.0


def blank_sheets(
    group_stage_id: int, leader_ids: tuple[int, ...], *, translate: Translate, actor: Actor, clock: Clock
) -> bytes:
    """Return the empty sheets of the named leaders as one PDF. Raises NotFound."""
    sheets = [leader_sheet(group_stage_id, number, actor=actor, clock=clock) for number in leader_ids]
    documents = [_document(sheet, translate) for sheet in sheets]
    return sheets_pdf(documents, title=translate("LEADER'S SHEET"))


def _document(sheet: LeaderSheetView, _: Translate) -> Document:
    leaves = sheet.grid.columns
    room = (_WIDE - _NUMBER - _NAME) / max(1, len(leaves))
    columns = (
        Column(_("No."), _NUMBER),
        Column(_("Unit"), _NAME),
        *(Column(leaf.key, room) for leaf in leaves),
    )
    shown = tuple(
        (
            str(place),
            row.unit,
            *("×" if row.refusal == "own_unit_refused" or leaf.key in row.closed else "" for leaf in leaves),
        )
        for place, row in enumerate(sheet.grid.rows, start=1)
    )
    return Document(
        heading=heading_of(
            _,
            Issue("", on=None),
            _("LEADER'S SHEET"),
            f"{sheet.campaign} – {sheet.group}",
            _("Leader: %(name)s") % {"name": sheet.leader},
        ),
        columns=columns,
        cells=(),
        shown=shown,
        lines=tuple(_legend(leaf.key, leaf.title, leaf.choices, printed(leaf.maximum), _) for leaf in leaves),
        sign=Signature("", _("THE LEADER WHO SCORES")),
        wide=True,
    )


def _legend(code: str, title: str, answers: tuple[str, ...], most: str, _: Translate) -> str:
    if answers:
        words = _("%(code)s. %(title)s: write one of the answers %(answers)s")
        return words % {"code": code, "title": title, "answers": ", ".join(sorted(answers))}
    return _("%(code)s. %(title)s: write points from 0 to %(most)s") % {"code": code, "title": title, "most": most}
