"""Generated records (Flask-AppBuilder): configuration only; scores and states are written by services alone."""

from __future__ import annotations

from flask import Flask
from flask_appbuilder import AppBuilder

from app.web.records import adjustment_items, bodies, campaigns, criteria, holidays, maxima, people, policies, shown
from app.web.records.base import Records

VIEWS: tuple[type[Records], ...] = (
    bodies.UnitRecords,
    bodies.PeerGroupRecords,
    bodies.CouncilRecords,
    bodies.LegalBasisRecords,
    holidays.HolidayRecords,
    policies.PoliciesPage,
    campaigns.PhaseRecords,
    campaigns.GradeBandRecords,
    campaigns.GroupStageRecords,
    adjustment_items.AdjustmentItemRecords,
    maxima.MaximaPage,
    criteria.CriterionRecords,
    criteria.FindingRecords,
    adjustment_items.CriterionBasisRecords,
    people.MembershipRecords,
    people.AccountRecords,
    people.AuditEventRecords,
)


def register(app: Flask, appbuilder: AppBuilder) -> None:
    """Add the views, without menu entries: the one menu of the portal names them."""
    made = {view.__name__: appbuilder.add_view_no_menu(view) for view in VIEWS}
    shown.register(app, {view.__name__: view for view in VIEWS}, made)
