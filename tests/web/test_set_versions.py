"""Versions on screen: made, compared, mapped, adopted by a running campaign; the officer sees what was touched."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.db.audit import AuditEvent
from app.db.campaigns import GroupStage
from app.db.criteria import CriteriaSet
from app.db.session import reading
from app.domain.terms import SetStatus
from app.services.set_versions import copy_for_year
from tests.services.flow import FULL, Flow, go_on
from tests.services.version_steps import adopt, basis, change, lower_maximum, remove, row_of, second_version
from tests.web.conftest import SignIn
from tests.web.records_app import last_event, post, text_of
from tests.web.test_audit_pages import _KNOWN, _RAW
from tests.web.world import World


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    made = go_on(world, tmp_path)
    made.blobs = portal.extensions["blobs"]
    return made


def newest() -> CriteriaSet:
    with reading() as session:
        row = session.scalars(select(CriteriaSet).order_by(CriteriaSet.id.desc()).limit(1)).one()
        session.expunge(row)
        return row


def group(world: World) -> int:
    with reading() as session:
        return session.get_one(GroupStage, world.stage).group_id


def test_a_frozen_set_offers_a_new_version_and_the_draft_stands_in_its_list(
    sign_in: SignIn, world: World, flow: Flow
) -> None:
    client, page = sign_in("to_chuc"), f"/criteria-sets/{world.set}/new-version"
    assert page in text_of(client.get(f"/criteriasetrecords/show/{world.set}"))
    answer = post(client, page, reason="Sửa điểm 1.5", legal_basis=str(basis(flow)))
    made = newest()
    assert answer.headers["Location"] == f"/criteriasetrecords/show/{made.id}"
    assert (made.version_number, made.status, made.reason) == (2, SetStatus.DRAFT, "Sửa điểm 1.5")
    shown = text_of(client.get(f"/criteriasetrecords/show/{world.set}"))
    assert "Sửa điểm 1.5" in shown
    assert f"/criteria-sets/{world.set}/compare?with={made.id}" in shown
    assert page not in shown  # one draft at a time


def test_a_version_without_a_reason_is_refused_and_what_was_chosen_stays(
    sign_in: SignIn, world: World, flow: Flow
) -> None:
    number = basis(flow)
    answer = post(sign_in("to_chuc"), f"/criteria-sets/{world.set}/new-version", reason=" ", legal_basis=str(number))
    assert answer.status_code == 422
    assert f'<option value="{number}" selected>' in text_of(answer)
    assert newest().id == world.set


def test_a_copy_for_another_year_keeps_what_was_typed_when_it_is_refused(sign_in: SignIn, world: World) -> None:
    client, page = sign_in("to_chuc"), f"/criteria-sets/{world.set}/copy"
    for wrong in ({"year": "2025", "code": "bo_thu"}, {"year": "hai", "code": "b25"}, {"year": "20255", "code": "b25"}):
        answer = post(client, page, name="Bộ 2025", **wrong)
        assert answer.status_code == 422
        assert 'value="Bộ 2025"' in text_of(answer)
    post(client, page, year="2025", code="b25", name="Bộ 2025")
    assert (newest().code, newest().year) == ("b25", 2025)


def test_the_comparison_counts_filters_and_marks_words_on_their_own_side(
    sign_in: SignIn, world: World, flow: Flow
) -> None:
    number = second_version(flow)
    lower_maximum(flow, number)
    change(flow, number, "1.9", title="Tiêu chí mới 1.9")
    client = sign_in("quan_tri")
    whole = text_of(client.get(f"/criteria-sets/{world.set}/compare?with={number}"))
    assert '<ins class="in">mới</ins>' in whole
    assert whole.count('<b class="num">1.5</b>') == 1
    assert whole.index("<th>bo_thu v1") < whole.index("<th>bo_thu v2")  # asked of the old one, it still stands first
    filtered = text_of(client.get(f"/criteria-sets/{number}/compare?show=words"))
    assert '<b class="num">1.9</b>' in filtered
    assert '<b class="num">1.5</b>' not in filtered


def test_the_comparison_tells_rules_in_words(sign_in: SignIn, world: World, flow: Flow) -> None:
    number = second_version(flow)
    with reading() as session:
        rule = dict(row_of(session, number, "1.6").rule or {})
    change(flow, number, "1.6", rule={**rule, "each": "0.5"})
    shown = text_of(sign_in("to_chuc").get(f"/criteria-sets/{number}/compare"))
    assert "0,25 điểm" in shown
    assert "0,5 điểm" in shown
    assert "per_case" not in shown


def test_strangers_are_matched_at_once_and_a_draft_keeps_the_match(sign_in: SignIn, world: World, flow: Flow) -> None:
    first = copy_for_year(world.set, "b25", 2025, "Bộ 2025", actor=flow.who("to_chuc"), clock=flow.clock)
    other = copy_for_year(world.set, "b26", 2026, "Bộ 2026", actor=flow.who("to_chuc"), clock=flow.clock)
    client, address = sign_in("to_chuc"), f"/criteria-sets/{other}/mapping/from"
    assert f'action="{address}"' in text_of(client.get(f"/criteria-sets/{other}/compare?with={first}"))
    post(client, address, old=str(first))
    assert newest().previous_id == first
    assert f'action="{address}"' not in text_of(client.get(f"/criteria-sets/{other}/compare?with={first}"))


def test_the_mapping_is_corrected_on_its_page_and_two_to_one_is_refused_with_what_was_typed(
    sign_in: SignIn, flow: Flow
) -> None:
    number = second_version(flow)
    client, page = sign_in("to_chuc"), f"/criteria-sets/{number}/mapping"
    refused = post(client, page, **{"old.1.1": "1.2"})
    assert refused.status_code == 422
    assert 'name="old.1.1" list="old-codes" maxlength="20" autocomplete="off" value="1.2"' in text_of(refused)
    post(client, page, **{"old.1.1": "1.2", "old.1.2": "1.1"})
    assert last_event().action == "mapping_corrected"
    assert (last_event().new or {})["mapping"] == {"1.1": "1.2", "1.2": "1.1"}


def test_a_set_of_any_version_is_printed(sign_in: SignIn, world: World, flow: Flow) -> None:
    second_version(flow)
    for number in (world.set, newest().id):
        answer = sign_in("to_chuc").get(f"/criteria-sets/{number}/set.pdf")
        assert answer.data.startswith(b"%PDF")


def test_a_version_is_adopted_from_the_page_of_the_campaign_after_its_preview(
    sign_in: SignIn, world: World, flow: Flow
) -> None:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    number = second_version(flow)
    lower_maximum(flow, number)
    client = sign_in("to_chuc")
    choose = f"/campaigns/{world.campaign}/adoption"
    page = f"/campaigns/{world.campaign}/groups/{group(world)}/adoption/{number}"
    assert choose in text_of(client.get(f"/campaignrecords/show/{world.campaign}"))
    assert page in text_of(client.get(choose))
    shown = text_of(client.get(page))
    assert "4 → 3" in shown
    assert "Xã mẫu 01" in shown
    unseen = post(client, page, reason="Sửa 1.5", document="7/QĐ-UBND")
    assert unseen.status_code == 422
    assert 'value="7/QĐ-UBND"' in text_of(unseen)
    done = post(client, page, reason="Sửa 1.5", document="7/QĐ-UBND", sent_seen="yes")
    assert done.headers["Location"] == f"/campaignrecords/show/{world.campaign}"
    with reading() as session:
        assert session.get_one(GroupStage, world.stage).set_id == number


def test_an_adoption_without_its_reason_is_refused_at_the_field(sign_in: SignIn, world: World, flow: Flow) -> None:
    number = second_version(flow)
    lower_maximum(flow, number)
    page = f"/campaigns/{world.campaign}/groups/{group(world)}/adoption/{number}"
    shown = text_of(post(sign_in("to_chuc"), page, reason=" ", document="7/QĐ-UBND"))
    assert '<textarea class="form-control is-bad" id="reason"' in shown
    assert 'value="7/QĐ-UBND"' in shown
    assert "shell-refusal" not in shown


def test_a_draft_version_leads_to_the_campaign_that_may_adopt_it(sign_in: SignIn, world: World, flow: Flow) -> None:
    number = second_version(flow)
    client, way = sign_in("to_chuc"), f"/campaigns/{world.campaign}/adoption"
    assert way in text_of(client.get(f"/criteriasetrecords/show/{number}"))
    assert way not in text_of(client.get(f"/criteriasetrecords/show/{world.set}"))


def test_what_stands_against_an_adoption_is_said_instead_of_the_form(sign_in: SignIn, world: World, flow: Flow) -> None:
    number = second_version(flow)
    change(flow, number, "1.5", maximum=Decimal(3))
    page = f"/campaigns/{world.campaign}/groups/{group(world)}/adoption/{number}"
    shown = sign_in("quan_tri").get(page)
    assert shown.status_code == 200
    assert 'name="reason"' not in text_of(shown)
    impossible = sign_in("to_chuc").get(page.replace(f"/{number}", f"/{world.set}"))
    assert impossible.status_code == 422
    assert 'name="reason"' not in text_of(impossible)


def test_the_officer_sees_what_was_touched_and_takes_the_mark_off(sign_in: SignIn, world: World, flow: Flow) -> None:
    flow.fill("XM01", FULL)
    number = second_version(flow)
    lower_maximum(flow, number)
    adopt(flow, number)
    sheet = world.sheets["XM01"]
    client = sign_in("can_bo_01")
    assert f"/sheets/{sheet}?show=changed" in text_of(client.get("/"))
    shown = text_of(client.get(f"/sheets/{sheet}?show=changed"))
    assert '<del class="out">4</del> <ins class="in">3</ins>' in shown
    assert '<span id="c-changed">1</span>' in shown
    assert 'id="l-1_5"' in shown
    assert 'id="l-1_1"' not in shown
    assert f"/sheets/{sheet}/entries/1.5/seen" not in text_of(sign_in("thu_truong_01").get(f"/sheets/{sheet}"))
    answer = post(client, f"/sheets/{sheet}/entries/1.5/seen")
    assert answer.headers["Location"] == f"/sheets/{sheet}?open=1.5#l-1_5"
    assert "c-changed" not in text_of(client.get(f"/sheets/{sheet}"))
    assert "show=changed" not in text_of(client.get("/"))


def test_marks_are_worked_off_one_after_another(sign_in: SignIn, world: World, flow: Flow) -> None:
    """Two leaves are touched: after the first the list goes on, after the second the sheet opens at the leaf."""
    number = second_version(flow)
    lower_maximum(flow, number)
    change(flow, number, "1.9", title="Tiêu chí mới 1.9")
    adopt(flow, number)
    sheet, client = world.sheets["XM01"], sign_in("tong_hop_01")
    listed = f"/sheets/{sheet}?show=changed"
    assert '<input type="hidden" name="show" value="changed">' in text_of(client.get(listed))
    answer = post(client, f"/sheets/{sheet}/entries/1.5/seen", show="changed")
    assert answer.headers["Location"] == listed
    assert 'name="show"' not in text_of(client.get(listed))  # the last one


def test_a_choice_that_could_not_go_along_says_so_at_its_leaf(sign_in: SignIn, world: World, flow: Flow) -> None:
    flow.fill("XM01", FULL)
    number = second_version(flow)
    with reading() as session:
        rule = dict(row_of(session, number, "1.1").rule or {})
    rule["options"] = [{**rule["options"][0], "text": "Đủ và đúng hạn"}, *rule["options"][1:]]
    change(flow, number, "1.1", rule=rule)
    adopt(flow, number)
    shown = text_of(sign_in("can_bo_01").get(f"/sheets/{world.sheets['XM01']}?show=changed"))
    assert "Đủ và đúng hạn" in shown
    assert '<div class="changed">\n  <details open>' in shown


def test_a_page_open_since_before_saves_nothing_into_another_leaf(sign_in: SignIn, world: World, flow: Flow) -> None:
    """What the officer typed for the old 1.9 does not become the score of the criterion printed as 1.9 now."""
    sheet, client = world.sheets["XM01"], sign_in("can_bo_01")
    with reading() as session:
        drawn = row_of(session, world.set, "1.9").id
    number = second_version(flow)
    for of, to in (("1.9", "x"), ("1.6", "1.9"), ("x", "1.6")):
        change(flow, number, of, code=to)
    adopt(flow, number)
    answer = post(client, f"/sheets/{sheet}/entries/1.9", version="0", drawn=str(drawn), explanation="đã gõ")
    assert answer.status_code == 422
    assert "đã gõ" in text_of(answer)


def test_the_sheet_of_the_old_version_is_printed_by_those_who_may_read_the_sheet(
    sign_in: SignIn, world: World, flow: Flow
) -> None:
    flow.fill("XM01", FULL)
    number = second_version(flow)
    remove(flow, number, "1.4")
    adopt(flow, number)
    page = f"/sheets/{world.sheets['XM01']}/versions/1.pdf"
    reader = sign_in("can_bo_01")
    assert page in text_of(reader.get(f"/sheets/{world.sheets['XM01']}"))
    for who in ("can_bo_01", "thu_truong_01", "thu_ky", "kiem_toan", "to_chuc"):
        answer = sign_in(who).get(page)
        assert (answer.status_code, answer.data[:4]) == (200, b"%PDF"), who
    for who in ("can_bo_02", "tham_dinh_pnv"):
        assert sign_in(who).get(page).status_code == 404, who
    assert reader.get(f"/sheets/{world.sheets['XM02']}/versions/1.pdf").status_code == 404
    assert reader.get(f"/sheets/{world.sheets['XM01']}/versions/9.pdf").status_code == 404


def test_every_event_of_versions_is_told_in_words(sign_in: SignIn, world: World, flow: Flow) -> None:
    flow.fill("XM01", FULL)
    number = second_version(flow)
    lower_maximum(flow, number)
    organiser = sign_in("to_chuc")
    post(organiser, f"/criteria-sets/{number}/mapping", **{"old.1.1": "1.2", "old.1.2": "1.1"})
    adopt(flow, number)
    post(sign_in("can_bo_01"), f"/sheets/{world.sheets['XM01']}/entries/1.5/seen")
    copy_for_year(world.set, "b25", 2025, "Bộ 2025", actor=flow.who("to_chuc"), clock=flow.clock)
    wanted = {"version_made", "mapping_corrected", "version_adopted", "score_carried", "change_seen", "set_copied"}
    with reading() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.action.in_(wanted)))
        events = {(row.action, row.object_type): row.id for row in rows}
    assert {action for action, _table in events} == wanted
    client, raw = sign_in("kiem_toan"), []
    for what, event in events.items():
        page = text_of(client.get(f"/auditeventrecords/show/{event}"))
        shown = page[page.index("<main") : page.index("</main>")]
        raw += [(what, found) for found in _RAW.findall(_KNOWN.sub("", shown.replace("to_chuc", "")))]
    assert raw == []


def test_a_draft_version_can_be_deleted_and_its_source_cannot(sign_in: SignIn, world: World, flow: Flow) -> None:
    number = second_version(flow)
    client = sign_in("to_chuc")
    post(client, f"/criteriasetrecords/delete/{number}")
    assert newest().id == world.set
    draft = copy_for_year(world.set, "b25", 2025, "Bộ 2025", actor=flow.who("to_chuc"), clock=flow.clock)
    copy_for_year(draft, "b26", 2026, "Bộ 2026", actor=flow.who("to_chuc"), clock=flow.clock)
    refused = post(client, f"/criteriasetrecords/delete/{draft}")
    assert refused.status_code == 422
    assert "Bộ 2026" in text_of(refused)
