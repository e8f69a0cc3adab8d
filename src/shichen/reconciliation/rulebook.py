"""The rules of what should agree (核对规则), as data: those of the house, and those that a post writes in its own home."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import re2
from django.conf import settings

from shichen.indicators import apart
from shichen.indicators.declare import known
from shichen.prose.tables import Tables

OURS = Path(__file__).with_name("rules.toml")
THEIRS = "reconciliation.toml"
KEY, KEYS, NUMBER, WHOLE, TEXT = "key", "keys", "number", "whole", "text"
ANYWHERE = {"reason": TEXT, "owner": TEXT}
_HEADING = re2.compile(r"^\s*\[\[\s*([^\]\s]+)\s*\]\]")
_LINE = re2.compile(r"at line ([0-9]+)")


@dataclass(frozen=True)
class Family:
    """A way in which figures should agree: what it is called, what a rule of it names, and the rule in words."""

    key: str
    zh: str
    en: str
    needs: Mapping[str, str]
    may: Mapping[str, str] = field(default_factory=dict)
    alike: tuple[str, ...] = ()  # these fields name figures that are counted in one measure

    @property
    def fields(self) -> dict[str, str]:
        return {**self.needs, **self.may, **ANYWHERE}


FAMILIES = {
    one.key: one
    for one in (
        Family(
            "part",
            "{part} 不大于 {whole}",
            "{part} is not larger than {whole}",
            {"part": KEY, "whole": KEY},
            alike=("part", "whole"),
        ),
        Family(
            "sum",
            "{parts} 之和等于 {whole}",
            "{parts} add up to {whole}",
            {"whole": KEY, "parts": KEYS},
            {"tolerance": NUMBER},
            alike=("whole", "parts"),
        ),
        Family(
            "same",
            "{left} 与 {right} 说的是同一件事，应相同",
            "{left} and {right} speak of one thing and are equal",
            {"left": KEY, "right": KEY},
            alike=("left", "right"),
        ),
        Family(
            "running",
            "累计 {cumulative} 等于 {flows} 各次之和",
            "the total {cumulative} is the sum of all its {flows}",
            {"cumulative": KEY, "flows": KEYS},
            alike=("cumulative", "flows"),
        ),
        Family(
            "step",
            "今日累计 {cumulative} 等于昨日累计加当日 {flow}[，减 {down}]",
            "today's {cumulative} is yesterday's and the day's {flow}[, less {down}]",
            {"cumulative": KEY, "flow": KEY},
            {"down": KEY},
            alike=("cumulative", "flow", "down"),
        ),
        Family(
            "flow",
            "当期 {flow} 不大于其累计[ {cumulative}]",
            "the day's {flow} is not larger than its total[ {cumulative}]",
            {"flow": KEY},
            {"cumulative": KEY},
        ),
        Family(
            "areas", "各下级区域的 {key} 之和等于上级区域", "the areas within an area add up to its {key}", {"key": KEY}
        ),
        Family(
            "change",
            "{level} 由 {change} 推出的前一日，与所存相符",
            "yesterday's price as {level} and {change} imply it is the one on record",
            {"level": KEY, "change": KEY},
            {"tolerance": NUMBER},
        ),
        Family(
            "rate",
            "{rate} 印到 {decimals} 位小数，要有足够的样本",
            "{rate}, printed with {decimals} decimals, has a sample large enough",
            {"rate": KEY, "decimals": WHOLE},
        ),
        Family(
            "ratio",
            "{over} 与 {under} 之比[不小于 {least}][、不大于 {most}]",
            "{over} to {under} is[ at least {least}][, at most {most}]",
            {"over": KEY, "under": KEY},
            {"least": NUMBER, "most": NUMBER},
        ),
        Family(
            "between",
            "{key} [不小于 {least}][、不大于 {most}]",
            "{key} is[ at least {least}][, at most {most}]",
            {"key": KEY},
            {"least": NUMBER, "most": NUMBER},
        ),
        Family(
            "repeat",
            "{key} 的同一数值不落在两个日期",
            "one value of {key} does not stand under two dates",
            {"key": KEY},
        ),
        Family(
            "overlap",
            "{left} 与 {right} 并列，永不相加",
            "{left} and {right} stand side by side and are never added",
            {"left": KEY, "right": KEY, "reason": TEXT},
        ),
        Family(
            "cover",
            "{stock} 按每日 {daily} 可供几天",
            "how many days {stock} lasts at {daily} a day",
            {"stock": KEY, "daily": KEY},
        ),
    )
}


@dataclass(frozen=True)
class Rule:
    """One rule: its family, what it names, and the file and line where it is written."""

    family: str
    given: Mapping[str, Any]
    file: str
    line: int
    house: bool = True

    def __getitem__(self, name: str) -> Any:
        return self.given[name]

    def number(self, name: str, default: str = "") -> Decimal | None:
        said = self.given.get(name, default)
        return Decimal(str(said)) if said != "" else None

    @property
    def reason(self) -> str:
        return str(self.given.get("reason", ""))

    @property
    def owner(self) -> str:
        return str(self.given.get("owner", ""))

    @property
    def keys(self) -> list[str]:
        """The figures that the rule names, in the order of the words that say it."""
        found = []
        for name, kind in FAMILIES[self.family].fields.items():
            said = self.given.get(name)
            found += [said] if kind == KEY and said else list(said or ()) if kind == KEYS else []
        return found


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


def rulebook() -> Rulebook:
    """The rules of the house and the right ones of the post. A wrong one is told, never a reason not to follow the others."""
    ours = _read(OURS, OURS.stat().st_mtime_ns, house=True)
    own = settings.HOME.path / THEIRS
    theirs = _read(own, own.stat().st_mtime_ns, house=False) if own.exists() else Rulebook((), ())
    return Rulebook(ours.rules + theirs.rules, ours.faults + theirs.faults)


@apart.source
def never_added() -> Iterator[apart.Apart]:
    """The pairs that rules say are never added."""
    for rule in rulebook().of("overlap"):
        yield apart.Apart(rule["left"], rule["right"], rule["reason"])


@cache
def _read(path: Path, changed: int, *, house: bool) -> Rulebook:
    return read(path.read_bytes(), path.name, house=house)


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
