"""Lists of places with a number each: which figure before them they break down, told by what they add up to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from shichen.prose.drafts import Draft
from shichen.prose.phrases import undiseased

PLACE = "place"
_TOTALS = ("NQ", "QN")
SHARED = ("新增", "现有")
"""What parts and the items of a list have of the figure before them."""
SPANS = frozenset(("天", "日", "小时", "周", "个月", "年", "岁"))
_EACH = ("各", "均")
_FEWEST = 2
_CASES = frozenset(("例", "人", "名", "位"))
"""Words that count the same thing in a list: 新增26例, 北海道9人."""


def part_of(draft: Draft, whole: Draft) -> None:
    """What a place's number counts is what the whole counts; whether it is 累计 is no word of it, 新增 and 现有 are."""
    draft.base, draft.verb = whole, whole.verb
    draft.noun = undiseased(whole.noun).replace(whole.place, "", 1)
    kept = next((word for word in SHARED if whole.subject.startswith(word) and word not in draft.noun), "")
    if not draft.verb and not draft.noun:  # 现有9例在定点医院隔离治疗: what is counted is said by what is done
        draft.noun = whole.subject.removeprefix(kept)
    draft.subject = f"{kept}{draft.verb}{draft.noun}{draft.place}"


def settle(drafts: Sequence[Draft], earlier: Sequence[Draft]) -> None:
    """Gives each list of places without a heading of its own its whole.

    It is the last figure before the list that the list adds up to, also one of a sentence before; else the figure it
    stands behind, or the last that is large enough to hold it; one behind no figure at all takes the last.
    """
    for first, places in _lists(drafts):
        before = [*earlier, *drafts[:first]]
        word = places[0].quantity.word
        totals = [past for past in reversed(before) if past.pattern in _TOTALS and alike(past.quantity.word, word)]
        total, each = added(places), added(places, each=True)
        whole = next((past for past in totals if past.quantity.value in (total, each)), None)
        standing = places[0].base
        if whole is None and (standing is None or standing.quantity.value < total):
            larger = [past for past in totals if past.quantity.value > total]
            last = next(iter(totals), None) if standing is None else None
            whole = next((past for past in larger if past.pattern == "NQ"), next(iter(larger), last))
        if whole is None:
            continue
        for place in places:
            part_of(place, whole)


def alike(one: str, other: str) -> bool:
    """Whether two measure words may count the parts and the whole of one thing."""
    return one == other or (one in _CASES and other in _CASES)


def added(places: Sequence[Draft], *, each: bool = False) -> Decimal:
    """What the numbers of a list come to: 襄阳市、孝感市各3例 are six; with `each` so are 襄阳市、孝感市3例, where 各 is left out."""
    return sum((place.quantity.value * _sharing(place, each=each) for place in places), Decimal(0))


def _sharing(draft: Draft, *, each: bool) -> int:
    said = each or any(word in draft.left[-3:] for word in _EACH)
    return draft.place.count("、") + 1 if said else 1


def _lists(drafts: Sequence[Draft]) -> Iterator[tuple[int, list[Draft]]]:
    """The runs of places without a heading, each with the place of its first; brackets within them are no part of them."""
    standing = [(at, draft) for at, draft in enumerate(drafts) if draft.pattern != "bracket"]
    for listed, run in groupby(standing, key=_listed):
        found = list(run)
        if listed and len(found) >= _FEWEST:
            yield found[0][0], [draft for _, draft in found]


def _listed(one: tuple[int, Draft]) -> bool:
    draft = one[1]
    return draft.pattern == PLACE and not draft.header and draft.quantity.word not in SPANS
