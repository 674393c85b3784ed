"""Short texts for the reason of a verdict: a person's own, and an agency's for all its people."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.db.clock import Clock
from app.db.identity import Unit
from app.db.office import ReasonSnippet
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.errors import InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import Role

TEXT_LIMIT = 1000
#: more than these nobody finds anything in
MOST = 100


@dataclass(frozen=True, slots=True)
class Snippet:
    """`agency` is empty for the reader's own."""

    snippet_id: int
    text: str
    agency: str


def snippets(*, actor: Actor) -> list[Snippet]:
    """Return the actor's own texts first, then those of the agencies the actor appraises for."""
    with reading() as session:
        statement = (
            select(ReasonSnippet)
            .where(or_(ReasonSnippet.user_id == actor.user_id, ReasonSnippet.agency_id.in_(_agencies(actor))))
            .options(joinedload(ReasonSnippet.agency))
            .order_by(ReasonSnippet.agency_id.is_not(None), ReasonSnippet.agency_id, ReasonSnippet.id)
        )
        return [
            Snippet(row.id, row.text, "" if row.agency is None else row.agency.name)
            for row in session.scalars(statement)
        ]


def agencies_of(*, actor: Actor) -> list[tuple[int, str]]:
    """Return the agencies whose texts the actor may keep."""
    with reading() as session:
        rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(_agencies(actor))).order_by(Unit.code))
        return [(row.id, row.name) for row in rows]


def _agencies(actor: Actor) -> frozenset[int]:
    return frozenset(
        held.unit_id for held in actor.appointments if held.role is Role.APPRAISER and held.unit_id is not None
    )


def keep_snippet(
    text: str, *, agency_id: int | None = None, snippet_id: int | None = None, actor: Actor, clock: Clock
) -> None:
    """Keep a new text, of the actor or of an agency, or change one.

    Raises: NotFound for a text or an agency that is not the actor's, Forbidden, InputInvalid("snippet_empty",
    "text_too_long", "too_many_snippets").
    """
    policy.require(actor, Permission.SNIPPET_KEEP, Subject())
    with unit_of_work(actor=actor, clock=clock) as work:
        if snippet_id is not None:
            row, words = _own(work, snippet_id), _words(text)
            old = {"text": row.text}
            row.text = words
            work.audit("house", "snippet_changed", "reason_snippet", row.id, old=old, new={"text": words})
            return
        if agency_id is not None and agency_id not in _agencies(actor):
            raise NotFound("agency_unknown")
        words = _words(text)
        _refuse_too_many(work.session, actor.user_id if agency_id is None else None, agency_id)
        row = ReasonSnippet(user_id=actor.user_id if agency_id is None else None, agency_id=agency_id, text=words)
        work.session.add(row)
        work.session.flush()
        new = {"text": words, "agency_id": agency_id} if agency_id is not None else {"text": words}
        work.audit("house", "snippet_kept", "reason_snippet", row.id, old=None, new=new)


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise InputInvalid("snippet_empty", field="text")
    if len(words) > TEXT_LIMIT:
        raise InputInvalid("text_too_long", field="text", most=TEXT_LIMIT)
    return words


def _refuse_too_many(session: Session, user_id: int | None, agency_id: int | None) -> None:
    kept = select(func.count(ReasonSnippet.id)).filter_by(user_id=user_id, agency_id=agency_id)
    if (session.scalar(kept) or 0) >= MOST:
        raise InputInvalid("too_many_snippets", most=MOST)


def drop_snippet(snippet_id: int, *, actor: Actor, clock: Clock) -> None:
    """Drop a text; verdicts that used it keep their reason. Raises NotFound for one that is not the actor's."""
    with unit_of_work(actor=actor, clock=clock) as work:
        row = _own(work, snippet_id)
        work.audit("house", "snippet_dropped", "reason_snippet", row.id, old={"text": row.text}, new=None)
        work.session.delete(row)


def _own(work: Work, snippet_id: int) -> ReasonSnippet:
    row = work.session.get(ReasonSnippet, snippet_id, with_for_update=True)
    acting = work.acting
    if row is None or not (row.user_id == acting.user_id or row.agency_id in _agencies(acting)):
        raise NotFound("snippet_unknown")
    return row
