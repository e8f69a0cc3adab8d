"""`shichen epi`: CSV, JSON, file and picture say the same; what it cannot do it says in one sentence and writes nothing."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from defusedxml import ElementTree

from shichen.site.commands.epi_ import METHODS
from tests.epi.reference import FOLDER
from tests.site.epi import SI, asked, call

CASES = "date,cases\n" + "".join(
    f"2020-01-{day:02},{count}\n" for day, count in enumerate([1, 2, 3, 5, 4, 6, 9, 8, 7, 12, 11, 9], start=1)
)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "病例.csv"
    path.write_text(CASES, encoding="utf-8")
    return path


METHODS_AND_WORDS = {
    "curve": ("{f}", "--counts", "cases"),
    "rt": ("{f}", *SI),
    "filter": ("{f}", *SI),
    "wt": ("{f}", *SI),
    "growth": ("{f}", "--window", 7),
    "epinow": ("{f}", *SI, "--horizon", 4),
    "forecast": ("{f}", *SI, "--falls-to", 0.5, "--horizon", 5),
    "whatif": ("{f}", *SI, "--R", 1.5, "--multiplier", 0.5, "--coverage", 0.3, "--horizon", 8),
    "alarms": ("{f}",),
}


@pytest.mark.parametrize("method", METHODS_AND_WORDS)
def test_json_and_a_file_say_what_csv_says(method: str, cases: Path, tmp_path: Path) -> None:
    words = [str(word).format(f=cases) for word in METHODS_AND_WORDS[method]]
    printed = call(method, *words)
    assert printed.exit_code == 0, printed.stderr
    out = tmp_path / "甲.csv"
    kept = call(method, *words, "--out", out)
    assert kept.stdout == ""
    assert out.read_text(encoding="utf-8") == printed.stdout
    said = json.loads(call(method, *words, "--json").stdout)
    heads, *rows = csv.reader(io.StringIO(printed.stdout))
    assert said["method"] == method
    assert [list(row) for row in said["rows"]] == [heads] * len(rows)
    for row, cells in zip(said["rows"], rows, strict=True):
        for value, cell in zip(row.values(), cells, strict=True):
            assert (float(cell) == float(value)) if isinstance(value, float | int) else (cell == (value or ""))


@pytest.mark.parametrize("method", METHODS_AND_WORDS)
@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_every_method_draws_a_picture_that_stands_alone(method: str, tongue: str, cases: Path, tmp_path: Path) -> None:
    words = [str(word).format(f=cases) for word in METHODS_AND_WORDS[method]]
    for narrow in ((), ("--narrow",)):
        picture = tmp_path / "甲.svg"
        found = call(method, *words, "--plot", picture, "--lang", tongue, *narrow)
        assert found.exit_code == 0, found.stderr
        svg = picture.read_text(encoding="utf-8")
        ElementTree.fromstring(svg)
        assert "<style>" in svg
        assert ("病例" in svg) == (tongue == "zh") or method in ("alarms", "curve")


def test_png_and_pdf_are_set(cases: Path, tmp_path: Path) -> None:
    for ending, start in ((".png", b"\x89PNG"), (".pdf", b"%PDF")):
        picture = tmp_path / f"甲{ending}"
        assert call("rt", cases, *SI, "--plot", picture).exit_code == 0
        assert picture.read_bytes().startswith(start)


WRONG = [
    ("date,cases\n2020-01-01,3\n2020-01-03,4\n", SI, "缺 2020-01-02", "day 2020-01-02 is missing"),
    ("date,cases\n2020-01-01,-3\n", SI, "小于 0", "below 0"),
    ("", SI, "没有内容", "is empty"),
    (CASES, (), "序列间隔写一种", "in one way"),
    (CASES, (*SI, "--si", "x"), "序列间隔写一种", "in one way"),
    (CASES, (*SI, "--window", "40"), "40 天的窗口", "windows of 40"),
    (CASES, ("--mean-si", "0.5", "--sd-si", "1"), "", ""),
    (CASES, (*SI, "--plot", "甲.gif"), "结尾", "ends in"),
    (CASES, (*SI, "--cases", "甲"), "没有「甲」", "no column"),
]


@pytest.mark.parametrize(("text", "words", "zh", "en"), WRONG)
def test_a_refusal_is_one_sentence_exit_code_2_and_nothing_written(
    text: str, words: tuple[str, ...], zh: str, en: str, tmp_path: Path
) -> None:
    file, out = tmp_path / "病例.csv", tmp_path / "出.csv"
    file.write_text(text, encoding="utf-8")
    for tongue, said in (("zh", zh), ("en", en)):
        found = call("rt", file, *words, "--out", out, "--lang", tongue)
        assert found.exit_code == 2
        assert said in found.stderr
        assert found.stderr.strip().count("\n") == 0
        assert found.stdout == ""
    assert sorted(one.name for one in tmp_path.iterdir()) == ["病例.csv"]


def test_a_picture_that_cannot_be_written_leaves_the_table_unwritten(cases: Path, tmp_path: Path) -> None:
    out = tmp_path / "出.csv"
    out.write_text("旧", encoding="utf-8")
    found = call("rt", cases, *SI, "--out", out, "--plot", tmp_path / "无此目录" / "甲.svg")
    assert found.exit_code == 2
    assert "写不了" in found.stderr
    assert out.read_text(encoding="utf-8") == "旧"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["出.csv", "病例.csv"]


def test_the_language_is_that_of_the_environment(cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert "序列间隔" in call("rt", cases).stderr
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert "serial interval" in call("rt", cases).stderr
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "序列间隔" in call("rt", cases).stderr


def test_missing_days_stay_missing_and_are_told(tmp_path: Path) -> None:
    file = tmp_path / "甲.csv"
    file.write_text(CASES.replace("2020-01-05,4", "2020-01-05,"), encoding="utf-8")
    found = call("rt", file, *SI, "--json")
    assert "缺测 1 天，不当作 0。" in json.loads(found.stdout)["notes"]


def test_forecasts_of_r_that_may_not_be_published_are_scenarios(tmp_path: Path) -> None:
    file = tmp_path / "甲.csv"
    file.write_text("t,I\n" + "".join(f"{t},{int(t < 4)}\n" for t in range(1, 20)), encoding="utf-8")
    found = call("forecast", file, *SI, "--horizon", 3)
    assert "不是预测" in found.stderr
    assert ",forecast," not in found.stdout
    assert ",scenario," in found.stdout


def test_a_scenario_shares_its_chance_and_multiplier_one_changes_nothing(cases: Path) -> None:
    got = asked("whatif", cases, *SI, "--R", 1.2, "--multiplier", 1, "--horizon", 10)
    half = len(got["day"]) // 2
    assert got["expected"][:half].tolist() == got["expected"][half:].tolist()
    assert got["q975"][:half].tolist() == got["q975"][half:].tolist()


@pytest.mark.parametrize("method", METHODS)
def test_help_is_bilingual_and_needs_no_numbers(method: str) -> None:
    said = call(method, "--help").stdout
    assert any("\u4e00" <= char <= "\u9fff" for char in said)
    assert "--plot" in said
    assert "--json" in said
    run = subprocess.run(
        [
            sys.executable,
            "-X",
            "utf8",
            "-c",
            f"import sys\nfrom shichen.site.command import cli\ntry:\n cli(['epi', '{method}', '--help'])\nexcept SystemExit:\n pass\nprint(sorted({{'numpy', 'scipy', 'django'}} & set(sys.modules)))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip().endswith("[]")


def test_numbers_need_no_django(cases: Path) -> None:
    code = f"import sys\nfrom shichen.site.command import cli\ntry:\n cli(['epi', 'rt', {str(cases)!r}, *{SI!r}])\nexcept SystemExit:\n pass\nprint('django' in sys.modules)"
    run = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip().endswith("False")


def test_lines_left_out_are_told_by_reason_and_number(tmp_path: Path) -> None:
    file = tmp_path / "甲.csv"
    rows = [f"2020-01-{day:02},2020-01-{day + 1 + day % 4:02}" for day in range(1, 13)]
    rows += ["2020-01-05,", "2020-01-09,2020-01-02", ",2020-01-09"]
    file.write_text("a,b\n" + "\n".join(rows) + "\n", encoding="utf-8")
    found = call("delay", file, "--first", "a", "--second", "b", "--boot", 0, "--dist", "gamma")
    assert found.stderr.splitlines() == [
        "2 行没有用，缺少日期：第 14、16 行。",
        "1 行没有用，后一事件早于前一事件：第 15 行。",
    ]
    assert ",12,ok" in found.stdout


def test_one_delay_alone_tells_no_spread(tmp_path: Path) -> None:
    file = tmp_path / "甲.csv"
    file.write_text("delay\n3\n3\n3\n3\n", encoding="utf-8")
    found = call("delay", file)
    assert found.exit_code == 2
    assert "看不出离散" in found.stderr


def test_a_circle_is_told_and_does_not_break_the_picture(tmp_path: Path) -> None:
    cases, links, picture = tmp_path / "病例.csv", tmp_path / "联系.csv", tmp_path / "链.svg"
    cases.write_text(
        "id,onset\n" + "".join(f"{one},2020-01-0{n}\n" for n, one in enumerate("abcdef", 1)), encoding="utf-8"
    )
    links.write_text("from,to\nc,b\na,b\nb,c\nd,e\ne,d\nc,d\nf,f2\n", encoding="utf-8")
    found = call("chains", cases, links, "--plot", picture)
    assert found.exit_code == 0, found.stderr
    assert picture.read_text(encoding="utf-8").count("<circle") == 4 + 1  # b, c, d, e have an infector; and the key
    links.write_text("from,to\na,b\nd,e\ne,d\n", encoding="utf-8")
    found = call("chains", cases, links, "--plot", picture, "--cluster", 1)
    assert found.exit_code == 0, found.stderr
    assert "成了环" in found.stderr


def test_a_cluster_that_is_not_drawn_says_why(tmp_path: Path) -> None:
    cases, links, picture = tmp_path / "病例.csv", tmp_path / "联系.csv", tmp_path / "链.svg"
    cases.write_text("id,onset\na,2020-01-01\nb,2020-01-02\n", encoding="utf-8")
    links.write_text("from,to\na,b\n", encoding="utf-8")
    found = call("chains", cases, links, "--plot", picture, "--cluster", 7)
    assert found.exit_code == 2
    assert "聚集 7 有 0 人" in found.stderr
    assert not picture.exists()


def test_what_is_read_is_never_written_over(cases: Path, tmp_path: Path) -> None:
    assert "不能写在它上面" in call("rt", cases, *SI, "--out", tmp_path / "." / cases.name).stderr
    assert cases.read_text(encoding="utf-8") == CASES
    found = call("rt", cases, *SI, "--out", tmp_path / "甲.svg", "--plot", tmp_path / "甲.svg")
    assert found.exit_code == 2
    assert "同一个文件" in found.stderr


def test_everything_at_once_is_what_each_says_alone_and_hides_what_may_not_be_said(tmp_path: Path) -> None:
    file = tmp_path / "甲.csv"
    counts = [1, 2, 3, 5, 4, 6, 9, 8, 7, 12, 11, 9, *[0] * 20]
    file.write_text(
        "date,cases\n" + "".join(f"{np.datetime64('2020-01-01') + i},{n}\n" for i, n in enumerate(counts)),
        encoding="utf-8",
    )
    rows = json.loads(call("epinow", file, *SI, "--json").stdout)["rows"]
    assert [row["status"] for row in rows if row["variable"] == "R"][-1] == "over"
    assert [row["median"] for row in rows if row["status"] in ("over", "direction", "withheld")] == [None] * sum(
        row["status"] in ("over", "direction", "withheld") for row in rows
    )
    assert "forecast" not in {row["type"] for row in rows}
    assert "一起写" in call("epinow", file, *SI, "--event-date", "date").stderr
    unsure = json.loads(call("epinow", file, *SI, "--mean-si-sd", 1, "--sd-si-sd", 0.3, "--json").stdout)["rows"]
    assert unsure[0]["sd"] != rows[0]["sd"]


@pytest.mark.seeds
def test_a_line_list_is_completed_before_r_is_told() -> None:
    found = call(
        "epinow",
        FOLDER / "input_husO104Hosp.csv",
        *SI,
        "--event-date",
        "dHosp",
        "--report-date",
        "dReport",
        "--now",
        "2011-06-02",
        "--event",
        "onset",
        "--json",
    )
    rows = json.loads(found.stdout)["rows"]
    assert [row["type"] for row in rows if row["variable"] == "R"][-1] == "estimate based on partial data"
