"""The leaves a new version touched on running sheets: flagged to the unit, until it has seen them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.db.assessments import Assessment
from app.db.campaigns import Campaign
from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.queries.versions import described
from app.db.session import Work, reading, unit_of_work
from app.db.versions import CriterionMapping, SetAdoption, TouchedLeaf
from app.domain import policy
from app.domain.errors import InputInvalid
from app.domain.policy import Actor, Permission
from app.domain.set_diff import ChangeKind, Described, Difference, difference_of
from app.domain.terms import State
from app.services.adoption_plan import Plan, SheetPlan
from app.services.context import SheetContext, find_assessment, see, sheet_context


def flag(work: Work, plan: Plan, adoption: SetAdoption) -> None:
    """Flag what the adoption touched; what an earlier one touched and nobody has seen keeps flag and old text."""
    work.session.flush()
    ids = [sheet.assessment.id for sheet in plan.sheets]
    earlier: dict[int, dict[int, TouchedLeaf]] = {}
    for row in work.session.scalars(select(TouchedLeaf).where(TouchedLeaf.assessment_id.in_(ids))).all():
        earlier.setdefault(row.assessment_id, {})[row.criterion_id] = row
    for sheet in plan.sheets:
        _flag_sheet(work, plan, sheet, adoption, earlier.get(sheet.assessment.id, {}))


def _flag_sheet(
    work: Work, plan: Plan, sheet: SheetPlan, adoption: SetAdoption, earlier: Mapping[int, TouchedLeaf]
) -> None:
    origins = {new: old for old, new in plan.crossing.mapping.items()}
    refused = {kept.target: kept.refused for _entry, kept in sheet.entries if kept.target is not None}
    unseen = _carry_unseen(work, plan, earlier)
    for code, kinds in sheet.touched.items():
        row, origin = unseen.pop(code, None), origins.get(code)
        if row is None:
            row = TouchedLeaf(assessment_id=sheet.assessment.id, criterion_id=plan.new_ids[code], kinds=[])
            row.old_criterion_id = None if origin is None else plan.old_ids[origin]
            work.session.add(row)
        row.adoption_id = adoption.id
        row.kinds = sorted({*row.kinds, *(kind.value for kind in kinds)})
        row.refused = refused.get(code, "") or row.refused or ""
    work.session.flush()


def _carry_unseen(work: Work, plan: Plan, earlier: Mapping[int, TouchedLeaf]) -> dict[str, TouchedLeaf]:
    """Point the flags nobody has seen at the new leaves, by code; the others have done their work."""
    kept = {}
    for code, number in plan.old_ids.items():
        row = earlier.get(number)
        if row is None:
            continue
        target = plan.crossing.mapping.get(code)
        if row.seen_at is not None or target is None:
            work.session.delete(row)
        else:
            row.criterion_id = plan.new_ids[target]
            kept[target] = row
    work.session.flush()
    return kept


@dataclass(frozen=True, slots=True)
class LeafChange:
    """A leaf a new version changed and nobody of the unit has seen yet.

    `refused`: the code of what the new rule had against the claim; "" where it was carried over.
    """

    version: int
    reason: str
    document: str
    kinds: frozenset[ChangeKind]
    difference: Difference
    refused: str


def changes_of(session: Session, assessment_id: int) -> Mapping[int, LeafChange]:
    """Return the unseen changes of a sheet by criterion id; one statement where there is none."""
    statement = (
        select(TouchedLeaf)
        .where(TouchedLeaf.assessment_id == assessment_id, TouchedLeaf.seen_at.is_(None))
        .options(
            joinedload(TouchedLeaf.criterion).joinedload(Criterion.agency),
            joinedload(TouchedLeaf.old_criterion).joinedload(Criterion.agency),
            joinedload(TouchedLeaf.adoption).joinedload(SetAdoption.new_set),
        )
        .order_by(TouchedLeaf.id)
    )
    return {row.criterion_id: _change(row) for row in session.scalars(statement)}


def _change(row: TouchedLeaf) -> LeafChange:
    new = _described(row.criterion)
    if row.old_criterion is None:
        difference = Difference(None, new, frozenset({ChangeKind.ADDED}))
    else:
        difference = difference_of(_described(row.old_criterion), new)
    return LeafChange(
        version=row.adoption.new_set.version_number,
        reason=row.adoption.reason,
        document=row.adoption.document,
        kinds=frozenset(ChangeKind(kind) for kind in row.kinds),
        difference=difference,
        refused=row.refused,
    )


def _described(row: Criterion) -> Described:
    return described(row, parent=None, agency=row.agency.name if row.agency else row.agency_printed)


def may_see_off(context: SheetContext, actor: Actor, code: str) -> bool:
    """Whether a leaf is the actor's to score, were the sheet open: who answers for it says that the change was seen."""
    subject = replace(context.subject(code), state=State.DRAFT, writable=True)
    return policy.allows(actor, Permission.ASSESSMENT_SCORE, subject)


def mark_seen(assessment_id: int, code: str, *, actor: Actor, clock: Clock) -> None:
    """Take the mark off a touched leaf. Raises NotFound, Forbidden; a leaf without a mark stays as it is."""
    with unit_of_work(actor=actor, clock=clock) as work:
        assessment = find_assessment(work.session, assessment_id, lock=True)
        context = sheet_context(work.session, assessment, work.now)
        see(context, actor)
        context.tree.leaf(code)
        subject = replace(context.subject(code), state=State.DRAFT, writable=True)
        policy.require(actor, Permission.ASSESSMENT_SCORE, subject)
        statement = select(TouchedLeaf).where(
            TouchedLeaf.assessment_id == assessment_id,
            TouchedLeaf.criterion_id == context.ids[code],
            TouchedLeaf.seen_at.is_(None),
        )
        row = work.session.scalars(statement).one_or_none()
        if row is None:
            return
        row.seen_at, row.seen_by_id = work.now, work.acting.user_id
        seen = {"version": row.adoption.new_set.version_number}
        work.audit(f"assessment:{assessment_id}", "change_seen", "leaf", code, new=seen)


def refuse_other_leaf(session: Session, context: SheetContext, code: str, drawn: int | None) -> None:
    """Refuse what was typed on a page drawn before a new version, where the code means another leaf, or changed.

    `drawn`: the criterion the page showed. Raises: InputInvalid("leaf_changed").
    """
    present = context.ids[code]
    if drawn is None or drawn == present:
        return
    became = (CriterionMapping.old_criterion_id == drawn, CriterionMapping.new_criterion_id == present)
    touched = (TouchedLeaf.assessment_id == context.assessment.id, TouchedLeaf.criterion_id == present)
    same = session.scalars(select(CriterionMapping.id).where(*became)).first() is not None
    if not same or session.scalars(select(TouchedLeaf.id).where(*touched)).first() is not None:
        raise InputInvalid("leaf_changed", criterion=code)


@dataclass(frozen=True, slots=True)
class ChangesWaiting:
    """How many criteria of a sheet a new version changed that nobody of the unit has seen."""

    assessment_id: int
    campaign: str
    unit: str
    count: int


def changes_waiting(*, actor: Actor) -> list[ChangesWaiting]:
    """Return the sheets of the actor's own units with unseen changes, in one statement."""
    if not policy.may_ever(actor, Permission.ASSESSMENT_SCORE):
        return []
    counts = (
        select(TouchedLeaf.assessment_id, func.count(TouchedLeaf.id).label("count"))
        .where(TouchedLeaf.seen_at.is_(None))
        .group_by(TouchedLeaf.assessment_id)
        .subquery()
    )
    statement = (
        select(Assessment, counts.c.count)
        .join(counts, counts.c.assessment_id == Assessment.id)
        .join(Assessment.campaign)
        .where(Assessment.unit_id.in_(actor.unit_ids))
        .options(joinedload(Assessment.campaign), joinedload(Assessment.unit))
        .order_by(Campaign.id.desc(), Assessment.id)
    )
    with reading() as session:
        return [
            ChangesWaiting(row.id, row.campaign.name, row.unit.name, count) for row, count in session.execute(statement)
        ]
