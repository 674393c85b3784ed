"""A small appendix as a reader would hand it over, made by hand, with the doubts worked out on paper.

Part 5 prints 4 points, its children 2 + 1 + 0,5 = 3,5. 5.2 says nothing from 70 up to 80 percent. 5.1 names an agency
the house knows; 5.2 one it does not; 5.3 inherits that of 5.2 by the reader's unification.
"""

from __future__ import annotations

from decimal import Decimal

from app.domain.rules import BandsOn, BandsRule, ChoiceRule, DeductionRule, Option, Step
from app.domain.terms import ScoredBy
from app.reading.document import Cell, Document, Paragraph, Row, Table
from app.reading.draft import Appendix, Assignment, ReadCriterion
from app.reading.findings import Finding, FindingCode, Remedy

YES_NO = ChoiceRule(
    options=(Option("1", "Ban hành đầy đủ", Decimal(2)), Option("2", "Không ban hành", Decimal(0))),
)
GAPPED = BandsRule(
    on=BandsOn.PERCENT,
    bands=(
        Step(None, False, Decimal(70), False, Decimal(0)),
        Step(Decimal(80), True, None, False, Decimal(1)),
    ),
)
#: what the remedy of the gap makes of it: below 80 is 0
CLOSED = {
    "kind": "bands",
    "version": 1,
    "nothing_arose": None,
    "on": "percent",
    "bands": [
        {"from": None, "from_closed": False, "to": "80", "to_closed": False, "points": "0"},
        {"from": "80", "from_closed": True, "to": None, "to_closed": False, "points": "1"},
    ],
}
LATE = DeductionRule(threshold=Decimal(99), start=None, each=Decimal("0.25"), floor=Decimal(0), cut_off=2)

DOCUMENT = Document(
    format="docx",
    blocks=(
        Paragraph(1, "ỦY BAN NHÂN DÂN HUYỆN", bold=True),
        Paragraph(2, "Địa chỉ nhập liệu: http://cchc.example; Mật khẩu: Abc@123"),
        Table(
            rows=(
                Row(
                    3, (Cell("STT", 0, bold=True), Cell("Tiêu chí", 1, bold=True), Cell("Điểm", 2), Cell("Cơ quan", 3))
                ),
                Row(4, (Cell("5", 0), Cell("Thủ tục hành chính", 1, bold=True), Cell("4", 2, numeric=True))),
                Row(5, (Cell("5.1", 0), Cell("Kế hoạch", 1), Cell("2", 2), Cell("Phòng Nội vụ", 3))),
                Row(6, (Cell("- Ban hành đầy đủ = 2 điểm\n- Không ban hành = 0 điểm", 1),)),
                Row(7, (Cell("5.2", 0), Cell("Số hóa hồ sơ", 1), Cell("1", 2), Cell("Phòng Văn hóa", 3))),
                Row(8, (Cell("- Từ 80% trở lên = 1 điểm\n- Dưới 70% = 0 điểm", 1),)),
                Row(9, (Cell("5.3", 0), Cell("Trả kết quả", 1), Cell("0,5", 2))),
                Row(10, (Cell("Có hồ sơ quá hạn trừ 0,25 điểm", 1),)),
            ),
        ),
        Paragraph(11, "Ghi chú: số liệu đến 20/11."),
    ),
)


def criterion(code: str, title: str, maximum: str | None, **more: object) -> ReadCriterion:
    """One node; the parent is what stands before the last point of its code."""
    parent = code.rpartition(".")[0] or None
    fields: dict[str, object] = {
        "level": code.count(".") + 1,
        "rule": None,
        "scored_by": None,
        "original": title,
        "parent": parent,
        **more,
    }
    return ReadCriterion(code=code, title=title, maximum=None if maximum is None else Decimal(maximum), **fields)  # type: ignore[arg-type]


SUM = Finding(
    FindingCode.SUM_DIFFERS,
    "5",
    {"maximum": "4", "children": "3,5"},
    (Remedy("take_children", {"maximum": "3.5"}),),
    (4,),
)
GAP = Finding(
    FindingCode.BANDS_GAP,
    "5.2",
    {"low": "70", "high": "80"},
    (Remedy("below_is_zero", {"rule": CLOSED}), Remedy("as_printed")),
    (8,),
)
UNUSED = Finding(FindingCode.UNUSED_TEXT, "", {"text": "Ghi chú: số liệu đến 20/11."}, (), (11,))
LOGIN = Finding(FindingCode.UNUSED_TEXT, "", {"text": "Mật khẩu: Abc@123"}, (), (2,))

APPENDIX = Appendix(
    title="Phụ lục II. Bộ tiêu chí UBND cấp xã",
    criteria=(
        criterion("5", "Thủ tục hành chính", "4", rows=(4,)),
        criterion(
            "5.1",
            "Kế hoạch",
            "2",
            rule=YES_NO,
            scored_by=ScoredBy.UNIT,
            original="- Ban hành đầy đủ = 2 điểm\n- Không ban hành = 0 điểm",
            evidence=("Kế hoạch", "Báo cáo"),
            agency="Phòng Nội vụ",
            agency_printed="Phòng Nội vụ",
            rows=(5, 6),
        ),
        criterion(
            "5.2",
            "Số hóa hồ sơ",
            "1",
            rule=GAPPED,
            scored_by=ScoredBy.UNIT,
            agency="Phòng Văn hóa",
            agency_printed="Phòng Văn hóa",
            rows=(7, 8),
        ),
        criterion(
            "5.3", "Trả kết quả", "0.5", rule=LATE, scored_by=ScoredBy.UNIT, agency="Phòng Văn hóa", rows=(9, 10)
        ),
    ),
    findings=(SUM, GAP, UNUSED, LOGIN),
    assignments=(Assignment("5.1", ("Cán bộ Văn phòng", "Cán bộ Nội vụ")),),
)
