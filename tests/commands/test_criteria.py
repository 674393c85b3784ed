"""`flask criteria export` and `import`: a set from one house to another, by a file."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from app.db.criteria import CriteriaSet
from app.services.set_exchange import content_of_set
from tests.commands.conftest import SEED, House, done, refused
from tests.reading.seed_set import seed_set


@pytest.mark.parametrize("kind", ["xlsx", "docx", "json"])
def test_a_set_leaves_one_house_and_enters_another(seeded: House, empty: House, tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"bo.{kind}"
    assert done(seeded.flask("criteria", "export", SEED, "--to", str(target))).strip() == str(target)
    told = done(empty.flask("criteria", "import", str(target)))
    assert f"criteria set {SEED} version 1 added as a draft" in told
    with empty.reading() as session:
        kept = content_of_set(session.scalars(select(CriteriaSet)).one())
    assert [(node.code, node.rule) for node in kept.nodes] == [(node.code, node.rule) for node in seed_set().nodes]
    assert "7171/QĐ-UBND" in kept.notes  # the empty house knows no such basis


def test_a_second_import_is_the_next_version_and_another_code_a_set_of_its_own(seeded: House, tmp_path: Path) -> None:
    target = str(tmp_path / "bo.xlsx")
    done(seeded.flask("criteria", "export", SEED, "--to", target, "--version", "1"))
    assert f"{SEED} version 2" in done(seeded.flask("criteria", "import", target))
    assert "khac version 1" in done(seeded.flask("criteria", "import", target, "--code", "khac"))


def test_a_broken_edit_is_refused_in_words_that_name_the_cell(seeded: House, tmp_path: Path) -> None:
    target = tmp_path / "bo.xlsx"
    done(seeded.flask("criteria", "export", SEED, "--to", str(target)))
    book = openpyxl.load_workbook(target)
    book["Cách chấm"]["B2"].value = "Chọn đại"
    book.save(target)
    reason = refused(seeded.flask("criteria", "import", str(target)))
    assert "workbook_word_unknown" in reason
    assert "row=2" in reason


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("export", "khong_co", "--to", "{folder}/a.xlsx"), "set_of_name_unknown"),
        (("export", SEED, "--to", "{folder}/a.pdf"), "export_kind_unknown"),
        (("export", SEED, "--to", "{folder}/khong/a.json"), "set_file_unwritable"),
        (("import", "{folder}/khong.xlsx"), "set_file_unreadable"),
        (("import", "{folder}"), "set_file_unreadable"),
    ],
)
def test_what_cannot_be_done_ends_with_a_reason(
    seeded_once: House, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    asked = [word.format(folder=tmp_path) for word in words]
    assert code in refused(seeded_once.flask("criteria", *asked))
