"""Each unit's detailed notice (QĐ 1820/QĐ-UBND, Điều 5, bước 7): result, points by field, every lost point and why.

Read from what an edition kept, so that a notice of a superseded edition stays what it was; before publication, for the
council alone, from the results as they stand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.clock import Clock
from app.db.identity import Unit
from app.db.results import Publication
from app.db.session import reading
from app.domain import policy
from app.domain.criteria import Tree
from app.domain.errors import NotFound
from app.domain.points import parse_number, round_half_up
from app.domain.policy import Actor, Permission, Subject
from app.domain.scoring import LeafPresence
from app.domain.terms import AdjustmentKind, Decision, ScoredBy
from app.services.context import find_assessment
from app.services.edition_order import editions_of, next_order
from app.services.group_context import GroupContext, find_group, group_context
from app.services.results import SCORED
from app.services.snapshots import part_of, snapshot_of


@dataclass(frozen=True, slots=True)
class NoticeLoss:
    """A leaf that ended below its maximum. What was said of it is that of the last verdict; none of entered points."""

    code: str
    title: str
    field: str
    maximum: Decimal
    claimed: Decimal | None
    points: Decimal
    lost: Decimal
    scored_by: ScoredBy | None
    decision: Decision | None
    round: int | None
    agency: str
    reason: str
    original: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeField:
    """Points of one branch, of what was attainable there."""

    code: str
    title: str
    obtained: Decimal
    attainable: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One accepted bonus or penalty as it was decided; `code`: its item. "Once a year" and caps come after."""

    kind: AdjustmentKind
    points: Decimal
    reason: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class NoticeLeaf:
    """A leaf that is none of the lost ones but has to be named: exempt, with why; or nothing arose; or not scored."""

    code: str
    title: str
    presence: LeafPresence
    points: Decimal | None = None
    reason: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class NoticeIndex:
    code: str
    name: str
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class UnitNotice:
    """One unit's notice. `edition` None: not published, provisional. `annulled`: of an edition that no longer holds."""

    group_stage_id: int
    assessment_id: int
    issuer: str
    campaign: str
    group: str
    unit: str
    decimals: int
    edition: int | None
    editions: tuple[int, ...]
    decision_number: str
    decided_on: str
    place: str
    authority: str
    signer: str
    standing: str
    annulled: bool
    obtained: Decimal
    attainable: Decimal
    bonus: Decimal
    penalty: Decimal
    index: Decimal
    grade: str
    position: int | None
    ranked: int
    indexes: tuple[NoticeIndex, ...]
    fields: tuple[NoticeField, ...]
    losses: tuple[NoticeLoss, ...]
    items: tuple[NoticeItem, ...]
    others: tuple[NoticeLeaf, ...]


def unit_notice(
    group_stage_id: int, assessment_id: int, *, actor: Actor, clock: Clock, edition: int | None = None
) -> UnitNotice:
    """Return a unit's notice of an edition, the newest that holds its result unless one is named.

    Raises: NotFound where it is not the actor's to read: the unit reads its own once published, the council before.
    """
    with reading() as session:
        assessment = find_assessment(session, assessment_id)
        if assessment.group_stage_id != group_stage_id:
            raise NotFound("assessment_unknown")
        context = group_context(session, find_group(session, group_stage_id), clock.read(session))
        row = context.assessments[assessment_id]
        holding = _holding(session, context, row)
        subject = Subject(
            unit_id=row.unit_id,
            council_id=context.group.council_id,
            stage=context.stage_of(row),
            published=bool(holding),
        )
        if not policy.allows(actor, Permission.NOTICE_READ, subject):
            raise NotFound("assessment_unknown")
        return _notice(session, context, row, holding, edition)


def _holding(session: Session, context: GroupContext, row: Assessment) -> dict[int, Mapping[str, Any]]:
    """Return the snapshots that hold a result of the unit, by edition."""
    found: dict[int, Mapping[str, Any]] = {}
    for publication in editions_of(session, context.group.id):
        kept = _kept(publication)
        if any(each["unit"] == row.unit.code and each["standing"] in SCORED for each in kept["units"]):
            found[publication.edition] = kept
    return found


def _kept(publication: Publication) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(publication.snapshot)
    return kept


def _notice(
    session: Session,
    context: GroupContext,
    row: Assessment,
    holding: Mapping[int, Mapping[str, Any]],
    edition: int | None,
) -> UnitNotice:
    """Choose the snapshot the notice is of: the edition asked for, else the newest; else the results as they stand."""
    if edition is not None and edition not in holding:
        raise NotFound("not_published")
    number = edition if edition is not None else max(holding, default=None)
    if number is not None:
        kept: Mapping[str, Any] = holding[number]
    else:
        kept = snapshot_of(session, context, next_order(session, context).results, context.now)
    unit = next((each for each in kept["units"] if each["unit"] == row.unit.code), None)
    if unit is None or unit["standing"] not in SCORED:
        raise NotFound("result_not_yet")
    agencies = {row.code: row.name for row in session.execute(select(Unit.code, Unit.name))}
    gone = number is not None and (number != max(holding) or row.id in context.annulled)
    return _made(context, row, kept, unit, _Made(number, tuple(holding), agencies, gone))


@dataclass(frozen=True, slots=True)
class _Made:
    """What stands beside a snapshot: which edition it is, all that hold the unit, the agencies' names."""

    edition: int | None
    editions: tuple[int, ...]
    agencies: Mapping[str, str]
    annulled: bool


def _made(
    context: GroupContext, row: Assessment, kept: Mapping[str, Any], unit: Mapping[str, Any], beside: _Made
) -> UnitNotice:
    decision, paper = kept.get("decision", {}), kept.get("paper", {})
    decimals = kept["settings"]["decimals"]
    return UnitNotice(
        group_stage_id=context.group.id,
        assessment_id=row.id,
        issuer=paper.get("issuer", context.group.council.name),
        campaign=paper.get("campaign", context.group.campaign.name),
        group=paper.get("group", context.group.group.name),
        unit=unit["name"],
        decimals=decimals,
        edition=beside.edition,
        editions=beside.editions,
        decision_number=decision.get("number", ""),
        decided_on=decision.get("on", ""),
        place=decision.get("place", ""),
        authority=decision.get("authority", ""),
        signer=decision.get("signer", ""),
        standing=unit["standing"],
        annulled=beside.annulled,
        obtained=_figure(unit["obtained"]),
        attainable=_figure(unit["attainable"]),
        bonus=_figure(unit["bonus"]),
        penalty=_figure(unit["penalty"]),
        index=_figure(unit["index"]),
        grade=unit["class"],
        position=unit["position"],
        ranked=places_of([each["position"] for each in kept["units"]]),
        indexes=_indexes(kept, unit, decimals),
        fields=tuple(_fields(context, unit)),
        losses=tuple(_losses(context, kept, unit, beside.agencies)),
        items=tuple(
            NoticeItem(AdjustmentKind(item["kind"]), _figure(item["points"]), item["reason"], item.get("item") or "")
            for item in unit.get("adjustments") or unit.get("items", ())
        ),
        others=tuple(_others(kept, unit)),
    )


def places_of(positions: Sequence[int | None]) -> int:
    """Return of how many a position is said to be: units ranked, or, where one left and the rest stayed, the last."""
    known = [position for position in positions if position is not None]
    return max(len(known), *known, 0)


def _figure(text: str) -> Decimal:
    return parse_number(text, what="points")


def _indexes(kept: Mapping[str, Any], unit: Mapping[str, Any], decimals: int) -> tuple[NoticeIndex, ...]:
    found = []
    for spec in kept["settings"]["policies"].get("indexes", ()):
        part = unit.get("indexes", {}).get(spec["code"])
        exact = None if part is None else part_of(spec["code"], part).exact
        percent = None if exact is None else round_half_up(exact, decimals)
        found.append(NoticeIndex(spec["code"], spec["name"], percent))
    return tuple(found)


def _fields(context: GroupContext, unit: Mapping[str, Any]) -> list[NoticeField]:
    """Return the parts and the fields below them, with what exemptions leave of their maximum."""
    exempt = {code for code, presence in unit["presence"].items() if presence == LeafPresence.NOT_APPLICABLE}
    tree, found = context.tree, []
    for node in tree.nodes:
        if node.rule is None and tree.depth(node.code) <= 1 and node.code in unit["branches"]:
            gone = sum((leaf.maximum for leaf in tree.under(node.code) if leaf.code in exempt), Decimal(0))
            obtained = _figure(unit["branches"][node.code])
            found.append(NoticeField(node.code, node.title, obtained, node.maximum - gone, node.maximum))
    return found


def _losses(
    context: GroupContext, kept: Mapping[str, Any], unit: Mapping[str, Any], agencies: Mapping[str, str]
) -> list[NoticeLoss]:
    found = []
    for leaf in context.tree.leaves:
        text = unit["leaves"].get(leaf.code)
        if text is None or unit["presence"].get(leaf.code) == LeafPresence.NOT_APPLICABLE:
            continue
        points, said = _figure(text), unit["verdicts"].get(leaf.code, [])
        if points >= leaf.maximum:
            continue
        last = said[-1] if said else {}
        claimed = unit.get("self", {}).get(leaf.code)
        found.append(
            NoticeLoss(
                code=leaf.code,
                title=leaf.title,
                field=_field_of(context.tree, leaf.code),
                maximum=leaf.maximum,
                claimed=None if claimed is None else _figure(claimed),
                points=points,
                lost=leaf.maximum - points,
                scored_by=leaf.scored_by,
                decision=Decision(last["decision"]) if last else None,
                round=last.get("round"),
                agency=agencies.get(last["agency"], last["agency"]) if last else "",
                reason=last.get("reason", ""),
                original=kept["set"]["criteria"][leaf.code]["original"],
                documents=tuple(unit.get("proofs", {}).get(leaf.code, ())),
            )
        )
    return found


def _field_of(tree: Tree, code: str) -> str:
    """Return the nearest part or field above a leaf, as `_fields` lists them."""
    return next(node.code for node in reversed(tree.path(code)[:2]) if node.rule is None)


def _others(kept: Mapping[str, Any], unit: Mapping[str, Any]) -> list[NoticeLeaf]:
    """Return the leaves that are not simply scored, each kind of nothing by its own name."""
    found = []
    for code, presence in unit["presence"].items():
        if presence == LeafPresence.SCORED:
            continue
        points = unit["leaves"].get(code)
        exempt = unit.get("exempt", {}).get(code, {})
        found.append(
            NoticeLeaf(
                code=code,
                title=kept["set"]["criteria"][code]["title"],
                presence=LeafPresence(presence),
                points=None if points is None else _figure(points),
                reason=exempt.get("reason", ""),
                document=exempt.get("document", ""),
            )
        )
    return found
