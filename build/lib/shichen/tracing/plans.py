"""The questions of a trace, each built and compiled once: putting one into words costs a tenth of a second, which is as long as
a small trace takes to answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import ibis

from shichen.tracing import pairs, questions, ranking, tables
from shichen.tracing.engine import Compiled
from shichen.tracing.rules import Rules

KEPT = 256
"""Questions kept compiled in a process (chosen); some ten a set of rules."""


@dataclass(frozen=True)
class Plan:
    """What the words of a trace's questions depend on. Everything else (files, places, span, index persons, persons asked
    about) lies in views and small tables, whose names are always the same."""

    rules: Rules
    limit: int
    barred: bool
    """Whether some persons are not to be listed."""
    asof: bool
    dialect: str

    @property
    def passings(self) -> ibis.Table:
        return tables.large("passings_by_place", "passings_by_place_near")

    @property
    def stays(self) -> ibis.Table:
        return tables.large("stays_by_place", "stays_by_place_near")

    @property
    def events(self) -> ibis.Table:
        return tables.small("index_events")

    @property
    def index(self) -> ibis.Table:
        return tables.small("index_stays")

    @property
    def wanted(self) -> ibis.Table:
        return tables.small("persons", "persons_wanted")

    def index_events(self) -> ibis.Table:
        passed = tables.large("passings_by_person", "passings_by_person_near")
        return questions.index_events(passed, tables.small("index_windows"))

    def index_stays(self) -> ibis.Table:
        stayed = tables.large("stays_by_person", "stays_by_person_near")
        return questions.index_stays(stayed, tables.small("index_windows"))

    def listed(self) -> ibis.Table:
        return pairs.listed(self.ranked(), self.limit)

    def ranked(self) -> ibis.Table:
        """The whole list."""
        return pairs.rank(self._pairs(self.passings, self.stays))

    def exact(self) -> ibis.Table:
        """The lines of the list of the persons wanted."""
        return pairs.rank(self._pairs(*self._of_wanted()))

    def close(self) -> ibis.Table:
        return questions.close(self.ranked(), self.rules.close)

    def bound(self) -> ibis.Table:
        """Everybody's bound; `limit` of them, in order."""
        rows = ranking.bound(self.passings, self.stays, self.events, self.index, self.rules.reach, self.asof)
        return pairs.listed(self._listable(rows), self.limit)

    def passing_evidence(self) -> ibis.Table:
        return pairs.passing_evidence(self._of_wanted()[0], self.events, self.rules.reach)

    def stay_evidence(self) -> ibis.Table:
        return pairs.stay_evidence(self._of_wanted()[1], self.index, self.rules.least, self.rules.rows)

    def cumulated(self) -> ibis.Table:
        parts = pairs.stay_pairs(self._of_wanted()[1], self.index, 1, self.rules.rows)
        return pairs.cumulative(parts, self.rules.least, self.rules.span).order_by("person", "ix")

    def _of_wanted(self) -> tuple[ibis.Table, ibis.Table]:
        return pairs.of_persons(self.passings, self.wanted), pairs.of_persons(self.stays, self.wanted)

    def _pairs(self, passings: ibis.Table, stays: ibis.Table) -> ibis.Table:
        rules = self.rules
        both = pairs.together(
            pairs.passing_pairs(passings, self.events, rules.reach),
            pairs.stay_pairs(stays, self.index, rules.least, rules.rows),
        )
        return self._listable(both)

    def _listable(self, rows: ibis.Table) -> ibis.Table:
        return pairs.without(rows, tables.small("persons", "persons_barred")) if self.barred else rows


@lru_cache(KEPT)
def compiled(plan: Plan, step: str) -> Compiled:
    """One question of the plan, by its name, in words."""
    return Compiled.of(getattr(plan, step)(), plan.dialect)
