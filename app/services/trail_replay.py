"""What the audit trail says of the sheets of a group, event by event: what should stand in their rows now.

Within a stream events are ordered by their sequence, which the chain covers; the row ids of the trail it does not.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.audit import AuditEvent
from app.db.queries.trees import nodes_of_set
from app.db.queries.versions import mapping_between
from app.db.versions import AdoptedSheet, SetAdoption
from app.domain.criteria import Tree
from app.domain.crossing import Crossing
from app.domain.points import plain
from app.services.adoption_plan import entered_points

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the trail, as far as rows are compared with it; `old` and `new` are empty where there was none."""

    action: str
    object_id: str
    at: dt.datetime
    by: int | None
    old: Payload
    new: Payload
    note: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One leader's answer on one leaf. `draft` None: the trail did not say yet whether its sheet was sent.

    `sure` False: an older trail took a cell of this leaf back without saying whose.
    """

    event: Event
    said: Payload
    draft: bool | None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Exempted:
    """A leaf claimed as not applicable, as it stands: what it was proposed with, what was decided."""

    status: str
    document: str
    reason: str
    decision_reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the trail says of one sheet, by leaf or by the number of the row; filled while its events are read."""

    receipts: dict[str, str] = field(default_factory=dict)
    saves: dict[str, Payload] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    claims: dict[str, Event] = field(default_factory=dict)
    cells: dict[tuple[str, int], Cell] = field(default_factory=dict)
    exemptions: dict[str, Exempted] = field(default_factory=dict)
    adjustments: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))


def said_of_sheets(session: Session, assessments: Collection[int]) -> Mapping[int, Said]:
    """Return what the trail says of every sheet, in one statement, and a few more for each version adopted."""
    streams = {f"assessment:{number}": number for number in assessments}
    found = {number: Said() for number in assessments}
    crossings = _crossings(session, assessments)
    for stream, event in events_of(session, streams):
        said = found[streams[stream]]
        if "receipt" in event.new:
            said.receipts[event.new["receipt"]] = event.new["sha256"]
        if event.action == "version_adopted":
            said.kept[event.object_id] = event.new["sha256"]
            if event.object_id in crossings:
                _cross(said, crossings[event.object_id])
        elif event.action in _READ:
            _READ[event.action](said, event)
    return found


def events_of(session: Session, streams: Collection[str], *conditions: Any) -> list[tuple[str, Event]]:
    """Return the events of some streams, each in its own order, with the name of the stream; one statement."""
    columns = (
        AuditEvent.stream,
        AuditEvent.action,
        AuditEvent.object_id,
        AuditEvent.at,
        AuditEvent.actor_id,
        AuditEvent.old,
        AuditEvent.new,
        AuditEvent.note,
    )
    statement = select(*columns).where(AuditEvent.stream.in_(streams), *conditions)
    rows = session.execute(statement.order_by(AuditEvent.stream, AuditEvent.sequence))
    return [
        (stream, Event(action, object_id, at, by, old or {}, new or {}, note))
        for stream, action, object_id, at, by, old, new, note in rows
    ]


def _entry(said: Said, event: Event) -> None:
    said.saves[event.object_id] = event.new


def _verdict(said: Said, event: Event) -> None:
    said.verdicts[event.object_id].append(event)


def _claim(said: Said, event: Event) -> None:
    said.claims[event.object_id] = event


def _unclaim(said: Said, event: Event) -> None:
    said.claims.pop(event.object_id, None)


def _ballot(said: Said, event: Event) -> None:
    """Put a leader's answer, or take it back; trails of earlier days do not say whose was taken back."""
    code = event.object_id
    if event.new:
        values = {name: event.new[name] for name in ("answer", "points") if name in event.new}
        said.cells[code, event.new["leader"]] = Cell(event, values, event.new.get("draft"))
        return
    if "leader" in event.old:
        said.cells.pop((code, event.old["leader"]), None)
        return
    like = [key for key, cell in said.cells.items() if key[0] == code and cell.said == event.old]
    for key in like:
        if len(like) == 1:
            del said.cells[key]
        else:
            said.cells[key] = replace(said.cells[key], sure=False)


def _exempt(said: Said, event: Event) -> None:
    code, new = event.object_id, event.new
    before = said.exemptions.pop(code, None)
    if event.action == "exemption_proposed":
        said.exemptions[code] = Exempted(new["status"], new.get("document", ""), event.note, "")
    elif event.action == "exemption_decided":
        reason = "" if before is None else before.reason
        said.exemptions[code] = Exempted(new["status"], new.get("document", ""), reason, event.note)


def _adjust(said: Said, event: Event) -> None:
    said.adjustments[event.object_id].append(event)


def _count(said: Said, event: Event) -> None:
    said.counts[event.object_id].append(event)


_READ: Mapping[str, Callable[[Said, Event], None]] = {
    "self_score_entered": _entry,
    "verdict_given": _verdict,
    "claim_entered": _claim,
    "claim_withdrawn": _unclaim,
    "ballot_entered": _ballot,
    "exemption_proposed": _exempt,
    "exemption_decided": _exempt,
    "exemption_withdrawn": _exempt,
    "adjustment_proposed": _adjust,
    "adjustment_decided": _adjust,
    "adjustment_withdrawn": _adjust,
    "survey_counted": _count,
}


def _crossings(session: Session, assessments: Collection[int]) -> Mapping[str, Crossing]:
    """Return by the number of each kept sheet how its group went over to the next version."""
    statement = (
        select(AdoptedSheet.id, SetAdoption.old_set_id, SetAdoption.new_set_id)
        .join(AdoptedSheet.adoption)
        .where(AdoptedSheet.assessment_id.in_(assessments))
    )
    made: dict[tuple[int, int], Crossing] = {}
    found = {}
    for number, old, new in session.execute(statement):
        if (old, new) not in made:
            trees = [Tree(tuple(nodes_of_set(session, each))) for each in (old, new)]
            made[old, new] = Crossing(trees[0], trees[1], mapping_between(session, old, new) or {}, ())
        found[str(number)] = made[old, new]
    return found


def _cross(said: Said, crossing: Crossing) -> None:
    """Carry what others entered to the leaves of the next version, as the adoption did: it wrote no event of each."""
    claims, exemptions, counts = dict(said.claims), dict(said.exemptions), dict(said.counts)
    said.claims.clear()
    said.exemptions.clear()
    said.counts.clear()
    for code, event in claims.items():
        target, points = crossing.target(code), entered_points(crossing, code, event.new["claim"])
        if target is not None and points is not None:
            said.claims[target] = replace(event, new={**event.new, "points": plain(points)})
    for code, standing in exemptions.items():
        if (target := crossing.target(code)) is not None:
            said.exemptions[target] = standing
    for code, events in counts.items():
        if (target := crossing.mapping.get(code)) is not None:
            said.counts[target] = events
    _cross_cells(said, crossing)


def _cross_cells(said: Said, crossing: Crossing) -> None:
    """Leaders' answers the new rule takes go along; of points it depends on the kind the leader was of then."""
    cells = dict(said.cells)
    said.cells.clear()
    for (code, leader), cell in cells.items():
        target = crossing.target(code)
        if target is None:
            continue
        if "answer" in cell.said:
            taken = entered_points(crossing, code, {"tally": {cell.said["answer"]: "1"}}) is not None
            if taken:
                said.cells[target, leader] = cell
        else:
            said.cells[target, leader] = replace(cell, sure=cell.sure and crossing.counts_alike(code))
