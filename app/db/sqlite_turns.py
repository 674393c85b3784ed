"""SQLite has one writer at a time: writers of this process take turns in the order they came.

Without turns four tight writers starve one another for seconds; with them each waits for those before it.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque

#: longest wait for a turn; past it the caller is told to try again rather than left hanging
PATIENCE_SECONDS = 30


class Turns:
    """A first-come, first-served lock."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._queue: deque[object] = deque()

    def take(self) -> None:
        """Wait for one's turn. Raises TimeoutError."""
        ticket = object()
        with self._condition:
            self._queue.append(ticket)
            if not self._condition.wait_for(lambda: self._queue[0] is ticket, timeout=PATIENCE_SECONDS):
                self._queue.remove(ticket)
                self._condition.notify_all()
                raise TimeoutError("no turn to write within the time allowed")

    def give_back(self) -> None:
        with self._condition:
            self._queue.popleft()
            self._condition.notify_all()


_TURNS: dict[str, Turns] = defaultdict(Turns)


def turns_of(database: str) -> Turns:
    """Return the turns of one database file; every engine on it shares them."""
    return _TURNS[database]
