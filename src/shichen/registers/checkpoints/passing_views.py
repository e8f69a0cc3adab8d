"""The register of single passings (逐车记录), as pages and files show it: never a plate, only where it is of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.city.scope import Sight
from shichen.registers.checkpoints import passings, views
from shichen.registers.checkpoints.models import Passing
from shichen.registers.checkpoints.reports import PASSING
from shichen.sheets.fields import Field, Value, only
from shichen.web import words
from shichen.web.registers import Cell, OnDay, OneOf, Register, declare

CORRECTABLE = ("at", "direction", "persons", "source_area_persons", "temperature", "outcome", "why")
SHEET = (
    Field("network", _("网络")),
    Field("post", _("卡点")),
    Field("at", _("过检时间"), "datetime"),
    Field("watch", _("时辰")),
    Field("direction", _("方向"), "choice", choices=tuple(Passing.Direction.choices)),
    Field("plate_area", _("号牌属地")),
    Field("vehicles", _("车辆"), "integer"),
    Field("persons", _("人员"), "integer"),
    Field("source_area_persons", _("疫源地人员"), "integer"),
    Field("temperature", _("最高体温"), "decimal", unit="℃"),
    Field("outcome", _("处置"), "choice", choices=tuple(Passing.Outcome.choices)),
    Field("turned_back", _("劝返"), "integer"),
    Field("referred", _("移交"), "integer"),
    Field("why", _("事由")),
    Field("clock_off", _("设备时钟有偏差"), "boolean"),
    Field("client_id", _("编号")),
    Field("synthetic", _("合成数据"), "boolean"),
)


def watch_names(sight: Sight) -> list[tuple[str, str]]:
    return [(name, words.watch(name)) for name in watches.WATCHES]


def cells(passing: Passing) -> list[Cell]:
    return [
        Cell(_("过检时间"), f"{_local(passing):%m-%d %H:%M}"),
        Cell(_("卡点"), f"{passing.post.code} {passing.post.name}"),
        Cell(_("方向"), gettext(passing.get_direction_display())),
        Cell(_("号牌属地"), passing.plate_area or _without(passing)),
        Cell(_("人员"), passing.persons, number=True),
        Cell(_("最高体温"), passing.degrees, number=True),
        Cell(_("处置"), gettext(passing.get_outcome_display())),
    ]


def details(passing: Passing) -> list[Cell]:
    around = {"post": passing.post.code, "network": passing.network_id, "day": f"{_local(passing):%Y-%m-%d}"}
    around |= {"watch": passing.watch}
    return [
        *cells(passing)[:1],
        Cell(_("卡点"), f"{passing.post.code} {passing.post.name}", f"/registers/posts/{passing.post_id}/"),
        Cell(_("网络"), words.called(passing.network)),
        Cell(_("区域"), words.called(passing.area)),
        Cell(_("同一时辰"), gettext("看该卡点这个时辰的逐车记录"), f"/registers/passings/?{urlencode(around)}"),
        *cells(passing)[2:5],
        Cell(_("疫源地人员"), passing.source_area_persons, number=True),
        *cells(passing)[5:],
        Cell(_("劝返"), passing.turned_back, number=True),
        Cell(_("移交"), passing.referred, number=True),
        Cell(_("事由"), passing.why),
        Cell(_("设备时钟有偏差"), gettext("是") if passing.clock_off else ""),
    ]


def row(passing: Passing) -> dict[str, Value]:
    said: dict[str, Value] = {
        name: getattr(passing, name)
        for name in (
            *("watch", "direction", "plate_area", "vehicles", "persons", "source_area_persons", "outcome"),
            *("turned_back", "referred"),
        )
    }
    said |= {"network": passing.network_id, "post": passing.post.code, "client_id": str(passing.client_id)}
    return said | {**values(passing), "clock_off": passing.clock_off or None, "synthetic": passing.synthetic or None}


def values(passing: Passing) -> dict[str, Value]:
    """What a correction's boxes hold."""
    said: dict[str, Value] = {name: getattr(passing, name) for name in ("direction", "persons", "source_area_persons")}
    temperature = Decimal(passing.degrees) if passing.degrees else None
    said |= {"at": _local(passing), "temperature": temperature, "outcome": passing.outcome}
    return said | {"why": passing.why or None}


def changes(old: Passing, asked: dict[str, Value]) -> dict[str, Any]:
    """The columns that a correction's answers become."""
    said: dict[str, Any] = {name: asked[name] for name in ("direction", "persons", "outcome")}
    said |= {"direction": asked["direction"] or old.direction, "why": asked["why"] or ""}
    said |= {"source_area_persons": asked["source_area_persons"] or 0, "occurred_from": asked["at"]}
    return said | {"temperature": passings.tenths(asked["temperature"])}


def _without(passing: Passing) -> str:
    if not passing.vehicles:
        return gettext("步行")
    return gettext("无牌") if passing.plate is None else gettext("其他号牌")


def _local(passing: Passing) -> Any:
    return watches.local(passing.occurred_from) if passing.occurred_from else None


PASSINGS = declare(
    Register(
        name="passings",
        title="逐车记录",
        title_en="Single passings",
        noun=_("卡点一车一行的过检记录；号牌只留假名"),
        kind="passing",
        model=Passing,
        order=("-occurred_from",),
        cells=cells,
        details=details,
        filters=(
            OneOf("network", _("网络"), "network", views.networks),
            OneOf("post", _("卡点"), "post__code", views.posts),
            OnDay("day", _("日期"), "occurred_from", moments=True),
            OneOf("watch", _("时辰"), "watch", watch_names),
        ),
        fields=SHEET,
        row=row,
        correctable=only(PASSING.fields, *CORRECTABLE),
        values=values,
        changes=changes,
        correct=passings.correct,
        void=passings.void,
        related=("area", "unit", "network", "post"),
    )
)
