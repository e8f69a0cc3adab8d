"""Tags for the pages of the desk: families by name, what a disagreement is about, the parts of a rule."""

from __future__ import annotations

import re

from django import template
from django.utils.functional import Promise as StrPromise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shichen.indicators.declare import known
from shichen.reconciliation.models import Disagreement
from shichen.reconciliation.queries import NAMES
from shichen.web import words
from shichen.web.templatetags.shichen import zh

register = template.Library()
_SIDES = re.compile("[≤|=/]")


@register.filter
def family(key: str) -> str | StrPromise:
    return NAMES.get(key, key)


@register.filter
def about(one: Disagreement) -> SafeString:
    """What a disagreement is about: its sentence; in another language the figure it is about before it."""
    names = [words.called(known()[key]) for key in _SIDES.split(one.rule) if key in known()] if words.english() else []
    return format_html("{}{}{}", ", ".join(names), " · " if names else "", zh(one.title))


@register.filter
def share_of(part: int, whole: int) -> int:
    """A part in hundredths of the whole; what there is at all is never drawn as nothing."""
    return max(round(part * 100 / whole), 1) if part and whole else 0
