"""How a number was said (说法): the words around it without numbers and places, the same in the bulletins of every day."""

from __future__ import annotations

import re2

from shichen.prose.gazetteer import Gazetteer
from shichen.prose.spans import Figure
from shichen.prose.text import clean

LONGEST = 120
_REACH = 80
_SENTENCE = frozenset("。;!?\n\r")
_CLAUSE = _SENTENCE | frozenset(",:()")
_WORDS = re2.compile(r"\p{Han}")
_FEWEST = 3
_NUMBER = re2.compile(r"[0-9]+(?:[.,][0-9]+)*")
_LIST = re2.compile(r"(?:@#[例人名个家]?[、,]?)+")
_HERE, _OTHER, _PLACE, _LISTED = "◎", "#", "@", "@#…"


def sayings_of(raw: str, figure: Figure, places: Gazetteer) -> tuple[str, ...]:
    """How a figure was said: its sentence, its clause, and last what the reader took it to count, whatever the words."""
    said = sayings(raw, figure.start, figure.end, places)
    subject = placeless(figure)
    counted = f"={subject} {figure.unit}{' 累计' if figure.cumulative else ''}"
    return (*said, counted[:LONGEST]) if subject else said


def placeless(figure: Figure) -> str:
    """What a figure counts, its place as @: 新增确诊病例@."""
    place = dict(figure.facets).get("place", "")
    return figure.subject.replace(place, _PLACE) if place else figure.subject


def sayings(raw: str, start: int, end: int, places: Gazetteer) -> tuple[str, ...]:
    """The words of a number, from the whole sentence to its clause alone; nothing where they say nothing.

    In a saying the number is ◎, other numbers are #, places @, a list of places however long @#…: 累计报告确诊病例◎例,其中@#… is
    one saying for every day and every city.
    """
    found = (_said(raw, start, end, ends, places) for ends in (_SENTENCE, _CLAUSE))
    return tuple(dict.fromkeys(said for said in found if len(_WORDS.findall(said)) >= _FEWEST))


def _said(raw: str, start: int, end: int, ends: frozenset[str], places: Gazetteer) -> str:
    low, high = _edge(raw, start, -1, ends), _edge(raw, end, 1, ends)
    before, here, after = (clean(raw, *span).text for span in ((low, start), (start, end), (end, high)))
    said = f"{_general(before, places)}{_HERE}{_NUMBER.sub('', here)}{_general(after, places)}"
    return said.strip("、, ")[:LONGEST]


def _edge(raw: str, at: int, step: int, ends: frozenset[str]) -> int:
    """Where the words of a number begin or end, at most so far away."""
    edge = at
    while abs(edge - at) < _REACH and 0 <= (edge - 1 if step < 0 else edge) < len(raw):
        if raw[edge - 1 if step < 0 else edge].translate(_HALF) in ends:
            break
        edge += step
    return edge


def _general(text: str, places: Gazetteer) -> str:
    pieces, at = [], 0
    for hit in places.find(text):
        pieces += [text[at : hit.start], _PLACE]
        at = hit.end
    return str(_LIST.sub(_LISTED, _NUMBER.sub(_OTHER, "".join([*pieces, text[at:]]))))


_HALF = str.maketrans("；！？，：（）", ";!?,:()")
