"""New versions of a set and copies for another year: drafts with their origin, the reason, and a mapping kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.db.clock import Clock
from app.db.criteria import CriteriaSet
from app.db.identity import LegalBasis
from app.db.session import Work, reading, unit_of_work
from app.db.versions import CriterionMapping
from app.domain import policy
from app.domain.errors import Conflict, InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.set_mapping import Confidence
from app.domain.terms import SetStatus
from app.services.seed_sets import copy_set

#: what the columns hold
CODE_LIMIT, NAME_LIMIT = 64, 400
YEARS = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class SetHead:
    """A set as lists and headings name it."""

    id: int
    code: str
    number: int
    name: str
    year: int
    status: SetStatus
    reason: str
    legal_basis: str
    legal_basis_id: int | None
    previous_id: int | None

    @property
    def frozen(self) -> bool:
        return self.status is SetStatus.FROZEN


def head_of(row: CriteriaSet) -> SetHead:
    return SetHead(
        id=row.id,
        code=row.code,
        number=row.version_number,
        name=row.name,
        year=row.year,
        status=row.status,
        reason=row.reason,
        legal_basis="" if row.legal_basis is None else str(row.legal_basis),
        legal_basis_id=row.legal_basis_id,
        previous_id=row.previous_id,
    )


def found_set(session: Session, set_id: int) -> CriteriaSet:
    """Return a set. Raises NotFound("set_unknown")."""
    row = session.get(CriteriaSet, set_id)
    if row is None:
        raise NotFound("set_unknown", set=set_id)
    return row


def set_head(set_id: int, *, actor: Actor) -> SetHead:
    """Return the head of one set. Raises Forbidden, NotFound."""
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    with reading() as session:
        return head_of(found_set(session, set_id))


def versions_of(set_id: int, *, actor: Actor) -> list[SetHead]:
    """Return the set, its other versions, the set it was made from and those made from it; newest first."""
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    with reading() as session:
        row = found_set(session, set_id)
        near = [CriteriaSet.code == row.code, CriteriaSet.previous_id == row.id]
        if row.previous_id is not None:
            near.append(CriteriaSet.id == row.previous_id)
        order = (CriteriaSet.year.desc(), CriteriaSet.code, CriteriaSet.version_number.desc())
        return [head_of(each) for each in session.scalars(select(CriteriaSet).where(or_(*near)).order_by(*order))]


def all_sets(*, actor: Actor) -> list[SetHead]:
    """Return every set, newest first, to compare with."""
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    with reading() as session:
        return [head_of(each) for each in session.scalars(select(CriteriaSet).order_by(CriteriaSet.id.desc()))]


def legal_bases(*, actor: Actor) -> Sequence[tuple[int, str]]:
    """Return the documents a set or a version of one may rest on, newest first."""
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    with reading() as session:
        rows = session.scalars(select(LegalBasis).order_by(LegalBasis.issued_on.desc(), LegalBasis.id.desc()))
        return [(row.id, str(row)) for row in rows]


def new_version(set_id: int, reason: str, legal_basis_id: int | None, *, actor: Actor, clock: Clock) -> int:
    """Copy a frozen set as the draft of its next version; return the draft's id.

    Raises: Forbidden, NotFound, InputInvalid version_without_reason, legal_basis_missing, set_is_draft (a draft is
    changed as it stands), Conflict draft_version_exists.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.SET_CONFIGURE, Subject())
        source = found_set(work.session, set_id)
        if not reason.strip():
            raise InputInvalid("version_without_reason", field="reason")
        basis = _basis(work.session, legal_basis_id)
        if source.status is SetStatus.DRAFT:
            raise InputInvalid("set_is_draft", set=source.code)
        versions = _versions_locked(work.session, source.code)
        draft = next((row for row in versions if row.status is SetStatus.DRAFT), None)
        if draft is not None:
            raise Conflict("draft_version_exists", set=draft.code, version=draft.version_number)
        number = max(row.version_number for row in versions) + 1
        made = copied_in(work, source, source.code, number)
        made.reason, made.legal_basis = reason.strip(), basis
        _audit_made(work, "version_made", made, source)
        return made.id


def copy_for_year(
    set_id: int,
    code: str,
    year: int,
    name: str,
    *,
    actor: Actor,
    clock: Clock,
) -> int:
    """Copy a set, whatever its state, as the draft of another year under a code of its own; return the draft's id.

    The legal basis is left open: another year has another decision.
    Raises: Forbidden, NotFound, InputInvalid set_code_missing, code_exists, year_impossible,
    set_name_missing.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.SET_CONFIGURE, Subject())
        source = found_set(work.session, set_id)
        wanted = code.strip()
        if not wanted or len(wanted) > CODE_LIMIT:
            raise InputInvalid("set_code_missing", field="code", limit=CODE_LIMIT)
        if not name.strip() or len(name.strip()) > NAME_LIMIT:
            raise InputInvalid("set_name_missing", field="name", limit=NAME_LIMIT)
        if year not in YEARS:
            raise InputInvalid("year_impossible", field="year", year=year)
        if work.session.scalar(select(func.count(CriteriaSet.id)).where(CriteriaSet.code == wanted)):
            raise InputInvalid("code_exists", field="code", code=wanted)
        made = copied_in(work, source, wanted, 1)
        made.name, made.year, made.legal_basis = name.strip(), year, None
        _audit_made(work, "set_copied", made, source)
        return made.id


def _basis(session: Session, legal_basis_id: int | None) -> LegalBasis:
    basis = None if legal_basis_id is None else session.get(LegalBasis, legal_basis_id)
    if basis is None:
        raise InputInvalid("legal_basis_missing", field="legal_basis")
    return basis


def _versions_locked(session: Session, code: str) -> Sequence[CriteriaSet]:
    """Return every version of a code, held: two people never make the same next one."""
    statement = select(CriteriaSet).where(CriteriaSet.code == code).order_by(CriteriaSet.id)
    return session.scalars(statement.with_for_update(of=CriteriaSet)).all()


def copied_in(work: Work, source: CriteriaSet, code: str, number: int) -> CriteriaSet:
    """Copy tree, rules, sentences and findings; each new criterion knows beyond doubt which one it was made from."""
    made = copy_set(work.session, source, code, number)
    made.previous = source
    work.session.flush()
    for old, new in zip(source.criteria, made.criteria, strict=True):
        work.session.add(
            CriterionMapping(
                set_id=made.id,
                old_criterion_id=old.id,
                new_criterion_id=new.id,
                how=Confidence.COPIED,
                confirmed=True,
            ),
        )
    return made


def _audit_made(work: Work, action: str, made: CriteriaSet, source: CriteriaSet) -> None:
    work.session.flush()
    new = {
        "code": made.code,
        "version_number": made.version_number,
        "year": made.year,
        "previous_id": source.id,
        "legal_basis_id": made.legal_basis_id,
    }
    work.audit("house", action, "criteria_set", made.id, new=new, note=made.reason)
