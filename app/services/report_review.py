"""Rà soát against the signed report: the comparison, what it adds to the findings, the explanations kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.clock import Clock
from app.db.session import reading
from app.db.unit_reports import ReportDifference, UnitReport
from app.domain import policy
from app.domain.campaign import Consequence, ReportMode
from app.domain.policy import Actor, Permission
from app.domain.report_comparison import Comparison, SheetFigure, compare
from app.domain.scoring import LeafPresence
from app.domain.submission import ReviewFinding
from app.domain.terms import Severity
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.pins import last_pin
from app.services.sheets import entries_of
from app.services.unit_reports import ReportLine, line_of, report_due, reports_of

SEVERITY = {Consequence.NOTE: Severity.INFO, Consequence.WARN: Severity.WARNING, Consequence.BLOCK: Severity.ERROR}


@dataclass(frozen=True, slots=True)
class ReportReview:
    """The newest report beside the sheet; `explained` by code, "" for the total."""

    mode: ReportMode
    report: ReportLine | None
    comparison: Comparison | None
    explained: Mapping[str, str]
    may_explain: bool


def report_review(assessment_id: int, *, actor: Actor, clock: Clock) -> ReportReview:
    """Return the report as the review shows it. Raises NotFound for a sheet that is not the actor's to see."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        rows = reports_of(session, assessment_id)
        newest = rows[-1] if rows else None
        return ReportReview(
            mode=context.policies.report,
            report=None if newest is None else line_of(newest, report_due(context)),
            comparison=None
            if newest is None
            else _compared(session, context, newest, as_sent=lambda code: context.reads_as_sent(actor, code)),
            explained={} if newest is None else _explained(session, newest),
            may_explain=policy.allows(actor, Permission.REPORT_WRITE, context.subject()),
        )


def _compared(
    session: Session, context: SheetContext, row: UnitReport, *, as_sent: Callable[[str], bool]
) -> Comparison:
    line = line_of(row, None)
    figures = _figures(session, context, as_sent=as_sent)
    return compare(context.tree, figures, total=line.total, totals=line.totals)


def _figures(session: Session, context: SheetContext, *, as_sent: Callable[[str], bool]) -> list[SheetFigure]:
    """Return every leaf as the unit claims it: as it stands, or as it was sent for whoever meets the leaf so."""
    pinned = {code: pin for code, pin in (last_pin(session, context.assessment.id) or {}).items() if as_sent(code)}
    entries = {entry.criterion_id: entry for entry in entries_of(session, context.assessment.id)}
    found = []
    for leaf in context.tree.leaves:
        pin, entry = pinned.get(leaf.code), entries.get(context.ids[leaf.code])
        points, claim = (None, None) if entry is None else (entry.self_points, entry.claim)
        if pin is not None:
            points, claim = pin.points, dict(pin.claim)
        own = context.is_own(leaf)
        found.append(
            SheetFigure(
                code=leaf.code,
                maximum=leaf.maximum,
                points=context.overrides.get(leaf.code, points if own else None),
                presence=LeafPresence.NOT_APPLICABLE if leaf.code in context.exempt else LeafPresence.SCORED,
                declined=bool(claim and claim.get("declined")),
                own=own,
            ),
        )
    return found


def _explained(session: Session, row: UnitReport) -> dict[str, str]:
    statement = select(ReportDifference).where(ReportDifference.report_id == row.id).order_by(ReportDifference.id)
    return {said.code: said.text for said in session.scalars(statement)}


def report_findings(session: Session, context: SheetContext) -> list[ReviewFinding]:
    """Return what the report adds to the review of a sheet.

    Codes: no_report (as the campaign says; where it comes by its own date afterwards, only noted), report_not_approved,
    report_late, report_differs (once explained, only noted), report_wrong_sum.
    """
    mode = context.policies.report
    if mode is ReportMode.NONE:
        return []
    rows = reports_of(session, context.assessment.id)
    if not rows:
        severity = SEVERITY[context.policies.report_missing] if mode is ReportMode.BEFORE else Severity.INFO
        return [ReviewFinding("no_report", severity, "")]
    newest, found = rows[-1], []
    line = line_of(newest, report_due(context))
    if line.approved_at is None:
        found.append(ReviewFinding("report_not_approved", _unapproved(context), "", line.number))
    if line.late:
        found.append(ReviewFinding("report_late", Severity.INFO, "", line.number))
    compared = _compared(session, context, newest, as_sent=context.keeps)
    if compared.difference or compared.differing:
        said = _explained(session, newest)
        differing = [each.node.code for each in compared.differing] or [""]  # a paper may give its total alone
        quiet = "" in said or all(code in said for code in differing)
        found.append(ReviewFinding("report_differs", Severity.INFO if quiet else Severity.WARNING, "", line.number))
    if compared.wrong_sum:
        found.append(ReviewFinding("report_wrong_sum", Severity.INFO, "", line.number))
    return found


def _unapproved(context: SheetContext) -> Severity:
    """A report nobody approved is a warning; where it must come before the sheet, it is as good as none at all."""
    if context.policies.report is ReportMode.BEFORE and context.policies.report_missing is Consequence.BLOCK:
        return Severity.ERROR
    return Severity.WARNING
