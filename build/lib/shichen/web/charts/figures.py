"""Charts as they stand on a page: caption with finding, unit and as-of, the drawing in two widths, the table beneath."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.web import words
from shichen.web.charts.axes import NARROW, WIDE
from shichen.web.charts.curve import Band, Daily, Mark, curve, numbered
from shichen.web.charts.svg import NOTHING, el, lang, link


def epidemic_curve(
    days: Sequence[Daily],
    *,
    title: str,
    finding: str,
    unit: str,
    as_of: datetime | date | None,
    marks: Sequence[Mark | tuple[date, str]] = (),
    bands: Sequence[Band | tuple[date, date | None, str]] = (),
    provisional_from: date | None = None,
    worded: int | None = None,
) -> SafeString:
    """The epidemic curve as a figure. `title` names the date basis (按发布日); `finding` says what is seen in it; of the
    marks the first `worded` have their words on the drawing (None: all that find room)."""

    def draw(width: float) -> SafeString:
        return curve(
            days,
            title=title,
            unit=unit,
            as_of=as_of,
            marks=marks,
            bands=bands,
            width=int(width),
            provisional_from=provisional_from,
            worded=worded,
        )

    beneath = (
        _key(numbered(days, marks, WIDE, worded), "is-wide"),
        _key(numbered(days, marks, NARROW, worded), "is-narrow"),
        _table(days, marks, unit),
    )
    return in_two_widths(draw, title=title, finding=finding, beneath=beneath)


def in_two_widths(
    draw: Callable[[float], SafeString], *, title: str, finding: str, beneath: Sequence[SafeString] = ()
) -> SafeString:
    """Any chart as a figure: caption, the drawing for wide and for narrow screens, then what stands beneath (its table)."""
    caption = el("figcaption", el("strong", title), _("　"), finding)
    return el("figure", caption, draw(WIDE), draw(NARROW), *beneath, class_="chart")


def table_of(head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str = "") -> SafeString:
    """The numbers of a chart as a table behind a summary; the first of each row is what the row is of."""
    said = el("caption", caption) if caption else None
    columns = el("tr", *(el("th", one, scope="col", class_="n" if at else None) for at, one in enumerate(head)))
    body = [
        el("tr", el("th", first, scope="row"), *(el("td", cell, class_="n") for cell in cells))
        for first, *cells in rows
    ]
    table = el("table", said, el("thead", columns), el("tbody", *body), class_="list")
    return el("details", el("summary", _("数据表")), el("div", table, class_="scroll"))


def _key(rows: Sequence[tuple[int, Mark]], class_: str) -> SafeString:
    """The events that had no room for their words on the curve."""
    if not rows:
        return NOTHING
    said = [el("span", f"{number} {words.day(one.on)} ", _named(one)) for number, one in rows]
    apart = [part for one in said for part in (one, _("　"))][:-1]
    return el("p", *apart, class_=f"meta {class_}")


def _named(one: Mark) -> SafeString:
    return link(one.href, one.text, lang=lang(one.text)) if one.href else el("span", one.text, lang=lang(one.text))


def _table(days: Sequence[Daily], marks: Sequence[Mark | tuple[date, str]], unit: str) -> SafeString:
    events: dict[date, list[str]] = {}
    for on, text, *_href in marks:
        events.setdefault(on, []).append(text)
    head = (_("日期"), _("新增"), _("累计确诊"), _("累计出院"), _("事件"))
    rows = [
        el(
            "tr",
            el("th", words.day(day.on), scope="row"),
            *(el("td", words.number(value), class_="n") for value in (day.new, day.cumulative, day.discharged)),
            el("td", "；".join(events.get(day.on, [])), lang=lang("".join(events.get(day.on, [])))),
        )
        for day in days
    ]
    caption = el("caption", _("单位：%(unit)s；「—」为未报") % {"unit": unit})
    table = el(
        "table",
        caption,
        el("thead", el("tr", *(el("th", one, scope="col") for one in head))),
        el("tbody", *rows),
        class_="list",
    )
    return el("details", el("summary", _("数据表")), el("div", table, class_="scroll"))
