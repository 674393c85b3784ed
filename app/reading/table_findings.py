"""What the paper itself shows: broken sentences, misprints, notes in the wrong place, words about another level."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from app.reading.appendices import Source, Text
from app.reading.document import Document
from app.reading.draft import Line
from app.reading.entries import comma_decimals
from app.reading.figures import option_points
from app.reading.findings import FindingCode
from app.reading.misprints import misprints_in
from app.reading.remarks import Branch, Remarks, walk_all
from app.reading.rows_to_tree import TreeOfRows
from app.reading.sentences import LOWER, fold, is_hanging, is_note, is_requirement_word, joined, names_document, tidy

_LEVELS = ("tỉnh", "huyện", "xã")
_OWN_LEVEL = re.compile(
    r"(?:đối với|của|tại|dành cho|cho|áp dụng).{0,40}?(?:cấp |ubnd |ủy ban nhân dân )(tỉnh|huyện|xã)"
)
_PASSWORD = re.compile(r"\bTK\s*\+\s*MK\b|mật khẩu|\bpassword\b|(?<!\w)MK(?!\w)|tài khoản đăng nhập", re.IGNORECASE)
_BROKEN_END = re.compile(r"(?:[.;,]|^)\s*(số chưa|văn bản yêu cầu)\s*(?=[;.]|$)|\b(có tính)\s*(?==)", re.IGNORECASE)
_FRAGMENT = re.compile(rf"^[{LOWER}][^\s.:;]*(?:\s[^\s.:;]+)?$")
_ODDITY_CODES = {
    "hidden_row": FindingCode.HIDDEN_TEXT,
    "hidden_column": FindingCode.HIDDEN_TEXT,
    "hidden_sheet": FindingCode.HIDDEN_TEXT,
    "page_furniture": FindingCode.PAGE_FURNITURE,
    "deleted_text": FindingCode.UNUSED_TEXT,
}
LONGEST_QUOTE = 600


def say_all(document: Document, source: Source, tree: TreeOfRows, remarks: Remarks) -> None:
    """Say everything about the surface of the paper; the codes of `tree` are settled."""
    _say_decimals(tree, remarks)
    _say_oddities(document, remarks)
    _say_requirements(tree, remarks)
    _say_unused(source, tree, remarks)
    level = own_level(source.title)
    has_evidence = any(branch.evidence for branch in walk_all(tree.roots))
    for branch in walk_all(tree.roots):
        _say_texts(branch, level, remarks)
        _say_evidence(branch, remarks, expected=has_evidence)
        _say_points_of_branch(branch, remarks)


def own_level(title: str) -> str | None:
    """Return the level of government the appendix is for, where its title names one."""
    plain = tidy(title).lower()
    match = _OWN_LEVEL.search(plain)
    if match:
        return match[1]
    named = [level for level in _LEVELS if f"cấp {level}" in plain]
    return named[0] if len(named) == 1 else None


def _say_decimals(tree: TreeOfRows, remarks: Remarks) -> None:
    rows = comma_decimals(tree.entries)
    if rows:
        remarks.add(FindingCode.COMMA_DECIMALS, rows=rows)


def _say_oddities(document: Document, remarks: Remarks) -> None:
    marked = [oddity.number for oddity in document.oddities if oddity.code == "markup"]
    if marked:
        remarks.add(FindingCode.MARKUP, rows=marked)
    said: set[tuple[str, str]] = set()
    for oddity in document.oddities:
        code = _ODDITY_CODES.get(oddity.code)
        if code and (oddity.code, oddity.text) not in said:
            said.add((oddity.code, oddity.text))
            numbers = [o.number for o in document.oddities if (o.code, o.text) == (oddity.code, oddity.text)]
            remarks.add(code, rows=numbers, text=oddity.text)


def _say_requirements(tree: TreeOfRows, remarks: Remarks) -> None:
    rows = tree.empty_requirements
    if rows:
        remarks.add(FindingCode.EMPTY_REQUIREMENT, rows=rows, count=str(len(rows)))


def _say_unused(source: Source, tree: TreeOfRows, remarks: Remarks) -> None:
    """Say once for each run of texts that stands together what was read and not used."""
    used = sorted(row.number for piece in (*source.pieces, *source.assignments) for row in piece.rows)
    for run in _runs(source.loose, used):
        quote = joined((tidy(text.text) for text in run), "\n")
        text = quote if len(quote) <= LONGEST_QUOTE else f"{quote[:LONGEST_QUOTE]}…"
        remarks.add(FindingCode.UNUSED_TEXT, rows=[text.number for text in run], text=text)
    for line in tree.notes:
        remarks.add(FindingCode.UNUSED_TEXT, rows=(line.row,), text=line.text)
    for heading, lines in tree.spare.items():
        text = joined((heading, "; ".join(dict.fromkeys(line.text for line in lines))), ": ")
        remarks.add(FindingCode.UNUSED_TEXT, rows=[line.row for line in lines], text=text)


def _runs(texts: Sequence[Text], used: Sequence[int]) -> Iterable[list[Text]]:
    """Part `texts` where rows of a table stand between them: the letter above, the words between, those below."""
    runs: dict[int, list[Text]] = {}
    for text in texts:
        runs.setdefault(bisect_left(used, text.number), []).append(text)
    return runs.values()


def _say_texts(branch: Branch, level: str | None, remarks: Remarks) -> None:
    lines = [Line(branch.title, branch.row), *branch.lines, *branch.evidence]
    slips: set[str] = set()
    for line in lines:
        for slip in misprints_in(line.text):
            if slip.text.lower() in slips:
                continue
            slips.add(slip.text.lower())
            remarks.add(FindingCode.MISPRINT, branch, rows=(line.row,), text=slip.text, meant=slip.meant)
        if broken := broken_end(line.text):
            remarks.add(FindingCode.SENTENCE_BROKEN, branch, rows=(line.row,), text=broken)
        if _PASSWORD.search(line.text):
            remarks.add(FindingCode.ASKS_FOR_PASSWORD, branch, rows=(line.row,), text=line.text)
    if level:
        _say_other_level(branch, lines, level, remarks)


def broken_end(text: str) -> str:
    """Return the words a sentence of `text` breaks off with, or "" where it ends as a sentence can."""
    if is_requirement_word(text):
        return ""
    if match := _BROKEN_END.search(text):
        return match[1] or match[2]
    plain = tidy(text)
    if is_hanging(plain):
        return " ".join(plain.split(" ")[-4:])
    return plain if _FRAGMENT.match(plain) and len(plain) < 30 and option_points(plain) is None else ""


def _say_other_level(branch: Branch, lines: Iterable[Line], level: str, remarks: Remarks) -> None:
    """Say once for each criterion where it speaks of another level as its own, or of its own as of one above."""
    for line in lines:
        if match := _other_level(level).search(line.text):
            remarks.add(FindingCode.OTHER_LEVEL, branch, rows=(line.row,), text=match[0])
            return


def _other_level(level: str) -> re.Pattern[str]:
    others = "|".join(other for other in _LEVELS if other != level)
    body = r"(?:UBND|Ủy ban nhân dân|HĐND|Hội đồng nhân dân|Bộ phận một cửa|Trung tâm phục vụ hành chính công)"
    up = rf"báo cáo(?: công tác)?(?: với| lên| cho)? (?:UBND|Ủy ban nhân dân) (?:cấp )?{level}\b"
    above = r"(?! (?:giao|phê duyệt|quyết định|công nhận|trở lên))"
    return re.compile(rf"{body} cấp (?:{others})\b{above}|{up}", re.IGNORECASE)


def _say_evidence(branch: Branch, remarks: Remarks, *, expected: bool) -> None:
    notes = [line for line in branch.evidence if is_note(line.text)]
    for line in notes:
        remarks.add(FindingCode.NOTE_IN_EVIDENCE, branch, rows=(line.row,), text=line.text)
    if not expected or branch.children or _is_surveyed(branch):
        return
    named = [line for line in branch.evidence if not is_note(line.text) or names_document(line.text)]
    if not named:
        remarks.add(FindingCode.NO_EVIDENCE_NAMED, branch)


def _is_surveyed(branch: Branch) -> bool:
    """A leaf others fill in needs no document of the unit."""
    return any("xhh" in fold(b.form) or "xa hoi hoc" in fold(b.form) for b in (branch, *branch.ancestors()))


def _say_points_of_branch(branch: Branch, remarks: Remarks) -> None:
    """A branch is never scored: an option printed at one would be lost."""
    if not branch.children:
        return
    for line in branch.lines:
        if line.points or (option_points(line.text) is not None and not is_note(line.text)):
            remarks.add(FindingCode.UNUSED_TEXT, branch, rows=(line.row,), text=line.text)
