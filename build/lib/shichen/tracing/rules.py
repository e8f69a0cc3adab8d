"""What counts as near: the numbers of a disease's profile that a trace goes by; none of them has a value of its own here."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Rules:
    """The rules of one trace. Whoever asks gives every number, from the profile of the disease and with its source."""

    reach: int
    """Seconds within which two passings of one post count as near."""
    least: int
    """Seconds that two stays must share to be a contact."""
    span: int
    """Seconds within which shared seconds are added up to `least` (15 minutes in 24 hours)."""
    rows: tuple[tuple[int, int], ...]
    """For kinds of place with numbered rows: (kind, rows apart that still count)."""
    close: int
    """Seconds of exposure from which a person is asked about further even without a shared vehicle or stay."""
    latent: int
    """Days from exposure until a contact can pass the disease on."""
    longest: int
    """Seconds of the longest stay that is kept; how far back a stay may have begun that still matters."""

    def __post_init__(self) -> None:
        low = [name for name in ("reach", "least", "span", "longest") if getattr(self, name) < 1]
        if low:
            raise ValueError(f"a rule of no second finds nobody: {', '.join(low)}")


@dataclass(frozen=True)
class Sourced:
    """The rules of a disease, and where each of their numbers comes from, in English and in Chinese."""

    disease: str
    rules: Rules
    sources: dict[str, str]
    sources_zh: dict[str, str]


def diseases() -> tuple[str, ...]:
    """The diseases that have rules."""
    return tuple(_said())


def of_disease(disease: str = "covid19", **others: int) -> Sourced:
    """The rules that stand in rules.toml, but for numbers that whoever asks gives instead. Raises KeyError for another disease."""
    said = _said()[disease]
    numbers = {name: said[name]["value"] for name in ("reach", "least", "span", "close", "latent", "longest")}
    numbered = {name: one for name, one in said.items() if isinstance(one, dict)}
    rows = tuple((int(kind), int(apart)) for kind, apart in said["rows"]["kinds"])
    sources = {name: one["source"] for name, one in numbered.items()} | dict.fromkeys(others, "given with the question")
    chinese = {name: one["source_zh"] for name, one in numbered.items()} | dict.fromkeys(others, "提问时给定")
    return Sourced(disease, Rules(rows=rows, **{**numbers, **others}), sources, chinese)


def _said() -> dict[str, Any]:
    return tomllib.loads(files("shichen.tracing").joinpath("rules.toml").read_text(encoding="utf-8"))
