"""What the council finds unit by unit: leaves not yet due when the units scored, and its own by a rule of many figures.

Source: Định Hóa 2024, mục II: units take figures up to the cut-off "và được Hội đồng thẩm định đánh giá bổ sung".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.clock import Clock
from app.db.session import reading, unit_of_work
from app.domain import policy
from app.domain.claim_codec import claim_from_json
from app.domain.criteria import Node
from app.domain.errors import InputInvalid, NotFound, TransitionRefused
from app.domain.policy import Actor, Permission
from app.domain.terms import LeafStanding, ScoredBy, Stage
from app.services.baselines import baselines_of, with_baseline
from app.services.entered_claims import Place, Proof, put_claim
from app.services.external_figures import is_ruled_leaf
from app.services.group_context import GroupContext, find_group, group_context
from app.services.leaf_terms import terms_of
from app.services.line_entry import group_refusal, require_some, see_group, unit_subject
from app.services.results import counted_claim


@dataclass(frozen=True, slots=True)
class SupplementLine:
    """One unit's leaf: points by the appraisal so far (None while there are none), and what the council gave."""

    assessment_id: int
    unit_code: str
    unit: str
    claimed: Decimal | None
    appraised: Decimal | None
    given: Decimal | None
    document: str
    refusal: str | None


@dataclass(frozen=True, slots=True)
class SupplementView:
    """One leaf, the units it is found for; `waiting` of them have nothing yet. `due_later`: units scored it first."""

    group_stage_id: int
    campaign: str
    group: str
    node: Node
    cut_off: dt.date | None
    due_later: bool
    required: bool
    lines: tuple[SupplementLine, ...]
    refusal: str | None

    @property
    def waiting(self) -> int:
        return sum(line.given is None for line in self.lines)


@dataclass(frozen=True, slots=True)
class SupplementCase:
    """One unit's leaf before the council: what counts by now, and the grounds for 0 it may name."""

    group_stage_id: int
    assessment_id: int
    campaign: str
    unit: str
    node: Node
    line: SupplementLine
    claim: Mapping[str, Any] | None
    baselines: Mapping[str, Decimal]
    zero_grounds: tuple[tuple[str, str], ...]


def supplement_view(group_stage_id: int, code: str, *, actor: Actor, clock: Clock) -> SupplementView:
    """Return one leaf and the units it is found for. Raises NotFound."""
    with reading() as session:
        context = group_context(session, find_group(session, group_stage_id), clock.read(session))
        leaf = _leaf(context, actor, code)
        term = terms_of(session, context.group.campaign_id, context.group.set_id).get(code)
        return SupplementView(
            group_stage_id=group_stage_id,
            campaign=context.group.campaign.name,
            group=context.group.group.name,
            node=leaf,
            cut_off=None if term is None else term.cut_off,
            due_later=not is_ruled_leaf(leaf),
            required=context.policies.supplementary_required,
            lines=tuple(_line(context, actor, number, leaf) for number in supplemented_units(context, code)),
            refusal=group_refusal(context, actor, Permission.CLAIM_ENTER),
        )


def supplemented_units(context: GroupContext, code: str) -> list[int]:
    """Return the sheets whose leaf waits, or waited, for the council: it applies; the unit has sent one it scores."""
    ruled = is_ruled_leaf(context.tree.leaf(code))
    return [
        number
        for number in context.assessments
        if (ruled or number in context.pins)
        and code not in context.exempt.get(number, ())
        and code not in context.overrides
    ]


def supplement_case(assessment_id: int, code: str, *, actor: Actor, clock: Clock) -> SupplementCase:
    """Return one unit's leaf. Raises NotFound."""
    with reading() as session:
        context = group_context(session, find_group(session, _group_of(session, assessment_id)), clock.read(session))
        leaf = _leaf(context, actor, code)
        if assessment_id not in supplemented_units(context, code):
            raise NotFound("leaf_not_awaited", criterion=code)
        assessment = context.assessments[assessment_id]
        return SupplementCase(
            group_stage_id=context.group.id,
            assessment_id=assessment_id,
            campaign=context.group.campaign.name,
            unit=assessment.unit.name,
            node=leaf,
            line=_line(context, actor, assessment_id, leaf),
            claim=counted_claim(context, assessment_id, code),
            baselines=baselines_of(session, assessment),
            zero_grounds=tuple((ground.key, ground.text) for ground in context.policies.zero_grounds),
        )


def enter_supplement(
    assessment_id: int, code: str, claim: Mapping[str, Any] | None, document: str, *, actor: Actor, clock: Clock
) -> Decimal:
    """Record what the council, or another system, finds on such a leaf; return the points its rule gives.

    Raises: NotFound, Forbidden, TransitionRefused("supplement_too_early"), InputInvalid council_minutes_missing,
    supplement_missing; ClaimInvalid.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        number = _group_of(work.session, assessment_id)
        context = group_context(work.session, find_group(work.session, number, lock=True), work.now)
        leaf = _leaf(context, actor, code)
        assessment = context.assessments[assessment_id]
        if assessment_id not in supplemented_units(context, code):
            raise NotFound("leaf_not_awaited", criterion=code)
        policy.require(actor, Permission.CLAIM_ENTER, unit_subject(context, assessment))
        ruled = is_ruled_leaf(leaf)
        if not ruled:
            _require_time(context, assessment_id)
        _require_minutes(document)
        if claim is None:
            raise InputInvalid("supplement_missing")
        read = with_baseline(work.session, assessment, claim_from_json(claim))
        scorer = leaf.scored_by if ruled and leaf.scored_by is not None else ScoredBy.COUNCIL
        place = Place(assessment_id, context.ids[code], leaf, scorer)
        return put_claim(work, place, read, Proof(document), zero_keys=context.policies.zero_keys)


def confirm_appraised(group_stage_id: int, code: str, document: str, *, actor: Actor, clock: Clock) -> int:
    """Record for every unit that still waits that the council finds as the agency did; return for how many.

    Units without a settled verdict on the leaf, or whose answer waits for the second one, are left waiting.
    Raises: NotFound, Forbidden, InputInvalid("council_minutes_missing"), TransitionRefused("supplement_too_early").
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        context = group_context(work.session, find_group(work.session, group_stage_id, lock=True), work.now)
        leaf = _leaf(context, actor, code)
        require_some(context, actor, Permission.CLAIM_ENTER)
        _require_minutes(document)
        waiting = [number for number in supplemented_units(context, code) if (number, code) not in context.claims]
        done = 0
        for number in waiting:
            line = _line(context, actor, number, leaf)
            claim = counted_claim(context, number, code)
            contested = context.state(context.assessments[number], code).standing is LeafStanding.CONTESTED
            if line.refusal is not None or line.appraised is None or claim is None or contested:
                continue
            place = Place(number, context.ids[code], leaf, ScoredBy.COUNCIL)
            put_claim(work, place, claim_from_json(claim), Proof(document), zero_keys=context.policies.zero_keys)
            done += 1
        if not done:
            raise TransitionRefused("supplement_too_early")
        return done


def _line(context: GroupContext, actor: Actor, number: int, leaf: Node) -> SupplementLine:
    assessment, row = context.assessments[number], context.claims.get((number, leaf.code))
    refusal = policy.why_not(actor, Permission.CLAIM_ENTER, unit_subject(context, assessment))
    if refusal is None and not is_ruled_leaf(leaf) and context.stage_of(assessment) is not Stage.SECOND_APPRAISAL:
        refusal = "supplement_too_early"
    pin = context.pins.get(number, {}).get(leaf.code)
    return SupplementLine(
        assessment_id=number,
        unit_code=assessment.unit.code,
        unit=assessment.unit.name,
        claimed=None if pin is None else pin.points,
        appraised=context.state(assessment, leaf.code).final_points,
        given=None if row is None else row.points,
        document="" if row is None else row.document,
        refusal=refusal,
    )


def _require_time(context: GroupContext, assessment_id: int) -> None:
    if context.stage_of(context.assessments[assessment_id]) is not Stage.SECOND_APPRAISAL:
        raise TransitionRefused("supplement_too_early")


def _require_minutes(document: str) -> None:
    if not document.strip():
        raise InputInvalid("council_minutes_missing", field="document")


def _group_of(session: Session, assessment_id: int) -> int:
    """Return the group's id alone: no row is read before it is locked."""
    found = session.scalars(select(Assessment.group_stage_id).where(Assessment.id == assessment_id)).first()
    if found is None:
        raise NotFound("assessment_unknown")
    return found


def _leaf(context: GroupContext, actor: Actor, code: str) -> Node:
    see_group(context, actor)
    leaf = context.tree.leaf(code)
    if is_ruled_leaf(leaf) or (code in context.not_yet_due and leaf.scored_by is ScoredBy.UNIT):
        return leaf
    raise NotFound("leaf_not_awaited", criterion=code)
