"""Reads one file in a process of its own, within limits: ``python -m app.reading.child``.

In: one line of JSON, ``{"name", "appendix", "light"}``, then the bytes of the file. Out: JSON, ``{"document",
"appendix"}`` or ``{"refused": {"code", "details"}}``. The limits are set before the first byte is looked at. `appendix`
is null where the words are no more than `light` letters: understanding those is bounded by their number, and whoever
asked has the grammar at hand, which a new process would have to build first.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from typing import Any
from zipfile import ZipFile

from app.domain.errors import DomainError
from app.domain.set_words import NAMESPACE, TREE_SHEET
from app.reading.codec import appendix_to_json, document_to_json
from app.reading.document import Document, Table
from app.reading.draft import Appendix
from app.reading.files import letters_of, read_document
from app.reading.late import late
from app.reading.limits import ANSWER_LIMIT, CPU_SECONDS, MEMORY, OPEN_FILES, TOO_HEAVY

#: bytes of a part that are looked at
_LOOKED_AT = 4096


def main() -> int:
    """Answer on standard output; what libraries print goes to standard error."""
    _limit()
    answer_to = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        said = json.dumps(_answer(data, asked), ensure_ascii=False, separators=(",", ":")).encode()
    except MemoryError:
        return TOO_HEAVY
    if len(said) > ANSWER_LIMIT:
        return TOO_HEAVY
    with answer_to:
        answer_to.write(said)
    return 0


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _answer(data: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        document = read_document(data, asked["name"])
        appendix = _appendix(data, document, asked["appendix"], asked["light"])
    except DomainError as refusal:
        return {"refused": {"code": refusal.code, "details": _plain(refusal.details)}}
    understood = None if appendix is None else appendix_to_json(appendix)
    return {"document": document_to_json(document), "appendix": understood}


def _appendix(data: bytes, document: Document, number: int | None, light: int) -> Appendix | None:
    """Read an appendix, None for a light one; a file that may be the portal's own goes to the readers of such files."""
    sheets = {block.name for block in document.blocks if isinstance(block, Table)}
    if TREE_SHEET in sheets or (document.format == "docx" and _carries_a_set(data)):
        found: Appendix = late("own_files").read_any(data, document, number)
        return found
    if letters_of(document) <= light:
        return None
    read: Appendix = late("appendix").read_appendix(document, number)
    return read


def _carries_a_set(data: bytes) -> bool:
    """Look whether a part of a Word file names our namespace near its beginning; most carry parts of other programs."""
    with ZipFile(io.BytesIO(data)) as package:
        parts = [name for name in package.namelist() if name.startswith("customXml/")]
        return any(NAMESPACE.encode() in package.open(name).read(_LOOKED_AT) for name in parts[:50])


def _plain(details: dict[str, object]) -> dict[str, object]:
    """Return details as JSON can carry them: lists of texts stay lists, everything else that is no figure a text."""
    return {name: _carried(value) for name, value in details.items()}


def _carried(value: object) -> object:
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return value if value is None or isinstance(value, str | int) else str(value)


if __name__ == "__main__":
    sys.exit(main())
