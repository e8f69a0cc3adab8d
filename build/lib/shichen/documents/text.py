"""Text as paper takes it: what has no ink is left out, and a run without any break can still be broken."""

from __future__ import annotations

import unicodedata

LONGEST_RUN = 24
"""Characters; a longer run without a place to break would reach into the next column."""
EVERY = 12
BREAK = "\u200b"
_SPACES = ("Zs", "Zl", "Zp")
_INKLESS = ("Cc", "Cf")
_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))


def printable(text: str) -> str:
    """The text without controls, marks of direction and selectors of a glyph's shape.

    A mark of direction would print 361122 as 221163: on paper every sentence runs the way in which it was written.
    """
    return "".join(_printed(char) for char in text)


def breakable(text: str) -> str:
    """The text with invisible places to break in words longer than a column is wide."""
    out, run = [], 0
    for char in text:
        run = 0 if _breaks(char) else run + 1
        if run > LONGEST_RUN and run % EVERY == 1:
            out.append(BREAK)
        out.append(char)
    return "".join(out)


def set_text(text: str) -> str:
    """A text as it goes to the typesetter."""
    return breakable(printable(text))


def inked(text: str) -> set[str]:
    """The characters of a text that need a glyph."""
    return {char for char in text if not char.isspace() and char != BREAK}


def width(text: str) -> float:
    """About how wide a text prints, in characters of Chinese: letters and digits take a little over half."""
    return sum(1.0 if ord(char) > 0x2E7F else 0.55 for char in text)


def _printed(char: str) -> str:
    category = unicodedata.category(char)
    if char in "\n\t\r" or category in _SPACES:
        return char if char in " \u00a0\u3000" else " "
    if category == "Cs":
        return "\ufffd"
    return "" if category in _INKLESS or ord(char) in _SELECTORS else char


def _breaks(char: str) -> bool:
    """Whether a line may end beside the character anyway: at a space, at an ideograph."""
    return char.isspace() or ord(char) > 0x2E7F
