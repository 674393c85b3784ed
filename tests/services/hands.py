"""A hand in the database, past the triggers of the portal: what verification has to find."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.db.session import current
from app.services.verification import verify_publications
from tests.services.flow import Flow
from tests.services.results_world import Played
from tests.services.test_annulment import unguarded

TABLES = ("verdict", "publication", "published_result", "annulment", "entered_claim", "survey_tally", "adopted_sheet")


@contextmanager
def hand_in() -> Iterator[Session]:
    """A session past the triggers of the portal; nothing of what it does is kept."""
    session = current().writer()
    for table in TABLES:
        unguarded(session, table)
    yield session
    session.rollback()
    session.close()


def changed(session: Session, *statements: str) -> None:
    for statement in statements:
        assert session.connection().exec_driver_sql(statement).rowcount > 0, statement


def found_after(flow: Flow | Played, *statements: str) -> list[str]:
    with hand_in() as session:
        changed(session, *statements)
        return verify_publications(session, flow.blobs, flow.now)[1]
