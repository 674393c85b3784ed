"""What bonus, penalty and exemption have in common: who proposes from which side, what is typed, what stays history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.db.assessments import Adjustment, Exemption
from app.db.queries.people import people_of_units
from app.db.session import Work
from app.domain import policy
from app.domain.adjustments import ProposedBy
from app.domain.errors import InputInvalid
from app.domain.policy import Actor, Permission
from app.domain.terms import Role, Stage
from app.services.context import SheetContext

TEXT_LIMIT, DOCUMENT_LIMIT = 2000, 200
#: from its release on a unit reads what others said of it
RELEASED = frozenset({Stage.EXPLANATION, Stage.SECOND_APPRAISAL, Stage.CONCLUDED, Stage.APPROVED, Stage.PUBLISHED})
UNIT_PEOPLE = frozenset({Role.OFFICER, Role.COORDINATOR, Role.UNIT_HEAD})


@dataclass(frozen=True, slots=True)
class CouncilDecision:
    """The council's decision on a proposal: on which paper it stands, and why."""

    accept: bool
    document: str
    reason: str


def state_of(row: Adjustment | Exemption, replaced: frozenset[int]) -> str:
    """Return how a proposal stands: its status; out of force, "superseded" by a later decision or "withdrawn"."""
    if row.in_force:
        return row.status.value
    return "superseded" if row.id in replaced else "withdrawn"


def replaced_in(rows: Iterable[Adjustment | Exemption]) -> frozenset[int]:
    """Return the rows another one stands in the place of."""
    return frozenset(row.supersedes_id for row in rows if row.supersedes_id is not None)


def side_of(context: SheetContext, actor: Actor) -> ProposedBy:
    """Return from which side the actor speaks on this sheet."""
    roles = context.roles_of(actor)
    if roles & UNIT_PEOPLE:
        return ProposedBy.UNIT
    if Role.SECRETARIAT in roles:
        return ProposedBy.SECRETARIAT
    return ProposedBy.AGENCY if Role.APPRAISER in roles else ProposedBy.ORGANISER


def words_of(reason: str, document: str, *, document_needed: bool) -> tuple[str, str]:
    """Return reason and document as kept. Raises InputInvalid proposal_reason_missing, proposal_text_too_long,
    document_missing."""
    reason, document = reason.strip(), document.strip()
    if not reason:
        raise InputInvalid("proposal_reason_missing", field="reason")
    if len(reason) > TEXT_LIMIT:
        raise InputInvalid("proposal_text_too_long", limit=TEXT_LIMIT, field="reason")
    if len(document) > DOCUMENT_LIMIT or (document_needed and not document):
        raise InputInvalid("document_missing", limit=DOCUMENT_LIMIT, field="document")
    return reason, document


def decide_in(work: Work, row: Adjustment | Exemption, verdict: CouncilDecision) -> None:
    """Write the decision, already checked, on a row."""
    row.document, row.decision_reason = verdict.document, verdict.reason
    row.decided_at, row.decided_by_id = work.now, work.acting.user_id


def end(work: Work, row: Adjustment | Exemption) -> None:
    """Take a row out of force: it stays, with who ended it and when."""
    row.in_force = False
    row.ended_at, row.ended_by_id = work.now, work.acting.user_id
    work.session.flush()


def may_withdraw(context: SheetContext, row: Adjustment | Exemption, permission: Permission, actor: Actor) -> bool:
    """Whether the actor speaks for the side that proposed, and could still propose."""
    if row.side is not side_of(context, actor) or not policy.allows(actor, permission, context.subject()):
        return False
    return not isinstance(row, Adjustment) or row.agency_id is None or row.agency_id in actor.unit_ids


def unit_people(work: Work, context: SheetContext) -> list[int]:
    return people_of_units(work.session, [context.assessment.unit_id], UNIT_PEOPLE)
