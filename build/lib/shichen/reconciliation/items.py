"""Work items in line with what was compared (工作项): raised, kept up to date, back where they should be, closed by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shichen import watches
from shichen.batches import AT_ONCE, batches
from shichen.city import services as city
from shichen.city.models import Account
from shichen.indicators.models import Correction, Figure
from shichen.reconciliation.models import Comparison, Disagreement, Settlement
from shichen.reconciliation.steps import add_step

State, Outcome, Step = Disagreement.State, Disagreement.Outcome, Settlement.Step
SEEN_EVERY = timedelta(hours=1)  # how fresh the note is kept that a gap still stands


@dataclass(frozen=True)
class Books:
    """What a round writes with: the day, the hour, the account of the house."""

    at: datetime
    today: date
    house: Account


def settle_all(at: datetime) -> int:
    """Bring the work items in line with what was found. How many were raised or came back."""
    found = {row.matter: row for row in Comparison.objects.filter(ok=False)}
    books = Books(at, watches.civil_day(at), city.system())
    held = _held(found)
    new = [_item(row, at) for matter, row in found.items() if matter not in held]
    _raise_all(new, books)
    back = sum(_still(item, found[matter], books) for matter, item in held.items())
    for item in _vanished(found):
        _close(item, books)
    return len(new) + back


def _held(found: dict[str, Comparison]) -> dict[str, Disagreement]:
    """The work items there are of the matters found, each by its matter; those of an older house are recognised."""
    held: dict[str, Disagreement] = {}
    for matters in batches(list(found)):
        rows = Disagreement.objects.filter(matter__in=matters)
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
            title=item.title,
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
    elif agrees := Comparison.objects.filter(ok=True, matter=item.matter).last():
        note, state = f"已相符：{agrees.title}", State.AGREED
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
