"""What else is asked of the lake (查流水): where persons and plates were, who came from source areas, counts by post and watch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from shichen import watches
from shichen.records.bulk.passings import PROVINCE_WORDS
from shichen.records.lake import seconds
from shichen.records.pseudonyms import PERIOD
from shichen.records.traces import Asked, Part
from shichen.refusal import Refusal
from shichen.tracing import questions
from shichen.tracing.engine import Engine

Row = dict[str, Any]
Pseudonym = Callable[[str, int], int]
WATCHES = "子丑寅卯辰巳午未申酉戌亥子"
"""The watch of each slot of a civil day: its first and its last hour are 子."""


def persons(engine: Engine, part: Part) -> Iterator[Row]:
    """Passings and stays of the persons of a period, each in their windows (轨迹)."""
    windows = engine.give("index_windows", part.windows)
    for table, what in (("passings_by_person", "passing"), ("stays_by_person", "stay")):
        rows = engine.narrow(table, int(part.windows["lo"].min()), int(part.windows["hi"].max()))
        for row in _rows(engine, questions.track(rows, windows)):
            yield {"period": part.period, "what": what, **row}


def plates(engine: Engine, asked: Sequence[Asked], pseudonym: Pseudonym) -> Iterator[Row]:
    """Passings of the vehicles that are asked for, each in its window, one row for every person aboard."""
    spans: dict[tuple[int, int, int], set[int]] = defaultdict(set)
    for one in asked:
        for period, lo, hi in periods(one.lo, one.hi) if one.plate else ():
            spans[period, lo, hi].add(pseudonym(one.plate, lo))
    for (period, lo, hi), vehicles in sorted(spans.items()):
        given = engine.give("vehicles", {"vehicle": sorted(vehicles)})  # type: ignore[dict-item]
        for row in _rows(engine, questions.plate_track(engine.narrow("passings_by_place", lo, hi), given, lo, hi)):
            yield {"period": period, "what": "vehicle", **row}


def arrivals(engine: Engine, regions: Sequence[int], lo: int, hi: int) -> Iterator[Row]:
    """Who came from these areas from `lo` up to `hi`: how often, first and last; a list for each period of pseudonyms."""
    for period, begin, end in periods(lo, hi):
        rows = engine.narrow("passings_by_person", begin, end)
        for row in _rows(engine, questions.arrivals(rows, list(regions), begin, end)):
            yield {"period": period, **row}


def counts(engine: Engine, lo: int, hi: int, zone: tzinfo = watches.SHANGHAI) -> Iterator[Row]:
    """Of each civil day: 人次, 辆 and 人 by post, watch, direction and outcome. Only 人次 may be added up."""
    day = datetime.fromtimestamp(lo, UTC).astimezone(zone).date()
    while (begun := seconds(watches.clock(day, 0, zone=zone))) < hi:
        offset = watches.clock(day, 12, zone=zone).utcoffset() or timedelta()
        next_day = day + timedelta(days=1)
        span = max(lo, begun), min(hi, seconds(watches.clock(next_day, 0, zone=zone))) - 1
        rows = engine.narrow("passings_by_place", *span)
        for row in _rows(engine, questions.rollup(rows, int(offset.total_seconds()))):
            yield {"day": day.isoformat(), "watch": WATCHES[row["slot"]], **row}
        day = next_day


def periods(lo: int, hi: int) -> Iterator[tuple[int, int, int]]:
    """The periods of pseudonyms that [lo, hi) lies in, each with its part of it."""
    for period in range(lo // PERIOD, (hi - 1) // PERIOD + 1):
        yield period, max(lo, period * PERIOD), min(hi, (period + 1) * PERIOD)


def region(text: str) -> int:
    """The code of an area (GB/T 2260), or of a province by its name. Raises Refusal."""
    named = {word: code for code, words in PROVINCE_WORDS.items() for word in words}
    if text.strip() in named:
        return named[text.strip()]
    if not (text.isascii() and text.isdigit() and len(text) == 6 and text[0] != "0"):
        raise Refusal(f"来源地「{text[:30]}」读不懂；请写六位区划代码(如 420100)或省名(如 湖北)。", field="region")
    return int(text)


def _rows(engine: Engine, question: Any) -> Iterator[Row]:
    answer = engine.rows(question)
    for row in zip(*answer.values(), strict=True):
        yield dict(zip(answer, map(int, row), strict=True))
