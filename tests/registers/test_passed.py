"""Figures of what passed: files and rows counted as one, the same wherever a row lies; a damaged file is said; every number leads to its load."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings

from shichen import watches
from shichen.audit.context import acting
from shichen.city import queries as city
from shichen.indicators import proof, services
from shichen.indicators.declare import Scope
from shichen.indicators.queries import Computed, compute
from shichen.records import lake
from shichen.records.bulk import keeping
from shichen.records.manifest import Batch, Load
from shichen.refusal import Refusal
from shichen.registers.checkpoints import passed, passings, sealing
from shichen.registers.loads import services as loads
from shichen.watches import Period
from tests.conftest import Cast
from tests.made import DAY, body, day_of
from tests.records.bulk.conftest import IDS
from tests.registers.cases import signed_in
from tests.registers.test_passings import passing
from tests.registers.test_sealing import at, in_file, lake_of, seal

pytestmark = pytest.mark.django_db
KEYS = ("checkpoint.vehicles_passed", "checkpoint.persons_passed")
LINES = ("2020-02-02 08:10:00,Z01,湘B11111", "2020-02-02 11:10:00,Z02,湘B22222", "2020-02-02 00:30:00,Z02,湘B33333")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    return lake_of(tmp_path, settings)


def of(key: str = KEYS[0], period: Period | None = None, *, as_of: datetime | None = None, **facets: str) -> Computed:
    return compute(key, period or day_of(DAY), Scope(city.the_city(), facets, as_of))


def values(**more: Any) -> list[int | None]:
    found = [of(key, **more).value for key in KEYS]
    return [None if value is None else int(value) for value in found]


def all_of() -> dict[str, Any]:
    """Everything that figures say of the day: whole, by post, by watch, and in hours that cut a watch."""
    said: dict[str, Any] = {}
    for key in KEYS:
        whole = of(key)
        said[key] = (whole.value, whole.fingerprint(), *(of(key, post=code).value for code in ("Z01", "Z02")))
        said[f"{key} by"] = [
            whole.records.figures(whole.indicator.reduction, by) for by in ("watch", "post__code", "area__name")
        ]  # type: ignore[arg-type]
        said[f"{key} watch"] = [of(key, watch=watch).value for watch in watches.WATCHES]
        said[f"{key} cut"] = [of(key, Period(at(hour), at(hour + 4))).value for hour in (6, 8, 12)]
    return said


def mixed() -> None:
    passing(at(8), persons=3)
    passing(at(8), persons=2, post="Z02", outcome="turned_back", why="无必要事由")
    passing(at(8, 30), plate="", persons=4)
    passing(at(9, 30), plate="", on_foot=True, persons=2)
    passing(at(11, 59), persons=1, direction="out")


class TestFilesAndRows:
    def test_the_same_records_say_the_same_hot_sealed_and_compacted(self, folder: Path) -> None:
        mixed()
        hot = all_of()
        assert hot[KEYS[0]][0] == 4
        assert seal(at(11)) == 4
        assert all_of() == hot, "some sealed, one hot"
        seal(at(13))
        assert all_of() == hot, "all sealed"
        keeping.compact(loads.place())
        assert all_of() == hot, "compacted"
        assert Batch.objects.filter(removed=None, layout=lake.ROLLUP).count() == 1

    def test_a_file_and_phones_are_added_up(self) -> None:
        in_file(*LINES)
        passing(at(8), persons=3)
        assert values() == [4, 3]
        assert values(post="Z02") == [2, 0]
        assert values(watch="子") == [1, 0]

    def test_a_passing_that_a_file_has_too_counts_once_from_the_end_of_its_watch(self) -> None:
        in_file("2020-02-02 08:00:00,Z01,湘B12342")
        passing(at(8), persons=1)
        seal(at(9))
        assert values()[0] == 1

    def test_nothing_reported_is_not_nought(self) -> None:
        assert values() == [None, None]
        in_file(*LINES)
        assert values(post="Z01", watch="午") == [None, None]

    def test_a_correction_shows_at_once_and_after_it_was_sealed(self, cast: Cast) -> None:
        one = passing(at(8), persons=3)
        passing(at(8, 1), persons=1)
        seal(at(9))
        with acting("web", moment=at(9, 30)):
            passings.correct(one, {"persons": 5}, "误点", by=cast.office)  # type: ignore[arg-type]
        assert values() == [2, 6]
        seal(at(11))
        assert values() == [2, 6]
        last = sealing.Passing.objects.current().get(persons=5)
        with acting("web", moment=at(11, 30)):
            passings.void(last, "误点", by=cast.office)  # type: ignore[arg-type]
        assert values() == [1, 1]
        seal(at(13))
        assert values() == [1, 1]

    def test_a_past_moment_sees_what_it_saw(self, cast: Cast) -> None:
        one = passing(at(8), persons=3)
        seal(at(9))
        with acting("web", moment=at(9, 30)):
            passings.correct(one, {"persons": 5}, "误点", by=cast.office)  # type: ignore[arg-type]
        seal(at(11))
        for hour, minute in ((8, 30), (9, 0), (9, 20)):
            assert values(as_of=at(hour, minute)) == [1, 3], (hour, minute)
        assert values(as_of=at(9, 40)) == values(as_of=at(12)) == [1, 5]
        assert values(as_of=at(7)) == [None, None]

    def test_a_watch_that_is_cut_is_read_from_rows(self) -> None:
        in_file(*LINES)
        assert values(period=Period(at(8), at(8, 11)))[0] == 1
        assert values(period=Period(at(8, 11), at(11, 10)))[0] is None

    def test_the_roll_ups_answer_when_the_rows_are_destroyed(self, folder: Path) -> None:
        in_file(*LINES)
        keeping.expire(folder, settings.KEYRING, timedelta(days=28), at=at(8) + timedelta(days=60))
        assert values()[0] == 3


class TestEvidence:
    def test_leads_to_the_load_its_file_and_the_rows_that_are_in_none(self, cast: Cast) -> None:
        load = in_file(*LINES)
        one = passing(at(8), persons=3)
        client = signed_in(cast, "office")
        page = client.get(f"/figures/{KEYS[0]}/", {"from": DAY, "to": DAY})
        said = page.content.decode()
        assert f"/registers/loads/{load.id}/" in said
        assert f"/registers/passings/{one.pk}/" in said
        assert Batch.objects.get(layout=lake.PLACE).sha256[:16] in said
        assert client.get(f"/registers/loads/{load.id}/").status_code == 200

    def test_whoever_sees_part_of_the_city_sees_that_part(self, cast: Cast) -> None:
        from shichen.city.scope import sight

        in_file(*LINES)
        nothing = proof.evidence(of(), sight(cast.outsider, "view", at=at(12)), as_reached=True)  # type: ignore[arg-type]
        assert (nothing.value, nothing.count, nothing.rows) == (None, 0, [])

    def test_a_frozen_figure_keeps_snapshot_fingerprint_and_digest_of_files(self, cast: Cast) -> None:
        load = in_file(*LINES)
        figure = services.freeze(
            KEYS[0],
            day_of(DAY),
            Scope(city.the_city()),
            reporter=body("office"),
            event=city.the_event(),
            by=cast.office,  # type: ignore[arg-type]
        )
        assert (figure.snapshot, figure.record_count, figure.complete) == (load.snapshot_id, 3, True)
        assert (len(figure.fingerprint), len(figure.files)) == (64, 64)
        in_file("2020-02-02 10:00:00,Z01,湘B44444", name="b.csv")
        keeping.compact(loads.place())
        assert of().value == 4
        then = keeping.view(settings.LAKE, figure.snapshot)
        assert sum(one.rows for one in then.files if one.layout == lake.PLACE) == 3


class TestADamagedFile:
    def flipped(self, folder: Path, layout: str = lake.ROLLUP) -> Path:
        path = folder / Batch.objects.get(layout=layout).path
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        return path

    def test_is_said_on_the_page_and_in_the_json_and_frozen_with_the_figure(self, folder: Path, cast: Cast) -> None:
        in_file(*LINES)
        passing(at(8), persons=3)
        asked = {"from": DAY, "to": DAY}
        client = signed_in(cast, "office")
        assert client.get(f"/figures/{KEYS[0]}.json", asked).json()["complete"] is True
        assert "数据不完整" not in client.get(f"/figures/{KEYS[0]}/", asked).content.decode()
        self.flipped(folder)
        said = client.get(f"/figures/{KEYS[0]}.json", asked).json()
        assert (said["complete"], said["value"], len(said["missing"])) == (False, 1, 1)
        assert "数据不完整" in client.get(f"/figures/{KEYS[0]}/", asked).content.decode()
        figure = services.freeze(
            KEYS[0],
            day_of(DAY),
            Scope(city.the_city()),
            reporter=body("office"),
            event=city.the_event(),
            by=cast.office,  # type: ignore[arg-type]
        )
        assert figure.complete is False
        assert client.get(f"/figures/{figure.pk}.json").json()["complete"] is False
        assert "数据不完整" in client.get(f"/figures/{figure.pk}/").content.decode()

    def test_that_was_set_aside_marks_every_figure_of_its_day_whatever_layout_it_is(self, folder: Path) -> None:
        in_file(*LINES)
        self.flipped(folder, lake.PERSON)
        keeping.verify(folder, at=at(12))
        assert (of().value, bool(of().missing)) == (3, True)
        assert not of(period=day_of(DAY + timedelta(days=1))).missing
        assert Load.objects.get().state == "committed"


class TestATrace:
    """疾控 asks who was near a case at a post: the phones' passings of this watch are among the answers."""

    def met(self) -> set[tuple[int, int]]:
        from shichen.records.engine import LakeEngine

        asked = "select person, t, count(*) as n from {} where person <> 0 group by all"
        engine = LakeEngine(passed.looked())
        for table in ("passings_by_place", "passings_by_person"):
            engine.narrow(table, 0, 2**31 - 2)
        found = [engine.ask(asked.format(f"{name}_near")) for name in ("passings_by_place", "passings_by_person")]
        rows = [set(zip(one["person"].tolist(), one["t"].tolist(), one["n"].tolist(), strict=True)) for one in found]
        assert rows[0] == rows[1]
        assert all(n == 1 for *_, n in rows[0])
        return {(person, t) for person, t, _ in rows[0]}

    def named(self, moment: datetime, who: int) -> sealing.Passing:
        return passing(moment, plate="鄂A12345", persons=2, outcome="registered", travellers=f"王某 {IDS[who]}")

    def test_sees_a_passing_once_hot_sealed_and_put_right(self, cast: Cast) -> None:
        one, other = self.named(at(8), 1), self.named(at(8, 1), 2)
        expected = {(one.people[0], lake.seconds(at(8))), (other.people[0], lake.seconds(at(8, 1)))}
        assert self.met() == expected
        seal(at(9))
        assert self.met() == expected
        with acting("web", moment=at(9, 30)):
            passings.correct(one, {"occurred_from": at(7)}, "时间误", by=cast.office)  # type: ignore[arg-type]
            passings.void(other, "误点", by=cast.office)  # type: ignore[arg-type]
        moved = {(one.people[0], lake.seconds(at(7)))}
        assert self.met() == moved
        seal(at(11))
        assert self.met() == moved

    def test_on_a_cluster_waits_for_the_end_of_the_watch(self) -> None:
        pytest.importorskip("pyspark")
        from shichen.records import cluster

        self.named(at(8), 1)
        with pytest.raises(Refusal, match="还没有封存"), cluster.engine(passed.looked(), "local[1]"):
            pass
        seal(at(9))
        assert passed.looked().beside is None
