"""Words of versions: kinds of change, how a match was found, the sentences of a row; rules of both sides."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from flask_babel import gettext, lazy_gettext

from app.domain.rule_codec import rule_to_json
from app.domain.set_diff import SENTENCES, ChangeKind, Described, Move
from app.domain.set_mapping import Confidence
from app.web.records.words import SCORERS
from app.web.rule_words import rule_in_words

KINDS: Mapping[ChangeKind, object] = {
    ChangeKind.ADDED: lazy_gettext("Added"),
    ChangeKind.REMOVED: lazy_gettext("Removed"),
    ChangeKind.MOVED: lazy_gettext("Moved"),
    ChangeKind.MAXIMUM: lazy_gettext("Maximum"),
    ChangeKind.WORDS: lazy_gettext("Words"),
    ChangeKind.RULE: lazy_gettext("Rule"),
}

MOVES: Mapping[Move, object] = {
    Move.CODE: lazy_gettext("another code"),
    Move.PARENT: lazy_gettext("under another branch"),
    Move.POSITION: lazy_gettext("another place in its branch"),
}

FOUND: Mapping[Confidence, object] = {
    Confidence.COPIED: lazy_gettext("Copied from it"),
    Confidence.SAME_CODE: lazy_gettext("Same code"),
    Confidence.LIKENESS: lazy_gettext("Like title"),
    Confidence.BY_HAND: lazy_gettext("By hand"),
    Confidence.NONE: lazy_gettext("New"),
}

FIELDS: Mapping[str, object] = {
    "title": lazy_gettext("Title"),
    "original": lazy_gettext("The paper's own words"),
    "requirement": lazy_gettext("Notes of the paper"),
    "evidence": lazy_gettext("Documents asked for"),
    "agency": lazy_gettext("Agency"),
}
assert set(FIELDS) == set(SENTENCES)


def rule_lines(row: Described) -> list[str]:
    """Return who scores a row and by which rule, sentence by sentence; nothing for a branch."""
    if row.rule is None or row.scored_by is None:
        return []
    scorer = gettext("Scored by: %(who)s", who=SCORERS[row.scored_by])
    return [*rule_in_words(rule_to_json(row.rule)), str(scorer)]


def register(app: Flask) -> None:
    app.jinja_env.globals.update(
        change_kind_words=lambda kind: str(KINDS[kind]),
        move_words=lambda move: str(MOVES[move]),
        found_words=lambda how: str(FOUND[how]),
        sentence_words=lambda name: str(FIELDS[name]),
        rule_lines=rule_lines,
    )
