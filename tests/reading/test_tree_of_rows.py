"""Rows hung into a tree: numbers of every style, points wherever they stand, options told from criteria by the sums."""

from __future__ import annotations

from decimal import Decimal

from app.reading.document import Document
from app.reading.findings import FindingCode
from tests.reading.reading import codes, leaves_of, read, said, tree
from tests.reading.rows_of_text import Given, cell, document

HEAD: list[Given] = ["STT", "Tiêu chí", "Điểm tối đa", "Tài liệu kiểm chứng"]


def table(*rows: list[Given], head: list[Given] | None = None) -> Document:
    return document("PHỤ LỤC I", [head or HEAD, *rows])


def bold(text: str) -> Given:
    return cell(text, bold=True)


def test_roman_fields_hold_the_criteria_numbered_after_them() -> None:
    appendix = read(
        table(["I", "Chỉ đạo", "3"], ["1.1", "Kế hoạch", "1"], ["1.2", "Kiểm tra", "2"], ["II", "Thể chế", "4"])
    )
    three, one, two, four = Decimal(3), Decimal(1), Decimal(2), Decimal(4)
    assert tree(appendix) == [("I", None, three), ("1.1", "I", one), ("1.2", "I", two), ("II", None, four)]


def test_parts_stand_above_fields_and_their_roman_figures_are_apart() -> None:
    appendix = read(
        table(
            ["", "NỘI DUNG I. XÂY DỰNG TỔ CHỨC", "5"],
            ["I", "Lãnh đạo", "5"],
            ["1.1", "Đổi mới", "5"],
            ["", "NỘI DUNG II. KẾT QUẢ", "3"],
            ["II", "Chương trình", "1"],
            ["III", "Chỉ tiêu", "2"],
        )
    )
    assert [(code, parent) for code, parent, _ in tree(appendix)] == [
        ("ND.I", None),
        ("I", "ND.I"),
        ("1.1", "I"),
        ("ND.II", None),
        ("II", "ND.II"),
        ("III", "ND.II"),
    ]
    assert appendix.criteria[0].title == "NỘI DUNG I. XÂY DỰNG TỔ CHỨC"


def test_short_numbers_that_repeat_get_their_parent_s_code_and_it_is_said_once_for_each_parent() -> None:
    appendix = read(
        table(
            ["A", "Chung", "3"],
            ["1", "Giờ giấc", "1"],
            ["2", "Báo cáo", "2"],
            ["B", "Riêng", "4"],
            ["1", "Nhiệm vụ", "4"],
        )
    )
    assert codes(appendix) == ["A", "A.1", "A.2", "B", "B.1"]
    assert said(appendix, FindingCode.CODE_QUALIFIED) == [("A.1", {"printed": "1"}), ("B.1", {"printed": "1"})]


def test_letters_with_options_of_their_own_are_criteria() -> None:
    appendix = read(
        table(
            ["1.1", "Thời giờ", "4"],
            ["a)", "Đúng giờ", "3"],
            ["", "Đủ 100% = 3 điểm", ""],
            ["", "Không đủ = 0 điểm", ""],
            ["b)", "Trang phục", "1"],
            ["", "Đúng = 1 điểm", ""],
            ["", "Sai = 0 điểm", ""],
        )
    )
    assert tree(appendix) == [("1.1", None, Decimal(4)), ("a", "1.1", Decimal(3)), ("b", "1.1", Decimal(1))]


def test_letters_that_end_in_zero_are_the_options_of_their_criterion() -> None:
    leaves = leaves_of(
        table(["1", "Kế hoạch", "2"], ["a", "Đúng hạn", "2"], ["b", "Chậm", "1"], ["c", "Không ban hành", "0"])
    )
    assert list(leaves) == ["1"]
    assert [(line.text, line.points) for line in leaves["1"].lines] == [
        ("a Đúng hạn", "2"),
        ("b Chậm", "1"),
        ("c Không ban hành", "0"),
    ]


def test_rows_without_a_number_whose_points_sum_to_the_row_above_are_its_criteria() -> None:
    appendix = read(
        table(["I", "Chấp hành", "5"], ["", "- Giờ giấc", "2"], ["", "- Báo cáo", "3"], ["II", "Kết quả", "1"])
    )
    assert codes(appendix) == ["I", "I.1", "I.2", "II"]
    assert appendix.criteria[1].title == "Giờ giấc"
    assert said(appendix, FindingCode.CODE_LOST) == [("I.1", {"given": "I.1"}), ("I.2", {"given": "I.2"})]


def test_rows_without_a_number_of_which_one_gives_the_maximum_are_options() -> None:
    leaves = leaves_of(
        table(["1", "Rà soát", "5"], ["", "Từ 90%", "5"], ["", "Từ 70% đến dưới 90%", "3"], ["2", "Khác", "1"])
    )
    assert list(leaves) == ["1", "2"]
    assert [line.points for line in leaves["1"].lines] == ["5", "3"]


def test_bold_rows_lead_a_table_that_has_no_numbers_at_all() -> None:
    appendix = read(
        document(
            "PHỤ LỤC",
            [
                ["Nội dung", "Điểm tối đa"],
                [bold("Công tác chỉ đạo"), "5"],
                ["Ban hành kế hoạch", "2"],
                ["Kiểm tra", "3"],
                [bold("Thể chế"), "4"],
                ["Ban hành đúng hạn", "4"],
                ["Không ban hành", "0"],
            ],
        )
    )
    assert tree(appendix) == [
        ("1", None, Decimal(5)),
        ("1.1", "1", Decimal(2)),
        ("1.2", "1", Decimal(3)),
        ("2", None, Decimal(4)),
    ]


def test_words_before_a_number_are_no_part_of_the_code_or_the_title() -> None:
    appendix = read(
        document(
            "PHỤ LỤC",
            [
                ["Tiêu chí", "Thang điểm", "Minh chứng"],
                ["Lĩnh vực 1. Chỉ đạo", "5", ""],
                ["Tiêu chí 1.1: Kế hoạch", "2", "Kế hoạch"],
                ["Tiêu chí 1.2: Báo cáo", "3", "Báo cáo"],
            ],
        )
    )
    assert [(c.code, c.parent, c.title) for c in appendix.criteria] == [
        ("1", None, "Chỉ đạo"),
        ("1.1", "1", "Kế hoạch"),
        ("1.2", "1", "Báo cáo"),
    ]


def test_points_may_stand_in_the_titles_where_no_column_holds_them() -> None:
    appendix = read(
        document(
            "PHỤ LỤC",
            [
                ["Nội dung và cách chấm", "Tài liệu kiểm chứng"],
                ["I. Công tác chỉ đạo (10 điểm)", ""],
                ["1. Kế hoạch (4 điểm)", "Kế hoạch"],
                ["- Ban hành đúng hạn: 4 điểm", ""],
                ["- Không ban hành: 0 điểm", ""],
                ["2. Kiểm tra: tối đa 6 điểm\n- Có kiểm tra: 6 điểm\n- Không: 0 điểm", "Báo cáo"],
            ],
        )
    )
    assert tree(appendix) == [("I", None, Decimal(10)), ("1", "I", Decimal(4)), ("2", "I", Decimal(6))]
    assert appendix.criteria[1].title == "Kế hoạch"
    assert appendix.criteria[2].original == "- Có kiểm tra: 6 điểm\n- Không: 0 điểm"
    assert said(appendix, FindingCode.MAXIMUM_SUPPLIED) == []


def test_fields_in_a_merged_column_of_their_own_are_the_parents_of_the_criteria_beside_them() -> None:
    appendix = read(
        document(
            "PHỤ LỤC",
            [
                ["STT", "Lĩnh vực", "Tiêu chí", "Điểm tối đa"],
                [cell("1", down=2), cell("Chỉ đạo", down=2), "1.1. Kế hoạch", "2"],
                [None, None, "1.2. Kiểm tra", "3"],
                ["2", "Thể chế", "2.1. Rà soát", "4"],
            ],
        )
    )
    assert tree(appendix) == [
        ("1", None, Decimal(5)),
        ("1.1", "1", Decimal(2)),
        ("1.2", "1", Decimal(3)),
        ("2", None, Decimal(4)),
        ("2.1", "2", Decimal(4)),
    ]


def test_a_number_the_paper_lost_is_given_back_where_one_is_skipped() -> None:
    appendix = read(
        table(
            ["1", "Chỉ đạo", "6"],
            ["1.1", "Kế hoạch", "1"],
            ["", "Có = 1 điểm", ""],
            ["", "Không = 0 điểm", ""],
            ["", "Báo cáo định kỳ", "2"],
            ["", "Đúng hạn = 2 điểm", ""],
            ["", "Chậm = 0 điểm", ""],
            ["1.3", "Kiểm tra", "3"],
            ["", "Có kiểm tra", "3"],
            ["", "Không kiểm tra", "0"],
            ["", "Thể chế", "4"],
            ["2.1", "Rà soát", "4"],
        )
    )
    assert codes(appendix) == ["1", "1.1", "1.2", "1.3", "2", "2.1"]
    assert said(appendix, FindingCode.CODE_LOST) == [("1.2", {"given": "1.2"}), ("2", {"given": "2"})]
    assert said(appendix, FindingCode.NUMBER_MISSING) == []


def test_a_number_that_is_skipped_is_said_at_the_sibling_after_it() -> None:
    appendix = read(table(["I", "a việc", "3"], ["1.1", "b việc", "1"], ["1.3", "c việc", "2"], ["II", "d việc", "1"]))
    assert said(appendix, FindingCode.NUMBER_MISSING) == [("1.3", {"number": "1.2"})]


def test_a_branch_whose_row_was_never_printed_is_said_to_be_missing() -> None:
    appendix = read(table(["1", "Chỉ đạo", "1"], ["1.1", "Kế hoạch", "1"], ["2.1", "Rà soát", "4"]))
    assert tree(appendix)[2] == ("2.1", None, Decimal(4))
    assert said(appendix, FindingCode.NUMBER_MISSING) == [("1", {"number": "2"})]


def test_a_code_printed_twice_is_said_and_the_second_made_distinct() -> None:
    appendix = read(table(["1", "Chỉ đạo", "3"], ["1.1", "Kế hoạch", "1"], ["1.1", "Kiểm tra", "2"]))
    assert codes(appendix) == ["1", "1.1", "1.1-2"]
    assert said(appendix, FindingCode.CODE_TWICE) == [
        ("1.1", {"other": "Kiểm tra", "printed": "1.1"}),
        ("1.1-2", {"other": "Kế hoạch", "printed": "1.1"}),
    ]


def test_a_workbook_s_ten_that_became_a_one_is_read_by_its_order() -> None:
    rows: list[list[Given]] = [
        [cell(f"1.{number}", numeric=True), f"Việc {number}", "1"] for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 11)
    ]
    appendix = read(table(["1", "Chỉ đạo", "11"], *rows))
    assert codes(appendix)[10:] == ["1.10", "1.11"]
    assert said(appendix, FindingCode.CODE_DISAGREES) == [("1.10", {"printed": "1.1", "parent": "Chỉ đạo"})]


def test_a_number_that_contradicts_its_place_hangs_where_the_sums_come_out_right() -> None:
    appendix = read(
        table(
            ["1", "Chỉ đạo", "3"],
            ["1.1", "Kế hoạch", "1"],
            ["1.2", "Kiểm tra", "2"],
            ["2", "Thể chế", "5"],
            ["2.1", "Rà soát", "2"],
            ["1.5", "Ban hành", "3"],
        )
    )
    assert tree(appendix)[5] == ("1.5", "2", Decimal(3))
    assert ("1.5", {"printed": "1.5", "parent": "Thể chế"}) in said(appendix, FindingCode.CODE_DISAGREES)
    assert said(appendix, FindingCode.SUM_DIFFERS) == []


def test_a_row_that_slipped_under_another_field_goes_back_where_its_number_completes_the_sum() -> None:
    appendix = read(
        table(
            ["1", "Chỉ đạo", "3"],
            ["1.1", "Kế hoạch", "1"],
            ["2", "Thể chế", "5"],
            ["2.1", "Rà soát", "5"],
            ["1.2", "Kiểm tra", "2"],
        )
    )
    assert tree(appendix)[2] == ("1.2", "1", Decimal(2))
    assert said(appendix, FindingCode.CODE_DISAGREES) == [("1.2", {"printed": "1.2", "parent": "Chỉ đạo"})]


def test_dashes_in_the_column_of_numbers_are_options_or_criteria_as_the_sums_say() -> None:
    appendix = read(
        table(
            ["1", "Kế hoạch", "2"],
            ["-", "Đúng hạn", "2"],
            ["-", "Không", "0"],
            ["2", "Báo cáo", "3"],
            ["-", "Báo cáo quý", "1"],
            ["-", "Báo cáo năm", "2"],
        )
    )
    assert codes(appendix) == ["1", "2", "2.1", "2.2"]
    assert appendix.criteria[0].original == "- Đúng hạn\t2\n- Không\t0"


def test_dashes_with_options_under_them_are_criteria() -> None:
    appendix = read(
        table(
            ["1.1", "Ban hành", "4"],
            ["", "- Ban hành văn bản", "2"],
            ["", "+ Đúng hạn: 2 điểm", ""],
            ["", "+ Chậm: 0 điểm", ""],
            ["", "- Tổ chức thực hiện", "2"],
            ["", "+ Tốt: 2 điểm", ""],
            ["", "+ Kém: 0 điểm", ""],
        )
    )
    assert tree(appendix) == [("1.1", None, Decimal(4)), ("1.1.1", "1.1", Decimal(2)), ("1.1.2", "1.1", Decimal(2))]


def test_figures_that_go_on_under_the_next_field_repeat_nothing() -> None:
    appendix = read(
        table(["A", "Chung", "3"], ["1", "Một", "1"], ["2", "Hai", "2"], ["B", "Riêng", "5"], ["3", "Ba", "5"])
    )
    assert [(code, parent) for code, parent, _ in tree(appendix)] == [
        ("A", None),
        ("1", "A"),
        ("2", "A"),
        ("B", None),
        ("3", "B"),
    ]
    assert said(appendix, FindingCode.NUMBER_MISSING) == []
    assert said(appendix, FindingCode.CODE_QUALIFIED) == []


def test_letters_may_number_the_criteria_of_roman_fields() -> None:
    appendix = read(table(["I", "Kế hoạch", "2"], ["A", "Một", "2"], ["II", "Báo cáo", "3"]))
    assert [(code, parent) for code, parent, _ in tree(appendix)] == [("I", None), ("A", "I"), ("II", None)]
