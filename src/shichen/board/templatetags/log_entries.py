"""Filters on an entry of the log: where its figures stand, whether it is struck or important."""

from __future__ import annotations

from typing import Any

from django import template

from shichen.board import entries
from shichen.journal.models import Entry, Mark

register = template.Library()


@register.filter
def spans(entry: Entry) -> list[tuple[int, int, Any]]:
    return [(use.start, use.end, use.figure_id) for use in entry.uses.all()]


@register.filter
def struck_by(entry: Entry) -> Mark | None:
    return entries.struck_by(entry)


@register.filter
def is_significant(entry: Entry) -> bool:
    return any(mark.kind == Mark.Kind.SIGNIFICANT for mark in entry.marks.all())
