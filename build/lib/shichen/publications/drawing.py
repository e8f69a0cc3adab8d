"""A passage as pages print it. In Python and not as a template: a day has seventy, and a template takes five times as long."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.indicators.templatetags.ledger import figured
from shichen.journal.models import Entry
from shichen.publications.items import Item, Piece
from shichen.web import words
from shichen.web.templatetags import shichen as drawn


def passage(
    item: Item, pieces: Iterable[Piece], disputed: Collection[str] = (), *, whole_days: bool = False
) -> SafeString:
    """The text with its figures as links, and the door to the entry behind it; `whole_days` says which 全天 is a calendar day."""
    said = ((_piece(piece, item.entry, disputed, whole_days=whole_days),) for piece in pieces)
    return format_html("{}{}", format_html_join("", "{}", said), _source(item.entry))


def _piece(piece: Piece, entry: Entry, disputed: Collection[str], *, whole_days: bool) -> SafeString | str:
    said: SafeString | str = piece.text
    if piece.figure is not None:
        said = figured(piece.figure, piece.text, disputed, entry)
        if whole_days and piece.whole_day:
            said = format_html('{}<small class="civil">{}</small>', said, _("0–24时"))
    elif piece.lead:
        said = format_html('<b class="lead">{}</b>', said)
    return format_html("<strong>{}</strong>", said) if piece.strong else said


def _source(entry: Entry) -> SafeString:
    language = ""
    if words.english():
        language = format_html(' lang="{}"', "en" if entry.unit.name_en else "zh-Hans")
    return format_html(
        '<a class="src no-print" href="/log/{}/" title="{} · {}"{}>{}</a>',
        entry.id,
        drawn.teller(entry),
        drawn.label(entry),
        language,
        _("源"),
    )
