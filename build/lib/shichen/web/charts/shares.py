"""Shares by day (逐日比例): a few lines between a floor and one whole, each named at its end, with the table beneath."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.web import words
from shichen.web.charts.axes import WIDE, Bands, every, short
from shichen.web.charts.figures import in_two_widths, table_of
from shichen.web.charts.svg import drawing, el, join, n, text_width

HIGH, LEFT, TOP, FOOT, APART = 200.0, 44.0, 10.0, 22.0, 13.0
LOOKS = (("line axis", None), ("line s2", "7 3"), ("line s3", None))
"""Told apart by shape as well as by colour."""


class Line(NamedTuple):
    """A line by its name: the share of each day."""

    name: str
    shares: Sequence[float]


@dataclass(frozen=True)
class _Plan:
    """Where days and shares lie."""

    days: Sequence[date]
    lines: Sequence[Line]
    width: float

    @property
    def floor(self) -> float:
        lowest = min((share for line in self.lines for share in line.shares), default=0.0)
        return max(math.floor(lowest * 10) / 10 - 0.1, 0.0)

    @property
    def x(self) -> Bands:
        room = max((text_width(line.name) for line in self.lines), default=0.0) + 12
        return Bands(LEFT, self.width - room, len(self.days))

    def y(self, share: float) -> float:
        return TOP + (HIGH - TOP - FOOT) * (1 - (share - self.floor) / ((1 - self.floor) or 1))


def shares(days: Sequence[date], lines: Sequence[Line], *, title: str, finding: str) -> SafeString:
    """The lines as a figure in two widths. `finding` says what is seen in it; at most three lines, one share a day each."""
    return in_two_widths(
        lambda width: _drawing(_Plan(days, lines, width), title, finding),
        title=title,
        finding=finding,
        beneath=[_table(days, lines)],
    )


def _drawing(plan: _Plan, title: str, finding: str) -> SafeString:
    class_ = "is-wide" if plan.width == WIDE else "is-narrow"
    label = f"{title} {finding}"
    return drawing(plan.width, HIGH, _axis(plan), _dates(plan), _lines(plan), _names(plan), label=label, class_=class_)


def _axis(plan: _Plan) -> SafeString:
    steps = [plan.floor + (1 - plan.floor) * k / 4 for k in range(5)]
    return join(
        part
        for share in steps
        for part in (
            el("line", class_="tick", x1=LEFT, x2=plan.x.right, y1=plan.y(share), y2=plan.y(share)),
            el("text", _percent(share), x=LEFT - 6, y=plan.y(share) + 4, text_anchor="end"),
        )
    )


def _dates(plan: _Plan) -> SafeString:
    labels = [short(day, english=words.english()) for day in plan.days]
    step = every(labels, plan.x.width)
    return join(
        el("text", label, x=plan.x.middle(at), y=HIGH - 6, text_anchor="middle")
        for at, label in enumerate(labels)
        if at % step == 0
    )


def _lines(plan: _Plan) -> SafeString:
    drawn = []
    for line, (class_, dashes) in zip(plan.lines, LOOKS, strict=False):
        points = [(plan.x.middle(at), plan.y(share)) for at, share in enumerate(line.shares)]
        path = "M" + "L".join(f"{n(x)} {n(y)}" for x, y in points)
        drawn.append(el("path", el("title", line.name), class_=class_, d=path, stroke_dasharray=dashes, fill="none"))
    return join(drawn)


def _names(plan: _Plan) -> SafeString:
    """The names at the ends of the lines, moved apart where the lines end together."""
    ends = sorted((plan.y(line.shares[-1]), line.name) for line in plan.lines if line.shares)
    drawn, last = [], -APART
    for high, name in ends:
        last = max(high, last + APART)
        drawn.append(el("text", name, class_="is-title", x=plan.x.right + 4, y=last + 4))
    return join(drawn)


def _table(days: Sequence[date], lines: Sequence[Line]) -> SafeString:
    rows = [(words.day(day), *(_percent(line.shares[at]) for line in lines)) for at, day in enumerate(days)]
    return table_of((_("日期"), *(line.name for line in lines)), rows)


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0") + "%"
