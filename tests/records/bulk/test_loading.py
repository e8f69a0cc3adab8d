"""A load comes in whole or not at all: counts that add up, refused records handed back, nothing twice, both layouts alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from shichen.audit.context import acting
from shichen.journal.models import Entry
from shichen.records import lake, leases, pseudonyms
from shichen.records.bulk import cutting, keeping, loading, refused, writing
from shichen.records.engine import LakeEngine
from shichen.records.manifest import Batch, Lease, Load, Snapshot
from shichen.refusal import Refusal
from shichen.registers.loads import services as loads
from tests.records.bulk.conftest import HEAD, IDS, Write, row, rows, sent

pytestmark = pytest.mark.django_db


def counts(load: Load) -> tuple[str, int, int, int, int]:
    return load.state, load.read, load.taken, load.rejected, load.duplicate


def test_a_load_becomes_rows_in_both_orders_a_roll_up_and_the_origins(write: Write, folder: Path) -> None:
    load = write([row(rest="入,登记,36.5,420100"), row("2020-02-02 23:30:00", who=IDS[1], rest="出,放行,,430200")])
    assert counts(load) == ("committed", 2, 2, 0, 0)
    place, person = rows(folder, lake.PLACE), rows(folder, lake.PERSON)
    assert sorted(one[:4] for one in place) == sorted(one[:4] for one in person)
    who = pseudonyms.made(settings.KEYRING, "person", IDS[0], place[0][0])
    assert place[0][3] == who
    assert [one[1:] for one in rows(folder, lake.ROLLUP)] == [(4, 1, 2, 1, 1, 1), (12, 2, 1, 1, 1, 1)]
    assert [(one[0], one[1]) for one in rows(folder, lake.ORIGINS)] == [(420100, who)]


def test_counts_add_up_and_every_refused_record_comes_back_with_its_line_and_reasons(write: Write) -> None:
    load = write([row(), row(where="T99", who="110105194912310021"), "only,three,cells", row(), row(who=IDS[1])])
    assert counts(load) == ("committed", 5, 2, 2, 1)
    assert load.reasons == {"checkpoint_unknown": 1, "id_checksum": 1, "columns": 1}
    lines = b"".join(refused.blocks(load)).decode().splitlines()
    assert lines[0] == f"行号,拒收原因,{HEAD}"
    assert lines[1] == f'3,"没有这个卡点；身份证号码校验不对(GB 11643)",{row(where="T99", who="110105194912310021")}'
    assert lines[2] == '4,"列数与表头不符，引号没有成对，或不是一条完整的 JSON",only,three,cells'


def test_mended_records_reload_and_nothing_is_counted_twice(write: Write, folder: Path) -> None:
    first = write([row(), row(where="T99", who=IDS[1])])
    returned = b"".join(refused.blocks(first)).decode()
    again = write(returned.replace("T99", "T02").encode())
    assert counts(again) == ("committed", 1, 1, 0, 0)
    assert len(rows(folder)) == 2


def test_the_same_file_again_is_the_same_receipt(write: Write, folder: Path) -> None:
    one, two = write([row()]), write([row()])
    assert (one.pk, Snapshot.objects.count(), len(rows(folder))) == (two.pk, 1, 1)


def test_rows_resent_inside_another_file_are_known(write: Write, folder: Path) -> None:
    write([row(who=who) for who in IDS[:2]])
    assert counts(write([row(who=who) for who in IDS[1:]])) == ("committed", 3, 2, 0, 1)
    assert len(rows(folder)) == 4


def test_persons_without_a_document_are_counted_each_and_known_when_resent(write: Write, folder: Path) -> None:
    assert counts(write([row(plate="", who="")] * 3)) == ("committed", 3, 3, 0, 0)
    assert counts(write([row(plate="", who="")] * 5)) == ("committed", 5, 2, 0, 3)
    assert counts(write([row(plate="", who="", where="T02"), *[row(plate="", who="")] * 4])) == (
        "committed",
        5,
        1,
        0,
        4,
    )
    assert sum(one[6] for one in rows(folder)) == 6


def test_a_load_in_many_pieces_is_the_load_in_one(write: Write, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [
        row(f"2020-02-0{1 + n % 3} 08:{n % 60:02}:00", who=IDS[n % 4], plate=f"湘B{n % 50:05}") for n in range(400)
    ]
    given += [row(plate="", who="")] * 30 + given[:20]
    given += [row(where="T99")] * 5
    split = cutting.pieces
    monkeypatch.setattr(loading.cutting, "pieces", lambda blocks: split(blocks, size=2_000))
    load = write(given)
    assert counts(load) == ("committed", 455, 330, 5, 120)
    pieces = rows(folder)
    loads.withdraw(load, "再来一次", by=load.account)
    monkeypatch.setattr(loading.cutting, "pieces", split)
    again = write(given)
    assert counts(again)[1:] == counts(load)[1:]
    assert [one[:7] for one in rows(folder)] == [one[:7] for one in pieces]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_both_encodings_give_the_same_rows_and_refused_records_in_their_own(
    write: Write, folder: Path, encoding: str
) -> None:
    text = "\r\n".join([HEAD, row(), row(plate="粤Z1234港", who=""), row(where="无此卡口"), ""])
    load = write(text.encode(encoding))
    assert counts(load) == ("committed", 3, 2, 1, 0)
    assert "没有这个卡点" in b"".join(refused.blocks(load)).decode("gb18030" if encoding == "gb18030" else "utf-8")


def test_lines_in_another_encoding_are_refused_by_line_and_the_rest_is_taken(write: Write) -> None:
    lines = [HEAD, *[row(who=who) for who in IDS], row(plate="湘B99999", who="")]
    load = write("\n".join(lines[:-1]).encode() + b"\n" + lines[-1].encode("gb18030") + b"\n")
    assert counts(load) == ("committed", 5, 4, 1, 0)
    assert load.reasons == {"encoding": 1}
    assert b"".join(refused.blocks(load)).splitlines()[1].startswith('6,"文字编码'.encode())


def test_quoted_line_breaks_and_slips_of_quotes_are_told_by_line(write: Write) -> None:
    noted = HEAD + ",备注"
    load = write(
        [
            row() + ',"一行\n两行"',
            row(where="T99", who=IDS[1]) + ",",
            row(who=IDS[2]) + ',开了"不关',
            row(who=IDS[3]) + ",",
        ],
        head=noted,
    )
    assert counts(load) == ("committed", 4, 2, 2, 0)
    returned = b"".join(refused.blocks(load)).decode().splitlines()[1:]
    assert [line.split(",", 2)[:2] for line in returned] == [
        ["4", '"没有这个卡点"'],
        ["5", '"列数与表头不符，引号没有成对，或不是一条完整的 JSON"'],
    ]


def test_json_lines(write: Write) -> None:
    good = {"time": "2020-02-02 08:00:00", "post": "T01", "plate": "湘B12345", "id": IDS[0]}
    lines = [
        json.dumps(good),
        "{not json",
        json.dumps(good | {"post": "T99"}),
        "[1]",
        json.dumps(good | {"id": IDS[1], "more": {"a": 1}}),
    ]
    load = write("\n".join(lines).encode(), name="a.ndjson")
    assert counts(load) == ("committed", 5, 2, 3, 0)
    assert load.reasons == {"columns": 2, "checkpoint_unknown": 1}
    back = [json.loads(line) for line in b"".join(refused.blocks(load)).splitlines()]
    assert [one["行号"] for one in back] == [2, 3, 4]
    assert (back[0]["原文"], back[1]["post"]) == ("{not json", "T99")
    mended = "\n".join(json.dumps(one | {"post": "T02"}) for one in back if "post" in one)
    assert counts(write(mended.encode()))[:3] == ("committed", 1, 1)


@pytest.mark.parametrize("stream", [True, False])
def test_arrow_from_a_program(write: Write, folder: Path, stream: bool) -> None:
    import io

    import numpy as np
    from arro3.core import Array, DataType, Table
    from arro3.io import write_ipc, write_ipc_stream

    at = Array.from_numpy(np.array(["2020-02-02T00:00:00", "2020-02-02T00:01:00"], "datetime64[s]")).cast(
        DataType.timestamp("us", tz="Asia/Shanghai")
    )
    words = {"post": ["T01", "T99"], "plate": ["湘B12345", "湘B12345"], "id": IDS[:2]}
    columns = {"time": at} | {name: Array(values, DataType.string()) for name, values in words.items()}
    out = io.BytesIO()
    (write_ipc_stream if stream else write_ipc)(Table.from_pydict(columns), out)
    load = write(out.getvalue(), name="a.arrow")
    assert counts(load) == ("committed", 2, 1, 1, 0)
    assert rows(folder)[0][0] == 1580572800  # midnight in Shanghai


def test_half_an_arrow_file_is_held_with_the_reason(write: Write) -> None:
    load = write(b"ARROW1\x00\x00" + b"\x07" * 500, name="a.arrow")
    assert (load.state, "Arrow" in load.note) == ("held", True)


def test_fewer_rows_than_declared_commit_nothing(write: Write, folder: Path) -> None:
    load = write([row()], declared=2)
    assert (load.state, load.note[:9]) == ("held", "申报 2 行，读到")
    assert (Batch.objects.count(), Snapshot.objects.count()) == (0, 0)


def test_a_load_that_was_held_is_worked_again_as_its_sender_now_says(write: Write, folder: Path) -> None:
    head = "过了的时刻,哪里,车牌,证件号码,方向,处置,体温,来源地"
    said = {"过了的时刻": "时间", "哪里": "post"}
    held = write([row()], head=head)
    assert (held.state, "列的对应" in held.note) == ("held", True)
    assert write([row()], head=head, mapping={"哪里": "post"}).state == "held"
    again = write([row()], head=head, mapping=said)
    assert (again.pk, counts(again)) == (held.pk, ("committed", 1, 1, 0, 0))
    assert counts(write([row()], head=head)) == ("committed", 1, 1, 0, 0)
    assert (Load.objects.count(), len(rows(folder))) == (1, 1)


def test_a_field_that_no_table_has_is_said_with_those_there_are(write: Write) -> None:
    held = write([row()], mapping={"时间": "tiem"})
    assert (held.state, "「tiem」" in held.note, "时间(time)" in held.note) == ("held", True, True)


def test_rows_declared_wrongly_are_declared_again(write: Write) -> None:
    assert write([row()], declared=2).state == "held"
    assert counts(write([row()], declared=1)) == ("committed", 1, 1, 0, 0)


def test_the_headings_of_the_gates_own_systems_are_known(write: Write) -> None:
    head = "过车时间,卡口名称,号牌号码,公民身份号码,进出方向,处置情况,测温,来自"
    assert counts(write([row()], head=head)) == ("committed", 1, 1, 0, 0)


def test_a_province_may_be_named(write: Write, folder: Path) -> None:
    load = write(
        [
            row(rest=f"入,放行,36.5,{one}", who=who)
            for one, who in zip(("湖北", "湖北省", "广西壮族自治区"), IDS, strict=False)
        ]
    )
    assert counts(load) == ("committed", 3, 3, 0, 0)
    names = [one[0] for one in LakeEngine(keeping.view(folder)).con.execute("DESCRIBE passings_by_person").fetchall()]
    assert sorted(one[names.index("region")] for one in rows(folder, lake.PERSON)) == [420000, 420000, 450000]


def test_bytes_that_are_not_those_declared_are_not_kept(write: Write, folder: Path, cast: Any) -> None:
    with acting("test"), pytest.raises(Refusal, match="SHA-256 不符"):
        loads.receive(sent(HEAD.encode(), digest="0" * 64), by=cast.office)
    assert not Load.objects.exists()
    assert [one for one in folder.rglob("*") if one.is_file()] == []


def test_past_the_limit_nothing_is_kept(write: Write, folder: Path, cast: Any) -> None:
    with acting("test"), pytest.raises(Refusal, match="超过 1 MB"):
        loads.receive(sent(b"x" * 1_500_000, most=1_000_000), by=cast.office)
    assert not Load.objects.exists()


def test_only_who_may_report_for_a_unit_brings_its_loads(write: Write, cast: Any) -> None:
    with acting("test"), pytest.raises(Refusal, match="无权"):
        loads.receive(sent(HEAD.encode()), by=cast.police)


def test_the_log_is_told_once_and_in_the_same_transaction(write: Write) -> None:
    write([row(), row(where="T99")])
    (entry,) = Entry.objects.filter(act="load_passings")
    assert entry.text == "接收过卡流水2条：入库1条，拒收1条。"


def test_after_a_crash_the_work_begins_again_and_comes_to_the_same(
    write: Write, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading.commits, "commit", crash)
    with pytest.raises(KeyboardInterrupt):
        write([row(), row(who=IDS[1])])
    load = Load.objects.get()
    assert (load.state, Batch.objects.count(), Lease.objects.count()) == ("working", 0, 0)
    monkeypatch.undo()
    settings.LAKE = folder
    with acting("test"):
        assert counts(loads.work(load)) == ("committed", 2, 2, 0, 0)
    assert keeping.verify(folder, at=load.received_at, deep=True).damaged == []


def test_whoever_lost_the_lease_begins_again(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    honest, tries = writing.files, []

    def slow(*args: Any, **more: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            Lease.objects.all().delete()
        return honest(*args, **more)

    monkeypatch.setattr(writing, "files", slow)
    assert counts(write([row()])) == ("committed", 1, 1, 0, 0)
    assert len(tries) == 2


def test_two_loads_of_one_day_without_the_lease_would_count_twice(
    write: Write, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant: with the lease taken out, a load that came between comparison and commit is not seen."""
    honest = writing.files
    inner: list[Load] = []

    def meanwhile(*args: Any, **more: Any) -> Any:
        if not inner:
            inner.append(Load())
            inner[0] = write([row(), row(who=IDS[2])], name="b.csv")
        return honest(*args, **more)

    monkeypatch.setattr(writing, "files", meanwhile)
    monkeypatch.setattr(leases, "take", lambda *args, **more: None)
    monkeypatch.setattr(leases, "must_hold", lambda *args, **more: None)
    write([row(), row(who=IDS[1])])
    assert len(rows(folder)) == 4
    assert len({one[:4] for one in rows(folder)}) == 3
