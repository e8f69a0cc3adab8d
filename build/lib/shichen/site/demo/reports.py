"""What units tell in the demonstration: texts that are read and reviewed, and texts whose numbers come from the records."""

from __future__ import annotations

import tomllib
import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any

from shichen import watches
from shichen.bulletins import services as bulletins
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account, Area, Body
from shichen.indicators import services as indicators
from shichen.indicators.declare import Scope
from shichen.indicators.models import Figure
from shichen.indicators.telling import composed
from shichen.intake import services as intake
from shichen.intake.models import Envelope
from shichen.intake.services import Delivery
from shichen.journal import services as journal
from shichen.journal.models import Entry, Mark
from shichen.journal.services import Said
from shichen.registers.cases.queries import PUBLISHED
from shichen.registers.checkpoints.models import Tally
from shichen.registers.measures import services as measures
from shichen.registers.measures.models import Measure
from shichen.site.demo.sheets import CITY, NAMESPACE, Arrival
from shichen.watches import Period


def told(people: dict[str, Account]) -> Iterator[Arrival]:
    """Each report of the folder `reports`, at the moment it came in."""
    for path in sorted((CITY / "reports").glob("*.toml")):
        for report in _read(path):
            yield _reported(report), partial(_tell_report, report, people)


def _reported(report: dict[str, Any]) -> datetime:
    """When the demonstration says a report came in: at the end of its watch, or at ten in the evening of its date.

    What is computed from the records of the whole day comes after the day is over, whatever watch prints it.
    """
    if report.get("watch") and report.get("computed"):
        return watches.clock(report["date"], 24) + timedelta(minutes=20)
    if report.get("watch"):
        return watches.bounds(report["date"], report["watch"], watches.Day.PAGE).end - timedelta(minutes=15)
    return watches.clock(report["date"], 22)


def _tell_report(report: dict[str, Any], people: dict[str, Account]) -> None:
    body = city.body_named(report["body"], on=report["date"])
    area = city.area_named(report["area"], on=report["date"]) if report.get("area") else city.the_city()
    entry = _entry(report, body, area, people)
    if report.get("column"):
        journal.mark(entry, Mark.Kind.SIGNIFICANT, detail="day_page", reason="报送单位标为重要", by=people["reviewer"])
    if report.get("milestone"):
        journal.mark(
            entry,
            Mark.Kind.SIGNIFICANT,
            detail=report["milestone"],
            key_phrase=report.get("key", ""),
            reason="大事记候选",
            by=people["reviewer"],
        )
    if report.get("measure"):
        _announce(entry, report["measure"], people["reviewer"])
    for begun in _begun_by().get(report["id"], ()):
        _end(entry, begun, people["reviewer"])


def _announce(entry: Entry, measure: dict[str, Any], by: Account) -> None:
    """The measure that a report announces; an end that only a later report tells is not known yet."""
    before = measure.get("supersedes")
    measures.announce(
        entry,
        measure["class"],
        measure["label"],
        measure["start"],
        None if measure.get("end_report") else measure.get("end"),
        label_en=measure["label_en"],
        areas=measure.get("areas") or filter(None, [measure.get("area")]),
        partial=measure.get("partial", False),
        replaces=_announced(before) if before else None,
        by=by,
    )


def _end(entry: Entry, begun: dict[str, Any], by: Account) -> None:
    """The end of a measure, told by a report of its own."""
    measures.end(_announced(begun["id"]), begun["measure"]["end"], entry.label, entry=entry, by=by)


def _announced(report: str) -> Measure:
    found: Measure = Measure.objects.current().get(entry__envelope=uuid.uuid5(NAMESPACE, report))
    return found


@cache
def _begun_by() -> dict[str, list[dict[str, Any]]]:
    """By the report that tells an end, the reports whose measures it ends."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for report in chain.from_iterable(_read(path) for path in sorted((CITY / "reports").glob("*.toml"))):
        if report.get("measure", {}).get("end_report"):
            found[report["measure"]["end_report"]].append(report)
    return found


def _read(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["report"]
    return found


def _entry(report: dict[str, Any], body: Body, area: Area, people: dict[str, Account]) -> Entry:
    """The log entry of a report: numbers with a slot are worked out from records, the others are stated by its text."""
    facts = report.get("figure", [])
    figures = {
        fact["indicator"]: _frozen(fact, report["date"], body, area, people["duty"]) for fact in facts if "slot" in fact
    }
    text, spans = composed(report["text"], figures)
    stated = [fact for fact in facts if "slot" not in fact]
    if figures and not stated:
        return _composed(report, text, spans, body, area, people["duty"])
    entry = _accepted({**report, "text": text, "figure": stated}, body, area, people["reviewer"])
    indicators.bind(entry, spans)
    return entry


def _composed(
    report: dict[str, Any], text: str, spans: list[tuple[Figure, int, int]], body: Body, area: Area, by: Account
) -> Entry:
    said = Said(
        text=text,
        unit=body,
        unit_text=report.get("unit_text", ""),
        area=area,
        event=city.the_event(),
        kind=Entry.Kind.REPORT,
        topic=report.get("topic", ""),
        column=report.get("column", ""),
        slot=report.get("watch", ""),
        page_day=report["date"],
        act="tell_figures",
    )
    entry = journal.write(said, by=by)
    indicators.bind(entry, spans)
    return entry


def _accepted(report: dict[str, Any], body: Body, area: Area, reviewer: Account) -> Entry:
    """A free text comes in, is read, reviewed figure by figure, and accepted."""
    text = report["text"]
    delivery = Delivery(
        id=uuid.uuid5(NAMESPACE, report["id"]),
        kind="bulletin",
        body=text.encode(),
        media_type="text/plain",
        channel=Envelope.Channel.BULLETIN,
        unit=body,
        area=area,
        event=city.the_event(),
        filename=f"{report['id']}.txt",
        reported_at=_reported(report),
        details={"covers": report["date"].isoformat(), "kind": "work_bulletin", "source": report["source"]},
    )
    envelope = intake.deliver(delivery, by=accounts.system()).envelope
    bulletin = Bulletin.objects.get(envelope=envelope)
    proposed = bulletins.merge(bulletin, by=reviewer)
    _review(report, proposed, reviewer)
    placing = bulletins.Placing(
        body=body,
        unit_text=report.get("unit_text", ""),
        column=report.get("column", ""),
        slot=report.get("watch", ""),
        on=report["date"],
        topic=report.get("topic", ""),
        area=area,
        text=text,
    )
    return bulletins.accept(proposed, placing, version=proposed.version, by=reviewer)


def _review(report: dict[str, Any], proposed: ProposedEntry, reviewer: Account) -> None:
    """What a clerk who knows the facts does: accept what was read right, put right what was not, add what was missed."""
    waiting = list(proposed.proposals.filter(state=Proposal.State.OPEN))
    cursor = 0
    for fact in report.get("figure", []):
        start = fact["start"] if "start" in fact else report["text"].index(fact["raw"], cursor)
        end = start + len(fact["raw"])
        cursor = end
        values = _values(fact)
        found = next((one for one in waiting if one.start < end and start < one.end), None)
        if found is None:
            bulletins.add(proposed, start, end, values, by=reviewer)
            continue
        waiting.remove(found)
        reason = "" if found.value == values["value"] else "与原件核对"
        bulletins.decide(
            found, Proposal.State.ACCEPTED, version=found.version, values=values, reason=reason, by=reviewer
        )
    for rest in waiting:
        bulletins.decide(rest, Proposal.State.NOT_A_FIGURE, version=rest.version, by=reviewer)


def _values(fact: dict[str, Any]) -> dict[str, Any]:
    return {
        "value": Decimal(str(fact["value"])),
        "unit": fact["unit"],
        "subject": fact.get("subject", ""),
        "indicator": fact.get("indicator", ""),
        "period": fact.get("period", "day"),
        "cumulative": fact.get("cumulative", False),
        "of_which": fact.get("subset", False),
        "at_least": fact.get("low", False),
        "at_most": fact.get("high", False),
        "about": fact.get("about", False),
    }


def _frozen(fact: dict[str, Any], day: date, body: Body, area: Area, by: Account) -> Figure:
    key: str = fact["indicator"]
    period, scope = watches.whole(day, watches.Day.CIVIL), Scope(area)
    if key.startswith("checkpoint."):
        tally = Tally.objects.current().get(
            post__gate__name__startswith="株洲北", network="police", occurred_from=period.start
        )
        period = Period(tally.occurred_from, tally.occurred_to)
        scope = Scope(tally.area, {"post": tally.post.code, "network": "police"})
    elif key.startswith("cases."):
        scope = Scope(area, {"dated": PUBLISHED})
    return indicators.freeze(
        key,
        period,
        scope,
        reporter=body,
        event=city.the_event(),
        unit=fact["unit"],
        published_at=_as_published(key, day),
        by=by,
    )


def _as_published(key: str, day: date) -> datetime | None:
    return watches.clock(day, 10) if key.startswith("cases.") else None
