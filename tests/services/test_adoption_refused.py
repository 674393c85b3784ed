"""What keeps a version from being adopted, and what goes along beside the entries; on both databases."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import Exemption
from app.db.campaigns import Campaign, CampaignOverride, GroupStage
from app.db.criteria import CriteriaSet, RuleExample
from app.db.session import Database, reading, unit_of_work
from app.db.versions import CriterionMapping
from app.domain.errors import Conflict, DomainError, Forbidden, InputInvalid
from app.domain.terms import ExampleOrigin, GroupAction, ItemStatus, SetStatus, State
from app.services.adoption import adoption_choice
from app.services.campaign_opening import opening_report
from app.services.group_context import find_group, group_context
from app.services.recount import answer_faults
from app.services.sheets import sheet
from tests.services.evidence_steps import add_file
from tests.services.flow import FULL, Flow, start
from tests.services.test_adoption import preview, stored
from tests.services.version_steps import adopt, change, frozen, lower_maximum, remove, row_of, second_version

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    """XM01 has claimed all 18 points and sent nothing."""
    made = start(tmp_path)
    made.fill("XM01", FULL)
    return made


def test_documents_follow_their_criterion_to_another_code(flow: Flow) -> None:
    add_file(flow, "1.9")
    number = second_version(flow)
    change(flow, number, "1.9", code="1.10")
    adopt(flow, number)
    view = sheet(flow.world.sheets["XM01"], actor=flow.who("can_bo_01"), clock=flow.clock)
    assert [line.node.code for line in view.lines if line.documents] == ["1.10"]


def test_a_document_of_a_leaf_that_is_gone_stays_with_the_unit(flow: Flow) -> None:
    add_file(flow, "1.4")
    number = second_version(flow)
    remove(flow, number, "1.4")
    adopt(flow, number)
    with reading() as session:
        from app.db.evidence import Document, Evidence

        assert (len(session.scalars(select(Document)).all()), session.scalars(select(Evidence)).all()) == (1, [])


def test_what_the_council_gives_and_what_does_not_apply_go_along(flow: Flow) -> None:
    """1.1 is the council's this year, 1.2 does not apply to XM01: neither is the unit's under the new version."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        given, spared = (row_of(work.session, flow.world.set, code).id for code in ("1.1", "1.2"))
        work.session.add(CampaignOverride(campaign_id=flow.world.campaign, criterion_id=given, reason="năm đầu"))
        sheet_id = flow.world.sheets["XM01"]
        spared_row = Exemption(assessment_id=sheet_id, criterion_id=spared, status=ItemStatus.ACCEPTED, reason="x")
        work.session.add(spared_row)
    number = second_version(flow)
    change(flow, number, "1.1", code="1.11")
    lower_maximum(flow, number)
    adopt(flow, number)
    view = sheet(flow.world.sheets["XM01"], actor=flow.who("can_bo_01"), clock=flow.clock)
    assert (view.line("1.11").override, view.line("1.11").own) == (Decimal(1), False)
    assert not view.line("1.2").own
    assert [line.node.code for line in view.lines if line.change] == ["1.5"]


def test_a_receipt_that_pins_a_leaf_spared_later_counts_no_more_when_that_leaf_changes(flow: Flow) -> None:
    """XM01 sent 4 points at 1.5, then was spared it; 1.5 is worth 3 now, so the receipt cannot be recomputed."""
    flow.send("XM01")
    with unit_of_work(actor=None, clock=flow.clock) as work:
        spared = row_of(work.session, flow.world.set, "1.5").id
        sheet_id = flow.world.sheets["XM01"]
        row = Exemption(assessment_id=sheet_id, criterion_id=spared, status=ItemStatus.ACCEPTED, reason="x")
        work.session.add(row)
        said = {"status": "accepted", "document": ""}
        work.audit(f"assessment:{sheet_id}", "exemption_proposed", "leaf", "1.5", new=said, note="x")
    number = second_version(flow)
    lower_maximum(flow, number)
    assert preview(flow, number).going_back == ("Xã mẫu 01",)
    assert adopt(flow, number, seen=True) == 1
    with reading() as session:
        context = group_context(session, find_group(session, flow.world.stage), flow.now)
        assert answer_faults(session, context) == []


def test_nothing_is_adopted_once_appraising_has_begun(flow: Flow) -> None:
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    number = second_version(flow)
    lower_maximum(flow, number)
    with pytest.raises(Conflict, match="adoption_after_scoring"):
        adopt(flow, number, seen=True)


def test_only_those_who_configure_campaigns_adopt(flow: Flow) -> None:
    number = second_version(flow)
    lower_maximum(flow, number)
    for stranger in ("thu_ky", "dau_moi_01", "kiem_toan"):
        with pytest.raises(Forbidden):
            adopt(flow, number, who=stranger)
    adopt(flow, number, who="quan_tri")


@pytest.mark.parametrize(
    ("given", "refusal"), [({"reason": " "}, "reason_missing"), ({"document": ""}, "document_missing")]
)
def test_an_adoption_needs_a_reason_and_a_document(flow: Flow, given: dict[str, str], refusal: str) -> None:
    number = second_version(flow)
    with pytest.raises(InputInvalid, match=refusal):
        adopt(flow, number, **given)


def test_a_version_that_could_not_be_opened_is_not_adopted_and_nothing_moves(flow: Flow) -> None:
    """1.5 is lowered and its branch is not: the set does not sum."""
    number = second_version(flow)
    change(flow, number, "1.5", maximum=Decimal(3))
    assert [problem.code for problem in preview(flow, number).problems] == ["set_does_not_sum"]
    with pytest.raises(DomainError, match="set_does_not_sum"):
        adopt(flow, number)
    assert stored(flow) == (State.DRAFT, Decimal(18), "")
    assert not frozen(number)


def test_a_match_nobody_confirmed_carries_no_entry(flow: Flow) -> None:
    number = second_version(flow)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.scalars(select(CriterionMapping).limit(1)).one().confirmed = False
    with pytest.raises(InputInvalid, match="mapping_doubtful"):
        preview(flow, number)


def test_the_set_in_use_and_one_that_does_not_come_from_it_are_refused(flow: Flow) -> None:
    with pytest.raises(InputInvalid, match="set_already_used"):
        adopt(flow, flow.world.set)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        from app.db.criteria import CriteriaSet

        other = CriteriaSet(code="khac", name="Khác", year=2024)
        work.session.add(other)
        work.session.flush()
        number = other.id
    with pytest.raises(InputInvalid, match="set_not_linked"):
        adopt(flow, number)


def test_the_choice_offers_the_versions_that_follow(flow: Flow) -> None:
    number = second_version(flow)
    (group,) = adoption_choice(flow.world.campaign, actor=flow.who("to_chuc")).groups
    assert (group.used.number, [each.id for each in group.offered]) == (1, [number])


def test_a_version_whose_examples_its_rules_contradict_is_not_adopted(flow: Flow) -> None:
    """100 percent gave 4 points while 1.5 was worth 4; it is worth 3 now, and nobody looked at the example."""
    number = second_version(flow)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        leaf = row_of(work.session, number, "1.5")
        leaf.examples.append(
            RuleExample(position=1, claim={"percent": "100"}, expected=Decimal(4), origin=ExampleOrigin.TYPED)
        )
    lower_maximum(flow, number)
    with pytest.raises(InputInvalid, match="criterion_examples_broken") as refused:
        adopt(flow, number)
    assert (refused.value.details["criterion"], refused.value.details["examples"]) == ("1.5", "1")
    assert not frozen(number)


def test_a_match_nobody_confirmed_in_a_version_between_carries_no_entry_either(flow: Flow) -> None:
    """The second version was frozen elsewhere with a doubtful match; the third comes from it beyond doubt."""
    second = second_version(flow)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        session = work.session
        of_leaf = CriterionMapping.new_criterion_id == row_of(session, second, "1.4").id
        session.scalars(select(CriterionMapping).where(of_leaf)).one().confirmed = False
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.get_one(CriteriaSet, second).status = SetStatus.FROZEN
    third = second_version(flow, second)
    with pytest.raises(InputInvalid, match="mapping_doubtful") as refused:
        adopt(flow, third)
    assert refused.value.details["criteria"] == "1.4"


def test_a_draft_with_a_match_nobody_confirmed_does_not_open_a_campaign(flow: Flow) -> None:
    """Frozen with the set, the match could be confirmed by nobody any more."""
    number = second_version(flow)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        session = work.session
        of_leaf = CriterionMapping.new_criterion_id == row_of(session, number, "1.4").id
        session.scalars(select(CriterionMapping).where(of_leaf)).one().confirmed = False
        used = session.get_one(GroupStage, flow.world.stage)
        other = Campaign(code="sau", name="Chiến dịch sau", year=2025, policies=dict(used.campaign.policies))
        other.groups.append(GroupStage(group_id=used.group_id, set_id=number, council_id=used.council_id))
        session.add(other)
        session.flush()
        campaign = other.id
    report = opening_report(campaign, clock=flow.clock)
    doubtful = [each.details for each in report.problems if each.code == "mapping_doubtful"]
    assert doubtful == [{"criteria": "1.4", "count": 1}]
