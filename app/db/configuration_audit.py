"""Audit of what the generated screens write: they commit by themselves, so the trace goes into their transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from flask_appbuilder.security.sqla.models import Role as FabRole
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from app.db.adjustment_items import AdjustmentItem
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
from app.db.clock import Clock, SystemClock
from app.db.criteria import CriteriaSet, Criterion, CriterionFinding, RuleExample
from app.db.criterion_bases import CriterionBasis
from app.db.holidays import Holiday
from app.db.identity import Council, LegalBasis, Membership, PeerGroup, PortalUser, Unit
from app.domain.points import plain
from app.domain.policy import Actor

AUDITED = (
    Unit,
    PeerGroup,
    Council,
    LegalBasis,
    Holiday,
    Membership,
    PortalUser,
    FabRole,
    CriteriaSet,
    Criterion,
    CriterionFinding,
    RuleExample,
    CriterionBasis,
    Campaign,
    Phase,
    GradeBand,
    AdjustmentItem,
    GroupStage,
    CampaignOverride,
    AppraiserAssignment,
    OfficerAssignment,
    Baseline,
)
#: never written down: what moves at every sign-in or with every save
LEFT_OUT = frozenset({"last_login", "login_count", "fail_login_count", "search_name", "changed_on", "changed_by_fk"})
#: that it changed is written down, what it is never
SECRET = frozenset({"password"})
#: rows a row is tied to through a table of pairs, written down as what was added and what was taken away
TIED = {PeerGroup: ("units",), PortalUser: ("roles",), FabRole: ("permissions",)}

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    action: str
    row: Any
    old: Values | None
    new: Values | None


class ConfigurationAudit:
    """Audits every configuration row one kind of session flushes; `actor` tells who acts, `clock` when."""

    def __init__(self, actor: Callable[[], Actor | None], clock: Clock) -> None:
        self.actor = actor
        self.clock = clock

    def __call__(self, session: Session, _flush_context: Any) -> None:
        changes = sorted(_changes(session), key=lambda change: _stream(change.row))
        if not changes:
            return
        who, now, connection = self.actor(), self.clock.read(session), session.connection()
        for change in changes:
            append(
                connection,
                AuditEntry(
                    stream=_stream(change.row),
                    at=now,
                    actor_id=who.user_id if who else None,
                    actor_name=who.name_in_audit[:120] if who else "system",
                    address=who.address if who else "",
                    action=change.action,
                    object_type=str(change.row.__tablename__),
                    object_id=str(change.row.id),
                    old=change.old,
                    new=change.new,
                    note="",
                ),
            )


_WATCHING: WeakKeyDictionary[Any, ConfigurationAudit] = WeakKeyDictionary()


def watch(session_factory: Any, actor: Callable[[], Actor | None], clock: Clock | None = None) -> None:
    """Audit what sessions of `session_factory` flush. Asked again, it replaces actor and clock and never doubles."""
    watching = _WATCHING.get(session_factory)
    if watching is not None:
        watching.actor, watching.clock = actor, clock or SystemClock()
        return
    _WATCHING[session_factory] = audit = ConfigurationAudit(actor, clock or SystemClock())
    event.listen(session_factory, "after_flush", audit)


def _stream(row: Any) -> str:
    campaign_id = row.id if isinstance(row, Campaign) else getattr(row, "campaign_id", None)
    return f"campaign:{campaign_id}" if campaign_id is not None else "house"


def _changes(session: Session) -> Iterator[Change]:
    for row in session.new:
        if isinstance(row, AUDITED):
            _untied, tied = _tied(row)
            yield Change("configuration_added", row, None, _values(row) | tied)
    for row in session.dirty:
        if isinstance(row, AUDITED):
            old, new = _difference(row)
            if old or new:
                yield Change("configuration_changed", row, old, new)
    for row in session.deleted:
        if isinstance(row, AUDITED):
            yield Change("configuration_deleted", row, _values(row), None)


def _columns(row: Any) -> list[str]:
    return [attribute.key for attribute in inspect(row).mapper.column_attrs if attribute.key not in LEFT_OUT]


def _values(row: Any) -> Values:
    return {name: _plain(getattr(row, name)) for name in _columns(row) if name not in SECRET}


def _difference(row: Any) -> tuple[Values, Values]:
    old, new = _tied(row)
    for name in _columns(row):
        history = inspect(row).attrs[name].history
        if not history.has_changes():
            continue
        if name in SECRET:
            new[name] = "changed"
        else:
            old[name] = _plain(history.deleted[0]) if history.deleted else None
            new[name] = _plain(getattr(row, name))
    return old, new


def _tied(row: Any) -> tuple[Values, Values]:
    """Return what was untied and what was tied."""
    names = next((found for kind, found in TIED.items() if isinstance(row, kind)), ())
    old: Values = {}
    new: Values = {}
    for name in names:
        history = inspect(row).attrs[name].history
        if history.deleted:
            old[name] = sorted(str(other) for other in history.deleted)
        if history.added:
            new[name] = sorted(str(other) for other in history.added)
    return old, new


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return plain(value)
        case dt.datetime() | dt.date():
            return value.isoformat()
        case None | bool() | int() | str() | list():
            return value
        case Mapping():
            return dict(value)
        case _:
            return str(value)
