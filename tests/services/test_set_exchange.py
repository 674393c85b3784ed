"""A set out of the database as a file and back in as a draft: the same set, nothing replaced, nothing kept by half."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.db.audit import AuditEvent
from app.db.clock import FixedClock
from app.db.criteria import CriteriaSet, Criterion
from app.db.session import Database, reading
from app.domain.claims import NothingAroseClaim, OptionClaim, PointsClaim, RatioClaim
from app.domain.errors import DomainError, Forbidden, InputInvalid, NotFound
from app.domain.policy import Actor, Appointment
from app.domain.rule_examples import Example
from app.domain.rules import BandsOn, BandsRule, ChoiceRule, JudgedRule, Option, Step
from app.domain.set_content import FindingContent, SetContent, set_dumps
from app.domain.terms import ExampleOrigin, Role, ScoredBy, SetStatus, Severity
from app.reports.set_document import set_document
from app.services import seed_identity
from app.services.campaign_opening import content_hash
from app.services.seeds import load_seed
from app.services.set_exchange import (
    content_of_set,
    export_set,
    find_set,
    import_set_content,
    read_set_file,
)
from tests.reading.seed_set import SEED, seed_set, small_set

ORGANISER = Actor(1, "to_chuc", (Appointment(Role.ORGANISER, unit_id=1),))
OFFICER = Actor(2, "can_bo", (Appointment(Role.OFFICER, unit_id=1),))
SMALL = replace(small_set(JudgedRule(), JudgedRule()), legal_basis="")

#: 85 % earns 10 points of 10, less earns none; of three shares a person wrote one, an appendix brought one
SHARES = BandsRule(
    on=BandsOn.PERCENT,
    bands=(Step(Decimal(85), True, None, False, Decimal(10)), Step(None, False, Decimal(85), False, Decimal(0))),
)
SHARES_TRIED = (
    Example(RatioClaim(Decimal(17), Decimal(20)), Decimal(10), note="đúng 85%"),
    Example(RatioClaim(Decimal(16), Decimal(20)), Decimal(0), origin=ExampleOrigin.IMPORTED),
    Example(RatioClaim(Decimal(0), Decimal(0)), refusal="nothing_to_measure"),
)
CHOICE = ChoiceRule(
    options=(Option("1", "Có", Decimal(10)), Option("2", "Muộn", Decimal("0.5"))), nothing_arose=Decimal(10)
)
CHOICE_TRIED = (
    Example(OptionClaim(("2",)), Decimal("0.5")),
    Example(NothingAroseClaim(), Decimal(10)),
    Example(OptionClaim(()), refusal="option_missing", note="chưa chọn"),
)


def tried(*examples: Example) -> SetContent:
    """Return a set whose leaf 1.1 has these examples, and whose leaf 1.2 has three of its own."""
    root, shares, choice = small_set(SHARES, CHOICE).nodes
    nodes = (root, replace(shares, examples=examples), replace(choice, examples=CHOICE_TRIED))
    return replace(SMALL, reason="Sửa ngưỡng", nodes=nodes)


def say(code: str, details: Mapping[str, object]) -> str:
    return f"{code}: {', '.join(str(value) for value in details.values())}"


@pytest.fixture
def seeded(database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the id of the seed's set; the strength of a hash is not what these tests are about."""
    whole = seed_identity.generate_password_hash
    monkeypatch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))
    load_seed(SEED, clock=clock)
    return find_set(SEED)


def stored(set_id: int) -> SetContent:
    with reading() as session:
        return content_of_set(session.get_one(CriteriaSet, set_id))


def number_of_sets() -> int:
    with reading() as session:
        return session.scalar(select(func.count(CriteriaSet.id))) or 0


@pytest.mark.parametrize("kind", ["xlsx", "docx", "json"])
def test_the_seed_goes_out_and_comes_in_as_the_next_version_the_same_in_every_word(
    seeded: int, clock: FixedClock, kind: str
) -> None:
    name, data = export_set(seeded, kind, actor=ORGANISER)
    assert name == f"dinh_hoa_2024-v1.{kind}"
    content = read_set_file(data)
    assert content == seed_set()
    made = import_set_content(content, actor=ORGANISER, clock=clock, say=say)
    assert (made.code, made.version, made.unmatched) == (SEED, 2, ())
    assert stored(made.set_id) == stored(seeded)
    with reading() as session:
        sets = [session.get_one(CriteriaSet, number) for number in (seeded, made.set_id)]
        assert content_hash(sets[0]) == content_hash(sets[1])
        assert sets[1].status is SetStatus.DRAFT
        assert [row.agency_id for row in sets[0].criteria] == [row.agency_id for row in sets[1].criteria]


@pytest.mark.parametrize("kind", ["xlsx", "docx", "json"])
def test_examples_and_the_reason_of_a_version_travel_with_a_set(
    database: Database, clock: FixedClock, kind: str
) -> None:
    content = tried(*SHARES_TRIED)
    first = import_set_content(content, actor=ORGANISER, clock=clock, say=say)
    assert stored(first.set_id) == content
    read = read_set_file(export_set(first.set_id, kind, actor=ORGANISER)[1])
    assert read == content
    second = import_set_content(read, actor=ORGANISER, clock=clock, say=say)
    assert (second.version, stored(second.set_id)) == (2, content)


@pytest.mark.parametrize(
    ("examples", "code", "details"),
    [
        # 80 % earns 0, and 85 % is not refused
        (
            (SHARES_TRIED[0], replace(SHARES_TRIED[1], expected=Decimal(1))),
            "criterion_examples_broken",
            {"examples": "2"},
        ),
        (
            (Example(RatioClaim(Decimal(17), Decimal(20)), refusal="no_band"), SHARES_TRIED[2]),
            "criterion_examples_broken",
            {"examples": "1"},
        ),
        ((Example(OptionClaim(("1",)), Decimal(10)),), "criterion_examples_broken", {"examples": "1"}),
        ((Example(RatioClaim(Decimal(17), Decimal(20))),), "example_without_outcome", {}),
        ((replace(SHARES_TRIED[0], note="x" * 501),), "text_too_long", {"field": "note", "most": 500}),
        ((replace(SHARES_TRIED[0], expected=Decimal("0.00001")),), "too_many_decimals", {}),
        (SHARES_TRIED[:1] * 41, "too_many_examples", {"most": 40}),
    ],
)
def test_a_set_whose_examples_do_not_hold_is_refused_naming_criterion_and_example(
    database: Database, clock: FixedClock, examples: tuple[Example, ...], code: str, details: dict[str, object]
) -> None:
    with pytest.raises(InputInvalid) as refused:
        import_set_content(tried(*examples), actor=ORGANISER, clock=clock, say=say)
    expected = {"criterion": "1.1", **details}
    assert refused.value.code == code
    assert {name: refused.value.details.get(name) for name in expected} == expected
    assert number_of_sets() == 0


def test_an_import_is_written_into_the_audit_log_with_who_did_it(database: Database, clock: FixedClock) -> None:
    made = import_set_content(SMALL, actor=ORGANISER, clock=clock, say=say)
    with reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "set_imported")).one()
        assert (event.actor_name, event.object_type, event.object_id) == ("to_chuc", "criteria_set", str(made.set_id))
        assert event.new == {"version": 1, "name": "Bộ thử", "criteria": 3}


def test_an_agency_is_found_by_code_and_name_else_by_its_name_alone_else_stays_as_printed(
    seeded: int, clock: FixedClock
) -> None:
    """PNV is the Phòng Nội vụ of the seed; TTH the Thanh tra huyện."""
    leaves = [
        ("PNV", "Phòng Nội vụ", "Phòng Nội vụ TH"),  # both
        ("PNV", "", ""),  # the code alone
        ("X9", "thanh tra  huyện", ""),  # a code of another house, the name of ours
        ("PNV", "Phòng Nội chính", "P. Nội chính"),  # our code, another name
        ("", "", "Phòng Nội vụ"),  # printed, never matched: stays so
    ]
    content = small_set(*[JudgedRule()] * len(leaves))
    nodes = [
        replace(node, agency_code=code, agency_name=name, agency_printed=printed)
        for node, (code, name, printed) in zip(content.nodes[1:], leaves, strict=True)
    ]
    content = replace(content, nodes=(content.nodes[0], *nodes), legal_basis="")
    made = import_set_content(content, actor=None, clock=clock, say=say)
    assert made.unmatched == ("1.4",)
    with reading() as session:
        rows = session.scalars(select(Criterion).where(Criterion.set_id == made.set_id).order_by(Criterion.position))
        found = [
            (row.agency.code if row.agency else None, row.agency_printed, [each.message for each in row.findings])
            for row in rows
        ]
    assert found[1:] == [
        ("PNV", "Phòng Nội vụ TH", []),
        ("PNV", "", []),
        ("TTH", "", []),
        (None, "P. Nội chính", ["agency_unknown: Phòng Nội chính"]),
        (None, "Phòng Nội vụ", []),
    ]


def test_an_agency_without_printed_words_keeps_its_name(database: Database, clock: FixedClock) -> None:
    content = replace(small_set(JudgedRule(), agency_name="Sở Nội vụ"), legal_basis="")
    node = stored(import_set_content(content, actor=None, clock=clock, say=say).set_id).nodes[1]
    assert node.agency_printed == "Sở Nội vụ"
    assert [(each.code, each.severity, each.settled) for each in node.findings] == [
        ("agency_unknown", Severity.WARNING, False)
    ]


def test_a_legal_basis_the_house_does_not_know_is_kept_in_the_notes(database: Database, clock: FixedClock) -> None:
    content = replace(SMALL, legal_basis="99/QĐ-UBND", notes="Ghi chú")
    kept = stored(import_set_content(content, actor=None, clock=clock, say=say).set_id)
    assert (kept.legal_basis, kept.notes) == ("", "Ghi chú\nlegal_basis_unknown: 99/QĐ-UBND")


def _leaf(**changes: object) -> SetContent:
    return replace(SMALL, nodes=(SMALL.nodes[0], replace(SMALL.nodes[1], **changes), SMALL.nodes[2]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_leaf(maximum=Decimal(9)), "maximum_differs_from_children"),
        (_leaf(rule=None), "leaf_without_rule"),
        (_leaf(scored_by=None), "leaf_without_scorer"),
        (_leaf(parent="II"), "parent_unknown"),
        (_leaf(code="I"), "code_twice"),
        (_leaf(code="1" * 21), "criterion_field_too_long"),
        (_leaf(title=" "), "criterion_without_title"),
        (_leaf(code="1/2"), "code_unreadable"),
        (_leaf(code=""), "code_unreadable"),
        (_leaf(code=".."), "code_unreadable"),
        (
            _leaf(findings=(FindingContent("x" * 65, Severity.INFO, "?", settled=False, choice=""),)),
            "criterion_field_too_long",
        ),
        (_leaf(rule=JudgedRule(step=Decimal(0))), "figure_not_positive"),
        (_leaf(rule=JudgedRule(nothing_arose=Decimal(11))), "nothing_arose_above_maximum"),
        (
            replace(
                SMALL,
                nodes=(
                    replace(SMALL.nodes[0], examples=(Example(PointsClaim(Decimal(1)), Decimal(1)),)),
                    *SMALL.nodes[1:],
                ),
            ),
            "examples_without_rule",
        ),
        (
            replace(SMALL, nodes=(replace(SMALL.nodes[0], scored_by=ScoredBy.UNIT), *SMALL.nodes[1:])),
            "branch_with_scorer",
        ),
        (replace(SMALL, nodes=()), "no_leaf"),
        (replace(SMALL, name=" "), "set_field_missing"),
        (replace(SMALL, code=""), "set_field_missing"),
        (replace(SMALL, code="a" * 65), "text_too_long"),
        (replace(SMALL, year=24), "year_beyond_reach"),
    ],
)
def test_a_set_that_could_not_be_scored_is_refused_whole(
    database: Database, clock: FixedClock, content: SetContent, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        import_set_content(content, actor=ORGANISER, clock=clock, say=say)
    assert refused.value.code == code
    assert number_of_sets() == 0


def test_only_who_configures_sets_takes_them_out_or_in(database: Database, clock: FixedClock) -> None:
    made = import_set_content(SMALL, actor=ORGANISER, clock=clock, say=say)
    with pytest.raises(Forbidden):
        export_set(made.set_id, "xlsx", actor=OFFICER)
    with pytest.raises(Forbidden):
        import_set_content(SMALL, actor=OFFICER, clock=clock, say=say)
    assert number_of_sets() == 1


def test_what_is_not_there_is_said(database: Database, clock: FixedClock) -> None:
    made = import_set_content(SMALL, actor=None, clock=clock, say=say, code="khac")
    assert find_set("khac") == find_set("khac", 1) == made.set_id
    for asked in (lambda: find_set("khac", 2), lambda: find_set("thu"), lambda: export_set(999, "json", actor=None)):
        with pytest.raises(NotFound) as refused:
            asked()
        assert refused.value.code == "set_of_name_unknown"
    with pytest.raises(NotFound) as unknown:
        export_set(made.set_id, "pdf", actor=None)
    assert unknown.value.code == "export_kind_unknown"


def test_a_file_name_is_safe_whatever_the_code(database: Database, clock: FixedClock) -> None:
    made = import_set_content(SMALL, actor=None, clock=clock, say=say, code='../Đợt "1"\n;x')
    assert export_set(made.set_id, "json", actor=None)[0] == "dot-1-x-v1.json"


def test_a_changed_appendix_is_not_taken_in_by_halves() -> None:
    data = set_document(SMALL)
    altered = _altered(data, "Tiêu chí 1".encode(), "Tiêu chí A".encode())
    with pytest.raises(InputInvalid) as refused:
        read_set_file(altered)
    assert (refused.value.code, refused.value.details["changed"]) == ("document_changed", "1.1")


def _altered(data: bytes, old: bytes, new: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(buffer, "w") as made:
        for part in given.namelist():
            body = given.read(part)
            made.writestr(part, body.replace(old, new) if part == "word/document.xml" else body)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7", "set_file_not_ours"),
        (b"", "set_file_not_ours"),
        (b'  {"version": 1}', "set_missing_field"),
        (b'{"\xff', "not_json"),
        (b" " * 16_000_001, "own_file_too_large"),
        (b"{" + b" " * 4_000_000, "own_file_too_large"),
    ],
)
def test_a_file_that_is_not_ours_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        read_set_file(data)
    assert refused.value.code == code


def test_json_of_another_hand_is_read_the_same(database: Database) -> None:
    assert read_set_file(b"\n" + set_dumps(SMALL).replace("\n", "\r\n").encode()) == SMALL


def test_control_letters_escaped_in_json_reach_no_database(database: Database, clock: FixedClock) -> None:
    """PostgreSQL keeps no NUL, no file half of a pair; what is seen of the words stays."""
    given = set_dumps(SMALL).replace(SMALL.nodes[-1].title, SMALL.nodes[-1].title + "\\u0000\\ud800")
    assert "\\u0000" in given
    read = read_set_file(given.encode())
    assert read == SMALL
    import_set_content(read, actor=ORGANISER, clock=clock, say=say)
    assert number_of_sets() == 1
