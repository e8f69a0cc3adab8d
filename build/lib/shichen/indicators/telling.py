"""Telling figures in a sentence: a template whose slots are figures becomes a log entry with every number bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from django.db import transaction

from shichen.city.models import Account
from shichen.indicators import services
from shichen.indicators.models import Figure
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.refusal import Refusal


@transaction.atomic
def tell(said: Said, figures: Mapping[str, Figure], *, by: Account) -> Entry:
    """Write an entry whose text holds slots like {traffic.posts}; each prints its figure and leads to it."""
    text, spans = composed(said.text, figures)
    entry = journal.write(replace(said, text=text), by=by)
    services.bind(entry, spans)
    return entry


def composed(template: str, figures: Mapping[str, Figure]) -> tuple[str, list[tuple[Figure, int, int]]]:
    """The template with its slots filled, and where in it each figure stands. Raises Refusal for a slot without figure."""
    text, spans, rest = "", [], template
    while "{" in rest:
        before, _, after = rest.partition("{")
        slot, closed, rest = after.partition("}")
        if not closed or slot not in figures:
            raise Refusal(f"句式里的「{{{slot}}}」没有对应的数字。", field="text")
        printed = quantity(figures[slot].value, figures[slot].unit)
        text += before
        spans.append((figures[slot], len(text), len(text) + len(printed)))
        text += printed
    return text + rest, spans


def quantity(value: Decimal | None, unit: str) -> str:
    """A value with its measure word as official prose prints it: no separators, declared decimals, never an empty 0."""
    if value is None:
        raise Refusal("没有数值的数字不能写进文稿；未报不等于 0。")
    return plain(value) + unit


def plain(value: Decimal) -> str:
    """Digits without separators and without trailing noughts after the point."""
    text = f"{value.normalize():f}"
    return "0" if text == "-0" else text
