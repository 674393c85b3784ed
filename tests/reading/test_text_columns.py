"""Text whose columns only blanks part, as copying out of a page gives it."""

from __future__ import annotations

from decimal import Decimal

from app.reading.document import Document
from app.reading.files import read_document
from tests.reading.builders import paragraphs, tables, texts
from tests.reading.reading import read, tree

ALIGNED = """PHỤ LỤC II
BỘ TIÊU CHÍ

 STT              Tiêu chí                       Điểm          Tài liệu
                                                 tối đa        kiểm chứng
 1     Ban hành văn bản                            10
 1.1   Ban hành kế hoạch phổ biến, giáo dục        6           Kế hoạch, văn bản
       pháp luật hằng năm                                      hướng dẫn
 1.2   Báo cáo                                     4           Báo cáo năm
 Tổng điểm                                         10

Ghi chú: Mỗi tiêu chí được chấm một lần.
Nơi nhận:                        TM. ỦY BAN NHÂN DÂN
"""
UNALIGNED = """TT  Nội dung đánh giá  Điểm tối đa  Tài liệu kiểm chứng
A  Tiêu chí chung của các thôn  12
1  Hương ước được công nhận  7  Quyết định công nhận
2  Họp thôn định kỳ  5  Biên bản họp
Tổng cộng  12
"""


def document(text: str) -> Document:
    return read_document(text.encode(), "paste.txt")


def test_cells_stand_in_the_column_they_lie_under() -> None:
    rows = tables(document(ALIGNED))[0].rows
    assert [texts(row) for row in rows[:5]] == [
        {0: "STT", 1: "Tiêu chí", 2: "Điểm", 3: "Tài liệu"},
        {2: "tối đa", 3: "kiểm chứng"},
        {0: "1", 1: "Ban hành văn bản", 2: "10"},
        {0: "1.1", 1: "Ban hành kế hoạch phổ biến, giáo dục", 2: "6", 3: "Kế hoạch, văn bản"},
        {1: "pháp luật hằng năm", 3: "hướng dẫn"},
    ]


def test_words_around_the_table_and_names_of_those_who_sign_are_no_rows() -> None:
    assert paragraphs(document(ALIGNED)) == [
        "PHỤ LỤC II",
        "BỘ TIÊU CHÍ",
        "Ghi chú: Mỗi tiêu chí được chấm một lần.",
        "Nơi nhận: TM. ỦY BAN NHÂN DÂN",
    ]


def test_titles_and_evidence_that_wrap_are_joined() -> None:
    appendix = read(document(ALIGNED))
    assert tree(appendix) == [("1", None, Decimal(10)), ("1.1", "1", Decimal(6)), ("1.2", "1", Decimal(4))]
    assert appendix.criteria[1].title == "Ban hành kế hoạch phổ biến, giáo dục pháp luật hằng năm"
    assert appendix.criteria[1].evidence == ("Kế hoạch, văn bản hướng dẫn",)
    assert appendix.printed_total == Decimal(10)


def test_cells_that_stand_under_nothing_are_dealt_out_from_the_left() -> None:
    rows = tables(document(UNALIGNED))[0].rows
    assert texts(rows[1]) == {0: "A", 1: "Tiêu chí chung của các thôn", 2: "12"}
    assert texts(rows[4]) == {1: "Tổng cộng", 2: "12"}
    assert tree(read(document(UNALIGNED))) == [("A", None, Decimal(12)), ("1", "A", Decimal(7)), ("2", "A", Decimal(5))]


def test_a_letter_with_two_columns_of_words_stays_text() -> None:
    letter = "UBND TỈNH        CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 12        Ngày 5\n\nCăn cứ Luật;  Xét đề nghị.\n"
    assert tables(document(letter)) == []
