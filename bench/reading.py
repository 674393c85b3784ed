"""An appendix of 120 rows read whole, tree, rules and findings included, beside reading the file alone.

Twice: as an import meets it, the file read in a process of its own, beside a process that reads the file alone (the
goal); and within one process that is warm, where what the understanding costs is not hidden by starting (told).
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
import openpyxl
from docx.shared import Mm

from app.reading.appendix import read_appendix
from app.reading.codec import document_from_json
from app.reading.draft import Appendix
from app.reading.files import read_document
from app.services.reading import read_file
from bench import plain_docx, plain_xlsx
from bench.measure import Line, median

#: of each file: fields, branches of a field, leaves of a branch; 8 × (1 + 2 × (1 + 6)) rows
FIELDS, BRANCHES = 8, 2
ROWS, LEAVES = 120, 96
#: what reading may take: seconds, and times the reading of the file alone
MOST_SECONDS, MOST_TIMES = 0.5, 2.0

COLUMNS = (
    "STT",
    "Lĩnh vực/Tiêu chí/Tiêu chí thành phần",
    "Điểm tối đa",
    "Điểm tự đánh giá",
    "Điểm thẩm định",
    "Tài liệu kiểm chứng",
    "Cơ quan thẩm định",
)
#: the leaves of every branch, 1 point each: what they are called, how they are scored, what proves them
SCORED: Sequence[tuple[str, Sequence[str], str]] = (
    (
        "Ban hành kế hoạch cải cách hành chính năm",
        ("Ban hành trong tháng 01: 1 điểm", "Ban hành sau tháng 01: 0,5 điểm", "Không ban hành: 0 điểm"),
        "Kế hoạch cải cách hành chính năm của xã",
    ),
    (
        "Mức độ hoàn thành kế hoạch cải cách hành chính",
        (
            "Hoàn thành từ 90% nhiệm vụ trở lên: 1 điểm",
            "Hoàn thành từ 80% đến dưới 90% nhiệm vụ: 0,5 điểm",
            "Hoàn thành dưới 80% nhiệm vụ: 0 điểm",
        ),
        "Báo cáo cải cách hành chính năm; biểu thống kê nhiệm vụ",
    ),
    (
        "Thực hiện chế độ báo cáo",
        (
            "Đủ số lượng, đúng thời gian quy định: 1 điểm",
            "Đủ số lượng nhưng có báo cáo chậm: 0,5 điểm",
            "Không đủ số lượng: 0 điểm",
        ),
        "Các báo cáo định kỳ",
    ),
    (
        "Xử lý các vấn đề phát hiện qua kiểm tra",
        ("100% vấn đề phát hiện được xử lý: 1 điểm", "Dưới 100% vấn đề phát hiện được xử lý: 0 điểm"),
        "Báo cáo kết quả kiểm tra",
    ),
    (
        "Sáng kiến, giải pháp mới trong cải cách hành chính",
        (
            "Có từ 02 sáng kiến trở lên được công nhận: 1 điểm",
            "Có 01 sáng kiến được công nhận: 0,5 điểm",
            "Không có sáng kiến: 0 điểm",
        ),
        "Quyết định công nhận sáng kiến",
    ),
    (
        "Niêm yết thủ tục hành chính tại Bộ phận Một cửa",
        (
            "Niêm yết đầy đủ, đúng quy định: 1 điểm",
            "Niêm yết chưa đầy đủ hoặc chưa đúng quy định: 0,5 điểm",
            "Không niêm yết: 0 điểm",
        ),
        "Hình ảnh niêm yết",
    ),
)


def _rows() -> Iterator[tuple[str, ...]]:
    for field in range(1, FIELDS + 1):
        whole = BRANCHES * len(SCORED)
        yield (str(field), f"CẢI CÁCH HÀNH CHÍNH, LĨNH VỰC {field}", str(whole), "", "", "", "Sở Nội vụ")
        for branch in range(1, BRANCHES + 1):
            code = f"{field}.{branch}"
            # of every branch the paper prints half a point too much: findings are part of the work
            yield (code, f"Công tác chỉ đạo, điều hành {code}", f"{len(SCORED)},5", "", "", "", "")
            for place, (title, scored, proof) in enumerate(SCORED, start=1):
                # no sentence stands twice: what is read once must not help to read it again
                of = f" thuộc mảng {chr(ord('A') + field)}{chr(ord('a') + branch)}:"
                told = "\n- ".join((title, *(option.replace(":", of) for option in scored)))
                yield (f"{code}.{place}", told, "1", "", "", proof, "")


def _document() -> bytes:
    document = docx.Document()
    document.add_paragraph("PHỤ LỤC")
    document.add_paragraph("BỘ TIÊU CHÍ ĐÁNH GIÁ CẢI CÁCH HÀNH CHÍNH CỦA ỦY BAN NHÂN DÂN CẤP XÃ")
    table = document.add_table(rows=0, cols=len(COLUMNS))
    table.style = "Table Grid"
    for column in table.columns:
        column.width = Mm(25)
    for row in (COLUMNS, *_rows()):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            first, *others = text.split("\n")
            cell.paragraphs[0].add_run(first)
            for line in others:
                cell.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(("BỘ TIÊU CHÍ ĐÁNH GIÁ CẢI CÁCH HÀNH CHÍNH CỦA ỦY BAN NHÂN DÂN CẤP XÃ",))
    for row in (COLUMNS, *_rows()):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its bytes, and the library that is kept to read such files, as a function and as a program."""

    name: str
    data: bytes
    library: str
    plainly: Callable[[bytes], object]
    program: str


def _kinds() -> tuple[Kind, ...]:
    return (
        Kind("xlsx", _workbook(), "openpyxl", plain_xlsx.cells, "bench.plain_xlsx"),
        Kind("docx", _document(), "python-docx", plain_docx.cells, "bench.plain_docx"),
    )


def _checked(appendix: Appendix) -> None:
    found = len(appendix.criteria), sum(node.leaf for node in appendix.criteria), bool(appendix.findings)
    if found != (ROWS, LEAVES, True):
        raise RuntimeError(f"{found} is not what was written")


def _plainly_apart(kind: Kind) -> None:
    subprocess.run((sys.executable, "-s", "-m", kind.program), input=kind.data, check=True)


def _rows_apart(kind: Kind, name: str) -> None:
    """Read the file alone as the portal does, in a process of its own, and take its rows back."""
    command = (sys.executable, "-s", "-m", "bench.plain_rows", name)
    done = subprocess.run(command, input=kind.data, check=True, capture_output=True)
    document_from_json(json.loads(done.stdout))


def reading_lines(_folder: Path) -> Iterator[Line]:
    for kind in _kinds():
        yield from _lines_of(kind)


def _lines_of(kind: Kind) -> Iterator[Line]:
    data, name, work = kind.data, f"phu_luc.{kind.name}", f"P8 {kind.name} of {ROWS} rows, rules, findings"
    ours = median(lambda: _checked(read_file(data, name).appendix), times=9)
    yield Line(work, ours, MOST_SECONDS, "half a second", 1)
    yield Line(work, ours, median(lambda: _rows_apart(kind, name), times=9), "the same, rows alone", MOST_TIMES)
    yield Line(work, ours, median(lambda: _plainly_apart(kind), times=9), f"{kind.library} alone", MOST_TIMES)
    work = f"{work}, no process"
    ours = median(lambda: _checked(read_appendix(read_document(data, name))), times=15)
    yield Line(work, ours, median(lambda: read_document(data, name), times=15), "our reading alone", None)
    yield Line(work, ours, median(lambda: kind.plainly(data), times=15), f"{kind.library} alone", None)
