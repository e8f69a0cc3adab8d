"""What the board cannot know of passings (数据不完整): files that cannot be read, loads that are not in yet; at which posts, what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from shichen import watches
from shichen.board.moment import Moment
from shichen.records import gaps
from shichen.registers.checkpoints import lacks
from shichen.web import words

MOST_NAMED = 6


def rows(moment: Moment) -> list[dict[str, Any]]:
    """The panel as plain data, a row for each file of the days of the board; a row without posts may be of any."""
    days = moment.days()
    found = [
        {
            "day": one.gap.day.isoformat(),
            "watches": list(one.gap.watches),
            "posts": [[post.name, post.network.run_by_id] for post in one.posts],
            "load": one.gap.load,
            "file": one.gap.file.sha256[:16],
            "why": one.gap.why,
        }
        for one in lacks.told(days, as_of=moment.as_of)
    ]
    since = watches.clock(days[0], 0)
    waiting = lacks.unfinished(since, at=moment.at) if moment.as_of is None else []
    return [*found, *({"load": one.number, "state": one.state, "unit": one.unit_id} for one in waiting)]


def shown(held: list[dict[str, Any]], seen: Callable[[str | None], bool]) -> dict[str, list[dict[str, Any]]]:
    """What lies within reach, in the language of the page; of a file whose posts are all out of reach nothing."""
    files, waiting = [], []
    for one in held:
        if "state" in one:
            if seen(one["unit"]):
                waiting.append(one)
            continue
        names = [name for name, body in one["posts"] if seen(body)]
        if names or not one["posts"]:
            files.append(
                {
                    **one,
                    "day": words.day(date.fromisoformat(one["day"])),
                    "posts": names[:MOST_NAMED],
                    "more": max(0, len(names) - MOST_NAMED),
                    "said": str(gaps.WHY[one["why"]]),
                    "to_do": str(gaps.TO_DO[one["why"]]),
                }
            )
    return {"files": files, "waiting": waiting}
