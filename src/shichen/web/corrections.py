"""The mark of a corrected number (更正), alike wherever one is printed: the number of the correction and what it now is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.web import words


class Door(NamedTuple):
    """A figure that a text prints: where it is traced, and the correction that replaced it, if one did."""

    figure: Any
    number: int | None = None
    value: Decimal | None = None
    unit: str = ""

    @property
    def mark(self) -> SafeString:
        return mark(self.number, self.value, self.unit) if self.number else SafeString("")


class Proposed(NamedTuple):
    """A number in a text that might be a figure (拟采): seen by the reader, decided by nobody, in no ledger."""

    indicator: str = ""
    href: str = ""  # where it can be taken, for those who may


def mark(number: int | None, value: Decimal | None, unit: str) -> SafeString:
    """更正3：现为78例, as a link to why."""
    now = f"{words.number(value)}{words.measure(unit)}" if not words.english() else words.counted(value, unit)
    said = _("更正%(number)s：现为%(now)s") % {"number": number, "now": now}
    return format_html('<a class="correction" href="/corrections/{}/"><sup>{}</sup></a>', number, said)


def door(figure: Any) -> Door:
    """A figure of the ledger as a text prints it, with its mark where it was corrected."""
    made = figure.correction
    if made is None or made.replacement is None:
        return Door(figure.pk)
    return Door(figure.pk, made.number, made.replacement.value, made.replacement.unit)
