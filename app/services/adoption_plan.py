"""What the adoption of another version would do: the preview shows it, the act follows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from app.db.appraisals import Verdict
from app.db.assessments import Assessment, Exemption, Receipt, ScoreEntry
from app.db.campaigns import AppraiserAssignment, CampaignOverride, GroupStage
from app.db.criteria import CriteriaSet, Criterion
from app.db.queries.trees import criterion_ids, findings_of_set, nodes_of_set
from app.db.queries.versions import described_of_set, in_force, kept_mapping, mapping_between, versions_between
from app.domain.award import award
from app.domain.campaign import AppraiserScope, Opening, OpeningGroup, Policies, opening_problems
from app.domain.carried import carried
from app.domain.claim_codec import claim_from_json, claim_to_json
from app.domain.classification import Band
from app.domain.criteria import Node, Tree
from app.domain.crossing import Crossing
from app.domain.deadlines import Span
from app.domain.errors import Conflict, DomainError, InputInvalid
from app.domain.set_diff import ChangeKind, differences
from app.domain.terms import CampaignStatus, ItemStatus, ReceiptKind, ScoredBy, Stage, State
from app.services.set_examples import example_problems


@dataclass(frozen=True, slots=True)
class CarriedClaim:
    """What becomes of what stood on a leaf. `target` None: the leaf is gone. `refused`: why the claim stays behind."""

    code: str
    target: str | None
    claim: dict[str, Any] | None
    points: Decimal | None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One sheet: its entries with where they go, and the own leaves the unit has to look at.

    `affected`: figures it stood for count otherwise now. `receipt`: its last one that counts, where it is affected.
    """

    assessment: Assessment
    entries: tuple[tuple[ScoreEntry, CarriedClaim], ...]
    touched: Mapping[str, frozenset[ChangeKind]]
    affected: bool
    receipt: Receipt | None

    @property
    def goes_back(self) -> bool:
        return self.affected and (self.assessment.state is not State.DRAFT or self.receipt is not None)


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole adoption of one group."""

    group: GroupStage
    old_set: CriteriaSet
    new_set: CriteriaSet
    crossing: Crossing
    old_ids: Mapping[str, int]
    new_ids: Mapping[str, int]
    overrides: Mapping[str, CampaignOverride]
    scopes: tuple[AppraiserAssignment, ...]
    sheets: tuple[SheetPlan, ...]

    @property
    def new_codes(self) -> Mapping[int, str]:
        """Row id of an old criterion → the new code it has become; those that are gone are missing."""
        return {self.old_ids[old]: new for old, new in self.crossing.mapping.items() if old in self.old_ids}


def adoption_plan(session: Session, group: GroupStage, new_set: CriteriaSet) -> Plan:
    """Work the adoption out. Raises what stands against it from the beginning: see `refuse_adoption`."""
    mapping = refuse_adoption(session, group, new_set)
    before, after = described_of_set(session, group.set_id), described_of_set(session, new_set.id)
    crossing = Crossing(
        old=Tree(tuple(nodes_of_set(session, group.set_id))),
        new=Tree(tuple(nodes_of_set(session, new_set.id))),
        mapping=mapping,
        found=differences(before, after, mapping),
    )
    overrides = _overrides(session, group)
    return Plan(
        group=group,
        old_set=group.criteria_set,
        new_set=new_set,
        crossing=crossing,
        old_ids=criterion_ids(session, group.set_id),
        new_ids=criterion_ids(session, new_set.id),
        overrides=overrides,
        scopes=tuple(_scopes(session, group)),
        sheets=tuple(_sheets(session, group, crossing, frozenset(overrides))),
    )


def refuse_adoption(session: Session, group: GroupStage, new_set: CriteriaSet) -> Mapping[str, str]:
    """Refuse what cannot be adopted whatever the sheets hold; return the mapping old code → new code.

    Raises: Conflict campaign_not_open, adoption_after_scoring; InputInvalid set_already_used, set_not_linked,
    mapping_doubtful.
    """
    if group.campaign.status is not CampaignStatus.OPEN:
        raise Conflict("campaign_not_open", campaign=group.campaign.name)
    verdicts = select(Verdict.id).join(Verdict.assessment).where(Assessment.group_stage_id == group.id).limit(1)
    if group.stage is not Stage.SCORING or session.scalars(verdicts).first() is not None:
        raise Conflict("adoption_after_scoring", group=group.group.name)
    if new_set.id == group.set_id:
        raise InputInvalid("set_already_used", field="set")
    mapping = mapping_between(session, group.set_id, new_set.id)
    if mapping is None:
        raise InputInvalid("set_not_linked", field="set", set=str(new_set))
    doubtful = [
        code
        for number in versions_between(session, group.set_id, new_set.id)
        for _old, code, row in kept_mapping(session, number)
        if not row.confirmed
    ]
    if doubtful:
        raise InputInvalid("mapping_doubtful", criteria=", ".join(doubtful), count=len(doubtful))
    return mapping


def _overrides(session: Session, group: GroupStage) -> dict[str, CampaignOverride]:
    statement = (
        select(Criterion.code, CampaignOverride)
        .join(CampaignOverride.criterion)
        .where(CampaignOverride.campaign_id == group.campaign_id, Criterion.set_id == group.set_id)
        .order_by(CampaignOverride.id)
    )
    return dict(session.execute(statement).all())


def _scopes(session: Session, group: GroupStage) -> Sequence[AppraiserAssignment]:
    """Return the appraiser rows of the group and of its units on the set it has."""
    units = select(Assessment.unit_id).where(Assessment.group_stage_id == group.id)
    statement = (
        select(AppraiserAssignment)
        .join(AppraiserAssignment.criterion)
        .where(AppraiserAssignment.campaign_id == group.campaign_id, Criterion.set_id == group.set_id)
        .where(or_(AppraiserAssignment.group_id == group.group_id, AppraiserAssignment.unit_id.in_(units)))
        .options(joinedload(AppraiserAssignment.criterion))
        .order_by(AppraiserAssignment.id)
    )
    return session.scalars(statement).all()


def _sheets(session: Session, group: GroupStage, crossing: Crossing, given: frozenset[str]) -> Iterator[SheetPlan]:
    """Yield every sheet's part, in four statements however many there are."""
    statement = select(Assessment).where(Assessment.group_stage_id == group.id).options(joinedload(Assessment.unit))
    assessments = sorted(session.scalars(statement), key=lambda row: row.unit.code)
    ids = [row.id for row in assessments]
    codes = {number: code for code, number in criterion_ids(session, group.set_id).items()}
    entries: dict[int, list[ScoreEntry]] = defaultdict(list)
    for entry in session.scalars(
        select(ScoreEntry).where(ScoreEntry.assessment_id.in_(ids)).order_by(ScoreEntry.criterion_id)
    ):
        entries[entry.assessment_id].append(entry)
    exempt: dict[int, set[str]] = defaultdict(set)
    accepted = and_(Exemption.status == ItemStatus.ACCEPTED, Exemption.in_force)
    for row in session.scalars(select(Exemption).where(Exemption.assessment_id.in_(ids), accepted)):
        exempt[row.assessment_id].add(codes[row.criterion_id])
    sent = select(Receipt).where(Receipt.assessment_id.in_(ids), Receipt.kind == ReceiptKind.SELF_SCORE, in_force())
    last = {row.assessment_id: row for row in session.scalars(sent.order_by(Receipt.id))}
    for assessment in assessments:
        found = [(entry, carried_claim(crossing, codes[entry.criterion_id], entry)) for entry in entries[assessment.id]]
        yield _sheet(assessment, found, crossing, given | exempt[assessment.id], last.get(assessment.id))


def _sheet(
    assessment: Assessment,
    entries: Sequence[tuple[ScoreEntry, CarriedClaim]],
    crossing: Crossing,
    others: frozenset[str],
    receipt: Receipt | None,
) -> SheetPlan:
    """`others`: the old leaves the council gives points on, or that do not apply to this unit.

    A claim once sent on one of those is in the receipt too: where it counts otherwise now, the receipt no longer does.
    """
    own_new = crossing.own(crossing.new, {crossing.mapping[code] for code in others if code in crossing.mapping})
    pinned = receipt is not None and any(
        entry.claim is not None and not crossing.same_figures(kept.code) for entry, kept in entries
    )
    affected = pinned or not crossing.unaffected(crossing.own(crossing.old, others), own_new)
    return SheetPlan(
        assessment=assessment,
        entries=tuple(entries),
        touched={code: kinds for code, kinds in crossing.touched.items() if code in own_new},
        affected=affected,
        receipt=receipt if affected else None,
    )


def carried_claim(crossing: Crossing, code: str, entry: ScoreEntry) -> CarriedClaim:
    """Return what becomes of one entry: kept where the leaf counts as before, else awarded anew or refused."""
    target = crossing.target(code)
    if target is None:
        return CarriedClaim(code, None, None, None)
    old, new = crossing.old.leaf(code), crossing.new.leaf(target)
    if entry.claim is None or (old.maximum, old.rule, old.scored_by) == (new.maximum, new.rule, new.scored_by):
        return CarriedClaim(code, target, entry.claim, entry.self_points)
    try:
        claim, points = _awarded(entry.claim, old, new)
    except DomainError as refused:
        return CarriedClaim(code, target, None, None, refused.code)
    return CarriedClaim(code, target, claim, points)


def _awarded(claim: Mapping[str, Any], old: Node, new: Node) -> tuple[dict[str, Any], Decimal]:
    assert old.rule is not None
    assert new.rule is not None
    if new.scored_by is not ScoredBy.UNIT:
        raise InputInvalid("leaf_not_scored_by_unit", criterion=new.code)
    taken, points = carried(claim_from_json(claim), old.rule, new.rule, new.maximum)
    return claim_to_json(taken), points


def entered_points(crossing: Crossing, code: str, claim: Mapping[str, Any]) -> Decimal | None:
    """Return what a figure others entered earns on the leaf it has come to; None where it cannot go along."""
    target = crossing.target(code)
    if target is None:
        return None
    leaf = crossing.new.leaf(target)
    assert leaf.rule is not None
    if leaf.scored_by is not crossing.old.leaf(code).scored_by:
        return None
    try:
        return award(leaf.rule, claim_from_json(claim), leaf.maximum)
    except DomainError:
        return None


def moved_scopes(plan: Plan) -> list[tuple[AppraiserAssignment, tuple[str, ...]]]:
    """Return each appraiser row with the new branches it goes to; none where all below it is gone."""
    present: dict[tuple[int | None, int | None], set[str]] = defaultdict(set)
    for row in plan.scopes:
        present[row.group_id, row.unit_id].add(row.criterion.code)
    return [(row, plan.crossing.places(row.criterion.code, present[row.group_id, row.unit_id])) for row in plan.scopes]


def printed_agency(plan: Plan, session: Session) -> dict[str, int]:
    """Return the agencies printed on the new criteria, by code: the decree's default where the group has no row."""
    statement = select(Criterion.code, Criterion.agency_id).where(
        Criterion.set_id == plan.new_set.id, Criterion.agency_id.is_not(None)
    )
    return {row.code: row.agency_id for row in session.execute(statement) if row.agency_id is not None}


def adoption_problems(session: Session, plan: Plan) -> list[DomainError]:
    """Return what would keep a campaign from opening on the new version, and tie-breakers that lost their branch."""
    group = plan.group
    scopes = [
        AppraiserScope(code, row.unit_id, agency_after(row, plan))
        for row, codes in moved_scopes(plan)
        for code in codes
    ]
    given = {scope.branch for scope in scopes if scope.unit_id is None}
    printed = printed_agency(plan, session)
    scopes += [AppraiserScope(code, None, agency) for code, agency in printed.items() if code not in given]
    described = OpeningGroup(
        name=group.group.name,
        nodes=plan.crossing.new.nodes,
        units={sheet.assessment.unit_id: sheet.assessment.unit.name for sheet in plan.sheets},
        appraisers=scopes,
        overridden=frozenset(plan.crossing.mapping[code] for code in plan.overrides if code in plan.crossing.mapping),
        findings=findings_of_set(session, plan.new_set.id),
    )
    campaign = group.campaign
    opening = Opening(
        groups=[described],
        phases={phase.kind: Span(phase.opens_at, phase.closes_at) for phase in campaign.phases},
        bands=[Band(band.name, band.lower) for band in campaign.bands],
    )
    problems = [*opening_problems(opening), *_tie_problems(plan), *_index_problems(plan)]
    return [*problems, *example_problems(session, plan.new_set.id)]


def agency_after(row: AppraiserAssignment, plan: Plan) -> int:
    """Return the agency of an assignment: a default copied from the paper follows the paper, a choice stays."""
    old = row.criterion
    code = plan.crossing.mapping.get(old.code)
    if row.group_id is None or code is None or row.agency_id != old.agency_id:
        return row.agency_id
    new = next(each for each in plan.new_set.criteria if each.code == code)
    return new.agency_id or row.agency_id


def _tie_problems(plan: Plan) -> Iterator[DomainError]:
    """A tie-breaker is a branch of the campaign's settings, by code: it must mean the same branch afterwards."""
    for code in Policies.from_json(plan.group.campaign.policies).tie_breakers:
        if code in plan.old_ids and plan.crossing.mapping.get(code) != code:
            yield InputInvalid("tie_breaker_moved", criterion=code)


def _index_problems(plan: Plan) -> Iterator[DomainError]:
    """What an index counts is named by code too."""
    for spec in Policies.from_json(plan.group.campaign.policies).indexes:
        for code in spec.branches:
            if code in plan.old_ids and plan.crossing.mapping.get(code) != code:
                yield InputInvalid("index_branch_moved", index=spec.code, criterion=code)
