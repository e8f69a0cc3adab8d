"""Figures, traces and corrections as data: what the addresses ending in `.json` say."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from shichen.indicators import trace
from shichen.indicators.corrected import Used
from shichen.indicators.declare import Indicator
from shichen.indicators.models import Correction, Figure
from shichen.indicators.proof import Evidence
from shichen.indicators.releasing import Marked
from shichen.indicators.trace import Trace


def number(value: Decimal | None) -> int | float | None:
    """A value as JSON has it: whole numbers stay whole, and nothing reported is null."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def of_figure(figure: Figure) -> dict[str, Any]:
    """What a figure says of itself, as far as whoever looks knows."""
    replaced = figure.replaced
    return {
        "figure": f"/figures/{figure.pk}/",
        "indicator": figure.key or None,
        "value": number(figure.value),
        "at_least": figure.at_least,
        "at_most": figure.at_most,
        "about": figure.about,
        "unit": figure.unit,
        "basis": str(figure.basis),
        "cumulative": figure.cumulative,
        "area": {"code": figure.area_id, "name": figure.area.name},
        "facets": figure.facets,
        "from": figure.period_from,
        "to": figure.period_to,
        "convention": trace.convention(trace.period_of(figure)),
        "as_of": figure.as_of,
        "published_at": figure.published_at,
        "frozen_at": figure.frozen_at,
        "reporter": figure.reporter.name,
        "records": figure.record_count,
        "fingerprint": figure.fingerprint or None,
        "snapshot": figure.snapshot,
        "files": figure.files or None,
        "complete": figure.complete,
        "successor": f"/figures/{figure.successor_id}/" if replaced else None,
        "correction": of_correction(figure) if replaced else None,
    }


def of_correction(figure: Figure) -> dict[str, Any] | None:
    """The correction of a figure that was told: what every text that printed it says beside it."""
    made = figure.correction
    if made is None or made.replacement is None:
        return None
    return {
        "correction": f"/corrections/{made.number}/",
        "number": made.number,
        "was": number(figure.value),
        "is": number(made.replacement.value),
        "unit": figure.unit,
        "reason": made.reason,
        "at": made.decided_at,
        "figure": f"/figures/{made.replacement_id}/",
    }


def of_mark(figure: UUID, marks: Mapping[UUID, Marked]) -> dict[str, Any] | None:
    """The mark of a corrected figure where only its number is printed."""
    mark = marks.get(figure)
    return {"correction": mark.href, "number": mark.number, "is": number(mark.now)} if mark else None


def of_made(one: Correction) -> dict[str, Any]:
    """A correction in force, as the list of them says it."""
    was, replacement = one.was, one.replacement
    if replacement is None:
        raise AssertionError("a correction that is made has a replacement")
    return {
        "correction": f"/corrections/{one.number}/",
        "number": one.number,
        "at": one.decided_at,
        "indicator": was.key or None,
        "name": was.definition.name if was.definition else (was.statement.subject if was.statement else ""),
        "area": {"code": was.area_id, "name": was.area.name},
        "from": was.period_from,
        "to": was.period_to,
        "was": number(was.value),
        "is": number(replacement.value),
        "unit": was.unit,
        "reason": one.reason,
        "used": getattr(one, "entries", 0) + getattr(one, "documents", 0),
        "figure": f"/figures/{was.pk}/",
        "now": f"/figures/{replacement.pk}/",
    }


def of_used(used: Used) -> list[dict[str, Any]]:
    """Where a figure was printed: entries of the log, and documents."""
    entries = [
        {
            "entry": str(use.entry_id),
            "text": use.entry.text,
            "date": use.entry.page_day,
            "span": [use.start, use.end],
        }
        for use in used.entries
    ]
    documents = [
        {"document": one.href, "title": one.title, "place": one.place, "printed": one.printed, "at": one.at}
        for one in used.documents
    ]
    return [*entries, *documents]


def of_trace(one: Trace) -> dict[str, Any]:
    """A figure with all that it rests on."""
    definition = one.figure.definition
    return {
        **of_figure(one.figure),
        **_replaced(one),
        "asked_as_of": one.as_of,
        "definition": {"name": definition.name, "text": definition.text, "version": definition.version}
        if definition
        else None,
        "redefined": one.redefined,
        "changed": one.changed,
        "evidence": of_evidence(one.evidence) if one.evidence else None,
        "statement": _statement(one),
        "used_in": of_used(one.used),
        "approved_at": one.figure.approved_at,
        "earlier": [{"figure": f"/figures/{old.pk}/", "value": number(old.value)} for old in one.predecessors],
        "beside": [
            {"name": other.name, "value": number(other.value), "unit": other.unit, "figure": other.href}
            for other in one.beside
        ],
    }


def _replaced(one: Trace) -> dict[str, Any]:
    """What took its place, as far as it had by the moment that was asked for."""
    return {
        "successor": f"/figures/{one.successor.pk}/" if one.successor else None,
        "correction": of_correction(one.figure) if one.correction else None,
    }


def of_evidence(evidence: Evidence) -> dict[str, Any]:
    """The records of a computed figure as they are now."""
    return {
        "value_now": number(evidence.value),
        "records_now": evidence.count,
        "fingerprint_now": evidence.fingerprint,
        "complete": not evidence.missing,
        "missing": list(evidence.missing),
        "rows": [{"record": row.href, "envelope": row.envelope or None, **row.cells} for row in evidence.rows],
        "rows_shown": len(evidence.rows),
        "rows_out_of_reach": evidence.hidden,
        "breakdowns": [
            {
                "by": parts.title,
                "total": number(parts.total),
                "parts": {name: number(part) for name, part in parts.parts},
            }
            for parts in evidence.breakdowns
        ],
    }


def of_indicator(one: Indicator) -> dict[str, Any]:
    """What a figure is called and how it is defined."""
    return {
        "indicator": one.key,
        "name": one.name,
        "name_en": one.name_en,
        "unit": one.unit,
        "sort": str(one.sort),
        "computed": one.computed,
        "definition": one.definition,
        "version": one.version,
        "facets": list(one.facets),
        "figure": f"/figures/{one.key}/",
    }


def _statement(one: Trace) -> dict[str, Any] | None:
    statement = one.figure.statement
    if statement is None:
        return None
    return {
        "raw": statement.raw,
        "sentence": statement.sentence,
        "span": [statement.start, statement.end],
        "subject": statement.subject,
        "envelope": f"/envelopes/{statement.envelope}/" if statement.envelope else None,
        "entry": f"/log/{statement.entry_id}/" if statement.entry_id else None,
        "reporter": statement.reporter.name,
        "stated_at": statement.stated_at,
        "accepted_by": str(statement.accepted_by),
        "accepted_at": statement.accepted_at,
        "decision": statement.decision,
        "reason": statement.reason,
    }
