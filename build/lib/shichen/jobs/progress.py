"""How far a job is, told by the work itself between two of its batches; there it is stopped too, if it is to stop."""

from __future__ import annotations

import threading
import time

from shichen.jobs import keeper
from shichen.jobs.models import Job

EVERY = 0.3  # seconds between two writes of the file

_stopping = threading.Event()


class Stopped(Exception):
    """The process is asked to end: the job goes on when the next one begins."""


class Cancelled(Exception):
    """Somebody asked for the job to be cancelled; what is done stays."""


def stop() -> None:
    """Every job at work in this process stops after the batch at hand."""
    _stopping.set()


def go_on() -> None:
    """Jobs may work again. For tests."""
    _stopping.clear()


def stopping() -> bool:
    return _stopping.is_set()


class Progress:
    """Tells how far one job is."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._told = float("-inf")

    def at(self, done: int, total: int, step: str = "") -> None:
        """So much of so much is done. Raises Stopped and Cancelled; called between batches, outside of transactions."""
        if time.monotonic() - self._told < EVERY and done < total:
            return
        self._told = time.monotonic()
        keeper.say(self.job.pk, done=done, total=total, step=step, began=self.job.cursor)
        if _stopping.is_set():
            raise Stopped
        if Job.objects.filter(pk=self.job.pk, cancelling=True).exists():
            raise Cancelled
