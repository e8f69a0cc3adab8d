"""What passed at posts in given hours (逐车合计): files and rows added up as everywhere, in the columns of a tally, many posts at once.

A number of vehicles and of persons is that of `passed`. What else a tally has is told by the rows of the register, which know more, and
of passings that came in a file alone by that file; of which province their plates were, no file of the lake says.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Q, Sum

from shichen import watches
from shichen.city import queries as city
from shichen.records import brought, cells, gaps, lake, seen
from shichen.records.brought import Brought
from shichen.records.cells import Asked, Key, Stored
from shichen.records.gaps import Gap
from shichen.registers.checkpoints import passed, sealing
from shichen.registers.checkpoints.models import COUNTS, Passing, Post
from shichen.registers.checkpoints.passing_models import FEVER
from shichen.watches import Period

Span = tuple[datetime, datetime]
DETAILS = tuple(name for name in COUNTS if name not in ("vehicles", "persons"))
_FILES_ALONE = Q(load__isnull=False, taken=0)  # passings of which a file had brought every row before they were sealed
_DONE = {"turned_back": Passing.Outcome.TURNED_BACK, "referred": Passing.Outcome.REFERRED}


@dataclass(frozen=True)
class Counted:
    """What passed at one post in some hours: rows, vehicles, persons; and the files of those hours that could not be read."""

    rows: int
    vehicles: int
    persons: int
    lacks: tuple[Gap, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.lacks


class Hours:
    """What passed at posts in several spans of time: the manifest and the rows are asked once, each span's files once."""

    def __init__(self, posts: Iterable[Post], spans: Iterable[Span], *, as_of: datetime | None = None) -> None:
        self.spans, self.as_of = sorted(set(spans)), as_of
        self.codes = passed.numbers_of(list({post.first: post for post in posts}.values()))
        self.asked = {span: Asked.of(Period(*span)) for span in self.spans}
        self._sums: dict[Span, dict[int, list[int]]] = {}
        self._gaps: dict[Span, list[Gap]] = {}
        self._details: dict[Span, tuple[dict[str, dict[str, int]], Brought]] = {}

    def of(self, post: Post, span: Span) -> Counted | None:
        """What passed at a post; None where there is nothing, and nothing is lacking."""
        place = self.codes[str(post.first)]
        rows, vehicles, persons = self._by_place(span).get(place, (0, 0, 0))
        lacks = tuple(one for one in self.gaps(span) if one.touches(place))
        return Counted(rows, vehicles, persons, lacks) if rows or lacks else None

    def any(self, span: Span) -> bool:
        """Whether anything passed anywhere."""
        return bool(self._by_place(span))

    def counts(self, span: Span) -> Mapping[Key, cells.Counts]:
        """What passed in a span, by place, day, slot, direction and outcome."""
        files = self._stored(span)
        lo, hi = (bisect_left(self._times, watches.instant(moment)) for moment in span)
        hot = passed.cells_of(self._unsettled[0][lo:hi], self.codes)
        gone = [one for one in self._unsettled[1] if one.occurred_from and one.occurred_from in Period(*span)]
        return cells.added(files.cells, hot, less=[passed.cells_of(gone, self.codes)])

    def gaps(self, span: Span) -> list[Gap]:
        """The files of a span that could not be read."""
        if span not in self._gaps:
            self._gaps[span] = gaps.of(settings.LAKE, self._stored(span).missing)
        return self._gaps[span]

    def lacking(self, post: Post, span: Span) -> list[str]:
        """The files that should have been read for the columns of a tally, by their paths."""
        place = self.codes[str(post.first)]
        found = [*self.gaps(span), *gaps.of(settings.LAKE, self._told(span)[1].missing)]
        return sorted({one.file.path for one in found if one.touches(place)})

    def columns(self, post: Post, span: Span) -> dict[str, int]:
        """The columns of a tally, and `of_files`: vehicles that files alone told of, of whose plates nobody knows the province."""
        counted = self.of(post, span)
        vehicles, persons = (counted.vehicles, counted.persons) if counted else (0, 0)
        rows, files = self._told(span)
        said: dict[str, int] = rows.get(str(post.first), {})
        mine = [(key, one) for key, one in files.cells.items() if key.place == self.codes[str(post.first)]]
        found = {name: said.get(name, 0) for name in DETAILS}
        found["source_area_persons"] += sum(one.from_regions for _key, one in mine)
        found["fever"] += sum(one.warm for _key, one in mine)
        for name, outcome in _DONE.items():
            found[name] += sum(one.persons for key, one in mine if key.outcome == sealing.OUTCOMES[outcome])
        found["source_area_vehicles"] = min(found["source_area_vehicles"], vehicles)
        found["source_area_persons"] = min(found["source_area_persons"], persons)
        alone = max(0, sum(one.vehicles for _key, one in mine) - said.get("known", 0))
        return {"vehicles": vehicles, "persons": persons, **found, "of_files": min(alone, vehicles)}

    def by_watch(self, post: Post, span: Span) -> dict[str, dict[str, int]]:
        """The same of each watch of a span in which anything passed."""
        place = self.codes[str(post.first)]
        found: dict[str, dict[str, int]] = {}
        for key, (_rows, vehicles, persons) in self.counts(span).items():
            if key.place == place:
                one = found.setdefault(sealing.WATCH_OF[key.slot], dict.fromkeys(COUNTS, 0))
                one["vehicles"] += vehicles
                one["persons"] += persons
        of_rows = self._rows(span, "post__first", "watch")
        for (first, watch), said in of_rows.items():
            if first == str(post.first) and watch in found:
                for name in DETAILS:
                    found[watch][name] += said[name]
        for cell, told in self._told(span)[1].cells.items():
            one = found.get(sealing.WATCH_OF[cell.slot], {}) if cell.place == place else {}
            if one:
                one["source_area_persons"] += told.from_regions
                one["fever"] += told.warm
                for name, outcome in _DONE.items():
                    one[name] += told.persons if cell.outcome == sealing.OUTCOMES[outcome] else 0
        return found

    @cached_property
    def snapshot(self) -> int:
        return seen.snapshot(self.as_of)

    @cached_property
    def _view(self) -> lake.View:
        days = {day for asked in self.asked.values() for day in asked.days}
        return seen.view(settings.LAKE, lake.PASSINGS, days, self.snapshot)

    @cached_property
    def _unsettled(self) -> tuple[list[Passing], list[Passing]]:
        hull = Period(min(start for start, _end in self.spans), max(end for _start, end in self.spans))
        return passed.unsettled(hull, self._view.snapshot, self.as_of)  # the view first, then the rows

    @cached_property
    def _times(self) -> list[datetime]:
        return [watches.instant(one.occurred_from) for one in self._unsettled[0]]  # type: ignore[arg-type]

    def _stored(self, span: Span) -> Stored:
        return cells.stored(settings.LAKE, self.asked[span], self.snapshot, among=self._view)

    def _by_place(self, span: Span) -> Mapping[int, Sequence[int]]:
        if span not in self._sums:
            sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
            for key, counts in self.counts(span).items():
                for column, count in enumerate(counts):
                    sums[key.place][column] += count
            self._sums[span] = dict(sums)
        return self._sums[span]

    def _told(self, span: Span) -> tuple[dict[str, dict[str, int]], Brought]:
        """What the rows of the register say of each post beyond numbers, and what the files do that were sent."""
        if span not in self._details:
            rows = {first: said for (first,), said in self._rows(span, "post__first").items()}
            sources = city.source_areas(watches.civil_day(span[0]))
            files = brought.brought(self._view, self.asked[span], regions=[one.code for one in sources], warm=FEVER)
            self._details[span] = rows, files
        return self._details[span]

    def _rows(self, span: Span, *by: str) -> dict[tuple[str, ...], dict[str, int]]:
        """Sums over the rows of the register; of those that a file had brought whole, the file says what was done."""
        told = ~_FILES_ALONE
        said: dict[str, Any] = {
            f"n_{name}": Sum(name, filter=told, default=0) for name in DETAILS if name != "source_area_vehicles"
        }
        said["n_source_area_vehicles"] = Sum("source_area_vehicles", default=0)
        said["n_known"] = Sum("vehicles", filter=_FILES_ALONE, default=0)
        rows = Passing.objects.current(self.as_of).during(Period(*span)).order_by().values(*by).annotate(**said)
        return {
            tuple(str(row[name]) for name in by): {name.removeprefix("n_"): row[name] for name in said} for row in rows
        }
