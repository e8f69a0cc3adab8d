"""How infectious the cases so far are on a day (总传染力 Λ): the renewal equation's right side, without R."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats, counts, filtered, intervals


@dataclass(frozen=True)
class Origin:
    """Cases by where they were infected, each of shape (..., T)."""

    local: Floats
    imported: Floats

    @property
    def all(self) -> Floats:
        return self.local + self.imported


def by_origin(local: ArrayLike, imported: ArrayLike | None, *, whole: bool = True) -> Origin:
    """Cases by origin, checked. Without `imported` the cases of day 1 are taken for imported: none here can have caused them.

    Raises BadData.
    """
    here = counts(local, name="local", whole=whole, least=2)
    if imported is None:
        first = np.zeros(here.shape)
        first[..., 0], here[..., 0] = here[..., 0], 0.0
        return Origin(here, first)
    there = counts(imported, name="imported", whole=whole, least=2)
    if there.shape[-1] != here.shape[-1]:
        raise BadData(
            f"local 有 {here.shape[-1]} 天，imported 有 {there.shape[-1]} 天；要一样长。",
            f"local has {here.shape[-1]} days, imported {there.shape[-1]}; they must agree.",
            field="imported",
        )
    here, there = (one.copy() for one in np.broadcast_arrays(here, there))
    there[..., 0] += here[..., 0]
    here[..., 0] = 0.0
    return Origin(here, there)


def overall_infectivity(local: ArrayLike, imported: ArrayLike | None = None, *, w: ArrayLike) -> Floats:
    """Λ_t = Σ_s w_s (local + imported)_{t−s}, of shape (..., T), in cases; undefined (NaN) on day 1.

    `w` is the serial interval from day 0 on, of shape (K,); where it is cut off it is not made to add up to 1, as in EpiEstim. A
    missing day adds nothing. Raises BadData. Source: Cori et al. 2013 (10.1093/aje/kwt133); Thompson et al. 2019 for imports.
    """
    return infectivity(by_origin(local, imported).all, intervals(w))


def infectivity(cases: Floats, w: Floats) -> Floats:
    """Λ of checked cases (..., T), NaN on day 1; its own missing days add nothing."""
    found = filtered(np.nan_to_num(cases, nan=0.0), w)
    found[..., 0] = np.nan
    return np.maximum(found, 0.0, out=found)
