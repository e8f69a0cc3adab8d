"""A lake of its own for each test, two posts, and loads made in a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from shichen.audit.context import acting
from shichen.city import queries as city
from shichen.records import lake, pseudonyms
from shichen.records.bulk import keeping
from shichen.records.bulk.receiving import Delivery
from shichen.records.engine import LARGE, LakeEngine
from shichen.records.manifest import Load
from shichen.registers.loads import services as loads
from tests.made import body, post

HEAD = "时间,卡点,车牌,证件号码,方向,处置,体温,来源地"
IDS = [
    one + pseudonyms.check_figure(one)
    for one in ("11010519491231002", "43020419800101001", "43020419800101003", "43020419800101005")
]
Write = Callable[..., Load]


def row(
    at: str = "2020-02-02 08:00:00",
    where: str = "T01",
    plate: str = "湘B12345",
    who: str = IDS[0],
    rest: str = "入,放行,36.5,",
) -> str:
    return f"{at},{where},{plate},{who},{rest}"


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.LAKE = tmp_path / "lake"
    return tmp_path / "lake"


@pytest.fixture
def write(db: None, folder: Path, cast: Any) -> Write:
    """Takes in rows under a heading, or bytes as they are."""
    for code in ("T01", "T02"):
        post(code)

    def write(rows: Sequence[str] | bytes, *, head: str = HEAD, name: str = "a.csv", **more: Any) -> Load:
        data = rows if isinstance(rows, bytes) else "\n".join([head, *rows, ""]).encode()
        with acting("test", moment=datetime.fromisoformat("2020-02-10T12:00:00+08:00")):
            load, _ = loads.receive(sent(data, name=name, **more), by=cast.office)
            return loads.work(load)

    return write


def sent(data: bytes, *, name: str = "a.csv", **more: Any) -> Delivery:
    return Delivery(
        **{
            "table": lake.PASSINGS,
            "blocks": [data[n : n + 1000] for n in range(0, len(data), 1000)],
            "filename": name,
            "channel": "test",
            "unit": body("office"),
            "area": city.the_city(),
            "event": city.the_event(),
            **more,
        }
    )


def rows(folder: Path, layout: str = lake.PLACE, snapshot: int | None = None) -> list[tuple[Any, ...]]:
    """What the lake holds, by the manifest."""
    engine = LakeEngine(keeping.view(folder, snapshot))
    name = next(name for name, said in LARGE.items() if said == (lake.PASSINGS, layout))
    found: list[tuple[Any, ...]] = engine.con.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall()
    return found
