"""Delays (潜伏期及各类时滞): families of distributions, over whole days, and their fit to dates that are known to the day."""

from __future__ import annotations

from shichen.epi.delays.discrete import convolve, discr_si, discretise
from shichen.epi.delays.families import FAMILIES, Delay, Family, Gamma, LogNormal, NonParametric, Weibull
from shichen.epi.delays.fitting import DelayFit, LeftOut, bootstrapped_dist_fit, estimate_delay

__all__ = [
    "FAMILIES",
    "Delay",
    "DelayFit",
    "Family",
    "Gamma",
    "LeftOut",
    "LogNormal",
    "NonParametric",
    "Weibull",
    "bootstrapped_dist_fit",
    "convolve",
    "discr_si",
    "discretise",
    "estimate_delay",
]
