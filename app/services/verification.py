"""`flask results verify`: every edition against its snapshot and the audit trail, the one in force from raw answers."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.audit import AuditEvent
from app.db.campaigns import GroupStage
from app.db.queries.trees import nodes_of_set
from app.db.results import Publication, PublishedResult, StageAct
from app.domain.campaign import Policies
from app.domain.criteria import Tree
from app.domain.errors import DomainError
from app.domain.points import plain
from app.services.campaign_opening import content_hash, content_of
from app.services.edition_order import with_kept
from app.services.edition_recount import edition_figure_faults
from app.services.edition_trail import annulment_faults, editions_gone, name_of, published_events, witness_faults
from app.services.group_context import GroupContext, group_context
from app.services.pins import canonical, digest
from app.services.publication import in_force
from app.services.recount import answer_faults
from app.services.results import SCORED, UnitResult, unit_results
from app.services.snapshots import snapshot_of
from app.storage.blobs import BlobDamaged, BlobMissing, BlobStore

#: what a unit's part of a snapshot holds leaf by leaf
BY_LEAF = frozenset(
    "leaves branches presence claims verdicts ballots entered self proofs exempt indexes".split()  # noqa: SIM905
)


def verify_publications(session: Session, store: BlobStore, now: dt.datetime) -> tuple[int, list[str]]:
    """Check every edition, recompute those in force from raw answers; return how many groups, and every difference.

    Every edition, superseded ones too, is counted again from what it kept itself: sums, indexes, classes, positions,
    and the positions it says it took over from the one before. What the audit trail says was published, or annulled,
    has to be there.
    """
    rows = session.scalars(select(Publication).order_by(Publication.group_stage_id, Publication.edition)).all()
    events = published_events(session)
    found = [*editions_gone(session, rows, events), *annulment_faults(session, rows)]
    kept = {(row.group_stage_id, row.edition): row.snapshot for row in rows}
    for row in rows:
        before = kept.get((row.group_stage_id, row.edition - 1))
        told = events.get(str(row.id), ())
        faults = [*_edition_faults(row, told, store), *edition_figure_faults(row.snapshot, before)]
        if in_force(session, row.group_stage) is row:
            faults += _recomputed(session, row, now)
        found += [f"{name_of(row)}: {words}" for words in faults]
    groups = {row.group_stage_id: row.group_stage for row in rows}
    found += [words for group in groups.values() for words in _stage_faults(session, group)]
    return len(groups), found


def _stage_faults(session: Session, group: GroupStage) -> Iterator[str]:
    """A group stands where its last act left it; what moved units alone moved no group."""
    acts = select(StageAct).where(StageAct.group_stage_id == group.id).order_by(StageAct.id.desc())
    act = next((row for row in session.scalars(acts) if "alone" not in row.named), None)
    if act is not None and act.to_stage is not group.stage:
        name = f"{group.campaign.code}/{group.group.code}"
        yield f"{name}: stands at {group.stage}, its last act left it at {act.to_stage}"


def _edition_faults(row: Publication, told: Sequence[AuditEvent], store: BlobStore) -> Iterator[str]:
    """Name what of an edition's own rows and paper is not what was published."""
    if digest(row.snapshot) != row.snapshot_sha256:
        yield "the snapshot is not what was hashed"
    kept: dict[str, Any] = json.loads(row.snapshot)
    decision, paper = kept.get("decision", {}), kept.get("paper", {})
    for name, stored, printed in (
        ("edition", row.edition, kept.get("edition")),
        ("decision number", row.decision_number, decision.get("number")),
        ("decision day", row.decided_on.isoformat(), decision.get("on")),
        ("signer", row.signer, decision.get("signer")),
        ("paper", row.pdf_sha256, paper.get("sha256")),
    ):
        if stored != printed:
            yield f"{name}: stored {stored}, the snapshot says {printed}"
    yield from witness_faults(row, told, decision.get("authority", ""))
    yield from _paper_faults(row, store)
    yield from _row_faults(row.rows, {each["unit"]: each for each in kept["units"]})


def _paper_faults(row: Publication, store: BlobStore) -> Iterator[str]:
    try:
        with store.open(row.pdf_sha256) as paper:
            if hashlib.sha256(paper.read()).hexdigest() != row.pdf_sha256:
                yield f"the paper {row.pdf_sha256} is damaged"
    except (BlobMissing, BlobDamaged):
        yield f"the paper {row.pdf_sha256} is missing or damaged"


def _row_faults(rows: list[PublishedResult], units: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Compare the published rows with the snapshot's units."""
    stored = {row.unit.code: _row(row) for row in rows}
    for unit in sorted({*stored, *units}):
        if unit not in stored or unit not in units:
            yield f"{unit} published row: {'missing' if unit in units else 'not in the snapshot'}"
            continue
        for name, value in stored[unit].items():
            if value != units[unit].get(name):
                yield f"{unit} published row {name}: stored {value}, the snapshot says {units[unit].get(name)}"


def _row(row: PublishedResult) -> dict[str, Any]:
    figures = {
        "obtained": row.obtained,
        "attainable": row.attainable,
        "bonus": row.bonus,
        "penalty": row.penalty,
        "index": row.index_percent,
    }
    texts = {name: None if value is None else plain(value) for name, value in figures.items()}
    return {"standing": row.standing, **texts, "class": row.grade, "position": row.position}


def _recomputed(session: Session, row: Publication, now: dt.datetime) -> list[str]:
    """Recompute the edition from the set as it stands in the database and from raw answers."""
    group, then = row.group_stage, json.loads(row.snapshot)
    found = list(_set_faults(group, then["set"]))
    try:
        tree = Tree(tuple(nodes_of_set(session, group.set_id)))
        context = group_context(session, group, now, tree=tree)
        again = snapshot_of(session, context, _results_again(context, then), now)
        found += answer_faults(session, context)
    except (DomainError, KeyError, TypeError, ValueError) as broken:
        return [*found, f"cannot be recomputed: {broken}"]
    if canonical(_settings(then)) != canonical(_settings(again)):
        found.append("settings differ")
    if "items" in then and canonical({"": then["items"]}) != canonical({"": again["items"]}):
        found.append("items of bonus and penalty differ")
    gone = {context.assessments[number].unit.code for number in context.annulled}
    return [*found, *_unit_faults(then["units"], {each["unit"]: each for each in again["units"]}, gone)]


def _results_again(context: GroupContext, then: Mapping[str, Any]) -> list[UnitResult]:
    """Return the table from raw answers, with the positions the edition took over put back."""
    kept = then.get("positions", {}).get("kept", {})
    policies = context.policies
    return with_kept(unit_results(context), kept, policies.rank_on, capped=policies.cap_index)


def _settings(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a snapshot with every policy: one that did not exist then stood at its default."""
    settings = snapshot["settings"]
    return {**settings, "policies": Policies.from_json(settings["policies"]).to_json()}


def _set_faults(group: GroupStage, then: Mapping[str, Any]) -> Iterator[str]:
    """Compare the set's own hash, its content now and its content when it was published."""
    now, code = content_hash(group.criteria_set), group.criteria_set.code
    for where, said in (("its stored hash", group.criteria_set.content_sha256), ("the snapshot", then["sha256"])):
        if now != said:
            yield f"set {code}: the content hashes to {now}, {where} says {said}"
    nodes = {node["code"]: node for node in content_of(group.criteria_set)}
    was = then.get("criteria")
    if was is None:
        yield f"set {code}: the snapshot keeps no criteria"
        return
    for criterion in sorted({*nodes, *was}):
        old, new = was.get(criterion, {}), nodes.get(criterion, {})
        changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        if changed:
            yield f"set {code} criterion {criterion}: {', '.join(changed)} changed"


def _unit_faults(
    then: list[dict[str, Any]], now: Mapping[str, Mapping[str, Any]], gone: Collection[str]
) -> Iterator[str]:
    """Compare leaf, branch, index, class and position; a unit that had no place and has none yet is nobody's fault.

    Units of `gone` were annulled since: they are counted from what the edition kept, and so are all positions then.
    """
    for was in then:
        unit, again = was["unit"], now.get(was["unit"], {})
        if unit in gone or (was["standing"] not in SCORED and again.get("standing") not in SCORED):
            continue
        for name, old in was.items():
            if gone and name == "position":
                continue
            new = again.get(name)
            if name not in BY_LEAF:
                pairs = [(f"{unit} {name}", old, new)]
            else:
                known = new or {}
                pairs = [(f"{unit} {code} {name}", old.get(code), known.get(code)) for code in sorted({*old, *known})]
            for what, before, after in pairs:
                if canonical({"": before}) != canonical({"": after}):
                    yield f"{what}: published {before}, recomputed {after}"
