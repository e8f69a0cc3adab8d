"""Subjects of rates, changes, prices and streaks, which name what they are of elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shichen.prose.drafts import Draft
from shichen.prose.phrases import bare, ends, named, peel, unled

if TYPE_CHECKING:
    from shichen.prose.subjects import Sentence

_CHANGES = ("上涨", "下降", "上升", "增长", "下跌", "涨", "降", "增加", "减少", "提高", "降低", "回落")
_RATES = ("率", "比例", "占比", "比重")
_PRICES = ("零售均价", "零售价", "批发均价", "批发价", "均价", "价格", "单价", "价")
_TOPIC = 14


def rated(state: Sentence, draft: Draft, left: str) -> bool:
    """Settles a rate, a change, a price or a streak; False where the number is none of them."""
    dimension = state.dimension(draft)
    if dimension in ("ratio", "points"):
        return _ratio(state, draft, left)
    if dimension == "price":
        return _price(state, draft, left)
    return dimension == "duration" and _streak(draft)


def _ratio(state: Sentence, draft: Draft, left: str) -> bool:
    """A change belongs to the last price (猪肉零售价环比上涨), a bare 率 to the act of the clause ahead."""
    words = named(left)
    printed = bare(draft.left)
    change = next((word for word in _CHANGES if printed.endswith((word, f"{word}了", f"{word}约"))), "")
    if draft.quantity.implicit or change:
        priced = [past for past in state.done if past.quantity.word.startswith("元/")]
        if priced:
            draft.base, draft.pattern = priced[-1], "change"
            draft.noun = draft.subject = f"{priced[-1].noun}环比{change}"
        else:
            draft.noun = draft.subject = named(draft.left)
            draft.pattern = "change"
        return True
    ahead = bare(state.ahead(draft.clause))
    if ahead.endswith(_RATES) and not words.endswith(_RATES):
        draft.noun = draft.subject = unled(ahead)
        draft.pattern = "rate"
        return True
    whole = ends("rates").of(words)
    if whole:
        draft.noun, draft.subject, draft.pattern = whole, whole, "rate"
        return True
    if words.endswith(_RATES) and len(words) <= 5:
        draft.noun = draft.subject = _topic(state.ahead(draft.clause)) + words
        draft.pattern = "rate"
        return True
    return False


def _topic(words: str) -> str:
    """The object and the act of a clause: 食用农产品…安全抽检."""
    tail = words.rsplit("的", 1)[-1]
    for word in ("开展", "进行", "多批次", "了", "全面"):
        tail = tail.replace(word, "")
    return bare(tail)[-_TOPIC:]


def _price(state: Sentence, draft: Draft, left: str) -> bool:
    """A price without the word is a price like the one before it (桶装调和油17.86元/升)."""
    noun = named(left)
    if not noun.endswith(_PRICES):
        priced = [past for past in state.done if past.pattern == "price"]
        if priced:
            noun += next((ending for ending in _PRICES if priced[-1].noun.endswith(ending)), "")
    draft.noun = draft.subject = noun
    draft.pattern = "price"
    return True


def _streak(draft: Draft) -> bool:
    """连续4天“0”新增: the days counted are days of the noun before them."""
    if "连续" not in draft.left:
        return False
    noun, _ = peel(draft.left.rsplit("连续", 1)[0])
    draft.noun = named(noun)
    draft.subject, draft.pattern = f"{draft.noun}连续天数", "streak"
    return True
