"""The rule editor on screen: every button works by a plain form, nothing typed is lost, no JSON is shown."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db.criteria import Criterion, RuleExample
from app.db.session import reading, unit_of_work
from app.domain.rule_form import KINDS
from tests.domain.rule_samples import BY_KIND
from tests.web.conftest import SignIn
from tests.web.records_app import draft, last_event, post, text_of
from tests.web.world import World

__all__ = ["draft"]  # a fixture


def fields_of(page: str) -> dict[str, Any]:
    """Return what a browser would send of the editor's form, without any button."""
    form = page[page.index('<div id="rule-editor"') :]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if given.get("type") in {"radio", "checkbox"} and " checked" not in tag:
            continue
        if "name" in given:
            found[given["name"]] = html.unescape(given.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[name] = "" if chosen is None else chosen[1]
    found.pop("csrf_token", None)
    return found


class Editor:
    """One criterion's page, as a person without JavaScript uses it."""

    def __init__(self, client: FlaskClient, criterion: int) -> None:
        self.client, self.address = client, f"/criteria/{criterion}/rule"
        self.answer: Any = client.get(self.address)
        self.fields = fields_of(self.page)

    @property
    def page(self) -> str:
        return text_of(self.answer)

    @property
    def words(self) -> str:
        main = self.page[self.page.index("<main") : self.page.index("</main>")]
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())

    def press(self, act: str, **typed: str) -> Editor:
        """Type into fields ("bands_0_points": dots written as _) and press a button."""
        given = {self.name(name): text for name, text in typed.items()}
        self.answer = post(self.client, self.address, **{**self.fields, **given, "act": act})
        if self.answer.status_code != 302:
            self.fields = fields_of(self.page)
        return self

    def name(self, written: str) -> str:
        return next((name for name in self.fields if name.replace(".", "_") == written), written)

    def error_at(self, field: str) -> str:
        found = re.search(rf'id="e-{field}">(.*?)</p>', self.page, re.DOTALL)
        return "" if found is None else " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


@pytest.fixture
def client(sign_in: SignIn) -> FlaskClient:
    return sign_in("to_chuc")


def stored(number: int) -> dict[str, Any]:
    with reading() as session:
        rule = session.get_one(Criterion, number).rule
        assert rule is not None
        return rule


# ── what is seen


def test_the_papers_own_words_stand_beside_the_typed_fields(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.7"])
    assert "Nguyên văn của tiêu chí" in editor.words
    assert editor.fields["r.deduction.threshold"] == "99"
    assert editor.fields["r.deduction.each"] == "0,5"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_fields_and_shows_no_json(
    portal: Flask, client: FlaskClient, draft: dict[str, int], kind: str
) -> None:
    sample = BY_KIND[kind]
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        row = work.session.get_one(Criterion, draft["1.4"])  # 5 points
        row.rule = sample.json(nothing_arose="0.5", zero_when=[{"key": "late", "text": "Nộp muộn"}])
    editor = Editor(client, draft["1.4"])
    assert editor.answer.status_code == 200
    assert not re.search(r'["{]|_[a-z]', re.sub(r"“|”", "", editor.words))
    assert editor.press("save").answer.status_code == 302
    assert stored(draft["1.4"]) == sample.json(nothing_arose="0.5", zero_when=[{"key": "late", "text": "Nộp muộn"}])


def test_the_finding_of_the_criterion_is_shown(client: FlaskClient, draft: dict[str, int]) -> None:
    assert "Hai cách hiểu" in Editor(client, draft["1.1"]).words


def test_bounds_are_tried_by_themselves_and_drawn(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.5"])  # from 80% in proportion, 4 points
    rows = [re.sub(r"<[^>]+>", "|", row) for row in re.findall(r"<tr>(.*?)</tr>", editor.page, re.DOTALL)]
    tried = {cells[0]: cells[1] for row in rows if len(cells := [part for part in row.split("|") if part.strip()]) > 2}
    assert tried["799/1.000"] == "0"
    assert tried["800/1.000"] == "3,2"
    assert tried["1.000/1.000"] == "4"
    assert '<svg class="rule-pic"' in editor.page
    assert "style=" not in editor.page[editor.page.index("<main") :]


# ── trying


def test_a_claim_is_tried_and_the_reason_said(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.5"]).press("try", numerator="15", denominator="20")
    result = editor.page[editor.page.index("rule-result") :]
    assert '<b class="">0 điểm</b>' in result
    assert "75%" in result[:400]
    assert "80%" in result[:400]
    assert editor.fields["numerator"] == "15"


def test_a_figure_nobody_can_read_is_refused_at_the_trial(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.5"]).press("try", numerator="1.234", denominator="20")
    assert "1.234" in editor.words
    assert re.search(r'id="numerator-trial"[^>]*aria-invalid="true"|is-bad" id="numerator-trial"', editor.page)


def test_last_years_figure_is_typed_into_the_trial(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.8"])  # a rank: lower is better, 1 point
    editor.press("try", **{"previous.cchc_rank": "5", "measures.cchc_rank": "3"})
    assert "tốt hơn năm trước" in editor.words or "better than last year" in editor.words
    assert '<b class="">1 điểm</b>' in editor.page


def test_leaders_sheets_are_tried_and_an_empty_form_tries_nothing(
    portal: Flask, client: FlaskClient, draft: dict[str, int]
) -> None:
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        work.session.get_one(Criterion, draft["1.4"]).rule = BY_KIND["ballots"].json()
    editor = Editor(client, draft["1.4"])
    assert "<b class=" not in editor.page
    editor.press("try", chairman_0="4", vice_0="2,5")
    assert '<b class="">3,5 điểm</b>' in editor.page  # (2 × 4 + 1 × 2,5) ÷ 3


def test_an_htmx_request_gets_the_part_it_asks_for(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.5"])
    sent = {**editor.fields, "numerator": "18", "denominator": "20", "part": "claim"}
    token = re.search(r'name="csrf-token" content="([^"]+)"', editor.page)
    assert token is not None
    answer = client.post(editor.address, data={**sent, "csrf_token": token[1]}, headers={"HX-Request": "true"})
    part = text_of(answer)
    assert part.lstrip().startswith('<div id="rule-live"')
    assert "3,6 điểm" in part  # 90% of 4
    changed = {**sent, "part": "rule", "r.nothing_arose": "1", "csrf_token": token[1]}
    part = text_of(client.post(editor.address, data=changed, headers={"HX-Request": "true"}))
    assert 'id="rule-claim" hx-swap-oob="true"' in part  # the sheet now offers "nothing arose"
    assert 'id="rule-examples"' in part


# ── typing


def test_a_saved_rule_leads_back_to_the_tree_at_its_criterion(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.5"]).press("save", r_proportional_floor="85")
    assert editor.answer.status_code == 302
    place = editor.answer.headers["Location"]
    assert place == f"/criterionrecords/list/?criteria_set={draft['set']}#c-{draft['1.5']}"
    assert f'id="c-{draft["1.5"]}"' in text_of(client.get(place))
    assert stored(draft["1.5"])["floor"] == "85"
    assert last_event().action == "rule_changed"


def test_every_fault_is_said_at_its_field_and_what_was_typed_stays(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.3"])
    editor.press("save", r_bands_0_upper="tám mươi", r_bands_1_points="")
    assert editor.answer.status_code == 422
    assert "tám mươi" in editor.error_at("bands_0_upper")
    assert editor.error_at("bands_1_points")
    assert editor.fields["r.bands.0.upper"] == "tám mươi"
    assert editor.fields["r.bands.1.lower"] == "85"
    assert stored(draft["1.3"])["bands"][1]["points"] == "2"


def test_points_above_the_maximum_are_refused_at_their_field(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.3"]).press("save", r_bands_1_points="3")
    assert editor.answer.status_code == 422
    assert "3" in editor.error_at("bands_1_points")


def test_a_gap_between_steps_is_warned_of_and_can_be_saved(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.3"]).press("try", r_bands_1_lower="90")
    assert re.search(r"rule-remark.*85%.*90%", editor.page, re.DOTALL)
    assert editor.press("save").answer.status_code == 302


def test_steps_that_overlap_are_refused(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.3"]).press("save", r_bands_1_lower="80")
    assert editor.answer.status_code == 422
    assert editor.error_at("bands")
    assert stored(draft["1.3"])["bands"][1]["from"] == "85"


def options(editor: Editor) -> list[str]:
    return [
        editor.fields[f"r.options.{place}.text"] for place in range(9) if f"r.options.{place}.text" in editor.fields
    ]


def test_options_are_added_moved_and_taken_off_by_plain_buttons(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.2"])
    assert options(editor) == ["Sổ", "Bảng", "Không"]
    assert options(editor.press("down:options:0")) == ["Bảng", "Sổ", "Không"]
    assert options(editor.press("remove:options:2")) == ["Bảng", "Sổ"]
    editor.press("add:options")
    assert not editor.error_at("options_2_text")  # an empty new line is no fault yet
    editor.press("save", r_options_2_text="Không có <gì>", r_options_2_points="0")
    kept = [(option["key"], option["text"]) for option in stored(draft["1.2"])["options"]]
    assert kept == [("2", "Bảng"), ("1", "Sổ"), ("3", "Không có <gì>")]


def test_another_kind_is_chosen_and_the_first_waits_unseen(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.2"]).press("save", choose_kind="bands")
    assert editor.answer.status_code == 200  # the fields are another kind's now: nothing is saved over them
    assert [editor.fields[f"r.bands.{place}.points"] for place in range(3)] == ["2", "1", "0"]
    assert stored(draft["1.2"])["kind"] == "choice"
    assert options(editor.press("kind", choose_kind="choice")) == ["Sổ", "Bảng", "Không"]


# ── examples


def kept_examples(number: int) -> list[tuple[Any, Decimal | None, str | None, str]]:
    with reading() as session:
        rows = select(RuleExample).where(RuleExample.criterion_id == number).order_by(RuleExample.position)
        return [(row.claim, row.expected, row.refusal, row.note) for row in session.scalars(rows)]


def with_example(client: FlaskClient, number: int) -> Editor:
    """Keep 15 of 20 → 0 on 1.5."""
    editor = Editor(client, number)
    editor.press("example:add", numerator="15", denominator="20", try_expected="0", try_note="dưới 80%")
    editor.press("save")
    assert editor.answer.status_code == 302, editor.words
    return Editor(client, number)


def test_a_tried_claim_is_kept_with_the_points_a_person_expects(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = with_example(client, draft["1.5"])
    assert kept_examples(draft["1.5"]) == [
        ({"numerator": "15", "denominator": "20"}, Decimal(0), None, "dưới 80%"),
    ]
    assert "dưới 80%" in editor.words


def test_a_claim_that_must_be_refused_is_kept_so(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.5"]).press("example:add", numerator="0", denominator="0")
    assert editor.press("save").answer.status_code == 302
    assert kept_examples(draft["1.5"])[0][1:3] == (None, "nothing_to_measure")


def test_an_example_needs_the_points_somebody_expects(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.5"]).press("example:add", numerator="15", denominator="20")
    assert editor.answer.status_code == 422
    assert "e.0.claim" not in editor.fields
    assert editor.fields["numerator"] == "15"


def test_a_change_that_breaks_an_example_is_not_saved_until_a_person_confirms(
    client: FlaskClient, draft: dict[str, int]
) -> None:
    editor = with_example(client, draft["1.5"]).press("save", r_proportional_floor="70")
    assert editor.answer.status_code == 422
    assert stored(draft["1.5"])["floor"] == "80"
    assert editor.fields["r.proportional.floor"] == "70"
    assert "3 điểm" in editor.words  # 75% of 4: what the rule now says
    editor.press("example:confirm:0")
    assert editor.fields["e.0.expected"] == "3"
    assert editor.press("save").answer.status_code == 302
    assert kept_examples(draft["1.5"])[0][1] == 3


def test_an_example_is_taken_off(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = with_example(client, draft["1.5"]).press("example:remove:0")
    assert editor.press("save").answer.status_code == 302
    assert kept_examples(draft["1.5"]) == []


def test_an_example_nobody_typed_is_refused(client: FlaskClient, draft: dict[str, int]) -> None:
    editor = Editor(client, draft["1.5"])
    answer = post(client, editor.address, **{**editor.fields, "e.0.claim": '{"numerator": 1.5}', "act": "save"})
    assert answer.status_code == 422


def test_examples_are_told_in_words_in_the_audit_log(client: FlaskClient, draft: dict[str, int]) -> None:
    with_example(client, draft["1.5"])
    page = text_of(client.get(f"/auditeventrecords/show/{last_event().id}"))
    shown = html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))
    assert "15" in shown
    assert "(dưới 80%)" in shown
    assert "numerator" not in shown


# ── two people, frozen sets, who may


def test_of_two_people_the_second_sees_both_and_loses_nothing(client: FlaskClient, draft: dict[str, int]) -> None:
    mine, theirs = Editor(client, draft["1.5"]), Editor(client, draft["1.5"])
    theirs.press("save", r_proportional_floor="60")
    mine.press("save", r_proportional_floor="90")
    assert mine.answer.status_code == 409
    assert "60%" in mine.words
    assert mine.fields["r.proportional.floor"] == "90"
    assert stored(draft["1.5"])["floor"] == "60"
    assert mine.press("save").answer.status_code == 302  # having seen both
    assert stored(draft["1.5"])["floor"] == "90"


def test_a_frozen_rule_is_shown_with_the_reason_and_takes_nothing(
    portal: Flask, client: FlaskClient, world: World
) -> None:
    with reading() as session:
        leaf = session.scalars(select(Criterion.id).where(Criterion.set_id == world.set, Criterion.code == "1.5")).one()
    page = text_of(client.get(f"/criteria/{leaf}/rule"))
    assert "phiên bản mới" in page
    assert "3,2" in page  # 80% of 4, at the bound
    assert 'name="act"' not in page
    assert post(client, f"/criteria/{leaf}/rule", act="save", **{"r.kind": "judged"}).status_code == 409
    assert stored(leaf)["kind"] == "proportional"


def test_a_branch_and_a_strangers_number_have_no_such_page(client: FlaskClient, draft: dict[str, int]) -> None:
    assert client.get(f"/criteria/{draft['1']}/rule").status_code == 404
    assert client.get("/criteria/99999/rule").status_code == 404


def test_the_editor_is_reached_from_tree_record_and_desk(client: FlaskClient, draft: dict[str, int]) -> None:
    link = f'href="/criteria/{draft["1.5"]}/rule"'
    assert link in text_of(client.get(f"/criterionrecords/list/?criteria_set={draft['set']}"))
    assert link in text_of(client.get(f"/criterionrecords/show/{draft['1.5']}"))
    assert link in text_of(client.get(f"/desk/criteria/?criteria_set={draft['set']}"))
    assert f'href="/criteria/{draft["1"]}/rule"' not in text_of(
        client.get(f"/desk/criteria/?criteria_set={draft['set']}")
    )


@pytest.mark.parametrize("name", ["r.kind", "r.bands.on", "r.options.0.points", "scored_by", "choose_kind", "act"])
def test_nonsense_in_any_field_is_refused_or_ignored_and_never_a_fault(
    client: FlaskClient, draft: dict[str, int], name: str
) -> None:
    for code in ("1.1", "1.3"):
        editor = Editor(client, draft[code])
        for text in ("<script>", "", "\u0663", "9" * 40, "x\x00y"):
            answer = post(client, editor.address, **{**editor.fields, "act": "save", name: text})
            assert answer.status_code < 500, (code, text)
            assert "<script>" not in text_of(answer).replace("<script src", "")
