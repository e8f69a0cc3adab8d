"""The faces at hand: those that come with the house, those of the system, and which of them prints what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pylopdf_fonts_zh_cn as shipped
import typst

from shichen.documents import glyphs
from shichen.documents.official.families import FANGSONG, KAI, TITLES
from shichen.documents.text import inked, printable

BOLD = 600
SERIF, SANS = "Noto Serif SC", "Noto Sans SC"
BOLD_SERIFS = ("Noto Serif SC", "Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "Songti SC")
BOLD_SANS = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Microsoft YaHei",
)


@dataclass(frozen=True)
class Face:
    """One cut of a family in a file."""

    family: str
    weight: int
    path: Path
    index: int

    def has(self, char: str) -> bool:
        return glyphs.of(self.path, self.index).has(char)


@dataclass(frozen=True)
class Roles:
    """Which families set what; a bold list that is empty says that there is no bold and size must speak instead.

    `titles` is empty where there is no 小标宋: then the bold serif stands in.
    """

    serif: list[str]
    sans: list[str]
    serif_bold: list[str]
    sans_bold: list[str]
    fangsong: list[str]
    kai: list[str]
    titles: list[str]


@dataclass(frozen=True)
class Faces:
    """The upright faces of this machine."""

    faces: tuple[Face, ...]

    @cached_property
    def own(self) -> tuple[Face, ...]:
        """The two that come with the house: every page is set in them, so that it looks the same everywhere."""
        return tuple(face for face in self.faces if face.family in (SERIF, SANS) and face.weight < BOLD)

    def lacking(self, chars: Iterable[str]) -> list[str]:
        """The characters that no face can draw."""
        return sorted(char for char in set(chars) if self.drawing(char) is None)

    def drawing(self, char: str) -> Face | None:
        """The face that draws a character: one of the house's where both have it, else the first of the system's."""
        if self.own and all(face.has(char) for face in self.own):
            return self.own[0]
        return next((face for face in self.faces if face.weight < BOLD and face.has(char)), None)

    def roles(self, chars: Iterable[str]) -> Roles:
        """The families for a text, with those behind them that have what the first ones lack."""
        drawn = (self.drawing(char) for char in sorted(set(chars)))
        behind = list(dict.fromkeys(face.family for face in drawn if face is not None and face not in self.own))
        serif, sans = [SERIF, *behind], [SANS, *behind]
        bold = self._bold(BOLD_SERIFS, serif), self._bold(BOLD_SANS, sans)
        fangsong, kai = self._first(FANGSONG), self._first(KAI)
        return Roles(
            serif,
            sans,
            *bold,
            [*fangsong, *serif],
            [*kai, *serif],
            [*one, *serif] if (one := self._first(TITLES)) else [],
        )

    def _first(self, families: Sequence[str]) -> list[str]:
        there = {face.family for face in self.faces}
        return [family for family in families if family in there][:1]

    def _bold(self, families: Sequence[str], behind: list[str]) -> list[str]:
        there = {face.family for face in self.faces if face.weight >= BOLD}
        first = next((family for family in families if family in there), None)
        return list(dict.fromkeys([first, *behind])) if first else []


def book() -> typst.Fonts:
    """The fonts as the typesetter takes them."""
    return typst.Fonts(
        include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(shipped.serif_path().parent)]
    )


def of(fonts: typst.Fonts) -> Faces:
    """The upright faces of a book of fonts, always in the same order."""
    upright = [one for one in fonts.fonts() if one.path and one.style == "normal"]
    found = {Face(one.family, one.weight, Path(one.path or ""), one.index) for one in upright}
    return Faces(tuple(sorted(found, key=lambda face: (str(face.path), face.index))))


def lacking(texts: Iterable[str]) -> list[str]:
    """The characters of some texts that this machine cannot print, in order."""
    return of(book()).lacking(char for text in texts for char in inked(printable(text)))
