"""Loads the demonstration city through the product's own doors: posts, tallies and counts as sheets, reports as texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.db import transaction

from shichen.audit.context import acting, now
from shichen.reconciliation import running
from shichen.site import profile
from shichen.site.demo import (
    analyses,
    editions,
    levels,
    movement,
    papers,
    people,
    persons,
    reports,
    sheets,
    staying,
    supplying,
    telling,
    transport,
)
from shichen.site.demo.sheets import CITY

Say = Callable[[str], None]


@transaction.atomic
def load(say: Say = lambda text: None) -> None:
    """The whole demonstration, or nothing of it: everything comes in at the moment it is said to have come."""
    with acting("demo", moment=datetime(2020, 1, 20, 1, tzinfo=UTC)):
        profile.load(CITY)
        hands = people.opened(datetime(2020, 1, 20, tzinfo=UTC))
    say("城市档案")
    arrivals: list[tuple[datetime, Callable[[], object]]] = [
        *sheets.brought(hands),
        *reports.told(hands),
        *editions.chronicle(hands),
        *papers.issued(hands),
        *telling.told(hands),
        *persons.met(hands, sheets.deliver),
        *transport.ran(),
        *movement.moved(hands),
        *staying.stayed(hands, sheets.deliver),
        *supplying.brought(hands),
        *analyses.analysed(hands),
        *levels.judged(hands),
    ]
    for at, arrive in sorted(arrivals, key=lambda arrival: arrival[0]):
        with acting("demo", moment=at):
            arrive()
    say(f"报表与来稿 {len(arrivals)} 件")
    with acting("demo", moment=datetime(2020, 3, 31, 3, tzinfo=UTC)):
        say(f"核对：提出 {running.run(now())} 条")
