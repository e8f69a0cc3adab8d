"""Sharing out whole boxes (整箱): as many boxes of stock to as many of need is a flow, so whole numbers need no search among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shichen.epi.shapes import Floats, Mask

_TINY = 1e-9
_HALVINGS = 52
_COST = 1e-4


@dataclass(frozen=True)
class Boxes:
    """One item in boxes of `size`: what depots have (D,), hospitals need (H,, in pieces), which routes are open and what is fixed (D, H)."""

    size: float
    stock: Floats
    need: Floats
    open: Mask
    fixed: Floats

    @property
    def left(self) -> Floats:
        """Boxes of each depot that are not yet fixed."""
        return np.asarray(np.floor(self.stock / self.size + _TINY) - self.fixed.sum(axis=1))

    @property
    def most(self) -> Floats:
        """Boxes that each hospital can still take."""
        return np.asarray(np.floor(self.need / self.size + _TINY) - self.fixed.sum(axis=0))

    def least(self, z: float) -> Floats:
        """Boxes that each hospital must still get for the share z of its need."""
        return np.asarray(np.maximum(np.ceil(z * self.need / self.size - _TINY) - self.fixed.sum(axis=0), 0.0))

    def can(self, z: float) -> bool:
        """Whether the share z of every need can be met."""
        least = self.least(z)
        if (least > self.most).any() or least.sum() > self.left.sum():
            return False
        return bool(self.open.all()) or self._flows(least)

    def reached(self, z: float) -> float:
        """The share that the boxes for z make: z or somewhat more."""
        some = self.need > 0
        got = (self.least(z) + self.fixed.sum(axis=0))[some] * self.size / self.need[some]
        return float(got.min(initial=1.0))

    def _flows(self, least: Floats) -> bool:
        """Whether the open routes carry so much: by the largest flow from depots to hospitals."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import maximum_flow

        D, H = self.open.shape
        room = np.zeros((D + H + 2, D + H + 2), np.int64)
        room[0, 1 : D + 1] = self.left
        room[1 : D + 1, D + 1 : D + H + 1] = np.where(self.open, np.minimum(self.left[:, None], least), 0)
        room[D + 1 : D + H + 1, -1] = least
        if room.sum() >= np.iinfo(np.int32).max:
            return self._by_programme(least)
        return int(maximum_flow(csr_array(room.astype(np.int32)), 0, D + H + 1).flow_value) == int(least.sum())

    def _by_programme(self, least: Floats) -> bool:
        """The same for numbers beyond what the flow can count in."""
        return self.shared(least, np.zeros(self.open.shape)) is not None

    def shared(self, least: Floats, value: Floats) -> Floats | None:
        """Boxes (D, H) of the least value within all limits; None where there are none. Corners of this programme are whole numbers."""
        from scipy.optimize import linprog

        D, H = self.open.shape
        from_depot, to_hospital = np.kron(np.eye(D), np.ones(H)), np.kron(np.ones(D), np.eye(H))
        found = linprog(
            value.ravel(),
            A_ub=np.vstack([from_depot, to_hospital, -to_hospital]),
            b_ub=np.concatenate([self.left, self.most, -least]),
            bounds=np.column_stack([np.zeros(D * H), np.where(self.open, np.inf, 0.0).ravel()]),
            method="highs-ds",
        )
        if not found.success:
            return None
        whole = np.round(found.x)
        assert np.abs(found.x - whole).max(initial=0) < 1e-5, "a flow of whole numbers has whole corners"
        return np.asarray(whole.reshape(D, H) + self.fixed)


def share_out(items: list[Boxes], cost: Floats, priority: Floats, theta: float) -> tuple[Floats, float]:
    """Boxes (D, H, S) of items that share one z, and that z: the largest there is, then θz with the rest by priority and cost."""
    low, high = max(min(item.reached(0.0) for item in items), 0.0), 1.0
    if all(item.can(high) for item in items):
        low = high
    for _ in range(_HALVINGS):
        if high - low < _TINY:
            break
        middle = (low + high) / 2
        if all(item.can(middle) for item in items):
            low = max(low, min(min(item.reached(middle) for item in items), 1.0))
        else:
            high = middle
    value = np.where(np.isfinite(cost), cost, 0.0) * _COST - priority
    amounts = [item.shared(item.least(max(theta * low - _TINY, 0.0)), value) for item in items]
    assert all(one is not None for one in amounts), "what can be met can be shared out"
    return np.stack([one for one in amounts if one is not None], axis=-1), low
