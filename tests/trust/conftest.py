"""A post of its own in processes of its own, for tests that kill, fill or crowd it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.trust.house import House, prepared


@pytest.fixture(scope="session")
def postgres() -> str:
    """The server that the suite runs on; empty when it runs on the embedded database."""
    return os.environ["SHICHEN_TEST_POSTGRES"] if os.environ.get("SHICHEN_TEST_DATABASE") == "postgres" else ""


@pytest.fixture
def house(tmp_path: Path, postgres: str) -> Iterator[House]:
    with prepared(tmp_path / "home", posts=8, postgres=postgres) as made:
        yield made
