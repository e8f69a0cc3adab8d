"""What rounds of checks found, kept for who looks back: each comparison from the round that found it so, and the rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from shichen.reconciliation import checks, rulebook
from shichen.reconciliation.kinds import Rule
from shichen.reconciliation.models import Book, Comparison, Found, Pass
from shichen.reconciliation.reading import Fault, Rulebook

AT_ONCE = 500
SAME = ("key", "check_name", "family", "rule", "title", "sides", "ok", "explained", "weight")


class Keeper:
    """Writes down what a round finds new, finds otherwise and finds gone.

    Time goes on from round to round, also where a demonstration's clock stands before the last one.
    """

    def __init__(self, at: datetime) -> None:
        last = Pass.objects.order_by("pk").values_list("at", flat=True).last()
        self.at = at if last is None else max(at, last)

    def found(self, rows: Iterable[Comparison]) -> None:
        """These comparisons are so from this round on."""
        self._keep(Found(at=self.at, **{name: getattr(row, name) for name in SAME}) for row in rows)

    def take_away(self, rows: QuerySet[Comparison]) -> None:
        """These comparisons are gone from this round on."""
        keys = rows.values_list("key", "check_name", "family", "rule", "ok")
        names = ("key", "check_name", "family", "rule", "ok")
        self._keep(Found(at=self.at, gone=True, sides=[], **dict(zip(names, key, strict=True))) for key in keys)
        rows.delete()

    def over(self, took_ms: int) -> None:
        """The round is over; by which rules it went, if they are other ones."""
        Pass.objects.create(at=self.at, took_ms=took_ms)
        said = _said()
        last = Book.objects.order_by("pk").last()
        if last is None or last.said != said:
            Book.objects.create(at=self.at, said=said)

    def _keep(self, rows: Iterable[Found]) -> None:
        Found.objects.bulk_create(rows, batch_size=AT_ONCE)


def comparisons(moment: datetime) -> QuerySet[Found]:
    """The comparisons as the last round before a moment had found them."""
    last = Found.objects.filter(at__lte=moment).order_by().values("key").annotate(last=Max("pk")).values("last")
    return Found.objects.filter(pk__in=last, gone=False)


def book(moment: datetime) -> tuple[Rulebook, list[str]] | None:
    """The rules that the rounds before a moment followed, and the checks of registers; None where none was kept."""
    held = Book.objects.filter(at__lte=moment).order_by("pk").last()
    if held is None:
        return None
    rules = tuple(Rule(**one) for one in held.said["rules"])
    faults = tuple(Fault(**one) for one in held.said["faults"])
    return Rulebook(rules, faults), list(held.said["checks"])


def last_pass(moment: datetime) -> Pass | None:
    """The last round before a moment."""
    return Pass.objects.filter(at__lte=moment).order_by("pk").last()


def since() -> datetime | None:
    """The first round that was kept."""
    return Pass.objects.order_by("pk").values_list("at", flat=True).first()


def _said() -> dict[str, Any]:
    here = rulebook.rulebook()
    return {
        "rules": [{**asdict(rule), "given": dict(rule.given)} for rule in here.rules],
        "faults": [asdict(fault) for fault in here.faults],
        "checks": [*checks.checks(), *checks.checks_of_changes()],
    }
