"""What the desk of a bulletin shows at a moment (复核台): the entry at hand, its numbers, what is left, where the focus goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from shichen.audit.context import now
from shichen.bulletins import forms, lines, review, undoing
from shichen.bulletins.lines import Line
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.city.models import Body
from shichen.city.scope import may
from shichen.indicators.declare import known
from shichen.indicators.telling import plain
from shichen.journal.models import Column
from shichen.refusal import Refusal
from shichen.web import asker
from shichen.web.told import entries_of, pieces

UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ACCEPT, ENTRY = "accept", "entry"
OPEN = Proposal.State.OPEN


@dataclass(frozen=True)
class Outcome:
    """How an act ended: what to say of it, or why it was refused, of which number, and with what was put in."""

    said: str = ""
    fault: Refusal | None = None
    about: Proposal | None = None
    given: dict[str, str] = field(default_factory=dict)
    status: int = 200
    focus: str = ""
    touched: tuple[ProposedEntry, ...] = ()


def shown(request: HttpRequest, found: Bulletin, asked: str, how: Outcome) -> dict[str, Any]:
    """All that the desk needs; the raw text beside it is read only for a whole page."""
    places = dict(found.entries.order_by("ordinal").values_list("ordinal", "state"))
    one = _entry(found, review.chosen(places, asked))
    shown_lines = lines.lines(one, about=how.about, given=how.given) if one else []
    before, following = _neighbours(list(places), one)
    reviewing = may(request.user, "review", at=now())
    return {
        "bulletin": found,
        "places": places,
        "entry": one,
        "lines": shown_lines,
        "flags": review.flags(one) if one else [],
        "doubts": review.doubts(one) if one and one.state == ProposedEntry.State.OPEN else [],
        "open_entries": sum(state == ProposedEntry.State.OPEN for state in places.values()),
        "open_figures": Proposal.objects.filter(entry__bulletin=found, state=OPEN).count(),
        "reviewing": reviewing,
        "how": how,
        "fault": how.fault,
        "given": how.given,
        "told": _told(request, one),
        "columns": Column.choices,
        "periods": review.PERIODS.items(),
        "before": before,
        "following": following,
        "last": undoing.last(found, asker.person(request)) if reviewing else None,
        "focus": how.focus or _focus(one, shown_lines),
    }


def taken_up(found: Bulletin, asked: Mapping[str, str]) -> Outcome:
    """The desk as it is come back to with an indicator in hand: the number's boxes are open and name it, nothing is decided."""
    key, number = asked.get("indicator", ""), asked.get("number", "")
    if key not in known() or not UUID_TEXT.fullmatch(number):
        return Outcome()
    one = Proposal.objects.filter(entry__bulletin=found, state=OPEN, pk=number).first()
    if one is None:
        return Outcome()
    texts = {
        "value": plain(one.value),
        "unit": one.unit,
        "subject": one.subject,
        "indicator": key,
        "period": one.period,
    }
    ticked = {name: "1" for name in forms.BOXES if getattr(one, name)}
    return Outcome(about=one, given={"act": "edit", **texts, **ticked}, focus=f"p-{one.pk}")


def beside(found: Bulletin) -> dict[str, Any]:
    """What only a whole page holds: the raw text with its marks, and the lists that boxes choose from."""
    entries = list(found.entries.all())
    every = list(Proposal.objects.filter(entry__bulletin=found).order_by("start"))
    return {
        "marks": review.marks(review.text_of(found), entries, every),
        "indicators": sorted(known().values(), key=lambda one: one.key),
        "bodies": Body.objects.order_by("name"),
    }


def focus_after(proposal: Proposal) -> str:
    """The next number to decide in the same entry; the accepting of the entry when none is left."""
    rest = proposal.entry.proposals.filter(state=OPEN)
    following = rest.filter(start__gt=proposal.start).order_by("start").first() or rest.order_by("start").first()
    return f"p-{following.pk}" if following else ACCEPT


def next_entry(entry: ProposedEntry) -> ProposedEntry | None:
    """The next entry of the bulletin that waits, from the beginning again after the last."""
    waiting = entry.bulletin.entries.filter(state=ProposedEntry.State.OPEN)
    return waiting.filter(ordinal__gt=entry.ordinal).order_by("ordinal").first() or waiting.order_by("ordinal").first()


def focus_of(entry: ProposedEntry) -> str:
    """Where work on an entry begins: its first open number, else the accepting of it."""
    first = entry.proposals.filter(state=OPEN).order_by("start").first()
    return f"p-{first.pk}" if first else ACCEPT


def _focus(one: ProposedEntry | None, numbers: list[Line]) -> str:
    if one is None or one.state != ProposedEntry.State.OPEN:
        return ENTRY
    first = next((line.proposal for line in numbers if line.proposal.state == OPEN), None)
    return f"p-{first.pk}" if isinstance(first, Proposal) else ACCEPT


def _told(request: HttpRequest, one: ProposedEntry | None) -> list[Any]:
    if one is None or one.entry_id is None:
        return []
    rows = entries_of(one.bulletin.envelope_id, asker.reach(request)).filter(id=one.entry_id)
    return [(entry, list(pieces(entry))) for entry in rows]


def _entry(found: Bulletin, ordinal: int | None) -> ProposedEntry | None:
    if ordinal is None:
        return None
    rows = found.entries.select_related("body__area", "decided_by", "entry", "bulletin__unit", "bulletin__area")
    return rows.select_related("bulletin__event").filter(ordinal=ordinal).first()


def _neighbours(places: list[int], one: ProposedEntry | None) -> tuple[int | None, int | None]:
    """The places of the entries before and after."""
    if one is None:
        return None, None
    at = places.index(one.ordinal)
    return (places[at - 1] if at else None), (places[at + 1] if at + 1 < len(places) else None)
