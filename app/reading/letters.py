"""Letters made one way, in this one place: composed, plain spaces, nothing invisible; old fonts told apart.

Dashes, fractions ("½") and curly quotes stay as the paper prints them.
"""

from __future__ import annotations

import re
import unicodedata

from app.domain.errors import InputInvalid

_SPACES = dict.fromkeys(map(ord, "\u00a0\u1680\u202f\u205f\u3000\t"), " ") | dict.fromkeys(range(0x2000, 0x200B), " ")
_LINE_ENDS = dict.fromkeys(map(ord, "\r\u000b\u000c\u0085\u2028\u2029"), "\n")
_INVISIBLE: dict[int, None] = dict.fromkeys(
    (*map(ord, "\u00ad\u061c\u180e\u2060\ufeff\ufffc"), *range(0x200B, 0x2010), *range(0x202A, 0x202F))
) | dict.fromkeys(range(0x2066, 0x206A))
_CONTROLS: dict[int, None] = dict.fromkeys((*range(9), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)))
#: bullets of the fonts Symbol and Wingdings, which live where Unicode has no letters
_BULLETS = dict.fromkeys((0xF02D, 0xF06F, 0xF076, 0xF0A7, 0xF0B7, 0xF0D8, 0xF0E0, 0xF0FC), "-")
_MAP: dict[int, str | None] = {**_SPACES, **_LINE_ENDS, **_INVISIBLE, **_CONTROLS, **_BULLETS}
_RUN = re.compile(r" {2,}")

#: what the font Symbol shows for its own codes, where a criterion's bounds would be lost with them
SYMBOL = {0xA3: "≤", 0xB3: "≥", 0xB4: "×", 0xB1: "±", 0xB8: "÷", 0xB9: "≠", 0xB7: "-", 0xBB: "≈", 0xE5: "∑", 0xD7: "⋅"}

#: TCVN3 and VNI texts, as they look once their font is gone; no word of Vietnamese, English or French holds these
_TCVN3 = re.compile(r"[A-Za-z](?:[µ¶·¸¹¨©ª¬®¼½¾ÆËÐÑÖ×ØÞßÜåæëîïñ÷øûþ]|[«»](?=[A-Za-z]))|\b®[a-z]")
_VNI = re.compile(r"[A-Za-z][øûïåëüöäØÛÏÅËÜÖÄ]|[ñÑ][a-zö\u00f4]")
_REAL = re.compile(r"[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_LEAST_LEGACY = 10


def one_line(text: str) -> str:
    """Return `text` as one line, spaces collapsed."""
    return _RUN.sub(" ", _mapped(text).replace("\n", " ")).strip()


def lines_of(text: str) -> list[str]:
    """Return the lines of `text` that hold something, each cleaned."""
    return [line for part in _mapped(text).split("\n") if (line := _RUN.sub(" ", part).strip())]


def clean(text: str) -> str:
    """Return `text` with its lines cleaned, empty ones gone."""
    return "\n".join(lines_of(text))


def _mapped(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_MAP))


def refuse_legacy(text: str) -> None:
    """Raise InputInvalid("legacy_font", sample) for a text typed for TCVN3 or VNI fonts: its letters are no Unicode.

    A paper of which a part only is such is refused too: that part would be read as nonsense.
    """
    found = max((list(pattern.finditer(text)) for pattern in (_TCVN3, _VNI)), key=len)
    if len(found) < _LEAST_LEGACY or len(found) * 20 < len(_REAL.findall(text)):
        return
    start = max(text.rfind("\n", 0, found[0].start()) + 1, found[0].start() - 30)
    raise InputInvalid("legacy_font", sample=one_line(text[start : start + 60]))
