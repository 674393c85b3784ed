"""Points as papers print them: "8,5", "0.5", "1 điểm", "Tối đa 2", "(2 điểm)" inside a title."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

_NUMBER = r"\d{1,4}(?:[.,]\d{1,4})?"
_FRACTIONS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
_WHOLE = re.compile(
    rf"^(?:(?:điểm\s*)?(?:tối đa|chuẩn|cao nhất)|điểm|không quá)?\s*[:=]?\s*({_NUMBER})\s*(?:điểm|đ)?\s*[.;]?$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"^[(\[]\s*((?=.*(?:điểm|đ\b|tối đa)).*?)\s*[)\]]$", re.IGNORECASE)  # "(2)" may be a footnote
_FRACTION = re.compile(r"^(\d*)\s*([½¼¾])\s*(?:điểm|đ)?$", re.IGNORECASE)
_MAXIMUM_WORDS = r"(?:(?:số\s+)?điểm\s*)?(?:tối đa|chuẩn|cao nhất)?\s*(?:là\s+)?[:=]?\s*"
_IN_BRACKETS = re.compile(rf"\s*[(\[]\s*{_MAXIMUM_WORDS}({_NUMBER})\s*(?:điểm|đ)?\s*[)\]]\s*[.:;]?\s*$", re.IGNORECASE)
_AT_END = re.compile(
    rf"\s*[-–:,;.]?\s+(?:(?:điểm\s*)?(?:tối đa|chuẩn)\s*[:=]?\s*({_NUMBER})\s*(?:điểm|đ)?"
    rf"|điểm\s*[:=]\s*({_NUMBER})|({_NUMBER})\s*(?:điểm|đ))\s*[.;:]?\s*$",
    re.IGNORECASE,
)
_COMMA = re.compile(r"\d,\d")
_MAXIMUM_LINE = re.compile(
    rf"^\W*(?:điểm\s*(?:tối đa|chuẩn)?|tối đa)\s*[:=]?\s*({_NUMBER})\s*(?:điểm|đ)?\W*$", re.IGNORECASE
)
_OPTION = re.compile(rf"(?:=|:|–|-)\s*({_NUMBER})\s*(?:điểm|đ)?\s*[.;]?\s*$|\b({_NUMBER})\s*điểm\b", re.IGNORECASE)


class Pointed(NamedTuple):
    """A text without the points it carried."""

    text: str
    points: Decimal | None


def to_decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def parse_points(text: str) -> Decimal | None:
    """Return the points a whole cell says, or None where it says something else (a range, a percentage, a word)."""
    plain = text.strip()
    if bracketed := _BRACKETED.match(plain):
        plain = bracketed[1]
    if match := _FRACTION.match(plain):
        return Decimal(match[1] or 0) + _FRACTIONS[match[2]]
    match = _WHOLE.match(plain)
    return to_decimal(match[1]) if match else None


def points_in_title(title: str) -> Pointed:
    """Take the points out of a title that ends with them: "Ban hành (2 điểm)", "…: tối đa 1 điểm", "… Điểm: 0,5"."""
    match = _IN_BRACKETS.search(title)
    if match and not re.search(r"điểm|đ\s*[)\]]|tối đa", match[0], re.IGNORECASE):
        match = None  # "(2)" may be a footnote
    match = match or _AT_END.search(title)
    if match is None or not title[: match.start()].strip():
        return Pointed(title, None)
    figure = next(group for group in match.groups() if group)
    return Pointed(title[: match.start()].rstrip(" :-–,;"), to_decimal(figure))


def points_of_line(line: str) -> Decimal | None:
    """Return the maximum a line of its own names: "Điểm tối đa: 2"."""
    match = _MAXIMUM_LINE.match(line)
    return to_decimal(match[1]) if match else None


def option_points(line: str) -> Decimal | None:
    """Return the points an option carries in its words ("… = 0,5 điểm", "…: 1"), or None."""
    match = _OPTION.search(line)
    return to_decimal(match[1] or match[2]) if match else None


def has_comma(text: str) -> bool:
    return bool(_COMMA.search(text))


def printed(points: Decimal) -> str:
    """Return points as a plain figure, no zeros behind."""
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
