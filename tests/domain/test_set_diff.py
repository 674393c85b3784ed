"""Two versions of one set: what was added, removed, moved, and which words, maxima and rules are others."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.rule_codec import rule_from_json
from app.domain.set_diff import ChangeKind, Described, Difference, Move, Piece, Segment, counted, differences, marked
from app.domain.terms import ScoredBy

SEED = Path(__file__).resolve().parents[2] / "seeds/dinh_hoa_2024/criteria.csv"


def annex() -> list[Described]:
    """The 113 rows of the annex of Định Hóa 2024."""
    with SEED.open(encoding="utf-8", newline="") as stream:
        return [
            Described(
                code=row["code"],
                parent=row["parent"] or None,
                title=row["title"],
                maximum=Decimal(row["maximum"]),
                position=place,
                original=row["original"],
                requirement=row["requirement"],
                evidence=row["evidence"],
                agency=row["agency_printed"],
                scored_by=ScoredBy(row["scored_by"]) if row["scored_by"] else None,
                rule=rule_from_json(row["rule"]) if row["rule"] else None,
            )
            for place, row in enumerate(csv.DictReader(stream), start=1)
        ]


def same_codes(rows: list[Described]) -> dict[str, str]:
    return {row.code: row.code for row in rows}


def renumbered(rows: list[Described]) -> list[Described]:
    return [replace(row, position=place) for place, row in enumerate(rows, start=1)]


def place_of(rows: list[Described], code: str) -> int:
    return next(place for place, row in enumerate(rows) if row.code == code)


def only(found: tuple[Difference, ...]) -> Difference:
    (difference,) = found
    return difference


def test_a_set_does_not_differ_from_itself() -> None:
    assert differences(annex(), annex(), same_codes(annex())) == ()


def test_one_maximum_moved_is_one_difference_of_that_kind_with_no_words() -> None:
    new = annex()
    place = place_of(new, "6.2")
    new[place] = replace(new[place], maximum=Decimal(9))
    found = only(differences(annex(), new, same_codes(new)))
    assert (found.place.code, found.kinds, found.words) == ("6.2", {ChangeKind.MAXIMUM}, {})


def test_a_changed_word_is_marked_and_its_neighbours_are_not() -> None:
    assert marked("Ban hành kế hoạch đúng thời gian", "Ban hành kế hoạch trước thời gian quy định") == (
        Segment(Piece.EQUAL, "Ban hành kế hoạch"),
        Segment(Piece.REMOVED, "đúng"),
        Segment(Piece.ADDED, "trước"),
        Segment(Piece.EQUAL, "thời gian"),
        Segment(Piece.ADDED, "quy định"),
    )


def test_lines_broken_elsewhere_are_no_change_of_words() -> None:
    new = annex()
    place = place_of(new, "2.1.1")
    new[place] = replace(new[place], original=new[place].original.replace("\n", "  \n "))
    assert differences(annex(), new, same_codes(new)) == ()


@pytest.mark.parametrize("field", ["title", "original", "requirement", "evidence", "agency"])
def test_each_sentence_of_a_row_counts_as_words(field: str) -> None:
    new = annex()
    place = place_of(new, "2.1.1")
    new[place] = replace(new[place], **{field: getattr(new[place], field) + " (sửa)"})
    found = only(differences(annex(), new, same_codes(new)))
    assert found.kinds == {ChangeKind.WORDS}
    assert found.words[field][-1] == Segment(Piece.ADDED, "(sửa)")


def test_another_rule_and_another_scorer_are_changes_of_the_rule() -> None:
    new = annex()
    place = place_of(new, "2.1.1")
    new[place] = replace(
        new[place], rule=rule_from_json({"kind": "judged", "version": 1, "nothing_arose": None, "step": None})
    )
    other = place_of(new, "2.1.2")
    new[other] = replace(new[other], scored_by=ScoredBy.COUNCIL)
    found = differences(annex(), new, same_codes(new))
    assert [(each.place.code, each.kinds) for each in found] == [
        ("2.1.1", {ChangeKind.RULE}),
        ("2.1.2", {ChangeKind.RULE}),
    ]


def family(*codes: str) -> list[Described]:
    root = Described("1", None, "Gốc", Decimal(0), 1)
    rows = [Described(code, "1", f"Dòng {code}", Decimal(0), 0) for code in codes]
    return renumbered([root, *rows])


def test_a_row_put_in_moves_nobody_but_the_codes_behind_it() -> None:
    """1.1 is new; the old 1.1 and 1.2 are printed one further. Their order is what it was."""
    old = family("1.1", "1.2")
    given = {"1.2": "Dòng 1.1", "1.3": "Dòng 1.2"}
    new = [replace(row, title=given.get(row.code, row.title)) for row in family("1.1", "1.2", "1.3")]
    found = differences(old, new, {"1": "1", "1.1": "1.2", "1.2": "1.3"})
    assert [(each.place.code, each.kinds, each.moves) for each in found] == [
        ("1.1", {ChangeKind.ADDED}, frozenset()),
        ("1.2", {ChangeKind.MOVED}, {Move.CODE}),
        ("1.3", {ChangeKind.MOVED}, {Move.CODE}),
    ]


def test_of_a_new_order_the_fewest_rows_count_as_moved() -> None:
    old, new = family("a", "b", "c", "d"), family("d", "a", "b", "c")
    found = only(differences(old, new, same_codes(old)))
    assert (found.place.code, found.kinds, found.moves) == ("d", {ChangeKind.MOVED}, {Move.POSITION})


def test_a_row_under_another_branch_has_moved_and_its_old_siblings_have_not() -> None:
    other = Described("2", None, "Khác", Decimal(0), 9)
    old = [*family("a", "b", "c"), other]
    new = renumbered([*family("a", "c"), other, Described("b", "2", "Dòng b", Decimal(0), 0)])
    found = only(differences(old, new, same_codes(old)))
    assert (found.place.code, found.moves) == ("b", {Move.PARENT})


def test_a_branch_with_another_code_moves_and_its_children_stay_under_it() -> None:
    old = family("a", "b")
    new = [replace(row, code="9" if row.code == "1" else row.code, parent="9" if row.parent else None) for row in old]
    found = only(differences(old, new, {"1": "9", "a": "a", "b": "b"}))
    assert (found.place.code, found.moves) == ("9", {Move.CODE})


def test_a_removed_row_stands_where_it_stood() -> None:
    old = family("a", "b", "c")
    new = renumbered([row for row in old if row.code != "b"])
    new = [replace(row, maximum=Decimal(1)) if row.code in "ac" else row for row in new]
    found = differences(old, new, {row.code: row.code for row in new})
    assert [(each.place.code, each.kinds) for each in found] == [
        ("a", {ChangeKind.MAXIMUM}),
        ("b", {ChangeKind.REMOVED}),
        ("c", {ChangeKind.MAXIMUM}),
    ]


def test_a_row_that_changed_in_two_ways_is_counted_in_both() -> None:
    old = family("a")
    new = [old[0], replace(old[1], title="Dòng khác", maximum=Decimal(2))]
    counts = counted(differences(old, new, same_codes(old)))
    assert (counts[ChangeKind.MAXIMUM], counts[ChangeKind.WORDS], counts[ChangeKind.RULE]) == (1, 1, 0)
