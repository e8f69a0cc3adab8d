"""The work of risk levels in the background: area by area, each whole, going on where it stopped."""

from __future__ import annotations

from datetime import datetime

from shichen import watches
from shichen.analysis import instants
from shichen.analysis.risk import asking, freezing
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.jobs import kinds
from shichen.jobs.kinds import Outcome
from shichen.jobs.models import Job
from shichen.jobs.progress import Progress


def _run(job: Job, progress: Progress) -> Outcome:
    as_of = instants.read(job.subject)
    areas = freezing.areas(city.the_city(), watches.civil_day(as_of))
    made = 0
    for done, area in enumerate(areas):
        progress.at(done, len(areas), area.name)
        made += asking.make(area, job.event, as_of, by=job.by) is not None
    progress.at(len(areas), len(areas))
    return Outcome(f"{len(areas)} 个区域，新判 {made} 个。", "/analysis/risk/")


def look(at: datetime) -> int:
    """Have the levels worked out anew where anything they rest on changed; one job at most."""
    if not asking.due(at):
        return 0
    asking.ask(at, by=accounts.system())
    return 1


RISK = kinds.declare(kinds.Kind(asking.KIND, "风险等级", "Risk levels", _run))
