"""Questions about the trail: is the chain whole, and where does it break first?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from shichen.audit.models import Seal, Trail
from shichen.audit.services import GENESIS, link_of, mac_of

Digests = Callable[[], dict[UUID, str]]


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


def trail_digests() -> dict[UUID, str]:
    """What each row of the trail should have been sealed as."""
    return {row.id: mac_of(row) for row in Trail.objects.order_by("position").iterator()}


def verify(tables: dict[str, Digests], *, anchor: str = "") -> Verdict:
    """Recompute every row and every link; `anchor` is a head kept elsewhere, which finds a tail cut off."""
    wanted = {(table, row): digest for table, digests in tables.items() for row, digest in digests().items()}
    total, prev, links, fault, seen_heads = len(wanted), GENESIS, 0, "", {f"0-{GENESIS[:16]}"}
    for seal in Seal.objects.order_by("position").iterator():
        links += 1
        stated = wanted.pop((seal.table, seal.row), None)
        fault = fault or _fault(seal, stated, prev)
        prev = seal.link
        seen_heads.add(f"{seal.position}-{seal.link[:16]}")
    last = Seal.objects.order_by("-position").first()
    head = f"{last.position}-{last.link[:16]}" if last else f"0-{GENESIS[:16]}"
    if not fault and wanted:
        table, row = next(iter(wanted))
        fault = f"{table} {row} 未封入链(插入)"
    if not fault and anchor and anchor not in seen_heads:
        fault = f"链头 {anchor} 不在链中(截断)"
    return Verdict(total, links, fault, head)


def _fault(seal: Seal, stated: str | None, prev: str) -> str:
    where = f"第 {seal.position} 环 {seal.table} {seal.row}"
    if stated is None:
        return f"{where} 的记录不见了(删除)"
    if stated != seal.digest:
        return f"{where} 的记录被改过"
    if seal.prev != prev or link_of(seal.table, seal.row, seal.digest, prev) != seal.link:
        return f"{where} 的链环接不上"
    return ""
