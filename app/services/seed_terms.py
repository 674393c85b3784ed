"""Terms of single leaves in a seed: a last day of their own, or not yet due; a table a seed may go without.

Source: Định Hóa 2024, mục 2c (leaves not yet due) and Phụ lục II, 7.2 (figures up to the day the report is sent).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.campaigns import Campaign
from app.db.criteria import Criterion
from app.db.entering import LeafTerm
from app.domain.errors import InputInvalid
from app.domain.terms import ScoredBy
from app.services.seed_cells import branch, known
from app.services.seed_cells import term as term_of
from app.services.seed_files import Row, SeedRow, yes
from app.services.seed_sets import source_code

TERMS = "leaf_terms.csv"


def load_terms(session: Session, campaign: Campaign, rows: Iterable[SeedRow]) -> None:
    """Add a campaign's terms; an empty set is that of its first group.

    Raises: InputInvalid naming file and line, term_of_others for a leaf no unit scores.
    """
    sets = {source_code(stage): stage.criteria_set for stage in reversed(campaign.groups)}
    for row in rows:
        criteria_set = known(row, "set", sets) if row["set"] else campaign.groups[0].criteria_set
        leaf = branch(row, "code", {node.code: node for node in criteria_set.criteria})
        cut_off, not_yet_due = term_of(row)
        if not_yet_due and leaf.scored_by is not ScoredBy.UNIT:
            raise InputInvalid("term_of_others", **row.place(), criterion=leaf.code, field="not_yet_due")
        term = LeafTerm(campaign_id=campaign.id, criterion_id=leaf.id, cut_off=cut_off, not_yet_due=not_yet_due)
        session.add(term)
        session.flush()


def term_rows(session: Session, campaigns: Mapping[int, Campaign]) -> list[Row]:
    """Return the rows of the table of `campaigns`, by id; none where no leaf has a term of its own."""
    statement = (
        select(LeafTerm, Criterion)
        .join(Criterion, Criterion.id == LeafTerm.criterion_id)
        .where(LeafTerm.campaign_id.in_(campaigns))
        .order_by(LeafTerm.id)
    )
    rows: list[Row] = []
    for term, leaf in session.execute(statement):
        stages = campaigns[term.campaign_id].groups
        named = next((source_code(stage) for stage in stages if stage.set_id == leaf.set_id), None)
        if named is not None:  # a version that was left behind keeps its terms; it is no longer the campaign's
            rows.append(
                {
                    "campaign": campaigns[term.campaign_id].code,
                    "set": "" if named == source_code(stages[0]) else named,
                    "code": leaf.code,
                    "cut_off": "" if term.cut_off is None else term.cut_off.isoformat(),
                    "not_yet_due": yes(term.not_yet_due),
                }
            )
    return rows
