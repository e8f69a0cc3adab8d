"""`shichen map`: outlines taken in from the command line, with a row of the trail, and refused in one sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shichen.audit.models import Trail
from shichen.city import maps
from shichen.refusal import Refusal
from shichen.site.commands import map_
from tests.city.test_maps import collection, whole_city

pytestmark = pytest.mark.django_db
ON = date(2020, 2, 2)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(map_, "set_up", lambda home: tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    found = CliRunner().invoke(map_.command, words)
    if isinstance(found.exception, Refusal):
        raise found.exception
    return found


def test_outlines_come_in_with_a_row_of_the_trail(home: Path) -> None:
    (home / "a.geojson").write_bytes(collection(*whole_city()))
    said = run("import", str(home / "a.geojson"), "--review-no", "GS(2019)1234号")
    assert said.exit_code == 0, said.output
    assert "没有审图号" not in said.output
    found = maps.load(home)
    assert found is not None
    assert Trail.objects.filter(action="import_map", subject=found.digest[:36]).exists()
    assert "GS(2019)1234号" in run("show").output


def test_without_a_review_number_it_warns(home: Path) -> None:
    (home / "a.geojson").write_bytes(collection(*whole_city()))
    assert "for internal use only" in run("import", str(home / "a.geojson")).output


def test_what_is_refused_leaves_the_old_map_as_it_was(home: Path) -> None:
    (home / "a.geojson").write_bytes(collection(*whole_city()))
    run("import", str(home / "a.geojson"))
    before = maps.load(home)
    (home / "b.geojson").write_bytes(b"{")
    with pytest.raises(Refusal, match="不是 JSON"):
        run("import", str(home / "b.geojson"))
    assert maps.load(home) == before
    assert Trail.objects.filter(action="import_map").count() == 1


def test_a_file_that_is_not_there_is_a_sentence(home: Path) -> None:
    with pytest.raises(Refusal, match="读不了"):
        run("import", str(home / "nothing.geojson"))


def test_taken_away_and_shown(home: Path) -> None:
    (home / "a.geojson").write_bytes(collection(*whole_city()))
    run("import", str(home / "a.geojson"))
    assert "Removed" in run("remove").output
    assert "方格图" in run("show").output
    assert "There was none" in run("remove").output
