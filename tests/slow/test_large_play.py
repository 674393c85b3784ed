"""Several communes played on both databases: one ranking; one result is annulled: a second edition, both printable."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import Assessment
from app.db.audit_trail import verify
from app.db.campaigns import Campaign
from app.db.clock import FixedClock
from app.db.queries.trees import tree_of_frozen_set
from app.db.results import Publication
from app.db.session import Database, reading, use
from app.domain.editions import PositionsAfter
from app.domain.policy import Actor
from app.domain.terms import Decision, GroupAction, Role, ScoredBy
from app.services import seed_identity
from app.services.annulment import Annul, annul
from app.services.appraisal import GiveVerdict, give_verdict
from app.services.demo import Play, stage_of_demo
from app.services.demo_play import Wish, play
from app.services.group_acts import Act, act_alone
from app.services.group_context import find_group, group_context
from app.services.publication import Publish, exported, publish, published_paper
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


def people(code: str) -> Play:
    with reading() as session:
        campaign = session.scalars(select(Campaign).where(Campaign.code == code)).one()
        number, tree = campaign.id, tree_of_frozen_set(session, campaign.groups[0].set_id)
    return stage_of_demo(number, tree, 7)


def annulled_and_published_again(code: str, blobs: LocalBlobs) -> None:
    """Annul the first commune for one leaf, judge that leaf again, conclude, approve: edition 2."""
    made, clock = people(code), FixedClock(AFTER - dt.timedelta(hours=1))
    sheet, council = made.sheets["XM01"], made.council_people
    with reading() as session:
        context = group_context(session, find_group(session, made.group_stage_id), AFTER)
        row = session.get_one(Assessment, sheet)
        leaf = next(each for each in context.own_leaves(sheet) if each.scored_by is ScoredBy.UNIT)
        agency, said = context.agencies(row)[leaf.code], len(context.verdicts[sheet, leaf.code])
    assert agency is not None
    authority: Actor = council[Role.APPROVING_AUTHORITY]
    order = Annul(
        made.group_stage_id, (sheet,), (leaf.code,), "30/QĐ-UBND", AFTER.date(), "khuyết điểm", PositionsAfter.KEPT
    )
    annul(order, actor=authority, clock=clock)
    clean(blobs, 1)
    clock.instant += dt.timedelta(minutes=1)
    verdict = GiveVerdict(sheet, leaf.code, Decision.AGREE, said)
    give_verdict(verdict, actor=made.appraisers[agency], clock=clock)
    clock.instant += dt.timedelta(minutes=1)
    act_alone(sheet, Act(GroupAction.CONCLUDE, document="02/BB"), actor=council[Role.COUNCIL_CHAIR], clock=clock)
    act_alone(sheet, Act(GroupAction.APPROVE), actor=authority, clock=clock)
    command = Publish(made.group_stage_id, "31/QD-UBND", AFTER.date(), "UBND", "demo")
    secretary = council[Role.SECRETARIAT]
    assert publish(command, store=blobs, translate=str, actor=secretary, clock=clock) == 2
    for edition in (1, 2):
        with published_paper(made.group_stage_id, store=blobs, actor=secretary, edition=edition) as paper:
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
