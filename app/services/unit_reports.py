"""The unit's report: entered as signed, version by version, approved by the head, read by those who may read evidence.

Source: Thái Bình 2023, mục 1 và 2; Quảng Trị 2024, Điều 6.1b, c; Định Hóa 2024, mục 1 e (chậm nhất 22/11/2024); Phù Yên
2022, mục 1 và 3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.clock import Clock
from app.db.evidence import Document
from app.db.session import Work, reading, unit_of_work
from app.db.unit_reports import ReportDifference, UnitReport
from app.domain import policy
from app.domain.campaign import LateReport, ReportMode
from app.domain.deadlines import VIETNAM
from app.domain.errors import InputInvalid, NotFound
from app.domain.evidence_checks import parse_document_number
from app.domain.file_checks import clean_file_name
from app.domain.points import parse_number, parse_screen_number, plain
from app.domain.policy import Actor, Permission
from app.domain.report_comparison import check_totals
from app.domain.terms import DocumentKind, PhaseKind
from app.services.act_notices import tell_of_report
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.evidence import is_public
from app.services.exemptions import claimed_exemptions
from app.services.pdf_files import FileOffered, keep_pdf
from app.storage.blobs import BlobStore

TEXT_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class EnterReport:
    """A report as typed from the paper. `totals`: figures by code, empty ones left out.

    Without file and address a new version keeps the paper of the one before.
    """

    number: str
    issued_on: dt.date | None
    total: str
    totals: Mapping[str, str]
    difficulties: str = ""
    proposals: str = ""
    proposed_grade: str = ""
    file: FileOffered | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One version as read; `url` empty for a file; `late`: it came at or after its date."""

    version: int
    number: str
    issued_on: dt.date | None
    kind: DocumentKind
    url: str
    total: Decimal
    totals: Mapping[str, Decimal]
    exemptions: tuple[str, ...]
    difficulties: str
    proposals: str
    proposed_grade: str
    at: dt.datetime
    by: str
    approved_at: dt.datetime | None
    approved_by: str
    late: bool


@dataclass(frozen=True, slots=True)
class ReportView:
    """A unit's report: versions newest first, and what stands against entering or approving one."""

    unit: str
    campaign: str
    mode: ReportMode
    due_at: dt.datetime | None
    now: dt.datetime
    versions: tuple[ReportLine, ...]
    nodes: tuple[Any, ...]
    grades: tuple[str, ...]
    claimed: tuple[str, ...]
    why_not_write: str | None
    why_not_approve: str | None
    why_not_open: str | None


def report_due(context: SheetContext) -> dt.datetime | None:
    """Return when the report is due: its own date where the campaign has one, else the end of the scoring phase."""
    own = [phase.closes_at for phase in context.assessment.campaign.phases if phase.kind is PhaseKind.REPORT_DUE]
    if own:
        return own[0]
    return None if context.scoring is None else context.scoring.closes_at


def reports_of(session: Session, assessment_id: int) -> Sequence[UnitReport]:
    """Return every version, oldest first."""
    statement = (
        select(UnitReport)
        .where(UnitReport.assessment_id == assessment_id)
        .options(joinedload(UnitReport.document), joinedload(UnitReport.by), joinedload(UnitReport.approved_by))
        .order_by(UnitReport.version)
    )
    return session.scalars(statement).all()


def line_of(row: UnitReport, due_at: dt.datetime | None) -> ReportLine:
    document = row.document
    return ReportLine(
        version=row.version,
        number=document.document_number,
        issued_on=document.issued_on,
        kind=document.kind,
        url=document.url or "",
        total=row.total,
        totals={code: parse_number(points, what="points") for code, points in row.totals.items()},
        exemptions=tuple(row.exemptions),
        difficulties=row.difficulties,
        proposals=row.proposals,
        proposed_grade=row.proposed_grade or "",
        at=row.at,
        by=row.by.first_name,
        approved_at=row.approved_at,
        approved_by="" if row.approved_by is None else row.approved_by.first_name,
        late=due_at is not None and row.at >= due_at,
    )


def report_view(assessment_id: int, *, actor: Actor, clock: Clock) -> ReportView:
    """Return a unit's report. Raises NotFound for a sheet that is not the actor's to see."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        due, rows = report_due(context), reports_of(session, assessment_id)
        return ReportView(
            unit=context.assessment.unit.name,
            campaign=context.assessment.campaign.name,
            mode=context.policies.report,
            due_at=due,
            now=context.now,
            versions=tuple(line_of(row, due) for row in reversed(rows)),
            nodes=tuple((node, context.tree.depth(node.code)) for node in context.tree.nodes),
            grades=tuple(band.name for band in context.assessment.campaign.bands),
            claimed=claimed_exemptions(session, assessment_id),
            why_not_write=why_not_write(context, actor),
            why_not_approve=policy.why_not(actor, Permission.REPORT_APPROVE, context.subject())
            or ("report_not_asked" if not rows else "report_approved" if rows[-1].approved_at else None),
            why_not_open=policy.why_not(actor, Permission.EVIDENCE_READ, context.subject()),
        )


def why_not_write(context: SheetContext, actor: Actor) -> str | None:
    """Return why the actor enters no report, or no next version of it, now (a refusal's code); None where it may."""
    refusal = policy.why_not(actor, Permission.REPORT_WRITE, context.subject())
    if refusal is None and context.policies.report is ReportMode.NONE:
        return "report_not_asked"
    return refusal or ("report_too_late" if _taken_until(context) is not None else None)


def _taken_until(context: SheetContext) -> dt.datetime | None:
    """Return the instant since which the campaign takes no report of this unit; None while it takes one."""
    match context.policies.report_late:
        case LateReport.BLOCK:
            due = report_due(context)
            return due if due is not None and context.now >= due else None
        case LateReport.UNTIL_LOCK:
            return None if context.phase_or_window_open else context.locked_at
        case LateReport.MARK:
            return None


def enter_report(assessment_id: int, command: EnterReport, *, store: BlobStore, actor: Actor, clock: Clock) -> int:
    """Enter the report, or a new version of it; return its version.

    Raises: NotFound, Forbidden, InputInvalid with report_not_asked, report_too_late, document_number_unreadable,
    date_missing, report_document_missing, grade_unknown, and of each figure, naming its field.
    """
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        _require_writable(context, actor)
        _read(context, command)
    sha256, size = _stored(command.file, store)
    with unit_of_work(actor=actor, clock=clock) as work:
        context = sheet_context(work.session, find_assessment(work.session, assessment_id, lock=True), work.now)
        _require_writable(context, actor)
        earlier = reports_of(work.session, assessment_id)
        document = _document(work, context, command, earlier[-1] if earlier else None)
        if command.file is not None:
            document.sha256, document.size, document.mime = sha256, size, "application/pdf"
            document.original_name = clean_file_name(command.file.name)
        work.session.add(document)
        work.session.flush()
        row = _version(work, context, command, document, len(earlier) + 1)
        context.assessment.proposed_grade = row.proposed_grade
        work.session.add(row)
        work.session.flush()
        stream = f"assessment:{assessment_id}"
        work.audit(stream, "report_entered", "unit_report", row.id, new=_kept(row, document))
        tell_of_report(work, context)
        return row.version


def _version(work: Work, context: SheetContext, command: EnterReport, document: Document, number: int) -> UnitReport:
    total, totals = _read(context, command)
    return UnitReport(
        assessment_id=context.assessment.id,
        version=number,
        document_id=document.id,
        total=total,
        totals={code: plain(points) for code, points in sorted(totals.items())},
        exemptions=list(claimed_exemptions(work.session, context.assessment.id)),
        difficulties=command.difficulties.strip(),
        proposals=command.proposals.strip(),
        proposed_grade=command.proposed_grade or None,
        at=work.now,
        by_id=work.acting.user_id,
    )


def _require_writable(context: SheetContext, actor: Actor) -> None:
    see(context, actor)
    policy.require(actor, Permission.REPORT_WRITE, context.subject())
    if context.policies.report is ReportMode.NONE:
        raise InputInvalid("report_not_asked")
    taken_until = _taken_until(context)
    if taken_until is not None:
        raise InputInvalid("report_too_late", due=taken_until)


def _read(context: SheetContext, command: EnterReport) -> tuple[Decimal, dict[str, Decimal]]:
    """Return the figures of the paper. Raises InputInvalid naming the field that cannot be read."""
    parse_document_number(command.number)
    if command.issued_on is None:
        raise InputInvalid("date_missing", field="issued_on")
    if command.proposed_grade and command.proposed_grade not in {
        band.name for band in context.assessment.campaign.bands
    }:
        raise InputInvalid("grade_unknown", field="proposed_grade")
    for field in ("difficulties", "proposals"):
        if len(getattr(command, field)) > TEXT_LIMIT:
            raise InputInvalid("proposal_text_too_long", limit=TEXT_LIMIT, field=field)
    total = _figure(command.total, "total")
    totals = {code: _figure(text, f"points.{code}") for code, text in command.totals.items() if text.strip()}
    check_totals(context.tree, totals)
    whole = sum((root.maximum for root in context.tree.roots), Decimal(0))
    if total > whole:
        raise InputInvalid("report_above_maximum", criterion="", maximum=whole, field="total")
    return total, totals


def _figure(text: str, field: str) -> Decimal:
    try:
        return parse_screen_number(text)
    except InputInvalid as unreadable:
        raise InputInvalid(unreadable.code, **{**unreadable.details, "field": field}) from unreadable


def _stored(file: FileOffered | None, store: BlobStore) -> tuple[str | None, int]:
    if file is None:
        return None, 0
    blob = keep_pdf(file, store)
    return blob.sha256, blob.size


def _document(work: Work, context: SheetContext, command: EnterReport, earlier: UnitReport | None) -> Document:
    """Return the paper as a row of its own: an earlier version keeps what its number and day were."""
    made = Document(
        unit_id=context.assessment.unit_id,
        document_number=command.number.strip()[:64],
        issued_on=command.issued_on,
        issuer=context.assessment.unit.name,
        added_at=work.now,
        added_by_id=work.acting.user_id,
    )
    if command.file is not None:
        made.kind = DocumentKind.FILE
        return made
    address = command.url.strip()
    if address:
        if len(address) > 2000 or not is_public(address):
            raise InputInvalid("link_unreadable", text=address[:80], field="url")
        made.kind, made.url, made.opened_on = DocumentKind.LINK, address, work.now.astimezone(VIETNAM).date()
        return made
    if earlier is None:
        raise InputInvalid("report_document_missing", field="file")
    for name in ("kind", "sha256", "size", "mime", "original_name", "url", "opened_on"):
        setattr(made, name, getattr(earlier.document, name))
    return made


def _kept(row: UnitReport, document: Document) -> dict[str, Any]:
    """Return everything a version says, as audit and receipt keep it."""
    return {
        "version": row.version,
        "number": document.document_number,
        "issued_on": None if document.issued_on is None else document.issued_on.isoformat(),
        "sha256": document.sha256,
        "url": document.url,
        "total": plain(row.total),
        "totals": dict(row.totals),
        "exemptions": list(row.exemptions),
        "difficulties": row.difficulties,
        "proposals": row.proposals,
        "proposed_grade": row.proposed_grade,
    }


def report_pinned(session: Session, assessment_id: int) -> dict[str, Any]:
    """Return what a receipt pins of the newest report; nothing where there is none."""
    rows = reports_of(session, assessment_id)
    return {"report": _kept(rows[-1], rows[-1].document)} if rows else {}


def approve_report(assessment_id: int, version: int, *, actor: Actor, clock: Clock) -> None:
    """Mark the newest version as approved by the unit's head. Raises NotFound, Forbidden, InputInvalid."""
    with unit_of_work(actor=actor, clock=clock) as work:
        context = sheet_context(work.session, find_assessment(work.session, assessment_id, lock=True), work.now)
        see(context, actor)
        policy.require(actor, Permission.REPORT_APPROVE, context.subject())
        rows = reports_of(work.session, assessment_id)
        if not any(row.version == version for row in rows):
            raise NotFound("report_unknown")
        row = rows[-1]
        if row.version != version:
            raise InputInvalid("report_not_newest", version=row.version)
        if row.approved_at is not None:
            raise InputInvalid("report_approved")
        row.approved_at, row.approved_by_id = work.now, actor.user_id
        new = {"version": row.version, "number": row.document.document_number}
        work.audit(f"assessment:{assessment_id}", "report_approved", "unit_report", row.id, new=new)


def explain_difference(assessment_id: int, code: str, text: str, *, actor: Actor, clock: Clock) -> None:
    """Keep why report and sheet differ at `code` ("" is the total); the words before stay.

    Raises: NotFound, Forbidden, InputInvalid("difference_unexplained", "proposal_text_too_long").
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        context = sheet_context(work.session, find_assessment(work.session, assessment_id, lock=True), work.now)
        see(context, actor)
        policy.require(actor, Permission.REPORT_WRITE, context.subject())
        rows = reports_of(work.session, assessment_id)
        if not rows:
            raise NotFound("report_unknown")
        if code:
            context.tree.node(code)
        if not text.strip():
            raise InputInvalid("difference_unexplained", field="text")
        if len(text) > TEXT_LIMIT:
            raise InputInvalid("proposal_text_too_long", limit=TEXT_LIMIT, field="text")
        said = ReportDifference(report_id=rows[-1].id, code=code, text=text.strip(), at=work.now, by_id=actor.user_id)
        work.session.add(said)
        new = {"version": rows[-1].version, "criteria": code, "explanation": said.text}
        work.audit(f"assessment:{assessment_id}", "report_explained", "unit_report", rows[-1].id, new=new)


def open_report(
    assessment_id: int, version: int, *, store: BlobStore, actor: Actor, clock: Clock
) -> tuple[BinaryIO, str, int]:
    """Return stream, name and size of a version's file. Raises NotFound also for whoever may not read evidence."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        if not policy.allows(actor, Permission.EVIDENCE_READ, context.subject()):
            raise NotFound("report_unknown")
        for row in reports_of(session, assessment_id):
            if row.version == version and row.document.sha256 is not None:
                document = row.document
                name = clean_file_name(document.original_name)
                return store.open(row.document.sha256), name, document.size or 0
        raise NotFound("report_unknown")
