"""`flask …` commands, on the same services as the pages."""

from __future__ import annotations

from flask import Flask

from app.commands.accounts import accounts
from app.commands.audit import audit
from app.commands.criteria import criteria
from app.commands.demo import demo
from app.commands.house import init_security, serve
from app.commands.jobs import jobs, notices
from app.commands.results import results
from app.commands.rules import rules
from app.commands.seed import seed


def register(app: Flask) -> None:
    for command in (accounts, audit, criteria, demo, init_security, jobs, notices, results, rules, seed, serve):
        app.cli.add_command(command)
