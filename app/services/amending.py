"""What editing does to a sheet that is already on its way."""

from __future__ import annotations

from app.db.session import Work
from app.domain.terms import State, UnitAction
from app.domain.workflow import Guard, advance_unit
from app.services.context import SheetContext


def leave_approval(work: Work, context: SheetContext) -> None:
    """Editing a leaf takes the sheet back to draft; while an amendment window is open it stays submitted."""
    assessment = context.assessment
    if assessment.state is State.DRAFT:
        return
    amending = assessment.state is State.SUBMITTED
    action = UnitAction.AMEND_LEAF if amending else UnitAction.EDIT_LEAF
    met = {Guard.WINDOW_COVERS_LEAF if amending else Guard.CAN_WRITE}
    before = assessment.state
    assessment.state = advance_unit(before, action, roles=context.roles_of(work.acting), met=met)
    if assessment.state is not before:
        assessment.version += 1
        work.audit(
            f"assessment:{assessment.id}",
            action.value,
            "assessment",
            assessment.id,
            old={"state": before.value},
            new={"state": assessment.state.value},
        )
