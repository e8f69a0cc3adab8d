"""Stays come in as passings do: the same steps and counts, with what is wrong with a stay said in its own words."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from shichen import watches
from shichen.audit.context import acting
from shichen.journal.models import Entry
from shichen.records import lake, pseudonyms
from shichen.records.bulk import checks, cutting, keeping, loading, refused, stays
from shichen.records.bulk.checks import Bounds
from shichen.records.engine import LakeEngine
from shichen.records.manifest import Batch, Load
from shichen.registers.loads import services as loads
from tests.made import place
from tests.records.bulk.conftest import HEAD, IDS, Write, folder, row, sent, write

__all__ = ["folder", "write"]
pytestmark = pytest.mark.django_db
STAY = "到达时间,场所,证件号码,离开时间,座位"
Stay = Callable[..., Load]
FROM, UNTIL = (int(datetime(2020, month, 1, tzinfo=UTC).timestamp()) for month in (1, 3))
BOUNDS = Bounds(FROM, UNTIL, checks.offsets_of(watches.SHANGHAI, FROM, UNTIL))
NAMES = [column.name for column in stays.COLUMNS]
GOOD = {"time": "2020-02-02 08:00:00", "place": "S1", "person": IDS[0], "left": "2020-02-02 09:30:00"}
AT = int(watches.clock(date(2020, 2, 2), 8).timestamp())


def judged(*rows: dict[str, str]) -> list[dict[str, Any]]:
    con = duckdb.connect()
    con.execute("CREATE TABLE sites (word VARCHAR, place INTEGER, opened BIGINT, closed BIGINT, kind TINYINT)")
    con.execute(f"INSERT INTO sites VALUES ('S1', 7, {FROM}, {UNTIL}, 3), ('H1', 8, {FROM}, {UNTIL}, {stays.WHOLE})")
    con.execute(f"INSERT INTO sites VALUES ('OLD', 9, {FROM}, {FROM + 86_400}, 1)")
    con.execute(f"CREATE TABLE raw ({', '.join(f'c{n} VARCHAR' for n in range(len(NAMES)))})")
    for one in rows:
        con.execute(f"INSERT INTO raw VALUES ({', '.join('?' * len(NAMES))})", [one.get(name) for name in NAMES])
    places = {name: n for n, name in enumerate(NAMES)}
    answer = con.execute(checks.query(stays.TABLE, places, BOUNDS) + " ORDER BY k")
    columns = [one[0] for one in answer.description]
    return [dict(zip(columns, one, strict=True)) for one in answer.fetchall()]


def reasons(**changed: str) -> list[str]:
    (one,) = judged(GOOD | changed)
    return [reason.name for reason in stays.TABLE.reasons_of(one["mask"])]


def test_a_good_stay_becomes_numbers_and_the_class_is_the_registers_unless_told() -> None:
    one, other = judged(GOOD | {"seat": "12F"}, GOOD | {"kind": "宾馆"})
    assert one == {"k": 0, "t": AT, "place": 7, "document": IDS[0], "dur": 5400, "kind": 3, "seat": 12, "mask": 0}
    assert (other["kind"], other["seat"]) == (4, 0)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"place": "S9"}, "place_unknown"),
        ({"place": "H1"}, "place_has_parts"),
        ({"place": "OLD"}, "place_not_open"),
        ({"time": "昨天"}, "time_unreadable"),
        ({"time": "1920-02-02 08:00", "left": "", "minutes": "3"}, "time_range"),
        ({"left": ""}, "leave_missing"),
        ({"left": "很晚"}, "leave_unreadable"),
        ({"left": "", "minutes": "很久"}, "leave_unreadable"),
        ({"left": "", "seconds": "inf"}, "leave_unreadable"),
        ({"left": "", "seconds": "1e300"}, "leave_unreadable"),
        ({"left": "2020-02-02 07:59:59"}, "leave_early"),
        ({"left": "", "minutes": "-1"}, "leave_early"),
        ({"time": "2020-02-28 08:00", "left": "2020-03-02 08:00"}, "leave_ahead"),
        ({"left": "2020-02-16 08:00:01"}, "stay_long"),
        ({"left": "", "seconds": "9000000000000000000"}, "stay_long"),
        ({"person": "甲"}, "id_form"),
        ({"person": "110105194912310021"}, "id_checksum"),
        ({"kind": "城堡"}, "kind_unknown"),
        ({"seat": "靠窗"}, "seat_unreadable"),
        ({"seat": "123456"}, "seat_unreadable"),
    ],
)
def test_each_thing_that_is_wrong_is_said_and_nothing_else(changed: dict[str, str], name: str) -> None:
    assert reasons(**changed) == [name]


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ({"left": "2020-02-02 08:00:00"}, 0),
        ({"left": "2020-02-16 08:00:00"}, stays.LONGEST),
        ({"left": "", "minutes": "1.5"}, 90),
        ({"left": "", "seconds": "90"}, 90),
        ({"minutes": "7"}, 5400),
        ({"left": str(AT + 60)}, 60),
    ],
)
def test_how_long_by_whatever_is_told(told: dict[str, str], seconds: int) -> None:
    (one,) = judged(GOOD | told)
    assert (one["dur"], one["mask"]) == (seconds, 0)


@pytest.mark.parametrize(
    ("seat", "row"),
    [("12", 12), ("012", 12), ("12F", 12), ("12排", 12), ("3排A座", 3), ("7下铺", 7), ("无座", 0), ("", 0)],
)
def test_the_row_of_a_seat_however_it_is_written(seat: str, row: int) -> None:
    (one,) = judged(GOOD | {"seat": seat})
    assert (one["seat"], one["mask"]) == (row, 0)


def test_every_reason_has_a_record_that_it_refuses() -> None:
    said = {
        name for mark in test_each_thing_that_is_wrong_is_said_and_nothing_else.pytestmark for _, name in mark.args[1]
    }
    assert said | {"columns", "encoding"} == set(stays.TABLE.bits)


LOOSE = st.one_of(
    st.text("0123456789:-/ TZ+年月日时.eE", max_size=24), st.sampled_from(["", "inf", "nan", "1e400", "-1", "9" * 20])
)


@bounded(max_examples=60, deadline=None)
@given(
    st.lists(st.fixed_dictionaries(dict.fromkeys(("time", "left", "minutes", "seconds", "seat"), LOOSE)), max_size=20)
)
def test_whatever_stands_in_the_cells_no_row_breaks_the_piece(rows: list[dict[str, str]]) -> None:
    for one in judged(*(GOOD | said for said in rows)):
        if one["mask"] == 0:
            assert 0 <= one["dur"] <= stays.LONGEST
            assert one["t"] + one["dur"] <= UNTIL


@pytest.fixture
def stay(write: Write) -> Stay:
    """Takes in stays at a shop, two floors of a hotel and a carriage."""
    place("S1", "一号店")
    place("H1", "甲宾馆", "hotel")
    place("H1-2", "二楼", "hotel", within="H1")
    place("H1-3", "三楼", "hotel", within="H1")
    place("C5", "5车", "carriage")

    def stay(rows: Sequence[str] | bytes, *, head: str = STAY, **more: Any) -> Load:
        return write(rows, head=head, table=lake.STAYS, **more)

    return stay


def line(
    at: str = "2020-02-02 08:00:00", where: str = "S1", who: str = IDS[0], left: str = "2020-02-02 09:00:00"
) -> str:
    return f"{at},{where},{who},{left},"


def counts(load: Load) -> tuple[str, int, int, int, int]:
    return load.state, load.read, load.taken, load.rejected, load.duplicate


def held(folder: Path, layout: str = lake.PLACE) -> list[tuple[Any, ...]]:
    engine = LakeEngine(keeping.view(folder))
    found: list[tuple[Any, ...]] = engine.con.execute(f"SELECT * FROM stays_by_{layout} ORDER BY ALL").fetchall()
    return found


def test_stays_lie_in_two_orders_under_the_pseudonyms_that_passings_have(
    stay: Stay, write: Write, folder: Path
) -> None:
    load = stay([line(), line(where="甲宾馆/二楼", who=IDS[1], left="2020-02-05 12:00")])
    assert counts(load) == ("committed", 2, 2, 0, 0)
    assert held(folder) == held(folder, lake.PERSON)
    t, _, dur, person, kind, seat, number = min(held(folder), key=lambda one: one[2])
    assert (t, dur, kind, seat, number) == (AT, 3600, 1, 0, load.number)
    assert person == pseudonyms.made(settings.KEYRING, "person", IDS[0], AT)
    assert set(Batch.objects.values_list("layout", "day")) == {
        (lake.PLACE, date(2020, 2, 2)),
        (lake.PERSON, date(2020, 2, 2)),
    }
    assert set(Batch.objects.values_list("until", flat=True)) == {int(watches.clock(date(2020, 2, 5), 12).timestamp())}
    assert Entry.objects.filter(text__startswith="接收停留流水2条：入库2条").exists()


def test_counts_add_up_and_what_is_refused_comes_back_in_the_senders_file(stay: Stay) -> None:
    load = stay([line(), line(), line(where="甲宾馆", left="2020-02-02 07:00"), line(who=IDS[1])])
    assert counts(load) == ("committed", 4, 2, 1, 1)
    assert load.reasons == {"place_has_parts": 1, "leave_early": 1}
    returned = b"".join(refused.blocks(load)).decode().splitlines()
    assert returned[0] == f"行号,拒收原因,{STAY}"
    assert returned[1].startswith('4,"场所还分车厢、楼层或分区，请写到其中一处；离开早于到达",')
    mended = stay("\n".join(returned).replace("甲宾馆", "H1-3").replace("07:00", "10:00").encode())
    assert counts(mended) == ("committed", 1, 1, 0, 0)


def test_arriving_once_counts_once_whatever_the_length_that_is_told_later(stay: Stay, folder: Path) -> None:
    stay([line()])
    assert counts(stay([line(left="2020-02-02 12:00"), line("2020-02-02 08:00:01")])) == ("committed", 2, 1, 0, 1)
    assert [one[2] for one in held(folder)] == [3600, 3599]


def test_who_shows_no_document_is_counted_each_and_known_when_resent(stay: Stay, folder: Path) -> None:
    assert counts(stay([line(who="")] * 3)) == ("committed", 3, 3, 0, 0)
    assert counts(stay([line(who="")] * 4)) == ("committed", 4, 1, 0, 3)
    assert len(held(folder)) == 4


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_both_encodings_and_other_headings(stay: Stay, encoding: str) -> None:
    text = f"扫码时间,场所名称,身份证号,停留分钟\n2020-02-02 08:00,一号店,{IDS[0]},30\n"
    assert counts(stay(text.encode(encoding))) == ("committed", 1, 1, 0, 0)


def test_ndjson_is_read_as_csv_is(stay: Stay) -> None:
    said = {"time": "2020-02-02T08:00:00+08:00", "place": "C5", "person": IDS[0], "seconds": 600, "seat": "12F"}
    assert counts(stay(json.dumps(said).encode() + b"\n")) == ("committed", 1, 1, 0, 0)


@pytest.mark.parametrize(
    ("head", "sentence"),
    [("到达时间,场所,证件号码", "既没有离开时间"), ("到达时间,场所,离开时间", "证件号码"), (HEAD, "场所")],
)
def test_a_heading_that_lacks_something_is_told_what(stay: Stay, head: str, sentence: str) -> None:
    load = stay([line()], head=head)
    assert load.state == "held"
    assert sentence in load.note


def test_a_load_in_many_pieces_is_the_load_in_one(stay: Stay, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [
        line(f"2020-02-0{1 + n % 3} 08:{n % 60:02}:00", who=IDS[n % 4], left="2020-02-06 08:00") for n in range(200)
    ]
    given += [line(who="")] * 20 + given[:20] + [line(where="S9")] * 5
    split = cutting.pieces
    monkeypatch.setattr(loading.cutting, "pieces", lambda blocks: split(blocks, size=2_000))
    load = stay(given)
    assert load.read == load.taken + load.rejected + load.duplicate == 245
    pieces = held(folder)
    with acting("test"):
        loads.withdraw(load, "再来一次", by=load.account)
    assert held(folder) == []
    monkeypatch.setattr(loading.cutting, "pieces", split)
    assert counts(stay(given))[1:] == counts(load)[1:]
    assert [one[:6] for one in held(folder)] == [one[:6] for one in pieces]


def test_the_same_bytes_may_be_sent_as_two_tables_and_each_has_its_own_receipt(stay: Stay, write: Write) -> None:
    one = stay([line()])
    other = write([line()], head=STAY)
    assert (one.table, other.table, other.state) == ("stays", "passings", "held")
    assert one.pk != other.pk


def test_compaction_verification_and_withdrawal_are_each_tables_own(stay: Stay, write: Write, folder: Path) -> None:
    first, second = stay([line()]), stay([line(who=IDS[1])])
    write([row()])
    assert len(keeping.compact(loads.place())) == 1
    assert len(Batch.objects.filter(table=lake.STAYS, removed=None)) == 2
    found = keeping.verify(folder, at=datetime.now(UTC), deep=True)
    assert (found.damaged, found.orphans) == ([], [])
    with acting("test"):
        loads.withdraw(first, "误送", by=first.account)
    assert [one[6] for one in held(folder)] == [second.number]
    assert len(LakeEngine(keeping.view(folder)).ask("select * from passings_by_place")["t"]) == 1


def test_a_day_of_stays_is_kept_until_its_last_guest_left_long_enough_ago(
    stay: Stay, write: Write, folder: Path
) -> None:
    stay([line(), line(where="H1-2", who=IDS[1], left="2020-02-09 12:00")])
    write([row()])
    keep, left = timedelta(days=7), watches.clock(date(2020, 2, 9), 12)
    passed = watches.clock(date(2020, 2, 10), 1)
    assert keeping.expire(folder, settings.KEYRING, keep, at=passed)
    assert len(held(folder)) == 2
    assert set(
        Batch.objects.filter(table=lake.PASSINGS).exclude(layout=lake.ROLLUP).values_list("state", flat=True)
    ) == {"erased"}
    assert keeping.expire(folder, settings.KEYRING, keep, at=left + timedelta(days=8))
    assert held(folder) == []


def test_the_key_of_a_period_stays_as_long_as_a_guest_of_it(stay: Stay, folder: Path) -> None:
    border = (int(watches.clock(date(2020, 2, 2), 0).timestamp()) // pseudonyms.PERIOD + 0) * pseudonyms.PERIOD
    begin = datetime.fromtimestamp(border - 3600, UTC).astimezone(watches.SHANGHAI)
    load = stay([line(f"{begin:%Y-%m-%d %H:%M}", left=f"{begin + timedelta(days=9):%Y-%m-%d %H:%M}")])
    assert load.taken == 1, load.reasons
    name = pseudonyms.key_name(pseudonyms.period_of(border - 3600))
    assert name in settings.KEYRING.names()
    keeping.expire(folder, settings.KEYRING, timedelta(days=3), at=begin + timedelta(days=11))
    assert name in settings.KEYRING.names()
    keeping.expire(folder, settings.KEYRING, timedelta(days=3), at=begin + timedelta(days=14))
    assert name not in settings.KEYRING.names()


def test_sent_by_api_it_is_found_under_its_own_table_alone(stay: Stay, cast: Any) -> None:
    from django.test import Client

    client, number = Client(), uuid.uuid4()
    client.force_login(cast.office)
    body = "\n".join([STAY, line(), ""]).encode()
    put = client.put(f"/api/v1/loads/stays/{number}?rows=1", body, content_type="text/csv")
    assert put.status_code == 201
    assert client.get(f"/api/v1/loads/stays/{number}").json()["bytes"] == len(body)
    assert client.get(f"/api/v1/loads/passings/{number}").status_code == 404
    assert client.get(f"/api/v1/loads/meals/{number}").status_code in (404, 422)


def test_an_unknown_receiver_of_rows_is_no_surprise(folder: Path, cast: Any, stay: Stay) -> None:
    with acting("test"):
        load, _ = loads.receive(sent("\n".join([STAY, line(), ""]).encode(), table=lake.STAYS), by=cast.office)
        assert "停留流水" in loads.ask(load).title or load.filename in loads.ask(load).title
    assert [one.name for one in loads.tables()] == ["passings", "stays"]
