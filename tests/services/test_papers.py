"""Printed papers: long texts go on over pages, nothing typed is obeyed, the layout is that of Decree 30/2020."""

from __future__ import annotations

import dataclasses
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.db.session import Database
from app.domain.criteria import Node
from app.reports.page import Heading, Signature
from app.reports.papers import Document, pdf
from app.reports.tables import Column, kept_together
from app.services.paper_language import vietnamese
from app.services.papers import in_the_name_of
from app.services.sheet_paper import printed_code, sheet_document, sheet_paper
from app.services.sheets import DocumentLine, SheetView, sheet
from tests.services.flow import FULL, Flow, start
from tests.services.test_appraisal_to_paper import appraised, concluded, paper, sent

ROOT = Path(__file__).resolve().parents[2]
WORDS = vietnamese(str(ROOT / "translations"))
HOSTILE = '<img src="file:///etc/passwd"/> {{7*7}} <b>x</b> & <a href="http://x">y</a> '


@pytest.fixture
def flow(sqlite_database: Database, tmp_path: Path) -> Flow:
    return start(tmp_path)


def read(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def squeezed(pages: list[str]) -> str:
    return re.sub(r"\s", "", "".join(pages))


def seen(flow: Flow, who: str = "can_bo_01") -> SheetView:
    return sheet(flow.world.sheets["XM01"], actor=flow.who(who), clock=flow.clock)


def with_leaf(view: SheetView, code: str, **changed: object) -> SheetView:
    lines = tuple(
        dataclasses.replace(line, **changed) if line.node.code == code else line  # type: ignore[arg-type]
        for line in view.lines
    )
    return dataclasses.replace(view, lines=lines)


@pytest.mark.parametrize("text", [("Kết quả thực hiện. " * 1100)[:20000], "ă" * 20000, "dòng\n" * 4000])
def test_an_explanation_of_twenty_thousand_letters_is_printed_whole(flow: Flow, text: str) -> None:
    pages = read(pdf(sheet_document(with_leaf(seen(flow), "1.5", explanation=text), {}, WORDS)))
    assert len(pages) > 5
    wanted = re.sub(r"\s", "", text)
    assert squeezed(pages).count(wanted[:4]) >= wanted.count(wanted[:4]) * 0.9
    assert all("Lĩnh vực / Tiêu chí" in page for page in pages[:-1])


def test_twenty_documents_on_one_leaf_are_all_printed(flow: Flow) -> None:
    documents = tuple(
        DocumentLine(n, n, n, f"{n}/BC-UBND", None, "Báo cáo " * 20, "file", f"{n}.pdf", "", "", 0)
        for n in range(1, 21)
    )
    pages = read(pdf(sheet_document(with_leaf(seen(flow), "1.5", documents=documents), {}, WORDS)))
    text = squeezed(pages)
    assert [n for n in range(1, 21) if f"({n}){n}/BC-UBND" not in text] == []


def test_what_is_typed_is_printed_and_never_obeyed(flow: Flow) -> None:
    pages = read(pdf(sheet_document(with_leaf(seen(flow), "1.5", explanation=HOSTILE * 3), {}, WORDS)))
    assert squeezed(pages).count(re.sub(r"\s", "", HOSTILE)) == 3
    assert "root:" not in "".join(pages)


def made(rows: int = 60, *, bold: frozenset[int] = frozenset(), wide: bool = False) -> bytes:
    heading = Heading(
        "ỦY BAN NHÂN DÂN\nXÃ MẪU 01", "CỘNG HÒA", "Độc lập - Tự do", "Số: 1/QĐ", "Xã, ngày 1", "PHIẾU", "Năm"
    )
    shown = tuple((f"hàng {number}", "1,5") for number in range(rows))
    sign = Signature("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    return pdf(Document(heading, (Column("Tên", 80), Column("Điểm", 20)), (), shown, bold=bold, sign=sign, wide=wide))


def lines_of(content: bytes) -> list[tuple[float, float]]:
    """Return (thickness, length) of the horizontal lines of the first page."""
    contents = PdfReader(io.BytesIO(content)).pages[0].get_contents()
    assert contents is not None
    found, width = [], 0.0
    for operands, operator in contents.operations:
        if operator == b"w":
            width = float(operands[0])
        elif operator == b"m":
            start = [float(each) for each in operands]
        elif operator == b"l" and start[1] == float(operands[1]):
            found.append((width, float(operands[0]) - start[0]))
    return found


def test_lines_stand_under_motto_issuer_and_subject() -> None:
    """Motto: as long as its text at 13 bold; issuer and subject: a third to a half of theirs."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    content = made()
    drawn = [length for width, length in lines_of(content) if width == 0.75]
    motto = stringWidth("Độc lập - Tự do", "Tinos-Bold", 13)
    issuer = stringWidth("ỦY BAN NHÂN DÂN", "Tinos-Bold", 12)
    subject = stringWidth("Năm", "Tinos-Bold", 13)
    assert len(drawn) == 3
    assert any(abs(length - motto) < 0.1 for length in drawn)
    for text in (issuer, subject):
        assert any(text / 3 <= length <= text / 2 for length in drawn)


def test_a_paper_has_title_language_numbers_from_page_two_and_its_heading_row_on_every_page() -> None:
    content = made()
    reader = PdfReader(io.BytesIO(content))
    pages = read(content)
    assert reader.metadata is not None
    assert reader.metadata.title == "PHIẾU – Năm"
    assert reader.trailer["/Root"]["/Lang"] == "vi-VN"
    assert all("Tên" in page and "Điểm" in page for page in pages[:2])
    assert not pages[0].startswith("1")
    assert pages[1].startswith("2")
    assert "CHỦ TỊCH" in pages[-1]


def test_a_branch_never_ends_a_page_without_its_first_leaf() -> None:
    rows = frozenset(range(0, 60, 3)) | frozenset(range(1, 60, 3))
    for page in read(made(bold=rows, wide=True)):
        numbers = [int(number) for number in re.findall(r"hàng (\d+)", page)]
        assert not numbers or numbers[-1] not in rows
    assert kept_together({0, 1, 5, 9}, 10) == [(0, 2), (5, 6), (9, 9)]


def test_a_title_that_names_its_own_part_is_not_numbered_twice() -> None:
    def node(code: str, title: str) -> Node:
        return Node(code, None, title, Decimal(1), None, None, 1)

    assert printed_code(node("ND.I", "NỘI DUNG I. XÂY DỰNG")) == ""
    assert printed_code(node("1", "1. Công tác")) == ""
    assert printed_code(node("I", "Năng lực lãnh đạo, quản lý")) == "I"
    assert printed_code(node("1", "Trong năm 2021. Kết quả")) == "1"


def test_the_signer_signs_in_a_name_once() -> None:
    assert in_the_name_of("UBND huyện", WORDS) == "TM. UBND HUYỆN"
    assert in_the_name_of("KT. Chủ tịch", WORDS) == "KT. CHỦ TỊCH"


def test_the_sheet_stands_in_the_columns_of_the_annex(flow: Flow) -> None:
    document = sheet_document(seen(flow), {}, WORDS)
    assert [column.words for column in document.columns] == [
        "STT",
        "Lĩnh vực / Tiêu chí",
        "Điểm tối đa",
        "Điểm tự đánh giá",
        "Điểm thẩm định",
        "Giải trình",
        "Tài liệu kiểm chứng",
        "Cơ quan thẩm định",
    ]
    assert sum(column.width for column in document.columns) <= 252
    assert document.heading.issuer == "ỦY BAN NHÂN DÂN\nXÃ MẪU 01"


def appraised_column(flow: Flow, who: str) -> dict[str, object]:
    document = sheet_paper(flow.world.sheets["XM01"], translate=WORDS, actor=flow.who(who), clock=flow.clock)
    return {str(row[0]): row[4] for row in document.cells}


def test_appraised_points_are_printed_once_there_are_some_and_for_those_who_may_read_them(flow: Flow) -> None:
    sent(flow)
    flow.verdict("XM01", "1.5", claim={"percent": "90"}, reason="theo Kho bạc")
    assert appraised_column(flow, "can_bo_01")["1.5"] == ""
    assert appraised_column(flow, "thu_ky")["1.5"] == Decimal("3.6")
    assert appraised_column(flow, "thu_ky")["1.1"] == ""


def test_appraised_points_of_a_branch_are_the_sum_once_every_leaf_has_them(flow: Flow) -> None:
    appraised(flow)
    column = appraised_column(flow, "can_bo_01")
    assert (column["1.5"], column["1"]) == (Decimal("3.6"), Decimal("17.6"))
    assert column["2"] == ""
    assert set(FULL) <= set(column)


def test_a_ranking_prints_commas_and_says_what_is_provisional(flow: Flow) -> None:
    concluded(flow)
    before = paper(flow, "ranking", "pdf", "thu_ky")
    assert "PROVISIONAL" in "".join(read(before))
    flow.group_to_published()
    text = "".join(read(paper(flow, "ranking", "pdf", "thu_ky")))
    assert "PROVISIONAL" not in text
    assert "98,00" in text
    assert "12/QĐ-UBND" in text
