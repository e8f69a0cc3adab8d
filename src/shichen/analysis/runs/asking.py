"""Acts on analyses: make the set of an area as of an instant, have it made in the background, compute one again, sign one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from shichen import watches
from shichen.analysis import fingerprints, instants, powers
from shichen.analysis.runs import estimates, inputs, profiles
from shichen.analysis.runs.models import Inputs, Profile, Run, Signature
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Area, Event
from shichen.jobs import services as jobs
from shichen.jobs.models import Job
from shichen.refusal import Refusal
from shichen.registers.cases import queries as cases
from shichen.registers.hospitals import queries as hospitals

KIND = "analysis"
EVERYWHERE = "*"
METHODS = tuple(one for one in Run.Method.values if one != Run.Method.WHATIF)
"""What the set of an area is made of; a scenario is asked for one by one."""
SCORED = (Run.Method.FORECAST, Run.Method.NOWCAST, Run.Method.BEDS)
"""Analyses that say what is to come, and are scored once it has."""
DATED = "data"


def ask(as_of: datetime, area: Area | None = None, *, by: Account) -> Job:
    """Have the analyses of an area, or of every area that reported, made as of an instant in the background. Raises Refusal."""
    place, at = powers.may_analyse(by), instants.whole(as_of)
    if area is not None and by.kind != Account.Kind.SYSTEM:
        powers.must_reach(area, by, "analyse")
    if profiles.standing(place.event) is None:
        raise Refusal("还没有疾病参数档；请先录入一份再分析。", rule="参数档")
    subject = f"{instants.subject(at)}|{area.pk if area else EVERYWHERE}"
    title = f"流行病学分析，数据截至{instants.told(at)}"
    return jobs.ask(jobs.Asked(KIND, subject, title, place.unit, area or place.area, place.event), by=by)


def asked(subject: str) -> tuple[datetime, str]:
    """The instant and the area that a job is about."""
    at, _stroke, area = subject.partition("|")
    return instants.read(at), area


def make(area: Area, event: Event, as_of: datetime, *, by: Account) -> list[Run]:
    """The whole set of one area, each run kept even where it was refused; none where nobody reported, or where nothing is new."""
    profile = profiles.standing(event)
    if profile is None:
        raise Refusal("还没有疾病参数档；请先录入一份再分析。", rule="参数档")
    frozen = inputs.at(area, event, as_of)
    if frozen is None or _stands(frozen, profile):
        return []
    return kept(frozen, [computed(method, frozen, profile, by) for method in methods_of(frozen)])


def methods_of(frozen: Inputs) -> list[str]:
    """What the set of an area is made of: the beds where anybody told who had left, the delay where there is a line list."""
    told = any("discharged" in one for one in frozen.rows)
    left = {*([] if told else [Run.Method.BEDS]), *([] if frozen.cells else [Run.Method.DELAY])}
    return [one for one in METHODS if one not in left]


def computed(
    method: str, frozen: Inputs, profile: Profile, by: Account, *, parameters: dict[str, Any] | None = None
) -> Run:
    """One run, computed and not kept yet; with the parameters of its method where none are given."""
    from shichen.analysis.runs.computing import answering  # numpy and scipy: only what computes pays for them

    earlier = list(_issued(frozen, method)) if method in SCORED else []
    if parameters is None:
        parameters = {"dated": DATED, **({"scored": [str(one.pk) for one in earlier]} if earlier else {})}
        if method == Run.Method.BEDS:
            parameters["capacity"] = hospitals.steps(frozen.area, frozen.event, frozen.as_of)
    seed, began = answering.seed_of(frozen.digest), time.process_time()
    result = answering.compute(_question(method, parameters, frozen, profile, seed, earlier))
    refused = result.refused
    return Run(
        event=frozen.event,
        unit=frozen.unit,
        area=frozen.area,
        area_path=frozen.area_path,
        method=method,
        epi_version=answering.version(),
        parameters=parameters,
        profile=profile,
        inputs=frozen,
        as_of=frozen.as_of,
        seed=seed,
        n_used=result.n_used,
        n_missing=result.n_missing,
        n_imputed=result.n_imputed,
        cpu_ms=round(1000 * (time.process_time() - began)),
        state=Run.State.REFUSED if refused else Run.State.DONE,
        status=result.status,
        refusal=refused.code if refused else "",
        refused_why=refused.zh[:400] if refused else "",
        refused_why_en=refused.en[:400] if refused else "",
        rows=result.rows,
        digest=fingerprints.digest(result.rows),
        asked_by=by,
        made_at=now(),
    )


@transaction.atomic
def kept(frozen: Inputs, runs: Sequence[Run]) -> list[Run]:
    """Runs written down with what they rest on and with their numbers, one after the other.

    The same rows of the same instant are kept once: another profile's runs rest on them too.
    """
    Event.objects.select_for_update().get(pk=frozen.event_id)
    same = {name: getattr(frozen, name) for name in ("event", "area", "as_of", "digest")}
    held = Inputs.objects.filter(**same).first()  # asked again with another profile or other beds
    if held is None:
        frozen.save(force_insert=True)
    for one in runs:
        one.inputs = held or frozen
    return numbered(frozen.event_id, runs)


@transaction.atomic
def numbered(event_id: Any, runs: Sequence[Run]) -> list[Run]:
    """Runs written down with their numbers, on inputs that are kept already."""
    event = Event.objects.select_for_update().get(pk=event_id)
    last = Run.objects.filter(event=event).aggregate(last=Max("number"))["last"] or 0
    for number, one in enumerate(runs, start=last + 1):
        one.number = number
        one.save(force_insert=True)
    return list(runs)


@transaction.atomic
def recompute(run: Run, *, by: Account) -> powers.Checked:
    """Compute a run again from what it is kept with (重算核对). Nothing is changed; that it was done stands in the trail."""
    from shichen.analysis.runs.computing import answering  # numpy and scipy: only what computes pays for them

    powers.must_reach(run.area, by, "analyse")
    scored = [Run.objects.get(pk=key) for key in run.parameters.get("scored", [])]
    again = answering.compute(_question(run.method, run.parameters, run.inputs, run.profile, run.seed, scored))
    found = fingerprints.digest(again.rows)
    same = found == run.digest and inputs.digest(run.inputs.rows, run.inputs.cells) == run.inputs.digest
    powers.noted("recompute_run", run, by, result="done" if same else "differs")
    return powers.Checked(same, found, answering.version())


@transaction.atomic
def sign(run: Run, note: str, *, by: Account) -> Signature:
    """Sign a run (签发): from then on its figures may go out. Raises Refusal."""
    powers.may_sign(run, by)
    if run.state == Run.State.REFUSED:
        raise Refusal("这次分析没有得出结果，不能签发。", rule="发布门槛")
    if run.method == Run.Method.WHATIF:
        raise Refusal("情景不是预测，不签发，也不对外。", rule="情景")
    made = powers.signed(Signature(run=run), run, note, by=by)
    estimates.keep(made)
    powers.noted("sign_run", run, by, reason=note.strip())
    text = f"第{run.number}号分析签发：{run.area.name}{run.get_method_display()}，数据截至{watches.local(run.as_of):%m月%d日%H:%M}。"
    powers.told(text, run, "sign_run", by)
    return made


def due(at: datetime) -> bool:
    """Whether counts came or went since everything was last analysed, or a profile was entered, as it was known at an instant."""
    event = city.the_event()
    profile, last = profiles.standing(event), cases.last_change(event, at)
    if profile is None or last is None:
        return False
    last = max(one for one in (last, hospitals.last_change(event, at)) if one is not None)
    since = max(last, profile.entered_at) if profile.entered_at <= at else last
    return not instants.looked(KIND, event, since, at, ending=f"|{EVERYWHERE}")


def _stands(frozen: Inputs, profile: Profile) -> bool:
    """Whether the newest analyses of the area rest on the same rows, the same profile and the same open beds."""
    found = Run.objects.filter(event=frozen.event, area=frozen.area, as_of__lte=frozen.as_of).select_related("inputs")
    newest = found.order_by("-as_of", "-number").defer("rows", "inputs__rows", "inputs__cells").first()
    if newest is None or newest.profile_id != profile.pk or newest.inputs.digest != frozen.digest:
        return False
    beds = (
        found.filter(method=Run.Method.BEDS)
        .order_by("-as_of", "-number")
        .defer("rows", "inputs__rows", "inputs__cells")
        .first()
    )
    return beds is None or beds.parameters.get("capacity", []) == hospitals.steps(
        frozen.area, frozen.event, frozen.as_of
    )


def _question(
    method: str, parameters: dict[str, Any], frozen: Inputs, profile: Profile, seed: int, earlier: Sequence[Run]
) -> Any:
    from shichen.analysis.runs.computing import answering

    disease, rows = profiles.said(profile), [(one.number, one.rows) for one in earlier]
    return answering.Asked(method, parameters, frozen.rows, disease, seed, rows, frozen.cells)


def _issued(frozen: Inputs, method: str) -> list[Run]:
    """The forecasts or nowcasts of the area that were issued on earlier data, oldest first; of each instant the one made last."""
    found = Run.objects.filter(
        event=frozen.event,
        area=frozen.area,
        method=method,
        state=Run.State.DONE,
        as_of__lt=frozen.as_of,
    ).order_by("as_of", "number")
    return list({one.as_of: one for one in found if one.status in ("ok", "wide", "partial")}.values())
