"""What happened to every leaf of a group, in the order it was appended: verdicts, answers, sendings, conclusions."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.db.appraisals import LeafReopening, Reply, Verdict
from app.db.assessments import Assessment, Receipt
from app.db.evidence import Evidence
from app.db.results import StageAct
from app.domain.leaf_acts import ConcludeAct, LeafAct, ReopenAct, ReplyAct, ResubmitAct, VerdictAct
from app.domain.terms import GroupAction, ReceiptKind
from app.services.pins import PinnedLeaf, pinned_leaves

Row = TypeVar("Row")
LeafKey = tuple[int, str]
#: a document that came with an answer answers too
_SUPPLEMENTS = select(Evidence).where(Evidence.supplement_round > 0).order_by(Evidence.id)


@dataclass(frozen=True, slots=True)
class Happened:
    """The sendings of the units and the acts on the group, oldest first."""

    receipts: Sequence[Receipt]
    stage_acts: Sequence[StageAct]


def rows_of(
    session: Session,
    statement: Select[Row],
    column: InstrumentedAttribute[int],
    assessments: Collection[int],
) -> Sequence[Row]:
    return session.scalars(statement.where(column.in_(assessments))).all()


def leaf_acts_of(
    session: Session,
    assessments: Mapping[int, Assessment],
    codes: Mapping[int, str],
    verdicts: Mapping[LeafKey, tuple[Verdict, ...]],
    happened: Happened,
) -> Mapping[LeafKey, tuple[LeafAct, ...]]:
    """Return every leaf's acts in the order they were appended."""
    found: dict[LeafKey, list[LeafAct]] = defaultdict(list)
    for leaf, said in verdicts.items():
        found[leaf] += [VerdictAct(row.round, row.decision, row.points, row.at) for row in said]
    for reply in rows_of(session, select(Reply).order_by(Reply.id), Reply.assessment_id, assessments):
        found[reply.assessment_id, codes[reply.criterion_id]].append(ReplyAct(reply.at, reply.receipt_id is not None))
    explained = Counter(
        (row.assessment_id, row.criterion_id) for row in happened.receipts if row.kind is ReceiptKind.EXPLANATION
    )
    for added in rows_of(session, _SUPPLEMENTS, Evidence.assessment_id, assessments):
        sheet, leaf_id = added.assessment_id, added.criterion_id
        sent = added.supplement_round <= explained[sheet, None] + explained[sheet, leaf_id]
        found[added.assessment_id, codes[added.criterion_id]].append(ReplyAct(added.added_at, sent))
    for row in rows_of(session, select(LeafReopening), LeafReopening.assessment_id, assessments):
        found[row.assessment_id, codes[row.criterion_id]].append(ReopenAct(row.at))
    for key, at in _resubmitted(happened.receipts):
        found[key].append(ResubmitAct(at))
    for key, at in _concluded(happened.stage_acts, found):
        found[key].append(ConcludeAct(at))
    return {key: tuple(sorted(acts, key=lambda act: act.at)) for key, acts in found.items()}


def _concluded(stage_acts: Sequence[StageAct], leaves: Collection[LeafKey]) -> Iterable[tuple[LeafKey, dt.datetime]]:
    """Name the leaves each conclusion made final."""
    for act in stage_acts:
        if act.action is GroupAction.CONCLUDE:
            units = set(act.named.get("units", []))
            yield from [(key, act.at) for key in list(leaves) if key[0] in units]


def _resubmitted(receipts: Sequence[Receipt]) -> Iterable[tuple[LeafKey, dt.datetime]]:
    """Name the leaves each later sending changed against the one before."""
    before: dict[int, Mapping[str, PinnedLeaf]] = {}
    sent = Counter(row.assessment_id for row in receipts if row.kind is ReceiptKind.SELF_SCORE)
    for receipt in receipts:
        if receipt.kind is not ReceiptKind.SELF_SCORE or sent[receipt.assessment_id] < 2:
            continue
        pinned = pinned_leaves(receipt)
        earlier = before.get(receipt.assessment_id)
        if earlier is not None:
            for code, leaf in pinned.items():
                if earlier.get(code) != leaf:
                    yield (receipt.assessment_id, code), receipt.at
        before[receipt.assessment_id] = pinned
