"""What a browser is answered where something is refused: the sentence, its code, a status. Never a bare 500."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.domain.errors import Conflict, DomainError, Forbidden, NotFound
from app.domain.points import plain
from app.storage.blobs import BlobDamaged, BlobMissing
from app.web.access import is_api
from app.words.refusals import refusal_words, sentence

_log = logging.getLogger(__name__)


def status_of(refusal: DomainError) -> int:
    match refusal:
        case NotFound():
            return 404
        case Forbidden():
            return 403
        case Conflict():
            return 409
        case _:
            return 422


def as_json(status: int, code: str, words: str, details: Mapping[str, Any] | None = None) -> Response:
    """Return a refusal as the API says it: its code, its sentence, what it names."""
    answer = jsonify({"code": code, "message": words, "details": json_of(dict(details or {}))})
    answer.status_code = status
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def json_of(value: Any) -> Any:
    """Return a value of ours as JSON: decimals as strings, instants in ISO 8601, words of closed lists as they are."""
    match value:
        case Decimal():
            return plain(value)
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case Mapping():
            return {str(key): json_of(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [json_of(each) for each in value]
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)


def register(app: Flask) -> None:
    app.jinja_env.globals["refusal_words"] = refusal_words

    @app.errorhandler(DomainError)
    def _refused(refusal: DomainError) -> ResponseReturnValue:
        return _page(status_of(refusal), sentence(refusal), refusal.code, refusal.details)

    @app.errorhandler(StaleDataError)
    def _stale(_stale: StaleDataError) -> ResponseReturnValue:
        return _page(409, gettext("Somebody changed this at the same moment. Load the page again and repeat."), "stale")

    @app.errorhandler(CSRFError)
    def _forged(_error: CSRFError) -> ResponseReturnValue:
        if not current_user.is_authenticated and request.endpoint != "AuthDBView.login":
            return _session_ended()
        return _page(400, gettext("This page is too old. Go back, load it again and repeat."), "csrf")

    app.register_error_handler(BlobMissing, _lost)
    app.register_error_handler(BlobDamaged, _lost)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        if code in {301, 302, 303, 307, 308}:
            return error.get_response()
        return _page(code, _http_sentence(code), f"http_{code}")

    @app.errorhandler(Exception)
    def _fault(error: Exception) -> ResponseReturnValue:
        _log.error("unexpected fault on %s", request.path, exc_info=error)
        words = gettext("Something went wrong on our side. What you saved is safe; the fault was written down.")
        return _page(500, words, "fault")


def _lost(error: Exception) -> ResponseReturnValue:
    _log.error("a kept file is missing or damaged: %s", error)
    words = gettext("This file is kept no more as it was. It was written down; the administrator can restore it.")
    return _page(503, words, "file_lost")


def _session_ended() -> ResponseReturnValue:
    """Lead a page that saves by itself to the sign-in and back: it has kept what was typed."""
    if request.headers.get("HX-Request") == "true":
        page = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
        return "", 401, {"HX-Redirect": url_for("AuthDBView.login", next=page)}
    words = gettext("Your session has ended. Go back and copy what you typed, then sign in and load the page again.")
    return _page(400, words, "session_ended")


def _http_sentence(code: int) -> str:
    known = {
        403: gettext("Your role does not open this page. The administrator of the campaign can change that."),
        404: gettext("There is no such page, or it is not yours to see."),
        405: gettext("This page does not take that kind of request."),
        413: gettext("What was sent is larger than 50 MB. Send a smaller file."),
        429: gettext("Too many attempts. Wait a minute and try again."),
    }
    return str(known.get(code) or gettext("The request could not be read. Go back and try again."))


def _page(status: int, words: str, code: str, details: Mapping[str, Any] | None = None) -> ResponseReturnValue:
    if is_api():
        return as_json(status, code, words, details)
    if request.headers.get("HX-Request") == "true":
        return render_template("errors/fragment.html", words=words, code=code), status
    return render_template("errors/page.html", words=words, code=code, status=status), status
