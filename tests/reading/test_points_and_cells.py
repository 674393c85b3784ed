"""Points read, supplied and summed; cells and sentences that a page has cut or moved; nothing lost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.reading.document import Document
from app.reading.findings import FindingCode
from tests.reading.reading import codes, leaves_of, read, said, tree
from tests.reading.rows_of_text import Given, cell, document, words_lost

HEAD: list[Given] = ["STT", "Tiêu chí", "Điểm tối đa", "Tài liệu kiểm chứng"]


def table(*rows: list[Given], head: list[Given] | None = None) -> Document:
    return document("PHỤ LỤC I", [head or HEAD, *rows])


def bold(text: str) -> Given:
    return cell(text, bold=True)


@pytest.mark.parametrize(
    ("printed", "points"),
    [
        ("8,5", "8.5"),
        ("0.5", "0.5"),
        ("1 điểm", "1"),
        ("Tối đa 2", "2"),
        ("2,0 điểm", "2.0"),
        ("½", "0.5"),
        ("10đ", "10"),
    ],
)
def test_points_are_read_as_papers_print_them(printed: str, points: str) -> None:
    assert read(table(["1", "Kế hoạch", printed], ["2", "Khác", "1"])).criteria[0].maximum == Decimal(points)


@pytest.mark.parametrize("printed", ["x", "5-10", "80%", "8,S", "-5"])
def test_points_that_cannot_be_read_are_said_and_never_guessed(printed: str) -> None:
    appendix = read(table(["1", "Kế hoạch", printed], ["2", "Khác", "1"]))
    assert appendix.criteria[0].maximum is None
    assert said(appendix, FindingCode.MAXIMUM_UNREADABLE) == [("1", {"text": printed})]


def test_points_that_are_missing_come_from_the_children_or_the_best_option_and_that_is_said() -> None:
    appendix = read(
        table(
            ["1", "Chỉ đạo", ""],
            ["1.1", "Kế hoạch", "2"],
            ["1.2", "Báo cáo", ""],
            ["", "- Đúng hạn = 3 điểm", ""],
            ["", "- Chậm = 0 điểm", ""],
            ["1.3", "Khác", ""],
        )
    )
    assert tree(appendix)[2] == ("1.2", "1", Decimal(3))
    assert said(appendix, FindingCode.MAXIMUM_SUPPLIED) == [("1.2", {"maximum": "3", "source": "option"})]
    assert said(appendix, FindingCode.MAXIMUM_MISSING) == [("1", {}), ("1.3", {})]


def test_a_parent_that_differs_from_its_children_is_said_with_a_way_out() -> None:
    appendix = read(table(["1", "Chỉ đạo", "4"], ["1.1", "Kế hoạch", "2"], ["1.2", "Báo cáo", "3"]))
    assert said(appendix, FindingCode.SUM_DIFFERS) == [("1", {"maximum": "4", "children": "5"})]
    finding = next(f for f in appendix.findings if f.code is FindingCode.SUM_DIFFERS)
    assert [(remedy.key, dict(remedy.changes)) for remedy in finding.remedies] == [
        ("maximum_from_children", {"maximum": "5"}),
        ("keep_printed", {}),
    ]


def test_the_printed_total_is_held_against_the_fields() -> None:
    right = read(table(["", "CỘNG TỔNG", "7"], ["I", "Chỉ đạo", "3"], ["II", "Thể chế", "4"]))
    wrong = read(table(["I", "Chỉ đạo", "3"], ["II", "Thể chế", "4"], ["", "Tổng cộng", "10"]))
    assert (right.printed_total, said(right, FindingCode.TOTAL_DIFFERS)) == (Decimal(7), [])
    assert said(wrong, FindingCode.TOTAL_DIFFERS) == [("", {"printed": "10", "total": "7"})]


def test_a_bonus_part_stands_outside_the_total_where_the_sums_say_so() -> None:
    appendix = read(table(["A", "Chung", "10"], ["B", "ĐIỂM THƯỞNG", "2"], ["", "TỔNG ĐIỂM (A)", "10"]))
    assert codes(appendix) == ["A", "B"]
    assert said(appendix, FindingCode.TOTAL_DIFFERS) == []
    assert said(appendix, FindingCode.NOTE_ON_POINTS) == [("B", {"text": "ĐIỂM THƯỞNG"})]


def test_an_option_that_breaks_off_is_joined_with_the_row_below() -> None:
    appendix = read(
        table(
            ["8.2", "Kế hoạch khắc phục", "1"],
            ["", "Yêu cầu:", ""],
            ["", "- Xây dựng Kế hoạch khắc phục hạn chế,", ""],
            ["", "yếu kém trong đánh giá = 1 điểm.", ""],
            ["", "- Không xây dựng = 0 điểm.", ""],
        )
    )
    option = "- Xây dựng Kế hoạch khắc phục hạn chế, yếu kém trong đánh giá = 1 điểm."
    assert appendix.criteria[0].original == f"Yêu cầu:\n{option}\n- Không xây dựng = 0 điểm."
    assert said(appendix, FindingCode.OPTION_SPLIT) == [("8.2", {"text": option})]
    assert said(appendix, FindingCode.EMPTY_REQUIREMENT) == [("", {"count": "1"})]


def test_evidence_cut_over_rows_is_joined_and_separate_documents_stay_apart() -> None:
    appendix = read(
        table(
            ["1.1", "Tiếp công dân", "1", ""],
            ["", "Yêu cầu:", "", "Thông báo lịch tiếp dân, thông"],
            ["", "- Đúng quy định = 1 điểm.", "", "kê số lượng đơn."],
            ["", "- Không đúng = 0 điểm.", "", "Báo cáo của đơn vị."],
        )
    )
    assert appendix.criteria[0].evidence == ("Thông báo lịch tiếp dân, thông kê số lượng đơn.", "Báo cáo của đơn vị.")
    assert said(appendix, FindingCode.SPLIT_CELL) == [("1.1", {"column": "Tài liệu kiểm chứng"})]


def test_a_title_that_wraps_stays_one_and_options_in_its_cell_become_lines() -> None:
    appendix = read(
        table(["1", "Ban hành kế hoạch của\nđơn vị năm 2024\nĐúng hạn: 2 điểm\nChậm: 0 điểm", "2"], ["2", "b", "1"])
    )
    assert appendix.criteria[0].title == "Ban hành kế hoạch của đơn vị năm 2024"
    assert appendix.criteria[0].original == "Đúng hạn: 2 điểm\nChậm: 0 điểm"


def test_options_that_share_a_line_are_parted() -> None:
    appendix = read(table(["1", "Kiểm tra", "1"], ["", "- Có thực hiện = 1 điểm. - Không thực hiện = 0 điểm.", ""]))
    assert appendix.criteria[0].original == "- Có thực hiện = 1 điểm.\n- Không thực hiện = 0 điểm."


def test_points_that_slipped_into_the_empty_column_beside_are_taken_back() -> None:
    head: list[Given] = ["STT", "Tiêu chí", "Điểm tối đa", "Điểm tự chấm", "Ghi chú"]
    appendix = read(table(["1", "Chỉ đạo", "3"], ["1.1", "Kế hoạch", "1"], ["1.2", "Báo cáo", "", "2"], head=head))
    assert tree(appendix)[2] == ("1.2", "1", Decimal(2))
    assert said(appendix, FindingCode.CELL_SHIFTED) == [("1.2", {"text": "2", "column": "Điểm tự chấm"})]


def test_marks_of_a_survey_and_notes_above_reach_the_leaf() -> None:
    head: list[Given] = ["STT", "Tiêu chí", "Điểm tối đa", "Điểm tự đánh giá", "Tài liệu kiểm chứng"]
    leaves = leaves_of(
        table(
            ["I", "Năng lực", "8", "", "03 phiếu đánh giá của lãnh đạo"],
            ["1.1", "Đổi mới", "4", "XHH", ""],
            ["1.2", "Quyết liệt", "4", "XHH", ""],
            head=head,
        )
    )
    assert [leaf.mark for leaf in leaves.values()] == ["XHH", "XHH"]
    assert [line.text for line in leaves["1.2"].above] == ["03 phiếu đánh giá của lãnh đạo"]


def test_no_word_of_the_table_disappears() -> None:
    source = document(
        "Kính gửi các đơn vị trực thuộc.",
        "PHỤ LỤC II",
        "BỘ TIÊU CHÍ",
        [
            ["STT", "Tiêu chí", "Điểm tối đa", "Tự chấm", "Minh chứng", "Cơ quan thẩm định", "Ghi chú"],
            ["I", "Chỉ đạo", "3", "", "", "Sở Nội vụ", "mới bổ sung năm nay"],
            ["1.1", "Kế hoạch", "1", "1", "Kế hoạch năm", "", ""],
            ["", "Ban hành = 1 điểm", "", "", "", "Văn bản triển khai kế hoạch", ""],
            ["a)", "Không phân loại", "", "", "", "", ""],
            ["1.2", "Báo cáo", "hai điểm", "0,5", "", "Ông Trưởng phòng", "XHH"],
            ["", "", "", "", "", "", "dòng lẻ"],
            ["", "Cộng", "3", "", "lưu hồ sơ", "", ""],
        ],
        "Ghi chú: số liệu đến 30/11.",
    )
    assert words_lost(source, read(source), structure={4, 11}) == set()


def test_a_sum_within_the_table_is_held_against_its_field() -> None:
    appendix = read(
        table(
            ["I", "Kế hoạch", "2"],
            ["", "Cộng I", "2"],
            ["II", "Báo cáo", "3"],
            ["", "Cộng mục II", "4"],
            ["", "TỔNG (I + II)", "5"],
        )
    )
    assert codes(appendix) == ["I", "II"]
    assert said(appendix, FindingCode.TOTAL_DIFFERS) == [("II", {"printed": "4", "total": "3"})]


def test_a_part_of_penalties_beside_the_total_is_doubted() -> None:
    appendix = read(
        table(["A", "Chung", "10"], ["B", "ĐIỂM TRỪ", "2"], ["1", "Báo cáo sai", "2"], ["", "Tổng cộng", "10"])
    )
    assert [where for where, _ in said(appendix, FindingCode.NOTE_ON_POINTS)] == ["B"]


def test_a_column_whose_heading_says_nothing_is_told_by_the_options_in_it() -> None:
    head: list[Given] = ["TT", "Chỉ số thành phần", "Điểm tối đa", "Diễn giải chi tiết", "Khác"]
    appendix = read(
        table(
            ["1", "Kế hoạch", "10", "", "- Có kế hoạch: 10 điểm\n- Không có kế hoạch: 0 điểm"],
            ["2", "Kiểm tra", "5", "", "- Có kiểm tra: 5 điểm\n- Không kiểm tra: 0 điểm"],
            head=head,
        )
    )
    assert appendix.criteria[0].original == "- Có kế hoạch: 10 điểm\n- Không có kế hoạch: 0 điểm"
