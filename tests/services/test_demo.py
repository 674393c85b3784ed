"""A demonstration is a real campaign: the same number gives the same ranking, and it recomputes."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import Assessment
from app.db.audit_trail import verify
from app.db.campaigns import GroupStage
from app.db.clock import FixedClock
from app.db.identity import Unit
from app.db.queries.trees import tree_of_frozen_set
from app.db.session import Database, reading
from app.services import seed_identity
from app.services.demo import UNIT_ROLES, prepare_demo, stage_of_demo
from app.services.demo_play import Wish, play
from app.services.publication import exported
from app.services.seeds import load_seed
from app.services.verification import verify_publications
from app.storage.local import LocalBlobs


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = seed_identity.generate_password_hash
    monkeypatch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))


@pytest.mark.slow  # tests/commands plays the same by its command
def test_the_same_number_gives_the_same_ranking(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> None:
    load_seed("dinh_hoa_2024", clock=clock)
    blobs = LocalBlobs(str(tmp_path))
    tables = []
    for number in (7, 7, 8):
        wish = Wish("dinh_hoa_2024", 2, "published", number, spread=False)
        code = play(wish, store=blobs, translate=str, clock=clock)
        tables.append([(row["unit"], row["index"], row["position"]) for row in exported(code)])
    assert tables[0] == tables[1]
    assert tables[0] != tables[2]
    with reading() as session:
        assert verify_publications(session, blobs, clock.instant) == (3, [])
        assert verify(session)[1] is None


def test_a_hundredth_commune_is_played_and_changes_no_smaller_play(
    sqlite_database: Database, clock: FixedClock
) -> None:
    load_seed("dinh_hoa_2024", clock=clock)
    _, large_id = prepare_demo("dinh_hoa_2024", 101, 7, clock=clock)
    with reading() as session:
        frame = session.scalars(select(GroupStage.set_id).where(GroupStage.campaign_id == large_id)).one()
        tree = tree_of_frozen_set(session, frame)
    assert {("XM101", role) for role in UNIT_ROLES} <= set(stage_of_demo(large_id, tree, 7).unit_people)
    _, campaign_id = prepare_demo("dinh_hoa_2024", 12, 7, clock=clock)
    with reading() as session:
        statement = select(Unit.code).join(Assessment, Assessment.unit_id == Unit.id)
        codes = session.scalars(statement.where(Assessment.campaign_id == campaign_id)).all()
    assert sorted(codes) == [f"XM{number:02d}" for number in range(1, 13)]
