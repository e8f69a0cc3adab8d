"""A forecast (短期预测) as a fan after the days observed: median with the intervals of 50, 90 and 95 %, each scenario in its own tint.

`observed` are the days known with their counts, None or NaN where missing. Each `Fan` has a name (若R不变), whether it is a scenario
and no forecast, and its days one after the other; fans may begin anywhere after the first day observed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.web.charts.axes import WIDE, ticks
from shichen.web.charts.panel import (
    HEAD,
    Day,
    Layer,
    Panel,
    Value,
    bands,
    beyond,
    columns,
    floor,
    grid,
    heading,
    interval,
    known,
    line,
    named,
    ribbon,
    sure,
    told,
    touched,
    upright,
)
from shichen.web.charts.svg import NOTHING, drawing, join

HIGH, UNDER, ABOVE = 210.0, 24.0, 6.0
TINTS = ("s2", "s4", "s5", "s1")
"""One a fan, the last that of a limit too; a fifth fan has no tint of its own and is refused."""

LIMIT, MOST = "s1", 3.0
"""The tint of a limit, and how many times as high as all else it may be and still stand on the drawing."""
OUTER = "ribbon s2"
MIDDLE = f"{OUTER}+ribbon s2 is-middle"
INNER = f"{MIDDLE}+ribbon s2 is-inner"


class Ahead(NamedTuple):
    """One day ahead: its median and the ends of its intervals; None where an interval is not given."""

    on: Day
    median: Value
    lower_50: Value = None
    upper_50: Value = None
    lower_90: Value = None
    upper_90: Value = None
    lower_95: Value = None
    upper_95: Value = None


class Limit(NamedTuple):
    """What must not be exceeded (开放床位): its name and its value on some days."""

    name: str
    days: Sequence[tuple[Day, float]]


class Fan(NamedTuple):
    """What may come: its name, its days, whether it is a scenario (情景) and no forecast."""

    name: str
    days: Sequence[Ahead]
    scenario: bool = False


def fan(
    observed: Sequence[tuple[Day, Value]],
    fans: Sequence[Fan],
    *,
    title: str,
    event: str = "",
    axis: str = "",
    counted: str = "",
    limit: Limit | None = None,
    width: float = WIDE,
) -> SafeString:
    """Columns of the days observed, fans after them, and a line at what must not be exceeded. `counted` is what is counted, new cases where nothing is said. Raises AssertionError for more than four fans."""
    assert len(fans) <= len(TINTS), "a fan without a tint of its own cannot be told from the others"
    days = _calendar([day for day, _value in observed], [ahead.on for one in fans for ahead in one.days])
    tinted = list(zip(fans, TINTS, strict=False))
    keys = [("s3", _("已报告")), *((f"line {tint}", _called(one)) for one, tint in tinted)]
    crowded = _crowded(fans)
    whole = any(not one.scenario for one in fans) and not crowded  # scenarios have no interval of 90 %
    shades = [(INNER, "50%"), *([(MIDDLE, "90%")] if whole else []), (OUTER, "95%")]
    label = counted or (_("新增病例（%(event)s）") % {"event": event} if event else _("新增病例"))
    high, drawn_limit, limits = _highest(observed, fans), NOTHING, dict(limit.days) if limit else {}
    if limit is not None and limits:
        inside = max(limits.values()) <= MOST * high
        high = max(high, 1.05 * max(limits.values())) if inside else high
        keys.append((f"line {LIMIT}", limit.name if inside else _("%(name)s（高出图外）") % {"name": limit.name}))
    head, lines = heading(label, [*keys, *(shades if fans else ())], y=12.0, width=width)
    top = 12 + HEAD * lines - 4 + ABOVE
    panel = Panel(bands(len(days), width), top, top + HIGH, ticks(high))
    if limit is not None and limits and max(limits.values()) <= high:
        drawn_limit = line(panel, [limits.get(day) for day in days], LIMIT, title=limit.name)
    seen = dict(observed)
    begin = len(observed)
    drawn = [
        head,
        grid(panel),
        columns(
            panel,
            [Layer(_("已报告"), "s3", [seen.get(day) for day in days])],
            [f"{named(day)} {_('已报告')} {told(seen.get(day), 0)}" for day in days],
        ),
        *(_ribbons(panel, days, one, tint, crowded=crowded) for one, tint in tinted),
        *(line(panel, _of(one, days, "median"), tint, dashed_from=0, title=_called(one)) for one, tint in tinted),
        drawn_limit,
        *(_arrow(panel, i, day, tint) for one, tint in tinted for i, day in _placed(one, days)),
        *_touches(panel, days, fans),
        upright(panel, begin, _("情景") if fans and all(one.scenario for one in fans) else _("预测")) if fans else None,
        floor(panel, days, axis=axis),
    ]
    return drawing(
        width,
        panel.base + UNDER,
        *drawn,
        label="".join([title, *(f"{_('；')}{_said(one)}" for one in fans)]),
        class_="is-wide" if width >= WIDE else "is-narrow",
    )


def _calendar(past: Sequence[Day], ahead: Sequence[Day]) -> list[Day]:
    """Every day from the first observed to the last that a fan reaches."""
    days = list(past)
    rest = sorted({day for day in ahead if day not in set(past)}, key=_order)
    for day in rest:
        while days and _next(days[-1]) != day and _order(days[-1]) < _order(day):
            days.append(_next(days[-1]))
        days.append(day)
    return days


def _order(day: Day) -> int:
    return day.toordinal() if isinstance(day, date) else day


def _next(day: Day) -> Day:
    return day + timedelta(days=1) if isinstance(day, date) else day + 1


def _called(one: Fan) -> str:
    return f"{one.name}{_('（情景）')}" if one.scenario else one.name


def _highest(observed: Sequence[tuple[Day, Value]], fans: Sequence[Fan]) -> float:
    """The scale holds all that is drawn, up to five times what was observed or the highest median; beyond, fans are cut."""
    past = max((sure(value) for _day, value in observed if known(value)), default=0.0)
    middle = max((sure(day.median) for one in fans for day in one.days if known(day.median)), default=0.0)
    ends = [end for one in fans for day in one.days for end in (day.upper_50, day.upper_90, day.upper_95)]
    return min(max([past, middle, *(sure(end) for end in ends if known(end))]), max(5 * max(past, 4.0), 1.2 * middle))


def _of(one: Fan, days: Sequence[Day], name: str) -> list[Value]:
    held = {day.on: day for day in one.days}
    return [getattr(held[day], name) if day in held else None for day in days]


def _crowded(fans: Sequence[Fan]) -> bool:
    """Whether so many fans lie over one another that their shades would blur: forecasts and scenarios, three or more."""
    return len(fans) > 2 and any(not one.scenario for one in fans)


def _ribbons(panel: Panel, days: Sequence[Day], one: Fan, tint: str, *, crowded: bool) -> SafeString:
    """The intervals of a fan; a scenario has the outermost and the innermost alone, with an edge, so that fans can cross.

    Among many a forecast is drawn like that too, and of a scenario the edges alone.
    """
    plain = not (one.scenario or crowded)
    shades = (("95", ""), ("90", " is-middle"), ("50", " is-inner")) if plain else (("95", ""), ("50", " is-inner"))
    drawn = []
    for share, shade in shades:
        low, high = _of(one, days, f"lower_{share}"), _of(one, days, f"upper_{share}")
        if not (crowded and one.scenario):
            drawn.append(ribbon(panel, low, high, tint + shade))
        if not plain and not shade:
            drawn += [line(panel, edge, f"{tint} is-thin") for edge in (low, high)]
    return join(drawn)


def _placed(one: Fan, days: Sequence[Day]) -> list[tuple[int, Ahead]]:
    return [(days.index(day.on), day) for day in one.days]


def _arrow(panel: Panel, i: int, day: Ahead, tint: str) -> SafeString:
    """Where a fan reaches beyond the scale: full for its median, hollow for its intervals."""
    ends = [sure(end) for end in (day.upper_50, day.upper_90, day.upper_95, day.median) if known(end)]
    if not ends or panel.fits(max(ends)):
        return NOTHING
    return beyond(panel, i, tint, full=known(day.median) and not panel.fits(sure(day.median)))


def _touches(panel: Panel, days: Sequence[Day], fans: Sequence[Fan]) -> Iterator[SafeString]:
    """What each fan says of a day, in one title."""
    for i, on in enumerate(days):
        said = [f"{_called(one)} {_told(day)}" for one in fans for day in one.days if day.on == on]
        if said:
            yield touched(panel, i, "\n".join(said))


def _told(day: Ahead) -> str:
    said = f"{named(day.on)} {told(day.median, 0)}"
    return f"{said} (95% {interval(day.lower_95, day.upper_95, 0)})" if known(day.lower_95) else said


def _said(one: Fan) -> str:
    return f"{_called(one)} {_told(one.days[-1])}" if one.days else _called(one)
