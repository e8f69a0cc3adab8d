"""Tags for pages that speak of the ledger: figures within printed text, periods, definitions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django import template
from django.utils.functional import Promise as StrPromise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.indicators import trace
from shichen.indicators.catalogue import FACET_VALUES, FACETS
from shichen.indicators.declare import SORTS_ZH, Sort, known
from shichen.indicators.models import Figure
from shichen.journal.models import Entry
from shichen.web import corrections, sentences, words
from shichen.web.templatetags.shichen import lang, zh

register = template.Library()


@register.simple_tag
def figured(figure: Figure, text: str, disputed: Collection[str] = (), entry: Entry | None = None) -> SafeString:
    """A number in running text as a link to what it rests on; its line tells computed from stated, a mark what is open."""
    href = f"/figures/{figure.pk}/"
    said = [name_of(figure), figure.get_basis_display(), trace.spoken(trace.period_of(figure))]
    class_ = f"fig is-{figure.basis}"
    asked = SafeString("")
    if figure.replaced:
        door = corrections.door(figure, entry)
        asked = door.mark
        if not door.announced:
            said, class_ = [*said, _("已更正")], f"{class_} is-corrected"
    if href in disputed:
        said, asked = [*said, _("待核")], asked + format_html('<sup class="asked">{}</sup>', _("待核"))
    if not figure.complete:
        said, asked = [*said, _("数据不完整")], asked + format_html('<sup class="asked">{}</sup>', _("数据不完整"))
    title = " · ".join(said)
    link = '<a class="{}" href="{}" data-fig="{}" title="{}">{}</a>{}'
    return format_html(link, class_, href, figure.pk, title, text, asked)


@register.simple_tag
def corrected(figure: Figure) -> SafeString:
    """The mark of a corrected figure: the number of the correction and what it now is, as a link to why."""
    return corrections.door(figure).mark


@register.filter
def mark_name(one: dict[str, str]) -> str:
    """Which number of a chart was corrected: its day and its name."""
    name = one["name_en"] if words.english() else one["name"]
    return f"{words.day(date.fromisoformat(one['day']))} {name}"


@register.filter
def name_of(figure: Figure) -> str:
    """What a figure is called: its indicator, or the words of the statement where it has none."""
    one = known().get(figure.key)
    if one is not None:
        return words.called(one)
    return figure.statement.subject if figure.statement is not None and figure.statement.subject else _("未归指标")


@register.filter
def spoken(figure: Figure) -> str:
    return trace.spoken(trace.period_of(figure))


@register.filter
def convention(figure: Figure) -> str:
    return trace.convention(trace.period_of(figure))


@register.filter
def bound(figure: Figure) -> str:
    """约, 不少于, 不多于: how a value is hedged."""
    hedges = ((figure.about, _("约")), (figure.at_least, _("不少于")), (figure.at_most, _("不多于")))
    return (" " if words.english() else "").join(word for said, word in hedges if said)


@register.filter
def sort_name(sort: str) -> str:
    return sentences.said(SORTS_ZH[Sort(sort)]) if sort in set(Sort) else sort


@register.simple_tag
def defined(definition: str) -> SafeString:
    """A definition in paragraphs, each in its own language; the language of the page comes first."""
    parts = [part for part in definition.split("\n\n") if part.strip()]
    ordered = sorted(parts, key=lambda part: words.chinese(part))
    return format_html_join("", "<p{}>{}</p>", ((lang(part), part) for part in ordered))


@register.filter
def meaning(definition: str) -> str:
    """A definition in the language of the page, where it is written in both: Chinese first, English after a blank line."""
    said, _blank, second = definition.partition("\n\n")
    return second if second and words.english() else said


@register.filter
def facet_name(facet: str) -> str | StrPromise:
    return FACETS.get(facet, facet)


@register.filter
def facet_value(value: str, facet: str) -> SafeString | StrPromise | str:
    """A facet's value in words where the house gave it one; a name that people gave stays what it is."""
    return FACET_VALUES.get((facet, value)) or zh(value)


@register.filter
def at(given: dict[str, str], name: str) -> str:
    return given.get(name, "")


@register.filter
def share(part: Decimal, whole: Decimal) -> int:
    """A part in hundredths of the largest, for the length of its bar."""
    return int(part * 100 / whole) if whole else 0
