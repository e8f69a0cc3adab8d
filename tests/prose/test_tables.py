"""The tables, and how a city adds its own."""

from __future__ import annotations

from decimal import Decimal

import pytest
import re2

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
    patterns = [value for value in vars(module).values() if type(value).__name__ in ("_Regexp", "Pattern")]
    assert patterns
    assert all(isinstance(pattern, re2._Regexp) for pattern in patterns)
