"""Bulk rows by API (流水接口): a file under its own number, its receipt again, the refused records back."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.roles import PERSONAL
from shichen.intake import queries
from shichen.records import lake
from shichen.records.bulk import refused, shape
from shichen.records.bulk.receiving import Delivery
from shichen.records.manifest import Load
from shichen.refusal import Refusal
from shichen.registers.loads import services as loads
from shichen.site.api_door import allowed, person, sees

router = Router(tags=["loads"])
TYPES = (
    "text/csv",
    "application/x-ndjson",
    "application/vnd.apache.arrow.stream",
    "application/vnd.apache.arrow.file",
    "application/octet-stream",
)
BLOCK = 1 << 20
QUERY = ("rows", "sha256", "filename", "map")
BODY = {
    "requestBody": {
        "required": True,
        "content": {one: {"schema": {"type": "string", "format": "binary"}} for one in TYPES},
    }
}


class TableName(StrEnum):
    """What the rows are: passings of posts (过卡), or stays at places (停留)."""

    PASSINGS = lake.PASSINGS
    STAYS = lake.STAYS


class Declared(Schema):
    """What the sender says of the file."""

    model_config = ConfigDict(extra="forbid")

    rows: Annotated[int | None, Field(ge=1, le=10**10, description="申报行数；不符则不入库")] = None
    sha256: Annotated[str, Field(pattern="^([0-9a-fA-F]{64})?$", description="整份文件的 SHA-256；不符则不留存")] = ""
    filename: Annotated[str, Field(max_length=200, description="文件名")] = ""
    map: Annotated[list[str], Field(max_length=50, description="认不出的表头是什么：表头=字段，可写多次")] = []


class LoadOut(Schema):
    """Received, not right: `state` and the counts say what became of it. read = taken + duplicate + rejected."""

    id: UUID
    load: int
    sha256: str
    bytes: int
    state: str
    read: int
    taken: int
    duplicate: int
    rejected: int
    reasons: dict[str, int]
    snapshot: int | None
    note: str


@router.put("/loads/{sort}/{number}", response={200: LoadOut, 201: LoadOut}, openapi_extra=BODY)
@allowed("submit", query=QUERY)
def put(request: HttpRequest, sort: TableName, number: UUID, declared: Query[Declared]) -> Any:
    """送一份流水(passings 过卡、stays 停留；CSV、NDJSON、Arrow)。同号同文 200，同号异文 409，首次 201；先收下，随后入库，GET 查结果。"""
    if request.content_type not in TYPES:
        raise Refusal(f"只收 {'、'.join(TYPES)}。", rule="内容类型")
    acting = queries.standing(person(request), now())
    delivery = Delivery(
        id=number,
        table=sort.value,
        blocks=_blocks(request),
        filename=declared.filename,
        channel="api",
        unit=acting.unit,
        area=acting.area,
        event=acting.event,
        declared=declared.rows,
        digest=declared.sha256,
        mapping=shape.named(declared.map),
        most=settings.CONFIG["lake.max_bytes"],
    )
    load, again = loads.receive(delivery, by=person(request))
    if load.state in (Load.State.RECEIVED, Load.State.WORKING):
        loads.ask(load)
    return Status(200 if again else 201, said(load))


@router.get("/loads/{sort}/{number}", response=LoadOut)
@allowed("view")
def get(request: HttpRequest, sort: TableName, number: UUID) -> Any:
    """一份流水的回执。"""
    return said(_found(request, sort, number))


@router.get("/loads/{sort}/{number}/refused")
@allowed("submit")
def refused_(request: HttpRequest, sort: TableName, number: UUID) -> Any:
    """拒收的记录，原样加上行号（Arrow 为记录号）与原因；只给送来的账号。"""
    load = _found(request, sort, number)
    if load.account_id != person(request).pk:
        raise Refusal("拒收的记录只退给送来的账号。", rule="报送范围")
    if not load.refused:
        raise Http404
    with transaction.atomic():
        audit.note(
            "open",
            table="records.load",
            subject=load.id,
            data_class=PERSONAL,
            unit=load.unit_id,
            area=load.area_id,
            rows=load.rejected,
            by=person(request),
        )
    media = "application/x-ndjson" if refused.is_json(load) else "text/csv"
    return StreamingHttpResponse(refused.blocks(load), content_type=media)


def said(load: Load) -> dict[str, Any]:
    """A load as JSON has it."""
    return {
        "id": load.id,
        "load": load.number,
        "sha256": load.digest,
        "bytes": load.size,
        "state": load.state,
        "read": load.read,
        "taken": load.taken,
        "duplicate": load.duplicate,
        "rejected": load.rejected,
        "reasons": load.reasons,
        "snapshot": load.snapshot_id,
        "note": load.note,
    }


def _found(request: HttpRequest, sort: TableName, number: UUID) -> Load:
    found = Load.objects.filter(sees(request).q(), table=sort.value, id=number).first()
    if found is None:
        raise Http404
    return found


def _blocks(request: HttpRequest) -> Iterator[bytes]:
    while block := request.read(BLOCK):
        yield block
