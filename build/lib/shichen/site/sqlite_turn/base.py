"""SQLite with a fair turn: writers queue on a file lock before they ask for the write lock.

SQLite's own busy handler lets the lucky go first: with eight writers the unluckiest waits seconds. A `flock`
taken before BEGIN IMMEDIATE gives the turns in order of arrival; a killed process loses its turn by itself.

A post that serves keeps some of its threads for readers however many writers wait, and makes no new database where its own
went missing. Where the turn is one's own and the lock is not, somebody outside holds it, and the next do not wait long.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

ROOM_WITHIN = 0.2  # seconds that a writer waits for room among the waiting writers of its process
LOOK_AGAIN = 0.01  # seconds between two looks at a turn that one does not want to queue for
HELD_OUTSIDE = 10.0  # seconds for which a lock that was not given is held to be somebody else's
SHORT_WAIT = 250  # milliseconds that the next writers then wait


class DatabaseWrapper(base.DatabaseWrapper):
    makes_files: ClassVar[bool] = True
    room: ClassVar[threading.BoundedSemaphore | None] = None
    refused_at: ClassVar[float] = float("-inf")
    _turn: int | None = None
    _has_room = False
    _patience: float | None = None
    _file: tuple[int, int] | None = None

    @classmethod
    def serve(cls, threads: int) -> None:
        """From here on this process serves pages with so many threads, on a database that is there."""
        cls.makes_files = False
        cls.room = threading.BoundedSemaphore(max(1, threads - 1))

    @contextmanager
    def impatient(self, seconds: float) -> Iterator[None]:
        """Inside, a write that would wait longer gives up: for what can as well be done another time."""
        self._patience = seconds
        try:
            yield
        finally:
            self._patience = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        path = Path(str(self.settings_dict["NAME"]))
        if not self.makes_files and not path.exists():
            raise OperationalError(f"{path} is not there")
        made = super().get_new_connection(conn_params)
        self._file = _identity(path)
        return made

    def close_if_unusable_or_obsolete(self) -> None:
        """Also when the file at the path is another one, or none, since the connection was made."""
        free = self.connection is not None and not self.in_atomic_block and not self.is_in_memory_db()
        if free and self._file != _identity(Path(str(self.settings_dict["NAME"]))):
            self.close()
            return
        super().close_if_unusable_or_obsolete()

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            self._wait_as_long_as_it_may_help()
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except OperationalError:
            type(self).refused_at = time.monotonic()
            self._give_turn()
            raise
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._give_turn_if_over()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _wait_as_long_as_it_may_help(self) -> None:
        usual = int(float(self.settings_dict["OPTIONS"].get("timeout", 5)) * 1000)
        short = self._patience is not None or time.monotonic() - self.refused_at < HELD_OUTSIDE
        connection: Any = self.connection
        connection.execute(f"PRAGMA busy_timeout = {min(SHORT_WAIT, usual) if short else usual}")

    def _take_turn(self) -> None:
        name = str(self.settings_dict["NAME"])
        if self._turn is not None or self.is_in_memory_db():
            return
        self._take_room()
        descriptor = os.open(name + ".turn", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            self._queue(descriptor)
        except BaseException:
            os.close(descriptor)
            self._give_room()
            raise
        self._turn = descriptor

    def _queue(self, descriptor: int) -> None:
        if self._patience is None:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            return
        until = time.monotonic() + self._patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise OperationalError("others are writing") from None
                time.sleep(LOOK_AGAIN)

    def _take_room(self) -> None:
        room = self.room
        if room is None:
            return
        if not room.acquire(timeout=min(ROOM_WITHIN, self._patience or ROOM_WITHIN)):
            raise OperationalError("too many writers are waiting")
        self._has_room = True

    def _give_room(self) -> None:
        if self._has_room and self.room is not None:
            self._has_room = False
            self.room.release()

    def _give_turn(self) -> None:
        if self._turn is not None:
            descriptor, self._turn = self._turn, None
            os.close(descriptor)
            self._give_room()

    def _give_turn_if_over(self) -> None:
        connection: Any = self.connection
        if connection is None or not connection.in_transaction:
            self._give_turn()


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file stands at a path."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
