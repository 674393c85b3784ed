"""Lines of a leaf → clauses (what is asked → what it gives), notes, formulas, and the lines that give nothing."""

# ruff: noqa: E501 (a pattern stands on one line)

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.reading.draft import Line
from app.reading.formulas import Formula, formula_in
from app.reading.point_words import Gives, Value, values_in


@dataclass(frozen=True, slots=True)
class Clause:
    """`text`: the condition, its bullet and its points taken off. `signed`: "=", ":" or brackets stood before the
    points. `branch`: the line ending in ":" this clause stands under ("Phát sinh nhiệm vụ …")."""

    text: str
    points: Decimal
    gives: Gives
    signed: bool
    row: int
    branch: str = ""
    formula: Formula | None = None
    bracketed: bool = False
    per_each: bool = False

    @property
    def full(self) -> str:
        return f"{self.branch}: {self.text}" if self.branch else self.text


@dataclass(slots=True)
class Sorted:
    """Every line of a leaf in its place. `silent`: lines that give no points. `lost`: what gives points or figures in
    a way that could not be told."""

    clauses: list[Clause] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    silent: list[Line] = field(default_factory=list)
    lost: list[Line] = field(default_factory=list)
    joined: list[Line] = field(default_factory=list)


_BULLET = re.compile(r"^\s*(?:[-–−+•·●▪○o]\s+|[-–+•]\s*(?=[^\W\d])|\(?[a-zđ]\)\s*|\(\d{1,2}\)\s*|\d{1,2}\)\s+)")
_NOTE = re.compile(
    r"^\s*[(\[]?\s*(?:\*+|\(\*+\))?\s*[-–]?\s*(?:ghi chú|lưu ý|chú ý|chú thích|riêng|trường hợp đặc biệt)\b",
    re.IGNORECASE,
)
_STARRED = re.compile(r"^\s*\(?\*+\)?\s*")
_HEADING = re.compile(
    r"^[\s*\-–+•]*(?:yêu cầu(?: đánh giá)?|cách (?:chấm|tính|đánh giá|xác định)(?: điểm)?|phương pháp [^:]{0,40}|cụ thể(?: như sau)?"
    r"|hướng dẫn[^:]{0,40}|thang điểm|mức điểm|nội dung đánh giá|tiêu chí đánh giá|điểm (?:số )?được (?:tính|chấm) như sau)\s*[:.]?\s*$",
    re.IGNORECASE,
)
_HEAD_BEFORE = re.compile(
    r"^[\s*\-–]*(?:yêu cầu|cách (?:chấm|tính)(?: điểm)?|cụ thể|mức (?:chấm|độ) \d)\s*:\s+(?=\S)", re.IGNORECASE
)
_SEPARATOR = re.compile(r"[\s=:–\-−→,(\[]*[=:–\-−→(\[][\s=:–\-−→,(\[]*$")
_FILLER = re.compile(
    r"(?:[\s,;=:–\-(]*\b(?:thì|được|đạt|tính|chấm|cho|ghi|hưởng|là|bằng|mức|số điểm|được tính|điểm đánh giá|điểm|đánh giá là"
    r"|tối đa|không quá|bị trừ|trừ|đi|cộng|thưởng|mỗi))+[\s,;=:–\-(]*$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"^(?:\s*(?:đối với|với|cho|ở|của)?\s*(?:tiêu chí|nội dung|mục|tiêu chí thành phần)\s+(?:này|đó|trên))?[\s.;,)\]]*",
    re.IGNORECASE,
)
_EACH_TAIL = re.compile(
    r"^\s*(?:/\s*|(?:cho|với)\s+)?(?:mỗi|từng|0?1|một)?\s*[^.;,\d()]{1,60}(?=[.;,(]|$)", re.IGNORECASE
)
_PER = re.compile(r"\s*(?:/\s*(?:mỗi|từng|0?1|một)?|(?:cho|với)\s+(?:mỗi|từng|0?1)\b)", re.IGNORECASE)
_PER_OTHER = re.compile(r"\b(?:mỗi|cứ|từng)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"\.\s+(?=(?:nếu|đạt|từ|trên|dưới|hoàn thành|tỷ lệ|trường hợp)\b)", re.IGNORECASE)
_UNDER = re.compile(r":\s*(?=\+\s)")
_POINTS_FIRST = re.compile(
    r"^\s*(?:[-–+•*]\s*)?(?P<n>\d+(?:[.,]\d+)?)\s*(?:điểm|đ)\s*(?:nếu|khi|[:–-])\s*(?P<text>\S.*)$", re.IGNORECASE
)
_ENDS = re.compile(r"[.;:!?)”\"]\s*$")
_LOWER = re.compile(r"^[a-zà-ỹđ]")
#: words that change points, so that a line that gives none may not stay unread
ALTERS = re.compile(
    r"nhân\s+(?:đôi|(?:với\s+)?hệ\s+số)|\bhệ\s+số\s+\d|\b(?:hạ|nâng|giảm|tăng)\s+(?:xuống\s+|lên\s+)?(?:0?1|một)\s+(?:mức|bậc|khung)(?:\s+điểm)?\b"
    r"|\blàm\s+tròn\b|\bnhân\s+\d|(?:tính|chấm|cho|lấy)\s+(?:bằng|theo)\s+(?:điểm\s+|mức\s+)?(?:bình\s+quân|trung\s+bình)",
    re.IGNORECASE,
)
_CARRIES_FIGURES = re.compile(
    rf"\d{{1,9}}(?:[.,]\d{{1,6}})?\s*(?:điểm|đ\b)|\bđiểm tương ứng|\b(?:trừ|cộng)\s+điểm|{ALTERS.pattern}",
    re.IGNORECASE,
)
_NOT_ASKED = re.compile(
    r"không\s+phát\s+sinh|không\s+(?:được\s+giao|thuộc)|đơn\s+vị\s+không\s+có|(?:nếu|trường hợp)\s+không\s+có\s+(?:nhiệm vụ|chỉ tiêu|đối tượng|nội dung)",
    re.IGNORECASE,
)
_NOT_COUNTED = re.compile(r"không\s+(?:tính|chấm|đánh giá)", re.IGNORECASE)


def without_bullet(text: str) -> str:
    return _BULLET.sub("", text).strip()


def sort_lines(lines: tuple[Line, ...], maximum: Decimal | None) -> Sorted:
    """Put every line in its place; what cannot be told is `lost`, never dropped."""
    found = Sorted()
    branch, noted = "", False
    for line in _whole_lines(lines, found):
        text = _HEAD_BEFORE.sub("", line.text.strip())
        if not text:
            continue
        if _HEADING.match(text):
            found.silent.append(line)
            branch, noted = "", False
            continue
        if _is_note(text, maximum):
            found.notes.append(line)
            branch, noted = "", True
            continue
        plus = text.startswith("+")
        made = _clauses(Line(text, line.row, line.points), maximum, found)
        if made:
            found.clauses += [_under(clause, branch) for clause in made] if plus else made
            branch, noted = (branch if plus else ""), False
            continue
        _put_silent(Line(text, line.row), found, noted=noted and (plus or not _BULLET.match(text)))
        branch = text.rstrip(": ").strip() if text.endswith(":") else branch
    return found


def _put_silent(line: Line, found: Sorted, *, noted: bool) -> None:
    if noted:
        found.notes.append(line)
    elif _CARRIES_FIGURES.search(line.text):
        found.lost.append(line)
    else:
        found.silent.append(line)


def _under(clause: Clause, branch: str) -> Clause:
    return Clause(
        clause.text, clause.points, clause.gives, clause.signed, clause.row, without_bullet(branch), clause.formula
    )


def _is_note(text: str, maximum: Decimal | None) -> bool:
    if _NOTE.match(text):
        return True
    return bool(_STARRED.match(text)) and not values_in(text, maximum) and formula_in(text) is None


def _whole_lines(lines: tuple[Line, ...], found: Sorted) -> list[Line]:
    """Split cells into lines, a branch from what stands under it, and join a sentence broken over two rows."""
    whole: list[Line] = []
    for line in lines:
        for part in line.text.split("\n"):
            for piece in _UNDER.split(part):
                text = piece if piece is part or not part.startswith(piece) else piece + ":"
                _add(whole, Line(text.strip(), line.row, line.points), found)
    return whole


def _add(whole: list[Line], line: Line, found: Sorted) -> None:
    if not line.text:
        return
    last = whole[-1] if whole else None
    broken = (
        last is not None
        and last.points is None
        and not _ENDS.search(last.text)
        and not values_in(last.text, Decimal(1))
        and bool(_LOWER.match(line.text))
        and not _BULLET.match(line.text)
        and not _HEADING.match(last.text)
    )
    if broken and last is not None:
        whole[-1] = Line(f"{last.text} {line.text}", last.row, line.points)
        if last.row != line.row:
            found.joined.append(whole[-1])
        return
    whole.append(line)


def _clauses(line: Line, maximum: Decimal | None, found: Sorted) -> list[Clause]:
    formula = formula_in(line.text)
    if formula is not None:
        return _with_formula(line, formula, maximum, found)
    first = _POINTS_FIRST.match(line.text)
    if first and not values_in(first["text"], maximum):
        value = Decimal(first["n"].replace(",", "."))
        return [Clause(first["text"].strip(" .;"), value, Gives.FIXED, signed=True, row=line.row)]
    return _valued(line, line.text, maximum, found)


def _valued(line: Line, text: str, maximum: Decimal | None, found: Sorted) -> list[Clause]:
    values = values_in(text, maximum)
    if not values:
        return _from_column(line, text, maximum, found)
    made: list[Clause] = []
    at = 0
    if any(_leaves_out(text, value) for value in values):
        found.lost.append(line)
        return []
    for value in values:
        before = text[at : value.start]
        after = text[value.end :]
        bracketed = before.lstrip(" .;,").startswith("(") and not before.rstrip().endswith("(")
        made.append(Clause(_condition(before), value.points, value.gives, value.signed, line.row, bracketed=bracketed))
        tail = _EACH_TAIL.match(after) if value.gives in {Gives.EACH, Gives.MINUS} else None
        if tail and _PER.match(tail.group(0)):
            twice = bool(_PER_OTHER.search(before)) and _noun_of(tail.group(0)) not in before.lower()
            made[-1] = replace(made[-1], per_each=True, gives=Gives.UNTOLD if twice else value.gives)
        at = value.end + (tail.end() if tail else 0)
        at += _TAIL.match(text[at:]).end()  # type: ignore[union-attr] # matches the empty text too
    rest = text[at:].strip(" .;,)-–")
    if rest and _CARRIES_FIGURES.search(rest):
        found.lost.append(Line(rest, line.row))
    elif rest and made:
        last = made[-1]
        text_now = f"{last.text} {rest}".strip() if not last.text or rest.startswith("(") else last.text
        made[-1] = Clause(text_now, last.points, last.gives, last.signed, last.row, bracketed=last.bracketed)
        if text_now == last.text:
            found.silent.append(Line(rest, line.row))
    return made


def _noun_of(tail: str) -> str:
    """Return the first word of what points are counted by: "điểm/ngày"."""
    words = re.findall(r"[^\W\d]+", _PER.sub("", tail))
    return words[0].lower() if words else ""


def _leaves_out(text: str, value: Value) -> bool:
    """Tell whether "không tính điểm" may mean that the criterion is not counted at all, instead of 0."""
    stop = max(text.rfind(";", 0, value.start), text.rfind(". ", 0, value.start)) + 1
    return bool(_NOT_COUNTED.match(text[value.start :]) and _NOT_ASKED.search(text[stop : value.start]))


def _from_column(line: Line, text: str, maximum: Decimal | None, found: Sorted) -> list[Clause]:
    """An option whose points stand in the column of points."""
    if line.points is None:
        return []
    printed = line.points.strip()
    values = values_in(f"= {printed}", maximum)
    if len(values) == 1 and values[0].gives is Gives.FIXED:
        return [Clause(_condition(text), values[0].points, Gives.FIXED, signed=True, row=line.row)]
    if printed:
        found.lost.append(Line(f"{text} {printed}", line.row))
    return []


def _condition(before: str) -> str:
    text = without_bullet(before.strip().lstrip(".;,) "))
    text = _SENTENCE.split(text)[-1]
    cut = _SEPARATOR.sub("", text)
    if cut == text:
        cut = _FILLER.sub("", text)
        if re.search(r"\b(?:không|chưa)$", cut, re.IGNORECASE):
            cut = text.strip()
        elif re.match(r"\d\s*điểm\b", text[len(cut) - 1 :], re.IGNORECASE):  # "đạt trên 70 điểm được …"
            cut = f"{cut} điểm"
    else:
        cut = re.sub(r"\s+(?:thì|được|đạt|chấm)\s*$", "", cut) if re.search(r"\bthì\s*$", cut) else cut
    return re.sub(r"^(?:và|hoặc|còn|nếu)\s+(?=(?:từ|trên|dưới)\b)", "", cut.strip(" .;,"), flags=re.IGNORECASE)


def _with_formula(line: Line, formula: Formula, maximum: Decimal | None, found: Sorted) -> list[Clause]:
    before, after = line.text[: formula.start], line.text[formula.end :]
    made: list[Clause] = []
    head = before
    values = values_in(before, maximum)
    if values:
        cut = values[-1].end
        made += _valued(Line(before[:cut], line.row), before[:cut], maximum, found)
        head = before[cut:]
    made.append(Clause(_condition(head), Decimal(0), Gives.FIXED, signed=True, row=line.row, formula=formula))
    if after.strip(" .;,)"):
        rest = Line(after.strip(" .;,"), line.row)
        more = _clauses(rest, maximum, found)
        if not more:
            _put_silent(rest, found, noted=False)
        made += more
    return made
