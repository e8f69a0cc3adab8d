"""Checks (核对): what should agree is compared, and what does not becomes a work item with the evidence of both sides."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shichen.city import services as city
from shichen.indicators.models import Disagreement


@dataclass(frozen=True)
class Side:
    """One side of a comparison: what it is called, what it says, where it stands."""

    label: str
    value: str
    href: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"label": self.label, "value": self.value, "href": self.href}


@dataclass(frozen=True)
class Finding:
    """What one comparison found. `explained` is the reason that a rule itself gives; such a gap is shown, not asked."""

    family: str
    rule: str
    title: str
    sides: tuple[Side, ...]
    ok: bool = False
    explained: str = ""
    owner: str = ""

    @property
    def signature(self) -> str:
        """The same gap, found again, is the same work item: what was once explained is not asked twice."""
        said = [self.family, self.rule, *(f"{side.label}={side.value}@{side.href}" for side in self.sides)]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


Check = Callable[[], Iterable[Finding]]
_CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    """Declare a function that compares something and yields what it found, good and bad."""
    _CHECKS[f"{function.__module__}.{function.__name__}"] = function
    return function


def findings() -> Iterator[Finding]:
    """Everything that all checks find now."""
    for name in sorted(_CHECKS):
        yield from _CHECKS[name]()


@transaction.atomic
def run(at: datetime) -> int:
    """Compare everything; what does not agree and was never found before becomes a work item. How many are new."""
    asked = {one.signature: one for one in findings() if not one.ok}
    known = set(Disagreement.objects.filter(signature__in=asked).values_list("signature", flat=True))
    new = [one for signature, one in asked.items() if signature not in known]
    Disagreement.objects.bulk_create(_item(one, at) for one in new)
    return len(new)


def _item(finding: Finding, at: datetime) -> Disagreement:
    item = Disagreement(
        rule=finding.rule[:60],
        family=finding.family,
        signature=finding.signature,
        title=finding.title[:300],
        sides=[side.as_dict() for side in finding.sides],
        owner_id=finding.owner or None,
        opened_at=at,
    )
    if finding.explained:
        item.state, item.reason = Disagreement.State.EXPLAINED, finding.explained[:300]
        item.settled_at, item.settled_by = at, city.system()
    return item
