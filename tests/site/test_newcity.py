"""A new city's profile: commented data that loads as it stands, written once and never over somebody's own."""

from __future__ import annotations

import stat
import tomllib
from datetime import date
from pathlib import Path

import pytest

from shichen.city import queries as city
from shichen.city.models import Account, Area, Body, Event
from shichen.refusal import Refusal
from shichen.registers.cases.models import Series
from shichen.registers.checkpoints.models import Network
from shichen.site import newcity, profile
from shichen.site.home import Home

TODAY = "2020-01-21"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "post")
    made.create()
    return made


def write(home: Home, name: str = "湘潭市", code: str = "430300") -> list[Path]:
    return newcity.write(home, city=name, code=code, today=TODAY)


class TestWriting:
    def test_it_is_data_with_comments_for_its_owner_alone(self, home: Home) -> None:
        files = write(home)
        assert {path.name for path in files} == {"profile.toml", "gazetteer.csv", "roster.csv", "shichen.toml"}
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        said = tomllib.loads((home.profile / "profile.toml").read_text())
        assert said["city"] == {"name": "湘潭市", "code": "430300"}
        assert said["event"]["started_on"] == date(2020, 1, 21)

    def test_what_is_there_already_is_not_overwritten(self, home: Home) -> None:
        write(home)
        (home.profile / "profile.toml").write_text("own = 1\n")
        with pytest.raises(Refusal, match="已存在"):
            write(home, "别的市")
        assert (home.profile / "profile.toml").read_text() == "own = 1\n"

    @pytest.mark.parametrize(
        ("name", "code"), [("", "1"), ('株洲"', "1"), ("株\n洲", "1"), ("株洲", "../x"), ("株洲", "x" * 41)]
    )
    def test_a_name_or_code_that_would_break_the_file_is_refused(self, home: Home, name: str, code: str) -> None:
        with pytest.raises(Refusal):
            write(home, name, code)
        assert not (home.profile / "profile.toml").exists()

    def test_a_city_without_code_gets_one(self, home: Home) -> None:
        write(home, "某市", "")
        assert tomllib.loads((home.profile / "profile.toml").read_text())["city"]["code"] == "city"


@pytest.mark.django_db
class TestLoading:
    @pytest.fixture(autouse=True)
    def _no_city_yet(self, db: None) -> None:
        Body.objects.update(kind="group")
        Event.objects.update(ended_on=date(2019, 1, 1))

    def test_it_loads_as_it_stands(self, home: Home) -> None:
        write(home)
        event = profile.load(home.profile)
        assert (event.code, city.the_city().name, city.the_office().pk) == ("event-1", "湘潭市", "office")
        assert Network.objects.get(code="traffic").run_by.pk == "traffic-safety-group"
        assert Series.objects.get(code="official").rank == 1

    def test_it_sets_up_no_account(self, home: Home) -> None:
        before = Account.objects.count()
        write(home)
        profile.load(home.profile)
        assert Account.objects.count() == before

    def test_a_city_of_one_character_needs_no_alias(self, home: Home) -> None:
        write(home, "市", "x1")
        profile.load(home.profile)
        assert Area.objects.get(code="x1").aliases.count() == 0
