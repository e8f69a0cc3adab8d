"""The order of the files: those that take long first, so that processes that share them end together."""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file goes whole to whichever process is free (`--dist loadfile`); a long one that comes last keeps all waiting."""
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in slow)
