"""What the tests of the generated records share: forms posted, errors read at their field, a draft set to change."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db.audit import AuditEvent
from app.db.criteria import CriteriaSet, CriterionFinding
from app.db.session import reading, unit_of_work
from app.domain.terms import Severity
from app.services.seed_sets import copy_set
from tests.web.conftest import csrf_of
from tests.web.world import World


def post(client: FlaskClient, page: str, **fields: Any) -> Any:
    return client.post(page, data={"csrf_token": csrf_of(client), **fields})


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def error_at(answer: Any, field: str) -> str:
    """Return what the form says at `field`; empty where it says nothing there."""
    found = re.search(rf'<div id="{field}-e">(.*?)</div>', text_of(answer), re.DOTALL)
    return "" if found is None else " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def last_event() -> AuditEvent:
    with reading() as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
        session.expunge(event)
        return event


@pytest.fixture
def draft(portal: Flask, world: World) -> dict[str, int]:
    """Return the criteria of a draft copy of the world's set, by code; "set" is the set itself."""
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        copy = copy_set(work.session, work.session.get_one(CriteriaSet, world.set), "nhap")
        copy.criteria[1].findings.append(
            CriterionFinding(code="doubt", severity=Severity.ERROR, message="Hai cách hiểu", settled=False)
        )
        work.session.flush()
        return {"set": copy.id, **{node.code: node.id for node in copy.criteria}}
