"""The audit log is read by people: kinds of acts, columns and values in Vietnamese, rows by their names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from app.db.audit import AuditEvent
from app.db.configuration_audit import AUDITED, LEFT_OUT, TIED
from app.db.session import reading
from app.domain.terms import GroupAction
from app.services.appraisal_shares import NewShare, division, share_out, take_share_back
from app.services.explanations import reply, send_explanation
from app.services.recusals import record_recusal, recusals, withdraw_recusal
from app.services.snippets import drop_snippet, keep_snippet, snippets
from app.web.records.audited import audited_value
from tests.services.evidence_steps import SHEET, add_file, appraise
from tests.services.flow import FULL, Flow, go_on
from tests.web.conftest import SignIn
from tests.web.world import World

#: a name out of the program: words joined by underscores
_RAW = re.compile(r">[^<]*\b[a-z]+_[a-z_]+\b[^<]*<")
#: stand in the log as they are: user names, and keys of the seeds
_KNOWN = re.compile(
    r"\b(can_bo|to_chuc|thu_truong|dau_moi|tham_dinh|chu_tich|phe_duyet|thu_ky|lanh_dao|bo_thu|thu_2024)\w*\b"
)


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    """Everything a campaign can write down: scored, explained, concluded, published."""
    made = go_on(world, tmp_path)
    made.blobs = portal.extensions["blobs"]
    made.fill("XM01", FULL)
    add_file(made, "1.1")
    made.send("XM01")
    _office(made)
    appraise(made)
    sheet = world.sheets[SHEET]
    add_file(made, "1.5", "later")
    reply(sheet, "1.5", "Kho bạc tính thiếu", actor=made.who("can_bo_01"), clock=made.clock)
    send_explanation(sheet, actor=made.who("dau_moi_01"), clock=made.clock)
    made.group(GroupAction.OPEN_SECOND_APPRAISAL)
    made.verdict(SHEET, "1.5", said=1, claim={"percent": "95"}, reason="một phần")
    made.others("XM01")
    made.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB-HDTD")
    made.group_to_published()
    return made


def _office(made: Flow) -> None:
    """An agency divides its work, keeps and drops a text, its person stays out of a unit and comes back."""
    appraiser, clock = made.who("tham_dinh_pnv"), made.clock
    agency, person = made.world.units["PNV"], made.world.users["tham_dinh_pnv"]
    share_out(NewShare(made.world.campaign, agency, person), actor=made.who("to_chuc"), clock=clock)
    shares = division(made.world.campaign, agency, actor=appraiser, clock=clock).shares
    take_share_back(shares[0].share_id, actor=made.who("to_chuc"), clock=clock)
    keep_snippet("thiếu số liệu", agency_id=agency, actor=appraiser, clock=clock)
    drop_snippet(snippets(actor=appraiser)[0].snippet_id, actor=appraiser, clock=clock)
    record_recusal(made.world.sheets[SHEET], None, "người thân", actor=appraiser, clock=clock)
    withdraw_recusal(recusals(actor=appraiser).lines[0].recusal_id, actor=appraiser, clock=clock)


def test_every_event_is_told_in_words(sign_in: SignIn, flow: Flow) -> None:
    with reading() as session:
        events = {(row.action, row.object_type): row.id for row in session.scalars(select(AuditEvent))}
    assert len(events) > 15
    client, raw = sign_in("kiem_toan"), []
    for what, number in events.items():
        page = client.get(f"/auditeventrecords/show/{number}").get_data(as_text=True)
        shown = page[page.index("<main") : page.index("</main>")]
        raw += [(what, found) for found in _RAW.findall(_KNOWN.sub("", shown))]
    assert raw == []


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("officer_assignment", "campaign_id", 1, "Chấm điểm thử 2024"),
        ("officer_assignment", "unit_id", 1, "Xã mẫu 01"),
        ("membership", "unit_id", 999, "#999"),
        ("phase", "kind", "scoring", "Tự chấm"),
        ("phase", "closes_at", "2024-11-25T10:00:00+00:00", "17:00 25/11/2024"),
        ("criterion", "maximum", "1.5", "1,5"),
        ("leaf", "points", "0.25", "0,25"),
        ("publication", "decided_on", "2024-12-20", "20/12/2024"),
        ("assessment", "state", "unit_approved", "Thủ trưởng đã phê duyệt, chưa gửi"),
        ("campaign", "rehearsal", True, "có"),
        ("campaign", "legal_basis_id", None, "–"),
    ],
)
def test_a_value_is_told_by_the_type_of_its_column(
    portal: Flask, world: World, table: str, column: str, value: object, words: str
) -> None:
    if column == "unit_id" and value == 1:
        value = world.units["XM01"]
    with portal.test_request_context():
        assert words in audited_value(table, column, value)


def test_settings_are_told_as_their_page_tells_them(portal: Flask) -> None:
    with portal.test_request_context():
        told = audited_value("campaign", "policies", {"round_two": "council", "tie_breakers": ["1"]})
    assert "Hội đồng" in told
    assert "_" not in told


def test_every_column_of_the_configuration_has_a_name(portal: Flask) -> None:
    """The framework guesses "Session Generation" where nobody says what a column is called."""
    english = re.compile(r"[A-Za-z_]+( [A-Za-z_]+)+")
    with portal.test_request_context():
        label = portal.jinja_env.globals["record_label"]
        for kind in AUDITED:
            columns = [each.key for each in inspect(kind).mapper.column_attrs if each.key not in LEFT_OUT | {"id"}]
            for column in [*columns, *TIED.get(kind, ())]:
                words = label(kind.__tablename__, column)
                assert words not in {column, column.replace("_", " ").title()}, (kind.__tablename__, column)
                assert not english.fullmatch(words), (kind.__tablename__, column, words)
