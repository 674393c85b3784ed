"""Our own workbook read back: the same set, an edit taken as it stands, a broken one refused by its cell."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.claims import (
    Ballot,
    BallotsClaim,
    Claim,
    Comparison,
    CountClaim,
    DeclinedClaim,
    FaultsClaim,
    MeasuresClaim,
    NothingAroseClaim,
    OptionClaim,
    PercentClaim,
    PointsClaim,
    RatioClaim,
    TallyClaim,
    ValueClaim,
    ZeroClaim,
)
from app.domain.errors import InputInvalid
from app.domain.rule_examples import Example
from app.domain.rules import (
    BandsOn,
    BandsRule,
    ChoiceRule,
    DeductionRule,
    JudgedRule,
    Option,
    ProportionalRule,
    Rule,
    Step,
)
from app.domain.terms import ExampleOrigin
from app.reading.own_workbook import is_own_workbook, read_own_workbook
from app.reports.set_document import set_document
from app.reports.set_workbook import set_workbook
from app.words.exchange import EXCHANGE
from tests.domain.strategies import KINDS, WORDS, whole_rules
from tests.reading.seed_set import seed_set, small_set

#: files are written and read: how long a machine takes for one is not what is asked
UNHURRIED = settings(deadline=None, max_examples=40)
D = Decimal
TREE, RULES, NOTES = "Cây tiêu chí", "Cách chấm", "Ghi chú"
SHARES = BandsRule(
    on=BandsOn.PERCENT, bands=(Step(D(85), True, None, False, D(1)), Step(None, False, D(85), False, D(0)))
)
#: rows of the sheet of rules: 2-4 the choice, 5-6 the bands, 7-9 the proportion, 10-14 the deduction
SET = small_set(
    ChoiceRule(options=(Option("1", "Có ban hành", D(1)), Option("2", "Không", D(0)))),
    SHARES,
    ProportionalRule(floor=D(80), cap=D(100)),
    DeductionRule(threshold=D(99), start=None, each=D("0.5"), floor=D(0), cut_off=2),
)


def edited(*edits: Callable[[Any], object], content: Any = SET) -> bytes:
    """Return the workbook after `edits` by another program."""
    book = openpyxl.load_workbook(io.BytesIO(set_workbook(content)))
    for edit in edits:
        edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def put(sheet: str, address: str, value: object) -> Callable[[Any], object]:
    return lambda book: setattr(book[sheet][address], "value", value)


def refusal(data: bytes) -> InputInvalid:
    with pytest.raises(InputInvalid) as refused:
        read_own_workbook(data)
    return refused.value


def test_the_seed_comes_back_as_it_was_with_rules_findings_and_choices() -> None:
    content = seed_set()
    assert len(content.nodes) == 113
    assert read_own_workbook(set_workbook(content)) == content


def test_the_seed_comes_back_after_another_program_saved_it() -> None:
    assert read_own_workbook(edited(content=seed_set())) == seed_set()


@pytest.mark.parametrize("kind", KINDS)
@UNHURRIED
@given(data=st.data())
def test_a_rule_of_every_kind_comes_back_as_it_was(kind: str, data: st.DataObject) -> None:
    content = small_set(data.draw(whole_rules(kind)), data.draw(whole_rules(kind)))
    assert read_own_workbook(set_workbook(content)) == content


@UNHURRIED
@given(title=WORDS.filter(str.strip), original=WORDS, evidence=WORDS, notes=WORDS)
def test_words_come_back_letter_for_letter(title: str, original: str, evidence: str, notes: str) -> None:
    content = small_set(JudgedRule(), title=title, original=original, evidence=evidence)
    content = replace(content, notes=notes, reason=notes)
    assert read_own_workbook(set_workbook(content)) == content


@pytest.mark.parametrize("bound", [None, D("0.000001"), D(-3)])
@pytest.mark.parametrize("closed", [True, False])
def test_a_band_comes_back_with_each_end_open_closed_or_endless(bound: Decimal | None, *, closed: bool) -> None:
    for on in BandsOn:
        for upper in (None, D("12.5")):
            for upper_closed in (True, False):
                bands = (Step(bound, closed, upper, upper_closed, D(1)),)
                content = small_set(BandsRule(on=on, bands=bands))
                assert read_own_workbook(set_workbook(content)) == content


CLAIMS: tuple[Claim, ...] = (
    OptionClaim(("1",)),
    OptionClaim(("1", "2")),
    OptionClaim(()),
    RatioClaim(D(18), D(20)),
    RatioClaim(D(0), D(0)),
    PercentClaim(D("84.999")),
    CountClaim(D(5)),
    CountClaim(D(-1)),
    FaultsClaim(D(2), None),
    FaultsClaim(D(1), RatioClaim(D(99), D(100))),
    FaultsClaim(D(1), PercentClaim(D("99.5"))),
    TallyClaim((("1", D(3)), ("5", D(10)))),
    TallyClaim(()),
    BallotsClaim((Ballot("chairman", D(9)), Ballot("chairman", D("8.5")), Ballot("khac", D(1)))),
    BallotsClaim(()),
    MeasuresClaim((Comparison("cchc_rank", D(5), D(3)), Comparison("own", None, D("81.33")))),
    MeasuresClaim(()),
    ValueClaim(D("17.5")),
    PointsClaim(D("0.25")),
    NothingAroseClaim(),
    DeclinedClaim(),
    ZeroClaim("no_plan"),
)


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_an_example_comes_back_with_its_claim_its_outcome_and_its_note(claim: Claim) -> None:
    examples = (
        Example(claim, D("0.5"), note="=SUM(A1)"),
        Example(claim, None, refusal="no_band", origin=ExampleOrigin.IMPORTED),
    )
    content = small_set(JudgedRule(), examples=examples)
    assert read_own_workbook(set_workbook(content)) == content


def test_an_example_typed_into_the_workbook_is_one_a_person_wrote() -> None:
    def add(book: Any) -> None:
        book[RULES].append(("1.2", None, "ví dụ", "17/20", 1, "đúng 85%"))
        book[RULES].append(("1.2", None, "Ví dụ", "0/0", "Từ chối nothing_to_measure", None))

    assert read_own_workbook(edited(add)).nodes[2].examples == (
        Example(RatioClaim(D(17), D(20)), D(1), note="đúng 85%"),
        Example(RatioClaim(D(0), D(0)), refusal="nothing_to_measure"),
    )


@pytest.mark.parametrize(
    ("edits", "leaf", "rule"),
    [
        (
            [put(RULES, "D5", "Từ 90 % trở lên"), put(RULES, "D6", "dưới 90")],
            2,
            BandsRule(
                on=BandsOn.PERCENT, bands=(Step(D(90), True, None, False, D(1)), Step(None, False, D(90), False, D(0)))
            ),
        ),
        ([put(RULES, "D7", "không"), put(RULES, "D9", 110)], 3, ProportionalRule(floor=None, cap=D(110))),
        ([put(RULES, "D7", "82,5")], 3, ProportionalRule(floor=D("82.5"), cap=D(100))),
        ([put(RULES, "D8", "0 ĐIỂM")], 3, ProportionalRule(floor=D(80), floor_closed=False, cap=D(100))),
        (
            [put(RULES, "E11", 0.7), put(RULES, "D14", "Không")],
            4,
            DeductionRule(threshold=D(99), start=D("0.7"), each=D("0.5"), floor=D(0), cut_off=None),
        ),
    ],
)
def test_what_a_person_wrote_is_the_rule(edits: list[Callable[[Any], object]], leaf: int, rule: Rule) -> None:
    assert read_own_workbook(edited(*edits)).nodes[leaf].rule == rule


def test_rows_may_be_left_blank_between_and_the_kind_left_out_below_the_first() -> None:
    def loosened(book: Any) -> None:
        book[RULES].insert_rows(5)
        book[RULES]["B3"].value = None

    assert read_own_workbook(edited(loosened)) == SET


def test_columns_may_stand_in_another_order() -> None:
    def turned(book: Any) -> None:
        for row in book[RULES].iter_rows():
            row[3].value, row[4].value = row[4].value, row[3].value

    assert read_own_workbook(edited(turned)) == SET


BROKEN: list[tuple[str, Callable[[Any], object], str, dict[str, object]]] = [
    ("kind", put(RULES, "B2", "Chọn đại"), "workbook_word_unknown", {"sheet": RULES, "row": 2, "column": "Cách chấm"}),
    ("kinds", put(RULES, "B3", "Theo tỷ lệ"), "workbook_kind_differs", {"row": 3, "column": "Cách chấm"}),
    ("figure", put(RULES, "E2", None), "workbook_cell_missing", {"sheet": RULES, "row": 2, "column": "Điểm"}),
    ("letters", put(RULES, "E2", "một"), "workbook_number_unreadable", {"row": 2, "column": "Điểm", "text": "một"}),
    ("grouped", put(RULES, "E2", "1.234"), "workbook_number_unreadable", {"row": 2, "column": "Điểm"}),
    (
        "item",
        put(RULES, "C4", "Khi nào đó"),
        "workbook_item_missing",
        {"criterion": "1.1", "item": "Khi đúng nhiều mức"},
    ),
    ("item unknown", put(RULES, "C3", "Loại 2"), "workbook_item_unknown", {"row": 3, "text": "Loại 2"}),
    ("item twice", put(RULES, "C3", "mức 1"), "workbook_item_twice", {"row": 3, "criterion": "1.1"}),
    ("row deleted", lambda book: book[RULES].delete_rows(9), "workbook_item_missing", {"item": "Trần (%)"}),
    ("span", put(RULES, "D5", "khoảng 85%"), "workbook_span_unreadable", {"row": 5, "column": "Giá trị"}),
    ("span of nothing", put(RULES, "D5", "trở lên"), "workbook_span_unreadable", {"row": 5}),
    ("word", put(RULES, "D4", "tùy"), "workbook_word_unknown", {"row": 4, "column": "Giá trị"}),
    ("beside", put(RULES, "F7", "trừ xã vùng III"), "workbook_cell_unused", {"row": 7, "column": "Lời"}),
    ("outside", put(RULES, "H7", "x"), "workbook_cell_beside", {"sheet": RULES, "row": 7}),
    ("percent", lambda book: _percent(book[RULES]["D7"]), "workbook_percent_format", {"row": 7, "column": "Giá trị"}),
    ("formula", put(RULES, "E2", "=1+1"), "workbook_formula", {"row": 2, "column": "Điểm", "text": "=1+1"}),
    ("date", put(RULES, "A2", dt.date(2025, 1, 1)), "workbook_cell_type", {"row": 2, "column": "Mã"}),
    ("code is number", put(TREE, "A3", 1.1), "workbook_text_is_number", {"sheet": TREE, "row": 3, "column": "Mã"}),
    ("unknown code", put(RULES, "A2", "9.9"), "workbook_code_unknown", {"row": 2, "criterion": "9.9"}),
    ("no code", put(RULES, "A2", None), "workbook_cell_missing", {"row": 2, "column": "Mã"}),
    ("code twice", put(TREE, "A4", "1.1"), "workbook_code_twice", {"row": 4, "first": 3}),
    ("parent", put(TREE, "B3", "II"), "workbook_parent_unknown", {"row": 3, "parent": "II"}),
    ("scorer", put(TREE, "E3", None), "workbook_scorer_missing", {"sheet": TREE, "row": 3, "criterion": "1.1"}),
    ("rule", lambda book: book[RULES].delete_rows(5, 2), "workbook_rule_missing", {"row": 4, "criterion": "1.2"}),
    ("maximum", put(TREE, "D3", "nhiều"), "workbook_number_unreadable", {"row": 3, "column": "Điểm tối đa"}),
    ("heading", put(TREE, "D1", "Điểm cao nhất"), "workbook_column_unknown", {"column": "Điểm cao nhất"}),
    ("heading gone", put(TREE, "D1", None), "workbook_column_missing", {"column": "Điểm tối đa"}),
    ("origin", put(RULES, "C6", "Ví dụ của ai"), "workbook_item_unknown", {"row": 6, "text": "Ví dụ của ai"}),
    ("fact", lambda book: book[NOTES].delete_rows(3), "workbook_fact_missing", {"fact": "Mã bộ tiêu chí"}),
    ("template", put(NOTES, "E2", "Bộ tiêu chí của cổng, mẫu số 9"), "workbook_version_unknown", {"version": "9"}),
    ("mark gone", lambda book: book[NOTES].delete_rows(2), "workbook_not_ours", {}),
    ("sheet gone", lambda book: book.remove(book[RULES]), "workbook_not_ours", {}),
]


def _percent(cell: Any) -> None:
    cell.value, cell.number_format = 0.8, "0%"


@pytest.mark.parametrize(("edit", "code", "details"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_edit_is_refused_by_its_place(
    edit: Callable[[Any], object], code: str, details: dict[str, object]
) -> None:
    refused = refusal(edited(edit))
    assert refused.code == code, refused
    assert {name: refused.details.get(name) for name in details} == details


def test_a_finding_of_no_severity_is_refused() -> None:
    place = next(
        number
        for number, node in enumerate(openpyxl.load_workbook(io.BytesIO(set_workbook(seed_set())))[NOTES].rows, 1)
        if node[0].value == "Phát hiện"
    )
    refused = refusal(edited(put(NOTES, f"D{place}", "Nặng"), content=seed_set()))
    assert (refused.code, refused.details["row"]) == ("workbook_word_unknown", place)


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"hello", set_workbook(SET)[:-300]], ids=["empty", "zip", "text", "cut"]
)
def test_a_broken_file_is_not_ours(data: bytes) -> None:
    assert not is_own_workbook(data)
    assert refusal(data).code == "own_file_unreadable"


def test_other_workbooks_and_documents_are_not_ours() -> None:
    other = io.BytesIO()
    openpyxl.Workbook().save(other)
    assert not is_own_workbook(other.getvalue())
    assert not is_own_workbook(set_document(SET))
    assert is_own_workbook(set_workbook(SET))


def test_what_stands_far_to_the_right_is_said_not_passed_over() -> None:
    assert refusal(edited(put(RULES, "XFD3", "x"))).code == "workbook_too_wide"
    assert refusal(edited(put(RULES, "BI3", 1))).code == "workbook_too_wide"
    assert refusal(edited(put(RULES, "BH3", "x"))).code == "workbook_cell_beside"


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_a_part_that_declares_entities_is_not_read(name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(set_workbook(SET))) as whole, zipfile.ZipFile(buffer, "w") as made:
        for part in whole.namelist():
            body = whole.read(part)
            doctype = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
            made.writestr(part, body.replace(b"?>\n", b"?>\n" + doctype, 1) if part == name else body)
    assert refusal(buffer.getvalue()).code == "own_file_unreadable"


def test_a_part_that_unpacks_to_more_than_it_claims_is_not_unpacked() -> None:
    """64 MiB of zeros said to be 100 bytes: refused with some hundred kilobytes in hand, whatever its name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(set_workbook(SET))) as whole, zipfile.ZipFile(buffer, "w") as made:
        for part in whole.namelist():
            made.writestr(part, whole.read(part))
        made.writestr("xl/more.bin", bytes(64 * 1024**2), zipfile.ZIP_DEFLATED)
    data = buffer.getvalue().replace(struct.pack("<L", 64 * 1024**2), struct.pack("<L", 100))
    tracemalloc.start()
    try:
        assert refusal(data).code == "own_file_unreadable"
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024**2
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_part_packed_as_no_office_program_packs_is_not_unpacked(method: int) -> None:
    buffer = io.BytesIO(set_workbook(SET))
    with zipfile.ZipFile(buffer, "a") as made:
        made.writestr("xl/more.xml", b"<x/>", method)
    assert refusal(buffer.getvalue()).code == "own_file_unreadable"


def test_every_refusal_of_a_cell_has_its_sentence() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "app" / "reading").glob("*.py")
    )
    codes = set(re.findall(r'"(workbook_[a-z_]+|own_file_[a-z_]+)"', sources))
    assert len(codes) > 25
    assert codes <= set(EXCHANGE)


def test_a_row_at_the_end_of_the_sheet_is_not_walked_to() -> None:
    refused = refusal(edited(put(RULES, "A900000", "1.1")))
    assert (refused.code, refused.details["sheet"]) == ("workbook_too_many_rows", RULES)
