"""封存: at the end of a watch hot passings become bulk rows, each once; what is put right later leaves the lake and its successor comes in."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings

from shichen import watches
from shichen.audit.context import acting
from shichen.journal.models import Entry
from shichen.records import lake, pseudonyms
from shichen.records.bulk import keeping
from shichen.records.manifest import Batch, Load, Snapshot
from shichen.refusal import Refusal
from shichen.registers.checkpoints import passings, sealing
from shichen.registers.checkpoints.models import Passing
from shichen.registers.loads import services as loads
from tests.conftest import Cast
from tests.made import DAY, post
from tests.records.bulk.conftest import IDS, rows
from tests.registers.test_passings import passing, passing_row, sent

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0) -> datetime:
    return watches.clock(DAY, hour, minute)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.LAKE = tmp_path / "lake"
    post()
    return tmp_path / "lake"


def lake_of(tmp_path: Path, settings: LazySettings, *others: tuple[str, ...]) -> Path:
    """A lake in a folder of its own, and two posts since the day began, with any others: (code, network)."""
    settings.LAKE = tmp_path / "lake"
    with acting("job", moment=at(0)):
        for one in ((), ("Z02",), *others):
            post(*one)
    return tmp_path / "lake"


def seal(moment: datetime) -> int:
    with acting("job", moment=moment):
        return sealing.seal(moment)


def keys(folder: Path, snapshot: int | None = None) -> list[tuple[int, ...]]:
    """Second, person and number of each row."""
    return sorted((one[0], one[3], one[6]) for one in rows(folder, lake.PLACE, snapshot))


def in_file(*lines: str, head: str = "时间,卡点,车牌", name: str = "a.csv") -> Load:
    from tests.records.bulk.conftest import sent as delivered

    with acting("test", moment=at(20)):
        from shichen.city import services as accounts

        load, _ = loads.receive(delivered("\n".join([head, *lines, ""]).encode(), name=name), by=accounts.system())
        return loads.work(load)


class TestAtTheEndOfAWatch:
    def test_what_was_entered_before_the_watch_began_becomes_a_segment(self, folder: Path) -> None:
        one, other = passing(at(8), persons=3), passing(at(9, 1), persons=1)
        assert seal(at(9)) == 1
        one.refresh_from_db(), other.refresh_from_db()
        assert (one.load is not None, one.taken, one.sealed_at, other.load) == (True, 1, at(9), None)
        assert keys(folder) == [(lake.seconds(at(8)), 0, 3)]
        assert (seal(at(10)), seal(at(11)), seal(at(13))) == (0, 1, 0)
        assert len(keys(folder)) == 2

    def test_the_load_its_counts_and_the_log_say_so(self, folder: Path) -> None:
        passing(at(8)), passing(at(8, 1))
        seal(at(9))
        load = Load.objects.get()
        assert (load.channel, load.state, load.read, load.taken, load.duplicate) == ("sealed", "committed", 2, 2, 0)
        assert Snapshot.objects.get().act == "seal"
        assert {one.load for one in Batch.objects.all()} == {load}
        assert Entry.objects.latest("seq").text == "封存逐车记录2条。"

    def test_late_ones_go_with_the_next_watch_into_the_day_they_happened(self, folder: Path) -> None:
        late = watches.clock(DAY, 9) - timedelta(days=2)
        sent(passing_row(late), at=at(10))
        passing(at(10))
        assert seal(at(11)) == 2
        days = {one.day for one in Batch.objects.filter(layout=lake.PLACE)}
        assert days == {DAY, DAY - timedelta(days=2)}

    def test_who_is_named_is_a_row_of_its_own_and_no_clear_number_lies_in_the_lake(self, folder: Path) -> None:
        named = passing(at(8), plate="鄂A12345", persons=3, outcome="registered", travellers=f"王某 {IDS[1]}")
        assert named.people == [pseudonyms.of_person(settings.KEYRING, IDS[1], at(8))]
        seal(at(9))
        assert keys(folder) == sorted([(lake.seconds(at(8)), named.people[0], 1), (lake.seconds(at(8)), 0, 2)])
        held = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
        assert IDS[1].encode() not in held
        assert b"12345" not in held

    def test_vehicles_without_a_plate_and_people_on_foot_keep_their_counts(self, folder: Path) -> None:
        for _ in range(2):
            passing(at(8), plate="", persons=2)
            passing(at(8), plate="", on_foot=True, persons=4)
        seal(at(9))
        rolled = rows(folder, lake.ROLLUP)
        assert (sum(one[5] for one in rolled), sum(one[6] for one in rolled)) == (2, 12)

    def test_nothing_to_seal_leaves_nothing(self) -> None:
        assert seal(at(9)) == 0
        assert not Load.objects.exists()


class TestAFileThatBroughtItBefore:
    def test_counts_once(self, folder: Path) -> None:
        in_file("2020-02-02 08:00:00,Z01,湘B12342")
        one = passing(at(8), persons=1)
        assert seal(at(9)) == 1
        one.refresh_from_db()
        assert (one.taken, len(keys(folder))) == (0, 1)
        assert Load.objects.get(channel="sealed").duplicate == 1

    def test_and_was_withdrawn_leaves_it_to_the_passing(self, folder: Path, cast: Cast) -> None:
        load = in_file("2020-02-02 08:00:00,Z01,湘B12342")
        passing(at(8), persons=1)
        seal(at(9))
        with acting("test", moment=at(9)):
            loads.withdraw(load, "误送", by=cast.office)  # type: ignore[arg-type]
        assert keys(folder) == []
        assert seal(at(11)) == 1
        assert len(keys(folder)) == 1

    def test_a_file_that_came_after_counts_nothing_twice(self, folder: Path) -> None:
        passing(at(8), persons=1)
        seal(at(9))
        assert in_file("2020-02-02 08:00:00,Z01,湘B12342").duplicate == 1
        assert len(keys(folder)) == 1


class TestPutRight:
    def test_the_old_version_leaves_and_the_new_comes_in(self, folder: Path, cast: Cast) -> None:
        one, other = passing(at(8), persons=3), passing(at(8, 5), persons=1)
        seal(at(9))
        before = Snapshot.objects.get().number
        with acting("web", moment=at(9, 30)):
            new = passings.correct(one, {"persons": 5}, "误点", by=cast.office)  # type: ignore[arg-type]
        assert (new.load, new.taken, seal(at(10))) == (None, 0, 0)
        assert seal(at(11)) == 1
        assert [number for *_, number in keys(folder)] == [5, 1]
        assert [number for *_, number in keys(folder, before)] == [3, 1]
        one.refresh_from_db()
        assert one.left_in == Snapshot.objects.latest("number").number
        assert other.load is None
        assert Entry.objects.latest("seq").text == "封存逐车记录1条，移出已更正或作废的1条。"

    def test_taken_out_it_leaves_and_nothing_comes_in(self, folder: Path, cast: Cast) -> None:
        one = passing(at(8))
        seal(at(9))
        with acting("web", moment=at(9, 30)):
            passings.void(one, "误点", by=cast.office)  # type: ignore[arg-type]
        seal(at(11))
        assert rows(folder) == [] == rows(folder, lake.ROLLUP)
        assert seal(at(13)) == 0
        assert not sealing.hot().exists()
        assert not sealing.leaving().exists()

    def test_moved_to_another_day_it_leaves_the_one_and_enters_the_other(self, folder: Path, cast: Cast) -> None:
        one = passing(at(8))
        seal(at(9))
        with acting("web", moment=at(9, 30)):
            earlier = at(8) - timedelta(days=1)
            passings.correct(one, {"occurred_from": earlier}, "日期误", by=cast.office)  # type: ignore[arg-type]
        seal(at(11))
        assert [t for t, *_ in keys(folder)] == [lake.seconds(earlier)]

    def test_under_another_key_its_pseudonyms_go(self, cast: Cast) -> None:
        one = passing(at(8))
        with acting("web", moment=at(9, 30)):
            moved = passings.correct(one, {"occurred_from": at(8) + timedelta(days=31)}, "月份误", by=cast.office)  # type: ignore[arg-type]
        assert (moved.plate, moved.vehicles) == (None, 1)

    def test_a_row_that_a_file_sent_too_stays_as_the_files(self, folder: Path, cast: Cast) -> None:
        one = passing(at(8), persons=1)
        seal(at(9))
        load = in_file("2020-02-02 08:00:00,Z01,湘B12342")
        with acting("web", moment=at(20)):
            passings.void(one, "误点", by=cast.office)  # type: ignore[arg-type]
        seal(at(21))
        assert {one[7] for one in rows(folder)} == {load.number}

    def test_corrected_while_it_was_being_sealed_it_leaves_with_the_next(
        self, folder: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = passing(at(8), persons=3)
        honest = sealing._Sealing._sealed

        def meanwhile(self: Any, load: Load, done: Any) -> None:
            passings.correct(one, {"persons": 4}, "误点", by=cast.office)  # type: ignore[arg-type]
            honest(self, load, done)

        monkeypatch.setattr(sealing._Sealing, "_sealed", meanwhile)
        seal(at(9))
        monkeypatch.undo()
        settings.LAKE = folder
        assert [number for *_, number in keys(folder)] == [3]
        seal(at(11))
        assert [number for *_, number in keys(folder)] == [4]

    def test_what_left_a_destroyed_day_keeps_nothing_of_another_day_from_leaving(
        self, folder: Path, cast: Cast
    ) -> None:
        """The day before was destroyed, and has rows again that came late; its own old row is in no file any more."""
        eve = at(8) - timedelta(days=1)
        sent(passing_row(eve), at=at(8))
        old, one = Passing.objects.get(), passing(at(8, 5))
        seal(at(9))
        keeping.expire(folder, settings.KEYRING, timedelta(days=28), at=at(12) + timedelta(days=28))
        sent(passing_row(eve + timedelta(minutes=1)), at=at(9, 30))
        seal(at(11))
        with acting("web", moment=at(11, 30)):
            passings.void(old, "误点", by=cast.office)  # type: ignore[arg-type]
            passings.void(one, "误点", by=cast.office)  # type: ignore[arg-type]
        seal(at(13))
        assert [t for t, *_ in keys(folder)] == [lake.seconds(eve) + 60]
        assert [left.pk for left in sealing.leaving()] == [old.pk]

    def test_a_sealed_load_is_not_withdrawn_whole(self, cast: Cast) -> None:
        passing(at(8))
        seal(at(9))
        with acting("test"), pytest.raises(Refusal, match="逐条更正"):
            loads.withdraw(Load.objects.get(), "误送", by=cast.office)  # type: ignore[arg-type]


class TestWhatFails:
    def test_a_commit_that_fails_leaves_all_hot(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        passing(at(8))
        monkeypatch.setattr(sealing, "tell", _boom)
        with pytest.raises(RuntimeError):
            seal(at(9))
        monkeypatch.undo()
        settings.LAKE = folder
        assert (rows(folder), sealing.hot().count(), Snapshot.objects.count()) == ([], 1, 0)
        assert seal(at(9, 5)) == 1
        assert Load.objects.count() == 1, "the number that the failed one had is used"

    def test_a_damaged_day_waits_and_other_days_do_not(self, folder: Path) -> None:
        passing(at(8))
        seal(at(9))
        batch = Batch.objects.get(layout=lake.PERSON)
        honest = (folder / batch.path).read_bytes()
        (folder / batch.path).write_bytes(honest[:-1])
        passing(at(9, 30))
        sent(passing_row(at(8) - timedelta(days=1)), at=at(10))
        assert seal(at(11)) == 2
        assert sealing.hot().count() == 1
        assert (seal(at(13)), Load.objects.filter(state="committed").count()) == (0, 2)
        (folder / batch.path).write_bytes(honest)
        seal(at(15))
        assert sealing.hot().count() == 0

    def test_segments_are_compacted_like_any_others(self, folder: Path) -> None:
        passing(at(8)), seal(at(9))
        passing(at(10)), seal(at(11))
        before = keys(folder)
        place = loads.place()
        assert len(keeping.compact(place)) == 1
        assert keys(folder) == before
        assert Passing.objects.filter(load__isnull=False).count() == 2


def _boom(*args: object, **more: object) -> None:
    raise RuntimeError
