"""The work of signals in the background: series by series, area by area; and the clock that asks for it and passes on."""

from __future__ import annotations

from datetime import datetime

from shichen import watches
from shichen.analysis import instants
from shichen.analysis.signals import asking, freezing
from shichen.audit.context import acting, current
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.jobs import kinds
from shichen.jobs.kinds import Outcome
from shichen.jobs.models import Job
from shichen.jobs.progress import Progress
from shichen.web import clock


def _run(job: Job, progress: Progress) -> Outcome:
    """A signal is raised at the moment of the pages' clock: where a demonstration stands, its people answer it there."""
    with acting("job", moment=clock.stands_at() or current().moment):
        return _evaluated(job, progress)


def _evaluated(job: Job, progress: Progress) -> Outcome:
    as_of = instants.read(job.subject)
    rules = asking.in_force(job.event)
    if rules is None:
        return Outcome("没有异常信号规则。", "/analysis/alarms/")
    on, the_city = watches.civil_day(as_of), city.the_city()
    pairs = [(one, area) for one in asking.read(rules.text).series for area in freezing.areas(one, the_city, on)]
    made = raised = 0
    for done, (one, area) in enumerate(pairs):
        progress.at(done, len(pairs), area.name)
        found = asking.evaluate(rules, one, area, as_of, by=job.by)
        made += found is not None
        raised += found.alarms.count() if found is not None else 0
    progress.at(len(pairs), len(pairs))
    return Outcome(f"{len(pairs)} 个序列，新评价 {made} 个，待核信号 {raised} 条。", "/analysis/alarms/")


def look(at: datetime) -> int:
    """Have the series evaluated where it is time, and pass on what nobody answered."""
    asking.pass_on(at)
    if not asking.due(at):
        return 0
    asking.ask(at, by=accounts.system())
    return 1


SIGNALS = kinds.declare(kinds.Kind(asking.KIND, "异常信号", "Signals", _run))
