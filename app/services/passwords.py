"""What a password must be: long enough, composed where the local rules ask it, and none of the first guesses.

A password is weighed by what is left to guess: a letter weighs 1, a common word 2, a word of the house, a year and
what stands twice nothing, and digits and signs at the ends nothing. So a name with a year is refused however long it
is, and four words that have nothing to do with each other are not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from app.db.search import unaccented
from app.domain.errors import InputInvalid


@dataclass(frozen=True, slots=True)
class PasswordProfile:
    """`shortest` in characters; `composed` asks a capital, a small letter, a digit and a sign."""

    shortest: int
    composed: bool


#: "default" follows ASVS 5.0, 6.2: length and a list of guesses; "local" the custom of QĐ 742/QĐ-BTTTT (2022)
PROFILES: Mapping[str, PasswordProfile] = MappingProxyType(
    {"default": PasswordProfile(12, composed=False), "local": PasswordProfile(8, composed=True)},
)
LONGEST_PASSWORD = 200
LEAST_WEIGHT = 6
COMMON_WEIGHT = 2
SHORTEST_WORD = 4
SHORTEST_NAME = 5
SHORTEST_RUN = 3

#: names of the field and of the shipped seed: whoever guesses here begins with them
HOUSE_NAMES = (
    "cai cach hanh chinh",
    "cham diem",
    "chuyen vien",
    "hoi dong tham dinh",
    "mat khau",
    "phong noi vu",
    "quan tri",
    "quang tri",
    "thai nguyen dinh hoa",
    "uy ban nhan dan huyen dinh hoa",
    "xa mau",
    "xep hang",
)
ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")
RUNS = (*ROWS, *(row[::-1] for row in ROWS))

#: signs written for letters; a 1 may stand for l as for i
WRITTEN_AS = tuple(str.maketrans("0345@$7!1", f"oeasasti{one}") for one in "li")
BETWEEN_WORDS = re.compile(r"[\s_.,/-]+")
YEAR = re.compile(r"(?:19|20)\d\d")
REPEATED = re.compile(r"(.{3,}?)\1+|(.)\2{2,}")


@cache
def common_words() -> frozenset[str]:
    """Return the reviewed list of first guesses."""
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def as_typed(text: str) -> str:
    """Return a password as it is hashed: one form of each accented letter, whatever the keyboard sends."""
    return unicodedata.normalize("NFC", text)


def check_password(wanted: str, profile: PasswordProfile, names: Iterable[str] = ()) -> None:
    """Refuse a password that is short, poor or guessed first; `names` are those of the account and of the house.

    Raises: InputInvalid("password_too_short", "password_too_long", "password_not_composed", "password_guessable").
    """
    if len(wanted) < profile.shortest:
        raise InputInvalid("password_too_short", least=profile.shortest)
    if len(wanted) > LONGEST_PASSWORD:
        raise InputInvalid("password_too_long", most=LONGEST_PASSWORD)
    if profile.composed and not is_composed(wanted):
        raise InputInvalid("password_not_composed")
    if weight(wanted, words_of(names)) < LEAST_WEIGHT:
        raise InputInvalid("password_guessable")


def is_composed(wanted: str) -> bool:
    wants = (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum() and not c.isspace())
    return all(any(want(letter) for letter in wanted) for want in wants)


def words_of(names: Iterable[str]) -> frozenset[str]:
    """Return what of `names` people build passwords of: "Xã mẫu 01" gives xamau01 and xamau."""
    found = set()
    for name in (*HOUSE_NAMES, *names):
        syllables = re.findall(r"[a-z0-9]+", unaccented(name))
        for start in range(len(syllables)):
            for end in range(start + 1, len(syllables) + 1):
                run = "".join(syllables[start:end])
                found |= {run, run.rstrip("0123456789")}
    return frozenset(word for word in found if len(word) >= SHORTEST_NAME)


def weight(wanted: str, house: frozenset[str]) -> int:
    """Return how much of `wanted` is left to guess by the cheapest reading of it."""
    plain = BETWEEN_WORDS.sub("", unaccented(unicodedata.normalize("NFKC", wanted)))
    once = REPEATED.sub(lambda found: found[1] or found[2], plain)
    return min(_weight(text, house) for text in {plain, once})


def _weight(plain: str, house: frozenset[str]) -> int:
    readings = (plain, *(plain.translate(written) for written in WRITTEN_AS))
    first, last = _edges(plain)
    longest = max(map(len, house | common_words()))
    #: the cheapest reading of the first n characters, and the words it holds
    cheapest: list[tuple[int, frozenset[str]]] = [(0, frozenset())]
    for end in range(1, len(plain) + 1):
        spent, used = cheapest[end - 1]
        found = [(spent + (first < end <= last), used)]
        for start in range(max(0, end - longest), end - SHORTEST_RUN + 1):
            spent, used = cheapest[start]
            for reading in readings:
                word = reading[start:end]
                cost = _cost(word, house)
                if cost is not None:
                    found.append((spent + (0 if word in used else cost), used | {word}))
        cheapest.append(min(found, key=lambda each: each[0]))
    return cheapest[-1][0]


def _edges(plain: str) -> tuple[int, int]:
    """Return between which characters letters stand; outside of them are digits and signs alone."""
    places = [number for number, letter in enumerate(plain) if letter.isalpha()]
    return (places[0], places[-1] + 1) if places else (0, 0)


def _cost(word: str, house: frozenset[str]) -> int | None:
    """Return what a word weighs, or None where it is no word."""
    if word in house or YEAR.fullmatch(word):
        return 0
    if len(word) >= SHORTEST_WORD and word in common_words():
        return COMMON_WEIGHT
    return COMMON_WEIGHT if any(word in run for run in RUNS) else None
