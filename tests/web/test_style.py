"""The look: colours of tokens are legible on each other, files are small, no page carries inline style or script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "shichen"
CSS = (PACKAGE / "web/static/web/shichen.css").read_text(encoding="utf-8")
TEMPLATES = sorted(PACKAGE.rglob("*.html"))


def tokens(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r" \{(.*?)\}", CSS, re.S)
    assert block is not None, selector
    return dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]{6});", block.group(1)))


LIGHT = tokens(":root")
DARK = LIGHT | tokens(':root[data-theme="dark"]')


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT = [(ink, ground) for ink in ("--ink", "--mut", "--ok", "--warn", "--bad") for ground in ("--card", "--bg")]
TEXT += [
    ("--ink", "--now"),
    ("--mut", "--now"),
    ("--on-brand", "--brand"),
    ("--on-brand-mut", "--brand"),
    ("--gold", "--brand"),
]
TEXT += [("--m-ink", "--m0"), ("--m-ink", "--m1"), ("--m-ink", "--m2"), ("--m-ink3", "--m3"), ("--m-ink4", "--m4")]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_is_legible_on_its_ground(theme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("series", ["--s1", "--s2", "--s3", "--s4", "--s5"])
def test_shapes_stand_out_from_the_card(theme: dict[str, str], series: str) -> None:
    assert contrast(theme[series], theme["--card"]) >= 3


def test_both_ways_into_the_dark_have_the_same_colours() -> None:
    assert tokens(':root:not([data-theme="light"])') == tokens(':root[data-theme="dark"]')


def test_colours_stand_in_tokens_alone() -> None:
    rest = re.sub(r"--[a-z0-9-]+: #[0-9a-f]{3,6};", "", CSS)
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", rest)) <= {"#17212b"}  # ink on gold, which is the same in both themes


def test_the_style_sheet_and_the_script_are_small() -> None:
    assert len(CSS.encode()) <= 16 * 1024
    assert (PACKAGE / "web/static/web/shichen.js").stat().st_size <= 12 * 1024


def test_the_style_sheet_asks_for_nothing_from_elsewhere() -> None:
    assert not re.search(r"@import|url\(|https?:", CSS)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_template_has_inline_style_script_or_unescaped_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape off", text)
    html = re.sub(r"\{[%{].*?[%}]\}", "", text)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|hx-on|js:", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"hx-trigger=\"[^\"]*\[", text)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text)


def test_only_the_reviewed_module_marks_markup_as_safe() -> None:
    marked = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"mark_safe\(|\bSafeString\((?!\"\"\))", path.read_text(encoding="utf-8"))
    ]
    assert marked == ["web/charts/svg.py"]
