"""F4: on a full disk a report is kept or answered 503, pages are read on, and with room again everything goes in."""

from __future__ import annotations

import pytest
from benchmarks.trust.house import House
from django.db import connection

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the page limit of SQLite stands in for the disk"),
]

RUN = "import sys; from benchmarks.trust import full; full.main(sys.argv[1], mutant={})"


def test_only_kept_or_503_and_nothing_acknowledged_is_lost(house: House) -> None:
    found = house.ask(RUN.format(False), house.token)
    assert set(found["full"]) <= {"201", "503"}, found
    assert found["full"].get("503"), found
    assert found["retry"] == found["waiting"] > 0
    assert set(found["reading"]) == {"200"}
    assert set(found["after"]) <= {"200", "201"}
    assert found["lost"] == 0


def test_mutant_that_swallows_the_error_loses(house: House) -> None:
    assert house.ask(RUN.format(True), house.token)["lost"] > 0
