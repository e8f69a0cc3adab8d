"""What passed at the posts (过检), whether it lies in files of the lake or still in the register: one count of each, behind one face.

At a snapshot: the roll-ups of its files, and the passings that were not sealed by then, without the versions that were replaced since
they were sealed. Snapshot first, then the rows of both sorts in one question: what is sealed or put right in between counts once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from shichen.city.scope import Sight
from shichen.indicators.declare import Scope
from shichen.records import cells, lake, seen
from shichen.records.cells import Asked, CellRecords, Counts, Key
from shichen.records.lake import Beside, View
from shichen.records.manifest import Load, Place
from shichen.records.reductions import Row
from shichen.registers.checkpoints import bulk, queries, sealing
from shichen.registers.checkpoints.models import Passing, Post
from shichen.watches import Period


def passed(period: Period, scope: Scope) -> CellRecords:
    """All that passed within the period at the posts within the scope."""
    number, asked = seen.snapshot(scope.as_of), Asked.of(period)
    files = cells.stored(settings.LAKE, asked, number)
    hot, leaving = unsettled(period, number, scope.as_of)
    posts = posts_of(scope)
    codes = numbers_of(posts)
    counted = cells.added(files.cells, cells_of(hot, codes), less=[cells_of(leaving, codes)])
    if (watch := scope.facet("watch")) is not None:
        counted = {key: counts for key, counts in counted.items() if sealing.WATCH_OF[key.slot] == watch}
    named = {codes[str(post.first)]: post for post in posts if str(post.first) in codes}

    def show(places: frozenset[int], limit: int) -> list[Row]:
        brought = cells.sources(settings.LAKE, asked, number, places) if files.files else []
        return [*_loads(brought), *_still_hot(hot, codes, places)][:limit]

    def reach(sight: Sight) -> frozenset[int]:
        within = set(
            Post.objects.within(sight).filter(pk__in=[post.pk for post in posts]).values_list("first", flat=True)
        )
        return frozenset(place for place, post in named.items() if post.first in within)

    return CellRecords(
        counted,
        {place: _names(post) for place, post in named.items()},
        _predicate(period, scope),
        number,
        files.files,
        files.missing,
        show,
        reach,
        Passing,
    )


def looked() -> View:
    """All that the lake and the register hold now, as an engine asks it: the files of the last snapshot, and what is beside them."""
    from shichen.records.bulk import keeping  # loads the engine
    from shichen.records.bulk.sealing import GONE, columns

    number = seen.snapshot()
    hot, leaving = unsettled(None, number, None)
    places = bulk.places_of({one.post.first: one.post for one in [*hot, *leaving]}.values())
    rows = [(0, *row, 0) for one in hot for row in sealing.rows_of(one, places[str(one.post.first)])]
    gone = [(0, *row, one.load_id) for one in leaving for row in sealing.in_lake(one, places[str(one.post.first)])]
    beside = Beside(columns(GONE, rows), columns(GONE, gone))  # type: ignore[arg-type]
    return replace(keeping.view(settings.LAKE, number), beside=beside if len(beside) else None)


def unsettled(period: Period | None, number: int, as_of: datetime | None) -> tuple[list[Passing], list[Passing]]:
    """The passings of a time that are in no file of a snapshot, and those that are in one though they no longer stand."""
    stands = Q(superseded_at=None, voided=False)
    replaced = Q(superseded_at__isnull=False)
    if as_of is not None:
        stands = Q(recorded_at__lte=as_of) & (Q(superseded_at=None) | Q(superseded_at__gt=as_of))
        replaced = Q(superseded_at__lte=as_of)
    hot = stands & (Q(load=None) | Q(load__snapshot__gt=number))
    leaving = replaced & Q(load__snapshot__lte=number, taken__gt=0) & (Q(left_in=None) | Q(left_in__gt=number))
    rows = (
        (Passing.objects.during(period) if period else Passing.objects.all())
        .filter(hot | leaving)
        .select_related("post")
        .order_by("occurred_from", "client_id")
    )
    found: tuple[list[Passing], list[Passing]] = ([], [])
    for row in rows:
        gone = row.superseded_at is not None and (as_of is None or row.superseded_at <= as_of)
        found[gone].append(row)
    return found


def cells_of(passings: Iterable[Passing], codes: Mapping[str, int]) -> dict[Key, Counts]:
    """What rows of the register count, as they do in a file; of versions that were sealed what the lake took of them."""
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0])
    for passing in passings:
        place = codes.get(str(passing.post.first), 0)
        rows = (
            sealing.in_lake(passing, place)
            if passing.superseded_at and passing.load_id
            else sealing.rows_of(passing, place)
        )
        if not rows:
            continue
        second, _place, vehicle, _person, way, outcome, *_rest = rows[0]
        held = sums[Key(place, *cells.slot_of(second), way, outcome)]
        held[0] += len(rows)
        held[1] += int(vehicle != 0)
        held[2] += sum(row[-1] for row in rows)
    return {key: (n, vehicles, persons) for key, (n, vehicles, persons) in sums.items()}


def posts_of(scope: Scope) -> list[Post]:
    """The posts within a scope, also those that stand no more."""
    rows = Post.objects.current(scope.as_of).inside(scope.area)
    for facet, column in (("post", "code"), ("network", "network")):
        if (said := scope.facet(facet)) is not None:
            rows = rows.filter(**{column: said})
    return list(rows.select_related("area"))


def numbers_of(posts: Sequence[Post]) -> dict[str, int]:
    """The number of each post in bulk rows, by its first version; a post that has none yet has its own below nought here."""
    known = dict(Place.objects.filter(kind="post").values_list("ref", "code"))
    return {str(post.first): known.get(str(post.first), -order) for order, post in enumerate(posts, start=1)}


def _names(post: Post) -> dict[str, str]:
    return {
        "ref": str(post.first),
        "post__code": post.code,
        "post__name": post.name,
        "network": post.network_id,
        "area__name": post.area.name,
    }


def _loads(brought: Iterable[cells.Source]) -> Iterator[Row]:
    """The loads that a figure rests on, each with the file in which its rows lie."""
    loads = {load.number: load for load in Load.objects.filter(number__in={one.load for one in brought})}
    for one in brought:
        load = loads.get(one.load)
        if load is None:
            continue
        said: dict[str, Any] = {
            _("来源"): f"第{load.number}批 {load.filename}".strip(),
            _("日期"): one.file.day,
            _("数据文件"): one.file.sha256[:16],
            _("条数"): one.counts[0],
            _("车辆"): one.counts[1],
            _("人员"): one.counts[2],
        }
        yield Row(str(load.id), f"/registers/loads/{load.id}/", said)


def _still_hot(hot: Iterable[Passing], codes: Mapping[str, int], places: frozenset[int]) -> Iterator[Row]:
    for passing in hot:
        if codes.get(str(passing.post.first)) in places:
            said: dict[str, Any] = {
                _("来源"): passing.post.name,
                _("日期"): queries.day_of(passing),
                _("数据文件"): "",
                _("条数"): 1,
                _("车辆"): passing.vehicles,
                _("人员"): passing.persons,
            }
            yield Row(str(passing.pk), queries.record_href(passing), said, str(passing.envelope or ""))


def _predicate(period: Period, scope: Scope) -> str:
    """What was asked, in words that are always the same."""
    facets = ",".join(f"{name}={value}" for name, value in sorted(scope.facets.items()))
    area = scope.area.path if scope.area else ""
    return f"{lake.PASSINGS} {lake.seconds(period.start)}-{lake.seconds(period.end)} {area} {facets}"
