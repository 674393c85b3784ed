"""A login printed in the letter around an appendix is masked before anything is kept.

The rows of the criteria stay as the decree prints them: what it asks units for is part of the criterion.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from app.reading.document import Block, Cell, Document, Paragraph, Row, Table
from app.reading.draft import Appendix
from app.reading.findings import Finding

MASK = "••••••"
_LABEL = r"(?:mat khau|password)"
#: "Mật khẩu: …" up to the end of its line
_SAID = re.compile(rf"\b{_LABEL}\s*[:=]\s*(?=\S)([^\n]+)", re.IGNORECASE)
_HEADING = re.compile(rf"{_LABEL}(?: \w+)?", re.IGNORECASE)


def masked_text(text: str) -> str:
    """Return `text` with what follows "Mật khẩu:" on its line replaced; the same text where nothing does."""
    composed = unicodedata.normalize("NFC", text)
    parts, done = [], 0
    for found in _SAID.finditer(_flat(composed)):
        parts += [composed[done : found.start(1)], MASK]
        done = found.end(1)
    return "".join([*parts, composed[done:]]) if parts else text


def masked(document: Document, appendix: Appendix) -> tuple[Document, Appendix, tuple[int, ...]]:
    """Return both without the logins of the letter, and the numbers of the rows that held one."""
    kept = frozenset(number for criterion in appendix.criteria for number in criterion.rows)
    blocks = tuple(_block(block, kept) for block in document.blocks)
    clean = replace(
        document,
        blocks=blocks,
        oddities=tuple(replace(each, text=masked_text(each.text)) for each in document.oddities),
    )
    before = {row.number: row for row in document.rows()}
    changed = tuple(row.number for row in clean.rows() if row != before[row.number])
    secrets = secrets_of(document, clean)
    findings = tuple(_finding(finding, kept, secrets) for finding in appendix.findings)
    return clean, replace(appendix, findings=findings), changed


def _finding(finding: Finding, kept: frozenset[int], secrets: frozenset[str]) -> Finding:
    if finding.rows and set(finding.rows) <= kept:
        return finding
    return replace(finding, details={name: _said(text, secrets) for name, text in finding.details.items()})


def _said(text: str, secrets: frozenset[str]) -> str:
    """A cell under "Mật khẩu" is quoted without its heading: the whole text is the secret then."""
    return MASK if text.strip() in secrets else masked_text(text)


def secrets_of(before: Document, after: Document) -> frozenset[str]:
    """Return the texts of cells that were masked whole."""
    cells = zip(_cells(before), _cells(after), strict=True)
    return frozenset(was.text.strip() for was, now in cells if now.text == MASK and was.text != MASK)


def _cells(document: Document) -> Iterator[Cell]:
    for row in document.rows():
        if isinstance(row, Row):
            yield from row.cells


def _block(block: Block, kept: frozenset[int]) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, text=masked_text(block.text))
    columns: set[int] = set()
    rows = []
    for row in block.rows:
        if row.number in kept:
            rows.append(row)
            continue
        rows.append(_row(row, frozenset(columns)))
        columns |= {
            cell.column
            for cell in row.cells
            if _HEADING.fullmatch(_flat(unicodedata.normalize("NFC", cell.text)).strip())
        }
    return Table(rows=tuple(rows), name=block.name)


def _row(row: Row, columns: frozenset[int]) -> Row:
    cells, after_label = [], False
    for cell in row.cells:
        secret = after_label or cell.column in columns
        cells.append(replace(cell, text=MASK if secret and cell.text.strip() else masked_text(cell.text)))
        after_label = (
            bool(_HEADING.fullmatch(_flat(unicodedata.normalize("NFC", cell.text)).rstrip(" :=").strip()))
            and ":" in cell.text
        )
    return replace(row, cells=tuple(cells))


def _flat(text: str) -> str:
    """Return `text` letter for letter without accents, so that places in it are places in `text` (composed)."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)
