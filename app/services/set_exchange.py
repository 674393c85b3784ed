"""A criteria set out of the portal as a file, and a set that was read from one into it, as a draft of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db.clock import Clock
from app.db.criteria import CriteriaSet, Criterion, CriterionFinding
from app.db.identity import LegalBasis, Unit
from app.db.search import unaccented
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.criteria import check_tree
from app.domain.errors import DomainError, InputInvalid, NotFound
from app.domain.points import to_units
from app.domain.policy import Actor, Permission, Subject
from app.domain.rule_checks import check_rule
from app.domain.rule_codec import rule_from_json, rule_to_json
from app.domain.rule_examples import check_examples
from app.domain.set_content import (
    FindingContent,
    NodeContent,
    SetContent,
    set_dumps,
    set_from_json,
    tree_nodes,
    writable,
)
from app.domain.terms import SetStatus, Severity
from app.reading.own_document import is_own_document, read_own_document
from app.reading.own_package import LARGEST_FILE
from app.reading.own_workbook import is_own_workbook, read_own_workbook
from app.reports.set_document import set_document
from app.reports.set_workbook import set_workbook
from app.services.rule_editing import example_of, example_row

#: kind of file → how a set is written as it
WRITERS: Mapping[str, Callable[[SetContent], bytes]] = {
    "xlsx": set_workbook,
    "docx": set_document,
    "json": lambda content: set_dumps(content).encode(),
}
#: how the sentence of a finding is made: its code and what it names
Say = Callable[[str, Mapping[str, object]], str]

#: bytes a set as JSON may have, criteria any set may: many times what a decree has; they are read within a request
LARGEST_JSON, MOST_CRITERIA = 4_000_000, 5_000
#: letters the columns hold; the others hold any text
_ROOM = {"code": 20, "agency_printed": 200}
_FIRST_YEAR, _LAST_YEAR, _CODE_ROOM, _FINDING_ROOM = 2000, 2100, 64, 64


# ── out


def export_set(set_id: int, kind: str, *, actor: Actor | None) -> tuple[str, bytes]:
    """Return the file's name, in ASCII, and its bytes; `actor` None: whoever runs the server.

    Raises: Forbidden, NotFound (set_of_name_unknown, export_kind_unknown); InputInvalid for what a workbook cannot
    hold.
    """
    if actor is not None:
        policy.require(actor, Permission.SET_CONFIGURE, Subject())
    if kind not in WRITERS:
        raise NotFound("export_kind_unknown", kind=kind[:20], known=", ".join(WRITERS))
    with reading() as session:
        criteria_set = session.get(CriteriaSet, set_id)
        if criteria_set is None:
            raise NotFound("set_of_name_unknown", set=set_id)
        content, version = content_of_set(criteria_set), criteria_set.version_number
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", unaccented(content.code)).strip("-.") or "set"
    return f"{name}-v{version}.{kind}", WRITERS[kind](content)


def find_set(code: str, version: int | None = None) -> int:
    """Return the id of the set `code`, its newest version unless one is named. Raises set_of_name_unknown."""
    with reading() as session:
        statement = select(CriteriaSet.id).where(CriteriaSet.code == code).order_by(CriteriaSet.version_number.desc())
        if version is not None:
            statement = statement.where(CriteriaSet.version_number == version)
        found = session.scalars(statement.limit(1)).first()
    if found is None:
        raise NotFound("set_of_name_unknown", set=code)
    return found


def content_of_set(criteria_set: CriteriaSet) -> SetContent:
    """Return a stored set as one value; texts as every file can hold them."""
    basis = criteria_set.legal_basis
    return SetContent(
        code=criteria_set.code,
        name=writable(criteria_set.name),
        year=criteria_set.year,
        notes=writable(criteria_set.notes),
        reason=writable(criteria_set.reason),
        legal_basis=writable(basis.number) if basis is not None else "",
        nodes=tuple(_node_of(row) for row in criteria_set.criteria),
    )


def _node_of(row: Criterion) -> NodeContent:
    return NodeContent(
        code=row.code,
        parent=row.parent.code if row.parent is not None else None,
        title=writable(row.title),
        maximum=row.maximum,
        original=writable(row.original),
        requirement=writable(row.requirement),
        evidence=writable(row.evidence),
        agency_printed=writable(row.agency_printed),
        agency_code=row.agency.code if row.agency is not None else "",
        agency_name=writable(row.agency.name) if row.agency is not None else "",
        scored_by=row.scored_by,
        rule=None if row.rule is None else rule_from_json(row.rule),
        findings=tuple(
            FindingContent(each.code, each.severity, writable(each.message), each.settled, writable(each.choice))
            for each in row.findings
        ),
        examples=tuple(replace(example_of(each), note=writable(each.note)) for each in row.examples),
    )


# ── in


def read_set_file(data: bytes) -> SetContent:
    """Return the set a file of ours holds whole: JSON, workbook or Word appendix.

    Raises: InputInvalid set_file_not_ours; document_changed, naming what a person changed in a Word appendix, which
    the review of an import reads anew; everything the readers refuse.
    """
    if len(data) > LARGEST_FILE:
        raise InputInvalid("own_file_too_large")
    if data.lstrip()[:1] == b"{":
        if len(data) > LARGEST_JSON:
            raise InputInvalid("own_file_too_large")
        try:
            return set_from_json(data.decode())
        except UnicodeDecodeError as broken:
            raise InputInvalid("not_json") from broken
    if is_own_workbook(data):
        return read_own_workbook(data)
    if not is_own_document(data):
        raise InputInvalid("set_file_not_ours")
    found = read_own_document(data)
    if not found.whole:
        raise InputInvalid(
            "document_changed",
            changed=", ".join(found.changed_codes),
            removed=", ".join(found.removed),
            added=", ".join(row.text[:40] for row in found.added),
            heading="1" if found.heading_changed else "0",
        )
    return found.content


@dataclass(frozen=True, slots=True)
class Imported:
    """A draft that was made. `unmatched`: codes of criteria whose agency is no unit of this house."""

    set_id: int
    code: str
    version: int
    unmatched: tuple[str, ...]


def import_set_content(
    content: SetContent,
    *,
    actor: Actor | None,
    clock: Clock,
    say: Say,
    code: str | None = None,
    also: Callable[[Work, Imported], None] = lambda _work, _made: None,
) -> Imported:
    """Make a draft of `content`; where its code (or `code`) is taken it becomes the next version, nothing is replaced.

    An agency is matched to a unit by code and name, else it stays as printed, with a finding. A legal basis the house
    does not know is kept in the notes. `say` makes the sentences of both. `actor` None: whoever runs the server.
    `also` is done in the same transaction.
    Raises: Forbidden, TreeInvalid, RuleInvalid, InputInvalid, naming criterion or field; Conflict is not possible.
    """
    wanted = content.code if code is None else code
    check_content(content, wanted)
    try:
        with unit_of_work(actor=actor, clock=clock) as work:
            if actor is not None:
                policy.require(actor, Permission.SET_CONFIGURE, Subject())
            made = _add(work, content, wanted, say)
            also(work, made)
            return made
    except IntegrityError as taken:  # two imports of one code at once
        raise InputInvalid("code_exists", code=wanted) from taken


def check_content(content: SetContent, code: str) -> None:
    """Refuse, by the first problem, a set that could not be kept, opened or scored, or whose examples do not hold."""
    for field, text in (("code", code), ("name", content.name)):
        if not text.strip():
            raise InputInvalid("set_field_missing", field=field)
    if code != code.strip() or len(code) > _CODE_ROOM:
        raise InputInvalid("text_too_long", field="code", most=_CODE_ROOM)
    if not _FIRST_YEAR <= content.year <= _LAST_YEAR:
        raise InputInvalid("year_beyond_reach", year=content.year, least=_FIRST_YEAR, most=_LAST_YEAR)
    if len(content.nodes) > MOST_CRITERIA:
        raise InputInvalid("own_file_too_large")
    check_tree(tree_nodes(content))
    for node in content.nodes:
        _check_node(node)


def _check_node(node: NodeContent) -> None:
    for field, room in _ROOM.items():
        if len(getattr(node, field)) > room:
            raise InputInvalid("criterion_field_too_long", criterion=node.code, field=field, most=room)
    if any(len(finding.code) > _FINDING_ROOM for finding in node.findings):
        raise InputInvalid("criterion_field_too_long", criterion=node.code, field="findings", most=_FINDING_ROOM)
    if not node.title.strip():
        raise InputInvalid("criterion_without_title", criterion=node.code)
    _check_rule(node)


def _check_rule(node: NodeContent) -> None:
    if node.rule is None and node.scored_by is not None:
        raise InputInvalid("branch_with_scorer", criterion=node.code)
    if node.rule is None and node.examples:
        raise InputInvalid("examples_without_rule", criterion=node.code)
    try:
        to_units(node.maximum)
        if node.rule is not None:
            check_rule(node.rule, node.maximum)
            check_examples(node.rule, node.maximum, node.examples)
    except DomainError as refusal:
        code = "criterion_examples_broken" if refusal.code == "examples_broken" else refusal.code
        raise type(refusal)(code, **{**refusal.details, "criterion": node.code}) from refusal


def _add(work: Work, content: SetContent, code: str, say: Say) -> Imported:
    session = work.session
    last = session.scalar(select(func.max(CriteriaSet.version_number)).where(CriteriaSet.code == code))
    basis, notes = _basis(session, content, say)
    criteria_set = CriteriaSet(
        code=code,
        version_number=(last or 0) + 1,
        name=content.name,
        year=content.year,
        notes=notes,
        reason=content.reason,
        status=SetStatus.DRAFT,
        legal_basis=basis,
    )
    session.add(criteria_set)
    unmatched = _add_criteria(session, criteria_set, content, say)
    new = {"version": criteria_set.version_number, "name": content.name, "criteria": len(content.nodes)}
    work.audit("house", "set_imported", "criteria_set", criteria_set.id, new=new)
    return Imported(criteria_set.id, code, criteria_set.version_number, tuple(unmatched))


def _basis(session: Session, content: SetContent, say: Say) -> tuple[LegalBasis | None, str]:
    """Return the basis whose number the set names and the notes; a number that is unknown here goes into them."""
    named = content.legal_basis.strip()
    if not named:
        return None, content.notes
    found = session.scalars(select(LegalBasis).where(LegalBasis.number == named).order_by(LegalBasis.id)).first()
    if found is not None:
        return found, content.notes
    told = say("legal_basis_unknown", {"number": named})
    return None, f"{content.notes}\n{told}" if content.notes else told


def _add_criteria(session: Session, criteria_set: CriteriaSet, content: SetContent, say: Say) -> list[str]:
    """Add the rows in their order; return the codes of those whose agency is no unit here."""
    units = list(session.scalars(select(Unit).order_by(Unit.id)))
    rows: dict[str, Criterion] = {}
    unmatched: list[str] = []
    for position, node in enumerate(content.nodes, start=1):
        agency = _agency(node, units)
        row = Criterion(
            criteria_set=criteria_set,
            parent=None if node.parent is None else rows[node.parent],
            position=position,
            code=node.code,
            title=node.title,
            original=node.original,
            maximum=node.maximum,
            requirement=node.requirement,
            evidence=node.evidence,
            agency_printed=(node.agency_printed or ("" if agency else node.agency_name))[: _ROOM["agency_printed"]],
            agency=agency,
            scored_by=node.scored_by,
            rule=None if node.rule is None else rule_to_json(node.rule),
            examples=[example_row(each, place) for place, each in enumerate(node.examples, start=1)],
        )
        rows[node.code] = row
        session.add(row)
        session.flush()
        findings = [*node.findings]
        if agency is None and (node.agency_code or node.agency_name):
            unmatched.append(node.code)
            findings.append(_unknown(node, say))
        for each in findings:
            session.add(_finding(row, each))
            session.flush()  # one by one: findings keep their order
    return unmatched


def _agency(node: NodeContent, units: list[Unit]) -> Unit | None:
    """Return the unit of this code, if it also bears the name; else the only one of this name; else None."""
    name = unaccented(node.agency_name)
    by_code = [unit for unit in units if node.agency_code and unit.code == node.agency_code]
    if by_code and (not name or unaccented(by_code[0].name) == name):
        return by_code[0]
    by_name = [unit for unit in units if name and unaccented(unit.name) == name]
    return by_name[0] if len(by_name) == 1 else None


def _unknown(node: NodeContent, say: Say) -> FindingContent:
    text = node.agency_name or node.agency_code
    message = say("agency_unknown", {"text": text})
    return FindingContent("agency_unknown", Severity.WARNING, message, settled=False, choice="")


def _finding(row: Criterion, finding: FindingContent) -> CriterionFinding:
    return CriterionFinding(
        criterion=row,
        code=finding.code,
        severity=finding.severity,
        message=finding.message,
        settled=finding.settled,
        choice=finding.choice,
    )
