"""Filters for pages about editions: places and spans in words, what a digest begins with, where a refusal leads."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.documents.official.paper import Table
from shichen.documents.official.reading import stretches
from shichen.indicators.models import Figure
from shichen.indicators.templatetags.ledger import figured
from shichen.publications import drawing, places
from shichen.publications.editions import outgoing as editions
from shichen.publications.editions import progress
from shichen.publications.editions.desk_views import desk_of
from shichen.publications.editions.editing import BLANK, DRAFT, RELEASED, REVIEWED, UNTREATED
from shichen.publications.items import Item
from shichen.publications.models import Edition
from shichen.publications.papers import figuring
from shichen.web import sentences, words

register = template.Library()


@register.simple_tag(takes_context=True)
def news(context: Context, item: Item) -> SafeString:
    """An item as the day page prints it. It stands twice, for a wide and a narrow window, and is worked out once."""
    held: dict[int, SafeString] = context["printed"]
    if item.entry.seq not in held:
        held[item.entry.seq] = drawing.passage(item, item.led, context["disputed"], whole_days=True)
    return held[item.entry.seq]


@register.simple_tag(takes_context=True)
def passage(context: Context, item: Item) -> SafeString:
    """An item as the chronicle and the desks of editors print it."""
    return drawing.passage(item, item.pieces, context.get("disputed") or ())


@register.simple_tag
def with_figures(text: str, figures: dict[str, Figure]) -> SafeString:
    """The words of an official document, its tables as tables, its figures as links to what they rest on."""
    parts = ((_table(one, figures) if isinstance(one, Table) else _linked(one, figures),) for one in stretches(text))
    return format_html_join("", "{}", parts)


def _table(table: Table, figures: dict[str, Figure]) -> SafeString:
    rows = []
    for at, row in enumerate(table.rows):
        cell = "<td>{}</td>" if at else '<th scope="col">{}</th>'
        rows.append((format_html_join("", cell, ((_linked(one, figures),) for one in row)),))
    return format_html('<table class="list">{}</table>', format_html_join("", "<tr>{}</tr>", rows))


def _linked(text: str, figures: dict[str, Figure]) -> SafeString:
    found = figuring.pieces(text, figures)
    return format_html_join("", "{}", ((figured(one.figure, one.text) if one.figure else one.text,) for one in found))


@register.filter
def slot(figure: Figure) -> str:
    """How a figure is written into an official document."""
    return figuring.slot(figure)


@register.filter
def figure_says(figure: Figure) -> str:
    """What a figure prints in an official document."""
    return figuring.says(figure)


@register.filter
def place_name(place: str) -> str:
    """A place in words: 午时 指挥调度, 2月9日; in English Wu · Command, 9 February."""
    if places.SEPARATOR not in place:
        return words.day(date.fromisoformat(place))
    watch, column = places.split(place)
    return f"{words.watch(watch)} · {sentences.said(column)}" if words.english() else places.named(place)


@register.filter
def day_number(place: str) -> str:
    """A date in a grid of weeks: the day, at the beginning of a month with the month."""
    on = date.fromisoformat(place)
    return f"{on.month}.{on.day}" if on.day == 1 else str(on.day)


@register.filter
def state_name(state: str) -> str:
    """What state a place of an edition is in."""
    names = {
        UNTREATED: _("未处理"),
        BLANK: _("空(已确认)"),
        DRAFT: _("草稿"),
        REVIEWED: _("已审"),
        RELEASED: _("已发布"),
    }
    return names[state]


@register.filter
def span_name(edition: Edition) -> str:
    """Of which day, or from which day to which, an edition is."""
    year = edition.first.year
    first = f"{words.day(edition.first)} {year}" if words.english() else f"{year}年{words.day(edition.first)}"
    return first if edition.first == edition.last else f"{first}—{words.day(edition.last)}"


@register.filter
def edition_name(edition: Edition) -> str:
    """What an edition is called: 日版 2020年2月2日 第1版."""
    return f"{sentences.said(edition.get_kind_display())} {span_name(edition)} {ordinal(edition)}"


@register.filter
def ordinal(edition: Edition) -> str:
    return _("第%(n)s版") % {"n": edition.number}


@register.filter
def short(digest: str) -> str:
    """The beginning of a digest, enough to compare by eye."""
    return digest[:12]


@register.filter
def leads(field: str) -> str:
    """Where a refusal leads to, if its field is an address."""
    return field if field.startswith("/") else ""


@register.filter
def permanent(edition: Edition) -> str:
    return editions.href(edition)


@register.filter
def desk(edition: Edition) -> str:
    return desk_of(edition.kind, edition.first, edition.last)


@register.filter
def steps(edition: Edition) -> list[progress.Step]:
    return progress.steps(edition)


@register.filter
def figure_count(edition: Edition) -> int:
    return progress.figures(edition)


@register.filter
def countdown(edition: Edition, at: datetime) -> str:
    return progress.countdown(edition, at)
