"""Sliding windows of days, counted from 1, both ends inclusive; a window is labelled by its end."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.shapes import Ints


def sliding(length: int, window: int) -> tuple[Ints, Ints]:
    """First and last day of every window of so many days, from day 2 on: what happened before day 1 is not known. Raises BadData."""
    if window < 1:
        raise BadData("窗口至少一天。", "a window has at least one day.", field="window")
    if length < window + 1:
        raise BadData(
            f"只有 {length} 天；{window} 天的窗口至少要 {window + 1} 天。",
            f"{length} days only; windows of {window} need {window + 1}.",
            field="window",
        )
    first = np.arange(2, length - window + 2)
    return first, first + window - 1


def given(length: int, first: ArrayLike, last: ArrayLike) -> tuple[Ints, Ints]:
    """Windows of one's own choice. Raises BadData unless 2 ≤ first ≤ last ≤ length."""
    start, end = np.atleast_1d(np.asarray(first, np.int64)), np.atleast_1d(np.asarray(last, np.int64))
    if start.shape != end.shape or start.ndim != 1 or (start < 2).any() or (end < start).any() or (end > length).any():
        raise BadData(
            f"窗口的起止要在第 2 天至第 {length} 天之间，起不晚于止。",
            f"windows must lie between day 2 and day {length}, and begin before they end.",
            field="t_start",
        )
    return start, end
