"""The change log of definitions (口径的改动): with which version a figure began, and what changed when and why."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from shichen import watches
from shichen.indicators.declare import Indicator
from shichen.indicators.models import Coined, Definition
from shichen.web import words

FILE = Path(__file__).with_name("definitions.toml")
_WORDS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.S)
SAME, ADDED, REMOVED = "same", "added", "removed"


@dataclass(frozen=True)
class Note:
    """Why a definition was changed, and what it said before."""

    key: str
    version: str
    on: date
    why: str
    why_en: str = ""
    was: str = ""

    @property
    def reason(self) -> str:
        return (self.why_en if words.english() else "") or self.why


@dataclass(frozen=True)
class ChangeLog:
    """The versions with which figures began, and every change since in order; `ended` are figures no longer declared."""

    began: dict[str, str]
    changed: tuple[Note, ...]
    ended: frozenset[str]

    def of(self, key: str) -> list[Note]:
        return [note for note in self.changed if note.key == key]

    def expected(self, key: str) -> str | None:
        """The version that the figure has by this log."""
        notes = self.of(key)
        return notes[-1].version if notes else self.began.get(key)


@dataclass(frozen=True)
class Stretch:
    """A run of words that stayed, came or went."""

    kind: str
    text: str


@dataclass(frozen=True)
class Version:
    """One version of what a figure means: since when, in which words, what differs from the one before, and why."""

    version: str
    since: datetime | date | None
    text: str
    differs: tuple[Stretch, ...]
    note: Note | None
    current: bool


@cache
def log() -> ChangeLog:
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> ChangeLog:
    """The change log in a file."""
    data = tomllib.loads(text)
    changed = tuple(_note(row) for row in data.get("changed", []))
    return ChangeLog(data.get("began", {}), changed, frozenset(data.get("ended", [])))


def _note(row: dict[str, Any]) -> Note:
    """A change as it is written; what is missing stays empty and is a fault."""
    texts = {name: str(row.get(name, "")) for name in ("key", "version", "why", "why_en", "was")}
    return Note(on=row.get("on", date.min), **texts)


def faults(declared: Iterable[Indicator], held: ChangeLog | None = None) -> list[str]:
    """Where what figures mean and what the change log says part: a meaning is never changed silently."""
    held = held or log()
    declared = list(declared)
    return [*_unlogged(declared, held), *_wrong_notes(declared, held)]


def _unlogged(declared: list[Indicator], held: ChangeLog) -> Iterator[str]:
    for one in declared:
        expected = held.expected(one.key)
        if expected is None:
            yield f"「{one.key}」是新指标：运行 shichen docs，会在 {FILE.name} 的 [began] 里记下它的版本 {one.version}。"
        elif expected != one.version:
            yield (
                f"「{one.key}」的口径变了({expected} → {one.version})：请在 {FILE.name} 写一条 [[changed]]，"
                f'key = "{one.key}"，version = "{one.version}"，on、why、why_en、was(旧口径)。'
            )


def _wrong_notes(declared: list[Indicator], held: ChangeLog) -> Iterator[str]:
    keys = {one.key for one in declared}
    for key in sorted(held.began):
        if key not in keys and key not in held.ended:
            yield f"「{key}」不再声明：请把它写进 {FILE.name} 的 ended；它的口径留在 [began] 和 [[changed]]。"
    for note in held.changed:
        if not note.why.strip() or not note.was.strip() or note.on == date.min:
            yield f"「{note.key}」改为 {note.version} 的一条没有写明何时(on)、为什么(why)或旧口径(was)。"
        if note.key not in held.began:
            yield f"「{note.key}」有改动而没有起始版本；请在 [began] 里补上。"


def with_new(text: str, declared: Iterable[Indicator]) -> str:
    """The file with the figures that are new written under [began]; what changed is left to a person."""
    held = read(text)
    new = sorted((one.key, one.version) for one in declared if one.key not in held.began)
    if not new:
        return text
    rows = sorted({**held.began, **dict(new)}.items())
    began = "[began]\n" + "".join(f'"{key}" = "{version}"\n' for key, version in rows)
    head, _, rest = text.partition("[began]\n")
    after = rest[rest.index("\n[") :] if "\n[" in rest else ""
    return head + began + after


def versions(one: Indicator) -> list[Version]:
    """Every version of a figure that this post knows of, the newest first."""
    chain = _chain(one)
    found: list[Version] = []
    before = ""
    for name, since, text, note in chain:
        differs = tuple(difference(before, text)) if before and text else ()
        found.append(Version(name, since, text, differs, note, name == one.version))
        before = text or before
    return found[::-1]


def _chain(one: Indicator) -> list[tuple[str, datetime | date | None, str, Note | None]]:
    """The versions in order: those of the change log, then those that only this post ever recorded."""
    recorded = {row.version: row for row in Definition.objects.filter(key=one.key).order_by("recorded_at")}
    notes = {note.version: note for note in log().of(one.key)} | _own(one.key)
    names = [log().began.get(one.key, one.version), *(note.version for note in log().of(one.key))]
    strays = [version for version in recorded if version not in names and version != one.version]
    if one.version not in names:
        names.append(one.version)
    return [(name, *_said(name, one, recorded.get(name)), notes.get(name)) for name in [*strays, *names]]


def _own(key: str) -> dict[str, Note]:
    """Why the city gave a figure of its own each of its meanings, by version."""
    rows = Coined.objects.filter(key=key, standing=True).order_by("pk")
    made = ((row, row.as_indicator().version) for row in rows)
    return {version: Note(key, version, watches.civil_day(row.at), row.reason) for row, version in made}


def _said(version: str, one: Indicator, row: Any) -> tuple[datetime | date | None, str]:
    """Since when a version holds here, and its words: as recorded, as declared, or as the log says they were."""
    if row is not None:
        return row.recorded_at, row.text
    if version == one.version:
        return None, one.definition
    chain = [log().began.get(one.key), *(note.version for note in log().of(one.key))]
    following = chain.index(version) if version in chain else len(chain)
    notes = log().of(one.key)
    return None, notes[following].was if following < len(notes) else ""


def difference(before: str, after: str) -> Iterator[Stretch]:
    """What went and what came, word by word; Chinese character by character."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for how, first, last, start, end in matcher.get_opcodes():
        if how == "equal":
            yield Stretch(SAME, "".join(old[first:last]))
            continue
        if first < last:
            yield Stretch(REMOVED, "".join(old[first:last]))
        if start < end:
            yield Stretch(ADDED, "".join(new[start:end]))
