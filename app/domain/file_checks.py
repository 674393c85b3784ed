"""What can be told from an upload before it is kept: whether it is a PDF by its bytes, and a name safe to give back.

Source: ISO 32000-1, 7.5.2 and 7.5.5 (header, end of file); ASVS 5.3.2, 5.4.1 and 5.4.2 (names).
"""

from __future__ import annotations

import re
import unicodedata

#: bytes read from the start and from the end of an upload
HEAD, TAIL = 1024, 2048
PDF_MAGIC, PDF_END = b"%PDF-", b"%%EOF"
#: the bytes a signature covers; the dictionary that says so is never compressed (ISO 32000-1, 12.8.1)
SIGNED_MARK = b"/ByteRange"
_UTF8_MARK = b"\xef\xbb\xbf"
_BLANKS = b" \t\r\n\f\v"

#: what most file systems take, in bytes of UTF-8
NAME_BYTES = 255
EXTENSION = ".pdf"
_UNNAMED = "document"
#: marks that turn the order of what is read, so that "fdp.exe" is shown as "exe.pdf"
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: control characters, halves of a pair, ends of line and of paragraph
_UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])", re.IGNORECASE)


def pdf_refusal(head: bytes, tail: bytes) -> str | None:
    """Return what speaks against a file with this start and end, or None.

    Codes: file_empty, file_not_pdf (another kind stands before the header), file_cut_off (its end is missing).
    A byte order mark and blanks before the header are let through, nothing else.
    """
    if not head:
        return "file_empty"
    if not head.removeprefix(_UTF8_MARK).lstrip(_BLANKS).startswith(PDF_MAGIC):
        return "file_not_pdf"
    return None if PDF_END in tail[-TAIL:] else "file_cut_off"


def clean_file_name(name: str) -> str:
    """Return the last part of `name`, fit for a header and for any file system, ending in ".pdf".

    Composed letters (NFC), at most NAME_BYTES bytes; what leaves nothing is called "document.pdf".
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(each for each in last if each not in _TURNING and unicodedata.category(each) not in _UNSHOWN)
    plain = _FORBIDDEN.sub("_", shown).strip(" .")
    stem = _trimmed(plain[: -len(EXTENSION)] if plain.lower().endswith(EXTENSION) else plain)
    if _DEVICE.fullmatch(stem.partition(".")[0].strip()):
        stem = _trimmed(f"_{stem}")
    return (stem or _UNNAMED) + EXTENSION


def _trimmed(stem: str) -> str:
    """Cut between two letters, and leave neither blank nor point before the extension."""
    return stem.encode()[: NAME_BYTES - len(EXTENSION)].decode(errors="ignore").rstrip(" .")
