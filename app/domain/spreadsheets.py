"""What a spreadsheet would calculate instead of show."""

from __future__ import annotations

import re

#: a spreadsheet takes a cell that begins so for a formula, the wide forms of East Asian keyboards among them
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_FIGURE = re.compile(r"-?[0-9]+(?:[.,][0-9]+)*")


def harmless(text: str) -> str:
    """Return a text no spreadsheet calculates; a figure stays a figure, "-5" as it was typed."""
    return f"'{text}" if text.startswith(_FORMULA) and not _FIGURE.fullmatch(text) else text
