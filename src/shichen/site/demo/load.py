"""Loads the demonstration city through the product's own doors: posts, tallies and counts as sheets, reports as texts."""

from __future__ import annotations

import csv
import io
import tomllib
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from django.db import transaction

from shichen import watches
from shichen.audit.context import acting, now
from shichen.bulletins import services as bulletins
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account, Area, Body
from shichen.city.queries import Standing
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
from shichen.reconciliation import running
from shichen.refusal import Refusal
from shichen.registers.cases.queries import PUBLISHED
from shichen.registers.checkpoints.models import Tally
from shichen.registers.measures import services as measures
from shichen.registers.measures.models import Measure
from shichen.site import profile
from shichen.site.demo import editions, movement, papers, persons, staying, telling, transport
from shichen.watches import Period

CITY = Path(__file__).with_name("zhuzhou")
NAMESPACE = uuid.UUID("6b5f7c1e-0d0a-5f6e-9d1b-2f2020020200")
Say = Callable[[str], None]
Arrival = tuple[datetime, Callable[[], None]]

# The people of the demonstration: account, what it is called, role, unit.
PEOPLE = (
    ("duty", "值班员(演示)", "office", "office"),
    ("reviewer", "复核员(演示)", "office", "office"),
    ("traffic", "交通组填报员(演示)", "reporter", "traffic-safety-group"),
    ("police", "治安组填报员(演示)", "reporter", "public-security-group"),
    ("control", "疫情防控组填报员(演示)", "reporter", "epidemic-control-group"),
    ("cdc", "疾控流调员(演示)", "cdc", "epidemic-control-group"),
    ("newsroom", "日版编辑(演示)", "newsroom", "publicity-group"),
    ("leader", "指挥长(演示)", "leader", "office"),
    ("auditor", "审计管理员(演示)", "auditor", None),
)


@transaction.atomic
def load(say: Say = lambda text: None) -> None:
    """The whole demonstration, or nothing of it: everything comes in at the moment it is said to have come."""
    with acting("demo", moment=datetime(2020, 1, 20, 1, tzinfo=UTC)):
        profile.load(CITY)
        people = _people()
    say("城市档案")
    arrivals: list[tuple[datetime, Callable[[], object]]] = [
        *_sheets(people),
        *_reports(people),
        *editions.chronicle(people),
        *papers.issued(people),
        *telling.told(people),
        *persons.met(people, _deliver_sheet),
        *transport.ran(),
        *movement.moved(people),
        *staying.stayed(people, _deliver_sheet),
    ]
    for at, arrive in sorted(arrivals, key=lambda arrival: arrival[0]):
        with acting("demo", moment=at):
            arrive()
    say(f"报表与来稿 {len(arrivals)} 件")
    with acting("demo", moment=datetime(2020, 3, 31, 3, tzinfo=UTC)):
        say(f"核对：提出 {running.run(now())} 条")


def _people() -> dict[str, Account]:
    system, event, area = accounts.system(), city.the_event(), city.the_city()
    people = {}
    for username, name, role, unit in PEOPLE:
        account = accounts.open_account(username, name, by=system)
        accounts.grant(
            account,
            role,
            unit=Body.objects.get(code=unit) if unit else None,
            area=area,
            event=event,
            starts_at=datetime(2020, 1, 20, tzinfo=UTC),
            reason="演示",
            by=system,
        )
        people[username] = account
    return people


def _sheets(people: dict[str, Account]) -> Iterator[Arrival]:
    """Posts when they were set up, each shift's tallies when it is over, each day's counts when they were published."""
    yield from _sheet("checkpoint_post", "posts.csv", people["duty"], lambda row: watches.clock(date(2020, 1, 28), 20))
    yield from _sheet("checkpoint_tally", "tallies.csv", people["duty"], _after_the_shift)
    yield from _sheet("case_count", "case_counts.csv", people["control"], _when_published, _of_the_city)
    # The other cities of the province lie outside every grant of this post: the house itself takes them in, for comparison.
    afterwards = watches.clock(date(2020, 3, 31), 10)
    yield from _sheet(
        "case_count", "case_counts.csv", accounts.system(), lambda row: afterwards, lambda row: not _of_the_city(row)
    )


def _of_the_city(row: dict[str, str]) -> bool:
    return row["area"] in _areas_of_the_city()


@cache
def _areas_of_the_city() -> frozenset[str]:
    return frozenset(Area.objects.filter(path__startswith=city.the_city().path).values_list("code", flat=True))


def _sheet(
    kind: str,
    name: str,
    by: Account,
    when: Callable[[dict[str, str]], datetime],
    wanted: Callable[[dict[str, str]], bool] = lambda row: True,
) -> Iterator[Arrival]:
    """The rows of a file as the sheets that came in, one for each moment."""
    with (CITY / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        head, rows = list(reader.fieldnames or ()), [row for row in reader if wanted(row)]
    for at, group in groupby(sorted(rows, key=when), key=when):
        out = io.StringIO()
        writer = csv.DictWriter(out, head, lineterminator="\n")
        writer.writeheader()
        writer.writerows(group)
        local = watches.local(at)
        piece = f"{local:%Y-%m-%d-%H%M}-{by.username}-{name}"
        yield at, partial(_deliver_sheet, kind, piece, out.getvalue().encode(), by, at)


def _after_the_shift(row: dict[str, str]) -> datetime:
    return datetime.fromisoformat(row["shift_end"]) + timedelta(minutes=10)


def _when_published(row: dict[str, str]) -> datetime:
    """Counts as of 24:00 come the next morning; what an aggregator showed last on the day itself comes that night."""
    day = date.fromisoformat(row["published_on"])
    return watches.clock(day, 23, 40) if row["published_on"] == row["as_of"] else watches.clock(day, 9, 30)


def _deliver_sheet(kind: str, name: str, body: bytes, by: Account, at: datetime) -> None:
    standing = city.standing_of(by, "submit", at=at) or Standing(city.the_office(), city.the_city(), city.the_event())
    delivery = Delivery(
        id=uuid.uuid5(NAMESPACE, name),
        kind=kind,
        body=body,
        media_type="text/csv",
        channel=Envelope.Channel.SHEET,
        unit=standing.unit,
        area=standing.area,
        event=standing.event,
        filename=name,
        reported_at=at,
    )
    envelope = intake.deliver(delivery, by=by).envelope
    if envelope.state != Envelope.State.ENTERED:
        raise Refusal(f"演示数据 {name}：{envelope.note}")


def _reports(people: dict[str, Account]) -> Iterator[Arrival]:
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
        return _told(report, text, spans, body, area, people["duty"])
    entry = _accepted({**report, "text": text, "figure": stated}, body, area, people["reviewer"])
    indicators.bind(entry, spans)
    return entry


def _told(
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
