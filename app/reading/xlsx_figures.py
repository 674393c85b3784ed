"""How a figure of a workbook looks in a cell, written the Vietnamese way: "0,5", "50%", 25/11/2024.

A workbook keeps binary figures of 17 digits and shows 15: 0.30000000000000004 is 0.3 to everybody who looks at it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from app.reading.late import late

_SHOWN_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)
#: points have up to four decimals: a figure that has no more is never rounded to what its format shows
_EXACT_DECIMALS = 4
_PATTERN = re.compile(r"[#0?][#0?,]*(?:\.([#0?]*))?")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[[^\]]*\]')
_FORMULA_OUT = re.compile(r"^[\w.]+\|")
GENERAL = "General"


@dataclass(frozen=True, slots=True)
class Format:
    """A number format taken apart. `least`, `most`: decimals always shown, and at most; None: as many as there are."""

    before: str = ""
    after: str = ""
    least: int = 0
    most: int | None = None
    percent: bool = False
    date: bool = False
    day: bool = False
    clock: bool = False


def format_of(code: str) -> Format:
    """Return what a number format does to a positive figure; what it cannot be told of shows the figure itself."""
    if code in {GENERAL, "@", ""}:
        return Format()
    section = code.partition(";")[0]
    if late("xlsx_formats").is_date(section):
        plain = _QUOTED.sub("", section).lower()
        return Format(date=True, day="d" in plain or "y" in plain, clock="h" in plain or "s" in plain)
    literal: list[str] = []
    masked = _QUOTED.sub(lambda hit: _mask(hit, literal), section)
    found = _PATTERN.search(masked)
    if found is None or "E" in masked or "/" in masked:
        return Format()
    before, after = (_unmask(part, literal) for part in (masked[: found.start()], masked[found.end() :]))
    decimals = found[1] or ""
    return Format(
        before=before.replace("%", ""),
        after=after.replace("%", ""),
        least=decimals.count("0"),
        most=len(decimals),
        percent="%" in masked,
    )


def _mask(hit: re.Match[str], literal: list[str]) -> str:
    """Put a quoted word away, so that its letters are not taken for digits of the format."""
    text = hit[1] or hit[2] or ""
    if not text:
        return ""
    literal.append(text)
    return chr(0xE000 + len(literal) - 1)


def _unmask(part: str, literal: list[str]) -> str:
    kept = (literal[ord(each) - 0xE000] if 0xE000 <= ord(each) < 0xE000 + len(literal) else each for each in part)
    return "".join(kept).replace("General", "")


def builtin(number: int) -> str:
    return GENERAL if number == 0 else str(late("xlsx_formats").built_in(number) or GENERAL)


def shown(raw: str, form: Format, *, since_1904: bool) -> str:
    """Return a stored figure as its cell shows it. A text that is no figure comes back as it stands."""
    try:
        value = _SHOWN_DIGITS.create_decimal(raw.strip())
    except InvalidOperation:
        return raw
    if not value.is_finite() or abs(value.adjusted()) > 30:
        return raw
    if form.date:
        return _date(value, form, since_1904=since_1904) or raw
    scaled = value * 100 if form.percent else value
    text = _figure(scaled, form)
    return f"{form.before}{text}{'%' if form.percent else ''}{form.after}".strip()


def _figure(value: Decimal, form: Format) -> str:
    exact = format(value.normalize(), "f")
    decimals = len(exact.partition(".")[2])
    if form.most is not None and decimals > form.most and decimals > _EXACT_DECIMALS:
        exact = format(value.quantize(Decimal(1).scaleb(-form.most), rounding=ROUND_HALF_UP), "f")
        decimals = form.most
    whole, _, fraction = exact.partition(".")
    fraction = fraction.ljust(form.least, "0")
    return f"{'0' if whole == '-0' and not fraction.strip('0') else whole}{',' if fraction else ''}{fraction}"


def _date(value: Decimal, form: Format, *, since_1904: bool) -> str:
    instant = late("xlsx_formats").instant_of(float(value), since_1904=since_1904)
    if isinstance(instant, dt.time):
        return f"{instant:%H:%M}"
    if not isinstance(instant, dt.datetime):
        return ""
    return (
        f"{instant:%d/%m/%Y %H:%M}"
        if form.clock and form.day
        else f"{instant:%H:%M}"
        if form.clock
        else f"{instant:%d/%m/%Y}"
    )


def calls_out(formula: str) -> bool:
    """Return whether a formula asks another program for its value (DDE: "cmd|'/c …'!A1")."""
    return _FORMULA_OUT.match(formula.lstrip("=+-@ ")) is not None
