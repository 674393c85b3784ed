"""The indexes of a campaign as lines of a form: "CS1; Chỉ số 01; I, II; 40"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from app.domain.errors import InputInvalid
from app.domain.indexes import IndexSpec
from app.domain.points import parse_screen_number, plain
from app.words.numbers import spelled


def index_lines(indexes: Sequence[IndexSpec]) -> str:
    """Return the indexes as they are typed, one a line."""
    lines = []
    for spec in indexes:
        parts = [spec.code, spec.name, ", ".join(spec.branches)]
        lines.append("; ".join([*parts, *([] if spec.weight is None else [spelled(plain(spec.weight))])]))
    return "\n".join(lines)


def read_index_lines(text: str, known: Collection[str]) -> Iterable[dict[str, Any]]:
    """Read the lines. Raises InputInvalid naming the field: index_line_unreadable, index_branch_unknown."""
    for line in filter(None, (each.strip() for each in text.split("\n"))):
        parts = [part.strip() for part in line.split(";")]
        if len(parts) not in {3, 4}:
            raise InputInvalid("index_line_unreadable", line=line[:60], field="indexes")
        branches = [code.strip() for code in parts[2].split(",") if code.strip()]
        for code in branches:
            if code not in known:
                raise InputInvalid("index_branch_unknown", index=parts[0], criterion=code[:20], field="indexes")
        weight = plain(parse_screen_number(parts[3])) if len(parts) == 4 and parts[3] else None
        yield {"code": parts[0], "name": parts[1], "branches": branches, "weight": weight}
