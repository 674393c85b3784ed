"""Styles of papers beside the usual: points of letters in their own column, a table for each field, rows that sum."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from app.domain.errors import InputInvalid
from app.reading.document import Document
from app.reading.entries import Entry
from app.reading.figures import parse_points
from app.reading.findings import FindingCode
from tests.reading.reading import codes, read, said, tree
from tests.reading.rows_of_text import Given, cell, document

HEAD: list[Given] = ["TT", "Nội dung", "Điểm tối đa"]


def bold(text: str) -> Given:
    return cell(text, bold=True)


def test_letters_with_points_in_a_column_of_their_own_are_criteria_where_they_sum_up() -> None:
    head: list[Given] = ["TT", "Nội dung thi đua", "Điểm chuẩn", "Điểm từng nội dung"]
    appendix = read(
        document(
            "PHỤ LỤC",
            [
                head,
                [cell("LĨNH VỰC 2: XÂY DỰNG NỘI BỘ (30 điểm)", span=4, bold=True)],
                ["2.1", "Chấp hành kỷ luật", "20", ""],
                ["a", "Chấp hành giờ giấc", "", "12"],
                ["b", "Không có công chức bị kỷ luật", "", "8"],
                ["2.2", "Phong trào văn hóa", "10", ""],
            ],
        )
    )
    assert tree(appendix) == [
        ("2", None, Decimal(30)),
        ("2.1", "2", Decimal(20)),
        ("a", "2.1", Decimal(12)),
        ("b", "2.1", Decimal(8)),
        ("2.2", "2", Decimal(10)),
    ]
    assert said(appendix, FindingCode.CELL_SHIFTED) == []


def test_letters_that_read_like_options_stay_options_whatever_they_sum_to() -> None:
    head: list[Given] = ["TT", "Nội dung", "Điểm chuẩn", "Mức điểm"]
    rows: list[list[Given]] = [
        ["1", "Giải ngân", "3", ""],
        ["a", "Đạt 100% kế hoạch", "", "2"],
        ["b", "Đạt từ 80% kế hoạch", "", "1"],
    ]
    assert codes(read(document("PHỤ LỤC", [head, *rows]))) == ["1"]


def test_a_number_under_a_letter_of_the_same_place_is_not_its_child_unless_it_names_the_letter() -> None:
    numbered = read(
        document(
            [HEAD, ["2", "Nội bộ", "6"], ["2.1", "Kỷ luật", "4"], ["a", "Giờ giấc", "1"], ["b", "Họp", "3"],
             ["2.2", "Phong trào", "2"]]
        )
    )  # fmt: skip
    lettered = read(
        document([HEAD, ["1", "Nội bộ", "6"], ["a", "Giờ giấc", "2"], ["b", "Họp", "4"], ["b.1", "Giao ban", "4"]])
    )
    assert tree(numbered)[-1] == ("2.2", "2", Decimal(2))
    assert tree(lettered)[-1] == ("b.1", "b", Decimal(4))


@pytest.mark.parametrize(
    ("printed", "points"), [("(6đ)", Decimal(6)), ("(tối đa 2,5 điểm)", Decimal("2.5")), ("(2)", None), ("(1đ", None)]
)
def test_points_in_brackets_are_read_where_a_word_says_that_they_are_points(
    printed: str, points: Decimal | None
) -> None:
    assert parse_points(printed) == points


@pytest.mark.parametrize(
    "text",
    [
        "Tổng số điểm tối đa của 5 lĩnh vực",
        "Tổng điểm chuẩn",
        "Tổng cộng (I+II+...+VII)",
        "CỘNG TỔNG",
        "Điểm tổng cộng",
        "Tổng điểm đạt được",
        "Grand total",
    ],
)
def test_rows_that_only_sum_are_told(text: str) -> None:
    assert Entry(1, lines=[text]).is_total


@pytest.mark.parametrize("text", ["Tổng kết công tác năm", "Cộng tác viên", "Điểm cộng", "Công bố công khai"])
def test_work_and_points_on_top_are_no_sums(text: str) -> None:
    assert not Entry(1, lines=[text]).is_total


def test_a_long_row_of_figures_after_the_word_total_costs_no_time() -> None:
    begun = time.perf_counter()
    assert not Entry(1, lines=[f"Tổng {'i' * 50}!"]).is_total
    assert time.perf_counter() - begun < 0.1


def per_field() -> Document:
    return document(
        "PHỤ LỤC 01",
        "BẢNG CHẤM ĐIỂM",
        "I. NHIỆM VỤ CHÍNH TRỊ (12 điểm)",
        [HEAD, ["1", "Kế hoạch", "5"], ["2", "Chỉ tiêu", "7"]],
        "II. TÀI CHÍNH (8 điểm)",
        [HEAD, ["1", "Dự toán", "3"], ["2", "Quyết toán", "5"]],
    )


def test_a_numbered_line_above_each_table_is_the_field_of_its_rows() -> None:
    appendix = read(per_field())
    assert tree(appendix) == [
        ("I", None, Decimal(12)),
        ("I.1", "I", Decimal(5)),
        ("I.2", "I", Decimal(7)),
        ("II", None, Decimal(8)),
        ("II.1", "II", Decimal(3)),
        ("II.2", "II", Decimal(5)),
    ]
    assert [criterion.title for criterion in appendix.criteria if criterion.parent is None] == [
        "NHIỆM VỤ CHÍNH TRỊ",
        "TÀI CHÍNH",
    ]
    assert appendix.title == "PHỤ LỤC 01 BẢNG CHẤM ĐIỂM"


def test_one_numbered_line_above_the_only_table_is_a_chapter_of_the_paper_and_no_field() -> None:
    appendix = read(document("II. NỘI DUNG CHẤM", [HEAD, ["1", "Kế hoạch", "5"], ["2", "Chỉ tiêu", "7"]]))
    assert codes(appendix) == ["1", "2"]
    assert appendix.title == "II. NỘI DUNG CHẤM"


def test_a_table_of_points_on_top_is_a_part_of_its_own_and_not_under_the_last_criterion() -> None:
    appendix = read(
        document(
            "Mẫu số 01",
            [HEAD, ["I", "Văn bản", "8"], ["1", "Văn bản đi", "8"], ["", "Tổng điểm", "8"]],
            "ĐIỂM THƯỞNG, ĐIỂM TRỪ",
            [
                ["STT", "Nội dung", "Điểm thưởng", "Điểm trừ"],
                ["1", "Có sáng kiến", "2", ""],
                ["2", "Bị kỷ luật", "", "3"],
            ],
        )
    )
    assert [(node.title, node.parent) for node in appendix.criteria if node.parent is None] == [
        ("Văn bản", None),
        ("ĐIỂM THƯỞNG, ĐIỂM TRỪ", None),
    ]
    part = appendix.criteria[2].code
    assert [(node.title, node.parent) for node in appendix.criteria[3:]] == [
        ("Có sáng kiến", part),
        ("Bị kỷ luật", part),
    ]
    assert said(appendix, FindingCode.SUM_DIFFERS) == []
    assert {"text": "3"} in [details for _, details in said(appendix, FindingCode.UNUSED_TEXT)]


def test_sets_told_apart_only_by_whom_they_are_for_are_several_appendices() -> None:
    two = document(
        "BỘ TIÊU CHÍ ÁP DỤNG ĐỐI VỚI CÁC SỞ",
        [HEAD, ["I", "Chỉ đạo", "6"], ["1", "Kế hoạch", "6"]],
        "BỘ TIÊU CHÍ ÁP DỤNG ĐỐI VỚI UBND CẤP HUYỆN",
        [HEAD, ["I", "Chỉ đạo", "5"], ["1", "Kế hoạch", "5"]],
    )
    with pytest.raises(InputInvalid) as refused:
        read(two)
    assert refused.value.code == "several_appendices"
    assert tree(read(two, 2)) == [("I", None, Decimal(5)), ("1", "I", Decimal(5))]


def test_what_stands_in_a_column_of_kinds_and_says_no_kind_is_told() -> None:
    appendix = read(
        document([[*HEAD, "Nguồn số liệu"], ["1", "Thu ngân sách", "4", "Chi cục Thuế"], ["2", "Họp", "1", ""]])
    )
    assert said(appendix, FindingCode.UNUSED_TEXT) == [("", {"text": "Nguồn số liệu: Chi cục Thuế"})]


def test_fields_without_a_number_stand_above_the_criteria_that_have_one() -> None:
    head: list[Given] = ["STT", "Lĩnh vực", "Tiêu chí", "Điểm tối đa"]
    merged: list[list[Given]] = [
        ["1", cell("Tổ chức", down=2), "Nghị quyết", "4"],
        ["2", "", "Ban chỉ đạo", "3"],
        ["3", cell("Cơ sở vật chất", down=2), "Trung tâm", "5"],
        ["4", "", "Thư viện", "3"],
    ]
    repeated: list[list[Given]] = [
        ["1", "Tổ chức", "Nghị quyết", "4"],
        ["2", "Tổ chức", "Ban chỉ đạo", "3"],
        ["3", "Cơ sở vật chất", "Trung tâm", "5"],
        ["4", "Cơ sở vật chất", "Thư viện", "3"],
    ]
    for rows in (merged, repeated):
        appendix = read(document([head, *rows]))
        assert tree(appendix) == [
            ("I", None, Decimal(7)),
            ("1", "I", Decimal(4)),
            ("2", "I", Decimal(3)),
            ("II", None, Decimal(8)),
            ("3", "II", Decimal(5)),
            ("4", "II", Decimal(3)),
        ]
        assert [where for where, _ in said(appendix, FindingCode.CODE_LOST)] == ["I", "II"]


def test_a_table_of_grades_as_wide_as_the_criteria_is_none_of_them() -> None:
    grades: list[list[Given]] = [["STT", "Mức xếp loại", "Điểm"], ["1", "Xuất sắc", "Từ 18 đến 20"], ["2", "Tốt", "15"]]
    appendix = read(document([HEAD, ["1", "Điều hành", "10"], ["2", "Giải ngân", "10"]], "Mức xếp loại:", grades))
    assert codes(appendix) == ["1", "2"]
    assert "1 | Xuất sắc | Từ 18 đến 20" in said(appendix, FindingCode.UNUSED_TEXT)[0][1]["text"]


def test_a_sum_in_words_below_the_tables_is_held_against_the_fields() -> None:
    rows: list[list[Given]] = [HEAD, ["1", "Điều hành", "10"], ["2", "Giải ngân", "10"]]
    right = read(document(rows, "Tổng cộng: 20 điểm"))
    wrong = read(document(rows, "Tổng điểm: 25 điểm"))
    assert (right.printed_total, said(right, FindingCode.TOTAL_DIFFERS)) == (Decimal(20), [])
    assert said(wrong, FindingCode.TOTAL_DIFFERS) == [("", {"printed": "25", "total": "20"})]


def test_titles_in_three_columns_nest_without_numbers_of_their_own() -> None:
    head: list[Given] = ["TT", "Lĩnh vực", "Tiêu chí", "Tiêu chí thành phần", "Điểm tối đa"]
    rows: list[list[Given]] = [
        [cell("I", down=3), cell("Hạ tầng", down=3), cell("Máy tính", down=2), "Trang bị máy tính", "4"],
        ["", "", "", "Diệt vi rút", "2"],
        ["", "", "Mạng", "Có mạng nội bộ", "3"],
        ["II", "Ứng dụng", "Thư điện tử", "Có quy chế", "5"],
    ]
    assert tree(read(document([head, *rows]))) == [
        ("I", None, Decimal(9)),
        ("I.1", "I", Decimal(6)),
        ("I.1.1", "I.1", Decimal(4)),
        ("I.1.2", "I.1", Decimal(2)),
        ("I.2", "I", Decimal(3)),
        ("I.2.1", "I.2", Decimal(3)),
        ("II", None, Decimal(5)),
        ("II.1", "II", Decimal(5)),
        ("II.1.1", "II.1", Decimal(5)),
    ]


def test_options_below_a_criterion_beside_its_field_stay_options() -> None:
    head: list[Given] = ["Lĩnh vực", "Tiêu chí", "Điểm"]
    rows: list[list[Given]] = [
        [cell("Hạ tầng", down=3), "Mạng nội bộ", "3"],
        ["", "Có mạng", "3"],
        ["", "Không có mạng", "0"],
    ]
    appendix = read(document([head, *rows]))
    assert [(node.title, node.maximum) for node in appendix.criteria] == [
        ("Hạ tầng", Decimal(3)),
        ("Mạng nội bộ", Decimal(3)),
    ]


def test_a_column_of_codes_may_be_called_criteria() -> None:
    head: list[Given] = ["Tiêu chí", "Nội dung tiêu chí", "Điểm số tối đa"]
    appendix = read(
        document(
            [head, ["Tiêu chí số 1", "Bộ máy", "08 điểm"], ["1.1", "Kiện toàn", "05đ"], ["1.2", "Tinh giản", "03đ"]]
        )
    )
    assert tree(appendix) == [("1", None, Decimal(8)), ("1.1", "1", Decimal(5)), ("1.2", "1", Decimal(3))]
    assert [node.title for node in appendix.criteria] == ["Bộ máy", "Kiện toàn", "Tinh giản"]


def test_points_of_options_below_the_heading_of_titles_are_no_titles() -> None:
    appendix = read(
        document(
            [
                ["TT", cell("Tiêu chí", span=2), "Điểm"],
                ["1", cell("Hồ sơ", span=2), "6"],
                ["1.1", "Lập hồ sơ", "", "4"],
                ["", "Có", "4 điểm", ""],
                ["", "Không", "0 điểm", ""],
                ["1.2", "Nộp lưu trữ", "", "2"],
            ]
        )
    )
    assert tree(appendix) == [("1", None, Decimal(6)), ("1.1", "1", Decimal(4)), ("1.2", "1", Decimal(2))]
    assert appendix.criteria[1].original == "Có\t4 điểm\nKhông\t0 điểm"


def test_a_heading_of_three_rows_is_one_heading_and_a_field_right_below_it_is_none() -> None:
    appendix = read(
        document(
            [
                [cell("STT", down=3), cell("Tiêu chí", down=3), cell("Điểm", span=4)],
                ["", "", cell("Điểm tối đa", down=2), cell("Kết quả", span=3)],
                ["", "", "", "Tự chấm", "Thẩm định", "Chênh lệch"],
                ["A", "Phần chung được giao (5 điểm)", ""],
                ["1", "Kế hoạch", "5"],
            ]
        )
    )
    assert tree(appendix) == [("A", None, Decimal(5)), ("1", "A", Decimal(5))]
    assert said(appendix, FindingCode.UNUSED_TEXT) == []
