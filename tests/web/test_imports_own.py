"""A set that went out of the portal is brought back on the page where appendices are read."""

from __future__ import annotations

import io

import docx
import pytest

from app.db.criteria import CriteriaSet
from app.db.imports import CriteriaImport
from app.db.session import reading
from app.domain.rule_codec import rule_to_json
from app.domain.set_content import set_dumps
from app.reports.set_document import set_document
from app.reports.set_workbook import set_workbook
from tests.reading.seed_set import seed_set
from tests.web.conftest import SignIn
from tests.web.import_steps import bring

SET = seed_set()
FILES = {
    "bo.xlsx": set_workbook(SET),
    "bo.docx": set_document(SET),
    "bo.json": set_dumps(SET).encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_an_unchanged_set_becomes_a_draft_with_every_rule(sign_in: SignIn, name: str) -> None:
    at = bring(sign_in("to_chuc"), FILES[name], name)
    with reading() as session:
        kept = session.get(CriteriaSet, int(at.rstrip("/").rpartition("/")[2]))
        assert kept is not None
        assert kept.status.value == "draft"
        rules = {row.code: row.rule for row in kept.criteria}
        findings = sum(len(row.findings) for row in kept.criteria)
    assert rules == {node.code: node.rule and rule_to_json(node.rule) for node in SET.nodes}
    assert findings >= sum(len(node.findings) for node in SET.nodes)


def test_a_set_somebody_changed_in_word_is_reviewed(sign_in: SignIn) -> None:
    document = docx.Document(io.BytesIO(FILES["bo.docx"]))
    row = next(row for row in document.tables[-1].rows if row.cells[0].text == "2.1.1")
    row.cells[1].paragraphs[0].runs[0].text = "Một tên khác"
    buffer = io.BytesIO()
    document.save(buffer)
    client = sign_in("to_chuc")
    at = bring(client, buffer.getvalue(), "bo.docx")
    assert at.startswith("/imports/")
    assert client.get(at).status_code == 200
    with reading() as session:
        kept = session.get(CriteriaImport, int(at.rpartition("/")[2]))
        assert kept is not None
        titles = {row["code"]: row["title"] for row in kept.appendix["criteria"]}
    assert titles["2.1.1"] == "Một tên khác"
    assert len(titles) == len(SET.nodes)
