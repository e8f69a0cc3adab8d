"""The tables the reader works from: bodies, places, measure words, indicators, verbs and idioms, as editable files."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from shichen.prose.literals import Ends, Literals, Starts

FOLDER = Path(__file__).with_name("tables")


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure word (量词), its dimension, and what one of it is in the canonical unit of that dimension.

    `items` holds the goods for which another word counts the same thing: 口罩 count alike in 只 and 个.
    """

    word: str
    dimension: str
    canonical: str
    factor: Decimal = Decimal(1)
    items: tuple[tuple[str, str], ...] = ()
    weak: str = ""

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Measure:
        items = tuple(tuple(part.split("=", 1)) for part in _listed(row.get("items", "")) if "=" in part)
        pairs = tuple((item[0], item[1]) for item in items)
        factor = Decimal(row.get("factor") or "1")
        return cls(
            row["word"], row["dimension"], row.get("canonical") or row["word"], factor, pairs, row.get("weak", "")
        )


@dataclass(frozen=True, slots=True)
class Body:
    """A reporting unit (报送单位) by its names; `valid_from` and `valid_until` are ISO dates or empty."""

    body: str
    name: str
    aliases: tuple[str, ...] = ()
    group: str = ""
    column: str = ""
    area: str = ""
    kind: str = "other"
    valid_from: str = ""
    valid_until: str = ""
    basis: str = ""

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Body:
        return cls(**{**_known(cls, row), "aliases": _listed(row.get("aliases", ""))})

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it is printed under."""
        return (self.name, *self.aliases)

    @property
    def commands(self) -> bool:
        """Whether it reports under 指挥调度: the leading group, its office, a working group."""
        return self.kind in ("leading_group", "group") or self.body == "office"


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer; a reporting area (云龙示范区) has no code of the national hierarchy."""

    code: str
    name: str
    level: str = ""
    parent: str = ""
    hierarchy: str = "code"
    aliases: tuple[str, ...] = ()
    valid_from: str = ""
    valid_until: str = ""

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Place:
        return cls(**{**_known(cls, row), "aliases": _listed(row.get("aliases", ""))})

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it is printed under."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the catalogue (指标目录): what the number means (口径), how texts speak of it, how we word it.

    `all_of` are groups of words that must all be met, `none_of` words that must not; `verb`, `noun`, `measure` and
    `order` (NQ 检查车辆149461台次, QN 20万只口罩) are the wording of a sentence about it.
    """

    id: str
    name: str
    name_en: str
    unit: str
    kind: str
    period: str
    measures: tuple[str, ...]
    all_of: tuple[tuple[str, ...], ...]
    none_of: tuple[str, ...]
    facets: tuple[tuple[str, str], ...]
    definition: str
    verb: str = ""
    noun: str = ""
    measure: str = ""
    order: str = "NQ"

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Indicator:
        groups = tuple(_listed(group) for group in row.get("all_of", "").split(";") if group.strip())
        facets = tuple(
            (key, value) for key, _, value in (part.partition("=") for part in _listed(row.get("facets", "")))
        )
        lists = {"measures": _listed(row.get("measures", "")), "none_of": _listed(row.get("none_of", ""))}
        return cls(**{**_known(cls, row), **lists, "all_of": groups, "facets": facets})


def _known(kind: type, row: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {key: (value or "").strip() for key, value in row.items() if key in names and isinstance(value, str | None)}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _words(path: Path) -> tuple[str, ...]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(dict.fromkeys(word for line in lines if not line.startswith("#") for word in line.split()))


def roster(path: Path) -> tuple[Body, ...]:
    """The bodies of a roster file."""
    return tuple(Body.of(row) for row in _rows(path))


def gazetteer(path: Path) -> tuple[Place, ...]:
    """The places of a gazetteer file."""
    return tuple(Place.of(row) for row in _rows(path))


def catalogue(path: Path) -> tuple[Indicator, ...]:
    """The indicators of a catalogue file."""
    return tuple(Indicator.of(row) for row in _rows(path))


@dataclass(frozen=True)
class Tables:
    """Everything a reading depends on beside the text; equal hashes mean equal readings."""

    roster: tuple[Body, ...]
    gazetteer: tuple[Place, ...]
    measures: tuple[Measure, ...]
    catalogue: tuple[Indicator, ...]
    goods: tuple[tuple[str, tuple[str, ...]], ...]
    verbs: tuple[str, ...]
    idioms: tuple[str, ...]
    layout: Mapping[str, Any]

    @staticmethod
    def default() -> Tables:
        """The tables that hold for any Chinese city."""
        return _default()

    def extended(
        self,
        *,
        roster: Iterable[Body] = (),
        gazetteer: Iterable[Place] = (),
        catalogue: Iterable[Indicator] = (),
    ) -> Tables:
        """These tables with a city's own rows; a row with the same key takes the place of the one before."""
        return replace(
            self,
            roster=_merged(self.roster, roster, "body"),
            gazetteer=_merged(self.gazetteer, gazetteer, "code"),
            catalogue=_merged(self.catalogue, catalogue, "id"),
        )

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the content of every table, the small words of `phrases.toml` among them."""
        phrases = (FOLDER / "phrases.toml").read_text(encoding="utf-8")
        parts = (self.roster, self.gazetteer, self.measures, self.catalogue, self.goods, self.verbs, self.idioms)
        return hashlib.sha256((repr(parts) + repr(sorted(self.layout.items())) + phrases).encode()).hexdigest()

    @cached_property
    def measure_words(self) -> Starts:
        """Measure words by their first character."""
        return Starts(measure.word for measure in self.measures)

    @cached_property
    def measure(self) -> Mapping[str, Measure]:
        """Measure words by the word."""
        return {measure.word: measure for measure in self.measures}

    @cached_property
    def good(self) -> Mapping[str, tuple[str, ...]]:
        """The measure words each good is counted in."""
        return dict(self.goods)

    @cached_property
    def good_endings(self) -> Ends:
        """The goods, asked by how a subject ends."""
        return Ends(self.good)

    @cached_property
    def verb_words(self) -> Literals:
        """The verbs that govern what is counted."""
        return Literals(self.verbs)

    @cached_property
    def verb_starts(self) -> Starts:
        """The same verbs, asked by position."""
        return Starts(self.verbs)

    @cached_property
    def idiom_words(self) -> Literals:
        """Words with a numeral in them that is no number: idioms, and the names of places and bodies."""
        numerals = frozenset("一二三四五六七八九十百千万亿两零〇0123456789")
        rows: tuple[Place | Body, ...] = (*self.gazetteer, *self.roster)
        names = [name for row in rows for name in row.names]
        return Literals([*self.idioms, *(name for name in names if len(name) > 1 and numerals & set(name))])

    @cached_property
    def body_words(self) -> Literals:
        """Every name of every body."""
        return Literals(self.bodies)

    @cached_property
    def bodies(self) -> Mapping[str, Body]:
        """Bodies by each of their names."""
        return {name: body for body in reversed(self.roster) for name in body.names}

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """The catalogue by indicator; where two rows serve one indicator, the first."""
        return {row.id: row for row in reversed(self.catalogue)}


Row = TypeVar("Row", Body, Place, Indicator)


def _merged(old: Iterable[Row], new: Iterable[Row], key: str) -> tuple[Row, ...]:
    added: list[Row] = list(new)
    replaced = {getattr(row, key) for row in added}
    kept: list[Row] = [row for row in old if getattr(row, key) not in replaced]
    return tuple(kept + added)


@cache
def _default() -> Tables:
    return Tables(
        roster=roster(FOLDER / "roster.csv"),
        gazetteer=gazetteer(FOLDER / "gazetteer.csv"),
        measures=tuple(Measure.of(row) for row in _rows(FOLDER / "measures.csv")),
        catalogue=catalogue(FOLDER / "catalogue.csv"),
        goods=tuple((row["item"], _listed(row["measures"])) for row in _rows(FOLDER / "goods.csv")),
        verbs=_words(FOLDER / "verbs.txt"),
        idioms=_words(FOLDER / "idioms.txt"),
        layout=tomllib.loads((FOLDER / "layout.toml").read_text(encoding="utf-8")),
    )
