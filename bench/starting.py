"""Starting: the portal beside an empty Flask-AppBuilder application, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Line, median

OURS = "from app import create_app; create_app()"
EMPTY = """
from flask import Flask
from flask_appbuilder import AppBuilder, Model
from flask_appbuilder.models.sqla.base import SQLA
db = SQLA(model_class=Model)
app = Flask("empty")
app.config.update(SECRET_KEY="bench", SQLALCHEMY_DATABASE_URI="sqlite://", FAB_CREATE_DB=False, FAB_UPDATE_PERMS=False)
db.init_app(app)
with app.app_context():
    AppBuilder().init_app(app, db.session)
"""


def starting_lines(folder: Path) -> Iterator[Line]:
    environment = {**os.environ, "DATA_DIR": str(folder / "start")}

    def run(code: str) -> None:
        subprocess.run([sys.executable, "-c", code], check=True, env=environment, stderr=subprocess.DEVNULL)

    ours, peer = median(lambda: run(OURS), times=3), median(lambda: run(EMPTY), times=3)
    yield Line("P9 start of the application", ours, peer, "empty Flask-AppBuilder application", 1.5)
