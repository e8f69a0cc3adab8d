"""Acts on the board: choose its tiles, urge a report that is owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from shichen.board import promised
from shichen.board.duties import NUDGE, Duties
from shichen.board.models import Tile
from shichen.board.moment import Moment
from shichen.city import queries as city
from shichen.city.models import Account, Body
from shichen.indicators.declare import known
from shichen.intake.models import Obligation
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry
from shichen.journal.services import Said
from shichen.refusal import Refusal
from shichen.registers.checkpoints.shifts import spoken
from shichen.watches import local

MOST = 8


@transaction.atomic
def set_tiles(keys: Sequence[str], group: Body | None = None) -> None:
    """The figures on the board of the city, or of a group, in this order; what stood there before goes.

    Raises Refusal for one that is not declared, and for more than a board holds.
    """
    board, field = (f"{group.name}的板", f"board.group.{group.pk}") if group else ("指挥板", "board.tiles")
    if len(keys) > MOST:
        raise Refusal(f"{board}最多 {MOST} 格，档案里列了 {len(keys)} 格；请删去几格。", field=field)
    twice = next((key for key in keys if list(keys).count(key) > 1), None)
    if twice is not None:
        raise Refusal(f"{board}上「{twice}」列了两次。", field=field)
    unknown = next((key for key in keys if key not in known()), None)
    if unknown is not None:
        raise Refusal(f"{board}上的「{unknown}」不是已声明的指标；可用的见数字台账。", field=field)
    Tile.objects.filter(group=group).delete()
    Tile.objects.bulk_create(Tile(group=group, position=at, key=key) for at, key in enumerate(keys, start=1))


@transaction.atomic
def set_group_tiles(listed: Mapping[str, Sequence[str]]) -> None:
    """The boards of the groups: the figures listed for a group, else the first that it owes; without either it has none.

    Raises Refusal for a body that is no group.
    """
    groups = {body.pk: body for body in Body.objects.filter(kind=Body.GROUP)}
    strange = next((code for code in listed if code not in groups), None)
    if strange is not None:
        named = "、".join(sorted(groups))
        raise Refusal(f"[board.group] 里的「{strange}」不是工作组；工作组有：{named}。", field="board.group")
    for code, group in groups.items():
        set_tiles(listed.get(code) or _owed_by(group)[:MOST], group)


def _owed_by(group: Body) -> list[str]:
    """The declared figures that a group owes, each once, in the order of its duties."""
    duties = Obligation.objects.filter(body=group).order_by("pk")
    return list(dict.fromkeys(key for duty in duties for key in duty.figures if key in known()))


@transaction.atomic
def nudge(code: str, on: date, *, at: datetime, by: Account) -> Entry:
    """Urge a report that is owed (催报): an entry of the log, in the name of one's unit. Raises Refusal."""
    moment = Moment(at, city.the_city(), city.the_event())
    owed = Duties(moment).rows() + promised.rows(moment)
    row = next((row for row in owed if row["code"] == code and row["on"] == on.isoformat()), None)
    if row is None:
        raise Refusal("这一项已经报齐，或不在应报之列；不必催报。")
    standing = city.standing_of(by, "note", at=at)
    if standing is None:
        raise Refusal("您的角色不能记入日志，因此不能催报。")
    said = Said(
        text=_urging(row, on),
        unit=standing.unit,
        area=standing.area,
        event=standing.event,
        kind=Entry.Kind.ACT,
        column=Column.COMMAND,
        reported_at=at,
        act=f"{NUDGE}{code}:{on.isoformat()}"[:60],
    )
    return journal.write(said, by=by)


def _urging(row: dict[str, Any], on: date) -> str:
    day = f"{on.month}月{on.day}日"
    if row["kind"] == "shift":
        named = "、".join(row["posts"][:10]) + ("等" if row["count"] > 10 else "")
        with translation.override("zh-hans"):  # the log speaks Chinese, whoever urges
            hours = spoken(datetime.fromisoformat(row["from"]), datetime.fromisoformat(row["to"]))
        return f"催报：{row['who']}{row['count']}个未报{day}{hours}班次记录：{named}。"
    due = local(datetime.fromisoformat(row["due"]))
    if row["kind"] == "update":
        return f"催报：请{row['who']}更新{row['label']}，原定{due.month}月{due.day}日{due:%H:%M}。"
    return f"催报：请{row['who']}报送{day}{row['what']}，时限为{due.month}月{due.day}日{due:%H:%M}。"
