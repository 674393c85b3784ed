"""Who may do what: the table tried from both sides of each condition."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import policy
from app.domain.errors import Forbidden
from app.domain.policy import GRANTS, Actor, Appointment, Permission, Subject
from app.domain.terms import GroupAction, Role, Stage, State, UnitAction
from app.domain.workflow import GROUP_MACHINE, UNIT_MACHINE

COMMUNE, OTHER_COMMUNE, JUSTICE, INTERIOR = 1, 2, 10, 11
COUNCIL, OTHER_COUNCIL = 100, 101

#: "nobody appraises the own unit" binds these, and not the acts on a whole group
BOUND = {
    Permission.VERDICT_GIVE,
    Permission.RECHECK_ORDER,
    Permission.AGENCY_EVIDENCE_ADD,
    Permission.BALLOT_ENTER,
    Permission.CLAIM_ENTER,
    Permission.EXEMPTION_DECIDE,
    Permission.ADJUSTMENT_DECIDE,
    Permission.GROUP_REOPEN,
    Permission.GROUP_ANNUL,
}
READING = {permission for permission in Permission if permission.value.endswith((":read", ":export"))}


def actor(*appointments: Appointment, user_id: int = 7) -> Actor:
    return Actor(user_id, "can_bo_01", appointments)


def officer(unit_id: int = COMMUNE, *, all_leaves: bool = False) -> Actor:
    return actor(Appointment(Role.OFFICER, unit_id=unit_id, covers_all_leaves=all_leaves))


def in_unit(role: Role, unit_id: int = COMMUNE) -> Actor:
    return actor(Appointment(role, unit_id=unit_id))


def in_council(role: Role, council_id: int = COUNCIL) -> Actor:
    return actor(Appointment(role, council_id=council_id))


def sheet(**facts: object) -> Subject:
    given_facts: dict[str, object] = {
        "unit_id": COMMUNE,
        "council_id": COUNCIL,
        "state": State.DRAFT,
        "stage": Stage.SCORING,
        "writable": True,
        "answerable": True,
        "agency_ids": frozenset({JUSTICE}),
    }
    return Subject(**(given_facts | facts))  # type: ignore[arg-type]


def why(who: Actor, permission: Permission, **facts: object) -> str | None:
    return policy.why_not(who, permission, sheet(**facts))


SCORE = Permission.ASSESSMENT_SCORE


def test_an_officer_writes_the_leaves_assigned_to_them() -> None:
    assert why(officer(), SCORE, leaf_user_ids=frozenset({7, 8})) is None
    assert why(officer(), SCORE, leaf_user_ids=frozenset({8})) == "leaf_not_assigned"
    assert why(officer(), SCORE, leaf_user_ids=frozenset()) == "leaf_not_assigned"


def test_the_officer_who_collates_and_the_coordinator_write_every_leaf_of_their_unit() -> None:
    for who in (officer(all_leaves=True), in_unit(Role.COORDINATOR)):
        assert why(who, SCORE, leaf_user_ids=frozenset({8})) is None
        assert why(who, SCORE, unit_id=OTHER_COMMUNE) == "not_own_unit"


def test_a_unit_head_reads_and_writes_no_leaf() -> None:
    assert why(in_unit(Role.UNIT_HEAD), SCORE) == "role_missing"
    assert why(in_unit(Role.UNIT_HEAD), Permission.ASSESSMENT_READ) is None


def test_covering_every_leaf_of_one_unit_covers_none_of_another() -> None:
    who = actor(
        Appointment(Role.OFFICER, unit_id=COMMUNE, covers_all_leaves=True),
        Appointment(Role.OFFICER, unit_id=OTHER_COMMUNE),
    )
    assert why(who, SCORE, unit_id=OTHER_COMMUNE, leaf_user_ids=frozenset({8})) == "leaf_not_assigned"


def test_nobody_scores_once_the_deadline_has_passed() -> None:
    assert why(officer(), SCORE, writable=False) == "deadline_passed"
    assert why(in_unit(Role.COORDINATOR), Permission.ASSESSMENT_SUBMIT, writable=False) == "deadline_passed"


def test_a_sheet_already_sent_is_amended_and_no_longer_scored() -> None:
    assert why(officer(), SCORE, state=State.SUBMITTED) == "wrong_state"
    assert why(officer(), Permission.ASSESSMENT_AMEND, state=State.SUBMITTED) is None
    assert why(officer(), Permission.ASSESSMENT_AMEND, state=State.DRAFT) == "wrong_state"


def test_nothing_is_amended_after_the_conclusion() -> None:
    assert why(officer(), Permission.ASSESSMENT_AMEND, state=State.SUBMITTED, stage=Stage.CONCLUDED) == "wrong_stage"


def test_a_late_unit_still_scores_in_its_window_while_its_group_is_concluded() -> None:
    assert why(officer(), SCORE, stage=Stage.CONCLUDED) is None
    assert why(in_unit(Role.UNIT_HEAD), Permission.ASSESSMENT_SUBMIT, stage=Stage.PUBLISHED) is None


def test_an_agency_gives_verdicts_on_its_own_leaves_only() -> None:
    appraising = {"state": State.SUBMITTED, "stage": Stage.FIRST_APPRAISAL}
    justice = in_unit(Role.APPRAISER, JUSTICE)
    assert why(justice, Permission.VERDICT_GIVE, **appraising) is None
    assert why(in_unit(Role.APPRAISER, INTERIOR), Permission.VERDICT_GIVE, **appraising) == "not_your_agency"
    assert why(justice, Permission.VERDICT_GIVE, state=State.SUBMITTED, stage=Stage.SCORING) == "wrong_stage"
    assert why(justice, Permission.VERDICT_GIVE, state=State.DRAFT, stage=Stage.FIRST_APPRAISAL) == "wrong_state"


def test_an_agency_that_is_scored_itself_gives_no_verdict_on_itself() -> None:
    facts = {"unit_id": JUSTICE, "state": State.SUBMITTED, "stage": Stage.FIRST_APPRAISAL}
    assert why(in_unit(Role.APPRAISER, JUSTICE), Permission.VERDICT_GIVE, **facts) == "own_unit_refused"


def test_somebody_of_the_unit_gives_no_verdict_on_it_in_another_role_either() -> None:
    both = actor(Appointment(Role.APPRAISER, unit_id=JUSTICE), Appointment(Role.OFFICER, unit_id=COMMUNE))
    facts = {"state": State.SUBMITTED, "stage": Stage.SECOND_APPRAISAL}
    assert why(both, Permission.VERDICT_GIVE, **facts) == "own_unit_refused"


def test_the_chair_may_not_name_leaves_of_the_own_unit_to_reopen_but_concludes_the_group() -> None:
    chair = actor(Appointment(Role.COUNCIL_CHAIR, council_id=COUNCIL), Appointment(Role.UNIT_HEAD, unit_id=COMMUNE))
    assert why(chair, Permission.GROUP_REOPEN, stage=Stage.CONCLUDED) == "own_unit_refused"
    assert why(chair, Permission.GROUP_CONCLUDE, unit_id=None, stage=Stage.SECOND_APPRAISAL) is None


def test_council_people_act_in_their_own_council() -> None:
    assert why(in_council(Role.SECRETARIAT), Permission.GROUP_ACT) is None
    assert why(in_council(Role.SECRETARIAT, OTHER_COUNCIL), Permission.GROUP_ACT) == "other_council"


def test_a_unit_reads_its_verdicts_from_the_release_on() -> None:
    assert why(officer(), Permission.VERDICT_READ, stage=Stage.FIRST_APPRAISAL) == "wrong_stage"
    assert why(officer(), Permission.VERDICT_READ, stage=Stage.EXPLANATION) is None


def test_evidence_is_read_by_the_unit_its_appraisers_its_council_and_the_auditor_alone() -> None:
    sent = {"state": State.SUBMITTED}
    allowed = [officer(), in_unit(Role.APPRAISER, JUSTICE), in_council(Role.SECRETARIAT), in_council(Role.AUDITOR)]
    assert [why(who, Permission.EVIDENCE_READ, **sent) for who in allowed] == [None] * 4
    refused = [
        officer(OTHER_COMMUNE),
        in_unit(Role.APPRAISER, INTERIOR),
        in_council(Role.SECRETARIAT, OTHER_COUNCIL),
        in_unit(Role.ORGANISER),
        in_council(Role.LEADER),
        actor(Appointment(Role.ADMINISTRATOR)),
        actor(),
    ]
    assert all(why(who, Permission.EVIDENCE_READ, **sent) is not None for who in refused)


def test_an_appraiser_does_not_look_into_a_sheet_that_was_not_sent() -> None:
    assert why(in_unit(Role.APPRAISER, JUSTICE), Permission.ASSESSMENT_READ) == "wrong_state"


def test_a_supplement_goes_with_a_reply() -> None:
    facts = {"state": State.SUBMITTED, "stage": Stage.EXPLANATION, "writable": False}
    assert why(officer(), Permission.EVIDENCE_ADD, **facts) is None
    assert why(officer(), Permission.EVIDENCE_ADD, **facts, answerable=False) == "deadline_passed"


def test_everyone_signed_in_reads_what_is_published() -> None:
    assert why(actor(), Permission.RESULT_READ, published=True) is None
    assert why(actor(), Permission.RESULT_READ) == "not_published"
    assert why(in_council(Role.SECRETARIAT), Permission.RESULT_READ) is None


def test_an_account_without_appointments_is_refused_everything_else() -> None:
    granted = {permission for permission in Permission if policy.allows(actor(), permission, sheet(published=True))}
    assert granted == {Permission.RESULT_READ}


def test_a_refusal_is_raised_with_its_code_and_the_permission() -> None:
    with pytest.raises(Forbidden) as refused:
        policy.require(officer(), SCORE, sheet(writable=False))
    assert refused.value.code == "deadline_passed"
    assert refused.value.details == {"permission": "assessment:score"}


def test_the_refusal_nearest_to_a_grant_is_told() -> None:
    """Of two communes an officer works for, the one that is asked about fails on its deadline alone."""
    who = actor(Appointment(Role.OFFICER, unit_id=OTHER_COMMUNE), Appointment(Role.OFFICER, unit_id=COMMUNE))
    assert why(who, SCORE, writable=False) == "deadline_passed"


# The table as a whole


def test_every_permission_is_granted_to_somebody() -> None:
    assert {grant.permission for grant in GRANTS} == set(Permission)


def test_an_auditor_is_granted_reading_and_nothing_else() -> None:
    assert {grant.permission for grant in GRANTS if grant.role is Role.AUDITOR} <= READING


def test_an_auditor_reads_every_sheet_verdict_document_and_result() -> None:
    reads = (
        Permission.ASSESSMENT_READ,
        Permission.EVIDENCE_READ,
        Permission.VERDICT_READ,
        Permission.GROUP_READ,
        Permission.RESULT_READ,
        Permission.AUDIT_READ,
        Permission.STORE_READ,
        Permission.CAMPAIGN_READ,
    )
    auditor = in_council(Role.AUDITOR, OTHER_COUNCIL)
    assert [why(auditor, permission, unit_id=OTHER_COMMUNE) for permission in reads] == [None] * len(reads)


def test_an_organiser_configures_and_reads_but_decides_nothing() -> None:
    granted = {grant.permission for grant in GRANTS if grant.role is Role.ORGANISER}
    configures = {permission for permission in Permission if permission.value.endswith((":configure", ":edit"))}
    also = {Permission.CAMPAIGN_OPEN, Permission.CAMPAIGN_CHANGE, Permission.OFFICER_ASSIGN, Permission.WINDOW_GRANT}
    also |= {Permission.WORK_HAND_OVER, Permission.SHARE_ASSIGN, Permission.EXEMPTION_PROPOSE}
    also |= {Permission.RANKING_EXCLUDE}
    assert granted <= READING | configures | also
    assert granted & BOUND == set()


ROLES_HELD = st.lists(
    st.builds(
        Appointment,
        st.sampled_from(Role),
        st.one_of(st.none(), st.sampled_from([COMMUNE, OTHER_COMMUNE, JUSTICE])),
        st.one_of(st.none(), st.sampled_from([COUNCIL, OTHER_COUNCIL])),
        st.booleans(),
    ),
    max_size=4,
)
SUBJECTS = st.builds(
    Subject,
    unit_id=st.one_of(st.none(), st.sampled_from([COMMUNE, OTHER_COMMUNE, JUSTICE])),
    council_id=st.one_of(st.none(), st.sampled_from([COUNCIL, OTHER_COUNCIL])),
    state=st.sampled_from(State),
    stage=st.sampled_from(Stage),
    writable=st.booleans(),
    answerable=st.booleans(),
    leaf_user_ids=st.one_of(st.none(), st.just(frozenset({7})), st.just(frozenset({8}))),
    agency_ids=st.frozensets(st.sampled_from([JUSTICE, INTERIOR])),
    published=st.booleans(),
)


@given(held=ROLES_HELD, subject=SUBJECTS, permission=st.sampled_from(sorted(BOUND)))
def test_nobody_decides_about_the_own_unit(held: list[Appointment], subject: Subject, permission: Permission) -> None:
    who = actor(*held)
    if subject.unit_id in who.unit_ids:
        assert not policy.allows(who, permission, subject)


@given(held=ROLES_HELD, subject=SUBJECTS, permission=st.sampled_from(sorted(Permission)))
def test_what_one_may_see_is_within_the_lists_one_gets(
    held: list[Appointment],
    subject: Subject,
    permission: Permission,
) -> None:
    who = actor(*held)
    if policy.allows(who, permission, subject):
        assert policy.scope(who, permission).covers(subject)
        assert policy.may_ever(who, permission)


@given(held=ROLES_HELD, subject=SUBJECTS)
def test_a_list_of_sent_sheets_holds_exactly_what_one_may_read(held: list[Appointment], subject: Subject) -> None:
    who = actor(*held)
    sent = policy.scope(who, Permission.ASSESSMENT_READ).covers(subject) and subject.state is State.SUBMITTED
    readable = policy.allows(who, Permission.ASSESSMENT_READ, subject) and subject.state is State.SUBMITTED
    assert sent is readable


@given(held=ROLES_HELD, subject=SUBJECTS, permission=st.sampled_from(sorted(Permission)))
def test_an_auditor_changes_nothing(
    held: list[Appointment],
    subject: Subject,
    permission: Permission,
) -> None:
    auditor = actor(*(one for one in held if one.role is Role.AUDITOR))
    if policy.allows(auditor, permission, subject):
        assert permission in READING


def test_an_unappointed_appraiser_has_an_empty_list() -> None:
    assert policy.scope(actor(Appointment(Role.APPRAISER)), Permission.ASSESSMENT_READ) == policy.Scope()


def test_a_list_is_narrowed_to_the_units_councils_and_agencies_of_the_actor() -> None:
    who = actor(
        Appointment(Role.UNIT_HEAD, unit_id=COMMUNE),
        Appointment(Role.APPRAISER, unit_id=JUSTICE),
        Appointment(Role.SECRETARIAT, council_id=COUNCIL),
    )
    assert policy.scope(who, Permission.ASSESSMENT_READ) == policy.Scope(
        unit_ids=frozenset({COMMUNE}),
        council_ids=frozenset({COUNCIL}),
        agency_ids=frozenset({JUSTICE}),
    )
    assert policy.scope(in_unit(Role.ORGANISER), Permission.ASSESSMENT_READ) == policy.Scope(everything=True)
    assert policy.scope(actor(), Permission.RESULT_READ) == policy.Scope(published=True)


# The machines and the policy tell one story

PERMISSION_OF = {
    UnitAction.REQUEST_APPROVAL: Permission.ASSESSMENT_REQUEST_APPROVAL,
    UnitAction.RETURN_TO_DRAFT: Permission.ASSESSMENT_RETURN_TO_DRAFT,
    UnitAction.APPROVE_BY_UNIT: Permission.ASSESSMENT_APPROVE,
    UnitAction.SUBMIT: Permission.ASSESSMENT_SUBMIT,
    UnitAction.EDIT_LEAF: Permission.ASSESSMENT_SCORE,
    UnitAction.AMEND_LEAF: Permission.ASSESSMENT_AMEND,
    UnitAction.RETURN_FOR_CORRECTION: Permission.ASSESSMENT_RETURN_FOR_CORRECTION,
    GroupAction.OPEN_FIRST_APPRAISAL: Permission.GROUP_ACT,
    GroupAction.RELEASE_FIRST_RESULTS: Permission.GROUP_ACT,
    GroupAction.OPEN_SECOND_APPRAISAL: Permission.GROUP_ACT,
    GroupAction.CONCLUDE: Permission.GROUP_CONCLUDE,
    GroupAction.REOPEN: Permission.GROUP_REOPEN,
    GroupAction.APPROVE: Permission.GROUP_APPROVE,
    GroupAction.PUBLISH: Permission.GROUP_PUBLISH,
    GroupAction.ANNUL: Permission.GROUP_ANNUL,
}


@pytest.mark.parametrize(("action", "role"), list(product(UnitAction, Role)))
def test_a_sheet_moves_for_those_the_policy_allows(action: UnitAction, role: Role) -> None:
    who = actor(Appointment(role, unit_id=COMMUNE, council_id=COUNCIL))
    for where in (one for one in UNIT_MACHINE if one.action is action):
        subject = sheet(state=where.source)
        allowed = policy.allows(who, PERMISSION_OF[action], subject)
        assert allowed is not who.roles_for(subject).isdisjoint(where.roles)


@pytest.mark.parametrize(("action", "role"), list(product(GroupAction, Role)))
def test_a_group_moves_for_those_the_policy_allows(action: GroupAction, role: Role) -> None:
    for where in (one for one in GROUP_MACHINE if one.action is action):
        who = in_council(role)
        subject = Subject(council_id=COUNCIL, stage=where.source)
        assert policy.allows(who, PERMISSION_OF[action], subject) is (role in where.roles)


def test_a_coordinator_acts_as_an_officer_of_every_leaf() -> None:
    assert in_unit(Role.COORDINATOR).roles_for(sheet()) == {Role.COORDINATOR, Role.OFFICER}
    assert in_unit(Role.COORDINATOR, OTHER_COMMUNE).roles_for(sheet()) == frozenset()


def test_a_role_is_brought_to_the_unit_the_council_and_the_agency_it_is_held_in() -> None:
    assert in_council(Role.SECRETARIAT).roles_for(sheet()) == {Role.SECRETARIAT}
    assert in_council(Role.SECRETARIAT, OTHER_COUNCIL).roles_for(sheet()) == frozenset()
    assert in_unit(Role.APPRAISER, JUSTICE).roles_for(sheet()) == {Role.APPRAISER}
    assert in_unit(Role.APPRAISER, JUSTICE).roles_for(sheet(unit_id=JUSTICE)) == frozenset()


def test_an_actor_knows_the_roles_held_in_a_unit_and_in_a_council() -> None:
    who = actor(Appointment(Role.UNIT_HEAD, unit_id=COMMUNE), Appointment(Role.LEADER, council_id=COUNCIL))
    assert who.has(Role.LEADER)
    assert not who.has(Role.AUDITOR)
    assert who.roles_in_unit(COMMUNE) == {Role.UNIT_HEAD}
    assert who.roles_in_council(COUNCIL) == {Role.LEADER}
    assert who.roles_in_unit(None) == who.roles_in_council(None) == frozenset()
