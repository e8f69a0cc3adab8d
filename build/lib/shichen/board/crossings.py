"""The posts on the road (卡点现况) on the board: vehicles waiting, posts gone silent, alarms nobody has taken; by network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shichen.board.bearing import words_of
from shichen.board.moment import Moment
from shichen.registers.checkpoints import roadside


def crossings(moment: Moment) -> list[dict[str, Any]]:
    """The panel as plain data, a row for each network with phones or alarms. Queues are known of now alone."""
    return [
        {
            "body": one.network.run_by_id,
            "name": one.network.name,
            "name_en": one.network.name_en,
            "phones": one.phones,
            "queued": one.queued,
            "waiting": one.waiting,
            "silent": one.silent,
            "going_on": one.going_on,
            "unanswered": one.unanswered,
            "now": moment.as_of is None,
        }
        for one in roadside.networks(moment.at, as_of=moment.as_of)
    ]


def shown(held: list[dict[str, Any]], seen: Callable[[str], bool]) -> list[dict[str, Any]]:
    """What lies within reach, each network by its name in the language of the page."""
    return [{**one, "label": words_of(one, "name")} for one in held if seen(one["body"])]
