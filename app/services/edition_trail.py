"""Editions and annulments against the audit trail, both ways: none without its event, no event without its row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.audit import AuditEvent
from app.db.campaigns import Campaign, GroupStage
from app.db.result_acts import Annulment
from app.db.results import Publication
from app.domain.terms import Stage
from app.services.publication import witness_of
from app.services.trail_words import UNKNOWN, differing, gone


def published_events(session: Session) -> Mapping[str, Sequence[AuditEvent]]:
    """Return the events of every edition ever published, by the number of its row; one statement.

    A number has two only where a row was deleted and SQLite gave its number again.
    """
    published = (AuditEvent.action == "edition_published", AuditEvent.object_type == "publication")
    found: dict[str, list[AuditEvent]] = defaultdict(list)
    for event in session.scalars(select(AuditEvent).where(*published).order_by(AuditEvent.at, AuditEvent.id)):
        found[event.object_id].append(event)
    return found


def name_of(row: Publication) -> str:
    """Return an edition as findings name it."""
    return f"{row.group_stage.campaign.code}/{row.group_stage.group.code} edition {row.edition}"


def witness_faults(row: Publication, told: Sequence[AuditEvent], authority: str) -> Iterator[str]:
    """Name what of an edition is not what the trail says of it; an older event does not say the group."""
    event = told[-1] if told else None
    if event is None or event.new is None or event.stream != f"campaign:{row.group_stage.campaign_id}":
        yield "the audit trail knows nothing of this edition"
        return
    for name, stored in witness_of(row, authority).items():
        if stored != event.new.get(name) and (name != "group_stage_id" or name in event.new):
            yield f"{name}: stored {stored}, the audit trail says {event.new.get(name)}"


def editions_gone(
    session: Session, rows: Sequence[Publication], events: Mapping[str, Sequence[AuditEvent]]
) -> Iterator[str]:
    """Name the editions the trail says were published and that are not there, and groups published without any."""
    there = {str(row.id) for row in rows}
    lost = [event for number, told in events.items() for event in (told[:-1] if number in there else told)]
    names = _names(session) if lost else {}
    for event in lost:
        new = event.new or {}
        place = names.get(new.get("group_stage_id"), names.get(event.stream, event.stream))
        yield gone(f"{place} edition {new.get('edition')}")
    held = {row.group_stage_id for row in rows}
    for group in session.scalars(select(GroupStage).where(GroupStage.stage == Stage.PUBLISHED).order_by(GroupStage.id)):
        if group.id not in held:
            yield f"{group.campaign.code}/{group.group.code}: stands at published, no edition is there"


def _names(session: Session) -> Mapping[Any, str]:
    """Return how groups are named, by their number, and campaigns, by their stream."""
    groups = session.scalars(
        select(GroupStage).options(joinedload(GroupStage.campaign), joinedload(GroupStage.group))
    ).unique()
    named: dict[Any, str] = {group.id: f"{group.campaign.code}/{group.group.code}" for group in groups}
    return named | {f"campaign:{row.id}": row.code for row in session.scalars(select(Campaign))}


def annulment_faults(session: Session, rows: Sequence[Publication]) -> Iterator[str]:
    """Name the annulments that are not what the trail says, row or event; one statement each of both."""
    editions = {row.id: row for row in rows}
    stored: dict[tuple[int, str], Annulment] = {}
    statement = select(Annulment).options(joinedload(Annulment.assessment)).order_by(Annulment.id)
    for row in session.scalars(statement):
        stored[row.publication_id, row.assessment.unit.code] = row
    told = _annulled(session, editions)
    for number, unit in sorted({*stored, *told}):
        what = f"{name_of(editions[number])}: {unit} annulment" if number in editions else f"{unit} annulment"
        row_or_none, event = stored.get((number, unit)), told.get((number, unit))
        if event is None:
            yield f"{what}: {UNKNOWN}"
        elif row_or_none is None:
            yield gone(what)
        else:
            yield from differing(what, _annulment_pairs(row_or_none, event))


def _annulled(session: Session, editions: Collection[int]) -> Mapping[tuple[int, str], AuditEvent]:
    """Return by edition and unit the event that annulled its result; those of an edition that is gone are left out."""
    annulled = (AuditEvent.action == "results_annulled", AuditEvent.object_type == "publication")
    events = session.scalars(select(AuditEvent).where(*annulled).order_by(AuditEvent.stream, AuditEvent.sequence))
    return {
        (int(event.object_id), unit): event
        for event in events
        if int(event.object_id) in editions
        for unit in (event.new or {}).get("units", ())
    }


def _annulment_pairs(row: Annulment, event: AuditEvent) -> Iterator[tuple[str, object, object]]:
    new = event.new or {}
    yield "decision number", row.decision_number, new.get("number")
    yield "decision day", row.decided_on.isoformat(), new.get("decided_on")
    yield "positions", row.positions.value, new.get("positions")
    yield "reason", row.reason, event.note
    yield "author", row.by_id, event.actor_id
    if "leaves" in new:
        yield "criteria", row.leaves, new["leaves"]
