"""Every text of the house is legible: each pair of ink and ground that the style sheets make, in every set of tokens.

axe does not judge the text of drawings, so the drawings' classes are computed here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.web.test_style import CSS, DARK, LIGHT, PACKAGE, contrast

WALL = (PACKAGE / "board/static/board/wall.css").read_text(encoding="utf-8")
_night = re.search(r"\.is-wall\[data-night\] \{(.*?)\}", WALL, re.S)
assert _night is not None
NIGHT = LIGHT | dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]{6});", _night[1]))
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK, NIGHT], ids=["light", "dark", "night"])
GROUNDS = ("--card", "--bg")
# Inks that stand on a ground of their own, wherever the rule does not name one.
STAND_ON = {
    "--on-brand": ("--brand",),
    "--on-brand-mut": ("--brand",),
    "--gold": ("--brand",),
    "--ink": (*GROUNDS, "--now"),
    "--mut": (*GROUNDS, "--now"),
}
# Text of the drawings: class, its ink, what it is drawn upon.
DRAWN = (
    (".chart text", "--mut", "--card"),
    (".chart .is-title", "--ink", "--card"),
    (".chart .on0, .chart .on1, .chart .on2", "--m-ink", "--m0"),
    (".chart .on0, .chart .on1, .chart .on2", "--m-ink", "--m1"),
    (".chart .on0, .chart .on1, .chart .on2", "--m-ink", "--m2"),
    (".chart .on3", "--m-ink3", "--m3"),
    (".chart .on4", "--m-ink4", "--m4"),
    (".chart .on-known", "--card", "--mut"),
)
SERIES = ("--s1", "--s2", "--s3", "--s4", "--s5")


def rules() -> Iterator[tuple[str, str, str]]:
    """Each rule of each style sheet: the file, the selector, what it declares."""
    for path in sorted(PACKAGE.rglob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
            yield path.name, " ".join(selector.split()), body


def pairs() -> dict[tuple[str, str], str]:
    """Every (ink, ground) of the house's text, with a rule that makes it."""
    found: dict[tuple[str, str], str] = {}
    for name, selector, body in rules():
        ink = re.search(r"(?<![\w-])color: var\((--[\w-]+)\)", body)
        ground = re.search(r"background(?:-color)?: var\((--[\w-]+)\)", body)
        if ink is None or "::before" in selector or "::after" in selector:
            continue
        for under in (ground[1],) if ground else STAND_ON.get(ink[1], GROUNDS):
            found.setdefault((ink[1], under), f"{name} {selector}")
    return found


@THEMES
@pytest.mark.parametrize(("ink", "ground"), sorted(pairs()))
def test_every_text_that_a_style_sheet_colours_is_legible(theme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= 4.5, pairs()[ink, ground]


@THEMES
@pytest.mark.parametrize(("selector", "ink", "ground"), DRAWN)
def test_the_text_of_drawings_is_legible(theme: dict[str, str], selector: str, ink: str, ground: str) -> None:
    assert re.search(re.escape(selector) + r" \{[^}]*fill: var\(" + ink + r"\)", CSS), (
        f"{selector} is not {ink} any more"
    )
    assert contrast(theme[ink], theme[ground]) >= 4.5


@THEMES
@pytest.mark.parametrize("series", SERIES)
def test_shapes_stand_out(theme: dict[str, str], series: str) -> None:
    assert contrast(theme[series], theme["--card"]) >= 3


def seen_without(colour: str, cones: tuple[tuple[float, float, float], ...]) -> tuple[float, float, float]:
    """A colour as someone without one sort of cones sees it (Viénot, Brettel and Mollon 1999), as L*a*b*."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    light = [sum(w * c for w, c in zip(row, (red, green, blue), strict=True)) for row in cones]
    r, g, b = (min(max(one, 0.0), 1.0) for one in light)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


PROTANOPIA = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))
DEUTERANOPIA = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))


@pytest.mark.parametrize("cones", [PROTANOPIA, DEUTERANOPIA], ids=["protanopia", "deuteranopia"])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_series_are_told_apart_without_red_or_green(
    theme: dict[str, str], cones: tuple[tuple[float, float, float], ...]
) -> None:
    """Neighbours in the order of use; the fifth is drawn only where hatches tell it apart as well."""
    for one, other in [*pairwise(SERIES), ("--s1", "--s3"), ("--s2", "--s4")]:
        a, b = (seen_without(theme[name], cones) for name in (one, other))
        apart = sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) ** 0.5
        assert apart >= 19, (one, other, round(apart, 1))


def test_focus_is_seen_on_light_and_dark() -> None:
    """Two tones on light ground, since the ring's yellow alone is too faint there."""
    assert contrast(LIGHT["--ink"], LIGHT["--card"]) >= 3
    assert contrast(DARK["--ring"], DARK["--card"]) >= 3


def test_the_sheets_of_the_house_are_all_read() -> None:
    assert {path.name for path in Path(PACKAGE).rglob("*.css")} == {name for name, _selector, _body in rules()}
