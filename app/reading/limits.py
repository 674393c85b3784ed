"""What one reading in a process of its own may use, and how it says that it was not enough."""

from __future__ import annotations

MEMORY = 1024**3
CPU_SECONDS = 20
#: seconds altogether; the child is ended at this moment, with all that it started
WALL_SECONDS = 30
OPEN_FILES = 64
ANSWER_LIMIT = 64 * 1024**2
#: exit code of a child that met a limit and could still say so
TOO_HEAVY = 3
#: letters of a file, rows counted in, that are understood where they were asked for: a fraction of a second of work
LIGHT = 120_000
