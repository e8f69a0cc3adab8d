"""Strips of days (历史条): for each row a bar a day, higher the graver its class; what is not known is an empty dashed place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.web.charts.axes import WIDE, Bands, every
from shichen.web.charts.panel import named
from shichen.web.charts.svg import NOTHING, drawing, el, join, lang, link, runs, text_width

HIGH, GAP, HEAD, FOOT, RIGHT = 20.0, 8.0, 6.0, 20.0, 14.0


@dataclass(frozen=True)
class Strip:
    """A row: its name, of each day how grave (0 to 1, None: not known) with its class and its word, where it leads."""

    name: str
    share: Sequence[float | None]
    classes: Sequence[str]
    words: Sequence[str]
    href: str = ""


def strips(days: Sequence[date], rows: Sequence[Strip], *, title: str, width: float = WIDE) -> SafeString:
    """The rows one under the other over one axis of days. Neighbouring days of one class are one bar."""
    left = max((text_width(one.name) for one in rows), default=0) + 10
    x = Bands(left, width - RIGHT, len(days))
    base = HEAD + len(rows) * (HIGH + GAP)
    labels = [named(day) for day in days]
    step = every(labels, x.width, gap=14)
    return drawing(
        width,
        base + FOOT,
        *(_row(one, days, x, HEAD + at * (HIGH + GAP)) for at, one in enumerate(rows)),
        el("line", class_="axis", x1=left, x2=width - RIGHT, y1=base, y2=base),
        *(
            el("text", labels[at], x=x.start(at), y=base + 14, text_anchor="start")
            for at in range(0, len(days), step)
            if x.start(at) + text_width(labels[at]) <= width
        ),
        label=title,
        class_="is-wide" if width >= WIDE else "is-narrow",
        role="group",
    )


def _row(one: Strip, days: Sequence[date], x: Bands, top: float) -> SafeString:
    name = el("text", one.name, lang=lang(one.name), class_="is-title", x=0.0, y=top + HIGH - 5)
    shown = link(one.href, name) if one.href else name
    return join((shown, *(_bar(one, days, x, top, *run) for run in _runs(one))))


def _runs(one: Strip) -> list[tuple[int, int]]:
    """The stretches of one class: (first day, how many)."""
    found = [
        run
        for name in dict.fromkeys(zip(one.classes, one.words, strict=True))
        for run in runs(at for at, pair in enumerate(zip(one.classes, one.words, strict=True)) if pair == name)
    ]
    return sorted(found)


def _bar(one: Strip, days: Sequence[date], x: Bands, top: float, first: int, count: int) -> SafeString:
    share, width = one.share[first], x.width * count
    until = f"–{named(days[first + count - 1])}" if count > 1 else ""
    said = f"{one.name} {named(days[first])}{until} {one.words[first]}"
    if share is None:
        return el(
            "rect",
            el("title", said or _("未知"), lang=lang(said)),
            class_="k-none",
            x=x.start(first) + 0.5,
            y=top + 4,
            width=max(width - 1, 1.0),
            height=HIGH - 4,
        )
    high = max(4.0, HIGH * share)
    return (
        el(
            "rect",
            el("title", said, lang=lang(said)),
            class_=one.classes[first],
            x=x.start(first),
            y=top + HIGH - high,
            width=width,
            height=high,
        )
        if width > 0
        else NOTHING
    )
