"""The work of a trace (查找): over one snapshot of the lake, period by period, with the evidence of every person listed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shichen.analysis import queries, tracing
from shichen.analysis.models import Near, Trace
from shichen.audit.context import now
from shichen.jobs import kinds
from shichen.jobs.kinds import Outcome
from shichen.jobs.models import Job
from shichen.jobs.progress import Progress
from shichen.records import pseudonyms
from shichen.refusal import Refusal

if TYPE_CHECKING:
    from shichen.records.lake import Settings, View
    from shichen.records.traces import Asked
    from shichen.tracing.rules import Rules

MANY = 1 << 30
"""Index persons of a second degree, before they are known."""
LIMIT = 1_000
"""Persons listed of each period: nearness at a gate is weak evidence, and who reads must come to an end (chosen)."""
SHOWN = 10
"""Meetings kept as evidence of a person."""


def find(trace: Trace) -> Trace:
    """Work a trace that was let (追踪). Raises Refusal where the files are not what the manifest says."""
    from shichen.records import traces
    from shichen.records.engine import held  # loads the engine: only the work pays for it
    from shichen.registers.checkpoints import passed
    from shichen.tracing import rules

    if trace.state != Trace.State.WAITING:
        return trace
    data, window, until = tracing.opened(trace)
    sourced, view = rules.of_disease(tracing.DISEASE), passed.looked()
    asked = traces.read_index(data, traces.length(window), until)
    persons = len(asked) if trace.of is None else MANY
    people, sums, digests = held(persons, lambda share: _asked(trace, asked, view, sourced.rules, share))
    fields = {
        **sums,
        "state": Trace.State.DONE,
        "done_at": now(),
        "expires_at": now() + tracing.KEEP,
        "snapshot": view.snapshot,
        "complete": view.complete,
        "engine": "duckdb",
        "digest": " ".join(digests)[:400],
        "listed": len(people),
        "rules": {
            "disease": sourced.disease,
            "sources": sourced.sources,
            "sources_zh": sourced.sources_zh,
            **vars(sourced.rules),
        },
    }
    _kept(trace, people, fields)
    trace.refresh_from_db()
    return trace


def _asked(
    trace: Trace, asked: list[Asked], view: View, rules: Rules, share: Settings
) -> tuple[list[Near], dict[str, Any], list[str]]:
    """Who was near, what was counted on the way, and the digest of each period's list."""
    import numpy as np

    from shichen.records import traces
    from shichen.records.engine import LakeEngine
    from shichen.tracing import run
    from shichen.tracing.run import Question, Steps

    engine = LakeEngine(view, share)
    people: list[Near] = []
    sums: dict[str, Any] = {"events": 0, "stays": 0, "found": 0, "at_most": False}
    digests = []
    codes = queries.codes(trace.of) if trace.of else {}
    for part in traces.parts(asked, _pseudonym):
        question, called = Question(part.windows, rules, LIMIT, without=part.windows["ix"]), part.cases
        if trace.of is not None:
            question = run.further(engine, question, _until(trace, part.period))
            sums["people"] = sums.get("people", 0) + len(np.unique(question.windows["ix"]))
            called = {ix: codes.get((part.period, ix), str(trace.of)) for ix in question.windows["ix"].tolist()}
        steps = Steps(engine, question)
        found = steps.found()
        evidence = _evidence(steps, found.persons["person"], called if trace.of else _cases(trace, called))
        people += [_near(trace, row, evidence) for row in traces.lines(part, found)]
        sums["events"] += len(np.atleast_1d(found.events["t"]))
        sums["stays"] += len(found.stays["a"])
        sums["found"] += found.total
        sums["at_most"] |= found.at_most
        digests.append(f"{part.period}={found.digest}")
    return people, sums, digests


@transaction.atomic
def _kept(trace: Trace, people: list[Near], fields: dict[str, Any]) -> None:
    if not Trace.objects.filter(pk=trace.pk, state=Trace.State.WAITING).update(**fields):
        raise Refusal("这件追踪已经办完。", rule="先到先办")
    Near.objects.bulk_create(people, batch_size=500)
    tracing.told_found(trace, len(people))


def _near(trace: Trace, row: dict[str, int], evidence: dict[int, list[dict[str, Any]]]) -> Near:
    return Near(
        trace=trace,
        period=row["period"],
        rank=row["rank"],
        person=row["person"],
        n_ix=row["n_ix"],
        seconds=row["s"],
        same=row["same"],
        stays=row.get("stays", 0),
        first=datetime.fromtimestamp(row["first"], UTC),
        evidence=evidence.get(row["person"], []),
    )


def _evidence(steps: Any, persons: Any, cases: dict[int, str]) -> dict[int, list[dict[str, Any]]]:
    """Where and when each person met which case: the closest first, a few of them."""
    met: dict[int, list[dict[str, Any]]] = {}
    if not len(persons):
        return met
    passings, stays = steps.evidence(persons)
    for sort, rows in (("passing", passings), ("stay", stays)):
        for values in zip(*(column.tolist() for column in rows.values()), strict=True):
            row = dict(zip(rows, values, strict=True))
            row["case"], row["kind"] = cases.get(int(row.pop("ix")), ""), sort
            met.setdefault(int(row.pop("person")), []).append(row)
    return {person: sorted(rows, key=lambda one: -int(one["s"]))[:SHOWN] for person, rows in met.items()}


def _cases(trace: Trace, cases: dict[int, str]) -> dict[int, str]:
    """What evidence calls each index person: as the list names them, else the case that the trace starts from."""
    named = len(set(cases.values())) > 1 or any(not one.startswith("第") for one in cases.values())
    return cases if named else dict.fromkeys(cases, trace.ground_no)


def _until(trace: Trace, period: int) -> int:
    """Up to when those near are asked about: until it was asked, at most as long as their pseudonyms hold."""
    return min(int(trace.asked_at.timestamp()), (period + 1) * pseudonyms.PERIOD)


def _pseudonym(document: str, t: int) -> int:
    return pseudonyms.made(settings.KEYRING, pseudonyms.PERSON, document, t)


def _run(job: Job, progress: Progress) -> Outcome:
    trace = Trace.objects.get(pk=job.subject)
    try:
        trace = find(trace)
    except Refusal as refusal:
        Trace.objects.filter(pk=trace.pk).update(note=refusal.sentence[:400], done_at=timezone.now())
        raise
    return Outcome(f"同时同地 {trace.found} 人，列出 {trace.listed} 人。", f"/traces/{trace.pk}/")


TRACE = kinds.declare(kinds.Kind("trace", "追踪", "Trace", _run))
