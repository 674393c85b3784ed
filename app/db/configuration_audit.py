"""Audit of what the generated screens write: they commit by themselves, so the trace is added inside their transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from flask_appbuilder.security.sqla.models import Role as FabRole
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from app.db.audit_trail import AuditEntry, append
from app.db.campaigns import (
    AppraiserAssignment,
    Baseline,
    Campaign,
    CampaignOverride,
    GradeBand,
    GroupStage,
    OfficerAssignment,
    Phase,
)
from app.db.clock import system_instant
from app.db.criteria import CriteriaSet, Criterion, CriterionFinding
from app.db.identity import Council, LegalBasis, Membership, PeerGroup, PortalUser, Unit
from app.domain.points import plain
from app.domain.policy import Actor

AUDITED = (
    Unit,
    PeerGroup,
    Council,
    LegalBasis,
    Membership,
    PortalUser,
    FabRole,
    CriteriaSet,
    Criterion,
    CriterionFinding,
    Campaign,
    Phase,
    GradeBand,
    GroupStage,
    CampaignOverride,
    AppraiserAssignment,
    OfficerAssignment,
    Baseline,
)
#: never written down: secrets, and what moves at every sign-in
LEFT_OUT = frozenset({"password", "last_login", "login_count", "fail_login_count", "search_name", "changed_on"})


def watch(session_factory: Any, actor: Callable[[], Actor | None]) -> None:
    """Audit every configuration row that sessions of `session_factory` flush; `actor` tells who acts now."""

    @event.listens_for(session_factory, "after_flush")
    def _after_flush(session: Session, flush_context: Any) -> None:
        changes = list(_changes(session))
        if not changes:
            return
        who, now, connection = actor(), system_instant(session), session.connection()
        for action, row, old, new in changes:
            append(
                connection,
                AuditEntry(
                    stream=_stream(row),
                    at=now,
                    actor_id=who.user_id if who else None,
                    actor_name=who.username if who else "system",
                    address=who.address if who else "",
                    action=action,
                    object_type=str(row.__tablename__),
                    object_id=str(row.id),
                    old=old,
                    new=new,
                    note="",
                ),
            )


def _stream(row: Any) -> str:
    campaign_id = row.id if isinstance(row, Campaign) else getattr(row, "campaign_id", None)
    return f"campaign:{campaign_id}" if campaign_id is not None else "house"


def _changes(session: Session) -> Iterator[tuple[str, Any, dict[str, Any] | None, dict[str, Any] | None]]:
    for row in session.new:
        if isinstance(row, AUDITED):
            yield "configuration_added", row, None, _values(row)
    for row in session.dirty:
        if isinstance(row, AUDITED):
            old, new = _difference(row)
            if new:
                yield "configuration_changed", row, old, new
    for row in session.deleted:
        if isinstance(row, AUDITED):
            yield "configuration_deleted", row, _values(row), None


def _columns(row: Any) -> list[str]:
    return [attribute.key for attribute in inspect(row).mapper.column_attrs if attribute.key not in LEFT_OUT]


def _values(row: Any) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in _columns(row)}


def _difference(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    old, new = {}, {}
    for name in _columns(row):
        history = inspect(row).attrs[name].history
        if history.has_changes():
            old[name] = _plain(history.deleted[0]) if history.deleted else None
            new[name] = _plain(getattr(row, name))
    return old, new


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return plain(value)
        case dt.datetime() | dt.date():
            return value.isoformat()
        case None | bool() | int() | str() | dict() | list():
            return value
        case _:
            return str(value)
