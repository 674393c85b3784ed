"""Play a seed's own campaign by real service calls, on a clock that stands where the source's dates put it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.db.adjustment_items import AdjustmentItem
from app.db.assessments import Assessment
from app.db.campaigns import Campaign
from app.db.clock import FixedClock
from app.db.identity import PortalUser
from app.db.queries.people import actor_of
from app.db.queries.trees import tree_of_frozen_set
from app.db.session import reading
from app.domain.criteria import Tree
from app.domain.deadlines import VIETNAM
from app.domain.policy import Actor
from app.domain.rules import (
    BandsOn,
    BandsRule,
    ChoiceRule,
    DeductionRule,
    JudgedRule,
    PerCaseRule,
    Pick,
    PreviousPeriodRule,
    Rule,
)
from app.domain.terms import Decision, GroupAction, ItemStatus, ScoredBy, UnitAction
from app.services import seed_identity
from app.services.adjustments import ProposeAdjustment, adjustments_view, decide_adjustment, propose_adjustment
from app.services.appraisal import GiveVerdict, case_view, give_verdict
from app.services.campaign_opening import open_campaign
from app.services.desk import desk
from app.services.exemptions import decide_exemptions, exemptions_view, propose_exemption
from app.services.explanations import reply, send_explanation
from app.services.group_acts import Act, ActOnGroup, act_alone, act_on_group
from app.services.pdf_files import FileOffered
from app.services.proposals import CouncilDecision
from app.services.publication import Publish, publish, ranking
from app.services.receipts import ReceiptView
from app.services.seeds import load_seed
from app.services.self_scoring import EnterSelfScore, enter
from app.services.submissions import act
from app.services.unit_reports import EnterReport, approve_report, enter_report
from app.services.verdict_marks import Minutes
from app.storage.local import LocalBlobs
from tests.services.entering import enter_claim

Claim = Mapping[str, Any]

#: one line of a ranking: points, maximum, index, class, position (None: not ranked)
Line = tuple[str, str, str, str, int | None]


@dataclass
class Played:
    """A campaign being played. `at` moves its clock; people are the seed's accounts, by username."""

    code: str
    folder: Path
    now: dt.datetime
    campaign_id: int
    actors: Mapping[str, Actor]
    sheets: Mapping[str, int]
    stages: Mapping[str, int]
    trees: Mapping[str, Tree]
    steps: set[str] = field(default_factory=set)

    @property
    def clock(self) -> FixedClock:
        return FixedClock(self.now)

    @property
    def blobs(self) -> LocalBlobs:
        return LocalBlobs(str(self.folder / "blobs"))

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(VIETNAM).date()

    def at(self, local: str) -> None:
        """Let it be "2024-11-25 16:00", Vietnam time."""
        self.now = instant(local)

    def once(self, step: str) -> bool:
        """Return whether `step` is still to be played, and note that it is."""
        new = step not in self.steps
        self.steps.add(step)
        return new

    def who(self, name: str) -> Actor:
        return self.actors[name]

    # a unit scores, approves and sends

    def score(
        self, unit: str, code: str, claim: Claim, explanation: str = "", *, by: str = "tong_hop", version: int = 0
    ) -> None:
        command = EnterSelfScore(self.sheets[unit], code, version, claim=claim, explanation=explanation)
        enter(command, actor=self.who(f"{by}_{unit.lower()}"), clock=self.clock)

    def fill(
        self, unit: str, lost: Mapping[str, Claim], *, silent: Collection[str] = (), given: Collection[str] = ()
    ) -> None:
        """Score every leaf of a unit: those of `lost` as said there, the others so that they earn their maximum.

        Each with an explanation but those of `silent`; `given`: leaves whose points the council gives to all.
        """
        leaves = [
            leaf for leaf in self.trees[unit].leaves if leaf.scored_by is ScoredBy.UNIT and leaf.code not in given
        ]
        assert set(lost) <= {leaf.code for leaf in leaves}
        for leaf in leaves:
            assert leaf.rule is not None
            claim = lost.get(leaf.code) or full(leaf.rule, leaf.maximum)
            self.score(unit, leaf.code, claim, "" if leaf.code in silent else f"Báo cáo năm, mục {leaf.code}")

    def act(self, unit: str, action: UnitAction, by: str, reason: str = "") -> ReceiptView | None:
        actor = self.who(f"{by}_{unit.lower()}")
        return act(self.sheets[unit], action, actor=actor, clock=self.clock, reason=reason)

    def approved(self, unit: str) -> None:
        self.act(unit, UnitAction.REQUEST_APPROVAL, "tong_hop")
        self.act(unit, UnitAction.APPROVE_BY_UNIT, "thu_truong")

    def send(self, unit: str) -> ReceiptView:
        receipt = self.act(unit, UnitAction.SUBMIT, "dau_moi")
        assert receipt is not None
        return receipt

    def report(self, unit: str, total: str, number: str, **more: Any) -> int:
        """Let the focal point enter the signed report, dated today; return its version."""
        given = EnterReport(
            number=number,
            issued_on=self.today,
            total=total,
            totals=more.pop("totals", {}),
            file=FileOffered(BytesIO(b"%PDF-1.4\n%%EOF\n"), "bao cao tu danh gia.pdf"),
            **more,
        )
        actor = self.who(f"dau_moi_{unit.lower()}")
        return enter_report(self.sheets[unit], given, store=self.blobs, actor=actor, clock=self.clock)

    def approve_report(self, unit: str, version: int = 1) -> None:
        approve_report(self.sheets[unit], version, actor=self.who(f"thu_truong_{unit.lower()}"), clock=self.clock)

    # bonus, penalty, exemption

    def propose(self, unit: str, item: str, by: str, **figures: str) -> int:
        with reading() as session:
            of = select(AdjustmentItem.id).where(AdjustmentItem.campaign_id == self.campaign_id)
            number = session.scalars(of.where(AdjustmentItem.code == item)).one()
        command = ProposeAdjustment(number, figures, f"Theo Điều {item}", "12/BC")
        return propose_adjustment(self.sheets[unit], command, actor=self.who(by), clock=self.clock)

    def exempt(self, unit: str, code: str, by: str, why: str) -> None:
        propose_exemption(self.sheets[unit], code, why, "11/CV", actor=self.who(by), clock=self.clock)

    def decided(self, unit: str, chair: str) -> None:
        """Let the council accept every bonus, penalty and exemption of a unit that is still open."""
        sheet, actor = self.sheets[unit], self.who(chair)
        yes = CouncilDecision(accept=True, document="02/BB-HĐTĐ", reason="Đủ căn cứ")
        for line in adjustments_view(sheet, actor=actor, clock=self.clock).lines:
            if line.status is ItemStatus.PROPOSED:
                decide_adjustment(sheet, line.adjustment_id, yes, actor=actor, clock=self.clock)
        asked = exemptions_view(sheet, actor=actor, clock=self.clock).lines
        waiting = [line.exemption_id for line in asked if line.status is ItemStatus.PROPOSED]
        if waiting:
            decide_exemptions(sheet, waiting, yes, actor=actor, clock=self.clock)

    # agencies and councils

    def group(self, group: str, action: GroupAction, by: str, **more: Any) -> None:
        act_on_group(ActOnGroup(self.stages[group], action, **more), actor=self.who(by), clock=self.clock)

    def alone(self, unit: str, action: GroupAction, by: str, **more: Any) -> None:
        act_alone(self.sheets[unit], Act(action, **more), actor=self.who(by), clock=self.clock)

    def appraise(
        self,
        unit: str,
        by: str,
        corrected: Mapping[str, tuple[Claim, str]] | None = None,
        *,
        asked: Mapping[str, str] | None = None,
    ) -> set[str]:
        """Let an appraiser decide every leaf of a unit on the own desk: agree, correct with a reason, or ask."""
        actor, different, wanted = self.who(by), corrected or {}, asked or {}
        mine = [leaf for leaf in desk(actor=actor, clock=self.clock) if leaf.assessment_id == self.sheets[unit]]
        for code in [leaf.node.code for leaf in mine]:
            if code in wanted:
                command = GiveVerdict(self.sheets[unit], code, Decision.REQUEST_EVIDENCE, 0, reason=wanted[code])
                give_verdict(command, actor=actor, clock=self.clock)
            else:
                self._decide(unit, code, actor, 0, *different.get(code, ()))
        return {leaf.node.code for leaf in mine}

    def verdict(
        self,
        unit: str,
        code: str,
        by: str,
        claim: Claim | None = None,
        reason: str = "",
        minutes: Minutes | None = None,
    ) -> None:
        said = case_view(self.sheets[unit], code, actor=self.who(by), clock=self.clock).said
        self._decide(unit, code, self.who(by), said, claim, reason, minutes)

    def _decide(
        self,
        unit: str,
        code: str,
        actor: Actor,
        said: int,
        claim: Claim | None = None,
        reason: str = "",
        minutes: Minutes | None = None,
    ) -> None:
        decision = Decision.AGREE if claim is None else Decision.DISAGREE
        command = GiveVerdict(self.sheets[unit], code, decision, said, claim=claim, reason=reason, minutes=minutes)
        give_verdict(command, actor=actor, clock=self.clock)

    def answer(self, unit: str, code: str, text: str) -> None:
        """Write an answer on one leaf; before the release it goes at once."""
        reply(self.sheets[unit], code, text, actor=self.who(f"tong_hop_{unit.lower()}"), clock=self.clock)

    def explain(self, unit: str, answers: Mapping[str, str]) -> ReceiptView:
        for code, text in answers.items():
            self.answer(unit, code, text)
        return send_explanation(self.sheets[unit], actor=self.who(f"dau_moi_{unit.lower()}"), clock=self.clock)

    def entered(self, unit: str, claims: Mapping[str, Claim], by: str) -> dict[str, Decimal]:
        """Let the secretariat enter what surveys and portals say; return the points they earn."""
        sheet, actor = self.sheets[unit], self.who(by)
        return {code: enter_claim(sheet, code, claim, actor=actor, clock=self.clock) for code, claim in claims.items()}

    def published(self, group: str, by: str, number: str, signer: str) -> int:
        return publish(
            Publish(self.stages[group], number, self.today, "ỦY BAN NHÂN DÂN", signer),
            store=self.blobs,
            translate=lambda words: words,
            actor=self.who(by),
            clock=self.clock,
        )

    def table(self, group: str, by: str) -> dict[str, Line]:
        """Return the ranking as `by` reads it, by unit code, figures as plain text."""
        shown = ranking(self.stages[group], actor=self.who(by), clock=self.clock)
        lines = {each.unit_code: each.row for each in shown.results}
        return {
            code: (
                "" if row.line.obtained is None else f"{row.line.obtained.normalize():f}",
                f"{row.line.attainable.normalize():f}",
                "" if row.index is None else str(row.index),
                row.grade or "",
                row.position,
            )
            for code, row in lines.items()
        }


def instant(local: str) -> dt.datetime:
    return dt.datetime.fromisoformat(local).replace(tzinfo=VIETNAM).astimezone(dt.UTC)


def full(rule: Rule, maximum: Decimal) -> Claim:
    """Return a claim that earns the whole maximum by `rule`."""
    match rule:
        case ChoiceRule():
            best = max(rule.options, key=lambda option: option.points).key
            return {"option": best} if rule.pick is Pick.ONE else {"options": [best]}
        case BandsRule(on=BandsOn.COUNT):
            return {"count": "2"}
        case PerCaseRule():
            return {"count": "4"}
        case DeductionRule(threshold=None):
            return {"faults": "0"}
        case DeductionRule():
            return {"numerator": "100", "denominator": "100", "faults": "0"}
        case PreviousPeriodRule():
            return {"measures": {measure.key: {"previous": None, "current": "1"} for measure in rule.measures}}
        case JudgedRule():
            return {"points": str(maximum)}
        case _:
            return {"numerator": "100", "denominator": "100"}


def start(seed: str, folder: Path, *, at: str, organiser: str) -> Played:
    """Load `seed`, open the campaign of its paper and return it as it stands at `at`."""
    clock = FixedClock(instant(at))
    whole = seed_identity.generate_password_hash
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))
        load_seed(seed, clock=clock)
    with reading() as session:
        campaign_id = session.scalars(select(Campaign.id).where(Campaign.code == seed)).one()
        ids = {user.username: user.id for user in session.scalars(select(PortalUser))}
        actors = {name: actor_of(session, number) for name, number in ids.items()}
    open_campaign(campaign_id, actor=actors[organiser], clock=clock)
    with reading() as session:
        campaign = session.get_one(Campaign, campaign_id)
        trees = {stage.group.code: tree_of_frozen_set(session, stage.set_id) for stage in campaign.groups}
        of = select(Assessment).where(Assessment.campaign_id == campaign_id)
        rows = {row.unit.code: row for row in session.scalars(of)}
        return Played(
            code=seed,
            folder=folder,
            now=clock.instant,
            campaign_id=campaign_id,
            actors=actors,
            sheets={code: row.id for code, row in rows.items()},
            stages={stage.group.code: stage.id for stage in campaign.groups},
            trees={code: trees[row.group_stage.group.code] for code, row in rows.items()},
        )
