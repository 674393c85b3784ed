"""A file of the portal, dropped on the portal: exact where nobody changed it, read anew where somebody did."""

from __future__ import annotations

import copy
import io
from dataclasses import replace
from typing import Any

import docx
import pytest

from app.domain.errors import InputInvalid
from app.domain.rules import ChoiceRule
from app.domain.set_content import FindingContent
from app.domain.terms import Severity
from app.reading.appendix import read_appendix
from app.reading.draft import Appendix
from app.reading.files import read_document
from app.reading.findings import FindingCode
from app.reading.own_files import read_any
from app.reports.set_document import set_document
from app.reports.set_workbook import set_workbook
from tests.reading.seed_set import seed_set

SET = seed_set()


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def row_at(document: Any, code: str) -> Any:
    return next(row for row in document.tables[-1].rows if row.cells[0].text.strip() == code)


def write(cell: Any, text: str) -> None:
    for paragraph in cell.paragraphs:
        for place, run in enumerate(paragraph.runs):
            run.text = "" if place else text


def read(data: bytes, name: str) -> Appendix:
    return read_any(data, read_document(data, name))


@pytest.mark.parametrize(("data", "name"), [(set_workbook(SET), "bo.xlsx"), (set_document(SET), "bo.docx")])
def test_a_set_that_went_out_comes_back_with_every_rule(data: bytes, name: str) -> None:
    appendix = read(data, name)
    read_back = [(c.code, c.parent, c.title, c.maximum, c.original, c.scored_by, c.rule) for c in appendix.criteria]
    assert read_back == [(n.code, n.parent, n.title, n.maximum, n.original, n.scored_by, n.rule) for n in SET.nodes]
    assert [finding.code for finding in appendix.findings] == [FindingCode.OWN_FILE]
    assert len([c for c in appendix.criteria if c.rows]) == len(SET.nodes)


def test_a_criterion_somebody_changed_in_word_is_read_anew_and_the_rest_is_taken() -> None:
    document = docx.Document(io.BytesIO(set_document(SET)))
    changed = 0
    for row in document.tables[-1].rows:
        for paragraph in row.cells[1].paragraphs:
            if "Ban hành không đầy đủ = 0 điểm" in paragraph.text and not changed:
                paragraph.runs[0].text = "- Ban hành không đầy đủ = 0,5 điểm"
                for run in paragraph.runs[1:]:
                    run.text = ""
                changed += 1
    assert changed == 1
    buffer = io.BytesIO()
    document.save(buffer)
    appendix = read(buffer.getvalue(), "bo.docx")
    by_code = {criterion.code: criterion for criterion in appendix.criteria}
    rule = by_code["2.1.1"].rule
    assert isinstance(rule, ChoiceRule)
    assert [str(option.points) for option in rule.options] == ["1", "0.5"]
    assert any(finding.code is FindingCode.NO_ZERO_OPTION and finding.where == "2.1.1" for finding in appendix.findings)
    others = {node.code: node.rule for node in SET.nodes if node.rule is not None and node.code != "2.1.1"}
    assert {code: by_code[code].rule for code in others} == others
    said = next(finding for finding in appendix.findings if finding.code is FindingCode.OWN_FILE)
    assert said.details["changed"] == "2.1.1"


def test_a_sum_a_change_broke_is_said_at_the_branch_nobody_changed() -> None:
    """2.1 prints 3 and has three criteria of 1; one of them is worth 2 now."""
    document = docx.Document(io.BytesIO(set_document(SET)))
    write(row_at(document, "2.1.1").cells[2], "2")
    appendix = read(saved(document), "bo.docx")
    sums = [each for each in appendix.findings if each.code is FindingCode.SUM_DIFFERS]
    assert [(each.where, each.details["maximum"], each.details["children"]) for each in sums] == [("2.1", "3", "4")]


def read_anew() -> Appendix:
    data = set_document(SET)
    return read_appendix(read_document(data, "bo.docx"))


def test_a_doubt_that_was_not_settled_is_raised_again_at_a_criterion_nobody_changed() -> None:
    """Another criterion was changed; what the reader doubts at one that was still in doubt is not passed over."""
    doubtful = next(each for each in read_anew().findings if each.where and each.severity is Severity.ERROR)
    nodes = tuple(
        replace(node, findings=(FindingContent("x", Severity.ERROR, "?", settled=False, choice=""),))
        if node.code == doubtful.where
        else node
        for node in SET.nodes
    )
    other = "2.1.1" if doubtful.where != "2.1.1" else "2.1.2"
    document = docx.Document(io.BytesIO(set_document(replace(SET, nodes=nodes))))
    write(row_at(document, other).cells[1], "Tiêu chí được sửa tên")
    appendix = read(saved(document), "bo.docx")
    assert (doubtful.code, doubtful.where) in {(each.code, each.where) for each in appendix.findings}


def test_the_appendix_chosen_out_of_several_is_read_by_its_own_words() -> None:
    """A second appendix with the same codes and other points: its options are not those of the first."""
    document = docx.Document(io.BytesIO(set_document(SET)))
    first = document.tables[-1]._tbl
    headings = [copy.deepcopy(paragraph._p) for paragraph in document.paragraphs[:3]]
    first.addnext(copy.deepcopy(first))
    for heading in reversed(headings):
        first.addnext(heading)
    document.paragraphs[3].runs[0].text = "PHỤ LỤC II"
    table = document.tables[-1]
    for row in table.rows:
        for paragraph in row.cells[1].paragraphs:
            if "Ban hành không đầy đủ = 0 điểm" in paragraph.text:
                paragraph.runs[0].text = "- Ban hành không đầy đủ = 0,5 điểm"
                for run in paragraph.runs[1:]:
                    run.text = ""
    data = saved(document)
    with pytest.raises(InputInvalid, match="several_appendices"):
        read(data, "bo.docx")
    chosen = read_any(data, read_document(data, "bo.docx"), 2)
    rule = next(each.rule for each in chosen.criteria if each.code == "2.1.1")
    assert isinstance(rule, ChoiceRule)
    assert [str(option.points) for option in rule.options] == ["1", "0.5"]
