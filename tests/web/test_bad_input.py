"""Bad input at the pages people type it on: refused at its field in a sentence, kept as typed, nothing written."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text as sql

from app.db.campaigns import Campaign
from app.db.identity import Membership
from app.db.session import reading, unit_of_work
from app.services.exemptions import propose_exemption
from tests.services.flow import go_on
from tests.web.access_addresses import first_id
from tests.web.test_entered_pages import Sign, portal, send, sign, template, text, world
from tests.web.world import World

__all__ = ["portal", "sign", "template", "world"]  # fixtures

#: rows of these come and go with whoever looks at a page
NOT_WRITTEN = {"alembic_version", "job", "notice"}


@dataclass(frozen=True)
class Bad:
    """`at` the field marked, by its name; `typed` what has to stand there still, by field."""

    name: str
    who: str
    address: str
    form: Mapping[str, str]
    at: str
    says: str
    typed: Mapping[str, str] = field(default_factory=dict)


NAMED = re.compile(r"\{(\w+)\}")
GRID = {"act": "grid", "u.0": "XM01", "w.0": "{}", "c.0.5": "9", "c.0.returned": "8"}
WINDOW = {
    "unit": "{sheet}",
    "ground": "extension",
    "opens_at": "26/11/2024 17:00",
    "document": "15/QĐ",
    "reason": "bão",
}
MERGER = {"into": "{unit}", "from_day": "01/12/2024", "document": "9/NQ", "reason": "sáp nhập"}
ITEM = {"campaign": "{draft}", "kind": "bonus", "code": "4.1", "text": "Sáng kiến", "measure": "per_case", "once": "y"}
TABLE = [
    Bad(
        "more answers than sheets",
        "thu_ky",
        "/entered/surveys/{survey}/2.3",
        GRID,
        "c.0.returned",
        "Đếm được 9 người trả lời nhưng chỉ thu về 8 phiếu",
        {"c.0.5": "9"},
    ),
    Bad(
        "more sheets than the survey had returned",
        "thu_ky",
        "/entered/surveys/{survey}/2.3",
        GRID | {"c.0.returned": "13"},
        "c.0.returned",
        "13 phiếu của một đơn vị nhiều hơn số phiếu thu về của cả cuộc điều tra là 12",
        {"c.0.5": "9"},
    ),
    Bad(
        "more sheets returned than sent",
        "thu_ky",
        "/entered/{stage}/surveys",
        {"name": "Khảo sát", "audience": "Người dân", "sent": "20", "returned": "30"},
        "returned",
        "Không thể thu về 30 phiếu khi chỉ phát ra 20 phiếu",
        {"returned": "30", "name": "Khảo sát"},
    ),
    Bad(
        "a bonus above its cap",
        "to_chuc",
        "/adjustmentitemrecords/add",
        ITEM | {"points": "3", "cap": "2", "steps": ""},
        "cap",
        "Mục này cho đến 3 điểm, mức trần là 2",
        {"cap": "2", "points": "3"},
    ),
    Bad(
        "an exemption of every leaf",
        "dau_moi_01",
        "/sheets/{sheet}/exemptions",
        {"code": "2", "reason": "xã không có", "document": "1/CV"},
        "code",
        "Giữ lại ít nhất một tiêu chí áp dụng",
        {"document": "1/CV"},
    ),
    Bad(
        "an extension that ends before it begins",
        "thu_ky",
        "/board/{stage}/windows",
        WINDOW | {"due_at": "25/11/2024 17:00"},
        "due_at",
        "Giờ đóng 17:00 25/11/2024 không sau giờ mở 17:00 26/11/2024",
        {"due_at": "25/11/2024 17:00", "document": "15/QĐ"},
    ),
    Bad(
        "a term of no criterion",
        "to_chuc",
        "/campaigns/{campaign}/terms",
        {"leaf": "", "cut_off": "20/11/2024", "reason": "số liệu", "document": "7/TB"},
        "leaf",
        "Chọn một tiêu chí trong danh sách",
        {"cut_off": "20/11/2024", "document": "7/TB"},
    ),
    Bad(
        "a sheet of a leader above its maximum",
        "thu_ky",
        "/entered/{stage}/leaders/{leader}",
        {"act": "grid", "u.0": "XM01", "w.0": "{}", "document": "Phiếu 01", "signed_by": "Chủ tịch", "c.0.2.5": "99"},
        "c.0.2.5",
        "Điểm lớn hơn điểm tối đa 10",
        {"c.0.2.5": "99", "document": "Phiếu 01"},
    ),
    Bad(
        "a day that cannot be read",
        "to_chuc",
        "/units/{unit}/merging",
        MERGER | {"into": "{other}", "from_day": "31/13/2024"},
        "from_day",
        "“31/13/2024” không phải ngày",
        {"from_day": "31/13/2024", "document": "9/NQ"},
    ),
    Bad(
        "a merge into itself",
        "to_chuc",
        "/units/{unit}/merging",
        MERGER,
        "into",
        "chính nó",
        {"document": "9/NQ"},
    ),
]


@pytest.fixture
def at(portal: Flask, sign: Sign, world: World, tmp_path: Any) -> dict[str, int]:
    """Return what the addresses name; part 1 is claimed not to apply, a survey of 12 sheets stands."""
    flow = go_on(world, tmp_path)
    sheet = world.sheets["XM01"]
    propose_exemption(sheet, "1", "xã không có", "1/CV", actor=flow.who("dau_moi_01"), clock=flow.clock)
    survey = {"name": "Khảo sát", "audience": "Người dân", "sent": "20", "returned": "12"}
    assert send(sign("thu_ky"), f"/entered/{world.stage}/surveys", **survey).status_code == 200
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        draft = Campaign(code="nhap_2026", name="Nháp 2026", year=2026)
        work.session.add(draft)
        work.session.flush()
        number = draft.id
    return {
        "stage": world.stage,
        "campaign": world.campaign,
        "sheet": sheet,
        "survey": 1,
        "unit": world.units["XM01"],
        "other": world.units["XM02"],
        "leader": first_id(Membership, Membership.user_id == world.users["lanh_dao_01"]),
        "draft": number,
    }


def rows_of_everything() -> dict[str, list[Any]]:
    with reading() as session:
        names = session.scalars(sql("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        return {
            name: [tuple(row) for row in session.execute(sql(f'SELECT * FROM "{name}"'))]
            for name in names
            if name not in NOT_WRITTEN and not name.startswith(("sqlite_", "ab_"))
        }


def field_of(page: str, name: str) -> str:
    found = re.search(rf'<(?:input|select|textarea)[^>]*name="{re.escape(name)}"[^>]*>', page)
    assert found, name
    return found[0]


@pytest.mark.parametrize("bad", TABLE, ids=lambda bad: bad.name)
def test_what_is_wrong_is_refused_at_its_field_and_loses_nothing(sign: Sign, at: dict[str, int], bad: Bad) -> None:
    client: FlaskClient = sign(bad.who)
    before = rows_of_everything()
    form = {name: NAMED.sub(lambda found: str(at[found[1]]), value) for name, value in bad.form.items()}
    answer = send(client, bad.address.format(**at), **form)
    assert answer.status_code == 422
    page = text(answer)
    assert bad.says in page, re.findall(r'role="alert"[^>]*>([^<]*)', page)
    assert "is-bad" in field_of(page, bad.at) or "is-invalid" in field_of(page, bad.at)
    for name, typed in bad.typed.items():
        assert f'value="{typed}"' in field_of(page, name)
    assert rows_of_everything() == before


def test_a_file_with_unknown_units_is_taken_whole_or_line_by_line(sign: Sign, at: dict[str, int]) -> None:
    client, address = sign("thu_ky"), f"/entered/{at['stage']}/figures/2.2"
    rows = "XM01;90;Cổng DVC;22/11/2024\nXM77;80;Cổng DVC;22/11/2024\n"
    file = io.BytesIO(f"Mã đơn vị;Giá trị;Nguồn;Ngày số liệu\n{rows}".encode())
    before = rows_of_everything()
    looked = send(client, address, act="check", file=(file, "x.csv")).get_data(as_text=True)
    assert "XM77" in looked
    assert "Nhận 1 dòng đúng" in looked
    lines = unescape(re.search(r'name="lines" value="([^"]+)"', looked)[1])  # type: ignore[index]
    assert rows_of_everything() == before
    assert send(client, address, act="accept", take="all", lines=lines).status_code == 422
    assert rows_of_everything() == before
    assert "0,9" in text(send(client, address, act="accept", take="good", lines=lines))
