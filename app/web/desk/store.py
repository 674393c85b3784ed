"""The evidence store, to be looked at: what is kept, for whom, on which criteria. Nothing is changed or opened here."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext
from sqlalchemy import select

from app.db import db
from app.db.assessments import Assessment
from app.db.campaigns import Campaign
from app.db.criteria import Criterion
from app.db.evidence import Document, Evidence
from app.storage.blobs import BlobDamaged, BlobMissing
from app.web.desk.grid import Grid
from app.web.records.typed import PortalInterface


class StoreGrid(Grid):
    datamodel = PortalInterface(Document)
    title = lazy_gettext("Evidence store")
    list_hint = lazy_gettext("What the units keep here. The documents themselves open on the sheets they belong to.")
    empty_words = lazy_gettext("No unit has added a document yet.")
    offers = frozenset({"index_view", "details_view", "export"})
    can_create = can_edit = can_delete = False
    can_view_details = True
    details_template = "desk/document.html"
    list_columns = ("document_number", "issued_on", "subject", "unit", "kind", "original_name", "size", "added_at")
    details_columns = (*list_columns[:4], "issuer", *list_columns[4:], "mime", "sha256", "url", "opened_on", "added_by")
    form_columns = ("document_number",)  # no form is offered; without it one of every relation would be built
    search_columns = ("unit", "kind", "issued_on", "added_at")
    order_columns = ("document_number", "issued_on", "size", "added_at")
    base_order = ("added_at", "desc")
    label_columns = {
        "document_number": lazy_gettext("Number and symbol"),
        "issued_on": lazy_gettext("Date"),
        "issuer": lazy_gettext("Issuer"),
        "subject": lazy_gettext("Subject"),
        "unit": lazy_gettext("Unit"),
        "kind": lazy_gettext("Kind"),
        "original_name": lazy_gettext("File"),
        "size": lazy_gettext("Size (bytes)"),
        "mime": lazy_gettext("Type"),
        "sha256": "SHA-256",
        "url": lazy_gettext("Link"),
        "opened_on": lazy_gettext("Opened on"),
        "added_at": lazy_gettext("Added at"),
        "added_by": lazy_gettext("Added by"),
    }

    def held(self, document: Document) -> str:
        """Return whether the bytes of a file are still there and still what they were: "", "missing", "damaged"."""
        if document.sha256 is None:
            return ""
        try:
            current_app.extensions["blobs"].open(document.sha256).close()
        except BlobMissing:
            return "missing"
        except BlobDamaged:
            return "damaged"
        return ""

    def cited(self, document: Document) -> list[Any]:
        """Return (campaign, criterion code, its title) of every place the document stands."""
        statement = (
            select(Campaign.name, Criterion.code, Criterion.title)
            .join(Assessment, Assessment.campaign_id == Campaign.id)
            .join(Evidence, Evidence.assessment_id == Assessment.id)
            .join(Criterion, Criterion.id == Evidence.criterion_id)
            .where(Evidence.document_id == document.id)
            .order_by(Campaign.id, Criterion.position)
        )
        return list(db.session.execute(statement))
