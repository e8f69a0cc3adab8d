"""Who gets what from which depot (物资调拨): first as much of every need as can be met alike, then cheaply and by priority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.resources.boxes import Boxes, share_out
from shichen.epi.shapes import Floats

_SLACK = 1e-9
_COST = 1e-4
_CRUMB = 1e-6


@dataclass(frozen=True)
class Pin:
    """An amount that a person has fixed: so much of item `s` from depot `d` to hospital `h`, each from 0."""

    d: int
    h: int
    s: int
    amount: float


@dataclass(frozen=True)
class Allocation:
    """Amounts x (D, H, S); the share z of every need that is met at least, (S,); shadow prices of the stock (D, S); unmet needs (H, S)."""

    x: Floats
    z: Floats
    shadow_prices: Floats
    unmet: Floats


def allocate(
    stock: ArrayLike,
    need: ArrayLike,
    cost: ArrayLike,
    priority: ArrayLike,
    *,
    pins: Sequence[Pin] = (),
    theta: float = 1.0,
    boxes: ArrayLike | None = None,
    scope: Literal["item", "all"] = "item",
) -> Allocation:
    """Share stock (D, S) out to needs (H, S) over routes of `cost` (D, H; infinite: closed), with `priority` (H,) of hospitals.

    Stage 1 finds the largest share z of every need that can be met, for each item, or with `scope="all"` one for all. Stage 2 keeps θz and
    gives what is left by priority, then by cost: with θ = 1 and open routes all get alike and priority has little to say. With `boxes`
    (S,) amounts are whole boxes of so many, and the shadow prices those of amounts that need not be; whole boxes are a flow, solved exactly. Raises BadData, for pins that exceed stock or need with
    the row. Source: max-min fairness as two linear programmes, solved by HiGHS (Huangfu and Hall 2018).
    """
    have, want = _amounts(stock, "stock"), _amounts(need, "need")
    price, weight = np.asarray(cost, np.float64), np.asarray(priority, np.float64)
    D, H, S = len(have), len(want), want.shape[1]
    if have.shape[1] != S or price.shape != (D, H) or weight.shape != (H,):
        raise BadData(
            f"形状不符：stock (D,S)、need (H,S)、cost (D,H)、priority (H,)，这里 D={D}、H={H}、S={S}。",
            f"shapes: stock (D,S), need (H,S), cost (D,H), priority (H,); here D={D}, H={H}, S={S}.",
            field="stock",
        )
    if not 0 <= theta <= 1 or np.isnan(price).any() or (price < 0).any() or not (weight >= 0).all():
        raise BadData(
            "theta 在 0 与 1 之间，cost 与 priority 不小于零。",
            "theta lies between 0 and 1; cost and priority must not be below zero.",
            field="theta",
        )
    size = None if boxes is None else np.asarray(boxes, np.float64)
    if size is not None and (size.shape != (S,) or not (size > 0).all()):
        raise BadData("boxes 每种物资一个，大于零。", "boxes: one for each item, above zero.", field="boxes")
    _must_fit(pins, have, want, price, size)
    groups = [[s] for s in range(S)] if scope == "item" else [list(range(S))]
    x, z, shadow = np.zeros((D, H, S)), np.zeros(S), np.zeros((D, S))
    for items in groups:
        part = _solved(
            have[:, items],
            want[:, items],
            price,
            weight,
            [pin for pin in pins if pin.s in items],
            items,
            theta,
            None if size is None else size[items],
        )
        x[:, :, items], z[items], shadow[:, items] = part
    return Allocation(x, z, shadow, np.maximum(want - x.sum(axis=0), 0.0))


def _solved(
    have: Floats,
    want: Floats,
    cost: Floats,
    priority: Floats,
    pins: list[Pin],
    items: list[int],
    theta: float,
    boxes: Floats | None,
) -> tuple[Floats, float, Floats]:
    """Both stages for some items that share one z."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack

    D, H, S = len(have), len(want), len(items)
    n = D * H * S
    one = np.ones(S) if boxes is None else boxes
    at = np.arange(n).reshape(D, H, S)
    given = _sums(at.transpose(0, 2, 1).reshape(D * S, H), n)
    met = _sums(at.transpose(1, 2, 0).reshape(H * S, D), n)
    wanted, stocked = want.ravel(), have.ravel()
    rows = np.flatnonzero(wanted > 0)
    low, high = np.zeros(n), np.where(np.isfinite(np.broadcast_to(cost[:, :, None], (D, H, S)).ravel()), np.inf, 0.0)
    for pin in pins:
        place = at[pin.d, pin.h, items.index(pin.s)]
        low[place] = high[place] = pin.amount
    bounds = np.column_stack([low, high])
    if not len(rows):
        return np.zeros((D, H, S)), 1.0, np.zeros((D, S))
    fair = hstack([-met[rows], csr_array(wanted[rows][:, None])])
    zero = csr_array((D * S + H * S, 1))
    limits = _stacked([fair, hstack([_stacked([given, met]), zero])])
    right = np.concatenate([np.zeros(len(rows)), stocked, wanted])
    objective = np.concatenate([np.zeros(n), [-1.0]])
    first = linprog(objective, A_ub=limits, b_ub=right, bounds=np.vstack([bounds, [0, 1]]), method="highs")
    _must_be_solved(first)
    shadow = -np.asarray(first.ineqlin.marginals[len(rows) : len(rows) + D * S]).reshape(D, S)
    best = float(first.x[-1])
    if boxes is not None:
        whole, best = share_out(_in_boxes(have, want, cost, pins, items, boxes), cost, priority, theta)
        return whole * one, best, shadow
    value = np.broadcast_to(
        np.where(np.isfinite(cost), cost, 0)[:, :, None] * _COST - priority[None, :, None], at.shape
    )
    floor = np.concatenate([-(np.maximum(theta * best - _SLACK, 0)) * wanted[rows], stocked, wanted])
    second = linprog(value.ravel(), A_ub=_stacked([-met[rows], given, met]), b_ub=floor, bounds=bounds, method="highs")
    _must_be_solved(second)
    return _clean(second.x).reshape(D, H, S), round(best, 9), shadow


def _in_boxes(
    have: Floats, want: Floats, cost: Floats, pins: list[Pin], items: list[int], boxes: Floats
) -> list[Boxes]:
    found = []
    for at, item in enumerate(items):
        fixed, open_ = np.zeros(cost.shape), np.isfinite(cost)
        for pin in (one for one in pins if one.s == item):
            fixed[pin.d, pin.h] = pin.amount / boxes[at]
            open_[pin.d, pin.h] = False
        found.append(Boxes(float(boxes[at]), have[:, at], want[:, at], open_, fixed))
    return found


def _clean(values: ArrayLike) -> Floats:
    """Without the crumbs that the solver's tolerance leaves: what lies a millionth of a piece from whole pieces is whole."""
    found = np.maximum(np.asarray(values, np.float64), 0.0)
    whole = np.round(found)
    return np.where(np.abs(found - whole) < _CRUMB, whole, found)


def _sums(places: np.ndarray, n: int) -> Any:
    """A sparse matrix that adds up the variables of each row of places."""
    from scipy.sparse import csr_array

    rows = np.repeat(np.arange(len(places)), places.shape[1])
    return csr_array((np.ones(places.size), (rows, places.ravel())), shape=(len(places), n))


def _stacked(parts: Sequence[Any]) -> Any:
    from scipy.sparse import vstack

    return vstack(parts, format="csr")


def _must_be_solved(answer: Any) -> None:
    if not answer.success:
        raise BadData(
            f"求解没有成功：{answer.message}", f"the programme was not solved: {answer.message}", field="pins"
        )


def _amounts(values: ArrayLike, name: str) -> Floats:
    found = np.asarray(values, np.float64)
    if found.ndim != 2 or not np.isfinite(found).all() or (found < 0).any():
        raise BadData(
            f"{name} 要是二维，每格不小于零，不缺。",
            f"{name} must have two axes, no cell missing or below zero.",
            field=name,
        )
    return found


def _must_fit(pins: Sequence[Pin], have: Floats, want: Floats, cost: Floats, boxes: Floats | None) -> None:
    taken, filled = np.zeros(have.shape), np.zeros(want.shape)
    for number, pin in enumerate(pins, start=1):
        if not (0 <= pin.d < len(have) and 0 <= pin.h < len(want) and 0 <= pin.s < want.shape[1] and pin.amount >= 0):
            raise BadData(
                f"第 {number} 条指定不存在这个仓、这家医院或这种物资，或数量小于零。",
                f"pin {number}: there is no such depot, hospital or item, or the amount is below zero.",
                field="pins",
            )
        if boxes is not None and pin.amount % boxes[pin.s]:
            raise BadData(f"第 {number} 条指定不是整箱。", f"pin {number} is not in whole boxes.", field="pins")
        taken[pin.d, pin.s] += pin.amount
        filled[pin.h, pin.s] += pin.amount
        if taken[pin.d, pin.s] > have[pin.d, pin.s] + _SLACK:
            raise BadData(
                f"第 {number} 条指定后，第 {pin.d + 1} 个仓的第 {pin.s + 1} 种物资超出库存。",
                f"pin {number} takes more of item {pin.s + 1} than depot {pin.d + 1} has.",
                field="pins",
            )
        if filled[pin.h, pin.s] > want[pin.h, pin.s] + _SLACK:
            raise BadData(
                f"第 {number} 条指定后，第 {pin.h + 1} 家医院的第 {pin.s + 1} 种物资超出需要。",
                f"pin {number} gives hospital {pin.h + 1} more of item {pin.s + 1} than it needs.",
                field="pins",
            )
        if not np.isfinite(cost[pin.d, pin.h]) and pin.amount:
            raise BadData(f"第 {number} 条指定的路线不通。", f"pin {number} uses a closed route.", field="pins")
