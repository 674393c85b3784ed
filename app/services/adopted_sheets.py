"""The sheets a version left behind: kept whole before anything moved, readable and printable for ever."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.db.appraisals import EnteredClaim, LeaderBallot
from app.db.assessments import Assessment, Exemption, ScoreEntry
from app.db.audit import AuditEvent
from app.db.campaigns import AppraiserAssignment
from app.db.clock import Clock
from app.db.identity import PortalUser, Unit
from app.db.queries.trees import tree_of_frozen_set
from app.db.queries.versions import mapping_between
from app.db.session import reading
from app.db.versions import AdoptedSheet, SetAdoption
from app.domain.campaign import AppraiserScope, agencies_by_leaf
from app.domain.criteria import Tree
from app.domain.deadlines import VIETNAM
from app.domain.errors import NotFound
from app.domain.points import parse_number, plain
from app.domain.policy import Actor
from app.domain.scoring import LeafResult, branch_totals, override_points
from app.reports.figures import printed
from app.reports.papers import Cell, Document
from app.reports.tables import Column
from app.services.adoption_plan import Plan, SheetPlan
from app.services.context import find_assessment, see, sheet_context
from app.services.leaf_documents import documents_of
from app.services.papers import Issue, Translate, heading_of
from app.services.pins import pin_of


def old_sheets(session: Session, plan: Plan, now: dt.datetime) -> Iterator[tuple[SheetPlan, dict[str, Any]]]:
    """Yield each sheet with everything that stands on it under the old version."""
    ids = [sheet.assessment.id for sheet in plan.sheets]
    people = dict(session.execute(select(PortalUser.id, PortalUser.first_name)).all())
    agencies = dict(session.execute(select(Unit.id, Unit.name)).all())
    others = _others(session, ids, {number: code for code, number in plan.old_ids.items()})
    given = {
        code: plain(override_points(row.points, plan.crossing.old.node(code).maximum))
        for code, row in plan.overrides.items()
    }
    scopes = _scopes(plan.scopes)
    for sheet in plan.sheets:
        documents = documents_of(session, sheet.assessment.id)
        named = agencies_by_leaf(plan.crossing.old, sheet.assessment.unit_id, scopes)
        yield (
            sheet,
            {
                "campaign": plan.group.campaign.code,
                "unit": sheet.assessment.unit.code,
                "at": now.astimezone(VIETNAM).isoformat(),
                "set": {
                    "code": plan.old_set.code,
                    "version": plan.old_set.version_number,
                    "sha256": plan.old_set.content_sha256,
                },
                "total": plain(sheet.assessment.self_total),
                "leaves": {
                    kept.code: _leaf(entry, people)
                    | {"evidence": [pin_of(each) for each in documents.get(entry.criterion_id, [])]}
                    for entry, kept in sheet.entries
                },
                "overrides": given,
                "agencies": {code: agencies[number] for code, number in named.items() if number is not None},
                **others.get(sheet.assessment.id, {}),
            },
        )


def _leaf(entry: ScoreEntry, people: Mapping[int, str]) -> dict[str, Any]:
    return {
        "claim": entry.claim,
        "points": None if entry.self_points is None else plain(entry.self_points),
        "explanation": entry.explanation,
        "changed_at": entry.changed_at.astimezone(VIETNAM).isoformat(),
        "changed_by": people.get(entry.changed_by_id, ""),
    }


def _scopes(rows: Sequence[AppraiserAssignment]) -> list[AppraiserScope]:
    return [AppraiserScope(row.criterion.code, row.unit_id, row.agency_id) for row in rows]


def _others(session: Session, ids: Sequence[int], codes: Mapping[int, str]) -> Mapping[int, dict[str, Any]]:
    """Return what others entered and decided, by sheet: figures, leaders' answers counted, exemptions."""
    found: dict[int, dict[str, Any]] = defaultdict(lambda: {"entered": {}, "ballots": {}, "exemptions": {}})
    for claim in session.scalars(select(EnteredClaim).where(EnteredClaim.assessment_id.in_(ids))):
        kept = {"claim": claim.claim, "points": plain(claim.points), "document": claim.document}
        found[claim.assessment_id]["entered"][codes[claim.criterion_id]] = kept
    tallies: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for ballot in session.scalars(select(LeaderBallot).where(LeaderBallot.assessment_id.in_(ids))):
        said = ballot.answer if ballot.points is None else plain(ballot.points)
        tallies[ballot.assessment_id, ballot.criterion_id][said] += 1
    for (number, criterion), tally in tallies.items():
        found[number]["ballots"][codes[criterion]] = dict(sorted(tally.items()))
    for row in session.scalars(select(Exemption).where(Exemption.assessment_id.in_(ids), Exemption.in_force)):
        kept = {"status": row.status.value, "reason": row.reason, "document": row.document}
        found[row.assessment_id]["exemptions"][codes[row.criterion_id]] = kept
    return found


@dataclass(frozen=True, slots=True)
class OldVersion:
    """A version this sheet was scored by before; `lost` are the leaves where something stood and that are gone."""

    adoption_id: int
    number: int
    until: dt.datetime
    reason: str
    document: str


def old_versions(session: Session, assessment_id: int) -> tuple[OldVersion, ...]:
    """Return the versions a sheet has left behind, oldest first, in one statement."""
    statement = (
        select(AdoptedSheet)
        .where(AdoptedSheet.assessment_id == assessment_id)
        .options(joinedload(AdoptedSheet.adoption).joinedload(SetAdoption.old_set))
        .order_by(AdoptedSheet.id)
    )
    return tuple(
        OldVersion(
            adoption_id=row.adoption_id,
            number=row.adoption.old_set.version_number,
            until=row.adoption.at,
            reason=row.adoption.reason,
            document=row.adoption.document,
        )
        for row in session.scalars(statement)
    )


def said_of_leaf(session: Session, assessment_id: int, code: str) -> ColumnElement[bool]:
    """Write which audit rows of a sheet speak of a leaf: under its code, and before a new version under the old one."""
    statement = (
        select(SetAdoption.old_set_id, SetAdoption.new_set_id)
        .join(AdoptedSheet, AdoptedSheet.adoption_id == SetAdoption.id)
        .where(AdoptedSheet.assessment_id == assessment_id)
        .order_by(AdoptedSheet.id.desc())
    )
    crossed = session.execute(statement).all()
    turns = select(AuditEvent.sequence).where(
        AuditEvent.stream == f"assessment:{assessment_id}", AuditEvent.action == "version_adopted"
    )
    sequences = session.scalars(turns.order_by(AuditEvent.sequence.desc())).all()
    spans: list[ColumnElement[bool]] = []
    named = code
    until: ColumnElement[bool] = true()
    for (old, new), turn in zip(crossed, sequences, strict=True):
        spans.append(and_(AuditEvent.object_id == named, AuditEvent.sequence > turn, until))
        until = AuditEvent.sequence < turn
        origins = {there: here for here, there in (mapping_between(session, old, new) or {}).items()}
        if named not in origins:
            return or_(*spans)
        named = origins[named]
    return or_(*spans, and_(AuditEvent.object_id == named, until))


def old_sheet_paper(
    assessment_id: int, adoption_id: int, *, translate: Translate, actor: Actor, clock: Clock
) -> Document:
    """Return a sheet as it stood under the version it left, to print.

    Raises: NotFound for a sheet that is not the actor's to see, NotFound("old_version_unknown").
    """
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        key = (AdoptedSheet.assessment_id == assessment_id, AdoptedSheet.adoption_id == adoption_id)
        kept = session.scalars(select(AdoptedSheet).where(*key)).one_or_none()
        if kept is None:
            raise NotFound("old_version_unknown")
        tree = tree_of_frozen_set(session, kept.adoption.old_set_id)
        return _document(kept, context.assessment, tree, translate)


def _document(kept: AdoptedSheet, assessment: Assessment, tree: Tree, _: Translate) -> Document:
    content = json.loads(kept.content)
    columns = (
        Column(_("No."), 14),
        Column(_("Field / Criterion"), 76),
        Column(_("Maximum"), 15, figure=True),
        Column(_("Self-assessed points"), 16, figure=True),
        Column(_("Explanation"), 60),
        Column(_("Documents"), 44),
        Column(_("Appraising agency"), 27),
    )
    cells = tuple(_rows(content, tree))
    adoption = kept.adoption
    note = _("By version %(number)s of the criteria, replaced on %(at)s by %(document)s") % {
        "number": adoption.old_set.version_number,
        "at": adoption.at.astimezone(VIETNAM).strftime("%d/%m/%Y"),
        "document": adoption.document,
    }
    total = parse_number(content["total"], what="points")
    return Document(
        heading=heading_of(
            _,
            Issue(assessment.unit.name),
            _("SELF-SCORED SHEET"),
            f"{assessment.unit.name} – {assessment.campaign.name}",
            note,
        ),
        columns=columns,
        cells=cells,
        shown=tuple(tuple(each if isinstance(each, str) else printed(_decimal(each)) for each in row) for row in cells),
        bold=frozenset(place for place, node in enumerate(tree.nodes) if node.rule is None),
        lines=(
            _("Total self-scored: %(points)s of %(most)s")
            % {"points": printed(total), "most": printed(sum((root.maximum for root in tree.roots), Decimal(0)))},
            f"SHA-256 {kept.sha256}",
        ),
        wide=True,
        size=10,
    )


def _rows(content: Mapping[str, Any], tree: Tree) -> Iterator[tuple[Cell, ...]]:
    points = {code: _points(content, code) for code in (leaf.code for leaf in tree.leaves)}
    sums = branch_totals(tree, [LeafResult(leaf.code, leaf.maximum, points[leaf.code]) for leaf in tree.leaves])
    for node in tree.nodes:
        leaf = content["leaves"].get(node.code, {})
        scored = any(points[each.code] is not None for each in tree.under(node.code))
        documents = "\n".join(
            f"({each['position']}) {each['number'] or each['url']}" for each in leaf.get("evidence", ())
        )
        yield (
            node.code,
            node.title,
            node.maximum,
            points[node.code] if node.rule is not None else sums[node.code].obtained if scored else None,
            leaf.get("explanation", ""),
            documents,
            content["agencies"].get(node.code, ""),
        )


def _points(content: Mapping[str, Any], code: str) -> Decimal | None:
    said = content["overrides"].get(code) or content["leaves"].get(code, {}).get("points")
    return None if said is None else parse_number(said, what="points")


def _decimal(cell: Cell) -> Decimal | None:
    return None if cell is None else Decimal(cell)
