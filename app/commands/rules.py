"""`flask rules award`: what a rule gives for a claim, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import click
from flask.cli import AppGroup

from app.commands.outcome import REFUSED
from app.domain.award import award
from app.domain.claim_codec import claim_from_json
from app.domain.errors import DomainError, InputInvalid
from app.domain.json_fields import load_json
from app.domain.points import parse_number, plain
from app.domain.rule_checks import check_rule
from app.domain.rule_codec import rule_from_json
from app.words.refusals import in_plain_words

rules = AppGroup("rules", help="Try scoring rules.")


@rules.command("award")
@click.option("--rule", "rule_text", help="The rule as JSON, as the seed files write it.")
@click.option("--claim", "claim_text", help='The claim as JSON, for example {"numerator":"18","denominator":"20"}.')
@click.option("--maximum", help='The maximum of the criterion, for example "1" or "0.5".')
@click.option("--stdin", "from_stdin", is_flag=True, help="Read one JSON object {rule, claim, maximum} a line instead.")
def award_command(rule_text: str | None, claim_text: str | None, maximum: str | None, *, from_stdin: bool) -> None:
    """Print the points a claim earns by a rule: {"points": "0.5"}.

    A claim or rule that cannot be scored prints {"error": {"code", "message"}} and ends with exit code 2. With
    --stdin each line is answered by a line, in order, and the exit code is 0 once every line has its answer.
    """
    if from_stdin:
        for line in sys.stdin.buffer:
            click.echo(_dumps(_answer_line(line)))
        return
    if rule_text is None or claim_text is None or maximum is None:
        raise click.UsageError("give --rule, --claim and --maximum, or --stdin")
    answer = _answer(rule_text, claim_text, maximum)
    click.echo(_dumps(answer))
    if "error" in answer:
        sys.exit(REFUSED)


def _dumps(answer: Mapping[str, Any]) -> str:
    """Return `answer` as JSON that can be printed: letters as they are, or escaped where the stream has no such letter.

    A claim may quote half a surrogate pair, which no encoding writes.
    """
    text = json.dumps(answer, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(answer)
    return text


def _answer_line(line: bytes) -> Mapping[str, Any]:
    try:
        asked = load_json(line.decode(), InputInvalid)
    except UnicodeDecodeError:
        return _error(InputInvalid("line_not_utf8"))
    except DomainError as refusal:
        return _error(refusal)
    if not isinstance(asked, dict) or set(asked) != {"rule", "claim", "maximum"}:
        return _error(InputInvalid("line_needs_rule_claim_maximum"))
    return _answer(asked["rule"], asked["claim"], asked["maximum"])


def _answer(rule_json: Any, claim_json: Any, maximum_json: Any) -> Mapping[str, Any]:
    try:
        maximum = _maximum(maximum_json)
        rule = rule_from_json(rule_json)
        check_rule(rule, maximum)
        return {"points": plain(award(rule, claim_from_json(claim_json), maximum))}
    except DomainError as refusal:
        return _error(refusal)
    except RecursionError:  # read by the skin of its teeth, too deep to be walked
        return _error(InputInvalid("not_json"))


def _maximum(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InputInvalid("not_a_number", what="maximum")
    maximum = parse_number(str(value), what="maximum")
    if maximum < 0:
        raise InputInvalid("negative_figure", what="maximum", text=plain(maximum))
    return maximum


def _error(refusal: DomainError) -> Mapping[str, Any]:
    return {"error": {"code": refusal.code, "message": in_plain_words(refusal) or str(refusal)}}
