"""The table of who may do what. A grant is a permission, a role (None: everyone signed in) and conditions.

`within` keeps an organiser appointed in a council to its groups. `not_own_unit` binds verdicts, leaders'
sheets, entered points, decisions on exemptions and adjustments and the naming of leaves to reopen; not acts on a whole
group. An auditor reads everything and is granted nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.domain.policy_facts import Actor, Appointment, Permission, Subject
from app.domain.terms import CONCLUDED, Role, Stage, State

Reach = Literal["unit", "council", "organised", "agency", "published", "own"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A named question about actor, appointment and subject; `reach` says what it narrows a list to."""

    name: str
    refusal: str
    holds: Callable[[Actor, Appointment | None, Subject], bool]
    reach: Reach | None = None


own_unit = Condition(
    "own_unit",
    "not_own_unit",
    lambda _, held, subject: held is not None and held.unit_id is not None and held.unit_id == subject.unit_id,
    "unit",
)
same_council = Condition(
    "same_council",
    "other_council",
    lambda _, held, subject: held is not None and held.council_id is not None and held.council_id == subject.council_id,
    "council",
)
#: an organiser appointed in a council organises its groups alone: of two tiers in one campaign each has its own
#: (QĐ 1820/QĐ-UBND, Điều 6)
within = Condition(
    "within",
    "other_council",
    lambda _, held, subject: held is not None and held.council_id in {None, subject.council_id},
    "organised",
)
own_agency = Condition(
    "own_agency",
    "not_your_agency",
    lambda _, held, subject: held is not None and held.unit_id is not None and held.unit_id in subject.agency_ids,
    "agency",
)
published = Condition("published", "not_published", lambda _, __, subject: subject.published, "published")
own = Condition(
    "own",
    "not_yours",
    lambda actor, _, subject: subject.owner_id is not None and subject.owner_id == actor.user_id,
    "own",
)
#: nobody appraises the own unit, whatever the role it is tried with
not_own_unit = Condition(
    "not_own_unit",
    "own_unit_refused",
    lambda actor, _, subject: subject.unit_id not in actor.unit_ids,
)
#: who declared, or of whom it was recorded, that they stay out of judging this unit
not_recused = Condition(
    "not_recused",
    "recused",
    lambda actor, _, subject: actor.user_id not in subject.recused_ids,
)
oneself = Condition("oneself", "not_oneself", lambda actor, _, subject: subject.person_id == actor.user_id)
#: an officer writes the leaves of the branches assigned to them; the one who collates, every leaf
assigned_leaf = Condition(
    "assigned_leaf",
    "leaf_not_assigned",
    lambda actor, held, subject: (
        (held is not None and held.covers_all_leaves)
        or subject.leaf_user_ids is None
        or (held.acting_for.user_id if held is not None and held.acting_for is not None else actor.user_id)
        in subject.leaf_user_ids
    ),
)
window_open = Condition("window_open", "deadline_passed", lambda _, __, subject: subject.writable)
answer_open = Condition("answer_open", "deadline_passed", lambda _, __, subject: subject.answerable)
#: evidence goes with a claim or, as a supplement, with a reply
any_window_open = Condition(
    "any_window_open",
    "deadline_passed",
    lambda _, __, subject: subject.writable or subject.answerable,
)


def in_state(*states: State) -> Condition:
    return Condition(
        f"in_state({', '.join(states)})",
        "wrong_state",
        lambda _, __, subject: subject.state in states,
    )


def in_stage(*stages: Stage) -> Condition:
    return Condition(
        f"in_stage({', '.join(stages)})",
        "wrong_stage",
        lambda _, __, subject: subject.stage in stages,
    )


@dataclass(frozen=True, slots=True)
class Grant:
    """`of_house`: an appointment in a council does not reach what the grant is about."""

    permission: Permission
    role: Role | None
    conditions: tuple[Condition, ...] = ()
    of_house: bool = False


def _grants(permission: Permission, roles: tuple[Role | None, ...], *conditions: Condition) -> tuple[Grant, ...]:
    return tuple(Grant(permission, role, conditions) for role in roles)


def _of_house(permission: Permission, roles: tuple[Role, ...]) -> tuple[Grant, ...]:
    """Return grants of what belongs to no council: an organiser appointed in one has none of it."""
    return tuple(Grant(permission, role, of_house=role is Role.ORGANISER) for role in roles)


def _reads_all(permission: Permission) -> tuple[Grant, ...]:
    """Return the grants to read everything: an auditor, and an organiser as far as they organise."""
    return (Grant(permission, Role.AUDITOR), Grant(permission, Role.ORGANISER, (within,)))


def _leaf_grants(permission: Permission, *conditions: Condition) -> tuple[Grant, ...]:
    """Return the grants to write leaves: an officer the assigned ones, a coordinator every one of the unit."""
    return (
        Grant(permission, Role.OFFICER, (own_unit, assigned_leaf, *conditions)),
        Grant(permission, Role.COORDINATOR, (own_unit, *conditions)),
    )


_CONFIGURERS = (Role.ADMINISTRATOR, Role.ORGANISER)
_UNIT_PEOPLE = (Role.OFFICER, Role.COORDINATOR, Role.UNIT_HEAD)
_COUNCIL_PEOPLE = (Role.SECRETARIAT, Role.COUNCIL_CHAIR, Role.APPROVING_AUTHORITY)
_SENDERS = (Role.COORDINATOR, Role.UNIT_HEAD)
_SECRETARIAT, _CHAIR, _AUTHORITY = (Role.SECRETARIAT,), (Role.COUNCIL_CHAIR,), (Role.APPROVING_AUTHORITY,)

_sent = in_state(State.SUBMITTED)
_unsent = in_state(State.DRAFT, State.AWAITING_APPROVAL, State.UNIT_APPROVED)
_sendable = in_state(State.DRAFT, State.UNIT_APPROVED)
_appraising = in_stage(Stage.FIRST_APPRAISAL, Stage.EXPLANATION, Stage.SECOND_APPRAISAL)
_before_conclusion = in_stage(Stage.SCORING, Stage.FIRST_APPRAISAL, Stage.EXPLANATION, Stage.SECOND_APPRAISAL)
_released = in_stage(
    Stage.EXPLANATION,
    Stage.SECOND_APPRAISAL,
    Stage.CONCLUDED,
    Stage.APPROVED,
    Stage.PUBLISHED,
)
_answering = in_stage(Stage.FIRST_APPRAISAL, Stage.EXPLANATION)

_CONFIGURATION = (
    *_of_house(Permission.UNIT_CONFIGURE, _CONFIGURERS),
    *_of_house(Permission.SET_CONFIGURE, _CONFIGURERS),
    *_grants(Permission.CAMPAIGN_READ, tuple(Role)),
    *_of_house(Permission.CAMPAIGN_CONFIGURE, _CONFIGURERS),
    *_of_house(Permission.CAMPAIGN_OPEN, (Role.ORGANISER,)),
    *_grants(Permission.ACCOUNT_CONFIGURE, (Role.ADMINISTRATOR,)),
    *_of_house(Permission.OFFICER_ASSIGN, _CONFIGURERS),
    *_grants(Permission.OFFICER_ASSIGN, _SENDERS, own_unit),
    *_grants(Permission.WORK_HAND_OVER, (Role.ADMINISTRATOR,)),
    *_grants(Permission.WORK_HAND_OVER, (Role.ORGANISER,), within),
    *_grants(Permission.WORK_HAND_OVER, _SENDERS, own_unit),
    *_grants(Permission.WORK_HAND_OVER, _COUNCIL_PEOPLE, same_council),
    *_of_house(Permission.CAMPAIGN_CHANGE, (Role.ORGANISER,)),
    *_of_house(Permission.DESK_EDIT, _CONFIGURERS),
    *_of_house(Permission.STORE_READ, (*_CONFIGURERS, Role.AUDITOR)),
    *_of_house(Permission.AUDIT_READ, (*_CONFIGURERS, Role.AUDITOR)),
    *_reads_all(Permission.TRAIL_READ),
    *_grants(Permission.TRAIL_READ, (Role.ADMINISTRATOR,)),
    *_grants(Permission.TRAIL_READ, _COUNCIL_PEOPLE, same_council, not_own_unit),
)

_SHEET = (
    *_reads_all(Permission.ASSESSMENT_READ),
    *_grants(Permission.ASSESSMENT_READ, _UNIT_PEOPLE, own_unit),
    *_grants(Permission.ASSESSMENT_READ, (*_COUNCIL_PEOPLE, Role.LEADER), same_council),
    *_grants(Permission.ASSESSMENT_READ, (Role.APPRAISER,), own_agency, _sent),
    *_leaf_grants(Permission.ASSESSMENT_SCORE, _unsent, window_open),
    *_leaf_grants(Permission.ASSESSMENT_AMEND, _sent, _before_conclusion, window_open),
    *_grants(
        Permission.ASSESSMENT_REQUEST_APPROVAL,
        (Role.OFFICER, Role.COORDINATOR),
        own_unit,
        in_state(State.DRAFT),
        window_open,
    ),
    *_grants(
        Permission.ASSESSMENT_RETURN_TO_DRAFT,
        (Role.UNIT_HEAD,),
        own_unit,
        in_state(State.AWAITING_APPROVAL),
    ),
    *_grants(
        Permission.ASSESSMENT_APPROVE,
        (Role.UNIT_HEAD,),
        own_unit,
        in_state(State.AWAITING_APPROVAL),
        window_open,
    ),
    *_grants(Permission.ASSESSMENT_SUBMIT, _SENDERS, own_unit, _sendable, window_open),
    *_grants(Permission.ASSESSMENT_SUBMIT, _SENDERS, own_unit, _sent, _before_conclusion, window_open),
    *_grants(
        Permission.ASSESSMENT_RETURN_FOR_CORRECTION,
        _SECRETARIAT,
        same_council,
        _sent,
        in_stage(Stage.SCORING),
    ),
    *_grants(Permission.REPORT_WRITE, _SENDERS, own_unit, _before_conclusion),
    *_grants(Permission.REPORT_APPROVE, (Role.UNIT_HEAD,), own_unit, _before_conclusion),
    *_grants(Permission.WINDOW_GRANT, _SECRETARIAT, same_council, _before_conclusion),
    *_grants(Permission.WINDOW_GRANT, (Role.ORGANISER,), within),
)

_EVIDENCE = (
    *_grants(Permission.EVIDENCE_READ, (Role.AUDITOR,)),
    *_grants(Permission.EVIDENCE_READ, _UNIT_PEOPLE, own_unit),
    *_grants(Permission.EVIDENCE_READ, _COUNCIL_PEOPLE, same_council),
    *_grants(Permission.EVIDENCE_READ, (Role.APPRAISER,), own_agency, _sent),
    *_leaf_grants(Permission.EVIDENCE_ADD, _unsent, window_open),
    *_leaf_grants(Permission.EVIDENCE_ADD, _sent, _before_conclusion, any_window_open),
    *_leaf_grants(Permission.EVIDENCE_REMOVE, _unsent, window_open),
    *_leaf_grants(Permission.EVIDENCE_REMOVE, _sent, _before_conclusion, any_window_open),
)

_APPRAISAL = (
    *_reads_all(Permission.VERDICT_READ),
    *_grants(Permission.VERDICT_READ, _UNIT_PEOPLE, own_unit, _released),
    *_grants(Permission.VERDICT_READ, _COUNCIL_PEOPLE, same_council),
    *_grants(Permission.VERDICT_READ, (Role.APPRAISER,), own_agency, not_own_unit),
    *_grants(Permission.VERDICT_GIVE, (Role.APPRAISER,), own_agency, not_own_unit, not_recused, _sent, _appraising),
    *_grants(
        Permission.VERDICT_GIVE,
        _SECRETARIAT,
        same_council,
        not_own_unit,
        not_recused,
        _sent,
        in_stage(Stage.SECOND_APPRAISAL),
    ),
    *_reads_all(Permission.RECHECK_READ),
    *_grants(Permission.RECHECK_READ, _UNIT_PEOPLE, own_unit),
    *_grants(Permission.RECHECK_READ, _COUNCIL_PEOPLE, same_council),
    *_grants(Permission.RECHECK_READ, (Role.APPRAISER,), own_agency, _sent),
    *_grants(Permission.RECHECK_ASK, _SENDERS, own_unit, in_stage(Stage.EXPLANATION), answer_open),
    *_grants(Permission.RECHECK_ORDER, (Role.APPRAISER,), own_agency, not_own_unit, not_recused, _sent, _appraising),
    *_grants(Permission.RECHECK_ORDER, _SECRETARIAT, same_council, not_own_unit, not_recused, _sent, _appraising),
    *_grants(Permission.AGENCY_EVIDENCE_READ, (Role.AUDITOR,)),
    *_grants(Permission.AGENCY_EVIDENCE_READ, _UNIT_PEOPLE, own_unit, _released),
    *_grants(Permission.AGENCY_EVIDENCE_READ, _COUNCIL_PEOPLE, same_council),
    *_grants(Permission.AGENCY_EVIDENCE_READ, (Role.APPRAISER,), own_agency, _sent),
    *_grants(
        Permission.AGENCY_EVIDENCE_ADD, (Role.APPRAISER,), own_agency, not_own_unit, not_recused, _sent, _appraising
    ),
    *_leaf_grants(Permission.REPLY_WRITE, _answering, answer_open),
    *_grants(Permission.EXPLANATION_SEND, _SENDERS, own_unit, in_stage(Stage.EXPLANATION), answer_open),
    *_grants(Permission.BALLOT_ENTER, _SECRETARIAT, same_council, not_own_unit, _before_conclusion),
    *_grants(Permission.BALLOT_OWN, (Role.LEADER,), same_council, not_own_unit, _before_conclusion),
    *_grants(Permission.CLAIM_ENTER, _SECRETARIAT, same_council, not_own_unit, not_recused, _before_conclusion),
    *_grants(Permission.EXEMPTION_PROPOSE, _UNIT_PEOPLE, own_unit, _unsent, window_open),
    *_grants(Permission.EXEMPTION_PROPOSE, _SECRETARIAT, same_council, not_own_unit, not_recused, _before_conclusion),
    *_grants(Permission.EXEMPTION_PROPOSE, (Role.ORGANISER,), within, not_own_unit, _before_conclusion),
    *_grants(Permission.ADJUSTMENT_PROPOSE, _SENDERS, own_unit, _before_conclusion, window_open),
    *_grants(
        Permission.ADJUSTMENT_PROPOSE, (Role.APPRAISER,), own_agency, not_own_unit, not_recused, _sent, _appraising
    ),
    *_grants(Permission.ADJUSTMENT_PROPOSE, _SECRETARIAT, same_council, not_own_unit, not_recused, _before_conclusion),
    *_grants(Permission.EXEMPTION_DECIDE, _CHAIR, same_council, not_own_unit, _before_conclusion),
    *_grants(Permission.ADJUSTMENT_DECIDE, _CHAIR, same_council, not_own_unit, _before_conclusion),
)

_OFFICE = (
    *_of_house(Permission.SHARE_READ, (Role.ORGANISER, Role.AUDITOR, Role.ADMINISTRATOR)),
    *_grants(Permission.SHARE_READ, (Role.UNIT_HEAD, Role.APPRAISER), own_unit),
    *_of_house(Permission.SHARE_ASSIGN, (Role.ORGANISER,)),
    *_grants(Permission.SHARE_ASSIGN, (Role.UNIT_HEAD,), own_unit),
    *_grants(Permission.RECUSAL_RECORD, (Role.APPRAISER,), oneself, own_agency),
    *_grants(Permission.RECUSAL_RECORD, _SECRETARIAT, same_council),
    *_grants(Permission.SNIPPET_KEEP, (Role.APPRAISER, Role.SECRETARIAT)),
    *_grants(Permission.AGENCY_CHASE, _SECRETARIAT, same_council, _appraising),
)

_GROUP = (
    *_reads_all(Permission.GROUP_READ),
    *_grants(Permission.GROUP_READ, _COUNCIL_PEOPLE, same_council),
    *_grants(
        Permission.GROUP_ACT,
        _SECRETARIAT,
        same_council,
        in_stage(Stage.SCORING, Stage.FIRST_APPRAISAL, Stage.EXPLANATION),
    ),
    *_grants(Permission.GROUP_CONCLUDE, _CHAIR, same_council, in_stage(Stage.SECOND_APPRAISAL)),
    *_grants(Permission.GROUP_REOPEN, _CHAIR, same_council, not_own_unit, in_stage(Stage.CONCLUDED, Stage.APPROVED)),
    *_grants(Permission.GROUP_APPROVE, _AUTHORITY, same_council, in_stage(Stage.CONCLUDED)),
    *_grants(Permission.GROUP_PUBLISH, _SECRETARIAT, same_council, in_stage(Stage.APPROVED)),
    *_grants(Permission.GROUP_ANNUL, _AUTHORITY, same_council, not_own_unit, in_stage(Stage.PUBLISHED)),
)

_RESULTS = (
    *_grants(Permission.RESULT_READ, (None,), published),
    *_reads_all(Permission.RESULT_READ),
    *_grants(Permission.RESULT_READ, _COUNCIL_PEOPLE, same_council),
    #: a table still moving would sway the sheets its leaders fill in
    *_grants(Permission.RESULT_READ, (Role.LEADER,), same_council, in_stage(*CONCLUDED)),
    *_reads_all(Permission.RESULT_EXPORT),
    *_grants(Permission.RESULT_EXPORT, _COUNCIL_PEOPLE, same_council),
    *_reads_all(Permission.NOTICE_READ),
    *_grants(Permission.NOTICE_READ, _COUNCIL_PEOPLE, same_council),
    *_grants(Permission.NOTICE_READ, _UNIT_PEOPLE, own_unit, published),
    *_of_house(Permission.RANKING_EXCLUDE, (Role.ORGANISER,)),
    #: asked of the council that published and of the one it reports to; what is read there is published
    *_reads_all(Permission.UPWARD_READ),
    *_grants(Permission.UPWARD_READ, _COUNCIL_PEOPLE, same_council),
    *_grants(Permission.UPWARD_REPORT, _SECRETARIAT, same_council),
)

_HOUSE = (
    *_grants(Permission.JOB_READ, (None,), own),
    *_grants(Permission.JOB_READ, (Role.ADMINISTRATOR, Role.AUDITOR)),
    *_grants(Permission.JOB_CANCEL, (None,), own),
    *_grants(Permission.JOB_CANCEL, (Role.ADMINISTRATOR,)),
    *_grants(Permission.MAIL_MANAGE, (Role.ADMINISTRATOR,)),
)

GRANTS: tuple[Grant, ...] = (*_CONFIGURATION, *_SHEET, *_EVIDENCE, *_APPRAISAL, *_OFFICE, *_GROUP, *_RESULTS, *_HOUSE)
