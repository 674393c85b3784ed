"""Append to the audit trail and check it: every row's hash covers the row before it in its stream."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select, text
from sqlalchemy.orm import Session

from app.db.audit import AuditEvent

#: what the first row of a stream is chained to
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that happened, before it has its place in a stream."""

    stream: str
    at: dt.datetime
    actor_id: int | None
    actor_name: str
    address: str
    action: str
    object_type: str
    object_id: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    note: str


def entry_hash(entry: AuditEntry, sequence: int, previous_hash: str) -> str:
    """Return the SHA-256 over the entry's canonical JSON, its place and the hash before it."""
    content = asdict(entry)
    content["at"] = entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    content |= {"sequence": sequence, "previous_hash": previous_hash}
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def append(connection: Connection, entry: AuditEntry) -> None:
    """Add `entry` at the end of its stream, in the caller's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:stream, 0))"), {"stream": entry.stream})
    last = connection.execute(
        select(AuditEvent.sequence, AuditEvent.hash)
        .where(AuditEvent.stream == entry.stream)
        .order_by(AuditEvent.sequence.desc())
        .limit(1),
    ).first()
    sequence, previous = (last.sequence + 1, last.hash) if last else (1, GENESIS)
    connection.execute(
        insert(AuditEvent).values(
            **asdict(entry),
            sequence=sequence,
            previous_hash=previous,
            hash=entry_hash(entry, sequence, previous),
        ),
    )


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first row of a stream whose content, place or hash does not fit what came before."""

    stream: str
    sequence: int
    audit_event_id: int


def verify(session: Session) -> tuple[int, BrokenLink | None]:
    """Recompute every chain; return how many rows were read and the first broken link, if any.

    A row removed from the end of a stream leaves no gap: compare `heads` with the printed ones for that.
    """
    previous: dict[str, tuple[int, str]] = {}
    count = 0
    statement = select(AuditEvent).order_by(AuditEvent.stream, AuditEvent.sequence).execution_options(yield_per=500)
    for row in session.scalars(statement):
        count += 1
        sequence, chained = previous.get(row.stream, (0, GENESIS))
        fits = row.sequence == sequence + 1 and row.previous_hash == chained
        if not fits or row.hash != entry_hash(_entry_of(row), row.sequence, row.previous_hash):
            return count, BrokenLink(row.stream, row.sequence, row.id)
        previous[row.stream] = (row.sequence, row.hash)
    return count, None


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row of a stream at some instant: what is printed, exported and kept elsewhere."""

    stream: str
    sequence: int
    at: dt.datetime
    hash: str


def heads(session: Session, until: dt.datetime | None = None) -> list[Head]:
    """Return the head of each stream, in one statement; with `until`, as the streams stood before that instant."""
    of_stream = select(AuditEvent.stream, func.max(AuditEvent.sequence).label("sequence")).group_by(AuditEvent.stream)
    if until is not None:
        of_stream = of_stream.where(AuditEvent.at < until)
    newest = of_stream.subquery()
    rows = session.execute(
        select(AuditEvent.stream, AuditEvent.sequence, AuditEvent.at, AuditEvent.hash)
        .join(newest, and_(AuditEvent.stream == newest.c.stream, AuditEvent.sequence == newest.c.sequence))
        .order_by(AuditEvent.stream),
    )
    return [Head(row.stream, row.sequence, row.at, row.hash) for row in rows]


def heads_missing(session: Session, kept: Iterable[tuple[str, int, str]]) -> list[tuple[str, int]]:
    """Return the kept heads (stream, sequence, hash) the trail no longer holds: rows cut off or written anew."""
    there = {}
    wanted = list(kept)
    for stream in {each[0] for each in wanted}:
        rows = session.execute(select(AuditEvent.sequence, AuditEvent.hash).where(AuditEvent.stream == stream))
        there[stream] = {row.sequence: row.hash for row in rows}
    return [(stream, sequence) for stream, sequence, said in wanted if there[stream].get(sequence) != said]


def _entry_of(row: AuditEvent) -> AuditEntry:
    return AuditEntry(**{name: getattr(row, name) for name in AuditEntry.__dataclass_fields__})
