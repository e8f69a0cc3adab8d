"""The clock process: runs each job of the schedule when it is due; a job that fails is logged and tried again.

A long job has a thread of its own, so that the board goes on being written while figures are compared.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import django

from shichen.site import clockwork, startup

log = logging.getLogger("shichen.clock")


class Clock:
    """Runs until it is told to stop."""

    def __init__(self) -> None:
        self.stopping = False
        self.warned: dict[str, float] = {}
        self.on_stop: Callable[[], None] = lambda: None
        self.done = clockwork.Done()
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)

    def _warn(self, name: str, error: Exception) -> None:
        """Once a minute for each job: a database that is away is away for all of them, again and again."""
        now = time.monotonic()
        if now - self.warned.get(name, float("-inf")) >= 60:
            self.warned[name] = now
            log.warning("%s: %s", name, error)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        self.on_stop()

    def run(self) -> None:
        from shichen.jobs import progress  # Django is set up by now
        from shichen.site.schedule import JOBS

        self.on_stop = progress.stop
        aside = [threading.Thread(target=self._go_on, args=([job],)) for job in JOBS if job.long]
        for thread in aside:
            thread.start()
        try:
            self._go_on([job for job in JOBS if not job.long])
        finally:
            self.stopping = True
            for thread in aside:
                thread.join()

    def _go_on(self, jobs: list[Any]) -> None:
        due = {job.name: 0.0 for job in jobs}
        while not self.stopping:
            for job in jobs:
                if time.monotonic() >= due[job.name] and not self.stopping:
                    due[job.name] = time.monotonic() + job.every
                    self._do(job)
            time.sleep(0.1)

    def _do(self, job: Any) -> None:
        from django.db import DatabaseError, InterfaceError, close_old_connections  # Django is set up by now
        from django.utils import timezone

        from shichen.audit.context import acting

        began = time.monotonic()
        try:
            close_old_connections()  # one that broke, or whose file was changed for another
            with acting("job"):
                job.run(timezone.now())
        except (DatabaseError, InterfaceError) as error:
            self._warn(job.name, error)
            self.done.note(job, time.monotonic() - began, timezone.now(), well=False)
        except Exception:
            log.exception("%s", job.name)
            self.done.note(job, time.monotonic() - began, timezone.now(), well=False)
        else:
            self.done.note(job, time.monotonic() - began, timezone.now(), well=True)


def writers() -> int:
    """How many of the clock's threads may write at once: one for each long job, and one for all others."""
    from shichen.site.schedule import JOBS  # Django is set up by now

    return 1 + sum(job.long for job in JOBS)


if __name__ == "__main__":
    django.setup()
    startup.serving(writers() + 1)  # none of them is kept from its turn for the sake of readers, of whom there are none
    Clock().run()
