"""Words around one leaf of the sheet: the arithmetic behind its points, and the stamps that tell a touched field."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import gettext, lazy_gettext

from app.domain.award import percent_of
from app.domain.claim_codec import claim_from_json
from app.domain.claims import DeclinedClaim, FaultsClaim, NothingAroseClaim, RatioClaim, ZeroClaim
from app.domain.points import round_half_up
from app.domain.rules import DeductionRule
from app.domain.scoring import LeafPresence
from app.domain.terms import Decision, LeafStanding, ScoredBy, Stage, State
from app.domain.workflow import Standing
from app.services.papers import standing_words as standing_words_of_results
from app.services.sheets import LeafLine
from app.web.claim_forms import values_of_claim
from app.words.fields import FIGURES
from app.words.numbers import figure, percent, spelled

STANDINGS: Mapping[Standing, object] = {
    Standing.DRAFT: lazy_gettext("Being scored"),
    Standing.RETURNED: lazy_gettext("Returned for correction"),
    Standing.AWAITING_APPROVAL: lazy_gettext("Waits for the head's approval"),
    Standing.UNIT_APPROVED: lazy_gettext("Approved by the head, not sent yet"),
    Standing.SUBMITTED: lazy_gettext("Sent"),
    Standing.NOT_SUBMITTED: lazy_gettext("Not sent before the lock"),
    Standing.CLOSED: lazy_gettext("Ended: the unit was merged or left"),
}

STATES: Mapping[State, object] = {
    State.DRAFT: lazy_gettext("Being scored"),
    State.AWAITING_APPROVAL: lazy_gettext("Waits for the head's approval"),
    State.UNIT_APPROVED: lazy_gettext("Approved by the head, not sent yet"),
    State.SUBMITTED: lazy_gettext("Sent"),
}

STAGES: Mapping[Stage, object] = {
    Stage.SCORING: lazy_gettext("Self-scoring"),
    Stage.FIRST_APPRAISAL: lazy_gettext("First appraisal"),
    Stage.EXPLANATION: lazy_gettext("Explanation"),
    Stage.SECOND_APPRAISAL: lazy_gettext("Second appraisal"),
    Stage.CONCLUDED: lazy_gettext("Concluded"),
    Stage.APPROVED: lazy_gettext("Approved"),
    Stage.PUBLISHED: lazy_gettext("Published"),
}


SCORED_BY: Mapping[ScoredBy, object] = {
    ScoredBy.UNIT: lazy_gettext("Scored by the unit."),
    ScoredBy.LEADERS: lazy_gettext("Scored from the leaders' sheets; the unit enters nothing here."),
    ScoredBy.SURVEY: lazy_gettext("Scored from a survey; the unit enters nothing here."),
    ScoredBy.EXTERNAL: lazy_gettext("Taken from another system; the unit enters nothing here."),
    ScoredBy.COUNCIL: lazy_gettext("Scored by the council; the unit enters nothing here."),
}

#: figures of the year before that a rule compares with (annex of Định Hóa 2024, 8.3.1 and 8.3.2)
MEASURES: Mapping[str, object] = {
    "cchc_rank": lazy_gettext("Position in the reform index"),
    "satisfaction_rank": lazy_gettext("Position in the satisfaction index"),
    "cchc_index": lazy_gettext("Reform index"),
    "satisfaction_index": lazy_gettext("Satisfaction index"),
}

LEAF_STANDINGS: Mapping[LeafStanding, object] = {
    LeafStanding.UNDECIDED: lazy_gettext("Without verdict"),
    LeafStanding.AGREED: lazy_gettext("Agreed"),
    LeafStanding.DISAGREED: lazy_gettext("Disagreed"),
    LeafStanding.ASKED: lazy_gettext("Evidence asked for"),
    LeafStanding.ANSWERED: lazy_gettext("Answered"),
    LeafStanding.CONTESTED: lazy_gettext("Contested"),
    LeafStanding.REOPENED: lazy_gettext("Reopened"),
    LeafStanding.FINAL: lazy_gettext("Final"),
}

DECISIONS: Mapping[Decision, object] = {
    Decision.AGREE: lazy_gettext("agrees"),
    Decision.DISAGREE: lazy_gettext("disagrees"),
    Decision.REQUEST_EVIDENCE: lazy_gettext("asks for evidence"),
}

PRESENCES: Mapping[LeafPresence, object] = {
    LeafPresence.SCORED: lazy_gettext("Scored"),
    LeafPresence.NOTHING_AROSE: lazy_gettext("Nothing arose"),
    LeafPresence.NOT_APPLICABLE: lazy_gettext("Not applicable"),
    LeafPresence.NOT_SCORED: lazy_gettext("Not scored yet"),
}

CHANGES: Mapping[str, object] = {
    "self_score_entered": lazy_gettext("Score entered"),
    "score_carried": lazy_gettext("Carried to a new version of the criteria"),
    "change_seen": lazy_gettext("Change by a new version seen"),
    "evidence_attached": lazy_gettext("Document attached"),
    "evidence_detached": lazy_gettext("Document taken off"),
    "evidence_moved": lazy_gettext("Document put first"),
    "exemption_proposed": lazy_gettext("Claimed as not applicable"),
    "exemption_withdrawn": lazy_gettext("Claim of not applicable withdrawn"),
    "exemption_decided": lazy_gettext("Decided whether it applies"),
    "verdict_given": lazy_gettext("Verdict given"),
    "reply_written": lazy_gettext("Answer written"),
    "ballot_entered": lazy_gettext("Leader's sheet entered"),
    "claim_entered": lazy_gettext("Figure entered"),
    "claim_withdrawn": lazy_gettext("Figure withdrawn"),
    "survey_counted": lazy_gettext("Survey counted"),
}


def standing_words(standing: Standing) -> str:
    return str(STANDINGS[standing])


def dom(code: str) -> str:
    """Return a code as part of an element's id: a point would read as a class in a selector."""
    return code.replace(".", "_")


def text_stamp(value: object) -> str:
    """Return a short stamp of what a field held when the page was drawn; equal stamps are an untouched field."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def explained(line: LeafLine) -> str:
    """Return how the points came about: "12 / 13 = 92,31%"; nothing where the choice speaks for itself."""
    if line.claim is None:
        return ""
    claim: Any = claim_from_json(line.claim)
    match claim:
        case DeclinedClaim():
            return str(gettext("Left unscored on purpose: 0 points"))
        case NothingAroseClaim():
            return str(gettext("Nothing arose this year"))
        case ZeroClaim():
            return str(gettext("A ground for 0 points was named"))
    share = percent_of(claim)
    if share is None:
        return ""
    shown = percent(round_half_up(share, 2))
    ratio = getattr(claim, "share", claim)
    if not isinstance(ratio, RatioClaim):
        return shown
    words = f"{figure(ratio.numerator)} / {figure(ratio.denominator)} = {shown}{_deducted(line, claim)}"
    if share > 100:
        words += ". " + str(gettext("More than 100%: check the two figures; nothing is blocked."))
    return words


def _deducted(line: LeafLine, claim: object) -> str:
    """Return the sum of a deduction behind its share: "; 1 − 1 × 0,5 = 0,5"; nothing where the share decides alone."""
    rule = line.node.rule
    if not isinstance(rule, DeductionRule) or not isinstance(claim, FaultsClaim) or not claim.faults:
        return ""
    start = line.node.maximum if rule.start is None else rule.start
    if line.points != max(rule.floor, start - rule.each * claim.faults):
        return ""
    return f"; {figure(start)} − {figure(claim.faults)} × {figure(rule.each)} = {figure(line.points)}"


def measure_words(key: str) -> str:
    return str(MEASURES.get(key, key))


def time_left(left: dt.timedelta | None) -> str:
    """Return "6 h 17 min left" of what remains to the lock."""
    if left is None or left.total_seconds() <= 0:
        return str(gettext("Locked"))
    minutes = int(left.total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    if days:
        return str(gettext("%(days)s days %(hours)s hours left", days=days, hours=hours))
    return str(gettext("%(hours)s hours %(minutes)s minutes left", hours=hours, minutes=minutes % 60))


def claim_in_words(claim: Mapping[str, Any] | None) -> str:
    """Return a stored claim on one line, as history and conflicts show it."""
    if claim is None:
        return "–"
    parts = []
    for name, value in sorted(claim.items(), key=lambda pair: _PLACES.get(pair[0], 0)):
        match name:
            case "zero":
                parts.append(str(gettext("A ground for 0 points was named")))
            case "declined":
                parts.append(str(gettext("left unscored")))
            case "nothing_arose":
                parts.append(str(gettext("nothing arose")))
            case "option" | "options":
                chosen = value if isinstance(value, str) else ", ".join(value)
                parts.append(str(gettext("choice %(chosen)s", chosen=chosen)))
            case _:
                parts.append(f"{FIGURES.get(name, name)} {_flat(value)}")
    return "; ".join(parts)


#: stored claims sort their fields by name; people say what was done before the total
_PLACES = {name: place for place, name in enumerate(FIGURES)}


def _flat(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{measure_words(str(key))}: {_flat(inner)}" for key, inner in value.items())
    return "–" if value is None else spelled(value)


def change_values(values: Mapping[str, Any] | None) -> str:
    """Return one side of an audit row as people read it."""
    if not values:
        return "–"
    words = []
    for name, value in values.items():
        if name == "claim":
            words.append(claim_in_words(value))
        elif name == "decision" and value in set(Decision):
            words.append(str(DECISIONS[Decision(value)]))
        elif value not in (None, "") and name in FIGURES:
            words.append(f"{FIGURES[name]}: {value if name == 'explanation' else _flat(value)}")
    return " · ".join(words)


def conflict_words(problem: Any, side: str) -> str:
    """Return one of the two texts of a clash: an explanation as written, a claim in words."""
    value = problem.theirs[side]
    return claim_in_words(value) if problem.field == "claim" else str(value or "–")


def register(app: Flask) -> None:
    app.jinja_env.filters["dom"] = dom
    app.jinja_env.filters["change_values"] = change_values
    app.jinja_env.globals.update(
        standing_of_sheet=standing_words,
        stage_words=lambda stage: str(STAGES[stage]),
        scored_by_words=lambda scorer: str(SCORED_BY[scorer]),
        change_words=lambda action: str(CHANGES.get(action, action)),
        measure_words=measure_words,
        time_left=time_left,
        conflict_words=conflict_words,
        values_of_claim=values_of_claim,
        claim_in_words=claim_in_words,
        leaf_standing_words=lambda standing: str(LEAF_STANDINGS[standing]),
        presence_words=lambda presence: str(PRESENCES[presence]),
        decision_words=lambda decision: str(DECISIONS[decision]),
        result_standing_words=lambda standing: standing_words_of_results(standing, gettext),
    )
