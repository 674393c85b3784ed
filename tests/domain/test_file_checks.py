"""Uploads by their bytes and by their names: what passes for a PDF, and what a name becomes."""

from __future__ import annotations

import unicodedata

import pytest

from app.domain.file_checks import clean_file_name, pdf_refusal

END = b"\nstartxref\n0\n%%EOF\n"

#: start, end, what speaks against it
FILES = {
    "a PDF": (b"%PDF-1.7\n", END, None),
    "a byte order mark before it": (b"\xef\xbb\xbf%PDF-1.7\n", END, None),
    "blanks before it": (b"\r\n \t%PDF-1.4\n", END, None),
    "a page": (b"<html><script>alert(1)</script>%PDF-1.4\n", END, "file_not_pdf"),
    "a program": (b"MZ\x90\x00%PDF-1.4\n", END, "file_not_pdf"),
    "an archive": (b"PK\x03\x04%PDF-1.4\n", END, "file_not_pdf"),
    "a picture": (b"GIF89a%PDF-1.4\n", END, "file_not_pdf"),
    "a word too short": (b"%PDF", END, "file_not_pdf"),
    "a NUL before it": (b"\x00%PDF-1.4\n", END, "file_not_pdf"),
    "nothing": (b"", b"", "file_empty"),
    "blanks alone": (b"  ", b"  ", "file_not_pdf"),
    "cut off": (b"%PDF-1.7\n", b"stream 1 0 R", "file_cut_off"),
    "its end within the last 2 KiB": (b"%PDF-1.7\n", END + b"\x00" * (2048 - 6), None),
    "its end before the last 2 KiB": (b"%PDF-1.7\n", END + b"\x00" * 2048, "file_cut_off"),
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_is_a_pdf_from_its_first_byte_to_its_end(what: str) -> None:
    head, tail, refusal = FILES[what]
    assert pdf_refusal(head, tail) == refusal


#: as sent → as kept
NAMES = {
    "Báo cáo số 58.pdf": "Báo cáo số 58.pdf",
    unicodedata.normalize("NFD", "Tiếng Việt.pdf"): "Tiếng Việt.pdf",
    "../../etc/passwd": "passwd.pdf",
    "..\\..\\windows\\system.ini": "system.ini.pdf",
    "C:\\fakepath\\a.pdf": "a.pdf",
    "a/": "document.pdf",
    "": "document.pdf",
    ".pdf": "pdf.pdf",
    "...": "document.pdf",
    "a\r\nSet-Cookie: x=1.pdf": "aSet-Cookie_ x=1.pdf",
    "a\x00.pdf": "a.pdf",
    "a\x7f\x1b\x85.pdf": "a.pdf",
    "a\u2028b.pdf": "ab.pdf",
    "\u202efdp.exe": "fdp.exe.pdf",
    "a\u2066b\u2069.pdf": "ab.pdf",
    "a\ud800.pdf": "a.pdf",
    "CON": "_CON.pdf",
    "con.pdf": "_con.pdf",
    "nul.txt.pdf": "_nul.txt.pdf",
    "COM1 .pdf": "_COM1.pdf",
    "lpt\u00b9.pdf": "_lpt\u00b9.pdf",
    "console.pdf": "console.pdf",
    "a.pdf.": "a.pdf",
    "a. . .pdf": "a.pdf",
    "a.PDF": "a.pdf",
    "a.pdf.exe": "a.pdf.exe.pdf",
    "a.exe": "a.exe.pdf",
    'a"b<c>|?*:d.pdf': "a_b_c_____d.pdf",
    "x" * 300 + ".pdf": "x" * 251 + ".pdf",
    "ế" * 100 + ".pdf": "ế" * 83 + ".pdf",
}


@pytest.mark.parametrize("sent", NAMES)
def test_a_name_is_kept_without_what_could_hurt(sent: str) -> None:
    assert clean_file_name(sent) == NAMES[sent]


@pytest.mark.parametrize("sent", NAMES)
def test_a_kept_name_is_kept_as_it_is_and_fits(sent: str) -> None:
    kept = clean_file_name(sent)
    assert clean_file_name(kept) == kept
    assert len(kept.encode()) <= 255
