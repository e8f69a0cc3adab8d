"""The clock process: runs each job of the schedule when it is due; a job that fails is logged and tried again."""

from __future__ import annotations

import logging
import signal
import time
from types import FrameType

import django

from shichen.site.startup import must_be_safe

log = logging.getLogger("shichen.clock")


class Clock:
    """Runs until it is told to stop."""

    def __init__(self) -> None:
        self.stopping = False
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def run(self) -> None:
        from django.db import OperationalError  # Django is set up by now
        from django.utils import timezone

        from shichen.audit.context import acting
        from shichen.site.schedule import JOBS

        due = {job.name: 0.0 for job in JOBS}
        while not self.stopping:
            for job in JOBS:
                if time.monotonic() < due[job.name]:
                    continue
                due[job.name] = time.monotonic() + job.every
                try:
                    with acting("job"):
                        job.run(timezone.now())
                except OperationalError as error:
                    log.warning("%s: %s", job.name, error)
                except Exception:
                    log.exception("%s", job.name)
            time.sleep(0.2)


if __name__ == "__main__":
    django.setup()
    must_be_safe()
    Clock().run()
