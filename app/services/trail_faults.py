"""Judgements against the audit trail: verdicts, entered claims, leaders' sheets, exemptions, surveys.

A row that fits its rule can still have been changed by hand; what was really said stands in the trail. Older events
carry less: what they do not say is not compared.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.appraisals import EnteredClaim, LeaderBallot, Verdict
from app.db.assessments import Exemption
from app.db.audit import AuditEvent
from app.db.entering import LeaderSheet, Survey, SurveyTally
from app.domain.points import plain
from app.domain.terms import Decision
from app.services.ballot_cells import audited
from app.services.group_context import GroupContext
from app.services.group_leaf_acts import rows_of
from app.services.surveys import survey_kept
from app.services.trail_replay import Cell, Event, Exempted, Said, events_of
from app.services.trail_words import UNKNOWN, differing, gone

LeafRows = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Judged:
    """What others wrote in a group, by sheet and leaf, and what became of each leader's sheet: sent, given back."""

    verdicts: Mapping[int, LeafRows]
    claims: Mapping[int, LeafRows]
    ballots: Mapping[int, LeafRows]
    exemptions: Mapping[int, LeafRows]
    counts: Mapping[int, LeafRows]
    sheets: Mapping[int, Event]


def judged_of(session: Session, context: GroupContext) -> Judged:
    """Load the rows of a group, in a constant number of statements."""
    numbers = context.assessments
    codes = {number: code for code, number in context.ids.items()}

    def by_leaf(rows: Iterable[Any]) -> Mapping[int, LeafRows]:
        found: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            # counts of a leaf that a version took away stay on it; nothing else may
            code = codes.get(row.criterion_id)
            if code is not None or not isinstance(row, SurveyTally):
                found[row.assessment_id][code or f"criterion {row.criterion_id}"].append(row)
        return found

    in_force = select(Exemption).where(Exemption.in_force).order_by(Exemption.id)
    ballots = select(LeaderBallot).order_by(LeaderBallot.id)
    tallies = select(SurveyTally).options(joinedload(SurveyTally.survey)).order_by(SurveyTally.id)
    return Judged(
        verdicts=by_leaf(row for rows in context.verdicts.values() for row in rows),
        claims=by_leaf(context.claims.values()),
        ballots=by_leaf(rows_of(session, ballots, LeaderBallot.assessment_id, numbers)),
        exemptions=by_leaf(rows_of(session, in_force, Exemption.assessment_id, numbers)),
        counts=by_leaf(rows_of(session, tallies, SurveyTally.assessment_id, numbers)),
        sheets=_sheets(session, context),
    )


def _sheets(session: Session, context: GroupContext) -> Mapping[int, Event]:
    """Return by leader the newest event by which the leader's sheet was sent or given back."""
    rows = session.execute(
        select(LeaderSheet.id, LeaderSheet.leader_id).where(LeaderSheet.group_stage_id == context.group.id)
    )
    leaders = {str(row.id): row.leader_id for row in rows}
    acts = AuditEvent.action.in_(["leader_sheet_sent", "leader_sheet_reopened"])
    events = events_of(session, [f"campaign:{context.group.campaign_id}"], acts)
    return {leaders[event.object_id]: event for _, event in events if event.object_id in leaders}


def judgement_faults(judged: Judged, said: Said, assessment_id: int) -> Iterator[str]:
    """Name what of one sheet's judgements is not what the trail says last, row or event."""
    yield from _verdict_faults(judged.verdicts.get(assessment_id, {}), said)
    yield from _claim_faults(judged.claims.get(assessment_id, {}), said)
    yield from _ballot_faults(judged.ballots.get(assessment_id, {}), said, judged.sheets)
    yield from _exemption_faults(judged.exemptions.get(assessment_id, {}), said)
    yield from _count_faults(judged.counts.get(assessment_id, {}), said)


def _at_once(rows: Iterable[Any]) -> dict[tuple[Any, int], Any]:
    """Return rows or events by their instant, those of one instant in their order."""
    found: dict[tuple[Any, int], Any] = {}
    seen: dict[Any, int] = defaultdict(int)
    for row in rows:
        found[row.at, seen[row.at]] = row
        seen[row.at] += 1
    return found


def _verdict_faults(rows: LeafRows, said: Said) -> Iterator[str]:
    """Every verdict, not only the newest: each is appended by an event of its own."""
    for code in sorted({*rows, *said.verdicts}):
        stored, told = _at_once(rows.get(code, ())), _at_once(said.verdicts.get(code, ()))
        for key in sorted({*stored, *told}):
            what = f"{code} verdict of round {stored[key].round if key in stored else told[key].new['round']}"
            if key not in told:
                yield f"{what}: {UNKNOWN}"
            elif key not in stored:
                yield gone(what)
            else:
                yield from differing(what, _verdict_pairs(stored[key], told[key]))


def _verdict_pairs(row: Verdict, event: Event) -> Iterator[tuple[str, object, object]]:
    new = event.new
    yield "decision", row.decision.value, new["decision"]
    yield "round", row.round, new["round"]
    yield "claim", row.claim, new["claim"]
    if "points" in new or row.decision is Decision.REQUEST_EVIDENCE:
        yield "points", None if row.points is None else plain(row.points), new.get("points")
    yield "due date", row.due_at, dt.datetime.fromisoformat(new["due_at"]) if "due_at" in new else None
    yield "reason", row.reason, event.note
    yield "minutes", row.minutes_number, new.get("minutes_number")
    yield "day of the minutes", row.minutes_on and row.minutes_on.isoformat(), new.get("minutes_on")
    yield "in whose stead", row.instead_of, new.get("instead_of", "")
    yield "author", row.author_id, event.by


def _claim_faults(rows: LeafRows, said: Said) -> Iterator[str]:
    for code in sorted({*rows, *said.claims}):
        what, stored, event = f"{code} entered claim", rows.get(code, ()), said.claims.get(code)
        if event is None:
            yield f"{what}: {UNKNOWN}"
        elif not stored:
            yield gone(what)
        else:
            yield from differing(what, _claim_pairs(stored[0], event))


def _claim_pairs(row: EnteredClaim, event: Event) -> Iterator[tuple[str, object, object]]:
    new = event.new
    yield "claim", row.claim, new["claim"]
    if "points" in new:
        yield "points", plain(row.points), new["points"]
    yield "document", row.document, new.get("document", "")
    yield "source", row.source_name, new.get("source", "")
    yield "day of the source", row.source_on and row.source_on.isoformat(), new.get("source_on")
    yield "author", row.by_id, event.by


def _ballot_faults(rows: LeafRows, said: Said, sheets: Mapping[int, Event]) -> Iterator[str]:
    stored = {(code, row.leader_id): row for code, kept in rows.items() for row in kept}
    for code, leader in sorted({*stored, *said.cells}):
        what = f"{code} leader's sheet ({leader})"
        row, cell = stored.get((code, leader)), said.cells.get((code, leader))
        if cell is None:
            yield f"{what}: {UNKNOWN}"
        elif row is None:
            if cell.sure:
                yield gone(what)
        else:
            yield from differing(what, _ballot_pairs(row, cell, sheets.get(leader)))


def _ballot_pairs(row: LeaderBallot, cell: Cell, sheet: Event | None) -> Iterator[tuple[str, object, object]]:
    yield "answer", audited(row), cell.said
    yield "typed by", row.entered_by_id, cell.event.by
    draft = _draft(cell, sheet)
    if draft is not None:
        yield "not sent yet", row.draft, draft


def _draft(cell: Cell, sheet: Event | None) -> bool | None:
    """Return whether an answer waits for its sheet to be sent: what came last says it, None where none does.

    A sheet and its answers are in two streams: of one instant it is not known which came first.
    """
    if sheet is None or sheet.at < cell.event.at:
        return cell.draft
    told = sheet.action == "leader_sheet_reopened"
    return told if sheet.at > cell.event.at or told is cell.draft else None


def _exemption_faults(rows: LeafRows, said: Said) -> Iterator[str]:
    for code in sorted({*rows, *said.exemptions}):
        what, stored, told = f"{code} exemption", rows.get(code, ()), said.exemptions.get(code)
        if told is None or len(stored) > 1:
            yield f"{what}: {UNKNOWN}"
        elif not stored:
            yield gone(what)
        else:
            yield from differing(what, _exemption_pairs(stored[0], told))


def _exemption_pairs(row: Exemption, told: Exempted) -> Iterator[tuple[str, object, object]]:
    yield "status", row.status.value, told.status
    yield "document", row.document or row.proposed_document, told.document
    yield "reason", row.reason, told.reason
    yield "reason of the decision", row.decision_reason, told.decision_reason


def _count_faults(rows: LeafRows, said: Said) -> Iterator[str]:
    """Counts are appended, and taken back by an event that counts nothing."""
    for code in sorted({*rows, *said.counts}):
        events = said.counts.get(code, [])
        stored, told = _at_once(rows.get(code, ())), _at_once(event for event in events if event.new)
        for key in sorted({*stored, *told}):
            name = stored[key].survey.name if key in stored else told[key].new["survey"]
            what = f"{code} counts of survey {name}"
            if key not in told:
                yield f"{what}: {UNKNOWN}"
            elif key not in stored:
                yield gone(what)
            else:
                yield from differing(what, _count_pairs(stored[key], told[key], events))


def _count_pairs(row: SurveyTally, event: Event, events: Sequence[Event]) -> Iterator[tuple[str, object, object]]:
    yield "people by answer", row.counts, event.new["tally"]
    yield "sheets returned", row.returned, event.new["returned"]
    yield "author", row.by_id, event.by
    number = event.new.get("survey_id")
    if number is not None:
        yield "survey", row.survey_id, number
        later = events[events.index(event) + 1 :]
        ends = (each.at for each in later if number in {each.new.get("survey_id"), each.old.get("survey_id")})
        yield "until", row.superseded_at, next(ends, None)


def survey_faults(session: Session, context: GroupContext) -> Iterator[str]:
    """Name the surveys of a group that do not say of themselves what the trail says, or were withdrawn by hand."""
    rows = session.scalars(select(Survey).where(Survey.group_stage_id == context.group.id).order_by(Survey.id)).all()
    facts: dict[str, Mapping[str, Any]] = {}
    withdrawn = set()
    stream = f"campaign:{context.group.campaign_id}"
    for _, event in events_of(session, [stream], AuditEvent.object_type == "survey"):
        facts[event.object_id] = event.new or event.old
        if event.action == "survey_withdrawn":
            withdrawn.add(event.object_id)
    for row in rows:
        key, what = str(row.id), f"survey {row.name}"
        if key not in facts:
            yield f"{what}: {UNKNOWN}"
            continue
        kept = survey_kept(row)
        yield from differing(what, ((name, kept[name], told) for name, told in facts[key].items() if name in kept))
        yield from differing(what, [("withdrawn", row.withdrawn_at is not None, key in withdrawn)])
