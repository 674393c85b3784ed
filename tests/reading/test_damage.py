"""300 single changes to papers that read right: each changes what was understood, or a finding says so."""

# ruff: noqa: E501 (a change is named on one line)

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

import pytest

from app.domain.errors import DomainError
from app.domain.rule_codec import rule_dumps
from app.reading.document import Cell, Document, Paragraph, Row, Table
from app.reading.draft import Appendix
from tests.reading.comparing import Expected, compare
from tests.reading.damage import (
    MAKERS,
    Damage,
    Maker,
    cell_shifted,
    damages,
    digit_of_a_maximum,
    option_deleted,
    row_cut,
    rows_swapped,
    word_of_a_bound,
)
from tests.reading.test_corpus import FOLDERS, expected_of, file_of

COUNT, SEED = 300, 20250102
STEPS_SWAPPED = (
    "02_diem_o_cot_rieng: rows_swapped: rows 52, 53: '100% số kiến nghị được thực hiện | 4' <> 'Từ 80% đến dưới 100% số kiến nghị được t | 2'",
    "08_bang_dan_tsv: rows_swapped: rows 30, 31: '- Có từ 02 mô hình trở lên được công nhậ' <> '- Có 01 mô hình được công nhận = 3 điểm'",
    "08_bang_dan_tsv: rows_swapped: rows 38, 39: '- Từ 90% trở lên = 6 điểm' <> '- Từ 80% đến dưới 90% = 4 điểm'",
)
NOTE_BEFORE_OPTION = (
    "15_thuong_phat_khong_phat_sinh: rows_swapped: rows 6, 7: '- Dưới 85% đơn thư được giải quyết: 0 đi' <> '* Ghi chú: nếu trong năm không có đơn th'",
)
TOTAL_WITHOUT_FIGURE = ("19_bo_nganh_cot_dao: row_cut: row 18: 'Tổng cộng' is gone",)
#: changes that neither change the reading nor raise a finding, each with the reason why that is right
ALLOWED: dict[str, str] = {
    change: reason
    for reason, changes in {
        "steps are told apart by their figures: which line stands first decides nothing": STEPS_SWAPPED,
        "a note of a criterion may stand before its last step": NOTE_BEFORE_OPTION,
        "the row of the total holds no figure here: nothing is said by it": TOTAL_WITHOUT_FIGURE,
    }.items()
    for change in changes
}

Substance = tuple[object, ...]
Reading = tuple[list[Substance], set[Substance]]


def reading_of(appendix: Appendix) -> Reading:
    """Return what a campaign would use of a reading, and its findings. The paper's own words are not part of it."""
    criteria: list[Substance] = [
        (
            criterion.code,
            criterion.parent,
            criterion.title,
            criterion.maximum,
            criterion.rule and rule_dumps(criterion.rule),
            criterion.scored_by,
            criterion.agency,
            criterion.requirement,
            criterion.evidence,
        )
        for criterion in appendix.criteria
    ]
    findings: set[Substance] = {
        (finding.code, finding.where, tuple(sorted(finding.details.items()))) for finding in appendix.findings
    }
    return [*criteria, (appendix.printed_total,)], findings


def unnoticed(before: Reading, after: Reading) -> bool:
    return before[0] == after[0] and after[1] <= before[1]


def papers_that_read_right() -> Iterator[tuple[str, Document, Expected, Appendix]]:
    from app.reading.appendix import read_appendix
    from app.reading.files import read_document

    for folder in FOLDERS:
        expected, file = expected_of(folder), file_of(folder)
        document = read_document(file.read_bytes(), file.name)
        appendix = read_appendix(document, expected["appendix"])
        tally = compare(expected, appendix)
        if not tally.silently_wrong and tally.fields_right == tally.fields and not expected["findings"]:
            yield folder.name, document, expected, appendix


def test_300_single_changes_are_read_or_reported() -> None:
    pytest.importorskip("app.reading.appendix")
    from app.reading.appendix import read_appendix

    right = {name: (document, expected, appendix) for name, document, expected, appendix in papers_that_read_right()}
    assert len(right) >= 10, sorted(right)
    before = {name: reading_of(appendix) for name, (_, _, appendix) in right.items()}
    made = damages({name: paper[:2] for name, paper in right.items()}, COUNT, SEED)
    assert len(made) == COUNT
    assert {damage.kind for _, damage in made} == {maker.__name__ for maker in MAKERS}
    silent = []
    for name, damage in made:
        try:
            after = reading_of(read_appendix(damage.document, right[name][1]["appendix"]))
        except DomainError:
            continue  # a refusal is said aloud
        if unnoticed(before[name], after):
            silent.append(f"{name}: {damage.kind}: {damage.what}")
    unexplained = [line for line in silent if line not in ALLOWED]
    assert not unexplained, "\n".join(unexplained)
    assert set(ALLOWED) <= set(silent), "an explanation nobody needs any more"


# -- the changes themselves, on a paper of four rows ---------------------------------------------


def row(number: int, *texts: str) -> Row:
    return Row(number, tuple(Cell(text, column) for column, text in enumerate(texts) if text))


PAPER = Document(
    "docx",
    (
        Paragraph(1, "PHỤ LỤC"),
        Table(
            (
                row(2, "STT", "Tiêu chí", "Điểm tối đa", "Cơ quan"),
                row(3, "1", "Lĩnh vực", "12", "Sở Nội vụ"),
                row(4, "1.1", "Tỷ lệ\n- Từ 90% trở lên: 12 điểm\n- Dưới 90%: 0 điểm", "12", ""),
            )
        ),
    ),
)
EXPECTED: Expected = {
    "criteria": [
        {"code": "1", "title": "Lĩnh vực", "maximum": "12", "leaf": False},
        {"code": "1.1", "title": "Tỷ lệ", "maximum": "12", "leaf": True},
    ],
}


def texts(document: Document) -> list[tuple[int, int, str]]:
    table = document.blocks[1]
    assert isinstance(table, Table)
    return [(row.number, cell.column, cell.text) for row in table.rows for cell in row.cells]


def made_by(maker: Maker, seed: int = 1) -> Damage:
    damage = maker(PAPER, EXPECTED, random.Random(seed))
    assert damage is not None
    return damage


def changed(damage: Damage) -> tuple[set[tuple[int, int, str]], set[tuple[int, int, str]]]:
    before, after = set(texts(PAPER)), set(texts(damage.document))
    return before - after, after - before


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_a_change_leaves_the_paper_it_was_made_of_alone(maker: Maker) -> None:
    kept = texts(PAPER)
    damage = made_by(maker)
    assert texts(PAPER) == kept
    assert texts(damage.document) != kept
    assert damage.document.blocks[0] == PAPER.blocks[0]


def test_one_digit_of_one_maximum_changes() -> None:
    ((number, column, old),), ((_, _, new),) = changed(made_by(digit_of_a_maximum))
    assert number in (3, 4)
    assert column == 2
    assert sum(one != other for one, other in zip(old, new, strict=True)) == 1
    assert Decimal(new) != Decimal(old)


def test_one_option_goes_and_the_title_stays() -> None:
    ((_, _, old),), ((_, _, new),) = changed(made_by(option_deleted))
    assert len(new.split("\n")) == len(old.split("\n")) - 1
    assert new.startswith("Tỷ lệ\n- ")


def test_one_word_of_one_bound_changes() -> None:
    found = {changed(made_by(word_of_a_bound, seed))[1].pop()[2] for seed in range(40)}
    assert found == {
        "Tỷ lệ\n- Từ 90% trở xuống: 12 điểm\n- Dưới 90%: 0 điểm",
        "Tỷ lệ\n- Trên 90% trở lên: 12 điểm\n- Dưới 90%: 0 điểm",
        "Tỷ lệ\n- Từ 90% trở lên: 12 điểm\n- Đến 90%: 0 điểm",
    }


def test_one_row_goes_and_it_is_no_heading() -> None:
    gone, new = changed(made_by(row_cut))
    assert len({number for number, _, _ in gone}) == 1
    assert new == set()
    assert {number for number, _, _ in gone} <= {3, 4}


def test_two_rows_change_places_and_numbers_go_on_rising() -> None:
    damage = made_by(rows_swapped)
    assert [entry for entry in texts(damage.document) if entry[1] == 0] == [(2, 0, "STT"), (3, 0, "1.1"), (4, 0, "1")]


def test_one_cell_moves_by_one_empty_column() -> None:
    gone, new = changed(made_by(cell_shifted))
    assert (gone, new) == ({(4, 2, "12")}, {(4, 3, "12")})


def test_the_same_seed_makes_the_same_changes() -> None:
    papers = {"a": (PAPER, EXPECTED), "b": (PAPER, EXPECTED)}
    once, again = (damages(papers, 12, SEED) for _ in range(2))
    assert [(name, damage.what) for name, damage in once] == [(name, damage.what) for name, damage in again]
    assert len({(name, damage.kind, damage.what) for name, damage in once}) == 12


def test_a_change_that_only_the_words_show_counts_as_unnoticed() -> None:
    seen: Reading = ([("1", None)], {("misprint", "1")})
    assert unnoticed(seen, ([("1", None)], set()))
    assert not unnoticed(seen, ([("2", None)], set()))
    assert not unnoticed(seen, ([("1", None)], {("misprint", "1"), ("sum_differs", "")}))
