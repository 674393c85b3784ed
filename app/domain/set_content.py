"""A whole criteria set as one pure value, and as JSON: exact, versioned, nothing unknown, nothing guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.criteria import Node
from app.domain.errors import DomainError, InputInvalid
from app.domain.json_fields import Fields, load_json
from app.domain.points import plain
from app.domain.rule_codec import rule_from_json, rule_to_json
from app.domain.rule_examples import Example, example_from_json, example_to_json
from app.domain.rules import Rule
from app.domain.terms import ScoredBy, Severity

VERSION = 1
#: what no XML, so no document and no workbook, can hold
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class FindingContent:
    """A doubt of the paper. `code`: of the closed list of findings, or of a seed; `choice`: what was chosen."""

    code: str
    severity: Severity
    message: str
    settled: bool
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeContent:
    """One row of the appendix. `agency_code`, `agency_name`: the unit the printed agency was matched to, or ""."""

    code: str
    parent: str | None
    title: str
    maximum: Decimal
    original: str = ""
    requirement: str = ""
    evidence: str = ""
    agency_printed: str = ""
    agency_code: str = ""
    agency_name: str = ""
    scored_by: ScoredBy | None = None
    rule: Rule | None = None
    findings: tuple[FindingContent, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContent:
    """A criteria set in the order of the paper. `legal_basis`: the decision it stands in, as text; "" where none.

    `reason`: why there is this version.
    """

    code: str
    name: str
    year: int
    notes: str = ""
    legal_basis: str = ""
    reason: str = ""
    nodes: tuple[NodeContent, ...] = ()


def writable(text: str) -> str:
    """Return `text` as every file can hold it: lines end with a line feed, no other control letter but the tab."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def tree_nodes(content: SetContent) -> list[Node]:
    """Return the rows as a tree's nodes, for `check_tree`."""
    return [
        Node(row.code, row.parent, row.title, row.maximum, row.rule, row.scored_by, place)
        for place, row in enumerate(content.nodes, start=1)
    ]


# ── to JSON


def set_to_json(content: SetContent) -> dict[str, Any]:
    """Return the set as a JSON object, decimals as strings, fields in one order."""
    return {"version": VERSION, **facts_to_json(content), "criteria": [node_to_json(node) for node in content.nodes]}


def set_dumps(content: SetContent) -> str:
    """Return the set as JSON text to read and to compare line by line."""
    return json.dumps(set_to_json(content), ensure_ascii=False, indent=2) + "\n"


def facts_to_json(content: SetContent) -> dict[str, Any]:
    """Return everything of a set but its rows."""
    return {
        "code": content.code,
        "name": content.name,
        "year": content.year,
        "notes": content.notes,
        "legal_basis": content.legal_basis,
        "reason": content.reason,
    }


def node_to_json(node: NodeContent) -> dict[str, Any]:
    encoded: dict[str, Any] = {
        "code": node.code,
        "parent": node.parent,
        "title": node.title,
        "maximum": plain(node.maximum),
        "original": node.original,
        "requirement": node.requirement,
        "evidence": node.evidence,
        "agency_printed": node.agency_printed,
        "agency_code": node.agency_code,
        "agency_name": node.agency_name,
        "scored_by": None if node.scored_by is None else node.scored_by.value,
        "rule": None if node.rule is None else rule_to_json(node.rule),
        "findings": [_finding_json(finding) for finding in node.findings],
    }
    if node.examples:
        encoded["examples"] = [example_to_json(example) for example in node.examples]
    return encoded


def _finding_json(finding: FindingContent) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "settled": finding.settled,
        "choice": finding.choice,
    }


# ── from JSON


def set_from_json(given: object) -> SetContent:
    """Return the set that `given` (JSON text or a parsed object) says.

    Raises: InputInvalid naming the field, and the criterion it stands at.
    """
    try:
        return _set_of(Fields(load_json(given, InputInvalid), InputInvalid, prefix="set"))
    except RecursionError as deep:
        raise InputInvalid("not_json") from deep
    except InputInvalid as refusal:
        raise InputInvalid(refusal.code, **{"criterion": "–", **refusal.details}) from refusal


def _set_of(fields: Fields) -> SetContent:
    if type(version := fields.raw("version")) is not int or version != VERSION:
        raise InputInvalid("set_version_unknown", version=str(version)[:40])
    nodes = tuple(_placed(item, place) for place, item in enumerate(fields.items("criteria"), start=1))
    content = facts_from_fields(fields, nodes)
    fields.done()
    return content


def facts_from_fields(fields: Fields, nodes: tuple[NodeContent, ...]) -> SetContent:
    """Return the set of these facts and rows; the caller asks whether a field is left over."""
    return SetContent(
        code=writable(fields.text("code")),
        name=writable(fields.text("name")),
        year=whole(fields, "year"),
        notes=writable(fields.text("notes")),
        legal_basis=writable(fields.text("legal_basis")),
        reason=writable(fields.text("reason")),
        nodes=nodes,
    )


def whole(fields: Fields, name: str) -> int:
    value = fields.whole_or_none(name)
    if value is None:
        raise InputInvalid("wrong_type", field=name, expected="whole number")
    return value


def _placed(item: object, place: int) -> NodeContent:
    """Name the criterion a refusal is about: by its code, else by its place in the list."""
    named = isinstance(item, Mapping) and isinstance(item.get("code"), str)
    try:
        return node_from_json(item)
    except DomainError as refusal:
        criterion = item["code"] if named and isinstance(item, Mapping) else place
        raise InputInvalid(refusal.code, **{**refusal.details, "criterion": criterion}) from refusal


def node_from_json(given: object) -> NodeContent:
    """Return one row, its texts as every file can hold them. Raises DomainError naming the field."""
    fields = Fields(_writable_in(given), InputInvalid, prefix="set")
    parent, scored_by, rule = fields.raw("parent"), fields.raw("scored_by"), fields.raw("rule")
    if parent is not None and not isinstance(parent, str):
        raise InputInvalid("wrong_type", field="parent", expected="text")
    node = NodeContent(
        code=fields.text("code"),
        parent=parent,
        title=fields.text("title"),
        maximum=fields.number("maximum"),
        original=fields.text("original"),
        requirement=fields.text("requirement"),
        evidence=fields.text("evidence"),
        agency_printed=fields.text("agency_printed"),
        agency_code=fields.text("agency_code"),
        agency_name=fields.text("agency_name"),
        scored_by=None if scored_by is None else fields.one_of("scored_by", ScoredBy),
        rule=None if rule is None else _rule(rule),
        findings=tuple(_finding(item) for item in fields.items("findings")),
        examples=tuple(example_from_json(item) for item in fields.items("examples"))
        if "examples" in fields.names()
        else (),
    )
    fields.done()
    return node


def _writable_in(given: object) -> object:
    """Return JSON with every text in it `writable`: an escaped control letter is none that a database or file takes."""
    if isinstance(given, str):
        return writable(given)
    if isinstance(given, list):
        return [_writable_in(each) for each in given]
    return {name: _writable_in(each) for name, each in given.items()} if isinstance(given, dict) else given


def _rule(given: object) -> Rule:
    if not isinstance(given, Mapping):
        raise InputInvalid("wrong_type", field="rule", expected="object")
    return rule_from_json(given)


def _finding(given: object) -> FindingContent:
    fields = Fields(given, InputInvalid, prefix="set")
    finding = FindingContent(
        code=fields.text("code"),
        severity=fields.one_of("severity", Severity),
        message=fields.text("message"),
        settled=fields.flag("settled"),
        choice=fields.text("choice"),
    )
    fields.done()
    return finding
