"""The terms of the house (术语) in both languages, read from glossary.csv beside this module."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shichen.web import words

FILE = Path(__file__).with_name("glossary.csv")


@dataclass(frozen=True)
class Term:
    """A term in both languages, its name in the code, and what it means in both."""

    zh: str
    en: str
    code: str
    meaning: str
    meaning_en: str

    @property
    def meant(self) -> str:
        """What it means, in the language of the page."""
        return self.meaning_en if words.english() else self.meaning


@cache
def terms() -> tuple[Term, ...]:
    """The terms in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(Term(**row) for row in csv.DictReader(file, strict=True))
