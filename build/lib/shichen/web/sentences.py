"""What lower rooms and the records themselves say in Chinese alone, said in the language of the page.

The rooms without pages speak one language, and so do sentences that are kept (why a row was rejected, what became of a
report). Words are looked up among the messages, sentences in `sentences.csv`: Chinese with {} for what it names, and
the English with the same blanks.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import re2
from django.utils import translation
from django.utils.translation import gettext, pgettext

from shichen.sheets.fields import Field
from shichen.web import words

TABLE = Path(__file__).with_name("sentences.csv")
OF_A_DAY = "一天"  # the context in which 时辰 is a watch
BLANK, QUOTES = "{}", ("“", "「")
_DAY = re2.compile("(1[0-2]|[1-9])月([12][0-9]|3[01]|[1-9])日")


@dataclass(frozen=True)
class Sentence:
    """A sentence with blanks in both languages; `landmark` are its longest words without a blank.

    What stands between quotes is said as it was put in, unless it is a word of the house.
    """

    pattern: Any
    landmark: str
    english: str
    quoted: tuple[bool, ...]

    def filled(self, blanks: Iterable[str]) -> str:
        pairs = zip(blanks, self.quoted, strict=True)
        return self.english.format(*(said(blank) if quoted else _named(blank) for blank, quoted in pairs))


def said(text: str) -> str:
    """A word or sentence of the house in the language of the page; what has no English stays as it is."""
    if not words.chinese(text):
        return text
    known = gettext(text)
    return known if known != text else _of_the_table(text)


def english(text: str) -> str:
    """A word of the house in English, whatever the page speaks."""
    with translation.override("en"):
        return said(text)


def headed(fields: Iterable[Field]) -> list[Field]:
    """Fields whose headings are in the language of the page."""
    return [replace(one, label=_heading(one.label)) for one in fields]


def _heading(label: str) -> str:
    """The heading of a column; 时辰 is a watch of the day there, not the name of the house."""
    known = pgettext(OF_A_DAY, label)
    return known if known != label else said(label)


def _of_the_table(text: str) -> str:
    for one in table():
        found = one.pattern.fullmatch(text) if one.landmark in text else None
        if found:
            return one.filled(found.groups())
    return text


def _named(text: str) -> str:
    """What fills a blank: a name, a label, a day, a list of them, or a sentence of its own."""
    dated = _DAY.sub(lambda found: f"{found[2]} {date(2020, int(found[1]), 1):%B} ", text).strip()
    return ", ".join(said(part) for part in dated.split("、"))


@cache
def table() -> tuple[Sentence, ...]:
    """The sentences, those with the most words of their own first, so that a general one takes nothing from them."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [(row["zh"], row["en"]) for row in csv.DictReader(file, strict=True)]
    return tuple(_sentence(*row) for row in sorted(rows, key=lambda row: (-len(row[0].replace(BLANK, "")), row[0])))


def _sentence(chinese: str, english: str) -> Sentence:
    parts = chinese.split(BLANK)
    pattern = "((?s:.*?))".join(map(re2.escape, parts))
    quoted = tuple(part.endswith(QUOTES) for part in parts[:-1])
    return Sentence(re2.compile(pattern), max(parts, key=len), english, quoted)
