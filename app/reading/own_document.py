"""Read a criteria set back from our own Word appendix: exact where nobody changed what is seen, said where one did.

The file holds each criterion beside its text. What is held is taken only where its digest fits the visible row; a row
that was changed is named and left to the general reader. Written by ``app/reports/set_document.py``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml import etree

from app.domain import appendix_rows as a
from app.domain import set_words as w
from app.domain.errors import DomainError, InputInvalid
from app.domain.json_fields import Fields
from app.domain.set_content import NodeContent, SetContent, facts_from_fields, node_from_json
from app.reading.document_text import TextRow, text_rows
from app.reading.own_package import Package

#: letters of the part we look at, rows it may hold
LARGEST_PART, MOST_CRITERIA = 12_000_000, 10_000
_ITEM = re.compile(r"customXml/item[0-9]{1,4}\.xml")
_OFFICE_DOCUMENT = "/officeDocument"
_SEAL = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A criterion whose text is not what was written. `rows`: numbers of its table rows, the first of all being 1."""

    code: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AddedRow:
    """Rows that stand under a number we did not write. `text`: what stands in the first cell that is not empty."""

    text: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """What a document of ours says now. `content` holds only the criteria that still are what was written, exactly.

    `removed`: codes that are gone. `heading_changed`: title, basis, columns, total or notes are not what was written;
    then name, basis and notes of `content` are empty. The set is complete only when it is `whole`.
    """

    content: SetContent
    changed: tuple[ChangedRow, ...] = ()
    removed: tuple[str, ...] = ()
    added: tuple[AddedRow, ...] = ()
    heading_changed: bool = False

    @property
    def changed_codes(self) -> tuple[str, ...]:
        return tuple(row.code for row in self.changed)

    @property
    def whole(self) -> bool:
        return not (self.changed or self.removed or self.added or self.heading_changed)


def is_own_document(data: bytes) -> bool:
    """Whether `data` is a Word file that holds a set of ours, readable and of this version; never raises."""
    try:
        _kept_in(Package(data))
    except InputInvalid:
        return False
    return True


def read_own_document(data: bytes) -> OwnDocument:
    """Return what is still exact in a document of ours, and what is not.

    Raises: InputInvalid("document_not_ours") also where what is kept beside the text is broken; own_file_unreadable.
    """
    package = Package(data)
    kept = _kept_in(package)
    seen = _Seen(text_rows(_main_part(package)), {a.anchor_of(entry.node): entry.node.code for entry in kept.entries})
    moved = seen.moved([entry.node.code for entry in kept.entries])
    nodes, changed, removed = [], [], []
    for entry in kept.entries:
        code, rows = entry.node.code, seen.groups.get(entry.node.code)
        if rows is None:
            removed.append(code)
        elif code in moved or a.digest([row.cells for row in rows], entry.words) != entry.seal:
            changed.append(ChangedRow(code, tuple(row.number for row in rows)))
        else:
            nodes.append(entry.node)
    heading_changed = a.digest([row.cells for row in seen.frame], kept.words) != kept.seal
    facts = replace(kept.facts, name="", legal_basis="", notes="") if heading_changed else kept.facts
    return OwnDocument(
        content=replace(facts, nodes=tuple(nodes)),
        changed=tuple(changed),
        removed=tuple(removed),
        added=tuple(AddedRow(_first_text(rows), tuple(row.number for row in rows)) for rows in seen.added),
        heading_changed=heading_changed,
    )


def _first_text(rows: Sequence[TextRow]) -> str:
    return next((a.collapsed(cell) for cell in rows[0].cells if cell.strip()), "")[:200]


class _Seen:
    """The visible rows, put to the criteria they stand for: by their number, or by the title of a part."""

    def __init__(self, rows: Sequence[TextRow], anchors: dict[str, str]) -> None:
        self.groups: dict[str, list[TextRow]] = {}
        self.added: list[list[TextRow]] = []
        self.frame: list[TextRow] = []
        columns = tuple(a.collapsed(column) for column in w.APPENDIX_COLUMNS)
        current = self.frame
        for row in rows:
            first = a.collapsed(row.cells[0])
            repeated = tuple(a.collapsed(cell) for cell in row.cells) == columns and current is not self.frame
            if not row.number:
                self.frame.append(row)  # a paragraph, wherever it stands
            elif repeated:
                continue
            elif (code := anchors.get(first)) is not None and code not in self.groups:
                current = self.groups[code] = [row]
            elif first and current is not self.frame:
                current = [row]
                self.added.append(current)
            else:
                current.append(row)

    def moved(self, written: Sequence[str]) -> set[str]:
        """Return the criteria that follow another one than they were written behind."""
        here = [code for code in written if code in self.groups]
        was = dict(zip(here, [None, *here], strict=False))
        now = dict(zip(self.groups, [None, *self.groups], strict=False))
        return {code for code in here if was[code] != now[code]}


# ── what is kept beside the text


@dataclass(frozen=True, slots=True)
class _Entry:
    node: NodeContent
    words: str
    seal: str


@dataclass(frozen=True, slots=True)
class _Kept:
    facts: SetContent
    words: str
    seal: str
    entries: tuple[_Entry, ...]


def _kept_in(package: Package) -> _Kept:
    """Return the one part of ours. Raises InputInvalid("document_not_ours"): none, several, broken or too large."""
    roots = [root for name in package.names if _ITEM.fullmatch(name) and (root := _root(package, name)) is not None]
    if len(roots) != 1:
        raise InputInvalid("document_not_ours")
    try:
        return _entries(roots[0])
    except (DomainError, ValueError, RecursionError) as broken:
        raise InputInvalid("document_not_ours") from broken


def _root(package: Package, name: str) -> etree._Element | None:
    """Return the root of a part of ours, None where the part is another's or declares entities."""
    try:
        root = parsed(package.read(name, most=LARGEST_PART))
    except InputInvalid:
        return None
    return root if root.tag == f"{{{a.NAMESPACE}}}{a.ROOT}" else None


def parsed(data: bytes) -> etree._Element:
    """Return the root of an XML part, nothing fetched or expanded. Raises InputInvalid("own_file_unreadable")."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise InputInvalid("own_file_unreadable") from broken
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputInvalid("own_file_unreadable")
    return root


def _entries(root: etree._Element) -> _Kept:
    """Read heading and criteria. Raises DomainError or ValueError for anything that is not as we write it."""
    heading, *criteria = list(root)
    if root.get("version") != a.PART_VERSION or not 0 < len(criteria) <= MOST_CRITERIA:
        raise InputInvalid("document_not_ours")
    words, seal = _told(heading, a.HEADING)
    fields = Fields(json.loads(words), InputInvalid, prefix="set")
    facts = facts_from_fields(fields, ())
    fields.done()
    told = [_told(each, a.CRITERION) for each in criteria]
    entries = tuple(_Entry(node_from_json(json.loads(each)), each, mark) for each, mark in told)
    if len({a.anchor_of(entry.node) for entry in entries}) != len(entries):
        raise InputInvalid("document_not_ours")
    return _Kept(facts, words, seal, entries)


def _told(element: etree._Element, name: str) -> tuple[str, str]:
    seal = element.get(a.DIGEST) or ""
    if element.tag != f"{{{a.NAMESPACE}}}{name}" or not _SEAL.fullmatch(seal) or len(element):
        raise InputInvalid("document_not_ours")
    return element.text or "", seal


def _main_part(package: Package) -> etree._Element:
    """Return the document itself, found by the relations of the file."""
    for relation in parsed(package.read("_rels/.rels")):
        if str(relation.get("Type", "")).endswith(_OFFICE_DOCUMENT):
            return parsed(package.read(str(relation.get("Target", "")).lstrip("/")))
    raise InputInvalid("own_file_unreadable")
