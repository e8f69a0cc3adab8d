"""`shichen trace` beside a trace: where persons and plates were, who came from an area, counts by post and watch; by either engine alike."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from shichen.site.commands import lake_, trace_
from tests.plugins.parts import CHECKOUT
from tests.records.bulk.conftest import IDS, Write, folder, row, write  # noqa: F401

pytestmark = pytest.mark.django_db
UNTIL = ("--until", "2020-02-08")
ROWS = (
    row("2020-02-02 08:00:00", rest="入,放行,36.5,420100"),
    row("2020-02-02 08:00:00", who=IDS[1], rest="入,登记,36.5,421000"),
    row("2020-02-03 23:30:00", where="T02", rest="出,放行,,420100"),
    row("2020-02-02 09:00:00", plate="", who=IDS[2], rest="入,放行,,430200"),
    row("2020-01-20 09:00:00", who=IDS[3], rest="入,放行,,420000"),
)


@pytest.fixture
def lake(write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:  # noqa: F811
    write(ROWS)
    for module in (trace_, lake_):
        monkeypatch.setattr(module, "set_up", lambda home: None)
    return tmp_path


def asked(*words: str, code: int = 0) -> list[dict[str, str]]:
    result = CliRunner().invoke(trace_.command, [*words])
    assert result.exit_code == code, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def listed(lake: Path, heading: str, *lines: str) -> str:
    path = lake / "asked.csv"
    path.write_text("\n".join([heading, *lines, ""]), encoding="utf-8")
    return str(path)


def test_where_a_person_was_in_fourteen_days(lake: Path) -> None:
    rows = asked("--index", listed(lake, "证件号码", IDS[0], IDS[3]), "--track", *UNTIL)
    assert [(one["at"], one["site"] != "") for one in rows] == [
        ("2020-02-02 08:00:00", True),
        ("2020-02-03 23:30:00", True),
    ]


def test_where_a_plate_was_and_who_sat_in_it(lake: Path) -> None:
    rows = asked("--index", listed(lake, "车牌", "湘b·12345"), "--track", *UNTIL)
    assert [one["at"] for one in rows] == ["2020-02-02 08:00:00"] * 2 + ["2020-02-03 23:30:00"]
    assert len({one["person"] for one in rows}) == 2
    assert len({one["vehicle"] for one in rows}) == 1


def test_a_plate_alone_is_nobody_to_trace(lake: Path) -> None:
    result = CliRunner().invoke(trace_.command, ["--index", listed(lake, "车牌", "湘B12345"), *UNTIL])
    assert (result.exit_code, "请加 --track" in result.output) == (4, True)


@pytest.mark.parametrize(("area", "count"), [("湖北", 2), ("420000", 2), ("420100", 1), ("430000", 1), ("440000", 0)])
def test_everyone_from_an_area_in_the_window(lake: Path, area: str, count: int) -> None:
    rows = asked("--region", area, *UNTIL)
    assert len(rows) == count
    assert [one for one in rows if one["n"] == "2"] == (
        [rows[0]] if area == "420100" else [one for one in rows if one["n"] == "2"]
    )
    assert all(one["first_at"] >= "2020-02-02" for one in rows)


def test_an_area_that_cannot_be_read_is_said(lake: Path) -> None:
    result = CliRunner().invoke(trace_.command, ["--region", "火星", *UNTIL])
    assert (result.exit_code, "六位区划代码" in result.output) == (4, True)


def test_counts_by_post_and_watch(lake: Path) -> None:
    rows = asked("--counts", *UNTIL)
    shown = [(one["day"], one["watch"], one["dir"], one["outcome"], one["n"], one["n_vehicle"]) for one in rows]
    assert sorted(shown) == [
        ("2020-02-02", "巳", "1", "1", "1", "0"),
        ("2020-02-02", "辰", "1", "1", "1", "1"),
        ("2020-02-02", "辰", "1", "2", "1", "1"),
        ("2020-02-03", "子", "2", "1", "1", "1"),
    ]


@pytest.mark.parametrize("words", [(), ("--counts", "--region", "湖北")])
def test_one_question_at_a_time(lake: Path, words: tuple[str, ...]) -> None:
    assert asked(*words, code=4) == []


@pytest.mark.spark
@pytest.mark.slow
def test_spark_says_the_same_rows_of_a_lake_that_was_carried_away(lake: Path) -> None:
    """Processes of their own: Java and sockets stay out of this one. The lake has no stays, as where only gates report."""
    away = lake / "away"
    assert CliRunner().invoke(lake_.export, [str(away)]).exit_code == 0
    who = str(asked("--region", "湖北", *UNTIL)[0]["person"])
    index = listed(lake, "pseudonym", who)
    for words in (("--region", "湖北"), ("--counts",), ("--index", index, "--track"), ("--index", index)):
        rows = [by_process(away, name, *words) for name in ("duckdb", "spark")]
        assert rows[0] == rows[1]
        assert rows[0].count("\n") > 1


def by_process(away: Path, engine: str, *words: str) -> str:
    surroundings = {**os.environ, "PYTHONPATH": str(CHECKOUT / "src"), "SPARK_LOCAL_IP": "127.0.0.1"}
    surroundings.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-X", "utf8", "-m", "shichen", "trace", "--lake", str(away), "--engine", engine]
    done = subprocess.run(
        [*command, *words, *UNTIL], env=surroundings, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    return done.stdout
