"""A city's own rows over the tables: each by its key, whatever order they came in."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shichen.prose.tables import Body, Measure, Place, Tables
from shichen.prose.widening import Alias, Row, keyed, widened

DEFAULT = Tables.default()
CHANGES: list[tuple[str, str, Row | None]] = [
    ("measure", "趟", Measure("趟", "count", "趟")),
    ("measure", "台次", None),
    ("verb", "查看", "查看"),
    ("verb", "检查", None),
    ("idiom", "三班倒", None),
    ("goods", "面屏", ("面屏", ("个",))),
    ("place", "430212", Place("430212", "渌口区", "county", "430200")),
    ("alias", "430212:洞口区", Alias("430212", "洞口区")),
    ("alias", "110000:北京", None),
    ("body", "x", Body("x", "某局")),
]


def test_nothing_changed_is_the_same_tables() -> None:
    assert widened(DEFAULT, {}) is DEFAULT


def test_every_table_keeps_its_rows_by_key() -> None:
    for table in ("measure", "catalogue", "place", "alias", "body", "verb", "idiom", "goods"):
        assert keyed(DEFAULT, table)
    assert len(keyed(DEFAULT, "measure")) == len(DEFAULT.measures)


@given(st.permutations(CHANGES))
def test_the_order_of_changes_does_not_matter(order: list[tuple[str, str, Row | None]]) -> None:
    laid: dict[str, dict[str, Any]] = {}
    for table, key, row in order:
        laid.setdefault(table, {})[key] = row
    first: dict[str, dict[str, Any]] = {}
    for table, key, row in CHANGES:
        first.setdefault(table, {})[key] = row
    assert widened(DEFAULT, laid).hash == widened(DEFAULT, first).hash != DEFAULT.hash


def test_a_row_takes_the_place_of_the_one_before() -> None:
    first = DEFAULT.measures[0]
    other = Measure(first.word, first.dimension, first.canonical, weak="weak")
    made = widened(DEFAULT, {"measure": {first.word: other}})
    assert made.measures[0] == other
    assert len(made.measures) == len(DEFAULT.measures)


def test_a_place_keeps_its_names_when_its_row_changes() -> None:
    row = keyed(DEFAULT, "place")["110000"]
    assert isinstance(row, Place)
    moved = Place(row.code, row.name, "county")
    made = keyed(widened(DEFAULT, {"place": {"110000": moved}}), "place")["110000"]
    assert isinstance(made, Place)
    assert (made.level, made.aliases) == ("county", row.aliases)


def test_a_second_row_of_an_indicator_stands_beside_the_first() -> None:
    row = DEFAULT.catalogue[0]
    made = widened(DEFAULT, {"catalogue": {f"{row.id}#2": row}})
    assert [key for key in keyed(made, "catalogue") if key.startswith(row.id)] == [row.id, f"{row.id}#2"]
    assert made.indicators[row.id] is made.catalogue[0]


def test_the_name_of_a_place_that_is_not_listed_names_nothing() -> None:
    made = widened(DEFAULT, {"alias": {"999999:某地": Alias("999999", "某地")}})
    assert made.gazetteer == DEFAULT.gazetteer
