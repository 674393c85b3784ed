"""Generated records (Flask-AppBuilder): configuration only; scores and states are written by services alone."""

from __future__ import annotations

from flask import Flask
from flask_appbuilder import AppBuilder

from app.web.records import people, shown, views

VIEWS = (
    views.UnitRecords,
    views.PeerGroupRecords,
    views.CouncilRecords,
    views.LegalBasisRecords,
    views.CampaignRecords,
    views.PhaseRecords,
    views.GradeBandRecords,
    views.GroupStageRecords,
    views.CriteriaSetRecords,
    views.CriterionRecords,
    people.MembershipRecords,
    people.AccountRecords,
    people.AuditEventRecords,
)


def register(app: Flask, appbuilder: AppBuilder) -> None:
    for view in VIEWS:
        appbuilder.add_view_no_menu(view)
    shown.register(app, {view.__name__: view for view in VIEWS})
