"""How the checks say that a row and the audit trail differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

UNKNOWN = "the audit trail knows nothing of it"


def gone(what: str) -> str:
    """Return the sentence of something the trail says and no row holds."""
    return f"{what}: missing, the audit trail has it"


def differing(what: str, pairs: Iterable[tuple[str, object, object]]) -> Iterator[str]:
    """Name every (name, stored, told) whose two values are not the same."""
    for name, stored, told in pairs:
        if stored != told:
            yield f"{what} {name}: stored {_shown(stored)}, the audit trail says {_shown(told)}"


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text[:80]
