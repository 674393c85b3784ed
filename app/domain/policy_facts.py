"""What the policy is asked with: who acts, what for, and the facts of what is acted upon."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.terms import LeaderKind, Role, Stage, State


class Permission(StrEnum):
    """`resource:action`."""

    UNIT_CONFIGURE = "unit:configure"
    SET_CONFIGURE = "set:configure"
    CAMPAIGN_READ = "campaign:read"
    CAMPAIGN_CONFIGURE = "campaign:configure"
    CAMPAIGN_OPEN = "campaign:open"
    ACCOUNT_CONFIGURE = "account:configure"
    OFFICER_ASSIGN = "officer:assign"
    WORK_HAND_OVER = "work:hand_over"
    CAMPAIGN_CHANGE = "campaign:change"
    DESK_EDIT = "desk:edit"
    STORE_READ = "store:read"
    AUDIT_READ = "audit:read"
    TRAIL_READ = "trail:read"
    ASSESSMENT_READ = "assessment:read"
    ASSESSMENT_SCORE = "assessment:score"
    ASSESSMENT_REQUEST_APPROVAL = "assessment:request_approval"
    ASSESSMENT_RETURN_TO_DRAFT = "assessment:return_to_draft"
    ASSESSMENT_APPROVE = "assessment:approve"
    ASSESSMENT_SUBMIT = "assessment:submit"
    ASSESSMENT_RETURN_FOR_CORRECTION = "assessment:return_for_correction"
    ASSESSMENT_AMEND = "assessment:amend"
    EVIDENCE_READ = "evidence:read"
    EVIDENCE_ADD = "evidence:add"
    EVIDENCE_REMOVE = "evidence:remove"
    AGENCY_EVIDENCE_READ = "agency_evidence:read"
    AGENCY_EVIDENCE_ADD = "agency_evidence:add"
    RECHECK_READ = "recheck:read"
    RECHECK_ASK = "recheck:ask"
    RECHECK_ORDER = "recheck:order"
    VERDICT_READ = "verdict:read"
    VERDICT_GIVE = "verdict:give"
    REPLY_WRITE = "reply:write"
    EXPLANATION_SEND = "explanation:send"
    BALLOT_ENTER = "ballot:enter"
    BALLOT_OWN = "ballot:own"
    CLAIM_ENTER = "claim:enter"
    WINDOW_GRANT = "window:grant"
    EXEMPTION_PROPOSE = "exemption:propose"
    ADJUSTMENT_PROPOSE = "adjustment:propose"
    REPORT_WRITE = "report:write"
    REPORT_APPROVE = "report:approve"
    EXEMPTION_DECIDE = "exemption:decide"
    ADJUSTMENT_DECIDE = "adjustment:decide"
    GROUP_READ = "group:read"
    GROUP_ACT = "group:act"
    GROUP_CONCLUDE = "group:conclude"
    GROUP_REOPEN = "group:reopen"
    GROUP_APPROVE = "group:approve"
    GROUP_PUBLISH = "group:publish"
    GROUP_ANNUL = "group:annul"
    RESULT_READ = "result:read"
    NOTICE_READ = "notice:read"
    RANKING_EXCLUDE = "ranking:exclude"
    UPWARD_READ = "upward:read"
    UPWARD_REPORT = "upward:report"
    RESULT_EXPORT = "result:export"
    SHARE_READ = "share:read"
    SHARE_ASSIGN = "share:assign"
    RECUSAL_RECORD = "recusal:record"
    SNIPPET_KEEP = "snippet:keep"
    AGENCY_CHASE = "agency:chase"
    JOB_READ = "job:read"
    JOB_CANCEL = "job:cancel"
    MAIL_MANAGE = "mail:manage"


@dataclass(frozen=True, slots=True)
class Principal:
    """The person whose work a deputy does."""

    user_id: int
    username: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """One role held in a unit or in a council; `covers_all_leaves` marks the officer who collates (tổng hợp)."""

    role: Role
    unit_id: int | None = None
    council_id: int | None = None
    covers_all_leaves: bool = False
    leader_kind: LeaderKind | None = None
    #: held as the deputy of this person, while a hand-over runs
    acting_for: Principal | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as a value: no session, no request.

    `rested_on`: whom the last permission given rests on, where it was a deputy's: what the audit trail says of the act.
    """

    user_id: int
    username: str
    appointments: tuple[Appointment, ...]
    address: str = ""
    rested_on: list[Principal] = field(default_factory=list, compare=False, repr=False)

    @property
    def name_in_audit(self) -> str:
        """The account, and in whose place it acted where it could not have in its own right."""
        return f"{self.username} (thay {self.rested_on[0].username})" if self.rested_on else self.username

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(held.role for held in self.appointments)

    @property
    def unit_ids(self) -> frozenset[int]:
        """The actor's own units, whatever role is held there."""
        return frozenset(held.unit_id for held in self.appointments if held.unit_id is not None)

    def has(self, role: Role) -> bool:
        return role in self.roles

    def roles_in_unit(self, unit_id: int | None) -> frozenset[Role]:
        return frozenset(held.role for held in self.appointments if unit_id is not None and held.unit_id == unit_id)

    def roles_in_council(self, council_id: int | None) -> frozenset[Role]:
        return frozenset(
            held.role for held in self.appointments if council_id is not None and held.council_id == council_id
        )

    def roles_for(self, subject: Subject) -> frozenset[Role]:
        """Return the roles the machines are asked with: of the subject's unit, its council, its appraising agencies.

        A coordinator acts as an officer of every leaf too (ARCHITECTURE §6). Appraising the own unit is no role.
        """
        own = self.roles_in_unit(subject.unit_id) - {Role.APPRAISER}
        if Role.COORDINATOR in own:
            own |= {Role.OFFICER}
        appraises = any(
            held.role is Role.APPRAISER and held.unit_id in subject.agency_ids for held in self.appointments
        )
        if appraises and subject.unit_id not in self.unit_ids:
            own |= {Role.APPRAISER}
        return own | self.roles_in_council(subject.council_id)


@dataclass(frozen=True, slots=True)
class Subject:
    """The facts of what is acted upon.

    `state`: as the sheet reads (`workflow.reads_as`). `stage`: the unit's own, else its group's. `writable` and
    `answerable`: whether claims (amendments, of a sheet already sent), or replies, may be written at the instant asked.
    `leaf_user_ids`: the officers of the leaf; None asks of no leaf in particular. `agency_ids`: the agency that
    appraises the leaf, or every agency that appraises a leaf of the sheet. `locked_at`: when scoring closed, once it
    has: a refusal by the calendar says it. `recused_ids`: who stays out of appraising the unit. `person_id`: the
    account the act is about, where it is about one. `owner_id`: the account a thing belongs to.
    """

    unit_id: int | None = None
    council_id: int | None = None
    state: State | None = None
    stage: Stage | None = None
    writable: bool = False
    answerable: bool = False
    leaf_user_ids: frozenset[int] | None = None
    agency_ids: frozenset[int] = frozenset()
    published: bool = False
    locked_at: dt.datetime | None = None
    recused_ids: frozenset[int] = frozenset()
    person_id: int | None = None
    owner_id: int | None = None
