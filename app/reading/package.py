"""An Office file as the archive of XML parts it is, opened so that no part can do harm.

Checked before anything is unpacked: names that leave the archive, parts twice, encryption, what the archive says it
unpacks to. Checked while it is unpacked: what really comes out, document types in XML.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from app.domain.errors import InputInvalid
from app.reading.guards import Kind

#: an XML element; lxml carries no types
Element = Any

MIB = 1024 * 1024
UNPACKED_LIMIT = 200 * MIB
PART_LIMIT = 64 * MIB
RATIO_LIMIT = 200
#: below this much a ratio says nothing: an empty table compresses well
RATIO_FROM = 10 * MIB
PARTS_LIMIT = 5_000
#: what the library raises over broken archives
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    IndexError,
    RuntimeError,
    OSError,
)
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_CHUNK = 64 * 1024
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)", re.IGNORECASE)
_ENCODINGS = frozenset({"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii"})

_RELS = "_rels/.rels"
_TYPES = "[Content_Types].xml"
#: relationships by the last word of their type; these reach out of the document or carry programs and files
_MACROS = frozenset({"vbaProject", "vbaProjectSignature", "wordVbaData", "xlMacrosheet", "xlIntlMacrosheet"})
_EMBEDDED = frozenset({"oleObject", "aFChunk", "control", "activeXControlBinary"})
_LINKED = frozenset({"attachedTemplate", "externalLink", "externalLinkPath", "subDocument", "frame"})


@dataclass(frozen=True, slots=True)
class Relation:
    """`kind`: last word of the type. `target`: name of the part, or the address of something outside."""

    kind: str
    target: str
    external: bool


class Package:
    """The parts of one file. Raises InputInvalid: see `kind` and `read`; nothing of it is unpacked to a disk."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as broken:
            raise self._broken() from broken
        self._parts = {info.filename: info for info in self._archive.infolist()}
        self._unpacked = 0
        self._check_directory(len(data))

    def kind(self) -> Kind:
        """Return DOCX or XLSX, after everything that makes a document dangerous was refused.

        Raises: InputInvalid with code file_has_macros, file_links_out, file_embeds_files, file_open_document,
        file_is_archive, file_is_presentation, file_binary_workbook, xml_doctype, file_broken.
        """
        if _TYPES not in self._parts:
            opened = "mimetype" in self._parts and b"opendocument" in self.read("mimetype")
            raise InputInvalid("file_open_document" if opened else "file_is_archive", name=self.name)
        types = self.read(_TYPES)
        if (
            b"macroEnabled" in types
            or b"vbaProject" in types
            or any("vbaproject" in part.lower() for part in self._parts)
        ):
            raise InputInvalid("file_has_macros", name=self.name)
        self.check_xml()
        self._check_relations()
        return self._kind_of(self.main())

    def main(self) -> str:
        """Return the name of the part that holds the document itself."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument":
                return relation.target
        raise self._broken()

    def relations(self, part: str) -> Mapping[str, Relation]:
        """Return what `part` ("" for the package) points to, by id."""
        folder, base = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{base}.rels") if part else _RELS
        if name not in self._parts:
            return {}
        found = {}
        for each in self.xml(name).iter("{*}Relationship"):
            external = each.get("TargetMode") == "External"
            target = each.get("Target") or ""
            inside = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            )
            kind = (each.get("Type") or "").rpartition("/")[2]
            found[each.get("Id") or ""] = Relation(kind, target if external else inside, external)
        return found

    def related(self, part: str, kind: str) -> str | None:
        """Return the first part of that kind which `part` points to and which is there."""
        targets = (each.target for each in self.relations(part).values() if each.kind == kind and not each.external)
        return next((target for target in targets if target in self._parts), None)

    def xml(self, part: str) -> Element:
        """Return the root of an XML part. Raises InputInvalid: file_broken, xml_doctype."""
        raw = self.read(part)
        refuse_doctype(raw, self.name)
        return parsed(raw, self.name)

    def read(self, part: str) -> bytes:
        """Return the bytes of a part, counted while they come out, whatever the archive says of them."""
        if part not in self._parts:
            raise self._broken()
        out = bytearray()
        try:
            with self._archive.open(self._parts[part]) as stream:
                while chunk := stream.read(_CHUNK):
                    out += chunk
                    self._unpacked += len(chunk)
                    if len(out) > PART_LIMIT or self._unpacked > UNPACKED_LIMIT * 2:
                        raise self._bomb()
        except _BROKEN as broken:
            raise self._broken() from broken
        return bytes(out)

    def check_xml(self) -> None:
        """Refuse a document type in any XML part, the ones that are never read among them."""
        for part in self._parts:
            if part.lower().endswith((".xml", ".rels", ".vml")):
                refuse_doctype(self.read(part), self.name)

    def _check_directory(self, size: int) -> None:
        infos = self._archive.infolist()
        if len(infos) > PARTS_LIMIT:
            raise self._bomb()
        twice = len(infos) != len({info.filename.lower() for info in infos})
        if twice or any(info.compress_type not in _PACKED for info in infos):
            raise self._broken()
        if any(info.flag_bits & 1 for info in infos):
            raise InputInvalid("file_encrypted", name=self.name)
        if any(_leaves(info.filename) for info in infos):
            raise InputInvalid("archive_name_unsafe", name=self.name)
        total = sum(info.file_size for info in infos)
        if total > UNPACKED_LIMIT or (total > RATIO_FROM and total > size * RATIO_LIMIT):
            raise self._bomb()
        for info in infos:
            if info.file_size > RATIO_FROM and info.file_size > max(1, info.compress_size) * RATIO_LIMIT:
                raise self._bomb()

    def _check_relations(self) -> None:
        for part in self._parts:
            if not part.endswith(".rels"):
                continue
            folder, base = posixpath.split(part)
            owner = posixpath.join(posixpath.dirname(folder), base.removesuffix(".rels"))
            for relation in self.relations(owner).values():
                self._check_relation(relation)

    def _check_relation(self, relation: Relation) -> None:
        if relation.kind in _MACROS:
            raise InputInvalid("file_has_macros", name=self.name)
        if relation.kind in _LINKED or (relation.external and relation.kind not in {"hyperlink", "image"}):
            raise InputInvalid("file_links_out", name=self.name, target=relation.target[:100])
        if relation.kind in _EMBEDDED:
            raise InputInvalid("file_embeds_files", name=self.name)

    def _kind_of(self, main: str) -> Kind:
        root = self._root_tag(main).rpartition("}")[2]
        kinds = {"document": Kind.DOCX, "workbook": Kind.XLSX}
        if root in kinds:
            return kinds[root]
        raise InputInvalid("file_is_presentation" if root == "presentation" else "file_kind_unknown", name=self.name)

    def _root_tag(self, main: str) -> str:
        if main.lower().endswith(".bin"):
            raise InputInvalid("file_binary_workbook", name=self.name)
        return str(self.xml(main).tag)

    def _broken(self) -> InputInvalid:
        return InputInvalid("file_broken", name=self.name)

    def _bomb(self) -> InputInvalid:
        return InputInvalid("archive_too_large", name=self.name, limit=UNPACKED_LIMIT // MIB)


def _leaves(name: str) -> bool:
    """Return whether the name of a part points out of the archive."""
    return name.startswith(("/", "\\")) or ":" in name[:3] or ".." in re.split(r"[/\\]", name) or "\0" in name


def refuse_doctype(raw: bytes, name: str) -> None:
    """Raise InputInvalid("xml_doctype"): an Office part has none, and one can pull in files of the server.

    Encodings in which it could hide are refused as file_broken.
    """
    plain = raw.replace(b"\0", b"") if b"\0" in raw[:64] else raw
    encoding = _ENCODING.match(plain.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff"))
    if encoding and encoding[1].decode("ascii", "replace").lower() not in _ENCODINGS:
        raise InputInvalid("file_broken", name=name)
    if _DOCTYPE.search(plain):
        raise InputInvalid("xml_doctype", name=name)


def local(element: Element) -> str:
    """Return the name of a tag without its namespace; "" for comments."""
    return _name(element.tag) if isinstance(element.tag, str) else ""


@lru_cache(maxsize=512)  # a file has few names of tags, and thousands of tags
def _name(tag: str) -> str:
    return tag.rpartition("}")[2]


def parser_options() -> dict[str, bool]:
    return {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def parsed(raw: bytes, name: str) -> Element:
    """Return the root of an XML text. Raises InputInvalid("file_broken"), MemoryError."""
    try:
        return etree.fromstring(raw, etree.XMLParser(remove_comments=True, remove_pis=True, **parser_options()))
    except etree.XMLSyntaxError as broken:
        if "allocation" in str(broken):
            raise MemoryError from broken
        raise InputInvalid("file_broken", name=name) from broken
