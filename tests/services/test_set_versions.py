"""New versions, copies for another year, their mapping by itself and by hand; on both databases."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from app.db.audit_trail import verify
from app.db.clock import FixedClock
from app.db.criteria import CriteriaSet, Criterion, CriterionFinding
from app.db.identity import LegalBasis
from app.db.session import Database, reading, unit_of_work
from app.db.versions import CriterionMapping
from app.domain.errors import Conflict, Forbidden, InputInvalid
from app.domain.policy import Actor, Appointment
from app.domain.set_diff import ChangeKind
from app.domain.set_mapping import Confidence
from app.domain.terms import Role, SetStatus, Severity
from app.services.seed_sets import copy_set
from app.services.seeds import load_seed
from app.services.set_comparison import correct_mapping, diff_of, link_previous, mapping_of, remap
from app.services.set_versions import copy_for_year, new_version, versions_of
from tests.services.flow import Flow, start


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    return start(tmp_path)


def basis(flow: Flow) -> int:
    with reading() as session:
        return session.scalars(select(LegalBasis.id)).one()


def second(flow: Flow, reason: str = "Sửa điểm tối đa") -> int:
    return new_version(flow.world.set, reason, basis(flow), actor=flow.who("to_chuc"), clock=flow.clock)


def change(flow: Flow, set_id: int, of: str, **values: object) -> None:
    with unit_of_work(actor=None, clock=flow.clock) as work:
        row = work.session.scalars(select(Criterion).where(Criterion.set_id == set_id, Criterion.code == of)).one()
        for name, value in values.items():
            setattr(row, name, value)


def test_a_new_version_is_a_draft_with_everything_its_source_says(flow: Flow) -> None:
    number = second(flow)
    with reading() as session:
        old, new = session.get_one(CriteriaSet, flow.world.set), session.get_one(CriteriaSet, number)
        assert (new.code, new.version_number, new.status, new.reason) == (
            "bo_thu",
            2,
            SetStatus.DRAFT,
            "Sửa điểm tối đa",
        )
        assert (new.previous_id, new.legal_basis_id) == (old.id, basis(flow))
        said = ("code", "title", "original", "maximum", "rule", "scored_by", "position")
        assert [[getattr(row, name) for name in said] for row in new.criteria] == [
            [getattr(row, name) for name in said] for row in old.criteria
        ]
        assert verify(session)[1] is None
    found = diff_of(flow.world.set, number, actor=flow.who("to_chuc"))
    assert (found.found, found.kept) == ((), True)


def test_findings_go_along_with_the_choice_that_settled_them(flow: Flow) -> None:
    with unit_of_work(actor=None, clock=flow.clock) as work:
        copy = CriteriaSet(code="khac", name="Khác", year=2024)
        root = Criterion(position=1, code="1", title="a", maximum=Decimal(0))
        root.findings = [
            CriterionFinding(code="gap", severity=Severity.ERROR, message="x", settled=True, choice="theo nghĩa hẹp")
        ]
        copy.criteria = [root]
        work.session.add(copy)
        work.session.flush()
        copy.status = SetStatus.FROZEN
        source = copy.id
    number = new_version(source, "vì", basis(flow), actor=flow.who("to_chuc"), clock=flow.clock)
    with reading() as session:
        (row,) = session.get_one(CriteriaSet, number).criteria
        assert [(each.code, each.settled, each.choice) for each in row.findings] == [("gap", True, "theo nghĩa hẹp")]


def test_a_version_needs_a_reason_and_a_document(flow: Flow) -> None:
    organiser = flow.who("to_chuc")
    with pytest.raises(InputInvalid, match="version_without_reason"):
        new_version(flow.world.set, "  ", basis(flow), actor=organiser, clock=flow.clock)
    for wrong in (None, 999):
        with pytest.raises(InputInvalid, match="legal_basis_missing"):
            new_version(flow.world.set, "vì", wrong, actor=organiser, clock=flow.clock)
    with pytest.raises(Forbidden):
        new_version(flow.world.set, "vì", basis(flow), actor=flow.who("dau_moi_01"), clock=flow.clock)
    with reading() as session:
        assert session.scalar(select(func.count(CriteriaSet.id))) == 1


def test_there_is_one_draft_version_at_a_time_and_a_draft_has_none(flow: Flow) -> None:
    number = second(flow)
    with pytest.raises(Conflict, match="draft_version_exists"):
        second(flow)
    with pytest.raises(InputInvalid, match="set_is_draft"):
        new_version(number, "vì", basis(flow), actor=flow.who("to_chuc"), clock=flow.clock)


def test_last_years_set_becomes_this_years_draft(flow: Flow) -> None:
    organiser = flow.who("to_chuc")
    number = copy_for_year(flow.world.set, "bo_2025", 2025, "Bộ 2025", actor=organiser, clock=flow.clock)
    with reading() as session:
        new = session.get_one(CriteriaSet, number)
        assert (new.code, new.version_number, new.year, new.name) == ("bo_2025", 1, 2025, "Bộ 2025")
        assert (new.legal_basis_id, new.previous_id) == (None, flow.world.set)
    assert [head.id for head in versions_of(flow.world.set, actor=organiser)] == [number, flow.world.set]
    assert [head.id for head in versions_of(number, actor=organiser)] == [number, flow.world.set]


@pytest.mark.parametrize(
    ("code", "year", "name", "refusal"),
    [
        ("bo_thu", 2025, "Bộ", "code_exists"),
        (" ", 2025, "Bộ", "set_code_missing"),
        ("b", 1999, "Bộ", "year_impossible"),
        ("b", 2025, " ", "set_name_missing"),
    ],
)
def test_a_copy_with_a_wrong_field_names_the_field(flow: Flow, code: str, year: int, name: str, refusal: str) -> None:
    with pytest.raises(InputInvalid, match=refusal) as refused:
        copy_for_year(flow.world.set, code, year, name, actor=flow.who("to_chuc"), clock=flow.clock)
    assert refused.value.details["field"] in {"code", "year", "name"}


def test_the_diff_follows_a_criterion_that_was_numbered_anew(flow: Flow) -> None:
    """1.9 is printed as 1.10 with another title: mapped by its origin, it has moved and is not another one."""
    number = second(flow)
    change(flow, number, "1.9", code="1.10", title="Tiêu chí khác hẳn")
    change(flow, number, "1.5", maximum=Decimal(3))
    found = diff_of(flow.world.set, number, actor=flow.who("to_chuc"))
    assert {each.place.code: each.kinds for each in found.found} == {
        "1.5": {ChangeKind.MAXIMUM},
        "1.10": {ChangeKind.MOVED, ChangeKind.WORDS},
    }
    assert (found.counts[ChangeKind.MAXIMUM], found.counts[ChangeKind.ADDED]) == (1, 0)


def test_the_diff_goes_through_the_version_between(flow: Flow) -> None:
    number = second(flow)
    change(flow, number, "1.9", code="1.10")
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.get_one(CriteriaSet, number).status = SetStatus.FROZEN
    third = new_version(number, "vì", basis(flow), actor=flow.who("to_chuc"), clock=flow.clock)
    change(flow, third, "1.10", code="1.11")
    found = diff_of(flow.world.set, third, actor=flow.who("to_chuc"))
    assert [(each.old.code, each.new.code) for each in found.found if each.old and each.new] == [("1.9", "1.11")]


def test_the_mapping_is_corrected_by_hand_and_never_two_to_one(flow: Flow) -> None:
    organiser, number = flow.who("to_chuc"), second(flow)
    with pytest.raises(InputInvalid, match="mapping_twice"):
        remap(number, "1.1", "1.2", actor=organiser, clock=flow.clock)
    with pytest.raises(InputInvalid, match="criterion_unknown"):
        remap(number, "9.9", "1.2", actor=organiser, clock=flow.clock)
    swapped = {"1.1": "1.2", "1.2": "1.1", "1.3": ""}
    assert correct_mapping(number, swapped, frozenset(), actor=organiser, clock=flow.clock) == 3
    rows = {row.new.code: row for row in mapping_of(number, actor=organiser).rows if row.new}
    assert rows["1.1"].old is not None
    assert (rows["1.1"].old.code, rows["1.1"].how) == ("1.2", Confidence.BY_HAND)
    assert rows["1.3"].old is None
    gone = [row.old.code for row in mapping_of(number, actor=organiser).rows if row.new is None and row.old]
    assert gone == ["1.3"]
    with reading() as session:
        assert verify(session)[1] is None


def test_a_set_from_elsewhere_is_linked_and_what_is_doubtful_waits_for_a_person(flow: Flow) -> None:
    """The other set has 1.1's title reworded by two of three words' neighbours: "Tiêu chí 1.1" → "Tiêu chí mới 1.1"."""
    organiser = flow.who("to_chuc")
    number = copy_for_year(flow.world.set, "nhap", 2025, "Nhập", actor=organiser, clock=flow.clock)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.execute(delete(CriterionMapping))
        work.session.execute(update(CriteriaSet).where(CriteriaSet.id == number).values(previous_id=None))
    change(flow, number, "1.1", title="Tiêu chí về văn bản 1.1")
    with pytest.raises(InputInvalid, match="set_without_origin"):
        mapping_of(number, actor=organiser)
    assert link_previous(number, flow.world.set, actor=organiser, clock=flow.clock) == 1
    view = mapping_of(number, actor=organiser)
    first = view.rows[0]
    assert first.new is not None
    assert (first.new.code, first.doubtful, view.doubtful) == ("1.1", True, 1)
    assert correct_mapping(number, {}, {"1.1"}, actor=organiser, clock=flow.clock) == 1
    assert mapping_of(number, actor=organiser).doubtful == 0
    with pytest.raises(InputInvalid, match="set_follows_itself"):
        with unit_of_work(actor=None, clock=flow.clock) as work:
            draft = CriteriaSet(code="t", name="t", year=2025, previous_id=number)
            work.session.add(draft)
            work.session.flush()
            last = draft.id
        link_previous(number, last, actor=organiser, clock=flow.clock)


def test_the_mapping_of_a_frozen_set_is_closed_to_services_objects_and_raw_sql(flow: Flow) -> None:
    number = second(flow)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.get_one(CriteriaSet, number).status = SetStatus.FROZEN
    with pytest.raises(Conflict, match="set_frozen"):
        remap(number, "", "1.1", actor=flow.who("to_chuc"), clock=flow.clock)
    with pytest.raises(Conflict, match="set_frozen"), unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.scalars(select(CriterionMapping).limit(1)).one().confirmed = False
    for statement in ("DELETE FROM criterion_mapping", "UPDATE criterion_mapping SET how = 'by_hand'"):
        with pytest.raises(DBAPIError, match="set_frozen"), unit_of_work(actor=None, clock=flow.clock) as work:
            work.session.execute(text(statement))


def test_the_annex_of_dinh_hoa_is_found_again_by_codes_and_titles_alone(database: Database, clock: FixedClock) -> None:
    """All 113 rows of a copy nobody linked: each is matched to itself, none is doubtful, and nothing differs."""
    load_seed("dinh_hoa_2024", clock=clock)
    organiser = Actor(1, "to_chuc", (Appointment(Role.ORGANISER),))
    with unit_of_work(actor=None, clock=clock) as work:
        source = work.session.scalars(select(CriteriaSet).order_by(CriteriaSet.id)).first()
        assert source is not None
        old, new = source.id, copy_set(work.session, source, "nam_sau").id
    assert link_previous(new, old, actor=organiser, clock=clock) == 0
    view = mapping_of(new, actor=organiser)
    assert len(view.rows) == 113
    assert all(row.old and row.new and row.old.code == row.new.code for row in view.rows)
    assert diff_of(old, new, actor=organiser).found == ()
