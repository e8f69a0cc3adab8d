"""Risk levels and signals of the demonstration: their rules, a cluster that the chronicle names, the instants they are worked out for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path

from shichen import watches
from shichen.analysis.risk import asking, freezing, rulebook, rules_in_force
from shichen.analysis.risk.models import Assessment
from shichen.analysis.signals import asking as signals
from shichen.analysis.signals import rulebook as watched
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.site.demo.sheets import deliver

CLUSTERS = Path(__file__).with_name("zhuzhou") / "clusters.csv"
RULE = "v2020-02"
ENTERED = watches.clock(date(2020, 2, 18), 9)
"""The morning after the circular."""
JUDGED = watches.clock(date(2020, 2, 20), 12)
SIGNED = watches.clock(date(2020, 2, 20), 13)
"""The first levels are signed by the commander an hour later; the later ones wait for a signature."""
TOLD = watches.clock(date(2020, 2, 2), 9)
WATCHED = watches.clock(date(2020, 2, 2), 21)
"""The evening of the demonstration's clock: what the rules find in the seven days before waits there for an answer."""
RAISED = watches.clock(date(2020, 2, 2), 22)
SIGNALS = (RAISED, watches.clock(date(2020, 2, 10), 12))
DAYS = ((2, 20), (3, 1), (3, 10), (4, 1))
"""Days as of whose noon levels are worked out."""


def judged(people: dict[str, Account]) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """The cluster comes in as a sheet, the rule is entered; levels are asked for, and worked out once the post is up."""
    name, body = "2020-02-02-0900-clusters.csv", CLUSTERS.read_bytes()
    yield TOLD, partial(deliver, "cluster", name, body, people["control"], TOLD)
    by, text = people["expert"], rulebook.shipped()[RULE]
    yield ENTERED, partial(rules_in_force.enter, text, "演示：2020年2月的分区分级", by=by)
    yield JUDGED, partial(_judge, by)
    yield SIGNED, partial(_sign, people["leader"])
    for month, day in DAYS:
        at = watches.clock(date(2020, month, day), 12)
        yield at, partial(asking.ask, at, by=by)
    yield WATCHED, partial(signals.enter, watched.shipped()["signals-2020"], "演示：病例与卡点发热", by=by)
    yield RAISED, partial(_looked_at, by)
    for at in SIGNALS:  # asked for after the traces of 2 February, which do their own work while the city is loaded
        yield max(SIGNALS), partial(signals.ask, at, by=by)


def _judge(by: Account) -> None:
    the_city = city.the_city()
    for area in freezing.areas(the_city, watches.civil_day(JUDGED)):
        asking.make(area, city.the_event(), JUDGED, by=by)


def _sign(by: Account) -> None:
    for one in Assessment.objects.filter(as_of=JUDGED):
        asking.sign(one, "", by=by)


def _looked_at(by: Account) -> None:
    """The series that has something to say is evaluated while the city is loaded; the others in the background."""
    the_city, rules = city.the_city(), signals.in_force(city.the_event(), RAISED)
    one = signals.read(rules.text).named("cases") if rules else None
    if rules is not None and one is not None:
        signals.evaluate(rules, one, the_city, RAISED, by=by)
