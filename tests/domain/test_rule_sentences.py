"""Rules as an appendix prints them, in the drafting of Định Hóa 2024, Phụ lục II, and its like."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.rule_sentences import rule_sentences
from app.domain.rules import (
    BallotsRule,
    BandsOn,
    BandsRule,
    Better,
    ChoiceRule,
    Combine,
    DeductionRule,
    ExternalRule,
    JudgedRule,
    Measure,
    Option,
    PerCaseRule,
    Pick,
    PreviousPeriodRule,
    ProportionalRule,
    Rule,
    Step,
    SurveyBasis,
    SurveyRule,
    ZeroGround,
)

D = Decimal
SHARES = (Step(D(90), True, None, False, D(1)), Step(None, False, D(90), False, D(0)))
COUNTS = (
    Step(D(0), True, D(0), True, D(5)),
    Step(D(1), True, D(5), True, D(2)),
    Step(D(6), True, None, False, D(0)),
)
CUT_OFF = (
    "- Có trường hợp vi phạm - 0,5 điểm/trường hợp (từ 02 trường hợp vi phạm trở lên không chấm điểm tiêu chí này)"
)
SURVEY = (
    "- Điểm số được tính theo công thức: ((số người chọn phương án “1” x 1) + "
    "(số người chọn phương án “2” x 2))/tổng số người trả lời/2 x 4 điểm"
)
BALLOTS = "- Điểm là trung bình theo hệ số của điểm trung bình các phiếu: Chủ tịch (hệ số 2), Phó Chủ tịch (hệ số 1)"


@pytest.mark.parametrize(
    ("rule", "maximum", "sentences"),
    [
        (BandsRule(on=BandsOn.PERCENT, bands=SHARES), "1", ["- Từ 90% trở lên = 1 điểm", "- Dưới 90% = 0 điểm"]),
        (
            BandsRule(
                on=BandsOn.PERCENT, bands=(Step(D(70), True, D(90), True, D(1)), Step(D(90), False, None, False, D(2)))
            ),
            "2",
            ["- Từ 70% đến 90% = 1 điểm", "- Trên 90% = 2 điểm"],
        ),
        (
            BandsRule(on=BandsOn.PERCENT, bands=(Step(D(70), False, D(90), False, D("0.5")),)),
            "2",
            ["- Trên 70% đến dưới 90% = 0,5 điểm"],
        ),
        (
            BandsRule(on=BandsOn.COUNT, bands=COUNTS),
            "5",
            [
                "- Không có trường hợp nào = 5 điểm",
                "- Từ 01 đến 05 trường hợp = 2 điểm",
                "- Từ 06 trường hợp trở lên = 0 điểm",
            ],
        ),
        (
            ProportionalRule(floor=D(80), cap=D(100)),
            "5",
            ["- Hoàn thành dưới 80% = 0 điểm; từ 80% trở lên, điểm được tính như sau: (Tỷ lệ % x 5 điểm)/100"],
        ),
        (
            ProportionalRule(floor=D(80), floor_closed=False, cap=D(120)),
            "5",
            [
                "- Hoàn thành đến 80% = 0 điểm; trên 80%, điểm được tính như sau: (Tỷ lệ % x 5 điểm)/100",
                "* Ghi chú: tỷ lệ trên 120% được tính là 120%",
            ],
        ),
        (ProportionalRule(), "2", ["- Điểm được tính như sau: (Tỷ lệ % x 2 điểm)/100"]),
        (PerCaseRule(each=D("0.5"), cap=D(2)), "3", ["- Mỗi trường hợp được 0,5 điểm, tối đa 2 điểm"]),
        (PerCaseRule(each=D("0.5")), "3", ["- Mỗi trường hợp được 0,5 điểm, tối đa 3 điểm"]),
        (
            DeductionRule(threshold=D(99), start=None, each=D("0.5"), floor=D(0), cut_off=2),
            "1",
            [
                "- Dưới 99% = 0 điểm",
                "- Từ 99% trở lên = 1 điểm",
                CUT_OFF,
            ],
        ),
        (
            DeductionRule(threshold=None, start=D(2), each=D(1), floor=D("0.5"), cut_off=None),
            "3",
            [
                "- Không có trường hợp vi phạm = 2 điểm",
                "- Có trường hợp vi phạm - 1 điểm/trường hợp (không thấp hơn 0,5 điểm)",
            ],
        ),
        (
            ChoiceRule(
                options=(Option("1", "Ban hành đầy đủ.", D(1)), Option("2", "Không ban hành", D(0))),
                pick=Pick.WORST,
                nothing_arose=D("0.5"),
                zero_when=(ZeroGround("no_plan", "Không có kế hoạch;"),),
            ),
            "1",
            [
                "- Ban hành đầy đủ = 1 điểm",
                "- Không ban hành = 0 điểm",
                "* Ghi chú: đúng nhiều mức thì chấm theo mức thấp nhất",
                "- Không có kế hoạch = 0 điểm",
                "* Ghi chú: không phát sinh thì chấm 0,5 điểm",
            ],
        ),
        (
            SurveyRule(weights=(("1", D(1)), ("2", D(2))), basis=SurveyBasis.SCALED),
            "4",
            [
                SURVEY,
            ],
        ),
        (
            BallotsRule(weights=(("chairman", D(2)), ("vice_chairman", D(1)))),
            "10",
            [
                BALLOTS,
            ],
        ),
        (
            PreviousPeriodRule(
                measures=(Measure("cchc_rank", Better.LOWER),),
                combine=Combine.ALL,
                higher=D(1),
                equal=D("0.5"),
                lower=D(0),
                first_year=D(1),
            ),
            "1",
            [
                "- Thứ hạng Chỉ số CCHC tốt hơn năm trước = 1 điểm",
                "- Bằng năm trước = 0,5 điểm",
                "- Kém hơn năm trước = 0 điểm",
                "* Ghi chú: thứ hạng Chỉ số CCHC thấp hơn là tốt",
                "* Ghi chú: năm đầu chấm 1 điểm",
            ],
        ),
        (ExternalRule(scale=D(18)), "5", ["- Điểm được tính như sau: (Kết quả x 5 điểm)/18"]),
        (JudgedRule(step=D("0.25")), "5", ["- Xét chấm từ 0 đến 5 điểm, theo bước 0,25 điểm"]),
    ],
)
def test_a_rule_is_printed_in_the_usual_drafting(rule: Rule, maximum: str, sentences: list[str]) -> None:
    assert list(rule_sentences(rule, D(maximum))) == sentences
