"""Tables, column types, the unit of work and the statements that return domain values."""

from app.db import (
    adjustment_items,
    appraisals,
    assessments,
    audit,
    campaigns,
    criteria,
    criterion_bases,
    evidence,
    freeze,
    identity,
    imports,
    notices,
    results,
    search,
    unit_reports,
    versions,
)
from app.db.base import Model, db

__all__ = [
    "Model",
    "adjustment_items",
    "appraisals",
    "assessments",
    "audit",
    "campaigns",
    "criteria",
    "criterion_bases",
    "db",
    "evidence",
    "freeze",
    "identity",
    "imports",
    "notices",
    "results",
    "search",
    "unit_reports",
    "versions",
]
