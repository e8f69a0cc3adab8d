"""The official documents of the demonstration: drafted, sent up and issued as people would do it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from shichen import watches
from shichen.audit.context import now
from shichen.city.models import Account, Body
from shichen.publications.models import Paper
from shichen.publications.papers import steps

FILE = Path(__file__).with_name("zhuzhou") / "papers.toml"
People = Mapping[str, Account]
Row = dict[str, Any]


def issued(people: People) -> Iterator[tuple[datetime, partial[None]]]:
    """The steps of each document at their hours: the Office drafts and sends it up, the commander signs it."""
    for row in _said():
        yield row["made"], partial(_draft, row, people["duty"])
        yield row["sent"], partial(_send, row, people["duty"])
        yield row["issued"], partial(_issue, row, people["leader"])


def _draft(row: Row, by: Account) -> None:
    steps.draft(row["kind"], Body.objects.get(code=row["issuer"]), row["says"], by=by)


def _send(row: Row, by: Account) -> None:
    steps.send(_paper(row), on=watches.civil_day(now()), by=by)


def _issue(row: Row, by: Account) -> None:
    steps.issue(_paper(row), seen=1, on=watches.civil_day(now()), after=row.get("after", 0), by=by)


def _paper(row: Row) -> Paper:
    return Paper.objects.get(kind=row["kind"], made_at=row["made"])


@cache
def _said() -> list[Row]:
    found: list[Row] = tomllib.loads(FILE.read_text(encoding="utf-8"))["paper"]
    return found
