"""Tags and filters on an entry of the log: its line, its text with figures in it, whether it is due or gone on with."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from shichen.board import telling, topics
from shichen.board.line import Drawing
from shichen.board.telling import Takes
from shichen.journal.models import Entry, Mark
from shichen.web.corrections import Door, Proposed

register = template.Library()


@register.simple_tag
def line(drawing: Drawing, entry: Entry, pin: Mark | None = None, *, twice: bool = False) -> SafeString:
    return drawing.line(entry, pin, twice=twice)


@register.filter
def spans(entry: Entry, takes: Takes | None = None) -> list[tuple[int, int, Door | Proposed]]:
    return telling.spans(entry, takes)


@register.filter
def topic_name(topic: str) -> str:
    return topics.called(topic)


@register.filter
def due(entry: Entry) -> datetime | None:
    return telling.due(entry)


@register.filter
def followed_by(entry: Entry) -> Mark | None:
    return telling.followed_by(entry)
