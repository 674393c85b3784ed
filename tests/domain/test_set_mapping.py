"""Which criterion is which: by code and by likeness, never two to one, and what is doubtful is said to be."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from app.domain.set_diff import Described
from app.domain.set_mapping import Confidence, Match, automatic_mapping, composed, likeness
from tests.domain.test_set_diff import annex, renumbered


def rows(*given: tuple[str, str]) -> list[Described]:
    """Rows (code, title) under one root."""
    root = Described("0", None, "Nội dung", Decimal(0), 1)
    return renumbered([root, *(Described(code, "0", title, Decimal(1), 0) for code, title in given)])


def matches(old: list[Described], new: list[Described]) -> dict[str, Match]:
    return {match.new: match for match in automatic_mapping(old, new)}


def test_the_annex_maps_onto_itself_without_a_doubt() -> None:
    found = automatic_mapping(annex(), annex())
    assert len(found) == 113
    assert all(match == Match(match.new, match.new, Confidence.SAME_CODE) for match in found)


def test_a_branch_numbered_anew_is_found_by_its_titles() -> None:
    """The annex skips 2.2; a new edition that closes the gap prints branch 2.3 and all below it one number less."""
    new = [
        replace(
            row,
            code="2.2" + row.code[3:] if row.code.startswith("2.3") else row.code,
            parent="2.2" + row.parent[3:] if row.parent and row.parent.startswith("2.3") else row.parent,
        )
        for row in annex()
    ]
    found = matches(annex(), new)
    below = [row.code for row in new if row.code.startswith("2.2")]
    assert len(below) > 3
    for code in below:
        assert found[code].old == "2.3" + code[3:]
        assert found[code].how is Confidence.LIKENESS


def test_the_title_goes_before_the_code_when_a_row_was_put_in() -> None:
    old = rows(("1", "Ban hành kế hoạch"), ("2", "Tự kiểm tra"))
    new = rows(("1", "Gắn với thi đua"), ("2", "Ban hành kế hoạch"), ("3", "Tự kiểm tra"))
    found = matches(old, new)
    assert (found["1"].old, found["1"].how) == (None, Confidence.NONE)
    assert (found["2"].old, found["3"].old) == ("1", "2")
    assert not found["2"].doubtful


def test_two_rows_are_never_matched_to_one() -> None:
    old = rows(("1", "Ban hành kế hoạch"))
    new = rows(("1", "Ban hành kế hoạch"), ("2", "Ban hành kế hoạch"))
    found = matches(old, new)
    assert [found[code].old for code in ("1", "2")] == ["1", None]


def test_a_reworded_title_under_its_code_is_the_same_and_doubtful_when_little_is_left_of_it() -> None:
    old = rows(("1", "Ban hành kế hoạch cải cách hành chính"))
    near = matches(old, rows(("1", "Ban hành kế hoạch cải cách hành chính năm")))["1"]
    assert (near.how, near.doubtful) == (Confidence.SAME_CODE, False)
    far = matches(old, rows(("1", "Ban hành báo cáo cải cách tổ chức bộ máy")))["1"]  # 4 of 8 and 9 words: 8/17
    assert far == Match(None, "1", Confidence.NONE)
    middle = matches(old, rows(("1", "Ban hành báo cáo cải cách hành chính")))["1"]  # 6 of 8 and 8 words: 3/4
    assert (middle.how, middle.doubtful) == (Confidence.SAME_CODE, True)


def test_titles_that_are_almost_one_under_two_codes_are_doubtful() -> None:
    old = rows(("1", "Tự kiểm tra công tác cải cách hành chính"))
    found = matches(old, rows(("7", "Tự kiểm tra công tác cải cách hành chính xã")))["7"]
    assert (found.old, found.how, found.doubtful) == ("1", Confidence.LIKENESS, True)


def test_twins_that_shift_are_doubtful() -> None:
    """Of two rows with one title and a new one before them, nothing tells which is which."""
    old = rows(("1", "Mức độ hoàn thành"), ("2", "Mức độ hoàn thành"))
    found = matches(old, rows(("1", "Kế hoạch"), ("2", "Mức độ hoàn thành"), ("3", "Mức độ hoàn thành")))
    assert found["2"].doubtful
    assert found["3"].doubtful


def test_twins_that_stay_are_not() -> None:
    old = rows(("1", "Mức độ hoàn thành"), ("2", "Mức độ hoàn thành"))
    assert not any(match.doubtful for match in automatic_mapping(old, old))


def test_accents_choose_only_between_equals() -> None:
    """Both old titles share two words of three with the new one; without accents one of them is the same."""
    old = rows(("1", "bàn giao việc"), ("2", "bán giao việc"))
    found = matches(
        old,
        rows(
            ("9", "ban giao việc"),
        ),
    )
    assert found["9"].old is None  # two words of three are too few: folding finds nothing by itself
    assert likeness("bàn giao việc", "ban giao việc") == Fraction(2, 3)


def test_a_title_with_no_origin_stays_without_one() -> None:
    found = matches(rows(("1", "Ban hành kế hoạch")), rows(("1", "Xử lý đơn thư khiếu nại")))
    assert found["1"] == Match(None, "1", Confidence.NONE)


def test_a_criterion_that_became_a_branch_is_doubtful() -> None:
    leaf = next(row for row in annex() if row.rule is not None)
    (match,) = automatic_mapping([leaf], [replace(leaf, rule=None, scored_by=None)])
    assert match.doubtful


def test_two_mappings_make_one() -> None:
    assert composed({"1": "2", "3": "4"}, {"2": "5"}) == {"1": "5"}
