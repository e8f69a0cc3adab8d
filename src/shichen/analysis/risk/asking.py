"""Acts on risk levels: work them out as of an instant, compute one again, sign, and what the Office sets instead."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from shichen.analysis import fingerprints, instants, powers
from shichen.analysis.risk import freezing, rules_in_force
from shichen.analysis.risk.models import Assessment, Level, Override, Rule, Signature
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Area, Event
from shichen.jobs import services as jobs
from shichen.jobs.models import Job
from shichen.refusal import Refusal
from shichen.registers.cases import queries as cases
from shichen.registers.clusters import queries as clusters

KIND = "risk"


def ask(as_of: datetime, *, by: Account) -> Job:
    """Have the levels of the city and of each of its areas worked out as of an instant in the background. Raises Refusal."""
    place, at = powers.may_analyse(by), instants.whole(as_of)
    if not rules_in_force.known(place.event, as_of):
        raise Refusal("到那时还没有风险等级规则入档；请先录入一份。", rule="风险等级规则")
    title = f"风险等级，数据截至{instants.told(at)}"
    return jobs.ask(jobs.Asked(KIND, instants.subject(at), title, place.unit, place.area, place.event), by=by)


def make(area: Area, event: Event, as_of: datetime, *, by: Account) -> Assessment | None:
    """The levels of one area, kept; None where nothing is known, or nothing is new since its newest."""
    from shichen.analysis.risk import judging  # numpy: only what computes pays for it

    the_city = city.the_city()
    found = freezing.inputs(area, event, as_of, the_city)
    if found is None:
        return None
    inputs, unit = found
    digest = fingerprints.digest(inputs)
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
            digest=fingerprints.digest(rows),
            n_used=reported,
            n_missing=len(rows) - reported,
            asked_by=by,
            made_at=now(),
        )
    )


@transaction.atomic
def recompute(one: Assessment, *, by: Account) -> powers.Checked:
    """Work levels out again from what they are kept with (重算核对). Nothing is changed; that it was done stands in the trail."""
    from shichen.analysis.risk import judging  # numpy: only what computes pays for it

    powers.must_reach(one.area, by, "analyse")
    rules = [rules_in_force.read(rule.text) for rule in _rules(one.inputs, one.event)]
    found = fingerprints.digest(judging.levels(one.inputs, rules))
    same = found == one.digest and fingerprints.digest(one.inputs) == one.inputs_digest
    powers.noted("recompute_risk", one, by, result="done" if same else "differs")
    return powers.Checked(same, found, judging.version())


@transaction.atomic
def sign(one: Assessment, note: str, *, by: Account) -> Signature:
    """Sign an area's levels (签发): from then on they may be shown elsewhere. Raises Refusal."""
    powers.may_sign(one, by)
    made = powers.signed(Signature(assessment=one), one, note, by=by)
    powers.noted("sign_risk", one, by, reason=note.strip())
    last = one.rows[-1]
    level = str(Level(last["level"]).label) if last["level"] else "不能判定"
    text = f"{one.area.name}风险等级签发：{last['date']}为{level}（第{one.number}号，规则{last['rule'] or '无'}）。"
    powers.told(text, one, "sign_risk", by)
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
    reason = powers.reasoned(reason)
    made = Override.objects.create(
        event=place.event,
        unit=place.unit,
        area=area,
        area_path=area.path,
        from_day=from_day,
        to_day=to_day,
        level=level,
        reason=reason,
        by=by,
        at=now(),
    )
    powers.noted("override_risk", made, by, reason=made.reason)
    what = f"调整为{Level(level).label}" if level else "的调整取消"
    text = f"{area.name}风险等级{what}，{from_day:%Y-%m-%d}起：{made.reason}"
    powers.told(text, made, "override_risk", by)
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
    return not instants.looked(KIND, event, max(came), at)


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
