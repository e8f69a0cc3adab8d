"""Adding figures (合计): only what counts the same things in the same measure, once each, may be added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from shichen.indicators import apart
from shichen.indicators.declare import Sort, known
from shichen.indicators.models import Figure
from shichen.refusal import Refusal

NEVER_ADDED = {Sort.RATIO, Sort.PRICE, Sort.STREAK, Sort.MILESTONE}


def together(figures: Sequence[Figure]) -> Decimal:
    """The sum of figures of the ledger. Raises Refusal where it would mean nothing: 人次与人不可相加."""
    if not figures:
        raise Refusal("没有可相加的数字。")
    for figure in figures:
        if figure.value is None:
            raise Refusal(f"「{_name(figure)}」未报；未报不等于 0，不能相加。")
        if _sort(figure) in NEVER_ADDED:
            raise Refusal(f"「{_name(figure)}」是率、价、连续天数或首次之类，不可相加。")
    for left, right in combinations(figures, 2):
        for sentence in _against(left, right):
            raise Refusal(sentence, rule="不可相加")
    return sum((figure.value or Decimal(0) for figure in figures), Decimal(0))


def _against(left: Figure, right: Figure) -> Iterator[str]:
    """Why these two cannot be added, if there is a reason."""
    if left.unit != right.unit:
        yield f"{left.unit}与{right.unit}不可相加：「{_name(left)}」和「{_name(right)}」计法不同。"
    for one in apart.declared():
        if one.keys == {left.key, right.key}:
            yield f"「{_name(left)}」与「{_name(right)}」不可相加：{one.reason}"
    if left.pk == right.pk:
        yield f"「{_name(left)}」列了两次，同一个数不可相加。"
    if left.key and left.key == right.key:
        yield from _against_same(left, right)


def _against_same(left: Figure, right: Figure) -> Iterator[str]:
    """The same figure twice: of places apart and at one time, or of one flow in times apart."""
    if left.area_id != right.area_id:
        inner, outer = sorted((left, right), key=lambda figure: len(figure.area_path), reverse=True)
        if inner.area_path.startswith(outer.area_path):
            yield f"{inner.area}在{outer.area}之内，「{_name(left)}」不可相加。"
        return
    if _sort(left) != Sort.FLOW or left.cumulative or right.cumulative:
        yield f"「{_name(left)}」是存量、计划或累计，{left.area}不同时点的数不可相加。"
    elif left.facets == right.facets and _overlap(left, right):
        yield f"「{_name(left)}」的两个数说的是同一时段，{left.area}不可重复计入。"


def _overlap(left: Figure, right: Figure) -> bool:
    if left.period_from is None or left.period_to is None or right.period_from is None or right.period_to is None:
        return True
    return left.period_from < right.period_to and right.period_from < left.period_to


def _sort(figure: Figure) -> Sort:
    found = known().get(figure.key)
    return Sort.CUMULATIVE if figure.cumulative else found.sort if found else Sort.FLOW


def _name(figure: Figure) -> str:
    found = known().get(figure.key)
    return found.name if found else figure.key or "报称数"
