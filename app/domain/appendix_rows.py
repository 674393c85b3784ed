"""What the Word appendix prints of each criterion, cell by cell, and the digest that ties it to the rule it came from.

The writer prints these rows; the reader takes a rule from the file only where the digest still fits what it sees.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain import set_words as w
from app.domain.cell_words import figure_words
from app.domain.points import sum_points
from app.domain.rule_sentences import rule_sentences
from app.domain.set_content import NodeContent, SetContent
from app.domain.terms import ScoredBy

#: root and rows of the part of a document that holds the set
NAMESPACE = w.NAMESPACE
PART_VERSION = "1"
ROOT, HEADING, CRITERION, DIGEST = "criteriaSet", "heading", "criterion", "sha256"
#: code given to the parts of an appendix, printed without a number of their own
_PART, _PART_TITLE = "ND.", "NỘI DUNG "


@dataclass(frozen=True, slots=True)
class AppendixRow:
    """One row of the table. `cells`: of the seven columns; a part's title stands over the first two, so it has six."""

    cells: tuple[str, ...]
    branch: bool

    @property
    def part(self) -> bool:
        return len(self.cells) < len(w.APPENDIX_COLUMNS)


def printed_code(node: NodeContent) -> str:
    """Return what stands under STT: the code, or "" of a part whose title begins with its number."""
    head, title = _PART_TITLE + node.code.removeprefix(_PART), node.title.upper()
    part = node.code.startswith(_PART) and title.startswith(head) and not title[len(head) :][:1].isalnum()
    return "" if part else node.code


def anchor_of(node: NodeContent) -> str:
    """Return the text by which a criterion's first row is found again: its code, or the title of a part."""
    return collapsed(printed_code(node) or node.title)


def appendix_rows(node: NodeContent) -> tuple[AppendixRow, ...]:
    """Return the row of a criterion, and a second one with the lines under its title, where it has any."""
    branch = node.rule is None
    mark = w.SURVEY_MARK if node.scored_by in {ScoredBy.LEADERS, ScoredBy.SURVEY} else ""
    agency = node.agency_printed or node.agency_name
    maximum, lines = figure_words(node.maximum), _lines(node)
    evidence = ("", node.evidence) if lines else (node.evidence, "")
    first = (node.title, maximum, mark, "", evidence[0], agency)
    code = printed_code(node)
    rows = [AppendixRow((code, *first) if code else first, branch)]
    if lines:
        rows.append(AppendixRow(("", "\n".join(lines), "", "", "", evidence[1], ""), branch=False))
    return tuple(rows)


def _lines(node: NodeContent) -> list[str]:
    """Return the decree's own sentences, else the rule's; a note of the paper that is in neither comes first."""
    sentences = () if node.rule is None else rule_sentences(node.rule, node.maximum)
    lines = node.original.split("\n") if node.original.strip() else list(sentences)
    said = {collapsed(line) for line in lines}
    notes = [line for line in node.requirement.split("\n") if line.strip() and collapsed(line) not in said]
    return [line for line in [*notes, *lines] if line.strip()]


def total_row(content: SetContent) -> AppendixRow:
    total = sum_points(node.maximum for node in content.nodes if node.parent is None)
    return AppendixRow((w.SUM_OF_ALL, figure_words(total), "", "", "", ""), branch=True)


def heading_lines(content: SetContent) -> tuple[str, ...]:
    """Return what stands above the table."""
    attached = (f"({w.ATTACHED_TO} {content.legal_basis})",) if content.legal_basis.strip() else ()
    return (w.APPENDIX, content.name.upper(), *attached)


def note_lines(content: SetContent) -> tuple[str, ...]:
    """Return what stands below the table."""
    return (f"{w.NOTES_HEAD} {content.notes}",) if content.notes.strip() else ()


def frame_rows(content: SetContent) -> tuple[tuple[str, ...], ...]:
    """Return what is seen of the appendix but its criteria, in the order it is printed."""
    above, below = heading_lines(content), note_lines(content)
    return (*((line,) for line in above), w.APPENDIX_COLUMNS, total_row(content).cells, *((line,) for line in below))


def collapsed(text: str) -> str:
    """Return a text as it is compared: one blank between words, accents stored in one way."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def told(value: Mapping[str, object]) -> str:
    """Return a JSON object as it stands in the document: compact, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def digest(rows: Sequence[Sequence[str]], words: str) -> str:
    """Return the SHA-256 over what is seen of a criterion and the JSON told of it: neither changes alone."""
    seen = "\x1e".join("\x1f".join(collapsed(cell) for cell in row) for row in rows)
    return hashlib.sha256(f"{seen}\x1d{words}".encode()).hexdigest()
