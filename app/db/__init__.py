"""Tables, column types, the unit of work and the statements that return domain values."""

from app.db import (
    agency_acts,
    appraisals,
    assessments,
    audit,
    campaigns,
    criteria,
    evidence,
    freeze,
    holidays,
    identity,
    imports,
    notices,
    office,
    results,
    search,
    tokens,
    versions,
)
from app.db.base import Model, db

__all__ = [
    "Model",
    "agency_acts",
    "appraisals",
    "assessments",
    "audit",
    "campaigns",
    "criteria",
    "db",
    "evidence",
    "freeze",
    "holidays",
    "identity",
    "imports",
    "notices",
    "office",
    "results",
    "search",
    "tokens",
    "versions",
]
