"""Score sheets: the list, one sheet with its leaves, one save of one leaf."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_appbuilder.api import BaseApi, expose

from app.domain.errors import InputInvalid
from app.domain.json_fields import Fields
from app.domain.policy import Permission
from app.services.my_sheets import my_sheets
from app.services.self_scoring import EnterSelfScore, enter
from app.services.sheets import LeafLine, sheet
from app.web.access import access, current_actor
from app.web.api.entry import body, page_of
from app.web.clocks import clock
from app.web.errors import json_of


class SheetApi(BaseApi):
    resource_name = "sheets"
    openapi_spec_tag = "Sheets"

    @expose("/", methods=["GET"])
    @access(Permission.ASSESSMENT_READ)
    def get_list(self) -> ResponseReturnValue:
        """The sheets the key's account may read.
        ---
        get:
          parameters:
          - {in: query, name: page, schema: {type: integer, minimum: 0}}
          - {in: query, name: page_size, schema: {type: integer, minimum: 1, maximum: 100}}
          responses:
            200: {description: A page of sheets}
            401: {description: No key that holds}
        """
        rows = [
            {
                "id": line.assessment_id,
                "campaign": line.campaign,
                "unit": line.unit,
                "standing": line.standing,
                "stage": line.stage,
                "closes_at": line.closes_at,
            }
            for line in my_sheets(actor=current_actor(), clock=clock())
        ]
        return page_of(rows)

    @expose("/<int:assessment_id>", methods=["GET"])
    @access(Permission.ASSESSMENT_READ)
    def get(self, assessment_id: int) -> ResponseReturnValue:
        """One sheet with every criterion, what was claimed, and the version a save has to name.
        ---
        get:
          parameters:
          - {in: path, name: assessment_id, required: true, schema: {type: integer}}
          responses:
            200: {description: The sheet}
            404: {description: No such sheet or not this account's to read}
        """
        view = sheet(assessment_id, actor=current_actor(), clock=clock())
        head = {
            "id": assessment_id,
            "unit": view.unit,
            "campaign": view.campaign,
            "standing": view.standing,
            "closes_at": view.closes_at,
            "obtained": view.obtained,
            "attainable": view.attainable,
            "settled": view.settled,
            "own": view.own,
        }
        return jsonify(json_of({**head, "criteria": [_leaf(line) for line in view.lines]}))

    @expose("/<int:assessment_id>/entries/<code>", methods=["PUT"])
    @access(Permission.ASSESSMENT_SCORE)
    def save(self, assessment_id: int, code: str) -> ResponseReturnValue:
        """Save claim or explanation of one criterion; `version` is the one last read, 0 where nothing was saved yet.
        ---
        put:
          parameters:
          - {in: path, name: assessment_id, required: true, schema: {type: integer}}
          - {in: path, name: code, required: true, schema: {type: string}}
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [version]
                  additionalProperties: false
                  properties:
                    version: {type: integer, minimum: 0}
                    claim: {type: object}
                    explanation: {type: string}
          responses:
            200: {description: The entry as it stands after the save}
            403: {description: Not this account's criterion or its time is over}
            409: {description: Somebody else saved meanwhile}
            422: {description: What was sent cannot be scored}
        """
        saved = enter(_command(assessment_id, code), actor=current_actor(), clock=clock())
        said = {"code": saved.code, "version": saved.version, "points": saved.points, "total": saved.total}
        return jsonify(json_of({**said, "at": saved.at}))


def _command(assessment_id: int, code: str) -> EnterSelfScore:
    fields = Fields(body(), InputInvalid, prefix="body")
    version, names = fields.whole_or_none("version"), fields.names()
    claim = dict(fields.pairs("claim")) if "claim" in names else None
    explanation = fields.text("explanation") if "explanation" in names else None
    fields.done()
    return EnterSelfScore(assessment_id, code, version or 0, claim=claim, explanation=explanation)


def _leaf(line: LeafLine) -> dict[str, Any]:
    node = {
        "code": line.node.code,
        "parent": line.node.parent,
        "title": line.node.title,
        "maximum": line.node.maximum,
        "leaf": line.node.rule is not None,
    }
    if line.node.rule is None:
        return node
    return {
        **node,
        "scored_by": line.node.scored_by,
        "original": line.original,
        "claim": line.claim,
        "points": line.points,
        "explanation": line.explanation,
        "version": line.version,
        "agency": line.agency,
        "writable": line.own and line.refusal is None,
    }
