"""The dates of a line (两个日期): the day it files under, and, where they differ, when it happened and until when its data reach."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Max

from shichen import watches
from shichen.indicators.declare import Scope, known
from shichen.indicators.models import Figure
from shichen.journal.models import Entry
from shichen.publications.chronicle.selecting import OCCURRED
from shichen.publications.items import Spanned
from shichen.publications.rules import ChronicleRules, rules
from shichen.records.keeper import RowRecords


def files_on(entry: Entry, rule: ChronicleRules) -> date:
    """The day that an entry files under, as the rules say: of publication, or of the event where that is known."""
    if rule.files_by == OCCURRED and entry.occurred_from is not None:
        return watches.civil_day(entry.occurred_from)
    return entry.page_day


def dates_of_line(entry: Entry, uses: Iterable[Spanned], rule: ChronicleRules | None = None) -> str:
    """What is said beside a line of the day it does not file under: until when its data reach, else when it happened."""
    held = rule or rules().chronicle
    notes = dict.fromkeys(filter(None, (_data_day_of(use.figure, entry.page_day, held) for use in uses)))
    return "；".join(notes) or _other_day(entry)


def _data_day_of(figure: Figure, published: date, rule: ChronicleRules) -> str:
    """Until when the data of a case figure reach, and on which day it was published: two dates, never one."""
    if not figure.key.startswith(rule.names_its_day) or figure.period_from is None:
        return ""
    reaches = data_day(figure)
    if reaches is None or reaches == published:
        return ""
    return f"数据截至{_day(reaches)}24时，{_day(published)}发布"


def data_day(figure: Figure) -> date | None:
    """The last day that the records behind a figure speak of."""
    one = known().get(figure.key)
    if figure.basis != Figure.Basis.COMPUTED or one is None or one.pick is None or not figure.period_from:
        return None
    period = watches.Period(figure.period_from, figure.period_to or figure.as_of)
    records = one.pick(period, Scope(figure.area, figure.facets))
    if not isinstance(records, RowRecords):
        return None
    found: date | None = records.queryset.aggregate(last=Max("as_of"))["last"]
    return found


def _other_day(entry: Entry) -> str:
    """The day of the event where a line files under its publication, or the other way about."""
    if entry.occurred_from is None:
        return ""
    happened = watches.civil_day(entry.occurred_from)
    if happened == entry.page_day:
        return ""
    return f"{_day(happened)}发生，{_day(entry.page_day)}发布"


def _day(on: date) -> str:
    return f"{on.month}月{on.day}日"
