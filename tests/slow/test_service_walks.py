"""Sixty walks of forty acts by the services, each held against the model that knows the tables alone.

The model says whether an act is allowed and what comes of it; a service may know better words for its refusal. What a
service decides itself, such as the end of a term, the model is told.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from app.db.clock import FixedClock
from app.db.queries import trees
from app.db.session import Database, use
from app.domain.terms import WindowGround
from tests.domain.walk_chooser import CODES, END, START, Act, Chooser, done, seen_of_model, settings_of
from tests.domain.walk_groups import GroupModel
from tests.services.flow import go_on
from tests.slow.walk_served import LEAVES, Served, settle
from tests.web import world as pages_world
from tests.web.world import World, build_world

pytestmark = pytest.mark.slow

WALKS, LENGTH = 60, 40
#: what the walks must have met to prove anything
MET = ("submit", "request_evidence", "reply", "send_explanation", "conclude", "reopen", "publish", "annul", "extension")


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    path = tmp_path_factory.mktemp("walks") / "portal.sqlite3"
    shutil.copy(sqlite_template, path)
    opened = Database(f"sqlite:///{path}")
    use(opened)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pages_world, "LEAVES", LEAVES)
        made = build_world(FixedClock(START))
    opened.dispose()
    return path, made


def suited(act: Act, model: GroupModel) -> Act | None:
    """Return the act as a service can be asked for it: who agrees gives what was claimed, who disagrees does not.

    None: a unit alone is published with its group's next edition, so there has to be one before.
    """
    name, given = act
    if name == "move" and given[0] == "publish" and given[3] and model.group != "published":
        return None
    if name == "act" and given[0] in {"agree", "disagree"}:
        kind, code, role, points, due = given
        if kind == "agree":
            points = Decimal(model.leaves[code].pin or 0)
        elif points % 1 == 0:
            points += Decimal("0.25")
        return name, (kind, code, role, points, due)
    return act


def told(act: Act, served: Served) -> Act:
    """Return the act with the end of the window the service has opened by it."""
    name, given = act
    if name == "move" and given[0] == "release_first_results":
        return name, (*given[:4], served.newest_due(WindowGround.EXPLANATION) or given[4])
    if name == "act" and given[0] == "disagree":
        return name, (*given[:4], served.newest_due(WindowGround.EXPLANATION, given[1]) or given[4])
    if name == "unit" and given[0] == "return_for_correction" and served.flow.now >= END:
        return name, (*given[:3], served.newest_due(WindowGround.CORRECTION) or given[3])
    return act


def walk(number: int, served: Served, settings: set[str]) -> Counter[str]:
    chance = random.Random(number)
    settings_of(chance)
    model = GroupModel(CODES, START, END, settings)
    chooser, acts, met = Chooser(chance, model), [], Counter[str]()
    while len(acts) < LENGTH:
        act = suited(chooser.next(), model)
        if act is None:
            continue
        acts.append(act)
        said = served.done(act)
        answer = done(model, act if said else told(act, served))
        shown = "\n".join(str(each) for each in acts)
        where = f"walk {number} under {sorted(settings)}:\n{shown}\nservice: {said or 'yes'}, model: {answer or 'yes'}"
        assert bool(said) == bool(answer), where
        seen = {name: value for name, value in seen_of_model(model).items() if name not in {"spoken", "total"}}
        assert served.seen() == seen, where
        met[f"{act[1][0]}" if not said else "refused"] += 1
    return met


def test_sixty_walks_by_the_services_end_where_the_model_says(template: tuple[Path, World], tmp_path: Path) -> None:
    met: Counter[str] = Counter()
    for number in range(WALKS):
        path = tmp_path / f"walk{number}.sqlite3"
        shutil.copy(template[0], path)
        opened = Database(f"sqlite:///{path}")
        use(opened)
        trees._FROZEN.clear()
        flow = go_on(template[1], tmp_path)
        flow.now = START
        settings = settings_of(random.Random(number))
        settle(flow, settings)
        met += walk(number, Served(flow), settings)
        opened.dispose()
        path.unlink()
    assert not [name for name in MET if not met[name]], met.most_common()
