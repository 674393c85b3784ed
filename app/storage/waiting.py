"""Uploads that wait for an answer: kept under a name nobody can guess, given back once, gone after an hour."""

from __future__ import annotations

import os
import re
import secrets
import time
from pathlib import Path

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
HOUR = 3600


class WaitingUploads:
    """Files in `folder`, each bound to the account that brought it."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def keep(self, data: bytes, owner: int) -> str:
        """Keep `data` for `owner`; return the token it is asked for by. What nobody came back for is swept out."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._sweep()
        token = secrets.token_urlsafe(32)
        descriptor = os.open(self._path(token, owner), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            target.write(data)
        return token

    def read(self, token: str, owner: int) -> bytes | None:
        """Return what waits under `token` for `owner`, None where nothing does."""
        if not _TOKEN.fullmatch(token):
            return None
        path = self._path(token, owner)
        return path.read_bytes() if path.exists() else None

    def drop(self, token: str, owner: int) -> None:
        if _TOKEN.fullmatch(token):
            self._path(token, owner).unlink(missing_ok=True)

    def _path(self, token: str, owner: int) -> Path:
        return self._folder / f"{owner}-{token}"

    def _sweep(self) -> None:
        oldest = time.time() - HOUR
        for path in self._folder.iterdir():
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink(missing_ok=True)
            except FileNotFoundError:
                continue
