"""Filters on an entry of the log: where its figures stand, whether it is struck or important."""

from __future__ import annotations

from datetime import datetime

from django import template

from shichen.board import telling, topics
from shichen.board.telling import Takes, held
from shichen.journal.models import Entry, Mark
from shichen.web.corrections import Door, Proposed, door

register = template.Library()


@register.filter
def spans(entry: Entry, takes: Takes | None = None) -> list[tuple[int, int, Door | Proposed]]:
    """The figures that an entry prints, and the numbers in it that might be some; each leads to where `takes` may take it."""
    printed: list[tuple[int, int, Door | Proposed]] = [
        (use.start, use.end, door(use.figure, entry)) for use in held(entry, "uses")
    ]
    return printed + telling.proposed(entry, takes)


@register.filter
def topic_name(topic: str) -> str:
    return topics.called(topic)


@register.filter
def due(entry: Entry) -> datetime | None:
    return telling.due(entry)


@register.filter
def followed_by(entry: Entry) -> Mark | None:
    return telling.followed_by(entry)


@register.filter
def struck_by(entry: Entry) -> Mark | None:
    return telling.struck_by(entry)


@register.filter
def is_significant(entry: Entry) -> bool:
    return any(mark.kind == Mark.Kind.SIGNIFICANT for mark in held(entry, "marks"))
