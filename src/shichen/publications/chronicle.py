"""The chronicle (大事记): day by day, the events that the rules take from the log; a day without one stays, empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from shichen import watches
from shichen.city import queries as city
from shichen.city.scope import Sight
from shichen.indicators.models import Figure
from shichen.indicators.queries import recompute
from shichen.journal.models import Entry, Mark
from shichen.publications.items import Item, chosen, sees_all
from shichen.publications.rules import ChronicleRules, Kind, rules
from shichen.records.keeper import RowRecords
from shichen.refusal import Refusal
from shichen.web import words

LONGEST = 400  # days on one page


@dataclass(frozen=True)
class Narrowing:
    """What a reader asked for: some kinds of event, one area, one body. Empty means all."""

    kinds: tuple[str, ...] = ()
    area: str = ""
    unit: str = ""

    def __bool__(self) -> bool:
        return bool(self.kinds or self.area or self.unit)


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
        return next(kind for kind in self.rules.kinds if kind.key == key)


def build(
    first: date, last: date, sight: Sight, *, as_of: datetime | None = None, only: Narrowing | None = None
) -> Chronicle:
    """The chronicle from `first` to `last`, as far as `sight` reaches, as of a moment. Raises Refusal."""
    if last < first:
        raise Refusal("大事记的起日不能晚于止日。", field="to")
    if (last - first).days >= LONGEST:
        raise Refusal(f"一次最多看 {LONGEST} 天的大事记；请缩短起止日期。", field="to")
    rule, only = rules().chronicle, only or Narrowing()
    taken = tuple(key for key in rule.keys if not only.kinds or key in only.kinds)
    entries = chosen(sight, marked=taken, never=rule.never, as_of=as_of).filter(page_day__gte=first, page_day__lte=last)
    if only.area:
        entries = entries.filter(area=only.area)
    if only.unit:
        entries = entries.filter(unit=only.unit)
    by_day: dict[date, list[Item]] = {}
    for entry in entries:
        by_day.setdefault(entry.page_day, []).append(_item(entry, taken, rule, as_of))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    whole = sees_all(sight, city.the_city().path)
    return Chronicle(first, last, rule, tuple(ChronicleDay(on, tuple(by_day.get(on, ()))) for on in days), as_of, whole)


def extent(sight: Sight) -> tuple[date, date] | None:
    """From the first to the last date that has an event; None when there is none yet."""
    rule = rules().chronicle
    entries = chosen(sight, marked=rule.keys, never=rule.never, as_of=None).order_by()
    ends = entries.aggregate(first=Min("page_day"), last=Max("page_day"))
    return (ends["first"], ends["last"]) if ends["first"] else None


def _item(entry: Entry, taken: tuple[str, ...], rule: ChronicleRules, as_of: datetime | None) -> Item:
    marks = [
        mark
        for mark in entry.marks.all()
        if mark.kind == Mark.Kind.SIGNIFICANT and mark.detail in taken and (as_of is None or mark.at <= as_of)
    ]
    uses = tuple(entry.uses.all())
    kinds = tuple(dict.fromkeys(mark.detail for mark in marks))
    phrase = next((mark.key_phrase for mark in marks if mark.key_phrase), "")
    notes = dict.fromkeys(filter(None, (dates_of(use.figure, rule) for use in uses)))
    return Item(entry, uses, kinds, phrase, _("；").join(notes))


def dates_of(figure: Figure, rule: ChronicleRules) -> str:
    """Until when the data of a case figure reach, and on which day it was published: two dates, never one."""
    if not figure.key.startswith(rule.names_its_day):
        return ""
    computed = recompute(figure)
    if computed is None or not isinstance(computed.records, RowRecords) or figure.period_from is None:
        return ""
    data_day: date | None = computed.records.queryset.aggregate(last=Max("as_of"))["last"]
    if data_day is None:
        return ""
    published = watches.civil_day(figure.published_at or figure.period_from)
    return _("数据截至%(data)s24时，%(published)s发布") % {"data": words.day(data_day), "published": words.day(published)}
