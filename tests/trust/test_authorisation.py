"""F13: every address and every operation of the API, by every role and method, does what its declared policy says."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.utils import timezone

from shichen import watches
from shichen.analysis.models import Near, Trace
from shichen.analysis.risk.models import Assessment
from shichen.analysis.runs import asking, disease, profiles
from shichen.analysis.runs.models import Run
from shichen.analysis.signals import rulebook as signal_rules
from shichen.analysis.signals.models import Alarm as Signal
from shichen.analysis.signals.models import Evaluation, Rulebook
from shichen.audit.models import Trail
from shichen.board import handover, notes
from shichen.board.attachments import File
from shichen.board.models import Handover, Reading
from shichen.board.notes import Note
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city import signin
from shichen.city.models import Account, Area
from shichen.city.roles import ROLES
from shichen.city.scope import sight
from shichen.disclosure import clearing
from shichen.disclosure import services as disclosure
from shichen.disclosure.models import Decision, OpenTable
from shichen.indicators import correcting, releasing
from shichen.indicators.models import Correction, Figure
from shichen.indicators.releasing import Document, Printed
from shichen.intake import batches
from shichen.intake.models import Envelope, Reject
from shichen.journal.models import Entry
from shichen.publications.editions import opening
from shichen.publications.models import Edition, Paper, Report
from shichen.publications.papers import steps as papers
from shichen.publications.portal import folder as portal
from shichen.reconciliation import running
from shichen.reconciliation.models import Disagreement
from shichen.records.manifest import Load
from shichen.registers.cases.models import CaseLine, DailyCount
from shichen.registers.checkpoints import choosing, devices
from shichen.registers.checkpoints.models import Alarm, Device, Gate, GateChoice, Network, Passing, Post, Tally
from shichen.registers.checkpoints.passes.models import Application, Pass, Series, Use
from shichen.registers.clusters.models import Cluster
from shichen.registers.hospitals.models import Capacity
from shichen.registers.measures.models import Measure
from shichen.registers.people.models import Likeness
from shichen.registers.places.models import Place
from shichen.registers.supplies.models import Assumption, StockCount
from shichen.registers.transport.models import Fleet, Resumption, Service
from shichen.registers.travellers.models import Traveller
from shichen.site.api import operations
from shichen.web.policy import OPEN_TO_ALL, SIGNED_IN, Policy, policy_of
from tests.analysis import made_risk
from tests.conftest import LONG_AGO
from tests.made import DAY, NOON, body, bulletin, count, deliver, invented, post, stated, tally

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "delete")
OURS, THEIRS = "traffic-safety-group", "public-security-group"
API = "api/v1/"
HELD = r"^envelopes/|^report/done/|^import/"
SHEET = "卡点,班次开始,班次结束,车辆,人员\nZ99,2020-02-02 00:00,2020-02-02 08:00,1,2\n"
FEW = {"anonymous", "reporter", "office", "auditor"}
ON_SERVER = {"anonymous", "reporter", "office", "cdc", "unit_lead"}  # between them they get nearly everywhere
MINE = "envelopes/<uuid:number>/mine/"
NOBODYS = {"import/<uuid:number>/", MINE + "original", MINE + "rejects"}  # theirs alone who uploaded or sent it
OPEN = "^open/(?P<path>[A-Za-z0-9._/-]{0,200})$"
BARE = {
    r"^figures/(?P<key>[a-z0-9_]+(?:\.[a-z0-9_]+)+)\.(?P<picture>svg|png)$"
}  # a drawing that the samples are too few for
LATER = {  # acts for which a new card or a blank leaves no room yet; their own tests do them
    "registers/travellers/<uuid:number>/control/",
    "registers/travellers/<uuid:number>/confirm/",
    "registers/passes/<uuid:number>/revoke/",
    *("ca/", "ca.crt"),  # there once the post has made a certificate of its own
}
REFUSED = {302, 401, 403, 404}


@dataclass(frozen=True)
class Address:
    """One address of the house: how it is written, the parameters it takes, the policy it declares."""

    route: str
    parameters: tuple[str, ...]
    policy: Policy | None
    view: Callable[..., Any]

    def __str__(self) -> str:
        return self.route or "/"


def addresses(patterns: Any = None, head: str = "") -> Iterator[Address]:
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = head + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            names = (*one.pattern.converters, *one.pattern.regex.groupindex)
            yield Address(route, tuple(dict.fromkeys(names)), policy_of(one.callback), one.callback)


PAGES = [one for one in addresses() if not one.route.startswith(API)]
OPERATIONS = operations()


@dataclass(frozen=True)
class Samples:
    """A value for every parameter of an address, taken from things that the traffic group reported."""

    by_prefix: dict[str, uuid.UUID | int | None]
    by_name: dict[str, str]

    def path(self, route: str, parameters: tuple[str, ...]) -> str:
        path = re.sub(r"\(\?P<(\w+)>[^()]*(?:\([^()]*\)[^()]*)*\)", r"<\1>", route).replace("^", "").replace("$", "")
        path = path.replace(r"\.", ".").replace("\\Z", "")
        for name in parameters:
            value = self.by_name.get(name) or self._thing(path, name)
            path = re.sub(rf"<(?:\w+:)?{name}>", str(value), path, count=1)
        assert "<" not in path, f"{route}: no sample for a parameter of this address; add one to the samples"
        return "/" + path

    def _thing(self, path: str, name: str) -> uuid.UUID | int | None:
        for prefix, value in self.by_prefix.items():
            if re.search(prefix, path.split(f":{name}>")[0]):
                return value
        raise AssertionError(f"no sample for {name} of {path}; add one to the samples")


@pytest.fixture
def samples() -> Samples:
    post("Z01", "traffic", gate="north")
    post("P01", "police", gate="north")
    one = tally("Z01", source_area_vehicles=1)
    number = count(DAY, confirmed_new=1, confirmed_cum=3, discharged_done_cum=2, discharged_network_cum=1)
    sheet = {"media_type": "text/csv", "filename": "shifts.csv", "channel": Envelope.Channel.SHEET}
    held = deliver("checkpoint_tally", SHEET.encode(), unit=OURS, by=reporter("teller", OURS), **sheet).envelope
    text = "交通运输安全组报告，当天投入应急公交车68台，其中接送医护人员18台。"
    read = Bulletin.objects.get(envelope=bulletin(text, unit=OURS).envelope)
    stated(68, "台", key="transport.emergency_buses", reporter=OURS)
    stated(99, "台次", key="traffic.vehicles_checked", reporter=OURS)
    running.run(timezone.now())
    entry = Entry.objects.filter(unit=OURS).order_by("seq").first()
    assert entry is not None
    beside = File(b"%PDF-1.4", "a.pdf")
    noted = notes.write(Note("附件一份。", attachment=beside), at=timezone.now(), by=reporter("noting", OURS))
    Reading.objects.create(entry=noted, spans=[[2, 4, ""]], read_at=timezone.now())
    proposal = Proposal.objects.filter(entry__bulletin=read).first()
    assert proposal is not None
    return Samples(
        {
            r"registers/posts/[^/]*/devices/": device().pk,
            r"^alarms/": alarm().pk,
            **traced(),
            r"^analysis/reports/": reported().pk,
            r"^analysis/runs/": analysed().pk,
            r"^analysis/risk/": judged().pk,
            r"^analysis/alarms/": signalled().pk,
            r"registers/clusters/": cluster().pk,
            r"registers/posts/": Post.objects.get(code="Z01").pk,
            r"registers/tallies/": one.pk,
            r"registers/passings/": passing().pk,
            r"registers/counts/": number.pk,
            r"registers/lines/": listed().pk,
            **resources(),
            r"registers/measures/": measure().pk,
            r"registers/places/": place().pk,
            r"registers/travellers/alike/": perhaps_the_same().pk,
            r"registers/travellers/": traveller().pk,
            **passes(),
            **transport(),
            r"rejects/$|rejects/<uuid": Reject.objects.get().pk,
            r"proposals?/|numbers?/<": proposal.pk,
            r"^chronicle/entries/": entry.id,
            r"entries/|entry/": ProposedEntry.objects.filter(bulletin=read)[0].pk,
            r"/(beside|replaces)/": Bulletin.objects.get(envelope=bulletin(text, unit=OURS).envelope).pk,
            r"^bulletins/": read.pk,
            r"^registers/gates/": gate_choice().pk,
            HELD: held.id,
            r"^figures/|ledger": Figure.objects.filter(reporter=OURS)[0].pk,
            r"^disagreements/": Disagreement.objects.filter(state="open")[0].pk,
            r"^corrections/<int": correction().number,
            r"^corrections/proposed/": correction(signed=False).pk,
            r"^corrections/propose/": Figure.objects.filter(reporter=OURS)[0].pk,
            r"^log/handover/": handed_over().pk,
            r"^jobs/": batches.begin_replay(held, by=reporter("waiting", OURS)).pk,
            r"^log/": noted.id,
            r"submissions/": held.id,
            r"^decisions/tables/": open_table().pk,
            r"^decisions/": decision().pk,
            r"^releases/": edition_in_hand().pk,
            r"^papers/": paper().pk,
        },
        {
            "kind": "checkpoint_tally",
            "disease": "covid19-2020",
            "rule": "v2020-02",
            "version": "1",
            "code": "north",
            "ending": "csv",
            "part": "curve",
            "name": "checkpoint_tally",
            "key": "traffic.vehicles_checked",
            "on": "2020-02-02",
            "first": "2020-02-02",
            "last": "2020-02-02",
            "start": "2",
            "end": "4",
            "edition": edition_out(),
            "table": "csv",
            "sort": "passings",
            "wording": "measure",
            "paper": "docx",
            "picture": "svg",
            "path": "index.html",
            "token": signin.one_time_way_in(reporter("entering", OURS), now=timezone.now()),
        },
    )


def passing() -> Passing:
    row = {"post": "Z01", "at": timezone.now().isoformat(), "persons": 2, "outcome": "passed"}
    found: Passing = Passing.objects.get(envelope=deliver("passing", row, unit=OURS).envelope.id)
    return found


def listed() -> CaseLine:
    """A case of the line list that the traffic group reported."""
    row = {"number": "A1", "date_onset": "2020-01-30", "date_reporting": "2020-02-02"}
    found: CaseLine = CaseLine.objects.get(envelope=deliver("case_line", row, unit=OURS).envelope.id)
    return found


def resources() -> dict[str, uuid.UUID | int | None]:
    """Open beds, a stock count and an assumption that the traffic group reported."""
    beds = {"place": "甲医院", "kind": "isolation", "beds": 10, "from_on": "2020-02-01", "source": "试"}
    stock = {"item": "口罩", "measure": "只", "on_hand": 10, "counted_on": "2020-02-01"}
    assumed = {"item": "口罩", "what": "lead", "value": 5, "from_on": "2020-02-01", "source": "试"}
    deliver("bed_capacity", beds, unit=OURS)
    deliver("stock_count", stock, unit=OURS)
    deliver("supply_assumption", assumed, unit=OURS)
    return {
        r"registers/beds/": Capacity.objects.get().pk,
        r"registers/stock/": StockCount.objects.get().pk,
        r"registers/assumptions/": Assumption.objects.get().pk,
    }


def device() -> Device:
    """A phone that was let in and did not come in yet."""
    return devices.allow(Post.objects.get(code="Z01"), "一号", by=accounts.system())[0]


def alarm() -> Alarm:
    at = timezone.now()
    said = {"value": "20辆", "level": "20辆", "raised_at": at, "seen_at": at}
    return Alarm.objects.create(post=Post.objects.get(code="Z01"), cause=Alarm.Cause.QUEUE, **said)


def traced() -> dict[str, uuid.UUID | int | None]:
    """A trace that the traffic group asked for and a second person approved; somebody of its list is theirs to check."""
    asker, at = reporter("tracing", OURS, "cdc"), timezone.now()
    said = {"number": 1, "unit": body(OURS), "area": city.the_city(), "event": city.the_event()}
    asked = {
        "ground": "case",
        "ground_no": "病例7",
        "reason": "密接排查",
        "people": 1,
        "asked_by": asker,
        "asked_at": at,
    }
    decided = {"decided_by": reporter("letting", OURS, "cdc"), "decided_at": at, "state": Trace.State.DONE}
    span = {"earliest": at - timedelta(days=14), "latest": at, "done_at": at, "expires_at": at + timedelta(days=14)}
    one = Trace.objects.create(**said, **asked, **decided, **span, area_path=city.the_city().path, listed=1)
    met = {"period": 1, "rank": 1, "person": 7, "n_ix": 1, "seconds": 60, "same": 0, "stays": 0, "first": at}
    near = Near.objects.create(trace=one, **met, task=Near.Task.OPEN, assignee=body(OURS))
    return {r"^traces/persons/": near.pk, r"^traces/": one.pk, r"^registers/loads/": bulk_load().id}


def analysed() -> Run:
    """The curve of a district whose counts the traffic group reported."""
    profiles.enter(disease.shipped()["covid19-2020"], "试", by=accounts.system())
    row = {"area": "天元区", "as_of": DAY.isoformat(), "confirmed_new": 1, "confirmed_cum": 1}
    deliver("case_count", row, unit=OURS)
    place = Area.objects.get(name="天元区")
    return asking.make(place, city.the_event(), timezone.now(), by=accounts.system())[0]


def judged() -> Assessment:
    """The risk levels of a district whose counts the traffic group reported."""
    made_risk.rule()
    one = made_risk.made("天元区", timezone.now())
    assert one is not None
    return one


def signalled() -> Signal:
    """A day of that district that is unusual."""
    book = Rulebook.objects.create(
        event=city.the_event(),
        code="v2020-02",
        text=signal_rules.shipped()["signals-2020"],
        reason="试",
        entered_by=accounts.system(),
        entered_at=timezone.now(),
    )
    where = {"event": city.the_event(), "unit": body(OURS), "area": Area.objects.get(name="天元区")}
    where["area_path"] = where["area"].path
    row = {"date": "2020-02-01", "value": 9.0, "expected": 1.0, "upper": 3.0, "strength": 4.0, "alarm": True}
    day = {"on": "2020-02-01", "value": 9.0, "records": []}
    said = {"series": "cases", "method": "ears-c1"}
    one = Evaluation.objects.create(
        rules=book,
        indicator="cases.confirmed_new",
        as_of=timezone.now(),
        inputs=[day],
        rows=[row],
        asked_by=accounts.system(),
        made_at=timezone.now(),
        **where,
        **said,
    )
    numbers = {name: row[name] for name in ("value", "expected", "upper", "strength")}
    when = {"on": date(2020, 2, 1), "raised_at": timezone.now()}
    return Signal.objects.create(evaluation=one, **where, **said, **numbers, **when)


def cluster() -> Cluster:
    """A cluster outbreak that the traffic group told."""
    found: Cluster = Cluster.objects.get(envelope=deliver("cluster", made_risk.cluster_row(), unit=OURS).envelope.id)
    return found


def reported() -> Report:
    """A report of analyses that nobody issued yet."""
    where = {"event": city.the_event(), "area": city.the_city(), "unit": body(OURS)}
    when = {"as_of": timezone.now(), "counted_on": DAY, "made_at": timezone.now()}
    return Report.objects.create(
        content={"zh": [], "en": []}, digest="0" * 64, made_by=accounts.system(), **where, **when
    )


def bulk_load() -> Load:
    """A file of passings that the traffic group sent and that is not worked yet."""
    unit = body(OURS)
    where = {"unit": unit, "area": city.the_city(), "area_path": city.the_city().path, "event": city.the_event()}
    sent = {"filename": "a.csv", "channel": "web", "size": 9, "digest": "0" * 64, "received_at": NOON}
    return Load.objects.create(table="passings", account=accounts.system(), state=Load.State.HELD, **where, **sent)


def place() -> Place:
    row = {"code": "P1", "name": "一号店", "kind": "shop", "area": city.the_city().name, "opened_on": "2020-01-01"}
    found: Place = Place.objects.get(envelope=deliver("place", row, unit=OURS).envelope.id)
    return found


def measure() -> Measure:
    row = {"kind": "bus_suspended", "label": "公交停运", "starts_at": NOON.isoformat()}
    found: Measure = Measure.objects.get(envelope=deliver("measure", row, unit=OURS).envelope.id)
    return found


def traveller() -> Traveller:
    """Somebody whom the traffic group registered."""
    row = {"name": "甲某", "number": invented(1), "synthetic": "是", "sender": "checkpoint"}
    found: Traveller = Traveller.objects.get(envelope=deliver("traveller", row, unit=OURS).envelope.id)
    return found


def perhaps_the_same() -> Likeness:
    """Two of the same name and telephone."""
    for serial in (2, 3):
        row = {"name": "乙某", "number": invented(serial), "phone": "13800001234", "synthetic": "是", "sender": "rail"}
        deliver("traveller", row, unit=OURS)
    return Likeness.objects.get()


def passes() -> dict[str, uuid.UUID | int | None]:
    """A series of passes, somebody who asks for one, one that is blank, one that was shown."""
    row = {"name": "应急", "authority": OURS, "prefix": "ZZ-", "first_no": 1, "last_no": 2}
    deliver("pass_series", row, unit=OURS)
    today = watches.civil_day(timezone.now()).isoformat()
    said = {"carrier": "甲公司", "plate": "湘B12345", "driver": "甲某", "cargo": "口罩", "route": "长沙"}
    deliver("pass_application", {**said, "first_day": today, "last_day": today}, unit=OURS)
    deliver("pass_use", {"post": "Z01", "number": "ZZ-001", "plate": "湘B12345"}, unit=OURS)
    return {
        r"registers/pass-series/": Series.objects.get().pk,
        r"registers/pass-applications/": Application.objects.get().pk,
        r"registers/passes/": Pass.objects.get(number="ZZ-001").pk,
        r"registers/pass-uses/": Use.objects.get().pk,
    }


def transport() -> dict[str, uuid.UUID | int | None]:
    """A service, buses set aside, lines that run again after the measure that stopped them."""
    later = (NOON + timedelta(hours=1)).isoformat()
    fleet = {"operator": "甲公司", "vehicles": 3, "hospital": 1, "standby": 2, "starts_at": later}
    deliver("transport_service", {"mode": "bus", "line": "一路"}, unit=OURS)
    deliver("transport_fleet", fleet, unit=OURS)
    deliver("transport_resumption", {"mode": "bus", "lines": 4, "extent": "more", "starts_at": later}, unit=OURS)
    return {
        r"registers/transport/": Service.objects.get().pk,
        r"registers/transport-fleets/": Fleet.objects.get().pk,
        r"registers/transport-resumptions/": Resumption.objects.get().pk,
    }


def correction(signed: bool = True) -> Correction:
    """A figure of the traffic group that was told, and is told otherwise; or waits for a second person."""
    by, number = accounts.system(), Correction.objects.count()
    was, right = (stated(value, "台", key="transport.standby_buses", reporter=OURS) for value in (20, 21))
    told = Document(uuid.uuid4(), f"试 {number}", "/days/2020-02-02/editions/1/")
    releasing.release(told, [Printed(was, "午", "20")], at=timezone.now(), by=by)
    was.refresh_from_db()
    made = correcting.propose(was, "重报", replacement=right, by=by)
    return correcting.decide(made, accept=True, by=reporter("signing", OURS)) if signed else made


def gate_choice() -> GateChoice:
    """A decision on the gate that two networks count."""
    police = Network.objects.get(pk="police")
    return choosing.choose(Gate.objects.get(), police, DAY, "设备检修", by=accounts.system())


def edition_out() -> str:
    """A day page and a chronicle that went out, with nothing on them."""
    by, at = reporter("editing", OURS), timezone.now()
    for kind in Edition.Kind.values:
        given = {"kind": kind, "first": DAY, "last": DAY, "number": 1, "content": {"places": [], "figures": {}}}
        Edition.objects.create(**given, state=Edition.State.RELEASED, made_at=at, made_by=by, released_at=at)
    return "1"


def paper() -> Paper:
    """An official document that is being drafted."""
    return papers.draft("minutes", body(OURS), {"body": "议定一件事。"}, by=reporter("minuting", OURS))


def edition_in_hand() -> Edition:
    """A day page that is being put together."""
    on = DAY - timedelta(days=1)
    return opening.open_draft(Edition.Kind.DAY, on, on, by=reporter("drafting", OURS))


def handed_over() -> Handover:
    """A watch of the traffic group that nobody has taken."""
    by, at = reporter("leaving", OURS), timezone.now()
    span = handover.span_of(handover.WATCH, at, None)
    return handover.sign(span, sight(by, "view", at=at), "", at=at, by=by)


def decision() -> Decision:
    """A small number of the traffic group that is to be told; and the portal, so that there is a page to open."""
    portal.refresh(timezone.now())
    few = clearing.looked_at([stated(2, "例", key="cases.suspected_new", reporter=OURS)]).found
    return disclosure.propose(few, "传染病防治法", "疫情通报", by=reporter("proposing", OURS))


def open_table() -> OpenTable:
    content = {"name": "cases_by_district", "columns": [], "areas": [], "cells": []}
    return disclosure.propose_table("cases_by_district", DAY, content, by=reporter("tabling", OURS))


def reporter(name: str, unit: str, role: str = "reporter") -> Account:
    account = accounts.open_account(name, name, by=accounts.system())
    grant(account, role, unit)
    return account


def grant(account: Account, role: str, unit: str) -> None:
    accounts.grant(
        account,
        role,
        unit=body(unit),
        area=city.the_city(),
        event=city.the_event(),
        starts_at=LONG_AGO,
        reason="test",
        by=accounts.system(),
    )


@pytest.fixture
def cast() -> dict[str, Account | None]:
    """Somebody of every role, all of the same unit, and a stranger."""
    people: dict[str, Account | None] = {"anonymous": None}
    for role in ROLES:
        if role != "anonymous":
            people[role] = reporter(role, OURS, role)
    return people


CLIENTS: dict[Account | None, Client] = {}


@pytest.fixture(autouse=True)
def _browsers_of_their_own() -> Iterator[None]:
    CLIENTS.clear()
    yield
    CLIENTS.clear()


def browser(account: Account | None) -> Client:
    """Everybody signs in once; whoever is nobody comes without a cookie each time."""
    if account not in CLIENTS:
        CLIENTS[account] = Client(raise_request_exception=False)
        if account is not None:
            CLIENTS[account].force_login(account)
    return CLIENTS[account]


def visit(account: Account | None, method: str, path: str, **more: Any) -> Any:
    """The answer to one request; whatever it did is taken back, signing out included."""
    client = browser(account)
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = getattr(client, method)(path, **more)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def wrong(address: Address, asked: Policy | None, role: str, method: str, status: int) -> str:
    """Why this answer may not be, if it may not."""
    permitted = asked is OPEN_TO_ALL or (
        role != "anonymous" and (asked is SIGNED_IN or bool(asked and asked.permits(role)))
    )
    if status >= 500:
        return "fails"
    if not permitted and status not in REFUSED:
        return "is let in without permission"
    if not permitted and role != "anonymous" and status == 302:
        return "is sent elsewhere instead of being refused"
    if method in {"put", "delete"} and status < 300:
        return "answers a method that no page has"
    return ""


def test_every_address_declares_a_policy() -> None:
    assert [str(one) for one in PAGES if one.policy is None] == []
    assert len(PAGES) > 20


def test_every_operation_of_the_api_declares_a_policy_for_a_role() -> None:
    assert len(OPERATIONS) > 5
    for name, asked in OPERATIONS.items():
        assert any(asked.permits(role) for role in ROLES), name
        assert asked not in (OPEN_TO_ALL, SIGNED_IN), name


def test_what_is_open_to_all_is_a_short_list() -> None:
    """A new open address is a decision: it is added here, with whoever reads this."""
    opened = {str(one) for one in PAGES if one.policy is OPEN_TO_ALL}
    assert opened == {
        "signin/",
        "screen/",
        "enter/<str:token>/",
        "help/",
        "appearance/",
        "code.svg",
        "ca/",
        "ca.crt",
        "post/",
        "post/sw.js",
        "post/manifest.webmanifest",
        "post/enrol/",
        "healthz",
        "readyz",
        "passes/check/",
        "passes/check/worker.js",
        "passes/revoked.json",
        OPEN,
    }


def test_a_screen_sees_the_board_and_nothing_else(samples: Samples, cast: dict[str, Account | None]) -> None:
    """A device on the wall: of all pages the board and its news, of all acts none, beyond what is open to everyone."""
    screen = cast["screen"]
    assert screen is not None
    screen.kind = Account.Kind.DEVICE
    screen.save()
    seen = set()
    for address in PAGES:
        path = samples.path(address.route, address.parameters)
        answers = {method: visit(screen, method, path).status_code for method in ("get", "post")}
        if address.policy is not OPEN_TO_ALL and not set(answers.values()) <= {403, 404, 405}:
            seen.add((str(address), answers["get"], answers["post"]))
    assert seen == {("/", 200, 405), ("board/tiles", 200, 405)}


@pytest.mark.slow
def test_pages_do_for_every_role_and_method_what_their_policy_says(
    samples: Samples, cast: dict[str, Account | None]
) -> None:
    """Looking and acting by every role; methods that no page has by four of them, since views refuse those alike.

    On PostgreSQL by five of them: who may is not decided by the database, what is asked of it is.
    """
    faults = []
    server = connection.vendor == "postgresql"
    asking = {role: account for role, account in cast.items() if not server or role in ON_SERVER}
    for address in PAGES:
        path = samples.path(address.route, address.parameters)
        looks = set()
        for role, account in asking.items():
            for method in METHODS if role in FEW else METHODS[:2]:
                status = visit(account, method, path).status_code
                if fault := wrong(address, address.policy, role, method, status):
                    faults.append(f"{role} {method.upper()} {path} {fault} ({status})")
                looks |= {status} if method == "get" and account else set()
        if not server and not looks & {200, 302, 304, 405} and address.route not in NOBODYS | BARE | LATER:
            faults.append(f"nobody gets anywhere at {path} {looks}")
    assert faults == []


def test_looking_changes_nothing(samples: Samples, cast: dict[str, Account | None]) -> None:
    """GET by the office: every row of every table is as it was (sessions, and the trail of looks, apart)."""
    client = Client()
    client.force_login(cast["office"])  # type: ignore[arg-type]
    before = everything()
    for address in PAGES:
        answer = client.get(samples.path(address.route, address.parameters))
        if answer.streaming:
            b"".join(answer.streaming_content)
        assert everything() == before, address.route


def everything() -> dict[str, tuple[int, Any]]:
    found: dict[str, tuple[int, Any]] = {}
    for model in apps.get_models():
        if model._meta.app_label not in {"sessions", "audit", "contenttypes"}:
            rows = model._default_manager.order_by("pk")
            states = [f.attname for f in model._meta.concrete_fields if f.attname in {"state", "version", "revision"}]
            found[model.__name__] = (rows.count(), list(rows.values_list(*states)) if states else None)
    return found


class TestScope:
    """Two units: what one reported is not found by the other, on any page, list or operation."""

    def test_another_units_things_are_not_found(self, samples: Samples) -> None:
        stranger = reporter("stranger", THEIRS)
        faults = []
        for address in PAGES:
            if not set(address.parameters) - set(samples.by_name) or address.policy is OPEN_TO_ALL:
                continue
            path = samples.path(address.route, address.parameters)
            for method in ("get", "post"):
                status = visit(stranger, method, path).status_code
                if status not in {403, 404, 405}:
                    faults.append(f"{method.upper()} {path} ({status})")
        assert faults == []

    def test_lists_do_not_hold_another_units_things(self, samples: Samples) -> None:
        stranger = reporter("stranger", THEIRS)
        ids = {str(value) for value in samples.by_prefix.values() if isinstance(value, uuid.UUID)}
        faults = []
        for address in PAGES:
            if set(address.parameters) - set(samples.by_name):
                continue
            answer = visit(stranger, "get", samples.path(address.route, address.parameters))
            found = [one for one in ids if not answer.streaming and one.encode() in answer.content]
            if found:
                faults.append(f"{address}: {found}")
        assert faults == []


class TestOriginals:
    """What came in is shown masked; the text itself goes to who may reveal it, for a reason, or back to its sender."""

    PARTS = ("original", "rejects", "mine/original", "mine/rejects")

    def handed(self, answer: Any) -> bool:
        return answer.status_code == 200 and "attachment" in answer.headers.get("Content-Disposition", "")

    def test_every_role_and_the_sender(self, samples: Samples, cast: dict[str, Account | None]) -> None:
        at = f"/envelopes/{samples.by_prefix[HELD]}/"
        people = {**cast, "sender": Account.objects.get(username="teller")}
        got = {
            (name, part)
            for name, account in people.items()
            for part in self.PARTS
            if self.handed(visit(account, "post", at + part, data={"reason": "核对班次"}))
        }
        may = {(role, part) for role in ("unit_lead", "cdc", "hospital") for part in self.PARTS[:2]}
        assert got == may | {("sender", part) for part in self.PARTS[2:]}

    def test_nobody_by_a_link_or_without_a_reason(self, samples: Samples, cast: dict[str, Account | None]) -> None:
        at = f"/envelopes/{samples.by_prefix[HELD]}/"
        people = {**cast, "sender": Account.objects.get(username="teller")}
        for name, account in people.items():
            for part in self.PARTS:
                assert not self.handed(visit(account, "get", at + part + "?reason=核对班次")), (name, part)
            for part in self.PARTS[:2]:
                assert not self.handed(visit(account, "post", at + part)), (name, part)
                assert not self.handed(visit(account, "post", at + part, data={"reason": " "})), (name, part)

    def test_each_leaves_its_row(self, samples: Samples, cast: dict[str, Account | None]) -> None:
        at, lead = f"/envelopes/{samples.by_prefix[HELD]}/", cast["unit_lead"]
        sender = Account.objects.get(username="teller")
        browser(lead).post(at + "rejects", {"reason": "核对班次"})
        browser(sender).post(at + "mine/rejects")
        rows = Trail.objects.filter(subject=str(samples.by_prefix[HELD]), fields="rejects").order_by("position")
        assert [(row.actor, row.action, row.reason) for row in rows] == [
            (str(lead and lead.pk), "reveal", "核对班次"),
            (str(sender.pk), "open", ""),
        ]

    def test_mutant_without_the_reach_another_units_report_is_handed_out(
        self, samples: Samples, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        both = reporter("both", THEIRS, "unit_lead")
        grant(both, "supervisor", THEIRS)
        at = f"/envelopes/{samples.by_prefix[HELD]}/original"
        assert visit(both, "post", at, data={"reason": "核对班次"}).status_code == 403
        monkeypatch.setattr("shichen.intake.originals._may_reveal", lambda envelope, by: True)
        assert self.handed(visit(both, "post", at, data={"reason": "核对班次"}))


def api_path(operation: str, samples: Samples) -> tuple[str, str]:
    method, path = operation.split(" ", 1)
    parameters = {"number": samples.by_prefix[r"submissions/"], **samples.by_name}
    if "/ledger/" in path:
        parameters["number"] = samples.by_prefix[r"^figures/|ledger"]
    path += "?from=2020-01-21&to=2020-02-19" if path.endswith("/chronicle") else ""
    return method.lower(), "/" + API + re.sub(r"\{(\w+)\}", lambda found: str(parameters[found[1]]), path).lstrip("/")


class TestApi:
    def test_without_credentials_nothing_is_answered(self, samples: Samples) -> None:
        for operation in OPERATIONS:
            _, path = api_path(operation, samples)
            for method in METHODS:
                status = visit(None, method, path).status_code
                assert status in {401, 405}, f"{method} {path}: {status}"

    def test_a_wrong_token_is_no_credential_even_with_a_session(
        self, samples: Samples, cast: dict[str, Account | None]
    ) -> None:
        for operation in OPERATIONS:
            method, path = api_path(operation, samples)
            answer = visit(cast["office"], method, path, headers={"Authorization": "Bearer wrong"})
            assert answer.status_code == 401, operation

    def test_every_role_does_what_the_policy_says(self, samples: Samples, cast: dict[str, Account | None]) -> None:
        faults = []
        for role, account in cast.items():
            if account is None:
                continue
            token = signin.token_for(account, "test")
            for operation, asked in OPERATIONS.items():
                method, path = api_path(operation, samples)
                more = {"headers": {"Authorization": f"Bearer {token}"}, "content_type": "application/json"}
                more |= {} if method == "get" else {"data": b"{}"}
                status = visit(None, method, path, **more).status_code
                if status >= 500 or (status == 403) != (not asked.permits(role)):
                    faults.append(f"{role} {operation} ({status})")
        assert faults == []

    def test_a_description_of_the_api_is_not_for_strangers(self) -> None:
        for one in addresses():
            if one.route.startswith(API) and not one.parameters:
                assert visit(None, "get", "/" + one.route).status_code in {301, 302, 401, 403, 404, 405}, one.route

    def test_another_units_reports_are_not_found(self, samples: Samples) -> None:
        stranger = reporter("stranger", THEIRS)
        ids = {str(value) for value in samples.by_prefix.values() if isinstance(value, uuid.UUID)}
        for operation in OPERATIONS:
            method, path = api_path(operation, samples)
            if method == "get":
                answer = visit(stranger, "get", path)
                assert not [one for one in ids if one in answer.content.decode()], operation


class TestMutants:
    """With the protection taken out the matrix finds it."""

    @pytest.fixture
    def page(self) -> Address:
        return next(one for one in PAGES if one.route == "envelopes/")

    def test_a_page_without_policy_is_found_and_not_served(self, page: Address, cast: dict[str, Any]) -> None:
        bare = Address("bare/", (), policy_of(lambda request: HttpResponse("open")), page.view)
        assert bare.policy is None
        assert wrong(bare, bare.policy, "anonymous", "get", 200)
        assert wrong(bare, bare.policy, "office", "get", 200)

    def test_an_undeclared_view_is_not_served(self, settings: Any, cast: dict[str, Any]) -> None:
        settings.ROOT_URLCONF = __name__
        assert visit(cast["office"], "get", "/undeclared/").status_code == 500

    def test_a_page_made_public_by_mistake_is_found(
        self, page: Address, cast: dict[str, Any], samples: Samples, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meant = page.policy
        monkeypatch.setattr(page.view, "policy", OPEN_TO_ALL)
        monkeypatch.setattr("shichen.web.middleware.may", lambda *args, **more: True)
        status = visit(cast["secadmin"], "get", "/envelopes/").status_code
        assert wrong(page, meant, "secadmin", "get", status)

    def test_a_list_that_forgets_the_scope_is_found(self, samples: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
        for model in (Envelope, Entry, Bulletin, Figure, Tally, Post, DailyCount):
            monkeypatch.setattr(type(model._default_manager.all()), "within", lambda rows, sight: rows.all())
        with pytest.raises(AssertionError):
            TestScope().test_another_units_things_are_not_found(samples)


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


urlpatterns = [path("undeclared/", undeclared)]
handler500 = "shichen.web.errors.failed"
