"""The rules of the chronicle as they stand in the rules file: what qualifies as what kind, how it is worded, what is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

import re2

from shichen.web import words

PUBLISHED, OCCURRED = "published", "occurred"
FILING = (PUBLISHED, OCCURRED)
RECORDS = ("", "proven", "claimed", "first", "crosses", "begins", "changes", "eases")
Pattern = Any  # google-re2 has no types


@dataclass(frozen=True)
class Kind:
    """A kind of event that the chronicle takes; its sign is the one character that stands before a line."""

    key: str
    zh: str
    en: str
    sign: str = ""

    @property
    def label(self) -> str:
        return self.en if words.english() else self.zh


@dataclass(frozen=True)
class Select:
    """One rule of the selection (凡例一条): of what kind an entry is for which all of this holds; empty asks for nothing."""

    number: int
    kind: str
    zh: str
    en: str
    words: Pattern | None
    without: Pattern | None
    titles: bool
    acts: bool
    figures: bool
    record: str
    topics: frozenset[str]
    not_topics: frozenset[str]
    indicators: tuple[str, ...]
    measures: tuple[str, ...]
    sorts: frozenset[str]
    milestones: tuple[Decimal, ...]
    amounts: Mapping[str, Decimal]

    @property
    def says(self) -> str:
        return self.en if words.english() else self.zh

    def counts(self, key: str) -> bool:
        """Whether the rule speaks of this indicator."""
        return any(fnmatchcase(key, one) for one in self.indicators)

    def measures_of(self, measure: str) -> bool:
        return not self.measures or any(fnmatchcase(measure, one) for one in self.measures)


@dataclass(frozen=True)
class Within:
    """Where lines are drawn from, and what has not happened yet."""

    not_bodies: frozenset[str] = frozenset()
    not_topics: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()
    not_yet: Pattern | None = None


@dataclass(frozen=True)
class Wording:
    """How a line is worded, and when two of them tell the same event."""

    our_city: tuple[str, ...] = ()
    stands_for_unit: tuple[str, ...] = ()
    today: tuple[str, ...] = ()
    longest: int = 60
    alike: float = 0.6


@dataclass(frozen=True)
class About:
    """What a claim to be the first is about: the sentence's words, and the indicator that proves it."""

    words: Pattern
    without: Pattern | None
    indicator: str
    nought: bool


@dataclass(frozen=True)
class Claims:
    """How a sentence claims to be the first (首例) or the extreme (最小), and what proves it."""

    first: Pattern | None = None
    extreme: Pattern | None = None
    not_claims: Pattern | None = None
    wider: tuple[str, ...] = ()
    about: tuple[About, ...] = ()


@dataclass(frozen=True)
class Checks:
    """What is asked of a chronicle before it is signed."""

    series: tuple[str, ...] = ("令", "通告", "公告")
    repeat_days: int = 7
    repeat_at_least: int = 20
    alike: float = 0.8
    repeated: frozenset[str] = frozenset()
    running: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ChronicleRules:
    """What the chronicle takes from the log, how it is worded, and what is asked of it."""

    never: tuple[str, ...]
    names_its_day: str
    files_by: str
    kinds: tuple[Kind, ...]
    selection: tuple[Select, ...]
    within: Within
    wording: Wording
    claims: Claims
    checks: Checks

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(kind.key for kind in self.kinds)

    def kind(self, key: str) -> Kind:
        return next((kind for kind in self.kinds if kind.key == key), Kind(key, key, key, key[:1]))


def of_chronicle(data: Mapping[str, Any]) -> ChronicleRules:
    """The rules of the chronicle out of the rules file. Raises KeyError, TypeError, ValueError, re2.error."""
    kinds = tuple(Kind(kind["key"], kind["zh"], kind["en"], kind.get("sign", kind["zh"][:1])) for kind in data["kind"])
    files_by = data.get("files_by", PUBLISHED)
    if files_by not in FILING:
        raise ValueError(f"files_by 只有 {'、'.join(FILING)} 两种，不是「{files_by}」")
    return ChronicleRules(
        never=tuple(data["never"]),
        names_its_day=data["names_its_day"],
        files_by=files_by,
        kinds=kinds,
        selection=tuple(_select(n, row, kinds) for n, row in enumerate(data.get("rule", ()), start=1)),
        within=_within(data.get("within", {})),
        wording=_wording(data.get("wording", {})),
        claims=_claims(data.get("claims", {})),
        checks=_checks(data.get("checks", {})),
    )


def _select(number: int, row: Mapping[str, Any], kinds: Iterable[Kind]) -> Select:
    if row["kind"] not in {kind.key for kind in kinds}:
        raise ValueError(f"凡例第{number}条的类别「{row['kind']}」不在 kind 之列")
    if row.get("record", "") not in RECORDS:
        raise ValueError(f"凡例第{number}条的 record「{row['record']}」不是 {'、'.join(RECORDS[1:])} 之一")
    return Select(
        number=number,
        kind=row["kind"],
        zh=row["zh"],
        en=row["en"],
        words=pattern(row.get("words", ())),
        without=pattern(row.get("without", ())),
        titles=bool(row.get("titles", False)),
        acts=bool(row.get("acts", False)),
        figures=bool(row.get("figures", False)),
        record=row.get("record", ""),
        topics=frozenset(row.get("topics", ())),
        not_topics=frozenset(row.get("not_topics", ())),
        indicators=tuple(row.get("indicators", ())),
        measures=tuple(row.get("measures", ())),
        sorts=frozenset(row.get("sorts", ())),
        milestones=tuple(Decimal(str(one)) for one in row.get("milestones", ())),
        amounts={dimension: Decimal(str(least)) for dimension, least in row.get("amounts", {}).items()},
    )


def _within(row: Mapping[str, Any]) -> Within:
    return Within(
        not_bodies=frozenset(row.get("not_bodies", ())),
        not_topics=frozenset(row.get("not_topics", ())),
        always=frozenset(row.get("always", ())),
        not_yet=pattern(row.get("not_yet", ())),
    )


def _wording(row: Mapping[str, Any]) -> Wording:
    lists = {name: tuple(row.get(name, ())) for name in ("our_city", "stands_for_unit", "today")}
    return Wording(**lists, longest=int(row.get("longest", 60)), alike=float(row.get("alike", 0.6)))


def _claims(row: Mapping[str, Any]) -> Claims:
    about = tuple(
        About(pattern(one["words"]), pattern(one.get("without", ())), one["indicator"], bool(one.get("nought", False)))
        for one in row.get("about", ())
    )
    patterns = {name: pattern(row.get(name, ())) for name in ("first", "extreme", "not_claims")}
    return Claims(**patterns, wider=tuple(row.get("wider", ())), about=about)


def _checks(row: Mapping[str, Any]) -> Checks:
    usual = Checks()
    return Checks(
        series=tuple(row.get("series", usual.series)),
        repeat_days=int(row.get("repeat_days", usual.repeat_days)),
        repeat_at_least=int(row.get("repeat_at_least", usual.repeat_at_least)),
        alike=float(row.get("alike", usual.alike)),
        repeated=frozenset(row.get("repeated", ())),
        running={one["cumulative"]: tuple(one["flows"]) for one in row.get("running", ())},
    )


def pattern(given: Iterable[str]) -> Pattern | None:
    """Any of some patterns as one; None where there is none. Raises re2.error."""
    parts = [f"(?:{one})" for one in given]
    return re2.compile("|".join(parts)) if parts else None
