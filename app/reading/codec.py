"""What was read, to JSON and back, exactly: the child that reads answers so, and drafts are stored so.

Decimals are strings, rules as ``app/domain/rule_codec.py`` writes them; nothing unknown is taken in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from app.domain.errors import InputInvalid
from app.domain.json_fields import Fields
from app.domain.points import plain
from app.domain.rule_codec import rule_from_json, rule_to_json
from app.domain.terms import ScoredBy
from app.reading.document import Block, Cell, Document, Oddity, Paragraph, Row, Table
from app.reading.draft import Appendix, Assignment, ReadCriterion
from app.reading.findings import Finding, FindingCode, Remedy

T = TypeVar("T")
Json = dict[str, Any]


def document_to_json(document: Document) -> Json:
    return {
        "format": document.format,
        "blocks": [_block_to_json(block) for block in document.blocks],
        "oddities": [[each.code, each.number, each.text] for each in document.oddities],
    }


def document_from_json(given: object) -> Document:
    """Raises: InputInvalid with the codes of ``Fields``, prefix "read"."""
    fields = _fields(given)
    document = Document(
        fields.text("format"),
        tuple(_block(each) for each in fields.items("blocks")),
        tuple(Oddity(code, number, text) for code, number, text in fields.items("oddities")),
    )
    fields.done()
    return document


def appendix_to_json(appendix: Appendix) -> Json:
    return {
        "title": appendix.title,
        "criteria": [criterion_to_json(each) for each in appendix.criteria],
        "findings": [finding_to_json(each) for each in appendix.findings],
        "assignments": [{"branch": each.branch, "officers": list(each.officers)} for each in appendix.assignments],
        "printed_total": _number(appendix.printed_total),
    }


def appendix_from_json(given: object) -> Appendix:
    """Raises: InputInvalid with the codes of ``Fields``, RuleInvalid for a rule that is none."""
    fields = _fields(given)
    appendix = Appendix(
        title=fields.text("title"),
        criteria=_all(fields, "criteria", criterion_from_json),
        findings=_all(fields, "findings", finding_from_json),
        assignments=_all(fields, "assignments", _assignment),
        printed_total=fields.number_or_none("printed_total"),
    )
    fields.done()
    return appendix


def criterion_to_json(criterion: ReadCriterion) -> Json:
    return {
        "code": criterion.code,
        "parent": criterion.parent,
        "level": criterion.level,
        "title": criterion.title,
        "maximum": _number(criterion.maximum),
        "rule": None if criterion.rule is None else rule_to_json(criterion.rule),
        "scored_by": None if criterion.scored_by is None else criterion.scored_by.value,
        "original": criterion.original,
        "requirement": criterion.requirement,
        "evidence": list(criterion.evidence),
        "agency": criterion.agency,
        "agency_printed": criterion.agency_printed,
        "rows": list(criterion.rows),
    }


def criterion_from_json(given: object) -> ReadCriterion:
    fields = _fields(given)
    rule, scorer = fields.raw("rule"), _text_or_none(fields, "scored_by")
    criterion = ReadCriterion(
        code=fields.text("code"),
        parent=_text_or_none(fields, "parent"),
        level=_whole(fields, "level"),
        title=fields.text("title"),
        maximum=fields.number_or_none("maximum"),
        rule=None if rule is None else rule_from_json(rule),
        scored_by=None if scorer is None else fields.one_of("scored_by", ScoredBy),
        original=fields.text("original"),
        requirement=fields.text("requirement"),
        evidence=_texts(fields, "evidence"),
        agency=_text_or_none(fields, "agency"),
        agency_printed=fields.text("agency_printed"),
        rows=_wholes(fields, "rows"),
    )
    fields.done()
    return criterion


def finding_to_json(finding: Finding) -> Json:
    """Return a finding; what a remedy changes is JSON already."""
    return {
        "code": finding.code.value,
        "where": finding.where,
        "details": dict(finding.details),
        "remedies": [{"key": each.key, "changes": dict(each.changes)} for each in finding.remedies],
        "rows": list(finding.rows),
    }


def finding_from_json(given: object) -> Finding:
    fields = _fields(given)
    details = {name: value for name, value in fields.pairs("details") if isinstance(value, str)}
    if len(details) != len(fields.pairs("details")):
        raise InputInvalid("wrong_type", field="details", expected="text")
    finding = Finding(
        code=fields.one_of("code", FindingCode),
        where=fields.text("where"),
        details=details,
        remedies=_all(fields, "remedies", _remedy),
        rows=_wholes(fields, "rows"),
    )
    fields.done()
    return finding


def _remedy(given: object) -> Remedy:
    fields = _fields(given)
    remedy = Remedy(fields.text("key"), dict(fields.pairs("changes")))
    fields.done()
    return remedy


def _assignment(given: object) -> Assignment:
    fields = _fields(given)
    assignment = Assignment(fields.text("branch"), _texts(fields, "officers"))
    fields.done()
    return assignment


def _block_to_json(block: Block) -> Json:
    if isinstance(block, Paragraph):
        return {"number": block.number, "text": block.text, "bold": block.bold}
    rows = [{"number": row.number, "cells": [_cell_to_json(cell) for cell in row.cells]} for row in block.rows]
    return {"name": block.name, "rows": rows}


def _block(given: object) -> Block:
    fields = _fields(given)
    if "rows" in fields.names():
        table = Table(_all(fields, "rows", _row), fields.text("name"))
        fields.done()
        return table
    paragraph = Paragraph(_whole(fields, "number"), fields.text("text"), fields.flag("bold"))
    fields.done()
    return paragraph


def _row(given: object) -> Row:
    fields = _fields(given)
    row = Row(_whole(fields, "number"), _all(fields, "cells", _cell))
    fields.done()
    return row


_USUAL: Mapping[str, object] = {"span": 1, "down": 1, "indent": 0, "bold": False, "numeric": False}


def _cell_to_json(cell: Cell) -> Json:
    """Return a cell; what is as in most cells is left out: a paper has thousands."""
    said = {name: getattr(cell, name) for name, usual in _USUAL.items() if getattr(cell, name) != usual}
    return {"text": cell.text, "column": cell.column, **said}


def _cell(given: object) -> Cell:
    whole = {**_USUAL, **given} if isinstance(given, Mapping) else given
    fields = _fields(whole)
    cell = Cell(
        text=fields.text("text"),
        column=_whole(fields, "column"),
        span=_whole(fields, "span"),
        down=_whole(fields, "down"),
        indent=_whole(fields, "indent"),
        bold=fields.flag("bold"),
        numeric=fields.flag("numeric"),
    )
    fields.done()
    return cell


def _fields(given: object) -> Fields:
    return Fields(given, InputInvalid, prefix="read")


def _all(fields: Fields, name: str, of: Callable[[object], T]) -> tuple[T, ...]:
    return tuple(of(each) for each in fields.items(name))


def _texts(fields: Fields, name: str) -> tuple[str, ...]:
    texts = fields.items(name)
    if not all(isinstance(each, str) for each in texts):
        raise InputInvalid("wrong_type", field=name, expected="text")
    return tuple(texts)


def _wholes(fields: Fields, name: str) -> tuple[int, ...]:
    return tuple(_as_whole(each, name) for each in fields.items(name))


def _whole(fields: Fields, name: str) -> int:
    return _as_whole(fields.raw(name), name)


def _as_whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputInvalid("wrong_type", field=name, expected="whole number")
    return value


def _text_or_none(fields: Fields, name: str) -> str | None:
    return None if fields.raw(name) is None else fields.text(name)


def _number(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
