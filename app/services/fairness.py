"""Who is compared on what: the index on each unit's own maximum beside the one on the leaves common to all.

Source: QĐ 1820/QĐ-UBND (Quảng Trị, 24/7/2024), Điều 2 khoản 2 (công bằng), Điều 3 (some units lack some duties).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.db.clock import Clock
from app.db.queries.trees import tree_of_frozen_set
from app.db.session import reading
from app.domain import policy
from app.domain.errors import NotFound
from app.domain.fairness import CommonLine, Contestant, on_common_leaves
from app.domain.policy import Actor, Permission, Subject
from app.domain.scoring import LeafPresence
from app.domain.terms import Stage
from app.services.publication import readable_group, results_shown
from app.services.results import UnitResult


@dataclass(frozen=True, slots=True)
class FairLine:
    """One unit: its result, and the same on common leaves; `common` None for a unit without an index."""

    result: UnitResult
    spared: tuple[str, ...]
    common: CommonLine | None

    @property
    def moves(self) -> int:
        """How many places the unit would gain on common leaves; negative: lose."""
        position = self.result.row.position
        return 0 if self.common is None or position is None else position - self.common.position


@dataclass(frozen=True, slots=True)
class FairnessView:
    group_stage_id: int
    campaign: str
    group: str
    published: bool
    decimals: int
    maximum: Decimal
    codes: tuple[str, ...]
    attainable: Decimal
    lines: tuple[FairLine, ...]
    by_common: bool


def fairness(group_stage_id: int, *, by_common: bool, actor: Actor, clock: Clock) -> FairnessView:
    """Return a group on common leaves, by either position: the council's before the publication, then everybody's.

    Raises: NotFound where it is not the actor's to read yet.
    """
    with reading() as session:
        group = readable_group(session, group_stage_id, actor)
        subject = Subject(council_id=group.council_id, stage=group.stage)
        published = group.stage is Stage.PUBLISHED
        if not published and not policy.allows(actor, Permission.GROUP_READ, subject):
            raise NotFound("group_unknown")
        shown = results_shown(session, group, clock.read(session))
        tree = tree_of_frozen_set(session, group.set_id)
        maxima = {leaf.code: leaf.maximum for leaf in tree.leaves}
        ranked = [each for each in shown.results if each.row.index is not None and each.row.position is not None]
        common = on_common_leaves(
            [_contestant(each) for each in ranked],
            maxima,
            decimals=shown.facts.decimals,
            ties=group.campaign.ties,
        )
        lines = [FairLine(each, _spared(each), common.lines.get(each.assessment_id)) for each in shown.results]
        if by_common:
            lines.sort(key=lambda line: (line.common is None, 0 if line.common is None else line.common.position))
        return FairnessView(
            group_stage_id=group_stage_id,
            campaign=shown.facts.campaign,
            group=shown.facts.group,
            published=published,
            decimals=shown.facts.decimals,
            maximum=sum(maxima.values(), Decimal(0)),
            codes=common.codes,
            attainable=common.attainable,
            lines=tuple(lines),
            by_common=by_common,
        )


def _contestant(each: UnitResult) -> Contestant:
    points = {code: points for code, points in each.leaves.items() if points is not None}
    assert each.row.index is not None
    assert each.row.position is not None
    return Contestant(each.assessment_id, points, each.row.index, each.row.position)


def _spared(each: UnitResult) -> tuple[str, ...]:
    return tuple(code for code, presence in each.presence.items() if presence is LeafPresence.NOT_APPLICABLE)
