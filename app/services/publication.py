"""Publish a group's results: snapshot, rows and the exact bytes printed, in one transaction; recompute them."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.campaigns import Campaign, GroupStage
from app.db.clock import Clock
from app.db.results import Publication, PublishedResult
from app.db.session import reading, unit_of_work
from app.domain import policy
from app.domain.errors import InputInvalid, NotFound
from app.domain.evidence_checks import parse_document_number
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import GroupAction, Stage
from app.domain.workflow import Guard
from app.reports.papers import Document, pdf, xlsx
from app.services.group_acts import Act, record
from app.services.group_context import GroupContext, find_group, group_context
from app.services.papers import (
    Decision,
    RankingFacts,
    Translate,
    fields_document,
    ranking_document,
)
from app.services.pins import canonical, digest
from app.services.results import UnitResult, fields_of, snapshot_of, unit_results
from app.storage.blobs import BlobDamaged, BlobMissing, BlobStore

PAPER_LIMIT = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Publish:
    """The decision the results are published under."""

    group_stage_id: int
    number: str
    decided_on: dt.date
    authority: str
    signer: str


@dataclass(frozen=True, slots=True)
class PublicationView:
    """An edition as the pages show it."""

    edition: int
    number: str
    decided_on: dt.date
    signer: str
    at: dt.datetime
    snapshot_sha256: str
    pdf_sha256: str


@dataclass(frozen=True, slots=True)
class RankingView:
    """The ranking of one group: of its newest edition, or as it would be were it published now."""

    group_stage_id: int
    campaign: str
    group: str
    stage: Stage
    decimals: int
    sample_bands: bool
    results: tuple[UnitResult, ...]
    fields: tuple[tuple[str, str], ...]
    publication: PublicationView | None


def publish(command: Publish, *, store: BlobStore, translate: Translate, actor: Actor, clock: Clock) -> int:
    """Publish the next edition; return its number.

    Raises: NotFound, Forbidden, TransitionRefused, InputInvalid("document_number_unreadable", "signer_missing").
    """
    parse_document_number(command.number)
    if not command.signer.strip() or not command.authority.strip():
        raise InputInvalid("signer_missing", field="signer")
    with unit_of_work(actor=actor, clock=clock) as work:
        group = find_group(work.session, command.group_stage_id, lock=True)
        context = group_context(work.session, group, work.now)
        policy.require(actor, Permission.GROUP_PUBLISH, context.subject)
        results = unit_results(context)
        edition = len(_publications(work.session, group.id)) + 1
        decision = Decision(
            command.number.strip(), command.decided_on, command.authority.strip(), command.signer.strip()
        )
        paper = pdf(ranking_document(results, _facts(context, edition), decision, translate))
        kept = store.put(io.BytesIO(paper), limit=PAPER_LIMIT)
        text = canonical(snapshot_of(context, results, at=work.now))
        publication = Publication(
            group_stage_id=group.id,
            edition=edition,
            decision_number=decision.number,
            decided_on=decision.on,
            signer=decision.signer,
            at=work.now,
            by_id=work.acting.user_id,
            snapshot=text,
            snapshot_sha256=digest(text),
            pdf_sha256=kept.sha256,
            rows=[_row(context, each) for each in results],
        )
        work.session.add(publication)
        record(work, context, Act(GroupAction.PUBLISH, decision.number), met=frozenset({Guard.DECISION_GIVEN}))
        return edition


def _facts(context: GroupContext, edition: int) -> RankingFacts:
    campaign = context.group.campaign
    return RankingFacts(
        issuer=context.group.council.name,
        campaign=campaign.name,
        group=context.group.group.name,
        decimals=campaign.decimals,
        sample_bands=any(band.sample for band in campaign.bands),
        edition=edition,
    )


def _row(context: GroupContext, each: UnitResult) -> PublishedResult:
    line = each.row.line
    return PublishedResult(
        unit_id=context.assessments[each.assessment_id].unit_id,
        standing=each.standing,
        obtained=line.obtained,
        attainable=line.attainable,
        bonus=line.bonus,
        penalty=line.penalty,
        index_percent=each.row.index,
        grade=each.row.grade,
        position=each.row.position,
    )


def _publications(session: Session, group_stage_id: int) -> list[Publication]:
    statement = select(Publication).where(Publication.group_stage_id == group_stage_id).order_by(Publication.edition)
    return list(session.scalars(statement))


def rankings(*, actor: Actor, clock: Clock) -> list[RankingView]:
    """Return every group's ranking the actor may read, newest campaign first."""
    with reading() as session:
        now = clock.read(session)
        statement = select(GroupStage).join(GroupStage.campaign).order_by(Campaign.id.desc(), GroupStage.id)
        groups = [group for group in session.scalars(statement) if group.campaign.opened_at is not None]
        return [_ranking(session, group, now) for group in groups if _may_read(group, actor)]


def ranking(group_stage_id: int, *, actor: Actor, clock: Clock) -> RankingView:
    """Return one group's ranking. Raises NotFound where it is not the actor's to read."""
    with reading() as session:
        return _ranking(session, readable_group(session, group_stage_id, actor), clock.read(session))


def readable_group(session: Session, group_stage_id: int, actor: Actor) -> GroupStage:
    """Return a group whose results are the actor's to read. Raises NotFound: the two look alike on purpose."""
    group = find_group(session, group_stage_id)
    if not _may_read(group, actor):
        raise NotFound("group_unknown")
    return group


def _may_read(group: GroupStage, actor: Actor) -> bool:
    subject = Subject(council_id=group.council_id, stage=group.stage, published=group.stage is Stage.PUBLISHED)
    return policy.allows(actor, Permission.RESULT_READ, subject)


def _ranking(session: Session, group: GroupStage, now: dt.datetime) -> RankingView:
    context = group_context(session, group, now)
    editions = _publications(session, group.id)
    return RankingView(
        group_stage_id=group.id,
        campaign=group.campaign.name,
        group=group.group.name,
        stage=group.stage,
        decimals=group.campaign.decimals,
        sample_bands=any(band.sample for band in group.campaign.bands),
        results=tuple(unit_results(context)),
        fields=tuple((code, context.tree.node(code).title) for code in fields_of(context.tree)),
        publication=_view(editions[-1]) if editions else None,
    )


def _view(row: Publication) -> PublicationView:
    return PublicationView(
        edition=row.edition,
        number=row.decision_number,
        decided_on=row.decided_on,
        signer=row.signer,
        at=row.at,
        snapshot_sha256=row.snapshot_sha256,
        pdf_sha256=row.pdf_sha256,
    )


def published_paper(group_stage_id: int, *, store: BlobStore, actor: Actor) -> BinaryIO:
    """Return the exact bytes of the newest edition. Raises NotFound("not_published")."""
    with reading() as session:
        group = readable_group(session, group_stage_id, actor)
        editions = _publications(session, group.id)
        if not editions:
            raise NotFound("not_published")
        return store.open(editions[-1].pdf_sha256)


WORKBOOKS: Mapping[str, Callable[[GroupContext, list[UnitResult], RankingFacts, Translate], Document]] = {
    "ranking": lambda _context, results, facts, translate: ranking_document(results, facts, None, translate),
    "fields": lambda context, results, facts, translate: fields_document(
        results,
        facts,
        [(code, context.tree.node(code).title) for code in fields_of(context.tree)],
        translate,
    ),
}


def results_paper(
    group_stage_id: int,
    which: str,
    kind: str,
    *,
    translate: Translate,
    actor: Actor,
    clock: Clock,
) -> bytes:
    """Return ranking or summary by field as "pdf" or "xlsx", as the group stands. Raises NotFound, Forbidden."""
    if which not in WORKBOOKS or kind not in {"pdf", "xlsx"}:
        raise NotFound("paper_unknown")
    with reading() as session:
        group = readable_group(session, group_stage_id, actor)
        context = group_context(session, group, clock.read(session))
        facts = _facts(context, len(_publications(session, group.id)))
        document = WORKBOOKS[which](context, unit_results(context), facts, translate)
        return pdf(document) if kind == "pdf" else xlsx(document, sheet_name=which)


def verify_publications(session: Session, store: BlobStore, now: dt.datetime) -> tuple[int, list[str]]:
    """Recompute the newest edition of every group from its raw answers; return how many, and every difference."""
    found: list[str] = []
    newest = {row.group_stage_id: row for row in session.scalars(select(Publication).order_by(Publication.edition))}
    for row in newest.values():
        name = f"{row.group_stage.campaign.code}/{row.group_stage.group.code} edition {row.edition}"
        if digest(row.snapshot) != row.snapshot_sha256:
            found.append(f"{name}: the snapshot is not what was hashed")
        found += [f"{name}: {words}" for words in (*_paper_faults(row, store), *_differences(session, row, now))]
    return len(newest), found


def _paper_faults(row: Publication, store: BlobStore) -> list[str]:
    try:
        store.open(row.pdf_sha256).close()
    except (BlobMissing, BlobDamaged):
        return [f"the paper {row.pdf_sha256} is missing or damaged"]
    return []


def _differences(session: Session, row: Publication, now: dt.datetime) -> list[str]:
    context = group_context(session, row.group_stage, now)
    then: dict[str, Any] = json.loads(row.snapshot)
    again = snapshot_of(context, unit_results(context), at=now)
    found = [
        f"{part} differ" for part in ("set", "settings") if canonical({"": then[part]}) != canonical({"": again[part]})
    ]
    units = {each["unit"]: each for each in again["units"]}
    for was in then["units"]:
        is_now = units.get(was["unit"], {})
        found += [
            f"{was['unit']} {name}: published {was[name]}, recomputed {is_now.get(name)}"
            for name in was
            if canonical({"": was[name]}) != canonical({"": is_now.get(name)})
        ]
    return found


def exported(campaign_code: str) -> list[dict[str, Any]]:
    """Return the published rows of a campaign, a dictionary each. Raises NotFound; InputInvalid("not_published")."""
    with reading() as session:
        campaign = session.scalars(select(Campaign).where(Campaign.code == campaign_code)).one_or_none()
        if campaign is None:
            raise NotFound("campaign_unknown", code=campaign_code)
        editions = [rows[-1] for group in campaign.groups if (rows := _publications(session, group.id))]
        if not editions:
            raise InputInvalid("not_published", code=campaign_code)
        published = [(row, json.loads(row.snapshot)) for row in editions]
        return [
            {
                **each,
                "group": row.group_stage.group.name,
                "edition": row.edition,
                "decimals": snapshot["settings"]["decimals"],
            }
            for row, snapshot in published
            for each in snapshot["units"]
        ]
