"""Walks of forty acts by the domain's functions, each held against a model that knows the tables alone.

A walk is its number: `walk(number)` plays it again, and the failure prints its acts, shortened to those that matter.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from tests.domain.walk_chooser import CODES, END, START, Act, Chooser, done, seen_of_model, settings_of
from tests.domain.walk_driver import Walked
from tests.domain.walk_groups import GroupModel


def seen_of(domain: Walked) -> dict[str, Any]:
    return {
        "state": domain.state.value,
        "spoken": domain.spoken(),
        "group": domain.group.value,
        "stage": domain.stage.value,
        "leaves": {code: domain.leaf(code).standing.value for code in CODES},
        "points": {code: domain.leaf(code).points for code in CODES},
        "over": {code: domain.over(code) for code in CODES},
        "total": domain.total,
    }


def differs(acts: list[Act], settings: set[str]) -> tuple[int, str] | None:
    """Play `acts` on both sides; return where and how they part, or None."""
    domain, model = Walked(CODES, START, END, settings), GroupModel(CODES, START, END, settings)
    for place, act in enumerate(acts):
        answers = done(domain, act), done(model, act)
        if answers[0] != answers[1]:
            return place, f"{act}: the domain says {answers[0] or 'yes'}, the model {answers[1] or 'yes'}"
        if seen_of(domain) != seen_of_model(model):
            return place, f"{act}:\n  domain {seen_of(domain)}\n  model  {seen_of_model(model)}"
    return None


def walk(number: int, length: int = 40) -> tuple[list[Act], set[str], list[str]]:
    """Choose the acts of walk `number` by the model alone; return them with what was answered to each."""
    chance = random.Random(number)
    settings = settings_of(chance)
    model, acts, answers = GroupModel(CODES, START, END, settings), [], []
    chooser = Chooser(chance, model)
    while len(acts) < length:
        act = chooser.next()
        acts.append(act)
        answers.append(done(model, act))
    return acts, settings, answers


def shortened(acts: list[Act], settings: set[str]) -> list[Act]:
    """Drop act after act as long as the two sides still part."""
    found = differs(acts, settings)
    while found is not None:
        acts = acts[: found[0] + 1]
        shorter = next(
            (rest for place in range(len(acts)) if differs(rest := acts[:place] + acts[place + 1 :], settings)), None
        )
        if shorter is None:
            return acts
        acts, found = shorter, differs(shorter, settings)
    return acts


def check(numbers: range) -> Counter[str]:
    """Walk them all; return how often each answer was given and where the walks ended."""
    seen: Counter[str] = Counter()
    for number in numbers:
        acts, settings, answers = walk(number)
        if differs(acts, settings) is not None:
            short = shortened(acts, settings)
            found = differs(short, settings)
            lines = "\n".join(str(act) for act in short)
            pytest.fail(f"walk {number} under {sorted(settings)}:\n{lines}\n{found and found[1]}")
        seen.update(
            f"{act[1][0] if act[0] in NAMED else act[0]} {answer or 'done'}"
            for act, answer in zip(acts, answers, strict=True)
        )
    return seen


NAMED = {"unit", "act", "move", "name_again", "grant"}
#: what the walks must have met to prove anything
MET = (
    "submit done",
    "save can_write",
    "submit every_own_leaf_settled",
    "return_for_correction done",
    "request_evidence done",
    "reply done",
    "send_explanation done",
    "agree leaf_final",
    "reply nothing_to_answer",
    "conclude no_leaf_blocks",
    "conclude done",
    "reopen done",
    "publish done",
    "annul done",
    "extension done",
    "explanation explanation_already_sent",
)


def test_a_thousand_walks_end_where_the_tables_say() -> None:
    seen = check(range(1000))
    assert not [name for name in MET if not seen[name]], seen.most_common()


@pytest.mark.slow
def test_ten_thousand_walks_end_where_the_tables_say() -> None:
    check(range(1000, 11_000))
