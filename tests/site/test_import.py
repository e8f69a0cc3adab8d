"""`shichen import`：真实文件照原样收下，数对得上才算成，坏行退回，退出码说明结果。"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shichen import watches
from shichen.indicators.declare import Scope
from shichen.indicators.queries import compute
from shichen.intake.models import Envelope
from shichen.registers.cases.models import DailyCount
from shichen.registers.cases.queries import curve
from shichen.registers.checkpoints.models import Tally
from shichen.site.commands import import_, user_
from tests.conftest import Cast
from tests.made import area, post

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).parents[3] / "shared/data"
HEAD = "卡点,班次开始,班次结束,车辆,人员"
GOOD = "Z01,2020-02-02 08:00,2020-02-02 16:00,100,200"
BAD = "Z01,2020-02-02 16:00,2020-02-02 24:00,许多,200"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command works in the home of the tests, which is set up already, and writes into a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for module in (import_, user_):
        monkeypatch.setattr(module, "set_up", lambda home: None)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(import_.command, [str(one) for one in arguments])


def file(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "表.csv"
    path.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    return path


def said(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.output)
    return found


def test_a_good_file_is_done_and_adds_up(tmp_path: Path) -> None:
    post("Z01")
    result = run(file(tmp_path, GOOD, ",,,,", "合计,,,100,200"), "--register", "tallies")
    assert result.exit_code == 0, result.output
    assert "读到 3 行 = 入册 1 + 重复 0 + 待更正 0 + 空行与合计 2" in result.output
    assert Tally.objects.get().vehicles == 100
    assert Envelope.objects.get(kind="checkpoint_tally").channel == "cli"


def test_rows_to_mend_are_exit_5_and_lie_in_a_file_beside(tmp_path: Path) -> None:
    post("Z01")
    result = run(file(tmp_path, GOOD, BAD), "--register", "tallies", "--json")
    assert result.exit_code == 5
    answer = said(result)
    assert (answer["read"], answer["taken"], answer["to_mend"], answer["blank"]) == (2, 1, 1, 0)
    assert answer["adds_up"] is True
    back = Path(answer["rejects"]).read_text(encoding="utf-8-sig").splitlines()
    assert back[0] == f"{HEAD},行号,原因"
    assert back[1].startswith(f"{BAD},3,D列“车辆”")


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    post("Z01")
    path = file(tmp_path, GOOD)
    run(path, "--register", "tallies")
    again = run(path, "--register", "tallies", "--json")
    assert (again.exit_code, said(again)["again"]) == (0, True)
    assert Tally.objects.count() == 1


def test_rows_that_were_there_already_are_told_apart(tmp_path: Path) -> None:
    post("Z01")
    run(file(tmp_path, GOOD), "--register", "tallies")
    more = tmp_path / "more.csv"
    more.write_text(f"{HEAD}\n{GOOD}\n{BAD}\n", encoding="utf-8")
    trial = said(run(more, "--register", "tallies", "--dry-run", "--json"))
    assert (trial["read"], trial["taken"], trial["duplicate"], trial["to_mend"]) == (2, 0, 1, 1)
    done = run(more, "--register", "tallies", "--rejects", tmp_path / "back.csv")
    assert "读到 2 行 = 入册 0 + 重复 1 + 待更正 1 + 空行与合计 0" in done.output
    assert Tally.objects.count() == 1


def test_a_dry_run_takes_nothing_and_tells_line_and_column(tmp_path: Path) -> None:
    post("Z01")
    result = run(file(tmp_path, GOOD, BAD), "--register", "checkpoint_tally", "--dry-run", "--json")
    assert result.exit_code == 5
    assert said(result)["faults"][0]["line"] == 3
    assert said(result)["faults"][0]["column"] == "D"
    assert not Tally.objects.exists()
    assert not Envelope.objects.filter(kind="checkpoint_tally").exists()


def test_what_the_file_lacks_is_set_and_its_own_words_are_mapped(tmp_path: Path) -> None:
    post("Z01")
    path = tmp_path / "x.csv"
    path.write_text("班次开始,过了多少,人员\n2020-02-02 08:00,7,9\n", encoding="utf-8")
    options = ("--set", "post=Z01", "--set", "shift_end=2020-02-02 16:00", "--map", "过了多少=vehicles")
    result = run(path, "--register", "tallies", *options)
    assert result.exit_code == 0, result.output
    assert Tally.objects.get().vehicles == 7


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (("--register", "nothing"), 4, "没有名为 nothing 的登记册"),
        (("--register", "tallies", "--as", "nobody"), 4, "没有名为 nobody 的账号"),
        (("--register", "tallies", "--set", "colour=red"), 4, "没有名为 colour 的字段"),
        (("--register", "tallies", "--set", "colour"), 2, "应写成"),
        ((), 2, "--register"),
    ],
)
def test_a_wrong_call_is_one_sentence(tmp_path: Path, options: tuple[str, ...], code: int, sentence: str) -> None:
    result = run(file(tmp_path, GOOD), *options)
    assert result.exit_code == code
    assert sentence in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("data", [b"", b"a\x00b", "卡点".encode("utf-16"), b"x" * 1_100_000])
def test_a_bad_file_is_one_sentence_and_exit_4(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(data)
    result = run(path, "--register", "tallies", "--json")
    assert result.exit_code == 4
    assert said(result)["error"]


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    assert "打不开" in run(tmp_path / "none.csv", "--register", "tallies").output


def test_the_original_is_never_overwritten(tmp_path: Path) -> None:
    post("Z01")
    path = file(tmp_path, GOOD, BAD)
    before = path.read_bytes()
    assert run(path, "--register", "tallies", "--rejects", path).exit_code == 4
    assert path.read_bytes() == before


def test_an_account_reports_only_for_its_unit(tmp_path: Path, cast: Cast) -> None:
    post("Z01")
    assert run(file(tmp_path, GOOD), "--register", "tallies", "--as", "police").exit_code == 5
    assert not Tally.objects.exists()
    assert run(file(tmp_path, GOOD), "--register", "tallies", "--as", "traffic").exit_code == 0


@pytest.mark.seeds
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not beside the checkout")
class TestRealFiles:
    @pytest.fixture
    def taken(self, tmp_path: Path) -> None:
        path = shutil.copy(SHARED / "zhuzhou/zhuzhou_epicurve.csv", tmp_path)
        assert run(path, "--register", "counts").exit_code == 0

    def test_the_curve_of_the_city_comes_in_as_it_is(self, taken: None) -> None:
        days = {day.on: day for day in curve(area("株洲市"), date(2020, 1, 23), date(2020, 3, 15))}
        assert DailyCount.objects.current().count() == 53
        assert [days[date(2020, 2, on)].new for on in range(15, 19)] == [0, 0, 0, 0]
        peak = max(days.values(), key=lambda day: day.new or 0)
        assert (peak.on, peak.new) == (date(2020, 2, 8), 10)
        assert days[date(2020, 3, 15)].cumulative == 80

    def test_what_is_published_is_published_the_day_after(self, taken: None) -> None:
        days = {day.on: day for day in curve(area("株洲市"), date(2020, 2, 16), date(2020, 2, 19), dated="published")}
        assert [day.new for day in days.values()] == [0, 0, 0, 0]

    def test_its_figures_are_there_at_once(self, taken: None) -> None:
        eighth = watches.whole(date(2020, 2, 8), watches.Day.CIVIL)
        assert compute("cases.confirmed_new", eighth, Scope(area("株洲市"))).value == 10

    def test_the_districts_and_the_other_prefectures_come_in_as_they_are(self, tmp_path: Path) -> None:
        districts = shutil.copy(SHARED / "zhuzhou/zhuzhou_district_official.csv", tmp_path)
        result = run(districts, "--register", "counts", "--json")
        assert (result.exit_code, said(result)["taken"]) == (0, 48), result.output
        assert DailyCount.objects.get(area=area("云龙示范区"), as_of=date(2020, 3, 3)).discharged_cum == 2
        prefectures = shutil.copy(SHARED / "hunan/hunan_cities_epicurve_asof.csv", tmp_path)
        result = run(prefectures, "--register", "counts", "--json")
        assert (result.exit_code, said(result)["read"], said(result)["taken"]) == (0, 957, 957), result.output
