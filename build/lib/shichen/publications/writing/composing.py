"""A form worded: what was gathered as official prose, every number with where it stands and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shichen.bulletins import tables
from shichen.city.models import Body
from shichen.prose.numerals import ordinal
from shichen.prose.realise import Fact, Prose, When, realise
from shichen.prose.tables import Indicator as Wording
from shichen.publications.rules import Form
from shichen.publications.writing.gathering import Gathered, Known

OUR_CITY = "全市"
NEXT = "\n"
ADDED_UP = "flow"  # what a day adds up to; a price is no sum


@dataclass(frozen=True)
class Written:
    """A text, and for each of its numbers the characters that print it and what is known of it; `body` is who speaks."""

    text: str
    numbers: tuple[tuple[int, int, Known], ...]
    unworded: tuple[Known, ...] = ()
    body: Body | None = None


def texts(form: Form, gathered: Sequence[Gathered]) -> list[Written]:
    """What goes out as a text by itself: of a form by groups one of each group that has something to say, else one in all."""
    passages = [_passage(one, lasting=form.by_group) for one in gathered]
    if form.by_group:
        return [one for one in passages if one.numbers]
    said = [(one.title, written) for one, written in zip(gathered, passages, strict=True) if written.numbers]
    unworded = tuple(one for written in passages for one in written.unworded)
    if len(form.passages) > 1:
        return [joined([_headed(n, title, one) for n, (title, one) in enumerate(said, start=1)], unworded)]
    return [joined([written for _title, written in said], unworded)]


def joined(parts: Sequence[Written], unworded: tuple[Known, ...] = ()) -> Written:
    """Texts under one another as one, the numbers where they stand in it."""
    at, numbers = 0, []
    for part in parts:
        numbers += [(at + start, at + end, one) for start, end, one in part.numbers]
        at += len(part.text) + len(NEXT)
    return Written(NEXT.join(part.text for part in parts), tuple(numbers), unworded)


def _headed(n: int, title: str, part: Written) -> Written:
    """A passage under its heading: 一、疫情。"""
    head = f"{ordinal(n)}、{title}。"
    return Written(
        head + part.text, tuple((start + len(head), end + len(head), one) for start, end, one in part.numbers)
    )


def _passage(gathered: Gathered, *, lasting: bool) -> Written:
    """The gathered figures as sentences: what happened that day, the running totals, how things stand.

    What a group says is `lasting` the day: it stands on the page of that day, which its sentences need not name.
    """
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
    unit = gathered.body.name_on(gathered.on) if gathered.body else OUR_CITY
    scope = "全天共" if lasting and any(fact.indicator.kind == ADDED_UP for fact in facts) else ""
    when = When() if lasting else _when(gathered)
    prose = realise(unit, facts, scope=scope, when=when) if facts else Prose("", ())
    numbers = tuple((one.start, one.end, said[int(one.fact.figure)]) for one in prose.numbers)
    return Written(prose.text, numbers, tuple(unworded), gathered.body)


def _fact(one: Known, row: Wording, said: list[Known], parts: tuple[Fact, ...] = (), place: str = "") -> Fact:
    """A fact that leads back to what is known by its place among those said."""
    said.append(one)
    total = one.indicator.sort == "cumulative"
    return Fact(row, one.value.normalize(), total, parts, figure=str(len(said) - 1), place=place)


def _when(gathered: Gathered) -> When:
    on = gathered.on
    day = f"{on.year}年{on.month}月{on.day}日"
    return When(f"{day}0—24时，", f"截至{day}24时，")
