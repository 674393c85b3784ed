"""Load a criteria set from its reviewed files, or copy one inside the database."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.campaigns import GroupStage
from app.db.criteria import CriteriaSet, Criterion, CriterionFinding
from app.db.identity import LegalBasis, Unit
from app.domain.rule_codec import rule_to_json
from app.domain.terms import ScoredBy, SetStatus, Severity
from app.services.seed_cells import branch, code_of, figure, is_yes, known_or_none, rule_of, word, word_or_none
from app.services.seed_described import SET, DescribedSet, read_sets
from app.services.seed_examples import EXAMPLES, load_examples
from app.services.seed_files import read_table
from app.services.seed_identity import by_code
from app.services.seed_items import BASES, load_bases


def set_by_code(session: Session, code: str) -> CriteriaSet | None:
    """Return the newest version of the set `code`."""
    statement = select(CriteriaSet).where(CriteriaSet.code == code).order_by(CriteriaSet.version_number.desc()).limit(1)
    return session.scalars(statement).first()


def source_code(stage: GroupStage) -> str:
    """Return the code of the seed's set a group is scored by: a rehearsal works on a copy of its own."""
    own = f"-{stage.campaign.code}" if stage.campaign.rehearsal else ""
    return stage.criteria_set.code.removesuffix(own)


def load_sets(session: Session, folder: Path) -> None:
    """Create the criteria sets of a seed that are not there yet, as drafts."""
    for place, described in read_sets(folder).items():
        if set_by_code(session, described.code) is None:
            _load_set(session, folder, place, described)


def _load_set(session: Session, folder: Path, place: str, described: DescribedSet) -> None:
    criteria_set = CriteriaSet(
        code=described.code,
        name=described.name,
        year=described.year,
        notes=described.notes,
        status=SetStatus.DRAFT,
        legal_basis=basis_of(session, described.legal_basis, file=place + SET),
    )
    session.add(criteria_set)
    session.flush()
    nodes = _load_criteria(session, folder, place, criteria_set)
    for row in read_table(folder, place + "findings.csv"):
        branch(row, "code", nodes).findings.append(
            CriterionFinding(
                code=row["finding"],
                severity=word(row, "severity", Severity),
                message=row["message"],
                settled=is_yes(row, "settled"),
                choice=row["choice"],
            ),
        )
        session.flush()  # one by one: findings keep the order of the file
    load_examples(read_table(folder, place + EXAMPLES), nodes)
    load_bases(session, read_table(folder, place + BASES), nodes)
    session.flush()


def basis_of(session: Session, number: str, **place: object) -> LegalBasis | None:
    """Return the legal basis a seed names by its number, None where it names none."""
    if not number:
        return None
    bases = {basis.number: basis for basis in session.scalars(select(LegalBasis).order_by(LegalBasis.id))}
    return code_of(number, bases, **place, column="legal_basis")


def _load_criteria(session: Session, folder: Path, place: str, criteria_set: CriteriaSet) -> dict[str, Criterion]:
    agencies = by_code(session, Unit)
    nodes: dict[str, Criterion] = {}
    for position, row in enumerate(read_table(folder, place + "criteria.csv"), start=1):
        rule = rule_of(row)
        nodes[row["code"]] = Criterion(
            criteria_set=criteria_set,
            parent=known_or_none(row, "parent", nodes),
            position=position,
            code=row["code"],
            title=row["title"],
            original=row["original"],
            maximum=figure(row, "maximum"),
            requirement=row["requirement"],
            evidence=row["evidence"],
            agency_printed=row["agency_printed"],
            agency=known_or_none(row, "agency", agencies),
            scored_by=word_or_none(row, "scored_by", ScoredBy),
            rule=rule_to_json(rule) if rule is not None else None,
        )
        session.add(nodes[row["code"]])
        session.flush()
    return nodes


def copy_set(session: Session, source: CriteriaSet, code: str, version_number: int = 1) -> CriteriaSet:
    """Return a draft copy of `source` under `code`: same tree, rules with examples, sentences, settled findings."""
    copy = CriteriaSet(
        code=code,
        version_number=version_number,
        name=source.name,
        year=source.year,
        notes=source.notes,
        status=SetStatus.DRAFT,
        legal_basis=source.legal_basis,
    )
    session.add(copy)
    nodes: dict[int, Criterion] = {}
    for node in source.criteria:
        nodes[node.id] = Criterion(
            criteria_set=copy,
            parent=nodes[node.parent_id] if node.parent_id is not None else None,
            findings=[_copied_finding(finding) for finding in node.findings],
            examples=[example.copied() for example in node.examples],
            bases=[basis.copied() for basis in node.bases],
            **{column: getattr(node, column) for column in COPIED_COLUMNS},
        )
        session.add(nodes[node.id])
        session.flush()
    return copy


COPIED_COLUMNS = (
    "position",
    "code",
    "title",
    "original",
    "maximum",
    "requirement",
    "evidence",
    "agency_printed",
    "agency_id",
    "scored_by",
    "rule",
)


def _copied_finding(finding: CriterionFinding) -> CriterionFinding:
    return CriterionFinding(
        code=finding.code,
        severity=finding.severity,
        message=finding.message,
        settled=finding.settled,
        choice=finding.choice,
    )


def rule_text(rule: dict[str, object] | None) -> str:
    """Return a rule as the seed files write it: compact, letters as they are."""
    return "" if rule is None else json.dumps(rule, ensure_ascii=False, separators=(",", ":"))
