"""What a measure is called on pages: its own name, and in English its English one or that of its class."""

from __future__ import annotations

from shichen.registers.measures.classes import called
from shichen.registers.measures.models import Measure
from shichen.web import words
from shichen.web.sentences import said


def named(one: Measure) -> str:
    """In English a measure without an English name keeps its own where its class has no English either."""
    return in_words(one.label, one.label_en, one.kind)


def in_words(label: str, label_en: str, kind: str) -> str:
    """The name of a measure in the language of the page, of plain values."""
    if not words.english() or not words.chinese(label):
        return label
    of_class = said(called(kind))
    return label_en or (label if words.chinese(of_class) else of_class)
