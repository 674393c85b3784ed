"""Files that must be refused, by what is wrong with them; each with the name it comes under."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from functools import cache

import docx as python_docx
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.reading.builders import (
    docx,
    docx_parts,
    inline,
    p,
    pdf_of_pages,
    pdf_of_tables,
    relations,
    tbl,
    tc,
    tr,
    xlsx,
    xlsx_parts,
    zipped,
)

MIB = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
_ENTITY = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_LAUGHS = (
    "<!DOCTYPE w [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 10}'>" for n in range(9))
    + "]>"
)


def with_part(name: str, content: str | bytes) -> bytes:
    return zipped({**docx_parts(p("Phụ lục")), name: content})


def doctyped(doctype: str) -> bytes:
    parts = docx_parts(p("&x;"))
    parts["word/document.xml"] = str(parts["word/document.xml"]).replace("?>", f"?>{doctype}", 1)
    return zipped(parts)


def wide_doctype() -> bytes:
    """Return a document whose type hides in UTF-16."""
    parts = docx_parts(p("x"))
    text = (
        str(parts["word/document.xml"])
        .replace('encoding="UTF-8"', 'encoding="UTF-16"')
        .replace("?>", f"?>{_ENTITY}", 1)
    )
    return zipped({**parts, "word/document.xml": text.encode("utf-16")})


def linked(kind: str, target: str) -> bytes:
    return zipped(docx_parts(p("x"), more=[("r9", kind, target)], external=["r9"]))


def template_elsewhere() -> bytes:
    rels = relations(("r1", "attachedTemplate", "https://example.invalid/a.dotm"), external=["r1"])
    return zipped({**docx_parts(p("x")), "word/settings.xml": "<a/>", "word/_rels/settings.xml.rels": rels})


def workbook_linked() -> bytes:
    parts = xlsx_parts(f"<sheetData><row r='1'>{inline('A1', 'x')}</row></sheetData>")
    parts["xl/_rels/workbook.xml.rels"] = relations(
        ("r1", "worksheet", "worksheets/sheet1.xml"), ("r4", "externalLink", "externalLinks/externalLink1.xml")
    )
    return zipped(parts)


def macro_document() -> bytes:
    parts = docx_parts(p("x"))
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace(
        "openxmlformats-officedocument.wordprocessingml.document.main+xml", "ms-word.document.macroEnabled.main+xml"
    )
    return zipped(parts)


@cache
def many_rows() -> bytes:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c>{inline(f"B{n}", "Tiêu chí")}</row>' for n in range(1, 100_001)
    )
    return xlsx(f"<sheetData>{rows}</sheetData>")


@cache
def many_word_rows() -> bytes:
    return docx(tbl(*(tr(tc(str(n)), tc("Tiêu chí")) for n in range(20_000))))


@cache
def zip_bomb() -> bytes:
    """Return a document with a part of 300 MB of blanks, some 300 kB packed."""
    return with_part("word/media/x.xml", b" " * (300 * MIB))


@cache
def lying_bomb() -> bytes:
    """Return a document with a part that says it unpacks to 1000 bytes and unpacks to 100 MB."""
    data = bytearray(with_part("word/footnotes.xml", b" " * (100 * MIB)))
    for signature, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.find(signature)
        while at >= 0:
            name_at = at + (46 if signature == b"PK\x01\x02" else 30)
            if data[name_at:].startswith(b"word/footnotes.xml"):
                struct.pack_into("<I", data, at + place, 1000)
            at = data.find(signature, at + 4)
    return bytes(data)


@cache
def many_small_parts() -> bytes:
    """Return a document with 30 parts of 8 MB each: none is too large, all together are."""
    return zipped({**docx_parts(p("x")), **{f"word/{n}.xml": b" " * (8 * MIB) for n in range(30)}})


def encrypted_zip() -> bytes:
    data = bytearray(docx(p("x")))
    for signature, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(signature)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def locked_pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret"))
    canvas.drawString(50, 700, "Phu luc")
    canvas.save()
    return out.getvalue()


def broken_xml() -> bytes:
    return zipped({**docx_parts(p("x")), "word/document.xml": "<w:document><w:body>"})


def deep_xml() -> bytes:
    return docx("<w:sdt><w:sdtContent>" * 20_000 + "</w:sdtContent></w:sdt>" * 20_000)


def wrong_sum() -> bytes:
    """Return a document whose part does not have the checksum the archive gives."""
    data = zipped(docx_parts(p("Tiêu chí")), compressed=False)
    return data.replace("Tiêu chí".encode(), "Tiêu chỉ".encode())


def heavy_pdf() -> bytes:
    """Return a PDF whose page is drawn by a stream of 600 MB of strokes, packed several times over."""
    content = b"0 0 m 9 9 l S\n" * (40 * MIB)
    packed = zlib.compress(zlib.compress(content, 9), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n" % len(packed) + packed + b"\nendstream",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in places)
    return bytes(out + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)


def damaged_pdf() -> bytes:
    """Return a PDF of which the stream of one page breaks off in the middle, the rest whole."""
    rows = [("STT", "Content", "Points"), *((str(n), f"Criterion {n}", "0.5") for n in range(1, 30))]
    data = bytearray(pdf_of_tables(rows, (50, 300, 80)))
    start = data.index(b"stream\n") + 7
    middle = (start + data.index(b"endstream", start)) // 2
    data[middle : middle + 40] = b"\0" * 40
    return bytes(data)


def a_letter() -> bytes:
    return "Kính gửi: Ủy ban".encode()


def empty_document() -> bytes:
    out = io.BytesIO()
    python_docx.Document().save(out)
    return out.getvalue()


#: what is wrong → (name, how it is made, the code it must be refused with)
REFUSED: Mapping[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.docx", lambda: b"", "file_empty"),
    "blanks alone": ("a.txt", lambda: b" \r\n\t\n", "file_empty"),
    "more than 20 MB": ("a.txt", lambda: b"a\n" * (11 * MIB), "document_too_large"),
    "bomb that says so": ("a.docx", zip_bomb, "archive_too_large"),
    "bomb of many parts": ("a.docx", many_small_parts, "archive_too_large"),
    "bomb that lies": ("a.docx", lying_bomb, "file_broken"),
    "100.000 rows of Excel": ("a.xlsx", many_rows, "too_many_rows"),
    "20.000 rows of Word": ("a.docx", many_word_rows, "too_many_rows"),
    "20.000 lines": ("a.txt", lambda: b"1\ta\n" * 20_000, "too_many_rows"),
    "entity from a file": ("a.docx", lambda: doctyped(_ENTITY), "xml_doctype"),
    "entity in UTF-16": ("a.docx", wide_doctype, "xml_doctype"),
    "billion laughs": ("a.docx", lambda: doctyped(_LAUGHS), "xml_doctype"),
    "document type in a part nobody reads": (
        "a.docx",
        lambda: with_part("docProps/x.xml", _ENTITY + "<a/>"),
        "xml_doctype",
    ),
    "macros by content type": ("a.docm", macro_document, "file_has_macros"),
    "macros by part": ("a.docx", lambda: with_part("word/vbaProject.bin", b"x"), "file_has_macros"),
    "template from elsewhere": ("a.docx", template_elsewhere, "file_links_out"),
    "linked object": ("a.docx", lambda: linked("oleObject", "file:///c:/a.xlsx"), "file_links_out"),
    "embedded object": (
        "a.docx",
        lambda: zipped(docx_parts(p("x"), more=[("r9", "oleObject", "embeddings/oleObject1.bin")])),
        "file_embeds_files",
    ),
    "embedded page": (
        "a.docx",
        lambda: zipped(docx_parts(p("x"), more=[("r9", "aFChunk", "a.html")])),
        "file_embeds_files",
    ),
    "workbook linked to another": ("a.xlsx", workbook_linked, "file_links_out"),
    "password of Office": ("a.docx", lambda: _OLE + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
    "old Word": ("a.docx", lambda: _OLE + "WordDocument".encode("utf-16-le"), "file_old_office"),
    "old Excel": ("a.xls", lambda: _OLE + "Workbook".encode("utf-16-le"), "file_old_office"),
    "password of an archive": ("a.docx", encrypted_zip, "file_encrypted"),
    "password of a PDF": ("a.pdf", locked_pdf, "file_encrypted"),
    "text that says it is Word": ("a.docx", a_letter, "file_not_what_it_says"),
    "text that says it is PDF": ("a.pdf", a_letter, "file_not_what_it_says"),
    "picture": ("a.pdf", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "file_is_image"),
    "photograph": ("a.docx", lambda: b"\xff\xd8\xff\xe0" + b"\0" * 99, "file_is_image"),
    "rich text": ("a.doc", lambda: b"{\\rtf1\\ansi x}", "file_is_rtf"),
    "OpenDocument": (
        "a.odt",
        lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
        "file_open_document",
    ),
    "presentation": (
        "a.pptx",
        lambda: zipped({**docx_parts(""), "word/document.xml": '<p:presentation xmlns:p="urn:p"/>'}),
        "file_is_presentation",
    ),
    "archive of documents": ("a.zip", lambda: zipped({"a.docx": docx(p("x"))}), "file_is_archive"),
    "other archive": ("a.rar", lambda: b"Rar!\x1a\x07\x01\0" + b"x" * 99, "file_is_archive"),
    "web archive": ("a.doc", lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "file_old_web"),
    "program": ("a.txt", lambda: b"\x7fELF\x02\x01\x01" + bytes(range(32)) * 20, "file_kind_unknown"),
    "names that leave the archive": ("a.docx", lambda: with_part("../../etc/cron.d/x", "x"), "archive_name_unsafe"),
    "cut off": ("a.docx", lambda: docx(p("x"))[:-40], "file_broken"),
    "damaged inside": ("a.docx", wrong_sum, "file_broken"),
    "broken XML": ("a.docx", broken_xml, "file_broken"),
    "XML 40.000 deep": ("a.docx", deep_xml, "file_broken"),
    "broken PDF": ("a.pdf", lambda: b"%PDF-1.7\n" + b"x" * 200, "file_broken"),
    "cut PDF": ("a.pdf", lambda: pdf_of_pages([(50, 50, "Phu luc " * 9)])[:300], "file_broken"),
    "damaged inside a PDF": ("a.pdf", damaged_pdf, "file_broken"),
    "nothing in it": ("a.docx", lambda: docx(p("")), "nothing_in_file"),
    "empty document of python-docx": ("a.docx", empty_document, "nothing_in_file"),
    "no sheet to be seen": ("a.xlsx", lambda: zipped(xlsx_parts("<sheetData/>")), "nothing_in_file"),
}
