"""Acts on risk levels: work them out as of an instant, compute one again, sign, and what the Office sets instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from shichen import watches
from shichen.analysis.risk import freezing, rules_in_force
from shichen.analysis.risk.models import Assessment, Level, Override, Rule, Signature
from shichen.analysis.runs import profiles
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Area, Event
from shichen.city.scope import sight
from shichen.jobs import services as jobs
from shichen.jobs.models import Job
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.refusal import Refusal
from shichen.registers.cases import queries as cases
from shichen.registers.clusters import queries as clusters

KIND = "risk"
MINUTE = "%Y%m%dT%H%M"
LONGEST = 200


@dataclass(frozen=True)
class Checked:
    """What computing levels again gave (重算核对)."""

    same: bool
    digest: str
    version: str


def ask(as_of: datetime, *, by: Account) -> Job:
    """Have the levels of the city and of each of its areas worked out as of an instant in the background. Raises Refusal."""
    place = profiles.may_enter(by)
    if as_of > now():
        raise Refusal("数据截至的时刻还没有到。", field="as_of")
    if not rules_in_force.known(place.event, as_of):
        raise Refusal("到那时还没有风险等级规则入档；请先录入一份。", rule="风险等级规则")
    at = as_of.astimezone(UTC).replace(second=0, microsecond=0)
    title = f"风险等级，数据截至{watches.local(at):%Y-%m-%d %H:%M}"
    return jobs.ask(jobs.Asked(KIND, f"{at:{MINUTE}}", title, place.unit, place.area, place.event), by=by)


def asked(subject: str) -> datetime:
    """The instant that a job is about."""
    return datetime.strptime(subject, MINUTE).replace(tzinfo=UTC)


def make(area: Area, event: Event, as_of: datetime, *, by: Account) -> Assessment | None:
    """The levels of one area, kept; None where nothing is known, or nothing is new since its newest."""
    from shichen.analysis.risk import judging  # numpy: only what computes pays for it

    the_city = city.the_city()
    found = freezing.inputs(area, event, as_of, the_city)
    if found is None:
        return None
    inputs, unit = found
    digest = judging.digest(inputs)
    newest = Assessment.objects.filter(event=event, area=area, as_of__lte=as_of).order_by("-as_of", "-number").first()
    if newest is not None and newest.inputs_digest == digest and newest.epi_version == judging.version():
        return None
    rows = judging.levels(inputs, [rules_in_force.read(one.text) for one in _rules(inputs, event)])
    reported = sum(row["reported"] for row in rows)
    return _kept(
        Assessment(
            event=event,
            unit=unit or city.the_office(),
            area=area,
            area_path=area.path,
            as_of=as_of,
            epi_version=judging.version(),
            inputs=inputs,
            inputs_digest=digest,
            rows=rows,
            digest=judging.digest(rows),
            n_used=reported,
            n_missing=len(rows) - reported,
            asked_by=by,
            made_at=now(),
        )
    )


@transaction.atomic
def recompute(one: Assessment, *, by: Account) -> Checked:
    """Work levels out again from what they are kept with (重算核对). Nothing is changed; that it was done stands in the trail."""
    from shichen.analysis.risk import judging  # numpy: only what computes pays for it

    _must_reach(one.area, by, "analyse")
    rules = [rules_in_force.read(rule.text) for rule in _rules(one.inputs, one.event)]
    found = judging.digest(judging.levels(one.inputs, rules))
    same = found == one.digest and judging.digest(one.inputs) == one.inputs_digest
    _noted("recompute_risk", one, by, result="done" if same else "differs")
    return Checked(same, found, judging.version())


@transaction.atomic
def sign(one: Assessment, note: str, *, by: Account) -> Signature:
    """Sign an area's levels (签发): from then on they may be shown elsewhere. Raises Refusal."""
    if not sight(by, "approve", at=now()).covers(unit=one.unit_id, path=one.area_path, event=one.event_id):
        raise Refusal("签发由办公室或指挥长办；您的权限不及于此。", rule="签发权限")
    if one.asked_by_id == by.pk:
        raise Refusal("自己提出的分析由另一个人签发。", rule="不得自批")
    if len(note) > LONGEST:
        raise Refusal("意见不超过200字。", field="note")
    try:
        with transaction.atomic():
            made = Signature.objects.create(assessment=one, by=by, at=now(), note=note.strip())
    except IntegrityError:
        raise Refusal("这次分析已经签发。", rule="先到先办") from None
    _noted("sign_risk", one, by, reason=note.strip())
    last = one.rows[-1]
    level = str(Level(last["level"]).label) if last["level"] else "不能判定"
    text = f"{one.area.name}风险等级签发：{last['date']}为{level}（第{one.number}号，规则{last['rule'] or '无'}）。"
    said = Said(text, one.unit, one.area, one.event, kind=Entry.Kind.ACT, topic="case", act="sign_risk")
    journal.write(said, by=by)
    return made


@transaction.atomic
def override(area: Area, level: str, from_day: date, to_day: date | None, reason: str, *, by: Account) -> Override:
    """Set a level in place of the computed one, or lift what was set (办公室调整): a record of its own. Raises Refusal."""
    place = city.standing_of(by, "approve", at=now())
    if place is None or not area.path.startswith(place.area.path):
        raise Refusal("调整等级由办公室或指挥长办；您的权限不及于此。", rule="签发权限")
    if level and level not in Level.values:
        raise Refusal("没有这种等级；可用：低、中、高。", field="level")
    if to_day is not None and to_day < from_day:
        raise Refusal("止的日期早于起的日期。", field="to_day")
    if not reason.strip() or len(reason) > LONGEST:
        raise Refusal(f"请写明理由，不超过{LONGEST}字。", field="reason")
    made = Override.objects.create(
        event=place.event,
        unit=place.unit,
        area=area,
        area_path=area.path,
        from_day=from_day,
        to_day=to_day,
        level=level,
        reason=reason.strip(),
        by=by,
        at=now(),
    )
    audit.note(
        "override_risk",
        table="risk.override",
        subject=made.pk,
        unit=place.unit.pk,
        area=area.pk,
        reason=made.reason,
        by=by,
    )
    what = f"调整为{Level(level).label}" if level else "的调整取消"
    text = f"{area.name}风险等级{what}，{from_day:%Y-%m-%d}起：{made.reason}".replace("{", "（").replace("}", "）")
    said = Said(text, place.unit, area, place.event, kind=Entry.Kind.ACT, topic="case", act="override_risk")
    journal.write(said, by=by)
    return made


def due(at: datetime) -> bool:
    """Whether counts, clusters or rules came or went since levels were last worked out, as it was known at an instant."""
    event = city.the_event()
    rules = rules_in_force.known(event, at)
    changes = [
        cases.last_change(event, at, cumulative=True),
        clusters.last_change(event, at),
        *(one.entered_at for one in rules),
    ]
    came = [one for one in changes if one is not None]
    if not rules or not came:
        return False
    since = max(came)
    first = since.astimezone(UTC).replace(second=0, microsecond=0)
    first += timedelta(minutes=1) if first < since else timedelta(0)
    done = Job.objects.filter(kind=KIND, event=event, subject__gte=f"{first:{MINUTE}}")
    done = done.filter(subject__lte=f"{at.astimezone(UTC):{MINUTE}}")
    return not done.exclude(state=Job.State.CANCELLED).exists()


@transaction.atomic
def _kept(one: Assessment) -> Assessment:
    event = Event.objects.select_for_update().get(pk=one.event_id)
    one.number = (Assessment.objects.filter(event=event).aggregate(last=Max("number"))["last"] or 0) + 1
    one.save(force_insert=True)
    return one


def _rules(inputs: dict[str, list[dict[str, str]]], event: Event) -> list[Rule]:
    """The rules that inputs name, as they were entered."""
    named = {one["id"]: one["digest"] for one in inputs["rules"]}
    return [one for one in Rule.objects.filter(event=event, code__in=named) if one.digest == named[one.code]]


def _must_reach(area: Area, by: Account, act: str) -> None:
    reaches = sight(by, act, at=now()).reaches
    if by.kind != Account.Kind.SYSTEM and not any(area.path.startswith(path) for _unit, path, _event in reaches):
        raise Refusal("这个区域不在您的权限之内。", rule="分析权限")


def _noted(action: str, one: Assessment, by: Account, *, reason: str = "", result: str = "done") -> None:
    audit.note(
        action,
        table="risk.assessment",
        subject=one.pk,
        unit=one.unit_id,
        area=one.area_id,
        reason=reason,
        result=result,
        by=by,
    )
