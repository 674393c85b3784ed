"""What stands beside a case: windows, rechecks, evidence of the agency, and what may be added to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.db.clock import Clock
from app.db.holidays import holidays_of
from app.db.session import reading
from app.domain import policy
from app.domain.campaign import Answerable
from app.domain.policy import Actor, Permission
from app.domain.terms import Stage
from app.services.agency_evidence import AgencyEvidenceLine, agency_lines
from app.services.context import find_assessment, see, sheet_context
from app.services.rechecks import RecheckLine, recheck_lines
from app.services.windows import WindowLine, WindowStatus, window_lines


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Beside one leaf. `request_due`: the term a request would run now; None where none may be made any more."""

    windows: tuple[WindowLine, ...]
    rechecks: tuple[RecheckLine, ...]
    evidence: tuple[AgencyEvidenceLine, ...]
    request_due: dt.datetime | None
    answerable: Answerable
    may_add: bool
    may_order: bool


@dataclass(frozen=True, slots=True)
class UnitFile:
    """Beside a unit's answers: its windows, its rechecks with whether it may ask for one, what the agencies brought."""

    windows: tuple[WindowLine, ...]
    rechecks: tuple[RecheckLine, ...]
    evidence: tuple[AgencyEvidenceLine, ...]
    leaves: tuple[tuple[str, str], ...]
    may_ask: bool


def case_file(assessment_id: int, code: str, *, actor: Actor, clock: Clock) -> CaseFile:
    """Return what stands beside one leaf, as far as the actor may read it. Raises NotFound."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        subject, policies = context.subject(code), context.policies
        first = context.stage is Stage.FIRST_APPRAISAL
        due = policies.request_due(context.now, holidays=holidays_of(session)) if first else None
        may_add = policy.allows(actor, Permission.AGENCY_EVIDENCE_ADD, subject)
        may_order = policy.allows(actor, Permission.RECHECK_ORDER, subject)
        windows = window_lines(session, context)
        return CaseFile(
            windows=tuple(line for line in windows if line.leaf in {"", code} and line.status is WindowStatus.OPEN),
            rechecks=tuple(recheck_lines(session, context, actor, code)),
            evidence=tuple(agency_lines(session, context, actor, code)),
            request_due=due,
            answerable=policies.request_answerable,
            may_add=may_add,
            may_order=may_order,
        )


def unit_file(assessment_id: int, *, actor: Actor, clock: Clock) -> UnitFile:
    """Return what stands beside a whole sheet, as far as the actor may read it. Raises NotFound."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        may_ask = policy.allows(actor, Permission.RECHECK_ASK, context.subject())
        return UnitFile(
            windows=tuple(window_lines(session, context)),
            rechecks=tuple(recheck_lines(session, context, actor, None)),
            evidence=tuple(agency_lines(session, context, actor, None)),
            leaves=tuple((leaf.code, leaf.title) for leaf in context.own_leaves),
            may_ask=may_ask,
        )
