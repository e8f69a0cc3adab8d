"""The risk levels of the demonstration: a rule, a cluster that the chronicle names, instants as of which levels are worked out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path

from shichen import watches
from shichen.analysis.risk import asking, rulebook, rules_in_force
from shichen.city.models import Account
from shichen.site.demo.sheets import deliver

CLUSTERS = Path(__file__).with_name("zhuzhou") / "clusters.csv"
RULE = "v2020-02"
ENTERED = watches.clock(date(2020, 2, 18), 9)
"""The morning after the circular."""
TOLD = watches.clock(date(2020, 2, 2), 9)
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
