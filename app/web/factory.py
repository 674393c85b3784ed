"""Put the application together: configuration, database, frameworks, our pages, headers."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import flask_wtf.i18n
from flask import Flask, Response, current_app, g, request
from flask_appbuilder import AppBuilder
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

import config
from app.db import db
from app.db.clock import clock_from
from app.db.configuration_audit import watch
from app.db.engines import prepare
from app.db.schema import MIGRATIONS
from app.db.session import Database, use
from app.services.reading import read_file
from app.services.seed_identity import hash_of_nobody
from app.storage.local import LocalBlobs
from app.storage.waiting import WaitingUploads
from app.web import (
    access,
    adjustments,
    adoption,
    agency_evidence,
    api,
    appraisal,
    appraisal_criterion,
    appraisal_tools,
    board,
    board_matrix,
    comparisons,
    council,
    desk,
    disagreements,
    editions,
    entered,
    entering_words,
    errors,
    evidence,
    exchange,
    exemptions,
    explanation,
    fairness,
    health,
    home,
    imports,
    item_words,
    job_queue,
    jobs,
    labels,
    leader_sheets,
    leaf_settings,
    leaf_words,
    marks,
    menu,
    notices,
    opening,
    papers,
    public,
    rechecks,
    records,
    reopening,
    result_drawings,
    results,
    rule_editor,
    rule_pages,
    set_versions,
    shares,
    sheet,
    sheet_changes,
    submission,
    tokens,
    trails,
    typed_sheets,
    unit_notice,
    unit_reports,
    unranked,
    upward,
    verdict_forms,
    version_words,
    windows,
)
from app.web.records.filters import LARGEST
from app.web.security import password
from app.web.security.manager import PortalSecurityManager
from app.web.setup import changes, hand_overs, merging, steps

csrf = CSRFProtect()


class RowNumber(IntegerConverter):
    """A row's number in an address; one larger than any database counts to names nothing: 404."""

    def __init__(self, url_map: Any, **named: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST, **named})


PAGES = (
    health,
    home,
    password,
    sheet,
    evidence,
    submission,
    explanation,
    appraisal,
    appraisal_criterion,
    appraisal_tools,
    shares,
    disagreements,
    board,
    board_matrix,
    council,
    entered,
    typed_sheets,
    leader_sheets,
    leaf_settings,
    results,
    papers,
    opening,
    exchange,
    rule_editor,
    set_versions,
    adoption,
    sheet_changes,
    imports,
    trails,
    public,
    tokens,
    windows,
    rechecks,
    agency_evidence,
    steps,
    changes,
    hand_overs,
    merging,
    adjustments,
    exemptions,
    fairness,
    unit_reports,
    editions,
    comparisons,
    unit_notice,
    reopening,
    unranked,
    upward,
    notices,
    jobs,
)


#: what tells templates the words and marks they ask for
WORDS = (
    errors,
    marks,
    labels,
    leaf_words,
    entering_words,
    rule_pages,
    item_words,
    version_words,
    windows,
    verdict_forms,
    result_drawings,
    notices,
    jobs,
    menu,
)


def build(settings: dict[str, Any] | None = None) -> Flask:
    """Return a new application; several may live in one process."""
    app = Flask("app", template_folder="web/templates", static_folder="web/static")
    app.config.update(config.load())
    app.config.update(settings or {})
    app.url_map.converters["int"] = RowNumber
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.config["AUTH_DB_FAKE_PASSWORD_HASH_CHECK"] = hash_of_nobody()  # an unknown name takes as long as a known one
    _storage(app)
    csrf.init_app(app)
    flask_wtf.i18n.messages_path = lambda: app.config["TRANSLATIONS_DIR"]
    Migrate(app, db, directory=str(MIGRATIONS))
    _nonce(app)
    for module in PAGES:
        app.register_blueprint(module.blueprint)  # before FAB, whose own start page would answer "/" first
    with app.app_context():
        prepare(db.engine)
        appbuilder = AppBuilder(security_manager_class=PortalSecurityManager)
        appbuilder.init_app(app, db.session)
        records.register(app, appbuilder)
        desk.register(app)
        api.register(app, appbuilder)
    access.guard(app)
    for words in WORDS:
        words.register(app)
    app.after_request(_headers)
    return app


def _storage(app: Flask) -> None:
    app.extensions["clock"] = clock_from(app.config["APP_CLOCK"])
    app.extensions["blobs"] = LocalBlobs(app.config["BLOB_DIR"])
    app.extensions["waiting_uploads"] = WaitingUploads(str(Path(app.config["DATA_DIR"]) / "waiting"))
    app.extensions["read_file"] = read_file
    app.extensions["database"] = Database(app.config["SQLALCHEMY_DATABASE_URI"])
    use(app.extensions["database"])
    job_queue.attach(app)
    db.init_app(app)
    watch(db.session, access.current_actor_or_none)


def _nonce(app: Flask) -> None:
    """Every page has its own nonce; the frameworks' templates ask for it as `csp_nonce()`."""

    def csp_nonce() -> str:
        if "csp_nonce" not in g:
            g.csp_nonce = secrets.token_urlsafe(16)
        return str(g.csp_nonce)

    app.jinja_env.globals["csp_nonce"] = csp_nonce


def _headers(response: Response) -> Response:
    nonce = g.get("csp_nonce", "")
    script = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'self'; script-src {script}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure or current_app.config["HTTPS"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint not in {"static", "appbuilder.static"}:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
