"""A form worded: what was gathered as official prose, every number with where it stands and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from shichen.bulletins import tables
from shichen.prose.realise import Fact, Prose, When, realise
from shichen.prose.tables import Indicator as Wording
from shichen.publications.writing.gathering import Gathered, Known

OUR_CITY = "全市"


@dataclass(frozen=True)
class Written:
    """The text, and for each of its numbers the characters that print it and what is known of it."""

    text: str
    numbers: tuple[tuple[int, int, Known], ...]
    unworded: tuple[Known, ...]


def compose(gathered: Gathered, unit: str = OUR_CITY) -> Written:
    """The gathered figures as sentences: what happened that day, the running totals, how things stand."""
    words = tables.of_the_city().indicators
    facts: list[Fact] = []
    said: list[Known] = []
    unworded: list[Known] = []
    for whole, parts in gathered.wholes:
        row = words.get(whole.indicator.key)
        if row is None or not row.noun:
            unworded.append(whole)
            continue
        inside = tuple(_fact(part, row, said, place=part.area.name) for part in parts)
        facts.append(_fact(whole, row, said, inside))
    prose = realise(unit, facts, when=_when(gathered)) if facts else Prose("", ())
    numbers = tuple((one.start, one.end, said[int(one.fact.figure)]) for one in prose.numbers)
    return Written(prose.text, numbers, tuple(unworded))


def _fact(one: Known, row: Wording, said: list[Known], parts: tuple[Fact, ...] = (), place: str = "") -> Fact:
    """A fact that leads back to what is known by its place among those said."""
    said.append(one)
    total = one.indicator.sort == "cumulative"
    return Fact(row, one.value, total, parts, figure=str(len(said) - 1), place=place)


def _when(gathered: Gathered) -> When:
    on = gathered.on
    day = f"{on.year}年{on.month}月{on.day}日"
    return When(f"{day}0—24时，", f"截至{day}24时，")
