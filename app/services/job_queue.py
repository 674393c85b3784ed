"""The queue of long work: one library, on a file of its own or on Redis, and the workers that listen to it.

The queue only says that there is something; what a job is, and whether it ended, stands in the table `job`. A queue
that is lost loses nothing: the sweep tells it again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

_log = logging.getLogger(__name__)


def open_queue(*, redis_url: str, file: str, at_once: bool = False) -> Huey:
    """Return the queue on Redis, or without one on `file`. `at_once`: a job runs where it is asked for, as in tests."""
    if redis_url:
        return RedisHuey("portal", url=redis_url, results=False, immediate=at_once)
    return SqliteHuey("portal", filename=file, results=False, immediate=at_once)


def connect(queue: Huey, *, run: Callable[[int], None], tick: Callable[[], None]) -> Callable[[int], None]:
    """Have workers of the queue `run` the jobs it is told of and `tick` once a minute; return the bell to ring."""

    job = queue.task(name="job")(run)
    queue.periodic_task(crontab(minute="*"), name="tick")(tick)

    def ring(job_id: int) -> None:
        try:
            job(job_id)
        except Exception:
            _log.exception("the queue could not be told of job %s; the sweep will", job_id)

    return ring


def start_workers(queue: Huey, count: int) -> Consumer:
    """Start `count` worker threads and the scheduler in this process; stop them with `stop(graceful=True)`.

    The library's own `start` would take the signals of the process too, which are the server's.
    """
    workers = Consumer(queue, workers=count, max_delay=1.0, shutdown_timeout=30)
    for thread in (workers.scheduler, *(thread for _, thread in workers.worker_threads)):
        thread.start()
    return workers
