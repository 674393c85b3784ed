"""Leaders' sheets, typed in by the secretariat: one ballot per leader, unit and leaf; the tally is derived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.appraisals import EnteredClaim, LeaderBallot
from app.db.clock import Clock
from app.db.session import reading, unit_of_work
from app.domain import policy
from app.domain.claim_codec import claim_from_json
from app.domain.criteria import Node
from app.domain.errors import InputInvalid, NotFound
from app.domain.policy import Actor, Permission
from app.domain.rules import ExternalRule, JudgedRule
from app.domain.terms import LeaderKind, ScoredBy
from app.services.ballot_cells import answers_of, cell_text, is_leaders_leaf, put_cell, read_cell
from app.services.baselines import with_baseline
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.entered_claims import Place, Proof, put_claim
from app.services.leader_sheets import leaders_of, refuse_sent
from app.services.leaders_claims import claim_of_ballots, leaders_points


@dataclass(frozen=True, slots=True)
class Leader:
    """A leader of the council: the appointment's id and the account's display name."""

    leader_id: int
    name: str
    kind: LeaderKind | None = None


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
        kinds = {row.id: row.leader_kind for row in leaders_of(work.session, assessment.group_stage.council_id)}
        if leader_id not in kinds:
            raise InputInvalid("leader_unknown")
        refuse_sent(work.session, assessment.group_stage_id, leader_id)
        leaves = {leaf.code: leaf for leaf in _leaves(context)}
        if not answers:
            raise InputInvalid("ballot_empty")
        for code, answer in answers.items():
            if code not in leaves:
                raise InputInvalid("leaf_not_scored_by_leaders", criterion=code)
            value = read_cell(leaves[code], answer, kinds[leader_id])
            put_cell(work, (assessment_id, code), context.ids[code], leader_id, value, draft=False)


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

    What was entered before is kept (`entered_claims`).

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
        assert leaf.scored_by is not None
        place = Place(assessment_id, context.ids[code], leaf, leaf.scored_by)
        return put_claim(work, place, claim, Proof(document))


def _leaves(context: SheetContext) -> list[Node]:
    return [
        leaf
        for leaf in context.tree.leaves
        if is_leaders_leaf(leaf) and leaf.code not in context.overrides and leaf.code not in context.exempt
    ]


def _leaders(session: Session, council_id: int) -> tuple[Leader, ...]:
    return tuple(Leader(row.id, row.user.first_name, row.leader_kind) for row in leaders_of(session, council_id))


def _given(session: Session, assessment_id: int) -> Mapping[int, Sequence[LeaderBallot]]:
    """Return what leaders said by criterion; nothing of a sheet its leader has not sent."""
    found: dict[int, list[LeaderBallot]] = {}
    counting = (LeaderBallot.assessment_id == assessment_id, LeaderBallot.draft.is_(False))
    for row in session.scalars(select(LeaderBallot).where(*counting).order_by(LeaderBallot.id)):
        found.setdefault(row.criterion_id, []).append(row)
    return found


def _leaf(context: SheetContext, leaf: Node, given: Mapping[int, Sequence[LeaderBallot]]) -> BallotLeaf:
    rows = given.get(context.ids[leaf.code], ())
    points = leaders_points(leaf, claim_of_ballots(rows)) if rows else None
    return BallotLeaf(leaf, answers_of(leaf), {row.leader_id: cell_text(row) for row in rows}, points)


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
