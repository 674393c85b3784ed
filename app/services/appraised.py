"""What appraisal made of one sheet, leaf by leaf, as far as the reader may know it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from app.db.assessments import Assessment
from app.db.clock import Clock
from app.db.session import reading
from app.domain import policy
from app.domain.criteria import Node
from app.domain.points import sum_points
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import CONCLUDED, Stage
from app.services.context import find_assessment
from app.services.group_context import GroupContext, find_group, group_context


def may_read_verdicts(context: GroupContext, assessment: Assessment, actor: Actor) -> frozenset[str]:
    """Return the leaves of a unit whose verdicts are the actor's to read: own unit after release, agency, council."""
    agencies = context.agencies(assessment)
    stage = context.stage_of(assessment)

    def subject(code: str) -> Subject:
        agency = agencies.get(code)
        return Subject(
            unit_id=assessment.unit_id,
            council_id=context.group.council_id,
            stage=stage,
            agency_ids=frozenset() if agency is None else frozenset({agency}),
            published=stage is Stage.PUBLISHED,
        )

    return frozenset(
        leaf.code for leaf in context.tree.leaves if policy.allows(actor, Permission.VERDICT_READ, subject(leaf.code))
    )


def appraised_points(assessment_id: int, *, actor: Actor, clock: Clock) -> Mapping[str, Decimal]:
    """Return the appraised points by node; a branch has them once every leaf of it has."""
    with reading() as session:
        assessment = find_assessment(session, assessment_id)
        group = find_group(session, assessment.group_stage_id)
        context = group_context(session, group, clock.read(session), only=assessment_id)
        readable = may_read_verdicts(context, assessment, actor)
        settled = _reads_results(context, assessment, actor)
        leaves = {
            leaf.code: points
            for leaf in context.tree.leaves
            if leaf.code in readable and (points := _points(context, assessment, leaf, settled=settled)) is not None
        }
        exempt = context.exempt.get(assessment_id, frozenset())
        branches = {}
        for node in context.tree.nodes:
            under = [leaf.code for leaf in context.tree.under(node.code) if leaf.code not in exempt]
            if under and all(code in leaves for code in under):
                branches[node.code] = sum_points(leaves[code] for code in under)
        return {**leaves, **branches}


def _reads_results(context: GroupContext, assessment: Assessment, actor: Actor) -> bool:
    """Whether what others gave is the reader's: the council's once concluded, everybody's when published."""
    stage = context.stage_of(assessment)
    subject = Subject(
        unit_id=assessment.unit_id,
        council_id=context.group.council_id,
        stage=stage,
        published=stage is Stage.PUBLISHED,
    )
    return stage in CONCLUDED and policy.allows(actor, Permission.RESULT_READ, subject)


def _points(context: GroupContext, assessment: Assessment, leaf: Node, *, settled: bool) -> Decimal | None:
    """Return what a verdict gave, or, once results are the reader's, campaign, leaders, survey, portal or council."""
    if leaf.code in context.exempt.get(assessment.id, ()) or assessment.id not in context.pins:
        return None
    case = context.case(assessment.id, leaf)
    if case.override is None and leaf.code in {own.code for own in context.own_leaves(assessment.id)}:
        return context.state(assessment, leaf.code).points
    if not settled:
        return None
    return case.override if case.override is not None else case.entered
