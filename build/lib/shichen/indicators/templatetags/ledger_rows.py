"""The rows of the ledger's long tables, drawn in Python: a template takes three times as long over a hundred of them."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from shichen.indicators.catalogue import Line
from shichen.indicators.models import Figure
from shichen.indicators.templatetags import ledger
from shichen.records.reductions import Row
from shichen.web import words
from shichen.web.templatetags.shichen import fig, lang, zh

register = template.Library()
NOTHING = SafeString("")
SAID = 120  # characters of a definition


@register.simple_tag
def evidence_rows(rows: Iterable[Row]) -> SafeString:
    """The records that a figure rests on: what each says, where it stands, where it came from."""
    record, envelope = _("记录"), _("来件")
    return format_html_join("\n", "<tr>{}<td>{}{}</td></tr>", (_evidence(row, record, envelope) for row in rows))


def _evidence(row: Row, record: str, envelope: str) -> tuple[SafeString, SafeString, SafeString]:
    cells = [zh("" if cell is None else cell) for cell in row.cells.values()]
    if row.href and cells:
        first = next(iter(row.cells.values()))
        cells[0] = format_html('<a href="{}"{}>{}</a>', row.href, lang(first), first)
    return (
        format_html_join("", "<td>{}</td>", ((cell,) for cell in cells)),
        format_html('<a href="{}">{}</a>', row.href, record) if row.href else NOTHING,
        format_html(' <a href="/envelopes/{}/">{}</a>', row.envelope, envelope) if row.envelope else NOTHING,
    )


@register.simple_tag
def catalogue_rows(lines: Iterable[Line]) -> SafeString:
    """The figures by name: the last value of each in the ledger, its time, on what it rests, what it means."""
    return format_html_join("\n", "{}", ((_catalogued(line),) for line in lines))


def _catalogued(line: Line) -> SafeString:
    one, last = line.indicator, line.latest
    said = ledger.meaning(one.definition)
    return format_html(
        '<tr class="is-{}">\n<th scope="row"><a href="{}" data-row>{}</a><br><code>{}</code></th>\n<td class="n">{}</td>\n'
        '<td>{}</td>\n<td>{}<br><small>{}</small></td>\n<td class="said"{}>{}</td></tr>',
        "computed" if one.computed else "stated",
        reverse("live-figure", args=[one.key]),
        zh(words.called(one)),
        one.key,
        format_html('<span class="is-mut">{}</span>', words.DASH) if last is None else _value(last, line),
        NOTHING if last is None else _when(last),
        _("实算") if one.computed else format_html('<span class="is-mut">{}</span>', _("报称")),
        ledger.sort_name(one.sort),
        lang(said),
        Truncator(said).chars(SAID),
    )


def _value(last: Figure, line: Line) -> SafeString:
    said = _("台账 %(n)s 次以上") if line.more else _("台账 %(n)s 次") if line.count > 1 else ""
    often = format_html("<br><small>{}</small>", said % {"n": line.count}) if said else NOTHING
    return format_html("{}{} {}{}", ledger.bound(last), fig(last), zh(words.measure(last.unit)), often)


def _when(last: Figure) -> SafeString:
    return format_html("{}<br><small>{}</small>", ledger.spoken(last), zh(words.called(last.area)))
