"""The benchmark of movement: its data are the same every time, its forms must agree, its table says what holds and what does not."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import numpy as np
import pytest
from benchmarks.movement import queries
from benchmarks.movement.child import measure
from benchmarks.movement.crowd import DAY, DAYS, START, Crowd, splitmix64
from benchmarks.movement.generate import files, generate

from shichen.tracing import digests, tables

ROWS = 20_000


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench") / "lake"
    generate(folder, ROWS)
    return folder


def asked(sql: str) -> tuple:
    return duckdb.connect().execute(sql).fetchone()


def test_the_same_seed_makes_the_same_people(lake: Path, tmp_path: Path) -> None:
    generate(tmp_path / "again", ROWS)
    for table in tables.NATURAL_KEY:
        sums = [
            asked(digests.row_sql(f"read_parquet({files(folder, table)})", table, "duckdb"))
            for folder in (lake, tmp_path / "again")
        ]
        assert sums[0] == sums[1]
    assert splitmix64(np.array([0, 1])).tolist() == [-2152535657050944081, -7995527694508729151]


def test_both_layouts_hold_the_same_records_in_their_order(lake: Path) -> None:
    place, person = (files(lake, name) for name in ("passings_by_place", "passings_by_person"))
    assert asked(digests.row_sql(f"read_parquet({place})", "passings_by_place", "duckdb")) == asked(
        digests.row_sql(f"read_parquet({person})", "passings_by_person", "duckdb")
    )
    found = duckdb.connect().execute(f"select place, t, person, vehicle from read_parquet('{place[3]}')").fetchall()
    assert found == sorted(found)
    assert len(found) == len(set(found))


def test_the_manifest_says_from_when_to_when_each_file_reaches(lake: Path) -> None:
    kept = json.loads((lake / "manifest.json").read_text())
    for path, lo, hi in kept["passings_by_place"]:
        assert asked(f"select min(t), max(t) from read_parquet('{path}')") == (lo, hi)
    assert len(kept["passings_by_place"]) in (DAYS, DAYS + 1)


def test_the_crowd_is_as_skewed_as_it_says() -> None:
    crowd = Crowd(200_000)
    day = crowd.day(3)
    posts = np.bincount(day["place"])
    assert posts.max() > 3 * np.median(posts[1:])
    assert day["t"].min() >= START + 3 * DAY
    assert day["t"].max() < START + 4 * DAY
    assert (day["arrived"] > day["t"]).all()
    assert 0.0005 < (day["arrived"] - day["t"] >= 600).mean() < 0.005
    assert abs(len(day["t"]) * DAYS / 200_000 - 0.96) < 0.03


def test_a_form_is_measured_and_brute_force_has_its_digest(lake: Path) -> None:
    lines = [
        measure(lake, "100", form, 1, True) for form in ("passing pairs", "brute force", "DuckDB default", "SQLite")
    ]
    lines += [measure(lake, "100", form, 1, True) for form in ("pair seconds", "piece field", "numpy kernel")]
    lines += [measure(lake, "100", form, 1, True) for form in ("end to end", "end to end, field")]
    told = queries.agree(lines)
    assert len(told) == 2
    assert all(line["least"] > 0 and line["peak"] > 10_000_000 for line in lines)
    lines[1]["digest"] = "1:0"
    with pytest.raises(queries.Unequal, match="brute force"):
        queries.agree(lines)


def test_two_lists_that_differ_are_noticed() -> None:
    lines = [{"form": form, "index": "100", "list": said} for form, said in (("a", "1:1"), ("b", "1:2"))]
    with pytest.raises(queries.Unequal, match="first thousand"):
        queries.agree(lines)


def test_the_table_says_what_holds_what_falls_short_and_what_was_not_measured(lake: Path) -> None:
    def line(form: str, index: str, least: float, peak: int = 1) -> dict:
        return {"form": form, "index": index, "least": least, "peak": peak}

    lines = [
        line("scan", "100", 1.0),
        line("passing pairs", "100", 1.05),
        line("DuckDB default", "100", 4.0),
        line("track", "1", 0.05),
    ]
    rows = {row.name: row for row in queries.targets(lake, lines)}
    assert rows["trace of 100 / scan of its columns"].holds
    assert not rows["default range join / trace of 100"].holds
    assert rows["track of one person, warm"].holds
    assert rows["mass trace: pairs / exact field, time"].verdict == "not measured"
    assert "stated for 1e+08" in rows["track of one person, warm"].verdict
    assert "falls short" in queries.table(list(rows.values()))
