"""Words of the generated records that stand nowhere else: kinds of rows, kinds of acts, who scores, in short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

from app.domain.terms import ScoredBy
from app.web.leaf_words import CHANGES, DECISIONS, STAGES, STATES, claim_in_words
from app.web.records.values import record_value
from app.words.fields import FIGURES

#: table, or kind of object in the audit log → what one of its rows is called
TABLES: Mapping[str, object] = {
    "ab_user": lazy_gettext("account"),
    "account": lazy_gettext("account"),
    "adopted_sheet": lazy_gettext("score sheet by an earlier version"),
    "ab_user_role": lazy_gettext("account"),
    "adjustment": lazy_gettext("adjustment"),
    "answer_window": lazy_gettext("window"),
    "appraiser_assignment": lazy_gettext("appraiser assignment"),
    "assessment": lazy_gettext("score sheet"),
    "baseline": lazy_gettext("figure of last year"),
    "campaign": lazy_gettext("campaign"),
    "campaign_override": lazy_gettext("override of the council"),
    "council": lazy_gettext("council"),
    "criteria_set": lazy_gettext("criteria set"),
    "criterion": lazy_gettext("criterion"),
    "criterion_mapping": lazy_gettext("mapping of criteria"),
    "criteria_import": lazy_gettext("review of an appendix"),
    "criterion_finding": lazy_gettext("finding"),
    "document": lazy_gettext("document"),
    "entered_claim": lazy_gettext("figure entered"),
    "evidence": lazy_gettext("document"),
    "exemption": lazy_gettext("exemption"),
    "grade_band": lazy_gettext("class"),
    "group_stage": lazy_gettext("group of a campaign"),
    "job": lazy_gettext("work"),
    "mail": lazy_gettext("mail"),
    "leader_ballot": lazy_gettext("leader's sheet"),
    "leaf": lazy_gettext("criterion"),
    "leaf_reopening": lazy_gettext("reopening"),
    "legal_basis": lazy_gettext("legal basis"),
    "membership": lazy_gettext("role held"),
    "officer_assignment": lazy_gettext("officer assignment"),
    "peer_group": lazy_gettext("peer group"),
    "peer_group_unit": lazy_gettext("peer group"),
    "phase": lazy_gettext("phase"),
    "publication": lazy_gettext("publication"),
    "published_result": lazy_gettext("published result"),
    "receipt": lazy_gettext("receipt"),
    "reply": lazy_gettext("answer"),
    "score_entry": lazy_gettext("score"),
    "rule_example": lazy_gettext("example of a rule"),
    "seed": lazy_gettext("seed"),
    "set_adoption": lazy_gettext("adoption of a version"),
    "stage_act": lazy_gettext("act on a group"),
    "touched_leaf": lazy_gettext("criterion changed by a version"),
    "unit": lazy_gettext("unit"),
    "verdict": lazy_gettext("verdict"),
}

#: kind of act in the audit log → what was done
ACTS: Mapping[str, object] = {
    **CHANGES,
    "account_added": lazy_gettext("Account added"),
    "campaign_opened": lazy_gettext("Campaign opened"),
    "configuration_added": lazy_gettext("Added"),
    "configuration_changed": lazy_gettext("Changed"),
    "configuration_deleted": lazy_gettext("Deleted"),
    "mapping_corrected": lazy_gettext("Mapping of criteria corrected"),
    "mapping_found": lazy_gettext("Mapping of criteria found"),
    "set_copied": lazy_gettext("Set copied for another year"),
    "version_adopted": lazy_gettext("Another version of the criteria adopted"),
    "version_made": lazy_gettext("New version of the criteria made"),
    "edition_published": lazy_gettext("Results published"),
    "explanation_sent": lazy_gettext("Explanation sent"),
    "job_cancelled": lazy_gettext("Work cancelled"),
    "mail_chosen": lazy_gettext("Chosen what is mailed"),
    "mail_sent_again": lazy_gettext("Mail to be sent again"),
    "import_decided": lazy_gettext("Decided in a review"),
    "import_dropped": lazy_gettext("Review put away"),
    "import_saved": lazy_gettext("Review kept as a criteria set"),
    "import_started": lazy_gettext("Appendix read"),
    "import_compared": lazy_gettext("Review laid beside a set"),
    "import_taken_up": lazy_gettext("Review taken up again"),
    "password_changed": lazy_gettext("Password changed"),
    "password_reset": lazy_gettext("New first password given"),
    "signed_out": lazy_gettext("Signed out, on every device"),
    "set_imported": lazy_gettext("Criteria set read from a file"),
    "seed_loaded": lazy_gettext("Seed loaded"),
    "request_approval": lazy_gettext("Approval asked for"),
    "return_to_draft": lazy_gettext("Returned to the officers"),
    "approve_by_unit": lazy_gettext("Approved by the head"),
    "submit": lazy_gettext("Sent"),
    "edit_leaf": lazy_gettext("Back to scoring by an edit"),
    "amend_leaf": lazy_gettext("Amended after sending"),
    "return_for_correction": lazy_gettext("Returned for correction"),
    "open_first_appraisal": lazy_gettext("First appraisal opened"),
    "release_first_results": lazy_gettext("First results released"),
    "open_second_appraisal": lazy_gettext("Second appraisal opened"),
    "conclude": lazy_gettext("Concluded"),
    "approve": lazy_gettext("Results approved"),
    "publish": lazy_gettext("Results published"),
    "rule_changed": lazy_gettext("Rule changed"),
    "reopen": lazy_gettext("Leaves reopened"),
    "annul": lazy_gettext("Results annulled"),
}

#: in a column of a list there is no room for the sentence of the sheet
SCORERS: Mapping[ScoredBy, object] = {
    ScoredBy.UNIT: lazy_gettext("Unit"),
    ScoredBy.LEADERS: lazy_gettext("Leaders' sheets"),
    ScoredBy.SURVEY: lazy_gettext("Survey"),
    ScoredBy.EXTERNAL: lazy_gettext("Another system"),
    ScoredBy.COUNCIL: lazy_gettext("Council"),
}

#: what services write into the audit log → what it is called
FIELDS: Mapping[str, object] = {
    **FIGURES,
    "error": lazy_gettext("error"),
    "mail": lazy_gettext("mail"),
    "claim": lazy_gettext("what was claimed"),
    "stage": lazy_gettext("stage"),
    "state": lazy_gettext("state"),
    "document": lazy_gettext("document"),
    "receipt": lazy_gettext("receipt"),
    "criteria": lazy_gettext("criteria"),
    "leaves": lazy_gettext("criteria"),
    "mapping": lazy_gettext("which criterion is which"),
    "previous_id": lazy_gettext("made from"),
    "set": lazy_gettext("criteria set"),
    "leader": lazy_gettext("leader's sheet"),
    "units": lazy_gettext("units"),
    "edition": lazy_gettext("edition"),
    "accounts": lazy_gettext("accounts"),
    "alone": lazy_gettext("unit that runs alone"),
    "name": lazy_gettext("name"),
    "last_name": lazy_gettext("second name"),
    "email": lazy_gettext("e-mail"),
    "password": lazy_gettext("password"),
    "created_on": lazy_gettext("made at"),
    "created_by_fk": lazy_gettext("made by"),
    "session_generation": lazy_gettext("sessions ended by hand"),
    "seeded_from": lazy_gettext("seed"),
    "roles": lazy_gettext("roles of the framework"),
    "permissions": lazy_gettext("permissions of the framework"),
    "code": lazy_gettext("code"),
    "position": lazy_gettext("place in the list"),
    "anchor_date": lazy_gettext("anchor date"),
    "policies": lazy_gettext("settings"),
    "version": lazy_gettext("version"),
    "reason": lazy_gettext("reason"),
    "sample": lazy_gettext("sample"),
    "measure": lazy_gettext("measure"),
    "source": lazy_gettext("source"),
    "file_name": lazy_gettext("file"),
    "kind": lazy_gettext("kind"),
    "nodes": lazy_gettext("rows"),
    "unsettled": lazy_gettext("findings not settled"),
    "where": lazy_gettext("at"),
    "campaign_id": lazy_gettext("campaign"),
    "criterion_id": lazy_gettext("criterion"),
    "parent_id": lazy_gettext("criterion above"),
    "set_id": lazy_gettext("criteria set"),
    "group_id": lazy_gettext("peer group"),
    "council_id": lazy_gettext("council"),
    "unit_id": lazy_gettext("unit"),
    "agency_id": lazy_gettext("appraising agency"),
    "user_id": lazy_gettext("account"),
    "legal_basis_id": lazy_gettext("legal basis"),
    "merged_into_id": lazy_gettext("merged into"),
    "successor_id": lazy_gettext("replaced by"),
    "number": lazy_gettext("number of the decision"),
    "decided_on": lazy_gettext("day of the decision"),
    "authority": lazy_gettext("in whose name"),
    "signer": lazy_gettext("post of the signer"),
    "sha256": lazy_gettext("fingerprint (SHA-256)"),
    "snapshot_sha256": lazy_gettext("fingerprint of the figures (SHA-256)"),
    "pdf_sha256": lazy_gettext("fingerprint of the paper (SHA-256)"),
    "content_sha256": lazy_gettext("fingerprint of the criteria (SHA-256)"),
    "examples": lazy_gettext("examples of the rule"),
    "expected": lazy_gettext("points expected"),
    "refusal": lazy_gettext("refusal expected"),
    "note": lazy_gettext("note"),
    "origin": lazy_gettext("where it comes from"),
    "supplement_round": lazy_gettext("round of the explanation"),
}

#: kind of a decision in a review → what was decided
IMPORT_DECISIONS: Mapping[str, object] = {
    "apply_remedy": lazy_gettext("a way out taken"),
    "edit_fields": lazy_gettext("row edited"),
    "match_agency": lazy_gettext("agency matched to a unit"),
    "settle": lazy_gettext("left as printed"),
    "settle_many": lazy_gettext("notes marked as seen"),
    "unsettle": lazy_gettext("finding opened again"),
    "delete_row": lazy_gettext("row left out"),
    "restore_row": lazy_gettext("row put back"),
    "undo": lazy_gettext("last decision taken back"),
}

_VOCABULARIES: Mapping[str, Mapping[str, object]] = {
    "stage": {stage.value: words for stage, words in STAGES.items()},
    "state": {state.value: words for state, words in STATES.items()},
    "kind": IMPORT_DECISIONS,
    "decision": {decision.value: words for decision, words in DECISIONS.items()},
}


def audit_value(column: str, value: Any) -> str:
    """Return one value of an audit row as people read it."""
    if column == "claim" and (value is None or isinstance(value, Mapping)):
        return claim_in_words(value)
    known = _VOCABULARIES.get(column, {})
    return str(known[value]) if isinstance(value, str) and value in known else record_value(value)


def stream_in_words(stream: str) -> str:
    """Return which chain of the log a row stands in: that of one sheet, one campaign, or the house."""
    kind, _, number = stream.partition(":")
    return f"{TABLES[kind]} {number}" if kind in TABLES else str(lazy_gettext("the whole portal"))
