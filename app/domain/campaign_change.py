"""What of an open campaign may change, and within which bounds; everything else waits for the next one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from app.domain.deadlines import Span
from app.domain.errors import Conflict, InputInvalid
from app.domain.opening import phase_problems
from app.domain.terms import CONCLUDED, PhaseKind, Stage

#: letters of the number of a document
DOCUMENT_LIMIT = 200
#: from here on a result stands: what it is worked out by does not change any more
#: settings that may change until the first conclusion; the others would change what was done already
CHANGEABLE_POLICIES = frozenset(
    {
        "tie_breakers",
        "rank_on",
        "cap_index",
        "support_policy",
        "signature",
        "inserted_number",
        "zero_grounds",
        "explanation_days",
        "request_answerable",
        "round_two",
    }
)


class ChangeKind(StrEnum):
    """What was changed of an open campaign."""

    PHASES = "phases"
    APPRAISER = "appraiser"
    RANKING = "ranking"
    POLICIES = "policies"
    UNIT_ADDED = "unit_added"
    UNIT_CLOSED = "unit_closed"


class ClosingGround(StrEnum):
    """Why a sheet ends before its campaign."""

    MERGED = "merged"
    LEFT = "left"


def checked_words(reason: str, document: str) -> tuple[str, str]:
    """Return reason and document as they are kept. Raises InputInvalid("change_without_reason", "document_missing")."""
    reason, document = reason.strip(), document.strip()
    if not reason:
        raise InputInvalid("change_without_reason", field="reason")
    if not document or len(document) > DOCUMENT_LIMIT:
        raise InputInvalid("document_missing", field="document", limit=DOCUMENT_LIMIT)
    return reason, document


def changed_phases(
    old: Mapping[PhaseKind, Span], wanted: Mapping[PhaseKind, Span], now: dt.datetime
) -> dict[PhaseKind, Span]:
    """Return the phases that differ. A phase may be added, none taken away.

    Raises: InputInvalid with code nothing_changed, phase_kept (one is missing), phase_into_past (it would close, or
    open anew, before now), phase_began (it runs: its opening stands), and the codes of `phase_problems`.
    """
    for kind in old:
        if kind not in wanted:
            raise InputInvalid("phase_kept", phase=kind.value, field=f"{kind.value}.closes")
    changed = {kind: span for kind, span in wanted.items() if old.get(kind) != span}
    if not changed:
        raise InputInvalid("nothing_changed")
    for kind, span in changed.items():
        _check_moved(kind, old.get(kind), span, now)
    for problem in phase_problems(wanted):
        raise problem
    return changed


def _check_moved(kind: PhaseKind, old: Span | None, new: Span, now: dt.datetime) -> None:
    if (old is None or old.closes_at != new.closes_at) and new.closes_at <= now:
        raise InputInvalid("phase_into_past", phase=kind.value, field=f"{kind.value}.closes")
    if old is not None and old.opens_at == new.opens_at:
        return
    if old is not None and old.opens_at is not None and old.opens_at <= now:
        raise InputInvalid("phase_began", phase=kind.value, field=f"{kind.value}.opens")
    if new.opens_at is not None and new.opens_at <= now:
        raise InputInvalid("phase_into_past", phase=kind.value, field=f"{kind.value}.opens")


def refuse_after_conclusion(stages: Iterable[Stage], *, ever_concluded: bool) -> None:
    """Keep what results are worked out by once the first is concluded. Raises Conflict("change_after_conclusion")."""
    if ever_concluded or any(stage in CONCLUDED for stage in stages):
        raise Conflict("change_after_conclusion")


def changed_policies(old: Mapping[str, Any], new: Mapping[str, Any]) -> frozenset[str]:
    """Return the settings that differ. Raises InputInvalid("policy_fixed") for one an open campaign keeps."""
    changed = frozenset(name for name in {*old, *new} if old.get(name) != new.get(name))
    fixed = sorted(changed - CHANGEABLE_POLICIES)
    if fixed:
        raise InputInvalid("policy_fixed", settings=", ".join(fixed))
    return changed


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield (name, old, new) of what differs between two records of a change."""
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)
