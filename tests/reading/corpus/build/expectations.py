"""The hand-typed expectations of a manuscript, spelt out as ``expected.json``. Nothing here looks at a sentence."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.reading.corpus.build.manuscript import CORPUS, Manuscript, Node

SHARE = re.compile(r"(?:(?P<percent>[\d.]+)%|(?P<numerator>\d+)/(?P<denominator>\d+))?(?:f(?P<faults>\d+))?$")


def claim_of(token: str) -> dict[str, Any]:
    """Return the claim that a token means: "2", "1+3", "n4", "95%", "18/20", "95%f1", "v80", "nothing", "t1:2,5:3"."""
    if token == "nothing":
        return {"nothing_arose": True}
    if token.isdigit():
        return {"option": token}
    if "+" in token:
        return {"options": token.split("+")}
    if token[0] in "nvp":
        return {{"n": "count", "v": "value", "p": "points"}[token[0]]: token[1:]}
    if token[0] == "t":
        return {"tally": dict(pair.split(":") for pair in token[1:].split(","))}
    if token[0] == "m":
        return {"measures": dict(_compared(part) for part in token[1:].split(","))}
    found = SHARE.match(token)
    if found is None:
        raise ValueError(f"no claim: {token!r}")
    return {key: value for key, value in found.groupdict().items() if value is not None}


def _compared(part: str) -> tuple[str, dict[str, str | None]]:
    key, previous, current = part.split(":")
    return key, {"previous": previous or None, "current": current}


def award_of(text: str) -> dict[str, Any]:
    claims, points = text.strip().rsplit("=", 1)
    given = None if points == "x" else points
    tokens = claims.split("|")
    if len(tokens) == 1:
        return {"claim": claim_of(tokens[0]), "points": given}
    return {"any_of": [{"claim": claim_of(token)} for token in tokens], "points": given}


def agency_of(manuscript: Manuscript, node: Node) -> str | None:
    """Return the agency typed at `node` or at the nearest branch above; "~" before it means: expected, not printed."""
    by_code = {other.code: other for other in manuscript.nodes}
    at: Node | None = node
    while at is not None:
        if at.agency:
            return at.agency.partition("~")[2] or at.agency
        at = by_code.get(at.parent or "")
    return None


def criterion(manuscript: Manuscript, node: Node) -> dict[str, Any]:
    leaf = not manuscript.children(node) and "noleaf" not in node.flags
    maximum = None if "nomax" in node.flags else node.maximum.replace(",", ".").partition("~")[2]
    row: dict[str, Any] = {
        "code": node.code,
        "parent": node.parent,
        "title": node.title,
        "maximum": maximum or (None if "nomax" in node.flags else node.maximum.replace(",", ".")),
        "leaf": leaf,
    }
    if "given" in node.flags:
        row["code_given"] = True
    if not leaf:
        return row
    if "anyagency" not in node.flags:
        row["agency"] = agency_of(manuscript, node)
    row["executable"] = "not" not in node.flags
    if "open" in node.flags:
        row["open_bound"] = True
    row["awards"] = [award_of(part) for part in node.awards.split(";") if part.strip()]
    return row


def expected(manuscript: Manuscript) -> dict[str, Any]:
    appendix = manuscript.one("appendix")
    rows = [criterion(manuscript, node) for node in manuscript.nodes]
    return {
        "source": " ".join(manuscript.head["source"]),
        "appendix": int(appendix) if appendix else None,
        "criteria": rows,
        "total": manuscript.one("total") or None,
        "findings": [line.split(" ", 1) if " " in line else [line, ""] for line in manuscript.head.get("finding", [])],
        "leaves": sum(row["leaf"] for row in rows),
    }


def write(manuscript: Manuscript) -> None:
    """One criterion a line, so that a reader of the file can hold it against the paper."""
    values = expected(manuscript)
    criteria = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in values.pop("criteria"))
    rest = ",\n ".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    text = f'{{{rest},\n "criteria": [\n  {criteria}\n ]}}\n'
    (CORPUS / manuscript.name / "expected.json").write_text(text, encoding="utf-8")
