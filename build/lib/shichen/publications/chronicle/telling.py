"""The chronicle (大事记): day by day, the events that the rules take from the log; a day without one stays, empty."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Max, Min, Q, QuerySet

from shichen import watches
from shichen.city import queries as city
from shichen.city.scope import Sight
from shichen.indicators.models import Figure
from shichen.journal.models import Entry, Mark
from shichen.publications.chronicle.dating import dates_of_line, files_on
from shichen.publications.chronicle.selecting import OCCURRED
from shichen.publications.items import Item, chosen, sees_all
from shichen.publications.rules import ChronicleRules, Kind, rules
from shichen.refusal import Refusal

LONGEST = 400  # days on one page


@dataclass(frozen=True)
class Narrowing:
    """What a reader asked for: some kinds of event, one area, one body. Empty means all."""

    kinds: tuple[str, ...] = ()
    area: str = ""
    unit: str = ""

    def __bool__(self) -> bool:
        return bool(self.kinds or self.area or self.unit)

    def takes(self, item: Item) -> bool:
        """Whether an item is of one of the kinds, of the area and of the body that were asked for."""
        return (
            (not self.kinds or not set(self.kinds).isdisjoint(item.kinds))
            and self.area in ("", item.entry.area_id)
            and self.unit in ("", item.entry.unit_id)
        )


@dataclass(frozen=True)
class ChronicleDay:
    """A date of the chronicle and its events; without any it is shown to the editor as such."""

    on: date
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Chronicle:
    """The events of a span of dates, filed by the day they were published."""

    first: date
    last: date
    rules: ChronicleRules
    days: tuple[ChronicleDay, ...]
    as_of: datetime | None
    whole: bool

    @property
    def items(self) -> list[Item]:
        return [item for day in self.days for item in day.items]

    @property
    def empty(self) -> list[date]:
        return [day.on for day in self.days if not day.items]

    @property
    def figures(self) -> list[Figure]:
        return [figure for item in self.items for figure in item.figures]

    def kind(self, key: str) -> Kind:
        return self.rules.kind(key)

    def only(self, asked: Narrowing) -> Chronicle:
        """The same chronicle with the items that were asked for."""
        if not asked:
            return self
        days = (ChronicleDay(day.on, tuple(item for item in day.items if asked.takes(item))) for day in self.days)
        return replace(self, days=tuple(days))


def build(
    first: date, last: date, sight: Sight, *, as_of: datetime | None = None, only: Narrowing | None = None
) -> Chronicle:
    """The chronicle from `first` to `last`, as far as `sight` reaches, as of a moment. Raises Refusal."""
    if last < first:
        raise Refusal("大事记的起日不能晚于止日。", field="to")
    if (last - first).days >= LONGEST:
        raise Refusal(f"一次最多看 {LONGEST} 天的大事记；请缩短起止日期。", field="to")
    rule = rules().chronicle
    by_day: dict[date, list[Item]] = {}
    marked = chosen(sight, marked=rule.keys, never=rule.never, as_of=as_of).prefetch_related("marks")
    for entry in _filed(marked, first, last, rule):
        by_day.setdefault(files_on(entry, rule), []).append(_item(entry, rule, as_of))
    dates = (first + timedelta(days=n) for n in range((last - first).days + 1))
    days = tuple(ChronicleDay(on, tuple(by_day.get(on, ()))) for on in dates)
    whole = sees_all(sight, city.the_city().path)
    return Chronicle(first, last, rule, days, as_of, whole).only(only or Narrowing())


def extent(sight: Sight, *, as_of: datetime | None = None) -> tuple[date, date] | None:
    """From the first to the last date that has an event; None when there is none yet."""
    rule = rules().chronicle
    entries = chosen(sight, marked=rule.keys, never=rule.never, as_of=as_of).order_by()
    if rule.files_by == OCCURRED:
        days = {files_on(entry, rule) for entry in entries}
        return (min(days), max(days)) if days else None
    ends = entries.aggregate(first=Min("page_day"), last=Max("page_day"))
    return (ends["first"], ends["last"]) if ends["first"] else None


def _filed(entries: QuerySet[Entry], first: date, last: date, rule: ChronicleRules) -> QuerySet[Entry]:
    """The entries that file under the dates from `first` to `last`."""
    published = Q(page_day__gte=first, page_day__lte=last)
    if rule.files_by != OCCURRED:
        return entries.filter(published)
    span = watches.Period(watches.clock(first, 0), watches.clock(last, 24))
    occurred = Q(occurred_from__gte=span.start, occurred_from__lt=span.end)
    return entries.filter(Q(published, occurred_from=None) | occurred)


def _item(entry: Entry, rule: ChronicleRules, as_of: datetime | None) -> Item:
    marks = [
        mark
        for mark in entry.marks.all()
        if mark.kind == Mark.Kind.SIGNIFICANT and mark.detail in rule.keys and (as_of is None or mark.at <= as_of)
    ]
    uses = tuple(entry.uses.all())
    kinds = tuple(dict.fromkeys(mark.detail for mark in marks))
    phrase = next((mark.key_phrase for mark in marks if mark.key_phrase), "")
    return Item(entry, uses, kinds, phrase, dates_of_line(entry, uses, rule))
