"""Every route × role × own or foreign object, against the reviewed table; a new route without a row fails."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.security import generate_password_hash

from app import create_app
from app.db import db
from app.db.clock import FixedClock
from app.db.criteria import Criterion, CriterionFinding
from app.db.holidays import Holiday
from app.db.identity import Council, Membership, PortalUser
from app.db.jobs import Job
from app.db.session import unit_of_work
from app.domain.jobs import JobKind
from app.domain.notices import MailState, NoticeKind
from app.domain.terms import GroupAction, LeaderKind, Role, Severity
from app.reading.document import Document as PaperRead
from app.services.agency_evidence import FileSaid
from app.services.agency_evidence import add_file as add_agency_file
from app.services.appraisal_shares import NewShare, share_out
from app.services.delegations import RecordHandOver, record_hand_over
from app.services.evidence import Described, attach_file
from app.services.imports import start_import
from app.services.notices import announce
from app.services.outbox import new_mail
from app.services.pdf_files import FileOffered
from app.services.rechecks import order_recheck
from app.services.recusals import record_recusal
from app.services.seed_sets import copy_set
from app.services.set_versions import copy_for_year
from app.services.snippets import keep_snippet
from app.services.surveys import SurveyFacts, add_survey
from app.web import errors
from tests.reading.appendix_samples import APPENDIX
from tests.services.flow import FULL, Flow, go_on
from tests.services.test_imports import Read, Reader
from tests.web.access_addresses import addresses, first_id
from tests.web.access_table import ANSWERING, API, CLOSED, PUBLIC, PUBLISHED, SCORING, TABLE, Row
from tests.web.proposal_steps import cite, decide, propose
from tests.web.world import PASSWORD, World

#: letter → the account of the own unit, agency or council, and the foreign one
ACCOUNTS: dict[str, tuple[str, str]] = {
    "A": ("quan_tri", ""),
    "O": ("to_chuc", ""),
    "t": ("kiem_toan", ""),
    "f": ("can_bo_01", "can_bo_02"),
    "c": ("dau_moi_01", "dau_moi_02"),
    "h": ("thu_truong_01", "thu_truong_02"),
    "p": ("tham_dinh_pnv", "tham_dinh_khac"),
    "s": ("thu_ky", "thu_ky_khac"),
    "k": ("chu_tich_hd", "chu_tich_khac"),
    "l": ("lanh_dao_01", "lanh_dao_khac"),
    "g": ("phe_duyet", "phe_duyet_khac"),
}
STRANGERS = {
    "thu_truong_02": (Role.UNIT_HEAD, True),
    "thu_ky_khac": (Role.SECRETARIAT, False),
    "chu_tich_khac": (Role.COUNCIL_CHAIR, False),
    "lanh_dao_khac": (Role.LEADER, False),
    "phe_duyet_khac": (Role.APPROVING_AUTHORITY, False),
}
PDF_OF_AGENCY = b"%PDF-1.4\nagency\n%%EOF\n"
LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)


@dataclass
class Portal:
    """The portal at one stage, everybody signed in, and the addresses of every route's object."""

    app: Flask
    path: Path
    clients: dict[str, FlaskClient]
    addresses: dict[str, tuple[str, dict[str, Any]]]

    def ask(self, endpoint: str, account: str) -> Any:
        """Send what the route takes; what a form changed is put back, so that everyone meets the same objects."""
        address, form = self.addresses[endpoint]
        client = self.clients[account] if account else self.app.test_client()
        if account and endpoint == "AuthDBView.logout":
            client = _signed(self.app, account)  # whoever leaves is still needed
        rule = next(rule for rule in self.app.url_map.iter_rules() if rule.endpoint == endpoint.partition("|")[0])
        if "GET" in rule.methods:
            return client.get(address)
        answer = client.post(address, data=form)
        self.restore()
        return answer

    def keep(self) -> None:
        """Remember the database as it stands."""
        self._close()
        shutil.copy(self.path, self.path.with_suffix(".kept"))

    def restore(self) -> None:
        self._close()
        for leftover in self.path.parent.glob(f"{self.path.name}-*"):
            leftover.unlink()
        shutil.copy(self.path.with_suffix(".kept"), self.path)

    def _close(self) -> None:
        self.app.extensions["database"].dispose()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def _people(world: World, flow: Flow) -> None:
    """Add a head to the second unit, and a second council with its people."""
    hashed = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")
    with unit_of_work(actor=None, clock=flow.clock) as work:
        council = Council(code="KHAC", name="Hội đồng khác")
        work.session.add(Holiday(day=dt.date(2024, 9, 2), name="Quốc khánh"))
        own = work.session.scalars(select(Council).where(Council.code == "HDTD")).one()
        own.reports_to = Council(code="TREN", name="Hội đồng cấp trên")
        work.session.add(council)
        for name, (role, of_unit) in STRANGERS.items():
            user = PortalUser(
                username=name, first_name=name, last_name="", email=f"{name}@example.invalid", active=True
            )
            user.password, user.password_change_required = hashed, False
            kind = LeaderKind.CHAIRMAN if role is Role.LEADER else None
            held = Membership(role=role, leader_kind=kind)
            if of_unit:
                held.unit_id = world.units["XM02"]
            else:
                held.council = council
            user.appointments.append(held)
            work.session.add(user)
        frame = copy_set(work.session, work.session.get_one(Criterion, 1).criteria_set, "nhap")
        cite(work.session, frame.criteria[1])
        frame.criteria[1].findings.append(
            CriterionFinding(code="doubt", severity=Severity.ERROR, message="x", settled=False)
        )
    copy_for_year(world.set, "nam_sau", 2025, "Bộ năm sau", actor=flow.who("to_chuc"), clock=flow.clock)


def _document(world: World, flow: Flow) -> None:
    offered = FileOffered(BytesIO(b"%PDF-1.4\n%%EOF\n"), "a.pdf")
    who, described = flow.who("can_bo_01"), Described(subject="Kế hoạch")
    attach_file(world.sheets["XM01"], "1.1", offered, described, store=flow.blobs, actor=who, clock=flow.clock)


def _import(flow: Flow) -> None:
    """Bring an appendix; its review is anybody's who sets up criteria."""
    reader, who = Reader(Read(PaperRead("text", ()), APPENDIX)), flow.who("to_chuc")
    start_import(b"x", "a.txt", read=reader, store=flow.blobs, actor=who, clock=flow.clock)


def _office(world: World, flow: Flow) -> None:
    """An agency's text and share; a recusal its person declared and the secretariat sees."""
    appraiser, agency = flow.who("tham_dinh_pnv"), world.units["PNV"]
    keep_snippet("thiếu số liệu", agency_id=agency, actor=appraiser, clock=flow.clock)
    share = NewShare(world.campaign, agency, world.users["tham_dinh_pnv"])
    share_out(share, actor=flow.who("to_chuc"), clock=flow.clock)
    record_recusal(world.sheets["XM02"], None, "người thân", actor=appraiser, clock=flow.clock)


def _hand_over(world: World, flow: Flow) -> None:
    """Hand an officer's work over from next year on: nobody's reach changes while the table is asked."""
    held = first_id(Membership, Membership.user_id == world.users["can_bo_01"])
    deputy, first, last = world.users["tong_hop_01"], dt.date(2025, 1, 1), dt.date(2025, 1, 2)
    command = RecordHandOver(held, deputy, first, last, "nghỉ phép")
    record_hand_over(command, actor=flow.who("thu_truong_01"), clock=flow.clock)


def _survey(world: World, flow: Flow) -> None:
    facts = SurveyFacts("Khảo sát", "Người dân", "10", "8")
    add_survey(world.stage, facts, actor=flow.who("thu_ky"), clock=flow.clock)


def _told(world: World, flow: Flow) -> None:
    """Tell the first officer something, and ask for the reading of a file that still waits."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        who = world.users["can_bo_01"]
        announce(work, NoticeKind.SHEET_RETURNED, [who], path="/", facts={"unit": "x", "reason": "y"})
        mail = new_mail(who, [1], "notice:1", work.now)
        mail.state = MailState.GIVEN_UP
        job = Job(kind=JobKind.IMPORT_READ, asked_by_id=world.users["to_chuc"], asked_at=work.now)
        job.arguments = {"token": "gone", "name": "x", "appendix": None}
        work.session.add_all([mail, job])


def _answering(world: World, flow: Flow) -> None:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        more = {"claim": {"percent": "90"}, "reason": "theo Kho bạc"} if code == "1.5" else {}
        flow.verdict("XM01", code, **more)
    _beside(world, flow)
    flow.now += dt.timedelta(hours=1)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)


def _beside(world: World, flow: Flow) -> None:
    """A file of the agency on 1.5, and a recheck it ordered there."""
    sheet, who = world.sheets["XM01"], flow.who("tham_dinh_pnv")
    offered = FileOffered(BytesIO(PDF_OF_AGENCY), "so.pdf")
    add_agency_file(sheet, "1.5", offered, FileSaid("Sổ theo dõi"), store=flow.blobs, actor=who, clock=flow.clock)
    order_recheck(sheet, "1.5", "Đối chiếu", dt.date(2024, 12, 2), actor=who, clock=flow.clock)


def _published(world: World, flow: Flow) -> None:
    _answering(world, flow)
    flow.others("XM01")
    decide(world, flow)
    flow.now += dt.timedelta(days=10)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.now += dt.timedelta(days=1)
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="BB 01")
    flow.group(GroupAction.APPROVE, "phe_duyet")
    flow.publish()


STEPS: dict[str, Callable[[World, Flow], None]] = {
    SCORING: lambda _world, _flow: None,
    ANSWERING: _answering,
    PUBLISHED: _published,
}


@pytest.fixture(scope="module", params=STEPS)
def staged(
    request: pytest.FixtureRequest, pages_template: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Portal]]:
    folder = tmp_path_factory.mktemp(request.param)
    path = folder / "portal.sqlite3"
    shutil.copy(pages_template[0], path)
    world = pages_template[1]
    app = create_app(
        {
            "APP_ENV": "testing",
            "TESTING": True,
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{path}",
            "BLOB_DIR": str(folder / "blobs"),
            "DATA_DIR": str(folder),
            "SECRET_KEY": "tests only",
            "WTF_CSRF_ENABLED": False,
        }
    )
    flow = go_on(world, folder)
    _people(world, flow)
    _document(world, flow)
    _import(flow)
    _office(world, flow)
    _hand_over(world, flow)
    _survey(world, flow)
    propose(world, flow)
    _told(world, flow)
    STEPS[request.param](world, flow)
    app.extensions["clock"] = FixedClock(flow.now)
    clients = {name: _signed(app, name) for pair in ACCOUNTS.values() for name in pair if name}
    with app.test_request_context():
        portal = Portal(app, path, clients, addresses(world))
    portal.keep()
    yield request.param, portal
    app.extensions["database"].dispose()


def _signed(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    answer = client.post("/login/", data={"username": name, "password": PASSWORD})
    assert answer.headers["Location"] == "/", name
    return client


def reached(answer: Any) -> bool:
    """A page, a file, a redirection onwards, or a refusal of what was sent: not of who sent it."""
    return answer.status_code not in {401, 403, 404} and "/login/?next=" not in answer.headers.get("Location", "")


def wrong(portal: Portal, row: Row) -> list[str]:
    found = []
    for letter, (own, foreign) in ACCOUNTS.items():
        answer = portal.ask(row.endpoint, own)
        if answer.status_code >= 500 or reached(answer) is not (letter in row.own):
            found.append(f"{row.endpoint} {row.stage} {letter} own: {answer.status_code}")
        if not foreign:
            continue
        answer = portal.ask(row.endpoint, foreign)
        if answer.status_code >= 500 or reached(answer) is not (letter in row.foreign):
            found.append(f"{row.endpoint} {row.stage} {letter} foreign: {answer.status_code}")
        elif letter in row.own and letter not in row.foreign and answer.status_code != 404:
            found.append(f"{row.endpoint} {row.stage} {letter} foreign: {answer.status_code}, not 404")
    return found


def test_every_role_reaches_what_the_table_says(staged: tuple[str, Portal], monkeypatch: pytest.MonkeyPatch) -> None:
    """Statuses alone are asked: the page that says no, the same each time, is not drawn four thousand times."""
    monkeypatch.setattr(errors, "_page", lambda status, *_said: ("", status))
    stage, portal = staged
    rows = [row for row in TABLE if row.stage == stage]
    found = [line for row in rows for line in wrong(portal, row)]
    assert not found, "\n".join(found)


def test_a_stranger_is_sent_to_the_sign_in_everywhere_else(staged: tuple[str, Portal]) -> None:
    stage, portal = staged
    for row in TABLE:
        if row.stage == stage:
            answer = portal.ask(row.endpoint, "")
            assert answer.status_code == 302, row
            assert answer.headers["Location"].startswith("/login/"), row


@pytest.mark.parametrize("staged", [SCORING], indirect=True)
def test_what_is_closed_does_not_exist_for_anybody(staged: tuple[str, Portal]) -> None:
    _stage, portal = staged
    for endpoint in CLOSED:
        for account in ("quan_tri", "to_chuc"):
            if endpoint != "IndexView.index":  # the portal's own start page answers its address
                assert portal.ask(endpoint, account).status_code == 404, endpoint


@pytest.mark.parametrize("staged", [SCORING], indirect=True)
def test_every_route_has_its_row(staged: tuple[str, Portal]) -> None:
    _stage, portal = staged
    known = {row.endpoint.partition("|")[0] for row in TABLE} | set(CLOSED) | set(PUBLIC) | set(API)
    assert {rule.endpoint for rule in portal.app.url_map.iter_rules()} == known
