"""One entry as the log draws it. In Python and not as a template: a page has fifty, and a template takes five times as long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shichen.board import telling
from shichen.board.telling import Takes
from shichen.journal.models import Entry, Mark
from shichen.web.templatetags import shichen as drawn

NOTHING = SafeString("")
_SOME = UUID(int=0)  # stands in an address for that of an entry


@dataclass(frozen=True)
class Drawing:
    """How lines are drawn on a page: which numbers may be taken, whether entries may be pinned, which moment is now."""

    at: datetime
    takes: Takes | None = None
    pins: bool = False

    def line(self, entry: Entry, pin: Mark | None = None, *, twice: bool = False) -> SafeString:
        """The element of an entry; `pin` is the mark that holds it on top, `twice` says that the page has it once more."""
        struck = telling.struck_by(entry)
        return format_html(
            '<li class="entry{}{}" {}tabindex="-1" data-row>\n'
            '<time datetime="{}">{}</time><span class="unit">{}</span>\n'
            "<p{}>{}{} {}</p>\n"
            '<span class="id">{}{}<a href="{}">{}</a>{}</span>\n'
            "{}</li>\n",
            " is-struck" if struck else "",
            " is-system" if entry.kind == Entry.Kind.SYSTEM else "",
            NOTHING if twice else format_html('id="e-{}" ', entry.id),
            drawn.iso(entry.reported_at),
            drawn.moment_(entry.reported_at) if telling.told_later(entry) else drawn.clock(entry.reported_at),
            _("系统") if entry.kind == Entry.Kind.SYSTEM else drawn.zh(drawn.teller(entry)),
            NOTHING if struck else drawn.lang(entry.text),
            self._said(entry, struck),
            _after(telling.followed_by(entry)),
            self._due(telling.due(entry)),
            format_html('<span class="pill is-warn">{}</span> ', _("重要")) if telling.significant(entry) else NOTHING,
            format_html("{} · ", drawn.said(entry.column)) if entry.column else NOTHING,
            address("log-entry", entry.id),
            drawn.label(entry),
            self._pin(entry, pin) if self.pins and not struck else NOTHING,
            _pinned_by(pin) if pin else NOTHING,
        )

    def _said(self, entry: Entry, struck: Mark | None) -> SafeString:
        """What the entry says, its figures as links; crossed out and leading to what came in its place, where it was struck."""
        text = drawn.bound(entry.text, telling.spans(entry, self.takes))
        if struck is None:
            return text
        pill = format_html('<span class="pill">{}</span>', _("已划去"))
        instead = (
            format_html(' <a href="{}">{} {}</a>', *_leading(struck.successor, _("见")))
            if struck.successor
            else NOTHING
        )
        return format_html("<s{}>{}</s> {}{}", drawn.lang(entry.text), text, pill, instead)

    def _due(self, due: datetime | None) -> SafeString:
        if due is None:
            return NOTHING
        late = " is-bad" if due <= self.at else ""
        return format_html('<span class="pill{}">{} {}</span>', late, _("下次更新"), drawn.moment_(due))

    def _pin(self, entry: Entry, pin: Mark | None) -> SafeString:
        """The button that puts the entry on top of the log, or takes it down."""
        return format_html(
            ' <button type="submit" class="is-pin" form="pins" formaction="{}" name="act" value="{}" data-row-key="p"{}>'
            '{}<span class="unseen"> {}</span></button>',
            address("log-pin", entry.id),
            "unpin" if pin else "pin",
            format_html(' aria-pressed="{}"', "true") if pin else NOTHING,
            _("取下") if pin else pgettext("按钮", "置顶"),
            drawn.label(entry),
        )


def address(name: str, entry: UUID) -> str:
    """Where a page about an entry lies: as `reverse` says it, asked once."""
    return _pattern(name).replace(str(_SOME), str(entry))


@cache
def _pattern(name: str) -> str:
    return reverse(name, args=[_SOME])


def _after(mark: Mark | None) -> SafeString:
    if mark is None or mark.successor is None:
        return NOTHING
    return format_html(' <a class="after" href="{}">{} {}</a>', *_leading(mark.successor, _("后续")))


def _leading(entry: Entry, word: str) -> tuple[Any, ...]:
    return address("log-entry", entry.id), word, drawn.label(entry)


def _pinned_by(pin: Mark) -> SafeString:
    then = _("%(then)s置顶") % {"then": drawn.moment_(pin.at)}
    return format_html('<span class="pinned-by">{} · {}</span>\n', then, drawn.zh(drawn.called(pin.by)))
