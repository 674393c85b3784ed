"""Publish a group's results: snapshot, rows and the exact bytes printed, in one transaction; read them back."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import Campaign, GroupStage
from app.db.clock import Clock
from app.db.identity import Unit
from app.db.queries.result_marks import annulled
from app.db.queries.trees import tree_of_frozen_set
from app.db.results import Publication, PublishedResult
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.campaign import Policies
from app.domain.editions import PositionsAfter, Remarks
from app.domain.errors import InputInvalid, NotFound
from app.domain.jobs import JobKind
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import GroupAction, Stage
from app.reports.papers import pdf, xlsx
from app.services.decisions import check_decision_day, check_number
from app.services.edition_acts import move, subject_of_edition
from app.services.edition_order import EditionOrder, editions_of, next_order
from app.services.group_acts import Act
from app.services.group_context import GroupContext, find_group, group_context
from app.services.jobs import enqueue
from app.services.papers import (
    Decision,
    RankingFacts,
    Translate,
    fields_document,
    ranking_document,
)
from app.services.pins import canonical, digest
from app.services.results import UnitResult, fields_of, unit_results
from app.services.snapshots import Edition, Printed, edition_of, printed_of, snapshot_of, with_annulled, without_result
from app.storage.blobs import BlobStore

PAPER_LIMIT = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Publish:
    """The decision the results are published under."""

    group_stage_id: int
    number: str
    decided_on: dt.date
    authority: str
    signer: str
    place: str = ""


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
class GroupHead:
    """One line of the list of results."""

    group_stage_id: int
    campaign: str
    group: str
    stage: Stage
    publication: PublicationView | None


@dataclass(frozen=True, slots=True)
class RankingView:
    """The ranking of one group: of the edition in force, or (no `publication`) as it would be were it published now."""

    group_stage_id: int
    campaign: str
    group: str
    stage: Stage
    decimals: int
    sample_bands: bool
    results: tuple[UnitResult, ...]
    fields: tuple[tuple[str, str], ...]
    publication: PublicationView | None
    facts: RankingFacts


def publish(
    command: Publish,
    *,
    store: BlobStore,
    translate: Translate,
    actor: Actor,
    clock: Clock,
    also: Callable[[Work], None] = lambda _work: None,
) -> int:
    """Publish the next edition; return its number. `also` is done in the same transaction, at its end.

    Raises: NotFound, Forbidden, TransitionRefused, InputInvalid("document_number_unreadable", "signer_missing").
    """
    decision = decision_of(command)
    with unit_of_work(actor=actor, clock=clock) as work:
        group = find_group(work.session, command.group_stage_id, lock=True)
        context = group_context(work.session, group, work.now)
        policy.require(actor, Permission.GROUP_PUBLISH, subject_of_edition(context))
        check_decision_day(command.decided_on, work.now)
        order = next_order(work.session, context)
        facts = _facts(group, (order.previous or 0) + 1, decision, order)
        kept = store.put(io.BytesIO(pdf(ranking_document(order.results, facts, translate))), limit=PAPER_LIMIT)
        content = snapshot_of(work.session, context, order.results, work.now) | {"positions": order.as_kept()}
        text = canonical(content | printed_of(Printed(facts, kept.sha256)))
        publication = _publication(work, group, Printed(facts, kept.sha256), text)
        publication.rows = [_row(context, each) for each in order.results]
        work.session.add(publication)
        move(work, context, order, Act(GroupAction.PUBLISH, command.number.strip()))
        said = witness_of(publication, command.authority.strip())
        work.audit(f"campaign:{group.campaign_id}", "edition_published", "publication", publication.id, new=said)
        told = {"group_stage_id": group.id, "edition": publication.edition}
        enqueue(work, JobKind.PUBLICATION_NOTICES, told, key=f"published:{publication.id}")
        also(work)
        return publication.edition


#: letters the paper has room for
_ROOM = {"number": 64, "authority": 200, "signer": 200, "place": 80}


def decision_of(command: Publish) -> Decision:
    """Return the decision as the paper prints it. Raises InputInvalid, naming what cannot be read."""
    check_number(command.number)
    if not command.signer.strip() or not command.authority.strip():
        raise InputInvalid("signer_missing", field="signer")
    for name, most in _ROOM.items():
        if len(getattr(command, name)) > most:
            raise InputInvalid("text_too_long", field=name, most=most)
    return Decision(
        number=command.number.strip(),
        on=command.decided_on,
        authority=command.authority.strip(),
        signer=command.signer.strip(),
        place=command.place.strip(),
    )


def _publication(work: Work, group: GroupStage, printed: Printed, text: str) -> Publication:
    facts, decision = printed.facts, printed.facts.decision
    assert facts.edition is not None
    assert decision is not None
    return Publication(
        group_stage_id=group.id,
        edition=facts.edition,
        decision_number=decision.number,
        decided_on=decision.on,
        signer=decision.signer,
        at=work.now,
        by_id=work.acting.user_id,
        snapshot=text,
        snapshot_sha256=digest(text),
        pdf_sha256=printed.pdf_sha256,
    )


def witness_of(row: Publication, authority: str) -> dict[str, Any]:
    """Return what the audit trail says of an edition: its hashes cannot be rewritten without breaking the chain."""
    return {
        "group_stage_id": row.group_stage_id,
        "edition": row.edition,
        "number": row.decision_number,
        "decided_on": row.decided_on.isoformat(),
        "authority": authority,
        "signer": row.signer,
        "snapshot_sha256": row.snapshot_sha256,
        "pdf_sha256": row.pdf_sha256,
    }


def _facts(
    group: GroupStage, edition: int | None, decision: Decision | None, order: EditionOrder | None = None
) -> RankingFacts:
    indexes = Policies.from_json(group.campaign.policies).indexes
    keeps = order is not None and order.mode is PositionsAfter.KEPT
    remarks = Remarks() if order is None else order.remarks
    return RankingFacts(
        issuer=group.council.name,
        campaign=group.campaign.name,
        group=group.group.name,
        decimals=group.campaign.decimals,
        sample_bands=any(band.sample for band in group.campaign.bands),
        edition=edition,
        decision=decision,
        indexes=tuple((spec.code, spec.name) for spec in indexes),
        kept_from=order.previous if order is not None and keeps else None,
        empty=remarks.empty,
        shared=remarks.shared,
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


def in_force(session: Session, group: GroupStage) -> Publication | None:
    """Return the newest edition of a published group; None where results are, or are again, provisional."""
    editions = editions_of(session, group.id) if group.stage is Stage.PUBLISHED else []
    return editions[-1] if editions else None


def rankings(*, actor: Actor) -> list[GroupHead]:
    """Return every group whose ranking the actor may read, newest campaign first."""
    with reading() as session:
        statement = select(GroupStage).join(GroupStage.campaign).order_by(Campaign.id.desc(), GroupStage.id)
        groups = [group for group in session.scalars(statement) if group.campaign.opened_at is not None]
        return [
            GroupHead(
                group_stage_id=group.id,
                campaign=group.campaign.name,
                group=group.group.name,
                stage=group.stage,
                publication=view_of(in_force(session, group)),
            )
            for group in groups
            if _may_read(group, actor)
        ]


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


def results_shown(session: Session, group: GroupStage, now: dt.datetime) -> Edition:
    """Return the group's table: as the edition in force printed it, or, while there is none, as it stands."""
    publication = in_force(session, group)
    if publication is None:
        return Edition(_facts(group, None, None), tuple(unit_results(group_context(session, group, now))))
    statement = select(Unit.code, Assessment.id).join(Assessment.unit).where(Assessment.group_stage_id == group.id)
    assessments = {row.code: row.id for row in session.execute(statement)}
    edition = edition_of(publication.snapshot, tree_of_frozen_set(session, group.set_id), assessments)
    return with_annulled(edition, annulled_in(session, group))


def annulled_in(session: Session, group: GroupStage) -> frozenset[int]:
    """Return the sheets of a group whose published result was annulled and that are being appraised again."""
    rows = session.scalars(select(Assessment).where(Assessment.group_stage_id == group.id))
    return annulled(session, {row.id: row for row in rows})


def annulled_units(session: Session, group: GroupStage) -> frozenset[int]:
    """Return the units whose published result in a group was annulled and that no edition has taken in again."""
    sheets = select(Assessment.unit_id).where(Assessment.id.in_(annulled_in(session, group)))
    return frozenset(session.scalars(sheets))


def _ranking(session: Session, group: GroupStage, now: dt.datetime) -> RankingView:
    shown = results_shown(session, group, now)
    return RankingView(
        group_stage_id=group.id,
        campaign=shown.facts.campaign,
        group=shown.facts.group,
        stage=group.stage,
        decimals=shown.facts.decimals,
        sample_bands=shown.facts.sample_bands,
        results=shown.results,
        fields=_fields(session, group),
        publication=view_of(in_force(session, group)),
        facts=shown.facts,
    )


def _fields(session: Session, group: GroupStage) -> tuple[tuple[str, str], ...]:
    tree = tree_of_frozen_set(session, group.set_id)
    return tuple((code, tree.node(code).title) for code in fields_of(tree))


def view_of(row: Publication | None) -> PublicationView | None:
    """Return an edition as the pages show it."""
    if row is None:
        return None
    return PublicationView(
        edition=row.edition,
        number=row.decision_number,
        decided_on=row.decided_on,
        signer=row.signer,
        at=row.at,
        snapshot_sha256=row.snapshot_sha256,
        pdf_sha256=row.pdf_sha256,
    )


def published_paper(group_stage_id: int, *, store: BlobStore, actor: Actor, edition: int | None = None) -> BinaryIO:
    """Return the exact bytes of an edition, the newest unless one is named. Raises NotFound("not_published")."""
    with reading() as session:
        group = readable_group(session, group_stage_id, actor)
        editions = [row for row in editions_of(session, group.id) if edition in {None, row.edition}]
        if not editions:
            raise NotFound("not_published")
        return store.open(editions[-1].pdf_sha256)


def results_paper(
    group_stage_id: int,
    which: str,
    kind: str,
    *,
    store: BlobStore,
    translate: Translate,
    actor: Actor,
    clock: Clock,
) -> bytes:
    """Return ranking or summary by field as "pdf" or "xlsx": of the edition in force, else provisional.

    The ranking of an edition is the very paper that was published. Raises NotFound.
    """
    if which not in {"ranking", "fields"} or kind not in {"pdf", "xlsx"}:
        raise NotFound("paper_unknown")
    with reading() as session:
        group = readable_group(session, group_stage_id, actor)
        publication = in_force(session, group)
        if publication is not None and (which, kind) == ("ranking", "pdf"):
            with store.open(publication.pdf_sha256) as paper:
                return paper.read()
        shown = results_shown(session, group, clock.read(session))
        if which == "ranking":
            document = ranking_document(shown.results, shown.facts, translate)
        else:
            document = fields_document(shown.results, shown.facts, _fields(session, group), translate)
        return pdf(document) if kind == "pdf" else xlsx(document, sheet_name=document.heading.title)


def exported(campaign_code: str) -> list[dict[str, Any]]:
    """Return the published rows of a campaign, a dictionary each. Raises NotFound; InputInvalid("not_published")."""
    with reading() as session:
        campaign = session.scalars(select(Campaign).where(Campaign.code == campaign_code)).one_or_none()
        if campaign is None:
            raise NotFound("campaign_unknown", code=campaign_code)
        editions = [rows[-1] for group in campaign.groups if (rows := editions_of(session, group.id))]
        if not editions:
            raise InputInvalid("not_published", code=campaign_code)
        published = [(row, json.loads(row.snapshot), annulled_units(session, row.group_stage)) for row in editions]
        codes = {unit.id: unit.code for unit in session.scalars(select(Unit))}
        return [
            {
                **(without_result(each) if each["unit"] in {codes[number] for number in gone} else each),
                "group": row.group_stage.group.name,
                "edition": row.edition,
                "decimals": snapshot["settings"]["decimals"],
            }
            for row, snapshot, gone in published
            for each in snapshot["units"]
        ]
