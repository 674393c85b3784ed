"""What the surface of the paper shows: each slip is said, and sound sentences are left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.reading.document import Oddity
from app.reading.draft import Appendix
from app.reading.findings import FindingCode
from app.reading.misprints import misprints_in
from app.reading.table_findings import broken_end, own_level
from tests.reading.reading import read, said
from tests.reading.rows_of_text import Given, document

HEAD: list[Given] = ["STT", "Tiêu chí", "Điểm tối đa", "Tài liệu kiểm chứng"]


def appendix(*rows: list[Given], title: str = "PHỤ LỤC II") -> Appendix:
    return read(document(title, [HEAD, *rows]))


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("- hực hiện đầy đủ, kịp thời = 0,5 điểm.", "hực hiện"),
        ("Ghi số tiếp công dân", "Ghi số"),
        ("Thực hiện đề cán bộ, công chức bàn và quyết định", "Thực hiện đề"),
        ("Giao doanh nghiệp Bru chính công ích", "Bru chính"),
        ("hướng ứng thực hiện các phong trào thi đua", "hướng ứng"),
        ("thông kê số lượng đơn", "thông kê"),
        ("hội nghị, toàn đàm", "toàn đàm"),
        ("Trong phạm vi 03 năm liên kế trước", "liên kế"),
        ("trong phạm vi ba gần nhất", "trong phạm vi ba gần nhất"),
        ("Văn bản triển khai để CBCCVN giám sát", "CBCCVN"),
        ("báo cáo của của đơn vị", "của của"),
    ],
)
def test_a_known_slip_is_told(text: str, slip: str) -> None:
    assert slip in [misprint.text for misprint in misprints_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Thực hiện đầy đủ",
        "ghi số liệu",
        "vấn đề cán bộ",
        "hưởng ứng",
        "thống kê",
        "liên kết",
        "Ghi sổ tiếp công dân",
        "Bưu điện",
    ],
)
def test_a_sound_word_is_no_slip(text: str) -> None:
    assert list(misprints_in(text)) == []


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("đã được chỉ ra có tính = 1 điểm.", "có tính"),
        ("hiệu quả trong phạm vi cơ quan,", "phạm vi cơ quan,"),
        ("được giải quyết đúng hạn. Số chưa; Báo cáo kết quả", "Số chưa"),
        ("Biên bản Hội nghị; văn bản yêu cầu", "văn bản yêu cầu"),
        ("Báo cáo kết quả của", "cáo kết quả của"),
        ("Kế hoạch và", "Kế hoạch và"),
    ],
)
def test_a_sentence_that_breaks_off_is_told_by_its_end(text: str, end: str) -> None:
    assert broken_end(text) == end


@pytest.mark.parametrize(
    "text",
    [
        "Kế hoạch cho năm tiếp theo",
        "khắc phục những tồn tại",
        "sửa đổi, bổ sung ..)",
        "kết quả đạt được",
        "Yêu cầu:",
        "tính tỷ lệ theo yêu cầu",
        "Có = 1 điểm",
        "do cấp trên",
        "Kế hoạch kèm theo",
    ],
)
def test_a_sentence_that_may_end_so_is_left_alone(text: str) -> None:
    assert broken_end(text) == ""


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("KHUNG TIÊU CHÍ ĐỐI VỚI UBND CẤP XÃ (kèm theo Hướng dẫn của UBND huyện)", "xã"),
        ("BỘ TIÊU CHÍ ĐỐI VỚI UBND CẤP HUYỆN", "huyện"),
        ("BỘ TIÊU CHÍ ĐỐI VỚI CÁC SỞ, BAN, NGÀNH", None),
    ],
)
def test_the_title_says_for_which_level_the_appendix_is(title: str, level: str | None) -> None:
    assert own_level(title) == level


@pytest.mark.parametrize(
    "line",
    [
        "- Ban hành Quy chế phối hợp giữa UBND cấp huyện với Mặt trận = 1 điểm",
        "- Hằng năm báo cáo UBND cấp xã về tổ chức đúng quy định = 1 điểm",
        "Chỉ áp dụng với các Báo cáo công tác với UBND xã định kỳ",
        "Thực hiện tại Bộ phận một cửa cấp huyện = 1 điểm",
    ],
)
def test_words_about_another_level_of_government_are_told(line: str) -> None:
    found = appendix(["1", "Phối hợp", "1", "Quy chế"], ["", line, "", ""], title="PHỤ LỤC II ĐỐI VỚI UBND CẤP XÃ")
    assert [where for where, _ in said(found, FindingCode.OTHER_LEVEL)] == ["1"]


@pytest.mark.parametrize(
    "line", ["Nhiệm vụ UBND huyện giao", "Sáng kiến cấp huyện, tỉnh = 1 điểm", "Báo cáo của UBND cấp xã"]
)
def test_a_level_above_that_gives_or_honours_is_no_slip(line: str) -> None:
    found = appendix(["1", "Phối hợp", "1", "Quy chế"], ["", line, "", ""], title="PHỤ LỤC II ĐỐI VỚI UBND CẤP XÃ")
    assert said(found, FindingCode.OTHER_LEVEL) == []


def test_evidence_that_asks_for_a_login_is_told() -> None:
    found = appendix(["1", "Lưu trữ", "1", "Kiểm tra trên phần mềm (Cung cấp TK + MK văn thư đơn vị)"])
    assert [where for where, _ in said(found, FindingCode.ASKS_FOR_PASSWORD)] == ["1"]


def test_a_note_among_the_evidence_is_told_and_names_no_document() -> None:
    note = "* Lưu ý: Đối tượng đánh giá là cán bộ thuộc thẩm quyền quản lý."
    found = appendix(["1", "Kết quả", "1", note], ["2", "Khác", "1", "Báo cáo"], ["3", "Nữa", "1", ""])
    assert said(found, FindingCode.NOTE_IN_EVIDENCE) == [("1", {"text": note})]
    assert [where for where, _ in said(found, FindingCode.NO_EVIDENCE_NAMED)] == ["1", "3"]


def test_a_leaf_others_fill_in_needs_no_document() -> None:
    head: list[Given] = ["STT", "Tiêu chí", "Điểm tối đa", "Điểm tự đánh giá", "Tài liệu kiểm chứng"]
    rows: list[list[Given]] = [head, ["1", "Khảo sát", "1", "XHH", ""], ["2", "Khác", "1", "", "Báo cáo"]]
    assert said(read(document("PHỤ LỤC", rows)), FindingCode.NO_EVIDENCE_NAMED) == []


def test_commas_in_points_are_said_once() -> None:
    found = appendix(["1", "Một", "8,5", "Báo cáo"], ["2", "Hai", "0,5", "Báo cáo"], ["3", "Ba", "1", "Báo cáo"])
    assert said(found, FindingCode.COMMA_DECIMALS) == [("", {})]
    assert said(appendix(["1", "Một", "8.5", "Báo cáo"]), FindingCode.COMMA_DECIMALS) == []


def test_what_the_format_did_is_told() -> None:
    source = document("PHỤ LỤC", [HEAD, ["1", "Một", "1", "Báo cáo"], ["2", "Hai", "1", "Báo cáo"]])
    oddities = (
        Oddity("markup", 3, "<p>"),
        Oddity("markup", 4, "<u>"),
        Oddity("page_furniture", 2, "Trang 2"),
        Oddity("hidden_row", 4, "dòng ẩn"),
    )
    found = read(replace(source, oddities=oddities))
    assert said(found, FindingCode.MARKUP) == [("", {})]
    assert said(found, FindingCode.PAGE_FURNITURE) == [("", {"text": "Trang 2"})]
    assert said(found, FindingCode.HIDDEN_TEXT) == [("", {"text": "dòng ẩn"})]


def test_an_option_printed_at_a_branch_is_told_since_a_branch_is_never_scored() -> None:
    found = appendix(["1", "Chỉ đạo", "1", ""], ["", "- Có = 1 điểm", "", ""], ["1.1", "Kế hoạch", "1", "Kế hoạch"])
    assert said(found, FindingCode.UNUSED_TEXT) == [("1", {"text": "- Có = 1 điểm"})]
