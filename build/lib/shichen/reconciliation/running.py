"""A round of checks (核对一轮): what was found becomes work items, what agrees again closes itself, what was accepted rests."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max

from shichen import watches
from shichen.audit.models import Trail
from shichen.batches import AT_ONCE, batches
from shichen.indicators.models import Figure
from shichen.journal.models import Entry
from shichen.reconciliation import checks, items, rulebook
from shichen.reconciliation.changes import Changes
from shichen.reconciliation.checks import Finding, Looked
from shichen.reconciliation.looking_back import Keeper
from shichen.reconciliation.models import Comparison, Round

WRITTEN = ("title", "sides", "ok", "explained", "owner", "weight", "signature")


def findings() -> Iterator[Finding]:
    """Everything that all checks find now, those of changes as if nothing had ever been looked at."""
    for look in checks.checks().values():
        yield from look()
    for look_at_changes in checks.checks_of_changes().values():
        yield from (finding for looked in look_at_changes(Changes()) for finding in looked.findings)


def refresh(at: datetime) -> int:
    """A round if anything changed since the last one. For the clock, every minute."""
    held = _held()
    if held is not None and held.stamp == stamp_of(at):
        return 0
    return run(at)


def run(at: datetime) -> int:
    """Compare everything; what does not agree and nobody accepted becomes a work item. How many are new or came back."""
    started, stamp, held = time.monotonic(), stamp_of(at), _held()
    changes = Changes(_until(held), _again())
    until = changes.until
    whole = {name: list(look()) for name, look in checks.checks().items()}
    parts = {name: list(look(changes)) for name, look in checks.checks_of_changes().items()}
    # Looking takes its time and holds nobody up; only what it found is written in one go.
    with transaction.atomic():
        keeper = Keeper(at)
        _rewrite(whole, parts, keeper)
        raised = items.settle_all(at)
        took = int((time.monotonic() - started) * 1000)
        keeper.over(took)
        Round.objects.update_or_create(pk=1, defaults={"at": at, "took_ms": took, "stamp": stamp, "until": until})
    return raised


def stamp_of(at: datetime) -> str:
    """What changes whenever a comparison may come out otherwise: the ledger, the log, what people did, the rules, the day."""
    book = rulebook.rulebook()
    said = [
        Figure.objects.aggregate(n=Count("pk"), last=Max("frozen_at"), replaced=Count("successor")),
        Entry.objects.aggregate(last=Max("seq")),
        Trail.objects.aggregate(last=Max("position")),
        Changes().until,
        [(rule.family, dict(rule.given)) for rule in book.rules],
        book.faults,
        watches.civil_day(at),
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _held() -> Round | None:
    return Round.objects.filter(pk=1).first()


def _until(held: Round | None) -> dict[str, tuple[str, int]]:
    return {table: (until, count) for table, (until, count) in held.until.items()} if held else {}


def _again() -> dict[str, set[str]]:
    """For each check of changes, what it did not find in order the last time."""
    found: dict[str, set[str]] = {}
    rows = Comparison.objects.filter(ok=False, check_name__in=checks.checks_of_changes()).exclude(subject="")
    for name, subject in rows.values_list("check_name", "subject"):
        found.setdefault(name, set()).add(subject)
    return found


def _rewrite(whole: dict[str, list[Finding]], parts: dict[str, list[Looked]], keeper: Keeper) -> None:
    """The comparisons as this round found them. Checks of changes rewrite only the subjects that they looked at."""
    keeper.take_away(Comparison.objects.exclude(check_name__in=[*whole, *parts]))
    for name, found in whole.items():
        held = {row.key: row for row in Comparison.objects.filter(check_name=name)}
        _replace(held, [_comparison(name, "", one) for one in found], keeper)
    for name, looked in parts.items():
        subjects = [one.subject for one in looked]
        held = {}
        for some in batches(subjects):
            rows = Comparison.objects.filter(check_name=name, subject__in=some)
            held |= {row.key: row for row in rows}
        rows_ = [_comparison(name, one.subject, finding) for one in looked for finding in one.findings]
        _replace(held, rows_, keeper)
    _drop_gone(parts, keeper)


def _replace(held: dict[str, Comparison], rows: list[Comparison], keeper: Keeper) -> None:
    """Write what is new, change what changed, take away what is gone; what stayed is not touched."""
    wanted = {row.key: row for row in rows}
    gone = [row.pk for key, row in held.items() if key not in wanted]
    for some in batches(gone):
        keeper.take_away(Comparison.objects.filter(pk__in=some))
    new = [row for key, row in wanted.items() if key not in held]
    Comparison.objects.bulk_create(new, batch_size=AT_ONCE)
    changed = []
    for key, row in wanted.items():
        old = held.get(key)
        if old is not None and any(getattr(old, name) != getattr(row, name) for name in WRITTEN):
            row.pk = old.pk
            changed.append(row)
    Comparison.objects.bulk_update(changed, WRITTEN, batch_size=AT_ONCE)
    keeper.found([*new, *changed])


def _drop_gone(names: Iterable[str], keeper: Keeper) -> None:
    """Comparisons whose figure was replaced since, or that were found before their check went by changes."""
    rows = Comparison.objects.filter(check_name__in=list(names))
    keeper.take_away(rows.filter(subject=""))
    replaced = [str(pk) for pk in Figure.objects.filter(successor__isnull=False).values_list("pk", flat=True)]
    for some in batches(replaced):
        keeper.take_away(rows.filter(subject__in=some))


def _comparison(name: str, subject: str, one: Finding) -> Comparison:
    key = hashlib.sha256(f"{name}\n{subject}\n{one.matter}\n{one.ok}".encode()).hexdigest()
    return Comparison(
        key=key,
        check_name=name,
        subject=subject,
        family=one.family,
        rule=one.rule[:60],
        matter=one.matter,
        signature=one.signature,
        title=one.title[:300],
        sides=[side.as_dict() for side in one.sides],
        ok=one.ok,
        explained=one.explained[:300],
        owner=one.owner,
        weight=one.weight,
    )
