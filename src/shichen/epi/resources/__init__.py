"""Beds, supplies and who gets them (资源保障): what a hospital and a depot ask of an epidemic curve."""

from __future__ import annotations

from shichen.epi.resources.allocation import Allocation, Pin, allocate
from shichen.epi.resources.beds import (
    Census,
    Secondary,
    admissions,
    estimate_secondary,
    forecast_secondary,
    los_survival,
)
from shichen.epi.resources.stays import Stay, ages_of, stay_of_counts, survival_of
from shichen.epi.resources.supplies import Burn, Norm, Supply, burn_rate, days_of_cover, forecast_supplies

__all__ = [
    "Allocation",
    "Burn",
    "Census",
    "Norm",
    "Pin",
    "Secondary",
    "Stay",
    "Supply",
    "admissions",
    "ages_of",
    "allocate",
    "burn_rate",
    "days_of_cover",
    "estimate_secondary",
    "forecast_secondary",
    "forecast_supplies",
    "los_survival",
    "stay_of_counts",
    "survival_of",
]
