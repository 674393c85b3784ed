"""What a rule made of a claim, in words: "0 points: 75% is below 80%"."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import gettext

from app.domain.award import percent_of
from app.domain.claims import (
    BallotsClaim,
    Claim,
    CountClaim,
    DeclinedClaim,
    FaultsClaim,
    MeasuresClaim,
    NothingAroseClaim,
    OptionClaim,
    PercentClaim,
    PointsClaim,
    RatioClaim,
    TallyClaim,
    ValueClaim,
    ZeroClaim,
)
from app.domain.errors import ClaimInvalid
from app.domain.points import round_half_up
from app.domain.rule_trial import Explained
from app.domain.rules import BandsOn, ChoiceRule, Remark, Rule, Step
from app.web.labels import leader_words
from app.web.leaf_words import measure_words
from app.web.rule_words import band_words
from app.words.numbers import figure
from app.words.refusals import sentence
from app.words.rule_messages import REMARKS


def outcome_words(outcome: Explained) -> str:
    """Return the points, or that the claim is refused: "0,5 points"."""
    if outcome.points is None:
        return str(gettext("refused"))
    return str(gettext("%(points)s points", points=figure(outcome.points)))


def reason_words(outcome: Explained) -> str:
    """Return why, in one clause; of a refusal, its sentence."""
    if outcome.refused:
        return sentence(ClaimInvalid(_without_remedy(outcome.code), **outcome.details))
    words = _reason(outcome.code, outcome.details)
    if not outcome.capped:
        return words
    held = gettext("held at the maximum")
    return f"{words}; {held}"


def _without_remedy(code: str) -> str:
    """The remedies of the sheet do not exist in a trial."""
    return f"trial_{code}" if code in {"no_band", "nothing_to_measure"} else code


def _reason(code: str, details: Any) -> str:  # noqa: C901, PLR0912 - one arm for each reason
    match code:
        case "option" | "lowest_option" | "highest_option":
            return _option(code, details["text"])
        case "in_band":
            return _in_band(details)
        case "below_floor":
            floor = details["floor"]
            words = gettext("%(share)s is below %(bound)s", share=share(details["percent"], floor), bound=pct(floor))
        case "at_open_floor":
            words = gettext("exactly %(bound)s, which does not count yet", bound=pct(details["floor"]))
        case "below_threshold":
            bound = details["threshold"]
            words = gettext("%(share)s is below %(bound)s", share=share(details["percent"], bound), bound=pct(bound))
        case "share":
            words = gettext("%(share)s of the maximum", share=share(details["percent"]))
        case "share_capped":
            cap = details["cap"]
            words = gettext("%(share)s counts as %(cap)s", share=share(details["percent"], cap), cap=pct(cap))
        case "per_case":
            count, each = figure(details["count"]), figure(details["each"])
            words = gettext("%(count)s × %(each)s", count=count, each=each)
        case "per_case_capped":
            count, each, cap = (figure(details[name]) for name in ("count", "each", "cap"))
            words = gettext("%(count)s × %(each)s, at most %(cap)s", count=count, each=each, cap=cap)
        case "cut_off" | "no_faults" | "start_minus_faults" | "kept_at_floor":
            return _faults(code, details)
        case "mean":
            words = gettext("mean of the answers %(mean)s", mean=rounded(details["mean"]))
        case "mean_scaled":
            mean, top = rounded(details["mean"]), figure(details["top"])
            words = gettext("mean of the answers %(mean)s of %(top)s", mean=mean, top=top)
        case _:
            return _other(code, details)
    return str(words)


def shortened(text: str, most: int = 70) -> str:
    """Return a sentence of the paper short enough for a line that only points at it."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _option(code: str, text: str) -> str:
    text = shortened(text)
    match code:
        case "lowest_option":
            return str(gettext("of those that hold the lowest counts: “%(text)s”", text=text))
        case "highest_option":
            return str(gettext("of those that hold the highest counts: “%(text)s”", text=text))
        case _:
            return str(gettext("the points of this choice"))


def _in_band(details: Any) -> str:
    band: Step = details["band"]
    counted = details["on"] is BandsOn.COUNT
    where = band_words(band, "" if counted else "%")
    where = where[:1].lower() + where[1:]
    if counted:
        return str(gettext("%(count)s: step “%(where)s”", count=rounded(details["figure"]), where=where))
    bound = band.upper if band.upper is not None else band.lower
    return str(gettext("%(share)s: step “%(where)s”", share=share(details["figure"], bound), where=where))


def _faults(code: str, details: Any) -> str:
    given = {name: figure(value) for name, value in details.items() if name != "cut_off"}
    match code:
        case "cut_off":
            words = gettext("%(faults)s faults: 0 from %(cut_off)s on", cut_off=details["cut_off"], **given)
        case "no_faults":
            words = gettext("no fault: %(start)s points stay", **given)
        case "kept_at_floor":
            words = gettext("%(start)s − %(faults)s × %(each)s, but not below %(floor)s", **given)
        case _:
            words = gettext("%(start)s − %(faults)s × %(each)s", **given)
    return str(words)


def _other(code: str, details: Any) -> str:
    match code:
        case "better" | "equal" | "worse":
            measure = measure_words(str(details["measure"]))
            known = {
                "better": gettext("%(measure)s: better than last year", measure=measure),
                "equal": gettext("%(measure)s: as last year", measure=measure),
                "worse": gettext("%(measure)s: worse than last year", measure=measure),
            }
            words = known[code]
        case "of_scale":
            value, scale = figure(details["value"]), figure(details["scale"])
            words = gettext("%(value)s of %(scale)s", value=value, scale=scale)
        case "zero_ground":
            words = gettext("ground for 0: %(text)s", text=details["text"])
        case "leaders_mean":
            words = gettext("weighted mean of the leaders' sheets")
        case "first_year":
            words = gettext("no figure of last year")
        case "nothing_arose":
            words = gettext("nothing arose")
        case "declined":
            words = gettext("left unscored")
        case _:
            words = gettext("given by judgement")
    return str(words)


def pct(value: Decimal) -> str:
    return f"{figure(value)}%"


def share(percent: Fraction, bound: Decimal | None = None) -> str:
    """Return "79,9%", with as many decimals as it takes not to look like the bound it only comes near."""
    for decimals in (2, 4, 6):
        shown = round_half_up(percent, decimals)
        if bound is None or (shown == bound) is (percent == bound):
            break
    return pct(shown)


def rounded(value: Fraction) -> str:
    return figure(round_half_up(value, 2))


def claim_words(rule: Rule, claim: Claim) -> str:  # noqa: C901, PLR0912 - one arm for each shape
    """Return a claim on one line, options by their words: "18 / 20", "99 / 100, 1 fault"."""
    match claim:
        case OptionClaim(keys=keys):
            texts = {option.key: option.text for option in rule.options} if isinstance(rule, ChoiceRule) else {}
            return " + ".join(shortened(texts.get(key, key), 70 if len(keys) == 1 else 30) for key in keys)
        case RatioClaim():
            return f"{figure(claim.numerator)}/{figure(claim.denominator)}"
        case PercentClaim(percent=percent):
            return pct(percent)
        case CountClaim(count=count):
            return str(gettext("%(count)s cases", count=figure(count)))
        case FaultsClaim(faults=faults, share=measured):
            words = str(gettext("%(count)s faults", count=figure(faults)))
            return words if measured is None else f"{claim_words(rule, measured)}; {words}"
        case TallyClaim(tally=tally):
            given = [gettext("%(count)s × answer %(answer)s", count=figure(n), answer=key) for key, n in tally if n]
            return "; ".join(map(str, given)) or str(gettext("no sheet"))
        case BallotsClaim(ballots=ballots):
            sheets = "; ".join(f"{leader_words(ballot.kind)}: {figure(ballot.points)}" for ballot in ballots)
            return sheets or str(gettext("no sheet"))
        case MeasuresClaim(measures=measures):
            return "; ".join(f"{measure_words(m.key)}: {figure(m.previous)} → {figure(m.current)}" for m in measures)
        case ValueClaim(value=value):
            return figure(value)
        case PointsClaim(points=points):
            return str(gettext("%(points)s points", points=figure(points)))
        case NothingAroseClaim():
            return str(gettext("nothing arose"))
        case DeclinedClaim():
            return str(gettext("left unscored"))
        case ZeroClaim(key=key):
            return next((ground.text for ground in rule.zero_when if ground.key == key), key)


def tried_words(rule: Rule, claim: Claim, outcome: Explained) -> str:
    """Return a claim on one line with the percentage it speaks of, where the reason does not say it already."""
    words, percent = claim_words(rule, claim), percent_of(claim)
    if percent is None or isinstance(claim, PercentClaim) or {"percent", "figure"} & set(outcome.details):
        return words
    ratio, between, rest = words.partition("; ")
    return f"{ratio} = {share(percent, Decimal(100))}{between}{rest}"


def remark_words(remark: Remark, *, unit: str = "") -> str:
    details: dict[str, str] = {}
    for name, value in remark.details.items():
        if isinstance(value, Step):
            details[name] = band_words(value, unit)
        else:
            details[name] = figure(value) if isinstance(value, Decimal) else str(value)
    if remark.code == "bands_gap":
        details |= {name: f"{details[name]}{unit}" for name in ("from", "to")}
    return str(REMARKS[remark.code]) % details
