"""Generated resources (Flask-AppBuilder): configuration, to read; it is changed on its pages, where it is checked."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_appbuilder import ModelRestApi

from app.db.campaigns import Campaign, Phase
from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import Council, LegalBasis, PeerGroup, Unit
from app.domain.policy import Permission
from app.web.access import FRAMEWORK_ROUTES
from app.web.api.entry import MOST, PAGE
from app.web.errors import as_json
from app.web.records.filters import WithinScope
from app.web.records.typed import PortalInterface
from app.words.refusals import refusal_words


class RecordApi(ModelRestApi):
    """Rows to read: the very columns named, those the policy reaches, a hundred a page at most."""

    include_route_methods = {"get", "get_list", "info"}
    allow_browser_login = True  # asked of whoever the key stands for; a session never gets here
    page_size, max_page_size = PAGE, MOST
    base_order = ("id", "asc")

    def response_400(self, **_said: Any) -> Response:
        return as_json(400, "http_400", refusal_words("http_400"))

    def response_404(self) -> Response:
        return as_json(404, "http_404", refusal_words("http_404"))

    def _init_properties(self) -> None:
        needed = FRAMEWORK_ROUTES.get(type(self).__name__)
        if isinstance(needed, Permission):
            self.base_filters = [["id", WithinScope, needed]]
        self.show_columns = self.list_columns
        self.search_columns = self.order_columns = [name for name in self.list_columns if "." not in name]
        self.add_columns = self.edit_columns = self.list_columns[:1]
        super()._init_properties()


class UnitApi(RecordApi):
    resource_name = "units"
    datamodel = PortalInterface(Unit)
    list_columns = ["id", "code", "name", "tier", "valid_from", "valid_to"]


class PeerGroupApi(RecordApi):
    resource_name = "groups"
    datamodel = PortalInterface(PeerGroup)
    list_columns = ["id", "code", "name"]


class CouncilApi(RecordApi):
    resource_name = "councils"
    datamodel = PortalInterface(Council)
    list_columns = ["id", "code", "name"]


class LegalBasisApi(RecordApi):
    resource_name = "legal_bases"
    datamodel = PortalInterface(LegalBasis)
    list_columns = ["id", "number", "title", "issued_on", "issuer"]


class CampaignApi(RecordApi):
    resource_name = "campaigns"
    datamodel = PortalInterface(Campaign)
    list_columns = ["id", "code", "name", "year", "status", "decimals", "opened_at"]


class PhaseApi(RecordApi):
    resource_name = "phases"
    datamodel = PortalInterface(Phase)
    list_columns = ["id", "kind", "opens_at", "closes_at", "campaign.code"]


class CriteriaSetApi(RecordApi):
    resource_name = "criteria_sets"
    datamodel = PortalInterface(CriteriaSet)
    list_columns = ["id", "code", "version_number", "name", "year", "status", "content_sha256"]


class CriterionApi(RecordApi):
    resource_name = "criteria"
    datamodel = PortalInterface(Criterion)
    list_columns = ["id", "code", "title", "scored_by", "criteria_set.code"]


APIS = (UnitApi, PeerGroupApi, CouncilApi, LegalBasisApi, CampaignApi, PhaseApi, CriteriaSetApi, CriterionApi)
