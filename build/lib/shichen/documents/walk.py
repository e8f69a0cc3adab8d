"""Walking through plain data: every text in it, and the same data with every text changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def strings(data: Any) -> Iterator[str]:
    """Every text in nested lists and dictionaries, keys apart."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for one in data.values():
            yield from strings(one)
    elif isinstance(data, list | tuple):
        for one in data:
            yield from strings(one)


def changed(data: Any, change: Callable[[str], str]) -> Any:
    """The same data with every text changed; keys stay."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {key: changed(one, change) for key, one in data.items()}
    if isinstance(data, list | tuple):
        return [changed(one, change) for one in data]
    return data
