"""Columns by their headings, whatever their order, and by their contents where no heading stands."""

from __future__ import annotations

import pytest

from app.reading.columns import Role, heading_at, is_numbering_row, layout_of_contents, role_of_heading
from tests.reading.rows_of_text import Given, cell, row


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("STT", Role.CODE),
        ("TT", Role.CODE),
        ("Mã số", Role.CODE),
        ("Lĩnh vực/Tiêu chí/Tiêu chí thành phần và cách thức, phương pháp đánh giá, chấm điểm", Role.TITLE),
        ("Nội dung và cách chấm", Role.TITLE),
        ("Điểm tối đa", Role.POINTS),
        ("Thang điểm", Role.POINTS),
        ("Điểm chuẩn", Role.POINTS),
        ("Điểm tự đánh giá", Role.SELF),
        ("Điểm đơn vị tự chấm", Role.SELF),
        ("Điểm thẩm định", Role.APPRAISED),
        ("Điểm Hội đồng thẩm định", Role.APPRAISED),
        ("Tài liệu kiểm chứng", Role.EVIDENCE),
        ("Minh chứng", Role.EVIDENCE),
        ("Cơ quan thẩm định điểm tự đánh giá", Role.AGENCY),
        ("Đơn vị theo dõi", Role.AGENCY),
        ("Phương pháp đánh giá", Role.METHOD),
        ("Hướng dẫn chấm", Role.METHOD),
        ("Hình thức đánh giá", Role.FORM),
        ("Ghi chú", Role.NOTE),
        ("CB, CC phụ trách", Role.OFFICERS),
    ],
)
def test_a_heading_says_what_its_column_holds(heading: str, role: Role) -> None:
    assert role_of_heading(heading) is role


def _roles(*rows: list[Given]) -> tuple[list[Role], int]:
    found = heading_at([row(number, texts) for number, texts in enumerate(rows, start=1)], 0)
    assert found is not None
    layout, start = found
    return [layout.roles[column] for column in sorted(layout.roles)], start


def test_columns_may_stand_in_any_order() -> None:
    roles, start = _roles(
        ["Cơ quan chủ trì", "Điểm tối đa", "Minh chứng", "Tiêu chí", "TT"], ["Sở", "1", "x", "y", "1"]
    )
    assert roles == [Role.AGENCY, Role.POINTS, Role.EVIDENCE, Role.TITLE, Role.CODE]
    assert start == 1


def test_a_heading_of_two_rows_with_merged_cells_is_read_as_one() -> None:
    roles, start = _roles(
        [cell("STT", down=2), cell("Tiêu chí", down=2), cell("Điểm", span=3), cell("Tài liệu", down=2)],
        [None, None, "Tối đa", "Tự chấm", "Thẩm định"],
        ["1", "Kế hoạch", "2", "", "", "Kế hoạch"],
    )
    assert roles == [Role.CODE, Role.TITLE, Role.POINTS, Role.SELF, Role.APPRAISED, Role.EVIDENCE]
    assert start == 2


def test_a_heading_of_two_rows_in_plain_text_gives_its_words_to_the_columns_beside() -> None:
    roles, start = _roles(
        ["STT", "Tiêu chí", "Điểm", "", ""], ["", "", "Tối đa", "Tự chấm", "Thẩm định"], ["1", "a", "2"]
    )
    assert roles == [Role.CODE, Role.TITLE, Role.POINTS, Role.SELF, Role.APPRAISED]
    assert start == 2


def test_one_heading_over_criteria_and_points_leaves_it_to_the_row_below() -> None:
    roles, start = _roles(
        [cell("STT", down=2), cell("Tiêu chí", span=2), cell("Căn cứ chấm điểm", down=2)],
        [None, "Nội dung", "Điểm chuẩn", None],
        ["I", "Chỉ đạo", "18", ""],
    )
    assert roles == [Role.CODE, Role.TITLE, Role.POINTS, Role.EVIDENCE]
    assert start == 2


def test_a_row_that_numbers_the_columns_belongs_to_the_heading() -> None:
    assert _roles(["STT", "Tiêu chí", "Điểm tối đa"], ["(1)", "(2)", "(3)"], ["1", "Kế hoạch", "2"])[1] == 2


@pytest.mark.parametrize("texts", [["1", "2", "3", "4"], ["A", "B", "1", "2", "3"], ["(1)", "(2)", "(3)=(1)+(2)"]])
def test_rows_of_column_numbers_are_told(texts: list[Given]) -> None:
    assert is_numbering_row(row(1, texts))


@pytest.mark.parametrize("texts", [["1", "Kế hoạch", "2"], ["1", "2"], ["1", "5", "3"]])
def test_rows_of_criteria_are_no_column_numbers(texts: list[Given]) -> None:
    assert not is_numbering_row(row(1, texts))


def test_of_two_columns_of_points_the_maximum_is_the_criterion_s_and_the_scale_the_options() -> None:
    roles, _ = _roles(["STT", "Tiêu chí", "Thang điểm", "Điểm tối đa"], ["1", "a", "", "1"])
    assert roles == [Role.CODE, Role.TITLE, Role.OPTION_POINTS, Role.POINTS]


def test_without_a_heading_the_contents_say_what_the_columns_hold() -> None:
    rows: list[list[Given]] = [
        ["1", "Chỉ đạo điều hành", "3", "", "Sở Nội vụ"],
        ["1.1", "Ban hành kế hoạch", "1", "Kế hoạch công tác", ""],
        ["1.2", "Kiểm tra việc thực hiện", "2", "Báo cáo kiểm tra", "Sở Tư pháp"],
    ]
    layout = layout_of_contents([row(number, texts) for number, texts in enumerate(rows, start=1)])
    assert layout is not None
    assert [layout.roles[column] for column in range(5)] == [
        Role.CODE,
        Role.TITLE,
        Role.POINTS,
        Role.EVIDENCE,
        Role.AGENCY,
    ]


def test_a_list_of_units_with_figures_is_no_table_of_criteria() -> None:
    rows: list[list[Given]] = [["1", "Xã mẫu 01", "85"], ["2", "Xã mẫu 02", "90"], ["3", "Xã mẫu 03", "77"]]
    assert layout_of_contents([row(number, texts) for number, texts in enumerate(rows, start=1)]) is None
