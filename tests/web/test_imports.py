"""Import review by plain forms: look, settle, edit, try, take back; refusals lose nothing that was typed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.reading.document import Cell, Document, Row, Table
from app.reading.draft import Appendix
from app.reading.findings import Finding, FindingCode
from tests.reading.appendix_samples import APPENDIX, YES_NO, criterion
from tests.services.test_imports import Read, Reader
from tests.web.conftest import SignIn
from tests.web.import_steps import bring, counts, make, text_of, version_of


@pytest.fixture
def reader(portal: Flask) -> Reader:
    """A reader that reads the same appendix out of any file."""
    made = Reader()
    portal.extensions["read_file"] = made
    return made


@pytest.fixture
def client(sign_in: SignIn, reader: Reader) -> FlaskClient:
    return sign_in("to_chuc")


def test_an_upload_opens_its_review_with_paper_findings_and_tree(client: FlaskClient) -> None:
    page = text_of(client.get(bring(client)))
    assert counts(page) == ["4", "4", "0/5"]
    assert 'id="row-5"' in page
    assert "Ban hành đầy đủ" in page
    assert "Abc@123" not in page


def test_a_reload_shows_the_same_and_the_list_finds_it_again(client: FlaskClient, sign_in: SignIn) -> None:
    review = bring(client)
    make(client, review, "remedy:0", finding_key="r0")
    assert counts(text_of(client.get(review))) == ["4", "3,5", "1/5"]
    other = sign_in("quan_tri")
    assert "phu_luc.docx" in text_of(other.get("/imports/"))
    assert counts(text_of(other.get(review))) == ["4", "3,5", "1/5"]


def test_looking_at_a_finding_marks_the_rows_it_speaks_of(client: FlaskClient) -> None:
    page = text_of(client.get(bring(client) + "?finding=r1"))
    marked = re.findall(r'<tr id="row-(\d+)" class="(\w+ ?\w*)" aria-current="true"', page)
    assert marked == [("7", "cur"), ("8", "cur found")]
    assert '<mark class="hit">- Từ 80% trở lên' in page


def test_after_a_remedy_the_next_finding_is_looked_at(client: FlaskClient) -> None:
    answer = make(client, bring(client), "remedy:0", finding_key="r0")
    assert answer.status_code == 303
    page = text_of(client.get(answer.headers["Location"]))
    current = re.search(r'<li class="fx cur[^"]*" id="finding".*?data-finding>([^<]*)<', page, re.DOTALL)
    assert current is not None
    assert current[1].startswith("5.2:")


def test_the_list_of_errors_stays_with_errors(client: FlaskClient) -> None:
    """Of two errors the second is next; after it nothing of another weight is looked at, and the way on is shown."""
    review = bring(client)
    answer = make(client, review, "remedy:0", finding_key="r0", show="error")
    assert 'id="finding"' in text_of(client.get(answer.headers["Location"]))
    answer = make(client, review, "remedy:0", finding_key="r1", show="error")
    page = text_of(client.get(answer.headers["Location"]))
    assert 'id="finding"' not in page
    assert 'show=open#h-findings"' in page


def test_leaving_it_as_printed_asks_why_and_keeps_the_note(client: FlaskClient) -> None:
    review = bring(client)
    refused = make(client, review, "settle", finding_key="r1", note=" ")
    assert refused.status_code == 422
    assert make(client, review, "settle", finding_key="r1", note="Hội đồng xem").status_code == 303
    page = text_of(client.get(review + "?show=all&finding=r1"))
    assert "<b>Hội đồng xem</b>" in page
    assert "to_chuc" in page
    make(client, review, "unsettle", finding_key="r1")
    assert counts(text_of(client.get(review)))[2] == "0/5"


def test_the_second_of_two_at_once_gets_the_newest_page_with_what_was_typed(
    client: FlaskClient, sign_in: SignIn
) -> None:
    review = bring(client)
    make(sign_in("quan_tri"), review, "remedy:0", finding_key="r0", version="0")
    answer = make(client, review, "settle", finding_key="r1", note="lời ghi không được mất", version="0", finding="r1")
    page = text_of(answer)
    assert answer.status_code == 409
    assert "quan_tri" in page
    assert "lời ghi không được mất</textarea>" in page
    assert version_of(page) == "1"
    again = make(client, review, "settle", finding_key="r1", note="lời ghi không được mất", version="1")
    assert again.status_code == 303


def test_a_row_is_edited_and_a_wrong_figure_comes_back_as_typed(client: FlaskClient) -> None:
    review = bring(client)
    was = {"was.code": "5.3", "was.title": "Trả kết quả", "was.maximum": "0,5", "code": "5.3", "title": "Trả kết quả"}
    bad = make(client, review, "edit", place="4", at="4", maximum="một", **was)
    assert bad.status_code == 422
    assert 'value="một"' in text_of(bad)
    assert make(client, review, "edit", place="4", at="4", maximum="1", **was).status_code == 303
    assert counts(text_of(client.get(review))) == ["4", "4", "1/5"]  # 2 + 1 + 1 = 4: the sum meets


def test_undo_takes_the_last_decision_back(client: FlaskClient) -> None:
    review = bring(client)
    make(client, review, "remedy:0", finding_key="r0")
    make(client, review, "undo")
    assert counts(text_of(client.get(review))) == ["4", "4", "0/5"]


def test_a_row_left_out_can_be_put_back(client: FlaskClient) -> None:
    review = bring(client)
    make(client, review, "delete", place="3", at="3")
    assert counts(text_of(client.get(review)))[0] == "3"
    make(client, review, "restore", place="3")
    assert counts(text_of(client.get(review)))[0] == "4"


def test_an_agency_is_matched_to_a_unit(client: FlaskClient) -> None:
    review = bring(client)
    page = text_of(client.get(review))
    key = re.search(r'name="finding_key" value="(a-\w+)"', page)
    assert key is not None
    make(client, review, "agency", finding_key=key[1], text="Phòng Văn hóa", agency="Phòng Nội vụ")
    assert 'value="a-' not in text_of(client.get(review))


#: criterion, figures typed, points: worked by hand from the sample's rules
TRIALS = [
    ("2", {"option": "1"}, "2 điểm"),
    ("3", {"numerator": "69", "denominator": "100"}, "0 điểm"),
    ("3", {"numerator": "80", "denominator": "100"}, "1 điểm"),
    ("4", {"numerator": "99", "denominator": "100", "faults": "1"}, "0,25 điểm"),
    ("4", {"numerator": "98", "denominator": "100", "faults": "0"}, "0 điểm"),
]


@pytest.mark.parametrize(("at", "typed", "points"), TRIALS)
def test_a_rule_is_tried_without_storing_anything(
    client: FlaskClient, at: str, typed: dict[str, str], points: str
) -> None:
    page = text_of(client.get(bring(client), query_string={"at": at, "try": "1", **typed}))
    result = re.search(r'<output id="trial-result".*?</output>', page, re.DOTALL)
    assert result is not None
    assert f"<b>{points}</b>" in result[0]
    assert version_of(page) == "0"


def test_a_figure_nothing_is_said_of_is_refused_in_the_trial(client: FlaskClient) -> None:
    page = text_of(client.get(bring(client) + "?at=3&try=1&numerator=75&denominator=100"))
    result = re.search(r'<output id="trial-result".*?</output>', page, re.DOTALL)
    assert result is not None
    assert 'class="c-bad"' in result[0]


def test_an_option_names_the_row_it_was_read_from(client: FlaskClient) -> None:
    page = text_of(client.get(bring(client) + "?at=2"))
    rule = re.search(r'<table class="tbl imp-rule">.*?</table>', page, re.DOTALL)
    assert rule is not None
    assert rule[0].count("#row-6") == 2


def test_what_the_paper_says_is_never_markup(client: FlaskClient, reader: Reader) -> None:
    leaf = criterion("1", "<img src=x onerror=alert(1)>", "2", rule=YES_NO, rows=(1,))
    document = Document("html", (Table((Row(1, (Cell("<script>alert(1)</script>", 0),)),)),))
    reader.answer = Read(document, Appendix("<b>tên</b>", (leaf,), ()))
    page = text_of(client.get(bring(client)))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>tên" not in page


def test_a_paper_of_three_thousand_rows_does_not_choke_the_page(client: FlaskClient, reader: Reader) -> None:
    leaves = [criterion(f"1.{n}", f"Tiêu chí số {n}", "2", rule=YES_NO, rows=(n,)) for n in range(1, 3001)]
    rows = tuple(Row(n, (Cell(f"1.{n}", 0), Cell(f"Tiêu chí số {n}", 1))) for n in range(1, 3001))
    reader.answer = Read(
        Document("xlsx", (Table(rows),)), Appendix("Dài", (criterion("1", "Tất cả", "6000"), *leaves), ())
    )
    page = text_of(client.get(bring(client) + "?at=2900"))
    assert 'id="row-2899"' in page
    assert 'id="row-1"' not in page
    assert len(page.encode()) < 300_000


@pytest.mark.parametrize("address", ["/imports/99", "/imports/99/save", "/imports/99/source"])
def test_a_review_that_is_not_there_is_said(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("asked", ["?at=abc", "?at=9999", "?finding=r99", "?page=-1", "?show=x&tab=y", "?from=77777"])
def test_an_odd_address_shows_the_review_all_the_same(client: FlaskClient, asked: str) -> None:
    assert client.get(bring(client) + asked).status_code == 200


@pytest.mark.parametrize("act", ["", "guess", "remedy:x", "remedy:9", "remedy:0"])
def test_a_button_that_is_none_is_refused(client: FlaskClient, act: str) -> None:
    assert make(client, bring(client), act, finding_key="r99").status_code in {404, 422}


def test_who_does_not_set_up_criteria_sees_no_review(sign_in: SignIn, client: FlaskClient) -> None:
    review = bring(client)
    officer = sign_in("can_bo_01")
    assert officer.get(review).status_code == 403
    assert officer.get("/imports/").status_code == 403


def test_notes_are_marked_as_seen_together(client: FlaskClient, reader: Reader) -> None:
    tidied = (Finding(FindingCode.COMMA_DECIMALS, ""), Finding(FindingCode.MARKUP, "5.1", {}, (), (5,)))
    reader.answer = Read(appendix=replace(APPENDIX, findings=tidied))
    review = bring(client)
    assert counts(text_of(client.get(review)))[2] == "0/5"  # the sum, the gap and the unknown agency besides
    page = text_of(client.get(review + "?show=info"))
    keys = re.findall(r'name="keys" value="(r\d)"', page)
    make(client, review, "seen_all", keys=keys)
    assert counts(text_of(client.get(review)))[2] == "2/5"


def test_a_sentence_the_paper_does_not_hold_names_no_row(client: FlaskClient) -> None:
    """5.3's rule is put in our own words: "0 below 99%" stands in no row, so none is named for it."""
    page = text_of(client.get(bring(client) + "?at=4"))
    rule = re.search(r'<table class="tbl imp-rule">.*?</table>', page, re.DOTALL)
    assert rule is not None
    assert "#row-" not in rule[0]
    assert page.count("#row-10") >= 1
