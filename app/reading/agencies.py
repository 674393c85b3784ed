"""Who appraises each criterion: inherited from above, two spellings of one office made one, persons left out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from app.reading.findings import FindingCode
from app.reading.remarks import Branch, Remarks, walk_all
from app.reading.sentences import LOWER, UPPER, fold, tidy

_OFFICE = (
    r"so|phong|ban|van phong|vp|ubnd|hdnd|thanh tra|cong an|bo|cuc|chi cuc|trung tam|uy ban|hoi|doan|kho bac|bao hiem|"
    r"bch|toa an|vien|dai|thue|mat tran|mttq|ubmttq|dang uy|huyen uy|tinh uy|thanh uy|to|lien doan|truong|tram|bhxh|"
    r"co quan|don vi|cac (?:so|phong|co quan|don vi|ban|bo phan)|nhnn|quy|ttpvhcc|tinh doan|huyen doan|hdtd"
)
_IS_OFFICE = re.compile(rf"^({_OFFICE})\b|^p\.|^s[a-z&]{{2,6}}\b$|^s(o)? ?[a-z&]{{2,6}}$")
_NEXT_OFFICE = re.compile(
    r"\s*(?:[;\n/]|,(?=\s*(?:Sở|Phòng|Ban|Văn phòng|VP|UBND|Thanh tra|Công an|Trung tâm|Chi cục|Cục|Hội|Kho bạc"
    r"|Bảo hiểm|P\.))"
    r"|\s+-\s+(?=(?:Sở|Phòng|Văn phòng|UBND)\b))\s*"
)
_UNFINISHED = frozenset({"van phong", "vp", "phong", "so", "ban", "thanh tra", "trung tam", "chi cuc", "cuc"})
_TITLE_OF_PERSON = re.compile(r"^(ông|bà|đ/c|đồng chí|anh|chị|chuyên viên)\b", re.IGNORECASE)
_NAME = re.compile(rf"^(?:[{UPPER}][{LOWER}]*\.?)(?: [{UPPER}][{LOWER}]*){{0,3}}$")
_SHORT = {
    "p": "phong", "p.": "phong", "vp": "van phong", "snv": "so noi vu", "stc": "so tai chinh", "stp": "so tu phap",
    "stttt": "so thong tin va truyen thong", "skhcn": "so khoa hoc va cong nghe", "skhdt": "so ke hoach va dau tu",
    "nv": "noi vu", "tp": "tu phap", "tc": "tai chinh", "kh": "ke hoach", "tckh": "tai chinh ke hoach",
    "vhtt": "van hoa va thong tin", "vh": "van hoa", "tt": "thong tin", "tnmt": "tai nguyen va moi truong",
    "uy ban nhan dan": "ubnd", "hoi dong nhan dan": "hdnd",
}  # fmt: skip
_WORDS = re.compile(r"[^\w&.]+")


def settle_agencies(roots: Sequence[Branch], remarks: Remarks, *, expected: bool) -> None:
    """Fill in `agency` of every branch. `expected`: the table has a column for it."""
    offices = _own_offices(roots, remarks)
    spelling = _spellings([office for found in offices.values() for office in found])
    _say_spellings(roots, offices, spelling, remarks)
    for branch in walk_all(roots):
        found = [spelling[office] for office in offices.get(id(branch), [])]
        branch.agency = "; ".join(dict.fromkeys(found)) or (branch.parent.agency if branch.parent else None)
    leaves = [branch for branch in walk_all(roots) if not branch.children]
    inherited = [leaf for leaf in leaves if leaf.agency and not leaf.agency_printed]
    if inherited:
        remarks.add(FindingCode.AGENCY_ON_PARENT, rows=tuple(leaf.row for leaf in inherited))
    _say_missing([leaf for leaf in leaves if leaf.agency is None], remarks, expected=expected)


def _say_missing(leaves: Sequence[Branch], remarks: Remarks, *, expected: bool) -> None:
    if not expected and leaves:
        remarks.add(FindingCode.AGENCY_MISSING, rows=tuple(leaf.row for leaf in leaves))
        return
    for leaf in leaves:
        remarks.add(FindingCode.AGENCY_MISSING, leaf)


def _own_offices(roots: Sequence[Branch], remarks: Remarks) -> dict[int, list[str]]:
    """Return the offices printed at each branch; a person's name is told and left out."""
    offices: dict[int, list[str]] = {}
    for branch in walk_all(roots):
        for printed in _parted(branch.agency_printed):
            if is_person(printed):
                remarks.add(FindingCode.AGENCY_IS_PERSON, branch, text=printed)
            else:
                offices.setdefault(id(branch), []).append(printed)
    return offices


def _parted(printed: str) -> list[str]:
    """Part several offices in one cell; a name that only wraps over two lines stays one."""
    lines: list[str] = []
    for line in printed.split("\n"):
        plain = tidy(line)
        wraps = not _IS_OFFICE.match(fold(plain)) and not _NAME.match(plain)
        if lines and plain and (wraps or fold(lines[-1]) in _UNFINISHED):
            lines[-1] = f"{lines[-1]} {plain}"
        elif plain:
            lines.append(plain)
    parts = [tidy(part).strip(" .,;-") for line in lines for part in _NEXT_OFFICE.split(line)]
    return [part for part in parts if part]


def is_office(text: str) -> bool:
    return bool(_IS_OFFICE.match(fold(text)))


def is_person(text: str) -> bool:
    """Return whether `text` is a name: a form of address, or a few words that all begin with a capital."""
    if _TITLE_OF_PERSON.match(text):
        return True
    return not is_office(text) and all(_NAME.match(part.strip()) for part in text.split(","))


def key_of(office: str) -> str:
    """Return `office` with accents, case, short forms and a trailing "TH" (tổng hợp) gone."""
    plain = fold(re.sub(r"\s+(TH|\(TH\)|tổng hợp)$", "", tidy(office)))
    plain = re.sub(r"^p\.\s*", "phong ", plain).replace("uy ban nhan dan", "ubnd").replace("hoi dong nhan dan", "hdnd")
    plain = plain.replace("&", " va ")
    words = [_SHORT.get(word, word) for word in _WORDS.split(plain) if word]
    return " ".join(word for word in " ".join(words).split(" ") if word != "va")


def _spellings(offices: Sequence[str]) -> dict[str, str]:
    """Return each spelling's best: the most frequent of its kind, then the longest."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for office in offices:
        kinds[key_of(office)][office] += 1
    best = {key: max(found, key=lambda text: (found[text], len(text), text)) for key, found in kinds.items()}
    return {office: best[key_of(office)] for office in offices}


def _say_spellings(
    roots: Sequence[Branch], offices: dict[int, list[str]], spelling: dict[str, str], remarks: Remarks
) -> None:
    said: set[str] = set()
    for branch in walk_all(roots):
        for office in offices.get(id(branch), []):
            if spelling[office] != office and office not in said:
                said.add(office)
                remarks.add(FindingCode.AGENCY_SPELLING, branch, text=office, agency=spelling[office])
