"""A panel over days side by side: grid, columns, ribbons, lines and hatches that the charts of analyses are put together from.

Every function takes plain values, one for each band; None and NaN are missing and leave a gap. What lies beyond the panel's scale is
drawn at its edge: whether that is said with an arrow is the chart's matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.safestring import SafeString

from shichen.web import words
from shichen.web.charts.axes import Bands, every, short
from shichen.web.charts.svg import NOTHING, el, hatch, join, n, path, runs, text_width

Day = date | int
"""A civil day, or its number where a series has no dates."""
Value = float | None
LEFT, RIGHT, HEAD = 40.0, 14.0, 18.0
_KEY = 10.0


class Layer(NamedTuple):
    """One layer of stacked columns: its name, its class, its value of each day."""

    name: str
    class_: str
    values: Sequence[Value]


@dataclass(frozen=True)
class Panel:
    """Bands from left to right and a scale from the first tick, below, to the last."""

    x: Bands
    top: float
    base: float
    ticks: Sequence[float]

    def y(self, value: float) -> float:
        """Where a value stands, at the edge if it is beyond it."""
        low, high = self.ticks[0], self.ticks[-1]
        held = min(max(value, low), high)
        return self.base - (self.base - self.top) * (held - low) / ((high - low) or 1)

    def fits(self, value: float) -> bool:
        return self.ticks[0] <= value <= self.ticks[-1]


def bands(count: int, width: float, *, right: float = RIGHT) -> Bands:
    """So many bands across a drawing of this width."""
    return Bands(LEFT, width - right, count)


def known(value: Value) -> bool:
    return value is not None and value == value


def sure(value: Value) -> float:
    """A value that is known to be known."""
    assert value is not None, "a missing value has no place"
    return float(value)


def named(day: Day) -> str:
    """A day under an axis."""
    return short(day, english=words.english()) if isinstance(day, date) else str(day)


def told(value: Value, digits: int = 2) -> str:
    """A value in a title: enough digits to compare, no more than it knows."""
    return words.number(round(sure(value), digits)) if known(value) else words.DASH


def interval(low: Value, high: Value, digits: int = 2) -> str:
    return f"{told(low, digits)}–{told(high, digits)}"


def grid(panel: Panel) -> SafeString:
    """The lines and numbers of the scale."""
    right = panel.x.right
    return join(
        part
        for tick in panel.ticks
        for part in (
            el("line", class_="tick" if tick else "axis", x1=LEFT, x2=right, y1=panel.y(tick), y2=panel.y(tick)),
            el("text", words.number(tick), x=LEFT - 6, y=panel.y(tick) + 4, text_anchor="end"),
        )
    )


def floor(panel: Panel, days: Sequence[Day], *, axis: str = "", name: str = "") -> SafeString:
    """The days under a panel, as many as have room; `axis` stands at its end (天), `name` replaces the word of a first label."""
    labels = [named(day) for day in days]
    step = every(labels, panel.x.width)
    y, last = panel.base + 15, panel.x.right
    room = text_width(axis) + 6 if axis else 0.0
    drawn = [
        el("text", label, x=_within(panel.x.middle(i), label, last + RIGHT), y=y, text_anchor="middle")
        for i, label in enumerate(labels)
        if i % step == 0 and panel.x.middle(i) + text_width(label) / 2 <= last + RIGHT - room
    ]
    end = el("text", axis, x=last + RIGHT - 2, y=y, text_anchor="end") if axis else NOTHING
    return join((*drawn, end))


def columns(panel: Panel, layers: Sequence[Layer], titles: Sequence[str]) -> SafeString:
    """Stacked columns, one title a day; a missing day has no column and no title."""
    gap = 1.0 if panel.x.width >= 4 else 0.1
    drawn = []
    for i, said in enumerate(titles):
        values = [(layer.class_, layer.values[i]) for layer in layers]
        if not any(known(value) for _class, value in values):
            continue
        shapes, under = [], 0.0
        for class_, value in values:
            if not known(value) or not sure(value):
                continue
            high, low = panel.y(under + sure(value)), panel.y(under)
            under += sure(value)
            shapes.append(_column(panel, i, gap, high, low - high, class_))
        drawn.append(el("g", el("title", said), *shapes))
    return join(drawn)


def ribbon(panel: Panel, lows: Sequence[Value], highs: Sequence[Value], class_: str) -> SafeString:
    """The room between two lines; a day that stands alone is as wide as most of its band."""
    shapes = []
    for first, count in runs([i for i in range(len(lows)) if known(lows[i]) and known(highs[i])]):
        at = range(first, first + count)
        if count == 1:
            x, wide = panel.x.start(first + 0.2), panel.x.width * 0.6
            upper = [(x, panel.y(sure(highs[first]))), (x + wide, panel.y(sure(highs[first])))]
            lower = [(x + wide, panel.y(sure(lows[first]))), (x, panel.y(sure(lows[first])))]
        else:
            upper = [(panel.x.middle(i), panel.y(sure(highs[i]))) for i in at]
            lower = [(panel.x.middle(i), panel.y(sure(lows[i]))) for i in reversed(at)]
        shapes.append(el("path", class_=f"ribbon {class_}", d=path([*upper, *lower]) + "z"))
    return join(shapes)


def line(
    panel: Panel, values: Sequence[Value], class_: str, *, dashed_from: int | None = None, title: str = ""
) -> SafeString:
    """A line that breaks where a value is missing; from the day of that place on it is dashed. A lone day is a dot."""
    shapes = []
    cut = len(values) if dashed_from is None else dashed_from
    said = el("title", title) if title else None
    for first, count in runs([i for i in range(len(values)) if known(values[i])]):
        points = [(panel.x.middle(i), panel.y(sure(values[i]))) for i in range(first, first + count)]
        if count == 1:
            shapes.append(el("circle", said, class_=class_, cx=points[0][0], cy=points[0][1], r=2.2))
            continue
        whole = max(min(cut - first, count), 0)
        if whole > 1:
            shapes.append(el("path", said, class_=f"line {class_}", d=path(points[:whole])))
        if whole < count:
            rest = points[max(whole - 1, 0) :]
            shapes.append(el("path", said, class_=f"line {class_}", d=path(rest), stroke_dasharray="4 3"))
    return join(shapes)


def whiskers(panel: Panel, lows: Sequence[Value], highs: Sequence[Value], class_: str = "whisker") -> SafeString:
    """An interval of each day as an upright with two short ends."""
    half = min(panel.x.width * 0.3, 4.0)
    parts = []
    for i, (low, high) in enumerate(zip(lows, highs, strict=True)):
        if not known(low) or not known(high):
            continue
        x, upper, lower = panel.x.middle(i), panel.y(sure(high)), panel.y(sure(low))
        ends = f"M{n(x - half)} {n(upper)}h{n(2 * half)}M{n(x - half)} {n(lower)}h{n(2 * half)}"
        parts.append(f"M{n(x)} {n(upper)}V{n(lower)}{ends}")
    return el("path", class_=class_, d="".join(parts)) if parts else NOTHING


def ground(panel: Panel, first: int, count: int, *, hatched: bool, said: str = "") -> SafeString:
    """A ground of its own under some days, hatched where what stands on it is not sure."""
    edge = 0.0 if hatched else 0.6  # two grounds for two reasons stand apart
    x, width = panel.x.start(first) + edge, panel.x.width * count - 2 * edge
    high = panel.base - panel.top
    box = el("rect", el("title", said) if said else None, class_="unsure", x=x, y=panel.top, width=width, height=high)
    lines = el("path", class_="hatch", d=hatch(x, panel.top, width, high)) if hatched else NOTHING
    return join((box, lines))


def written(panel: Panel, first: int, count: int, text: str, *, y: float) -> SafeString:
    """Words amid some days, in up to four lines; nothing where they have no room (their ground's title says them too)."""
    room, middle = panel.x.width * count - 6, panel.x.start(first + count / 2)
    for lines in ([text], _halves(text), _wrapped(text, room)):
        if max(map(text_width, lines)) <= room and len(lines) <= 4:
            top = y - 7 * (len(lines) - 1)
            said = (
                el("text", one, class_="is-title", x=middle, y=top + 14 * at, text_anchor="middle")
                for at, one in enumerate(lines)
            )
            return join(said)
    return NOTHING


def upright(panel: Panel, at: float, text: str) -> SafeString:
    """A dashed line between two days, its words beside it on the side that has room."""
    x = panel.x.start(at)
    right = x + text_width(text) + 8 <= panel.x.right
    place = (x + 4, "start") if right else (x - 4, "end")
    mark = el("line", class_="event", x1=x, x2=x, y1=panel.top, y2=panel.base)
    return join((mark, el("text", text, class_="halo", x=place[0], y=panel.top + 10, text_anchor=place[1])))


def beyond(panel: Panel, i: int, tint: str, *, full: bool) -> SafeString:
    """An arrow above the panel: something of this day lies beyond the scale."""
    x, y, half = panel.x.middle(i), panel.top - 1, min(3.0, panel.x.width * 0.4)
    d = f"M{n(x - half)} {n(y)}L{n(x)} {n(y - 5)}L{n(x + half)} {n(y)}z"
    return el("path", class_=tint if full else f"line {tint} is-thin", d=d)


def touched(panel: Panel, at: int, said: str) -> SafeString:
    """A day's values for the eye that rests on it: an unseen box over its band."""
    box = {"x": panel.x.start(at), "y": panel.top, "width": panel.x.width, "height": panel.base - panel.top}
    return el("rect", el("title", said), fill="none", pointer_events="all", **box)


def heading(
    title: str, keys: Iterable[tuple[str, str]], *, y: float, width: float, left: float = LEFT
) -> tuple[SafeString, int]:
    """A panel's title with its keys (class, or classes upon each other: a+b, or shape and class; name) beside or, where there is no room, below it; and how many lines it takes."""
    drawn = [el("text", title, class_="is-title value", x=left, y=y)]
    x, rows = left + text_width(title) * 1.05 + 14, 1
    for class_, name in keys:
        wide = _KEY + 4 + text_width(name) + 12
        if x + wide - 8 > width and x > left:
            x, rows = left, rows + 1
        at = y + HEAD * (rows - 1)
        drawn.append(_swatch(class_, x, at))
        drawn.append(el("text", name, x=x + _KEY + 4, y=at))
        x += wide
    return join(drawn), rows


def _swatch(class_: str, x: float, y: float) -> SafeString:
    if class_.startswith(("line", "whisker")):
        dash = "4 3" if class_.endswith("dashed") else None
        class_ = class_.removesuffix(" dashed")
        return el("path", class_=class_, d=f"M{n(x)} {n(y - 4)}h{n(_KEY)}", stroke_dasharray=dash)
    shape, _, tint = class_.partition(" ")
    if shape in SHAPES:
        return SHAPES[shape](tint, x + _KEY / 2, y - 4, _KEY / 2 - 0.5)
    return join(el("rect", class_=one, x=x, y=y - 9, width=_KEY, height=_KEY) for one in class_.split("+"))


def square(class_: str, x: float, y: float, size: float) -> SafeString:
    return el("rect", class_=class_, x=x - size, y=y - size, width=2 * size, height=2 * size)


def disc(class_: str, x: float, y: float, size: float) -> SafeString:
    return el("circle", class_=class_, cx=x, cy=y, r=size)


def lozenge(class_: str, x: float, y: float, size: float) -> SafeString:
    half = n(size + 1)
    return el("path", class_=class_, d=f"M{n(x)} {n(y - size - 1)}l{half} {half}l-{half} {half}l-{half} -{half}z")


SHAPES = {"square": square, "disc": disc, "lozenge": lozenge}
"""Marks that are told apart by shape as well as by colour."""


def _column(panel: Panel, i: int, gap: float, y: float, height: float, class_: str) -> SafeString:
    left, width = panel.x.start(i) + gap / 2, max(panel.x.width - gap, 0.2)
    return el("rect", class_=class_, x=left, y=y, width=width, height=max(height, 0.1))


def _within(x: float, label: str, right: float) -> float:
    half = text_width(label) / 2
    return max(half + 1, min(x, right - half - 1))


def _halves(text: str) -> list[str]:
    """Words cut in two at a comma or blank near their middle, else in the middle."""
    places = [i + 1 for i, char in enumerate(text) if char in "，, "] or [len(text) // 2]
    cut = min(places, key=lambda place: abs(place - len(text) / 2))
    return [text[:cut].strip("， ,"), text[cut:].strip()]


def _wrapped(text: str, room: float) -> list[str]:
    """Words in lines as full as the room allows: English between words, Chinese anywhere but before a comma."""
    lines = [""]
    for piece in re.findall(r"[!-~]+ ?|.[，。]?", text):
        if text_width((lines[-1] + piece).strip("， ")) > room and lines[-1]:
            lines.append("")
        lines[-1] += piece
    return [one.strip("， ") for one in lines]
