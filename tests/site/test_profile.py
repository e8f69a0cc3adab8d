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
