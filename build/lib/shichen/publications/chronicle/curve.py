"""The epidemic curve above the chronicle (疫情曲线): days, event marks and measure bands, all from records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

import re2
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shichen import watches
from shichen.city.models import Area
from shichen.city.scope import Sight
from shichen.indicators import corrected
from shichen.indicators.declare import Scope
from shichen.publications.chronicle.telling import Chronicle
from shichen.publications.items import Item
from shichen.publications.rules import CurveRules, rules
from shichen.refusal import Refusal
from shichen.registers.cases import queries as cases
from shichen.registers.cases.queries import DATA, PUBLISHED, Day
from shichen.registers.measures import naming
from shichen.registers.measures import queries as measures
from shichen.registers.measures.queries import Held
from shichen.watches import Period
from shichen.web import words
from shichen.web.charts.curve import Band, Mark

SHORT, LONG = 5, 12  # characters
CLAUSE = re2.compile("[，。；]")
DATED = {PUBLISHED: _("按发布日"), DATA: _("按数据日(截至24时)")}


@dataclass(frozen=True)
class Event:
    """An event marked on the curve, with its line in the chronicle and the address of its entry."""

    on: date
    label: str
    href: str
    entry: str


@dataclass(frozen=True)
class Measure:
    """A measure as it stood: from when, until when (None: not known), announced by which entry, and its record."""

    label: str
    kind: str
    start: datetime
    end: datetime | None
    first: date
    gone: date | None
    href: str
    record: str

    @property
    def until(self) -> str:
        """Until when it held, as reports write it: 至2月9日24时."""
        return words.until(self.end) if self.end else ""


@dataclass(frozen=True)
class Curve:
    """What the chart shows. The sum of its bars is the total in its caption."""

    dated: str
    days: list[Day]
    events: list[Event]
    measures: list[Measure]
    further: list[Measure]

    @property
    def all_measures(self) -> list[Measure]:
        """The measures that are drawn and those that had no room, by their beginning."""
        return sorted([*self.measures, *self.further], key=lambda one: one.start)

    @property
    def marks(self) -> list[Mark]:
        """The events as the drawing of a chronicle's page has them: each leads to its line there."""
        return [Mark(one.on, one.label, one.href) for one in self.events]

    @property
    def bands(self) -> list[Band]:
        return [Band(one.first, one.gone, one.label, one.href) for one in self.measures]

    @property
    def total(self) -> int:
        return sum(day.new or 0 for day in self.days)

    @property
    def unreported(self) -> list[date]:
        return [day.on for day in self.days if day.new is None]

    @property
    def streak(self) -> list[date]:
        """The days without a new case up to the end of the curve; a day without report ends them."""
        ends = takewhile(lambda day: day.new == 0, reversed(self.days))
        return [day.on for day in ends][::-1]

    @property
    def until(self) -> date | None:
        """The last day that something was reported for."""
        return max((day.on for day in self.days if day.new is not None), default=None)

    @property
    def title(self) -> str:
        return f"{gettext('新增确诊病例')}{gettext('，')}{DATED[self.dated]}"


def drawn(chronicle: Chronicle, area: Area, sight: Sight, *, dated: str = PUBLISHED) -> Curve:
    """The curve of an area over the span of a chronicle. Raises Refusal for another way of dating."""
    if dated not in DATED:
        raise Refusal("曲线只有两种日期：published(发布日)、data(数据日)。", field="dated")
    rule = rules().curve
    scope = Scope(area, {}, chronicle.as_of)
    days = cases.curve(area, chronicle.first, chronicle.last, dated=dated, scope=scope)
    holding = _in_order(held(chronicle, sight), rule)
    return Curve(dated, days, _events(chronicle, rule), holding[: rule.bands], holding[rule.bands :])


def held(chronicle: Chronicle, sight: Sight) -> list[Measure]:
    """The measures in force within the span, as they were known: a later announcement holds from its own beginning."""
    span = Period(watches.clock(chronicle.first, 0), watches.clock(chronicle.last, 24))
    return [_shown(one) for one in measures.held(span, sight=sight, as_of=chronicle.as_of)]


def _shown(one: Held) -> Measure:
    """One that no line of the log announced leads to its record."""
    entry = one.measure.entry
    record = f"/registers/measures/{one.measure.pk}/"
    href = f"#e-{entry.seq}" if entry is not None else record
    return Measure(naming.named(one.measure), one.measure.kind, one.start, one.end, one.first, one.gone, href, record)


def _in_order(holding: list[Measure], rule: CurveRules) -> list[Measure]:
    rank = {key: place for place, key in enumerate(rule.measures)}
    return sorted(holding, key=lambda one: (rank.get(one.kind, len(rank)), one.start))


def _events(chronicle: Chronicle, rule: CurveRules) -> list[Event]:
    return [
        Event(day.on, label(item), f"#e-{item.entry.seq}", f"/log/{item.entry.id}/")
        for day in chronicle.days
        for item in day.items
        if any(marking.takes(item.kinds, item.entry.topic) for marking in rule.marks)
    ]


def label(item: Item) -> str:
    """A few words for an event: its key phrase, or the clause that holds it where the phrase alone says too little."""
    phrase = item.key_phrase
    clauses = CLAUSE.split(item.text.removeprefix(item.entry.unit_text))
    clause = next((clause for clause in clauses if phrase in clause), item.text)
    return clause if len(phrase) < SHORT and len(clause) <= LONG else phrase or clause[:LONG]


def corrected_in(curve: Curve, area: Area, *, as_of: datetime | None) -> list[dict[str, Any]]:
    """The corrections of the numbers that the curve is drawn from, for its caption."""
    if not curve.days:
        return []
    first, last = curve.days[0].on - timedelta(days=1), curve.days[-1].on
    return corrected.charted(
        cases.CHARTED, area.pk, Period(watches.clock(first, 0), watches.clock(last, 24)), as_of=as_of
    )
