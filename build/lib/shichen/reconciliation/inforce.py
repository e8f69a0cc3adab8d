"""The rules in force as a page lists them, now or at a moment: what each compares, where it is written, what it found last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from shichen.audit.context import known
from shichen.indicators.declare import known as declared
from shichen.reconciliation import checks, looking_back, queries
from shichen.reconciliation.kinds import FAMILIES, KEY, KEYS, Rule
from shichen.reconciliation.reading import Rulebook
from shichen.reconciliation.rulebook import rulebook
from shichen.web import words

CODE = "code"


@dataclass(frozen=True)
class Part:
    """A stretch of the sentence that says a rule: words, or the name of a figure with its key."""

    text: str
    key: str = ""


@dataclass(frozen=True)
class Listed:
    """A rule with what it found: comparisons that agree, that do not, that its own words explain."""

    family: str
    parts: tuple[Part, ...]
    reason: str
    where: str
    house: bool
    agree: int = 0
    asked: int = 0
    explained: int = 0


def in_force() -> tuple[Rulebook, list[str]] | None:
    """The rules and the checks that are followed, or were; None where nothing was kept of the moment looked back to."""
    moment = known()
    if moment is not None:
        return looking_back.book(moment)
    return rulebook(), [*checks.checks(), *checks.checks_of_changes()]


def written(book: Rulebook) -> list[Listed]:
    """The rules written as data, those of the post's own last."""
    counts = _counts()
    found = []
    for rule in book.rules:
        if rule.family not in FAMILIES:  # of an earlier version of the house
            continue
        family, name = rule.family, name_of(rule)
        where = f"{rule.file}:{rule.line}"
        found.append(Listed(family, sentence(rule), rule.reason, where, rule.house, *counts.get((family, name), _NONE)))
    return found


def coded(names: Iterable[str]) -> list[Listed]:
    """The checks that a room makes of its own records, each in the words of the function that makes it."""
    by_check = _by_check()
    functions = {**checks.checks(), **checks.checks_of_changes()}
    return [
        Listed("", (Part((functions[name].__doc__ or "").strip()),), "", name, True, *by_check.get(name, _NONE))
        for name in names
        if name in functions
        and name.split(".")[-2] not in ("families", "quotients")
        and name.split(".")[-1] != "repeats"
    ]


def sentence(rule: Rule) -> tuple[Part, ...]:
    """A rule in words, each figure by its name."""
    family = FAMILIES[rule.family]
    rest = _without(family.en if words.english() else family.zh, rule)
    parts: list[Part] = []
    while "{" in rest:
        before, _, after = rest.partition("{")
        name, _, rest = after.partition("}")
        parts += [Part(before), *_named(family.fields[name], rule.given.get(name, "…"))]
    return (*(part for part in parts if part.text), Part(rest))


def _without(said: str, rule: Rule) -> str:
    """The sentence without what stands in brackets, where the rule does not name it."""
    while "[" in said:
        before, _, after = said.partition("[")
        inside, _, rest = after.partition("]")
        names = [part.partition("}")[0] for part in inside.split("{")[1:]]
        said = before + (inside if all(name in rule.given for name in names) else "") + rest
    return said


def name_of(rule: Rule) -> str:
    """What the findings of a rule are filed under."""
    given = rule.given
    names = {
        "part": "{part}≤{whole}",
        "same": "{left}={right}",
        "ratio": "{over}/{under}",
        "overlap": "{left}|{right}",
        "sum": "{whole}",
        "running": "{cumulative}",
        "step": "{cumulative}",
        "flow": "{flow}",
        "change": "{level}",
        "rate": "{rate}",
        "cover": "{stock}",
    }
    return names.get(rule.family, "{key}").format(**given)[:60]


def _named(kind: str, said: object) -> list[Part]:
    if kind == KEY and isinstance(said, str) and said in declared():
        return [Part(words.called(declared()[said]), said)]
    if kind == KEYS and isinstance(said, list):
        found = [
            part
            for one in said
            for part in (Part(", " if words.english() else "、"), Part(words.called(declared()[one]), one))
        ]
        return found[1:]
    return [Part(str(said))]


_NONE = (0, 0, 0)


def _counts() -> dict[tuple[str, str], tuple[int, int, int]]:
    rows = queries.compared().order_by().values("family", "rule").annotate(**_SUMS)
    return {(row["family"], row["rule"]): _three(row) for row in rows}


def _by_check() -> dict[str, tuple[int, int, int]]:
    rows = queries.compared().order_by().values("check_name").annotate(**_SUMS)
    return {row["check_name"]: _three(row) for row in rows}


_SUMS = {
    "agree": Sum("weight", filter=Q(ok=True), default=0),
    "asked": Count("pk", filter=Q(ok=False, explained="")),
    "by_rule": Count("pk", filter=Q(ok=False) & ~Q(explained="")),
}


def _three(row: Mapping[str, Any]) -> tuple[int, int, int]:
    return row["agree"], row["asked"], row["by_rule"]
