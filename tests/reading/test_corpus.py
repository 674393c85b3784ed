"""The reader against a corpus of appendices, each with values worked out by hand before any reader saw the file."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.claim_codec import claim_from_json
from app.domain.errors import DomainError
from tests.reading.comparing import Expected, Tally, compare, missing_findings
from tests.reading.corpus.build import expectations, manuscript

FOLDERS = sorted(path.parent for path in (Path(__file__).parent / "corpus").glob("*/expected.json"))


def expected_of(folder: Path) -> Expected:
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def file_of(folder: Path) -> Path:
    return next(path for path in folder.iterdir() if path.stem == "appendix")


def tally_of(folder: Path) -> Tally:
    from app.reading.appendix import read_appendix
    from app.reading.files import read_document

    file, expected = file_of(folder), expected_of(folder)
    return compare(expected, read_appendix(read_document(file.read_bytes(), file.name), expected["appendix"]))


@pytest.fixture(scope="module")
def tallies() -> dict[str, Tally]:
    pytest.importorskip("app.reading.appendix")
    return {folder.name: tally_of(folder) for folder in FOLDERS}


def test_the_corpus_holds_at_least_sixteen_papers() -> None:
    assert len(FOLDERS) >= 16
    assert {file_of(folder).suffix for folder in FOLDERS} == {".docx", ".xlsx", ".html", ".txt", ".pdf"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_is_expected_is_what_the_manuscript_says_and_adds_up(folder: Path) -> None:
    expected = expected_of(folder)
    assert expected == expectations.expected(manuscript.read(folder.name))
    maxima = {row["code"]: Decimal(row["maximum"]) for row in expected["criteria"]}
    children: dict[str, Decimal] = {}
    for row in expected["criteria"]:
        if row["parent"] is not None:
            children[row["parent"]] = children.get(row["parent"], Decimal(0)) + maxima[row["code"]]
    wrong = {code for code, total in children.items() if maxima[code] != total}
    assert wrong == {where for code, where in expected["findings"] if code == "sum_differs"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_is_claimed_of_a_paper_is_a_claim_and_within_the_maximum(folder: Path) -> None:
    leaves = [row for row in expected_of(folder)["criteria"] if row["leaf"]]
    assert 5 <= len(leaves) <= 60
    for leaf in leaves:
        assert leaf["awards"] or not leaf["executable"] or leaf.get("open_bound"), leaf["code"]
        for given in leaf["awards"]:
            for option in given.get("any_of", [given]):
                claim_from_json(option["claim"])
            assert given["points"] is None or 0 <= Decimal(given["points"]) <= Decimal(leaf["maximum"])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_leaf_of_a_paper_is_silently_wrong(folder: Path, tallies: dict[str, Tally]) -> None:
    wrong = tallies[folder.name].silently_wrong
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_codes_titles_and_maxima_of_a_paper_are_right(folder: Path, tallies: dict[str, Tally]) -> None:
    tally = tallies[folder.name]
    assert tally.fields_right >= tally.fields * 0.97, "\n".join(tally.differences)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_is_wrong_with_a_paper_is_reported(folder: Path) -> None:
    pytest.importorskip("app.reading.appendix")
    from app.reading.appendix import read_appendix
    from app.reading.files import read_document

    file, expected = file_of(folder), expected_of(folder)
    appendix = read_appendix(read_document(file.read_bytes(), file.name), expected["appendix"])
    assert missing_findings(expected, appendix) == []


def test_a_paper_with_several_appendices_asks_which() -> None:
    pytest.importorskip("app.reading.appendix")
    from app.reading.appendix import read_appendix
    from app.reading.files import read_document

    for folder in (folder for folder in FOLDERS if expected_of(folder)["appendix"] is not None):
        file = file_of(folder)
        with pytest.raises(DomainError):
            read_appendix(read_document(file.read_bytes(), file.name))


def whole(tallies: dict[str, Tally]) -> Tally:
    everything = Tally()
    for tally in tallies.values():
        everything.add(tally)
    return everything


def test_over_the_corpus_99_of_100_codes_titles_and_maxima_are_right(tallies: dict[str, Tally]) -> None:
    tally = whole(tallies)
    print(f"{tally.fields_right}/{tally.fields} codes, titles, maxima")
    assert tally.fields_right * 100 >= tally.fields * 99, "\n".join(tally.differences)


def test_over_the_corpus_85_of_100_leaves_are_executable_with_every_award_right(tallies: dict[str, Tally]) -> None:
    tally = whole(tallies)
    print(f"{tally.executable_right}/{tally.executable} leaves")
    assert tally.executable_right * 100 >= tally.executable * 85, "\n".join(tally.differences)


def test_over_the_corpus_95_of_100_agencies_are_right(tallies: dict[str, Tally]) -> None:
    tally = whole(tallies)
    print(f"{tally.agencies_right}/{tally.agencies} agencies")
    assert tally.agencies_right * 100 >= tally.agencies * 95, "\n".join(tally.differences)
