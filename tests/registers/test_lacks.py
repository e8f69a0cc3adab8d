"""数据不完整: a number that a lost file could have made larger says so, where it is shown and before it goes out; no other does."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings, settings

from shichen.audit.context import acting
from shichen.board import snapshot
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.indicators import freezing, releasing, services
from shichen.indicators.declare import Scope
from shichen.indicators.freezing import Wanted
from shichen.indicators.models import Figure
from shichen.indicators.queries import Computed, compute
from shichen.indicators.releasing import Document, Printed
from shichen.records import lake
from shichen.records.bulk import keeping
from shichen.records.manifest import Batch, Load
from shichen.refusal import Refusal
from shichen.registers.checkpoints import lacks
from shichen.registers.checkpoints.models import Tally
from shichen.registers.loads import services as loads
from tests.conftest import Cast
from tests.made import DAY, body, day_of, tally
from tests.registers.cases import signed_in
from tests.registers.test_drawing import at, draw
from tests.registers.test_hours import HEAD, LINES, broken, drawn
from tests.registers.test_sealing import in_file, lake_of

pytestmark = pytest.mark.django_db
KEY = "traffic.vehicles_checked"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    return lake_of(tmp_path, settings, ("P01", "police"))


def of(key: str = KEY, **facets: str) -> Computed:
    with acting("test", moment=at(23)):
        return compute(key, day_of(DAY), Scope(city.the_city(), facets))


def marked(key: str = KEY, **facets: str) -> bool:
    with acting("test", moment=at(23)):
        return bool(of(key, **facets).missing)


def lost(layout: str = lake.PLACE) -> Batch:
    """A file of the lake is gone from the disk."""
    batch = Batch.objects.get(layout=layout, removed=None)
    (settings.LAKE / batch.path).unlink()
    return batch


def frozen(key: str = KEY, **facets: str) -> Figure:
    with acting("test", moment=at(23)):
        return services.freeze(
            key,
            day_of(DAY),
            Scope(city.the_city(), facets),
            reporter=body("office"),
            event=city.the_event(),
            by=accounts.system(),
        )


class TestWhichFigures:
    def test_one_that_rests_on_a_lost_file_is_marked_and_no_other(self) -> None:
        in_file(*LINES, head=HEAD)
        draw()
        assert not marked()
        lost()
        assert marked()
        assert marked("checkpoint.vehicles_checked", post="Z01")
        assert marked("checkpoint.vehicles_at_gates")
        assert not marked("checkpoint.vehicles_checked", post="Z02"), "the file held nothing of it"
        assert not marked("police.vehicles_checked")

    def test_a_shift_that_nobody_told_may_lie_in_it(self) -> None:
        in_file(*LINES, head=HEAD)
        lost()
        assert not Tally.objects.exists()
        assert marked()

    def test_a_day_that_the_posts_stated_themselves_rests_on_no_file(self) -> None:
        in_file(*LINES, head=HEAD)
        with acting("job", moment=at(17)):
            tally(hours=(0, 8)), tally(hours=(8, 16))
        lost()
        assert not marked()

    def test_where_nothing_is_left_to_say_what_it_held_it_may_be_any_post(self) -> None:
        in_file(*LINES, head=HEAD)
        for layout in (lake.PLACE, lake.PERSON, lake.ROLLUP):
            lost(layout)
        assert marked("checkpoint.vehicles_checked", post="Z02")

    def test_a_sum_made_of_what_was_left_stays_marked_until_it_is_drawn_anew(self, folder: Path) -> None:
        in_file(*LINES, head=HEAD)
        path, was = broken(folder)
        draw()
        assert Batch.objects.get(layout=lake.PLACE).state == "quarantined", (
            "found while it was summed up, and said at once"
        )
        path.write_bytes(was)
        keeping.verify(folder, at=at(18))
        assert marked()
        draw(at(18, 5))
        assert (drawn().lacks, marked()) == ([], False)

    def test_a_load_that_is_withdrawn_takes_its_broken_files_with_it(self, folder: Path) -> None:
        load = in_file(*LINES, head=HEAD)
        draw()
        broken(folder, lake.PERSON)
        keeping.verify(folder, at=at(18))
        assert marked()
        with acting("test", moment=at(20)):
            loads.withdraw(load, "文件坏了，重送", by=accounts.system())
        assert draw(at(21)) == 1
        assert (drawn().vehicles, marked(), lacks.told([DAY])) == (0, False, [])

    def test_a_load_that_may_lie_in_a_broken_file_of_several_is_not_withdrawn(self, folder: Path) -> None:
        load = in_file(*LINES, head=HEAD)
        in_file("2020-02-02 10:00:00,Z01,湘B44444", name="b.csv")
        keeping.compact(loads.place())
        broken(folder, lake.PERSON)
        keeping.verify(folder, at=at(18))
        with acting("test", moment=at(20)), pytest.raises(Refusal, match="先从备份恢复"):
            loads.withdraw(load, "重送", by=accounts.system())
        load.refresh_from_db()
        assert load.state == "committed"

    def test_frozen_together_each_says_it_as_if_frozen_alone(self) -> None:
        in_file(*LINES, head=HEAD)
        draw()
        tally("P01", hours=(8, 16), vehicles=4)
        lost()
        wanted = [
            Wanted("checkpoint.vehicles_checked", day_of(DAY), Scope(city.the_city(), {"post": code}), body("office"))
            for code in ("Z01", "P01")
        ]
        with acting("test", moment=at(9)):
            found = freezing.freeze_all(wanted, event=city.the_event(), by=accounts.system())
        assert [one.complete for one in found] == [False, True]


class TestWhereItIsShown:
    def test_board_day_page_and_the_page_of_the_figure(self, cast: Cast) -> None:
        in_file(*LINES, head=HEAD)
        draw()
        lost()
        with acting("test", moment=at(17)):
            held = snapshot.build(at(17))
        tile = next(one for one in held["tiles"] if one["key"] == KEY)
        assert tile["incomplete"] is True
        (row,) = held["lacks"]
        assert (row["day"], row["posts"], row["watches"]) == (
            "2020-02-02",
            [["Z01号点", "traffic-safety-group"]],
            ["辰", "巳", "申"],
        )
        client = signed_in(cast, "office")
        for address in (f"/days/{DAY}/?live=1", f"/figures/{KEY}/?from={DAY}&to={DAY}"):
            assert "数据不完整" in client.get(address).content.decode(), address
        said = client.get(f"/figures/{KEY}.json?from={DAY}&to={DAY}").json()
        assert (said["complete"], len(said["missing"])) == (False, 1)

    def test_of_posts_out_of_reach_nothing_is_told(self, cast: Cast) -> None:
        in_file(*LINES, head=HEAD)
        lost()
        assert "Z01号点" not in signed_in(cast, "police").get(f"/days/{DAY}/?live=1").content.decode()

    def test_a_load_that_waits_to_be_mended_is_told_on_the_board(self) -> None:
        in_file(*LINES, head=HEAD)
        Load.objects.update(state=Load.State.HELD)
        with acting("test", moment=at(23)):
            assert [one["state"] for one in snapshot.build(at(23))["lacks"]] == ["held"]


class TestGoingOut:
    def test_such_a_number_is_refused_unless_its_words_say_so(self) -> None:
        in_file(*LINES, head=HEAD)
        draw()
        lost()
        figure = frozen()
        assert figure.complete is False
        page = Document(uuid4(), "日版", "/")
        with pytest.raises(Refusal, match="数据不完整"):
            releasing.release(page, [Printed(figure, "午", "3")], at=at(23), by=None)
        figure.refresh_from_db()
        assert figure.published_at is None
        assert releasing.release(page, [Printed(figure, "午", "3", marked=True)], at=at(23), by=None) == 1
