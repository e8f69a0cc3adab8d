"""A question made ready, and what it is asked of: a lake, index persons, their events."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import numpy as np
from benchmarks.movement.engine import FileEngine

from shichen.records import lake
from shichen.tracing import digests, fields
from shichen.tracing.engine import Compiled
from shichen.tracing.rules import Rules
from shichen.tracing.run import Question, Steps

RULES = Rules(reach=120, least=900, span=86_400, rows=(), close=300, latent=1, longest=14 * 86_400)
SUMS = digests.RANKED
SECONDS = ("person", "s")
LISTED = 1_000


@dataclass
class Form:
    """A question made ready: `ask` is what the clock sees, `check` its digest, if it has rows to compare."""

    ask: Callable[[], dict[str, Any]]
    check: Callable[[], str] | None = None


class Case:
    """A lake, index persons, and their events, found once."""

    def __init__(self, folder: Path, index: str) -> None:
        windows = dict(np.load(folder / f"index_{index}.npz"))
        self.folder = folder
        self.engine = FileEngine(folder, lake.sized(len(np.unique(windows["ix"]))).memory)
        self.after = ExitStack()
        """What is put away with the case."""
        self.after.callback(self.engine.close)
        said = json.loads((folder / "said.json").read_text(encoding="utf-8"))
        self.question = Question(windows, RULES, LISTED, posts=said["posts"], places=said["places"])

    def steps(self) -> Steps:
        return Steps(self.engine, self.question)

    def ranked(self, rows: ibis.Table) -> Form:
        """A list (person, n_ix, s) of the engine."""
        sums = Compiled.of(rows.aggregate(n=rows.count(), s=rows.s.sum(), n_ix=rows.n_ix.sum()), "duckdb")
        return Form(lambda: first(self.engine.answer(sums)), lambda: str(self.engine.digest(rows)))

    def field(self, rows: ibis.Table, own: ibis.Table | None) -> Form:
        """Exposure by person; the digest is of what is left when own exposure is taken away."""
        sums = Compiled.of(rows.aggregate(n=rows.count(), s=rows.s.sum()), "duckdb")
        check = None if own is None else lambda: str(self.engine.digest(fields.net(rows, own), SECONDS))
        return Form(lambda: first(self.engine.answer(sums)), check)


def first(rows: dict[str, np.ndarray]) -> dict[str, Any]:
    return {name: int(column[0]) for name, column in rows.items()}
