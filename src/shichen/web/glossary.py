"""The terms of the house (术语), read from docs/glossary.csv of the checkout, or from the copy in the package."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PLACES = (Path(__file__).parents[3] / "docs" / "glossary.csv", Path(__file__).with_name("glossary.csv"))


@dataclass(frozen=True)
class Term:
    """A term in both languages, its name in the code, and what it means."""

    zh: str
    en: str
    code: str
    meaning: str


@cache
def terms() -> tuple[Term, ...]:
    """The terms in the order of the file; none where there is no file."""
    path = next((place for place in PLACES if place.is_file()), None)
    if path is None:
        return ()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        return tuple(Term(row["zh"], row["en"], row.get("code", ""), row.get("meaning", "")) for row in rows)
