"""A trace (追踪) from question to list: index persons and rules in; ranked persons, counts and a digest out; on any engine."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from shichen.tracing import digests, ranking, tables
from shichen.tracing.digests import Digest
from shichen.tracing.engine import Engine
from shichen.tracing.plans import Plan, compiled
from shichen.tracing.rules import Rules
from shichen.tracing.tables import Columns

DAY = 86_400
EMPTY = np.zeros(0, np.int64)
MOST_PLACES = 1_000
"""Places written into a question at most (chosen)."""


@dataclass(frozen=True)
class Question:
    """What is asked: index persons with windows, the rules of the disease, how many persons to list.

    `without` are persons not to be listed. All below it is only about speed: `posts` and `places` (of stays) are how many there
    are; a list of them is written into the question when index events touch less than `share`; with more index events and
    stays than `pairs_up_to` the list is ranked by the field.
    """

    windows: Columns
    rules: Rules
    limit: int
    without: np.ndarray = field(default_factory=lambda: EMPTY)
    posts: int = 0
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
        barred = bool(len(question.without))
        self.plan = Plan(question.rules, question.limit, barred, engine.asof, engine.dialect)
        engine.give("persons", {"person": np.unique(question.without)}, "persons_barred")
        self._index()
        self._large()

    def _index(self) -> None:
        """First step: where the index persons were, by the person layout; both small tables are then given back."""
        engine, windows = self.engine, self.question.windows
        lo, hi = span(windows["lo"], windows["hi"], 0)
        engine.give("index_windows", windows)
        engine.narrow("passings_by_person", lo, hi)
        engine.narrow("stays_by_person", lo - self.rules.longest, hi)
        self.events, self.stays = self._ask("index_events"), self._ask("index_stays")
        engine.give("index_events", self.events)
        engine.give("index_stays", self.stays)

    def _large(self) -> None:
        """Second step: the passings and stays that can be near at all, by the place layout."""
        events, stays = self.events, self.stays
        lo, hi = span(events["t"], events["t"], self.rules.reach)
        posts = self._listed(events["place"], self.question.posts)
        self.engine.narrow("passings_by_place", lo, hi, posts, files=True)
        lo, hi = span(stays["a"], stays["b"], 0)
        self.engine.narrow(
            "stays_by_place", lo - self.rules.longest, hi, self._listed(stays["place"], self.question.places)
        )

    def _listed(self, touched: np.ndarray, known: int) -> list[int] | None:
        places = np.unique(touched)
        few = len(places) < self.question.share * known and len(places) <= MOST_PLACES
        return places.tolist() if few else None

    def _ask(self, step: str, plan: Plan | None = None) -> Columns:
        return self.engine.answer(compiled(plan or self.plan, step))

    def _want(self, persons: np.ndarray) -> None:
        self.engine.give("persons", {"person": np.unique(persons)}, "persons_wanted")

    def by_pairs(self) -> tuple[Columns, int]:
        """The list from all pairs, and how long it is in full."""
        return _counted(self._ask("listed"))

    def by_field(self) -> tuple[Columns, int]:
        """The same list without making all pairs: persons by the upper bound of the field, pairs only of the next best, until
        nobody further down can reach the list. The length is that of the bounds: at most so many."""
        size = max(4 * self.question.limit, 1_000)
        while True:
            candidates = self._ask("bound", replace(self.plan, limit=size))
            top = ranking.top(candidates, self.question.limit, self._exact)
            if top is not None:
                return top, _counted(candidates)[1]
            size *= 8

    def _exact(self, persons: np.ndarray) -> Columns:
        self._want(persons)
        return self._ask("exact")

    def close(self) -> Columns:
        """All persons of the first degree above the threshold of closeness, with their first exposure."""
        return self._ask("close")

    def evidence(self, persons: np.ndarray) -> tuple[Columns, Columns]:
        """The pairs of passings and of stays behind some persons of a list."""
        self._want(persons)
        return self._ask("passing_evidence"), self._ask("stay_evidence")

    def cumulated(self, persons: np.ndarray) -> Columns:
        """Who of some persons shared the least seconds with one index person within the rule's span, however cut up."""
        self._want(persons)
        return self._ask("cumulated")

    def found(self) -> Found:
        many = len(self.events["t"]) + len(self.stays["a"]) > self.question.pairs_up_to
        persons, total = self.by_field() if many else self.by_pairs()
        digest = digests.of(persons, digests.RANKED)
        return Found(persons, total, many, self.events, self.stays, digest)


def _counted(rows: Columns) -> tuple[Columns, int]:
    """The columns of a list, and the length of the whole that each of its rows says."""
    total = int(rows["total"][0]) if len(rows["total"]) else 0
    return {name: column for name, column in rows.items() if name != "total"}, total


def span(lo: np.ndarray, hi: np.ndarray, around: int) -> tuple[int, int]:
    """From the first to the last second that matters; an empty span where there is none."""
    return (int(lo.min()) - around, int(hi.max()) + around) if len(lo) else (0, 0)


def trace(engine: Engine, question: Question) -> Found:
    """Who was near the index persons, ranked."""
    return Steps(engine, question).found()


def second_degree(engine: Engine, question: Question, until: int) -> Found:
    """Who was near those who were near (次密接), ranked."""
    return trace(engine, further(engine, question, until))


def further(engine: Engine, question: Question, until: int) -> Question:
    """The question of the second degree: the close ones of the first become index persons, each from the first exposure and the
    latent days on, up to `until`; neither they nor the cases are listed."""
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
    return replace(question, windows=windows, without=np.unique(listed))
