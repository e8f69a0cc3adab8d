"""Numbers with their measure words as they stand in the text, before anyone asks what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import re2

from shichen.prose import numerals
from shichen.prose.bounds import bound
from shichen.prose.drafts import Quantity
from shichen.prose.nonfigures import Span
from shichen.prose.tables import Measure, Tables

# `re` and not RE2: each alternative is one run without a choice, so that nothing is tried twice; and it matches often
_START = re.compile(
    r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|百分之[零一二三四五六七八九十百两点]+|[〇零一二两三四五六七八九十百千万亿]+"
)
_PAIRS = re2.compile(r"(?:[\p{Han}]{2,8}[0-9]{1,6}[ 、]?){2,}")
_RANGE = ("-", "—", "~", "～", "–", "至", "到")
_LOOSE = ("余", "多", "来")
_NOT_MEASURES = (
    "本市",
    "本省",
    "本县",
    "本区",
    "本地",
    "本院",
    "本国",
    "本土",
    "台湾",
    "台州",
    "部门",
    "人民医院",
    "路口",
)
_FUNCTION = frozenset("地的了着是在就也都又还而并与及和之于,。;:!?、)”》")
_ONE = frozenset("名位例辆家座所台架对户艘栋支间张起人条项份批件种套部个男子女子")


class _Number(NamedTuple):
    value: Decimal | None
    end: int
    digits: bool
    loose: bool
    scaled: bool


class Scanner:
    """Reads the quantities of one paragraph, leaving what the non-figures cover."""

    def __init__(self, text: str, spans: Sequence[Span], tables: Tables) -> None:
        self.text, self.tables = text, tables
        self.covered = bytearray(len(text) + 1)
        for span in spans:
            self.covered[span.start : span.end] = b"\x01" * (span.end - span.start)
        self.flags: list[str] = []

    @cached_property
    def pairs(self) -> bytearray:
        """1 for each character of a run of names and numbers (东城26西城12)."""
        pairs = bytearray(len(self.text) + 1)
        for match in _PAIRS.finditer(self.text):
            start, end = match.span()
            pairs[start:end] = b"\x01" * (end - start)
        return pairs

    def scan(self) -> Iterator[Quantity]:
        """Every quantity, from left to right."""
        done = 0
        for match in _START.finditer(self.text):
            start, stop = match.span()
            if start < done:
                continue
            for begin, end in self._open(start, stop):
                quantity = self._quantity(begin, end)
                if quantity is not None:
                    yield quantity
                    done = quantity.end

    def _open(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """The parts of a numeral run that no non-figure covers."""
        end = start
        while (begin := self.covered.find(0, end, stop)) >= 0:
            covered = self.covered.find(1, begin, stop)
            end = covered if covered >= 0 else stop
            yield begin, end

    def _quantity(self, start: int, end: int) -> Quantity | None:
        first = self._number(start, end)
        if first is None or first.value is None:
            return None
        ranged = self._ranged(first)
        last = ranged or first
        measure, measure_end = self._measure(last.end)
        if self.text.startswith("百分之", start):
            measure, measure_end = self.tables.measure["%"], last.end
        if not self._counts(start, first, measure, measure_end):
            return None
        loose = last.loose
        if self._loose_after(measure, measure_end):
            loose, measure_end = True, measure_end + 1
        quantity = Quantity(start, measure_end, first.value, measure.word if measure else "", first.digits)
        quantity.number_end = first.end
        if ranged is not None and ranged.value is not None:
            quantity.low, quantity.high = first.value, ranged.value
        elif loose or (measure is not None and "多" in measure.word):
            quantity.low = first.value
        bound(self.text, quantity)
        return quantity

    def _loose_after(self, measure: Measure | None, index: int) -> bool:
        """5年多, 3个余; but not the 多 of 两家多功能厅."""
        if measure is None or measure.dimension not in ("duration", "money", "count", "length", "area"):
            return False
        following = self.text[index + 1 : index + 2]
        return self.text[index : index + 1] in ("余", "多") and following not in tuple("功种样方名处次家")

    def _number(self, start: int, end: int) -> _Number | None:
        text = self.text
        if text.startswith("百分之", start):
            return _Number(self._percent(text[start + 3 : end]), end, False, False, True)
        if text[start].isdigit():
            return self._printed(start, end)
        if start and text[start - 1].isdigit():
            return None
        value = numerals.chinese(text[start:end])
        return self._loosened(value, end, False, end - start > 1)

    def _percent(self, words: str) -> Decimal | None:
        head, point, tail = words.partition("点")
        whole = numerals.chinese(head)
        if whole is None or not point:
            return whole
        decimals = "".join(str(numerals.DIGITS.get(character, "")) for character in tail)
        return Decimal(f"{whole}.{decimals}") if decimals else whole

    def _printed(self, start: int, end: int) -> _Number | None:
        total = numerals.digits(self.text[start:end])
        if total is None:
            self.flags.append("numeral_too_long")
            return None
        stop, scale = self._scale(end)
        if scale == 1:
            return self._loosened(total, stop, True, False)
        total *= scale
        part = self._more(stop, scale)
        while part is not None:
            stop, scale, more = part
            total += more
            part = self._more(stop, scale)
        return self._loosened(numerals.whole(total), stop, True, scale > 1)

    def _scale(self, index: int) -> tuple[int, Decimal]:
        """The scale after digits; it may not take the first character of a measure (3千瓦, 5千克)."""
        scale, text = Decimal(1), self.text
        while index < len(text) and text[index] in numerals.SCALES and not self.covered[index]:
            if len(self.tables.measure_words.at(text, index)) > 1:
                break
            scale *= numerals.SCALES[text[index]]
            index += 1
        return index, scale

    def _more(self, index: int, scale: Decimal) -> tuple[int, Decimal, Decimal] | None:
        """The next part of a number such as 3万5千 or 1亿2000万: digits of a smaller scale right after a scale."""
        if scale <= 1 or not self.text[index : index + 1].isdigit():
            return None
        stop = index
        while stop < len(self.text) and self.text[stop].isdigit() and stop - index < numerals.MAX_DIGITS:
            stop += 1
        end, smaller = self._scale(stop)
        value = Decimal(self.text[index:stop]) * smaller
        return (end, smaller, value) if value < scale and smaller < scale else None

    def _loosened(self, value: Decimal | None, end: int, digits: bool, scaled: bool) -> _Number:
        """余, 多, 来 after the number, and a scale after them (30多万)."""
        text = self.text
        if value is None or text[end : end + 1] not in _LOOSE or not (scaled or value % 10 == 0):
            return _Number(value, end, digits, False, scaled)
        stop, scale = self._scale(end + 1)
        if self._measure(stop)[0] is None and scale == 1:
            return _Number(value, end, digits, False, scaled)
        return _Number(value * scale, stop, digits, True, True)

    def _ranged(self, first: _Number) -> _Number | None:
        """The upper end of a range that prints its measure once: 3-5台, 57至80岁."""
        text, index = self.text, first.end
        if not text.startswith(_RANGE, index) or self._measure(index)[0] is not None:
            return None
        stop = index + 1
        match = _START.match(text, stop) if stop < len(text) else None
        if match is None or self.covered[stop]:
            return None
        second = self._number(stop, match.end())
        if second is None or second.value is None or first.value is None or second.value <= first.value:
            return None
        return second if self._measure(second.end)[0] is not None else None

    def _measure(self, index: int) -> tuple[Measure | None, int]:
        while self.text.startswith(" ", index):
            index += 1
        word = self.tables.measure_words.at(self.text, index)
        if not word or self.covered[index] or self.text.startswith(_NOT_MEASURES, index):
            return None, index
        return self.tables.measure[word], index + len(word)

    def _counts(self, start: int, number: _Number, measure: Measure | None, end: int) -> bool:
        """Whether this is a quantity at all: a Chinese numeral needs a measure, bare digits a place of their own."""
        if measure is None:
            return number.digits and self._bare(start, number)
        if number.digits:
            return measure.weak != "noun" and not (measure.weak == "weak" and self._weakly(end))
        if number.value == 1 and number.end - start == 1:
            return self._one(start, measure, end)
        if measure.weak == "weak":
            return self._enumerates(start)
        return True

    def _weakly(self, end: int) -> bool:
        return self.text[end : end + 1].isdigit()

    def _one(self, start: int, measure: Measure, end: int) -> bool:
        """一 counts before a noun (一家宾馆), hardly elsewhere (一家人, 一天)."""
        if measure.weak or measure.word not in _ONE:
            return measure.dimension in ("case", "visit") and measure.word != "次"
        following = self.text[end : end + 1]
        if not following or following in _FUNCTION or following in numerals.CHINESE:
            return measure.word in ("人", "例", "名", "位") and following not in numerals.CHINESE
        if measure.word == "家" and following in "人口":
            return False
        return not (start and self.text[start - 1] in "每第同另某唯统专任哪这那")

    def _enumerates(self, start: int) -> bool:
        """三地 and 两校 count where a clause or a list of places ends in them."""
        head = self.text[max(0, start - 12) : start]
        return not head or head[-1] in ",。;:!? " or "、" in head

    def _bare(self, start: int, number: _Number) -> bool:
        """Digits without a measure count at the end of a clause, in a run of names, or as a quoted or closing 0."""
        text, end = self.text, number.end
        before, after = text[max(0, start - 1) : start], text[end : end + 1]
        if before in ("“", '"') and after in ("”", '"'):
            return True
        before = self._word_before(start)
        named = "一" <= before <= "龥"
        if number.scaled or (self.pairs[start] and self.pairs[end - 1]):
            return named
        closing = after in ("", ",", "。", ";", "、", ")", "!", "(")
        return closing and named and before not in "第约号楼栋座室日月年时点至到" and end - start <= 9

    def _word_before(self, start: int) -> str:
        """The character before a number, past the colon and the blank of 确诊: 291."""
        index = start - 1
        while index > 0 and self.text[index] in ": ":
            index -= 1
        return self.text[index] if index >= 0 else ""
