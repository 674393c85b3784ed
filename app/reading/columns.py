"""Which column of a table holds what: by the words of its heading, else by what stands in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from statistics import mean

from app.reading.codes import Style, read_code, split_code
from app.reading.document import Cell, Row
from app.reading.figures import option_points, parse_points
from app.reading.sentences import fold, is_item, joined, names_document, tidy


class Role(StrEnum):
    CODE = "code"
    TITLE = "title"
    POINTS = "points"
    OPTION_POINTS = "option_points"
    SELF = "self"
    APPRAISED = "appraised"
    EVIDENCE = "evidence"
    AGENCY = "agency"
    METHOD = "method"
    FORM = "form"
    NOTE = "note"
    OFFICERS = "officers"
    OTHER = "other"


# in order: the first that matches decides
_HEADINGS: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        (Role.OFFICERS, r"^(cb|cbcc|can bo|cong chuc|nguoi|bo phan|phan cong|ca nhan|dong chi)\b(?!.*tham dinh)"),
        (Role.AGENCY, r"^(co quan|don vi|phong|cac co quan|to|nguoi)\b.*(tham dinh|chu tri|theo doi|phu trach)"),
        (Role.AGENCY, r"^(co quan|don vi|cac co quan)\b(?!.*tu (cham|danh gia))"),
        (Role.FORM, r"^(loai|hinh thuc|nguon|kenh)\b"),
        (Role.EVIDENCE, r"(tai lieu|minh chung|kiem chung|chung minh|ho so kem|can cu (danh gia|cham|xac dinh))"),
        (Role.TITLE, r"^(cac |ten |bo )?(linh vuc|tieu chi|noi dung|chi tieu|nhiem vu|nhom|chi so|tieu chuan)"),
        (Role.SELF, r"\btu (cham|danh gia|xep|tinh)"),
        (Role.APPRAISED, r"(diem|ket qua|muc|so)\b.*(tham dinh|phuc tra|hoi dong|dat\b|cong nhan|tham tra|thuc te)"),
        (Role.APPRAISED, r"^(tham dinh|hoi dong|phuc tra)"),
        (Role.CODE, r"^(stt|tt|so tt|so thu tu|ma|ma so|ma tieu chi|ky hieu|muc)$"),
        (Role.METHOD, r"phuong phap|cach (tinh|cham|danh gia|thuc|xac dinh|do|cho diem)|huong dan|cong thuc"),
        (Role.METHOD, r"yeu cau|quy dinh|dien giai"),
        (Role.POINTS, r"\bdiem\b|^(toi da|diem)"),
        (Role.NOTE, r"^(ghi chu|giai trinh|luu y|chu thich)"),
    )
)
_POINTS_WEIGHT = (r"toi da|cao nhat", r"chuan|quy dinh", r"^diem$|^so diem$", r"thang|khung|muc|bieu")
_NUMBERING = re.compile(r"^\(?\s*(\d{1,2}|[A-Za-z])\s*\)?\s*(?:=.*)?$")
_AGENCY = re.compile(
    r"^(so|phong|ban|van phong|vp|ubnd|hdnd|thanh tra|cong an|bo|cuc|chi cuc|trung tam|uy ban|hoi|doan|kho bac|"
    r"bao hiem|bch|toa|vien|dai|thue|mat tran|mttq|dang uy|huyen uy|to|snv|p\.)\b"
)
_UNDER = re.compile(r"^(toi da|chuan|tu cham|tu danh gia|tham dinh|hoi dong|don vi tu|phuc tra|co quan tham dinh|dat)")
_GRADES = re.compile(r"^(muc |ket qua |tieu chuan )?(do )?(xep|phan|danh gia) (loai|hang|muc)\b|^loai$|^hang$|^muc do$")
_POINTED = frozenset({Role.POINTS, Role.SELF, Role.APPRAISED})
_MARKS = frozenset({"xhh", "tdg", "dtxhh", "dieu tra xhh", "dieu tra xa hoi hoc", "tu danh gia"})


@dataclass(frozen=True, slots=True)
class Layout:
    """`roles`: grid column → what stands in it. `headings`: grid column → its heading as printed.

    `titles`: columns of titles from the outermost; most tables have one.
    """

    roles: Mapping[int, Role]
    headings: Mapping[int, str] = field(default_factory=dict)
    titles: tuple[int, ...] = ()

    @property
    def shape(self) -> tuple[tuple[int, Role], ...]:
        return tuple(sorted(self.roles.items()))

    @property
    def is_criteria(self) -> bool:
        found = set(self.roles.values())
        return Role.TITLE in found and Role.POINTS in found

    @property
    def is_assignment(self) -> bool:
        found = set(self.roles.values())
        return Role.OFFICERS in found and Role.TITLE in found and Role.POINTS not in found

    def has(self, role: Role) -> bool:
        return role in self.roles.values()

    def role_of(self, cell: Cell) -> Role:
        """Return what `cell` holds; one that lies over several columns holds the title where it lies over the title."""
        roles = [self.roles.get(column, Role.OTHER) for column in range(cell.column, cell.column + cell.span)]
        if Role.TITLE in roles:
            return Role.TITLE
        return roles[0]

    def heading_of(self, role: Role) -> str:
        return next((self.headings.get(column, "") for column, here in self.roles.items() if here is role), "")


@lru_cache(maxsize=1024)  # every row is asked whether it repeats the heading
def role_of_heading(text: str) -> Role | None:
    plain = fold(text).strip(" .:*")
    if not plain or len(plain) > 140:
        return None
    return next((role for role, pattern in _HEADINGS if pattern.search(plain)), None)


def is_numbering_row(row: Row) -> bool:
    """Return whether `row` only numbers the columns: (1) (2) (3), A B 1 2."""
    texts = [cell.text.strip() for cell in row.cells]
    if len(texts) < 3 or not all(_NUMBERING.match(text) for text in texts):
        return False
    letters = "".join(text for text in texts if not any(sign.isdigit() for sign in text))
    if letters and not (letters.isupper() and texts[0] in letters):
        return False
    figures = [int(match[1]) for text in texts if (match := _NUMBERING.match(text)) and match[1].isdigit()]
    rising = all(after == here + 1 for here, after in pairwise(figures))
    return rising and len(figures) >= min(3, len(texts) - 1)


def heading_at(rows: Sequence[Row], start: int) -> tuple[Layout, int] | None:
    """Return the layout a heading at `start` gives and the first row after it, or None where no heading stands."""
    row = rows[start]
    if not _looks_like_heading(row):
        return None
    end = _heading_end(rows, start)
    headings = _heading_texts(rows[start:end])
    layout = layout_of_headings(headings, _heading_texts(rows[start : start + 1]) if end > start + 1 else None)
    if not (layout.is_assignment or (layout.has(Role.TITLE) and len(set(layout.roles.values()) - {Role.OTHER}) >= 2)):
        return None
    while end < len(rows) and is_numbering_row(rows[end]):
        end += 1
    return layout, end


def _looks_like_heading(row: Row) -> bool:
    roles = [role_of_heading(cell.text) for cell in row.cells]
    found = {role for role in roles if role}
    if len(found) < 2 or not found & {Role.TITLE, Role.CODE}:
        return False
    figures = any(parse_points(cell.text) is not None for cell in row.cells)
    return not figures and sum(role is None for role in roles) <= len(roles) // 2


def is_other_heading(row: Row) -> bool:
    """Return whether `row` heads a table of another matter than criteria: bands of grades, points of a year."""
    if any(parse_points(cell.text) is not None or len(cell.text) > 60 for cell in row.cells):
        return False
    plain = [fold(cell.text) for cell in row.cells]
    graded = any(_GRADES.match(text) for text in plain)
    return graded and any(role_of_heading(text) for text in plain)


def _heading_end(rows: Sequence[Row], start: int) -> int:
    deepest = max((cell.down for cell in rows[start].cells), default=1)
    wide = any(cell.span > 1 for cell in rows[start].cells)
    end = start + 1
    while end < len(rows) and end < start + 3:
        covered = end < start + deepest and deepest < 4
        if is_numbering_row(rows[end]) or not (_is_under(rows[end], must_all=not (wide or covered))):
            break
        end += 1
    return end


def _is_under(row: Row, *, must_all: bool) -> bool:
    """Return whether `row` is the lower half of a heading: short words of points, no figures, no codes."""
    texts = [fold(cell.text) for cell in row.cells]
    if not texts or any(parse_points(cell.text) is not None or len(cell.text) > 80 for cell in row.cells):
        return False
    known = [bool(_UNDER.match(text)) for text in texts]
    if must_all:
        return all(known) and len(known) >= 2
    roles = [role_of_heading(text) for text in texts]
    figured = any(
        sign.isdigit() for text in texts for sign in text
    )  # a field may name its points: "A. Chung (50 điểm)"
    pointed = len(texts) > 1 and not figured and any(role in _POINTED for role in roles)
    return any(known) or all(roles) or pointed


def _heading_texts(rows: Sequence[Row]) -> dict[int, str]:
    """Return the heading of each grid column, the words of its upper row before those of its lower row."""
    texts: dict[int, list[str]] = {}
    for number, row in enumerate(rows):
        for cell in row.cells:
            for column in range(cell.column, cell.column + cell.span):
                texts.setdefault(column, []).append(tidy(cell.text))
        if number:
            _inherit_left(texts, rows[0], row)
    return {column: joined(parts) for column, parts in texts.items()}


def _inherit_left(texts: dict[int, list[str]], upper: Row, lower: Row) -> None:
    """In a page of plain text a wide heading stands over its first column only: give its words to the columns right."""
    heads = {cell.column: tidy(cell.text) for cell in upper.cells if cell.span == 1}
    for cell in lower.cells:
        left = [column for column in heads if column <= cell.column]
        if cell.column not in heads and upper.at(cell.column) is None and left and "diem" in fold(heads[max(left)]):
            texts[cell.column].insert(0, heads[max(left)])


def _role_of_column(upper: str, whole: str) -> Role:
    """A heading over criteria and points alike ("Tiêu chí") leaves it to the lower row to say which is which."""
    role = role_of_heading(whole) or Role.OTHER
    lower = whole[len(upper) :].strip()
    if role is Role.TITLE and lower and len(lower) < len(whole):
        return role_of_heading(lower) or role
    return role


def layout_of_headings(headings: Mapping[int, str], upper: Mapping[int, str] | None = None) -> Layout:
    """Return the layout that `headings` give; `upper`: the words that stand in the first row of them."""
    first = upper or {}
    roles = {column: _role_of_column(first.get(column, ""), text) for column, text in headings.items()}
    roles = _one_of_points(roles, headings)
    titles = sorted(column for column, role in roles.items() if role is Role.TITLE)
    for column in titles[1:]:
        if re.match(r"noi dung|nhiem vu|danh muc|tieu chuan", fold(headings[column])):
            roles[column] = Role.METHOD
    titles = [column for column in titles if roles[column] is Role.TITLE]
    return Layout(roles, dict(headings), tuple(titles))


def _one_of_points(roles: dict[int, Role], headings: Mapping[int, str]) -> dict[int, Role]:
    """Of several columns of points keep the one that says "maximum"; another gives the points of the options."""
    columns = [column for column, role in roles.items() if role is Role.POINTS]
    if len(columns) < 2:
        return roles
    best = min(columns, key=lambda column: (_points_weight(headings[column]), column))
    others = {column: Role.OPTION_POINTS for column in columns if column != best}
    return {**roles, **others}


def _points_weight(heading: str) -> int:
    plain = fold(heading)
    return next((weight for weight, pattern in enumerate(_POINTS_WEIGHT) if re.search(pattern, plain)), 9)


def completed(layout: Layout, rows: Sequence[Row]) -> Layout:
    """Return `layout` with the columns whose heading says nothing told by what stands in them: options, documents."""
    layout = _with_points(_with_codes(layout, rows), rows)
    roles = dict(layout.roles)
    for column, role in layout.roles.items():
        texts = [cell.text for row in rows for cell in row.cells if cell.column == column]
        if role not in {Role.OTHER, Role.NOTE} or not texts:
            continue
        if _share(texts, _gives_points) > 0.3:
            roles[column] = Role.METHOD
        elif not layout.has(Role.EVIDENCE) and role is Role.OTHER and _share(texts, names_document) > 0.5:
            roles[column] = Role.EVIDENCE
    return Layout(roles, layout.headings, layout.titles)


def _with_codes(layout: Layout, rows: Sequence[Row]) -> Layout:
    """Return `layout` with the codes told where a heading calls them criteria ("Tiêu chí" | "Nội dung tiêu chí")."""
    if layout.has(Role.CODE) or not layout.titles:
        return layout
    first = layout.titles[0]
    texts = [cell.text for row in rows for cell in row.cells if cell.column == first and cell.span == 1]
    right = [column for column in layout.roles if column > first and layout.roles[column] in {Role.TITLE, Role.METHOD}]
    if not right or _share(texts, _is_code_text) <= 0.6:
        return layout
    roles = {**layout.roles, first: Role.CODE, min(right): Role.TITLE}
    titles = tuple(sorted(column for column, role in roles.items() if role is Role.TITLE))
    return Layout(roles, layout.headings, titles)


def _with_points(layout: Layout, rows: Sequence[Row]) -> Layout:
    """Return `layout` with the points of options told that stand in a column of their own below the titles' heading."""
    roles = dict(layout.roles)
    for column in layout.titles[1:]:
        texts = [cell.text for row in rows for cell in row.cells if cell.column == column]
        if _share(texts, lambda text: parse_points(text) is not None) > 0.6:
            roles[column] = Role.OPTION_POINTS
    titles = tuple(column for column in layout.titles if roles[column] is Role.TITLE)
    return Layout(roles, layout.headings, titles)


def _gives_points(text: str) -> bool:
    return any(option_points(line) is not None and len(line) > 8 for line in text.split("\n"))


def points_in_words(layout: Layout, rows: Iterable[Row]) -> bool:
    """Return whether a table without a column of points carries them in its titles and options."""
    texts = [cell.text for row in rows for cell in row.cells if layout.role_of(cell) is Role.TITLE]
    pointed = sum(bool(re.search(r"\d\s*(điểm|đ\b)", text, re.IGNORECASE)) for text in texts)
    return len(texts) >= 2 and pointed * 3 >= len(texts)


def layout_of_contents(rows: Sequence[Row]) -> Layout | None:
    """Return the layout of a table without a heading, judged by what its columns hold, or None for another matter."""
    columns: dict[int, list[str]] = {}
    for row in rows:
        for cell in row.cells:
            if cell.span == 1 or len(row.cells) > 1:
                columns.setdefault(cell.column, []).append(cell.text)
    if len(columns) < 2 or len(rows) < 3:
        return None
    roles = _roles_by_contents(columns)
    titles = tuple(column for column, role in roles.items() if role is Role.TITLE)
    layout = Layout(roles, {}, titles)
    if not layout.is_criteria or not _speaks_of_criteria(layout, columns):
        return None
    return layout


def _roles_by_contents(columns: Mapping[int, Sequence[str]]) -> dict[int, Role]:
    roles: dict[int, Role] = {}
    left = set(columns)
    code = next((column for column in sorted(left)[:2] if _share(columns[column], _is_code) > 0.7), None)
    if code is not None and _share(columns[code], _is_code_text) > 0.5:
        roles[code] = Role.CODE
        left.discard(code)
    points = [c for c in sorted(left) if _share(columns[c], lambda text: parse_points(text) is not None) > 0.7]
    if points:
        roles[points[0]] = Role.POINTS
        roles |= dict.fromkeys(points[1:], Role.APPRAISED)
        left -= set(points)
    for column in sorted(left):
        if _share(columns[column], lambda text: fold(text) in _MARKS) > 0.5:
            roles[column] = Role.FORM
        elif _share(columns[column], lambda text: bool(_AGENCY.match(fold(text))) and len(text) < 90) > 0.6:
            roles[column] = Role.AGENCY
    left -= set(roles)
    if left:
        title = min(left) if code is not None else max(left, key=lambda column: (len(columns[column]), -column))
        roles[title] = Role.TITLE
        left.discard(title)
    for column in left:
        share = _share(columns[column], lambda text: names_document(text) or is_item(text))
        roles[column] = Role.EVIDENCE if share > 0.5 else Role.NOTE
    return roles


def _is_code(text: str) -> bool:
    return read_code(text) is not None


def _is_code_text(text: str) -> bool:
    mark = read_code(text)
    return mark is not None and mark.style is not Style.BULLET


def _share(texts: Sequence[str], holds: Callable[[str], bool]) -> float:
    return mean(bool(holds(text)) for text in texts) if texts else 0


def _speaks_of_criteria(layout: Layout, columns: Mapping[int, Sequence[str]]) -> bool:
    """A list of units with figures is no appendix: criteria are numbered in two depths, or options carry points."""
    titles = [text for column in layout.titles for text in columns[column]]
    cells = [text for column, role in layout.roles.items() if role is Role.CODE for text in columns[column]]
    codes = [mark for text in cells if (mark := read_code(text))]
    codes += [mark for text in titles if (mark := split_code(text)[0])]
    kinds = Counter(mark.key for mark in codes if mark.style is not Style.BULLET)
    options = sum(option_points(text) is not None and "điểm" in text.lower() for text in titles)
    return len(kinds) >= 2 or options >= 2
