"""The epidemic curve (疫情曲线): one square a case, the running totals below, events above, measures underneath."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.web import words
from shichen.web.charts.axes import WIDE, Placed, every, short
from shichen.web.charts.curve_plan import BARS, LEFT, LINES, ROW, Band, Daily, Day, Mark, Plan
from shichen.web.charts.svg import NOTHING, drawing, el, hatch, join, lang, link, n, path, runs, text_width

__all__ = ["Band", "Daily", "Day", "Mark", "curve", "numbered"]

SQUARES_UP_TO = 150
MEAN_OF = 7


def curve(
    days: Sequence[Daily],
    *,
    title: str,
    unit: str,
    as_of: datetime | date | None,
    marks: Sequence[Mark | tuple[date, str]] = (),
    bands: Sequence[Band | tuple[date, date | None, str]] = (),
    width: int = WIDE,
    provisional_from: date | None = None,
    worded: int | None = None,
) -> SafeString:
    """The curve as one drawing; the first `worded` of the marks may have their words on it (None: all), the others are
    numbered dots; one that has an address is a link. Days are one after the other; the caption, the table and the numbered events stand
    beside it (`web.charts.figures.epidemic_curve` puts all of them together in both widths)."""
    plan = _plan(days, marks, width, bands=bands, unit=unit, provisional_from=provisional_from, worded=worded)
    return drawing(
        plan.width,
        plan.height,
        _backgrounds(plan),
        _axis(plan),
        _bars(plan),
        _mean(plan),
        _events(plan),
        _dates(plan),
        _totals(plan),
        _measures(plan),
        label=_spoken(plan, title, as_of),
        class_="is-wide" if plan.is_wide else "is-narrow",
        role="group" if plan.leads else "img",
    )


def numbered(
    days: Sequence[Daily], marks: Sequence[Mark | tuple[date, str]], width: int, worded: int | None = None
) -> list[tuple[int, Mark]]:
    """The events that stand on the curve as a number because their words found no room, with that number."""
    plan = _plan(days, marks, width, worded=worded)
    return [(number, mark) for number, (_x, mark) in enumerate(plan.dots, start=1)]


def _plan(
    days: Sequence[Daily],
    marks: Sequence[Mark | tuple[date, str]],
    width: int,
    *,
    bands: Sequence[Band | tuple[date, date | None, str]] = (),
    unit: str = "",
    provisional_from: date | None = None,
    worded: int | None = None,
) -> Plan:
    events = [Mark(*one) for one in marks]
    wordy = None if worded is None else frozenset(events[:worded])
    return Plan(
        tuple(days),
        tuple(sorted(events)),
        tuple(Band(*one) for one in bands),
        float(width),
        unit,
        provisional_from,
        wordy,
    )


def _backgrounds(plan: Plan) -> SafeString:
    """Days not reported, and provisional ones, have a ground of their own: a bar of nought has no outline to see."""
    unsure = [i for i, day in enumerate(plan.days) if day.new is None or plan.provisional(day.on)]
    grounds = [
        el(
            "rect",
            el("title", _unsure(plan, plan.days[i])),
            class_="unsure",
            x=plan.x.start(i),
            y=plan.top,
            width=plan.x.width,
            height=BARS,
        )
        for i in unsure
    ]
    hatches = [
        el("path", class_="hatch", d=hatch(plan.x.start(first), plan.top, plan.x.width * count, BARS))
        for first, count in runs(unsure)
    ]
    return join((*grounds, *hatches))


def _unsure(plan: Plan, day: Daily) -> str:
    word = _("未报") if day.new is None else _("暂定，可能上调")
    return f"{words.day(day.on)} {word}"


def _axis(plan: Plan) -> SafeString:
    right = plan.x.right
    lines = [
        join(
            (
                el("line", class_="axis" if tick == 0 else "tick", x1=LEFT, x2=right, y1=plan.y(tick), y2=plan.y(tick)),
                el("text", words.number(tick), x=LEFT - 6, y=plan.y(tick) + 4, text_anchor="end"),
            )
        )
        for tick in plan.ticks
    ]
    return join(lines)


def _bars(plan: Plan) -> SafeString:
    total = sum(day.new or 0 for day in plan.days)
    return join(
        _bar(plan, i, day, squares=total <= SQUARES_UP_TO) for i, day in enumerate(plan.days) if day.new is not None
    )


def _bar(plan: Plan, index: int, day: Daily, *, squares: bool) -> SafeString:
    count = max(day.new or 0, 0)
    left, width = plan.x.start(index) + 0.5, max(plan.x.width - 1, 1)
    said = el("title", f"{words.day(day.on)} {words.number(day.new)}{_apart(plan)}") if plan.is_wide else None
    class_ = "s1 is-provisional" if plan.provisional(day.on) else "s1"
    if count == 0:
        shapes = [el("rect", class_=class_, x=left, y=plan.base - 1.5, width=width, height=1.5)]
    elif squares:
        shapes = [el("path", class_=class_, d="".join(_square(plan, left, width, k) for k in range(1, count + 1)))]
    else:
        shapes = [el("rect", class_=class_, x=left, y=plan.y(count), width=width, height=plan.base - plan.y(count))]
    return el("g", said, *shapes, data_on=day.on.isoformat(), data_n=count)


def _square(plan: Plan, left: float, width: float, place: int) -> str:
    """One case: the square at that place of its day, from below."""
    high = n(max(plan.y(0) - plan.y(1) - 1, 1))
    return f"M{n(left)} {n(plan.y(place))}h{n(width)}v{high}h-{n(width)}z"


def _mean(plan: Plan) -> SafeString:
    """The trailing mean of seven days; it ends where provisional days begin and wherever a day was not reported."""
    points = []
    for i, day in enumerate(plan.days):
        week = [one.new for one in plan.days[max(i - MEAN_OF + 1, 0) : i + 1]]
        known = [count for count in week if count is not None]
        if len(known) == MEAN_OF and not plan.provisional(day.on):
            points.append((plan.x.middle(i), plan.y(max(sum(known) / MEAN_OF, 0))))
        elif points:
            break
    if len(points) < MEAN_OF:
        return NOTHING
    name = _("7日均值")
    x, y = points[-1]
    return join(
        (
            el("path", el("title", _("7日均值(后向)")), class_="line s3", d=path(points)),
            el("text", name, x=min(x, plan.width - text_width(name) - 2), y=max(y - 6, plan.top + 10)),
        )
    )


def _events(plan: Plan) -> SafeString:
    return join((*(_worded(plan, place) for place in plan.placed if place.row is not None), *_dots(plan)))


def _worded(plan: Plan, place: Placed) -> SafeString:
    mark = plan.shown_marks[place.index]
    x, y = plan.x.middle(plan.index(mark.on) or 0), 12 + ROW * (place.row or 0)
    return join(
        (
            el("line", class_="event", x1=x, x2=x, y1=y + 3, y2=plan.base),
            _door(
                mark.href,
                _told(mark),
                el("text", mark.text, lang=lang(mark.text), class_="is-title", x=place.left, y=y),
            ),
        )
    )


def _dots(plan: Plan) -> Iterator[SafeString]:
    """A number for each event without words; what it says stands in its title and below the curve."""
    y = plan.top - 4
    for number, (x, mark) in enumerate(plan.dots, start=1):
        dot = el("circle", class_="known", cx=x, cy=y - 4, r=7)
        figure = el("text", str(number), class_="on-known", x=x, y=y, text_anchor="middle")
        yield _door(mark.href, _told(mark), dot, figure)


def _door(href: str, *shapes: SafeString) -> SafeString:
    """Shapes that lead where what they stand for is read; its title says what that is, to the eye and to a reader."""
    return link(href, *shapes) if href else el("g", *shapes)


def _dates(plan: Plan) -> SafeString:
    labels = [short(day.on, english=words.english()) for day in plan.days]
    step = every(labels, plan.x.width)
    return join(
        el("text", label, x=_held(plan.x.middle(i), label, plan.width), y=plan.base + 15, text_anchor="middle")
        for i, label in enumerate(labels)
        if i % step == 0
    )


def _held(x: float, label: str, width: float) -> float:
    half = text_width(label) / 2
    return max(half + 1, min(x, width - half - 1))


def _totals(plan: Plan) -> SafeString:
    if not plan.has_totals:
        return NOTHING
    highest = max((max(day.cumulative or 0, day.discharged or 0) for day in plan.days), default=0) or 1
    rows = (
        (_("累计确诊"), "s2", [day.cumulative for day in plan.days]),
        (_("累计出院"), "s3", [day.discharged for day in plan.days]),
    )
    lines = [_total(plan, name, series, values, highest) for name, series, values in rows]
    floor = el("line", class_="axis", x1=LEFT, x2=plan.x.right, y1=plan.totals_base, y2=plan.totals_base)
    return join((floor, *lines))


def _total(plan: Plan, name: str, series: str, values: list[int | None], highest: int) -> SafeString:
    """A running total as a stepped line from report to report, with its name and last value at the end."""
    points = [
        (plan.x.middle(i), plan.totals_base - (LINES - 12) * value / highest, value)
        for i, value in enumerate(values)
        if value is not None
    ]
    if not points:
        return NOTHING
    x, y, last = points[-1]
    label = f"{name} {words.number(last)}"
    left = min(x + 6, plan.width - text_width(label) - 2)
    return join(
        (
            el("path", class_=f"line {series}", d=path([(px, py) for px, py, _value in points])),
            el("circle", class_=series, cx=x, cy=y, r=2.5),
            el("text", label, class_="is-title", x=left, y=max(y - 6 if left < x else y + 4, plan.totals_top - 2)),
        )
    )


def _measures(plan: Plan) -> SafeString:
    return join(_measure(plan, row, band) for row, band in enumerate(plan.shown_bands))


def _measure(plan: Plan, row: int, band: Band) -> SafeString:
    """A measure in force: its end is the first day without it; an open end runs to the edge and says so."""
    start, end, label, href = band
    first = max((start - plan.days[0].on).days, 0)
    last = len(plan.days) if end is None else min(max((end - plan.days[0].on).days, first), len(plan.days))
    left, right = plan.x.start(first), plan.x.start(last)
    y = plan.totals_base + 10 + 18 * row
    words_ = f"{label} →" if end is None else label
    room = text_width(words_) + 8
    within = right - left >= room or left - room < 4  # else its words stand before the band, not across its end
    x = max(4.0, min(left + 4 if within else left - room + 4, plan.width - room + 4))
    bar = el("rect", class_="measure", x=left, y=y, width=max(right - left, 2), height=14)
    return _door(href, bar, el("text", words_, lang=lang(words_), class_="is-title", x=x, y=y + 11))


def _spoken(plan: Plan, title: str, as_of: datetime | date | None) -> str:
    total = sum(day.new or 0 for day in plan.days)
    until = f"{_('，')}{_('截至')} {_said(as_of)}" if as_of else ""
    unknown = sum(day.new is None for day in plan.days)
    missing = _("，") + _("%(n)d天未报") % {"n": unknown} if unknown else ""
    return f"{title}{_('：')}{words.number(total)}{_apart(plan)}{until}{missing}"


def _apart(plan: Plan) -> str:
    """The unit behind a number: 例, in English with a blank before it."""
    return f" {plan.unit}" if words.english() else plan.unit


def _told(mark: Mark) -> SafeString:
    return el("title", f"{words.day(mark.on)} {mark.text}", lang=lang(mark.text))


def _said(as_of: datetime | date) -> str:
    return words.moment(as_of) if isinstance(as_of, datetime) else words.day(as_of)
