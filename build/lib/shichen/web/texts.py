"""Texts with figures in them, cut where each figure begins and ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


def pieces(text: str, spans: Iterable[tuple[int, int, Any]]) -> Iterator[tuple[str, Any]]:
    """The text as (words, figure) in order, figure None between figures; a span within another is passed over."""
    done = 0
    for start, end, figure in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start < done or end > len(text):
            continue
        if start > done:
            yield text[done:start], None
        yield text[start:end], figure
        done = end
    if done < len(text):
        yield text[done:], None
