"""Terms of single leaves, and items of bonus and penalty, as a new campaign takes them over.

Both stand in the decision a campaign goes by, and items can be added to a draft alone: what is not taken over at the
start is easily missed until it is too late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.adjustment_items import AdjustmentItem
from app.db.campaigns import Campaign
from app.db.criteria import Criterion
from app.db.entering import LeafTerm
from app.db.session import Work
from app.domain.adjustments import steps_text
from app.domain.profile import ProfileItem, moved_day
from app.domain.terms import ScoredBy
from app.services.setup_crossing import target_of


@dataclass(frozen=True, slots=True)
class _Crossed:
    """One term of the other campaign on a leaf; `to`: the criterion it has become, None where there is none."""

    term: LeafTerm
    code: str
    to: int | None


def add_items(session: Session, campaign: Campaign, items: Iterable[ProfileItem]) -> None:
    """Give a draft the items of its profile, in the profile's order."""
    for each in items:
        item = each.item
        session.add(
            AdjustmentItem(
                campaign_id=campaign.id,
                code=item.code,
                kind=item.kind,
                text=each.text,
                measure=item.measure,
                points=item.points,
                steps=steps_text(item.steps),
                cap=item.cap,
                once=item.once,
            )
        )
        session.flush()  # one by one: items keep the order of the profile


def take_over_terms(work: Work, campaign: Campaign, source: Campaign) -> None:
    """Give the leaves of a draft the terms they had in `source`, their last days moved as the phases are."""
    years, there = campaign.year - source.year, set[int]()
    for crossed in _crossed(work.session, campaign, source.id):
        if crossed.to is None or crossed.to in there:
            continue
        there.add(crossed.to)
        cut_off = None if crossed.term.cut_off is None else moved_day(crossed.term.cut_off, years)
        term = LeafTerm(criterion_id=crossed.to, cut_off=cut_off, not_yet_due=crossed.term.not_yet_due)
        term.campaign_id = campaign.id
        work.session.add(term)


def terms_not_taken_over(session: Session, campaign: Campaign, source_id: int) -> list[str]:
    """Return the codes of leaves with a term in another campaign whose leaf in `campaign` has none, or is gone.

    One statement where there was no term.
    """
    crossed = list(_crossed(session, campaign, source_id))
    if not crossed:
        return []
    there = set(session.scalars(select(LeafTerm.criterion_id).where(LeafTerm.campaign_id == campaign.id)))
    return [each.code for each in crossed if each.to not in there]


def _crossed(session: Session, campaign: Campaign, source_id: int) -> Iterator[_Crossed]:
    """Yield the terms of the sets the source is scored by now, once for every set of `campaign` that stems from theirs.

    A term of a set none of whose groups takes part any more, and that no set stems from, is nothing to take over.
    """
    statement = (
        select(LeafTerm)
        .where(LeafTerm.campaign_id == source_id)
        .options(joinedload(LeafTerm.criterion))
        .order_by(LeafTerm.id)
    )
    rows = session.scalars(statement).all()
    if not rows:
        return
    source = session.get_one(Campaign, source_id)
    target, scorers = target_of(session, campaign, source), _scorers(session, campaign)
    one_of_each = {group.set_id: group for group in campaign.groups}.values()
    for row in rows:
        olds = [group.group_id for group in source.groups if group.set_id == row.criterion.set_id]
        found = [to for group in one_of_each if (to := target.criterion(row.criterion, group)) != "sets_unrelated"]
        if olds and (found or target.groups.keys() & olds):
            for to in found or ["sets_unrelated"]:
                yield _Crossed(row, row.criterion.code, _takes(row, to, scorers))


def _takes(row: LeafTerm, to: int | str, scorers: Mapping[int, ScoredBy | None]) -> int | None:
    """Return the criterion where it is a leaf that can have the term: only what the unit scores is not yet due."""
    if isinstance(to, str) or to not in scorers:
        return None
    return None if row.not_yet_due and scorers[to] is not ScoredBy.UNIT else to


def _scorers(session: Session, campaign: Campaign) -> dict[int, ScoredBy | None]:
    """Return who scores each leaf of the campaign's sets, by the criterion's id."""
    sets = {group.set_id for group in campaign.groups}
    leaves = select(Criterion.id, Criterion.scored_by).where(Criterion.set_id.in_(sets), Criterion.rule.is_not(None))
    return {row.id: row.scored_by for row in session.execute(leaves)}
