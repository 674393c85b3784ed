"""Bonus and penalty against the audit trail: what was proposed, decided, decided anew, withdrawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.assessments import Adjustment
from app.domain.points import plain
from app.services.group_context import GroupContext
from app.services.group_leaf_acts import rows_of
from app.services.trail_replay import Event, Said
from app.services.trail_words import UNKNOWN, differing, gone

PROPOSED, DECIDED = "adjustment_proposed", "adjustment_decided"


def adjustments_of(session: Session, context: GroupContext) -> Mapping[int, Sequence[Adjustment]]:
    """Return every bonus and penalty of a group, those out of force too, by sheet; one statement."""
    found: dict[int, list[Adjustment]] = defaultdict(list)
    statement = select(Adjustment).options(joinedload(Adjustment.item)).order_by(Adjustment.id)
    for row in rows_of(session, statement, Adjustment.assessment_id, context.assessments):
        found[row.assessment_id].append(row)
    return found


def adjustment_trail_faults(rows: Sequence[Adjustment], said: Said) -> Iterator[str]:
    """Name what of one sheet's bonuses and penalties is not what the trail says of each, row or event."""
    stored = {row.id: row for row in rows}
    told = {int(number): events for number, events in said.adjustments.items()}
    replaced = _replaced(stored, told)
    for number in sorted({*stored, *told}):
        if number not in told:
            yield f"{_name(stored[number])}: {UNKNOWN}"
        elif number not in stored:
            new = told[number][-1].new
            yield gone(f"{new['item']} {new['kind']} ({number})")
        else:
            row, events = stored[number], told[number]
            if any(
                event.action == PROPOSED for event in events[1:]
            ):  # the number of a row that was deleted, given anew
                yield gone(f"{events[0].new['item']} {events[0].new['kind']} ({number})")
            pairs = [
                *_pairs(row, events, anew=number in replaced),
                ("reason", row.reason, _reason(number, stored, told)),
            ]
            yield from differing(_name(row), pairs)


def _name(row: Adjustment) -> str:
    item = "" if row.item is None else row.item.code
    return f"{item} {row.kind.value} ({row.id})"


def _replaced(stored: Mapping[int, Adjustment], told: Mapping[int, Sequence[Event]]) -> frozenset[int]:
    """Return the rows decided anew. A row that stands for another was never proposed itself: so says the trail."""
    found = set()
    for number, row in stored.items():
        before = row.supersedes_id
        if before is None or before not in told or number not in told or told[number][0].action != DECIDED:
            continue
        if told[number][0].new["item"] == told[before][0].new["item"]:
            found.add(before)
    return frozenset(found)


def _pairs(row: Adjustment, events: Sequence[Event], *, anew: bool) -> Iterator[tuple[str, object, object]]:
    new = events[-1].new
    yield "item", "" if row.item is None else row.item.code, new["item"]
    yield "kind", row.kind.value, new["kind"]
    yield "status", row.status.value if row.in_force or anew else "withdrawn", new["status"]
    if anew:
        yield "in force", row.in_force, False
    for name, value in (
        ("points", plain(row.points)),
        ("claim", row.claim),
        ("document", row.document or row.proposed_document),
    ):
        if name in new:
            yield name, value, new[name]
    decisions = [event.note for event in events if event.action == DECIDED]
    yield "reason of the decision", row.decision_reason, decisions[-1] if decisions else ""


def _reason(number: int, stored: Mapping[int, Adjustment], told: Mapping[int, Sequence[Event]]) -> str | None:
    """Return why a row was proposed: a row decided anew has the reason of the one it stands for."""
    while number in told and told[number][0].action != PROPOSED:
        before = stored[number].supersedes_id if number in stored else None
        if before is None or before >= number:
            return None
        number = before
    return told[number][0].note if number in told else None
