"""The repository held to its own rules: sizes, words, routes, refusals, translations, one history."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from babel.messages import pofile
from flask import Flask

from app.db.schema import MIGRATIONS
from app.web.access import needed_for
from app.words import exchange, import_messages, messages_of_jobs, messages_of_versions, reading, rule_messages
from app.words.messages import MESSAGES

ROOT = Path(__file__).resolve().parents[2]
OURS = sorted([*ROOT.glob("app/**/*.py"), *ROOT.glob("tests/**/*.py"), ROOT / "config.py"])
#: the words a reader of papers knows them by
READING = "app/reading/"
#: files that quote papers or hold their vocabulary: document numbers, the stop words of passwords
QUOTING = {
    "app/db/search.py",
    "app/domain/evidence_checks.py",
    "app/domain/rule_sentences.py",
    "app/domain/set_words.py",
    "app/services/accounts.py",
    "app/services/self_scoring.py",
}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in OURS:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_the_schema_has_one_head() -> None:
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_no_file_is_longer_than_400_lines() -> None:
    long = {str(path): count for path in OURS if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400}
    assert long == {}


def test_no_function_of_the_portal_is_longer_than_40_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path, tree in trees()
        if "app/" in str(path) and "migrations" not in str(path)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 40
    ]
    assert long == []


def test_one_commit_stands_in_the_portal() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path, tree in trees()
        if "app/" in str(path)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert found == ["app/db/session.py"]


def test_no_screen_word_in_vietnamese_stands_in_python() -> None:
    """Strings outside docstrings; a decree's own words live in seeds, the screen's in translations."""
    letters = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯàáạảãèéẹẻẽìíịỉĩòóọỏõùúụủũỳýỵỷỹ]")
    found = []
    for path, tree in trees():
        name = str(path.relative_to(ROOT))
        if not name.startswith("app/") or name in QUOTING or name.startswith(READING):
            continue
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        found += [
            f"{name}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and letters.search(node.value)
        ]
    assert found == []


REFUSALS = {
    "ClaimInvalid",
    "Conflict",
    "Forbidden",
    "InputInvalid",
    "NotFound",
    "RuleInvalid",
    "SubmissionRefused",
    "TransitionRefused",
}
#: said by commands and checks of files alone, in plain words there; no screen shows them
OF_COMMANDS = re.compile(
    r"seed_|band_needs|columns?_|file_not_utf8|file_not_csv|row_too_|unit_twice|text_not_utf8|float_refused|branch_unknown|database_not_upgraded|database_unavailable|line_needs|line_not_utf8|not_json|clock_|offset_|days_negative|unknown_kind|unknown_version"
    r"|units_out|until_|demo_|idempotency_|no_band_given|option_|zero_key_twice|measure_unknown|verdict_|request_with_points|policies_",
)


def test_every_refusal_has_its_sentence() -> None:
    codes = set()
    for path, tree in trees():
        if "app/" not in str(path):
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in REFUSALS
                and node.args
            ):
                first = node.args[0]
                parts = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                codes |= {part.value for part in parts if isinstance(part, ast.Constant)}
    assert len(codes) > 80
    assert {code for code in codes if code not in MESSAGES and not OF_COMMANDS.match(code)} == set()


def test_no_refusal_has_two_sentences() -> None:
    """Of two words for one code the later would be said, whatever the details given to it."""
    of_parts = [
        *exchange.EXCHANGE,
        *import_messages.IMPORT_MESSAGES,
        *rule_messages.RULE_MESSAGES,
        *messages_of_jobs.JOB_MESSAGES,
        *messages_of_versions.VERSION_MESSAGES,
        *reading.READING,
    ]
    own = re.findall(r'^    "(\w+)": ', (ROOT / "app/words/messages.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(own) > 150
    counted = Counter([*of_parts, *own])
    assert {code for code, count in counted.items() if count > 1} == set()
    assert set(counted) == set(MESSAGES)


@pytest.mark.parametrize(("name", "least"), [("messages", 500), ("wtforms", 30), ("admin", 5)])
def test_the_vietnamese_catalogue_is_complete(name: str, least: int) -> None:
    with (ROOT / f"translations/vi/LC_MESSAGES/{name}.po").open("rb") as stream:
        catalogue = pofile.read_po(stream, locale="vi")
    entries = [message for message in catalogue if message.id]
    assert len(entries) > least
    assert [message.id for message in entries if not message.string or message.fuzzy] == []
    marks = re.compile(r"%\(\w+\)[sd]")
    assert [
        message.id
        for message in entries
        if isinstance(message.id, str) and set(marks.findall(message.id)) != set(marks.findall(str(message.string)))
    ] == []


def test_every_word_of_the_portal_is_in_the_catalogue() -> None:
    with (ROOT / "translations/vi/LC_MESSAGES/messages.po").open("rb") as stream:
        known = {message.id for message in pofile.read_po(stream, locale="vi")}
    calls = {"gettext", "lazy_gettext", "_"}
    wanted = {
        node.args[0].value
        for path, tree in trees()
        if "app/" in str(path)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in calls
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    for template in ROOT.glob("app/web/templates/**/*.html"):
        wanted |= {
            found[1] for found in re.finditer(r"_\(\"((?:[^\"\\]|\\.)*)\"", template.read_text(encoding="utf-8"))
        }
    assert len(wanted) > 300
    assert wanted - known == set()


def test_every_route_says_who_may_reach_it(portal: Flask) -> None:
    closed = re.compile(r"\.(download|action|action_post|action_view|ajax_lookup)$")
    silent = {
        rule.endpoint
        for rule in portal.url_map.iter_rules()
        if needed_for(portal, rule.endpoint) is None and not closed.search(rule.endpoint)
    }
    assert silent <= {"IndexView.index", "UtilView.back", "AuthDBView.openid", "appbuilder.index", "desk.static"}


def test_the_readme_names_commands_and_targets_that_exist(portal: Flask) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`?make ([a-z-]+)", readme)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    commands = portal.cli.commands
    for name in set(re.findall(r"flask ([a-z-]+)", readme)):
        assert name in commands, name
