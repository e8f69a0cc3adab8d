"""A round of checks (核对一轮): what was found becomes work items, what agrees again closes itself, what was accepted rests."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max

from shichen import watches
from shichen.audit.models import Trail
from shichen.city import services as city
from shichen.city.models import Account
from shichen.indicators.models import Correction, Figure
from shichen.journal.models import Entry
from shichen.reconciliation import checks, rulebook
from shichen.reconciliation.changes import Changes
from shichen.reconciliation.checks import Finding, Looked
from shichen.reconciliation.models import Comparison, Disagreement, Round, Settlement
from shichen.reconciliation.steps import add_step

State, Outcome, Step = Disagreement.State, Disagreement.Outcome, Settlement.Step
AT_ONCE = 500
SEEN_EVERY = timedelta(hours=1)  # how fresh the note is kept that a gap still stands
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
        _rewrite(whole, parts)
        raised = _settle_all(at)
        took = int((time.monotonic() - started) * 1000)
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
    rows = Comparison.objects.filter(ok=False, check_name__in=checks.checks_of_changes())
    for name, subject in rows.values_list("check_name", "subject"):
        found.setdefault(name, set()).add(subject)
    return found


# --- what was compared


def _rewrite(whole: dict[str, list[Finding]], parts: dict[str, list[Looked]]) -> None:
    """The comparisons as this round found them. Checks of changes rewrite only the subjects that they looked at."""
    Comparison.objects.exclude(check_name__in=[*whole, *parts]).delete()
    for name, found in whole.items():
        held = {row.key: row for row in Comparison.objects.filter(check_name=name)}
        _replace(held, [_comparison(name, "", one) for one in found])
    for name, looked in parts.items():
        subjects = [one.subject for one in looked]
        held = {}
        for at in range(0, len(subjects), AT_ONCE):
            rows = Comparison.objects.filter(check_name=name, subject__in=subjects[at : at + AT_ONCE])
            held |= {row.key: row for row in rows}
        _replace(held, [_comparison(name, one.subject, finding) for one in looked for finding in one.findings])
        _drop_gone(name)


def _replace(held: dict[str, Comparison], rows: list[Comparison]) -> None:
    """Write what is new, change what changed, take away what is gone; what stayed is not touched."""
    wanted = {row.key: row for row in rows}
    Comparison.objects.filter(pk__in=[row.pk for key, row in held.items() if key not in wanted]).delete()
    Comparison.objects.bulk_create([row for key, row in wanted.items() if key not in held], batch_size=AT_ONCE)
    changed = []
    for key, row in wanted.items():
        old = held.get(key)
        if old is not None and any(getattr(old, name) != getattr(row, name) for name in WRITTEN):
            row.pk = old.pk
            changed.append(row)
    Comparison.objects.bulk_update(changed, WRITTEN, batch_size=AT_ONCE)


def _drop_gone(name: str) -> None:
    """Comparisons whose figure was replaced since: there is nothing left to compare."""
    rows = list(Comparison.objects.filter(check_name=name).exclude(subject="*").values_list("pk", "subject"))
    for at in range(0, len(rows), AT_ONCE):
        part = dict(rows[at : at + AT_ONCE])
        standing = Figure.objects.filter(pk__in=part.values(), successor=None).values_list("pk", flat=True)
        kept = {str(pk) for pk in standing}
        Comparison.objects.filter(pk__in=[pk for pk, subject in part.items() if subject not in kept]).delete()


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


# --- what becomes of it


@dataclass(frozen=True)
class Books:
    """What a round writes with: the day, the hour, the account of the house, and what agrees."""

    at: datetime
    today: date
    house: Account
    agreeing: dict[str, str]


def _settle_all(at: datetime) -> int:
    """Bring the work items in line with what was found. How many were raised or came back."""
    found = {row.matter: row for row in Comparison.objects.filter(ok=False)}
    agreeing = dict(Comparison.objects.filter(ok=True).values_list("matter", "title"))
    books = Books(at, watches.civil_day(at), city.system(), agreeing)
    held = _items(found)
    new = [_item(row, at) for matter, row in found.items() if matter not in held]
    _raise_all(new, books)
    back = sum(_still(item, found[matter], books) for matter, item in held.items())
    for item in _vanished(found):
        _close(item, books)
    return len(new) + back


def _items(found: dict[str, Comparison]) -> dict[str, Disagreement]:
    """The work items there are of the matters found, each by its matter; those of an older house are recognised."""
    held: dict[str, Disagreement] = {}
    matters = list(found)
    for at in range(0, len(matters), AT_ONCE):
        rows = Disagreement.objects.filter(matter__in=matters[at : at + AT_ONCE])
        held |= {row.matter: row for row in rows.select_related("assignee", "owner")}
    nameless = {_seen_as(row.family, row.rule, row.sides): row for row in Disagreement.objects.filter(matter="")}
    for matter, comparison in found.items() if nameless else ():
        row = nameless.pop(_seen_as(comparison.family, comparison.rule, comparison.sides), None)
        if row is not None and matter not in held:
            row.matter, row.signature = matter, comparison.signature
            row.save(update_fields=["matter", "signature"])
            held[matter] = row
    return held


def _seen_as(family: str, rule: str, sides: list[dict[str, str]]) -> tuple[Any, ...]:
    """A gap by its values and where they stand; how an address asks for what is worked out now does not count."""
    return family, rule, tuple((side["value"], side.get("href", "").partition("?")[0]) for side in sides)


def _item(row: Comparison, at: datetime) -> Disagreement:
    item = Disagreement(
        rule=row.rule,
        family=row.family,
        matter=row.matter,
        signature=row.signature,
        title=row.title,
        sides=row.sides,
        owner_id=row.owner or None,
        opened_at=at,
        seen_at=at,
    )
    if row.explained:
        item.state, item.outcome, item.reason = State.EXPLAINED, Outcome.RULE, row.explained
    return item


def _raise_all(items: Iterable[Disagreement], books: Books) -> None:
    made = list(items)
    for item in made:
        if item.state == State.EXPLAINED:
            item.settled_at, item.settled_by = books.at, books.house
    Disagreement.objects.bulk_create(made, batch_size=AT_ONCE)
    steps = [
        Settlement(
            disagreement=item,
            step=Step.RAISED,
            state=item.state,
            outcome=item.outcome,
            reason=item.reason,
            owner_id=item.owner_id,
            sides=item.sides,
            at=books.at,
            by=books.house,
        )
        for item in made
    ]
    Settlement.objects.bulk_create(steps, batch_size=AT_ONCE)


def _still(item: Disagreement, row: Comparison, books: Books) -> bool:
    """A matter that still does not agree: its evidence is brought up to date, and it comes back where it should."""
    same, before = item.signature == row.signature, _state_of(item)
    item.title, item.sides, item.signature = row.title, row.sides, row.signature
    why = "" if row.explained else _why_back(item, same, books)
    waits = not item.settled or item.look_again_on is not None
    if row.explained and waits:
        add_step(item, Step.CLOSED, State.EXPLAINED, row.explained, outcome=Outcome.RULE, at=books.at, by=books.house)
    elif row.explained and item.outcome == Outcome.RULE:
        item.reason = row.explained
    elif why:
        add_step(item, Step.RETURNED, State.OPEN, why, at=books.at, by=books.house)
    if _state_of(item) != before or item.seen_at is None or books.at - item.seen_at >= SEEN_EVERY:
        item.seen_at = books.at
        item.save()
    return bool(why)


def _state_of(item: Disagreement) -> tuple[Any, ...]:
    return item.title, item.sides, item.signature, item.state, item.outcome, item.reason


def _why_back(item: Disagreement, same: bool, books: Books) -> str:
    """Why a settled matter is asked again, if it is: its day has come, its numbers changed, or it agreed only for a while."""
    due = item.look_again_on is not None and item.look_again_on <= books.today
    if item.state == State.TASK:
        return f"转督办到期({_day(item.look_again_on)})，仍不相符。" if due and item.look_again_on else ""
    if not item.settled:
        return ""
    if item.state == State.AGREED:
        return "曾经相符，现在又不相符。"
    if item.state == State.CORRECTED:
        return "标为已更正，但仍不相符。"
    if item.outcome == Outcome.RULE:
        return "规则不再说明这一差数。"
    if not same:
        return f"差数变了；此前的说明是：{item.reason}"[:300]
    return f"约定{_day(item.look_again_on)}再看，仍不相符。此前的说明是：{item.reason}"[:300] if due else ""


def _vanished(found: dict[str, Comparison]) -> Iterator[Disagreement]:
    """The work items that wait for something, and whose matter was not found any more."""
    waiting = Disagreement.objects.filter(state__in=[State.OPEN, State.TASK]) | Disagreement.objects.filter(
        state=State.EXPLAINED, look_again_on__isnull=False
    )
    yield from (item for item in waiting.select_related("assignee", "owner") if item.matter not in found)


def _close(item: Disagreement, books: Books) -> None:
    """A matter that agrees now, or is gone, closes itself and says why."""
    made = _correction_of(item)
    if made is not None:
        note, state = f"已更正：更正第{made.number}号。", State.CORRECTED
    elif item.matter in books.agreeing:
        note, state = f"已相符：{books.agreeing[item.matter]}", State.AGREED
    elif _replaced(item):
        note, state = "所比的数已由后来的数接替。", State.CORRECTED
    else:
        note, state = "这一比对不再成立：所比的数、记录或规则已不在。", State.AGREED
    add_step(item, Step.CLOSED, state, note[:300], at=books.at, by=books.house)
    item.save()


def _correction_of(item: Disagreement) -> Correction | None:
    """The correction that took away one of the sides."""
    return Correction.objects.filter(was__in=item.figures, state=Correction.State.MADE).order_by("number").last()


def _replaced(item: Disagreement) -> bool:
    return Figure.objects.filter(pk__in=item.figures, successor__isnull=False).exists()


def _day(on: date | None) -> str:
    return f"{on.month}月{on.day}日" if on else ""
