"""Long work: its kinds, where a job is, and what may happen to it next. The row in our own table is the truth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class JobKind(StrEnum):
    """`arguments` each takes stand behind it."""

    PUBLISH = "publish"  # group_stage_id, number, decided_on, authority, signer, place
    PUBLICATION_NOTICES = "publication_notices"  # group_stage_id, edition
    IMPORT_READ = "import_read"  # token, name, appendix
    REMINDERS = "reminders"  # day
    DIGEST = "digest"  # day
    MAIL = "mail"  # nothing


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})
#: what the portal asks itself for; nobody's own work
OF_THE_PORTAL = frozenset({JobKind.PUBLICATION_NOTICES, JobKind.REMINDERS, JobKind.DIGEST, JobKind.MAIL})
#: how long a worker is believed in without a sign of life
LEASE = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Handling:
    """How a kind is run. `runs`: how often it is begun at most, each time after a worker that died.

    `stoppable`: it has steps between which a running one can be cancelled; any can be cancelled while it waits.
    """

    runs: int
    stoppable: bool


HANDLING: Mapping[JobKind, Handling] = {
    JobKind.PUBLISH: Handling(runs=3, stoppable=False),
    JobKind.PUBLICATION_NOTICES: Handling(runs=5, stoppable=False),
    JobKind.IMPORT_READ: Handling(runs=2, stoppable=True),
    JobKind.REMINDERS: Handling(runs=5, stoppable=True),
    JobKind.DIGEST: Handling(runs=5, stoppable=True),
    JobKind.MAIL: Handling(runs=5, stoppable=True),
}


def may_cancel(kind: JobKind, state: JobState) -> bool:
    """Return whether asking a job to stop can have an effect."""
    return state is JobState.QUEUED or (state is JobState.RUNNING and HANDLING[kind].stoppable)
