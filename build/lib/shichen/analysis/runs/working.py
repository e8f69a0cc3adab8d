"""The work of analyses in the background: area by area, each whole, going on where it stopped."""

from __future__ import annotations

from datetime import datetime

from shichen.analysis.runs import asking, inputs
from shichen.city import services as accounts
from shichen.city.models import Area
from shichen.jobs import kinds
from shichen.jobs.kinds import Outcome
from shichen.jobs.models import Job
from shichen.jobs.progress import Progress


def _run(job: Job, progress: Progress) -> Outcome:
    as_of, code = asking.asked(job.subject)
    areas = inputs.areas(job.event, as_of) if code == asking.EVERYWHERE else list(Area.objects.filter(pk=code))
    made = 0
    for done, area in enumerate(areas):
        progress.at(done, len(areas), area.name)
        made += len(asking.make(area, job.event, as_of, by=job.by))
    progress.at(len(areas), len(areas))
    return Outcome(f"{len(areas)} 个区域，新算 {made} 项分析。", "/analysis/")


def look(at: datetime) -> int:
    """Have the analyses made anew where anything was reported since; one job at most."""
    if not asking.due(at):
        return 0
    asking.ask(at, by=accounts.system())
    return 1


ANALYSIS = kinds.declare(kinds.Kind(asking.KIND, "流行病学分析", "Epidemiological analysis", _run))
