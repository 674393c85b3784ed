"""A file of the portal, dropped on the portal: exact where nobody changed it, read anew where somebody did."""

from __future__ import annotations

import io

import docx
import pytest

from app.domain.rules import ChoiceRule
from app.reading.draft import Appendix
from app.reading.files import read_document
from app.reading.findings import FindingCode
from app.reading.own_files import read_any
from app.reports.set_document import set_document
from app.reports.set_workbook import set_workbook
from tests.reading.seed_set import seed_set

SET = seed_set()


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
