"""Proposed numbers against what is on record (核对历史): the last value of their series, running totals, tenfold jumps,
the same number under two dates, the figure as records give it, what another body says of the same.

A check raises or lowers the confidence as the reader's own checks do, and may change the tier; never the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from shichen import watches
from shichen.bulletins import deciding
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.bulletins.proposed import Number
from shichen.city.models import Area, Body
from shichen.indicators.declare import Scope, Sort, known
from shichen.indicators.models import Figure
from shichen.indicators.queries import compute
from shichen.indicators.telling import plain
from shichen.prose import confidence
from shichen.prose.spans import Candidate, Check
from shichen.reconciliation.rulebook import rulebook
from shichen.watches import Period

HISTORY = "history"
AT_MOST, TENFOLD, TELLING = 40, 10, 100
WEEK, ONE_DAY = timedelta(days=7), timedelta(days=1)
OPEN = Number.State.OPEN
MEASURED = {Sort.FLOW, Sort.STOCK, Sort.CUMULATIVE}


@dataclass(frozen=True)
class Weighed:
    """What speaks for and against a number, how sure it is then, its tier, and the last value of its series."""

    checks: list[dict[str, Any]]
    confidence: Decimal
    tier: str
    last: Figure | None = None


@dataclass(frozen=True)
class Against(Check):
    """A check of a number against a figure on record."""

    figure: Figure | None = None

    def as_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {"id": self.id, "ok": self.ok, "note": self.note, "of": HISTORY}
        return found if self.figure is None else {**found, "figure": str(self.figure.pk)}


@dataclass(frozen=True)
class Said:
    """A proposed number with the time and the place that it speaks of."""

    number: Proposal
    key: str
    area: Area
    period: Period
    body: Body | None = None

    @property
    def value(self) -> Decimal:
        return self.number.value

    @property
    def total(self) -> bool:
        return self.number.cumulative or known()[self.key].sort == Sort.CUMULATIVE

    @property
    def exact(self) -> bool:
        return not (self.number.at_least or self.number.at_most or self.number.about)


def as_stored(number: Number) -> Weighed:
    """A number as it was decided, or as it was proposed where there is no series to look at."""
    return Weighed(number.checks, number.confidence, number.tier)


@dataclass
class Record:
    """What is on record for the numbers of one bulletin; each series is looked up once."""

    bulletin: Bulletin
    rows: dict[tuple[str, str], list[Figure]] = field(default_factory=dict)

    def weighed(self, entry: ProposedEntry, numbers: Iterable[Proposal]) -> dict[Any, Weighed]:
        """The numbers of an entry by their key, those that wait against what is on record now."""
        body = entry.body or self.bulletin.unit
        area = deciding.area_of(body, self.bulletin.area)
        return {one.pk: self._weigh(entry, one, (area, body)) for one in numbers}

    def _weigh(self, entry: ProposedEntry, one: Proposal, of: tuple[Area, Body]) -> Weighed:
        if one.indicator not in known() or one.place or one.of_which or not (one.kept or one.state == OPEN):
            return as_stored(one)
        area, body = of
        said = Said(one, one.indicator, area, deciding.period_of(one.period, entry.on, self.bulletin.event), body)
        if one.state != OPEN:
            return self._decided(said)
        found = list(self.checks(said))
        own = [check for check in one.checks if check.get("of") != HISTORY]
        base = one.confidence if one.read_confidence is None else one.read_confidence
        sure = confidence.after(float(base), tuple(found))
        heard = [Check(check["id"], check["ok"], "") for check in own if check["id"] in confidence.EFFECTS]
        offered = tuple(Candidate(**candidate) for candidate in one.candidates)
        tier = confidence.tier(sure, offered, (*heard, *found)) if found else one.tier
        entered = [check.as_dict() for check in found]
        return Weighed([*own, *entered], Decimal(str(sure)), tier, self.last(said))

    def _decided(self, said: Said) -> Weighed:
        """A number that was taken, as it was; what another body says of the same is told as it is now."""
        stored = as_stored(said.number)
        own = [check for check in stored.checks if check["id"] != "agencies"]
        others = [check.as_dict() for check in self._agencies(said)]
        return Weighed([*own, *others], stored.confidence, stored.tier)

    def checks(self, said: Said) -> Iterator[Against]:
        """What the record says of a number, each check that can be made."""
        earlier = self.earlier(said)
        if earlier is not None and said.exact and earlier.unit == said.number.unit:
            yield from _monotone(said, earlier)
            yield from _range(said, earlier)
        if said.exact:
            yield from self._difference(said)
            yield from self._repeat(said)
            yield from self._computed(said)
            yield from self._agencies(said)

    def series(self, said: Said) -> list[Figure]:
        """The standing figures of the same series up to the number's time, the newest first; not those of its own text."""
        rows = self._rows(said.key, said.area)
        upto = [row for row in rows if row.period_to is not None and row.period_to <= said.period.end]
        return [row for row in upto if _total(row) == said.total]

    def last(self, said: Said) -> Figure | None:
        return next(iter(self.series(said)), None)

    def earlier(self, said: Said) -> Figure | None:
        """The last figure of a time before: what others say of the same time is laid beside, not before."""
        return next((row for row in self.series(said) if row.period_to and row.period_to < said.period.end), None)

    def _rows(self, key: str, area: Area) -> list[Figure]:
        if (key, area.pk) not in self.rows:
            found = Figure.objects.standing().filter(key=key, area=area).exclude(value=None)
            found = found.exclude(statement__of_which=True).exclude(proposed_as__place__gt="")
            found = found.exclude(statement__envelope=self.bulletin.envelope_id).select_related("statement", "reporter")
            self.rows[key, area.pk] = list(found.order_by("-period_to", "-frozen_at", "pk")[:AT_MOST])
        return self.rows[key, area.pk]

    def _difference(self, said: Said) -> Iterator[Against]:
        """Today's total less yesterday's is what is new today."""
        on = watches.civil_day(said.period.end - ONE_DAY)
        yesterday = next((row for row in self.series(said) if said.total and day_of(row) == on - ONE_DAY), None)
        new = self._new(said) if yesterday is not None else None
        if yesterday is None or yesterday.value is None or new is None:
            return
        more = said.value - yesterday.value
        note = f"累计{plain(said.value)}，昨日{plain(yesterday.value)}，多{plain(more)}；当日新增{plain(new)}"
        yield Against("difference", more == new, note, yesterday)

    def _new(self, said: Said) -> Decimal | None:
        """What is new on the day of a total, less what was taken off: in the same text, else on record."""
        flow, down = _flows_of(said.key)
        found = self._of_the_day(said, flow)
        less = self._of_the_day(said, down) if down else None
        return None if found is None else found - (less or 0)

    def _of_the_day(self, said: Said, key: str) -> Decimal | None:
        written = Proposal.objects.filter(entry__bulletin=self.bulletin, indicator=key, cumulative=False, period="day")
        taken = [one for one in written.filter(place="", of_which=False) if one.kept or one.state == Number.State.OPEN]
        if taken:
            return taken[0].value
        rows = self._rows(key, said.area)
        return next((row.value for row in rows if not _total(row) and row.period_to == said.period.end), None)

    def _repeat(self, said: Said) -> Iterator[Against]:
        """One number of what passes stands under two dates: perhaps one thing told twice."""
        watched = {key for rule in rulebook().of("repeat") for key in rule.keys}
        flow = known()[said.key].sort == Sort.FLOW and not said.total
        if not flow or not said.value or (said.key not in watched and said.value < TELLING):
            return
        near = [
            row for row in self.series(said) if row.period_to and timedelta(0) < said.period.end - row.period_to < WEEK
        ]
        alike = next((row for row in near if row.value == said.value), None)
        if alike is not None:
            on = day_of(alike)
            note = f"{on.month}月{on.day}日也是{plain(said.value)}，请看是否同一件事"
            yield Against("repeat", False, note, alike)
        elif near:
            yield Against("repeat", True)

    def _computed(self, said: Said) -> Iterator[Against]:
        """The number as the records give it."""
        if not known()[said.key].computed or said.number.period not in ("day", "page", "cum", "state"):
            return
        value = compute(said.key, said.period, Scope(said.area)).value
        if value is not None:
            yield Against("computed", value == said.value, f"实算{plain(value)}，报称{plain(said.value)}")

    def _agencies(self, said: Said) -> Iterator[Against]:
        """What other bodies say of the same thing, place and time, each as it said it last."""
        others: dict[str, Figure] = {}
        for row in self._rows(said.key, said.area):
            same = (row.period_from, row.period_to) == (said.period.start, said.period.end)
            if same and row.basis == Figure.Basis.STATED and said.body is not None and _total(row) == said.total:
                others.setdefault(row.reporter_id, row)
        for reporter, row in others.items():
            if said.body is not None and reporter != said.body.pk and row.value is not None:
                note = f"另一家{row.reporter}说{plain(row.value)}"
                yield Against("agencies", row.value == said.value, note, row)


def enter(bulletin: Bulletin) -> None:
    """Weigh every number of a bulletin that was read since against what is on record, and keep how sure it is."""
    record, changed = Record(bulletin), []
    for entry in bulletin.entries.select_related("body__area").prefetch_related("proposals"):
        numbers = [one for one in entry.proposals.all() if one.read_confidence is None]
        for one in numbers:
            one.read_confidence = one.confidence
        found = record.weighed(entry, numbers)
        for one in numbers:
            how = found[one.pk]
            one.checks, one.confidence, one.tier = how.checks, how.confidence, how.tier
        changed += numbers
    Proposal.objects.bulk_update(changed, ["checks", "confidence", "tier", "read_confidence"], batch_size=100)


def day_of(row: Figure) -> date:
    """The last day that a figure speaks of."""
    return watches.civil_day((row.period_to or row.as_of) - timedelta(microseconds=1))


def _flows_of(key: str) -> tuple[str, str]:
    """What adds to a running total day by day, and what takes off: as the rules say, else as the catalogue names them."""
    rule = next((one for one in rulebook().of("step") if one["cumulative"] == key), None)
    if rule is not None:
        return rule["flow"], str(rule.given.get("down", ""))
    stem = key.removesuffix("_cum")
    named = [f"{stem}_{end}" if stem != key and f"{stem}_{end}" in known() else "" for end in ("new", "down")]
    return named[0] or key, named[1]


def _monotone(said: Said, last: Figure) -> Iterator[Against]:
    """A running total does not fall."""
    if said.total and last.value is not None:
        yield Against("monotone", said.value >= last.value, f"累计{plain(said.value)}，此前{plain(last.value)}", last)


def _range(said: Said, last: Figure) -> Iterator[Against]:
    """A number ten times the last, or a tenth of it, is perhaps a nought too many or a measure mistaken."""
    if known()[said.key].sort not in MEASURED or not last.value or not said.value:
        return
    high, low = max(said.value, last.value), min(said.value, last.value)
    if high > TENFOLD * low:
        yield Against("range", False, f"上次{plain(last.value)}，这次{plain(said.value)}，相差十倍以上", last)
    else:
        yield Against("range", True)


def _total(row: Figure) -> bool:
    one = known().get(row.key)
    return row.cumulative or (one is not None and one.sort == Sort.CUMULATIVE)
