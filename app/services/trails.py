"""The audit trail as people read it: of one leaf, one sheet, one campaign; and the heads of a day to keep elsewhere."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.audit import AuditEvent
from app.db.audit_trail import Head, heads
from app.db.campaigns import Campaign
from app.db.clock import Clock
from app.db.session import reading
from app.domain import policy
from app.domain.csv_rows import decoded, numbered_rows
from app.domain.deadlines import VIETNAM, end_of_day
from app.domain.errors import DomainError, InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.services.context import find_assessment

PAGE = 100
HEADS_HEADER = ("stream", "sequence", "at", "hash")
#: rows of one export; a campaign of a province has fewer
MOST_EXPORTED = 200_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a trail is asked for; empty asks for all. `page` counts from 1. Days are Vietnam's, both included."""

    leaf: str = ""
    who: str = ""
    action: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One thing that was written. `where`: the unit whose sheet it stands in, or empty for the campaign itself."""

    at: dt.datetime
    by: str
    address: str
    action: str
    kind: str
    row: str
    where: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    note: str
    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Trail:
    """One page of a trail, newest first. `actions`: the kinds of act that stand in it at all."""

    title: str
    lines: tuple[TrailLine, ...]
    count: int
    pages: int
    actions: tuple[str, ...]


def sheet_trail(assessment_id: int, asked: Asked, *, actor: Actor) -> Trail:
    """Return what was written on one sheet. Raises NotFound where it is not the actor's to read, InputInvalid."""
    with reading() as session:
        assessment, streams = _sheet(session, assessment_id, actor)
        title = f"{assessment.unit.name} – {assessment.campaign.name}"
        return _trail(session, title, streams, asked)


def campaign_trail(campaign_id: int, asked: Asked, *, actor: Actor) -> Trail:
    """Return what was written in a campaign, its sheets included. Raises Forbidden, NotFound, InputInvalid."""
    policy.require(actor, Permission.AUDIT_READ, Subject())
    with reading() as session:
        campaign, streams = _campaign(session, campaign_id)
        return _trail(session, campaign.name, streams, asked)


def exported_trail(
    asked: Asked, *, actor: Actor, assessment_id: int | None = None, campaign_id: int | None = None
) -> tuple[str, list[TrailLine]]:
    """Return the title of a trail and all of its lines that were asked for, oldest first. Raises as above."""
    with reading() as session:
        if assessment_id is not None:
            assessment, streams = _sheet(session, assessment_id, actor)
            title = f"{assessment.unit.name} – {assessment.campaign.name}"
        else:
            policy.require(actor, Permission.AUDIT_READ, Subject())
            campaign, streams = _campaign(session, campaign_id or 0)
            title = campaign.name
        statement = select(AuditEvent).where(*_conditions(streams, asked)).order_by(AuditEvent.id).limit(MOST_EXPORTED)
        return title, [_line(row, streams) for row in session.scalars(statement)]


def day_heads(day: dt.date | None, *, actor: Actor, clock: Clock) -> tuple[dt.date, list[Head]]:
    """Return a day (None: today) and the head of every stream as it ended, Vietnam time; of today, as they stand.

    Raises: Forbidden, InputInvalid("day_in_future").
    """
    policy.require(actor, Permission.AUDIT_READ, Subject())
    with reading() as session:
        today = clock.read(session).astimezone(VIETNAM).date()
        asked = today if day is None else day
        if asked > today:
            raise InputInvalid("day_in_future", field="day", day=asked)
        return asked, heads(session, end_of_day(asked))


def _sheet(session: Session, assessment_id: int, actor: Actor) -> tuple[Assessment, Mapping[str, str]]:
    assessment = find_assessment(session, assessment_id)
    subject = Subject(unit_id=assessment.unit_id, council_id=assessment.group_stage.council_id)
    if policy.why_not(actor, Permission.TRAIL_READ, subject) is not None:
        raise NotFound("assessment_unknown")
    return assessment, {f"assessment:{assessment.id}": assessment.unit.name}


def _campaign(session: Session, campaign_id: int) -> tuple[Campaign, Mapping[str, str]]:
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound("campaign_unknown", code=campaign_id)
    sheets = session.scalars(select(Assessment).where(Assessment.campaign_id == campaign_id).order_by(Assessment.id))
    return campaign, {f"campaign:{campaign_id}": "", **{f"assessment:{row.id}": row.unit.name for row in sheets}}


def _conditions(streams: Mapping[str, str], asked: Asked) -> Sequence[ColumnElement[bool]]:
    if asked.first is not None and asked.last is not None and asked.last < asked.first:
        raise InputInvalid("days_out_of_order", field="last")
    given: list[ColumnElement[bool]] = [AuditEvent.stream.in_(streams)]
    if asked.leaf:
        given += [AuditEvent.object_type == "leaf", AuditEvent.object_id == asked.leaf]
    if asked.who:
        given.append(AuditEvent.actor_name.icontains(asked.who, autoescape=True))
    if asked.action:
        given.append(AuditEvent.action == asked.action)
    if asked.first is not None:
        given.append(AuditEvent.at >= end_of_day(asked.first - dt.timedelta(days=1)))
    if asked.last is not None:
        given.append(AuditEvent.at < end_of_day(asked.last))
    return given


def _trail(session: Session, title: str, streams: Mapping[str, str], asked: Asked) -> Trail:
    conditions = _conditions(streams, asked)
    count = session.scalar(select(func.count()).select_from(AuditEvent).where(*conditions)) or 0
    pages = max(1, -(-count // PAGE))
    page = min(max(asked.page, 1), pages)
    rows = session.scalars(
        select(AuditEvent).where(*conditions).order_by(AuditEvent.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    )
    kinds = select(AuditEvent.action).where(AuditEvent.stream.in_(streams)).distinct().order_by(AuditEvent.action)
    return Trail(
        title=title,
        lines=tuple(_line(row, streams) for row in rows),
        count=count,
        pages=pages,
        actions=tuple(session.scalars(kinds)),
    )


def _line(row: AuditEvent, streams: Mapping[str, str]) -> TrailLine:
    return TrailLine(
        at=row.at,
        by=row.actor_name,
        address=row.address,
        action=row.action,
        kind=row.object_type,
        row=row.object_id,
        where=streams[row.stream],
        old=row.old or {},
        new=row.new or {},
        note=row.note,
        sequence=row.sequence,
        hash=row.hash,
    )


def heads_as_csv(found: Sequence[Head]) -> str:
    """Return heads as `flask audit verify --heads` reads them."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEADS_HEADER)
    writer.writerows((head.stream, head.sequence, head.at.isoformat(), head.hash) for head in found)
    return buffer.getvalue()


def heads_from_csv(data: bytes, name: str) -> list[tuple[str, int, str]]:
    """Return (stream, sequence, hash) of a file of heads. Raises InputInvalid("heads_unreadable", file, line)."""
    try:
        rows = list(numbered_rows(decoded(data, encoding="utf-8")))
    except DomainError as broken:
        raise InputInvalid("heads_unreadable", file=name, line=1) from broken
    if not rows or tuple(rows[0][1]) != HEADS_HEADER:
        raise InputInvalid("heads_unreadable", file=name, line=1)
    found = []
    for line, cells in rows[1:]:
        if len(cells) != len(HEADS_HEADER) or not cells[1].isdecimal():
            raise InputInvalid("heads_unreadable", file=name, line=line)
        found.append((cells[0], int(cells[1]), cells[3]))
    return found
