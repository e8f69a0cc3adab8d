"""The rules of disclosure (披露规则), read from data: which figures count persons in a state of health or control."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from shichen.indicators.models import Figure
from shichen.refusal import Refusal

OURS = Path(__file__).with_name("policy.toml")
THEIRS = "disclosure.toml"
SMALLEST_K = 3


@dataclass(frozen=True)
class Policy:
    """What is a count of persons, from how many on it may be told, and how such figures hang together."""

    k: int
    base: int
    rounded: tuple[str, ...]
    persons: tuple[str, ...]
    others: tuple[str, ...]
    words: tuple[str, ...]
    measures: tuple[str, ...]
    single: tuple[str, ...]
    lag: int
    running: tuple[tuple[str, str], ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...]
    bases: tuple[str, ...]
    digest: str

    def counts_persons(self, figure: Figure) -> bool:
        """Whether a figure is a count of persons in a state of health or under control."""
        if figure.key:
            return figure.key.startswith(self.persons) and figure.key not in (*self.others, *self.single)
        said = f"{figure.statement.subject} {figure.statement.sentence}" if figure.statement else ""
        return figure.unit in self.measures and any(word in said for word in self.words)

    def is_small(self, figure: Figure) -> bool:
        """Whether a figure may go out only by a decision: 1 to k-1 persons, or something about a single one."""
        if figure.value is None:
            return False
        return figure.key in self.single or (0 < figure.value < self.k and self.counts_persons(figure))

    def flow_of(self, key: str) -> str:
        """The new counts that a running total adds up, where it has such; else the figure itself."""
        return next((new for total, new in self.running if total == key), key)

    def adds_up(self, key: str) -> bool:
        """Whether a figure may be added from one time to the next: what comes anew, not what there is."""
        return any(key in pair for pair in self.running)

    @property
    def few(self) -> str:
        """How a small count is printed."""
        return f"<{self.k}"


def policy() -> Policy:
    """The rules in force: the post's own where its home keeps some, else those of the house. Raises Refusal."""
    own = settings.HOME.path / THEIRS
    path = own if own.exists() else OURS
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, changed: int) -> Policy:
    try:
        raw = path.read_bytes()
        made = _built(tomllib.loads(raw.decode()), hashlib.sha256(raw).hexdigest())
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(f"披露规则 {path.name} 读不懂：{error}。改正之前什么也不能公开。", rule="披露规则") from None
    if made.k < SMALLEST_K or not made.persons:
        raise Refusal(f"披露规则 {path.name}：k 至少是 {SMALLEST_K}，并须列出人数类指标。", rule="披露规则")
    return made


def _built(data: dict[str, Any], digest: str) -> Policy:
    persons = data["persons"]
    return Policy(
        k=int(data["k"]),
        base=int(data["rounding"]["base"]),
        rounded=tuple(data["rounding"]["keys"]),
        persons=tuple(persons["keys"]),
        others=tuple(persons["except"]),
        words=tuple(persons["words"]),
        measures=tuple(persons["measures"]),
        single=tuple(data["single"]["keys"]),
        lag=int(data["dates"]["published_lag_days"]),
        running=tuple((one["total"], one["new"]) for one in data.get("running", ())),
        sums=tuple(_sums(data.get("sum", ()))),
        bases=tuple(data.get("bases", ())),
        digest=digest,
    )


def _sums(rows: list[dict[str, Any]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in rows:
        yield one["whole"], tuple(one["parts"])
