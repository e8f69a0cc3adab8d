"""The README and the docs lead somewhere: every link within the project ends at a file, every picture is used and taken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md")) + [
    ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
PNG = b"\x89PNG\r\n\x1a\n"


def links(page: Path) -> list[str]:
    """What a page leads to within the project, without the place on that page."""
    found = [one.partition("#")[0] for one in LINK.findall(page.read_text(encoding="utf-8"))]
    return [one for one in found if one and "://" not in one and not one.startswith(("mailto:", "/"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_ends_at_a_file(page: Path) -> None:
    assert [one for one in links(page) if not (page.parent / one).exists()] == []


def test_every_picture_is_used_and_is_a_picture() -> None:
    shown = {(page.parent / one).resolve() for page in PAGES for one in links(page) if one.endswith(".png")}
    held = set((ROOT / "docs" / "images").glob("*.png"))
    assert held - shown == set()
    assert [path.name for path in held if path.read_bytes()[:8] != PNG] == []


def test_every_picture_is_taken_by_a_journey() -> None:
    """So that one command takes all of them anew; none is made by hand."""
    journeys = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "browser").glob("test_*.py"))
    named = set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)*)"', journeys))
    assert {path.stem for path in (ROOT / "docs" / "images").glob("*.png")} - named == set()
