"""A claim carried to another version of its criterion: by what it said, never by the key it happened to have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.domain.award import award
from app.domain.claims import Claim, OptionClaim, ZeroClaim
from app.domain.errors import ClaimInvalid
from app.domain.rules import ChoiceRule, Option, Rule, ZeroGround


def carried(claim: Claim, old: Rule, new: Rule, maximum: Decimal) -> tuple[Claim, Decimal]:
    """Return the claim as the new rule takes it and the points it earns there.

    A chosen option, or a ground for 0, is looked up by its sentence: the same key may mean something else now.
    Raises: ClaimInvalid option_changed (nothing says the same any more), or whatever the new rule has against it.
    """
    if isinstance(claim, OptionClaim) and isinstance(old, ChoiceRule) and isinstance(new, ChoiceRule):
        claim = replace(claim, keys=tuple(_key(key, old.options, new.options) for key in claim.keys))
    if isinstance(claim, ZeroClaim):
        claim = replace(claim, key=_key(claim.key, old.zero_when, new.zero_when))
    return claim, award(new, claim, maximum)


def _key(key: str, old: Sequence[Option | ZeroGround], new: Sequence[Option | ZeroGround]) -> str:
    said = {each.key: _words(each.text) for each in old}.get(key)
    found = [each.key for each in new if said is not None and _words(each.text) == said]
    if len(found) != 1:
        raise ClaimInvalid("option_changed", option=key)
    return found[0]


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()
