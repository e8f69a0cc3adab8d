"""The public table of cases by district (各区病例): suppressed and audited when it is put up, printed as it was released."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from shichen.disclosure.models import Clearance, OpenTable, TwoPersons
from shichen.disclosure.policy import policy
from shichen.indicators.declare import known
from shichen.publications.portal import rendering
from shichen.sheets import writing
from shichen.sheets.fields import Field, Kind

NAME = "cases_by_district"
NEW, TOTAL = "cases.confirmed_new", "cases.confirmed_cum"
WITHHELD, BLANK = "合计", ""
State = TwoPersons.State
COLUMNS = (
    Field("day", "数据日", Kind.DATE, help="截至这一日24时 up to 24:00 of this day"),
    Field(
        "since",
        "新增自",
        Kind.DATE,
        help="新增从这一日0时起计；空：首列，无新增 new cases are counted from 0:00 of this day",
    ),
    Field("area_code", "区域代码", Kind.CODE, help="行政区划代码 code of the area"),
    Field("area", "区域", Kind.TEXT, help="区域名称 name of the area"),
    Field("confirmed_new", "新增确诊", Kind.TEXT),
    Field("confirmed_cum", "累计确诊", Kind.TEXT),
)

Files = dict[str, bytes]
Content = dict[str, Any]


def all_released() -> list[OpenTable]:
    return list(OpenTable.objects.filter(name=NAME, state__in=[State.SIGNED, State.WITHDRAWN]).order_by("decided_at"))


def current() -> list[OpenTable]:
    """The table that readers see: the last one that went out and was not withdrawn."""
    return [one for one in all_released() if one.state == State.SIGNED][-1:]


def files(shared: dict[str, Any]) -> Files:
    """The page of the table, its data and its dictionary; the last that was withdrawn stays listed, with the reason."""
    table = next(iter(current()), None)
    gone = next((one for one in reversed(all_released()) if one.state == State.WITHDRAWN), None)
    context = {**shared, "rules": policy(), "table": table or gone, "withdrawn": table is None and gone is not None}
    if table is None:
        return rendering.page("data.html", "data/", {**context, "reason": gone.note if gone else ""})
    content: Content = table.content
    context |= {"columns": days(content), "rows": grid(content)}
    context["clearance"] = Clearance.objects.filter(document=table.pk).first()
    sheet = writing.write_csv(lines(content), COLUMNS)
    return {
        **rendering.page("data.html", "data/", context),
        f"data/{NAME}.csv": sheet,
        f"data/{NAME}.json": rendering.data(_data(table)),
        "data/datapackage.json": rendering.data(_package(table, sheet)),
    }


def printed(cell: dict[str, Any]) -> str:
    """A cell as it is read: its number, <5, 合计, or nothing where nothing was reported."""
    marks = {"few": policy().few, "withheld": WITHHELD, "unreported": BLANK}
    return marks.get(cell["mark"], str(cell["value"]))


def days(content: Content) -> list[date]:
    return [date.fromisoformat(one) for one in content["columns"]]


def grid(content: Content) -> list[tuple[str, list[str]]]:
    """Area by area: new and total of each day on which the districts reported; new since the day before among these."""
    rows = []
    for area in content["areas"]:
        totals = {
            cell["day"]: cell for cell in content["cells"] if cell["code"] == area["code"] and cell["measure"] == TOTAL
        }
        new = {
            cell["day"]: cell for cell in content["cells"] if cell["code"] == area["code"] and cell["measure"] == NEW
        }
        row = []
        for before, on in zip([None, *content["columns"]], content["columns"], strict=False):
            row += [_since(before, on, new, totals), printed(totals[on])]
        rows.append((area["name"], row))
    return rows


def _since(before: str | None, on: str, new: dict[str, dict[str, Any]], totals: dict[str, dict[str, Any]]) -> str:
    """What came since the column before: as printed; of the city, whose days are finer, what its printed totals leave."""
    if before is None:
        return BLANK
    start = (date.fromisoformat(before) + timedelta(days=1)).isoformat()
    if new[on]["since"] == start:
        return printed(new[on])
    ends = totals[on]["value"], totals[before]["value"]
    return WITHHELD if None in ends else str(ends[0] - ends[1])


def lines(content: Content) -> list[dict[str, Any]]:
    """The table as rows: one for each area and day."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for cell in content["cells"]:
        line = found.setdefault(
            (cell["day"], cell["code"]),
            {
                "day": date.fromisoformat(cell["day"]),
                "since": None,
                "area_code": cell["code"],
                "area": cell["area"],
                "confirmed_new": BLANK,
                "confirmed_cum": BLANK,
            },
        )
        line[cell["measure"].split(".")[1]] = printed(cell)
        if cell["measure"] == NEW and cell["since"]:
            line["since"] = date.fromisoformat(cell["since"])
    return [found[key] for key in sorted(found)]


def _data(table: OpenTable) -> dict[str, Any]:
    rows = [{**line, "day": line["day"], "since": line["since"]} for line in lines(table.content)]
    return {"name": NAME, "until": table.until, "released_at": table.decided_at, "digest": table.digest, "rows": rows}


def _package(table: OpenTable, sheet: bytes) -> dict[str, Any]:
    """The dictionary of the table, in the form of a Frictionless data package."""
    rules = policy()
    marks = [BLANK, rules.few, WITHHELD]
    described = {"confirmed_new": known()[NEW].definition, "confirmed_cum": known()[TOTAL].definition}
    fields = [
        {
            "name": one.label,
            "title": one.name,
            "type": {"date": "date"}.get(str(one.kind), "integer" if one.name in described else "string"),
            "description": described.get(one.name, one.help),
        }
        for one in COLUMNS
    ]
    return {
        "name": NAME.replace("_", "-"),
        "title": "各区病例：新增与累计 Cases by district: new and cumulative",
        "created": table.decided_at,
        "description": (
            f"{rules.few}：人数小于下限，不公开。{WITHHELD}：只计入合计，可以是任何数。空：该日未报。 "
            f"{rules.few}: too few to be told. {WITHHELD}: counted in the totals only, may be any number. Empty: not reported."
        ),
        "resources": [
            {
                "name": NAME.replace("_", "-"),
                "path": f"{NAME}.csv",
                "format": "csv",
                "encoding": "utf-8",
                "bytes": len(sheet),
                "hash": f"sha256:{sha256(sheet).hexdigest()}",
                "schema": {"fields": fields, "missingValues": marks, "primaryKey": ["数据日", "区域代码"]},
            }
        ],
    }
