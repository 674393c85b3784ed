"""What a file is by its first bytes, and what is refused before anything is unpacked or parsed."""

from __future__ import annotations

import re
from enum import StrEnum

from app.domain.errors import InputInvalid

#: bytes of a file that is taken in
FILE_LIMIT = 20 * 1024 * 1024
_HEAD = 4096


class Kind(StrEnum):
    DOCX = "docx"
    XLSX = "xlsx"
    HTML = "html"
    TEXT = "text"
    PDF = "pdf"
    ZIP = "zip"


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF")
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_HTML = re.compile(
    rb"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    rb"(?:<!doctype\s+html|<html|<head|<body|<table|<meta|<tr\b|<div|<style)",
    re.IGNORECASE | re.DOTALL,
)
_CLIPBOARD = re.compile(rb"\AVersion:[\d.]+\s+StartHTML:", re.IGNORECASE)
_FRAGMENT = re.compile(rb"<[a-z!/]", re.IGNORECASE)
#: endings of names that promise a format told by its first bytes
_PROMISED = frozenset({"docx", "docm", "doc", "xlsx", "xlsm", "xls", "pdf", "odt", "ods", "rtf", "zip"})


def kind_of_file(data: bytes, name: str) -> Kind:
    """Return what `data` is; its name decides nothing but whether a plain text was promised to be something else.

    Raises: InputInvalid with code file_empty, document_too_large, file_encrypted, file_old_office, file_is_rtf,
    file_is_image, file_is_archive, file_old_web, file_kind_unknown, file_not_what_it_says.
    """
    if not data.strip():
        raise InputInvalid("file_empty", name=name)
    if len(data) > FILE_LIMIT:
        raise InputInvalid("document_too_large", name=name, limit=FILE_LIMIT // 1024**2)
    if data.startswith(b"PK\x03\x04"):
        return Kind.ZIP
    if b"%PDF-" in data[:1024] and b"<" not in data[: data.index(b"%PDF-")]:
        return Kind.PDF
    _refuse_others(data, name)
    return _text_or_html(data, name)


def _refuse_others(data: bytes, name: str) -> None:
    head = data[:_HEAD].lstrip()
    if head.startswith(_OLE):
        raise InputInvalid("file_encrypted" if _ENCRYPTED in data else "file_old_office", name=name)
    if head.startswith(b"{\\rtf"):
        raise InputInvalid("file_is_rtf", name=name)
    if head.startswith(_IMAGES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or head[4:12] == b"ftypheic":
        raise InputInvalid("file_is_image", name=name)
    if head.startswith((*_ARCHIVES, b"PK\x05\x06", b"PK\x07\x08")) or data[257:262] == b"ustar":
        raise InputInvalid("file_is_archive", name=name)
    if head.startswith(b"MIME-Version:") or b"<?mso-application" in head:
        raise InputInvalid("file_old_web", name=name)


def _text_or_html(data: bytes, name: str) -> Kind:
    head = text_head(data)
    if _HTML.match(head) or _CLIPBOARD.match(head):
        return Kind.HTML
    ending = name.rpartition(".")[2].lower()
    if _unreadable(data):
        raise InputInvalid("file_kind_unknown", name=name)
    if ending in _PROMISED:
        raise InputInvalid("file_not_what_it_says", name=name)
    return Kind.HTML if ending in {"html", "htm"} and _FRAGMENT.search(head) else Kind.TEXT


def text_head(data: bytes) -> bytes:
    """Return the first bytes of a text as ASCII would have them, marks and the zeros of UTF-16 gone."""
    return (
        data[:_HEAD]
        .removeprefix(b"\xef\xbb\xbf")
        .removeprefix(b"\xff\xfe")
        .removeprefix(b"\xfe\xff")
        .replace(b"\0", b"")
    )


def _unreadable(data: bytes) -> bool:
    """Return whether these bytes are no text: zeros or controls that no UTF-16 explains."""
    if marked(data) is not None or wide(data) is not None:
        return False
    head = data[: _HEAD * 4]
    return b"\0" in head or sum(byte < 32 and byte not in b"\t\n\r\f\v\x1a" for byte in head) * 50 > len(head)


def marked(data: bytes) -> str | None:
    """Return the encoding that a byte order mark names, or None."""
    return next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), None)


def wide(data: bytes) -> str | None:
    """Return which UTF-16 a text without mark is in, told by its line ends, tabs and spaces; else None."""
    sample = data[: _HEAD * 4]
    if b"\0" not in sample or len(data) % 2:
        return None
    little = sum(sample.count(each) for each in (b" \0", b"\n\0", b"\t\0"))
    big = sum(sample.count(each) for each in (b"\0 ", b"\0\n", b"\0\t"))
    return ("utf-16-le" if little >= big else "utf-16-be") if max(little, big) * 50 > len(sample) else None


def decoded(data: bytes, *, declared: str | None = None, name: str = "") -> str:
    """Return a text's letters: by its mark, as UTF-8, as UTF-16 told by its zeros, else as it declares itself.

    Raises: InputInvalid("encoding_unknown").
    """
    mark = marked(data)
    tried = [mark] if mark else [each for each in (wide(data), "utf-8", declared) if each]
    for encoding in tried:
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError):
            continue
    raise InputInvalid("encoding_unknown", name=name)
