"""Leaders' sheets, typed in by the secretariat: one ballot per leader, unit and leaf; the tally is derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.appraisals import EnteredClaim, LeaderBallot
from app.db.assessments import Assessment
from app.db.clock import Clock
from app.db.identity import Membership
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.award import award
from app.domain.claim_codec import claim_from_json, claim_to_json
from app.domain.claims import TallyClaim
from app.domain.criteria import Node
from app.domain.errors import InputInvalid, NotFound
from app.domain.points import plain
from app.domain.policy import Actor, Permission
from app.domain.rules import ExternalRule, JudgedRule, SurveyRule
from app.domain.terms import Role, ScoredBy
from app.services.baselines import with_baseline
from app.services.context import SheetContext, find_assessment, see, sheet_context


@dataclass(frozen=True, slots=True)
class Leader:
    """A leader of the council: the appointment's id and the account's display name."""

    leader_id: int
    name: str


@dataclass(frozen=True, slots=True)
class BallotLeaf:
    """One leaf scored from leaders' sheets: answers by leader, and the points their tally earns; None without any."""

    node: Node
    answers: tuple[str, ...]
    given: Mapping[int, str]
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class EnteredLeaf:
    """A leaf one figure decides that the unit does not type: `shape` is the claim's field, value or points."""

    node: Node
    shape: str
    figure: str
    points: Decimal | None
    document: str


@dataclass(frozen=True, slots=True)
class BallotSheet:
    unit: str
    campaign: str
    leaders: tuple[Leader, ...]
    leaves: tuple[BallotLeaf, ...]
    entered: tuple[EnteredLeaf, ...]
    refusal: str | None


def ballot_sheet(assessment_id: int, *, actor: Actor, clock: Clock) -> BallotSheet:
    """Return the leaders' sheets of one unit. Raises NotFound where it is not the actor's to see."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        if policy.why_not(actor, Permission.GROUP_READ, context.subject()) is not None:
            raise NotFound("assessment_unknown")
        given = _given(session, assessment_id)
        leaves = tuple(_leaf(context, leaf, given) for leaf in _leaves(context))
        return BallotSheet(
            unit=context.assessment.unit.name,
            campaign=context.assessment.campaign.name,
            leaders=_leaders(session, context.assessment.group_stage.council_id),
            leaves=leaves,
            entered=tuple(_entered(session, context)),
            refusal=policy.why_not(actor, Permission.BALLOT_ENTER, context.subject()),
        )


def enter_ballot(
    assessment_id: int,
    leader_id: int,
    answers: Mapping[str, str],
    *,
    actor: Actor,
    clock: Clock,
) -> None:
    """Record one leader's sheet on one unit; what it says replaces what that leader's sheet said before.

    Raises: NotFound, Forbidden, InputInvalid with leader_unknown, ballot_empty, answer_unknown,
    leaf_not_scored_by_leaders.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        assessment = find_assessment(work.session, assessment_id, lock=True)
        context = sheet_context(work.session, assessment, work.now)
        see(context, actor)
        policy.require(actor, Permission.BALLOT_ENTER, context.subject())
        if leader_id not in {leader.leader_id for leader in _leaders(work.session, assessment.group_stage.council_id)}:
            raise InputInvalid("leader_unknown")
        leaves = {leaf.code: leaf for leaf in _leaves(context)}
        if not answers:
            raise InputInvalid("ballot_empty")
        for code, answer in answers.items():
            if code not in leaves:
                raise InputInvalid("leaf_not_scored_by_leaders", criterion=code)
            if answer not in _answers(leaves[code]):
                raise InputInvalid("answer_unknown", criterion=code, answer=answer[:16])
            _record(work, context, leader_id, code, answer)


def enter_claim(
    assessment_id: int,
    code: str,
    given: Mapping[str, object],
    *,
    document: str,
    actor: Actor,
    clock: Clock,
) -> Decimal:
    """Record what survey, portal or council say of a leaf the unit does not score; return the points it earns.

    Raises: NotFound, Forbidden, ClaimInvalid, InputInvalid("leaf_scored_by_unit").
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        assessment = find_assessment(work.session, assessment_id, lock=True)
        context = sheet_context(work.session, assessment, work.now)
        see(context, actor)
        policy.require(actor, Permission.CLAIM_ENTER, context.subject())
        leaf = context.tree.leaf(code)
        if leaf.rule is None or leaf.scored_by in {ScoredBy.UNIT, ScoredBy.LEADERS, None}:
            raise InputInvalid("leaf_scored_by_unit", criterion=code)
        claim = with_baseline(work.session, assessment, claim_from_json(given))
        points = award(leaf.rule, claim, leaf.maximum)
        key = (EnteredClaim.assessment_id == assessment_id, EnteredClaim.criterion_id == context.ids[code])
        row = work.session.scalars(select(EnteredClaim).where(*key)).one_or_none()
        old = None if row is None else {"claim": row.claim, "points": plain(row.points)}
        if row is None:
            row = EnteredClaim(assessment_id=assessment_id, criterion_id=context.ids[code], source=leaf.scored_by)
            work.session.add(row)
        row.claim, row.points, row.document = claim_to_json(claim), points, document.strip()[:200]
        row.by_id, row.at = work.acting.user_id, work.now
        new = {"claim": row.claim, "points": plain(points), "document": row.document}
        work.audit(f"assessment:{assessment_id}", "claim_entered", "leaf", code, old=old, new=new)
        return points


def _leaves(context: SheetContext) -> list[Node]:
    return [
        leaf
        for leaf in context.tree.leaves
        if leaf.scored_by is ScoredBy.LEADERS and leaf.code not in context.overrides and leaf.code not in context.exempt
    ]


def _answers(leaf: Node) -> tuple[str, ...]:
    return tuple(answer for answer, _ in leaf.rule.weights) if isinstance(leaf.rule, SurveyRule) else ()


def _leaders(session: Session, council_id: int) -> tuple[Leader, ...]:
    statement = (
        select(Membership)
        .where(Membership.council_id == council_id, Membership.role == Role.LEADER)
        .order_by(Membership.id)
    )
    return tuple(Leader(row.id, row.user.first_name) for row in session.scalars(statement))


def _given(session: Session, assessment_id: int) -> Mapping[int, Mapping[int, str]]:
    """Return answers by criterion, then by leader."""
    found: dict[int, dict[int, str]] = {}
    for row in session.scalars(select(LeaderBallot).where(LeaderBallot.assessment_id == assessment_id)):
        found.setdefault(row.criterion_id, {})[row.leader_id] = row.answer
    return found


def _leaf(context: SheetContext, leaf: Node, given: Mapping[int, Mapping[int, str]]) -> BallotLeaf:
    by_leader = given.get(context.ids[leaf.code], {})
    points = None
    if by_leader and leaf.rule is not None:
        counts = {answer: list(by_leader.values()).count(answer) for answer in set(by_leader.values())}
        tally = TallyClaim(tuple((answer, Decimal(count)) for answer, count in sorted(counts.items())))
        points = award(leaf.rule, tally, leaf.maximum)
    return BallotLeaf(leaf, _answers(leaf), by_leader, points)


def _entered(session: Session, context: SheetContext) -> list[EnteredLeaf]:
    statement = select(EnteredClaim).where(EnteredClaim.assessment_id == context.assessment.id)
    rows = {row.criterion_id: row for row in session.scalars(statement)}
    found = []
    for leaf in context.tree.leaves:
        shape = (
            "value" if isinstance(leaf.rule, ExternalRule) else "points" if isinstance(leaf.rule, JudgedRule) else ""
        )
        if not shape or leaf.scored_by is ScoredBy.UNIT or leaf.code in context.overrides:
            continue
        row = rows.get(context.ids[leaf.code])
        figure = "" if row is None else str(row.claim.get(shape, ""))
        points, document = (None, "") if row is None else (row.points, row.document)
        found.append(EnteredLeaf(leaf, shape, figure, points, document))
    return found


def _record(work: Work, context: SheetContext, leader_id: int, code: str, answer: str) -> None:
    assessment: Assessment = context.assessment
    key = {"assessment_id": assessment.id, "criterion_id": context.ids[code], "leader_id": leader_id}
    row = work.session.scalars(select(LeaderBallot).filter_by(**key)).one_or_none()
    old = None if row is None else {"answer": row.answer}
    if row is None:
        row = LeaderBallot(**key)
        work.session.add(row)
    elif row.answer == answer:
        return
    row.answer, row.entered_by_id, row.at = answer, work.acting.user_id, work.now
    new = {"leader": leader_id, "answer": answer}
    work.audit(f"assessment:{assessment.id}", "ballot_entered", "leaf", code, old=old, new=new)
