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
    announced: bool = False  # by the very text that prints it: there it is no mark of a text that is out of date

    @property
    def mark(self) -> SafeString:
        if not self.number:
            return SafeString("")
        return announcement(self.number) if self.announced else mark(self.number, self.value, self.unit)


class Proposed(NamedTuple):
    """A number in a text that might be a figure (拟采): seen by the reader, decided by nobody, in no ledger."""

    indicator: str = ""
    href: str = ""  # where it can be taken, for those who may


def mark(number: int | None, value: Decimal | None, unit: str) -> SafeString:
    """更正3：现为78例, as a link to why."""
    now = f"{words.number(value)}{words.measure(unit)}" if not words.english() else words.counted(value, unit)
    said = _("更正%(number)s：现为%(now)s") % {"number": number, "now": now}
    return _leading(number, said)


def announcement(number: int | None) -> SafeString:
    """此条即更正3: what the log entry that tells a correction says of it, as a link to the whole of it."""
    return _leading(number, _("此条即更正%(number)s") % {"number": number})


def _leading(number: int | None, said: str) -> SafeString:
    return format_html('<a class="correction" href="/corrections/{}/"><sup>{}</sup></a>', number, said)


def door(figure: Any, entry: Any = None) -> Door:
    """A figure of the ledger as a text prints it, with its mark where it was corrected; `entry` is the text, if one of the log."""
    made = figure.correction
    if made is None or made.replacement is None:
        return Door(figure.pk)
    announced = entry is not None and made.is_told_by(entry)
    return Door(figure.pk, made.number, made.replacement.value, made.replacement.unit, announced)
