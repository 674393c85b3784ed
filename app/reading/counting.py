"""Numbers of lists as Word and browsers write them: 1, a, A, i, I."""

from __future__ import annotations

_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
_LARGEST = 3_999


def roman(number: int) -> str:
    """Return a number as capitals of Rome; what they cannot say stays decimal."""
    if not 0 < number <= _LARGEST:
        return str(number)
    out = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        out += sign * count
    return out


def letters(number: int) -> str:
    """Return A … Z, then AA, BB … as Word goes on (not AB)."""
    if not 0 < number <= 26 * 20:
        return str(number)
    rounds, place = divmod(number - 1, 26)
    return chr(ord("A") + place) * (rounds + 1)


def counted(number: int, style: str) -> str:
    """Return `number` in a style of Word (numFmt) or of HTML (type, list-style-type); an unknown one is decimal."""
    match style:
        case "upperRoman" | "I" | "upper-roman":
            return roman(number)
        case "lowerRoman" | "i" | "lower-roman":
            return roman(number).lower()
        case "upperLetter" | "A" | "upper-alpha" | "upper-latin":
            return letters(number)
        case "lowerLetter" | "a" | "lower-alpha" | "lower-latin":
            return letters(number).lower()
        case "decimalZero":
            return f"{number:02d}"
        case _:
            return str(number)
