"""The same walk by the services: real accounts, rows and clock; what the model is told of comes from here."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select

from app.db.assessments import AnswerWindow, Assessment
from app.db.campaigns import Campaign
from app.db.criteria import Criterion
from app.db.session import reading, unit_of_work
from app.domain.editions import PositionsAfter
from app.domain.errors import DomainError
from app.domain.policy import Actor
from app.domain.terms import Decision, GroupAction, ScoredBy, UnitAction, WindowGround
from app.services.annulment import Annul, annul
from app.services.appraisal import GiveVerdict, give_verdict
from app.services.explanations import reply, send_explanation
from app.services.group_acts import Act as GroupAct
from app.services.group_acts import ActOnGroup, act_alone, act_on_group
from app.services.group_context import find_group, group_context
from app.services.publication import Publish, publish
from app.services.reopening import ReopenLeaves, reopen_leaves
from app.services.self_scoring import EnterSelfScore, enter
from app.services.submissions import act as act_on_sheet
from app.services.verdict_marks import Minutes
from app.services.windows import GrantWindow, grant_window
from tests.domain.walk_chooser import CODES, END, Act
from tests.services.entering import enter_figure
from tests.services.flow import Flow

JUDGED = ("3", {"kind": "judged", "step": "0.25"}, ScoredBy.UNIT)
#: what the walk is played on: three leaves the unit scores from 0 to 3, one of another system
LEAVES = {**dict.fromkeys(CODES, JUDGED), "2.2": ("1", {"kind": "external", "scale": "100"}, ScoredBy.EXTERNAL)}
PEOPLE = {
    "officer": "tong_hop_01",
    "coordinator": "dau_moi_01",
    "unit_head": "thu_truong_01",
    "appraiser": "tham_dinh_pnv",
    "secretariat": "thu_ky",
    "council_chair": "chu_tich_hd",
    "approving_authority": "phe_duyet",
    "leader": "lanh_dao_01",
    "auditor": "kiem_toan",
}
DECISIONS = {"agree": Decision.AGREE, "disagree": Decision.DISAGREE, "request_evidence": Decision.REQUEST_EVIDENCE}


def settle(flow: Flow, settings: set[str]) -> None:
    """Give the campaign the walk's settings; XM01 is alone in its group."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        campaign = work.session.get_one(Campaign, flow.world.campaign)
        campaign.policies = {
            "internal_approval": "internal_approval_off" not in settings,
            "request_answerable": "at_once" if "request_answerable_at_once" in settings else "release",
            "round_two": "council" if "second_round_by_council" in settings else "agency",
            "explanation_days": 1,
            "correction_days": 1,
            "support_policy": {"evidence": "note", "explanation": "note"},
        }
        campaign.phases[0].opens_at, campaign.phases[0].closes_at = None, END
        work.session.execute(delete(Assessment).where(Assessment.id == flow.world.sheets["XM02"]))


class Served:
    """XM01 of the world of the pages, moved by services alone."""

    def __init__(self, flow: Flow) -> None:
        self.flow, self.sheet, self.stage = flow, flow.world.sheets["XM01"], flow.world.stage

    def who(self, role: str) -> Actor:
        return self.flow.who(PEOPLE[role])

    def done(self, act: Act) -> str:
        """Do the act, a moment after the one before; return the code it was refused with, or nothing."""
        name, given = act
        self.flow.now += dt.timedelta(milliseconds=1)
        try:
            if name == "wait":
                self.flow.now += dt.timedelta(hours=given[0])
            else:
                getattr(self, name)(*given)
        except DomainError as refused:
            return refused.code
        return ""

    def unit(self, act: str, role: str, given: set[str], _due: dt.datetime) -> None:
        reason = "x" if "reason_given" in given else ""
        act_on_sheet(self.sheet, UnitAction(act), actor=self.who(role), clock=self.flow.clock, reason=reason)

    def save(self, code: str, role: str, claim: int) -> None:
        with reading() as session:
            row = session.get_one(Assessment, self.sheet)
            version = next((each.version for each in row.entries if each.criterion.code == code), 0)
        command = EnterSelfScore(self.sheet, code, version, claim={"points": str(claim)})
        enter(command, actor=self.who(role), clock=self.flow.clock)

    def act(self, act: str, code: str, role: str, points: Decimal | None, due: dt.datetime) -> None:
        actor, clock = self.who(role), self.flow.clock
        if act == "reply":
            reply(self.sheet, code, "x", actor=actor, clock=clock)
        elif act == "send_explanation":
            send_explanation(self.sheet, actor=actor, clock=clock)
        else:
            command = GiveVerdict(
                self.sheet,
                code,
                DECISIONS[act],
                self._said(code),
                claim={"points": str(points)} if act == "disagree" else None,
                reason="" if act == "agree" else "x",
                due_at=due if act == "request_evidence" else None,
                minutes=Minutes("1/BB", self.flow.now.date()) if role == "secretariat" else None,
            )
            give_verdict(command, actor=actor, clock=clock)

    def _said(self, code: str) -> int:
        with reading() as session:
            context = group_context(session, find_group(session, self.stage), self.flow.now)
            return len(context.verdicts.get((self.sheet, code), ()))

    def grant(self, ground: str, leaf: str, due: dt.datetime) -> None:
        command = GrantWindow(self.stage, WindowGround(ground), self.flow.now, due, self.sheet, leaf, "1/QĐ", "x")
        grant_window(command, actor=self.who("secretariat"), clock=self.flow.clock)

    def enter(self, points: Decimal) -> None:
        enter_figure(self.sheet, "2.2", str(points * 100), actor=self.who("secretariat"), clock=self.flow.clock)

    def move(self, act: str, role: str, given: set[str], alone: bool, _due: dt.datetime) -> None:
        action, actor, clock = GroupAction(act), self.who(role), self.flow.clock
        document = "1/BB" if {"minutes_given", "decision_given"} & given else ""
        if action is GroupAction.PUBLISH:
            command = Publish(self.stage, document, self.flow.now.date(), "UBND", "x")
            publish(command, store=self.flow.blobs, translate=str, actor=actor, clock=clock)
            return
        named = "undecided_leaves_named" in given
        if alone:
            act_alone(self.sheet, GroupAct(action, document, "x", named_seen=named), actor=actor, clock=clock)
        else:
            command_of_group = ActOnGroup(self.stage, action, named, document if act == "conclude" else "", "x")
            act_on_group(command_of_group, actor=actor, clock=clock)

    def name_again(self, act: str, role: str, _given: set[str], leaves: list[str]) -> None:
        named, actor, clock = tuple(leaves), self.who(role), self.flow.clock
        if act == "reopen":
            reopen_leaves(ReopenLeaves(self.stage, (self.sheet,), named, "x", "1/BB"), actor=actor, clock=clock)
        else:
            day = self.flow.now.date()
            order = Annul(self.stage, (self.sheet,), named, "1/QĐ", day, "x", PositionsAfter.KEPT)
            annul(order, actor=actor, clock=clock)

    def newest_due(self, ground: WindowGround, code: str | None = None) -> dt.datetime | None:
        """When the window opened last, of the sheet or of a leaf, ends; None where none was opened yet."""
        leaf = AnswerWindow.criterion_id == select(Criterion.id).where(Criterion.code == code).scalar_subquery()
        with reading() as session:
            of = select(AnswerWindow.due_at).where(
                AnswerWindow.ground == ground, AnswerWindow.criterion_id.is_(None) if code is None else leaf
            )
            return session.scalars(of.order_by(AnswerWindow.id.desc())).first()

    def seen(self) -> dict[str, Any]:
        with reading() as session:
            context = group_context(session, find_group(session, self.stage), self.flow.now)
            row = context.assessments[self.sheet]
            states = {code: context.state(row, code) for code in CODES}
            return {
                "state": row.state.value,
                "group": context.group.stage.value,
                "stage": context.stage_of(row).value,
                "leaves": {code: state.standing.value for code, state in states.items()},
                "points": {code: state.points for code, state in states.items()},
                "over": {code: context.window_over(self.sheet, code) for code in CODES},
            }
