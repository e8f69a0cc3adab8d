"""The log as the board shows it: its last entries, and what each watch of the day holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, When

from shichen import watches
from shichen.board.moment import Moment
from shichen.indicators.models import Use
from shichen.journal.models import Entry, EntryQuerySet, Mark
from shichen.watches import WATCHES, Day
from shichen.web.corrections import door

LAST = 8
RECENT = timedelta(days=7)
HEADLINE = 28
# What is marked on the curve, the weightiest first: of what the chronicle keeps, and for some only what speaks of cases.
ON_CURVE = (("response_level", ""), ("order", ""), ("first", "case"), ("threshold", "case"))
MOST_ON_CURVE = 12


def known_entries(moment: Moment) -> EntryQuerySet:
    """The entries reported by the moment, as far as they were recorded by then; what the system notes stays aside."""
    return Entry.objects.filter(_known(moment))


def _known(moment: Moment, of: str = "") -> Q:
    """The same as a condition; `of` leads to the entry from another table."""
    within = Q(**{f"{of}area_path__startswith": moment.area.path}) | Q(**{f"{of}area_path": _above(moment)})
    held = within & Q(**{f"{of}reported_at__lte": moment.at, f"{of}event": moment.event})
    if moment.as_of is not None:
        held &= Q(**{f"{of}recorded_at__lte": moment.as_of})
    return held & ~Q(**{f"{of}kind": Entry.Kind.SYSTEM})


def _marks(moment: Moment) -> QuerySet[Mark]:
    """The marks that are known at the moment."""
    return Mark.objects.all() if moment.as_of is None else Mark.objects.filter(at__lte=moment.as_of)


def lasts(moment: Moment, members: Sequence[Collection[str] | None]) -> list[list[dict[str, Any]]]:
    """The last entries of all units (None), or of some within a week, for each board that is asked for."""
    known = known_entries(moment).order_by("-reported_at", "-seq")
    recent = known.filter(
        reported_at__gte=moment.at - RECENT
    )  # who says little is not looked for through the whole log
    asked = (known if units is None else recent.filter(unit__in=units) for units in members)
    keys = [list(rows.values_list("pk", flat=True)[:LAST]) for rows in asked]
    rows = Entry.objects.filter(pk__in={key for some in keys for key in some}).select_related("unit")
    lines = {row.pk: line(row) for row in rows.prefetch_related(Prefetch("marks", _marks(moment)), "uses__figure")}
    return [[lines[key] for key in some] for some in keys]


def line(entry: Entry) -> dict[str, Any]:
    """An entry as plain data: what it says, and which of its characters are figures."""
    kinds = {mark.kind for mark in entry.marks.all()}
    return {
        "id": str(entry.pk and entry.id),
        "label": entry.label,
        "at": entry.reported_at.isoformat(),
        "unit": entry.unit_id,
        "path": entry.area_path,
        "event": entry.event_id,
        "who": entry.unit_text,
        "who_en": entry.unit.name_en,
        "column": entry.column,
        "text": entry.text,
        "significant": Mark.Kind.SIGNIFICANT in kinds,
        "struck": Mark.Kind.STRUCK in kinds,
        "spans": [_span(use, entry) for use in entry.uses.all()],
    }


def _span(use: Use, entry: Entry) -> list[Any]:
    """Where a figure stands in a text; of one that was corrected the number of the correction, what it now is, and
    whether this very entry announces it."""
    _figure, number, value, unit, announced = door(use.figure, entry)
    mark = [number, str(value), unit, *([True] if announced else [])] if number is not None else []
    return [use.start, use.end, str(use.figure_id), *mark]


def strips(moment: Moment, members: Sequence[Collection[str] | None]) -> list[list[dict[str, Any]]]:
    """The twelve watches of the page day, for all units (None) or for some: how many of their entries stand under each,
    and the first significant one."""
    printed = Case(When(slot="", then=F("watch")), default=F("slot"))
    rows = (
        known_entries(moment)
        .filter(page_day=moment.page_day)
        .standing(moment.as_of)
        .order_by()
        .annotate(printed=printed)
    )
    told = list(rows.values_list("unit", "printed").annotate(n=Count("pk"), first=Min("pk")))
    marked = rows.exclude(column="").filter(Exists(_marks(moment).filter(entry=OuterRef("pk"))))
    leading = list(marked.values_list("unit", "printed").annotate(first=Min("pk")))
    cells = [[_told(told, leading, units, watch) for watch in WATCHES] for units in members]
    texts = dict(
        Entry.objects.filter(pk__in={first for row in cells for _n, first in row if first}).values_list("pk", "text")
    )
    return [
        [_cell(watch, n, texts.get(first, ""), moment) for watch, (n, first) in zip(WATCHES, row, strict=True)]
        for row in cells
    ]


def _told(
    told: list[tuple[str, str, int, int]],
    leading: list[tuple[str, str, int]],
    units: Collection[str] | None,
    watch: str,
) -> tuple[int, int]:
    """How many entries some units have under a watch, and which leads them: a marked one before the others; 0 for none."""
    own = [(n, first) for unit, printed, n, first in told if printed == watch and (units is None or unit in units)]
    led = [first for unit, printed, first in leading if printed == watch and (units is None or unit in units)]
    return sum(n for n, _first in own), min(led or [first for _n, first in own], default=0)


def events(moment: Moment, since: date) -> list[list[Any]]:
    """What is marked on a curve that begins on that day (上曲线), the weightiest first: entries that the chronicle keeps,
    as long as they stand; each with its entry and who may read that."""
    chosen: dict[int, Mark] = {}
    for detail, topic in ON_CURVE:
        marks = _significant(moment, detail).filter(entry__page_day__gte=since).exclude(key_phrase="")
        # What stands on a page was marked about then or later; this lets the index of marks find it.
        marks = marks.filter(at__gte=watches.clock(since, 0) - timedelta(days=7))
        marks = marks.filter(entry__topic=topic) if topic else marks
        for mark in marks.order_by("-entry_id")[: MOST_ON_CURVE - len(chosen)]:
            chosen.setdefault(mark.entry_id, mark)
    return [
        [mark.entry.page_day.isoformat(), mark.key_phrase, mark.detail, *_where(mark.entry)] for mark in chosen.values()
    ]


def _where(entry: Entry) -> list[str]:
    return [str(entry.id), entry.unit_id, entry.area_path]


def response_level(moment: Moment) -> dict[str, Any] | None:
    """The response level in force and the day it was declared, as the log has it."""
    mark = _significant(moment, "response_level").order_by("-entry__page_day", "-entry_id").first()
    if mark is None:
        return None
    day = (moment.today - mark.entry.page_day).days + 1
    return {"level": mark.key_phrase or mark.entry.text[:8], "day": day, "where": _where(mark.entry)}


def _significant(moment: Moment, detail: str) -> QuerySet[Mark]:
    """The marks of that kind on entries that are known and not struck."""
    struck = _marks(moment).filter(entry=OuterRef("entry"), kind=Mark.Kind.STRUCK)
    marks = _marks(moment).filter(_known(moment, "entry__"), ~Exists(struck), kind=Mark.Kind.SIGNIFICANT, detail=detail)
    return marks.select_related("entry").order_by()


def _cell(watch: str, count: int, headline: str, moment: Moment) -> dict[str, Any]:
    period = watches.bounds(moment.page_day, watch, Day.PAGE)
    return {
        "watch": watch,
        "from": period.start.isoformat(),
        "until": period.end.isoformat(),
        "count": count,
        "headline": _short(headline),
    }


def _short(text: str) -> str:
    return text if len(text) <= HEADLINE else text[: HEADLINE - 1] + "…"


def _above(moment: Moment) -> str:
    """The path of the area that the city lies in: what a province orders is told in the city's log too."""
    return moment.area.path.rsplit("/", 2)[0] + "/"
