"""What the clock did, in a file that pages read: of every duty when it was last done, how long it took, when it failed."""

from __future__ import annotations

import json
import threading
import time
from datetime import datetime
from typing import Any

EVERY = 2.0  # seconds between two writes of the file


class Done:
    """The duties of the clock as they were last done."""

    def __init__(self) -> None:
        self.said: dict[str, dict[str, Any]] = {}
        self._written = float("-inf")
        self._lock = threading.Lock()

    def note(self, job: Any, took: float, at: datetime, *, well: bool) -> None:
        """A duty was done, or failed."""
        with self._lock:
            before = self.said.get(job.name, {})
            fault = before.get("fault_at", "") if well else at.isoformat()
            one = {"every": job.every, "at": at.isoformat(), "took": round(took, 2), "fault_at": fault}
            self.said[job.name] = one
            if time.monotonic() - self._written >= EVERY:
                self._written = time.monotonic()
                self._write()

    def _write(self) -> None:
        from shichen.jobs import keeper, queries  # Django is set up by now

        path = keeper.folder() / queries.CLOCK
        part = path.with_suffix(".part")
        part.write_text(json.dumps(self.said, ensure_ascii=False), encoding="utf-8")
        part.replace(path)
