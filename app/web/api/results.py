"""Results: the rankings the account may read, and one of them with every unit's figures."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_appbuilder.api import BaseApi, expose

from app.domain.policy import Permission
from app.services.publication import ranking, rankings
from app.web.access import access, current_actor
from app.web.api.entry import page_of
from app.web.clocks import clock
from app.web.errors import json_of


class ResultApi(BaseApi):
    resource_name = "results"
    openapi_spec_tag = "Results"

    @expose("/", methods=["GET"])
    @access(Permission.RESULT_READ)
    def get_list(self) -> ResponseReturnValue:
        """The rankings the account may read; `edition` is null while nothing is published.
        ---
        get:
          parameters:
          - {in: query, name: page, schema: {type: integer, minimum: 0}}
          - {in: query, name: page_size, schema: {type: integer, minimum: 1, maximum: 100}}
          responses:
            200: {description: A page of rankings}
        """
        rows = [
            {
                "id": head.group_stage_id,
                "campaign": head.campaign,
                "group": head.group,
                "stage": head.stage,
                "edition": None if head.publication is None else head.publication.edition,
                "decision": None if head.publication is None else head.publication.number,
            }
            for head in rankings(actor=current_actor())
        ]
        return page_of(rows)

    @expose("/<int:group_stage_id>", methods=["GET"])
    @access(Permission.RESULT_READ)
    def get(self, group_stage_id: int) -> ResponseReturnValue:
        """One ranking: every unit with points, maximum, index, class, position and the points of every criterion.
        ---
        get:
          parameters:
          - {in: path, name: group_stage_id, required: true, schema: {type: integer}}
          responses:
            200: {description: The ranking}
            404: {description: No such ranking or not this account's to read}
        """
        view = ranking(group_stage_id, actor=current_actor(), clock=clock())
        units = [
            {
                "unit": each.unit_code,
                "name": each.unit,
                "standing": each.standing,
                "obtained": each.row.line.obtained,
                "attainable": each.row.line.attainable,
                "bonus": each.row.line.bonus,
                "penalty": each.row.line.penalty,
                "index": each.row.index,
                "class": each.row.grade,
                "position": each.row.position,
                "criteria": {
                    code: {"points": points, "presence": each.presence[code]} for code, points in each.leaves.items()
                },
            }
            for each in view.results
        ]
        edition = view.publication
        head = {
            "id": group_stage_id,
            "campaign": view.campaign,
            "group": view.group,
            "stage": view.stage,
            "edition": None if edition is None else edition.edition,
            "decision": None if edition is None else edition.number,
            "snapshot_sha256": None if edition is None else edition.snapshot_sha256,
        }
        return jsonify(json_of({**head, "units": units}))
