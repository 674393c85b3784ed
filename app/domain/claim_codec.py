"""Claims to JSON and back. A claim's fields say what it is; a wrong shape for its rule is `award`'s refusal."""

from __future__ import annotations

import json
from typing import Any, assert_never

from app.domain.claims import (
    Ballot,
    BallotsClaim,
    Claim,
    Comparison,
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
from app.domain.json_fields import Fields, load_json
from app.domain.points import plain

#: the field that decides what a claim is, looked for in this order
SHAPES = (
    "declined",
    "nothing_arose",
    "zero",
    "option",
    "options",
    "faults",
    "numerator",
    "denominator",
    "percent",
    "count",
    "tally",
    "ballots",
    "measures",
    "value",
    "points",
)


def claim_from_json(given: object) -> Claim:
    """Return the claim that `given` (JSON text or a parsed object) says. Raises ClaimInvalid naming the field."""
    fields = Fields(load_json(given, ClaimInvalid), ClaimInvalid, prefix="claim")
    shape = next((name for name in SHAPES if name in fields.names()), None)
    if shape is None:
        raise ClaimInvalid("claim_shape", expected="option, numerator, percent, count, …")
    claim = _of_shape(shape, fields)
    fields.done()
    return claim


def _of_shape(shape: str, fields: Fields) -> Claim:  # noqa: C901 - one arm for each kind
    match shape:
        case "declined" | "nothing_arose":
            if fields.flag(shape) is not True:
                raise ClaimInvalid("wrong_type", field=shape, expected="true")
            return DeclinedClaim() if shape == "declined" else NothingAroseClaim()
        case "zero":
            return ZeroClaim(fields.text("zero"))
        case "option":
            return OptionClaim((fields.text("option"),))
        case "options":
            return OptionClaim(_keys(fields))
        case "faults":
            return FaultsClaim(fields.number("faults"), _share(fields))
        case "numerator" | "denominator":
            return RatioClaim(fields.number("numerator"), fields.number("denominator"))
        case "tally":
            return TallyClaim(tuple((key, fields.as_number(value, "tally")) for key, value in fields.pairs("tally")))
        case "ballots":
            return BallotsClaim(tuple(_ballot(item) for item in fields.items("ballots")))
        case "measures":
            return MeasuresClaim(tuple(_comparison(key, item) for key, item in fields.pairs("measures")))
        case _:
            return _one_figure(shape, fields)


def _one_figure(shape: str, fields: Fields) -> Claim:
    figure = fields.number(shape)
    match shape:
        case "percent":
            return PercentClaim(figure)
        case "count":
            return CountClaim(figure)
        case "value":
            return ValueClaim(figure)
        case _:
            return PointsClaim(figure)


def _keys(fields: Fields) -> tuple[str, ...]:
    keys = fields.items("options")
    if any(not isinstance(key, str) for key in keys):
        raise ClaimInvalid("wrong_type", field="options", expected="list of texts")
    if len(set(keys)) != len(keys):
        raise ClaimInvalid("option_twice")
    return tuple(keys)


def _share(fields: Fields) -> RatioClaim | PercentClaim | None:
    if "percent" in fields.names():
        return PercentClaim(fields.number("percent"))
    if {"numerator", "denominator"} & fields.names():
        return RatioClaim(fields.number("numerator"), fields.number("denominator"))
    return None


def _ballot(item: object) -> Ballot:
    fields = Fields(item, ClaimInvalid, prefix="claim")
    ballot = Ballot(fields.text("kind"), fields.number("points"))
    fields.done()
    return ballot


def _comparison(key: str, item: object) -> Comparison:
    fields = Fields(item, ClaimInvalid, prefix="claim")
    compared = Comparison(key, fields.number_or_none("previous"), fields.number("current"))
    fields.done()
    return compared


def claim_to_json(claim: Claim) -> dict[str, Any]:  # noqa: C901, PLR0912 - one arm for each kind
    """Return `claim` as a JSON object, decimals as strings."""
    match claim:
        case DeclinedClaim():
            return {"declined": True}
        case NothingAroseClaim():
            return {"nothing_arose": True}
        case ZeroClaim(key=key):
            return {"zero": key}
        case OptionClaim(keys=keys):
            return {"option": keys[0]} if len(keys) == 1 else {"options": list(keys)}
        case RatioClaim() | PercentClaim():
            return _share_json(claim)
        case CountClaim(count=count):
            return {"count": plain(count)}
        case FaultsClaim(faults=faults, share=share):
            return {**(_share_json(share) if share is not None else {}), "faults": plain(faults)}
        case TallyClaim(tally=tally):
            return {"tally": {key: plain(count) for key, count in tally}}
        case BallotsClaim(ballots=ballots):
            return {"ballots": [{"kind": ballot.kind, "points": plain(ballot.points)} for ballot in ballots]}
        case MeasuresClaim(measures=measures):
            return {"measures": {measure.key: _comparison_json(measure) for measure in measures}}
        case ValueClaim(value=value):
            return {"value": plain(value)}
        case PointsClaim(points=points):
            return {"points": plain(points)}
        case _:
            assert_never(claim)


def claim_dumps(claim: Claim) -> str:
    return json.dumps(claim_to_json(claim), ensure_ascii=False, separators=(",", ":"))


def _share_json(share: RatioClaim | PercentClaim) -> dict[str, Any]:
    if isinstance(share, PercentClaim):
        return {"percent": plain(share.percent)}
    return {"numerator": plain(share.numerator), "denominator": plain(share.denominator)}


def _comparison_json(compared: Comparison) -> dict[str, Any]:
    previous = None if compared.previous is None else plain(compared.previous)
    return {"previous": previous, "current": plain(compared.current)}
