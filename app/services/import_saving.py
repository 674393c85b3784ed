"""A review becomes a draft criteria set: tree, rules, sentences, agencies of the house, findings with their choices."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.clock import Clock
from app.db.criteria import CriteriaSet, Criterion, CriterionFinding, RuleExample
from app.db.identity import LegalBasis, Unit
from app.db.session import Work, unit_of_work
from app.domain.errors import Conflict, InputInvalid, NotFound
from app.domain.policy import Actor
from app.domain.rule_codec import rule_to_json
from app.domain.terms import ImportStatus, SetStatus
from app.reading.draft import Assignment
from app.reading.findings import Finding, Remedy
from app.reading.rechecks import folded
from app.reading.review import FindingState, Review, ReviewedFinding
from app.reading.review_nodes import ReviewNode
from app.services.imports import STREAM, locked_import, review_in
from app.services.rule_editing import example_row
from app.services.set_versions import CODE_LIMIT, NAME_LIMIT

_CODE = re.compile(r"[^\s/\\]{1,64}")


@dataclass(frozen=True, slots=True)
class SetWords:
    """The words kept with a set: of a finding, of a remedy chosen, of the assignments the paper prints."""

    finding: Callable[[Finding], str]
    remedy: Callable[[Remedy], str]
    assignments: Callable[[Sequence[Assignment]], str]


@dataclass(frozen=True, slots=True)
class SaveAsSet:
    """What the set is called. `expected`: the decisions the page showed."""

    import_id: int
    expected: int
    code: str
    name: str
    year: int
    legal_basis_id: int | None = None


def save_as_set(command: SaveAsSet, *, words: SetWords, actor: Actor, clock: Clock) -> int:
    """Keep the review as a draft set; return the set's number.

    Unsettled findings go along: an error among them keeps a campaign from opening, not the draft from being kept.
    Raises: NotFound, Forbidden, Conflict (import_changed, import_closed), InputInvalid naming the field
    (set_code_missing, code_exists, set_name_missing, year_out_of_range), or the first obstacle: the criteria are no
    tree, a sum differs.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        row = locked_import(work, command.import_id)
        if len(row.decisions) != command.expected:
            raise Conflict("import_changed", by=row.decisions[-1].by.first_name if row.decisions else "")
        _check_names(work.session, command)
        current = review_in(work.session, row)
        for _, obstacle in current.obstacles:
            raise obstacle
        made = _set(work, command, words.assignments(current.appendix.assignments))
        nodes = _criteria(work.session, made, current)
        for found in current.findings:
            if found.state is not FindingState.GONE:
                _holder(nodes, found).findings.append(_finding(found, words))
                work.session.flush()  # one by one: findings keep the order of the paper
        row.status, row.set_id, row.updated_at = ImportStatus.SAVED, made.id, work.now
        kept = {"code": made.code, "nodes": len(nodes), "unsettled": len(current.open_findings)}
        work.audit(STREAM, "import_saved", "criteria_import", row.id, new={**kept, "set_id": made.id})
        return made.id


def _check_names(session: Session, command: SaveAsSet) -> None:
    if not _CODE.fullmatch(command.code):
        code = "set_code_unreadable" if command.code else "set_code_missing"
        raise InputInvalid(code, field="code", limit=CODE_LIMIT)
    if session.scalars(select(CriteriaSet.id).where(CriteriaSet.code == command.code)).first() is not None:
        raise InputInvalid("code_exists", code=command.code, field="code")
    if not 0 < len(command.name.strip()) <= NAME_LIMIT:
        raise InputInvalid("set_name_missing", field="name", limit=NAME_LIMIT)
    if not 2000 <= command.year <= 2100:
        raise InputInvalid("year_out_of_range", field="year")


def _set(work: Work, command: SaveAsSet, notes: str) -> CriteriaSet:
    basis = None
    if command.legal_basis_id is not None:
        basis = work.session.get(LegalBasis, command.legal_basis_id)
        if basis is None:
            raise NotFound("legal_basis_unknown")
    made = CriteriaSet(
        code=command.code,
        name=command.name.strip(),
        year=command.year,
        status=SetStatus.DRAFT,
        notes=notes,
        legal_basis=basis,
    )
    work.session.add(made)
    work.session.flush()
    return made


def _criteria(session: Session, made: CriteriaSet, current: Review) -> Mapping[int, Criterion]:
    units = {folded(unit.name): unit for unit in session.scalars(select(Unit).order_by(Unit.id.desc()))}
    nodes: dict[int, Criterion] = {}
    for position, node in enumerate(current.nodes, start=1):
        criterion = node.criterion
        nodes[node.place] = Criterion(
            criteria_set=made,
            parent=None if node.parent is None else nodes[node.parent],
            position=position,
            code=criterion.code,
            title=criterion.title,
            original=criterion.original,
            maximum=criterion.maximum or Decimal(0),
            requirement=criterion.requirement,
            evidence="\n".join(criterion.evidence),
            agency_printed=criterion.agency_printed,
            agency=_agency(current, node, units),
            scored_by=criterion.scored_by,
            rule=None if criterion.rule is None else rule_to_json(criterion.rule),
            examples=_examples(node),
        )
        session.add(nodes[node.place])
    session.flush()
    return nodes


def _examples(node: ReviewNode) -> list[RuleExample]:
    if node.criterion.rule is None:
        return []
    return [example_row(each, place) for place, each in enumerate(node.examples, start=1)]


def _agency(current: Review, node: ReviewNode, units: Mapping[str, Unit]) -> Unit | None:
    """Return the unit a criterion names; one that only takes over its branch's names none, as on paper."""
    agency = node.criterion.agency
    if not agency:
        return None
    above = None if node.parent is None else current.node(node.parent).criterion.agency
    if agency == above and not node.criterion.agency_printed:
        return None
    return units.get(folded(agency))


def _holder(nodes: Mapping[int, Criterion], found: ReviewedFinding) -> Criterion:
    """A finding about the document stands at the first row of the set."""
    held = None if found.place is None else nodes.get(found.place)
    return next(iter(nodes.values())) if held is None else held


def _finding(found: ReviewedFinding, words: SetWords) -> CriterionFinding:
    settlement = found.settlement
    choice = ""
    if settlement is not None:
        choice = settlement.note if settlement.remedy is None else words.remedy(settlement.remedy)
    return CriterionFinding(
        code=found.finding.code.value,
        severity=found.finding.severity,
        message=words.finding(found.finding),
        settled=settlement is not None,
        choice=choice,
    )
