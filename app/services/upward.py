"""Two tiers side by side: what a council published is reported upward and read there, never examined again.

Sources: QĐ 1820/QĐ-UBND, Điều 6 khoản 4 (the commune index is published by the district's chairman "và báo cáo kết quả
gửi UBND tỉnh … chậm nhất ngày 15/01") and Điều 10 khoản 4; Thái Bình 2023, mục 4.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.campaigns import Campaign, GroupStage
from app.db.clock import Clock
from app.db.identity import Council
from app.db.result_acts import UpwardReport
from app.db.results import Publication
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.deadlines import VIETNAM
from app.domain.errors import InputInvalid, NotFound
from app.domain.evidence_checks import parse_document_number
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import PhaseKind, Stage
from app.reports.figures import printed
from app.reports.papers import Cell, Document
from app.reports.tables import Column
from app.services.papers import Issue, Translate, heading_of, standing_words
from app.services.publication import PublicationView, in_force, results_shown, view_of


@dataclass(frozen=True, slots=True)
class ReportedGroup:
    """A group of a council below: where it stands, and its edition in force once it has one."""

    group_stage_id: int
    group: str
    stage: Stage
    publication: PublicationView | None


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What one council owes the one above in one campaign. `late`: the day is over, or it was when it reported.

    `may_report`: the actor is of the secretariat that records the report.
    """

    campaign_id: int
    campaign: str
    council_id: int
    council: str
    above: str
    groups: tuple[ReportedGroup, ...]
    due_at: dt.datetime | None
    number: str
    reported_on: dt.date | None
    reported_at: dt.datetime | None
    late: bool
    may_report: bool
    #: reports that went up before the newest one: number and day
    earlier: tuple[tuple[str, dt.date], ...] = ()
    #: groups whose edition in force came after the newest report
    newer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordReport:
    """The report as it went out: its number and day."""

    campaign_id: int
    council_id: int
    number: str
    reported_on: dt.date


def reports(*, actor: Actor, clock: Clock) -> list[ReportLine]:
    """Return the reports the actor may read: of councils below the own one, and of the own one to the one above."""
    with reading() as session:
        now = clock.read(session)
        statement = select(GroupStage).join(GroupStage.campaign).join(GroupStage.council)
        reporting = statement.where(Campaign.opened_at.is_not(None), Council.reports_to_id.is_not(None))
        found: dict[tuple[int, int], list[GroupStage]] = {}
        for group in session.scalars(reporting.order_by(Campaign.id.desc(), Council.code, GroupStage.id)):
            if _may_read(group.council, actor):
                found.setdefault((group.campaign_id, group.council_id), []).append(group)
        return [_line(session, groups, actor, now) for groups in found.values()]


def _may_read(council: Council, actor: Actor) -> bool:
    """Whether the council, or the one it reports to, is the actor's."""
    return any(
        policy.allows(actor, Permission.UPWARD_READ, Subject(council_id=number))
        for number in (council.id, council.reports_to_id)
        if number is not None
    )


def _line(session: Session, groups: list[GroupStage], actor: Actor, now: dt.datetime) -> ReportLine:
    campaign, council = groups[0].campaign, groups[0].council
    sent = _reports(session, campaign.id, council.id)
    last = sent[-1] if sent else None
    due = next((phase.closes_at for phase in campaign.phases if phase.kind is PhaseKind.UPWARD_REPORT), None)
    assert council.reports_to is not None
    editions = [(group, in_force(session, group)) for group in groups]
    return ReportLine(
        campaign_id=campaign.id,
        campaign=campaign.name,
        council_id=council.id,
        council=council.name,
        above=council.reports_to.name,
        groups=tuple(
            ReportedGroup(group.id, group.group.name, group.stage, view_of(edition)) for group, edition in editions
        ),
        due_at=due,
        number="" if last is None else last.number,
        reported_on=None if last is None else last.reported_on,
        reported_at=None if last is None else last.at,
        late=_late(due, sent[0] if sent else None, now),
        may_report=policy.allows(actor, Permission.UPWARD_REPORT, Subject(council_id=council.id)),
        earlier=tuple((row.number, row.reported_on) for row in sent[:-1]),
        newer=() if last is None else _newer(editions, last),
    )


def _newer(editions: Iterable[tuple[GroupStage, Publication | None]], report: UpwardReport) -> tuple[str, ...]:
    """Return the groups whose edition in force came after a report."""
    return tuple(group.group.name for group, edition in editions if edition is not None and edition.at > report.at)


def _reports(session: Session, campaign_id: int, council_id: int) -> Sequence[UpwardReport]:
    """Return what was reported, the first first: whether it was in time is asked of that one."""
    statement = select(UpwardReport).where(
        UpwardReport.campaign_id == campaign_id, UpwardReport.council_id == council_id
    )
    return session.scalars(statement.order_by(UpwardReport.id)).all()


def _late(due: dt.datetime | None, first: UpwardReport | None, now: dt.datetime) -> bool:
    if due is None:
        return False
    if first is None:
        return now >= due
    last_moment = due - dt.timedelta(microseconds=1)  # due at 00:00 of the 16th: the 15th is the last day
    return first.reported_on > last_moment.astimezone(VIETNAM).date()


def record_report(command: RecordReport, *, actor: Actor, clock: Clock) -> None:
    """Keep number and day of the report that went up.

    Raises: NotFound, Forbidden, InputInvalid document_number_unreadable, text_too_long, report_before_publication,
    report_of_the_future, report_before_decision.
    """
    parse_document_number(command.number)
    if len(command.number.strip()) > 64:
        raise InputInvalid("text_too_long", field="number", most=64)
    with unit_of_work(actor=actor, clock=clock) as work:
        groups = _groups(work.session, command.campaign_id, command.council_id, actor)
        council = groups[0].council
        work.session.refresh(council, with_for_update={"of": Council})
        policy.require(actor, Permission.UPWARD_REPORT, Subject(council_id=council.id))
        _refuse_wrong_day(work, groups, command.reported_on)
        sent = _reports(work.session, command.campaign_id, council.id)
        last = sent[-1] if sent else None
        row = UpwardReport(
            campaign_id=command.campaign_id,
            council_id=council.id,
            to_council_id=council.reports_to_id,
            number=command.number.strip(),
            reported_on=command.reported_on,
            by_id=work.acting.user_id,
            at=work.now,
        )
        work.session.add(row)
        work.audit(
            f"campaign:{command.campaign_id}",
            "reported_upward",
            "council",
            council.code,
            old=None if last is None else {"number": last.number, "reported_on": last.reported_on.isoformat()},
            new={"number": row.number, "reported_on": row.reported_on.isoformat()},
        )


def _refuse_wrong_day(work: Work, groups: Sequence[GroupStage], on: dt.date) -> None:
    """Refuse a report of a day to come, or before what it reports was decided, or of what is not published."""
    if on > work.now.astimezone(VIETNAM).date():
        raise InputInvalid("report_of_the_future", field="reported_on", on=on)
    for group in groups:
        published = in_force(work.session, group)
        if published is None:
            raise InputInvalid("report_before_publication", field="number", group=group.group.name)
        if on < published.decided_on:
            raise InputInvalid("report_before_decision", field="reported_on", on=published.decided_on)


def _groups(session: Session, campaign_id: int, council_id: int, actor: Actor) -> list[GroupStage]:
    """Return a reporting council's groups of a campaign. Raises NotFound where they are not the actor's to read."""
    statement = select(GroupStage).where(GroupStage.campaign_id == campaign_id, GroupStage.council_id == council_id)
    groups = list(session.scalars(statement.order_by(GroupStage.id)))
    known = groups and groups[0].campaign.opened_at is not None and groups[0].council.reports_to_id is not None
    if not known or not _may_read(groups[0].council, actor):
        raise NotFound("upward_report_unknown")
    return groups


def upward_document(campaign_id: int, council_id: int, *, translate: Translate, actor: Actor, clock: Clock) -> Document:
    """Return the report to print: every unit of the council's published groups with index, class, position.

    Raises: NotFound; InputInvalid("report_before_publication") while none of the groups is published.
    """
    _ = translate
    with reading() as session:
        groups = _groups(session, campaign_id, council_id, actor)
        editions = {group: in_force(session, group) for group in groups}
        published = [group for group in groups if editions[group] is not None]
        if not published:
            raise InputInvalid("report_before_publication", group=groups[0].group.name)
        cells, bold = _rows(session, published, clock.read(session), _)
        council, sent = groups[0].council, _reports(session, campaign_id, council_id)
        last = sent[-1] if sent and not _newer(editions.items(), sent[-1]) else None  # its number is not this paper's
        assert council.reports_to is not None
        issue = Issue(council.name) if last is None else Issue(council.name, last.number, on=last.reported_on)
        decimals = groups[0].campaign.decimals
        note = _("To: %(council)s") % {"council": council.reports_to.name}
        return Document(
            heading=heading_of(_, issue, _("REPORT OF RESULTS"), groups[0].campaign.name, note),
            columns=(
                Column(_("Position"), 16, figure=True),
                Column(_("Unit"), 66),
                Column(_("Index (%)"), 26, figure=True),
                Column(_("Class"), 57),
            ),
            cells=tuple(cells),
            shown=tuple(_shown(row, decimals) for row in cells),
            bold=bold,
        )


def _rows(
    session: Session, groups: list[GroupStage], now: dt.datetime, _: Translate
) -> tuple[list[tuple[Cell, ...]], frozenset[int]]:
    """Return a row a unit under a row a group, which names the decision."""
    cells: list[tuple[Cell, ...]] = []
    bold = set()
    for group in groups:
        shown = results_shown(session, group, now)
        decision = shown.facts.decision
        assert decision is not None
        bold.add(len(cells))
        words = _("%(group)s, decision %(number)s") % {"group": shown.facts.group, "number": decision.number}
        cells.append((None, words, None, ""))
        for each in shown.results:
            words = each.row.grade or standing_words(each.standing, _)
            cells.append((each.row.position, each.unit, each.row.index, words))
    return cells, frozenset(bold)


def _shown(row: tuple[Cell, ...], decimals: int) -> tuple[str, ...]:
    position, unit, index, words = row
    if words == "":
        return "", str(unit), "", ""
    figure = index if isinstance(index, Decimal) else None
    return "–" if position is None else str(position), str(unit), printed(figure, decimals), str(words)
