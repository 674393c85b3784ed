"""Several communes played on both databases: one ranking; one result is annulled: a second edition, both printable."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import Assessment
from app.db.audit_trail import verify
from app.db.campaigns import Campaign, GroupStage
from app.db.clock import FixedClock
from app.db.identity import Membership, Unit
from app.db.queries.people import actor_of
from app.db.results import Publication
from app.db.session import Database, reading, use
from app.domain.editions import PositionsAfter
from app.domain.terms import Role
from app.services import seed_identity
from app.services.demo_annul import annul_one
from app.services.demo_play import Wish, play
from app.services.publication import exported, published_paper
from app.services.seeds import load_seed
from app.services.verification import verify_publications
from app.storage.local import LocalBlobs

pytestmark = pytest.mark.slow

#: a whole province of 124 is played by `flask demo play --units 124`
UNITS = 5
AFTER = dt.datetime(2025, 3, 3, 3, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = seed_identity.generate_password_hash
    monkeypatch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))


def played(blobs: LocalBlobs, clock: FixedClock) -> tuple[str, list[object]]:
    load_seed("dinh_hoa_2024", clock=clock)
    wish = Wish("dinh_hoa_2024", UNITS, "published", 7, spread=False)
    code = play(wish, store=blobs, translate=str, clock=clock)
    rows = exported(code)
    assert len(rows) == UNITS
    return code, [(row["unit"], row["index"], row["position"]) for row in rows]


def clean(blobs: LocalBlobs, editions: int) -> None:
    with reading() as session:
        assert verify(session)[1] is None
        assert verify_publications(session, blobs, AFTER)[1] == []
        assert len(session.scalars(select(Publication.id)).all()) == editions


def annulled_and_published_again(code: str, blobs: LocalBlobs) -> None:
    assert annul_one(code, "XM01", PositionsAfter.KEPT, store=blobs, translate=str) == 2
    with reading() as session:
        council = select(Membership.user_id).where(Membership.role == Role.SECRETARIAT).order_by(Membership.id)
        secretary = actor_of(session, session.scalars(council).first() or 0)
        stage = session.scalars(select(GroupStage.id).join(GroupStage.campaign).where(Campaign.code == code)).one()
    for edition in (1, 2):
        with published_paper(stage, store=blobs, actor=secretary, edition=edition) as paper:
            assert paper.read(5) == b"%PDF-"
    clean(blobs, 2)


def test_both_databases_rank_alike_and_keep_both_editions(
    sqlite_url: str, postgres_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    tables = []
    for number, url in enumerate((sqlite_url, postgres_url)):
        database = Database(url)
        use(database)
        blobs = LocalBlobs(str(tmp_path / f"blobs{number}"))
        code, table = played(blobs, clock)
        clean(blobs, 1)
        annulled_and_published_again(code, blobs)
        tables.append(table)
        database.dispose()
    assert tables[0] == tables[1]


def units_of(code: str) -> list[str]:
    with reading() as session:
        of = select(Unit.code).join(Assessment, Assessment.unit_id == Unit.id).join(Assessment.campaign)
        return list(session.scalars(of.where(Campaign.code == code)))


@pytest.mark.parametrize("seed", ["dinh_hoa_2024", "phu_yen_2022", "quang_tri_2024", "thai_binh_2023", "tinh_2025"])
def test_the_campaign_of_every_seed_is_played_to_its_end(
    sqlite_database: Database, tmp_path: Path, clock: FixedClock, seed: str
) -> None:
    """Councils that judge the second round, surveys, portal figures and leaders' points of each source among them."""
    load_seed(seed, clock=clock)
    blobs = LocalBlobs(str(tmp_path / "blobs"))
    code = play(Wish(seed, 2, "published", 7, spread=False), store=blobs, translate=str, clock=clock)
    assert [row["position"] for row in exported(code)] == [1, 2]
    clean(blobs, 1)
    unit = min(units_of(code))
    assert annul_one(code, unit, PositionsAfter.RECOMPUTED, store=blobs, translate=str) == 2
    clean(blobs, 2)
