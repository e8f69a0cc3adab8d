"""Both documents come out of the demonstration's records: every marked figure in its place, each leading to its ground."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shichen.watches import WATCHES

pytestmark = pytest.mark.slow

COLUMNS = ("指挥调度", "宣传发布", "一线阻击", "后勤服务")
SUPPLY = {"子", "丑", "辰", "巳", "午", "申"}
FIRST, LAST = date(2020, 1, 21), date(2020, 2, 19)
Place = tuple[str, ...]


def told(figure: dict[str, Any]) -> tuple[Decimal, str, str]:
    """What a figure says, as one thing to compare."""
    return Decimal(str(figure["value"])), figure["unit"], figure["indicator"]


def standing(entries: list[dict[str, Any]]) -> Counter[tuple[Decimal, str, str]]:
    return Counter(told(figure) for entry in entries for figure in entry["figures"] if figure["indicator"])


def missing(wanted: dict[Place, Counter[Any]], found: dict[Place, Counter[Any]]) -> dict[Place, Counter[Any]]:
    """What should stand in a place and does not, each as often as it should."""
    lost = {place: figures - found.get(place, Counter()) for place, figures in wanted.items()}
    return {place: figures for place, figures in lost.items() if figures}


def figures_of(page: dict[str, Any]) -> list[dict[str, Any]]:
    places = page["cells"] if "cells" in page else page["days"]
    return [figure for place in places for entry in place["entries"] for figure in entry["figures"]]


# -- the form of the two answers ---------------------------------------------------------------------------------------


def test_the_day_has_all_48_cells_watch_by_watch_and_column_by_column(day: dict[str, Any]) -> None:
    assert [(cell["watch"], cell["column"]) for cell in day["cells"]] == [(w, c) for w in WATCHES for c in COLUMNS]


def test_42_cells_are_filled_and_six_of_supply_stay_blank(day: dict[str, Any]) -> None:
    blank = {(cell["watch"], cell["column"]) for cell in day["cells"] if not cell["entries"]}
    assert blank == {(watch, "后勤服务") for watch in set(WATCHES) - SUPPLY}
    assert len(day["cells"]) - len(blank) == 42


def test_the_chronicle_has_every_date_and_only_9_february_is_without_an_event(chronicle: dict[str, Any]) -> None:
    dates = [day["date"] for day in chronicle["days"]]
    assert dates == [(FIRST + timedelta(days=n)).isoformat() for n in range((LAST - FIRST).days + 1)]
    assert [day["date"] for day in chronicle["days"] if not day["entries"]] == ["2020-02-09"]


def test_both_answers_say_what_was_agreed_and_nothing_else(day: dict[str, Any], chronicle: dict[str, Any]) -> None:
    assert set(day) == {"cells"}
    assert set(chronicle) == {"days"}
    assert {frozenset(cell) for cell in day["cells"]} == {frozenset({"column", "watch", "entries"})}
    assert {frozenset(one) for one in chronicle["days"]} == {frozenset({"date", "entries"})}
    for figure in figures_of(day) + figures_of(chronicle):
        assert set(figure) == {"value", "unit", "indicator", "basis", "records", "figure"}
        assert isinstance(figure["value"], int | float)
        assert figure["basis"] in {"computed", "stated"}


# -- the figures that people marked ------------------------------------------------------------------------------------


@pytest.mark.seeds
def test_every_marked_figure_stands_on_its_watch_and_column(day: dict[str, Any], gold: list[dict[str, Any]]) -> None:
    wanted: dict[Place, Counter[Any]] = {}
    for row in (row for row in gold if row["slot"] in WATCHES):
        wanted.setdefault((row["slot"], row["section"]), Counter())[told(row)] += 1
    assert sum(map(Counter.total, wanted.values())) == 78
    assert missing(wanted, {(cell["watch"], cell["column"]): standing(cell["entries"]) for cell in day["cells"]}) == {}


@pytest.mark.seeds
def test_every_marked_figure_stands_on_its_date(chronicle: dict[str, Any], gold: list[dict[str, Any]]) -> None:
    wanted: dict[Place, Counter[Any]] = {}
    for row in (row for row in gold if row["doc"].startswith("003_")):
        wanted.setdefault((row["slot"],), Counter())[told(row)] += 1
    assert sum(map(Counter.total, wanted.values())) == 40
    days = [(date.fromisoformat(day["date"]), standing(day["entries"])) for day in chronicle["days"]]
    assert missing(wanted, {(f"{on.month}月{on.day}日",): found for on, found in days}) == {}


# -- what each figure rests on -----------------------------------------------------------------------------------------


def test_a_computed_figure_rests_on_records_that_still_give_it(
    day: dict[str, Any], chronicle: dict[str, Any], traces: dict[str, Any]
) -> None:
    computed = [figure for figure in figures_of(day) + figures_of(chronicle) if figure["basis"] == "computed"]
    assert len(computed) >= 17
    for figure in computed:
        evidence = traces[figure["figure"]]["evidence"]
        assert figure["records"] == evidence["records_now"] > 0
        assert evidence["value_now"] == figure["value"]
        assert not traces[figure["figure"]]["changed"]
        assert evidence["rows"]
        assert all(row["record"] for row in evidence["rows"])
        for parts in evidence["breakdowns"]:
            assert sum(parts["parts"].values()) == figure["value"]


def test_a_stated_figure_rests_on_words_that_hold_it(
    day: dict[str, Any], chronicle: dict[str, Any], traces: dict[str, Any]
) -> None:
    stated = [figure for figure in figures_of(day) + figures_of(chronicle) if figure["basis"] == "stated"]
    assert len(stated) + 17 <= 130 == len(figures_of(day) + figures_of(chronicle))
    for figure in stated:
        trace = traces[figure["figure"]]
        statement, quote = trace["statement"], trace["quote"]
        assert figure["records"] == 0
        assert statement["raw"] == quote["number"] in statement["sentence"]
        assert holds(quote["number"], figure["value"]), (quote["number"], figure["value"])
        assert statement["accepted_by"]
        assert statement["envelope"]


def holds(raw: str, value: float) -> bool:
    """Whether the words print the number: plain, in 万, 两 for two, or 持平 for no change."""
    plain = f"{Decimal(str(value)).normalize():f}"
    in_wan = f"{(Decimal(str(value)) / 10_000).normalize():f}万"
    return raw.startswith((plain, in_wan)) or (raw[0] == "两" and value == 2) or (raw == "持平" and value == 0)


def test_two_networks_stand_side_by_side_and_their_sum_nowhere(post: Any, day: dict[str, Any]) -> None:
    values = [figure["value"] for figure in figures_of(day)]
    assert {149461, 40515, 361122, 84492} <= set(values)
    page = post.shichen("day", "2020-02-02")
    assert "149461台次" in page
    assert not {189_976, 445_614} & set(values)
    assert "189976" not in page


def test_case_figures_name_the_day_of_their_data_beside_the_day_of_publication(post: Any) -> None:
    page = post.shichen("chronicle", "2020-02-16", "2020-02-19")
    assert "数据截至2月15日24时，2月16日发布" in page
    assert "数据截至2月18日24时，2月19日发布" in page
