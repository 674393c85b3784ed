"""Counts of surveys by unit and leaf: raw rows of each survey kept apart, their sum the claim that is awarded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.clock import Clock
from app.db.entering import Survey, SurveyTally
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.criteria import Node
from app.domain.entered_lines import RETURNED_KEY, Line
from app.domain.entered_words import RETURNED
from app.domain.errors import Conflict, DomainError, InputInvalid, NotFound
from app.domain.policy import Actor, Permission
from app.domain.rules import SurveyRule
from app.domain.survey_counts import Counted, SurveySum, added, read_counts, survey_sum
from app.domain.terms import ScoredBy
from app.services.entered_claims import Place, Proof, put_claim, withdraw_claim
from app.services.group_context import GroupContext, find_group, group_context
from app.services.line_entry import (
    Checked,
    Grid,
    GridColumn,
    GridRow,
    accepted,
    check_lines,
    group_refusal,
    owners_of,
    require_some,
    see_group,
    unit_subject,
)

#: what a line says whose cells were emptied on purpose
CLEARED = Counted({}, 0)


@dataclass(frozen=True, slots=True)
class CountsView:
    """The counts of one survey on one leaf: units as rows. `samples`: answers by unit and target group, all surveys."""

    survey_id: int
    group_stage_id: int
    campaign: str
    group: str
    survey: str
    audience: str
    leaf: Node
    grid: Grid
    samples: Mapping[int, tuple[tuple[str, int, int], ...]]


def tallies_of(session: Session, criterion_id: int, *, survey_id: int | None = None) -> list[SurveyTally]:
    """Return the counts that speak on a leaf, of surveys that were not withdrawn."""
    statement = (
        select(SurveyTally)
        .join(SurveyTally.survey)
        .where(SurveyTally.criterion_id == criterion_id, SurveyTally.superseded_at.is_(None))
        .where(Survey.withdrawn_at.is_(None))
        .options(joinedload(SurveyTally.survey))
        .order_by(SurveyTally.survey_id, SurveyTally.id)
    )
    if survey_id is not None:
        statement = statement.where(SurveyTally.survey_id == survey_id)
    return list(session.scalars(statement))


def counts_view(survey_id: int, code: str, *, actor: Actor, clock: Clock) -> CountsView:
    """Return the grid of one survey on one leaf. Raises NotFound."""
    with reading() as session:
        survey = find_survey(session, survey_id)
        context = group_context(session, find_group(session, survey.group_stage_id), clock.read(session))
        leaf, rule = _leaf(context, actor, code)
        by_unit: dict[int, list[SurveyTally]] = defaultdict(list)
        for row in tallies_of(session, context.ids[code]):
            by_unit[row.assessment_id].append(row)
        answers = tuple(answer for answer, _ in rule.weights)
        columns = (*(GridColumn(answer, answer) for answer in answers), GridColumn(RETURNED_KEY, RETURNED))
        rows = tuple(_row(context, actor, number, (leaf, rule, survey_id), by_unit) for number in context.assessments)
        refusal = group_refusal(context, actor, Permission.CLAIM_ENTER)
        return CountsView(
            survey_id=survey_id,
            group_stage_id=context.group.id,
            campaign=context.group.campaign.name,
            group=context.group.group.name,
            survey=survey.name,
            audience=survey.audience,
            leaf=leaf,
            grid=Grid(columns, rows, refusal or ("survey_withdrawn" if survey.withdrawn_at is not None else None)),
            samples={
                number: tuple((row.survey.audience, sum(row.counts.values()), row.returned) for row in kept)
                for number, kept in by_unit.items()
            },
        )


def _row(
    context: GroupContext,
    actor: Actor,
    number: int,
    about: tuple[Node, SurveyRule, int],
    by_unit: Mapping[int, Sequence[SurveyTally]],
) -> GridRow:
    (leaf, rule, survey_id), assessment = about, context.assessments[number]
    own = next((row for row in by_unit.get(number, ()) if row.survey_id == survey_id), None)
    cells = (
        {} if own is None else {**{key: str(count) for key, count in own.counts.items()}, "returned": str(own.returned)}
    )
    exempt = leaf.code in context.exempt.get(number, ())
    total = _sum(rule, leaf, by_unit.get(number, ()))
    return GridRow(
        assessment_id=number,
        unit_code=assessment.unit.code,
        unit=assessment.unit.name,
        cells=cells,
        points=None if total is None else total.points,
        sum=total,
        refusal="leaf_not_applicable"
        if exempt
        else policy.why_not(actor, Permission.CLAIM_ENTER, unit_subject(context, assessment)),
    )


def _sum(rule: SurveyRule, leaf: Node, rows: Sequence[SurveyTally]) -> SurveySum | None:
    if not rows:
        return None
    try:
        return survey_sum(rule, added(row.counts for row in rows), leaf.maximum)
    except DomainError:
        return None


def check_counts(
    survey_id: int, code: str, lines: Sequence[Line], *, actor: Actor, clock: Clock
) -> list[Checked[Counted]]:
    """Return what would come of the lines, one by one; nothing is written. Raises NotFound."""
    with reading() as session:
        survey = find_survey(session, survey_id)
        context = group_context(session, find_group(session, survey.group_stage_id), clock.read(session))
        leaf, rule = _leaf(context, actor, code)
        return _checked(context, actor, survey, (leaf, rule), lines)


def enter_counts(
    survey_id: int, code: str, lines: Sequence[Line], *, only_good: bool, actor: Actor, clock: Clock
) -> int:
    """Take the lines, all of them or (`only_good`) those nothing is wrong with; return how many were taken.

    A line whose cells were emptied withdraws the unit's counts.
    Raises: NotFound, Forbidden, InputInvalid lines_refused, no_line_to_take, Conflict("survey_withdrawn").
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        survey = find_survey(work.session, survey_id)
        context = group_context(work.session, find_group(work.session, survey.group_stage_id, lock=True), work.now)
        leaf, rule = _leaf(context, actor, code)
        require_some(context, actor, Permission.CLAIM_ENTER)
        work.session.refresh(survey)
        if survey.withdrawn_at is not None:
            raise Conflict("survey_withdrawn")
        good = accepted(_checked(context, actor, survey, (leaf, rule), lines), only_good=only_good)
        for line in good:
            assert line.value is not None
            _put(work, context, survey, (line.owner_id, leaf), line.value)
            recount_surveys(work, context, line.owner_id, leaf)
        return len(good)


def _checked(
    context: GroupContext, actor: Actor, survey: Survey, about: tuple[Node, SurveyRule], lines: Sequence[Line]
) -> list[Checked[Counted]]:
    leaf, rule = about

    def read(_number: int, line: Line) -> Counted | None:
        if line.blank:
            return CLEARED
        counted = read_counts(rule, line)
        if counted is not None and counted.returned > survey.returned:
            raise InputInvalid(
                "sheets_exceed_survey", sheets=counted.returned, returned=survey.returned, field=RETURNED_KEY
            )
        return counted

    return check_lines(lines, owners_of(context, actor, Permission.CLAIM_ENTER, leaf.code), read)


def _put(work: Work, context: GroupContext, survey: Survey, about: tuple[int, Node], counted: Counted) -> None:
    """Append the counts of one unit; those that spoke before are kept beside them."""
    assessment_id, leaf = about
    criterion_id = context.ids[leaf.code]
    key = (
        SurveyTally.survey_id == survey.id,
        SurveyTally.assessment_id == assessment_id,
        SurveyTally.criterion_id == criterion_id,
        SurveyTally.superseded_at.is_(None),
    )
    before = work.session.scalars(select(SurveyTally).where(*key)).one_or_none()
    said = None if before is None else Counted(before.counts, before.returned)
    if said == counted or (said is None and counted == CLEARED):
        return
    if before is not None:
        before.superseded_at = work.now
        work.session.flush()
    if counted != CLEARED:
        work.session.add(
            SurveyTally(
                survey_id=survey.id,
                assessment_id=assessment_id,
                criterion_id=criterion_id,
                counts=dict(counted.counts),
                returned=counted.returned,
                by_id=work.acting.user_id,
                at=work.now,
            ),
        )
    stream = f"assessment:{assessment_id}"
    old, new = _audited(survey, said), _audited(survey, None if counted == CLEARED else counted)
    work.audit(stream, "survey_counted", "leaf", leaf.code, old=old, new=new)


def _audited(survey: Survey, counted: Counted | None) -> dict[str, object] | None:
    if counted is None:
        return None
    names = {"survey_id": survey.id, "survey": survey.name, "audience": survey.audience}
    return {**names, "tally": counted.counts, "returned": counted.returned}


def recount_surveys(work: Work, context: GroupContext, assessment_id: int, leaf: Node, *, reason: str = "") -> None:
    """Award a leaf anew by the counts of every survey on it, added; with none left its claim is withdrawn."""
    work.session.flush()
    rows = [row for row in tallies_of(work.session, context.ids[leaf.code]) if row.assessment_id == assessment_id]
    place = Place(assessment_id, context.ids[leaf.code], leaf, ScoredBy.SURVEY)
    if not rows:
        withdraw_claim(work, place, reason=reason)
        return
    documents = dict.fromkeys(row.survey.document for row in rows if row.survey.document)
    audiences = dict.fromkeys(row.survey.audience for row in rows)
    proof = Proof("; ".join(documents), "; ".join(audiences))
    put_claim(work, place, added(row.counts for row in rows), proof)


def find_survey(session: Session, survey_id: int) -> Survey:
    """Return a survey. Raises NotFound("survey_unknown")."""
    found = session.get(Survey, survey_id)
    if found is None:
        raise NotFound("survey_unknown")
    return found


def _leaf(context: GroupContext, actor: Actor, code: str) -> tuple[Node, SurveyRule]:
    """Return a leaf surveys decide. Raises NotFound for another council's, InputInvalid("leaf_not_surveyed")."""
    see_group(context, actor)
    leaf = context.tree.leaf(code)
    if leaf.scored_by is not ScoredBy.SURVEY or not isinstance(leaf.rule, SurveyRule) or code in context.overrides:
        raise NotFound("leaf_not_surveyed", criterion=code)
    return leaf, leaf.rule
