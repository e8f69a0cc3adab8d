"""The phone of a post at the API: it says how it is, and is told what it needs while it is out of network."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AwareDatetime, ConfigDict, Field

from shichen.audit.context import now
from shichen.refusal import Refusal
from shichen.registers.checkpoints import devices, phone
from shichen.registers.checkpoints.devices import Heard
from shichen.site.api_door import allowed, person
from shichen.site.api_submissions import reasonable

router = Router(tags=["posts"])


class Seen(Schema):
    """What a phone says of itself; nothing of anybody who passed."""

    model_config = ConfigDict(extra="forbid")

    clock: Annotated[AwareDatetime, Field(description="设备时间，带时区")]
    unsent: Annotated[int, Field(ge=0, le=1_000_000, description="还没有传的条数")]
    oldest: Annotated[AwareDatetime | None, Field(description="其中最早一条的时间")] = None
    waiting: Annotated[int | None, Field(ge=0, le=1000, description="正在排队的车辆")] = None


@router.post("/posts/mine/seen", response=dict[str, Any])
@allowed("submit")
def seen(request: HttpRequest, said: Seen) -> Any:
    """卡点手机报到：未传条数、时钟、排队；得到卡点、班次、疫源地、事由和值班员的提醒。"""
    device = devices.of(person(request))
    if device is None:
        raise Refusal("这个账号不是卡点的设备。", rule="报送范围")
    devices.heard(device, Heard(reasonable(said.clock), said.unsent, reasonable(said.oldest), said.waiting))
    return phone.known(device, now())
