"""The door of the API: a key in ``Authorization: Bearer``, nothing else; answers and refusals are JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue

from app.domain.errors import InputInvalid
from app.domain.policy import Permission, may_ever
from app.services.api_tokens import Bearer, bearer_of
from app.web.access import current_actor, is_api, needed_for
from app.web.clocks import clock
from app.web.errors import as_json, json_of
from app.words.refusals import refusal_words

#: bytes of one request's body: a claim with its explanation
BODY_LIMIT = 1024 * 1024
PAGE, MOST = 50, 100
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(app: Flask) -> None:
    @app.before_request
    def _api() -> ResponseReturnValue | None:
        return _entered(app) if is_api() else None


def _entered(app: Flask) -> ResponseReturnValue | None:
    """Let in who holds a key and whose policy opens the route; refuse everything else in JSON."""
    endpoint = request.endpoint
    bearer = _bearer()
    if bearer is None:
        return refused(401, "token_missing")
    if endpoint is None:
        return refused(404, "http_404")
    _act_as(bearer)
    needed = needed_for(app, endpoint)
    if needed is None:
        return refused(404, "http_404")
    if isinstance(needed, Permission) and not may_ever(current_actor(), needed):
        return refused(403, "role_missing")
    if request.method not in _READING and not bearer.may_write:
        return refused(403, "token_reads_only")
    if (request.content_length or 0) > BODY_LIMIT:
        return refused(413, "body_too_large")
    return None


def _bearer() -> Bearer | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return bearer_of(key.strip(), clock=clock()) if scheme.lower() == "bearer" and key.strip() else None


def _act_as(bearer: Bearer) -> None:
    """Make the key's account the one that acts, whatever session a browser sent along."""
    g.pop("actor", None)
    user = current_app.appbuilder.sm.get_user_by_id(bearer.user_id)  # type: ignore[attr-defined]
    g.user = g._login_user = user  # noqa: SLF001 - where Flask-Login looks for who is signed in


def refused(status: int, code: str) -> Response:
    return as_json(status, code, refusal_words(code))


def body() -> Mapping[str, Any]:
    """Return the JSON object that was sent. Raises InputInvalid("body_unreadable")."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise InputInvalid("body_unreadable")
    return given


def page_of(rows: list[Any]) -> Response:
    """Return one page of a list: `page` from 0 and `page_size` up to 100 in the address; `count` is of all pages."""
    page, size = _whole("page", 0), min(_whole("page_size", PAGE) or PAGE, MOST)
    return jsonify({"count": len(rows), "page": page, "result": json_of(rows[page * size : (page + 1) * size])})


def _whole(name: str, usual: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise InputInvalid("page_unreadable", name=name, text=text[:20])
    return int(text)
