"""SQLite has one writer at a time: writers take turns in the order they came, within a process and between processes.

Without turns four tight writers starve one another for seconds; with them each waits for those before it.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import defaultdict, deque
from pathlib import Path

from app.domain.errors import Conflict

#: longest wait for a turn; past it the caller is told to try again rather than left hanging
PATIENCE_SECONDS = 30.0
#: how often a process asks again for the lock another process holds
ASK_AGAIN_SECONDS = 0.002


class Turns:
    """A first-come, first-served lock of the threads of this process, then of the processes on one database file.

    Between processes it is a gate before a room: who waits for the room holds the gate, so that whoever leaves the room
    cannot come in again before the one who waits.
    """

    def __init__(self, database: str | None, patience: float = PATIENCE_SECONDS) -> None:
        self._condition = threading.Condition()
        self._queue: deque[int] = deque()
        self._database = database
        self._patience = patience
        self._room: int | None = None

    def take(self) -> None:
        """Wait for one's turn. Raises Conflict("database_busy"), RuntimeError when this very thread has the turn."""
        deadline = time.monotonic() + self._patience
        mine = threading.get_ident()
        with self._condition:
            if mine in self._queue:
                raise RuntimeError("this thread writes already: a second writer beside it would wait for ever")
            self._queue.append(mine)
            if not self._condition.wait_for(lambda: self._queue[0] == mine, timeout=self._patience):
                self._leave(mine)
                raise Conflict("database_busy")
        try:
            self._enter_room(deadline)
        except BaseException:
            with self._condition:
                self._leave(mine)
            raise

    def give_back(self) -> None:
        """Let the next one in; any thread may do it for the one whose turn it is."""
        if self._room is not None:
            os.close(self._room)
            self._room = None
        with self._condition:
            self._leave(self._queue[0])

    def _leave(self, ticket: int) -> None:
        self._queue.remove(ticket)
        self._condition.notify_all()

    def _enter_room(self, deadline: float) -> None:
        if self._database is None:
            return
        gate = _locked(f"{self._database}.gate", deadline)
        try:
            self._room = _locked(f"{self._database}.turn", deadline)
        finally:
            os.close(gate)


def _locked(path: str, deadline: float) -> int:
    """Return a descriptor holding the lock of `path`; closing it, or the death of the process, lets go of it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                raise Conflict("database_busy") from None
            time.sleep(ASK_AGAIN_SECONDS)
        else:
            return descriptor


_TURNS: dict[str, Turns] = {}
_IN_MEMORY: defaultdict[int, Turns] = defaultdict(lambda: Turns(None))
_registering = threading.Lock()


def turns_of(database: str | None, engine_id: int) -> Turns:
    """Return the turns of one database file, shared by every engine on it; a database in memory has its own."""
    with _registering:
        if not database or database == ":memory:":
            return _IN_MEMORY[engine_id]
        path = str(Path(database).resolve())
        return _TURNS.setdefault(path, Turns(path))
