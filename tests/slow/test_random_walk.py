"""Long walks: many saves by many hands, against a model of a dictionary; a process killed in the middle of saves."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import Assessment, ScoreEntry
from app.db.audit_trail import verify
from app.db.clock import FixedClock
from app.db.criteria import Criterion
from app.db.identity import PortalUser
from app.db.queries.people import actor_of
from app.db.session import Database, reading, use
from app.domain.errors import Conflict
from app.domain.policy import Actor
from app.services.self_scoring import EnterSelfScore, enter
from tests.databases import BEFORE_THE_LOCK
from tests.web.world import World, build_world

pytestmark = pytest.mark.slow


def actors(world: World, *names: str) -> list[Actor]:
    with reading() as session:
        ids = {user.username: user.id for user in session.scalars(select(PortalUser))}
        return [actor_of(session, ids[name]) for name in names]


@pytest.mark.parametrize("seed", [1, 7, 2024])
def test_a_thousand_saves_leave_what_a_dictionary_would(database: Database, clock: FixedClock, seed: int) -> None:
    """Points of 1.9 go in quarters from 0 to 1 (its rule is judged, step 0.25); a stale save changes nothing."""
    world = build_world(clock)
    hands = actors(world, "can_bo_01", "tong_hop_01")
    chance = random.Random(seed)
    sheet = world.sheets["XM01"]
    model: dict[str, tuple[str, int]] = {}
    for _ in range(1000):
        code = chance.choice(["1.6", "1.9"])
        quarters = chance.randint(0, 4)
        claim = {"count": str(quarters)} if code == "1.6" else {"points": str(Decimal(quarters) / 4)}
        known = model.get(code, ("0", 0))
        stale = known[1] > 0 and chance.random() < 0.2
        command = EnterSelfScore(sheet, code, known[1] - 1 if stale else known[1], claim=claim)
        same = model.get(code, ("", 0))[0] == str(quarters)
        if stale and not same:
            with pytest.raises(Conflict):
                enter(command, actor=chance.choice(hands), clock=clock)
            continue
        saved = enter(command, actor=chance.choice(hands), clock=clock)
        model[code] = (str(quarters), saved.version)
        assert saved.points == Decimal(quarters) / 4
    with reading() as session:
        expected = sum((Decimal(quarters) / 4 for quarters, _ in model.values()), Decimal(0))
        assert session.get_one(Assessment, sheet).self_total == expected
        recount = sum(session.scalars(select(ScoreEntry.self_points)), Decimal(0))
        assert recount == expected
        assert verify(session)[1] is None


WRITER = """
import sys
from app.db.clock import FixedClock
from app.db.session import Database, use
from app.services.self_scoring import EnterSelfScore, enter
from tests.databases import BEFORE_THE_LOCK
from tests.slow.test_random_walk import actors
from tests.web.world import World
use(Database(sys.argv[1]))
sheet, version = int(sys.argv[2]), int(sys.argv[3])
[actor] = actors(None, "can_bo_01")
for number in range(10_000):
    saved = enter(EnterSelfScore(sheet, "1.9", version, explanation=f"lần {number}"), actor=actor,
                  clock=FixedClock(BEFORE_THE_LOCK))
    version = saved.version
    print(version, number, flush=True)
"""


def test_what_was_acknowledged_survives_a_killed_process(sqlite_url: str, tmp_path: Path) -> None:
    clock = FixedClock(BEFORE_THE_LOCK)
    opened = Database(sqlite_url)
    use(opened)
    world = build_world(clock)
    sheet, version = world.sheets["XM01"], 0
    opened.dispose()
    for acknowledged in (5, 23, 41):
        root = Path(__file__).resolve().parents[2]
        arguments = [sys.executable, "-c", WRITER, sqlite_url, str(sheet), str(version)]
        with subprocess.Popen(arguments, cwd=root, stdout=subprocess.PIPE, text=True, env={**os.environ}) as writer:
            assert writer.stdout is not None
            for _ in range(acknowledged):
                version, number = (int(word) for word in writer.stdout.readline().split())
            writer.send_signal(signal.SIGKILL)
            rest = writer.stdout.read().splitlines()
        if rest and len(rest[-1].split()) == 2:
            version, number = (int(word) for word in rest[-1].split())
        use(opened)
        with reading() as session:
            leaf = session.scalars(select(Criterion.id).where(Criterion.code == "1.9")).one()
            entry = session.scalars(select(ScoreEntry).where(ScoreEntry.criterion_id == leaf)).one()
            assert entry.version >= version
            assert entry.explanation == f"lần {number + (entry.version - version)}"
            assert verify(session)[1] is None
            version = entry.version
        opened.dispose()
