"""Verdicts: what waits for the account's agencies, one leaf with all that was said, one verdict or request."""

from __future__ import annotations

import datetime as dt

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_appbuilder.api import BaseApi, expose

from app.domain.errors import InputInvalid
from app.domain.json_fields import Fields
from app.domain.policy import Permission
from app.domain.terms import Decision
from app.services.appraisal import GiveVerdict, case_view, give_verdict
from app.services.desk import desk
from app.services.verdict_marks import Minutes
from app.web.access import access, current_actor
from app.web.api.entry import body, page_of
from app.web.clocks import clock
from app.web.errors import json_of


class AppraisalApi(BaseApi):
    resource_name = "verdicts"
    openapi_spec_tag = "Verdicts"

    @expose("/", methods=["GET"])
    @access(Permission.VERDICT_GIVE)
    def get_list(self) -> ResponseReturnValue:
        """The leaves the account's agencies appraise; `waits` says which of them wait.
        ---
        get:
          parameters:
          - {in: query, name: page, schema: {type: integer, minimum: 0}}
          - {in: query, name: page_size, schema: {type: integer, minimum: 1, maximum: 100}}
          responses:
            200: {description: A page of leaves}
        """
        rows = [
            {
                "sheet": leaf.assessment_id,
                "campaign": leaf.campaign,
                "unit": leaf.unit,
                "code": leaf.node.code,
                "stage": leaf.stage,
                "standing": leaf.state.standing,
                "claimed": leaf.claimed,
                "points": leaf.state.points,
                "waits": leaf.waits,
            }
            for leaf in desk(actor=current_actor(), clock=clock())
        ]
        return page_of(rows)

    @expose("/<int:assessment_id>/<code>", methods=["GET"])
    @access(Permission.VERDICT_READ)
    def get(self, assessment_id: int, code: str) -> ResponseReturnValue:
        """One leaf of one sheet: what was claimed, what was said of it; `said` is what a verdict has to name.
        ---
        get:
          parameters:
          - {in: path, name: assessment_id, required: true, schema: {type: integer}}
          - {in: path, name: code, required: true, schema: {type: string}}
          responses:
            200: {description: The leaf}
            404: {description: No such leaf or not this account's to read}
        """
        case = case_view(assessment_id, code, actor=current_actor(), clock=clock())
        verdicts = [
            {
                "round": each.round,
                "decision": each.decision,
                "points": each.points,
                "claim": each.claim,
                "reason": each.reason,
                "agency": each.agency,
                "at": each.at,
            }
            for each in case.verdicts
        ]
        replies = [{"text": each.text, "at": each.at, "sent": each.sent} for each in case.replies]
        head = {"sheet": assessment_id, "code": code, "unit": case.unit, "stage": case.stage, "said": case.said}
        pinned = {"claim": case.pinned.claim, "claimed": case.pinned.points, "explanation": case.pinned.explanation}
        standing = {"standing": case.state.standing, "verdicts": verdicts, "replies": replies}
        return jsonify(json_of({**head, **pinned, **standing}))

    @expose("/<int:assessment_id>/<code>", methods=["POST"])
    @access(Permission.VERDICT_GIVE)
    def give(self, assessment_id: int, code: str) -> ResponseReturnValue:
        """Give one verdict or ask for evidence; `said` is the number of verdicts last read, `claim` the corrected one.

        A request says in `reason` what is wanted and may say until when; a decision of the council names its minutes.
        ---
        post:
          parameters:
          - {in: path, name: assessment_id, required: true, schema: {type: integer}}
          - {in: path, name: code, required: true, schema: {type: string}}
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [decision, said]
                  additionalProperties: false
                  properties:
                    decision: {type: string, enum: [agree, disagree, request_evidence]}
                    said: {type: integer, minimum: 0}
                    claim: {type: object}
                    reason: {type: string}
                    due_at: {type: string, format: date-time}
                    minutes:
                      type: object
                      required: [number, 'on']
                      properties:
                        number: {type: string}
                        'on': {type: string, format: date}
          responses:
            201: {description: The verdict stands}
            403: {description: Not this account's to decide}
            409: {description: Somebody else decided meanwhile}
            422: {description: No reason or nothing corrected}
        """
        command = _command(assessment_id, code)
        give_verdict(command, actor=current_actor(), clock=clock())
        return jsonify({"sheet": assessment_id, "code": code, "decision": command.decision.value}), 201


def _command(assessment_id: int, code: str) -> GiveVerdict:
    fields = Fields(body(), InputInvalid, prefix="body")
    names, decision = fields.names(), fields.one_of("decision", Decision)
    command = GiveVerdict(
        assessment_id=assessment_id,
        code=code,
        decision=decision,
        said=fields.whole_or_none("said") or 0,
        claim=dict(fields.pairs("claim")) if "claim" in names else None,
        reason=fields.text("reason") if "reason" in names else "",
        due_at=_instant(fields.text("due_at")) if "due_at" in names else None,
        minutes=_minutes(fields.raw("minutes")) if "minutes" in names else None,
    )
    fields.done()
    return command


def _instant(text: str) -> dt.datetime:
    """Return an instant given in ISO 8601 with its zone. Raises InputInvalid("date_unreadable")."""
    try:
        read = dt.datetime.fromisoformat(text)
    except ValueError as wrong:
        raise InputInvalid("date_unreadable", text=text[:40], field="due_at") from wrong
    if read.tzinfo is None:
        raise InputInvalid("date_unreadable", text=text[:40], field="due_at")
    return read


def _minutes(given: object) -> Minutes:
    fields = Fields(given, InputInvalid, prefix="body")
    number, on = fields.text("number"), fields.text("on")
    fields.done()
    try:
        return Minutes(number, dt.date.fromisoformat(on))
    except ValueError as wrong:
        raise InputInvalid("date_unreadable", text=on[:40], field="minutes") from wrong
