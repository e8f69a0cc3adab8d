"""What a produced PDF really shows: every character with its place, size and face, every rule; in millimetres from the top left."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pypdfium2
import pypdfium2.raw as raw

from shichen.documents.text import BREAK

MM = 25.4 / 72
SUBSET = re.compile(r"^[A-Z]{6}\+")
SAME_LINE = 1.0
"""Millimetres between base lines of one line."""


@dataclass(frozen=True)
class Box:
    """A rectangle on a page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left


@dataclass(frozen=True)
class Char:
    """One character: its ink, where its cell begins, its base line, its size in points, whether it is red."""

    text: str
    ink: Box
    start: float
    base: float
    size: float
    font: str
    red: bool
    embedded: bool


@dataclass(frozen=True)
class Line:
    """Characters on one base line, from left to right."""

    chars: tuple[Char, ...]

    @property
    def text(self) -> str:
        return "".join(char.text for char in self.chars).strip()

    @property
    def base(self) -> float:
        return self.chars[0].base

    @property
    def size(self) -> float:
        return max(char.size for char in self.chars)

    @property
    def ink(self) -> Box:
        boxes = [char.ink for char in self.chars]
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )


@dataclass(frozen=True)
class Rule:
    """A line drawn on the page."""

    box: Box
    red: bool


@dataclass(frozen=True)
class Page:
    """One page of the file."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    rules: tuple[Rule, ...]

    @property
    def chars(self) -> tuple[Char, ...]:
        return tuple(char for line in self.lines for char in line.chars)


def pages(pdf: bytes) -> tuple[Page, ...]:
    """The pages of a PDF that this house has made."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return tuple(_page(n, document[n - 1]) for n in range(1, len(document) + 1))
    finally:
        document.close()


def _page(number: int, page: Any) -> Page:
    width, height = page.get_size()
    text = page.get_textpage()
    chars = sorted(_chars(text, height), key=lambda char: (round(char.base / SAME_LINE), char.start))
    lines = tuple(Line(tuple(group)) for _key, group in groupby(chars, lambda char: round(char.base / SAME_LINE)))
    return Page(number, width * MM, height * MM, lines, tuple(_rules(page, height)))


def _chars(text: Any, height: float) -> Iterator[Char]:
    for at in range(text.count_chars()):
        said = chr(raw.FPDFText_GetUnicode(text, at))
        if raw.FPDFText_IsGenerated(text, at) == 1 or said.isspace() or said == BREAK:
            continue
        left, bottom, right, top = text.get_charbox(at)
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(text, at, x, y)
        ink = Box(left * MM, (height - top) * MM, right * MM, (height - bottom) * MM)
        name, embedded = _font(text, at)
        yield Char(said, ink, x.value * MM, (height - y.value) * MM, _size(text, at), name, _red(text, at), embedded)


def _size(text: Any, at: int) -> float:
    """Points on paper: the size of the font times the scale it is drawn with."""
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, at, matrix)
    return float(raw.FPDFText_GetFontSize(text, at)) * abs(float(matrix.d))


def _font(text: Any, at: int) -> tuple[str, bool]:
    font = raw.FPDFTextObj_GetFont(raw.FPDFText_GetTextObject(text, at))
    buffer = ctypes.create_string_buffer(200)
    raw.FPDFFont_GetBaseFontName(font, buffer, 200)
    return SUBSET.sub("", buffer.value.decode("utf-8", "replace")), raw.FPDFFont_GetIsEmbedded(font) == 1


def _red(text: Any, at: int) -> bool:
    parts = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFText_GetFillColor(text, at, *parts)
    return _reddish(parts)


def _reddish(parts: list[Any]) -> bool:
    red, green, blue = (int(part.value) for part in parts[:3])
    return red > 180 and green < 60 and blue < 60


def _rules(page: Any, height: float) -> Iterator[Rule]:
    """Drawn paths that are wide and flat."""
    for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = one.get_bounds()
        box = Box(left * MM, (height - top) * MM, right * MM, (height - bottom) * MM)
        if box.width > 20 and box.bottom - box.top < 3:
            yield Rule(box, _drawn_red(one))


def _drawn_red(one: Any) -> bool:
    for ask in (raw.FPDFPageObj_GetStrokeColor, raw.FPDFPageObj_GetFillColor):
        parts = [ctypes.c_uint() for _ in range(4)]
        if ask(one.raw, *parts) and _reddish(parts):
            return True
    return False
