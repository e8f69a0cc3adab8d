"""Epidemiology on arrays (流行病学分析): what an expert group computes, each method held to the reference that its field trusts.

Pure: numpy, scipy and the standard library; no files, no network, no clock. Time is the last axis, a missing day is NaN, days are
civil days of the city, R has no unit, rates are per day. Every error is a `BadData` that says what is wrong with the data.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shichen.epi.errors import BadData
    from shichen.epi.options import (
        delay_opts,
        forecast_opts,
        generation_time_opts,
        obs_opts,
        rt_opts,
        trunc_opts,
    )
    from shichen.epi.pipeline import Epinow, Regional, epinow, regional_epinow

__all__ = [
    "BadData",
    "Epinow",
    "Regional",
    "delay_opts",
    "epinow",
    "forecast_opts",
    "generation_time_opts",
    "obs_opts",
    "regional_epinow",
    "rt_opts",
    "trunc_opts",
]
_WHERE = {
    "BadData": "errors",
    **dict.fromkeys(("Epinow", "Regional", "epinow", "regional_epinow"), "pipeline"),
    **dict.fromkeys((name for name in __all__ if name.endswith("_opts")), "options"),
}


def __getattr__(name: str) -> Any:
    """Names of whole analyses, loaded when they are first asked for: scipy takes a third of a second."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
