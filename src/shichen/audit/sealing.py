"""Sealing as a job: binds rows into the chain that were written where the chain is not extended in the act itself."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from shichen.audit.models import Seal
from shichen.audit.services import seal_waiting

AT_ONCE = 1000


def seal_unsealed(table: str, rows: QuerySet[Any]) -> int:
    """Seal what waits of a table whose rows have `id` and `mac`, oldest first. On SQLite nothing ever waits."""
    if connection.vendor == "sqlite":
        return 0
    sealed = Seal.objects.filter(table=table, row=OuterRef("id"))
    waiting = list(rows.filter(~Exists(sealed)).order_by("pk").values_list("id", "mac")[:AT_ONCE])
    return seal_waiting(table, waiting) if waiting else 0
