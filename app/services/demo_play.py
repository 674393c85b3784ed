"""The acts of a demonstration, in the order a year has them; the same number gives the same results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.db.campaigns import Campaign
from app.db.clock import Clock
from app.db.queries.trees import tree_of_frozen_set
from app.db.session import reading
from app.domain.criteria import Node, Tree
from app.domain.errors import InputInvalid
from app.domain.terms import Decision, GroupAction, LeafStanding, Role, UnitAction
from app.services.appraisal import GiveVerdict, give_verdict
from app.services.demo import LOCK, Play, prepare_demo, stage_of_demo
from app.services.demo_claims import plausible
from app.services.demo_entering import enter_others, type_sheets
from app.services.explanations import reply, send_explanation
from app.services.group_acts import ActOnGroup, act_on_group
from app.services.group_context import GroupContext, find_group, group_context
from app.services.papers import Translate
from app.services.publication import Publish, publish
from app.services.self_scoring import EnterSelfScore, enter
from app.services.submissions import act
from app.services.verdict_marks import Minutes
from app.storage.blobs import BlobStore

UNTIL = ("submitted", "first_appraisal", "explanation", "second_appraisal", "concluded", "published")


@dataclass(frozen=True, slots=True)
class Wish:
    """What to play: from which campaign, over how many communes, how far; the same `number`, the same results."""

    source: str
    units: int
    until: str
    number: int
    spread: bool


def play(wish: Wish, *, store: BlobStore, translate: Translate, clock: Clock) -> str:
    """Play a fresh campaign; return its code. Raises InputInvalid, NotFound."""
    if wish.until not in UNTIL:
        raise InputInvalid("until_unknown", until=wish.until)
    code, campaign_id = prepare_demo(wish.source, wish.units, wish.number, clock=clock)
    made = stage_of_demo(campaign_id, _tree(campaign_id), wish.number)
    _score_all(made, spread=wish.spread)
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("first_appraisal", lambda: _first_appraisal(made)),
        ("explanation", lambda: _explanation(made)),
        ("second_appraisal", lambda: _second_appraisal(made)),
        ("concluded", lambda: _conclude(made)),
        ("published", lambda: _publish(made, store, translate)),
    )
    for _, step in steps[: UNTIL.index(wish.until)]:
        step()
    return code


def _tree(campaign_id: int) -> Tree:
    with reading() as session:
        return tree_of_frozen_set(session, session.get_one(Campaign, campaign_id).groups[0].set_id)


def _own(made: Play) -> list[Node]:
    with reading() as session:
        context = _context(made, session)
        return list(context.own_leaves(next(iter(context.assessments))))


def _context(made: Play, session: Any) -> GroupContext:
    return group_context(session, find_group(session, made.group_stage_id), made.clock.read(session))


def _score_all(made: Play, *, spread: bool) -> None:
    """Every unit fills and sends; with `spread` some stay in draft, at approval, or approved but not sent."""
    own = _own(made)
    for place, unit in enumerate(made.sheets):
        chance = made.chance(unit)
        stop = place % 6 if spread else -1
        officer = made.unit_people[unit, Role.OFFICER]
        for leaf in own[: len(own) // 2] if stop == 0 else own:
            assert leaf.rule is not None
            command = EnterSelfScore(
                made.sheets[unit],
                leaf.code,
                0,
                claim=plausible(leaf.rule, leaf.maximum, chance),
                explanation=f"demo {leaf.code}",
            )
            enter(command, actor=officer, clock=made.clock)
        acts = (
            (UnitAction.REQUEST_APPROVAL, Role.OFFICER),
            (UnitAction.APPROVE_BY_UNIT, Role.UNIT_HEAD),
            (UnitAction.SUBMIT, Role.COORDINATOR),
        )
        for action, role in acts[: stop if 0 <= stop < len(acts) else len(acts)]:
            act(made.sheets[unit], action, actor=made.unit_people[unit, role], clock=made.clock)


def _group(made: Play, action: GroupAction, role: Role = Role.SECRETARIAT, **more: Any) -> None:
    command = ActOnGroup(made.group_stage_id, action, **more)
    act_on_group(command, actor=made.council_people[role], clock=made.clock)


def _first_appraisal(made: Play) -> None:
    """Agencies agree mostly; where they do not, they name one of the campaign's grounds for 0."""
    made.clock.instant = LOCK
    _group(made, GroupAction.OPEN_FIRST_APPRAISAL)
    with reading() as session:
        context = _context(made, session)
        made.ground = min(context.policies.zero_keys, default="")
        todo = [
            (row.unit.code, row.id, leaf, context.agencies(row)[leaf.code])
            for row in context.submitted
            for leaf in context.own_leaves(row.id)
        ]
    for unit, sheet, leaf, agency in todo:
        assert agency is not None
        chance = made.chance(f"{unit}:{leaf.code}:1")
        judge(made, sheet, leaf, agency, agree=chance.random() < 0.9 or not made.ground, said=0)


def judge(made: Play, sheet: int, leaf: Node, agency: int, *, agree: bool, said: int) -> None:
    """Give a verdict; a second one by whom the campaign says."""
    by_council = said > 0 and made.second_by_council
    command = GiveVerdict(
        assessment_id=sheet,
        code=leaf.code,
        decision=Decision.AGREE if agree else Decision.DISAGREE,
        said=said,
        claim=None if agree else {"zero": made.ground},
        reason="" if agree else "demo",
        minutes=Minutes("01/BB-HDTD", made.clock.instant.date()) if by_council else None,
    )
    actor = made.council_people[Role.SECRETARIAT] if by_council else made.appraisers[agency]
    give_verdict(command, actor=actor, clock=made.clock)


def _explanation(made: Play) -> None:
    """Units answer two thirds of what was taken and send."""
    made.clock.instant += dt.timedelta(hours=20)
    _group(made, GroupAction.RELEASE_FIRST_RESULTS)
    made.clock.instant += dt.timedelta(hours=1)
    for unit, sheet, leaf, _ in _standing(made, LeafStanding.DISAGREED):
        if made.chance(f"{unit}:{leaf.code}:reply").random() < 0.67:
            reply(sheet, leaf.code, "demo", actor=made.unit_people[unit, Role.OFFICER], clock=made.clock)
    with reading() as session:
        moving = [(row.unit.code, row.id) for row in _context(made, session).submitted]
    for unit, sheet in moving:
        send_explanation(sheet, actor=made.unit_people[unit, Role.COORDINATOR], clock=made.clock)


def _standing(made: Play, wanted: LeafStanding) -> list[tuple[str, int, Node, int]]:
    with reading() as session:
        context = _context(made, session)
        return [
            (row.unit.code, row.id, leaf, agency)
            for row in context.submitted
            for leaf in context.own_leaves(row.id)
            if context.state(row, leaf.code).standing is wanted and (agency := context.agencies(row)[leaf.code])
        ]


def _second_appraisal(made: Play) -> None:
    made.clock.instant += dt.timedelta(hours=1)
    _group(made, GroupAction.OPEN_SECOND_APPRAISAL)
    for unit, sheet, leaf, agency in _standing(made, LeafStanding.CONTESTED):
        agree = made.chance(f"{unit}:{leaf.code}:2").random() < 0.5 or not made.ground
        judge(made, sheet, leaf, agency, agree=agree, said=1)


def _conclude(made: Play) -> None:
    with reading() as session:
        units = [(row.unit.code, row.id) for row in _context(made, session).submitted]
    type_sheets(made, units)
    enter_others(made, units)
    made.clock.instant += dt.timedelta(hours=1)
    _group(made, GroupAction.CONCLUDE, Role.COUNCIL_CHAIR, document="01/BB-HDTD")


def _publish(made: Play, store: BlobStore, translate: Translate) -> None:
    made.clock.instant += dt.timedelta(days=1)
    _group(made, GroupAction.APPROVE, Role.APPROVING_AUTHORITY)
    command = Publish(made.group_stage_id, "12/QD-UBND", dt.date(2024, 12, 20), "UBND", "demo")
    actor = made.council_people[Role.SECRETARIAT]
    publish(command, store=store, translate=translate, actor=actor, clock=made.clock)
