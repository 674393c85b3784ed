"""Every bad file has a refusal of its own, within seconds, in bounded memory, with a sentence that says what to do."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from app.domain.errors import InputInvalid
from app.reading.files import read_document
from app.words.messages import MESSAGES
from tests.reading.bad_files import MIB, REFUSED, lying_bomb, many_rows, zip_bomb
from tests.reading.builders import docx, docx_parts, p, paragraphs, tables, texts, xlsx, zipped


@pytest.mark.parametrize("what", REFUSED)
def test_a_bad_file_is_refused_by_name_within_seconds(what: str) -> None:
    name, made, code = REFUSED[what]
    data = made()
    began = time.perf_counter()
    with pytest.raises(InputInvalid) as refused:
        read_document(data, name)
    assert refused.value.code == code
    assert time.perf_counter() - began < 5
    assert code in MESSAGES


@pytest.mark.parametrize("made", [zip_bomb, lying_bomb, many_rows])
def test_a_heavy_file_is_refused_before_it_fills_the_memory(made: object) -> None:
    data = made()  # type: ignore[operator]
    tracemalloc.start()
    try:
        with pytest.raises(InputInvalid):
            read_document(data, "a.docx")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100 * MIB


def test_the_content_decides_where_the_ending_says_otherwise() -> None:
    assert paragraphs(read_document(docx(p("Phụ lục")), "a.xlsx")) == ["Phụ lục"]
    sheet = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    assert texts(tables(read_document(xlsx(sheet), "a.docx"))[0].rows[0]) == {0: "1"}
    page = b"<html><table><tr><td>1</table></html>"
    assert texts(tables(read_document(page, "a.xls"))[0].rows[0]) == {0: "1"}


def test_links_to_click_on_and_pictures_from_elsewhere_do_no_harm() -> None:
    parts = docx_parts(
        p("Phụ lục"),
        more=[("r8", "hyperlink", "https://example.invalid/"), ("r9", "image", "https://example.invalid/a.png")],
        external=["r8", "r9"],
    )
    assert paragraphs(read_document(zipped(parts), "a.docx")) == ["Phụ lục"]


def test_a_part_twice_under_one_name_is_refused() -> None:
    parts = docx_parts(p("một"))
    with pytest.raises(InputInvalid) as refused:
        read_document(zipped({**parts, "WORD/document.xml": parts["word/document.xml"]}), "a.docx")
    assert refused.value.code == "file_broken"
