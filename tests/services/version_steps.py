"""Steps of the tests of adoption: a second version of the world's set, changed as a test needs it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import LegalBasis
from app.db.session import reading, unit_of_work
from app.services.adoption import AdoptVersion, adopt_version
from app.services.set_versions import new_version
from tests.services.flow import Flow


def basis(flow: Flow) -> int:
    with reading() as session:
        return session.scalars(select(LegalBasis.id)).one()


def second_version(flow: Flow, source: int | None = None) -> int:
    """A draft of the next version; nothing differs yet."""
    chosen = flow.world.set if source is None else source
    return new_version(chosen, "Sửa theo góp ý", basis(flow), actor=flow.who("to_chuc"), clock=flow.clock)


def row_of(session: Session, set_id: int, code: str) -> Criterion:
    return session.scalars(select(Criterion).where(Criterion.set_id == set_id, Criterion.code == code)).one()


def change(flow: Flow, set_id: int, of: str, **values: Any) -> None:
    with unit_of_work(actor=None, clock=flow.clock) as work:
        row = row_of(work.session, set_id, of)
        for name, value in values.items():
            setattr(row, name, value)


def lower_maximum(flow: Flow, set_id: int) -> None:
    """1.5 is worth 3 instead of 4, branch 1 sums to 17 instead of 18."""
    change(flow, set_id, "1.5", maximum=Decimal(3))
    change(flow, set_id, "1", maximum=Decimal(17))


def remove(flow: Flow, set_id: int, code: str) -> None:
    """Take a leaf out of branch 1, which sums to less by its maximum."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        row, root = row_of(work.session, set_id, code), row_of(work.session, set_id, "1")
        root.maximum -= row.maximum
        work.session.delete(row)


def adopt(flow: Flow, set_id: int, *, seen: bool = False, who: str = "to_chuc", **more: str) -> int:
    with reading() as session:
        from app.db.campaigns import GroupStage

        group = session.get_one(GroupStage, flow.world.stage).group_id
    given = {"reason": "Sửa điểm tối đa", "document": "7/QĐ-UBND", **more}
    command = AdoptVersion(flow.world.campaign, group, set_id, sent_seen=seen, **given)
    return adopt_version(command, actor=flow.who(who), clock=flow.clock)


def frozen(set_id: int) -> bool:
    with reading() as session:
        return session.get_one(CriteriaSet, set_id).status == "frozen"
