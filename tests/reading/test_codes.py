"""Codes of every style, one at a time and in their rows."""

from __future__ import annotations

import pytest

from app.reading.codes import Style, read_code, settle_letters, split_code


@pytest.mark.parametrize(
    ("printed", "code", "style", "numbers"),
    [
        ("I", "I", Style.ROMAN, (1,)),
        ("XIV.", "XIV", Style.ROMAN, (14,)),
        ("A", "A", Style.CAPITAL, (1,)),
        ("1.", "1", Style.NUMBER, (1,)),
        ("1.1", "1.1", Style.DOTTED, (1, 1)),
        ("1.1.", "1.1", Style.DOTTED, (1, 1)),
        ("1,1", "1.1", Style.DOTTED, (1, 1)),
        ("5.5.4.6", "5.5.4.6", Style.DOTTED, (5, 5, 4, 6)),
        ("I.2", "I.2", Style.DOTTED, (1, 2)),
        ("A.1", "A.1", Style.DOTTED, (1, 1)),
        ("2.1.a", "2.1.a", Style.DOTTED, (2, 1, 1)),
        ("1a", "1a", Style.DOTTED, (1, 1)),
        ("B3", "B3", Style.DOTTED, (2, 3)),
        ("A1.2", "A1.2", Style.DOTTED, (1, 1, 2)),
        ("TC4", "TC4", Style.NUMBER, (4,)),
        ("a)", "a", Style.LETTER, (1,)),
        ("đ)", "đ", Style.LETTER, (4,)),
        ("(1)", "1", Style.BRACKETED, (1,)),
        ("Tiêu chí 1", "1", Style.NUMBER, (1,)),
        ("Lĩnh vực 2", "2", Style.NUMBER, (2,)),
        ("NỘI DUNG I", "ND.I", Style.PART, (1,)),
        ("PHẦN A", "P.A", Style.PART, (1,)),
        ("-", "", Style.BULLET, ()),
    ],
)
def test_a_cell_of_one_code_is_read_in_its_style(
    printed: str, code: str, style: Style, numbers: tuple[int, ...]
) -> None:
    mark = read_code(printed)
    assert mark is not None
    assert (mark.code, mark.style, mark.numbers) == (code, style, numbers)


@pytest.mark.parametrize("text", ["Có", "Tổng cộng", "10 điểm", "từ 80%", "2024", "Yêu cầu:", "0,5-1"])
def test_a_word_or_a_figure_of_another_kind_is_no_code(text: str) -> None:
    assert read_code(text) is None


@pytest.mark.parametrize(
    ("printed", "code", "title"),
    [
        ("1.1. Ban hành kế hoạch", "1.1", "Ban hành kế hoạch"),
        ("1.1 Ban hành kế hoạch", "1.1", "Ban hành kế hoạch"),
        ("I. CÔNG TÁC CHỈ ĐẠO", "I", "CÔNG TÁC CHỈ ĐẠO"),
        ("Tiêu chí 1: Ban hành", "1", "Ban hành"),
        ("Tiêu chí thành phần 1.2.1. Ban hành", "1.2.1", "Ban hành"),
        ("a) Kịp thời", "a", "Kịp thời"),
        ("(2) Đầy đủ", "2", "Đầy đủ"),
        ("NỘI DUNG I. XÂY DỰNG TỔ CHỨC", "ND.I", "NỘI DUNG I. XÂY DỰNG TỔ CHỨC"),
        ("PHẦN B - KẾT QUẢ", "P.B", "PHẦN B - KẾT QUẢ"),
        ("- Có ban hành", "", "Có ban hành"),
    ],
)
def test_a_code_in_a_title_is_taken_off_and_a_part_keeps_its_words(printed: str, code: str, title: str) -> None:
    mark, rest = split_code(printed)
    assert mark is not None
    assert (mark.code, rest) == (code, title)


@pytest.mark.parametrize(
    "text",
    ["100% đơn thư được giải quyết", "0,5 điểm nếu chậm", "Nội dung vi phạm", "Tiêu chí này chỉ áp dụng", "Dưới 85%"],
)
def test_a_sentence_that_begins_with_a_figure_or_a_word_of_codes_has_no_code(text: str) -> None:
    assert split_code(text) == (None, text)


def test_a_letter_between_letters_is_no_roman_figure() -> None:
    marks = settle_letters([read_code(text) for text in "ABCDEFGHI"])
    assert [mark.style for mark in marks if mark] == [Style.CAPITAL] * 9


def test_a_roman_one_stays_roman_where_no_letter_leads_to_it() -> None:
    marks = settle_letters([read_code(text) for text in ("A", "I", "II", "B", "I")])
    assert [mark.style for mark in marks if mark] == [
        Style.CAPITAL,
        Style.ROMAN,
        Style.ROMAN,
        Style.CAPITAL,
        Style.ROMAN,
    ]


@pytest.mark.parametrize(
    ("printed", "place", "code"),
    [("1.9", 10, "1.10"), ("IV", 5, "V"), ("b", 3, "c"), ("B", 3, "C"), ("I.2", 3, "I.3"), ("B3", 4, "B4")],
)
def test_the_sibling_of_a_code_is_written_as_the_code_is(printed: str, place: int, code: str) -> None:
    mark = read_code(printed)
    assert mark is not None
    assert mark.renumbered(place).code == code
