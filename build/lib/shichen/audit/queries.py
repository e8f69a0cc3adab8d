"""Questions about the trail: is the chain whole, and where does it break first?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from shichen.audit.models import Seal, Trail
from shichen.audit.services import GENESIS, link_of, mac_of

AT_ONCE = 2000


@dataclass(frozen=True)
class Sealed:
    """Rows that the chain binds, with `id`, and what each should have been sealed as."""

    rows: Callable[[], QuerySet[Any]]
    mac_of: Callable[[Any], str]


@dataclass(frozen=True)
class Verdict:
    """What verifying found: rows and links read, the first fault in words (empty when whole), where the chain stands."""

    rows: int
    links: int
    fault: str
    head: str

    @property
    def whole(self) -> bool:
        return not self.fault


TRAIL = Sealed(Trail.objects.all, mac_of)


def verify(tables: Mapping[str, Sealed], *, anchor: str = "") -> Verdict:
    """Recompute every row and every link; `anchor` is a head kept elsewhere, which finds a tail cut off.

    Rows are read beside the links that bind them, some at a time: however long the log, memory stays as it is.
    """
    start = f"0-{GENESIS[:16]}"
    prev, links, fault, head, anchored = GENESIS, 0, "", start, anchor in ("", start)
    for seals in _some(Seal.objects.order_by("position").iterator(AT_ONCE)):
        stated = _stated(tables, seals)
        for seal in seals:
            fault = fault or _fault(seal, stated.get((seal.table, seal.row)), prev)
            prev, head = seal.link, f"{seal.position}-{seal.link[:16]}"
            anchored = anchored or head == anchor
        links += len(seals)
    fault = fault or _unsealed(tables)
    if not fault and not anchored:
        fault = f"链头 {anchor} 不在链中(截断)"
    return Verdict(sum(one.rows().count() for one in tables.values()), links, fault, head)


def _some(seals: Iterator[Seal]) -> Iterator[list[Seal]]:
    while some := list(islice(seals, AT_ONCE)):
        yield some


def _stated(tables: Mapping[str, Sealed], seals: list[Seal]) -> dict[tuple[str, UUID], str]:
    """What the rows that these seals bind should have been sealed as; a row that is not there is not in it."""
    found = {}
    for name, one in tables.items():
        ids = [seal.row for seal in seals if seal.table == name]
        for row in one.rows().filter(id__in=ids) if ids else ():
            found[name, row.id] = one.mac_of(row)
    return found


def _unsealed(tables: Mapping[str, Sealed]) -> str:
    """The first row that no seal binds, in words."""
    for name, one in tables.items():
        row = one.rows().filter(~Exists(Seal.objects.filter(table=name, row=OuterRef("id")))).order_by("pk").first()
        if row is not None:
            return f"{name} {row.id} 未封入链(插入)"
    return ""


def _fault(seal: Seal, stated: str | None, prev: str) -> str:
    where = f"第 {seal.position} 环 {seal.table} {seal.row}"
    if stated is None:
        return f"{where} 的记录不见了(删除)"
    if stated != seal.digest:
        return f"{where} 的记录被改过"
    if seal.prev != prev or link_of(seal.table, seal.row, seal.digest, prev) != seal.link:
        return f"{where} 的链环接不上"
    return ""
