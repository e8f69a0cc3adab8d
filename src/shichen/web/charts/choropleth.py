"""A map of areas shaded by class (区划图): labels within their areas, small ones enlarged in a frame, no report hatched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.web import words
from shichen.web.charts.grid import klass
from shichen.web.charts.placing import MOST_TALL, WIDTH, Frame, Label, Laid, laid
from shichen.web.charts.polygons import Point, Ring, hatched
from shichen.web.charts.svg import NOTHING, drawing, el, join, lang, link

__all__ = ["MOST_TALL", "WIDTH", "Shape", "choropleth"]


@dataclass(frozen=True)
class Shape:
    """An area: its outline, its value (None: not reported), where its figure is traced; `word` in place of the number."""

    name: str
    rings: tuple[Ring, ...]
    value: Decimal | None
    href: str = ""
    word: str = ""

    @property
    def told(self) -> str:
        return self.word or words.number(self.value)


def choropleth(shapes: Sequence[Shape], size: Point, *, title: str, unit: str, breaks: Sequence[int]) -> SafeString:
    """The map with its labels; the classes stand under it as under the grid (`web.charts.grid.key`)."""
    put = laid([(one.rings, one.name, one.told) for one in shapes], size)
    drawn = [replace(one, rings=rings) for one, rings in zip(shapes, put.rings, strict=True)]
    return drawing(
        WIDTH,
        put.height,
        *(_area(one, unit, breaks) for one in drawn),
        *(_label(label, drawn[label.index], breaks) for label in put.labels),
        *(_frame(frame, shapes, put, unit, breaks) for frame in put.frames),
        label=title,
        class_="map",
        role="group",
    )


def _area(one: Shape, unit: str, breaks: Sequence[int]) -> SafeString:
    said = f"{one.name} {one.word or (_('未报') if one.value is None else words.counted(one.value, unit))}"
    name = klass(one.value, breaks)
    shape = join(
        (
            el("title", said, lang=lang(said)),
            el("path", class_=f"area {name}", fill_rule="evenodd", d="".join(map(_path, one.rings))),
            _hatch(one) if one.value is None else NOTHING,
        )
    )
    if one.href and (one.value is not None or one.word):
        return link(one.href, shape, aria_label=said, lang=lang(said))
    return el("g", shape)


def _hatch(one: Shape) -> SafeString:
    lines = "".join(f"M{a[0]:.0f} {a[1]:.0f}L{b[0]:.0f} {b[1]:.0f}" for a, b in hatched(one.rings))
    return el("path", class_="hatch", d=lines)


def _label(label: Label, one: Shape, breaks: Sequence[int]) -> SafeString:
    """Name and value in the ink of the area's class, with a halo over hatching; or beside the map, at the end of a line."""
    name = klass(one.value, breaks)
    value = one.told
    if label.leader is not None:
        (x, y), (tx, ty), (lx, ly) = label.leader, label.at, label.meets
        return join(
            (
                el("path", class_="leader", d=f"M{x:.0f} {y:.0f}L{lx:.0f} {ly:.0f}"),
                el("circle", class_="leader", cx=x, cy=y, r=2),
                el(
                    "text",
                    f"{one.name} {value}",
                    lang=lang(one.name),
                    class_="is-title",
                    x=tx,
                    y=ty,
                ),
            )
        )
    ink = "is-title halo" if name == "k-none" else f"on{name[1:]}"
    x, y = label.at
    return join(
        (
            el("text", one.name, lang=lang(one.name), class_=ink, x=x, y=y - 2, text_anchor="middle"),
            el("text", value, class_=f"{ink} value", x=x, y=y + 11, text_anchor="middle"),
        )
    )


def _frame(frame: Frame, shapes: Sequence[Shape], put: Laid, unit: str, breaks: Sequence[int]) -> SafeString:
    """The small areas again, enlarged, in a frame free of land; where they lie is framed on the map too."""
    drawn = {index: replace(shapes[index], rings=rings) for index, rings in frame.rings.items()}
    box, where = frame.box, frame.where
    return el(
        "g",
        el("rect", class_="frame", x=where.left, y=where.top, width=where.width, height=where.height),
        el("rect", class_="frame is-inset", x=box.left, y=box.top, width=box.width, height=box.height),
        el("text", f"{_('放大')} ×{frame.times:.1f}", x=box.left + 4, y=box.top + 12),
        *(_area(one, unit, breaks) for one in drawn.values()),
        *(_label(label, drawn[label.index], breaks) for label in frame.labels),
        class_="inset",
    )


def _path(ring: Ring) -> str:
    """A ring in steps from point to point: shorter than in coordinates."""
    spots = [(round(x, 1), round(y, 1)) for x, y in ring]
    x, y = spots[0]
    steps = []
    for nx, ny in spots[1:]:
        dx, dy = round(nx - x, 1), round(ny - y, 1)
        if dx or dy:
            steps.append(f"{dx:g}{'' if dy < 0 else ' '}{dy:g}")
        x, y = nx, ny
    return f"M{spots[0][0]:g} {spots[0][1]:g}l{' '.join(steps)}z"
