"""Our own Word appendix read back: exact where nothing seen was changed, named where it was, never against the text."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.claims import RatioClaim
from app.domain.errors import InputInvalid
from app.domain.rule_examples import Example
from app.domain.rules import BandsOn, BandsRule, ChoiceRule, JudgedRule, Option, Step
from app.domain.terms import ExampleOrigin
from app.reading.own_document import OwnDocument, is_own_document, read_own_document
from app.reports.set_document import set_document
from app.reports.set_workbook import set_workbook
from tests.domain.strategies import KINDS, WORDS, whole_rules
from tests.reading.seed_set import seed_set, small_set

#: files are written and read: how long a machine takes for one is not what is asked
UNHURRIED = settings(deadline=None, max_examples=40)
D = Decimal
SHARES = BandsRule(
    on=BandsOn.PERCENT, bands=(Step(D(85), True, None, False, D(10)), Step(None, False, D(85), False, D(0)))
)
#: rows of the table: 1 heading, 2 total, 3 field I, 4-5 leaf 1.1, 6-7 leaf 1.2, 8-9 leaf 1.3
SET = small_set(
    SHARES,
    ChoiceRule(options=(Option("1", "Có ban hành", D(10)), Option("2", "Không ban hành", D(0)))),
    JudgedRule(),
    evidence="Báo cáo của đơn vị",
)
DATA = set_document(SET)
ITEM = "customXml/item1.xml"


def edited(*edits: Callable[[Any], object], data: bytes = DATA) -> OwnDocument:
    """Return what is read after `edits` by another program."""
    document = docx.Document(io.BytesIO(data))
    for edit in edits:
        edit(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return read_own_document(buffer.getvalue())


def with_part(change: Callable[[bytes], bytes], name: str = ITEM, *, twice: bool = False) -> bytes:
    """Return the document with one part of its zip changed; `twice`: the part stands there under a second name too."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(DATA)) as given_zip, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for part in given_zip.namelist():
            body = given_zip.read(part)
            made.writestr(part, change(body) if part == name else body)
            if twice and part == name:
                made.writestr("customXml/item7.xml", body)
    return buffer.getvalue()


def row(document: Any, number: int) -> Any:
    return document.tables[0].rows[number - 1]


def paragraph(document: Any, number: int, column: int, line: int = 0) -> Any:
    return row(document, number).cells[column].paragraphs[line]


def replace_text(number: int, column: int, old: str, new: str, line: int = 0) -> Callable[[Any], object]:
    def replace(document: Any) -> None:
        run = paragraph(document, number, column, line).runs[0]
        assert old in run.text
        run.text = run.text.replace(old, new)

    return replace


def codes(found: OwnDocument) -> list[str]:
    return [node.code for node in found.content.nodes]


def test_the_seed_comes_back_as_it_was_with_rules_findings_and_choices() -> None:
    found = read_own_document(set_document(seed_set()))
    assert found.whole
    assert found.content == seed_set()


def test_the_seed_comes_back_after_another_program_saved_it() -> None:
    assert edited(data=set_document(seed_set())).content == seed_set()


@pytest.mark.parametrize("kind", KINDS)
@UNHURRIED
@given(data=st.data())
def test_a_rule_of_every_kind_comes_back_as_it_was(kind: str, data: st.DataObject) -> None:
    content = small_set(data.draw(whole_rules(kind)))
    found = read_own_document(set_document(content))
    assert found.whole
    assert found.content == content


def test_examples_and_the_reason_of_a_version_come_back_though_nothing_of_them_is_printed() -> None:
    examples = (
        Example(RatioClaim(D(17), D(20)), D(10), note="đúng 85%"),
        Example(RatioClaim(D(0), D(0)), refusal="nothing_to_measure", origin=ExampleOrigin.IMPORTED),
    )
    content = replace(small_set(SHARES, examples=examples), reason="Sửa điểm tối đa")
    found = read_own_document(set_document(content))
    assert found.whole
    assert found.content == content


@UNHURRIED
@given(title=WORDS, original=WORDS, evidence=WORDS, agency=WORDS)
def test_words_come_back_letter_for_letter(title: str, original: str, evidence: str, agency: str) -> None:
    content = small_set(JudgedRule(), title=title, original=original, evidence=evidence, agency_printed=agency)
    found = read_own_document(set_document(content))
    assert found.content == content


def _strike(document: Any) -> None:
    paragraph(document, 5, 1).runs[0].font.strike = True


def _hide(document: Any) -> None:
    paragraph(document, 5, 1).runs[0].font.hidden = True


def _delete_tracked(document: Any) -> None:
    run = paragraph(document, 5, 1).runs[0]._r
    deletion = OxmlElement("w:del")
    run.addprevious(deletion)
    deletion.append(run)


def _nested_table(document: Any) -> None:
    row(document, 5).cells[1].add_table(1, 1).cell(0, 0).text = "trừ xã vùng III"


def _new_line(document: Any) -> None:
    row(document, 5).cells[1].add_paragraph("* Ghi chú: không phát sinh thì chấm 5 điểm")


def _new_row(document: Any) -> None:
    made = copy.deepcopy(row(document, 5)._tr)
    row(document, 5)._tr.addnext(made)


@pytest.mark.parametrize(
    "edit",
    [
        replace_text(5, 1, "85%", "90%"),
        replace_text(5, 1, "trở lên", "trở xuống"),
        replace_text(4, 2, "10", "9"),
        replace_text(4, 1, "Tiêu chí 1", "Tiêu chí một"),
        replace_text(5, 5, "Báo cáo", "Kế hoạch"),
        lambda document: row(document, 4).cells[6].paragraphs[0].add_run("Sở Nội vụ"),
        lambda document: row(document, 4).cells[3].paragraphs[0].add_run("8"),
        lambda document: row(document, 5)._tr.getparent().remove(row(document, 5)._tr),
        _strike,
        _hide,
        _delete_tracked,
        _nested_table,
        _new_line,
        _new_row,
    ],
    ids=[
        *("bound", "word", "maximum", "title", "evidence", "agency", "self score", "row of sentences gone"),
        *("struck out", "hidden", "deleted with changes tracked", "nested table", "new line", "new row"),
    ],
)
def test_a_row_that_was_changed_loses_its_kept_rule_and_is_named(edit: Callable[[Any], object]) -> None:
    found = edited(edit)
    assert found.changed_codes == ("1.1",)
    assert codes(found) == ["I", "1.2", "1.3"]
    assert (found.removed, found.added, found.heading_changed) == ((), (), False)


def test_a_changed_row_is_named_with_its_numbers() -> None:
    assert [row.rows for row in edited(replace_text(5, 1, "85%", "90%")).changed] == [(4, 5)]


def test_looks_alone_change_nothing() -> None:
    def embellish(document: Any) -> None:
        for each in row(document, 5).cells[1].paragraphs:
            each.runs[0].font.italic = True
            each.runs[0].font.strike = False
        document.add_paragraph("  ")

    assert edited(embellish).content == SET


def test_words_cut_into_several_runs_are_the_same_words() -> None:
    def cut(document: Any) -> None:
        first = paragraph(document, 5, 1)
        text = first.runs[0].text
        first.runs[0].text = text[:9]
        first.add_run(text[9:])

    assert edited(cut).content == SET


def test_a_repeated_heading_row_is_no_criterion() -> None:
    def repeat(document: Any) -> None:
        row(document, 5)._tr.addnext(copy.deepcopy(row(document, 1)._tr))

    assert edited(repeat).content == SET


def test_a_criterion_that_was_taken_away_is_named() -> None:
    def take_away(document: Any) -> None:
        for number in (7, 6):
            row(document, number)._tr.getparent().remove(row(document, number)._tr)

    found = edited(take_away)
    assert (found.removed, found.changed_codes, codes(found)) == (("1.2",), (), ["I", "1.1", "1.3"])


def test_a_criterion_that_was_added_is_named_with_its_rows() -> None:
    def add(document: Any) -> None:
        for number in (7, 6):
            made = copy.deepcopy(row(document, number)._tr)
            row(document, 9)._tr.addnext(made)
        paragraph(document, 10, 0).runs[0].text = "1.4"

    found = edited(add)
    assert [(row.text, row.rows) for row in found.added] == [("1.4", (10, 11))]
    assert found.changed_codes == ()


def test_a_code_that_was_changed_is_one_gone_and_one_added() -> None:
    found = edited(replace_text(6, 0, "1.2", "1.5"))
    assert (found.removed, [row.text for row in found.added]) == (("1.2",), ["1.5"])


def test_a_criterion_that_stands_twice_is_named_as_added() -> None:
    def twice(document: Any) -> None:
        row(document, 9)._tr.addnext(copy.deepcopy(row(document, 4)._tr))

    found = edited(twice)
    assert [row.text for row in found.added] == ["1.1"]
    assert not found.whole


def test_criteria_that_changed_places_are_named() -> None:
    def swap(document: Any) -> None:
        last = row(document, 9)._tr
        for number in (7, 6):
            last.addnext(row(document, number)._tr)

    assert edited(swap).changed_codes == ("1.2", "1.3")


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: document.paragraphs[1].runs[0].clear().add_text("KHUNG KHÁC"),
        lambda document: document.paragraphs[2].add_run(" và 02/QĐ-UBND"),
        lambda document: document.add_paragraph("Xã vùng III được cộng 5 điểm"),
        lambda document: document.paragraphs[0].insert_paragraph_before("DỰ THẢO"),
        replace_text(2, 2, "30", "31"),
        replace_text(1, 3, "Điểm tự đánh giá", "Hệ số"),
    ],
    ids=["name", "basis", "note below", "line above", "total", "column"],
)
def test_what_stands_around_the_criteria_is_held_to_its_words_too(edit: Callable[[Any], object]) -> None:
    found = edited(edit)
    assert found.heading_changed
    assert (found.content.name, found.content.legal_basis, found.content.notes) == ("", "", "")
    assert codes(found) == ["I", "1.1", "1.2", "1.3"]


def test_a_kept_rule_that_is_not_the_one_printed_is_never_taken() -> None:
    data = with_part(lambda body: body.replace(b'"from":"85"', b'"from":"50"'))
    assert data != DATA
    found = read_own_document(data)
    assert found.changed_codes == ("1.1",)
    assert codes(found) == ["I", "1.2", "1.3"]


ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


def _declared(doctype: bytes) -> Callable[[bytes], bytes]:
    return lambda body: re.sub(rb"(<criteriaSet )", doctype + rb"\1", body)


@pytest.mark.parametrize(
    "data",
    [
        with_part(lambda _: b"<other/>"),
        with_part(lambda _: b""),
        with_part(lambda body: body[:-40]),
        with_part(lambda body: body.replace(b'version="1"', b'version="2"')),
        with_part(lambda body: body.replace(b"urn:cham-diem", b"urn:khac")),
        with_part(lambda body: body.replace(b'"maximum":"10"', b'"maximum":10.5')),
        with_part(lambda body: body.replace(b'"title":', b'"colour":')),
        with_part(lambda body: re.sub(rb'sha256="[0-9a-f]{4}', b'sha256="ZZZZ', body)),
        with_part(lambda body: body.replace(b"<heading", b"<head").replace(b"</heading", b"</head")),
        with_part(lambda body: re.sub(rb"<criterion .*</criterion>\n", b"", body)),
        with_part(lambda body: body.replace(b'"code":"1.2"', b'"code":"1.1"')),
        with_part(_declared(ENTITY)),
        with_part(_declared(LAUGHS)),
        with_part(lambda body: body + b"<!--" + b" " * 13_000_000 + b"-->"),
        with_part(lambda body: body.replace(b'{"code":"1.1"', b"[" * 5000 + b'{"code":"1.1"')),
        with_part(lambda body: body, twice=True),
        set_workbook(SET),
        b"",
        b"PK\x05\x06" + bytes(18),
        b"not a zip",
    ],
    ids=[
        *("foreign part", "empty part", "cut", "other version", "other namespace", "float", "unknown field"),
        *("no digest", "no heading", "no criterion", "code twice", "external entity", "entities", "too large"),
        *("too deep", "two parts", "workbook", "empty file", "empty zip", "text"),
    ],
)
def test_a_document_whose_kept_part_is_not_as_we_write_it_is_simply_not_ours(data: bytes) -> None:
    assert not is_own_document(data)
    with pytest.raises(InputInvalid):
        read_own_document(data)


def test_a_document_of_somebody_else_is_not_ours() -> None:
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    assert not is_own_document(buffer.getvalue())
    assert is_own_document(DATA)


@pytest.mark.parametrize("doctype", [ENTITY, LAUGHS])
def test_a_text_that_declares_entities_is_not_read(doctype: bytes) -> None:
    data = with_part(lambda body: re.sub(rb"(<w:document )", doctype + rb"\1", body), "word/document.xml")
    with pytest.raises(InputInvalid) as refused:
        read_own_document(data)
    assert refused.value.code == "own_file_unreadable"


def test_a_part_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    data = with_part(lambda _: b" " * 70_000_000, "word/styles.xml")
    assert len(data) < 1_000_000
    with pytest.raises(InputInvalid) as refused:
        read_own_document(data)
    assert refused.value.code == "own_file_too_large"
