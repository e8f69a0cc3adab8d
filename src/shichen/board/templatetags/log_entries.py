"""Filters on an entry of the log: where its figures stand, whether it is struck or important."""

from __future__ import annotations

from django import template

from shichen.board import entries
from shichen.journal.models import Entry, Mark
from shichen.web.corrections import Door, door

register = template.Library()


@register.filter
def spans(entry: Entry) -> list[tuple[int, int, Door]]:
    return [(use.start, use.end, door(use.figure)) for use in entry.uses.all()]


@register.filter
def struck_by(entry: Entry) -> Mark | None:
    return entries.struck_by(entry)


@register.filter
def is_significant(entry: Entry) -> bool:
    return any(mark.kind == Mark.Kind.SIGNIFICANT for mark in entry.marks.all())
