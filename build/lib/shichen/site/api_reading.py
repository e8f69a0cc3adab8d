"""Reading by API: figures worked out now and frozen ones, the log, the day page, the chronicle."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from shichen.indicators import asking, payload, proof, trace
from shichen.indicators.declare import Indicator, known
from shichen.indicators.models import Figure
from shichen.indicators.queries import compute
from shichen.journal.models import Entry, Mark
from shichen.publications import payload as pages
from shichen.publications.chronicle import telling as chronicles
from shichen.publications.editions import pages as editions
from shichen.refusal import Refusal
from shichen.site.api_door import allowed, sees

router = Router(tags=["reading"])
MOST = 200


class AskedFigure(Schema):
    """Of which time and place; a facet of the figure (post, gate, network, dated …) is asked under its own name."""

    start: Annotated[str, Field(alias="from", max_length=40, description="起，日期或时刻")] = ""
    to: Annotated[str, Field(max_length=40, description="止，日期含当日")] = ""
    area: Annotated[str, Field(max_length=60, description="区域代码或名称")] = ""
    day: Annotated[str, Field(pattern="^(civil|page)?$", description="page：按日版日 23—23 时")] = ""
    as_of: Annotated[str, Field(max_length=40, description="按当时的记录")] = ""


class AskedLog(Schema):
    model_config = ConfigDict(extra="forbid")

    after: Annotated[int, Field(ge=0, le=2**62, description="从哪个序号之后")] = 0
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50


class AskedSpan(Schema):
    model_config = ConfigDict(extra="forbid")

    start: Annotated[date, Field(alias="from")]
    to: date


@router.get("/figures", response=dict[str, Any])
@allowed("view")
def figures(request: HttpRequest) -> Any:
    """指标目录：名称、单位、口径、维度。"""
    return {"figures": [payload.of_indicator(one) for _, one in sorted(known().items())]}


@router.get("/figures/{key}", response=dict[str, Any])
@allowed("view", query=None)
def figure(request: HttpRequest, key: str, asked: Query[AskedFigure]) -> Any:
    """此刻由记录算出的数；没有人报过是 null，不是 0。"""
    one = _indicator(key)
    plain = {"from", "to", "area", "day", "as_of", *one.facets}
    for name in request.GET:
        if name not in plain:
            raise Refusal(f"没有名为 {name[:40]} 的条件；可用：{'、'.join(sorted(plain))}。", field=name[:40])
    period = asking.read({name: str(request.GET[name]) for name in request.GET}, one)
    evidence = proof.evidence(compute(key, period.period, period.scope), sees(request), as_reached=True)
    told = {"from": period.period.start, "to": period.period.end, "value": payload.number(evidence.value)}
    return {**payload.of_indicator(one), **told, **payload.of_evidence(evidence)}


@router.get("/ledger/{number}", response=dict[str, Any])
@allowed("view")
def ledger(request: HttpRequest, number: UUID) -> Any:
    """台账里的一个数：口径、时段、依据的记录或原句、用处、更正。"""
    reach = sees(request)
    rows = Figure.objects.within(reach).select_related(
        "area", "reporter", "definition", "statement__reporter", "statement__accepted_by", "frozen_by", "successor"
    )
    found = rows.filter(pk=number).first()
    if found is None:
        raise Http404
    return payload.of_trace(trace.of(found, reach))


@router.get("/log", response=dict[str, Any])
@allowed("view", query=("after", "limit"))
def log(request: HttpRequest, asked: Query[AskedLog]) -> Any:
    """值班日志，按序号往后，一次最多 200 条。"""
    rows = Entry.objects.within(sees(request)).filter(seq__gt=asked.after).order_by("seq")
    found = list(rows.prefetch_related("uses__figure", "marks")[: asked.limit + 1])
    page = found[: asked.limit]
    return {"entries": [_entry(one) for one in page], "next": page[-1].seq if len(found) > asked.limit else None}


@router.get("/days/{on}", response=dict[str, Any])
@allowed("view")
def day(request: HttpRequest, on: date) -> Any:
    """日版：十二时辰四栏；有已发布的版就是那一版，edition 是版次，没有则为 null。"""
    page, edition = editions.day(on, sees(request))
    return {"date": on.isoformat(), "edition": edition.number if edition else None, **pages.of_day(page)}


@router.get("/chronicle", response=dict[str, Any])
@allowed("view", query=("from", "to"))
def chronicle(request: HttpRequest, asked: Query[AskedSpan]) -> Any:
    """大事记。"""
    return pages.of_chronicle(chronicles.build(asked.start, asked.to, sees(request)))


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "id": str(entry.id),
        "label": entry.label,
        "date": entry.page_day.isoformat(),
        "watch": entry.printed_watch,
        "column": entry.column or None,
        "unit": entry.unit_id,
        "unit_text": entry.unit_text,
        "kind": entry.kind,
        "topic": entry.topic or None,
        "text": entry.text,
        "reported_at": entry.reported_at,
        "recorded_at": entry.recorded_at,
        "envelope": str(entry.envelope) if entry.envelope else None,
        "struck": any(mark.kind == Mark.Kind.STRUCK for mark in entry.marks.all()),
        "figures": [
            {
                "start": use.start,
                "end": use.end,
                "figure": f"/figures/{use.figure_id}/",
                "correction": payload.of_correction(use.figure),
            }
            for use in entry.uses.all()
        ],
    }


def _indicator(key: str) -> Indicator:
    try:
        return known()[key]
    except KeyError:
        raise Http404 from None
