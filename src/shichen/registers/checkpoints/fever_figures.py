"""The figure of fevers at posts: what the watch for unusual days counts."""

from __future__ import annotations

from shichen.indicators.declare import Scope, indicator
from shichen.records.keeper import RowRecords
from shichen.records.reductions import total
from shichen.registers.checkpoints import lacks
from shichen.watches import Period


@indicator(
    "checkpoint.fevers",
    "卡点发热人员",
    en="Persons with fever at posts",
    unit="人",
    reduction=total("fever"),
    facets=("post", "network"),
    during=True,
)
def fevers(period: Period, scope: Scope) -> RowRecords:
    """各卡点在班次内测出的发热人员；同一人过两个卡点计两次。

    Persons found with fever in the shifts of posts; one who passes two posts counts twice.
    """
    return lacks.tallies(None, period, scope)
