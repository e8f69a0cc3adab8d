"""Figures of the ledger in the words of a document (文中的数): put in by key, kept with what they print."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

import re2
from django.db.models import F, Q, QuerySet

from shichen import watches
from shichen.city import queries as city
from shichen.indicators import releasing
from shichen.indicators.declare import known
from shichen.indicators.models import Figure
from shichen.indicators.releasing import Printed
from shichen.indicators.telling import quantity
from shichen.publications.items import Piece
from shichen.refusal import Refusal
from shichen.web import clock

HOLD = ("body", "attachments")
"""The blanks of a document that may hold figures."""
OFFERED, LOOKED_AT = 8, 400
MOST = 200
SLOT = re2.compile(r"\{([^{}\n]{1,120})\}")
KEPT = re2.compile(r"^(.{1,60}) ([0-9a-f]{12})$")
ONE = re2.compile(r"^(?:/figures/)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/?$")
KEY = re2.compile(r"^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+$")
HEAD, WHOLE = 12, 32
"""Digits of a figure's number that name it in a text: enough among all that a post will ever have."""
RULE = "数字绑定"


@dataclass(frozen=True)
class Standing:
    """A figure in a document: in which blank, and what is printed of it."""

    field: str
    printed: str
    figure: Figure


def settled(text: str, field: str) -> str:
    """The text with each figure as it is kept; {key} becomes the last figure of that key for the whole city.

    Raises Refusal for a key or a number that no figure has, and where another number was typed over one.
    """
    found = {slot[1].strip() for slot in SLOT.finditer(text)}
    heads, keys = {head for said in found if (head := _head(said))}, {said for said in found if KEY.search(said)}
    if len(heads) + len(keys) > MOST:
        raise Refusal(f"一份公文最多用台账里的 {MOST} 个数。", rule=RULE, field=field)
    figures = named(heads) | {key: _last(key, field) for key in sorted(keys)}
    return _filled(text, lambda said: _settled(said, figures, field))


def printed(text: str) -> str:
    """The text as it is printed: of each figure its value and measure."""
    return _filled(text, lambda said: kept[1] if (kept := KEPT.search(said)) else None)


def pieces(text: str, figures: Mapping[str, Figure]) -> list[Piece]:
    """The text as it is printed, cut where a figure stands."""
    found, at = [], 0
    for slot in SLOT.finditer(text):
        kept = KEPT.search(slot[1])
        if kept:
            found += [Piece(text[at : slot.start()]), Piece(kept[1], figures.get(kept[2]))]
            at = slot.end()
    return [piece for piece in [*found, Piece(text[at:])] if piece.text]


def standing(content: Mapping[str, str]) -> list[Standing]:
    """The figures of a document in the order of its text."""
    kept = [
        (field, found[1], found[2])
        for field in HOLD
        for slot in SLOT.finditer(content.get(field, ""))
        if (found := KEPT.search(slot[1]))
    ]
    figures = named({head for _field, _said, head in kept})
    return [Standing(field, said, figures[head]) for field, said, head in kept if head in figures]


def must_stand(content: Mapping[str, str]) -> list[Standing]:
    """The figures of a document that is to go out. Raises Refusal where one was replaced meanwhile, or is not complete and its
    blank does not say so (数据不完整)."""
    found = standing(content)
    gone = next((one for one in found if one.figure.successor_id is not None), None)
    if gone is not None:
        raise Refusal(f"文中的数「{gone.printed}」已被取代；请换成现在的数，再存稿。", rule=RULE, field=gone.field)
    releasing.must_say_so(
        Printed(one.figure, one.field, one.printed, releasing.INCOMPLETE in content[one.field]) for one in found
    )
    return found


def named(heads: Collection[str]) -> dict[str, Figure]:
    """Figures by the first digits of their numbers, in one question."""
    if not heads:
        return {}
    asked = Q()
    for head in sorted(heads):
        asked |= Q(pk__range=(UUID(head.ljust(WHOLE, "0")), UUID(head.ljust(WHOLE, "f"))))
    return {head_of(one): one for one in _whole(Figure.objects.filter(asked))}


def offered(words: str) -> list[Figure]:
    """The figures that some words may mean, by name, key or value: the last of each for each place."""
    words = words.strip()
    keys = [key for key, one in known().items() if words and (words in key or words in one.name)]
    rows = _standing_now().filter(key__in=keys) if keys else _of_value(words)
    last: dict[tuple[str, str, str], Figure] = {}
    for one in _whole(rows)[:LOOKED_AT]:
        last.setdefault((one.key, str(one.area_id), repr(sorted(one.facets.items()))), one)
    return list(last.values())[:OFFERED]


def slot(figure: Figure) -> str:
    """How a figure is written into a text."""
    return f"{{{says(figure)} {head_of(figure)}}}"


def says(figure: Figure) -> str:
    """What is printed of a figure: its hedge, its value, its measure. Raises Refusal for one without value."""
    hedges = ((figure.about, "约"), (figure.at_least, "不少于"), (figure.at_most, "不多于"))
    return "".join(word for hedged, word in hedges if hedged) + quantity(figure.value, figure.unit)


def head_of(figure: Figure) -> str:
    return figure.pk.hex[:HEAD]


def _head(said: str) -> str:
    """By which digits a slot names its figure, if it does."""
    kept, one = KEPT.search(said), ONE.search(said)
    if one:
        return str(one[1]).replace("-", "")[:HEAD]
    return str(kept[2]) if kept else ""


def _settled(said: str, figures: Mapping[str, Figure], field: str) -> str | None:
    """A slot as it is kept; None where braces hold something else."""
    if said in figures:
        return slot(figures[said])
    head = _head(said)
    if not head:
        return None
    figure = figures.get(head)
    if figure is None:
        raise Refusal(f"台账里没有「{{{said}}}」这个数。", rule=RULE, field=field)
    kept = KEPT.search(said)
    if kept and kept[1] != says(figure):
        raise Refusal(
            f"「{{{said}}}」这个数在台账里是「{says(figure)}」，不能在公文里改；请在来源处更正。",
            rule=RULE,
            field=field,
        )
    return slot(figure)


def _last(key: str, field: str) -> Figure:
    """The last figure of a key that speaks of the whole city. Raises Refusal."""
    found = _standing_now().filter(key=key, area=city.the_city(), facets={}).first()
    if found is None:
        raise Refusal(f"台账里还没有全市的「{key}」。", rule=RULE, field=field)
    return found


def _of_value(words: str) -> QuerySet[Figure]:
    plain = words.isascii() and words.isdigit() and len(words) < 15
    return _standing_now().filter(value=int(words)) if plain else Figure.objects.none()


def _standing_now() -> QuerySet[Figure]:
    """The figures that nothing took the place of, of up to the day of the pages' clock, the last day first."""
    end = watches.clock(watches.civil_day(clock.shown()), 24)
    of_now = Q(period_to__lte=end) | Q(period_to=None, as_of__lte=end)
    latest = F("period_to").desc(nulls_last=True)
    found = Figure.objects.filter(of_now, successor=None, value__isnull=False)
    return found.order_by(latest, "basis", "-frozen_at", "pk")


def _whole(rows: QuerySet[Figure]) -> QuerySet[Figure]:
    return rows.select_related("area", "reporter", "definition", "statement", "successor")


def _filled(text: str, said: Callable[[str], str | None]) -> str:
    """The text with its slots filled; braces that hold something else stay as they are."""

    def one(found: object) -> str:
        filled = said(found[1].strip())  # type: ignore[index]
        return found[0] if filled is None else filled  # type: ignore[index]

    return str(SLOT.sub(one, text))
