"""Tags and filters of every template: figures as links, numbers, clocks, days, ages, watches."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen import watches
from shichen.web import corrections, sentences, texts, words
from shichen.web.corrections import Door, Proposed

register = template.Library()
_RUN = re.compile(rf"{words.CHINESE.pattern}(?:[^A-Za-z]*{words.CHINESE.pattern})*")


@register.simple_tag
def fig(figure: Any, text: str = "") -> SafeString:
    """A figure of the ledger as a link to what it rests on; `text` prints it otherwise than with separators.

    One that was corrected carries the mark of its correction.
    """
    return _piece(text or words.number(figure.value), corrections.door(figure))


@register.simple_tag
def fig_at(href: str, value: Any, key: str = "") -> SafeString:
    """A figure worked out now, as a link to its live trace; without a value it is a dash and no link."""
    if value is None:
        return format_html("<span>{}</span>", "—")
    return format_html('<a class="fig" href="{}" data-fig="{}">{}</a>', href, key, words.number(value))


@register.simple_tag
def bound(text: str, spans: Iterable[tuple[int, int, Any]]) -> SafeString:
    """A text in which every figure is a link: `spans` are (start, end, id of the figure or Door) in characters."""
    return format_html_join("", "{}", ((_piece(piece, figure),) for piece, figure in texts.pieces(text, spans)))


@register.filter
def said(text: Any) -> str:
    """A word or sentence that the house says in Chinese, in the language of the page."""
    return sentences.said(str(text))


@register.filter
def called(thing: Any) -> str:
    """The name of a place, a body or a figure in the language of the page, where it has one."""
    return words.called(thing) if thing else ""


@register.filter
def zh(text: Any) -> SafeString | str:
    """What people wrote in Chinese, marked as such on a page in another language, so that it is read out in Chinese."""
    plain = str(text)
    if not words.chinese(plain):
        return plain
    at, parts = 0, []
    for found in _RUN.finditer(plain):
        parts += [plain[at : found.start()], _chinese(found.group())]
        at = found.end()
    return format_html_join("", "{}", ((part,) for part in [*parts, plain[at:]]))


@register.filter
def lang(text: Any) -> SafeString | str:
    """The attribute of an element that holds what people wrote, where that is in another language than the page."""
    return format_html(' lang="{}"', words.ZH) if words.chinese(str(text)) else ""


@register.simple_tag
def options(offered: Iterable[Any], chosen: Any = None) -> SafeString:
    """The choices of a select, the chosen one selected: bodies, places, people by their key and name; or (value, word) pairs."""
    pairs = [one if isinstance(one, tuple) else (one.pk, one) for one in offered]
    return format_html_join(
        "\n", '<option value="{}"{}{}>{}</option>', (_option(value, named, chosen) for value, named in pairs)
    )


@register.simple_tag
def watch_options(chosen: str = "") -> SafeString:
    """The twelve watches with their hours, as choices of a select."""
    return options([(watch, words.watch_and_hours(watch)) for watch in watches.WATCHES], chosen)


@register.filter
def measure(unit: str) -> str:
    return words.measure(unit)


@register.filter
def teller(entry: Any) -> str:
    """Who told an entry: the name that was printed; elsewhere the body's name in the language of the page, if it has one."""
    return (entry.unit.name_en if words.english() else "") or str(entry.unit_text)


@register.filter
def label(entry: Any) -> str:
    """What a log entry is called: 申时-007, in English Shen-007."""
    return words.label(str(getattr(entry, "label", entry)))


@register.filter
def number(value: Decimal | int | float | str | None) -> str:
    """149461 as 149,461; nothing reported as a dash."""
    return words.number(value)


@register.filter
def clock(moment: datetime | None) -> str:
    return "" if moment is None else f"{watches.local(moment):%H:%M}"


@register.filter(name="moment")
def moment_(moment: datetime | None) -> str:
    return "" if moment is None else words.moment(moment)


@register.filter
def iso(moment: datetime | None) -> str:
    return "" if moment is None else watches.local(moment).isoformat(timespec="seconds")


@register.filter
def day_zh(day: date | None) -> str:
    return "" if day is None else words.day(day)


@register.filter
def watch(moment: datetime | None) -> str:
    return "" if moment is None else words.watch(watches.name(moment))


@register.filter
def watch_alone(character: str) -> str:
    return words.watch(character)


@register.filter
def hours_of(character: str) -> str:
    return words.hours_short(character)


@register.filter
def watch_name(character: str) -> str:
    """申 as 申时 with its hours; in English Shen (15:00–17:00)."""
    return words.watch_and_hours(character) if character in watches.WATCHES else character


def _option(value: Any, named: Any, chosen: Any) -> tuple[Any, ...]:
    name = said(words.called(named))
    return value, " selected" if value == chosen else "", lang(name), name


def _chinese(text: str) -> SafeString:
    return format_html('<span lang="{}">{}</span>', words.ZH, text)


def _piece(words_: str, figure: Any) -> SafeString:
    if figure is None:
        return conditional_escape(words_)
    if isinstance(figure, Proposed) and figure.href:
        link = '<a class="proposed" href="{}" title="{}" data-row-key="t">{}</a>'
        return format_html(link, figure.href, _("拟采数字：点开采入台账，或不采"), words_)
    if isinstance(figure, Proposed):
        return format_html('<u class="proposed" title="{}">{}</u>', _("拟采数字：尚未入台账"), words_)
    door = figure if isinstance(figure, Door) else Door(figure)
    link = '<a class="fig" href="/figures/{}/" data-fig="{}">{}</a>{}'
    return format_html(link, door.figure, door.figure, words_, door.mark)


@register.filter
def age(moment: datetime | None, at: datetime) -> str:
    """How long before `at` something was: 刚刚, 6分钟前, 3小时前, then the date."""
    return "" if moment is None else words.age(moment, at)
