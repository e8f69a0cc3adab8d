"""What a chronicle's lines say of measures and orders: nothing ends that had not begun, nothing begins twice, no number skipped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

import re2

from shichen import watches
from shichen.publications import places
from shichen.publications.chronicle.lines import Line
from shichen.publications.objecting import Objection
from shichen.publications.rules import rules
from shichen.registers.measures import queries as measures
from shichen.registers.measures.models import Measure

ENDS = "measure_end"
ONE_DAY = timedelta(days=1)
DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
MOST = 99  # the highest number of a series that is read in Chinese numerals
_NUMERAL = "[0-9]{1,3}|[一二三四五六七八九十]{1,3}"


def begun_twice(lines: list[Line]) -> Iterator[Objection]:
    """A measure announced as new while it already held over all of its area."""
    begun = [(line, one) for line in lines for one in measures.resting_on(line.entry) if one.replaces_id is None]
    ended = measures.all_followed()
    for position, (line, one) in enumerate(begun):
        for earlier, other in begun[:position]:
            if _holds_already(other, one, ended.get(other.first, other.ends_at)):
                sentence = (
                    f"{places.named(line.place)}说「{one.label}」开始，而{places.named(earlier.place)}的"
                    f"「{other.label}」还没有结束：同一措施开始了两次。"
                )
                shown = (earlier.shown(), line.shown())
                yield Objection(f"begins:{one.first}", sentence, line.place, f"/log/{line.entry.id}/", lines=shown)


def _holds_already(earlier: Measure, later: Measure, until: datetime | None) -> bool:
    same = earlier.kind == later.kind and earlier.starts_at <= later.starts_at
    covered = not earlier.areas or (bool(later.areas) and set(later.areas) <= set(earlier.areas))
    return same and covered and (until is None or until > later.starts_at)


def ended_unbegun(lines: list[Line]) -> Iterator[Objection]:
    """A line that tells of the end of a measure whose beginning no line tells, though it began within these dates."""
    told = {line.entry.pk for line in lines}
    for line in (line for line in lines if ENDS in line.kinds or _eases(line)):
        later = [one for one in measures.resting_on(line.entry) if one.replaces_id is not None]
        unknown = not later and not _ended_about(line.on)
        missing = next((one for one in later if not _was_begun(one, told, line.since)), None)
        if unknown or missing is not None:
            what = f"「{missing.replaces}」" if missing is not None else "一项措施"
            sentence = f"{places.named(line.place)}「{line.text[:24]}…」讲{what}结束，前面没有讲过它开始。"
            yield Objection(
                f"ends:{line.entry.id}", sentence, line.place, f"/log/{line.entry.id}/", lines=(line.shown(),)
            )


def _eases(line: Line) -> bool:
    return any(one.replaces_id is not None and one.partial for one in measures.resting_on(line.entry))


def _was_begun(one: Measure, told: set[int], first: date) -> bool:
    """Whether the announcement that a measure replaces, or one before it, is told here or began before the first date."""
    before = one.replaces
    while before is not None:
        if before.entry is not None and (before.entry.pk in told or before.entry.page_day < first):
            return True
        before = before.replaces
    return False


def _ended_about(on: date) -> bool:
    """Whether the record of some measure ends on a day or the day before."""
    span = watches.Period(watches.clock(on - ONE_DAY, 0), watches.clock(on, 24))
    return measures.ended_within(span)


def skipped_numbers(lines: list[Line]) -> Iterator[Objection]:
    """Orders run 1, 2, 3 without a gap, by issuer and kind; a number is issued once."""
    for (_issuer, series), issued in _issued(lines).items():
        numbers = sorted(issued)
        for before, after in pairwise([0, *numbers]):
            if after - before > 1:
                line = issued[after][0]
                lost = "、".join(f"第{n}号{series}" for n in range(before + 1, after))
                sentence = f"{places.named(line.place)}讲到第{after}号{series}，而{lost}没有讲到。"
                href = f"/log/{line.entry.id}/"
                yield Objection(f"skipped:{series}:{after}", sentence, line.place, href, lines=(line.shown(),))
        for number in numbers:
            told = list(dict.fromkeys(issued[number]))
            if len(told) > 1:
                days = "、".join(places.named(line.place) for line in told)
                sentence = f"第{number}号{series}在{days}各讲了一次；发布应只有一次。"
                shown = tuple(line.shown() for line in told)
                yield Objection(f"issued:{series}:{number}", sentence, told[-1].place, shown[-1].href, lines=shown)


def _issued(lines: Iterable[Line]) -> dict[tuple[str, str], dict[int, list[Line]]]:
    """By issuer and series, the lines that tell of each number."""
    kinds = rules().chronicle.checks.series
    listed = re2.compile(
        rf"第(?:{_NUMERAL})[0-9一二三四五六七八九十第号、和及至{''.join(kinds)}]*号(?:{'|'.join(kinds)})"
    )
    found: dict[tuple[str, str], dict[int, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        for match in listed.finditer(line.text):
            series = next(kind for kind in kinds if match.group().endswith(kind))
            for number in _numbers(match.group()):
                found[line.entry.unit_id, series][number].append(line)
    return found


def _numbers(text: str) -> list[int]:
    """The numbers of 第1号令、第2号令, of 第3、4号令, of 第5至7号令."""
    found: list[int] = []
    at = 0
    for match in re2.finditer(_NUMERAL, text):
        number = numeral(match.group())
        between = text[at : match.start()]
        found += range(found[-1] + 1, number) if found and "至" in between and number - found[-1] < MOST else []
        found.append(number)
        at = match.end()
    return found


def numeral(text: str) -> int:
    """3, 三, 十二, 二十: a number as orders print it."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (DIGITS.get(tens, 1) * 10 if ten else 0) + (DIGITS.get(ones, 0) if ones else 0)
