"""One lock in three places: a server's own time zone changes neither the instant of the lock nor what pages print.

Each zone is a process of its own, since a process has one TZ: it plays the last second before the lock and the lock
itself through the pages and hands back what it saw.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import create_app
from app.db.campaigns import Campaign, Phase
from app.db.clock import SystemClock, clock_from
from app.db.schema import upgrade
from app.db.session import Database, reading, use
from app.domain.terms import PhaseKind
from app.services import seed_identity
from app.services.seeds import load_seed
from tests.services.flow import FULL, go_on
from tests.web.conftest import csrf_of
from tests.web.world import PASSWORD, World

ROOT = Path(__file__).resolve().parents[2]

#: zone → hours from UTC on 25/11/2024, and 16:59:59 in Vietnam as a clock on that wall would say it
ZONES = {
    "UTC": (0, "2024-11-25T09:59:59+00:00"),
    "America/New_York": (-5, "2024-11-25T04:59:59-05:00"),
    "Asia/Ho_Chi_Minh": (7, "2024-11-25T16:59:59+07:00"),
}
#: 17:00 of 25/11/2024 in Vietnam
LOCK = "2024-11-25T10:00:00+00:00"


def play_at_the_lock(folder: str, last_second: str) -> None:
    """Print, as JSON, what the pages answer at `last_second` and a second later; runs in the zone of the process."""
    place = Path(folder)
    os.chdir(place)
    world = World(**json.loads((place / "world.json").read_text(encoding="utf-8")))
    app = create_app()
    flow = go_on(world, place)
    flow.fill("XM01", {code: claim for code, claim in FULL.items() if code != "1.9"})
    seen = {"offset": time.localtime(1732528800).tm_gmtoff // 3600, **_through_the_pages(app, world, last_second)}
    seen["seed_lock"] = _lock_of_the_seed(place)
    print(json.dumps(seen))


def _through_the_pages(app: Flask, world: World, last_second: str) -> dict[str, Any]:
    def at(instant: str, later: int = 0) -> None:
        clock = clock_from(instant)
        clock.instant += dt.timedelta(seconds=later)  # type: ignore[attr-defined]
        app.extensions["clock"] = clock

    at(last_second)
    officer, head, coordinator = (_signed_in(app, name) for name in ("can_bo_01", "thu_truong_01", "dau_moi_01"))
    other = _signed_in(app, "can_bo_02")
    sheet = world.sheets["XM01"]
    seen: dict[str, Any] = {
        "saved": _save(officer, sheet, 0),
        "asked": _act(officer, sheet, "request_approval"),
        "approved": _act(head, sheet, "approve_by_unit"),
        "review": officer.get(f"/sheets/{sheet}/review").get_data(as_text=True),
    }
    at(last_second, later=1)
    seen["saved_late"] = _save(other, world.sheets["XM02"], 0)
    seen["sent_late"] = _act(coordinator, sheet, "submit")
    at(last_second)
    seen["sent"] = _act(coordinator, sheet, "submit")
    seen["receipt"] = coordinator.get(f"/sheets/{sheet}/receipts/1").get_data(as_text=True)
    seen["history"] = coordinator.get(f"/sheets/{sheet}/entries/1.9/history").get_data(as_text=True)
    with reading() as session:
        seen["lock"] = session.scalars(select(Phase.closes_at)).one().isoformat()
    return seen


def _signed_in(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    typed = {"username": name, "password": PASSWORD, "csrf_token": csrf_of(client, "/login/")}
    assert client.post("/login/", data=typed).status_code == 302
    return client


def _save(client: FlaskClient, sheet: int, version: int) -> int:
    data = {"csrf_token": csrf_of(client), "version": str(version), "was_claim": "", "was_explanation": ""}
    return client.put(f"/sheets/{sheet}/entries/1.9", data={**data, "points": "1", "explanation": "đủ"}).status_code


def _act(client: FlaskClient, sheet: int, action: str) -> int:
    return client.post(f"/sheets/{sheet}/acts/{action}", data={"csrf_token": csrf_of(client)}).status_code


def _lock_of_the_seed(folder: Path) -> str:
    """Load the seed, whose files write 17:00 without a zone, into a fresh database; return when scoring closes."""
    whole = seed_identity.generate_password_hash
    seed_identity.generate_password_hash = lambda text: whole(text, method="pbkdf2:sha256:1")
    url = f"sqlite:///{folder / 'seed.sqlite3'}"
    upgrade(url)
    use(Database(url))
    load_seed("dinh_hoa_2024", clock=SystemClock())
    statement = select(Phase.closes_at).join(Phase.campaign)
    with reading() as session:
        found = session.scalars(statement.where(Campaign.code == "dinh_hoa_2024", Phase.kind == PhaseKind.SCORING))
        return found.one().isoformat()


@pytest.fixture(scope="module")
def seen(pages_template: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What each zone saw, played side by side."""
    template, world = pages_template
    running = {}
    for zone, (_, last_second) in ZONES.items():
        folder = tmp_path_factory.mktemp("zone")
        (folder / "portal.sqlite3").write_bytes(template.read_bytes())
        (folder / "world.json").write_text(json.dumps(asdict(world)), encoding="utf-8")
        call = f"from tests.web.test_time_zones import play_at_the_lock as play; play({str(folder)!r}, {last_second!r})"
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TZ": zone, "DATA_DIR": str(folder)}
        running[zone] = subprocess.Popen(
            [sys.executable, "-c", call],
            env={**environment, "APP_ENV": "testing"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    found = {}
    for zone, process in running.items():
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        found[zone] = json.loads(out.splitlines()[-1])
    return found


zones = pytest.mark.parametrize("zone", ZONES)


@zones
def test_the_process_lives_in_its_zone(seen: dict[str, dict[str, Any]], zone: str) -> None:
    assert seen[zone]["offset"] == ZONES[zone][0]


@zones
def test_the_lock_at_seventeen_hours_vietnam_time_is_one_instant(seen: dict[str, dict[str, Any]], zone: str) -> None:
    assert seen[zone]["lock"] == LOCK
    assert seen[zone]["seed_lock"] == LOCK


@zones
def test_16_59_59_is_in_time(seen: dict[str, dict[str, Any]], zone: str) -> None:
    assert {name: seen[zone][name] for name in ("saved", "asked", "approved", "sent")} == {
        "saved": 200,
        "asked": 302,
        "approved": 302,
        "sent": 302,
    }


@zones
def test_17_00_00_is_late(seen: dict[str, dict[str, Any]], zone: str) -> None:
    assert (seen[zone]["saved_late"], seen[zone]["sent_late"]) == (403, 403)


@zones
def test_the_receipt_prints_vietnam_time(seen: dict[str, dict[str, Any]], zone: str) -> None:
    assert "<b>16:59:59 25/11/2024</b>" in seen[zone]["receipt"]


@zones
def test_history_and_review_print_vietnam_time(seen: dict[str, dict[str, Any]], zone: str) -> None:
    assert "16:59:59 25/11/2024" in seen[zone]["history"]
    assert "17:00 25/11/2024" in seen[zone]["review"]


def test_what_was_sent_has_the_same_hash_in_every_zone(seen: dict[str, dict[str, Any]]) -> None:
    hashes = {re.search(r'class="hash">([0-9a-f]{64})<', each["receipt"])[1] for each in seen.values()}  # type: ignore[index]
    assert len(hashes) == 1
