"""Sheets to fill by hand, one a person: each begins on a page of its own, its empty cells are the boxes."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer

from app.reports.page import heading, page_width, paper, paragraph, register_fonts, signature, style
from app.reports.papers import Document
from app.reports.tables import table


def sheets_pdf(documents: Sequence[Document], *, title: str) -> bytes:
    """Return the sheets as one paper; the same sheets give the same bytes."""
    register_fonts()
    wide = any(document.wide for document in documents)
    width = page_width(wide=wide)
    story: list[Flowable] = []
    for place, document in enumerate(documents):
        if place:
            story.append(PageBreak())
        story += heading(document.heading, width)
        story += [paragraph(line, style(12)) for line in document.lines]
        story += [Spacer(1, 3 * mm), table(document.columns, document.shown, size=document.size)]
        if document.sign is not None:
            story.append(KeepTogether([signature(document.sign, width)]))
    return paper(story, title=title, wide=wide)
