"""Two sets side by side: what differs, and which criterion is which; the mapping is kept with a draft, by hand too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.clock import Clock
from app.db.criteria import CriteriaSet
from app.db.queries.trees import criterion_ids
from app.db.queries.versions import described_of_set, kept_mapping, mapping_between
from app.db.session import Work, reading, unit_of_work
from app.db.versions import CriterionMapping
from app.domain import policy
from app.domain.errors import Conflict, InputInvalid
from app.domain.policy import Actor, Permission, Subject
from app.domain.set_diff import ChangeKind, Described, Difference, counted, differences
from app.domain.set_mapping import Confidence, Match, automatic_mapping
from app.domain.terms import SetStatus
from app.services.set_versions import SetHead, found_set, head_of


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sets and what differs. `kept`: the mapping is kept with them; else it was found just now."""

    old: SetHead
    new: SetHead
    found: tuple[Difference, ...]
    counts: Mapping[ChangeKind, int]
    kept: bool


@dataclass(frozen=True, slots=True)
class MappedRow:
    """One criterion of the new set beside its origin; `new` None: a criterion that is gone."""

    old: Described | None
    new: Described | None
    how: Confidence = Confidence.NONE
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class MappingView:
    """The mapping of a set: what waits for a person first, then what is new or gone, then the rest, as on paper."""

    old: SetHead
    new: SetHead
    rows: tuple[MappedRow, ...]
    old_rows: tuple[Described, ...]
    editable: bool

    @property
    def doubtful(self) -> int:
        return sum(row.doubtful for row in self.rows)


def in_order(set_id: int, other_id: int, *, actor: Actor) -> tuple[int, int]:
    """Return the two sets, the one that comes from the other last; of two strangers the younger year."""
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    with reading() as session:
        one, other = found_set(session, set_id), found_set(session, other_id)
        if mapping_between(session, other.id, one.id) is not None:
            return other.id, one.id
        if mapping_between(session, one.id, other.id) is not None:
            return one.id, other.id
        pair = sorted((one, other), key=lambda row: (row.year, row.version_number, row.id))
        return pair[0].id, pair[1].id


def diff_of(old_id: int, new_id: int, *, actor: Actor) -> Comparison:
    """Return what differs between two sets. Raises Forbidden, NotFound, InputInvalid("set_with_itself")."""
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    if old_id == new_id:
        raise InputInvalid("set_with_itself")
    with reading() as session:
        old, new = found_set(session, old_id), found_set(session, new_id)
        kept = mapping_between(session, old.id, new.id)
        before, after = described_of_set(session, old.id), described_of_set(session, new.id)
        mapping = kept if kept is not None else pairs_of(automatic_mapping(before, after))
        found = differences(before, after, mapping)
        return Comparison(head_of(old), head_of(new), found, counted(found), kept is not None)


def pairs_of(matches: Collection[Match]) -> dict[str, str]:
    return {match.old: match.new for match in matches if match.old is not None}


def mapping_of(set_id: int, *, actor: Actor) -> MappingView:
    """Return the mapping kept with a set. Raises Forbidden, NotFound, InputInvalid("set_without_origin")."""
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    with reading() as session:
        new = found_set(session, set_id)
        old = _origin(session, new)
        before, after = described_of_set(session, old.id), described_of_set(session, new.id)
        kept = {code: (origin, row) for origin, code, row in kept_mapping(session, new.id)}
        origins = {row.code: row for row in before}
        rows = [_mapped(row, kept, origins) for row in after]
        taken = {origin for origin, _row in kept.values()}
        rows += [MappedRow(row, None) for row in before if row.code not in taken]
        rows.sort(key=lambda row: (not row.doubtful, row.how is not Confidence.NONE))
        editable = new.status is SetStatus.DRAFT
        return MappingView(head_of(old), head_of(new), tuple(rows), tuple(before), editable)


def _mapped(
    row: Described,
    kept: Mapping[str, tuple[str, CriterionMapping]],
    origins: Mapping[str, Described],
) -> MappedRow:
    if row.code not in kept:
        return MappedRow(None, row)
    origin, stored = kept[row.code]
    return MappedRow(origins[origin], row, stored.how, not stored.confirmed)


def link_previous(new_id: int, old_id: int, *, actor: Actor, clock: Clock) -> int:
    """Keep `old_id` as what a draft comes from, with the mapping found by itself; return how many are doubtful.

    For a set that was read from a paper or copied elsewhere. What was mapped before is found anew.
    Raises: Forbidden, NotFound, InputInvalid set_with_itself, set_follows_itself, Conflict set_frozen.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.SET_CONFIGURE, Subject())
        session = work.session
        new, old = _draft(session, new_id), found_set(session, old_id)
        if new.id == old.id:
            raise InputInvalid("set_with_itself")
        if mapping_between(session, new.id, old.id) is not None:
            raise InputInvalid("set_follows_itself", set=old.code)
        for _before, _after, row in kept_mapping(session, new.id):
            session.delete(row)
        was, new.previous_id = new.previous_id, old.id
        session.flush()
        matches = automatic_mapping(described_of_set(session, old.id), described_of_set(session, new.id))
        before, after = criterion_ids(session, old.id), criterion_ids(session, new.id)
        for match in matches:
            if match.old is not None:
                session.add(_row(new, before[match.old], after[match.new], match))
        said = {"previous_id": old.id, "criteria": len(pairs_of(matches))}
        work.audit("house", "mapping_found", "criteria_set", new.id, old={"previous_id": was}, new=said)
        return sum(match.doubtful for match in matches)


def _row(new: CriteriaSet, before: int, after: int, match: Match) -> CriterionMapping:
    return CriterionMapping(
        set_id=new.id,
        old_criterion_id=before,
        new_criterion_id=after,
        how=match.how,
        confirmed=not match.doubtful,
    )


def remap(new_set_id: int, old_code: str, new_code: str, *, actor: Actor, clock: Clock) -> None:
    """Say that `new_code` is what `old_code` was; an empty `old_code` says it is new. Raises like correct_mapping."""
    correct_mapping(new_set_id, {new_code: old_code}, frozenset(), actor=actor, clock=clock)


def correct_mapping(
    new_set_id: int,
    origins: Mapping[str, str],
    sure: Collection[str],
    *,
    actor: Actor,
    clock: Clock,
) -> int:
    """Correct the origins of criteria, all or none; `origins`: new code → old code ("": none); return how many changed.

    `sure`: new codes whose match stands as it was found, and is confirmed.
    Raises: Forbidden, NotFound, Conflict set_frozen, InputInvalid set_without_origin, criterion_unknown, mapping_twice.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.SET_CONFIGURE, Subject())
        new = _draft(work.session, new_set_id)
        old = _origin(work.session, new)
        kept = {code: (origin, row) for origin, code, row in kept_mapping(work.session, new.id)}
        present = {code: origin for code, (origin, _row) in kept.items()}
        changed = {code: origin.strip() for code, origin in origins.items() if origin.strip() != present.get(code, "")}
        ids = (criterion_ids(work.session, old.id), criterion_ids(work.session, new.id))
        _refuse_wrong(present | changed, changed, ids)
        confirmed = [code for code in sure if code in kept and code not in changed and not kept[code][1].confirmed]
        for code in confirmed:
            kept[code][1].confirmed = True
        _write(work, new, changed, kept, ids)
        if changed or confirmed:
            said = {code: present.get(code, "") for code in sorted({*changed, *confirmed})}
            now = {code: changed.get(code, present.get(code, "")) for code in said}
            work.audit(
                "house", "mapping_corrected", "criteria_set", new.id, old={"mapping": said}, new={"mapping": now}
            )
        return len(changed) + len(confirmed)


def _refuse_wrong(
    whole: Mapping[str, str],
    changed: Mapping[str, str],
    ids: tuple[Mapping[str, int], Mapping[str, int]],
) -> None:
    before, after = ids
    for code, origin in changed.items():
        if code not in after:
            raise InputInvalid("criterion_unknown", criterion=code)
        if origin and origin not in before:
            raise InputInvalid("criterion_unknown", criterion=origin)
    taken: dict[str, str] = {}
    for code, origin in whole.items():
        if origin and origin in taken:
            raise InputInvalid("mapping_twice", criterion=origin, first=taken[origin], second=code)
        taken[origin] = code


def _write(
    work: Work,
    new: CriteriaSet,
    changed: Mapping[str, str],
    kept: Mapping[str, tuple[str, CriterionMapping]],
    ids: tuple[Mapping[str, int], Mapping[str, int]],
) -> None:
    for code in changed:
        if code in kept:
            work.session.delete(kept[code][1])
    work.session.flush()  # an origin is free before another criterion takes it
    for code, origin in changed.items():
        if origin:
            by_hand = Match(origin, code, Confidence.BY_HAND)
            work.session.add(_row(new, ids[0][origin], ids[1][code], by_hand))


def _draft(session: Session, set_id: int) -> CriteriaSet:
    """Return a draft, held. Raises NotFound, Conflict("set_frozen")."""
    found_set(session, set_id)
    row = session.scalars(
        select(CriteriaSet).where(CriteriaSet.id == set_id).with_for_update(of=CriteriaSet),
    ).one()
    if row.status is SetStatus.FROZEN:
        raise Conflict("set_frozen", set=row.code)
    return row


def _origin(session: Session, new: CriteriaSet) -> CriteriaSet:
    if new.previous_id is None:
        raise InputInvalid("set_without_origin", set=new.code)
    return found_set(session, new.previous_id)
