"""R of windows with the verdicts on them, as the chart of R takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shichen.epi.gates import Verdict
    from shichen.epi.rt import REstimate
    from shichen.site.commands.epi_.series import Day
    from shichen.web.charts.rt import Estimate


def estimates(days: Sequence[Day], found: REstimate, verdict: Verdict) -> tuple[list[Estimate], Day | None]:
    """Each window at its last day, with why it is not shown in the language of the picture; the first day of partial data."""
    from shichen.epi import gates
    from shichen.web import words
    from shichen.web.charts import rt

    made = []
    for i, end in enumerate(found.t_end):
        low, inner, middle, outer, high = (float(found.quantiles[i, at]) for at in (0, 2, 3, 4, 6))
        shown = bool(verdict.shown[i])
        why = "" if shown else gates.WORDS[str(verdict.status[i])][words.english()]
        made.append(rt.Estimate(days[int(end) - 1], middle, low, inner, outer, high, shown=shown, why=why))
    partial = (one.on for one, status in zip(made, verdict.status, strict=True) if status == gates.PARTIAL)
    return made, next(partial, None)
