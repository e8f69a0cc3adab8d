"""The demonstration's trace with stays and its second degree: their lists are those that everybody beside everybody gives.

The files are read again here, row by row, by the rules in words; nothing of the tracing room is used.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shichen.registers.places.models import CLASSES
from shichen.site.demo import movement, staying
from shichen.site.demo.movement import person
from tests.golden.conftest import Post

REACH, LEAST, ROWS_APART, CLOSE = 120, 900, 3, 300
A_DAY = timedelta(days=1)
ASK = """
import django, json
django.setup()
from shichen.analysis.models import Trace
from shichen.records.manifest import Load
from shichen.registers.places.models import Place
said = {"traces": [], "places": [[one.code, one.synthetic] for one in Place.objects.current()]}
for one in Trace.objects.order_by("number"):
    rows = [[near.same, near.seconds, near.stays, near.n_ix] for near in one.persons.all()]
    said["traces"].append({"state": one.state, "of": one.of and one.of.number, "people": one.people, "rows": rows})
load = Load.objects.get(table="stays")
said["load"] = [load.read, load.taken, load.duplicate, load.rejected, load.reasons]
print(json.dumps(said))
"""


@dataclass(frozen=True)
class Stay:
    """Somebody at a place, from when until when; the row of the seat, 0 where it is not known."""

    who: str
    place: str
    came: datetime
    left: datetime
    seat: int


@dataclass(frozen=True)
class Passing:
    who: str
    post: str
    at: datetime
    plate: str


@dataclass
class Met:
    """What one person had with index persons: shared vehicles, seconds, stays, whom, and when first."""

    same: int = 0
    seconds: int = 0
    stays: int = 0
    whom: set[str] | None = None
    first: datetime | None = None

    def more(self, whom: str, at: datetime, seconds: int, *, same: int = 0, stays: int = 0) -> None:
        self.same, self.seconds, self.stays = self.same + same, self.seconds + seconds, self.stays + stays
        self.whom, self.first = {*(self.whom or ()), whom}, min(self.first or at, at)


def taken(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(text.decode().splitlines()))


def stays() -> set[Stay]:
    wanted = {row["code"] for row in taken(staying.PLACES.read_bytes())} - {"V01", "V02", "H01", "R01"}
    return {
        Stay(row["证件号码"], row["场所"], moment(row["到达时间"]), moment(row["离开时间"]), seat(row["座位"]))
        for row in taken(staying.load_file())
        if row["场所"] in wanted and row["离开时间"]
    }


def passings() -> set[Passing]:
    return {
        Passing(row["证件号码"], row["卡口"], moment(row["过卡时间"]), row["车牌"])
        for row in taken(movement.load_file())
        if not row["证件号码"].endswith("A") and row["证件号码"]
    }


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - both files are in the city's time


BEFORE = moment("2020-01-20 00:00:00")


def is_close(one: Met) -> bool:
    return bool(one.same or one.stays or one.seconds >= CLOSE)


def seat(text: str) -> int:
    return int("".join(letter for letter in text if letter.isdigit()) or 0)


def near(index: dict[str, datetime]) -> dict[str, Met]:
    """Everybody who was near an index person from their moment on, by comparing every row with every row."""
    found: dict[str, Met] = defaultdict(Met)
    for mine in (one for one in stays() if one.who in index):
        begun = index[mine.who]
        for one in stays():
            both = (min(one.left, mine.left) - max(one.came, mine.came, begun)).total_seconds()
            apart = one.place.startswith("R") and one.seat and mine.seat and abs(one.seat - mine.seat) > ROWS_APART
            if one.place == mine.place and one.who != mine.who and both >= LEAST and not apart:
                found[one.who].more(mine.who, max(one.came, mine.came, begun), int(both), stays=1)
    for event in (one for one in passings() if one.who in index and one.at >= index[one.who]):
        for row in passings():
            gap = abs((row.at - event.at).total_seconds())
            if row.post == event.post and row.who != event.who and gap < REACH:
                same = int(gap == 0 and row.plate == event.plate)
                found[row.who].more(event.who, row.at, int(REACH - gap), same=same)
    return found


def listed(found: dict[str, Met], without: set[str]) -> list[list[int]]:
    rows = [[one.same, one.seconds, one.stays, len(one.whom or ())] for who, one in found.items() if who not in without]
    return sorted(rows, key=lambda row: (-row[0], -row[1], row[2:]))


def told(rows: list[list[int]]) -> list[list[int]]:
    """Who is level stands in the order of pseudonyms, which nobody can know beforehand."""
    return sorted(rows, key=lambda row: (-row[0], -row[1], row[2:]))


@pytest.fixture(scope="module")
def said(post: Post) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(post.python("-c", ASK))
    return answer


def test_every_place_and_person_is_invented_and_says_so(said: dict[str, Any]) -> None:
    assert {row["kind"] for row in taken(staying.PLACES.read_bytes())} <= {word for word, _ in CLASSES}
    assert len(said["places"]) == len(taken(staying.PLACES.read_bytes()))
    assert all(synthetic for _, synthetic in said["places"])
    assert all(row["证件号码"].startswith("000000") for row in taken(staying.load_file()))
    sources = (Path(movement.__file__).parent / "zhuzhou" / "sources.md").read_text(encoding="utf-8")
    assert "`places.csv`" in sources
    assert "`../staying.py`" in sources


def test_the_load_adds_up_and_says_what_was_amiss(said: dict[str, Any]) -> None:
    read, came, twice, refused, reasons = said["load"]
    assert read == came + twice + refused == len(taken(staying.load_file()))
    assert (twice, refused) == (staying.TWICE, len(staying.REFUSED))
    assert reasons == {"place_has_parts": 1, "leave_missing": 1, "place_unknown": 1}


def test_the_first_degree_is_what_everybody_beside_everybody_gives(said: dict[str, Any]) -> None:
    case = person(staying.CASE)
    first = said["traces"][0]
    found = near({case: BEFORE})
    assert told(first["rows"]) == listed(found, {case})
    assert first["rows"] == sorted(first["rows"], key=lambda row: (-row[0], -row[1]))
    for there in (9_002, 9_010, 9_011, 9_020, 9_022, 9_030):
        assert person(there) in found
    for elsewhere in (9_012, 9_013, 9_021, 9_023, 9_031, 9_032):
        assert person(elsewhere) not in found
    assert sum(one.stays for one in found.values()) > 50, "a crowd was there"


def test_the_second_degree_is_what_everybody_beside_everybody_gives(said: dict[str, Any]) -> None:
    case = person(staying.CASE)
    first = near({case: BEFORE})
    close = {who: one.first + A_DAY for who, one in first.items() if one.first and is_close(one)}
    found = near(close)
    second = said["traces"][1]
    assert (second["state"], second["of"]) == ("done", 1)
    assert told(second["rows"]) == listed(found, {case, *close})
    for there in (9_040, 9_041, 9_043):
        assert person(there) in found
    assert person(9_042) not in found
    assert max(row[3] for row in second["rows"]) > 1, "somebody of the crowd was near more than one close one"
