"""A post of its own in processes of its own, for tests that kill, fill or crowd it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.trust.house import House, prepared


@pytest.fixture(scope="session")
def postgres() -> str:
    """The server that the suite runs on; empty when it runs on the embedded database."""
    return os.environ["SHICHEN_TEST_POSTGRES"] if os.environ.get("SHICHEN_TEST_DATABASE") == "postgres" else ""


@pytest.fixture(scope="session")
def first_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A prepared post that nobody uses; each test has a copy of it."""
    with prepared(tmp_path_factory.mktemp("first") / "home", posts=8) as made:
        yield made


@pytest.fixture
def house(tmp_path: Path, postgres: str, request: pytest.FixtureRequest) -> Iterator[House]:
    if postgres:
        with prepared(tmp_path / "home", posts=8, postgres=postgres) as made:
            yield made
    else:
        first: House = request.getfixturevalue("first_house")
        shutil.copytree(first.home, tmp_path / "home")
        yield replace(first, home=tmp_path / "home")
