"""The crooked end of a demonstration: one unit's published result is annulled, appraised again and published anew."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.db.assessments import Assessment
from app.db.campaigns import Campaign
from app.db.queries.trees import tree_of_frozen_set
from app.db.session import reading
from app.domain.criteria import Node
from app.domain.editions import PositionsAfter
from app.domain.errors import NotFound
from app.domain.terms import GroupAction, Role, ScoredBy
from app.services.annulment import Annul, annul
from app.services.demo import Play, stage_of_demo
from app.services.demo_play import judge
from app.services.group_acts import Act, act_alone
from app.services.group_context import find_group, group_context
from app.services.papers import Translate
from app.services.publication import Publish, publish
from app.services.seed_export import DEMO_PREFIX
from app.storage.blobs import BlobStore

ANNULLED = dt.datetime(2025, 3, 3, 2, 0, tzinfo=dt.UTC)


def annul_one(code: str, unit: str, positions: PositionsAfter, *, store: BlobStore, translate: Translate) -> int:
    """Annul the first leaf a unit of a played campaign scored itself, judge it again, publish; return the edition.

    Raises: NotFound("campaign_unknown", "unit_unknown"), TransitionRefused where nothing is published.
    """
    made = _played(code)
    if unit not in made.sheets:
        raise NotFound("unit_unknown", unit=unit)
    sheet, council, clock = made.sheets[unit], made.council_people, made.clock
    clock.instant = ANNULLED
    leaf, agency, said = _first_leaf(made, sheet)
    authority = council[Role.APPROVING_AUTHORITY]
    order = Annul(made.group_stage_id, (sheet,), (leaf.code,), "30/QD-UBND", ANNULLED.date(), "demo", positions)
    annul(order, actor=authority, clock=clock)
    clock.instant += dt.timedelta(hours=1)
    judge(made, sheet, leaf, agency, agree=True, said=said)
    clock.instant += dt.timedelta(hours=1)
    act_alone(sheet, Act(GroupAction.CONCLUDE, document="02/BB-HDTD"), actor=council[Role.COUNCIL_CHAIR], clock=clock)
    act_alone(sheet, Act(GroupAction.APPROVE), actor=authority, clock=clock)
    command = Publish(made.group_stage_id, "31/QD-UBND", ANNULLED.date(), "UBND", "demo")
    return publish(command, store=store, translate=translate, actor=council[Role.SECRETARIAT], clock=clock)


def _played(code: str) -> Play:
    with reading() as session:
        campaign = session.scalars(select(Campaign).where(Campaign.code == code)).one_or_none()
        if campaign is None or not code.startswith(DEMO_PREFIX):
            raise NotFound("campaign_unknown", code=code)
        number, tree = campaign.id, tree_of_frozen_set(session, campaign.groups[0].set_id)
    return stage_of_demo(number, tree, 0)


def _first_leaf(made: Play, sheet: int) -> tuple[Node, int, int]:
    """Return the leaf, the agency that judged it, and how often it did."""
    with reading() as session:
        context = group_context(session, find_group(session, made.group_stage_id), made.clock.read(session))
        agencies = context.agencies(session.get_one(Assessment, sheet))
        for leaf in context.own_leaves(sheet):
            agency = agencies[leaf.code]
            if leaf.scored_by is ScoredBy.UNIT and agency is not None:
                return leaf, agency, len(context.verdicts.get((sheet, leaf.code), ()))
    raise NotFound("leaf_unknown", criterion=ScoredBy.UNIT.value)
