"""What the API offers, as OpenAPI 3: made from the resources themselves."""

from __future__ import annotations

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import current_app, jsonify
from flask.typing import ResponseReturnValue
from flask_appbuilder.api import BaseApi, expose
from flask_appbuilder.api.manager import resolver

from app.web.access import signed_in


class DescriptionApi(BaseApi):
    resource_name = "openapi.json"
    openapi_spec_tag = "Description"

    @expose("", methods=["GET"])
    @signed_in
    def get(self) -> ResponseReturnValue:
        """This description.
        ---
        get:
          responses:
            200: {description: OpenAPI 3}
        """
        spec = APISpec(
            title="Scoring portal",
            version="v1",
            openapi_version="3.0.2",
            info={"description": "Decimals are strings, instants ISO 8601. A refusal: {code, message, details}."},
            plugins=[MarshmallowPlugin(schema_name_resolver=resolver)],
            servers=[{"url": "/"}],
            security=[{"key": []}],
        )
        spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
        for api in current_app.appbuilder.baseviews:  # type: ignore[attr-defined]
            if isinstance(api, BaseApi) and str(api.route_base).startswith("/api/v1"):
                api.add_api_spec(spec)
        return jsonify(spec.to_dict())
