"""A square for each district (方格图): no map, no licence, and the small ones as large as the large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.web import words
from shichen.web.charts.svg import drawing, el, join, lang, link, text_width

SIDE, GAP = 76.0, 4.0


@dataclass(frozen=True)
class Cell:
    """A district: its place in the grid (1 first), its value (None: not reported), where its figure is traced.

    `word` is printed in place of the number where the value is a class that has a name of its own.
    """

    name: str
    x: int
    y: int
    value: Decimal | None
    href: str = ""
    word: str = ""


def grid(cells: Sequence[Cell], *, title: str, unit: str, breaks: Sequence[int]) -> SafeString:
    """The squares with their values, and under them the classes with how many districts are in each."""
    columns, rows = max((cell.x for cell in cells), default=1), max((cell.y for cell in cells), default=1)
    return drawing(
        columns * (SIDE + GAP),
        rows * (SIDE + GAP),
        *(_square(cell, unit, breaks) for cell in sorted(cells, key=lambda cell: (cell.y, cell.x))),
        label=title,
        class_="places",
        role="group",
    )


def key(cells: Sequence[Cell], breaks: Sequence[int], unit: str) -> SafeString:
    """What each class means and how many districts are in it; classes without a district are left out."""
    held = [klass(cell.value, breaks) for cell in cells]
    rows = [(name, words_, held.count(name)) for name, words_ in _classes(breaks, unit) if held.count(name)]
    return join(
        el(
            "span",
            el("svg", el("rect", class_=name, width=12.0, height=12.0), viewBox="0 0 12 12", aria_hidden="true"),
            f"{said}{_('：')}{count}",
            class_="key",
        )
        for name, said, count in rows
    )


def klass(value: Decimal | None, breaks: Sequence[int]) -> str:
    """The class of a value: 0 has one of its own, and so has nothing reported."""
    if value is None:
        return "k-none"
    return "k0" if value == 0 else f"k{1 + sum(value >= edge for edge in breaks)}"


def _classes(breaks: Sequence[int], unit: str) -> list[tuple[str, str]]:
    edges = [1, *breaks]
    spans = [f"{words.number(low)}–{words.number(high - 1)}" for low, high in pairwise(edges)]
    spans.append(_("%(n)s及以上") % {"n": words.number(edges[-1])})
    measured = f" {words.measure(unit)}".rstrip() if words.english() else unit
    named = [(f"k{index}", f"{span}{measured}") for index, span in enumerate(spans, start=1)]
    return [("k-none", _("未报")), ("k0", f"0{measured}"), *named]


def _square(cell: Cell, unit: str, breaks: Sequence[int]) -> SafeString:
    name = klass(cell.value, breaks)
    x, y = (cell.x - 1) * (SIDE + GAP) + GAP / 2, (cell.y - 1) * (SIDE + GAP) + GAP / 2
    value = cell.word or words.number(cell.value)
    said = f"{cell.name} {cell.word or (_('未报') if cell.value is None else words.counted(cell.value, unit))}"
    ink = "is-title" if name == "k-none" else f"on{name[1:]}"
    size = "is-small" if text_width(cell.name, 13) > SIDE - 8 else None
    leads = bool(cell.href) and (cell.value is not None or bool(cell.word))
    shape = join(
        (
            None if leads else el("title", said, lang=lang(said)),
            el("rect", class_=f"cell {name}", x=x, y=y, width=SIDE, height=SIDE, rx=6),
            el(
                "text",
                cell.name,
                lang=lang(cell.name),
                class_=f"{ink} {size or ''}".strip(),
                x=x + SIDE / 2,
                y=y + SIDE / 2 - 6,
                text_anchor="middle",
            ),
            el("text", value, class_=f"{ink} value", x=x + SIDE / 2, y=y + SIDE / 2 + 16, text_anchor="middle"),
        )
    )
    return link(cell.href, shape, aria_label=said, lang=lang(said)) if leads else el("g", shape)
