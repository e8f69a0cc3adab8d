"""The demonstration city's records add up: posts, shift tallies, case counts."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

import pytest

from tests.site.demo_data import CHECKOUT, Row, codes, posts, profile, rows, tallies, total

CITY = "430200"
ENDS_AT_80 = date(2020, 2, 22)


def official(area: str) -> dict[date, Row]:
    return {
        date.fromisoformat(row["as_of"]): row
        for row in rows("case_counts.csv")
        if row["area"] == area and row["series"] == "official"
    }


# -- posts -------------------------------------------------------------------------------------------------------------


def test_two_networks_of_83_and_92_posts() -> None:
    assert [len(posts("traffic")), len(posts("police"))] == [83, 92]
    assert {row["run_by"] for row in posts("traffic")} == {"traffic-safety-group"}
    assert {row["run_by"] for row in posts("police")} == {"public-security-group"}


def test_39_traffic_posts_are_under_direct_control_from_29_january_and_stand_by_then() -> None:
    direct = [row for row in rows("posts.csv") if row["direct_control_from"]]
    assert len(direct) == 39
    assert {row["direct_control_from"] for row in direct} == {"2020-01-29"}
    assert all(row["network"] == "traffic" and row["opened_on"] <= "2020-01-29" for row in direct)


def test_every_post_stands_on_both_days_and_has_its_own_code_and_name() -> None:
    every = rows("posts.csv")
    assert all(row["opened_on"] <= "2020-02-01" and not row["closed_on"] for row in every)
    assert len({row["code"] for row in every}) == len({row["name"] for row in every}) == 175


def test_a_shared_gate_has_one_post_of_each_network() -> None:
    gates: dict[str, list[str]] = defaultdict(list)
    for row in rows("posts.csv"):
        if row["gate"]:
            gates[row["gate"]].append(row["network"])
    assert len(gates) == 40
    assert all(sorted(networks) == ["police", "traffic"] for networks in gates.values())


def test_posts_are_spread_over_the_nine_counties() -> None:
    nine = {row["code"] for row in rows("gazetteer.csv") if row["parent"] == CITY and row["level"] == "county"}
    assert {row["area"] for row in rows("posts.csv")} == nine - {"430221"}


# -- tallies -----------------------------------------------------------------------------------------------------------


def test_the_traffic_network_adds_up_to_the_published_day() -> None:
    day = tallies("2020-02-02", "traffic")
    assert (total(day, "vehicles"), total(day, "persons")) == (149461, 361122)
    assert total(day, "turned_back", "referred") == 150


def test_the_police_network_adds_up_to_the_published_day() -> None:
    day = tallies("2020-02-02", "police")
    assert (total(day, "vehicles"), total(day, "persons")) == (40515, 84492)
    assert (total(day, "source_area_vehicles"), total(day, "source_area_persons")) == (24, 23)


def test_the_one_published_shift_stands_as_it_was_reported() -> None:
    fact = [row for row in rows("tallies.csv") if row["basis"] == "fact"]
    assert len(fact) == 1
    assert fact[0]["shift_start"] == "2020-02-02T00:00+08:00"
    assert fact[0]["shift_end"] == "2020-02-02T05:00+08:00"
    assert [fact[0][name] for name in ("vehicles", "persons", "referred")] == ["165", "310", "1"]


@pytest.mark.parametrize("day", ["2020-02-01", "2020-02-02"])
@pytest.mark.parametrize("network", ["traffic", "police"])
def test_the_shifts_of_a_post_fill_the_civil_day_without_gap(day: str, network: str) -> None:
    midnight = datetime.fromisoformat(f"{day}T00:00+08:00")
    reached = dict.fromkeys((row["code"] for row in posts(network)), midnight)
    for row in sorted(tallies(day, network), key=lambda row: row["shift_start"]):
        assert datetime.fromisoformat(row["shift_start"]) == reached[row["post"]]
        reached[row["post"]] = datetime.fromisoformat(row["shift_end"])
    assert set(reached.values()) == {midnight + timedelta(days=1)}


def test_parts_are_no_greater_than_their_whole() -> None:
    for row in rows("tallies.csv"):
        assert int(row["source_area_vehicles"]) <= int(row["vehicles"]) <= int(row["persons"])
        assert total([row], "source_area_persons", "turned_back", "referred", "fever") <= int(row["persons"])


def test_at_a_shared_gate_the_police_check_a_part_of_the_stream() -> None:
    seen: dict[str, dict[str, int]] = defaultdict(dict)
    for network in ("traffic", "police"):
        gate = {row["code"]: row["gate"] for row in posts(network)}
        for row in tallies("2020-02-02", network):
            if gate[row["post"]]:
                seen[gate[row["post"]]][network] = seen[gate[row["post"]]].get(network, 0) + int(row["vehicles"])
    assert all(both["police"] < both["traffic"] for both in seen.values())


def test_the_generator_makes_the_committed_file() -> None:
    made = subprocess.run([sys.executable, CHECKOUT / "tools/demo_tallies.py", "--check"], check=False)
    assert made.returncode == 0


# -- case counts -------------------------------------------------------------------------------------------------------


def test_one_row_for_each_area_day_and_series() -> None:
    keys = Counter((row["area"], row["as_of"], row["series"]) for row in rows("case_counts.csv"))
    assert max(keys.values()) == 1
    assert {row["series"] for row in rows("case_counts.csv")} == {row["code"] for row in profile()["series"]}


def test_the_curve_adds_up_peaks_on_8_february_and_ends_at_80() -> None:
    city = official(CITY)
    new = {day: int(row["confirmed_new"]) for day, row in city.items()}
    assert max(new, key=lambda day: new[day]) == date(2020, 2, 8)
    assert (new[date(2020, 2, 8)], sum(new.values())) == (10, 80)
    running = 0
    for day in sorted(city):
        running += new[day]
        assert int(city[day]["confirmed_cum"]) == running
    assert int(city[ENDS_AT_80]["confirmed_cum"]) == 80


def test_the_four_zero_days_are_15_to_18_february_and_were_published_a_day_later() -> None:
    city = official(CITY)
    zeros = [
        day
        for day in sorted(city)
        if date(2020, 1, 28) <= day < date(2020, 2, 19) and city[day]["confirmed_new"] == "0"
    ]
    assert zeros == [date(2020, 2, day) for day in (15, 16, 17, 18)]
    assert [city[day]["published_on"] for day in zeros] == [f"2020-02-{day}" for day in (16, 17, 18, 19)]


def test_29_were_discharged_by_the_end_of_15_february() -> None:
    known = [row for row in rows("case_counts.csv") if row["area"] == CITY and row["as_of"] == "2020-02-15"]
    assert {row["discharged_network_cum"] for row in known if row["discharged_network_cum"]} == {"29"}


def test_9_february_has_two_clocks_of_discharge() -> None:
    day = official(CITY)[date(2020, 2, 9)]
    assert (day["discharged_done_cum"], day["discharged_network_cum"]) == ("11", "10")


@pytest.mark.parametrize("day", ["2020-02-06", "2020-02-09", "2020-02-10", "2020-02-13", "2020-02-14", "2020-03-03"])
def test_the_districts_add_up_to_the_city(day: str) -> None:
    official_rows = [row for row in rows("case_counts.csv") if row["as_of"] == day and row["series"] == "official"]
    city = next(row for row in official_rows if row["area"] == CITY)
    parts = [row for row in official_rows if row["area"] in codes("posts.csv", "area") | {"zz-yunlong"}]
    for column in ("confirmed_cum", "discharged_done_cum"):
        assert total(parts, column) == int(city[column])


def test_no_count_is_published_before_the_day_it_speaks_of() -> None:
    assert all(row["as_of"] <= row["published_on"] for row in rows("case_counts.csv"))
    assert codes("case_counts.csv", "area") <= codes("gazetteer.csv", "code")
