"""Fills a post's database with a long log: entries over days, watches, units and columns, their marks, figures and seals.

Made by SQL inside the database, from a day's pattern of rows and a table of days, so that ten million entries take minutes.
Everything is synthetic and says so; nothing but its size and spread is meant to be true.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import django
from django.db import connection
from django.db.models import AutoField, Model

django.setup()

from benchmarks.pages import derived  # noqa: E402

from shichen import watches  # noqa: E402
from shichen.audit.models import Seal, Trail  # noqa: E402 - models stand only after the set-up
from shichen.indicators.models import Figure, Statement, Use  # noqa: E402
from shichen.intake.models import Envelope  # noqa: E402
from shichen.journal.models import Entry, Mark  # noqa: E402
from shichen.keys import SUITE  # noqa: E402
from shichen.registers.checkpoints.models import Tally  # noqa: E402

LENGTHS = {10_000: 30, 1_000_000: 365, 10_000_000: 1095}  # days that the log of a post of this size covers
WATCHES = "子丑寅卯辰巳午未申酉戌亥"
WEIGHTS = (2, 1, 1, 3, 12, 14, 13, 13, 14, 12, 9, 6)  # of a hundred entries, how many fall into each watch
ON_THE_PAGE = 60  # entries of a day that its page takes
KINDS = ("first", "order", "threshold", "measure_start", "measure_end", "opening", "resources", "other")
TEXTS = (  # text, column, topic, key of the figure, its measure
    ("{u}检查车辆{a}台次，排查人员{b}人次，未发现异常。", "指挥调度", "traffic", "transport.buses_disinfected", "台次"),
    ("{u}向{p}调拨医用口罩{a}个、防护服{b}件。", "后勤服务", "supply", "supply.masks_purchased", "个"),
    ("{u}走访居民{a}户，登记返乡人员{b}名。", "一线阻击", "community", "community.workers", "户"),
    ("{u}开展环境消毒{a}处，覆盖{p}主要街道。", "一线阻击", "disinfection", "disinfection.aerial_area", "处"),
    ("{u}检查农贸市场{a}家，责令整改{b}家。", "后勤服务", "market", "market.wet_markets_sampled", "家"),
    ("{u}接听热线{a}个，办结{b}件。", "宣传发布", "hotline", "hotline.calls", "个"),
    ("{u}发布信息{a}条，辟谣{b}条。", "宣传发布", "publicity", "media.provincial_reports", "条"),
    ("{u}排查酒店{a}家，安置滞留旅客{b}人。", "一线阻击", "hotel", "hotel.hubei_guests", "家"),
    ("{u}召开调度会，研究{p}复工企业{a}家的防疫措施。", "指挥调度", "resumption", "resumption.industrial", "家"),
    ("{u}报告今日无新增情况，值班正常。", "", "duty", "", ""),
    ("{u}收到{p}捐赠物资{a}箱，已登记入库。", "后勤服务", "donation", "donation.masks", "箱"),
    ("{u}组织下沉干部{a}名到{p}值守。", "一线阻击", "community", "community.cadres_deployed", "名"),
    ("{u}处置聚集行为{a}起，劝离{b}人。", "一线阻击", "enforcement", "enforcement.persons_gathering", "起"),
    ("{u}抽检食品{a}批次，合格率见通报。", "后勤服务", "market", "market.supermarkets_sampled", "批次"),
    ("{u}督查{p}卡点值守情况，发现问题{a}个，已反馈。", "指挥调度", "inspection", "expert.places_guided", "个"),
    ("{u}转运密切接触者{a}人，均按规定管理。", "一线阻击", "transfer", "contacts.traced_other_city", "人"),
)
RARE, FADED = "熔喷布", "护目镜"  # one in a hundred thousand entries; one in ten of the first twentieth, none later


@dataclass(frozen=True)
class Cast:
    """The rows of the demonstration's city that the entries speak of."""

    author: str
    event: str
    area: str
    path: str


def main() -> None:
    entries, first_day_back = int(sys.argv[1]), LENGTHS.get(int(sys.argv[1]), 365)
    began = time.perf_counter()
    with _quickly():
        fill(entries, first_day_back, _say(began))
        derived.fill(_say(began))
    _finish()
    _say(began)("done")


def fill(entries: int, days: int, say: Callable[[str], None]) -> None:
    """Write everything, in the order in which one part needs another."""
    cast, per_day = _cast(), -(-entries // days)
    _tables(days, per_day, cast)
    for name, statement in _statements(cast, per_day, entries).items():
        run(statement)
        say(name)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def many(statement: str, rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def sqlite() -> bool:
    return connection.vendor == "sqlite"


def _say(began: float) -> Callable[[str], None]:
    def say(text: str) -> None:
        print(f"{time.perf_counter() - began:7.1f} s  {text}", file=sys.stderr, flush=True)

    return say


@contextmanager
def _quickly() -> Iterator[None]:
    """Without a journal and without indexes, which are made again at the end: a filled home is thrown away if this fails."""
    if not sqlite():
        run("SET synchronous_commit = off")
        run("SET work_mem = '256MB'")
        yield
        return
    for pragma in (
        "journal_mode=DELETE",
        "journal_mode=OFF",
        "synchronous=OFF",
        "cache_size=-1000000",
        "foreign_keys=OFF",
    ):
        rows(f"PRAGMA {pragma}")
    tables = ", ".join(f"'{one}'" for one in FILLED)
    indexes = rows(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({tables})"
    )
    for name, _sql in indexes:
        run(f'DROP INDEX "{name}"')
    yield
    for _name, sql in indexes:
        run(sql)


def _finish() -> None:
    run("ANALYZE")
    if sqlite():
        rows("PRAGMA synchronous=FULL")
        rows("PRAGMA journal_mode=WAL")
    connection.close()


FILLED = (
    "journal_entry",
    "journal_mark",
    "indicators_figure",
    "indicators_statement",
    "indicators_use",
    "audit_seal",
    "audit_trail",
    "intake_envelope",
    "checkpoints_tally",
)


def _cast() -> Cast:
    author = rows("SELECT id FROM city_account WHERE username = 'system'")[0][0]
    event = rows("SELECT code FROM city_event")[0][0]
    area, path = rows(
        "SELECT a.code, a.path FROM city_area a JOIN city_body b ON b.area_id = a.code WHERE b.kind = 'the_office'"
    )[0]
    return Cast(str(author), event, area, path)


def _tables(days: int, per_day: int, cast: Cast) -> None:
    """The days, the rows of a day, the texts, the units and the places, as tables to join."""
    for name, columns in {
        "d": "i bigint PRIMARY KEY, day date, start bigint",
        "s": "r bigint PRIMARY KEY, watch varchar(1), number bigint, seconds bigint, back bigint, mark varchar(20)",
        "t": "i bigint PRIMARY KEY, text text, col varchar(8), topic varchar(24), key varchar(60), measure varchar(20)",
        "u": "i bigint PRIMARY KEY, code varchar(60), name varchar(100), area varchar(40), path varchar(200)",
        "p": "i bigint PRIMARY KEY, name varchar(60)",
    }.items():
        run(f"CREATE TEMP TABLE {name} ({columns})")
    last = datetime.now(UTC).astimezone(watches.SHANGHAI).date()
    many("INSERT INTO d VALUES (%s, %s, %s)", [_day(i, last - timedelta(days=days - 1 - i)) for i in range(days)])
    many("INSERT INTO s VALUES (%s, %s, %s, %s, %s, %s)", list(_pattern(per_day)))
    many("INSERT INTO t VALUES (%s, %s, %s, %s, %s, %s)", [(i, *text) for i, text in enumerate(TEXTS)])
    bodies = rows(
        "SELECT b.code, b.name, coalesce(a.code, ''), coalesce(a.path, '') FROM city_body b LEFT JOIN city_area a ON a.code = b.area_id ORDER BY b.code"
    )
    units = [(i, code, name, area or cast.area, path or cast.path) for i, (code, name, area, path) in enumerate(bodies)]
    many("INSERT INTO u VALUES (%s, %s, %s, %s, %s)", units)
    places = rows(
        f"SELECT name FROM city_area WHERE path LIKE '{cast.path}%' AND path <> '{cast.path}' ORDER BY path LIMIT 16"
    )
    many("INSERT INTO p VALUES (%s, %s)", [(i, name) for i, (name,) in enumerate(places)])


def _day(i: int, on: date) -> tuple[int, str, int]:
    """A page day with the second at which it begins: 23:00 of the day before."""
    return i, on.isoformat(), int(watches.whole(on, watches.Day.PAGE).start.timestamp())


def _pattern(per_day: int) -> Iterator[tuple[int, str, int, int, int, str]]:
    """The rows of one day: watch, number in it, second of the day; some are filed three days back; some are marked."""
    counts, at, r = dict.fromkeys(WATCHES, 0), 0, 0
    step = max(1, per_day // ON_THE_PAGE)
    for place in range(len(WEIGHTS)):
        until = round(per_day * sum(WEIGHTS[: place + 1]) / 100) if place < 11 else per_day
        held = until - at
        for k in range(held):
            watch = WATCHES[place]
            counts[watch] += 1
            late = r % 50 == 7
            seconds = place * 7200 + k * 7199 // held
            yield (
                r,
                watch,
                per_day + counts[watch] if late else counts[watch],
                seconds,
                3 if late else 0,
                _mark(r, step),
            )
            r += 1
        at = until


def _mark(r: int, step: int) -> str:
    if r % step == 3:
        return "day_page"
    if r % 200 == 11:
        return "struck"
    return KINDS[r // 40 % len(KINDS)] if r % 40 == 21 else ""


@dataclass(frozen=True)
class Bulk:
    """Rows of one model, as SQL for its columns; the columns not named get what the model gives by default."""

    model: type[Model]
    columns: dict[str, str]
    where: str = ""
    source: str = ""

    def sql(self, source: str) -> str:
        fields = {field.column: field for field in self.model._meta.concrete_fields}
        rest = {
            name: plain(field)
            for name, field in fields.items()
            if name not in self.columns and not field.null and not isinstance(field, AutoField)
        }
        said = {**self.columns, **rest}
        names = ", ".join(f'"{name}"' for name in said)
        return (
            f"INSERT INTO {self.model._meta.db_table} ({names}) SELECT {', '.join(said.values())} {source} {self.where}"
        )


def plain(field: Any) -> str:
    """What a column holds of which nothing is said: the default of the model, else an empty text or nought."""
    value = field.get_default()
    if isinstance(value, bool) or field.get_internal_type() == "BooleanField":
        return "TRUE" if value else "FALSE"
    if isinstance(value, dict | list):
        return f"'{json.dumps(value)}'"
    if "Integer" in field.get_internal_type() or "Decimal" in field.get_internal_type():
        return str(value or 0)
    return f"'{value or ''}'"


def _statements(cast: Cast, per_day: int, entries: int) -> dict[str, str]:
    first = (rows("SELECT coalesce(max(seq), 0) FROM journal_entry")[0][0]) + 1
    n = f"(d.i * {per_day} + s.r)"
    ordered = f"ORDER BY {n}"
    places, units = (rows(f"SELECT count(*) FROM {table}")[0][0] for table in ("p", "u"))
    source = (
        f"FROM d CROSS JOIN s JOIN t ON t.i = (s.r * 31 + d.i * 17) % {len(TEXTS)} "
        f"JOIN u ON u.i = (s.r * 13 + d.i * 7) % {units} JOIN p ON p.i = (s.r + d.i) % {places} "
        f"WHERE {n} < {entries} AND d.start + s.seconds < {int(time.time())}"
    )
    a, b = f"(17 + ({n} * 7919) % 9973)", f"(1 + ({n} * 104729) % 97)"
    text = _text(a, b, n)
    reported, recorded = instant("d.start + s.seconds"), instant("d.start + s.seconds + 90")
    figure, statement, entry, envelope = (uuid(*of) for of in ((n, 2), (n, 3), (n, 1), (f"{n} / 20", 4)))
    by, place = {"author_id": f"'{cast.author}'"}, {"area_id": "u.area", "event_id": f"'{cast.event}'"}
    number = {
        **place,
        "key": "t.key",
        "value": a,
        "unit": "t.measure",
        "area_path": "u.path",
        "period_from": instant("d.start + 3600"),
        "period_to": instant("d.start + 90000"),
        "reporter_id": "u.code",
    }
    counted, twentieth = "AND s.r % 4 = 0 AND t.key <> ''", f"AND {n} % 20 = 0 {ordered}"
    seal = {"digest": digest(n), "prev": digest(n), "link": digest(n)}
    bulks = {
        "log": Bulk(
            Entry,
            {
                **by,
                **place,
                "seq": f"{first} + {n}",
                "id": entry,
                "unit_text": "u.name",
                "area_path": "u.path",
                "kind": "CASE WHEN s.r % 40 = 9 THEN 'system' ELSE 'report' END",
                "topic": "t.topic",
                "text": text,
                "column": "t.col",
                "slot": "CASE WHEN s.back = 0 THEN '' ELSE s.watch END",
                "page_day": f"CASE WHEN s.back = 0 THEN d.day ELSE {back_day()} END",
                "watch": "s.watch",
                "number": "s.number",
                "reported_at": reported,
                "recorded_at": recorded,
                "envelope": envelope,
                "act": "'synthetic'",
                "mac": digest(n),
                "key_id": "'audit-1'",
                "unit_id": "u.code",
            },
            ordered,
        ),
        "marks": Bulk(
            Mark,
            {
                "id": uuid(n, 5),
                "kind": "CASE WHEN s.mark = 'struck' THEN 'struck' ELSE 'significant' END",
                "detail": "CASE WHEN s.mark = 'struck' THEN '' ELSE s.mark END",
                "key_phrase": "CASE WHEN s.mark IN ('first', 'order') THEN u.name ELSE '' END",
                "at": recorded,
                "by_id": f"'{cast.author}'",
                "entry_id": f"{first} + {n}",
            },
            "AND s.mark <> ''",
        ),
        "statements": Bulk(
            Statement,
            {
                **number,
                "id": statement,
                "envelope": envelope,
                "end": "4",
                "raw": txt(a),
                "sentence": text,
                "decision": "'accepted'",
                "stated_at": reported,
                "accepted_at": recorded,
                "accepted_by_id": f"'{cast.author}'",
                "entry_id": entry,
            },
            counted,
        ),
        "figures": Bulk(
            Figure,
            {
                **number,
                "id": figure,
                "basis": "'stated'",
                "as_of": reported,
                "frozen_at": recorded,
                "frozen_by_id": f"'{cast.author}'",
                "statement_id": statement,
            },
            counted,
        ),
        "uses": Bulk(
            Use,
            {
                "start": at(text, a),
                "end": f"{at(text, a)} + length({txt(a)})",
                "entry_id": entry,
                "figure_id": figure,
            },
            counted,
        ),
        "envelopes": Bulk(
            Envelope,
            {
                **place,
                "id": envelope,
                "kind": "'bulletin'",
                "channel": "'bulletin'",
                "media_type": "'text/plain'",
                "filename": "'synthetic.txt'",
                "reported_at": reported,
                "received_at": reported,
                "size": "200",
                "digest": digest(n),
                "body": blob(),
                "state": "'entered'",
                "entered_at": recorded,
                "account_id": f"'{cast.author}'",
                "unit_id": "u.code",
            },
            twentieth,
        ),
        "seals": Bulk(Seal, {**seal, "table": "'journal.entry'", "row": entry}, ordered),
        "trail": Bulk(
            Trail,
            {
                "id": uuid(n, 6),
                "at": recorded,
                "actor": f"'{cast.author}'",
                "unit": "u.code",
                "action": "'deliver'",
                "subject": txt(n),
                "data_class": "'internal'",
                "door": "'bulletin'",
                "mac": digest(n),
                "key_id": "'audit-1'",
            },
            twentieth,
        ),
        "seals of the trail": Bulk(Seal, {**seal, "table": "'audit.trail'", "row": uuid(n, 6)}, twentieth),
        "shifts of posts": _tallies(cast),
    }
    return {name: bulk.sql(bulk.source or source) for name, bulk in bulks.items()}


def _text(a: str, b: str, n: str) -> str:
    """A text with its unit, its place and its numbers; a rare word here and there, and one that fell out of use."""
    days = rows("SELECT count(*) FROM d")[0][0]
    said = "t.text"
    for slot, value in {"u": "u.name", "p": "p.name", "a": txt(a), "b": txt(b)}.items():
        said = f"replace({said}, '{{{slot}}}', {value})"
    rare = f"CASE WHEN {n} % 100003 = 5 THEN '另到{RARE}两吨。' ELSE '' END"
    faded = f"CASE WHEN d.i < {days // 20 + 1} AND s.r % 10 = 1 THEN '{FADED}紧缺。' ELSE '' END"
    return f"{said} || {rare} || {faded}"


def _tallies(cast: Cast) -> Bulk:
    """Three shifts of every post for every day of the log."""
    k = "(d.i * 100000 + p.n * 10 + h.i)"
    count = f"(40 + ({k} * 7919) % 400)"
    begins = "d.start + 3600 + h.i * 28800"
    posts = (
        "SELECT q.*, row_number() OVER (ORDER BY q.code) AS n FROM checkpoints_post q "
        "WHERE q.superseded_at IS NULL AND NOT q.voided"
    )
    source = (
        "FROM d CROSS JOIN (SELECT 0 AS i UNION ALL SELECT 1 UNION ALL SELECT 2) h "
        f"CROSS JOIN ({posts}) p WHERE {begins} + 29500 < {int(time.time())}"
    )
    columns = {
        "id": uuid(k, 7),
        "first": uuid(k, 7),
        "area_path": "p.area_path",
        "occurred_from": instant(begins),
        "occurred_to": instant(f"{begins} + 28800"),
        "reported_at": instant(f"{begins} + 29400"),
        "recorded_at": instant(f"{begins} + 29500"),
        "synthetic": "TRUE",
        "vehicles": count,
        "persons": f"{count} * 2",
        "turned_back": "1",
        "handled": "1",
        "area_id": "p.area_id",
        "author_id": f"'{cast.author}'",
        "event_id": f"'{cast.event}'",
        "gate_id": "p.gate_id",
        "network_id": "p.network_id",
        "post_id": "p.id",
        "unit_id": "p.unit_id",
    }
    return Bulk(Tally, columns, source=source)


def txt(number: str) -> str:
    return f"CAST({number} AS text)"


def uuid(number: str, salt: int) -> str:
    """An id that is spread over the whole index, as random ones are, and the same at every run."""
    spread = f"(({number}) * 2654435761 + {salt}) & 4294967295"
    if sqlite():
        return f"printf('%08x%08x%016x', {spread}, {salt}, {number})"
    return f"(lpad(to_hex({spread}), 8, '0') || lpad(to_hex({salt}), 8, '0') || lpad(to_hex({number}), 16, '0'))::uuid"


def digest(number: str) -> str:
    return f"printf('%064x', {number})" if sqlite() else f"lpad(to_hex({number}), 64, '0')"


def instant(seconds: str) -> str:
    return f"datetime({seconds}, 'unixepoch')" if sqlite() else f"to_timestamp({seconds})"


def back_day() -> str:
    return "date(d.day, '-' || s.back || ' days')" if sqlite() else "d.day - s.back::int"


def at(text: str, number: str) -> str:
    return f"instr({text}, {txt(number)}) - 1" if sqlite() else f"strpos({text}, {txt(number)}) - 1"


def blob() -> str:
    """A body whose key is gone, as of a report that was erased on its day."""
    label = b"envelope-1999-01"
    sealed = (SUITE + bytes([len(label)]) + label + bytes(180)).hex()
    return f"x'{sealed}'" if sqlite() else f"'\\x{sealed}'::bytea"


if __name__ == "__main__":
    main()
