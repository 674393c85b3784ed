"""A demonstration is a real campaign: the same number gives the same ranking, and it recomputes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.db.audit_trail import verify
from app.db.clock import FixedClock
from app.db.session import Database, reading
from app.services import seed_identity
from app.services.demo_play import Wish, play
from app.services.publication import exported
from app.services.seeds import load_seed
from app.services.verification import verify_publications
from app.storage.local import LocalBlobs


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = seed_identity.generate_password_hash
    monkeypatch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))


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
