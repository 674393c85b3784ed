"""What a person decides while reviewing what was read, and how it is kept: small values, JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

from app.domain.errors import InputInvalid
from app.domain.json_fields import Fields, load_json

#: what of a criterion a person may change; `parent` is the place of the criterion above, None at the top
FIELDS = ("code", "title", "maximum", "parent", "agency", "scored_by", "rule", "examples", "requirement", "evidence")


@dataclass(frozen=True, slots=True)
class ApplyRemedy:
    """Take remedy number `remedy` (from 0) of a finding: what it changes is changed, the finding is settled by it.

    `key`, `place`, `changes` are written down when it is decided, so that a later reader of files changes nothing here.
    """

    finding: str
    remedy: int
    key: str = ""
    place: int | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EditFields:
    """Change fields of the criterion at `place`; values as JSON holds them: a maximum as text, a rule as an object."""

    place: int
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MatchAgency:
    """Call every agency printed as `text` by the name `agency`, wherever it stands."""

    text: str
    agency: str


@dataclass(frozen=True, slots=True)
class Settle:
    """Leave it as the paper prints it; the note says why."""

    finding: str
    note: str


@dataclass(frozen=True, slots=True)
class SettleMany:
    """Settle several findings that were read and change nothing, with one note."""

    findings: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Unsettle:
    finding: str


@dataclass(frozen=True, slots=True)
class DeleteRow:
    """Leave the criterion at `place` out, with everything below it."""

    place: int


@dataclass(frozen=True, slots=True)
class RestoreRow:
    place: int


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last decision that still stands; another one takes back the one before."""


Decision = ApplyRemedy | EditFields | MatchAgency | Settle | SettleMany | Unsettle | DeleteRow | RestoreRow | Undo

#: kind as it is stored → the value
KINDS: Mapping[str, type[Decision]] = {
    "apply_remedy": ApplyRemedy,
    "edit_fields": EditFields,
    "match_agency": MatchAgency,
    "settle": Settle,
    "settle_many": SettleMany,
    "unsettle": Unsettle,
    "delete_row": DeleteRow,
    "restore_row": RestoreRow,
    "undo": Undo,
}


def kind_of_decision(decision: Decision) -> str:
    return next(kind for kind, value in KINDS.items() if isinstance(decision, value))


def decision_to_json(decision: Decision) -> dict[str, Any]:  # noqa: C901 - one arm for each kind
    """Return the fields of a decision; its kind is kept beside them."""
    match decision:
        case ApplyRemedy():
            return {
                "finding": decision.finding,
                "remedy": decision.remedy,
                "key": decision.key,
                "place": decision.place,
                "changes": dict(decision.changes),
            }
        case EditFields():
            return {"place": decision.place, "changes": dict(decision.changes)}
        case MatchAgency():
            return {"text": decision.text, "agency": decision.agency}
        case Settle():
            return {"finding": decision.finding, "note": decision.note}
        case SettleMany():
            return {"findings": list(decision.findings), "note": decision.note}
        case Unsettle():
            return {"finding": decision.finding}
        case DeleteRow() | RestoreRow():
            return {"place": decision.place}
        case Undo():
            return {}
        case _:
            assert_never(decision)


def decision_from_json(kind: str, given: object) -> Decision:
    """Return the decision that was kept. Raises InputInvalid naming the field."""
    fields = Fields(load_json(given, InputInvalid), InputInvalid, prefix="decision")
    decision = _of_kind(kind, fields)
    fields.done()
    return decision


def _of_kind(kind: str, fields: Fields) -> Decision:  # noqa: C901 - one arm for each kind
    match kind:
        case "apply_remedy":
            finding, remedy, key = fields.text("finding"), _whole(fields, "remedy"), fields.text("key")
            return ApplyRemedy(finding, remedy, key, fields.whole_or_none("place"), dict(fields.pairs("changes")))
        case "edit_fields":
            return EditFields(_whole(fields, "place"), dict(fields.pairs("changes")))
        case "match_agency":
            return MatchAgency(fields.text("text"), fields.text("agency"))
        case "settle":
            return Settle(fields.text("finding"), fields.text("note"))
        case "settle_many":
            return SettleMany(tuple(str(key) for key in fields.items("findings")), fields.text("note"))
        case "unsettle":
            return Unsettle(fields.text("finding"))
        case "delete_row":
            return DeleteRow(_whole(fields, "place"))
        case "restore_row":
            return RestoreRow(_whole(fields, "place"))
        case "undo":
            return Undo()
        case _:
            raise InputInvalid("decision_unknown", kind=kind[:40])


def _whole(fields: Fields, name: str) -> int:
    value = fields.whole_or_none(name)
    if value is None or value < 0:
        raise InputInvalid("decision_unknown", kind=name)
    return value
