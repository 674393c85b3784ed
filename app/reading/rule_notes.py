"""Notes beside the options: nothing arose, first year, own cut-off, and what changes points in a way no rule says."""

# ruff: noqa: E501 (a pattern stands on one line)

from __future__ import annotations

import re
from decimal import Decimal

from app.reading.clauses import ALTERS
from app.reading.draft import Line
from app.reading.findings import FindingCode
from app.reading.leaf_case import LeafCase, figure, keep
from app.reading.point_words import Gives, Value, values_in
from app.reading.zero_words import names_fault, says_nothing_arose, words_of

_NOTHING = re.compile(
    r"(?:nếu|trường hợp|đơn vị|trong (?:năm|kỳ))[^.;]*?\bkhông\s+(?:có|phát sinh|được giao|thuộc\s+(?:đối tượng|diện|phạm vi|nhiệm vụ)|phải\s+(?!do\b|vì\b|lỗi\b))\b|\bkhông phát sinh\b",
    re.IGNORECASE,
)
_FIRST_YEAR = re.compile(r"năm đầu tiên", re.IGNORECASE)
_CUTOFF = re.compile(r"số liệu (?:được )?tính đến|thời điểm (?:gửi|nộp) báo cáo", re.IGNORECASE)
_CODES = re.compile(r"\d+(?:\.\d+)+")
_WITHOUT = re.compile(r"tài liệu|minh chứng|chứng minh|báo cáo|kế hoạch|văn bản|lý do", re.IGNORECASE)
_INCLUDING = re.compile(r"\((?:bao )?gồm(?: có)?:?\s*([^)]+)\)", re.IGNORECASE)


def read_notes(case: LeafCase) -> None:
    """Read every note of the leaf for what it does to points: each that does anything ends in the rule or a finding."""
    for note in case.sorted.notes:
        _read_note(case, note)
    for line in (*case.leaf.evidence, *case.leaf.above):
        _read_aside(case, line)
    for line in case.sorted.silent:
        if _CUTOFF.search(line.text):
            case.find(FindingCode.OWN_CUTOFF, row=line.row, text=line.text)


def _read_note(case: LeafCase, note: Line) -> None:
    values = values_in(note.text, case.maximum)
    if _CUTOFF.search(note.text):
        case.find(FindingCode.OWN_CUTOFF, row=note.row, text=note.text)
    if _FIRST_YEAR.search(note.text):
        case.find(FindingCode.FIRST_YEAR_NOTE, row=note.row, remedies=(keep(),), text=note.text)
        return
    if not values and not re.search(r"\d\s*%|\btrừ\b|\bcộng\b", note.text) and not ALTERS.search(note.text):
        return
    nothing = _NOTHING.search(note.text)
    if (
        nothing
        and len(values) == 1
        and values[0].gives is Gives.FIXED
        and _nothing_to_do(note.text, nothing, values[0])
    ):
        case.nothing_arose = min(values[0].points, case.maximum)
        if values[0].points > case.maximum:
            details = {"text": note.text, "points": figure(values[0].points), "maximum": figure(case.maximum)}
            case.find(FindingCode.OPTION_ABOVE_MAXIMUM, row=note.row, remedies=(keep(),), **details)
        _narrower(case, note)
        return
    if values or re.search(r"\btrừ\b|\bcộng\b", note.text) or ALTERS.search(note.text):
        case.find(FindingCode.NOTE_ON_POINTS, row=note.row, remedies=(keep(),), text=note.text)


def _nothing_to_do(text: str, nothing: re.Match[str], value: Value) -> bool:
    """Tell whether what is missing is work, not evidence for it or a fault in it; 0 for a lack is a ground, no case."""
    lacked = text[nothing.start() : value.start]
    if _WITHOUT.search(lacked) or names_fault(lacked):
        return False
    return bool(value.points) or says_nothing_arose(text)


def _narrower(case: LeafCase, note: Line) -> None:
    """Tell when the note names fewer things than the options count ("gồm đơn khiếu nại tố cáo, đơn kiến nghị, …")."""
    said = set(words_of(note.text))
    for clause in case.clauses:
        listed = _INCLUDING.search(clause.full)
        if listed is None:
            continue
        missing = [item.strip() for item in re.split(r",|;| và ", listed[1]) if not set(words_of(item)) <= said]
        if missing:
            case.find(FindingCode.NOTHING_AROSE_NARROW, row=note.row, remedies=(keep(),), text=", ".join(missing))
            return


def _read_aside(case: LeafCase, line: Line) -> None:
    """Read what stands in the evidence column, or at a branch above: only what names this leaf, or all of them."""
    named = _CODES.findall(line.text)
    if _FIRST_YEAR.search(line.text) and (not named or case.leaf.code in named):
        case.find(FindingCode.FIRST_YEAR_NOTE, row=line.row, remedies=(keep(),), text=line.text)


def nothing_arose_points(case: LeafCase) -> Decimal | None:
    return None if case.nothing_arose is None else min(case.nothing_arose, case.maximum)
