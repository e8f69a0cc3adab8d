"""Scenarios (情景推演): what somebody supposes, read from a form, checked step by step, computed on the frozen inputs of a run and kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from shichen.analysis import powers
from shichen.analysis.runs import asking
from shichen.analysis.runs.models import Run
from shichen.city.models import Account
from shichen.refusal import Refusal

STEPS = 4
"""Steps that a form offers."""
KINDS = ("R", "tracing", "imports")
LONGEST, MOST_R, MOST_TIMES, MOST_IMPORTS = 60, 20.0, 10.0, 10_000.0
ASSUMED = "设想"
NAME, REASON, SOURCE, LABEL = 40, 200, 200, 40


@dataclass(frozen=True)
class Supposed:
    """A scenario as it was asked for: its name, why, and the parameters that the run keeps."""

    name: str
    reason: str
    parameters: dict[str, Any]


def read(said: Mapping[str, str], last: date) -> Supposed:
    """What a form says of a scenario on data up to `last`. Raises Refusal that names the field."""
    name, reason = _text(said, "name"), _text(said, "reason")
    if not name or len(name) > NAME:
        raise Refusal(f"请给情景起个名字，不超过{NAME}字。", field="name")
    if not reason or len(reason) > REASON:
        raise Refusal(f"请写明理由，不超过{REASON}字。", field="reason")
    horizon = _number(_text(said, "horizon"))
    if horizon is None or not 1 <= horizon <= LONGEST or horizon != int(horizon):
        raise Refusal(f"推演的天数要是1到{LONGEST}之间的整数。", field="horizon")
    ratio = _number(_text(said, "R"))
    if _text(said, "R") and (ratio is None or not 0 <= ratio <= MOST_R):
        raise Refusal(f"起始再生数要在0到{MOST_R:g}之间；照估计就留空。", field="R")
    imports = _number(_text(said, "imports") or "0")
    if imports is None or not 0 <= imports <= MOST_IMPORTS:
        raise Refusal(f"每天输入的病例要在0到{MOST_IMPORTS:g}之间。", field="imports")
    steps = [_step(said, at, last, int(horizon)) for at in range(1, STEPS + 1) if _text(said, f"what{at}")]
    if not steps:
        raise Refusal("至少写一步措施；与不采取措施的同样日子比较。", field="what1")
    parameters = {
        "dated": asking.DATED,
        "name": name,
        "reason": reason,
        "horizon": int(horizon),
        "R": {"value": ratio, "source": _source(said, "R_source")},
        "imports": {"value": imports, "source": _source(said, "imports_source")},
        "steps": steps,
    }
    return Supposed(name, reason, parameters)


@transaction.atomic
def suppose(base: Run, said: Supposed, *, by: Account) -> Run:
    """Compute a scenario on the inputs and the profile of a run, and keep it. Raises Refusal."""
    powers.may_analyse(by)
    powers.must_reach(base.area, by, "analyse")
    made = asking.computed(Run.Method.WHATIF, base.inputs, base.profile, by, parameters=said.parameters)
    if made.state == Run.State.REFUSED:
        raise Refusal(made.refused_why, field="R" if made.refusal == "rt" else "", rule="发布门槛")
    asking.numbered(base.event_id, [made])
    powers.noted("suppose_run", made, by, reason=said.reason)
    return made


def last_day(base: Run) -> date:
    """The last day of the data that a scenario begins after."""
    return date.fromisoformat(max(one["on"] for one in base.inputs.rows))


def _step(said: Mapping[str, str], at: int, last: date, horizon: int) -> dict[str, Any]:
    what = _text(said, f"what{at}")
    if what not in KINDS:
        raise Refusal(f"第{at}步：没有这种措施。", field=f"what{at}")
    begin, end = _day(said, f"from{at}", at), _day(said, f"to{at}", at, needed=False)
    reach = date.fromordinal(last.toordinal() + horizon)
    if begin is None or not last < begin <= reach:
        raise Refusal(f"第{at}步：开始日要在{last}之后、{reach}之前或当天。", field=f"from{at}")
    if end is not None and not begin <= end <= reach:
        raise Refusal(f"第{at}步：结束日要在开始日之后、{reach}之前或当天；不结束就留空。", field=f"to{at}")
    value, most = _number(_text(said, f"value{at}")), 100.0 if what == "tracing" else MOST_TIMES
    if value is None or not 0 <= value <= most:
        if what == "tracing":
            raise Refusal(f"第{at}步：追踪到的比例要在0到100(%)之间。", field=f"value{at}")
        raise Refusal(f"第{at}步：倍数要在0到{MOST_TIMES:g}之间，1就是不变。", field=f"value{at}")
    step = {
        "what": what,
        "from": begin.isoformat(),
        "to": end.isoformat() if end else "",
        "value": value / 100 if what == "tracing" else value,
        "ramp": _whole(said, f"ramp{at}", at, "渐变天数"),
        "label": _text(said, f"label{at}")[:LABEL],
        "source": _source(said, f"source{at}"),
    }
    return {**step, "delay": _whole(said, f"delay{at}", at, "隔离天数")} if what == "tracing" else step


def _text(said: Mapping[str, str], name: str) -> str:
    return str(said.get(name, "") or "").strip()


def _source(said: Mapping[str, str], name: str) -> str:
    """Where an assumption is from; who names nothing has supposed it."""
    return _text(said, name)[:SOURCE] or ASSUMED


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _whole(said: Mapping[str, str], name: str, at: int, label: str) -> int:
    found = _number(_text(said, name) or "0")
    if found is None or not 0 <= found <= 30 or found != int(found):
        raise Refusal(f"第{at}步：「{label}」要是0到30之间的整数。", field=name)
    return int(found)


def _day(said: Mapping[str, str], name: str, at: int, *, needed: bool = True) -> date | None:
    text = _text(said, name)
    if not text and not needed:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"第{at}步：日期写成 2020-02-15 这样。", field=name) from None
