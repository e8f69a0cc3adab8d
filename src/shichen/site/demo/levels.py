"""Risk levels and signals of the demonstration: their rules, a cluster that the chronicle names, the instants they are worked out for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path

from shichen import watches
from shichen.analysis.risk import asking, rulebook, rules_in_force
from shichen.analysis.signals import asking as signals
from shichen.analysis.signals import rulebook as watched
from shichen.city.models import Account
from shichen.site.demo.sheets import deliver

CLUSTERS = Path(__file__).with_name("zhuzhou") / "clusters.csv"
RULE = "v2020-02"
ENTERED = watches.clock(date(2020, 2, 18), 9)
"""The morning after the circular."""
TOLD = watches.clock(date(2020, 2, 2), 9)
WATCHED = watches.clock(date(2020, 1, 28), 9)
SIGNALS = (watches.clock(date(2020, 2, 2), 12), watches.clock(date(2020, 2, 10), 12))
DAYS = ((2, 20), (3, 1), (3, 10), (4, 1))
"""Days as of whose noon levels are worked out."""


def judged(people: dict[str, Account]) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """The cluster comes in as a sheet, the rule is entered; levels are asked for, and worked out once the post is up."""
    name, body = "2020-02-02-0900-clusters.csv", CLUSTERS.read_bytes()
    yield TOLD, partial(deliver, "cluster", name, body, people["control"], TOLD)
    by, text = people["expert"], rulebook.shipped()[RULE]
    yield ENTERED, partial(rules_in_force.enter, text, "演示：2020年2月的分区分级", by=by)
    for month, day in DAYS:
        at = watches.clock(date(2020, month, day), 12)
        yield at, partial(asking.ask, at, by=by)
    yield WATCHED, partial(signals.enter, watched.shipped()["signals-2020"], "演示：病例与卡点发热", by=by)
    for at in SIGNALS:  # asked for after the traces of 2 February, which do their own work while the city is loaded
        yield max(SIGNALS), partial(signals.ask, at, by=by)
