"""What was added and merged in a bulletin, kept for who looks back; and a row brought back to what it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shichen.bulletins.models import Proposal, ProposedEntry, Until, keep
from shichen.bulletins.proposed import Decided

OF_WHOLE = ("end", "flags", "version")
OF_ENTRY = ("ordinal", "start", "column", "slot", "on", "unit_text", "body_id", "topic", *OF_WHOLE)


def added(proposal: Proposal) -> None:
    """Somebody added a number: until then it was not there."""
    keep(Until.Act.ADDED, [proposal], ())


def merged(entries: Sequence[ProposedEntry]) -> None:
    """Somebody is about to make one entry of several: the first goes on, the others go."""
    keep(Until.Act.MERGED, entries[:1], OF_WHOLE)
    keep(Until.Act.MERGED, entries[1:], OF_ENTRY)


def undone(row: Decided, was: dict[str, Any]) -> None:
    """A row as it was before an act; not to be saved."""
    for name, value in was.items():
        field = row._meta.get_field(name)
        setattr(row, name, value if field.is_relation else field.to_python(value))  # type: ignore[union-attr]
