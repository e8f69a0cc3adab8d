"""Whose eyes the board is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shichen.board.keeping import Board
from shichen.city.scope import Sight

NOTHING = Sight(())


@dataclass(frozen=True)
class Reader:
    """Whose eyes the board is for: how far they reach, the moment the board speaks of, and the clock's.

    `look` is how far they reach on the pages that the board leads to: a screen on a wall sees the board alone.
    """

    sight: Sight
    at: datetime
    now: datetime
    look: Sight = NOTHING

    def reaches(self, board: Board, unit: str | None, path: str | None = None) -> bool:
        """Whether what a unit reports lies within reach; what has no unit is for those who see every unit."""
        return self.sight.covers(unit=unit, path=path or board["path"], event=board["event"])

    def looks(self, board: Board, unit: str | None, path: str | None = None) -> bool:
        """Whether what lies behind a number of a unit is open to them too."""
        return self.look.covers(unit=unit, path=path or board["path"], event=board["event"])
