"""Tell people of something, in the transaction of what it tells: an act that is rolled back was never told of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from app.db.notices import Notice
from app.db.session import Work
from app.domain.notices import NoticeKind


def announce(
    work: Work,
    kind: NoticeKind,
    user_ids: Iterable[int],
    *,
    path: str,
    facts: Mapping[str, str | int],
    once: str | None = None,
) -> None:
    """Tell each of `user_ids`, but for whoever acts; `once` names an occasion nobody is told of twice."""
    acting = None if work.actor is None else work.actor.user_id
    told = dict.fromkeys(number for number in user_ids if number != acting)
    if once is not None and told:
        knows = select(Notice.user_id).where(Notice.once == once, Notice.user_id.in_(told))
        for number in work.session.scalars(knows):
            del told[number]
    for number in told:
        work.session.add(
            Notice(user_id=number, kind=kind, facts=dict(facts), path=path, once=once, at=work.now),
        )
