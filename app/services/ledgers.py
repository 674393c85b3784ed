"""The ledger of a campaign: every exemption, bonus and penalty; who asked, why, on which paper, who decided, when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.assessments import Adjustment, Assessment, Exemption
from app.db.campaigns import Campaign, GroupStage
from app.db.criteria import Criterion
from app.db.session import reading
from app.domain import policy
from app.domain.adjustments import ProposedBy
from app.domain.deadlines import VIETNAM
from app.domain.errors import NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import AdjustmentKind, ItemStatus
from app.reports.papers import Cell, Document
from app.reports.tables import Column
from app.services.papers import Issue, Translate, heading_of
from app.services.proposals import replaced_in, state_of


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One proposal: of a leaf with the points it takes off the maximum (`kind` None), or of an item with its points."""

    assessment_id: int
    group: str
    unit: str
    kind: AdjustmentKind | None
    what: str
    title: str
    points: Decimal
    side: ProposedBy | None
    proposed_by: str
    proposed_at: dt.datetime | None
    reason: str
    proposed_document: str
    state: str
    document: str
    decision_reason: str
    decided_by: str
    decided_at: dt.datetime | None

    @property
    def waits(self) -> bool:
        return self.state == ItemStatus.PROPOSED.value


class _What(NamedTuple):
    code: str
    title: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Ledger:
    """What waits stands first; then by group, unit and criterion."""

    campaign_id: int
    campaign: str
    exemptions: tuple[LedgerLine, ...]
    adjustments: tuple[LedgerLine, ...]


def ledger(campaign_id: int, *, actor: Actor) -> Ledger:
    """Return the ledger of the groups the actor's council has, of all for organiser and auditor.

    Raises: NotFound("campaign_unknown") where there is none, or none of its groups is the actor's.
    """
    with reading() as session:
        campaign = session.get(Campaign, campaign_id)
        groups = [] if campaign is None else [group.id for group in campaign.groups if _reads(group, actor)]
        if campaign is None or campaign.opened_at is None or not groups:
            raise NotFound("campaign_unknown", code="")
        return Ledger(
            campaign_id,
            campaign.name,
            _exemption_lines(_exemptions(session, groups)),
            _adjustment_lines(_adjustments(session, groups)),
        )


def _reads(group: GroupStage, actor: Actor) -> bool:
    return policy.allows(actor, Permission.GROUP_READ, Subject(council_id=group.council_id, stage=group.stage))


def _exemptions(session: Session, groups: Sequence[int]) -> Sequence[Exemption]:
    statement = (
        select(Exemption)
        .join(Exemption.assessment)
        .join(Exemption.criterion)
        .where(Assessment.group_stage_id.in_(groups))
        .options(
            joinedload(Exemption.assessment).joinedload(Assessment.unit),
            joinedload(Exemption.criterion),
            joinedload(Exemption.proposed_by),
            joinedload(Exemption.decided_by),
        )
        .order_by(Assessment.group_stage_id, Assessment.unit_id, Exemption.criterion_id, Exemption.id)
    )
    return session.scalars(statement).all()


def _adjustments(session: Session, groups: Sequence[int]) -> Sequence[Adjustment]:
    statement = (
        select(Adjustment)
        .join(Adjustment.assessment)
        .where(Assessment.group_stage_id.in_(groups))
        .options(
            joinedload(Adjustment.assessment).joinedload(Assessment.unit),
            joinedload(Adjustment.item),
            joinedload(Adjustment.proposed_by),
            joinedload(Adjustment.decided_by),
        )
        .order_by(Assessment.group_stage_id, Assessment.unit_id, Adjustment.id)
    )
    return session.scalars(statement).all()


def _sorted(lines: list[LedgerLine]) -> tuple[LedgerLine, ...]:
    return tuple(sorted(lines, key=lambda line: not line.waits))


def _exemption_lines(rows: Sequence[Exemption]) -> tuple[LedgerLine, ...]:
    replaced = replaced_in(rows)
    return _sorted([_line(row, state_of(row, replaced), None, _of_leaf(row.criterion)) for row in rows])


def _adjustment_lines(rows: Sequence[Adjustment]) -> tuple[LedgerLine, ...]:
    replaced = replaced_in(rows)
    return _sorted([_line(row, state_of(row, replaced), row.kind, _of_item(row)) for row in rows])


def _of_leaf(leaf: Criterion) -> _What:
    return _What(leaf.code, leaf.title, leaf.maximum)


def _of_item(row: Adjustment) -> _What:
    return _What("", "", row.points) if row.item is None else _What(row.item.code, row.item.text, row.points)


def _line(row: Exemption | Adjustment, state: str, kind: AdjustmentKind | None, what: _What) -> LedgerLine:
    return LedgerLine(
        assessment_id=row.assessment_id,
        group=row.assessment.group_stage.group.name,
        unit=row.assessment.unit.name,
        kind=kind,
        what=what.code,
        title=what.title,
        points=what.points,
        side=row.side,
        proposed_by="" if row.proposed_by is None else row.proposed_by.first_name,
        proposed_at=row.proposed_at,
        reason=row.reason,
        proposed_document=row.proposed_document,
        state=state,
        document=row.document,
        decision_reason=row.decision_reason,
        decided_by="" if row.decided_by is None else row.decided_by.first_name,
        decided_at=row.decided_at,
    )


def exemptions_document(found: Ledger, _: Translate) -> Document:
    """Return the ledger of exemptions as a table to save: one row for every proposal, history included."""
    columns = (
        Column(_("Group"), 30),
        Column(_("Unit"), 40),
        Column(_("No."), 14),
        Column(_("Field / Criterion"), 60),
        Column(_("Maximum"), 15, figure=True),
        Column(_("Proposed by"), 30),
        Column(_("Proposed on"), 24),
        Column(_("Reason"), 60),
        Column(_("Document of the proposal"), 40),
        Column(_("Decision"), 24),
        Column(_("Document of the decision"), 40),
        Column(_("Reason of the decision"), 60),
        Column(_("Decided by"), 30),
        Column(_("Decided on"), 24),
    )
    states = {
        "proposed": _("Waits for its decision"),
        "accepted": _("Not applicable"),
        "refused": _("Applies, refused"),
        "withdrawn": _("Withdrawn"),
        "superseded": _("Decided anew"),
    }
    cells = tuple(_cells(line, states[line.state]) for line in found.exemptions)
    heading = heading_of(_, Issue(found.campaign), _("LEDGER OF EXEMPTIONS"), found.campaign)
    return Document(heading=heading, columns=columns, cells=cells, shown=(), wide=True)


def _cells(line: LedgerLine, state: str) -> tuple[Cell, ...]:
    proposed = (line.proposed_by, _on(line.proposed_at), line.reason, line.proposed_document)
    decided = (state, line.document, line.decision_reason, line.decided_by, _on(line.decided_at))
    return (line.group, line.unit, line.what, line.title, line.points, *proposed, *decided)


def _on(at: dt.datetime | None) -> str:
    return "" if at is None else at.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")
