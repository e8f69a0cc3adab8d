"""Lines that open with what they tell: 确诊详情: 广州2例、深圳14例; 省: 广东省."""

from __future__ import annotations

from functools import cache, lru_cache

import re2

from shichen.prose.literals import Holds
from shichen.prose.phrases import phrases

_LABEL = re2.compile(r"^[ ]*([\p{Han}]{1,14}):")
_SORTS = ("如下", "详情", "分布", "情况", "数据", "名单")
_REMEMBERED = 256


def labelled(text: str) -> tuple[str, str]:
    """A line's label and what follows it; without a label all of it follows."""
    match = _LABEL.match(text)
    return (match.group(1), text[match.end() :].strip()) if match is not None else ("", text)


@lru_cache(maxsize=_REMEMBERED)
def counting(label: str) -> str:
    """What a label says the numbers after it are counts of (确诊 of 确诊详情); nothing where it says no such thing."""
    for sort in _SORTS:
        label = label.removesuffix(sort)
    return label if _counts().of(label) else ""


@cache
def _counts() -> Holds:
    return Holds(phrases()["counts"])
