"""Acts on signals: enter rules, evaluate every series as of an instant, propose what is unusual, answer, pass on what waits."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import IntegrityError, transaction

from shichen.analysis import fingerprints, instants, papers, powers
from shichen.analysis.signals import freezing, proposing, rulebook
from shichen.analysis.signals.models import Alarm, Answer, Evaluation, Rulebook
from shichen.analysis.signals.rulebook import Rules, Watched
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account, Area, Event
from shichen.city.roles import ROLES
from shichen.city.scope import Sight, roles_of, sight
from shichen.indicators.declare import named
from shichen.jobs import services as jobs
from shichen.jobs.models import Job
from shichen.journal.models import Entry
from shichen.refusal import Refusal

KIND = "signals"
EVERY = timedelta(hours=1)
"""Series of many registers have no one mark of change: they are looked at once an hour, and kept only where something is new."""


@transaction.atomic
def enter(text: str, reason: str, *, by: Account) -> Rulebook:
    """Enter a file of rules; checked whole, kept as it came; from now on it is in force. Raises Refusal that names the field."""
    place = powers.may_analyse(by)
    said = rulebook.read(text)
    made = papers.rule_file(Rulebook(), said, text, powers.reasoned(reason), place, by=by)
    papers.told(made, "enter_signal_rules", "enter_signals", f"异常信号规则 {said.id} 入档", place, by=by)
    return made


def in_force(event: Event, at: datetime | None = None) -> Rulebook | None:
    """The rules of an event that were entered last, by an instant."""
    found = Rulebook.objects.filter(event=event)
    return (found if at is None else found.filter(entered_at__lte=at)).order_by("-entered_at").first()


def entered(code: str, reach: Sight) -> Rulebook | None:
    """A file of rules by its id, of the events that somebody sees."""
    return next(iter(papers.within(Rulebook.objects.filter(code=code), reach)), None)


@lru_cache(maxsize=16)
def read(text: str) -> Rules:
    """What a file of rules says."""
    return rulebook.read(text)


def ask(as_of: datetime, *, by: Account) -> Job:
    """Have every series evaluated as of an instant in the background. Raises Refusal."""
    place, at = powers.may_analyse(by), instants.whole(as_of)
    if in_force(place.event) is None:
        raise Refusal("还没有异常信号规则；请先录入一份。", rule="异常信号规则")
    title = f"异常信号，数据截至{instants.told(at)}"
    return jobs.ask(jobs.Asked(KIND, instants.subject(at), title, place.unit, place.area, place.event), by=by)


def due(at: datetime) -> bool:
    """Whether the series were not looked at within the last hour, or rules were entered since."""
    event = city.the_event()
    rules = in_force(event, at)
    if rules is None:
        return False
    since = max(at - EVERY, rules.entered_at)
    return not instants.looked(KIND, event, instants.floor(since), at)


def evaluate(rules: Rulebook, one: Watched, area: Area, as_of: datetime, *, by: Account) -> Evaluation | None:
    """One series of one area, kept, with what it proposes; None where nothing is new since its newest."""
    from shichen.analysis.signals import evaluating  # numpy and scipy: only what computes pays for them

    found = freezing.days(one, area, rules.event, as_of, evaluating.reach(one))
    digest = fingerprints.digest(found.rows)
    before = Evaluation.objects.filter(event=rules.event, area=area, series=one.id, as_of__lte=as_of)
    newest = before.order_by("-as_of", "-made_at").first()
    if newest is not None and (newest.rules_id, newest.inputs_digest) == (rules.pk, digest):
        return None
    told = evaluating.evaluate(found.rows, one)
    return _kept(
        Evaluation(
            event=rules.event,
            unit=found.unit or city.the_office(),
            area=area,
            area_path=area.path,
            rules=rules,
            series=one.id,
            indicator=one.indicator,
            method=one.method,
            as_of=as_of,
            epi_version=evaluating.version(),
            inputs=found.rows,
            inputs_digest=digest,
            rows=told.rows,
            digest=fingerprints.digest(told.rows),
            unevaluated=told.unevaluated,
            asked_by=by,
            made_at=now(),
        ),
        one.again,
    )


@transaction.atomic
def recompute(one: Evaluation, *, by: Account) -> bool:
    """Evaluate again from what is kept (重算核对): whether the same comes out. That it was done stands in the trail."""
    from shichen.analysis.signals import evaluating  # numpy and scipy: only what computes pays for them

    watched = read(one.rules.text).named(one.series)
    again = evaluating.evaluate(one.inputs, watched) if watched else evaluating.Found([])
    same = fingerprints.digest(again.rows) == one.digest and fingerprints.digest(one.inputs) == one.inputs_digest
    powers.noted("recompute_signal", one, by, result="done" if same else "differs")
    return same


@transaction.atomic
def answer(alarm: Alarm, verdict: str, reason: str, *, by: Account) -> Answer:
    """Say what was found of a signal (属实、不实); the latter with its reason. Raises Refusal, also when another answered before."""
    covered = sight(by, "note", at=now()).covers(unit=alarm.unit_id, path=alarm.area_path, event=alarm.event_id)
    line = read(alarm.evaluation.rules.text).line
    if not covered or not roles_of(by, now()) & {role for step in line for role in step}:
        raise Refusal("异常信号由规则里写明的值班角色核实；您的权限不及于此。", rule="分析权限")
    if verdict not in Answer.Verdict.values:
        raise Refusal("请选属实或不实。", field="verdict")
    if len(reason) > powers.LONGEST or (verdict == Answer.Verdict.DISMISSED and not reason.strip()):
        raise Refusal(f"不实要写明理由，不超过{powers.LONGEST}字。", field="reason")
    try:
        with transaction.atomic():
            made = Answer.objects.create(alarm=alarm, verdict=verdict, reason=reason.strip(), by=by, at=now())
    except IntegrityError:
        raise Refusal("这条信号已有人答复；请刷新后再看。", rule="先到先办") from None
    powers.noted("answer_signal", alarm, by, reason=made.reason)
    what = "属实" if verdict == Answer.Verdict.CONFIRMED else "不实"
    name = named(alarm.evaluation.indicator).name
    text = f"异常信号核实：{alarm.area.name}{alarm.on:%m月%d日}{name}{alarm.value:g}，{what}。{made.reason}"
    powers.told(text, alarm, "answer_signal", by)
    return made


@transaction.atomic
def pass_on(at: datetime) -> int:
    """Pass on what nobody answered in time, one step at a time, and tell the log; how many signals went up."""
    found = Alarm.objects.select_for_update(of=("self",)).filter(answer=None)
    together: dict[tuple[str, int], list[Alarm]] = defaultdict(list)
    for alarm in found.select_related("evaluation__rules", "unit", "area", "event").order_by("-strength"):
        rules = read(alarm.evaluation.rules.text)
        since = alarm.passed_on_at or alarm.raised_at
        if alarm.step + 1 < len(rules.line) and since <= at - timedelta(minutes=rules.minutes):
            together[alarm.area_id, alarm.step + 1].append(alarm)
    for (_area, step), alarms in together.items():
        Alarm.objects.filter(pk__in=[one.pk for one in alarms]).update(step=step, passed_on_at=at)
        first, rules = alarms[0], read(alarms[0].evaluation.rules.text)
        whose = "、".join(ROLES[role].zh for role in rules.line[step])
        text = f"异常信号逐级上报：{first.area.name}{len(alarms)}条，{rules.minutes}分钟无人核实，报{whose}。"
        powers.told(text, first, "pass_on_signal", accounts.system(), kind=Entry.Kind.SYSTEM)
    return sum(map(len, together.values()))


@transaction.atomic
def _kept(one: Evaluation, again: float) -> Evaluation:
    """An evaluation written down, and what it proposes."""
    one.save(force_insert=True)
    proposing.propose(one, again)
    return one
