"""Every edition of a group's results: its decision, and what it changed against the one before."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.clock import Clock
from app.db.queries.result_marks import annulments_of
from app.db.result_acts import Annulment
from app.db.results import Publication
from app.db.session import reading
from app.domain import policy
from app.domain.editions import EditionChange, EditionRow, PositionsAfter, Remarks, edition_changes
from app.domain.points import parse_number
from app.domain.policy import Actor, Permission
from app.services.edition_acts import subject_of_edition
from app.services.edition_order import EditionOrder, editions_of, entering_units, next_order
from app.services.publication import in_force, readable_group
from app.services.reopening import readable_context


@dataclass(frozen=True, slots=True)
class AnnulmentLine:
    """One unit's result of an edition, annulled: by which decision, why, and what of the others' positions."""

    unit: str
    number: str
    decided_on: dt.date
    reason: str
    positions: PositionsAfter
    leaves: tuple[str, ...]
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class EditionLine:
    """One edition; `changes` against the one before (none of the first). `mode`: what it did with positions."""

    edition: int
    number: str
    decided_on: dt.date
    signer: str
    at: dt.datetime
    pdf_sha256: str
    in_force: bool
    mode: PositionsAfter | None
    remarks: Remarks
    changes: tuple[EditionChange, ...]
    annulments: tuple[AnnulmentLine, ...]


@dataclass(frozen=True, slots=True)
class EditionsView:
    """The editions of a group, the newest first."""

    group_stage_id: int
    campaign: str
    group: str
    decimals: int
    editions: tuple[EditionLine, ...]


def editions(group_stage_id: int, *, actor: Actor) -> EditionsView:
    """Return every edition of a group. Raises NotFound where its results are not the actor's to read."""
    with reading() as session:
        group = readable_group(session, group_stage_id, actor)
        newest, annulled = in_force(session, group), _annulled(session, group.id)
        lines: list[EditionLine] = []
        before: list[EditionRow] | None = None
        for row in editions_of(session, group.id):
            kept = json.loads(row.snapshot)
            table = [_row(each) for each in kept["units"]]
            changes = () if before is None else edition_changes(before, table)
            force = newest is not None and newest.id == row.id
            lines.append(_line(row, kept, changes, annulled.get(row.id, ()), in_force=force))
            before = table
        return EditionsView(
            group_stage_id=group.id,
            campaign=group.campaign.name,
            group=group.group.name,
            decimals=group.campaign.decimals,
            editions=tuple(reversed(lines)),
        )


def _line(
    row: Publication,
    kept: Mapping[str, Any],
    changes: tuple[EditionChange, ...],
    annulments: Sequence[AnnulmentLine],
    *,
    in_force: bool,
) -> EditionLine:
    positions = kept.get("positions", {})
    mode = positions.get("mode")
    return EditionLine(
        edition=row.edition,
        number=row.decision_number,
        decided_on=row.decided_on,
        signer=row.signer,
        at=row.at,
        pdf_sha256=row.pdf_sha256,
        in_force=in_force,
        mode=None if mode is None else PositionsAfter(mode),
        remarks=Remarks(tuple(positions.get("empty", ())), tuple(positions.get("shared", ()))),
        changes=changes,
        annulments=tuple(annulments),
    )


def _row(each: Mapping[str, Any]) -> EditionRow:
    index = None if each["index"] is None else parse_number(each["index"], what="index")
    return EditionRow(each["unit"], each["name"], each["standing"], index, each["class"], each["position"])


def _annulled(session: Session, group_stage_id: int) -> Mapping[int, list[AnnulmentLine]]:
    """Return the annulments of a group's editions, by edition."""
    statement = select(Annulment).join(Annulment.publication).where(Publication.group_stage_id == group_stage_id)
    found: dict[int, list[AnnulmentLine]] = {}
    for row in session.scalars(statement.order_by(Annulment.id)):
        found.setdefault(row.publication_id, []).append(annulment_line(row))
    return found


def annulment_line(row: Annulment) -> AnnulmentLine:
    """Return an annulment as the pages say it."""
    return AnnulmentLine(
        unit=row.assessment.unit.name,
        number=row.decision_number,
        decided_on=row.decided_on,
        reason=row.reason,
        positions=row.positions,
        leaves=tuple(row.leaves),
        at=row.at,
    )


def open_annulments(group_stage_id: int, *, actor: Actor) -> Mapping[int, AnnulmentLine]:
    """Return the annulments no edition has taken in again, by assessment id. Raises NotFound like `editions`."""
    with reading() as session:
        group = readable_group(session, group_stage_id, actor)
        return {
            number: annulment_line(row)
            for number, row in annulments_of(session, group.id).items()
            if row.assessment.stage is not None
        }


@dataclass(frozen=True, slots=True)
class NextEdition:
    """What the next edition would print; `refusal`: what the policy has against the actor (a code)."""

    group_stage_id: int
    campaign: str
    group: str
    decimals: int
    edition: int
    order: EditionOrder
    entering: tuple[str, ...]
    changes: tuple[EditionChange, ...]
    refusal: str | None


def next_edition(group_stage_id: int, *, actor: Actor, clock: Clock) -> NextEdition:
    """Return the edition a published group would have next, for its council. Raises NotFound for others."""
    with reading() as session:
        context = readable_context(session, group_stage_id, actor, clock)
        order = next_order(session, context)
        before = (
            [_row(each) for each in json.loads(editions_of(session, group_stage_id)[-1].snapshot)["units"]]
            if (order.previous)
            else []
        )
        after = [
            EditionRow(each.unit_code, each.unit, each.standing, each.row.index, each.row.grade, each.row.position)
            for each in order.results
        ]
        return NextEdition(
            group_stage_id=group_stage_id,
            campaign=context.group.campaign.name,
            group=context.group.group.name,
            decimals=context.group.campaign.decimals,
            edition=(order.previous or 0) + 1,
            order=order,
            entering=tuple(row.unit.name for row in entering_units(context)),
            changes=edition_changes(before, after),
            refusal=policy.why_not(actor, Permission.GROUP_PUBLISH, subject_of_edition(context)),
        )
