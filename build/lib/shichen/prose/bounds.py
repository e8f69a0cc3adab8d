"""Bounds of a number by the words around it, and changes of nought that print none (持平)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from decimal import Decimal

from shichen.prose.drafts import Quantity
from shichen.prose.literals import Ends, Starts
from shichen.prose.nonfigures import Span

_BEHIND = {
    **dict.fromkeys(("以上", "之上"), "low"),
    **dict.fromkeys(("以下", "以内", "之内", "之下"), "high"),
    **dict.fromkeys(("左右", "上下"), "about"),
}
_WORDS_BEHIND = Starts(_BEHIND)
_LOW = ("不少于", "不低于", "不小于", "至少", "超过", "多于", "大于", "逾", "超", "突破", "高于")
_HIGH = ("不超过", "不多于", "不高于", "最多", "至多", "不足", "不到", "低于", "少于", "近", "将近")
_NEAR = ("大约", "约", "约为", "约有")
_WORDS = Ends((*_LOW, *_HIGH, *_NEAR))
_LATELY = ("最近", "附近", "邻近", "就近", "靠近")
_STILL, _AFTER = "持平", 6


def bound(text: str, quantity: Quantity) -> None:
    """What the words around a number say of it: 不少于5万个 is a lower bound, 近150名 an upper one."""
    head = text[max(0, quantity.start - 5) : quantity.start].rstrip("达到")
    word = _WORDS.of(head)
    if word and not (word == "近" and head.endswith(_LATELY)):
        quantity.before = word
    if quantity.before in _LOW:
        quantity.low = quantity.value
    elif quantity.before in _HIGH:
        quantity.high = quantity.value
    elif quantity.before:
        quantity.about = True
    if quantity.word:
        _behind(text, quantity)


def _behind(text: str, quantity: Quantity) -> None:
    """以上, 以内, 左右 belong to the number's span."""
    word = _WORDS_BEHIND.at(text, quantity.end)
    if word:
        quantity.end += len(word)
        setattr(quantity, _BEHIND[word], True if _BEHIND[word] == "about" else quantity.value)


def still(text: str, quantities: Sequence[Quantity], spans: Sequence[Span]) -> list[Quantity]:
    """持平 within six characters after a price or a rate, or after 环比, states a change of 0 % without printing it."""
    found: list[Quantity] = []
    index = text.find(_STILL)
    while index >= 0:
        if _steady(text, index, quantities) and not _covered(index, spans):
            end = index + len(_STILL)
            found.append(Quantity(index, end, Decimal(0), "%", False, implicit=True, number_end=end))
        index = text.find(_STILL, index + len(_STILL))
    return found


def _steady(text: str, index: int, quantities: Sequence[Quantity]) -> bool:
    if text.endswith(("环比", "同比"), 0, index):
        return True
    first, last = bisect_left(quantities, index - _AFTER, key=_ends), bisect_right(quantities, index, key=_ends)
    return any(one.word == "%" or one.word.startswith("元/") for one in quantities[first:last])


def _ends(one: Quantity | Span) -> int:
    return one.end


def _covered(index: int, spans: Sequence[Span]) -> bool:
    at = bisect_right(spans, index, key=_ends)
    return at < len(spans) and spans[at].start <= index
