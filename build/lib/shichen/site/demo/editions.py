"""The first edition of the demonstration's chronicle: put together, reviewed, signed and released as people would do it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from shichen.city.models import Account
from shichen.publications.editions import drafting, objections, opening
from shichen.publications.editions import outgoing as editions
from shichen.publications.models import Edition
from shichen.refusal import Refusal

FILE = Path(__file__).with_name("zhuzhou") / "chronicle_edition.toml"
People = Mapping[str, Account]


def chronicle(people: People) -> Iterator[tuple[datetime, partial[None]]]:
    """The steps of the edition, each at its hour: the editor, the reviewer, the commander, the editor again."""
    said = _said()
    yield said["made"], partial(_put_together, people)
    yield said["reviewed"], partial(_review, people)
    yield said["signed"], partial(_sign, people)
    yield said["released"], partial(_release, people)


def _put_together(people: People) -> None:
    """Everything that is marked is taken; a date without an entry is confirmed as blank."""
    said, editor = _said(), people["newsroom"]
    edition = opening.open_draft(Edition.Kind.CHRONICLE, said["first"], said["last"], by=editor)
    drafting.take_all(edition, by=editor)
    for slot in edition.slots.filter(passages=None):
        drafting.confirm_blank(slot, by=editor)


def _review(people: People) -> None:
    edition = _edition()
    reasons = {one.key: _reason(one) for one in objections.of(edition)}
    editions.review(edition, waived=reasons, by=people["reviewer"])


def _reason(one: objections.Objection) -> str:
    """Why an objection does not matter here; one that nobody foresaw stops the demonstration."""
    for row in _said()["passed"]:
        if row["place"] == one.place and one.key.startswith(row["about"]) and row["says"] in one.sentence:
            return str(row["reason"])
    raise Refusal(f"演示的大事记有一条没有预备理由的异议：{one.sentence}")


def _sign(people: People) -> None:
    editions.approve(_edition(), by=people["leader"])


def _release(people: People) -> None:
    editions.release(_edition(), by=people["newsroom"])


def _edition() -> Edition:
    said = _said()
    return Edition.objects.get(kind=Edition.Kind.CHRONICLE, first=said["first"], last=said["last"])


@cache
def _said() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
