"""One released edition as the public's files: its page in both languages, its texts and numbers as data and as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shichen.disclosure.models import Clearance
from shichen.publications import words
from shichen.publications.editions import pages
from shichen.publications.items import Item
from shichen.publications.models import Edition
from shichen.publications.portal import rendering
from shichen.publications.portal.numbers import COLUMNS, Number, row, says_few
from shichen.sheets import writing

Files = dict[str, bytes]


@dataclass(frozen=True)
class Piece:
    """A stretch of a public text: plain, bold, or a number with what is told of it."""

    text: str
    strong: bool
    number: Number | None


@dataclass(frozen=True)
class Leaf:
    """An edition as the portal lists it."""

    edition: Edition
    clearance: Clearance
    sha256: str = ""

    @property
    def path(self) -> str:
        one = self.edition
        if one.kind == Edition.Kind.DAY:
            return f"days/{one.first}/{one.number}/"
        return f"chronicle/{one.first}/{one.last}/{one.number}/"

    @property
    def withdrawn(self) -> bool:
        return self.edition.state == Edition.State.WITHDRAWN

    @property
    def reason(self) -> str:
        return "" if says_few(self.edition.ended) else self.edition.ended


def written(leaf: Leaf, items: pages.Items, numbers: dict[UUID, Number], *, amended: bool) -> Files:
    """The page of an edition in both languages; `amended` where it says more by now than when it went out."""
    edition = leaf.edition
    context = {**rendering.shared(), "edition": edition, "clearance": leaf.clearance, "amended": amended}
    if edition.kind == Edition.Kind.DAY:
        page = pages.day_of(edition)
        rows = [
            {
                "name": one.name,
                "heading": one.heading,
                "cells": [
                    {"column": cell.column, "passages": [_pieces(item, numbers) for item in cell.items]}
                    for cell in one.cells
                ],
            }
            for one in page.rows
        ]
        context |= {"page": page, "dates": words.masthead(page.on), "rows": rows}
        return rendering.page("day.html", leaf.path, context)
    days = [
        {"on": one.on, "passages": [(_pieces(item, numbers), item.note) for item in one.items]}
        for one in pages.chronicle_of(edition).days
        if one.items
    ]
    return rendering.page("chronicle.html", leaf.path, {**context, "days": days})


def _pieces(item: Item, numbers: dict[UUID, Number]) -> list[Piece]:
    return [
        Piece(one.text, one.strong, numbers[one.figure.pk] if one.figure is not None else None) for one in item.pieces
    ]


def as_data(leaf: Leaf, items: pages.Items, numbers: dict[UUID, Number]) -> bytes:
    """The texts of an edition with all its numbers."""
    edition = leaf.edition
    return rendering.data(
        {
            "kind": edition.kind,
            "first": edition.first,
            "last": edition.last,
            "number": edition.number,
            "released_at": edition.released_at,
            "digest": edition.digest,
            "clearance": cleared(leaf.clearance),
            "places": [
                {"place": place, "texts": [_text(item, numbers) for item in found]} for place, found in items.items()
            ],
        }
    )


def _text(item: Item, numbers: dict[UUID, Number]) -> dict[str, Any]:
    return {
        "text": item.text,
        "numbers": [{"span": [one.start, one.end], **numbers[one.figure.pk].data()} for one in item.uses],
    }


def as_table(items: pages.Items, numbers: dict[UUID, Number]) -> bytes:
    """The numbers of an edition, a line for each place that prints one."""
    rows = [
        row(numbers[one.figure.pk], place, item.text[one.start : one.end])
        for place, found in items.items()
        for item in found
        for one in item.uses
    ]
    return writing.write_csv(rows, COLUMNS)


def cleared(one: Clearance) -> dict[str, Any]:
    """The result of the audit, for machines."""
    return {
        "at": one.at,
        "k": one.k,
        "figures": one.figures,
        "counts_of_persons": one.facts,
        "by_decision": one.decided,
        "told_before": one.earlier,
        "digest": one.digest,
        "rules": one.rules,
    }
