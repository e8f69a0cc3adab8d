"""Deciding over numbers that were seen in a text, alike for a bulletin and for a note of the log: what may be changed, and
the stated figure that comes of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shichen import watches
from shichen.audit import services as audit
from shichen.bulletins.proposed import Number
from shichen.city.models import Account, Area, Body, Event
from shichen.indicators import services as indicators
from shichen.indicators.models import Figure, Statement
from shichen.indicators.services import Span, Stated
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from shichen.watches import Day, Period

FIRST = "先到先办"
EDITABLE = ("value", "unit", "subject", "indicator", "period", "cumulative", "of_which", "at_least", "at_most", "about")
ENDS = "。!?！？\n"


@dataclass(frozen=True)
class Source:
    """The text in which a number stands, masked, with whose it is; `on` is the day that it speaks of."""

    text: str
    entry: Entry
    reporter: Body
    area: Area
    on: date
    envelope: UUID | None


def decided(number: Number, state: str, values: dict[str, Any] | None, reason: str) -> dict[str, Any]:
    """What a decision writes: the state and the values that differ from what was proposed. Raises Refusal."""
    changed = {name: value for name, value in (values or {}).items() if getattr(number, name) != value}
    for name in changed:
        if name not in EDITABLE:
            raise Refusal(f"不能在复核时改「{name}」。", field=name)
    if "value" in changed and not reason.strip():
        raise Refusal("改动数值须写明理由(人工改值)。", field="reason")
    if changed and state == Number.State.ACCEPTED:
        state = Number.State.EDITED
    return {"state": state, **changed}


def stated(number: Number, source: Source, *, by: Account) -> Figure:
    """The stated figure of a number that was taken: it rests on its sentence, with its own characters apart. Raises Refusal."""
    start, end = sentence_around(source.text, number.start, number.end)
    entry, decision = source.entry, Statement.Decision
    said = Stated(
        value=number.value,
        unit=number.unit,
        span=Span(number.start, number.end, number.raw, source.text[start:end], start),
        envelope=source.envelope,
        reporter=source.reporter,
        area=source.area,
        event=entry.event,
        stated_at=entry.reported_at,
        key=number.indicator,
        subject=number.subject,
        period=period_of(number.period, source.on, entry.event),
        cumulative=number.cumulative,
        of_which=number.of_which,
        at_least=number.at_least,
        at_most=number.at_most,
        about=number.about,
        confidence=number.confidence,
        decision=decision.ACCEPTED if number.state == Number.State.ACCEPTED else decision.EDITED,
        reason=number.reason,
    )
    return indicators.state(said, entry=entry, by=by)


def digest(number: Number, fields: Iterable[str]) -> str:
    """What the trail keeps of a number's values before and after a decision."""
    return audit.keyed_digest([str(getattr(number, name)) for name in fields])


def too_late(by: object) -> Refusal:
    """Somebody else was first."""
    return Refusal(f"{by or '他人'}已先处理这一条；请刷新后再看。", rule=FIRST)


def period_of(label: str, on: date, event: Event) -> Period:
    """The time that a stated figure speaks of: the civil day of its entry, the page's, or from a beginning to the end of that day."""
    day = watches.whole(on, Day.CIVIL)
    if label == "page":
        return watches.whole(on, Day.PAGE)
    if label.startswith("since:"):
        return Period(watches.clock(date.fromisoformat(label.removeprefix("since:")), 0), day.end)
    if label == "cum":
        return Period(watches.clock(min(event.started_on, on), 0), day.end)
    return day


def area_of(body: Body, default: Area) -> Area:
    """Of where an entry of a body speaks: of the body's own area, where that lies in the bulletin's."""
    return body.area if body.area is not None and default.contains(body.area) else default


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that holds a span: from after the mark before it to the mark that ends it."""
    begin = max(text.rfind(mark, 0, start) for mark in ENDS) + 1
    ends = [found for mark in ENDS if (found := text.find(mark, end)) >= 0]
    stop = min(ends) + 1 if ends else len(text)
    while begin < start and text[begin].isspace():
        begin += 1
    return begin, min(stop, len(text))
