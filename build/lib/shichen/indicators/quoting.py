"""The words that a stated figure rests on (原句): its sentence within the report that was sent in, or the entry of the log."""

from __future__ import annotations

from dataclasses import dataclass

from shichen.indicators.models import Statement
from shichen.intake import texts
from shichen.intake.models import Envelope
from shichen.journal.models import Entry
from shichen.keys import KeyGone
from shichen.refusal import Refusal
from shichen.web.masking import masked

AROUND = 160  # characters of the report shown on either side of the sentence


@dataclass(frozen=True)
class Quote:
    """The words of the report around a stated number, with the number apart (原句与所标数字)."""

    before: str
    opening: str
    number: str
    closing: str
    after: str


def quote(statement: Statement, source: Envelope | Entry | None) -> Quote:
    """The sentence of a statement within its text; the sentence alone where that cannot be opened any more."""
    at = _place(statement)
    opening, closing = statement.sentence[:at], statement.sentence[at + len(statement.raw) :]
    text = _text(source)
    end = statement.sentence_start + len(statement.sentence)
    if text[statement.sentence_start : end] != statement.sentence:
        return Quote("", opening, statement.raw, closing, "")
    before = text[max(0, statement.sentence_start - AROUND) : statement.sentence_start]
    return Quote(before, opening, statement.raw, closing, text[end : end + AROUND])


def _place(statement: Statement) -> int:
    """Where in its sentence the number stands: where its span says, else where it is found."""
    at, raw = statement.start - statement.sentence_start, statement.raw
    if statement.sentence[at : at + len(raw)] == raw:
        return at
    found = statement.sentence.find(raw)
    return found if found >= 0 else len(statement.sentence)


def address(statement: Statement) -> str:
    """Where the words of a statement can be read: what was sent in, or the entry of the log."""
    if statement.envelope is not None:
        return f"/envelopes/{statement.envelope}/"
    return f"/log/{statement.entry_id}/" if statement.entry_id else ""


def _text(source: Envelope | Entry | None) -> str:
    if source is None:
        return ""
    if isinstance(source, Entry):
        return masked(source.text)
    try:
        return masked(texts.text_in(source))
    except (KeyGone, Refusal):  # erased on time, or never a text: the sentence stays
        return ""
