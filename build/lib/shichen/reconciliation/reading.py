"""Reading a file of rules: each is judged by itself, and what is wrong with one is told with its line and the remedy."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import re2

from shichen.indicators.declare import known
from shichen.prose.tables import Tables
from shichen.reconciliation.kinds import FAMILIES, KEY, KEYS, NUMBER, WHOLE, Family, Rule

_HEADING = re2.compile(r"^\s*\[\[\s*([^\]\s]+)\s*\]\]")
_LINE = re2.compile(r"at line ([0-9]+)")


@dataclass(frozen=True)
class Fault:
    """A rule that cannot be followed: where it stands, what is wrong with it, and what to do."""

    file: str
    line: int
    field: str
    sentence: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file} 第{self.line}行" + (f"「{self.field}」" if self.field else "")
        return f"{where}：{self.sentence}{self.remedy}"


@dataclass(frozen=True)
class Rulebook:
    """The rules in force, and those of the post's own that are not because they are wrong."""

    rules: tuple[Rule, ...]
    faults: tuple[Fault, ...]

    def of(self, family: str) -> list[Rule]:
        return [one for one in self.rules if one.family == family]


def read(raw: bytes, file: str, *, house: bool = False) -> Rulebook:
    """The rules in a file, each judged by itself."""
    try:
        text = raw.decode()
        data = tomllib.loads(text)
    except UnicodeDecodeError:
        return Rulebook((), (Fault(file, 1, "", "不是 UTF-8 编码。", "请另存为 UTF-8。"),))
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        fault = Fault(file, int(found[1]) if found else 1, "", f"不合 TOML 的写法：{error}。", "改正后会自动重读。")
        return Rulebook((), (fault,))
    rules, faults = [], []
    for family, number, given in _tables(data):
        line = _line_of(text, family, number)
        wrong = list(_faults(family, given, file, line, text))
        faults += wrong
        if not wrong and isinstance(given, dict):
            rules.append(Rule(family, given, file, line, house))
    return Rulebook(tuple(rules), tuple(faults))


def _tables(data: Mapping[str, Any]) -> Iterator[tuple[str, int, Any]]:
    for family, rows in data.items():
        for number, row in enumerate(rows if isinstance(rows, list) else [rows]):
            yield family, number, row


def _faults(family: str, given: Any, file: str, line: int, text: str) -> Iterator[Fault]:
    """What is wrong with one rule."""
    kind = FAMILIES.get(family)
    if kind is None:
        hint = _near(family, FAMILIES)
        yield Fault(file, line, family, "没有这一类规则。", f"{hint}可用：{'、'.join(FAMILIES)}。")
        return
    if not isinstance(given, dict):
        yield Fault(file, line, family, "规则要写成一节。", f"请写 [[{family}]]，下面每行一项。")
        return
    for name in kind.needs:
        if name not in given:
            yield Fault(file, line, name, "少了这一项。", f"请补上 {name} = …")
    for name, said in given.items():
        where = _line_within(text, line, name)
        if name not in kind.fields:
            hint = _near(name, kind.fields)
            yield Fault(file, where, name, "这类规则没有这一项。", f"{hint}可用：{'、'.join(kind.fields)}。")
        else:
            yield from _wrong_value(kind.fields[name], name, said, file, where)
    if kind.alike and all(name in given for name in kind.needs):
        yield from _unlike(kind, given, file, line)


def _wrong_value(kind: str, name: str, said: Any, file: str, line: int) -> Iterator[Fault]:
    if kind == KEY:
        yield from _wrong_key(name, said, file, line)
    elif kind == KEYS:
        if not isinstance(said, list) or not said:
            yield Fault(file, line, name, "要列出至少一个指标。", f'请写 {name} = ["…", "…"]。')
            return
        for one in said:
            yield from _wrong_key(name, one, file, line)
    elif kind in (NUMBER, WHOLE):
        if not _number(said) or (kind == WHOLE and not isinstance(said, int)):
            yield Fault(file, line, name, f"「{said}」不是{'整' if kind == WHOLE else ''}数。", f"请写 {name} = 1。")
    elif not isinstance(said, str) or not said.strip() or len(said) > 300:
        yield Fault(file, line, name, "要写成一句话，最多 300 字。", f'请写 {name} = "…"。')


def _wrong_key(name: str, said: Any, file: str, line: int) -> Iterator[Fault]:
    if not isinstance(said, str) or said not in known():
        hint = _near(str(said), known())
        yield Fault(file, line, name, f"没有名为「{str(said)[:60]}」的指标。", f"{hint}可用的见数字台账。")


def _unlike(kind: Family, given: Mapping[str, Any], file: str, line: int) -> Iterator[Fault]:
    """Figures that are to be equal or added are counted in one measure (人次与人不可相比)."""
    keys = [key for name in kind.alike for key in _listed(given.get(name)) if key in known()]
    units = {_measure(known()[key].unit): known()[key].unit for key in keys}
    if len(units) > 1:
        listed = "与".join(sorted(units.values()))
        yield Fault(file, line, "", f"所列指标的量词不同({listed})，不能相比。", "请只列同一量词的指标。")


def _listed(said: Any) -> list[str]:
    return [said] if isinstance(said, str) else [one for one in said or () if isinstance(one, str)]


def _measure(unit: str) -> str:
    """What a measure word counts: things and persons each have several words that count alike, events have not."""
    found = Tables.default().measure.get(unit)
    return unit if found is None or found.dimension == "visit" else found.dimension


def _number(said: Any) -> bool:
    try:
        return not isinstance(said, bool) and Decimal(str(said)).is_finite()
    except InvalidOperation:
        return False


def _near(said: str, names: Mapping[str, Any]) -> str:
    found = difflib.get_close_matches(said, list(names), n=1, cutoff=0.6)
    return f"是否为「{found[0]}」？" if found else ""


def _line_of(text: str, family: str, number: int) -> int:
    """The line of the n-th table of a family; 1 where it is written in another way."""
    lines = [n for n, line in enumerate(text.splitlines(), 1) if (found := _HEADING.match(line)) and found[1] == family]
    return lines[number] if number < len(lines) else 1


def _line_within(text: str, start: int, name: str) -> int:
    """The line of a field in the table that begins at `start`."""
    for number, line in enumerate(text.splitlines()[start:], start + 1):
        if _HEADING.match(line):
            break
        if line.split("=", 1)[0].strip().strip('"') == name:
            return number
    return start
