"""Delays (潜伏期及各类时滞): families of distributions, over whole days, and their fit to dates that are known to the day."""

from __future__ import annotations

from shichen.epi.delays.discrete import discr_si

__all__ = ["discr_si"]
