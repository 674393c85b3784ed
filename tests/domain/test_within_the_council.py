"""Who organises one council's groups, and who keeps out of one unit: two limits that hold for every such act."""

from __future__ import annotations

from app.domain import policy
from app.domain.policy import Permission
from app.domain.terms import Role, Stage, State
from tests.domain.test_policy import COUNCIL, INTERIOR, OTHER_COUNCIL, in_council, in_unit, why


def test_an_organiser_of_a_council_organises_its_groups_and_nothing_of_the_house() -> None:
    """QĐ 1820/QĐ-UBND (Quảng Trị, 24/7/2024), Điều 6: each council appraises its own groups."""
    district, house = in_council(Role.ORGANISER), in_unit(Role.ORGANISER, INTERIOR)
    within = (
        Permission.WINDOW_GRANT,
        Permission.GROUP_READ,
        Permission.ASSESSMENT_READ,
        Permission.VERDICT_READ,
        Permission.RESULT_READ,
        Permission.NOTICE_READ,
        Permission.TRAIL_READ,
        Permission.WORK_HAND_OVER,
        Permission.EXEMPTION_PROPOSE,
    )
    for permission in within:
        assert why(district, permission) is None, permission
        assert why(district, permission, council_id=OTHER_COUNCIL) in {"other_council", "not_published"}, permission
        assert why(house, permission, council_id=OTHER_COUNCIL) is None, permission
    of_house = (
        Permission.CAMPAIGN_OPEN,
        Permission.CAMPAIGN_CHANGE,
        Permission.CAMPAIGN_CONFIGURE,
        Permission.SET_CONFIGURE,
        Permission.UNIT_CONFIGURE,
        Permission.DESK_EDIT,
        Permission.RANKING_EXCLUDE,
        Permission.SHARE_ASSIGN,
        Permission.STORE_READ,
        Permission.AUDIT_READ,
    )
    for permission in of_house:
        assert why(district, permission) == "role_missing", permission
        assert not policy.may_ever(district, permission), permission
        assert why(house, permission) is None, permission
    assert policy.scope(district, Permission.GROUP_READ).council_ids == {COUNCIL}
    assert not policy.scope(district, Permission.GROUP_READ).everything
    assert policy.scope(house, Permission.GROUP_READ).everything


def test_who_is_recused_does_nothing_about_the_unit_as_a_secretary_either() -> None:
    secretary = in_council(Role.SECRETARIAT)
    facts = {"state": State.SUBMITTED, "stage": Stage.SECOND_APPRAISAL}
    for permission in (
        Permission.VERDICT_GIVE,
        Permission.RECHECK_ORDER,
        Permission.CLAIM_ENTER,
        Permission.EXEMPTION_PROPOSE,
        Permission.ADJUSTMENT_PROPOSE,
    ):
        assert why(secretary, permission, **facts) is None, permission
        assert why(secretary, permission, recused_ids=frozenset({7}), **facts) == "recused", permission
