"""Places, documents and milestones named in an entry."""

from __future__ import annotations

from collections.abc import Sequence

import re2

from shichen.prose.gazetteer import Gazetteer
from shichen.prose.nonfigures import Span
from shichen.prose.spans import Mention
from shichen.prose.tables import Tables
from shichen.prose.text import Clean

_DOCUMENT = re2.compile(
    "《[^《》]{2,80}(?:通知|通告|公告|方案|办法|规定|决定|意见|令|指南|预案|慰问信|公开信|倡议书|条例)》"
)


def mentions(
    raw: str, clean: Clean, start: int, end: int, spans: Sequence[Span], tables: Tables, places: Gazetteer
) -> tuple[Mention, ...]:
    """What the clean text from `start` to `end` names; a near match is offered and never applied."""
    text = clean.text[start:end]
    masked = _masked(text, start, spans)
    listed = places.listed(masked)
    found: list[tuple[int, int, str, str, tuple[str, ...]]] = [
        (hit.start, hit.end, "place", places.by_name[hit.word].code, ()) for hit in places.standing(masked, listed)
    ]
    found += [(doubt.start, doubt.end, "place", "", doubt.near) for doubt in places.doubtful(masked, listed)]
    found += [(hit.start, hit.end, "body", tables.bodies[hit.word].body, ()) for hit in tables.body_words.find(masked)]
    if "》" in text:
        found += [(*match.span(), "document", "", ()) for match in _DOCUMENT.finditer(text)]
    found += [
        (span.start - start, span.end - start, "milestone", "", ())
        for span in spans
        if span.cls == "first" and start <= span.start and span.end <= end
    ]
    found.sort(key=lambda one: (one[0], -one[1], one[2]))
    return tuple([_mention(raw, clean, start, *one) for one in found])


def _masked(text: str, start: int, spans: Sequence[Span]) -> str:
    """Titles hide the places in them."""
    titles = [span for span in spans if span.cls == "in_title"]
    if not titles:
        return text
    characters = list(text)
    for span in titles:
        low, high = max(span.start - start, 0), min(span.end - start, len(characters))
        characters[low:high] = "　" * max(high - low, 0)
    return "".join(characters)


def _mention(
    raw: str, clean: Clean, start: int, low: int, high: int, kind: str, refers_to: str, near: tuple[str, ...]
) -> Mention:
    first, last = clean.span(start + low, start + high)
    return Mention(first, last, raw[first:last], kind, refers_to, near)
