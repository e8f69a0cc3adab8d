"""The public's page of risk levels: each in words with its day and until when it holds, the rule it is by, and the same as data."""

from __future__ import annotations

from datetime import date
from typing import Any

from shichen import watches
from shichen.analysis.risk.models import Level
from shichen.disclosure.models import Clearance, OpenTable
from shichen.publications.portal import levels, rendering
from shichen.sheets import writing
from shichen.sheets.fields import Field, Kind
from shichen.web import clock

FOLDER = "risk/"
COLUMNS = (
    Field("area_code", "区域代码", Kind.CODE, help="行政区划代码 code of the area"),
    Field("area", "区域", Kind.TEXT, help="区域名称 name of the area"),
    Field(
        "level",
        "风险等级",
        Kind.TEXT,
        help="low、medium、high；空：报数不够，不能判定 empty: undecided, reports are lacking",
    ),
    Field(
        "day",
        "数据日",
        Kind.DATE,
        help="等级说的那一天；办公室调整的，起的那一天 the day it speaks of, or from which it was set",
    ),
    Field("until", "作准到", Kind.DATE, help="此后不作现行等级 not a current level after this day"),
    Field("rule", "规则", Kind.TEXT, help="空：办公室调整 empty: set by the Office"),
    Field("version", "规则指纹", Kind.TEXT),
    Field("inputs", "输入指纹", Kind.TEXT),
)


def files(shared: dict[str, Any]) -> dict[str, bytes]:
    """The page in both languages and its data; the last that was withdrawn stays named, with the reason."""
    table = next(iter(levels.current()), None)
    gone = next((one for one in reversed(levels.all_released()) if one.state == OpenTable.State.WITHDRAWN), None)
    context = {**shared, "table": table or gone, "withdrawn": table is None and gone is not None}
    if table is None:
        return rendering.page("risk.html", FOLDER, {**context, "reason": gone.note if gone else ""})
    content = table.content
    context |= {"rows": rows(table), "rules": content["rules"]}
    context |= {"clearance": Clearance.objects.filter(document=table.pk).first()}
    told = {"released_at": table.decided_at, "until": table.until, "digest": table.digest, "rules": content["rules"]}
    return {
        **rendering.page("risk.html", FOLDER, context),
        f"{FOLDER}{levels.NAME}.csv": writing.write_csv([_line(row) for row in content["rows"]], COLUMNS),
        f"{FOLDER}{levels.NAME}.json": rendering.data({"name": levels.NAME, **told, "rows": content["rows"]}),
    }


def rows(table: OpenTable) -> list[dict[str, Any]]:
    """Its areas as they read today."""
    today = watches.civil_day(clock.shown())
    return [_said(row, today) for row in table.content["rows"]]


def _said(row: dict[str, Any], today: date) -> dict[str, Any]:
    """A row with its days; its level in the language of whichever page is written."""
    old = levels.expired(row, today)
    name = Level(row["level"]).label if row["level"] else ""
    day, until = (date.fromisoformat(row[one]) if row[one] else None for one in ("day", "until"))
    return {**row, "said": name, "expired": old, "day": day, "until": until}


def _line(row: dict[str, Any]) -> dict[str, Any]:
    days = {one: date.fromisoformat(row[one]) if row[one] else None for one in ("day", "until")}
    return {name: row[name] for name in ("area", "level", "rule", "version", "inputs")} | {
        "area_code": row["code"],
        **days,
    }
