"""The measures of GB/T 9704-2012 in millimetres, and how far a printed thing may be off them."""

from __future__ import annotations

from shichen.documents.official.measured import Line, Page

WIDTH, HEIGHT = 210.0, 297.0
LEFT, TOP, RIGHT, BOTTOM = 28.0, 37.0, 184.0, 262.0
MIDDLE = (LEFT + RIGHT) / 2
LINES, CHARACTERS = 22, 28
PITCH = (BOTTOM - TOP) / LINES
CELL = (RIGHT - LEFT) / CHARACTERS
BODY, SMALL, TITLE = 15.75, 14.0, 22.0
"""Sizes in points: 3号 as 28 fit in a line, 4号, 2号."""
SLACK = 0.6
"""The standard allows the edges of the type area a millimetre; ink stands up to half a one inside its cell."""
BEARING = 1.0
"""How far the ink of a character may stand inside its cell."""
HALF_POINT = 0.3


def near(found: float, wanted: float, slack: float = SLACK) -> bool:
    return abs(found - wanted) <= slack


def said(found: float) -> str:
    return f"{found:.1f} 毫米"


def centre(line: Line) -> float:
    return (line.ink.left + line.ink.right) / 2


def text_lines(page: Page) -> list[Line]:
    """The lines of 3号 within the type area, the mark in red apart."""
    return [
        line
        for line in page.lines
        if near(line.size, BODY, HALF_POINT) and line.base < BOTTOM and not line.chars[0].red
    ]
