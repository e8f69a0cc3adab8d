"""What tests of analyses by onset make: a list of cases whose dates were drawn, by the door of reports, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np

from shichen import watches
from shichen.audit.context import acting
from shichen.intake.models import Envelope
from tests.made import deliver

FIRST = date(2020, 1, 20)
UNIT = "epidemic-control-group"
Row = dict[str, Any]


def drawn(seed: int = 1, *, days: int = 40, unknown: float = 0.0) -> list[Row]:
    """Cases of an outbreak that grows and falls, each reported some days after onset; the first one came infected."""
    generator = np.random.Generator(np.random.PCG64(seed))
    level = 9 * np.exp(-(((np.arange(days) - 20) / 9.0) ** 2))
    rows: list[Row] = []
    for day, mean in enumerate(level):
        for _one in range(int(generator.poisson(mean)) + (day == 0)):
            onset = FIRST + timedelta(days=day)
            report = onset + timedelta(days=int(generator.gamma(4.0, 1.1)))
            origin = "imported" if day == 0 else "local"
            rows.append({"onset": onset, "report": report, "origin": origin, "known": generator.random() >= unknown})
    return rows


def listed(rows: Iterable[Row], *, until: date = date(2021, 1, 1), place: str = "株洲市") -> None:
    """The rows reported up to a day, each day's as one sheet on the morning after."""
    numbered = [(f"A{place_:04d}", one) for place_, one in enumerate(rows)]
    for day in sorted({one["report"] for _number, one in numbered}):
        if day > until:
            break
        said = [
            {
                "number": number,
                "area": place,
                "date_onset": one["onset"].isoformat() if one["known"] else "",
                "date_reporting": day.isoformat(),
                "origin": one["origin"],
            }
            for number, one in numbered
            if one["report"] == day
        ]
        with acting("test", moment=watches.clock(day + timedelta(days=1), 9)):
            envelope = deliver("case_line", said if len(said) > 1 else said[0], unit=UNIT).envelope
            assert envelope.state == Envelope.State.ENTERED, envelope.note
