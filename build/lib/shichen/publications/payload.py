"""The two pages as data: the same JSON from the command and from the address with `.json`."""

from __future__ import annotations

from typing import Any

from shichen.indicators.models import Figure
from shichen.indicators.payload import number, of_correction
from shichen.publications.chronicle.telling import Chronicle
from shichen.publications.day.page import DayPage
from shichen.publications.items import Item
from shichen.publications.models import Edition


def of_day(page: DayPage) -> dict[str, Any]:
    """All cells, watch by watch, the blank ones too."""
    return {
        "cells": [{"column": cell.column, "watch": cell.watch, "entries": _entries(cell.items)} for cell in page.cells]
    }


def of_chronicle(chronicle: Chronicle) -> dict[str, Any]:
    """Every date of the span, those without an event too."""
    return {"days": [{"date": day.on.isoformat(), "entries": _entries(day.items)} for day in chronicle.days]}


def of_edition(edition: Edition) -> dict[str, Any]:
    """Which edition a page is, when it went out, by whose signature, and which one it corrects."""
    return {
        "number": edition.number,
        "state": edition.state,
        "audience": edition.audience,
        "released_at": edition.released_at,
        "withdrawn_at": edition.withdrawn_at,
        "reason": edition.reason or None,
        "ended": edition.ended or None,
        "signed_by": str(edition.approved_by) if edition.approved_by else None,
        "corrects": edition.previous.number if edition.previous else None,
        "digest": edition.digest or None,
    }


def _entries(items: tuple[Item, ...]) -> list[dict[str, Any]]:
    return [{"text": item.text, "figures": [_figure(figure) for figure in item.figures]} for item in items]


def _figure(figure: Figure) -> dict[str, Any]:
    corrected = of_correction(figure) if figure.replaced else None
    return {
        "value": number(figure.value),
        "unit": figure.unit,
        "indicator": figure.key or None,
        "basis": str(figure.basis),
        "records": figure.record_count,
        "figure": f"/figures/{figure.pk}/",
        **({"correction": corrected} if corrected else {}),
    }
