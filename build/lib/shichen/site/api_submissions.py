"""Reports by API (报送接口): one under its own number, fifty at once, the receipt again, and what kinds there are."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict, Field, ValidationError

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.intake import kinds, queries, services
from shichen.intake.kinds import Kind
from shichen.intake.models import Envelope
from shichen.intake.rows import JSON_TYPE, storable, strict_json
from shichen.intake.services import Conflict, Delivery, Receipt
from shichen.refusal import Refusal
from shichen.sheets.fields import Field as Asked
from shichen.sheets.fields import Kind as Sort
from shichen.site.api_door import allowed, person, sees, status_of

router = Router(tags=["submissions"])
T = TypeVar("T", bound="datetime | None")
MOST = 50
ENCODING, SIZE, TYPE = "内容编码", "报送上限", "内容类型"


class Submission(Schema):
    """A report: rows of a kind's fields, or the text of a bulletin. The sender's exact bytes are kept and hashed."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    kind: Annotated[str, Field(max_length=40, description="报送种类，见 GET /kinds")]
    schema_version: Annotated[int, Field(alias="schema", ge=1, le=1000, description="种类的版本")] = 1
    unit: Annotated[str, Field(max_length=100, description="以哪个单位的名义；默认令牌所属单位")] = ""
    area: Annotated[str, Field(max_length=60, description="区域代码或名称；默认令牌所属区域")] = ""
    device: Annotated[str, Field(max_length=60, description="设备")] = ""
    device_at: Annotated[AwareDatetime | None, Field(description="设备时间，带时区")] = None
    rows: Annotated[list[dict[str, Any]] | None, Field(max_length=2000, description="各行，字段见 GET /kinds")] = None
    text: Annotated[str | None, Field(description="来稿正文(kind=bulletin)")] = None
    covers: Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description="来稿所涵日期")] = ""
    text_kind: Annotated[str, Field(max_length=20, description="来稿种类；默认由系统判断")] = ""
    corrects: Annotated[UUID | None, Field(description="所更正的来件")] = None
    reason: Annotated[str, Field(max_length=200, description="更正理由")] = ""


class InBatch(Schema):
    """One report of a batch: its number, and its body as the exact text whose UTF-8 bytes are kept and hashed."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(max_length=40)]
    body: str


class Batch(Schema):
    model_config = ConfigDict(extra="forbid")

    submissions: Annotated[list[InBatch], Field(min_length=1, max_length=MOST)]


class ReceiptOut(Schema):
    """Received, not right: `state` and `to_mend` say what became of it."""

    id: UUID
    sha256: str
    seq: int
    head: str
    state: str
    read: int
    taken: int
    duplicate: int
    blank: int
    to_mend: int
    note: str


BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": Submission.model_json_schema()}}}}
BATCH = {"requestBody": {"required": True, "content": {"application/json": {"schema": Batch.model_json_schema()}}}}


@router.post("/submissions/batch", response={200: dict[str, Any]}, openapi_extra=BATCH)
@allowed("submit")
def batch(request: HttpRequest) -> Any:
    """一次最多 50 份，一个事务，各有各的结果。"""
    try:
        given = Batch.model_validate(_parsed(_body_of(request)))
    except ValidationError as fault:
        raise _unfit(fault) from None
    with transaction.atomic():
        results = [_one_of(request, one) for one in given.submissions]
    return {"results": results}


@router.put("/submissions/{number}", response={200: ReceiptOut, 201: ReceiptOut}, openapi_extra=BODY)
@allowed("submit")
def put(request: HttpRequest, number: str) -> Any:
    """报送一份。客户端自定编号：同号同文 200，同号异文 409，首次 201。内容有错也先收下(state: held)。"""
    try:
        receipt = _deliver(request, _number(number), _body_of(request))
    except Conflict as conflict:
        return _conflict(request, number, conflict)
    return Status(200 if receipt.again else 201, receipt.as_dict())


@router.get("/submissions/{number}", response=ReceiptOut)
@allowed("view")
def get(request: HttpRequest, number: UUID) -> Any:
    """一份报送的回执。"""
    found = Envelope.objects.within(sees(request)).filter(id=number).first()
    if found is None:
        raise Http404
    return Receipt(found, True, audit.head()).as_dict()


@router.get("/kinds", response=dict[str, Any])
@allowed("submit")
def kinds_(request: HttpRequest) -> Any:
    """能报的种类，各带字段的 JSON Schema。"""
    acting = queries.standing(person(request), now())
    return {"kinds": [described(one.kind) for one in queries.offered(acting, now())]}


@router.get("/kinds/{name}", response=dict[str, Any])
@allowed("submit")
def kind(request: HttpRequest, name: str) -> Any:
    """一种报送的字段。"""
    found = kinds.known().get(name)
    if found is None:
        raise Http404
    return described(found)


def described(one: Kind) -> dict[str, Any]:
    """A kind as JSON has it: its titles, version, and the schema of one row."""
    said: dict[str, Any] = {"kind": one.name, "schema": one.schema, "title": one.title, "title_en": one.title_en}
    said |= {"register": one.register, "hint": one.hint}
    if not one.fields:
        return {**said, "text": {"type": "string"}}
    row = {
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in one.fields if field.required],
        "properties": {field.name: _property(field) for field in one.fields},
    }
    return {**said, "row": row}


def _property(one: Asked) -> dict[str, Any]:
    types: dict[str, dict[str, Any]] = {
        Sort.INTEGER: {"type": "integer"},
        Sort.DECIMAL: {"type": "number"},
        Sort.DATE: {"type": "string", "format": "date"},
        Sort.DATETIME: {"type": "string", "format": "date-time"},
        Sort.BOOLEAN: {"type": "boolean"},
        Sort.CHOICE: {"type": "string", "enum": [value for value, _ in one.choices]},
    }
    said = {"title": one.label, **types.get(str(one.kind), {"type": "string"})}
    numbers = said["type"] in ("integer", "number")
    for name, bound in (("minimum", one.minimum), ("maximum", one.maximum)):
        if bound is not None and numbers:
            said[name] = int(bound) if isinstance(bound, int) else float(str(bound))
    return said | {name: text for name, text in (("description", one.help), ("unit", one.unit)) if text}


def _deliver(request: HttpRequest, number: UUID, body: bytes) -> Receipt:
    """Keep one report and work it. Raises Refusal where nothing is kept, Conflict for other bytes under the number."""
    try:
        said = Submission.model_validate(_parsed(body))
    except ValidationError as fault:
        raise _unfit(fault) from None
    return services.deliver(_delivery(request, number, body, said), by=person(request))


def _delivery(request: HttpRequest, number: UUID, body: bytes, said: Submission) -> Delivery:
    kind = kinds.named(said.kind)
    wanted = "text" if kind.work else "rows"
    if (said.rows is None) == (said.text is None) or getattr(said, wanted) is None:
        raise Refusal(f"{kind.title}要有且只有 {wanted}。", field=wanted)
    if said.schema_version > kind.schema:
        raise Refusal(f"{kind.title}现行版本是 {kind.schema}。", field="schema")
    acting, moment = queries.standing(person(request), now()), now()
    on = moment.date()
    return Delivery(
        id=number,
        kind=said.kind,
        schema=said.schema_version,
        body=body,
        media_type=JSON_TYPE,
        channel=Envelope.Channel.API,
        unit=city.body_named(said.unit, on=on) if said.unit else acting.unit,
        area=city.area_named(said.area, on=on) if said.area else acting.area,
        event=acting.event,
        device=said.device,
        device_at=reasonable(said.device_at),
        corrects=said.corrects,
        reason=said.reason,
        details={name: value for name, value in (("covers", said.covers), ("kind", said.text_kind)) if value},
    )


def _one_of(request: HttpRequest, one: InBatch) -> dict[str, Any]:
    try:
        with transaction.atomic():
            body = one.body.encode()
            _fits(len(body))
            receipt = _deliver(request, _number(one.id), body)
    except Refusal as refusal:
        error = {"sentence": refusal.sentence, "rule": refusal.rule, "field": refusal.field}
        return {"id": one.id, "status": status_of(refusal), "error": error}
    return {"id": one.id, "status": 200 if receipt.again else 201, "receipt": _plain(receipt)}


def _plain(receipt: Receipt) -> dict[str, Any]:
    return ReceiptOut(**receipt.as_dict()).model_dump(mode="json")


def _conflict(request: HttpRequest, number: str, conflict: Conflict) -> HttpResponse:
    """409: nothing was changed. Who sent the first bytes is told their digest, nobody else."""
    first = Envelope.objects.filter(id=UUID(number), account=person(request)).first()
    error = {
        "sentence": conflict.sentence,
        "rule": conflict.rule,
        "field": "",
        "sha256": first.digest if first else None,
    }
    return HttpResponse(json.dumps({"error": error}, ensure_ascii=False), content_type="application/json", status=409)


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refusal("编号应是 UUID，由客户端在填完时生成。", rule=ENCODING, field="id") from None


def _body_of(request: HttpRequest) -> bytes:
    """The exact bytes. Raises Refusal for another type (415) and for too many (413)."""
    if request.content_type != JSON_TYPE:
        raise Refusal("只收 application/json。", rule=TYPE)
    if (request.content_params or {}).get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Refusal("只收 UTF-8 的 JSON。", rule=TYPE)
    try:
        body = request.body
    except RequestDataTooBig:
        raise _too_big() from None
    if not request.path.endswith("/batch"):
        _fits(len(body))
    return body


def _fits(size: int) -> None:
    if size > settings.CONFIG["intake.max_bytes"]:
        raise _too_big()


def _too_big() -> Refusal:
    return Refusal(f"一份报送最多 {settings.CONFIG['intake.max_bytes']} 字节；请分开报送。", rule=SIZE)


def _parsed(body: bytes) -> Any:
    """The JSON, strictly: UTF-8, no NaN, no NUL and no half character in any text. Raises Refusal (400)."""
    try:
        said = strict_json(body)
    except (ValueError, RecursionError):
        raise Refusal("内容不是 UTF-8 的 JSON；没有留存。", rule=ENCODING) from None
    if not storable(said):
        raise Refusal("文字里有空字符或残缺字符；没有留存，请删去后再报。", rule=ENCODING)
    if not isinstance(said, dict):
        raise Refusal("JSON 应是一个对象。", rule=ENCODING)
    return said


def _unfit(fault: ValidationError) -> Refusal:
    places = [".".join(str(part) for part in one["loc"]) for one in fault.errors()]
    extra = [place for place, one in zip(places, fault.errors(), strict=True) if one["type"] == "extra_forbidden"]
    if extra:
        return Refusal(f"没有名为 {'、'.join(extra)[:200]} 的字段。", field=extra[0][:60])
    return Refusal(f"这些字段不合格式：{'、'.join(places)[:200]}。", field=places[0][:60] if places else "")


def reasonable(at: T) -> T:
    """A device's clock may be far off, but not outside what a database can hold. Raises Refusal."""
    if at is not None and not 2000 <= at.year <= 2200:
        raise Refusal("设备时间不合理；请校准设备时钟。", field="device_at")
    return at
