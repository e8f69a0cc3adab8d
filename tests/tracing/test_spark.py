"""Spark, with two workers as processes of their own, answers every question as DuckDB does, and never shuffles a large table."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from shichen.tracing.spark import shuffled
from tests.plugins.parts import CHECKOUT

ROWS = 60_000
QUESTIONS = (
    "list", "passing pairs", "stay pairs", "close", "slot field", "piece field", "second field", "net field", "own stays",
    "shared vehicles", "index events", "index stays", "track", "plate", "regions", "arrivals", "seen", "roll-up",
    "vehicle passings", "passing evidence", "stay evidence", "cumulated", "rows of passings_by_place",
    "rows of passings_by_person", "rows of stays_by_place", "rows of stays_by_person", "trace", "trace by field",
    "second degree",
)  # fmt: skip


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """One job asks everything of both engines."""
    from benchmarks.movement.generate import generate

    folder = tmp_path_factory.mktemp("lake") / "lake"
    generate(folder, ROWS)
    surroundings = {
        **os.environ,
        "PYTHONPATH": f"{CHECKOUT / 'src'}{os.pathsep}{CHECKOUT}",
        "SPARK_LOCAL_DIRS": str(folder),
    }
    surroundings.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-X", "utf8", "-m", "tests.tracing.spark_job", str(folder)]
    done = subprocess.run(
        command, cwd=folder.parent, env=surroundings, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.spark
class TestTwoWorkers:
    def test_are_processes_of_their_own(self, said: dict) -> None:
        assert said["executors"] == 2

    @pytest.mark.parametrize("question", QUESTIONS)
    def test_answer_as_duckdb_does(self, said: dict, question: str) -> None:
        assert said["spark"][question] == said["duckdb"][question]
        assert not said["duckdb"][question].startswith("0:")  # an empty answer would prove nothing

    def test_were_asked_every_question(self, said: dict) -> None:
        assert said["spark"].keys() == said["duckdb"].keys() == set(QUESTIONS)

    def test_the_two_ways_to_the_list_are_one_list(self, said: dict) -> None:
        assert said["spark"]["trace"] == said["spark"]["trace by field"]

    def test_no_large_table_is_shuffled(self, said: dict) -> None:
        assert {name: lines for name, lines in said["shuffled"].items() if lines} == {}
        assert all(count > 0 for count in said["scans"].values())  # each plan does read files

    def test_a_plan_that_shuffles_is_noticed(self, said: dict) -> None:
        assert len(said["shuffling"]) == 2


PLAN = """AdaptiveSparkPlan isFinalPlan=false
+- HashAggregate(keys=[person#1L], functions=[sum(s#2L)])
   +- Exchange hashpartitioning(person#1L, 4), ENSURE_REQUIREMENTS
      +- HashAggregate(keys=[person#1L], functions=[partial_sum(s#2L)])
         +- BroadcastHashJoin [place#3], [place#4], Inner, BuildRight
            :- FileScan parquet [place#3,person#1L]
            +- BroadcastExchange HashedRelationBroadcastMode(List(1))
               +- InMemoryTableScan [place#4]
"""


def test_a_scan_under_a_broadcast_join_stays_where_it_is() -> None:
    assert shuffled(PLAN) == []


@pytest.mark.parametrize("step", ["Exchange hashpartitioning(place#3, 4)", "BroadcastExchange IdentityBroadcastMode"])
def test_a_scan_under_an_exchange_travels(step: str) -> None:
    plan = PLAN.replace("            :- FileScan", f"            :- {step}\n            :  +- FileScan")
    assert shuffled(plan) == ["FileScan parquet [place#3,person#1L]"]
