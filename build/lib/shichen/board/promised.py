"""Next updates on the board: what was promised on an entry of the log and has not come, or is soon due (到期)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shichen.board.duties import LOOK_AHEAD
from shichen.board.moment import Moment
from shichen.journal import updates
from shichen.journal.models import Entry, Mark
from shichen.watches import local

LOOK_BACK = timedelta(days=30)  # longer than the furthest promise; what is older waits on the log and in the hand-over
MOST = 30
SHOWN = 40


def rows(moment: Moment) -> list[dict[str, Any]]:
    """The entries whose next update is overdue or due within hours, the earliest first, as rows of what is owed."""
    found = updates.waiting(as_of=moment.as_of).filter(
        detail__gte=updates.text_of(moment.at - LOOK_BACK),
        detail__lte=updates.text_of(moment.at + LOOK_AHEAD),
        entry__reported_at__lte=moment.at,
        entry__event=moment.event,
    )
    return [row(mark) for mark in found[:MOST]]


def row(mark: Mark) -> dict[str, Any]:
    """A promise as plain data."""
    entry: Entry = mark.entry
    text = " ".join(entry.text.split())
    return {
        "kind": "update",
        "code": str(entry.id),
        "unit": entry.unit_id,
        "who": entry.unit_text,
        "who_en": entry.unit.name_en,
        "what": text if len(text) <= SHOWN else text[: SHOWN - 1] + "…",
        "label": entry.label,
        "on": local(updates.due_of(mark)).date().isoformat(),
        "due": local(updates.due_of(mark)).isoformat(),
    }
