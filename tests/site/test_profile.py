"""The city profile is data: loaded again it takes up what changed, and what is wrong is told by file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shichen.city.models import Area, AreaName, Body, BodyName, Event, EventName, Holder, Seat, SourceArea
from shichen.intake.models import Obligation
from shichen.refusal import Refusal
from shichen.registers.cases.models import Series
from shichen.registers.checkpoints.models import Network
from shichen.site import profile
from tests.conftest import DEMO_CITY

pytestmark = pytest.mark.django_db

MODELS = (Area, AreaName, Body, BodyName, Event, EventName, SourceArea, Seat, Holder, Network, Series, Obligation)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("profile.toml", "gazetteer.csv", "roster.csv", "bodies_extra.csv"):
        shutil.copy(DEMO_CITY / name, tmp_path / name)
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


class TestLoadingAgain:
    def test_nothing_doubles(self, folder: Path) -> None:
        before = {model.__name__: model._default_manager.count() for model in MODELS}
        profile.load(folder)
        assert {model.__name__: model._default_manager.count() for model in MODELS} == before

    def test_what_changed_is_taken_up(self, folder: Path) -> None:
        replace(folder / "profile.toml", "population = 3902738", "population = 4000000")
        profile.load(folder)
        assert Area.objects.get(code="430200").population == 4_000_000

    def test_of_two_networks_one_comes_first(self) -> None:
        assert list(Network.objects.values_list("code", flat=True)) == ["traffic", "police"]


class TestWhatIsWrong:
    def test_no_profile(self, tmp_path: Path) -> None:
        with pytest.raises(Refusal, match="shichen init"):
            profile.load(tmp_path)

    def test_a_profile_that_is_no_toml(self, folder: Path) -> None:
        (folder / "profile.toml").write_text("[city\n")
        with pytest.raises(Refusal, match="读不懂"):
            profile.load(folder)

    def test_a_table_that_is_missing(self, folder: Path) -> None:
        (folder / "roster.csv").unlink()
        with pytest.raises(Refusal, match="roster"):
            profile.load(folder)

    def test_an_area_before_its_parent(self, folder: Path) -> None:
        with (folder / "gazetteer.csv").open("a", encoding="utf-8") as file:
            file.write("999999,某地,county,888888,code,,,\n")
        with pytest.raises(Refusal, match="888888"):
            profile.load(folder)

    def test_nothing_is_half_loaded(self, folder: Path) -> None:
        replace(folder / "profile.toml", "population = 3902738", "population = 4000000")
        replace(folder / "profile.toml", 'run_by = "traffic-safety-group"', 'run_by = "nobody"')
        with pytest.raises(Refusal, match="nobody"):
            profile.load(folder)
        assert Area.objects.get(code="430200").population == 3_902_738


def test_the_day_page_of_the_profile() -> None:
    day, name = profile.covers(DEMO_CITY)
    assert (str(day), name) == ("2020-02-02", "株洲市")


class TestWhatAProfileMaySay:
    """Every fault at once, each with its line; nothing that is written has no effect."""

    FAULTS = (
        ('plate = "鄂"', 'plat = "鄂"', "source_area.第1项.plat 不是档案里的项，是否为 plate"),
        ("[overlap]", "[overlpa]", "overlpa 不是档案里的项，是否为 overlap"),
        ("started_on = 2020-01-21", 'started_on = "一月"', "event.started_on 应是日期，写作 2020-02-02，不加引号"),
        ('due = "07:00"', 'due = "27:00"', '应是时刻，写作 "10:00"'),
        ('what = "生活必需品价格"\n', "", "obligation.第9项.what 没有写"),
        ('every = "shift"', 'every = "hourly"', "every 只能是 'civil_day' 或 'shift'"),
        ('"430204" = [2, 1]', '"430204" = [0, 1]', "grid.430204.第1项 应不小于 1"),
        ("rank = 2", 'rank = "二"', "series.第2项.rank 应是整数"),
        ("profile = 1", "profile = 2", "profile 只能是 1"),
        ("[[seat]]", '[[seat]]\nbody = "x"\n[[seat]]', "title 没有写"),
    )

    @pytest.mark.parametrize(("old", "new", "said"), FAULTS, ids=[said for _, _, said in FAULTS])
    def test_what_is_wrong_is_told_by_key(self, folder: Path, old: str, new: str, said: str) -> None:
        replace(folder / "profile.toml", old, new)
        with pytest.raises(Refusal) as refused:
            profile.load(folder)
        assert said in refused.value.sentence

    def test_the_line_is_that_of_the_file(self, folder: Path) -> None:
        path = folder / "profile.toml"
        replace(path, 'code = "prices"', 'code = "prices"\ndeu = "13:00"')
        line = path.read_text(encoding="utf-8").splitlines().index('deu = "13:00"') + 1
        with pytest.raises(Refusal, match=rf"第 {line} 行的 obligation\.第9项\.deu"):
            profile.load(folder)

    def test_all_faults_at_once(self, folder: Path) -> None:
        path = folder / "profile.toml"
        for old, new, _ in self.FAULTS[:4]:
            replace(path, old, new)
        with pytest.raises(Refusal, match="有 4 处要改"):
            profile.load(folder)
        assert Area.objects.get(code="430200").population == 3_902_738

    def test_it_reads_nothing_that_does_not_act(self) -> None:
        """Each key that may be written is read somewhere by its name."""
        from shichen.site import profile_shape

        house = Path(profile.__file__).parents[1]
        readers = "".join(
            path.read_text(encoding="utf-8")
            for folder in ("site", "city", "registers", "intake", "board")
            for path in (house / folder).rglob("*.py")
            if path.name not in ("profile_shape.py", "profile_reading.py", "newcity.py")
        )
        keys = {key for _, _, rows in profile_shape.tables() for key, _, _ in rows} - {"profile"}
        assert [key for key in sorted(keys) if f'"{key}"' not in readers] == []
