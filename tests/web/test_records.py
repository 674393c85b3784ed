"""The generated records: every list, form and page; invariants said at the field; what may not be touched is not."""

from __future__ import annotations

import re
from decimal import Decimal
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db.adjustment_items import AdjustmentItem
from app.db.audit import AuditEvent
from app.db.campaigns import Campaign, Phase
from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import LegalBasis, Unit
from app.db.session import reading, unit_of_work
from app.domain.terms import AdjustmentKind, CampaignStatus, PhaseKind
from app.web.records import VIEWS
from tests.web.conftest import SignIn, csrf_of
from tests.web.proposal_steps import cite
from tests.web.records_app import draft, error_at, last_event, post, text_of
from tests.web.world import World

__all__ = ["draft"]  # a fixture

NAMES = [view.__name__ for view in VIEWS]
FOR_ADMINISTRATOR = {"MembershipRecords", "AccountRecords"}


def configurer(sign_in: SignIn, name: str) -> FlaskClient:
    return sign_in("quan_tri" if name in FOR_ADMINISTRATOR else "to_chuc")


def draft_campaign(client: FlaskClient, code: str = "k2") -> int:
    fields = {"code": code, "name": "Đợt 2", "year": "2025", "decimals": "2", "ties": "competition"}
    assert post(client, "/campaignrecords/add", **fields).status_code == 302
    with reading() as session:
        return session.scalars(select(Campaign.id).where(Campaign.code == code)).one()


# ── every view


@pytest.fixture
def rows_of_every_kind(portal: Flask, draft: dict[str, int], world: World) -> None:
    """What the world itself does without: an item of penalty, a criterion that cites."""
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        campaign = work.session.get_one(Campaign, world.campaign)
        item = AdjustmentItem(campaign=campaign, code="4.2b", kind=AdjustmentKind.PENALTY, text="không đúng quy định")
        item.points = Decimal(1)
        work.session.add(item)
        cite(work.session, work.session.get_one(Criterion, draft["1.1"]))


@pytest.mark.usefixtures("rows_of_every_kind")
@pytest.mark.parametrize("name", NAMES)
def test_every_list_row_and_form_opens(sign_in: SignIn, name: str) -> None:
    client = configurer(sign_in, name)
    base = f"/{name.lower()}"
    page = text_of(client.get(f"{base}/list/?q=x", follow_redirects=True))
    assert 'class="topbar"' in page
    page = text_of(client.get(f"{base}/list/", follow_redirects=True))
    assert " object at 0x" not in page
    row = re.search(rf"{base}/show/(\d+)", page)
    assert row is not None, page
    shown = client.get(row[0])
    assert shown.status_code == 200
    assert " object at 0x" not in text_of(shown)
    allowed = next(view for view in VIEWS if view.__name__ == name).base_permissions
    if allowed is None or "can_edit" in allowed:
        assert client.get(f"{base}/edit/{row[1]}").status_code == 200
    if allowed is None or "can_add" in allowed:
        assert "__None</option>" not in text_of(client.get(f"{base}/add"))


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_is_sent_to_the_sign_in_and_an_officer_turned_away(
    portal: Flask, sign_in: SignIn, name: str
) -> None:
    base = f"/{name.lower()}"
    pages = ("list/", "add", "show/1", "edit/1")
    stranger = portal.test_client()
    assert {stranger.get(f"{base}/{page}").headers["Location"].partition("?")[0] for page in pages} == {"/login/"}
    officer = sign_in("can_bo_01")
    assert {officer.get(f"{base}/{page}").status_code for page in pages} == {403}
    assert post(officer, f"{base}/delete/1").status_code == 403
    assert post(officer, f"{base}/edit/1").status_code == 403


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "asked",
    [
        "list/?order=nope",
        "list/?order=-id&page=abc",
        "list/?page=-3",
        "list/?page=999999999999",
        "list/?q=%25%00'",
        "show/abc",
        "show/99999999999999999999",
        "show/-1",
        "edit/2147483648",
    ],
)
def test_nothing_typed_into_the_address_is_a_fault(sign_in: SignIn, name: str, asked: str) -> None:
    answer = configurer(sign_in, name).get(f"/{name.lower()}/{asked}")
    assert answer.status_code in {200, 302} if "list" in asked else answer.status_code in {403, 404}


@pytest.mark.parametrize("name", NAMES)
def test_every_view_names_its_columns(name: str) -> None:
    """Columns a framework chooses by itself bring whole tables into a page."""
    view = next(view for view in VIEWS if view.__name__ == name)
    for columns in ("list_columns", "show_columns", "add_columns", "edit_columns", "search_columns"):
        assert columns in {key for kind in view.__mro__ if kind.__module__.startswith("app.") for key in vars(kind)}
    assert str(view.empty_words)


def test_the_start_page_is_ours_and_not_the_frameworks(portal: Flask, sign_in: SignIn) -> None:
    assert portal.test_client().get("/").headers["Location"].startswith("/login/")
    assert "to_chuc" in text_of(sign_in("to_chuc").get("/"))


# ── lists


def test_a_list_is_searched_without_accents_and_narrowed_by_typed_filters(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")

    def codes(asked: str) -> set[str]:
        return set(re.findall(r">(XM01|XM02|PNV|TTH)</a>", text_of(client.get(f"/unitrecords/list/?{asked}"))))

    assert codes("") == {"XM01", "XM02", "PNV", "TTH"}
    assert codes("q=phong noi vu") == {"PNV"}
    assert codes("q=Phòng") == {"PNV"}
    assert codes("tier=commune") == {"XM01", "XM02"}
    assert codes("tier=commune&q=02") == {"XM02"}
    assert codes("valid_from.from=01/01/2020") == {"XM01", "XM02", "PNV", "TTH"}  # the day itself is in
    assert codes("valid_from.from=02/01/2020") == set()
    assert codes("sample=1") == set()


@pytest.mark.parametrize("asked", ["tier=city", "valid_from.from=31/02/2020", "sample=2", "valid_to.to=abc"])
def test_a_filter_that_cannot_be_read_is_named_and_narrows_nothing(sign_in: SignIn, asked: str) -> None:
    page = text_of(sign_in("to_chuc").get(f"/unitrecords/list/?{asked}"))
    assert page.count('class="err"') == 1
    assert ">XM01</a>" in page


def test_points_are_filtered_as_people_write_them(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")

    def codes(asked: str) -> list[str]:
        page = text_of(client.get(f"/criterionrecords/list/?criteria_set={world.set}&{asked}"))
        return re.findall(r'/criterionrecords/show/\d+">([\d.]+)</a>', page)

    # maxima of the world: 1.1 1, 1.2 2, 1.3 2, 1.4 5, 1.5 4, 1.6–1.9 1, branch 1 18; 2.1 and 2.2 1, branch 2 2
    assert codes("maximum.from=4&maximum.to=5") == ["1.4", "1.5"]
    assert codes("maximum.from=4,5&maximum.to=5,0") == ["1.4"]
    assert codes("") == ["1", *(f"1.{n}" for n in range(1, 10)), "2", "2.1", "2.2"]  # the order of the paper
    assert "1.234" in text_of(client.get(f"/criterionrecords/list/?criteria_set={world.set}&maximum.to=1.234"))


def test_criteria_are_listed_set_by_set(sign_in: SignIn, draft: dict[str, int]) -> None:
    answer = sign_in("to_chuc").get("/criterionrecords/list/")
    assert answer.status_code == 302
    assert f"criteria_set={draft['set']}" in answer.headers["Location"]


# ── units, legal bases


def test_a_unit_is_added_found_without_accents_changed_and_deleted(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    fields = {"code": "XM77", "name": "Xã Đồng Thịnh", "tier": "commune", "valid_from": "01/01/2020"}
    assert post(client, "/unitrecords/add", **fields).status_code == 302
    with reading() as session:
        number = session.scalars(select(Unit.id).where(Unit.code == "XM77")).one()
    assert last_event().actor_name == "to_chuc"
    assert "Xã Đồng Thịnh" in text_of(client.get("/unitrecords/list/?q=dong thinh"))
    assert "Xã Đồng Thịnh" not in text_of(client.get("/unitrecords/list/?q=khac han"))
    fields["name"] = "Xã Đồng Thịnh mới"
    assert post(client, f"/unitrecords/edit/{number}", **fields).status_code == 302
    event = last_event()
    assert (event.old or {}) == {"name": "Xã Đồng Thịnh"}
    assert (event.new or {}) == {"name": "Xã Đồng Thịnh mới"}
    assert "Xã Đồng Thịnh mới" in text_of(client.get(f"/auditeventrecords/show/{event.id}"))
    assert client.get(f"/unitrecords/delete/{number}").status_code == 405
    assert post(client, f"/unitrecords/delete/{number}").status_code == 302
    with reading() as session:
        assert session.scalars(select(Unit.id).where(Unit.code == "XM77")).first() is None


@pytest.mark.parametrize("last", ["31/12/2019", "01/01/2020"])
def test_dates_the_wrong_way_round_are_said_at_the_field_and_nothing_is_lost(sign_in: SignIn, last: str) -> None:
    fields = {"code": "XM78", "name": "Xã thử", "tier": "commune", "valid_from": "01/01/2020", "valid_to": last}
    answer = post(sign_in("to_chuc"), "/unitrecords/add", **fields)
    assert answer.status_code == 422
    assert last in error_at(answer, "valid_to")
    assert 'value="Xã thử"' in text_of(answer)
    with reading() as session:
        assert session.scalars(select(Unit.id).where(Unit.code == "XM78")).first() is None


def test_a_letter_no_database_takes_is_left_out(sign_in: SignIn) -> None:
    fields = {"code": "XM\x0079", "name": "Xã\x00 thử", "tier": "commune", "valid_from": "01/01/2020"}
    assert post(sign_in("to_chuc"), "/unitrecords/add", **fields).status_code == 302
    with reading() as session:
        assert session.scalars(select(Unit.name).where(Unit.code == "XM79")).one() == "Xã thử"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("valid_from", "hôm qua"), ("valid_from", ""), ("name", "   "), ("tier", "city"), ("code", "X" * 33)],
)
def test_what_cannot_be_read_is_said_at_its_field(sign_in: SignIn, field: str, typed: str) -> None:
    fields = {"code": "XM78", "name": "Xã thử", "tier": "commune", "valid_from": "01/01/2020", field: typed}
    answer = post(sign_in("to_chuc"), "/unitrecords/add", **fields)
    assert answer.status_code == 422
    assert error_at(answer, field)


def test_a_code_stands_once_and_the_refusal_names_it(sign_in: SignIn, world: World) -> None:
    fields = {"code": "XM01", "name": "Khác", "tier": "commune", "valid_from": "01/01/2020"}
    assert "XM01" in error_at(post(sign_in("to_chuc"), "/unitrecords/add", **fields), "code")


def test_units_do_not_merge_in_a_circle(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    first, second = world.units["XM01"], world.units["XM02"]
    fields = {"tier": "commune", "valid_from": "01/01/2020"}
    one, two = {"code": "XM01", "name": "Một", **fields}, {"code": "XM02", "name": "Hai", **fields}
    assert post(client, f"/unitrecords/edit/{first}", merged_into=second, **one).status_code == 302
    assert error_at(post(client, f"/unitrecords/edit/{second}", merged_into=first, **two), "merged_into")
    with reading() as session:
        assert session.get_one(Unit, second).merged_into_id is None


def test_a_unit_that_takes_part_is_not_deleted_and_the_reason_names_what_depends(sign_in: SignIn, world: World) -> None:
    answer = post(sign_in("to_chuc"), f"/unitrecords/delete/{world.units['XM01']}")
    assert answer.status_code == 422
    note = re.search(r'<p class="note warn".*?</p>', text_of(answer), re.DOTALL)
    assert note is not None
    assert "1 phiếu chấm" in note[0]
    assert "1 nhóm đơn vị" in note[0]
    with reading() as session:
        assert session.get(Unit, world.units["XM01"]) is not None


def test_a_set_is_not_deleted_while_anything_points_into_it(sign_in: SignIn, world: World) -> None:
    """The database would take the criteria along, and then stumble over the assignments that name them."""
    client = sign_in("to_chuc")
    assert post(client, f"/criteriasetrecords/delete/{world.set}").status_code == 409  # frozen: no more to say
    with reading() as session:
        assert session.get(CriteriaSet, world.set) is not None


def test_a_replacing_paper_is_neither_older_nor_in_a_circle(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    with reading() as session:
        first = session.scalars(select(LegalBasis.id)).one()
    old = {"number": "9/QĐ-UBND", "title": "Cũ", "issued_on": "01/01/2020", "issuer": "UBND huyện"}
    assert post(client, "/legalbasisrecords/add", successor=first, **old).status_code == 302
    assert error_at(post(client, "/legalbasisrecords/add", **old), "number")
    with reading() as session:
        second = session.scalars(select(LegalBasis.id).where(LegalBasis.number == "9/QĐ-UBND")).one()
    new = {"number": "1/QĐ-UBND", "title": "Quy chế", "issued_on": "02/01/2024", "issuer": "UBND huyện"}
    assert error_at(post(client, f"/legalbasisrecords/edit/{first}", successor=second, **new), "successor")
    younger = {**old, "number": "8/QĐ-UBND", "issued_on": "02/01/2025"}
    assert "02/01/2024" in error_at(post(client, "/legalbasisrecords/add", successor=first, **younger), "successor")


# ── campaigns


def test_phases_are_kept_in_order_and_say_so_at_the_field(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    campaign = draft_campaign(client)
    scoring = {"kind": "scoring", "opens_at": "08:00 01/11/2025", "closes_at": "17:00 25/11/2025"}
    assert post(client, "/phaserecords/add", campaign=campaign, **scoring).status_code == 302
    with reading() as session:
        phase = session.scalars(select(Phase).where(Phase.campaign_id == campaign)).one()
        assert phase.closes_at.isoformat() == "2025-11-25T10:00:00+00:00"  # 17:00 in Vietnam
    assert f'value="{campaign}"' in text_of(client.get(f"/phaserecords/add?campaign={campaign}"))

    def refused(field: str, **fields: str) -> str:
        return error_at(post(client, "/phaserecords/add", campaign=campaign, **fields), field)

    assert refused("kind", **scoring)
    late = {"kind": "first_appraisal", "closes_at": "17:00 10/12/2025"}
    assert refused("opens_at", **late, opens_at="16:59 25/11/2025")  # overlaps by a minute
    assert refused("closes_at", **late, opens_at="17:00 10/12/2025")  # opens when it closes
    assert refused("closes_at", kind="explanation", closes_at="17:00 32/12/2025")
    assert refused("opens_at", **late, opens_at="25/11")
    assert post(client, "/phaserecords/add", campaign=campaign, opens_at="17:00 25/11/2025", **late).status_code == 302


@pytest.mark.parametrize("typed", ["abc", "-1", "1.234", "100,5", "0,12345"])
def test_a_bound_that_is_no_percentage_is_refused_at_its_field(sign_in: SignIn, world: World, typed: str) -> None:
    client = sign_in("to_chuc")
    answer = post(client, "/gradebandrecords/add", campaign=draft_campaign(client), name="Tốt", lower=typed)
    assert error_at(answer, "lower")
    assert f'value="{typed}"' in text_of(answer)


def test_two_classes_do_not_share_a_bound_or_a_name(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    campaign = draft_campaign(client)
    band = {"campaign": campaign, "name": "Tốt", "lower": "80,5"}
    assert post(client, "/gradebandrecords/add", **band).status_code == 302
    assert error_at(post(client, "/gradebandrecords/add", **{**band, "name": "Khá"}), "lower")
    assert error_at(post(client, "/gradebandrecords/add", **{**band, "lower": "70"}), "name")
    assert "80,5" in text_of(client.get(f"/campaignrecords/show/{campaign}"))


def test_an_open_campaign_and_its_parts_are_read_only(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    page = text_of(client.get(f"/campaignrecords/show/{world.campaign}"))
    assert "/edit/" not in page
    assert "/delete/" not in page
    with reading() as session:
        campaign = session.get_one(Campaign, world.campaign)
        parts = {
            "phase": campaign.phases[0].id,
            "gradeband": campaign.bands[0].id,
            "groupstage": campaign.groups[0].id,
            "campaign": campaign.id,
        }
    for name, number in parts.items():
        assert post(client, f"/{name}records/edit/{number}", name="khác").status_code == 409, name
        assert post(client, f"/{name}records/delete/{number}").status_code == 409, name
        assert 'class="note warn"' in text_of(client.get(f"/{name}records/edit/{number}"))
    answer = post(client, "/gradebandrecords/add", campaign=world.campaign, name="Kém", lower="10")
    assert answer.status_code == 422  # an open campaign is no choice
    with reading() as session:
        campaign = session.get_one(Campaign, world.campaign)
        assert [band.name for band in campaign.bands] == ["Tốt", "Khá"]
        assert campaign.status is CampaignStatus.OPEN


def test_a_campaign_that_opens_at_the_same_moment_keeps_the_phases_it_opened_with(
    portal: Flask, sign_in: SignIn, world: World
) -> None:
    """The edit is asked for while an opening is under way: it waits for it, and is then refused."""
    client = sign_in("to_chuc")
    campaign = draft_campaign(client)
    phase = {"kind": PhaseKind.DATA_CUTOFF.value, "closes_at": "00:00 20/11/2025"}
    assert post(client, "/phaserecords/add", campaign=campaign, **phase).status_code == 302
    with reading() as session:
        number = session.scalars(select(Phase.id).where(Phase.campaign_id == campaign)).one()
    data = {"csrf_token": csrf_of(client), **phase, "closes_at": "00:00 21/11/2025"}
    answers: list[int] = []
    edit = Thread(target=lambda: answers.append(client.post(f"/phaserecords/edit/{number}", data=data).status_code))
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        work.session.get_one(Campaign, campaign).status = CampaignStatus.OPEN
        work.session.flush()
        edit.start()
        edit.join(timeout=1)
        assert answers == []  # it waits
    edit.join()
    assert answers == [409]
    with reading() as session:
        assert session.get_one(Phase, number).closes_at.isoformat() == "2025-11-19T17:00:00+00:00"


def test_opening_names_what_stands_against_it(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    number = draft_campaign(client)
    assert f"/campaigns/{number}/setup/checklist" in text_of(client.get(f"/campaignrecords/show/{number}"))
    page = text_of(client.get(f"/campaigns/{number}/opening"))
    assert page.count("c-bad") >= 2
    assert post(client, f"/campaigns/{number}/opening").status_code == 422


def test_a_draft_campaign_goes_with_its_phases_and_not_with_its_groups(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    number = draft_campaign(client)
    phase = {"campaign": number, "kind": PhaseKind.DATA_CUTOFF.value, "closes_at": "00:00 20/11/2025"}
    assert post(client, "/phaserecords/add", **phase).status_code == 302
    group = {"campaign": number, "group": 1, "council": 1, "criteria_set": world.set}
    assert post(client, "/groupstagerecords/add", **group).status_code == 302
    assert error_at(post(client, "/groupstagerecords/add", **group), "group")
    assert post(client, f"/campaignrecords/delete/{number}").status_code == 422
    with reading() as session:
        stage = session.get_one(Campaign, number).groups[0].id
    assert post(client, f"/groupstagerecords/delete/{stage}").status_code == 302
    assert post(client, f"/campaignrecords/delete/{number}").status_code == 302
    with reading() as session:
        assert session.scalar(select(func.count(Phase.id)).where(Phase.campaign_id == number)) == 0
        gone = session.scalars(select(AuditEvent.object_type).where(AuditEvent.action == "configuration_deleted"))
        assert {"campaign", "phase", "group_stage"} <= set(gone)
