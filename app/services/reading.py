"""Read a file that somebody dropped, in a process of its own with limits: whatever it holds, the portal stays up."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from app.domain.errors import Conflict, DomainError, InputInvalid
from app.reading.appendix import read_appendix
from app.reading.codec import appendix_from_json, document_from_json
from app.reading.document import Document
from app.reading.draft import Appendix
from app.reading.guards import FILE_LIMIT
from app.reading.limits import LIGHT, TOO_HEAVY, WALL_SECONDS

ROOT = Path(__file__).resolve().parents[2]
#: ``-c``: runpy takes its time; nothing is collected: the process ends with its answer, within its limits
_PROGRAM = "import gc; gc.disable(); import sys; from app.reading.child import main; sys.exit(main())"
COMMAND: Sequence[str] = (sys.executable, "-s", "-c", _PROGRAM)
#: readings at once in this process of the portal, and the seconds one more waits for its turn
_TURNS = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
_WAITS = 20
_LIMITS_MET = frozenset({TOO_HEAVY, -signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ})


@dataclass(frozen=True)
class FileRead:
    """`appendix`: what was understood of a file. `rows`: what it says, as the child told it."""

    appendix: Appendix
    rows: Mapping[str, Any]

    @cached_property
    def document(self) -> Document:
        """What the file says, row by row; taken apart when somebody asks."""
        return document_from_json(self.rows)


def read_file(data: bytes, name: str, *, appendix: int | None = None) -> FileRead:
    """Return what stands in a file or a pasted text ("paste.html", "paste.txt"), read within limits.

    `appendix`: which of several, from 1. Raises: InputInvalid with the codes of ``app/reading/files.py``, and
    several_appendices (names), appendix_unknown, reading_too_heavy (a limit was met), file_unreadable (it broke);
    Conflict reading_busy.
    """
    if len(data) > FILE_LIMIT:
        raise InputInvalid("document_too_large", name=name, limit=FILE_LIMIT // 1024**2)
    asked = json.dumps({"name": name, "appendix": appendix, "light": LIGHT}).encode()
    if not _TURNS.acquire(timeout=_WAITS):
        raise Conflict("reading_busy", name=name)
    try:
        answer = _answer_of_child(asked + b"\n" + data, name)
    finally:
        _TURNS.release()
    refused = answer.get("refused")
    if refused is not None:
        raise InputInvalid(refused["code"], **refused["details"])
    if answer["appendix"] is None:
        return FileRead(_understood(document_from_json(answer["document"]), name, appendix), answer["document"])
    return FileRead(appendix_from_json(answer["appendix"]), answer["document"])


def _understood(document: Document, name: str, number: int | None) -> Appendix:
    """Understand the rows of a light file here; what breaks is refused as it is when the child breaks."""
    try:
        return read_appendix(document, number)
    except DomainError:
        raise
    except Exception as broken:
        logging.getLogger(__name__).exception("an appendix broke its reader")
        raise InputInvalid("file_unreadable", name=name) from broken


def _answer_of_child(given: bytes, name: str) -> dict[str, Any]:
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing of the file
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=_environment(),
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(given, timeout=WALL_SECONDS)
        except BaseException as stopped:
            _end_group(process)
            if isinstance(stopped, subprocess.TimeoutExpired):
                raise InputInvalid("reading_too_heavy", name=name) from stopped
            raise
    if process.returncode in _LIMITS_MET:
        raise InputInvalid("reading_too_heavy", name=name)
    try:
        answer: dict[str, Any] = json.loads(said) if process.returncode == 0 else {}
    except ValueError:
        answer = {}
    if not answer:
        raise InputInvalid("file_unreadable", name=name)
    return answer


def _environment() -> dict[str, str]:
    """Return what the child gets of our environment: where programs are, and none of the portal's secrets."""
    return {"PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1", "LANG": "C.UTF-8"}


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End the child, not waited for yet, and all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
