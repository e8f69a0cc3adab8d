"""Figures into sentences: records worded as official prose, each number with its span and the figure it prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from shichen.prose.tables import Indicator
from shichen.refusal import Refusal

_HALF = str.maketrans("，；（）：", ",;():")
_BOUNDS = {"low": "不少于", "high": "不超过", "about": "约", "": ""}
SCOPES = ("", "全天共", "当天")
_HAPPENED, _STANDS, _TOTAL = "happened", "stands", "total"


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure to be worded: its indicator, its value, and the parts of it that stand in brackets behind it.

    `bound` is `low`, `high`, `about` or empty; `figure` identifies what the printed number is bound to; `place` names the
    place of a part that is counted like its whole (天元区15例).
    """

    indicator: Indicator
    value: Decimal
    cumulative: bool = False
    parts: tuple[Fact, ...] = ()
    bound: str = ""
    figure: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """The words that say of when a sentence speaks: before what happened, and before running totals and states."""

    during: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """A number in the text by its offsets, and the fact it prints."""

    start: int
    end: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences as they will stand on the page."""

    text: str
    numbers: tuple[Printed, ...]


@dataclass(slots=True)
class _Writer:
    """The text so far."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    numbers: list[Printed] = field(default_factory=list)

    def say(self, words: str) -> None:
        self.pieces.append(words)
        self.length += len(words)

    def number(self, fact: Fact, words: str) -> None:
        self.numbers.append(Printed(self.length, self.length + len(words), fact))
        self.say(words)


def realise(
    unit: str, facts: Sequence[Fact], *, scope: str = "", half: bool = False, when: When | None = None
) -> Prose:
    """The facts of one reporting unit: a sentence for what happened, one for how things stand, one for running totals.

    Counts of work stand after their noun (检查车辆149461台次), goods before it (20万只口罩); facts with one verb share it.
    With `half` the marks are half-width, as the newspaper page prints them.
    """
    if scope not in SCOPES:
        raise Refusal(f"没有“{scope}”这种范围词。", field="scope")
    writer, said = _Writer(), when or When()
    for sort, told in _sorted(facts, apart=when is not None):
        writer.say(said.during if sort == _HAPPENED else said.until)
        _sentence(writer, unit, {_HAPPENED: scope, _TOTAL: "累计"}.get(sort, ""), told)
    text = "".join(writer.pieces)
    return Prose(text.translate(_HALF) if half else text, tuple(writer.numbers))


def _sorted(facts: Sequence[Fact], *, apart: bool) -> Iterator[tuple[str, list[Fact]]]:
    """The facts by the sentence they stand in; how things stand has one of its own only where times are said."""
    for sort in (_HAPPENED, _TOTAL, _STANDS):
        told = [fact for fact in facts if _sort(fact, apart=apart) == sort]
        if told:
            yield sort, told


def _sort(fact: Fact, *, apart: bool) -> str:
    if _total(fact):
        return _TOTAL
    return _STANDS if apart and fact.indicator.kind == "stock" else _HAPPENED


def _total(fact: Fact) -> bool:
    """Whether a fact is told as a running total; what is 新增 cannot be one and has an indicator of its own for it."""
    noun = fact.indicator.noun
    if fact.cumulative and noun.startswith("新增"):
        raise Refusal(f"“{fact.indicator.name}”是当日数，累计请用累计指标。", field="cumulative")
    return fact.cumulative or noun.startswith("累计")


def _sentence(writer: _Writer, unit: str, opening: str, facts: Sequence[Fact]) -> None:
    writer.say(unit)
    for index, fact in enumerate(facts):
        before = facts[index - 1] if index else None
        joint = _joint(before, fact)
        writer.say(joint)
        shares = joint == "、"
        opened = opening if before is None or (opening == "累计" and not shares) else ""
        _fact(writer, fact, opened, shares)
    writer.say("。")


def _joint(before: Fact | None, fact: Fact) -> str:
    """、 within one verb, ； to another subject matter, else ，."""
    if before is None:
        return ""
    one, other = before.indicator, fact.indicator
    told = min(len(one.noun), len(other.noun)) > 2
    if told and one.verb and one.verb == other.verb and one.order == other.order and not before.parts:
        return "、"
    return "，" if one.id.partition(".")[0] == other.id.partition(".")[0] else "；"


def _fact(writer: _Writer, fact: Fact, opening: str, shares: bool) -> None:
    row = fact.indicator
    noun = row.noun.removeprefix("累计") if opening == "累计" else row.noun
    verb = "" if shares else row.verb
    if row.kind == "change":
        _change(writer, fact)
    elif row.order == "QN":
        writer.say(opening + verb)
        _quantity(writer, fact)
        writer.say(noun)
    else:
        writer.say(opening + verb + noun)
        _quantity(writer, fact)
    if fact.parts:
        _parts(writer, fact)


def _change(writer: _Writer, fact: Fact) -> None:
    """A change of nought is 持平, one below it 下降."""
    noun = fact.indicator.noun.removesuffix("上涨")
    if fact.value == 0:
        writer.say(noun)
        writer.number(fact, "持平")
        return
    writer.say(noun + ("上涨" if fact.value > 0 else "下降"))
    writer.number(fact, f"{plain(abs(fact.value))}%")


def _quantity(writer: _Writer, fact: Fact) -> None:
    writer.say(_BOUNDS[fact.bound])
    writer.number(fact, plain(fact.value) + fact.indicator.measure)


def _parts(writer: _Writer, fact: Fact) -> None:
    """40515辆（鄂籍24辆）, 61例（天元区15例、石峰区10例）: a part is named by what sets it apart from the whole."""
    writer.say("（")
    for index, part in enumerate(fact.parts):
        writer.say("、" if index else "")
        writer.say(part.place or _apart(part.indicator.noun, fact.indicator.noun))
        _quantity(writer, part)
    writer.say("）")


def _apart(part: str, whole: str) -> str:
    length = 0
    while length < min(len(part) - 1, len(whole)) and part[-length - 1] == whole[-length - 1]:
        length += 1
    return part[: len(part) - length]


def plain(value: Decimal) -> str:
    """A value in print: no separators, 万 only for whole thousands from ten thousand on, decimals as declared."""
    if value.is_nan() or value.is_infinite():
        raise Refusal("数值缺失，不能写成句子。", field="value")
    if value != value.to_integral_value():
        return format(value, "f")
    whole = int(value)
    if abs(whole) < 10_000 or whole % 1_000:
        return str(whole)
    tens, rest = divmod(abs(whole) // 1_000, 10)
    sign = "-" if whole < 0 else ""
    return f"{sign}{tens}.{rest}万" if rest else f"{sign}{tens}万"


def flattened(facts: Sequence[Fact], *, when: When | None = None) -> Iterator[Fact]:
    """The facts and their parts in the order they are printed."""
    for _, told in _sorted(facts, apart=when is not None):
        for fact in told:
            yield fact
            yield from fact.parts
