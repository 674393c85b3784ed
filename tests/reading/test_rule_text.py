"""Sentences as decrees write them, and the rule each is, or that it is none."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from app.domain.award import award
from app.domain.claim_codec import claim_from_json
from app.domain.errors import DomainError
from app.domain.rule_checks import check_rule
from app.domain.rule_codec import kind_of
from app.domain.rules import ChoiceRule, Pick, ProportionalRule
from app.domain.terms import ScoredBy, Severity
from app.reading.draft import LeafText, Line
from app.reading.findings import FindingCode, severity_of
from app.reading.rule_text import copied_options, read_rule, read_rules
from tests.domain.golden_rows import golden


def leaf(title: str, maximum: str, *lines: str, code: str = "1.1", evidence: str = "", mark: str = "") -> LeafText:
    return LeafText(
        code=code,
        title=title,
        maximum=Decimal(maximum),
        lines=tuple(Line(text, number) for number, text in enumerate(lines)),
        evidence=(Line(evidence, 0),) if evidence else (),
        mark=mark,
    )


@pytest.mark.parametrize("row", golden("rule_sentences.csv"), ids=lambda row: f"{row['lines'][:40]} {row['claim']}")
def test_a_sentence_earns_what_it_says(row: dict[str, str]) -> None:
    reading = read_rule(leaf(row["title"], row["maximum"], *row["lines"].split(" | ")))
    maximum = Decimal(row["maximum"])
    check_rule(reading.rule, maximum)
    assert kind_of(reading.rule) == row["kind"]
    assert sorted(finding.code.value for finding in reading.findings) == sorted(row["findings"].split())
    claim = claim_from_json(json.loads(row["claim"]))
    if row["expected"].startswith("refused:"):
        with pytest.raises(DomainError) as refused:
            award(reading.rule, claim, maximum)
        assert refused.value.code == row["expected"].removeprefix("refused:")
    else:
        assert award(reading.rule, claim, maximum) == Decimal(row["expected"])


def test_a_leaf_nobody_understands_is_judged_and_has_a_warning_on_it() -> None:
    for row in golden("rule_sentences.csv"):
        reading = read_rule(leaf(row["title"], row["maximum"], *row["lines"].split(" | ")))
        if kind_of(reading.rule) == "judged":
            assert any(severity_of(finding.code) is not Severity.INFO for finding in reading.findings)


def test_the_worst_of_several_true_options_counts_where_each_is_a_fault() -> None:
    reading = read_rule(
        leaf(
            "Kết quả giải quyết đơn thư",
            "1",
            "- 100% đơn thư được giải quyết đúng hạn = 1 điểm.",
            "- Có đơn thư giải quyết quá hạn = 0,5 điểm.",
            "- Có đơn thư không được giải quyết = 0 điểm.",
        )
    )
    assert isinstance(reading.rule, ChoiceRule)
    assert reading.rule.pick is Pick.WORST
    assert [finding.code for finding in reading.findings] == [FindingCode.OPTIONS_OVERLAP]


def test_the_best_of_several_true_options_counts_where_each_is_a_merit() -> None:
    reading = read_rule(
        leaf(
            "Sáng kiến được công nhận",
            "2",
            "- Có từ 01 sáng kiến được công nhận cấp tỉnh trở lên = 2 điểm",
            "- Có từ 01 sáng kiến được công nhận cấp huyện trở lên = 1 điểm",
            "- Không có = 0 điểm",
        )
    )
    assert isinstance(reading.rule, ChoiceRule)
    assert reading.rule.pick is Pick.BEST


def test_one_formula_in_an_evidence_cell_serves_its_sisters_and_says_so() -> None:
    formula = "Điểm được tính theo công thức: (c x 1) + (d x 2) + (e x 3) + (g x 4) + (h x 5)/B; phiếu của lãnh đạo"
    first, second = read_rules(
        [
            leaf("Đổi mới sáng tạo", "4", code="1.1", evidence=formula, mark="XHH"),
            leaf("Sự quyết liệt", "4", code="1.2", mark="XHH", evidence="phiếu đánh giá của Lãnh đạo UBND huyện"),
        ]
    )
    tally = claim_from_json({"tally": {"4": "2", "5": "1"}})
    assert award(first.rule, tally, Decimal(4)) == Decimal("3.4667")  # (4 + 4 + 5)/3 ÷ 5 × 4
    assert award(second.rule, tally, Decimal(4)) == Decimal("3.4667")
    assert FindingCode.FORMULA_UNCLEAR in {finding.code for finding in first.findings}
    assert FindingCode.FORMULA_ELSEWHERE in {finding.code for finding in second.findings}
    assert first.scored_by is second.scored_by is ScoredBy.LEADERS


def test_a_plan_may_exceed_a_hundred_percent_and_earns_no_more() -> None:
    reading = read_rule(
        leaf(
            "Kết quả thực hiện kế hoạch phát triển kinh tế - xã hội",
            "5",
            "- Hoàn thành dưới 80% kế hoạch = 0 điểm.",
            "- Hoàn thành từ 80% trở lên thì điểm được tính như sau: (Tỷ lệ % thực hiện kế hoạch x 5 điểm)/100.",
        )
    )
    assert isinstance(reading.rule, ProportionalRule)
    assert FindingCode.ABOVE_HUNDRED in {finding.code for finding in reading.findings}
    assert award(reading.rule, claim_from_json({"percent": "110"}), Decimal(5)) == 5


def test_a_note_that_only_forbids_is_kept_and_a_note_that_gives_points_is_said() -> None:
    lines = ("- Có báo cáo = 1 điểm", "- Không có báo cáo = 0 điểm")
    quiet = read_rule(leaf("Báo cáo", "1", *lines, "* Ghi chú: Báo cáo ban hành chậm nhất 10 ngày sau quyết định."))
    loud = read_rule(leaf("Báo cáo", "1", *lines, "* Ghi chú: Báo cáo gửi sau ngày 15 thì chấm 0,5 điểm."))
    assert not quiet.findings
    assert "chậm nhất 10 ngày" in quiet.requirement
    assert [finding.code for finding in loud.findings] == [FindingCode.NOTE_ON_POINTS]


def test_options_under_a_case_carry_the_case() -> None:
    reading = read_rule(
        leaf(
            "Ban hành văn bản",
            "0.5",
            "- Không phát sinh nhiệm vụ = 0,5 điểm.",
            "- Phát sinh nhiệm vụ: + Ban hành đúng quy định = 0,5 điểm.",
            "+ Ban hành không đúng quy định = 0 điểm.",
        )
    )
    assert isinstance(reading.rule, ChoiceRule)
    assert [option.text for option in reading.rule.options] == [
        "Không phát sinh nhiệm vụ",
        "Phát sinh nhiệm vụ: Ban hành đúng quy định",
        "Phát sinh nhiệm vụ: Ban hành không đúng quy định",
    ]


def test_a_sentence_broken_over_two_rows_is_joined_and_said() -> None:
    reading = read_rule(
        leaf(
            "Kế hoạch", "1", "- Xây dựng Kế hoạch khắc phục hạn chế,", "yếu kém = 1 điểm.", "- Không xây dựng = 0 điểm."
        )
    )
    assert isinstance(reading.rule, ChoiceRule)
    assert reading.rule.options[0].text == "Xây dựng Kế hoạch khắc phục hạn chế, yếu kém"
    assert FindingCode.OPTION_SPLIT in {finding.code for finding in reading.findings}


def test_a_zero_option_about_another_matter_is_an_error() -> None:
    reading = read_rule(
        leaf("Số hóa hồ sơ", "1", "- 100% hồ sơ được số hóa theo quy định = 1 điểm.", "- Không đề xuất = 0 điểm.")
    )
    found = {finding.code for finding in reading.findings}
    assert {FindingCode.ZERO_ELSEWHERE, FindingCode.BANDS_GAP} <= found
    assert severity_of(FindingCode.ZERO_ELSEWHERE) is Severity.ERROR


def test_points_in_their_own_column_are_those_of_the_option_beside_them() -> None:
    reading = read_rule(
        LeafText(
            "1",
            "Kế hoạch",
            Decimal(1),
            (Line("Ban hành đúng hạn", 1, "1"), Line("Ban hành chậm", 2, "0,5"), Line("Không ban hành", 3, "0")),
        )
    )
    assert isinstance(reading.rule, ChoiceRule)
    assert [(option.text, option.points) for option in reading.rule.options] == [
        ("Ban hành đúng hạn", Decimal(1)),
        ("Ban hành chậm", Decimal("0.5")),
        ("Không ban hành", Decimal(0)),
    ]


def test_options_copied_word_for_word_from_another_criterion_are_said() -> None:
    rule = read_rule(
        leaf("Kiểm tra", "1", "- Có kiểm tra việc thực hiện nhiệm vụ công tác năm = 1 điểm", "- Không = 0 điểm")
    ).rule
    found = copied_options(
        [("5.1.2", "Thực hiện kiểm tra", rule, 1), ("5.5.2", "Kiểm tra cải cách hành chính", rule, 9)]
    )
    assert [(finding.where, finding.details["other"]) for finding in found] == [("5.5.2", "5.1.2")]


def test_points_under_a_heading_of_penalties_are_no_rule_of_a_leaf() -> None:
    under = LeafText(
        "C.1",
        "Báo cáo sai số liệu",
        Decimal(2),
        (Line("Mỗi báo cáo sai trừ 0,5 điểm, trừ tối đa 2 điểm", 1),),
        under=("ĐIỂM TRỪ",),
    )
    reading = read_rule(under)
    assert kind_of(reading.rule) == "judged"
    assert [finding.code for finding in reading.findings] == [FindingCode.PENALTY_PART]
