"""Verdicts of many sheets as they are read, what stands against another one, and many given at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.appraisals import Verdict
from app.db.assessments import Assessment
from app.db.clock import Clock
from app.db.identity import Unit
from app.db.queries.office import names_of
from app.domain import policy
from app.domain.errors import DomainError, NotFound
from app.domain.leaf_acts import LeafActKind, available_leaf_acts
from app.domain.policy import Actor, Permission, Subject
from app.domain.workflow import reads_as
from app.services.appraisal import GiveVerdict, VerdictLine, give_verdict, met_of, minutes_of
from app.services.group_context import GroupContext
from app.services.office import Office


def lines_of(session: Session, verdicts: Iterable[Verdict]) -> Mapping[int, VerdictLine]:
    """Return verdict id → the verdict as read; two statements, however many there are."""
    rows = list(verdicts)
    names = names_of(session, {row.author_id for row in rows})
    agencies = agency_names(session, {row.agency_id for row in rows})
    return {
        row.id: VerdictLine(
            round=row.round,
            decision=row.decision,
            points=row.points,
            claim=row.claim,
            reason=row.reason,
            agency=agencies[row.agency_id],
            by=names[row.author_id],
            at=row.at,
            minutes=minutes_of(row),
            instead_of=row.instead_of,
        )
        for row in rows
    }


def agency_names(session: Session, ids: Iterable[int]) -> Mapping[int, str]:
    """Return unit → name; one statement."""
    statement = select(Unit.id, Unit.name).where(Unit.id.in_(set(ids)))
    return {row.id: row.name for row in session.execute(statement)}


def verdict_subject(context: GroupContext, office: Office, row: Assessment, code: str) -> Subject:
    """Return what the policy is asked about one leaf of a unit, from the facts of its group."""
    agency = context.agencies(row)[code]
    in_phase = context.scoring is not None and context.scoring.contains(context.now)
    return Subject(
        unit_id=row.unit_id,
        council_id=context.group.council_id,
        state=reads_as(
            row.state, ever_submitted=row.id in context.pins, writable=in_phase or context.open_claims(row.id)
        ),
        stage=context.stage_of(row),
        agency_ids=frozenset() if agency is None else frozenset({agency}),
        recused_ids=office.recused.get(row.unit_id, frozenset()),
    )


def verdict_refusal(context: GroupContext, office: Office, row: Assessment, code: str, actor: Actor) -> str | None:
    """Return what stands against a verdict of the actor on one leaf: the same questions `give_verdict` asks."""
    subject = verdict_subject(context, office, row, code)
    forbidden = policy.why_not(actor, Permission.VERDICT_GIVE, subject)
    if forbidden is not None:
        return forbidden
    offers = available_leaf_acts(
        stage=context.stage_of(row),
        standing=context.state(row, code).standing,
        roles=actor.roles_for(subject),
        met=met_of(context, row.id, code),
    )
    return next((offer.refusal for offer in offers if offer.kind is LeafActKind.AGREE), "role_missing")


@dataclass(frozen=True, slots=True)
class ManyGiven:
    """What came of many verdicts at once, by the words each was named with."""

    given: tuple[str, ...]
    refused: tuple[tuple[str, DomainError], ...]


def give_many(commands: Iterable[tuple[str, GiveVerdict]], *, actor: Actor, clock: Clock) -> ManyGiven:
    """Give many verdicts, each named by the words its outcome is told with.

    Each is a verdict and an audit row of its own, in its own transaction: what is refused keeps nothing from the
    others. Raises NotFound where a sheet is not the actor's to judge.
    """
    given: list[str] = []
    refused: list[tuple[str, DomainError]] = []
    for words, command in commands:
        try:
            give_verdict(command, actor=actor, clock=clock)
        except NotFound:
            raise
        except DomainError as refusal:
            refused.append((words, refusal))
        else:
            given.append(words)
    return ManyGiven(tuple(given), tuple(refused))
