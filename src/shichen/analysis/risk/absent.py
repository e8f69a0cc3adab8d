"""Why there is no level at a moment, and where the first one is: for a page that would else be empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shichen import watches
from shichen.analysis.risk import queries
from shichen.analysis.risk.models import Rule
from shichen.city.scope import Sight


@dataclass(frozen=True)
class Absent:
    """No rule had been entered by then, unless `rule` is None; the first levels of all, if any, are as of `first`."""

    at: datetime
    rule: Rule | None
    first: datetime | None

    @property
    def until(self) -> str:
        """The first instant as the page is asked for it."""
        return f"{watches.local(self.first):%Y-%m-%dT%H:%M}" if self.first else ""


def told(reach: Sight, moment: datetime, rules: Sequence[Rule]) -> Absent:
    """Why nothing was worked out by a moment; `rules` are all that are known by now."""
    earlier = [rule for rule in rules if rule.entered_at <= moment]
    later = min((rule for rule in rules if rule.entered_at > moment), key=lambda one: one.entered_at, default=None)
    return Absent(moment, None if earlier else later, queries.first_instant(reach))
