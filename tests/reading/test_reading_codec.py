"""What was read goes to JSON and back without a change."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from app.domain.errors import InputInvalid, RuleInvalid
from app.domain.rules import ChoiceRule, DeductionRule, JudgedRule, Option, Pick, SurveyBasis, SurveyRule
from app.domain.terms import ScoredBy
from app.reading.codec import appendix_from_json, appendix_to_json, document_from_json, document_to_json
from app.reading.document import Cell, Document, Oddity, Paragraph, Row, Table
from app.reading.draft import Appendix, Assignment, ReadCriterion
from app.reading.findings import Finding, FindingCode, Remedy

DOCUMENT = Document(
    "xlsx",
    (
        Paragraph(1, "Phụ lục “II” – ½", bold=True),
        Table((Row(2, (Cell("1,10", 0, 2, 3, 1, bold=True, numeric=True), Cell("a\tb\nc", 5))), Row(3, ())), "Phụ lục"),
        Table((Row(4, (Cell("x", 0),)),)),
    ),
    (Oddity("hidden_row", 2, "ẩn"), Oddity("markup", 3)),
)

CHOICE = ChoiceRule(
    options=(Option("1", "Đủ = 1 điểm", Decimal("1")), Option("0", "Thiếu = 0", Decimal("0"))),
    pick=Pick.WORST,
    nothing_arose=Decimal("0.5"),
)
APPENDIX = Appendix(
    title="Phụ lục II",
    criteria=(
        ReadCriterion("ND.I", None, 1, "Phần một", Decimal("77"), None, None, "NỘI DUNG I. PHẦN MỘT"),
        ReadCriterion(
            code="2.1",
            parent="ND.I",
            level=2,
            title="Một",
            maximum=Decimal("0.25"),
            rule=CHOICE,
            scored_by=ScoredBy.UNIT,
            original="Một\n- Đủ = 1 điểm",
            requirement="Yêu cầu",
            evidence=("Báo cáo", "Quyết định"),
            agency="Phòng Nội vụ",
            agency_printed="PNV",
            rows=(2, 3),
        ),
        ReadCriterion(
            code="2.2",
            parent="ND.I",
            level=2,
            title="Hai",
            maximum=None,
            rule=SurveyRule(weights=(("1", Decimal("1")), ("5", Decimal("5"))), basis=SurveyBasis.SCALED),
            scored_by=ScoredBy.LEADERS,
            original="Hai",
        ),
        ReadCriterion("2.3", "ND.I", 2, "Ba", Decimal("2"), JudgedRule(step=None), ScoredBy.UNIT, "Ba"),
    ),
    findings=(
        Finding(
            FindingCode.SUM_DIFFERS,
            "2.1",
            {"maximum": "3", "children": "2,5"},
            (Remedy("keep"), Remedy("take_sum", {"maximum": "2.5", "rule": {"kind": "judged", "options": [1, None]}})),
            (2,),
        ),
        Finding(FindingCode.NO_CRITERIA, ""),
    ),
    assignments=(Assignment("2.1", ("VP-TK", "Tư pháp")), Assignment("Nội dung lạ", ())),
    printed_total=Decimal("100"),
)


def through_json(value: object) -> object:
    return json.loads(json.dumps(value, ensure_ascii=False))


def test_a_document_comes_back_as_it_was() -> None:
    assert document_from_json(through_json(document_to_json(DOCUMENT))) == DOCUMENT


def test_an_appendix_comes_back_as_it_was() -> None:
    assert appendix_from_json(through_json(appendix_to_json(APPENDIX))) == APPENDIX


def test_an_appendix_without_a_total_comes_back_so() -> None:
    bare = Appendix("", (), ())
    assert appendix_from_json(through_json(appendix_to_json(bare))) == bare


def test_a_rule_with_every_field_comes_back_as_it_was() -> None:
    rule = DeductionRule(threshold=Decimal("99"), start=None, each=Decimal("0.5"), floor=Decimal("0"), cut_off=2)
    leaf = ReadCriterion("1", None, 1, "Một", Decimal("1"), rule, ScoredBy.UNIT, "Một")
    whole = Appendix("", (leaf,), ())
    assert appendix_from_json(through_json(appendix_to_json(whole))) == whole


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("printed_total", 99.5, "float_refused"),
        ("findings", [{"code": "nonsense", "where": "", "details": {}, "remedies": [], "rows": []}], "wrong_type"),
        ("more", 1, "read_unknown_field"),
        ("criteria", "x", "wrong_type"),
    ],
)
def test_what_is_not_ours_is_not_taken_in(field: str, value: object, code: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        appendix_from_json({**appendix_to_json(APPENDIX), field: value})
    assert refused.value.code == code


def test_a_rule_that_is_none_is_refused() -> None:
    told = appendix_to_json(APPENDIX)
    told["criteria"][1]["rule"]["kind"] = "guess"
    with pytest.raises(RuleInvalid):
        appendix_from_json(told)
