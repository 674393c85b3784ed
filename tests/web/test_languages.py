"""Two languages on screen, one on paper; the frameworks' own messages in both."""

from __future__ import annotations

import pytest

from app.services.paper_language import vietnamese
from tests.web.conftest import SignIn, csrf_of
from tests.web.world import World


def test_papers_speak_vietnamese_by_the_catalogue_of_the_portal(sign_in: SignIn) -> None:
    client = sign_in("can_bo_01")
    folder = client.application.config["TRANSLATIONS_DIR"]
    assert vietnamese(folder)("RESULTS OF THE ASSESSMENT AND RANKING") == "KẾT QUẢ ĐÁNH GIÁ, XẾP LOẠI, XẾP HẠNG"


def test_a_folder_without_a_catalogue_prints_nothing_in_english(tmp_path: object) -> None:
    with pytest.raises(FileNotFoundError):
        vietnamese(str(tmp_path))


def test_the_messages_of_the_form_library_are_vietnamese(sign_in: SignIn) -> None:
    client = sign_in("to_chuc")
    fields = {"csrf_token": csrf_of(client), "code": "", "name": "", "tier": "commune", "valid_from": "khong phai ngay"}
    page = client.post("/unitrecords/add", data=fields).get_data(as_text=True)
    assert "This field is required." not in page
    assert "Not a valid date value." not in page
    assert "Ô này cần được nhập." in page


def test_the_switch_changes_the_screen_and_figures_with_it(sign_in: SignIn, world: World) -> None:
    client = sign_in("can_bo_01")
    assert "Phiếu chấm" in client.get("/sheets/").get_data(as_text=True)
    client.get("/lang/en")
    page = client.get("/sheets/").get_data(as_text=True)
    assert '<html lang="en"' in page
    assert "Score sheets" in page
