"""Signals (异常信号): is today, or this week, unusual? What is found is a proposal (待核) that a person confirms or dismisses.

Names follow the R package surveillance.
"""

from __future__ import annotations

from shichen.epi.signals.farrington import Weeks, farrington, farrington_flexible
from shichen.epi.signals.short import Signals, cusum, ears

__all__ = ["Signals", "Weeks", "cusum", "ears", "farrington", "farrington_flexible"]
