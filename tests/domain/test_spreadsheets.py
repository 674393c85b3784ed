"""Cells a spreadsheet would calculate."""

from __future__ import annotations

import pytest

from app.domain.spreadsheets import harmless


@pytest.mark.parametrize(
    "typed", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=cmd|" /C calc"!A0', "＝1+1", "-", "-5-5"]
)
def test_a_formula_is_shown_and_not_calculated(typed: str) -> None:
    assert harmless(typed) == "'" + typed


@pytest.mark.parametrize("typed", ["-5", "-0,5", "-1.234,5", "5", "Xã mẫu 01", "", "a=b"])
def test_a_figure_or_a_word_stays_as_it_was_typed(typed: str) -> None:
    assert harmless(typed) == typed
