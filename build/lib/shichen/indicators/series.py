"""A figure over time (序列): its values in the ledger, where its meaning changed, and the line that they draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen import watches
from shichen.city.models import Area
from shichen.city.scope import Sight
from shichen.indicators import definitions
from shichen.indicators.definitions import Note
from shichen.indicators.models import Figure
from shichen.web import words
from shichen.web.charts.axes import ticks
from shichen.web.charts.svg import NOTHING, drawing, el, n

AT_ONCE = 50
LONGEST = 120  # values in one drawing
LEAST = 3  # fewer are a table
WIDTH, HEIGHT, LEFT, TOP, RIGHT, FOOT = 720.0, 200.0, 56.0, 22.0, 12.0, 26.0


@dataclass(frozen=True)
class Row:
    """One value of a series; `broken` where the value after it, higher in the list, means something else."""

    figure: Figure
    broken: bool = False
    note: Note | None = None


def rows(key: str, sight: Sight, *, as_of: datetime | None = None) -> list[Row]:
    """The values of a figure in the ledger, the latest first, with the breaks between its versions (口径改变)."""
    found = Figure.objects.within(sight).filter(key=key)
    if as_of is not None:
        found = found.filter(frozen_at__lte=as_of)
    figures = list(
        found.select_related("area", "reporter", "statement", "definition").order_by("-period_to", "-frozen_at", "pk")[
            :AT_ONCE
        ]
    )
    figures = [one.as_it_stood(as_of) for one in figures]
    notes = {note.version: note for note in definitions.log().of(key)}
    made = []
    for place, figure in enumerate(figures):
        newer = figures[place - 1] if place else None
        broken = newer is not None and _version(newer) != _version(figure)
        made.append(Row(figure, broken, notes.get(_version(newer)) if broken and newer else None))
    return made


def line(key: str, area: Area, sight: Sight, *, as_of: datetime | None = None) -> SafeString:
    """The standing values of single days as a line that breaks where the meaning changed; a corrected value has a ring."""
    figures = daily(key, area, sight, as_of=as_of)
    if not figures:
        return NOTHING
    parts, label = drawn(figures)
    picture = drawing(WIDTH, HEIGHT, *parts, label=label, class_="series")
    return el("figure", el("figcaption", caption(figures)), picture, class_="chart")


def daily(key: str, area: Area, sight: Sight, *, as_of: datetime | None = None) -> list[Figure]:
    """The standing values of single days in their order; none where there are too few for a line."""
    found = Figure.objects.within(sight).standing(as_of)
    found = found.filter(key=key, area=area, facets={}, value__isnull=False, period_to__isnull=False)
    figures = list(
        found.select_related("definition", "reporter", "area").order_by("-period_to", "-frozen_at", "pk")[:LONGEST]
    )[::-1]
    by_day = {_day(one): one for one in figures if one.period_from is not None and _of_one_day(one)}
    points = sorted(by_day.items())
    return [figure for _day_, figure in points] if len(points) >= LEAST else []


def drawn(figures: Sequence[Figure]) -> tuple[list[SafeString], str]:
    """What is drawn of a series, and what it is in words."""
    days = [_day(one) for one in figures]
    values = [float(one.value or 0) for one in figures]
    steps = ticks(max([*values, 1.0]))
    low = min([0.0, *values])
    span = max((days[-1] - days[0]) / timedelta(days=1), 1.0)

    def x(at: datetime) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((at - days[0]) / timedelta(days=1)) / span

    def y(value: float) -> float:
        return HEIGHT - FOOT - (HEIGHT - FOOT - TOP) * (value - low) / ((steps[-1] - low) or 1)

    spots = [(x(day), y(value)) for day, value in zip(days, values, strict=True)]
    parts = [*_axis(steps, y), *_ends(days, x), *_runs(spots, figures), *_breaks(spots, figures)]
    rings = [el("circle", class_="corrected", cx=spots[at][0], cy=spots[at][1], r=5.0) for at in _corrected(figures)]
    dots = [el("circle", class_="s2", cx=px, cy=py, r=2.5) for px, py in spots]
    label = _("%(n)s 个值，%(first)s至%(last)s") % {
        "n": len(figures),
        "first": words.day(days[0].date()),
        "last": words.day(days[-1].date()),
    }
    return [*parts, *dots, *rings], label


def caption(figures: Sequence[Figure]) -> str:
    """What a reader of the line must know: where its values are kept, where their meaning changed, which were corrected."""
    said = [_("台账所存，逐日")]
    changes = sum(_version(a) != _version(b) for a, b in pairwise(figures))
    if changes:
        said.append(_("口径改变 %(n)s 次，竖线两侧不相连") % {"n": changes})
    for at in _corrected(figures):
        made = figures[at].made_by_correction
        if made is not None:
            said.append(_("圆圈：更正第%(n)s号") % {"n": made.number})
    return "；".join(said) if not words.english() else "; ".join(said)


def _corrected(figures: Sequence[Figure]) -> list[int]:
    return [place for place, one in enumerate(figures) if one.made_by_correction is not None]


def _axis(steps: Sequence[int], at: Callable[[float], float]) -> list[SafeString]:
    return [
        part
        for step in steps
        for part in (
            el("line", class_="tick", x1=LEFT, x2=WIDTH - RIGHT, y1=at(step), y2=at(step)),
            el("text", words.number(step), x=LEFT - 6, y=at(step) + 4, text_anchor="end"),
        )
    ]


def _ends(days: Sequence[datetime], at: Callable[[datetime], float]) -> list[SafeString]:
    return [
        el("text", words.day(days[0].date()), x=at(days[0]), y=HEIGHT - 8, text_anchor="start"),
        el("text", words.day(days[-1].date()), x=at(days[-1]), y=HEIGHT - 8, text_anchor="end"),
    ]


def _runs(spots: Sequence[tuple[float, float]], figures: Sequence[Figure]) -> list[SafeString]:
    """The stretches of one meaning without a day missing; between two of them there is no line."""
    runs: list[list[tuple[float, float]]] = [[]]
    for place, spot in enumerate(spots):
        if place and not _joined(figures[place - 1], figures[place]):
            runs.append([])
        runs[-1].append(spot)
    return [el("path", class_="line s2", d="M" + "L".join(f"{n(px)} {n(py)}" for px, py in run)) for run in runs if run]


def _breaks(spots: Sequence[tuple[float, float]], figures: Sequence[Figure]) -> list[SafeString]:
    found = []
    for place in range(1, len(figures)):
        if _version(figures[place]) != _version(figures[place - 1]):
            at = (spots[place][0] + spots[place - 1][0]) / 2
            found.append(el("line", class_="event", x1=at, x2=at, y1=TOP - 6, y2=HEIGHT - FOOT))
            found.append(el("text", _("口径改变"), x=at, y=TOP - 10, text_anchor="middle"))
    return found


def _joined(before: Figure, after: Figure) -> bool:
    return _version(before) == _version(after) and _day(after) - _day(before) <= timedelta(days=1)


def _version(figure: Figure) -> str:
    return figure.definition.version if figure.definition else ""


def _day(figure: Figure) -> datetime:
    if figure.period_from is None:
        raise AssertionError("only values of a day are drawn")
    return watches.local(figure.period_from)


def _of_one_day(figure: Figure) -> bool:
    if figure.period_from is None or figure.period_to is None:
        return False
    return figure.period_to - figure.period_from == timedelta(days=1)
