"""The one way in: bytes of a file, whatever it is, become a Document or a refusal that says what to do."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.errors import InputInvalid
from app.reading.document import Document, Table
from app.reading.guards import Kind, kind_of_file
from app.reading.late import late
from app.reading.letters import refuse_legacy
from app.reading.package import Package

Reader = Callable[[bytes, str], Document]
_MODULES = {Kind.HTML: "html_rows", Kind.TEXT: "text_rows", Kind.PDF: "pdf_rows"}
_OFFICE_MODULES = {Kind.DOCX: "docx_rows", Kind.XLSX: "xlsx_rows"}

#: letters that a row or paragraph counts for, be it ever so short: each is placed among the others
_ROW_WEIGHS = 100


def read_document(data: bytes, name: str) -> Document:
    """Return what stands in a file. `name` is shown in refusals; the bytes decide what the file is.

    Raises: InputInvalid with the codes of `guards`, `package`, `letters` and of the format's own reader;
    "nothing_in_file" when not one word stands in it.
    """
    kind = kind_of_file(data, name)
    try:
        document = _office(data, name) if kind is Kind.ZIP else _reader(_MODULES[kind])(data, name)
    except RecursionError as deep:
        raise InputInvalid("file_broken", name=name) from deep
    if not document.blocks:
        raise InputInvalid("nothing_in_file", name=name)
    refuse_legacy(_words(document))
    return document


def letters_of(document: Document) -> int:
    """Return how many letters a document holds, a row or a paragraph counted as some of them."""
    return len(_words(document)) + _ROW_WEIGHS * sum(1 for _ in document.rows())


def _office(data: bytes, name: str) -> Document:
    package = Package(data, name)
    read: Callable[[Package], Document] = late(_OFFICE_MODULES[package.kind()]).read
    return read(package)


def _reader(module: str) -> Reader:
    read: Reader = late(module).read
    return read


def _words(document: Document) -> str:
    texts = []
    for block in document.blocks:
        if isinstance(block, Table):
            texts += [cell.text for row in block.rows for cell in row.cells]
        else:
            texts.append(block.text)
    return "\n".join(texts)
