"""Paragraphs cut into entries: runs of sentences with one reporting unit."""

from __future__ import annotations

from dataclasses import dataclass, field

from shichen.prose.layout import Paragraph
from shichen.prose.sentences import Stretch, sentences
from shichen.prose.units import Unit, Units


@dataclass(slots=True)
class Run:
    """The sentences of an entry while it is being put together, by clean offsets of its paragraph."""

    sentences: list[Stretch]
    unit: Unit | None = None
    flags: list[str] = field(default_factory=list)

    @property
    def start(self) -> int:
        return self.sentences[0].start

    @property
    def end(self) -> int:
        return self.sentences[-1].end


def runs(paragraph: Paragraph, inside: bytearray, units: Units, commanding: bool) -> list[Run]:
    """The entries of a paragraph: a new one opens only where another unit at least as strong reports.

    Sentences without a unit of their own go to the entry before, at the head of a paragraph to the one after.
    """
    text = paragraph.clean.text
    made: list[Run] = []
    for sentence in sentences(text, inside):
        start, end = sentence
        unit = units.of(text[start:end], inside[start:end], commanding)
        if unit is not None:
            unit = unit._replace(start=unit.start + start, end=unit.end + start)
        _place(made, sentence, unit)
    return made


def _place(made: list[Run], sentence: Stretch, unit: Unit | None) -> None:
    if not made:
        made.append(Run([sentence], unit))
        return
    last = made[-1]
    if unit is None or (last.unit is not None and not _opens(unit, last.unit)):
        last.sentences.append(sentence)
    elif last.unit is None or (last.unit.how == "generic" and unit.strength > 1):
        last.sentences.append(sentence)
        last.unit = unit
    else:
        made.append(Run([sentence], unit))


def _opens(unit: Unit, last: Unit) -> bool:
    """Whether a unit ends the entry of the one before: a different name, found at least as surely, and not 我市."""
    if unit.how == "generic" or unit.text == last.text:
        return False
    if unit.body is not None and last.body is not None and unit.body.body == last.body.body and last.text in unit.text:
        return False
    return unit.strength >= min(last.strength, 3)
