"""SQLite with a fair turn: writers queue on a file lock before they ask for the write lock.

SQLite's own busy handler lets the lucky go first: with eight writers the unluckiest waits seconds. A `flock`
taken before BEGIN IMMEDIATE gives the turns in order of arrival; a killed process loses its turn by itself.
"""

from __future__ import annotations

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    _turn: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
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

    def _take_turn(self) -> None:
        name = str(self.settings_dict["NAME"])
        if self._turn is not None or self.is_in_memory_db():
            return
        descriptor = os.open(name + ".turn", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self._turn = descriptor

    def _give_turn(self) -> None:
        if self._turn is not None:
            descriptor, self._turn = self._turn, None
            os.close(descriptor)

    def _give_turn_if_over(self) -> None:
        connection: Any = self.connection
        if connection is None or not connection.in_transaction:
            self._give_turn()
