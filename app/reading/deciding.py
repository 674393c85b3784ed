"""May this be decided now, and what exactly is written down for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.domain.errors import InputInvalid, NotFound
from app.domain.points import parse_number, plain, to_units
from app.domain.rule_codec import rule_from_json, rule_to_json
from app.domain.rule_examples import example_from_json, example_to_json
from app.domain.terms import ScoredBy, Severity
from app.reading.decisions import (
    FIELDS,
    ApplyRemedy,
    Decision,
    DeleteRow,
    EditFields,
    MatchAgency,
    RestoreRow,
    Settle,
    SettleMany,
    Undo,
    Unsettle,
)
from app.reading.review import Review

#: letters of a note, of a text of a criterion
NOTE_MOST, TEXT_MOST = 2000, 20_000


def decided(review: Review, decision: Decision) -> Decision:  # noqa: C901 - one arm for each kind
    """Return `decision` as it is kept, everything it changes written out.

    Raises: NotFound (finding_unknown, criterion_unknown), InputInvalid naming the field: remedy_unknown,
    finding_settled, note_missing, code_missing, title_missing, parent_below_itself, nothing_to_undo …
    """
    match decision:
        case ApplyRemedy():
            return _remedy(review, decision)
        case Settle() | Unsettle():
            return _of_finding(review, decision)
        case SettleMany():
            return _many(review, decision)
        case EditFields(place=place, changes=changes):
            return EditFields(place, _clean(review, place, changes))
        case MatchAgency():
            return _agency(review, decision)
        case DeleteRow(place=place) | RestoreRow(place=place):
            if review.node(place).left_out is not isinstance(decision, RestoreRow):
                raise InputInvalid("row_decided_already")
            return decision
        case Undo():
            if review.last is None:
                raise InputInvalid("nothing_to_undo")
            return decision


def _remedy(review: Review, decision: ApplyRemedy) -> ApplyRemedy:
    found = review.finding(decision.finding)
    if not found.open:
        raise InputInvalid("finding_settled")
    if not 0 <= decision.remedy < len(found.finding.remedies):
        raise InputInvalid("remedy_unknown")
    remedy = found.finding.remedies[decision.remedy]
    if remedy.changes and found.place is None:
        raise InputInvalid("remedy_unknown")
    changes = {} if found.place is None else _clean(review, found.place, remedy.changes)
    return replace(decision, key=remedy.key, place=found.place, changes=changes)


def _of_finding(review: Review, decision: Settle | Unsettle) -> Decision:
    found = review.finding(decision.finding)
    if isinstance(decision, Unsettle):
        if found.settlement is None:
            raise InputInvalid("finding_not_settled")
        return decision
    if not found.open:
        raise InputInvalid("finding_settled")
    note = decision.note.strip()
    if not note:
        raise InputInvalid("note_missing", field="note")
    if len(note) > NOTE_MOST:
        raise InputInvalid("text_too_long", field="note", most=NOTE_MOST)
    return Settle(decision.finding, note)


def _many(review: Review, decision: SettleMany) -> SettleMany:
    """Only what was tidied up is settled in one go; a doubt or an error is looked at by itself."""
    found = [review.finding(key) for key in decision.findings]
    open_ones = tuple(each.key for each in found if each.open)
    if any(each.finding.severity is not Severity.INFO for each in found):
        raise InputInvalid("only_notes_together")
    if not open_ones:
        raise InputInvalid("finding_settled")
    return SettleMany(open_ones, decision.note.strip()[:NOTE_MOST])


def _agency(review: Review, decision: MatchAgency) -> MatchAgency:
    agency = " ".join(decision.agency.split())
    if not agency:
        raise InputInvalid("agency_missing", field="agency")
    if not any(node.criterion.agency == decision.text for node in review.nodes):
        raise NotFound("finding_unknown")
    return MatchAgency(decision.text, agency)


def _clean(review: Review, place: int, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes as JSON, each value checked; only what differs from what stands."""
    node = review.node(place)
    if node.left_out:
        raise InputInvalid("row_decided_already")
    return {name: _value(review, place, name, value) for name, value in changes.items() if name in FIELDS}


def _value(review: Review, place: int, name: str, value: Any) -> Any:  # noqa: C901 - one arm for each field
    match name:
        case "maximum":
            maximum = parse_number(str(value), what=name)
            if maximum < 0:
                raise InputInvalid("negative_figure", text=str(value), field=name)
            to_units(maximum)
            return plain(maximum)
        case "rule":
            return None if value is None else rule_to_json(rule_from_json(value))
        case "examples":
            return [example_to_json(example_from_json(each)) for each in value]
        case "parent":
            return _parent(review, place, value)
        case "scored_by":
            return _scorer(value)
        case "code" | "title":
            return _text(name, value)
        case "evidence":
            return [str(line).strip() for line in value if str(line).strip()]
        case "agency":
            return " ".join(str(value or "").split()) or None
        case _:
            return str(value).strip()


def _scorer(value: Any) -> str | None:
    if value in (None, ""):
        return None
    if value not in {scorer.value for scorer in ScoredBy}:
        raise InputInvalid("wrong_type", field="scored_by")
    return str(ScoredBy(value).value)


def _text(name: str, value: Any) -> str:
    text = str(value).strip()
    if not text:
        raise InputInvalid(f"{name}_missing", field=name)
    most = 20 if name == "code" else TEXT_MOST
    if len(text) > most:
        raise InputInvalid("text_too_long", field=name, most=most)
    return text


def _parent(review: Review, place: int, value: Any) -> int | None:
    """Return the place of the new parent, given by place or by code; never the criterion itself or one below it."""
    if value in (None, ""):
        return None
    above = review.node(value) if isinstance(value, int) else review.at_code(str(value).strip())
    if above is None or above.left_out:
        raise InputInvalid("parent_unknown_code", code=str(value)[:20], field="parent")
    if any(node.place == place for node in review.path(above.place)):
        raise InputInvalid("parent_below_itself", code=above.criterion.code, field="parent")
    return above.place
