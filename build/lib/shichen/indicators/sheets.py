"""A figure as a sheet (溯源表): the records behind it, or the sentence that states it, and what the columns mean."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_noop as _

from shichen.city.scope import Sight
from shichen.indicators import payload
from shichen.indicators.declare import Indicator, known
from shichen.indicators.models import Figure
from shichen.indicators.proof import Evidence, evidence
from shichen.indicators.queries import Computed, recompute
from shichen.indicators.quoting import address
from shichen.indicators.trace import Trace
from shichen.sheets import writing
from shichen.sheets.fields import Field
from shichen.web.sentences import headed
from shichen.web.words import moment

MOST_ROWS = 20_000
LICENCE = "internal"  # what leaves the building goes by its releases, not by this sheet
STATED = (
    Field("value", _("数值"), "decimal"),
    Field("unit", _("量词")),
    Field("raw", _("原文数字")),
    Field("sentence", _("原句")),
    Field("subject", _("所计")),
    Field("reporter", _("报送单位")),
    Field("stated_at", _("报送时间")),
    Field("accepted_at", _("采纳时间")),
    Field("envelope", _("来件")),
)
RECORD, ENVELOPE = Field("record", _("记录")), Field("envelope", _("来件"))


def of_trace(found: Trace, sight: Sight, ending: str = "csv") -> bytes:
    """The rows behind a figure within reach, as CSV or Excel."""
    computed = recompute(found.figure, as_of=found.as_of)
    if computed is not None:
        return of_computed(computed, sight, ending)
    return _written([_statement(found.figure)], STATED, ending)


def of_computed(computed: Computed, sight: Sight, ending: str = "csv") -> bytes:
    rows = evidence(computed, sight, as_reached=True, rows=MOST_ROWS)
    return _written(_lines(rows), _fields(rows), ending)


def columns_of(rows: Evidence) -> list[dict[str, str]]:
    """The columns of the sheet of a figure worked out now."""
    return [{"name": one.name, "title": one.label} for one in headed(_fields(rows))]


def _written(rows: list[dict[str, Any]], fields: tuple[Field, ...], ending: str) -> bytes:
    return (writing.write_csv if ending == "csv" else writing.write_xlsx)(rows, headed(fields))


def metadata(found: Trace, sight: Sight) -> dict[str, Any]:
    """What a figure means and what the columns of its sheet are."""
    figure, one = found.figure, found.indicator
    return {
        "figure": f"/figures/{figure.pk}/",
        "title": called(figure),
        **_meaning(figure, one),
        "unit": figure.unit,
        "value": payload.number(figure.value),
        "source": figure.reporter.name,
        "as_of": figure.as_of,
        "published_at": figure.published_at,
        "refreshed_at": figure.frozen_at,
        "licence": LICENCE,
        "columns": [{"name": one.name, "title": one.label} for one in headed(_columns(found))],
        "siblings": {ending: f"/figures/{figure.pk}.{ending}" for ending in ("json", "csv", "xlsx")},
    }


def called(figure: Figure) -> str:
    """What a figure is called in the name of a file."""
    one = known().get(figure.key)
    name = one.name if one else figure.statement.subject if figure.statement else ""
    return name or "figure"


def _meaning(figure: Figure, one: Indicator | None) -> dict[str, Any]:
    definition = figure.definition
    return {
        "indicator": figure.key or None,
        "name": one.name if one else None,
        "name_en": one.name_en if one else None,
        "definition": definition.text if definition else None,
        "version": definition.version if definition else None,
        "sort": str(one.sort) if one else None,
        "reduction": definition.reduction or None if definition else None,
    }


def _columns(found: Trace) -> tuple[Field, ...]:
    return _fields(found.evidence) if found.evidence is not None else STATED


def _fields(rows: Evidence) -> tuple[Field, ...]:
    return (*(Field(name, name) for name in rows.columns), RECORD, ENVELOPE)


def _lines(rows: Evidence) -> list[dict[str, Any]]:
    return [
        {
            **{name: _plain(cell) for name, cell in row.cells.items()},
            "record": row.href,
            "envelope": f"/envelopes/{row.envelope}/" if row.envelope else "",
        }
        for row in rows.rows
    ]


def _plain(cell: Any) -> str:
    """A cell as text: a sheet of evidence is read, never computed with."""
    return cell.isoformat() if isinstance(cell, date | datetime) else str(cell)


def _statement(figure: Figure) -> dict[str, Any]:
    statement = figure.statement
    if statement is None:
        raise AssertionError("a figure without records rests on a statement")
    return {
        "value": figure.value,
        "unit": figure.unit,
        "raw": statement.raw,
        "sentence": statement.sentence,
        "subject": statement.subject,
        "reporter": statement.reporter.name,
        "stated_at": moment(statement.stated_at),
        "accepted_at": moment(statement.accepted_at),
        "envelope": address(statement),
    }
