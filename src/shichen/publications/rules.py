"""The rules of the two pages (凡例), read from data: what qualifies, in what order, under which words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import re2
from django.conf import settings

from shichen.indicators.declare import known
from shichen.publications.chronicle.selecting import ChronicleRules, Kind, of_chronicle
from shichen.refusal import Refusal

__all__ = ["ChronicleRules", "CurveRules", "DayRules", "Form", "Kind", "Marking", "Passage", "Rules", "rules"]

OURS = Path(__file__).with_name("rules.toml")
THEIRS = "publications.toml"


@dataclass(frozen=True)
class DayRules:
    """What the day page takes from the log, and what stands at its head and foot."""

    marked: tuple[str, ...]
    never: tuple[str, ...]
    columns: tuple[str, ...]
    byline: str
    credits: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Marking:
    """Which entries are marked on the curve: of these kinds and, where topics are named, of one of them."""

    kinds: frozenset[str]
    topics: frozenset[str]

    def takes(self, kinds: Iterable[str], topic: str) -> bool:
        return not self.kinds.isdisjoint(kinds) and (not self.topics or topic in self.topics)


@dataclass(frozen=True)
class CurveRules:
    """What is drawn on the curve: which entries as marks, which measures as bands, in what order and how many."""

    marks: tuple[Marking, ...]
    measures: tuple[str, ...]
    bands: int


@dataclass(frozen=True)
class Passage:
    """A paragraph of a drafted text: its heading, which figures it says in which order, whether by district."""

    keys: tuple[str, ...]
    by_area: bool = False
    title: str = ""


@dataclass(frozen=True)
class Form:
    """A sort of text that is drafted from figures (文稿): its name and its paragraphs; or, of each group, what it owes."""

    key: str
    name: str
    name_en: str
    passages: tuple[Passage, ...]
    by_group: bool = False


@dataclass(frozen=True)
class Rules:
    day: DayRules
    chronicle: ChronicleRules
    curve: CurveRules
    report: tuple[Passage, ...] = ()
    """What a report of analyses says of counts."""
    forms: tuple[Form, ...] = ()

    def form(self, key: str) -> Form | None:
        return next((one for one in self.forms if one.key == key), None)


def rules() -> Rules:
    """The rules in force: the post's own where its home keeps some, else those that come with the house. Raises Refusal."""
    own = settings.HOME.path / THEIRS
    path = own if own.exists() else OURS
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, changed: int) -> Rules:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return _built(data)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError, re2.error) as error:
        raise Refusal(f"版面规则 {path.name} 读不懂：{error}。改正后重试。", rule="凡例") from None


def _built(data: dict[str, Any]) -> Rules:
    day, curve = data["day_page"], data["curve"]
    return Rules(
        DayRules(
            marked=tuple(day["marked"]),
            never=tuple(day["never"]),
            columns=tuple(day["columns"]),
            byline=day["byline"],
            credits=tuple((role, by) for role, by in day["credits"]),
        ),
        of_chronicle(data["chronicle"]),
        CurveRules(
            tuple(Marking(frozenset(one["kinds"]), frozenset(one.get("topics", ()))) for one in curve["mark"]),
            tuple(curve["measure"]["order"]),
            int(curve["measure"]["bands"]),
        ),
        tuple(_passage("report", one) for one in data.get("report", {}).get("passage", ())),
        tuple(_form(key, one) for key, one in data.get("writing", {}).items()),
    )


def _form(key: str, data: dict[str, Any]) -> Form:
    by_group = bool(data.get("by_group", False))
    given = [] if by_group else data.get("passage", [data])
    return Form(key, data["name"], data.get("name_en", ""), tuple(_passage(key, one) for one in given), by_group)


def _passage(form: str, data: dict[str, Any]) -> Passage:
    keys = tuple(map(str, data["keys"]))
    unknown = [one for one in keys if one not in known()]
    if unknown:
        raise ValueError(f"[writing.{form}] {'、'.join(unknown)}")
    return Passage(keys, bool(data.get("by_area", False)), data.get("title", ""))
