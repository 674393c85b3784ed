"""The examples kept with a set, run against its rules as they stand: asked before a campaign relies on them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.db.criteria import Criterion
from app.domain.errors import DomainError, InputInvalid
from app.domain.rule_checks import check_rule
from app.domain.rule_codec import rule_from_json
from app.domain.rule_examples import check_examples
from app.services.rule_editing import example_of


def example_problems(session: Session, set_id: int) -> list[DomainError]:
    """Return each criterion whose examples its rule contradicts: its maximum can be moved where no rule is edited.

    Two statements. A rule that does not stand is said by the checks of the tree, not here.
    """
    statement = (
        select(Criterion)
        .where(Criterion.set_id == set_id, Criterion.rule.is_not(None), Criterion.examples.any())
        .options(selectinload(Criterion.examples))
        .order_by(Criterion.position)
    )
    found: list[DomainError] = []
    for row in session.scalars(statement):
        rule = rule_from_json(row.rule)
        try:
            check_rule(rule, row.maximum)
        except DomainError:
            continue
        try:
            check_examples(rule, row.maximum, [example_of(each) for each in row.examples])
        except InputInvalid as refused:
            code = "criterion_examples_broken" if refused.code == "examples_broken" else refused.code
            found.append(InputInvalid(code, **{**refused.details, "criterion": row.code}))
    return found
