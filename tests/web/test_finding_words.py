"""Every finding is said in a sentence of its own, its quotations in it; a reader's own words never stand raw."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from app.reading.findings import Finding, FindingCode, Remedy
from app.words.findings import SENTENCES, TITLES, finding_title, finding_words, remedy_words
from tests.reading.appendix_samples import CLOSED


@pytest.fixture(params=["vi", "en"])
def speaking(portal: Flask, request: pytest.FixtureRequest) -> Iterator[None]:
    from flask_babel import force_locale

    with portal.test_request_context(), force_locale(request.param):
        yield


@pytest.mark.parametrize("code", FindingCode)
def test_every_finding_has_its_sentence(speaking: None, code: FindingCode) -> None:
    places = re.findall(r"%\((\w+)\)s", str(SENTENCES[code]))
    details = {name: f"<{name} 85%>" for name in places}
    words = finding_words(Finding(code, "1.1", details))
    assert all(f"<{name} 85%>" in words for name in places)
    assert "%(" not in words
    assert "%%" not in words
    assert finding_title(code)


def test_the_list_is_closed_on_both_sides() -> None:
    assert set(TITLES) == set(SENTENCES) == set(FindingCode)


def test_a_gap_without_an_upper_end_says_so(speaking: None) -> None:
    assert "80" in finding_words(Finding(FindingCode.BANDS_GAP, "1.1", {"low": "80", "high": ""}))


def test_a_file_of_the_portal_nobody_changed_names_no_change(speaking: None) -> None:
    words = finding_words(Finding(FindingCode.OWN_FILE, "", {"count": "113", "changed": ""}))
    assert "113" in words
    assert ": ." not in words


def test_a_detail_that_was_not_given_leaves_its_place_empty(speaking: None) -> None:
    assert "“”" in finding_words(Finding(FindingCode.UNUSED_TEXT, ""))


def test_a_long_quotation_is_cut(speaking: None) -> None:
    words = finding_words(Finding(FindingCode.UNUSED_TEXT, "", {"text": "chữ " * 500}))
    assert len(words) < 400
    assert "…" in words


def test_a_readers_own_word_is_not_shown_raw(speaking: None) -> None:
    assert "leaders" not in finding_words(
        Finding(FindingCode.SCORED_BY_OTHERS, "1.1", {"text": "XHH", "by": "leaders"})
    )
    assert "worst" not in finding_words(Finding(FindingCode.OPTIONS_OVERLAP, "2.3.1", {"text": "a", "taken": "worst"}))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"maximum": "3.5"},
        {"maximum": "3,5"},
        {"code": "2.2"},
        {"parent": "5"},
        {"parent": None},
        {"agency": "Phòng Nội vụ"},
        {"agency": None},
        {"scored_by": "leaders"},
        {"title": "Tên"},
        {"rule": CLOSED},
        {"rule": None},
    ],
    ids=str,
)
def test_a_remedy_nobody_named_says_what_it_changes(speaking: None, changes: dict[str, object]) -> None:
    words = remedy_words(Remedy("unheard_of", changes))
    assert words
    assert "unheard_of" not in words
    assert "leaders" not in words
