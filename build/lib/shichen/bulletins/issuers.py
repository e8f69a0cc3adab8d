"""Bodies that a text names on a day on which they, or that name of theirs, did not hold (机构当日有效)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from shichen.bulletins.models import ProposedEntry
from shichen.city.models import Body, BodyName, Dated

FLAG = "issuer:"
HEAD = 34  # as far as this, and up to the first comma, an entry names who reports
STOPS = ",，:：。;；"
Named = tuple[tuple[str, tuple[Dated, ...]], ...]
_DATED = ~Q(valid_from=None) | ~Q(valid_until=None)
_BOUND = _DATED | ~Q(body__valid_from=None) | ~Q(body__valid_until=None)


def flagged(entries: Iterable[ProposedEntry]) -> dict[ProposedEntry, str]:
    """The entries whose reporting body stands at their head under a name that did not hold on their day."""
    known = _dated_names()
    found, lapsed = {}, dict[date, list[str]]()
    for entry in entries:
        if entry.on not in lapsed:
            lapsed[entry.on] = _lapsed(known, entry.on)
        name = next((one for one in lapsed[entry.on] if one in _head(entry.text)), "")
        if name and not (entry.body_id and name != entry.unit_text and name in entry.unit_text):
            found[entry] = name
    return found


def _head(text: str) -> str:
    return text[: min((at for at in map(text.find, STOPS) if at >= 0), default=HEAD)][:HEAD]


def _dated_names() -> Named:
    """The names that are bound to a time, by themselves or with their body; few of a roster are."""
    bodies = [(one.name, (one,)) for one in Body.objects.filter(_DATED)]
    aliases = [(one.name, (one, one.body)) for one in BodyName.objects.filter(_BOUND).select_related("body")]
    return (*bodies, *aliases)


def _lapsed(known: Named, on: date) -> list[str]:
    """The names of which none holds on a day, the longest first; a name holds while its body does."""
    holding = {name for name, rows in known if all(row.stands(on) for row in rows)}
    gone = {name for name, _rows in known} - holding
    if gone:  # of two bodies that were ever called so, one may always have been
        gone -= set(BodyName.objects.filter(name__in=gone).exclude(_BOUND).values_list("name", flat=True))
    return sorted(gone, key=len, reverse=True)
