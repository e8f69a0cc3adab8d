"""Indicators: the rows of the catalogue, and which of them a figure is."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from shichen.prose.reader import read
from shichen.prose.tables import Indicator, Tables

GOLD = Path(__file__).resolve().parents[3] / "shared" / "gold" / "indicators.csv"
KINDS = {"flow", "stock", "cumulative", "ratio", "price", "target", "plan", "capacity", "milestone", "change"}


def indicators(text: str, tables: Tables) -> list[str | None]:
    return [figure.indicator for figure in read(text, tables, kind="work_bulletin").figures]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("设置疫情值守点83个。", ["traffic.posts"]),
        ("检查车辆149台次,排查人员361人次。", ["traffic.vehicles_checked", "traffic.persons_screened"]),
        ("查控车辆40辆(鄂籍4辆)。", ["police.vehicles_checked", "police.hubei_vehicles_checked"]),
        ("卡点查控人员84人(鄂籍3人)。", ["police.persons_checked", "police.hubei_persons_checked"]),
        ("新增确诊病例4例,累计确诊病例20例。", ["cases.confirmed_new", "cases.confirmed_cum"]),
        ("累计出院病例29例。", ["cases.discharged"]),
        (
            "现有疑似病例3例,重症病例2例,危重病例1例。",
            ["cases.suspected_now", "cases.severe_now", "cases.critical_now"],
        ),
        ("累计死亡病例2例。", ["cases.dead"]),
        ("累计追踪密切接触者300人,解除医学观察200人。", ["contacts.traced", "contacts.released"]),
        ("发布消息12条。", [None]),
        ("桌椅20张。", [None]),
    ],
)
def test_a_figure_finds_its_indicator(text: str, expected: list[str | None], tables: Tables) -> None:
    assert indicators(text, tables) == expected


def test_台次_is_never_taken_for_台(tables: Tables) -> None:
    (visits,) = read("检查车辆149台次。", tables, kind="work_bulletin").figures
    (machines,) = read("检查车辆149台。", tables, kind="work_bulletin").figures
    assert (visits.dimension, machines.dimension) == ("visit", "count")
    assert visits.indicator != machines.indicator


def test_every_row_is_complete(tables: Tables) -> None:
    for row in tables.catalogue:
        assert all((row.name, row.name_en, row.all_of, row.definition.endswith("。"))), row.id
        assert (row.kind in KINDS, row.order in ("NQ", "QN")) == (True, True), row.id
        assert row.measure == row.unit, row.id
        assert {row.unit} <= set(row.measures) <= set(tables.measure), row.id


def test_ids_are_unique(tables: Tables) -> None:
    assert len(tables.indicators) == len(tables.catalogue)


@pytest.mark.seeds
@pytest.mark.skipif(not GOLD.is_file(), reason="the annotation lies beside the checkout and is not here")
def test_the_catalogue_covers_the_annotation(tables: Tables) -> None:
    with GOLD.open(encoding="utf-8-sig", newline="") as lines:
        assert {row["id"] for row in csv.DictReader(lines)} <= set(tables.indicators)


def test_a_city_may_add_a_row(tables: Tables) -> None:
    row = Indicator(
        "local.tents", "帐篷", "Tents", "顶", "stock", "state", ("顶",), (("帐篷",),), (), (), "登记的帐篷顶数。"
    )
    wider = tables.extended(catalogue=[row])
    assert indicators("清点帐篷12顶。", tables) == [None]
    assert indicators("清点帐篷12顶。", wider) == ["local.tents"]
    assert wider.hash != tables.hash
