"""A profile is read strictly, dated for any year, and says of a campaign what it would have to be given again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.domain.campaign import Answerable
from app.domain.deadlines import Span
from app.domain.errors import DomainError
from app.domain.profile import moment, moment_text, moved, moved_day, profile_from_json
from app.domain.terms import PhaseKind
from app.services.profiles import read_profile, shipped_profiles
from app.services.seed_files import SEEDS_FOLDER

FIRST = dt.date(2025, 11, 1)


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "year", "instant"),
    [
        ("25/11 17:00", 2024, utc(2024, 11, 25, 10)),  # Định Hóa: the lock
        ("15/01+1 17:00", 2024, utc(2025, 1, 15, 10)),  # Quảng Trị: reported upward in the year after
        ("15/12-1 00:00", 2024, utc(2023, 12, 14, 17)),  # Quảng Trị: figures from 15/12 of the year before
        ("29/02 08:00", 2025, utc(2025, 2, 28, 1)),
        ("+14d 17:00", 2024, utc(2025, 11, 15, 10)),
    ],
)
def test_a_moment_is_vietnam_time_in_the_year_asked(text: str, year: int, instant: dt.datetime) -> None:
    assert moment(text, year, FIRST) == instant


@pytest.mark.parametrize("text", ["31/11 17:00", "25/11", "25/13 17:00", "25/11 24:00", "25-11 17:00", "+1d 25:00", ""])
def test_a_moment_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(DomainError) as refused:
        moment(text, 2024, FIRST)
    assert refused.value.code == "profile_moment_unreadable"


def test_an_instant_is_written_as_a_profile_says_it() -> None:
    assert moment_text(utc(2024, 11, 25, 10), 2024) == "25/11 17:00"
    assert moment_text(utc(2025, 1, 15, 10), 2024) == "15/01+1 17:00"
    assert moment_text(utc(2023, 12, 31, 16), 2024) == "31/12-1 23:00"


def test_a_stretch_moves_by_whole_years_in_vietnam_time() -> None:
    """01:00 on 01/03 in Vietnam is still 29/02 in UTC: the local day is what moves."""
    assert moved(Span(None, utc(2024, 2, 29, 18)), 1) == Span(None, utc(2025, 2, 28, 18))
    assert moved(Span(utc(2024, 2, 29, 1), utc(2024, 3, 1, 1)), 1) == Span(utc(2025, 2, 28, 1), utc(2025, 3, 1, 1))


def test_the_shipped_profile_of_dinh_hoa_says_what_its_papers_say() -> None:
    profile = read_profile(SEEDS_FOLDER / "dinh_hoa_2024")
    spans = profile.spans(2026, FIRST)
    assert spans[PhaseKind.SCORING] == Span(utc(2026, 11, 13, 1), utc(2026, 11, 25, 10))
    assert spans[PhaseKind.REPORT_DUE].closes_at == utc(2026, 11, 22, 17)  # the end of 22/11
    assert profile.policies.zero_keys == {
        "inserted_number",
        "unclear_explanation",
        "no_statistics_table",
        "no_evidence",
    }
    assert profile.policies.request_answerable is Answerable.RELEASE
    assert [(str(each.band.lower), each.sample) for each in profile.bands] == [
        ("90", True),
        ("70", True),
        ("50", True),
        ("0", True),
    ]


def test_every_shipped_profile_is_read_and_written_back_alike() -> None:
    for profile in shipped_profiles():
        assert profile_from_json(profile.to_json()) == profile


FACT = {
    "code": "4.2c",
    "kind": "penalty",
    "text": "Tài liệu kiểm chứng có các văn bản chèn số: 01 điểm.",
    "measure": "fixed",
    "points": "1",
    "steps": "",
    "cap": None,
    "once": True,
}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"surprise": 1}, "profile_unknown_field"),
        ({"ties": None}, "wrong_type"),
        ({"decimals": "5"}, "profile_decimals"),
        ({"phases": [{"kind": "scoring", "closes": "32/11 17:00"}]}, "profile_moment_unreadable"),
        ({"phases": [{"kind": "scoring", "closes": "25/11 17:00"}] * 2}, "profile_phase_twice"),
        ({"bands": [{"name": "A", "lower": "0"}, {"name": "B", "lower": "0"}]}, "band_bound_twice"),
        ({"bands": [{"name": "A", "lower": 0.5}]}, "float_refused"),
        ({"policies": {"surprise": True}}, "policies_unknown_field"),
        ({"items": [FACT | {"surprise": 1}]}, "profile_unknown_field"),
        ({"items": [FACT, FACT]}, "profile_item_twice"),
        ({"items": [FACT | {"points": "0"}]}, "item_points_missing"),
        ({"items": [FACT | {"measure": "count"}]}, "item_steps_missing"),
        ({"items": [FACT | {"steps": "10 bài"}]}, "item_steps_unreadable"),
    ],
)
def test_what_a_profile_does_not_know_is_refused_by_name(change: dict[str, Any], code: str) -> None:
    given = read_profile(SEEDS_FOLDER / "dinh_hoa_2024").to_json() | change
    with pytest.raises(DomainError) as refused:
        profile_from_json(given)
    assert refused.value.code == code


def test_a_day_moves_by_whole_years() -> None:
    assert moved_day(dt.date(2024, 2, 29), 1) == dt.date(2025, 2, 28)
    assert moved_day(dt.date(2024, 11, 22), 2) == dt.date(2026, 11, 22)


def test_a_missing_field_is_named() -> None:
    given = read_profile(SEEDS_FOLDER / "dinh_hoa_2024").to_json()
    del given["groups"]
    with pytest.raises(DomainError) as refused:
        profile_from_json(given)
    assert (refused.value.code, refused.value.details) == ("profile_missing_field", {"field": "groups"})
