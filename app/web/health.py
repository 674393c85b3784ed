"""`GET /healthz`: whether database and store answer."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.db.session import reading
from app.web.access import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def check() -> ResponseReturnValue:
    """Answer 200 when both answer, 503 with the name of the one that does not."""
    answers = {"database": _database(), "store": _store()}
    return jsonify(answers), 200 if all(answers.values()) else 503


def _database() -> bool:
    try:
        with reading() as session:
            session.execute(text("SELECT 1 FROM campaign LIMIT 1"))
    except SQLAlchemyError:
        return False
    return True


def _store() -> bool:
    try:
        current_app.extensions["blobs"].check()
    except OSError:
        return False
    return True
