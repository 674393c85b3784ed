"""The closed vocabularies of the field: every value here is stored, sent and translated by its name.

The Vietnamese words stand in ``translations/``; the glossary (docs) maps each to the decree's own term.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is, tied to a unit or to a council by an appointment."""

    ADMINISTRATOR = "administrator"
    ORGANISER = "organiser"
    OFFICER = "officer"
    COORDINATOR = "coordinator"
    UNIT_HEAD = "unit_head"
    APPRAISER = "appraiser"
    SECRETARIAT = "secretariat"
    COUNCIL_CHAIR = "council_chair"
    LEADER = "leader"
    APPROVING_AUTHORITY = "approving_authority"
    AUDITOR = "auditor"


class UnitTier(StrEnum):
    PROVINCE = "province"
    DEPARTMENT = "department"
    DISTRICT = "district"
    AGENCY = "agency"
    COMMUNE = "commune"
    PUBLIC_SERVICE = "public_service"


class LeaderKind(StrEnum):
    CHAIRMAN = "chairman"
    VICE_CHAIRMAN = "vice_chairman"


class ScoredBy(StrEnum):
    """Who enters the claim of a leaf."""

    UNIT = "unit"
    LEADERS = "leaders"
    SURVEY = "survey"
    EXTERNAL = "external"
    COUNCIL = "council"


class LeafSetting(StrEnum):
    """What a campaign says of a single leaf beside its rule: points the council gives, or its own time."""

    OVERRIDE = "override"
    TERM = "term"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class ExampleOrigin(StrEnum):
    """Where an example of a rule comes from: typed in the editor, or brought along by an import."""

    TYPED = "typed"
    IMPORTED = "imported"


class SetStatus(StrEnum):
    DRAFT = "draft"
    FROZEN = "frozen"


class ImportStatus(StrEnum):
    """An appendix that was read: under review, kept as a criteria set, or dropped."""

    DRAFT = "draft"
    SAVED = "saved"
    DROPPED = "dropped"


class CampaignStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class PhaseKind(StrEnum):
    """A dated stretch of a campaign. Only SCORING decides who may write; the others inform or open group acts."""

    DATA_CUTOFF = "data_cutoff"
    REPORT_DUE = "report_due"
    SCORING = "scoring"
    FIRST_APPRAISAL = "first_appraisal"
    EXPLANATION = "explanation"
    SECOND_APPRAISAL = "second_appraisal"
    UPWARD_REPORT = "upward_report"


class Ties(StrEnum):
    COMPETITION = "competition"  # 1-2-2-4
    DENSE = "dense"  # 1-2-2-3


class State(StrEnum):
    """Where one unit's assessment stands before it is in the appraisers' hands."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    UNIT_APPROVED = "unit_approved"
    SUBMITTED = "submitted"


class Stage(StrEnum):
    """Where a group (or a unit running alone) stands from the opening to the publication."""

    SCORING = "scoring"
    FIRST_APPRAISAL = "first_appraisal"
    EXPLANATION = "explanation"
    SECOND_APPRAISAL = "second_appraisal"
    CONCLUDED = "concluded"
    APPROVED = "approved"
    PUBLISHED = "published"


#: from the conclusion on nothing moves by itself: points are final until somebody with the right reopens them
CONCLUDED = frozenset({Stage.CONCLUDED, Stage.APPROVED, Stage.PUBLISHED})


class UnitAction(StrEnum):
    REQUEST_APPROVAL = "request_approval"
    RETURN_TO_DRAFT = "return_to_draft"
    APPROVE_BY_UNIT = "approve_by_unit"
    SUBMIT = "submit"
    EDIT_LEAF = "edit_leaf"
    RETURN_FOR_CORRECTION = "return_for_correction"
    AMEND_LEAF = "amend_leaf"


class GroupAction(StrEnum):
    OPEN_FIRST_APPRAISAL = "open_first_appraisal"
    RELEASE_FIRST_RESULTS = "release_first_results"
    OPEN_SECOND_APPRAISAL = "open_second_appraisal"
    CONCLUDE = "conclude"
    REOPEN = "reopen"
    APPROVE = "approve"
    PUBLISH = "publish"
    ANNUL = "annul"


class WindowGround(StrEnum):
    """Why a unit may write outside the scoring phase."""

    EXTENSION = "extension"
    CORRECTION = "correction"
    DATA_UPDATE = "data_update"
    EVIDENCE_REQUEST = "evidence_request"
    EXPLANATION = "explanation"


#: Grounds that open claim, explanation and evidence; the other two open reply and supplement only.
CLAIM_GROUNDS = frozenset({WindowGround.EXTENSION, WindowGround.CORRECTION, WindowGround.DATA_UPDATE})


class Decision(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"
    REQUEST_EVIDENCE = "request_evidence"


class LeafStanding(StrEnum):
    """What the appended acts on one leaf add up to."""

    UNDECIDED = "undecided"
    AGREED = "agreed"
    DISAGREED = "disagreed"
    ASKED = "asked"
    ANSWERED = "answered"
    CONTESTED = "contested"
    REOPENED = "reopened"
    FINAL = "final"


class ReceiptKind(StrEnum):
    SELF_SCORE = "self_score"
    EXPLANATION = "explanation"


class DocumentKind(StrEnum):
    FILE = "file"
    LINK = "link"


class AdjustmentKind(StrEnum):
    BONUS = "bonus"
    PENALTY = "penalty"


class RecheckStatus(StrEnum):
    """An on-site recheck (phúc tra): the unit asked for it, it was ordered or refused, or recorded with minutes."""

    ASKED = "asked"
    ORDERED = "ordered"
    REFUSED = "refused"
    RECORDED = "recorded"


class AgencyProof(StrEnum):
    """What an agency adds to a case by itself: a file, or a check it made on a named system."""

    FILE = "file"
    CHECK = "check"


class ItemStatus(StrEnum):
    """An exemption or adjustment: proposed by one, decided by the council."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
