"""What is done by the clock, and how often: the one table of cadences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shichen.analysis import tracing
from shichen.analysis.models import Trace
from shichen.analysis.risk import working as risk
from shichen.analysis.runs import working as analyses
from shichen.analysis.signals import working as signals
from shichen.audit import sealing
from shichen.audit.context import acting
from shichen.audit.models import Trail
from shichen.board import sightings, snapshot
from shichen.intake import services as intake
from shichen.jobs import running as jobs
from shichen.journal.models import Entry
from shichen.publications.editions import outgoing as editions
from shichen.publications.portal import folder as portal
from shichen.reconciliation import running
from shichen.registers.cases import erasing as cases
from shichen.registers.checkpoints import drawing, watching
from shichen.registers.checkpoints import sealing as sealing_passings
from shichen.registers.checkpoints.passes import erasing as passes
from shichen.registers.loads import services as loads
from shichen.registers.travellers import erasing as travellers
from shichen.web import clock


@dataclass(frozen=True)
class Job:
    """A plain function of the time, and the seconds between two runs of it; a long one does not hold up the others."""

    name: str
    every: float
    run: Callable[[datetime], object]
    long: bool = False


def seal() -> int:
    """Bind what waits into the chain: the trail, then the log."""
    trail = sealing.seal_unsealed("audit.trail", Trail.objects.all())
    return trail + sealing.seal_unsealed("journal.entry", Entry.objects.all())


def release_due(at: datetime) -> int:
    """Release what was signed for an hour that has come, by the clock of the pages: a demonstration's stands or replays."""
    stands = clock.stands_at()
    with acting("job", moment=stands):
        return editions.release_due(stands or at)


def check_again(at: datetime) -> int:
    """A round of checks where anything changed, by the clock of the pages."""
    stands = clock.stands_at()
    with acting("job", moment=stands):
        return running.refresh(stands or at)


def expire(at: datetime) -> int:
    """Destroy bulk rows on time, by the clock of the pages: a demonstration's rows are as old as its clock says."""
    cited = Trace.objects.exclude(snapshot=None).values_list("snapshot", flat=True).distinct()
    return loads.expire(clock.stands_at() or at, [number for number in cited if number])


def forget(at: datetime) -> int:
    """Erase whose time has come, by the clock of the pages: in a demonstration nobody's comes while its clock stands."""
    stands = clock.stands_at()
    with acting("job", moment=stands):
        when = stands or at
        return travellers.expire(when) + passes.expire(when) + tracing.expire(when) + cases.expire(when)


def draw_shifts(at: datetime) -> int:
    """Sum up the shifts that no post told, from its single passings, by the clock of the pages."""
    stands = clock.stands_at()
    with acting("job", moment=stands):
        return drawing.draw(stands or at)


def seal_passings(at: datetime) -> int:
    """Seal the single passings of watches that are over into bulk rows, by the clock of the pages."""
    stands = clock.stands_at()
    with acting("job", moment=stands):
        return sealing_passings.seal(stands or at)


def look_at_posts(at: datetime) -> int:
    """Raise and clear what the duty officer should know of posts, by the clock of the pages."""
    stands = clock.stands_at()
    with acting("job", moment=stands):
        return watching.look(stands or at)


def analyse(at: datetime) -> int:
    """Have the analyses made anew where counts came since, by the clock of the pages."""
    stands = clock.stands_at()
    with acting("job", moment=stands):
        return analyses.look(stands or at)


def judge_risk(at: datetime) -> int:
    """Have the risk levels worked out anew where what they rest on changed, by the clock of the pages."""
    stands = clock.stands_at()
    with acting("job", moment=stands):
        return risk.look(stands or at)


def look_at_series(at: datetime) -> int:
    """Have the watched series evaluated each hour, and pass on signals nobody answered, by the clock of the pages."""
    stands = clock.stands_at()
    with acting("job", moment=stands):
        return signals.look(stands or at)


JOBS = (
    Job("指挥板快照", 0.5, snapshot.refresh),
    Job("待入册来件", 5, lambda at: intake.enter_waiting(at - timedelta(seconds=5))),
    Job("待入库流水", 30, lambda at: loads.ask_waiting(at - timedelta(seconds=60))),
    Job("合并流水", 3600, lambda at: loads.compact(), long=True),
    Job("销毁到期流水", 86_400, expire, long=True),
    Job("核验流水文件", 86_400, loads.verify, long=True),
    Job("读日志里的数", 2, sightings.read_new),
    Job("销毁到期身份", 600, lambda at: forget(at), long=True),
    Job("封链", 1, lambda at: seal()),
    Job("汇总班次", 60, lambda at: draw_shifts(at), long=True),
    Job("封存逐车记录", 60, lambda at: seal_passings(at), long=True),
    Job("卡点警情", 60, lambda at: look_at_posts(at), long=True),
    Job("流行病学分析", 60, lambda at: analyse(at), long=True),
    Job("风险等级", 60, lambda at: judge_risk(at), long=True),
    Job("异常信号", 60, lambda at: look_at_series(at), long=True),
    Job("核对", 60, lambda at: check_again(at), long=True),
    Job("定时发布", 1, lambda at: release_due(at)),
    Job("公开页", 2, portal.refresh),
    Job("后台任务", 0.5, jobs.run_next, long=True),
)
