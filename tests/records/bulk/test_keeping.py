"""Looking after the lake: compaction changes no row, a snapshot stays what it was, a flipped bit is found, old days go for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.conf import settings

from shichen.audit.context import acting
from shichen.keys import KeyGone
from shichen.records import lake, leases, pseudonyms
from shichen.records.bulk import keeping, refused, writing
from shichen.records.engine import LakeEngine
from shichen.records.manifest import Batch, Load
from shichen.refusal import Refusal
from shichen.registers.loads import services as loads
from shichen.tracing import digests
from tests.records.bulk.conftest import IDS, Write, row, rows

pytestmark = pytest.mark.django_db
AT = datetime(2020, 2, 10, tzinfo=UTC)


def place() -> Any:
    return loads.place()


@pytest.fixture
def two(write: Write) -> list[Load]:
    """Two loads, each of two days."""
    days = ("2020-02-02 08:00:00", "2020-02-03 08:00:00")
    return [write([row(day, who=who) for day in days for who in whose]) for whose in (IDS[:2], IDS[2:])]


def test_compaction_leaves_one_file_of_each_layout_and_every_row(two: list[Load], folder: Path) -> None:
    before, rolled = rows(folder), rows(folder, lake.ROLLUP)
    assert len(keeping.compact(place())) == 2
    assert rows(folder) == before
    assert sum(one[4] for one in rows(folder, lake.ROLLUP)) == sum(one[4] for one in rolled) == 8
    live = Batch.objects.filter(removed=None, layout=lake.PLACE)
    assert [(one.day, one.rows, one.load) for one in live] == [(date(2020, 2, 2), 4, None), (date(2020, 2, 3), 4, None)]
    assert keeping.compact(place()) == []


def test_files_added_up_by_their_texts_are_verified_and_compacted_like_others(
    write: Write, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As files stand that were written before rows were added up as numbers; a wrong sum of theirs is still found."""
    honest, off = writing._digest, 0

    def before(table: str, con: Any, source: str, form: int = digests.TEXT) -> digests.Digest:
        said = honest(table, con, source, form)
        return replace(said, total=said.total + off)

    with monkeypatch.context() as patched:
        patched.setattr(writing, "_digest", before)
        for who in IDS[:2]:
            write([row("2020-02-02 08:00:00", who=who)])
        off = 1
        write([row("2020-02-03 08:00:00", who=IDS[0])])
    assert {batch.row_digest.count(":") for batch in Batch.objects.all()} == {1}
    wrong = {batch.path for batch in Batch.objects.filter(day=date(2020, 2, 3), layout__in=(lake.PLACE, lake.PERSON))}
    assert {*keeping.verify(folder, at=AT, deep=True).damaged} == wrong
    assert len(keeping.compact(place())) == 1
    assert Batch.objects.get(day=date(2020, 2, 2), layout=lake.PLACE, removed=None).row_digest.endswith(":2")
    assert {*keeping.verify(folder, at=AT, deep=True).damaged} == wrong


def test_a_snapshot_sees_what_it_saw(two: list[Load], folder: Path) -> None:
    def seen(number: int) -> int:
        return len(rows(folder, lake.PERSON, number))

    numbers = [load.snapshot_id or 0 for load in two]
    before = [seen(number) for number in numbers]
    later = [one.number for one in keeping.compact(place())]
    assert [seen(number) for number in (*numbers, *later)] == [*before, 8, 8] == [4, 8, 8, 8]


def test_who_comes_second_to_a_day_waits_and_is_told(db: None) -> None:
    day, first, second = date(2020, 2, 2), uuid4(), uuid4()
    leases.take(lake.PASSINGS, [day], first, lambda: AT)
    with pytest.raises(Refusal, match="正由另一批处理"):
        leases.take(lake.PASSINGS, [day], second, lambda: AT, patience=0.0)
    leases.take(lake.PASSINGS, [day], second, lambda: AT + leases.LASTS, patience=0.0)
    with pytest.raises(leases.Lost):
        leases.must_hold(first, [day], AT + leases.LASTS)


def test_of_two_compactors_one_wins(two: list[Load], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest, begun = writing.files, []

    def meanwhile(*args: Any, **more: Any) -> Any:
        if not begun:
            begun.append(True)
            keeping.compact(place(), days=[date(2020, 2, 2)])
        return honest(*args, **more)

    monkeypatch.setattr(leases, "take", lambda *args, **more: None)
    monkeypatch.setattr(leases, "must_hold", lambda *args, **more: None)
    monkeypatch.setattr(writing, "files", meanwhile)
    with pytest.raises(leases.Lost):
        keeping.compact(place(), days=[date(2020, 2, 2)])
    monkeypatch.undo()
    settings.LAKE = folder
    assert len(rows(folder)) == 8


def test_a_withdrawn_load_leaves_every_count_also_after_compaction(two: list[Load], folder: Path) -> None:
    keeping.compact(place())
    with acting("test"):
        load = loads.withdraw(two[0], "误送", by=two[0].account)
    assert (load.state, len(rows(folder))) == ("withdrawn", 4)
    assert {one[7] for one in rows(folder)} == {two[1].number}
    with acting("test"), pytest.raises(Refusal, match="已经作废"):
        loads.withdraw(load, "误送", by=load.account)


def test_a_flipped_bit_is_found_before_it_is_counted(two: list[Load], folder: Path) -> None:
    batch = Batch.objects.filter(layout=lake.PLACE).first()
    assert batch is not None
    path = folder / batch.path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(lake.Damaged, match="数据不完整"):
        rows(folder)
    found = keeping.verify(folder, at=AT)
    assert found.damaged == [batch.path]
    assert keeping.view(folder).complete is False
    with acting("test"), pytest.raises(Refusal):
        raise lake.Damaged(keeping.view(folder).missing[0])
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert keeping.verify(folder, at=AT, deep=True).damaged == []
    assert keeping.view(folder).complete is True


def test_a_missing_file_is_found(two: list[Load], folder: Path) -> None:
    batch = Batch.objects.filter(layout=lake.PERSON).first()
    assert batch is not None
    (folder / batch.path).unlink()
    with pytest.raises(lake.Damaged):
        rows(folder, lake.PERSON)


def test_old_days_go_with_their_originals_and_keys_and_the_roll_ups_stay(two: list[Load], folder: Path) -> None:
    key = pseudonyms.key_name(pseudonyms.period_of(lake.seconds(AT)))
    gone = keeping.expire(folder, settings.KEYRING, timedelta(days=7), at=datetime(2020, 2, 10, 12, tzinfo=UTC))
    assert {path.split("/day=")[-1][:10] for path in gone if "day=" in path} == {"2020-02-02"}
    assert len(rows(folder)) == 4
    keeping.expire(folder, settings.KEYRING, timedelta(days=28), at=datetime(2020, 6, 10, tzinfo=UTC))
    assert rows(folder) == []
    assert sum(one[4] for one in rows(folder, lake.ROLLUP)) == 8
    assert [one for one in folder.rglob("*") if one.is_file() and "rollup" not in str(one)] == []
    with pytest.raises(KeyGone):
        settings.KEYRING.held(key)
    with pytest.raises(Refusal, match="留存期限"):
        list(refused.blocks(Load(refused="rejects/none")))


def test_what_a_crash_left_is_swept_and_what_stands_is_not(two: list[Load], folder: Path) -> None:
    left = [folder / "passings/place/day=2020-02-02/0.parquet", folder / "tmp/load-9/place.parquet", folder / "raw/0"]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left")
    assert sorted(keeping.verify(folder, at=AT).orphans) == sorted(str(path.relative_to(folder)) for path in left)
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert len(keeping.sweep(folder, before=later)) == 3
    assert len(rows(folder)) == 8


def test_the_lake_travels_with_its_manifest(two: list[Load], folder: Path, tmp_path: Path) -> None:
    view = keeping.view(folder)
    (folder / lake.MANIFEST).write_text(lake.exported(view), encoding="utf-8")
    assert lake.imported(folder) == view
    with pytest.raises(Refusal, match="没有清单"):
        lake.imported(tmp_path)


def test_what_was_set_aside_stays_known_where_the_lake_travels(two: list[Load], folder: Path) -> None:
    broken = Batch.objects.filter(layout=lake.PERSON).order_by("pk").first()
    assert broken is not None
    (folder / broken.path).unlink()
    keeping.verify(folder, at=AT)
    (folder / lake.MANIFEST).write_text(lake.exported(keeping.view(folder)), encoding="utf-8")
    view = lake.imported(folder)
    assert (view.complete, [one.path for one in view.missing]) == (False, [broken.path])


def test_an_engine_reads_the_lake_and_nothing_else(two: list[Load], folder: Path, tmp_path: Path) -> None:
    import duckdb

    engine = LakeEngine(keeping.view(folder))
    (tmp_path / "secret.csv").write_text("a\n1\n")
    for query in (
        f"SELECT * FROM read_csv('{tmp_path}/secret.csv')",
        f"ATTACH '{tmp_path}/x.db'",
        "SET threads = 1",
        "INSTALL httpfs",
    ):
        with pytest.raises(duckdb.Error):
            engine.con.execute(query)


def test_a_full_disk_is_said_and_what_is_there_stays(
    two: list[Load], folder: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    from shichen.records.bulk import durable

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(durable, "sync", full)
    with pytest.raises(Refusal, match="磁盘已满"):
        write([row("2020-02-04 08:00:00")])
    monkeypatch.undo()
    settings.LAKE = folder
    assert len(rows(folder)) == 8
    assert keeping.verify(folder, at=AT).damaged == []


def test_the_command_lists_its_verbs() -> None:
    from shichen.site.commands.lake_ import command

    said = CliRunner().invoke(command, ["--help"]).output
    assert all(verb in said for verb in ("verify", "compact", "expire", "sweep", "withdraw", "export", "status"))


def test_what_a_withdrawn_load_brought_first_and_another_too_is_then_the_others(write: Write, folder: Path) -> None:
    first, second = write([row(who=who) for who in IDS[:2]]), write([row(who=who) for who in IDS[1:3]])
    assert (second.taken, second.duplicate) == (1, 1)
    with acting("test"):
        loads.withdraw(first, "误送", by=first.account)
    second.refresh_from_db()
    assert (second.read, second.taken, second.duplicate) == (2, 2, 0)
    assert [one[7] for one in rows(folder)] == [second.number] * 2


def test_a_load_that_is_compared_again_brings_nothing_back_that_was_destroyed(write: Write, folder: Path) -> None:
    days = ("2020-02-02 08:00:00", "2020-02-05 08:00:00")
    first, second = (write([row(day) for day in days], name=name, head=head) for name, head in TWICE)
    assert (first.taken, second.duplicate) == (2, 2)
    keeping.expire(folder, settings.KEYRING, timedelta(days=6), at=datetime(2020, 2, 10, 12, tzinfo=UTC))
    with acting("test"):
        loads.withdraw(first, "误送", by=first.account)
    second.refresh_from_db()
    assert [one[0] for one in rows(folder)] == [lake.seconds(datetime(2020, 2, 5, tzinfo=UTC))]
    assert (second.taken, second.duplicate, len(rows(folder, lake.ROLLUP))) == (1, 1, 2)


TWICE = (
    ("a.csv", "时间,卡点,车牌,证件号码,方向,处置,体温,来源地"),
    ("b.csv", "time,卡点,车牌,证件号码,方向,处置,体温,来源地"),
)


def test_rows_that_come_late_leave_a_roll_up_of_what_was_destroyed_as_it_is(write: Write, folder: Path) -> None:
    write([row("2020-02-02 08:00:00"), row("2020-02-02 08:00:00", who=IDS[1])])
    keeping.expire(folder, settings.KEYRING, timedelta(days=6), at=datetime(2020, 2, 10, 12, tzinfo=UTC))
    for who in IDS[2:]:
        write([row("2020-02-02 09:00:00", who=who)])
    keeping.compact(place())
    assert sum(one[4] for one in rows(folder, lake.ROLLUP)) == 4


def test_what_was_replaced_is_erased_unless_a_snapshot_that_is_cited_saw_it(two: list[Load], folder: Path) -> None:
    cited, later = two[1].snapshot_id or 0, datetime.now(UTC) + timedelta(days=1)
    keeping.compact(place())
    before = rows(folder)
    assert keeping.erase_replaced(folder, [cited], before=later) == []
    assert len(rows(folder, snapshot=cited)) == 8
    gone = keeping.erase_replaced(folder, [], before=later)
    assert (len(gone), any("rollup" in path for path in gone)) == (
        8,
        False,
    )  # origins without a row are one file of one name, which still stands
    assert rows(folder) == before
    assert keeping.verify(folder, at=AT).damaged == []


def test_what_little_memory_does_not_hold_is_done_once_more_with_all() -> None:
    import duckdb

    from shichen.records.engine import held

    given = []

    def act(settings: lake.Settings) -> str:
        given.append(settings.memory)
        if settings.memory == lake.SMALL:
            raise duckdb.OutOfMemoryException("…")
        return "done"

    assert held(lake.FEW, act) == "done"
    assert held(lake.FEW + 1, act) == "done"
    assert given == [lake.SMALL, "", ""]
