"""What the tests of the reader share: the tables of the demonstration city."""

from __future__ import annotations

import pytest

from shichen.prose.command import local_tables
from shichen.prose.tables import Tables


@pytest.fixture(scope="session")
def tables() -> Tables:
    return local_tables()
