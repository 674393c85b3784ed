"""The rule editor in a real browser: figures answer while they are typed, lines move without a reload, focus stays."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Enter
from tests.web.records_app import draft

__all__ = ["draft"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def at_rule(enter: Enter, number: int) -> Page:
    page = enter("to_chuc")
    page.goto(f"/criteria/{number}/rule")
    page.evaluate("window.stays = true")
    return page


def tried(enter: Enter, number: int) -> Page:
    """1.247 of 1.248 in time, one fault: half a point."""
    page = at_rule(enter, number)
    for name, figure in (("numerator", "1247"), ("denominator", "1248"), ("faults", "1")):
        page.fill(f"#{name}-trial", figure)
    expect(page.locator(".rule-result b")).to_have_text("0,5 điểm")
    return page


def test_a_rule_is_typed_tried_kept_with_an_example_and_saved(
    portal: Flask, enter: Enter, draft: dict[str, int]
) -> None:
    """1.7: from 99%, half a point for each fault, 0 from 2 on, 1 point in all."""
    page = tried(enter, draft["1.7"])
    page.fill("#try-expected", "0,5")
    page.click("button[value='example:add']")
    expect(page.locator("#rule-examples .c-ok")).to_have_count(1)
    page.fill("#r-deduction_each", "0,25")  # 1 − 0,25: the example no longer comes out, at once
    expect(page.locator("#rule-examples .c-bad").first).to_be_visible()
    expect(page.locator(".rule-result b")).to_have_text("0,75 điểm")
    expect(page.locator("#r-deduction_each")).to_be_focused()
    page.click("button[value='save']")
    expect(page.locator(".form-top")).to_be_visible()
    page.click("button[value='example:confirm:0']")
    expect(page.locator("#rule-examples .c-ok")).to_have_count(1)
    assert page.evaluate("window.stays") is True  # all of it without loading the page again
    page.click("button[value='save']")
    page.wait_for_url(f"**/criterionrecords/list/?criteria_set={draft['set']}#c-{draft['1.7']}")
    expect(page.locator(f"#c-{draft['1.7']}")).to_contain_text("0,25")


def test_lines_move_and_another_kind_is_chosen_without_a_reload(
    portal: Flask, enter: Enter, draft: dict[str, int]
) -> None:
    page = at_rule(enter, draft["1.2"])
    page.fill("#r-options_0_text", "Sổ theo dõi")
    page.click("button[value='down:options:0']")
    expect(page.locator("#r-options_1_text")).to_have_value("Sổ theo dõi")
    expect(page.locator("#rule-claim")).to_contain_text("Sổ theo dõi")  # the sheet's own control, drawn anew
    page.select_option("#choose-kind", "bands")
    expect(page.locator("#r-bands_0_points")).to_have_value("1")
    page.select_option("#choose-kind", "choice")
    expect(page.locator("#r-options_1_text")).to_have_value("Sổ theo dõi")
    assert page.evaluate("window.stays") is True


def test_what_is_typed_the_moment_a_part_is_drawn_anew_is_heard(
    portal: Flask, enter: Enter, draft: dict[str, int]
) -> None:
    """The page types for its user as soon as the new part stands, faster than any hand: the trial must still follow."""
    page = tried(enter, draft["1.7"])
    page.evaluate(
        """() => {
          const typed = new MutationObserver(() => {
            const box = document.querySelector("#r-deduction_each");
            if (!document.querySelector("#rule-examples .c-ok") || box.value === "0,25") return;
            typed.disconnect();
            box.value = "0,25";
            box.dispatchEvent(new Event("input", {bubbles: true}));
          });
          typed.observe(document.querySelector("main"), {childList: true, subtree: true});
        }"""
    )
    page.fill("#try-expected", "0,5")
    page.click("button[value='example:add']")
    expect(page.locator("#rule-examples .c-bad").first).to_be_visible()
    expect(page.locator(".rule-result b")).to_have_text("0,75 điểm")
