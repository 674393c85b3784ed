"""Carry an adoption out, by its plan: keep the old sheets, then move entries, documents, assignments and flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from sqlalchemy import select

from app.db.appraisals import EnteredClaim, LeaderBallot
from app.db.assessments import AnswerWindow, Assessment, Exemption, ScoreEntry
from app.db.campaigns import AppraiserAssignment, CampaignOverride, OfficerAssignment
from app.db.criteria import Criterion
from app.db.entering import SurveyTally
from app.db.evidence import Evidence
from app.db.holidays import holidays_of
from app.db.session import Work
from app.db.versions import AdoptedSheet, SetAdoption
from app.domain.campaign import Policies
from app.domain.points import plain
from app.domain.terms import SetStatus, State, WindowGround
from app.services.adopted_flags import flag
from app.services.adopted_sheets import old_sheets
from app.services.adoption_plan import (
    CarriedClaim,
    Plan,
    SheetPlan,
    agency_after,
    entered_points,
    moved_scopes,
    printed_agency,
)
from app.services.campaign_opening import content_hash, scoring_span
from app.services.leaders_claims import ballot_kept
from app.services.leaf_terms import copy_terms
from app.services.pins import canonical, digest
from app.services.self_totals import recount_totals


@dataclass(frozen=True, slots=True)
class Act:
    """Why the group goes over, and the paper that orders it."""

    reason: str
    document: str


class _OnLeaf(Protocol):
    """A row that speaks of one leaf."""

    criterion_id: Any


Row = TypeVar("Row", bound=_OnLeaf)


def carry_out(work: Work, plan: Plan, act: Act) -> None:
    """Do everything the plan says, within a running work that holds the group, its sheets and the new set."""
    adoption = SetAdoption(
        group_stage_id=plan.group.id,
        old_set_id=plan.old_set.id,
        new_set_id=plan.new_set.id,
        reason=act.reason,
        document=act.document,
        by_id=work.acting.user_id,
        at=work.now,
    )
    work.session.add(adoption)
    work.session.flush()
    kept = _keep(work, plan, adoption)
    _move_others(work, plan)
    _move_assignments(work, plan)
    _freeze(work, plan)
    plan.group.criteria_set = plan.new_set
    moved = [[_move_entry(work, plan, entry, carried) for entry, carried in sheet.entries] for sheet in plan.sheets]
    recount_totals(work.session, [sheet.assessment.id for sheet in plan.sheets])
    for sheet, entries in zip(plan.sheets, moved, strict=True):
        _give_back(work, plan, sheet, act)
        _audit_sheet(work, plan, sheet, kept[sheet.assessment.id])
        for said in entries:
            _audit_entry(work, sheet, said)
    flag(work, plan, adoption)
    names = {"set": str(plan.new_set), "document": act.document, "units": len(plan.sheets)}
    stream = f"campaign:{plan.group.campaign_id}"
    old = {"set": str(plan.old_set)}
    work.audit(stream, "version_adopted", "group_stage", plan.group.id, old=old, new=names, note=act.reason)


def _keep(work: Work, plan: Plan, adoption: SetAdoption) -> dict[int, AdoptedSheet]:
    """Keep every sheet as it stands, before anything of it moves."""
    kept = {}
    for sheet, content in old_sheets(work.session, plan, work.now):
        text = canonical(content)
        kept[sheet.assessment.id] = AdoptedSheet(
            adoption_id=adoption.id,
            assessment_id=sheet.assessment.id,
            state=sheet.assessment.state,
            receipt_id=None if sheet.receipt is None else sheet.receipt.id,
            content=text,
            sha256=digest(text),
        )
    work.session.add_all(kept.values())
    work.session.flush()
    return kept


def _move_others(work: Work, plan: Plan) -> None:
    """Move what stands on leaves beside the entries; what stood on a leaf that is gone is on the old paper alone."""
    session, ids = work.session, [sheet.assessment.id for sheet in plan.sheets]
    codes = {number: code for code, number in plan.old_ids.items()}
    _along(work, plan, session.scalars(select(Evidence).where(Evidence.assessment_id.in_(ids))))
    _along(work, plan, session.scalars(select(Exemption).where(Exemption.assessment_id.in_(ids))))
    windows = select(AnswerWindow).where(AnswerWindow.assessment_id.in_(ids), AnswerWindow.criterion_id.is_not(None))
    _windows_along(plan, session.scalars(windows).all())
    claims = []
    for claim in session.scalars(select(EnteredClaim).where(EnteredClaim.assessment_id.in_(ids))).all():
        points = entered_points(plan.crossing, codes[claim.criterion_id], claim.claim)
        if points is None:
            session.delete(claim)
        else:
            claim.points = points
            claims.append(claim)
    _along(work, plan, claims)
    ballots = []
    for ballot in session.scalars(select(LeaderBallot).where(LeaderBallot.assessment_id.in_(ids))).all():
        if entered_points(plan.crossing, codes[ballot.criterion_id], ballot_kept(ballot)) is None:
            session.delete(ballot)
        else:
            ballots.append(ballot)
    _along(work, plan, ballots)
    for tally in session.scalars(select(SurveyTally).where(SurveyTally.assessment_id.in_(ids))):
        # counts of a leaf that is gone stay on it: raw rows of a survey are never thrown away
        tally.criterion_id = plan.new_ids.get(plan.new_codes.get(tally.criterion_id, ""), tally.criterion_id)


def _windows_along(plan: Plan, windows: Iterable[AnswerWindow]) -> None:
    """A window on a leaf that is gone stays with the old version, where it opens nothing."""
    codes = {number: code for code, number in plan.old_ids.items()}
    for window in windows:
        code = None if window.criterion_id is None else codes.get(window.criterion_id)
        target = None if code is None else plan.crossing.target(code)
        if target is not None:
            window.criterion_id = plan.new_ids[target]


def _along(work: Work, plan: Plan, rows: Iterable[Row]) -> None:
    """Point rows at the leaf theirs has become; a row on a leaf that is gone goes."""
    codes = {number: code for code, number in plan.old_ids.items()}
    for row in list(rows):
        target = plan.crossing.target(codes[row.criterion_id])
        if target is None:
            work.session.delete(row)
        else:
            row.criterion_id = plan.new_ids[target]


def _move_assignments(work: Work, plan: Plan) -> None:
    _copy_overrides(work, plan)
    copy_terms(work, plan.group.campaign_id, plan.new_codes, plan.new_ids)
    _move_appraisers(work, plan)
    _move_officers(work, plan)


def _copy_overrides(work: Work, plan: Plan) -> None:
    """Give what the council gives on the new leaves too; the old rows stay, another group may be scored by them.

    A group that went over before has brought them along already.
    """
    session, campaign_id = work.session, plan.group.campaign_id
    targets = {code: plan.new_ids[new] for code in plan.overrides if (new := plan.crossing.target(code)) is not None}
    of_campaign = (CampaignOverride.campaign_id == campaign_id, CampaignOverride.criterion_id.in_(targets.values()))
    present = set(session.scalars(select(CampaignOverride.criterion_id).where(*of_campaign)))
    for code, target in targets.items():
        if target in present:
            continue
        row = plan.overrides[code]
        session.add(
            CampaignOverride(
                campaign_id=campaign_id,
                criterion_id=target,
                points=row.points,
                reason=row.reason,
                sample=row.sample,
            ),
        )


def _move_appraisers(work: Work, plan: Plan) -> None:
    """Appraisers follow their branch; a criterion the new paper names an agency for, and nobody has, gets that one."""
    given: set[tuple[int | None, int | None, str]] = set()
    for row, codes in moved_scopes(plan):
        agency = agency_after(row, plan)
        free = [code for code in codes if (row.group_id, row.unit_id, code) not in given]
        given |= {(row.group_id, row.unit_id, code) for code in free}
        if not free:
            work.session.delete(row)
            continue
        row.criterion_id, row.agency_id = plan.new_ids[free[0]], agency
        for code in free[1:]:
            work.session.add(
                AppraiserAssignment(
                    campaign_id=row.campaign_id,
                    criterion_id=plan.new_ids[code],
                    group_id=row.group_id,
                    unit_id=row.unit_id,
                    agency_id=agency,
                ),
            )
    for code, agency in printed_agency(plan, work.session).items():
        if (plan.group.group_id, None, code) not in given:
            work.session.add(
                AppraiserAssignment(
                    campaign_id=plan.group.campaign_id,
                    criterion_id=plan.new_ids[code],
                    group_id=plan.group.group_id,
                    agency_id=agency,
                ),
            )


def _move_officers(work: Work, plan: Plan) -> None:
    units = [sheet.assessment.unit_id for sheet in plan.sheets]
    statement = (
        select(Criterion.code, OfficerAssignment)
        .join(OfficerAssignment.criterion)
        .where(OfficerAssignment.campaign_id == plan.group.campaign_id, OfficerAssignment.unit_id.in_(units))
        .where(Criterion.set_id == plan.old_set.id)
        .order_by(OfficerAssignment.id)
    )
    rows = work.session.execute(statement).all()
    present: dict[int, set[str]] = {}
    for code, row in rows:
        present.setdefault(row.unit_id, set()).add(code)
    given: set[tuple[int, int, str]] = set()
    for branch, row in rows:
        codes = plan.crossing.places(branch, present[row.unit_id])
        free = [code for code in codes if (row.unit_id, row.user_id, code) not in given]
        given |= {(row.unit_id, row.user_id, code) for code in free}
        if not free:
            work.session.delete(row)
            continue
        row.criterion_id = plan.new_ids[free[0]]
        for code in free[1:]:
            work.session.add(
                OfficerAssignment(
                    campaign_id=row.campaign_id,
                    unit_id=row.unit_id,
                    criterion_id=plan.new_ids[code],
                    user_id=row.user_id,
                ),
            )


def _freeze(work: Work, plan: Plan) -> None:
    if plan.new_set.status is SetStatus.DRAFT:
        plan.new_set.content_sha256 = content_hash(plan.new_set)
        plan.new_set.frozen_at = work.now
        plan.new_set.status = SetStatus.FROZEN
    work.session.flush()


def _give_back(work: Work, plan: Plan, sheet: SheetPlan, act: Act) -> None:
    """Give a sheet back whose figures count otherwise now."""
    assessment = sheet.assessment
    if not sheet.goes_back:
        return
    if assessment.state is not State.DRAFT:
        assessment.state = State.DRAFT
        assessment.version += 1
    assessment.returned_reason = f"{act.reason} ({act.document})"
    if sheet.receipt is not None:
        _grant_correction(work, plan, assessment, act)


@dataclass(frozen=True, slots=True)
class _Carried:
    """What became of one entry, to be said in the sheet's chain."""

    code: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    note: str


def _move_entry(work: Work, plan: Plan, entry: ScoreEntry, kept: CarriedClaim) -> _Carried | None:
    """Move one entry to its new leaf; return what to say of it where its figures count otherwise now."""
    if kept.target is None:
        work.session.delete(entry)
        return None
    old = {"claim": entry.claim, "points": _text(entry.self_points)}
    new = {"claim": kept.claim, "points": _text(kept.points)}
    entry.criterion_id = plan.new_ids[kept.target]
    if old == new:
        return None
    entry.claim, entry.self_points = kept.claim, kept.points
    entry.claim_version = entry.version + 1
    return _Carried(kept.target, old, new, kept.refused)


def _audit_entry(work: Work, sheet: SheetPlan, said: _Carried | None) -> None:
    if said is not None:
        stream = f"assessment:{sheet.assessment.id}"
        work.audit(stream, "score_carried", "leaf", said.code, old=said.old, new=said.new, note=said.note)


def _text(points: Decimal | None) -> str | None:
    return None if points is None else plain(points)


def _grant_correction(work: Work, plan: Plan, assessment: Assessment, act: Act) -> None:
    """A sheet given back after the phase is over gets a window, else it could not be sent again."""
    campaign = plan.group.campaign
    span = scoring_span(campaign.phases)
    if span is not None and span.contains(work.now):
        return
    work.session.add(
        AnswerWindow(
            assessment_id=assessment.id,
            ground=WindowGround.CORRECTION,
            opens_at=work.now,
            due_at=Policies.from_json(campaign.policies).correction_due(work.now, holidays=holidays_of(work.session)),
            document=act.document,
            reason=act.reason,
            granted_by_id=work.acting.user_id,
        ),
    )


def _audit_sheet(work: Work, plan: Plan, sheet: SheetPlan, kept: AdoptedSheet) -> None:
    """Say in the sheet's own chain what it was and what it is, and the fingerprint of what was kept.

    Before the entries: what the chain says of a leaf from here on is said under its new code.
    """
    assessment = sheet.assessment
    before: Mapping[str, Any] = {"set": str(plan.old_set), "state": kept.state.value}
    after = {
        "set": str(plan.new_set),
        "state": assessment.state.value,
        "points": plain(assessment.self_total),
        "leaves": sorted(sheet.touched),
        "sha256": kept.sha256,
    }
    work.audit(f"assessment:{assessment.id}", "version_adopted", "adopted_sheet", kept.id, old=before, new=after)
