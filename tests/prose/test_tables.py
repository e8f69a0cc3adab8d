"""The tables, and how a city adds its own."""

from __future__ import annotations

import time
from collections import deque
from decimal import Decimal

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from shichen.prose import checks, dates, layout, mentions, moments, nonfigures, periods, quantities, units
from shichen.prose.gazetteer import LEVELS
from shichen.prose.tables import Body, Place, Tables


def test_default_tables_hold_no_city(tables: Tables) -> None:
    default = Tables.default()
    assert not [place for place in default.gazetteer if place.level in ("county", "street", "village")]
    assert len(tables.gazetteer) > len(default.gazetteer)
    assert default.hash != tables.hash


def test_the_hash_is_of_the_content(tables: Tables) -> None:
    same = Tables.default().extended()
    assert same.hash == Tables.default().hash
    assert same.extended(roster=[Body("x", "某局")]).hash != same.hash


def test_a_row_with_the_same_key_takes_the_place_of_the_old() -> None:
    first = Tables.default().extended(gazetteer=[Place("x-1", "甲镇", "street")])
    second = first.extended(gazetteer=[Place("x-1", "乙镇", "street")])
    assert [place.name for place in second.gazetteer if place.code == "x-1"] == ["乙镇"]


def test_measures_of_the_same_good_are_comparable(tables: Tables) -> None:
    assert ("口罩", "个") in tables.measure["只"].items
    assert tables.measure["元/斤"].canonical == "元/公斤"
    assert tables.measure["元/斤"].factor == Decimal(2)
    assert tables.measure["斤"].factor == Decimal("0.5")
    assert tables.measure["百分点"].dimension != tables.measure["%"].dimension


def test_codes_are_unique_and_levels_known(tables: Tables) -> None:
    codes = [place.code for place in tables.gazetteer]
    assert len(codes) == len(set(codes))
    assert {place.level for place in tables.gazetteer} <= set(LEVELS)
    bodies = [body.body for body in tables.roster]
    assert len(bodies) == len(set(bodies))


def test_every_group_and_area_of_the_roster_exists(tables: Tables) -> None:
    bodies, codes = {body.body for body in tables.roster}, {place.code for place in tables.gazetteer}
    assert all(not body.group or body.group in bodies for body in tables.roster)
    assert all(not body.area or body.area in codes for body in tables.roster)
    assert all(not place.parent or place.parent in codes for place in tables.gazetteer)


def test_the_demonstration_city_has_nine_groups_an_office_and_a_leading_group(tables: Tables) -> None:
    kinds = [body.kind for body in tables.roster if body.commands]
    assert (kinds.count("group"), kinds.count("leading_group")) == (9, 2)
    assert tables.bodies["指挥部"] is tables.bodies["领导小组"]


@pytest.mark.parametrize(
    "module",
    [checks, dates, layout, mentions, moments, nonfigures, periods, quantities, units],
    ids=lambda one: one.__name__,
)
def test_every_pattern_is_re2(module: object) -> None:
    found = {name: one for name, one in vars(module).items() if type(one).__name__ in ("_Regexp", "Pattern")}
    assert found
    assert {name for name, one in found.items() if not isinstance(one, re2._Regexp)} <= {"_START"}


@given(st.text(st.sampled_from("0123456789,,,..百分之点一二十万亿〇个 "), max_size=60))
def test_the_one_pattern_of_re_means_what_it_means_to_re2(text: str) -> None:
    same = re2.compile(quantities._START.pattern)
    assert [one.span() for one in quantities._START.finditer(text)] == [one.span() for one in same.finditer(text)]


@pytest.mark.parametrize("piece", ["1", "1,", "1,111", "1.", "1,1", "一", "百分之", "百分之一", "百分"])
def test_the_one_pattern_of_re_takes_nothing_back(piece: str) -> None:
    start = time.process_time()
    deque(quantities._START.finditer(piece * 100_000), maxlen=0)
    assert time.process_time() - start < 1
