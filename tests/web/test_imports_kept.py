"""Import review at its ends: what is brought, the rule editor, last year beside, put away, kept as a set."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db.audit import AuditEvent
from app.db.criteria import CriteriaSet
from app.db.imports import CriteriaImport
from app.db.queries.trees import nodes_of_set
from app.db.session import reading
from app.domain.criteria import tree_problems
from app.domain.errors import InputInvalid
from app.reading.document import Document
from tests.reading.appendix_samples import APPENDIX
from tests.services.test_imports import Read, Reader
from tests.web.conftest import SignIn, csrf_of
from tests.web.import_steps import bring, counts, keep, make, text_of
from tests.web.world import World

SOURCE_003 = Path(__file__).parents[1] / "reading" / "sources" / "003_dinh_hoa_2024.txt"


@pytest.fixture
def reader(portal: Flask) -> Reader:
    """A reader that reads the same appendix out of any file."""
    made = Reader()
    portal.extensions["read_file"] = made
    return made


@pytest.fixture
def client(sign_in: SignIn, reader: Reader) -> FlaskClient:
    return sign_in("to_chuc")


def test_what_is_refused_says_so_and_keeps_what_was_pasted(portal: Flask, client: FlaskClient) -> None:
    def refuse(data: bytes, name: str, *, appendix: int | None = None) -> Read:
        raise InputInvalid("no_criteria_table")

    portal.extensions["read_file"] = refuse
    answer = client.post("/imports/", data={"csrf_token": csrf_of(client), "pasted": "1\tTiêu chí\t2"})
    assert answer.status_code == 422
    assert "1\tTiêu chí\t2</textarea>" in text_of(answer)
    empty = client.post("/imports/", data={"csrf_token": csrf_of(client), "pasted": " "})
    assert empty.status_code == 422
    with reading() as session:
        assert session.scalar(select(func.count(CriteriaImport.id))) == 0


def test_of_several_appendices_one_is_chosen_without_bringing_the_file_again(
    portal: Flask, client: FlaskClient, reader: Reader, sign_in: SignIn
) -> None:
    def ask(data: bytes, name: str, *, appendix: int | None = None) -> Read:
        if appendix is None:
            raise InputInvalid("several_appendices", names=["Phụ lục I", "Phụ lục II"])
        return reader(data, name, appendix=appendix)

    portal.extensions["read_file"] = ask
    form = {"csrf_token": csrf_of(client), "file": (BytesIO(b"hai phu luc"), "a.docx")}
    page = text_of(client.post("/imports/", data=form, content_type="multipart/form-data"))
    assert "Phụ lục II" in page
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    chosen = {"token": token[1], "name": "a.docx", "appendix": "2"}
    other = sign_in("quan_tri")
    assert other.post("/imports/choose", data={"csrf_token": csrf_of(other), **chosen}).status_code == 422
    answer = client.post("/imports/choose", data={"csrf_token": csrf_of(client), **chosen})
    assert answer.status_code == 303
    assert (reader.asked, reader.given) == (("a.docx", 2), b"hai phu luc")
    again = client.post("/imports/choose", data={"csrf_token": csrf_of(client), **chosen})
    assert again.status_code == 422


def test_what_stands_against_keeping_is_named_with_a_way_there(client: FlaskClient) -> None:
    review = bring(client)
    page = text_of(client.get(f"{review}/save"))
    assert f'href="{review}?at=1&amp;tab=criteria#edit"' in page
    assert 'name="code"' not in page


def test_the_name_offered_is_the_title_without_its_bracket(client: FlaskClient, reader: Reader) -> None:
    title = "Phụ lục II (kèm theo Hướng dẫn số 1)"
    reader.answer = Read(appendix=replace(APPENDIX, title=title))
    review = bring(client)
    make(client, review, "remedy:0", finding_key="r0")
    assert 'name="name" autocomplete="off" value="Phụ lục II"' in text_of(client.get(f"{review}/save"))


def test_a_review_is_kept_as_a_draft_with_words_in_vietnamese(client: FlaskClient) -> None:
    review = bring(client)
    make(client, review, "remedy:0", finding_key="r0")
    answer = keep(client, review)
    assert answer.status_code == 303
    assert "/criteriasetrecords/show/" in answer.headers["Location"]
    with reading() as session:
        kept = session.scalars(select(CriteriaSet).where(CriteriaSet.code == "xa_2025")).one()
        assert len(kept.criteria) == 4
        assert "Cán bộ Văn phòng" in kept.notes
        first = kept.criteria[0].findings[0]
        assert (first.code, first.settled) == ("sum_differs", True)
    assert make(client, f"{review}?show=all", "undo", version="1").status_code == 409


def test_a_name_that_is_taken_comes_back_with_everything_typed(client: FlaskClient, world: World) -> None:
    review = bring(client)
    make(client, review, "remedy:0", finding_key="r0")
    answer = keep(client, review, code="bo_thu", name="Tên không được mất")
    assert answer.status_code == 422
    assert 'value="Tên không được mất"' in text_of(answer)


def test_last_years_set_is_shown_beside(client: FlaskClient, world: World) -> None:
    review = bring(client)
    answer = client.post(f"{review}/compare", data={"csrf_token": csrf_of(client), "set_id": str(world.set)})
    assert answer.status_code == 303
    assert "Bộ thử" in text_of(client.get(review + "?at=2"))


def test_a_review_is_put_away_and_taken_up_again(client: FlaskClient) -> None:
    review = bring(client)
    assert client.post(f"{review}/drop", data={"csrf_token": csrf_of(client)}).status_code == 303
    assert make(client, review + "?show=all", "undo", version="0").status_code == 409
    assert client.post(f"{review}/take-up", data={"csrf_token": csrf_of(client)}).status_code == 303
    assert make(client, review, "remedy:0", finding_key="r0").status_code == 303


def test_the_file_is_given_back_to_be_saved(client: FlaskClient, reader: Reader) -> None:
    reader.answer = Read(Document("docx", ()), APPENDIX)
    review = bring(client, b"<script>", "phụ lục.html")
    answer = client.get(f"{review}/source")
    assert answer.get_data() == b"<script>"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_rule_is_changed_by_the_editor_and_comes_back_by_undo(client: FlaskClient) -> None:
    """5.1's first option is worth 1,5 instead of 2: the rule no longer reaches the maximum, and that is said."""
    review = bring(client)
    address = f"{review}/criteria/2/rule"
    page = text_of(client.get(address))
    assert 'name="r.options.0.text"' in page
    fields = dict(re.findall(r'<(?:input|textarea)[^>]* name="(r\.[\w.]+)"[^>]* value="([^"]*)"', page))
    texts = dict(re.findall(r'<textarea[^>]* name="(r\.[\w.]+)"[^>]*>([^<]*)</textarea>', page))
    form = {**fields, **texts, "r.kind": "choice", "r.options.0.points": "1,5", "scored_by": "unit", "stamp": "0"}
    bad = client.post(address, data={"csrf_token": csrf_of(client), **form, "r.options.0.points": "hai", "act": "save"})
    assert bad.status_code == 422
    assert 'value="hai"' in text_of(bad)
    saved = client.post(address, data={"csrf_token": csrf_of(client), **form, "act": "save"})
    assert saved.status_code == 303, text_of(saved)
    page = text_of(client.get(f"{review}?at=2&show=all"))
    assert "1,5" in page
    assert counts(page)[2] == "0/6"
    late = client.post(address, data={"csrf_token": csrf_of(client), **form, "act": "save"})
    assert late.status_code == 409
    make(client, review, "undo")
    assert counts(text_of(client.get(review)))[2] == "0/5"


def test_a_branch_and_a_closed_review_have_no_rule_to_change(client: FlaskClient) -> None:
    review = bring(client)
    assert client.get(f"{review}/criteria/1/rule").status_code == 404
    client.post(f"{review}/drop", data={"csrf_token": csrf_of(client)})
    assert client.get(f"{review}/criteria/2/rule").status_code == 404


def test_a_pasted_table_is_read_with_its_cells(client: FlaskClient, reader: Reader) -> None:
    form = {
        "csrf_token": csrf_of(client),
        "pasted": "1 Kế hoạch 2",
        "pasted_table": "<table><tr><td>1</td></tr></table>",
    }
    assert client.post("/imports/", data=form).status_code == 303
    assert (reader.asked[0], reader.given) == ("paste.html", b"<table><tr><td>1</td></tr></table>")


def test_the_log_tells_a_review_in_words(client: FlaskClient, sign_in: SignIn) -> None:
    review = bring(client)
    make(client, review, "remedy:0", finding_key="r0")
    make(client, review, "undo")
    client.post(f"{review}/drop", data={"csrf_token": csrf_of(client)})
    client.post(f"{review}/take-up", data={"csrf_token": csrf_of(client)})
    make(client, review, "remedy:0", finding_key="r0")
    keep(client, review)
    with reading() as session:
        of_reviews = select(AuditEvent.action, AuditEvent.id).where(AuditEvent.object_type == "criteria_import")
        events = {row.action: row.id for row in session.execute(of_reviews)}
    assert len(events) == 5
    auditor, raw = sign_in("kiem_toan"), []
    for number in events.values():
        page = text_of(auditor.get(f"/auditeventrecords/show/{number}"))
        shown = page[page.index("<main") : page.index("</main>")].replace("to_chuc", "").replace("xa_2025", "")
        raw += re.findall(r">[^<]*\b[a-z]+_[a-z_]+\b[^<.]*<", shown.replace("phu_luc", ""))
    assert raw == []


def test_source_003_becomes_a_draft_set_by_the_portals_own_reader(sign_in: SignIn) -> None:
    """113 nodes, 80 of them scored, 100 points: counted on the paper (DOMAIN, Định Hóa 2024)."""
    client = sign_in("to_chuc")
    review = bring(client, SOURCE_003.read_bytes(), "003.txt")
    page = text_of(client.get(review))
    assert counts(page)[:2] == ["113", "100"]
    assert keep(client, review).status_code == 303
    with reading() as session:
        kept = session.scalars(select(CriteriaSet).where(CriteriaSet.code == "xa_2025")).one()
        nodes = nodes_of_set(session, kept.id)
    assert tree_problems(nodes) == []
    assert (len(nodes), sum(node.rule is not None for node in nodes)) == (113, 80)
