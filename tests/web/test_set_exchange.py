"""The page of a criteria set gives it away in three kinds of files."""

from __future__ import annotations

import pytest

from app.db.criteria import CriteriaSet
from app.db.session import reading
from app.services.set_exchange import content_of_set, read_set_file
from tests.web.conftest import SignIn
from tests.web.world import World

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_links_each_file_and_the_file_holds_the_set(sign_in: SignIn, world: World, kind: str) -> None:
    client = sign_in("to_chuc")
    address = f"/criteria-sets/{world.set}/export.{kind}"
    assert f'href="{address}"' in client.get(f"/criteriasetrecords/show/{world.set}").get_data(as_text=True)
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].split(";")[0] == KINDS[kind]
    assert answer.headers["Content-Disposition"] == f"attachment; filename=bo_thu-v1.{kind}"
    with reading() as session:
        assert read_set_file(answer.data) == content_of_set(session.get_one(CriteriaSet, world.set))


def test_a_kind_nobody_writes_and_a_set_that_is_not_there_are_not_found(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    assert client.get(f"/criteria-sets/{world.set}/export.pdf").status_code == 404
    assert client.get("/criteria-sets/99999/export.xlsx").status_code == 404


def test_who_does_not_configure_sets_is_turned_away(sign_in: SignIn, world: World) -> None:
    answer = sign_in("can_bo_01").get(f"/criteria-sets/{world.set}/export.json")
    assert answer.status_code in {403, 404}
