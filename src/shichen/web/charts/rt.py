"""R over time (实时再生数) in three stacked panels: cases local and imported, R with its ribbons, the serial interval.

`days` are one after the other, dates or numbers. `local` and `imported` are their cases, None or NaN where a day is missing.
Each `Estimate` belongs to the last day of its window. One that may not be shown has `shown` False: its numbers are not drawn, the
days lie under a grey band that says why. `si` is the serial interval from day 0 on. From `partial_from` on data are incomplete.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.web import words
from shichen.web.charts.axes import WIDE, Bands, ticks
from shichen.web.charts.panel import (
    HEAD,
    LEFT,
    RIGHT,
    Day,
    Layer,
    Panel,
    Value,
    bands,
    beyond,
    columns,
    floor,
    grid,
    ground,
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
    written,
)
from shichen.web.charts.svg import NOTHING, drawing, el, join, runs

HIGHEST = 4
CASES, RATIO, INTERVAL, UNDER = 84.0, 168.0, 48.0, 24.0


class Estimate(NamedTuple):
    """R of the window that ends on a day: median and intervals, whether it may be shown, why not (in the page's language)."""

    on: Day
    median: Value
    lower_95: Value
    lower_50: Value
    upper_50: Value
    upper_95: Value
    shown: bool = True
    why: str = ""


def rt(
    days: Sequence[Day],
    *,
    local: Sequence[Value],
    estimates: Sequence[Estimate],
    title: str,
    imported: Sequence[Value] | None = None,
    si: Sequence[float] = (),
    event: str = "",
    axis: str = "",
    partial_from: Day | None = None,
    line_name: str = "",
    width: float = WIDE,
) -> SafeString:
    """The three panels as one drawing of this width. `event` says by which date (按发病日期); `title` is what a reader hears; the line
    is the median unless `line_name` says what else."""
    x = bands(len(days), width)
    partial = days.index(partial_from) if partial_from in days else None
    name = line_name or _("中位数")
    cases, at = _cases(days, x, local, imported, event, partial, width)
    ratio, at = _ratio(days, x, estimates, axis, partial, name, at, width)
    lag, at = _interval(si, at, width)
    return drawing(
        width,
        at,
        cases,
        ratio,
        lag,
        label=_spoken(title, estimates, name),
        class_="is-wide" if width >= WIDE else "is-narrow",
    )


def _cases(
    days: Sequence[Day],
    x: Bands,
    local: Sequence[Value],
    imported: Sequence[Value] | None,
    event: str,
    partial: int | None,
    width: float,
) -> tuple[SafeString, float]:
    layers = [Layer(_("本地病例") if imported is not None else _("新增病例"), "s1", local)]
    if imported is not None:
        layers.append(Layer(_("输入病例"), "s2", imported))
    title = _("新增病例（%(event)s）") % {"event": event} if event else _("新增病例")
    keys = [(one.class_, one.name) for one in layers] if imported is not None else []
    head, rows = heading(title, keys, y=12.0, width=width)
    totals = [sum(sure(one.values[i]) for one in layers if known(one.values[i])) for i in range(len(days))]
    top = 12 + HEAD * rows - 8
    panel = Panel(x, top, top + CASES, ticks(max(totals, default=0), at_most=4))
    missing = [i for i in range(len(days)) if not any(known(one.values[i]) for one in layers)]
    grounds = [ground(panel, *run, hatched=True, said=f"{named(days[run[0]])} {_('缺测')}") for run in runs(missing)]
    if partial is not None:
        grounds.append(ground(panel, partial, len(days) - partial, hatched=True, said=_("数据未齐")))
    titles = [
        f"{named(day)} " + " ".join(f"{one.name} {told(one.values[i])}" for one in layers) for i, day in enumerate(days)
    ]
    return join((head, *grounds, grid(panel), columns(panel, layers, titles))), panel.base + 14


def _ratio(
    days: Sequence[Day],
    x: Bands,
    estimates: Sequence[Estimate],
    axis: str,
    partial: int | None,
    line_name: str,
    at: float,
    width: float,
) -> tuple[SafeString, float]:
    inner = any(one.shown and known(one.lower_50) for one in estimates)
    keys = [("line s2", line_name), *([("ribbon s2+ribbon s2 is-inner", "50%")] if inner else []), ("ribbon s2", "95%")]
    head, rows = heading(_("再生数 R（窗口末日）"), keys, y=at + 12, width=width)
    top = at + 12 + HEAD * rows - 4
    panel = Panel(x, top, top + RATIO, list(range(HIGHEST + 1)))
    place = {day: i for i, day in enumerate(days)}
    held = {place[one.on]: one for one in estimates if one.on in place}
    shown = {i: one for i, one in held.items() if one.shown and known(one.median)}
    rows_ = [shown.get(i) for i in range(len(days))]
    grounds = []
    if partial is not None:
        grounds = [
            ground(panel, partial, len(days) - partial, hatched=True, said=_("数据未齐")),
            upright(panel, partial, _("数据未齐")),
        ]
    grounds += _bands(panel, {i: one for i, one in held.items() if i not in shown})
    drawn = [
        ribbon(panel, [_of(one, "lower_95") for one in rows_], [_of(one, "upper_95") for one in rows_], "s2"),
        ribbon(panel, [_of(one, "lower_50") for one in rows_], [_of(one, "upper_50") for one in rows_], "s2 is-inner"),
        line(panel, [_of(one, "median") for one in rows_], "s2", dashed_from=partial),
        *(_arrow(panel, i, one) for i, one in shown.items()),
    ]
    level = el("line", class_="level", x1=LEFT, x2=x.right, y1=panel.y(1), y2=panel.y(1))
    left = all(x.start(i) > LEFT + 44 for i in shown)  # where R has not begun yet it is not in the way
    at, anchor = (LEFT + 3, "start") if left else (x.right - 3, "end")
    says = el("text", "R = 1", class_="is-title halo", x=at, y=panel.y(1) - 5, text_anchor=anchor)
    touches = [touched(panel, i, _told(one, line_name)) for i, one in shown.items()]
    under = floor(panel, days, axis=axis)
    return join((head, *grounds, grid(panel), level, *drawn, says, under, *touches)), panel.base + UNDER


def _bands(panel: Panel, gated: dict[int, Estimate]) -> list[SafeString]:
    """A grey band for each run of days that have no number for the same reason, with the reason in it."""
    drawn = []
    for why in dict.fromkeys(_why(one) for one in gated.values()):
        for first, count in runs(sorted(i for i, one in gated.items() if _why(one) == why)):
            drawn.append(ground(panel, first, count, hatched=False, said=why))
            drawn.append(written(panel, first, count, why, y=panel.y(2.5)))
    return drawn


def _why(one: Estimate) -> str:
    return one.why or _("病例太少，不估计")


def _of(one: Estimate | None, name: str) -> Value:
    return None if one is None else getattr(one, name)


def _arrow(panel: Panel, i: int, one: Estimate) -> SafeString:
    """Beyond the scale: full where R itself lies there, hollow where only its interval reaches beyond."""
    if not known(one.upper_95) or panel.fits(sure(one.upper_95)):
        return NOTHING
    return beyond(panel, i, "s2", full=not panel.fits(sure(one.median)))


def _told(one: Estimate, name: str) -> str:
    return f"{named(one.on)} R {name} {told(one.median)} (95% {interval(one.lower_95, one.upper_95)})"


def _interval(si: Sequence[float], at: float, width: float) -> tuple[SafeString, float]:
    """The serial interval as columns from day 0 to the last day that says anything."""
    if not sum(si):
        return NOTHING, at
    total, seen, upto = sum(si), 0.0, 0
    for upto, share in enumerate(si):  # noqa: B007 - the day reached is what is asked
        seen += share
        if seen >= 0.995 * total:
            break
    mean = sum(day * share for day, share in enumerate(si)) / total
    title = _("序列间隔（均值%(mean)s天）") % {"mean": words.number(round(mean, 1))}
    head, rows = heading(title, (), y=at + 12, width=width)
    top = at + 12 + HEAD * rows - 8
    shares = list(si[: upto + 1])
    room = width - LEFT - RIGHT
    x = Bands(LEFT, LEFT + min(room, 24.0 * len(shares)), len(shares))
    panel = Panel(x, top, top + INTERVAL, [0.0, max(shares)])
    titles = [f"{day} {_('天')} {told(share, 3)}" for day, share in enumerate(shares)]
    base = el("line", class_="axis", x1=LEFT, x2=x.right, y1=panel.base, y2=panel.base)
    drawn = (head, base, columns(panel, [Layer("", "s3", shares)], titles), floor(panel, list(range(len(shares)))))
    return join(drawn), panel.base + UNDER


def _spoken(title: str, estimates: Sequence[Estimate], name: str) -> str:
    shown = [one for one in estimates if one.shown and known(one.median)]
    last = _told(shown[-1], name) if shown else _("病例太少，不估计")
    return f"{title}{_('：')}{last}"
