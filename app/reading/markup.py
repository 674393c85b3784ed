"""Signs of HTML and Markdown that stand in a plain text and mean no words: taken out, lines made of them kept."""

from __future__ import annotations

import html
import re

from app.reading.letters import lines_of

#: only names that are known are markup: "<tài khoản>" and "a < 5" are words of the paper
_TAG = re.compile(
    r"</?(?:p|br|div|li|ul|ol|tr|u|i|b|em|strong|s|sub|sup|span|font|center|h[1-6])(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BREAKING = re.compile(r"</?(?:p|br|div|li|ul|ol|tr|h[1-6])\b", re.IGNORECASE)
_ITEM = re.compile(r"<li\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,10}\d?);", re.IGNORECASE)
_STRONG = re.compile(r"(\*{2,3})(?=[^\s*])(.+?)(?<=[^\s*])\1(?!\*)", re.DOTALL)
#: one star opens only after a blank or a bracket and closes only before one, and never before a figure: it may multiply
_SLANTED = re.compile(
    r"(?:(?<=[\s(\"“‘:])|^)\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?=[\s).,;:!?\"”’]|$)(?!\s*[\d(])", re.MULTILINE
)
#: half of a pair whose other half stands on another line
_HALF = re.compile(r"\A\s*\*\*(?=[^\s*])|(?<=[^\s*])\*\*\s*\Z")
_ESCAPED = re.compile(r"\\([\\*_|#`<>\[\]])")
_HEADING = re.compile(r"\A#{1,6}\s+")
_BOLD_LINE = re.compile(
    r"\A\s*(?:<(?:p|u|i|em)>\s*)*(?:\*{2,3}[^*]+\*{2,3}|<(b|strong)>(?:(?!</?\1>).)*</\1>)\s*(?:</(?:p|u|i|em)>\s*)*(?:\Z|\n|<br|</p>|<p>)",
    re.IGNORECASE,
)


def unmarked(text: str) -> tuple[str, bool, bool]:
    """Return the clean text, whether its first line is bold, and whether anything was taken out."""
    if not any(sign in text for sign in "<&*\\#"):
        return "\n".join(lines_of(text)), False, False
    bold = _BOLD_LINE.match(text) is not None or _HEADING.match(text) is not None
    plain = _TAG.sub(_break_or_nothing, text)
    plain = _ENTITY.sub(lambda hit: html.unescape(hit[0]), plain)
    plain = _SLANTED.sub(r"\1", _STRONG.sub(r"\2", _HEADING.sub("", plain)))
    plain = _ESCAPED.sub(r"\1", _HALF.sub("", plain))
    return "\n".join(lines_of(plain)), bold, plain != text


def _break_or_nothing(hit: re.Match[str]) -> str:
    if _ITEM.match(hit[0]):
        return "\n" if _followed_by_mark(hit) else "\n- "
    return "\n" if _BREAKING.match(hit[0]) else ""


def _followed_by_mark(hit: re.Match[str]) -> bool:
    return re.match(r"\s*[-–+*•]", hit.string[hit.end() : hit.end() + 20]) is not None
