"""What tests of analyses make: a profile in force, counts in the registers, the set of an area as of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from shichen import watches
from shichen.analysis.runs import asking, disease, profiles
from shichen.analysis.runs.models import Profile, Run
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Area
from tests.epi.zhuzhou import CASES
from tests.made import count

FIRST = date(2020, 1, 23)


def profile(code: str = "covid19-2020") -> Profile:
    """A profile as it comes with the product, entered."""
    return profiles.enter(disease.shipped()[code], "试", by=accounts.system())


def counts(numbers: Sequence[float] = CASES, first: date = FIRST, place: str = "株洲市", before: int = 0) -> None:
    """One count a day, by the door of reports; `before` cases were told before the first."""
    total = before
    for place_, number in enumerate(numbers):
        total += int(number)
        count(first + timedelta(days=place_), place, confirmed_new=int(number), confirmed_cum=total)


def end_of(day: date) -> datetime:
    """Noon of the day after: everything up to 24:00 was published by then. What tests enter is recorded today, so today it is known."""
    return watches.clock(day + timedelta(days=1), 12)


def made(area: Area | None = None, as_of: datetime | None = None) -> dict[str, Run]:
    """The set of an area as of now, by method."""
    found = asking.make(
        area or city.the_city(), city.the_event(), as_of or watches.clock(date(2100, 1, 1), 0), by=accounts.system()
    )
    return {one.method: one for one in found}
