"""What a publication keeps: decision, set, settings, raw answers and the table, as JSON; and the table read back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.db.queries.result_marks import accepted_exemptions, accepted_items
from app.domain.criteria import Tree
from app.domain.editions import PositionsAfter
from app.domain.indexes import IndexPart
from app.domain.points import parse_number, plain
from app.domain.ranking import ResultLine, ResultRow
from app.domain.scoring import LeafPresence, LeafResult, branch_totals
from app.services.adjustment_sums import adjustments_kept, items_kept
from app.services.campaign_opening import content_of
from app.services.group_context import GroupContext
from app.services.leaders_claims import leaders_claim_kept
from app.services.papers import Decision, RankingFacts
from app.services.pins import PinnedDocument
from app.services.results import ANNULLED, RANKED, SCORED, UnitResult, in_order


@dataclass(frozen=True, slots=True)
class Printed:
    """What an edition says of itself: its facts as they are printed, the hash of the paper they were printed on."""

    facts: RankingFacts
    pdf_sha256: str


def snapshot_of(
    session: Session, context: GroupContext, results: Sequence[UnitResult], at: dt.datetime
) -> dict[str, Any]:
    """Return everything the results rest on: set with its rules, settings, raw answers, every leaf, the table.

    Of a unit that is not scored nothing is kept but its name and the reason.
    """
    campaign = context.group.campaign
    decided = _decided(session, context)
    return {
        "campaign": campaign.code,
        "group": context.group.group.code,
        "at": at.isoformat(),
        "set": {
            "code": context.group.criteria_set.code,
            "sha256": context.group.criteria_set.content_sha256,
            "criteria": {node["code"]: node for node in content_of(context.group.criteria_set)},
        },
        "settings": {
            "decimals": campaign.decimals,
            "ties": campaign.ties.value,
            "bands": [[plain(band.lower), band.name] for band in campaign.bands],
            "policies": context.policies.to_json(),
        },
        "items": items_kept(context),
        "units": [_unit(context, each, decided) for each in results],
    }


def printed_of(printed: Printed) -> dict[str, Any]:
    """Return what stands on the paper beside the table."""
    facts, decision = printed.facts, printed.facts.decision
    assert decision is not None
    return {
        "edition": facts.edition,
        "decision": {
            "number": decision.number,
            "on": decision.on.isoformat(),
            "place": decision.place,
            "authority": decision.authority,
            "signer": decision.signer,
        },
        "paper": {
            "issuer": facts.issuer,
            "campaign": facts.campaign,
            "group": facts.group,
            "sample_bands": facts.sample_bands,
            "sha256": printed.pdf_sha256,
        },
    }


@dataclass(frozen=True, slots=True)
class _Decided:
    """What the council decided beside the leaves, by assessment id."""

    items: Mapping[int, list[dict[str, str]]] = field(default_factory=dict)
    exempt: Mapping[int, Mapping[str, dict[str, str]]] = field(default_factory=dict)


def _decided(session: Session, context: GroupContext) -> _Decided:
    items, exempt = accepted_items(session, context.assessments), accepted_exemptions(session, context.assessments)
    return _Decided(
        items={
            number: [{"kind": row.kind.value, "points": plain(row.points), "reason": row.reason} for row in rows]
            for number, rows in items.items()
        },
        exempt={
            number: {code: {"reason": row.reason, "document": row.document} for code, row in sorted(leaves.items())}
            for number, leaves in exempt.items()
        },
    )


def _unit(context: GroupContext, each: UnitResult, decided: _Decided) -> dict[str, Any]:
    line = each.row.line
    settled = each.standing in SCORED
    return {
        "unit": each.unit_code,
        "name": each.unit,
        "standing": each.standing,
        "obtained": _text(line.obtained),
        "attainable": plain(line.attainable),
        "bonus": plain(line.bonus),
        "penalty": plain(line.penalty),
        "index": _text(each.row.index),
        "class": each.row.grade,
        "position": each.row.position,
        "leaves": {code: _text(points) for code, points in sorted(each.leaves.items())} if settled else {},
        "branches": {code: plain(sums.obtained) for code, sums in sorted(each.branches.items())} if settled else {},
        "presence": {code: presence.value for code, presence in sorted(each.presence.items())} if settled else {},
        "indexes": {code: _part(part) for code, part in sorted(each.indexes.items())} if settled else {},
        "items": decided.items.get(each.assessment_id, []) if settled else [],
        "exempt": dict(decided.exempt.get(each.assessment_id, {})) if settled else {},
        **(_answers(context, each.assessment_id) if settled else {}),
    }


def _part(part: IndexPart) -> dict[str, str | None]:
    return {
        "obtained": plain(part.obtained),
        "attainable": plain(part.attainable),
        "weight": None if part.weight is None else plain(part.weight),
    }


def part_of(code: str, kept: Mapping[str, str | None]) -> IndexPart:
    """Return an index of a unit as an edition kept it."""
    obtained, attainable = _figure(kept["obtained"]), _figure(kept["attainable"])
    assert obtained is not None
    assert attainable is not None
    return IndexPart(code, obtained, attainable, _figure(kept["weight"]))


def _document(document: PinnedDocument) -> str:
    return f"({document.position}) {document.number or document.url or document.sha256[:12]}"


def _answers(context: GroupContext, assessment_id: int) -> dict[str, Any]:
    """Return the raw answers of a unit: what it claimed, what agencies, leaders and others said."""

    def of(leaves: Mapping[tuple[int, str], Any]) -> list[tuple[str, Any]]:
        return sorted((code, value) for (number, code), value in leaves.items() if number == assessment_id)

    return {
        "claims": {code: dict(leaf.claim) for code, leaf in sorted(context.pins.get(assessment_id, {}).items())},
        "self": {code: plain(leaf.points) for code, leaf in sorted(context.pins.get(assessment_id, {}).items())},
        "proofs": {
            code: [_document(each) for each in leaf.documents]
            for code, leaf in sorted(context.pins.get(assessment_id, {}).items())
            if leaf.documents
        },
        "verdicts": {
            code: [
                {
                    "round": row.round,
                    "decision": row.decision.value,
                    "claim": row.claim,
                    "points": _text(row.points),
                    "reason": row.reason,
                    "agency": row.agency.code,
                }
                for row in said
            ]
            for code, said in of(context.verdicts)
        },
        "ballots": {code: leaders_claim_kept(said) for code, said in of(context.ballots)},
        "adjustments": adjustments_kept(context, assessment_id),
        "entered": {
            code: {"claim": row.claim, "points": plain(row.points), "document": row.document}
            for code, row in of(context.claims)
        },
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _figure(value: str | None) -> Decimal | None:
    return None if value is None else parse_number(value, what="points")


@dataclass(frozen=True, slots=True)
class Edition:
    """A published table read back from its snapshot."""

    facts: RankingFacts
    results: tuple[UnitResult, ...]


def edition_of(snapshot: str, tree: Tree, assessments: Mapping[str, int]) -> Edition:
    """Return what was published; `tree` is the frozen set's, `assessments` are ids by unit code."""
    kept = json.loads(snapshot)
    decision, paper = kept["decision"], kept["paper"]
    positions = kept.get("positions", {})
    facts = RankingFacts(
        issuer=paper["issuer"],
        campaign=paper["campaign"],
        group=paper["group"],
        decimals=kept["settings"]["decimals"],
        sample_bands=paper["sample_bands"],
        edition=kept["edition"],
        decision=Decision(
            decision["number"],
            dt.date.fromisoformat(decision["on"]),
            decision["authority"],
            decision["signer"],
            decision["place"],
        ),
        indexes=tuple((each["code"], each["name"]) for each in kept["settings"]["policies"].get("indexes", ())),
        kept_from=positions.get("from") if positions.get("mode") == PositionsAfter.KEPT else None,
        empty=tuple(positions.get("empty", ())),
        shared=tuple(positions.get("shared", ())),
    )
    return Edition(facts, tuple(_result(each, paper["group"], tree, assessments) for each in kept["units"]))


def with_annulled(edition: Edition, annulled: Collection[int]) -> Edition:
    """Return an edition in force whose results were annulled in part: those units have none, the others keep theirs."""
    shown = [_annulled(each) if each.assessment_id in annulled else each for each in edition.results]
    return replace(edition, results=tuple(in_order(shown)))


def without_result(each: Mapping[str, Any]) -> dict[str, Any]:
    """Return a unit of an edition whose result was annulled since: as the results page shows it, nothing but named."""
    nothing = {"obtained": None, "bonus": "0", "penalty": "0", "index": None, "class": None, "position": None}
    named = {name: each[name] for name in ("unit", "name", "attainable")}
    return named | nothing | {"standing": ANNULLED, "leaves": {}, "branches": {}, "presence": {}, "indexes": {}}


def _annulled(each: UnitResult) -> UnitResult:
    line = replace(each.row.line, obtained=None, bonus=Decimal(0), penalty=Decimal(0), parts=())
    return replace(
        each,
        standing=ANNULLED,
        leaves={},
        presence={},
        branches={},
        row=ResultRow(line, None, None, None),
        indexes={},
    )


def _result(each: Mapping[str, Any], group: str, tree: Tree, assessments: Mapping[str, int]) -> UnitResult:
    presence = {code: LeafPresence(value) for code, value in each["presence"].items()}
    leaves = [
        LeafResult(
            code=leaf.code,
            maximum=leaf.maximum,
            points=_figure(each["leaves"].get(leaf.code)),
            applicable=presence[leaf.code] is not LeafPresence.NOT_APPLICABLE,
        )
        for leaf in tree.leaves
        if leaf.code in presence
    ]
    line = ResultLine(
        unit=each["name"],
        group=group,
        obtained=_figure(each["obtained"]),
        attainable=parse_number(each["attainable"], what="attainable"),
        bonus=parse_number(each["bonus"], what="bonus"),
        penalty=parse_number(each["penalty"], what="penalty"),
        ranked=each["standing"] == RANKED,
        parts=tuple(part_of(code, kept) for code, kept in each.get("indexes", {}).items()),
    )
    return UnitResult(
        assessment_id=assessments[each["unit"]],
        unit_code=each["unit"],
        unit=each["name"],
        standing=each["standing"],
        leaves={leaf.code: leaf.points for leaf in leaves},
        presence=presence,
        branches=branch_totals(tree, leaves) if leaves else {},
        row=ResultRow(line, _figure(each["index"]), each["class"], each["position"]),
        indexes={part.code: part for part in line.parts},
    )
