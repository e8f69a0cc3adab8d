"""A trace (追踪) from question to list: index persons and rules in; ranked persons, counts and a digest out; on any engine."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field

import ibis
import numpy as np

from shichen.tracing import digests, pairs, questions, ranking, tables
from shichen.tracing.digests import Digest
from shichen.tracing.engine import Engine
from shichen.tracing.rules import Rules
from shichen.tracing.tables import Columns

DAY = 86_400
EMPTY = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Question:
    """What is asked: index persons with windows, the rules of the disease, how many persons to list.

    `without` are persons not to be listed. `places` is how many posts and places there are. The last two are only about
    speed: with more index events than `pairs_up_to` the list is ranked by the field, and a list of places is written into the
    question when index events touch less than `share` of them.
    """

    windows: Columns
    rules: Rules
    limit: int
    without: np.ndarray = field(default_factory=lambda: EMPTY)
    places: int = 0
    pairs_up_to: int = 20_000
    share: float = 0.2

    def fingerprint(self) -> str:
        """SHA-256 over all that decides the list; the same question of the same snapshot need not be asked again."""
        asked = {"rules": asdict(self.rules), "limit": self.limit}
        said = hashlib.sha256(json.dumps(asked, sort_keys=True).encode())
        for name in tables.SMALL["index_windows"]:
            said.update(np.ascontiguousarray(self.windows[name]).tobytes())
        said.update(np.unique(self.without).tobytes())
        return said.hexdigest()


@dataclass(frozen=True)
class Found:
    """The list, in its order, with person, n_ix, s, same, first and stays; how long it would be in full (or at most, when it
    was ranked by the field); the index events and stays it rests on."""

    persons: Columns
    total: int
    at_most: bool
    events: Columns
    stays: Columns
    digest: Digest


class Steps:
    """The steps of one trace; each can be asked alone."""

    def __init__(self, engine: Engine, question: Question) -> None:
        self.engine, self.question, self.rules = engine, question, question.rules
        windows = question.windows
        self.lo = int(windows["lo"].min()) if len(windows["lo"]) else 0
        self.hi = int(windows["hi"].max()) if len(windows["hi"]) else 0
        self._index()

    def _index(self) -> None:
        """First step: where the index persons were, by the person layout; then both small tables are given back."""
        engine, rules = self.engine, self.rules
        windows = engine.give("index_windows", self.question.windows)
        passed = engine.view("passings_by_person", self.lo, self.hi)
        stayed = engine.view("stays_by_person", self.lo - rules.longest, self.hi)
        self.events = engine.rows(questions.index_events(passed, windows))
        self.stays = engine.rows(questions.index_stays(stayed, windows))
        self.event_table = engine.give("index_events", self.events)
        self.stay_table = engine.give("index_stays", self.stays)
        self.barred = engine.give("persons", {"person": np.unique(self.question.without)}, "persons_without")

    def near_passings(self) -> ibis.Table:
        """The passings that can be near an index event at all, by the place layout."""
        lo, hi = span(self.events["t"], self.events["t"], self.rules.reach)
        view = self.engine.view("passings_by_place", lo, hi)
        return questions.narrowed(view, self._places(self.events["place"]), lo, hi)

    def near_stays(self) -> ibis.Table:
        lo, hi = span(self.stays["a"], self.stays["b"], 0)
        view = self.engine.view("stays_by_place", lo - self.rules.longest, hi)
        return questions.narrowed(view, self._places(self.stays["place"]), lo - self.rules.longest, hi)

    def _places(self, touched: np.ndarray) -> list[int] | None:
        places = np.unique(touched)
        few = len(places) < self.question.share * self.question.places and len(places) <= 1_000
        return places.tolist() if few else None

    def pairs(self, persons: ibis.Table | None = None) -> ibis.Table:
        """All pairs, or those of some persons; cases and others who are not to be listed left out."""
        rules, passings, stays = self.rules, self.near_passings(), self.near_stays()
        if persons is not None:
            passings, stays = pairs.of_persons(passings, persons), pairs.of_persons(stays, persons)
        both = pairs.together(
            pairs.passing_pairs(passings, self.event_table, rules.reach),
            pairs.stay_pairs(stays, self.stay_table, rules.least, rules.rows),
        )
        return self._listable(both)

    def by_pairs(self) -> tuple[Columns, int]:
        """The list from all pairs."""
        rows = self.engine.rows(pairs.listed(pairs.rank(self.pairs()), self.question.limit))
        total = int(rows.pop("total")[0]) if len(rows["person"]) else 0
        return rows, total

    def by_field(self) -> tuple[Columns, int]:
        """The same list without making all pairs: persons by the upper bound of the field, pairs only of the next best, until
        nobody further down can reach the list."""
        engine, limit = self.engine, self.question.limit
        bound = self._bound()
        size = max(4 * limit, 1_000)
        while True:
            candidates = engine.rows(ranking.candidates(bound, size))
            top = ranking.top(candidates, limit, self._exact)
            if top is not None:
                return top, int(candidates["total"][0]) if len(candidates["person"]) else 0
            size *= 8

    def _bound(self) -> ibis.Table:
        passings, stays = self.near_passings(), self.near_stays()
        bound = ranking.bound(passings, stays, self.event_table, self.stay_table, self.rules.reach, self.engine.asof)
        return self._listable(bound)

    def _listable(self, rows: ibis.Table) -> ibis.Table:
        return pairs.without(rows, self.barred) if len(self.question.without) else rows

    def _exact(self, persons: np.ndarray) -> Columns:
        wanted = self.engine.give("persons", {"person": persons}, "persons_block")
        return self.engine.rows(pairs.rank(self.pairs(wanted)))

    def close(self) -> Columns:
        """All persons of the first degree above the threshold of closeness, with their first exposure."""
        return self.engine.rows(questions.close(pairs.rank(self.pairs()), self.rules.close))

    def evidence(self, persons: np.ndarray) -> tuple[Columns, Columns]:
        """The pairs of passings and of stays behind some persons of a list."""
        wanted, rules = self.engine.give("persons", {"person": np.unique(persons)}, "persons_shown"), self.rules
        passings = pairs.of_persons(self.near_passings(), wanted)
        stays = pairs.of_persons(self.near_stays(), wanted)
        return (
            self.engine.rows(pairs.passing_evidence(passings, self.event_table, rules.reach)),
            self.engine.rows(pairs.stay_evidence(stays, self.stay_table, rules.least, rules.rows)),
        )

    def cumulated(self, persons: np.ndarray) -> Columns:
        """Who of some persons shared the least seconds with one index person within the rule's span, however cut up."""
        wanted, rules = self.engine.give("persons", {"person": np.unique(persons)}, "persons_shown"), self.rules
        stays = pairs.of_persons(self.near_stays(), wanted)
        parts = pairs.stay_pairs(stays, self.stay_table, 1, rules.rows)
        return self.engine.rows(pairs.cumulative(parts, rules.least, rules.span).order_by("person", "ix"))

    def found(self) -> Found:
        many = len(self.events["t"]) + len(self.stays["a"]) > self.question.pairs_up_to
        persons, total = self.by_field() if many else self.by_pairs()
        digest = digests.of(persons, digests.RANKED)
        return Found(persons, total, many, self.events, self.stays, digest)


def span(lo: np.ndarray, hi: np.ndarray, around: int) -> tuple[int, int]:
    """From the first to the last second that matters; an empty span where there is none."""
    return (int(lo.min()) - around, int(hi.max()) + around) if len(lo) else (0, 0)


def trace(engine: Engine, question: Question) -> Found:
    """Who was near the index persons, ranked."""
    return Steps(engine, question).found()


def second_degree(engine: Engine, question: Question, until: int) -> Found:
    """Who was near those who were near (次密接): the close ones of the first degree become index persons, each from the first
    exposure and the latent days on, up to `until`; neither they nor the cases are listed."""
    first = Steps(engine, question).close()
    rules = question.rules
    lo = first["first"].astype(np.int64) + rules.latent * DAY
    shedding = lo < until
    windows = tables.columns(
        "index_windows",
        ix=first["person"][shedding],
        lo=lo[shedding],
        hi=np.full(int(shedding.sum()), until),
    )
    listed = np.concatenate([question.without, question.windows["ix"], first["person"]])
    later = Question(
        windows, rules, question.limit, np.unique(listed), question.places, question.pairs_up_to, question.share
    )
    return trace(engine, later)
