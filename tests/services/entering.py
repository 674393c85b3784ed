"""What no unit scores, entered of one unit by the doors people use: a paper sheet, a survey, a grid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.db.appraisals import EnteredClaim
from app.db.assessments import Assessment
from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.entering import Survey
from app.db.session import reading
from app.domain.entered_lines import DOCUMENT_KEY, ON_KEY, RETURNED_KEY, SOURCE_KEY, VALUE_KEY, Line
from app.domain.policy import Actor
from app.services.external_figures import enter_figures
from app.services.leader_sheet_writing import save_leader_lines
from app.services.leader_sheets import Paper
from app.services.survey_tallies import enter_counts
from app.services.surveys import SurveyFacts, add_survey

DAY = dt.date(2024, 11, 20)
PAPER = Paper("Phiếu 01", "Lãnh đạo", DAY)


def type_sheet(sheet: int, leader: int, answers: Mapping[str, str], *, actor: Actor, clock: Clock) -> None:
    """Type what a leader wrote on paper of one unit."""
    stage, unit = _where(sheet)
    save_leader_lines(stage, leader, [Line(1, unit, answers)], PAPER, only_good=False, actor=actor, clock=clock)


def enter_figure(
    sheet: int, code: str, value: str, *, document: str = "x", source: str = "Cổng DVC", actor: Actor, clock: Clock
) -> Decimal:
    """Enter the one figure of a unit on a leaf; return the points it earns."""
    stage, unit = _where(sheet)
    common = {SOURCE_KEY: source, ON_KEY: f"{DAY:%d/%m/%Y}", DOCUMENT_KEY: document}
    line = Line(1, unit, {VALUE_KEY: value})
    enter_figures(stage, code, [line], common, only_good=False, actor=actor, clock=clock)
    return _points(sheet, code)


def count_answers(sheet: int, code: str, tally: Mapping[str, str], *, actor: Actor, clock: Clock) -> Decimal:
    """Enter what a survey counted of one unit on a leaf; one survey of 100 sheets serves the whole group."""
    stage, unit = _where(sheet)
    with reading() as session:
        survey = session.scalars(select(Survey.id).where(Survey.group_stage_id == stage)).first()
    if survey is None:
        facts = SurveyFacts("Khảo sát", "Người dân", "100", "100", "Đơn vị độc lập", "Kết quả mẫu")
        survey = add_survey(stage, facts, actor=actor, clock=clock)
    line = Line(1, unit, {**tally, RETURNED_KEY: str(sum(map(int, tally.values())))})
    enter_counts(survey, code, [line], only_good=False, actor=actor, clock=clock)
    return _points(sheet, code)


def enter_claim(sheet: int, code: str, claim: Mapping[str, Any], *, actor: Actor, clock: Clock) -> Decimal:
    """Enter a tally of a survey, or one figure, by the door it has; return the points it earns."""
    if "tally" in claim:
        return count_answers(sheet, code, claim["tally"], actor=actor, clock=clock)
    (value,) = claim.values()
    return enter_figure(sheet, code, str(value), actor=actor, clock=clock)


def _where(sheet: int) -> tuple[int, str]:
    with reading() as session:
        row = session.get_one(Assessment, sheet)
        return row.group_stage_id, row.unit.code


def _points(sheet: int, code: str) -> Decimal:
    with reading() as session:
        statement = select(EnteredClaim.points).join(Criterion, Criterion.id == EnteredClaim.criterion_id)
        return session.scalars(statement.where(EnteredClaim.assessment_id == sheet, Criterion.code == code)).one()
