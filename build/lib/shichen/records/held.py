"""Records that were read already, behind the same face: for many figures of the same records at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from shichen.records.lake import File
from shichen.records.reductions import Fingerprint, Reduction, Row


@dataclass(frozen=True)
class Held:
    """What of a record a figure is made of: which version it is, when and where it was, what it counts."""

    first: UUID
    revision: int
    at: datetime
    path: str
    value: Any


@dataclass(frozen=True)
class HeldRecords:
    """Rows in memory. They answer what a figure is frozen with; a trace asks the register itself."""

    all: Sequence[Held]
    missing: Sequence[File] = ()

    def figure(self, reduction: Reduction) -> Decimal | None:
        """As a keeper in the database reduces them: None where there is no row, or none that says anything."""
        if reduction.how == "count":
            return Decimal(len(self.all)) if self.all else None
        said = [row.value for row in self.all if row.value is not None]
        if reduction.how == "distinct":
            return Decimal(len(set(said))) if self.all else None
        if reduction.how == "total":
            return Decimal(str(sum(said))) if said else None
        raise AssertionError(f"{reduction} looks at more than one row of a kind; ask the register")

    def figures(self, reduction: Reduction, by: str) -> dict[str, Decimal]:
        raise AssertionError("rows in memory are not broken down; ask the register")

    def rows(self, limit: int) -> list[Row]:
        raise AssertionError("rows in memory are not shown; ask the register")

    def fingerprint(self) -> Fingerprint:
        digest = hashlib.sha256()
        for row in sorted(self.all, key=lambda row: row.first.bytes):
            digest.update(f"{row.first}:{row.revision}\n".encode())
        return Fingerprint(len(self.all), digest.hexdigest())
