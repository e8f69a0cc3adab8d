"""F5, F6: many who write at once wait their turn and lose nothing; without the protections they are locked out or overwrite."""

from __future__ import annotations

import pytest
from benchmarks.trust.house import House
from django.db import connection

pytestmark = pytest.mark.slow

SQLITE_ONLY = pytest.mark.skipif(connection.vendor != "sqlite", reason="turns are SQLite's")


class TestContention:
    def test_eight_writers_are_never_locked_out(self, house: House) -> None:
        said = house.ask("from benchmarks.trust import crowd; crowd.contend(8, 2.0)")
        assert len(said) == 8
        assert sum(one["locked"] for one in said) == 0
        assert min(one["done"] for one in said) > 0
        assert max(one["worst"] for one in said) < 5  # 1 s on a quiet machine; here others may be at work

    @SQLITE_ONLY
    def test_mutant_with_deferred_transactions_is_locked_out(self, house: House) -> None:
        said = house.ask("from benchmarks.trust import crowd; crowd.contend(8, 1.0, 'deferred')")
        assert sum(one["locked"] for one in said) > 0


class TestTwoWriters:
    def test_every_correction_counts_and_who_is_second_is_told(self, house: House) -> None:
        found = house.ask("from benchmarks.trust import crowd; crowd.edit(2)")
        assert found["added"] == 2 * 25
        assert found["revision"] == 1 + 2 * 25
        assert [one["done"] for one in found["said"]] == [25, 25]

    def test_mutant_that_writes_over_loses(self, house: House) -> None:
        found = house.ask("from benchmarks.trust import crowd; crowd.edit(2, mutant=True)")
        assert found["added"] < 2 * 200
