"""The registers of posts and of shifts, as pages show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.audit.context import known, now
from shichen.city import queries as city
from shichen.city.scope import Sight
from shichen.registers.checkpoints import forms, services
from shichen.registers.checkpoints.models import COUNTS, Network, Post, Tally
from shichen.registers.checkpoints.reports import POST, TALLY
from shichen.sheets.fields import Value, but, only
from shichen.web import words
from shichen.web.offering import areas
from shichen.web.registers import Cell, OnDay, OneOf, Register, declare

__all__ = ["POSTS", "TALLIES", "forms"]

PASSED = "checkpoint.vehicles_passed"
FIGURES = {
    "vehicles": "checkpoint.vehicles_checked",
    "persons": "checkpoint.persons_checked",
    "turned_back": "checkpoint.persons_turned_back",
    "referred": "checkpoint.persons_referred",
}


def networks(sight: Sight) -> list[tuple[str, str]]:
    """The networks that have posts within reach."""
    codes = Post.objects.current(known()).within(sight).order_by().values_list("network", flat=True).distinct()
    return [(one.code, words.called(one)) for one in Network.objects.filter(code__in=codes)]


def posts(sight: Sight) -> list[tuple[str, str]]:
    found = Post.objects.current(known()).within(sight).order_by("code").values_list("code", "name")
    return [(code, f"{code} {name}") for code, name in found]


def post_cells(post: Post) -> list[Cell]:
    return [
        Cell(_("编号"), post.code),
        Cell(_("卡点"), post.name),
        Cell(_("网络"), words.called(post.network)),
        Cell(_("区域"), words.called(post.area)),
        Cell(_("道口"), post.gate_id),
        Cell(_("启用"), _until(post)),
    ]


def post_details(post: Post) -> list[Cell]:
    shifts = f"/registers/tallies/?{urlencode({'post': post.code, 'network': post.network_id})}"
    return [
        Cell(_("编号"), post.code),
        Cell(_("卡点"), post.name),
        Cell(_("网络"), words.called(post.network)),
        Cell(_("区域"), words.called(post.area)),
        Cell(_("道口"), post.gate_id),
        Cell(_("类别"), post.place_kind),
        Cell(_("班次"), post.shifts or post.network.shifts),
        Cell(_("直控自"), post.direct_control_from),
        Cell(_("启用"), post.opened_on),
        Cell(_("撤销"), post.closed_on),
        Cell(_("班次记录"), gettext("看该卡点的班次"), shifts),
        Cell(_("逐车记录"), gettext("看该卡点的逐车记录"), shifts.replace("tallies", "passings")),
        Cell(_("按时辰"), gettext("看每个时辰的车辆、人员，与班次所报相对"), f"/registers/posts/{post.pk}/watches/"),
        *([] if known() else [Cell(_("设备"), gettext("看报送用的手机"), f"/registers/posts/{post.pk}/devices/")]),
    ]


def tally_cells(tally: Tally) -> list[Cell]:
    here = f"/registers/tallies/{tally.pk}/"
    return [
        Cell(_("卡点"), f"{tally.post.code} {tally.post.name}"),
        Cell(_("班次"), shift(tally)),
        Cell(_("车辆"), tally.vehicles, here, number=True),
        Cell(_("人员"), tally.persons, here, number=True),
        Cell(_("劝返"), tally.turned_back, here, number=True),
        Cell(_("移交"), tally.referred, here, number=True),
    ]


def tally_details(tally: Tally) -> list[Cell]:
    counts = (
        *((_("车辆"), "vehicles"), (_("疫源地车辆"), "source_area_vehicles"), (_("人员"), "persons")),
        *(
            (_("疫源地人员"), "source_area_persons"),
            (_("劝返"), "turned_back"),
            (_("移交"), "referred"),
            (_("发热"), "fever"),
        ),
    )
    return [
        Cell(_("卡点"), f"{tally.post.code} {tally.post.name}", f"/registers/posts/{tally.post_id}/"),
        Cell(_("网络"), words.called(tally.network)),
        Cell(_("区域"), words.called(tally.area)),
        Cell(_("班次"), shift(tally)),
        *(Cell(label, getattr(tally, name), figure_href(tally, name), number=True) for label, name in counts),
        Cell(_("在岗人数"), tally.staff, number=True),
        *drawn_cells(tally),
    ]


def drawn_cells(tally: Tally) -> list[Cell]:
    """Where the numbers come from: stated by the post, or summed up from its passings, in rows and files; and what that lacks."""
    if tally.occurred_from is None or tally.occurred_to is None:
        return []
    asked = {
        "post": tally.post.code,
        "network": tally.network_id,
        "day": f"{watches.local(tally.occurred_from):%Y-%m-%d}",
    }
    said = gettext("汇自逐车记录，卡点没有另报") if tally.drawn else gettext("卡点所报")
    found = [Cell(_("数从何来"), said, f"/registers/passings/?{urlencode(asked)}" if tally.drawn else "")]
    if tally.of_files:
        found.append(Cell(_("其中只见于流水"), tally.of_files, _hours_href(tally, PASSED), number=True))
    if tally.lacks:
        lacks = gettext("%(n)s 个数据文件读不出，数比实际少") % {"n": len(tally.lacks)}
        found.append(Cell(_("数据不完整"), lacks, f"/registers/posts/{tally.post_id}/watches/?on={asked['day']}"))
    return found


def figure_href(tally: Tally, name: str) -> str:
    """The live figure that this shift's number is, where there is one."""
    if name not in FIGURES or tally.occurred_from is None or tally.occurred_to is None:
        return ""
    return _hours_href(tally, FIGURES[name])


def _hours_href(tally: Tally, key: str) -> str:
    """A live figure of the post in the hours of a shift."""
    hours = zip(("from", "to"), (tally.occurred_from, tally.occurred_to), strict=True)
    asked = {name: watches.local(at).isoformat() for name, at in hours if at is not None}
    asked |= {"area": tally.area_id, "post": tally.post.code, "network": tally.network_id}
    return f"/figures/{key}/?{urlencode(asked)}"


def shift(tally: Tally) -> str:
    start, end = (watches.local(at) for at in (tally.occurred_from, tally.occurred_to) if at is not None)
    return f"{start:%m-%d} {start:%H:%M}—{'24:00' if end.hour == end.minute == 0 else f'{end:%H:%M}'}"


def post_row(post: Post) -> dict[str, Value]:
    return {
        "code": post.code,
        "name": post.name,
        "network": post.network_id,
        "gate": post.gate_id,
        "area": post.area_id,
        "kind": post.place_kind or None,
        "shifts": post.shifts or None,
        "direct_control_from": post.direct_control_from,
        "opened_on": post.opened_on,
        "closed_on": post.closed_on,
        "synthetic": post.synthetic or None,
    }


def tally_row(tally: Tally) -> dict[str, Value]:
    counts: dict[str, Value] = {name: getattr(tally, name) for name in (*COUNTS, "staff")}
    said: dict[str, Value] = {"post": tally.post.code, "network": tally.network_id, **tally_times(tally)}
    return {**said, **counts, "synthetic": tally.synthetic or None}


def tally_times(tally: Tally) -> dict[str, Value]:
    return {"shift_start": _local(tally.occurred_from), "shift_end": _local(tally.occurred_to)}


def post_changes(old: Post, values: dict[str, Value]) -> dict[str, Any]:
    """The columns that a correction's answers become. Raises Refusal for an area that is not known."""
    area = city.area_named(str(values["area"]), on=watches.civil_day(now()))
    changed: dict[str, Any] = {name: values[name] for name in ("name", "direct_control_from", "opened_on", "closed_on")}
    place = {"area": area, "area_path": area.path}
    declared = {"place_kind": values["kind"] or "", "shifts": values["shifts"] or ""}
    return {**changed, **place, **declared, "gate_id": old.gate_id}


def tally_changes(old: Tally, values: dict[str, Value]) -> dict[str, Any]:
    counts: dict[str, Any] = {name: values[name] or 0 for name in COUNTS}
    return {
        **counts,
        "staff": values["staff"],
        "occurred_from": values["shift_start"],
        "occurred_to": values["shift_end"],
    }


def _until(post: Post) -> str:
    if post.closed_on is None:
        return f"{post.opened_on}"
    return gettext("%(first)s 至 %(last)s") % {"first": post.opened_on, "last": post.closed_on}


def _local(at: datetime | None) -> datetime | None:
    return None if at is None else watches.local(at)


POSTS = declare(
    Register(
        name="posts",
        title="卡点",
        title_en="Checkpoints",
        noun=_("设在道口的卡点，谁管、在哪、何时起"),
        kind="checkpoint_post",
        model=Post,
        order=("network", "code"),
        cells=post_cells,
        details=post_details,
        filters=(
            OneOf("network", _("网络"), "network", networks),
            OneOf("area", _("区域"), "area_path", areas(Post)),
            OnDay("opened", _("启用日"), "opened_on"),
        ),
        fields=POST.fields,
        row=post_row,
        correctable=only(
            POST.fields, "name", "area", "kind", "shifts", "direct_control_from", "opened_on", "closed_on"
        ),
        values=lambda post: {**post_row(post), "area": post.area.name},
        changes=post_changes,
        correct=services.correct_post,
        void=services.void_post,
        related=("area", "unit", "network"),
    )
)

TALLIES = declare(
    Register(
        name="tallies",
        title="班次记录",
        title_en="Shift tallies",
        noun=_("每个卡点每班次查了多少车、多少人"),
        kind="checkpoint_tally",
        model=Tally,
        order=("-occurred_from", "post__code"),
        cells=tally_cells,
        details=tally_details,
        filters=(
            OneOf("network", _("网络"), "network", networks),
            OneOf("post", _("卡点"), "post__code", posts),
            OneOf("area", _("区域"), "area_path", areas(Post)),
            OnDay("day", _("日期"), "occurred_from", moments=True),
        ),
        fields=TALLY.fields,
        row=tally_row,
        correctable=but(TALLY.fields, "post", "network", "synthetic"),
        values=tally_row,
        changes=tally_changes,
        correct=services.correct_tally,
        void=services.void_tally,
        related=("area", "unit", "network", "post"),
    )
)
