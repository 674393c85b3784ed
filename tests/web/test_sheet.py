"""The score sheet by plain forms and by htmx: saving, refusals that lose nothing, the lock, two people on one leaf."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db.clock import FixedClock
from tests.databases import BEFORE_THE_LOCK
from tests.web.conftest import SignIn, csrf_of
from tests.web.world import World


def save(client: FlaskClient, sheet: int, code: str, *, put: bool = True, version: int = 0, **fields: Any) -> Any:
    data = {"csrf_token": csrf_of(client), "version": str(version), "was_claim": "", "was_explanation": "", **fields}
    data.setdefault("explanation", "")
    if not data["explanation"]:
        data["was_explanation"] = "e3b0c44298fc1c14"  # the stamp of an empty text: untouched
    send = client.put if put else client.post
    return send(f"/sheets/{sheet}/entries/{code}", data=data)


def points_of(client: FlaskClient, sheet: int, code: str) -> str:
    page = client.get(f"/sheets/{sheet}").get_data(as_text=True)
    found = re.search(rf'id="p-{code.replace(".", "_")}"><b>([^<]*)</b>', page)
    assert found is not None
    return found[1]


#: leaf, what is typed, the points on screen; worked from the rules of tests/web/world.py
KINDS = [
    ("1.1", {"option": "2"}, "0"),
    ("1.1", {"option": "~nothing_arose"}, "1"),
    ("1.2", {"option": ["2", "3"]}, "1"),
    ("1.3", {"numerator": "85", "denominator": "100"}, "2"),
    ("1.3", {"numerator": "12", "denominator": "10"}, "2"),
    ("1.3", {"numerator": "84", "denominator": "100"}, "0"),
    ("1.4", {"count": "0"}, "5"),
    ("1.4", {"mode": "~zero:unfinished_task"}, "0"),
    ("1.5", {"percent": "81,25"}, "3,25"),
    ("1.6", {"count": "3"}, "0,75"),
    ("1.7", {"numerator": "199", "denominator": "200", "faults": "1"}, "0,5"),
    ("1.8", {"measures.cchc_rank": "3"}, "1"),
    ("1.9", {"points": "0,75"}, "0,75"),
    ("1.5", {"declined": "yes"}, "0"),
]


@pytest.mark.parametrize(("code", "typed", "shown"), KINDS)
def test_every_kind_is_filled_and_earns_its_points(
    sign_in: SignIn, world: World, code: str, typed: dict[str, Any], shown: str
) -> None:
    client = sign_in("can_bo_01")
    answer = save(client, world.sheets["XM01"], code, **typed)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert points_of(client, world.sheets["XM01"], code) == shown


def test_a_plain_form_post_saves_and_comes_back_to_the_leaf(sign_in: SignIn, world: World) -> None:
    client = sign_in("can_bo_01")
    answer = save(client, world.sheets["XM01"], "1.1", put=False, option="1")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("#l-1_1")
    assert points_of(client, world.sheets["XM01"], "1.1") == "1"


@pytest.mark.parametrize("figure", ["abc", "−1", "-1", "1.234", "1.234,5"])
@pytest.mark.parametrize("put", [True, False])
def test_a_bad_figure_is_refused_at_the_field_and_stays_as_typed(
    sign_in: SignIn, world: World, figure: str, put: bool
) -> None:
    client = sign_in("can_bo_01")
    answer = save(
        client, world.sheets["XM01"], "1.3", put=put, numerator=figure, denominator="100", explanation="không được mất"
    )
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    if not put:
        assert f'value="{figure}"' in page
        assert "không được mất" in page
        assert "is-bad" in page
    assert points_of(client, world.sheets["XM01"], "1.3") == "–"


def test_three_of_nothing_and_an_unknown_option_are_refused(sign_in: SignIn, world: World) -> None:
    client = sign_in("can_bo_01")
    sheet = world.sheets["XM01"]
    assert 'data-code="denominator_zero"' in save(client, sheet, "1.3", numerator="3", denominator="0").get_data(
        as_text=True
    )
    assert 'data-code="unknown_option"' in save(client, sheet, "1.1", option="9").get_data(as_text=True)


def test_the_lock_is_open_at_16_59_59_and_closed_at_17_00_00(portal: Flask, sign_in: SignIn, world: World) -> None:
    client = sign_in("can_bo_01")
    portal.extensions["clock"] = FixedClock(BEFORE_THE_LOCK.replace(hour=9, minute=59, second=59))
    assert save(client, world.sheets["XM01"], "1.1", option="1").status_code == 200
    portal.extensions["clock"] = FixedClock(BEFORE_THE_LOCK.replace(hour=10))
    for put in (True, False):
        answer = save(client, world.sheets["XM01"], "1.1", put=put, version=1, option="2")
        assert answer.status_code == 403
        if put:
            assert 'data-code="deadline_passed"' in answer.get_data(as_text=True)
    assert points_of(client, world.sheets["XM01"], "1.1") == "1"


def test_two_on_one_explanation_see_both_texts_and_lose_neither(sign_in: SignIn, world: World) -> None:
    first, second = sign_in("can_bo_01"), sign_in("tong_hop_01")
    sheet = world.sheets["XM01"]
    assert save(first, sheet, "1.1", explanation="bản thứ nhất").status_code == 200
    answer = save(second, sheet, "1.1", explanation="bản thứ hai")
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "bản thứ nhất" in page
    assert "bản thứ hai" in page


def test_two_on_different_fields_of_one_leaf_merge(sign_in: SignIn, world: World) -> None:
    first, second = sign_in("can_bo_01"), sign_in("tong_hop_01")
    sheet = world.sheets["XM01"]
    assert save(first, sheet, "1.1", explanation="lời giải trình").status_code == 200
    assert save(second, sheet, "1.1", option="1").status_code == 200
    page = first.get(f"/sheets/{sheet}").get_data(as_text=True)
    assert "lời giải trình" in page
    assert points_of(first, sheet, "1.1") == "1"


def test_an_officer_writes_the_own_branch_and_reads_the_rest(sign_in: SignIn, world: World) -> None:
    client = sign_in("can_bo_01")
    answer = save(client, world.sheets["XM01"], "2.1", **{"tally.5": "1", "tally.1": "0"})
    assert answer.status_code == 403
    assert points_of(client, world.sheets["XM01"], "2.1") == "–"


def test_a_foreign_sheet_does_not_exist(sign_in: SignIn, world: World) -> None:
    client = sign_in("can_bo_02")
    sheet = world.sheets["XM01"]
    for page in ("", "/review", "/entries/1.1/history", "/entries/1.1/evidence", "/receipts/1"):
        assert client.get(f"/sheets/{sheet}{page}").status_code == 404, page
    assert save(client, sheet, "1.1", option="1").status_code == 404


def test_history_tells_who_changed_what(sign_in: SignIn, world: World) -> None:
    client = sign_in("can_bo_01")
    save(client, world.sheets["XM01"], "1.3", numerator="85", denominator="100")
    page = client.get(f"/sheets/{world.sheets['XM01']}/entries/1.3/history").get_data(as_text=True)
    assert "can_bo_01" in page
    assert "85" in page


def stamps(client: FlaskClient, sheet: int, code: str) -> dict[str, str]:
    """Return what the leaf's form says of the state it was drawn in."""
    page = client.get(f"/sheets/{sheet}").get_data(as_text=True)
    hidden = re.search(rf'id="v-{code.replace(".", "_")}">(.*?)</span>', page, re.DOTALL)
    assert hidden is not None
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', hidden[1]))


def test_emptied_figures_take_the_score_back(sign_in: SignIn, world: World) -> None:
    client, sheet = sign_in("can_bo_01"), world.sheets["XM01"]
    save(client, sheet, "1.4", count="4")
    assert points_of(client, sheet, "1.4") == "2"
    drawn = stamps(client, sheet, "1.4")
    answer = save(client, sheet, "1.4", **drawn, count="", explanation="")
    assert answer.status_code == 200
    assert "Chưa chấm" in answer.get_data(as_text=True)
    assert points_of(client, sheet, "1.4") == "–"
    assert 'id="points">0<' in client.get(f"/sheets/{sheet}").get_data(as_text=True)


def test_an_explanation_is_saved_beside_figures_that_cannot_be(sign_in: SignIn, world: World) -> None:
    client, sheet = sign_in("can_bo_01"), world.sheets["XM01"]
    save(client, sheet, "1.5", numerator="65", denominator="80")
    drawn = stamps(client, sheet, "1.5")
    answer = save(client, sheet, "1.5", **drawn, numerator="3", denominator="0", explanation="theo Kho bạc")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "lời giải trình đã lưu" in page
    # the stamp of the figures stays as it was drawn, so that they still count as touched
    assert f'name="was_claim" value="{drawn["was_claim"]}"' in page
    after = client.get(f"/sheets/{sheet}").get_data(as_text=True)
    assert "theo Kho bạc" in after
    assert points_of(client, sheet, "1.5") == "3,25"


def test_the_remedy_names_nothing_arose_only_where_it_is_offered(sign_in: SignIn, world: World) -> None:
    client, sheet = sign_in("can_bo_01"), world.sheets["XM01"]
    for denominator in ("0", "3"):
        numerator = "0" if denominator == "0" else "abc"
        page = save(client, sheet, "1.5", numerator=numerator, denominator=denominator).get_data(as_text=True)
        assert "không phát sinh" not in page


@pytest.mark.parametrize("rank", ["0", "9,5"])
def test_a_position_is_a_whole_number_from_one(sign_in: SignIn, world: World, rank: str) -> None:
    client, sheet = sign_in("can_bo_01"), world.sheets["XM01"]
    answer = save(client, sheet, "1.8", **{"measures.cchc_rank": rank})
    assert answer.status_code == 422
    assert 'data-field="measures.cchc_rank"' in answer.get_data(as_text=True)
    assert points_of(client, sheet, "1.8") == "–"


def test_a_refusal_after_the_lock_says_when_it_closed(portal: Flask, sign_in: SignIn, world: World) -> None:
    client, sheet = sign_in("can_bo_01"), world.sheets["XM01"]
    portal.extensions["clock"] = FixedClock(BEFORE_THE_LOCK.replace(hour=10))
    assert "Đã khóa lúc 17:00 25/11/2024" in save(client, sheet, "1.1", option="1").get_data(as_text=True)
    assert "Đã khóa lúc 17:00 25/11/2024" in client.get(f"/sheets/{sheet}").get_data(as_text=True)


def test_an_unknown_criterion_is_said_never_a_fault(sign_in: SignIn, world: World) -> None:
    client = sign_in("can_bo_01")
    answer = client.get(f"/sheets/{world.sheets['XM01']}/entries/9.9/history")
    assert answer.status_code == 404
    assert "9.9" in answer.get_data(as_text=True)


@pytest.mark.parametrize("given", ["²", "1e3", "-1", "99999999999"])
def test_a_version_that_is_none_is_refused(sign_in: SignIn, world: World, given: str) -> None:
    client, sheet = sign_in("can_bo_01"), world.sheets["XM01"]
    answer = save(client, sheet, "1.1", version=given, option="1")
    assert answer.status_code == 422
