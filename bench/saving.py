"""The sheet: one save beside the smallest durable commit, the page beside its bare statement, a group's recount."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select, text

from app.db.assessments import Assessment, ScoreEntry
from app.db.campaigns import Campaign
from app.db.clock import SystemClock
from app.db.identity import PortalUser, Unit
from app.db.queries.people import actor_of
from app.db.schema import upgrade
from app.db.session import Database, reading, unit_of_work, use
from app.domain.policy import Actor
from app.services.seeds import load_seed
from app.services.self_scoring import EnterSelfScore, enter
from app.services.sheets import sheet
from bench.measure import Line, median

SEED = "dinh_hoa_2024"


def _commune() -> tuple[int, Actor]:
    with reading() as session:
        found = (
            select(Assessment.id)
            .join(Assessment.campaign)
            .join(Assessment.unit)
            .where(Campaign.code == "dien_tap", Unit.code == "XM01")
        )
        user = session.scalars(select(PortalUser).where(PortalUser.username == "dau_moi_xm01")).one()
        return session.scalars(found).one(), actor_of(session, user.id)


def saving_lines(folder: Path) -> Iterator[Line]:
    url = f"sqlite:///{folder / 'bench.sqlite3'}"
    upgrade(url)
    database = Database(url)
    use(database)
    clock = SystemClock()
    load_seed(SEED, clock=clock)
    number, actor = _commune()
    versions = itertools.count(0)
    stamp = f"{dt.datetime.now(dt.UTC):%H:%M}"

    def save() -> None:
        version = next(versions)
        enter(
            EnterSelfScore(number, "2.1.1", version, claim={"option": "1"}, explanation=f"{stamp} {version}"),
            actor=actor,
            clock=clock,
        )

    def commit() -> None:
        with unit_of_work(actor=None, clock=clock) as work:
            work.session.execute(text("UPDATE unit SET name = name WHERE code = 'XM02'"))

    yield Line(
        "P1 one save: rule, version, total, audit",
        median(save, times=60),
        median(commit, times=60),
        "one durable commit of one row",
        8,
    )

    def page() -> None:
        sheet(number, actor=actor, clock=clock)

    def statement() -> None:
        with reading() as session:
            session.execute(select(func.sum(ScoreEntry.self_points)).group_by(ScoreEntry.assessment_id)).all()
            session.execute(text("SELECT * FROM criterion")).all()

    yield Line(
        "P2 the sheet of 113 nodes, loaded",
        median(page, times=20),
        median(statement, times=20),
        "its rows by two bare statements",
        12,
    )
    database.dispose()
