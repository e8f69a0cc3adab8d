"""Who infected whom (传播链): x is the day of onset, y the order of the tree; who has no date stands in a column at the left.

Each `Case` names itself by a code, never by a person's name. `parent` is the accepted infector's id, in the same drawing. `origin` is
imported, local or unknown, told apart by shape as well as by colour. Of more than twelve leaves of one parent the rest are +N.
Above 200 cases the caller shows clusters first: more are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.web.charts.axes import WIDE, Bands
from shichen.web.charts.panel import HEAD, LEFT, RIGHT, SHAPES, Day, Panel, floor, heading, named
from shichen.web.charts.svg import drawing, el, link, n, text_width

MOST, LEAVES, ROW, SIZE, UNDER = 200, 12, 26.0, 4.5, 24.0
SHAPE = {"imported": ("square", "s2"), "local": ("disc", "s1"), "unknown": ("lozenge", "s3")}


class Case(NamedTuple):
    """One case: its id, day of onset (None: not known), infector, origin, whether the link is certain, words, address."""

    id: str
    onset: Day | None
    parent: str | None = None
    origin: str = "local"
    certain: bool = True
    symptoms: bool = True
    label: str = ""
    href: str = ""


@dataclass(frozen=True)
class _Row:
    """A case in its place, or how many leaves of its parent are folded away here."""

    case: Case
    y: float
    folded: int = 0


def chains(cases: Sequence[Case], *, title: str, axis: str = "", width: float = WIDE) -> SafeString:
    """The forest as one drawing. Raises AssertionError for more than 200 cases, a parent that is not there, and a cycle."""
    assert len(cases) <= MOST, f"more than {MOST} cases: show clusters first"
    placed = list(_rows(cases))
    days = _days(cases)
    unknown = any(one.onset is None for one in cases)
    keys = [(" ".join(SHAPE[origin]), name) for origin, name in _names().items()]
    head, lines = heading(_("发病日"), keys, y=12.0, width=width)
    top = 12 + HEAD * lines + 8
    left = LEFT + (34 if unknown else 0)
    panel = Panel(Bands(left, width - RIGHT - 20, max(len(days), 1)), top, top + ROW * len(placed), [0.0, 1.0])
    at = {row.case.id: row for row in placed if not row.folded}
    x = {one.id: panel.x.middle(days.index(one.onset)) if one.onset is not None else LEFT + 6 for one in cases}
    edges = (_edge(row, at[row.case.parent], x, top) for row in placed if row.case.parent is not None)
    column = el("text", _("日期不详"), x=4.0, y=panel.base + 15) if unknown else None
    base = el("line", class_="axis", x1=LEFT - 20, x2=width - RIGHT, y1=panel.base, y2=panel.base)
    return drawing(
        width,
        panel.base + UNDER,
        head,
        base,
        *edges,
        *(_node(row, x, top, width) for row in placed),
        floor(panel, days, axis=axis) if days else None,
        column,
        label=f"{title}{_('：')}{len(cases)}",
        class_="is-wide" if width >= WIDE else "is-narrow",
        role="group" if any(one.href for one in cases) else "img",
    )


def _rows(cases: Sequence[Case]) -> Iterator[_Row]:
    """Depth first, who fell ill first comes first; the leaves of a parent beyond twelve are one row of their own."""
    ids = {one.id for one in cases}
    under: dict[str | None, list[Case]] = {}
    for one in sorted(cases, key=_order):
        assert one.parent is None or one.parent in ids, f"the infector of {one.id} is not in the drawing"
        under.setdefault(one.parent, []).append(one)
    waiting: list[tuple[Case, int]] = [(one, 0) for one in reversed(under.get(None, []))]
    at, met = 0, 0
    while waiting:
        one, folded = waiting.pop()
        yield _Row(one, ROW * at + ROW - SIZE - 3, folded)
        at += 1
        if folded:
            met += folded
            continue
        met += 1
        children = under.get(one.id, [])
        leaves = [child for child in children if child.id not in under]
        hidden = {child.id for child in leaves[LEAVES:]} if len(leaves) > LEAVES + 1 else set()
        if hidden:
            first = next(child for child in children if child.id in hidden)
            waiting.append((first, len(hidden)))
        waiting += [(child, 0) for child in reversed(children) if child.id not in hidden]
    assert met == len(cases), "some cases infected each other in a circle"


def _order(one: Case) -> tuple[int, int, str]:
    if one.onset is None:
        return (0, 0, one.id)
    return (1, one.onset.toordinal() if isinstance(one.onset, date) else one.onset, one.id)


def _days(cases: Sequence[Case]) -> list[Day]:
    dated = sorted({one.onset for one in cases if isinstance(one.onset, date)})
    if dated:
        return [dated[0] + timedelta(days=day) for day in range((dated[-1] - dated[0]).days + 1)]
    numbers = [one.onset for one in cases if isinstance(one.onset, int)]
    return list(range(min(numbers), max(numbers) + 1)) if numbers else []


def _edge(row: _Row, parent: _Row, x: dict[str, float], top: float) -> SafeString:
    """From the right of the infector down and to the left of the infected; dashed where it is only suspected."""
    start, end = x[parent.case.id] + SIZE, x[row.case.id] - SIZE
    turn = min(start + 6, max(end - 3, start + 2))
    d = f"M{n(start)} {n(top + parent.y)}H{n(turn)}V{n(top + row.y)}H{n(end)}"
    return el("path", class_="line s3 is-thin", d=d, stroke_dasharray=None if row.case.certain else "3 3")


def _node(row: _Row, x: dict[str, float], top: float, width: float) -> SafeString:
    one, at, y = row.case, x[row.case.id], top + row.y
    said = f"+{row.folded}" if row.folded else (one.label or one.id)
    onset = named(one.onset) if one.onset is not None else _("日期不详")
    title = el("title", said if row.folded else f"{said} {onset}")
    wide = text_width(said)
    left = at - SIZE if at - SIZE + wide <= width - 2 else width - 2 - wide
    if row.folded:
        return el("g", title, el("text", said, class_="is-title", x=at, y=y + 4))
    parts = (title, _shape(one, at, y), el("text", said, class_="is-title halo", x=left, y=y - SIZE - 3))
    return link(one.href, *parts) if one.href else el("g", *parts)


def _shape(one: Case, x: float, y: float) -> SafeString:
    """A square was imported, a disc is local, a lozenge of unknown source; hollow where there were no symptoms."""
    shape, tint = SHAPE[one.origin]
    return SHAPES[shape](tint if one.symptoms else f"line {tint}", x, y, SIZE)


def _names() -> dict[str, str]:
    return {"imported": _("输入病例"), "local": _("本地病例"), "unknown": _("来源不明")}
