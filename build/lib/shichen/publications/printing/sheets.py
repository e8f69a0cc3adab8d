"""The two pages as tables: one row for each entry and one for each figure in it, and what the columns mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext_lazy

from shichen.indicators.declare import known
from shichen.indicators.models import Figure
from shichen.publications import amending
from shichen.publications.amending import Amended
from shichen.publications.chronicle.curve import Curve
from shichen.publications.chronicle.telling import Chronicle
from shichen.publications.day.page import DayPage, is_civil_day
from shichen.publications.items import Item, Spanned
from shichen.sheets import writing
from shichen.sheets.fields import Field, Kind
from shichen.web import words
from shichen.web.sentences import headed, said

ENTRY, FIGURE, BLANK = pgettext_lazy("行", "条目"), pgettext_lazy("行", "数字"), pgettext_lazy("行", "空栏")

COLUMNS = tuple(
    (Field(name, label, kind), meaning)
    for name, label, kind, meaning in (
        ("sort", gettext_noop("类"), Kind.TEXT, gettext_noop("条目、数字，或日版上的空栏")),
        ("date", gettext_noop("日期"), Kind.DATE, gettext_noop("日版日期(前一日23时至当日23时)，大事记为发布日")),
        ("watch", gettext_noop("时辰"), Kind.TEXT, gettext_noop("刊出的时辰")),
        ("column", gettext_noop("栏目"), Kind.TEXT, gettext_noop("刊出的栏目")),
        ("position", gettext_noop("次序"), Kind.INTEGER, gettext_noop("在该栏或该日里的先后")),
        ("unit", gettext_noop("单位"), Kind.TEXT, gettext_noop("报送单位")),
        ("text", gettext_noop("内容"), Kind.TEXT, gettext_noop("条目的文字；数字行为印出的数")),
        ("kinds", gettext_noop("类别"), Kind.TEXT, gettext_noop("大事记凡例中的类别")),
        ("note", gettext_noop("附注"), Kind.TEXT, gettext_noop("数据截止日与发布日")),
        ("value", gettext_noop("数值"), Kind.DECIMAL, gettext_noop("数的值，不带量词")),
        ("measure", gettext_noop("量词"), Kind.TEXT, gettext_noop("台次与辆、人次与人不可相加")),
        ("indicator", gettext_noop("指标"), Kind.TEXT, gettext_noop("指标代码，定义见 /figures/代码/")),
        ("name", gettext_noop("指标名称"), Kind.TEXT, gettext_noop("指标的名称")),
        ("basis", gettext_noop("依据"), Kind.TEXT, gettext_noop("实算：由记录算出；报称：来稿所称")),
        ("from", gettext_noop("时段自"), Kind.DATETIME, gettext_noop("数所指时段的起点")),
        ("to", gettext_noop("时段至"), Kind.DATETIME, gettext_noop("数所指时段的终点，不含")),
        ("civil", gettext_noop("自然日"), Kind.BOOLEAN, gettext_noop("是否按自然日0—24时计")),
        ("as_of", gettext_noop("截至"), Kind.DATETIME, gettext_noop("数所依据的记录截至何时")),
        ("records", gettext_noop("记录数"), Kind.INTEGER, gettext_noop("实算所依据的记录条数")),
        ("correction", gettext_noop("更正号"), Kind.INTEGER, gettext_noop("此数后来的更正；空为没有")),
        ("corrected", gettext_noop("现为"), Kind.DECIMAL, gettext_noop("更正后的值")),
        ("link", gettext_noop("地址"), Kind.TEXT, gettext_noop("条目或数字的出处")),
    )
)
FIELDS = tuple(field for field, _meaning in COLUMNS)
CURVE = (
    Field("date", gettext_noop("日期"), Kind.DATE),
    Field("new", gettext_noop("新增"), Kind.INTEGER),
    Field("cumulative", gettext_noop("累计确诊"), Kind.INTEGER),
    Field("discharged", gettext_noop("累计出院"), Kind.INTEGER),
    Field("events", gettext_noop("事件")),
)

Row = dict[str, Any]
Place = dict[str, Any]


def of_day(page: DayPage) -> list[Row]:
    """Every cell of the page; a blank one is a row that says so."""
    amended, rows = amending.of(page.items), []
    for cell in page.cells:
        place = {"date": page.on, "watch": cell.watch, "column": said(cell.column)}
        rows += list(_rows(cell.items, place, amended)) or [{"sort": str(BLANK), **place}]
    return rows


def of_chronicle(chronicle: Chronicle) -> list[Row]:
    """Every event by date."""
    amended = amending.of(chronicle.items)
    labels = {kind.key: kind.label for kind in chronicle.rules.kinds}
    return [row for day in chronicle.days for row in _rows(day.items, {"date": day.on}, amended, labels)]


def of_curve(curve: Curve) -> list[Row]:
    """The days of the curve; what was not reported is empty, never 0."""
    events: dict[date, list[str]] = {}
    for event in curve.events:
        events.setdefault(event.on, []).append(event.label)
    return [
        {
            "date": day.on,
            "new": day.new,
            "cumulative": day.cumulative,
            "discharged": day.discharged,
            "events": "；".join(events.get(day.on, [])),
        }
        for day in curve.days
    ]


def as_csv(rows: Iterable[Row], fields: Iterable[Field] = FIELDS) -> bytes:
    """Text that would run as a formula is kept from it."""
    return writing.write_csv(rows, headed(fields))


def as_xlsx(rows: Iterable[Row], title: str) -> bytes:
    return writing.write_xlsx(rows, headed(FIELDS), title=title)


def metadata(title: str, definition: str, rows: list[Row], *, as_of: str, source: str) -> dict[str, Any]:
    """What the table is, and what each of its columns means."""
    keys = sorted({row["indicator"] for row in rows if row.get("indicator")})
    return {
        "title": title,
        "definition": definition,
        "source": source,
        "as_of": as_of,
        "licence": _("内部资料，未作公开许可；对外发布的版以发布时注明的许可为准。"),
        "rows": len(rows),
        "columns": [
            {"name": field.name, "label": field.label, "kind": str(field.kind), "meaning": said(meaning)}
            for field, (_field, meaning) in zip(headed(FIELDS), COLUMNS, strict=True)
        ],
        "indicators": [_defined(key) for key in keys if key in known()],
    }


def _rows(
    items: Iterable[Item], place: Place, amended: Amended, labels: Mapping[str, str] | None = None
) -> Iterator[Row]:
    for position, item in enumerate(items, start=1):
        kinds = [(labels or {}).get(kind, kind) for kind in item.kinds]
        here = {**place, "position": position, "unit": item.entry.unit_text}
        entry = {
            "text": item.text,
            "kinds": _("、").join(kinds),
            "note": said(item.note),
            "link": f"/log/{item.entry.id}/",
        }
        yield {"sort": str(ENTRY), **here, **entry}
        for use in item.uses:
            yield {"sort": str(FIGURE), **here, "text": item.text[use.start : use.end], **_figure(use, amended)}


def _figure(use: Spanned, amended: Amended) -> Row:
    figure = use.figure
    chain = amended.chains.get(figure.pk, [])
    now = chain[-1].replacement if chain else None
    return {
        "value": figure.value,
        "measure": figure.unit,
        "indicator": figure.key,
        "name": _name(figure),
        "basis": figure.get_basis_display(),
        "from": figure.period_from,
        "to": figure.period_to,
        "civil": is_civil_day(figure),
        "as_of": figure.as_of,
        "records": figure.record_count if figure.basis == Figure.Basis.COMPUTED else None,
        "correction": chain[0].number if chain else None,
        "corrected": now.value if now is not None else None,
        "link": f"/figures/{figure.pk}/",
    }


def _name(figure: Figure) -> str:
    one = known().get(figure.key)
    return words.called(one) if one is not None else ""


def _defined(key: str) -> dict[str, Any]:
    one = known()[key]
    return {
        "indicator": one.key,
        "name": words.called(one),
        "unit": one.unit,
        "definition": one.definition,
        "version": one.version,
        "link": f"/figures/{one.key}/",
    }
