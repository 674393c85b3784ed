"""Generated records of criteria: no save leaves a tree that does not sum; a frozen set stays as it is."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db.criteria import CriteriaSet, Criterion, CriterionFinding
from app.db.queries.trees import nodes_of_set
from app.db.session import reading
from app.domain.criteria import tree_problems
from tests.web.conftest import SignIn
from tests.web.records_app import draft, error_at, post, text_of
from tests.web.world import World

__all__ = ["draft"]  # a fixture

TEXTS = {"title": "Tên mới", "original": "Nguyên văn", "scored_by": "unit"}


def maximum_of(number: int) -> Decimal:
    with reading() as session:
        return session.get_one(Criterion, number).maximum


def assert_sums(set_id: int) -> None:
    with reading() as session:
        assert tree_problems(nodes_of_set(session, set_id)) == []


def test_the_rule_is_shown_in_words_and_never_as_stored(sign_in: SignIn, draft: dict[str, int]) -> None:
    page = text_of(sign_in("to_chuc").get(f"/criterionrecords/show/{draft['1.3']}"))
    assert "Dưới 85%: 0 điểm" in page
    assert "Từ 85%: 2 điểm" in page
    assert "kind" not in re.sub(r"<[^>]+>", "", page)


def test_criteria_of_a_frozen_set_are_read_only(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    with reading() as session:
        leaf = session.scalars(select(Criterion.id).where(Criterion.set_id == world.set, Criterion.code == "1.1")).one()
    page = text_of(client.get(f"/criterionrecords/show/{leaf}"))
    assert "/edit/" not in page
    assert (
        post(client, f"/criterionrecords/edit/{leaf}", title="khác", maximum="1", scored_by="unit").status_code == 409
    )
    assert post(client, f"/criterionrecords/delete/{leaf}").status_code == 409
    assert post(client, f"/criteriasetrecords/edit/{world.set}", name="khác").status_code == 409
    assert post(client, f"/criteriasetrecords/maxima/{world.set}").status_code == 409
    with reading() as session:
        assert session.get_one(Criterion, leaf).title == "Tiêu chí 1.1"


@pytest.mark.parametrize("typed", ["abc", "-1", "1.234", "", "0,12345"])
def test_a_maximum_that_is_no_figure_is_refused_at_its_field(
    sign_in: SignIn, draft: dict[str, int], typed: str
) -> None:
    answer = post(sign_in("to_chuc"), f"/criterionrecords/edit/{draft['1.3']}", maximum=typed, **TEXTS)
    assert answer.status_code == 422
    assert error_at(answer, "maximum")
    assert f'value="{typed}"' in text_of(answer)


def test_a_maximum_that_breaks_the_sum_is_refused_with_both_numbers(sign_in: SignIn, draft: dict[str, int]) -> None:
    answer = post(sign_in("to_chuc"), f"/criterionrecords/edit/{draft['1.3']}", maximum="3,5", **TEXTS)
    # the branch says 18; its leaves would be 1 + 2 + 3,5 + 5 + 4 + 1 + 1 + 1 + 1 = 19,5
    assert " 18," in error_at(answer, "maximum")
    assert "19,5" in error_at(answer, "maximum")
    assert "/criteriasetrecords/maxima/" in text_of(answer)
    assert maximum_of(draft["1.3"]) == 2


def test_words_change_while_the_maximum_stays(sign_in: SignIn, draft: dict[str, int]) -> None:
    fields = {**TEXTS, "original": "Dòng một\r\n - dòng hai "}
    page = f"/criterionrecords/edit/{draft['1.3']}"
    assert post(sign_in("to_chuc"), page, maximum="2,0", **fields).status_code == 302
    with reading() as session:
        row = session.get_one(Criterion, draft["1.3"])
        assert (row.title, row.original) == ("Tên mới", "Dòng một\n - dòng hai ")  # letter for letter


def test_who_scores_belongs_to_a_leaf_and_only_to_a_leaf(sign_in: SignIn, draft: dict[str, int]) -> None:
    client = sign_in("to_chuc")
    leaf = post(client, f"/criterionrecords/edit/{draft['1.3']}", maximum="2", title="t", scored_by="")
    assert error_at(leaf, "scored_by")
    branch = post(client, f"/criterionrecords/edit/{draft['1']}", maximum="18", title="t", scored_by="unit")
    assert error_at(branch, "scored_by")


# ── the page of maxima


def maxima(client: FlaskClient, draft: dict[str, int], **typed: str) -> Any:
    """Post the page as drawn, with `typed` in place of some fields (by code, with _ for the point)."""
    address = f"/criteriasetrecords/maxima/{draft['set']}"
    page = text_of(client.get(address))
    fields = dict(re.findall(r'name="(maximum-\d+)" value="([^"]*)"', page))
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)
    assert stamp is not None
    fields |= {f"maximum-{draft[code.strip('_').replace('_', '.')]}": text for code, text in typed.items()}
    return post(client, address, stamp=stamp[1], **fields)


def test_maxima_of_all_leaves_change_at_once_and_branches_follow(sign_in: SignIn, draft: dict[str, int]) -> None:
    assert maxima(sign_in("to_chuc"), draft, _1_6="1,25", _1_9="0,5").status_code == 302
    assert maximum_of(draft["1.6"]) == Decimal("1.25")
    assert maximum_of(draft["1"]) == Decimal("17.75")  # 18 + 0,25 − 0,5
    assert_sums(draft["set"])


@pytest.mark.parametrize("typed", ["abc", "-1", "1.234", "", "0,12345"])
def test_one_bad_maximum_saves_none_and_keeps_what_was_typed(
    sign_in: SignIn, draft: dict[str, int], typed: str
) -> None:
    answer = maxima(sign_in("to_chuc"), draft, _1_5="6", _1_6=typed)
    assert answer.status_code == 422
    assert text_of(answer).count('class="err"') == 1
    assert 'value="6"' in text_of(answer)
    assert maximum_of(draft["1.5"]) == 4


def test_a_maximum_below_an_option_of_the_rule_is_refused_at_its_line(sign_in: SignIn, draft: dict[str, int]) -> None:
    answer = maxima(sign_in("to_chuc"), draft, _1_2="1,5")  # its best option gives 2
    assert answer.status_code == 422
    assert f'id="e-{draft["1.2"]}"' in text_of(answer)
    assert f"/criteria/{draft['1.2']}/rule" in text_of(answer)
    assert_sums(draft["set"])


def test_a_set_that_is_worth_something_else_now_is_told_of(sign_in: SignIn, draft: dict[str, int]) -> None:
    client = sign_in("to_chuc")
    moved = client.get(maxima(client, draft, _1_6="1,25", _1_9="0,75").headers["Location"])
    assert "19,75" not in text_of(moved)
    less = text_of(client.get(maxima(client, draft, _1_9="0,5").headers["Location"]))  # 20 − 0,25
    assert re.search(r'role="status"[^>]*>[^<]*19,75[^<]*20', less)


def test_the_page_of_a_set_lists_what_is_not_settled(sign_in: SignIn, draft: dict[str, int]) -> None:
    client, page = sign_in("to_chuc"), f"/criteriasetrecords/show/{draft['set']}"
    shown = text_of(client.get(page))
    way = re.search(r"/findingrecords/edit/\d+", shown)
    assert "Hai cách hiểu" in shown
    assert way is not None
    post(client, way[0], settled="y", choice="Theo cách đầu")
    assert "Hai cách hiểu" not in text_of(client.get(page))


def test_maxima_changed_by_somebody_else_are_not_overwritten(sign_in: SignIn, draft: dict[str, int]) -> None:
    client = sign_in("to_chuc")
    address = f"/criteriasetrecords/maxima/{draft['set']}"
    page = text_of(client.get(address))
    fields = dict(re.findall(r'name="(maximum-\d+)" value="([^"]*)"', page))
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)
    assert stamp is not None
    assert maxima(sign_in("quan_tri"), draft, _1_5="6").status_code == 302
    answer = post(client, address, stamp=stamp[1], **fields)
    assert answer.status_code == 422
    assert maximum_of(draft["1.5"]) == 6


# ── adding and taking away


def add(client: FlaskClient, draft: dict[str, int], code: str, parent: str | None, **more: str) -> Any:
    fields = {"criteria_set": draft["set"], "code": code, "title": "Mới", "scored_by": "unit", **more}
    return post(client, "/criterionrecords/add", parent="__None" if parent is None else draft[parent], **fields)


def test_a_new_criterion_stands_at_the_end_of_its_branch_with_0_points(sign_in: SignIn, draft: dict[str, int]) -> None:
    assert add(sign_in("to_chuc"), draft, "1.10", "1").status_code == 302
    with reading() as session:
        codes = [node.code for node in nodes_of_set(session, draft["set"])]
        assert codes[codes.index("1.9") : codes.index("2") + 1] == ["1.9", "1.10", "2"]
    assert_sums(draft["set"])


def test_a_criterion_is_refused_where_it_would_break_the_tree(sign_in: SignIn, draft: dict[str, int]) -> None:
    client = sign_in("to_chuc")
    assert error_at(add(client, draft, "1.1", "1"), "code")
    assert error_at(add(client, draft, "1.1.1", "1.1"), "parent")  # 1.1 carries a point of its own
    assert error_at(add(client, draft, "3", None, scored_by=""), "scored_by")
    assert_sums(draft["set"])


def test_a_tree_grows_from_an_empty_set(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    assert post(client, "/criteriasetrecords/add", code="moi", name="Bộ mới", year="2025").status_code == 302
    with reading() as session:
        made = {"set": session.scalars(select(CriteriaSet.id).where(CriteriaSet.code == "moi")).one()}
    assert add(client, made, "I", None).status_code == 302
    with reading() as session:
        made["I"] = session.scalars(select(Criterion.id).where(Criterion.set_id == made["set"])).one()
    assert add(client, made, "1", "I").status_code == 302
    with reading() as session:
        rows = {row.code: row for row in session.scalars(select(Criterion).where(Criterion.set_id == made["set"]))}
        assert rows["I"].rule is None  # a branch now
        made["1"] = rows["1"].id
    assert maxima(client, made, _1="3,5").status_code == 302
    assert maximum_of(made["I"]) == Decimal("3.5")


def test_a_criterion_with_points_or_below_which_others_stand_is_not_deleted(
    sign_in: SignIn, draft: dict[str, int]
) -> None:
    client = sign_in("to_chuc")
    assert post(client, f"/criterionrecords/delete/{draft['1.3']}").status_code == 422
    assert post(client, f"/criterionrecords/delete/{draft['1']}").status_code == 422
    assert maxima(client, draft, _1_6="0").status_code == 302
    assert post(client, f"/criterionrecords/delete/{draft['1.6']}").status_code == 302
    assert_sums(draft["set"])


def test_a_draft_set_is_deleted_with_its_criteria(sign_in: SignIn, draft: dict[str, int]) -> None:
    assert post(sign_in("to_chuc"), f"/criteriasetrecords/delete/{draft['set']}").status_code == 302
    with reading() as session:
        assert session.scalars(select(Criterion.id).where(Criterion.set_id == draft["set"])).first() is None


def test_a_finding_is_settled_by_writing_down_the_choice(sign_in: SignIn, draft: dict[str, int]) -> None:
    client = sign_in("to_chuc")
    with reading() as session:
        number = session.scalars(select(CriterionFinding.id).where(CriterionFinding.code == "doubt")).one()
    page = f"/findingrecords/edit/{number}"
    assert error_at(post(client, page, settled="y", choice="  "), "choice")
    assert post(client, page, settled="y", choice="Hiểu theo nghĩa hẹp").status_code == 302
    with reading() as session:
        assert session.get_one(CriterionFinding, number).settled
