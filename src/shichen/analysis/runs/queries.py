"""Questions over runs: which somebody may see, the newest of each area, the one before, what is behind a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from shichen.analysis.runs.models import Run
from shichen.city.models import Area
from shichen.city.scope import Sight


@dataclass(frozen=True)
class Newest:
    """An area and the newest run of each of its analyses."""

    area: Area
    runs: dict[str, Run]


def runs(reach: Sight, moment: datetime | None = None) -> QuerySet[Run]:
    """The runs within reach, of data that was there at a moment; newest data first."""
    found = Run.objects.filter(reach.q())
    if moment is not None:
        found = found.filter(as_of__lte=moment)
    return found.select_related("area", "profile", "event", "unit", "asked_by", "signature__by")


def newest(reach: Sight, moment: datetime | None = None) -> list[Newest]:
    """Of each area the newest run of each analysis, in one question."""
    same = {name: OuterRef(name) for name in ("event", "area", "method")}
    later = Q(as_of__gt=OuterRef("as_of")) | Q(as_of=OuterRef("as_of"), number__gt=OuterRef("number"))
    newer = Run.objects.filter(reach.q(), later, **same)
    standing = runs(reach, moment).exclude(method=Run.Method.WHATIF)  # scenarios are no analyses of the set
    if moment is not None:
        newer = newer.filter(as_of__lte=moment)
    found: dict[str, Newest] = {}
    for one in standing.filter(~Exists(newer)).order_by("area_path", "number"):
        found.setdefault(one.area_id, Newest(one.area, {})).runs[one.method] = one
    return list(found.values())


def instants(reach: Sight, most: int) -> list[datetime]:
    """The instants whose data were analysed, the latest first."""
    found = Run.objects.filter(reach.q()).order_by("-as_of").values_list("as_of", flat=True).distinct()
    return list(found[:most])


def others(run: Run) -> QuerySet[Run]:
    """The runs of the same analysis of the same area, newest data first."""
    return Run.objects.filter(event=run.event, area=run.area, method=run.method).order_by("-as_of", "-number")


def before(run: Run) -> Run | None:
    """The run that this one is compared with (上次): of the same analysis, on the data before. A scenario is compared with its baseline."""
    if run.method == Run.Method.WHATIF:
        return None
    return others(run).filter(as_of__lt=run.as_of).exclude(pk=run.pk).first()


def beside(run: Run) -> list[Run]:
    """The other analyses of the same set."""
    found = Run.objects.filter(inputs=run.inputs, profile=run.profile).exclude(pk=run.pk).defer("rows")
    return list(found.exclude(method=Run.Method.WHATIF).order_by("number"))


def scenarios(reach: Sight, moment: datetime | None = None) -> QuerySet[Run]:
    """The scenarios within reach that came to a result, the latest first."""
    return runs(reach, moment).filter(method=Run.Method.WHATIF, state=Run.State.DONE).order_by("-number")


def changed(run: Run, earlier: Run) -> list[tuple[str, int | None, int | None]]:
    """The days whose count is another than it was: (day, then, now); days that are new do not count."""
    then = {one["on"]: one["new"] for one in earlier.inputs.rows}
    today = {one["on"]: one["new"] for one in run.inputs.rows}
    return [(day, was, today.get(day)) for day, was in sorted(then.items()) if today.get(day) != was]
