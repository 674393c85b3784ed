"""A claim carried to another version of its criterion: by what it said, never by the key it happened to have."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from app.domain.award import award
from app.domain.claims import Claim, OptionClaim
from app.domain.errors import ClaimInvalid
from app.domain.rules import ChoiceRule, Rule


def carried(claim: Claim, old: Rule, new: Rule, maximum: Decimal) -> tuple[Claim, Decimal]:
    """Return the claim as the new rule takes it and the points it earns there.

    A chosen option is looked up by its sentence: the same key may mean something else in the new version.
    Raises: ClaimInvalid option_changed (no option says the same any more), or whatever the new rule has against it.
    """
    if isinstance(claim, OptionClaim) and isinstance(old, ChoiceRule) and isinstance(new, ChoiceRule):
        claim = replace(claim, keys=tuple(_key(key, old, new) for key in claim.keys))
    return claim, award(new, claim, maximum)


def _key(key: str, old: ChoiceRule, new: ChoiceRule) -> str:
    said = {option.key: _words(option.text) for option in old.options}.get(key)
    found = [option.key for option in new.options if said is not None and _words(option.text) == said]
    if len(found) != 1:
        raise ClaimInvalid("option_changed", option=key)
    return found[0]


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()
