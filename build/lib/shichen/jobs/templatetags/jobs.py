"""Filters of the pages of long work."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

from shichen.web import words

register = template.Library()
MINUTE = timedelta(minutes=1)


@register.filter
def lasting(span: timedelta) -> str:
    """How long something took: to the second below a minute, in words from there on."""
    if span < MINUTE:
        return _("%(n)s秒") % {"n": f"{max(span.total_seconds(), 0):.0f}"}
    return words.span(span)
