"""REST at ``/api/v1``: the services and the policy of the pages, by a key in the header; a session is nobody."""

from __future__ import annotations

from flask import Flask
from flask_appbuilder import AppBuilder
from flask_appbuilder.api import BaseApi

from app.web.api import appraisal, description, entry, records, results, sheets

APIS: tuple[type[BaseApi], ...] = (
    *records.APIS,
    sheets.SheetApi,
    appraisal.AppraisalApi,
    results.ResultApi,
    description.DescriptionApi,
)


def register(app: Flask, appbuilder: AppBuilder) -> None:
    for api in APIS:
        appbuilder.add_api(api)
    entry.guard(app)
