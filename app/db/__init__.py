"""Tables, column types, the unit of work and the statements that return domain values."""

from app.db import (
    appraisals,
    assessments,
    audit,
    campaigns,
    criteria,
    evidence,
    freeze,
    identity,
    imports,
    jobs,
    notices,
    outbox,
    results,
    search,
    versions,
)
from app.db.base import Model, db

__all__ = [
    "Model",
    "appraisals",
    "assessments",
    "audit",
    "campaigns",
    "criteria",
    "db",
    "evidence",
    "freeze",
    "identity",
    "imports",
    "jobs",
    "notices",
    "outbox",
    "results",
    "search",
    "versions",
]
