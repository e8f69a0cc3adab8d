"""What an edition says, as fixed data: its places, passages and figures, with a digest over all of it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from shichen.indicators.declare import known
from shichen.indicators.models import Figure
from shichen.indicators.telling import plain
from shichen.publications import places
from shichen.publications.models import Edition, Passage

SHAPE = 1

Content = dict[str, Any]


def of(edition: Edition) -> Content:
    """The words and figures of a draft as they stand now."""
    slots = {
        slot.place: slot
        for slot in edition.slots.prefetch_related("passages__bindings__figure__area", "passages__entry")
    }
    order = places.of(edition.kind, edition.first, edition.last)
    figures: dict[str, Any] = {}
    rows = []
    for place in order:
        passages = [_passage(one, figures) for one in slots[place].passages.all()]
        rows.append({"place": place, "blank": not passages, "passages": passages})
    return {
        "shape": SHAPE,
        "kind": edition.kind,
        "first": edition.first.isoformat(),
        "last": edition.last.isoformat(),
        "number": edition.number,
        "places": rows,
        "figures": figures,
    }


def digest(content: Content) -> str:
    """SHA-256 over the canonical form of a content."""
    said = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def _passage(passage: Passage, figures: dict[str, Any]) -> Content:
    spans = []
    for one in passage.bindings.all():
        figures.setdefault(str(one.figure_id), _figure(one.figure))
        spans.append([one.start, one.end, str(one.figure_id)])
    return {
        "entry": str(passage.entry_id),
        "unit": passage.entry.unit_text,
        "text": passage.text,
        "spans": spans,
        "kinds": passage.kinds,
        "key_phrase": passage.key_phrase,
        "note": passage.note,
    }


def _figure(figure: Figure) -> Content:
    one = known().get(figure.key)
    return {
        "indicator": figure.key or None,
        "name": one.name if one else "",
        "value": plain(figure.value) if figure.value is not None else None,
        "unit": figure.unit,
        "basis": str(figure.basis),
        "area": figure.area.name,
        "from": figure.period_from.isoformat() if figure.period_from else None,
        "to": figure.period_to.isoformat() if figure.period_to else None,
        "as_of": figure.as_of.isoformat(),
    }
