"""Every command says in words what it does, and answers a slip of the keyboard with exit code 2."""

from __future__ import annotations

import re

import pytest

from tests.commands.conftest import House, done, refused

COMMANDS = (
    "init-security",
    "serve",
    "seed load",
    "seed check",
    "seed export",
    "rules award",
    "results table",
    "results export",
    "results verify",
    "demo annul",
    "demo play",
    "audit heads",
    "audit verify",
    "criteria export",
    "criteria import",
    "criteria read",
)
GROUPS = ("seed", "rules", "results", "demo", "audit", "criteria")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_in_a_sentence_what_a_command_does(tool: House, command: str) -> None:
    usage, sentence, *_ = done(tool.flask(*command.split(), "--help")).split("\n\n")
    assert usage.startswith(f"Usage: app {command} ")
    assert sentence.strip().endswith(".")
    assert len(sentence.split()) >= 4


@pytest.mark.parametrize("group", GROUPS)
def test_help_of_a_group_names_its_commands_with_their_sentences(tool: House, group: str) -> None:
    lines = done(tool.flask(group, "--help")).split("Commands:\n")[1].splitlines()
    assert {line.split()[0] for line in lines} == {
        command.split()[1] for command in COMMANDS if command.startswith(f"{group} ")
    }
    assert all(len(line.split()) >= 4 for line in lines)


OPTIONS = {"results table": ("--decimals", "--ties", "--bands"), "results export": ("--campaign", "--format")}


@pytest.mark.parametrize("command", OPTIONS)
def test_help_says_what_each_option_is_for(tool: House, command: str) -> None:
    printed = " ".join(done(tool.flask(*command.split(), "--help")).split("Options:\n")[1].split())
    options = re.split(r" (?=--[a-z])", printed)
    assert [option.split()[0] for option in options] == [*OPTIONS[command], "--help"]
    for option in options:
        words = re.sub(r"\[[^]]*\]", "", option).split()[1:]
        assert len([word for word in words if not word.isupper()]) >= 3, option


SLIPS = [
    ("seed", "lod"),
    ("seed", "load"),
    ("seed", "load", "a", "b"),
    ("seed", "export", "dinh_hoa_2024"),
    ("rules", "award", "--rules", "{}"),
    ("rules", "award"),
    ("rules", "award", "--rule", "{}", "--claim", "{}"),
    ("results", "table"),
    ("results", "export"),
    ("results", "verify", "now"),
    ("demo", "play", "23"),
    ("demo", "annul"),
    ("demo", "annul", "demo-1", "--positions", "mixed"),
    ("audit", "verify", "--all"),
    ("init-security", "now"),
    ("no-such-command",),
]


@pytest.mark.parametrize("words", SLIPS, ids=" ".join)
def test_a_slip_is_refused_with_a_hint_at_the_help(tool: House, words: tuple[str, ...]) -> None:
    result = tool.flask(*words)
    assert "--help" in refused(result)
    assert result.stdout == ""
