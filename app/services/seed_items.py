"""Items of bonus and penalty, and what criteria cite, in a seed: two tables it may go without."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.adjustment_items import AdjustmentItem
from app.db.campaigns import Campaign
from app.db.criteria import Criterion
from app.db.criterion_bases import CriterionBasis
from app.db.identity import LegalBasis
from app.domain.adjustments import Item, ItemMeasure, check_item, steps_of, steps_text
from app.domain.errors import DomainError, InputInvalid
from app.domain.points import plain
from app.domain.terms import AdjustmentKind
from app.services.seed_cells import branch, figure, figure_or_none, is_yes, known, word
from app.services.seed_files import Row, SeedRow, yes

ITEMS, BASES = "adjustment_items.csv", "criterion_bases.csv"


def load_items(session: Session, campaign: Campaign, rows: Iterable[SeedRow]) -> None:
    """Add a campaign's items, in the order of the file. Raises InputInvalid naming file and line."""
    for row in rows:
        item = read_item(row)
        session.add(
            AdjustmentItem(
                campaign=campaign,
                code=item.code,
                kind=item.kind,
                text=row["text"],
                measure=item.measure,
                points=item.points,
                steps=steps_text(item.steps),
                cap=item.cap,
                once=item.once,
            )
        )
        session.flush()


def read_item(row: SeedRow) -> Item:
    """Return the item of a row; steps of a cell are parted by semicolons. Raises InputInvalid naming file and line."""
    kind, measure = word(row, "kind", AdjustmentKind), word(row, "measure", ItemMeasure)
    points, cap, once = figure(row, "points"), figure_or_none(row, "cap"), is_yes(row, "once")
    try:
        steps = steps_of(row["steps"].replace(";", "\n"))
        item = Item(row["code"], kind, measure, points, steps, cap, once)
        check_item(item)
    except DomainError as refusal:
        raise InputInvalid(refusal.code, **row.place(), **refusal.details) from refusal
    return item


def item_rows(session: Session, campaigns: Mapping[int, str]) -> list[Row]:
    """Return the rows of the table of `campaigns`, codes by id; none where no campaign has an item."""
    statement = select(AdjustmentItem).where(AdjustmentItem.campaign_id.in_(campaigns)).order_by(AdjustmentItem.id)
    return [
        {
            "campaign": campaigns[item.campaign_id],
            "code": item.code,
            "kind": item.kind.value,
            "text": item.text,
            "measure": item.measure.value,
            "points": plain(item.points),
            "steps": item.steps.replace("\n", "; "),
            "cap": "" if item.cap is None else plain(item.cap),
            "once": yes(item.once),
        }
        for item in session.scalars(statement)
    ]


def load_bases(session: Session, rows: Iterable[SeedRow], nodes: Mapping[str, Criterion]) -> None:
    """Let each criterion cite what its rows say. Raises InputInvalid naming file and line."""
    bases = {basis.number: basis for basis in session.scalars(select(LegalBasis).order_by(LegalBasis.id))}
    for row in rows:
        cited = CriterionBasis(legal_basis=known(row, "legal_basis", bases), printed=row["printed"])
        branch(row, "code", nodes).bases.append(cited)
        session.flush()


def basis_rows(nodes: Iterable[Criterion]) -> list[Row]:
    return [
        {"code": node.code, "legal_basis": cited.legal_basis.number, "printed": cited.printed}
        for node in nodes
        for cited in node.bases
    ]
