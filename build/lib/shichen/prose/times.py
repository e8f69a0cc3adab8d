"""The times an entry speaks of, each with its span and the instants it means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache

from shichen.prose.nonfigures import Span
from shichen.prose.spans import Time
from shichen.prose.text import Clean
from shichen.watch_phrases import Resolved, resolve

CLASSES = frozenset(("date", "datetime", "date_range", "date_from", "time", "time_from", "lunar_date"))
_REMEMBERED = 512
_BEFORE = ("不得早于", "不早于", "不得晚于", "不晚于", "截至", "截止到", "截止", "从", "自", "至", "到")


def times(
    clean: Clean, raw: str, spans: Sequence[Span], covers: dt.date | None, day: dt.date | None, watch: str | None
) -> tuple[Time, ...]:
    """The times among the non-figures of an entry; without any date to start from there are none."""
    base = covers or day
    if base is None:
        return ()
    return tuple(_time(clean, raw, span, base, day, watch) for span in spans if span.cls in CLASSES)


def _time(clean: Clean, raw: str, span: Span, covers: dt.date, day: dt.date | None, watch: str | None) -> Time:
    start = span.start - _led(clean.text, span.start)
    found = _resolved(clean.text[start : span.end], covers, day, watch)
    first, last = clean.span(start, span.end)
    return Time(first, last, raw[first:last], found.kind.value, found.start, found.end, found.precision, found.flags)


@lru_cache(maxsize=_REMEMBERED)
def _resolved(phrase: str, covers: dt.date, day: dt.date | None, watch: str | None) -> Resolved:
    """What a phrase means; the bulletins of one day say 截至2月17日24时 again and again."""
    return resolve(phrase, covers, entry_date=day, watch=watch)


def _led(text: str, index: int) -> int:
    """How many characters before a time say what sort it is: 截至, 从, 不早于."""
    return next((len(word) for word in _BEFORE if text.endswith(word, 0, index)), 0)


def as_of(found: Iterable[Time]) -> dt.datetime | None:
    """截至: the moment the bulletin's states and totals hold for, the first that is printed."""
    return next((time.ends for time in found if time.kind == "as_of" and time.ends is not None), None)
