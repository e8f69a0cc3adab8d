"""Elements of SVG and HTML built as values: whatever is not an element already is escaped; the one place that marks safe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from shichen.web import words

NOTHING = SafeString("")
HEAD = 17.0  # from one line of words to the next, above and below a drawing that goes out alone
_BOX = re.compile(r'<svg [^>]*?viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
FORBIDDEN = ("style", "href", "xlink:href", "src")


def el(name: str, *children: Any, **attributes: Any) -> SafeString:
    """One element. `class_` is class, `text_anchor` text-anchor; an attribute that is None is left out."""
    said = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    inner = "".join(conditional_escape(child) for child in children if child is not None)
    return SafeString(f"<{name}{said}>{inner}</{name}>" if inner or name not in _EMPTY else f"<{name}{said}/>")


def link(href: str, *children: Any, **attributes: Any) -> SafeString:
    """A link within the house or the page: addresses that lead elsewhere or run something are an error of the program."""
    if not href.startswith(("/", "#")) or href.startswith("//"):
        raise AssertionError(f"a chart links within the house: {href[:80]!r}")
    said = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    inner = "".join(conditional_escape(child) for child in children)
    return SafeString(f'<a href="{conditional_escape(href)}"{said}>{inner}</a>')


def join(parts: Iterable[Any]) -> SafeString:
    """Elements one after the other."""
    return SafeString("".join(conditional_escape(part) for part in parts if part is not None))


def drawing(width: float, height: float, *children: Any, label: str, class_: str, role: str = "img") -> SafeString:
    """A drawing in its own units; CSS gives it the width of its box."""
    box = f"0 0 {n(width)} {n(height)}"
    return el(
        "svg", *children, xmlns="http://www.w3.org/2000/svg", viewBox=box, class_=class_, role=role, aria_label=label
    )


def framed(picture: SafeString, above: Sequence[str], below: Sequence[str]) -> SafeString:
    """A drawing with lines of words above and below it, so that it says by itself what it is of. `picture` is one of ours."""
    found = _BOX.match(picture)
    assert found is not None, picture[:80]
    width, height = float(found[1]), float(found[2])
    top = HEAD * len(above) + 6
    inner = SafeString(picture.replace("<svg ", f'<svg x="0" y="{n(top)}" width="{n(width)}" height="{n(height)}" ', 1))
    lines = [
        *(el("text", said, class_="is-title", x=8.0, y=HEAD * (at + 1)) for at, said in enumerate(above)),
        *(el("text", said, x=8.0, y=top + height + HEAD * (at + 1)) for at, said in enumerate(below)),
    ]
    return drawing(width, top + height + HEAD * len(below) + 8, *lines, inner, label=above[0], class_="picture")


def n(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def path(points: Iterable[tuple[float, float]]) -> str:
    """A line through points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def hatch(x: float, y: float, width: float, height: float) -> str:
    """Slanting lines within a box: what colour says is said again by shape."""
    lines = []
    for fall in range(12, int(height + width), 12):
        low, high = min(fall, height), max(fall - width, 0)
        lines.append(f"M{x + fall - low:.0f} {y + low:.0f}l{low - high:.0f} {high - low:.0f}")
    return "".join(lines)


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers that follow one another: the first of each run, and how many."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and sum(found[-1]) == number:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((number, 1))
    return found


def lang(text: str) -> str | None:
    """The language of words that people wrote, where it is another than the page's."""
    return words.ZH if words.chinese(text) else None


def text_width(text: str, size: float = 11) -> float:
    """About how wide words print: a Chinese character is as wide as high, others a little over half."""
    return sum(size if ord(char) > 0x2E7F else size * 0.58 for char in text)


_EMPTY = {"rect", "line", "path", "circle", "polyline", "use"}
_SPELLED = {"class_": "class", "viewBox": "viewBox"}


def _attribute(key: str, value: Any) -> str:
    name = _SPELLED.get(key) or key.replace("_", "-")
    if name in FORBIDDEN or name.startswith("on"):
        raise AssertionError(f"a chart never sets {name}")
    printed = n(value) if isinstance(value, float) else value
    return f' {name}="{conditional_escape(str(printed))}"'
