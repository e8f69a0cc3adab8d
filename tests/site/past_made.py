"""A post with one of everything, and later acts on each of them: what a page of the past must not show (WORD marks them)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from shichen.audit.context import acting
from shichen.board import handover, notes
from shichen.board.models import Handover
from shichen.board.notes import Note
from shichen.bulletins import services as bulletins
from shichen.bulletins.models import Bulletin, Proposal
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.city.scope import Sight
from shichen.disclosure import clearing, services
from shichen.disclosure.models import Decision, OpenTable
from shichen.indicators import correcting, releasing
from shichen.indicators.models import Correction, Figure
from shichen.indicators.releasing import Document, Printed
from shichen.jobs.models import Job, Turn
from shichen.journal import pins
from shichen.journal.models import Entry
from shichen.publications.editions import outgoing
from shichen.publications.models import Edition, Paper
from shichen.publications.papers import steps as papers
from shichen.reconciliation import running
from shichen.reconciliation import services as desk
from shichen.reconciliation.models import Disagreement
from shichen.registers.cases import listing
from shichen.registers.cases import services as cases
from shichen.registers.cases.models import CaseLine, DailyCount
from shichen.registers.checkpoints import choosing, passings
from shichen.registers.checkpoints import services as checkpoints
from shichen.registers.checkpoints.models import Gate, Network, Passing, Tally
from shichen.registers.checkpoints.passes import services as passes
from shichen.registers.checkpoints.passes.models import Application, Pass, Series, Use
from shichen.registers.clusters import services as clusters
from shichen.registers.clusters.models import Cluster
from shichen.registers.hospitals import services as hospitals
from shichen.registers.hospitals.models import Capacity
from shichen.registers.measures import services as measures
from shichen.registers.measures.models import Measure
from shichen.registers.places import services as places
from shichen.registers.places.models import Place
from shichen.registers.supplies import services as supplies
from shichen.registers.supplies.models import Assumption, StockCount
from shichen.registers.transport.models import Fleet, Resumption, Service
from shichen.registers.travellers import following
from shichen.registers.travellers.models import Traveller
from tests import made
from tests.analysis import made_risk
from tests.board.conftest import AT, DAY, entry
from tests.conftest import LONG_AGO, Cast
from tests.publications import people

BEFORE, THEN = AT - timedelta(minutes=60), AT - timedelta(minutes=30)
WORD = "后来才有的话"
PASSED = {"post": "N01", "plate": "湘B12342", "outcome": "passed"}
EVERYWHERE = Sight(((None, "", None),))
RESOURCES: dict[str, dict[str, Any]] = {
    "bed_capacity": {"place": "甲医院", "kind": "isolation", "beds": 10, "from_on": "2020-02-01", "source": "试"},
    "stock_count": {"item": "口罩", "measure": "只", "on_hand": 10, "counted_on": "2020-02-01"},
    "supply_assumption": {"item": "口罩", "what": "target", "value": 5, "from_on": "2020-02-01", "source": "试"},
}
RODE: dict[str, dict[str, Any]] = {
    "transport_service": {"mode": "bus", "line": "一路"},
    "transport_fleet": {
        "operator": "甲公司",
        "vehicles": 3,
        "hospital": 1,
        "standby": 2,
        "starts_at": "2020-02-01T09:00+08:00",
    },
    "transport_resumption": {"mode": "bus", "lines": 4, "extent": "more", "starts_at": "2020-02-01T09:00+08:00"},
}
ORDER = {"kind": "bus_suspended", "label": "公交停运", "starts_at": "2020-02-01T08:00+08:00"}


@dataclass
class Post:
    """One of everything, by what its address names."""

    office: Any
    leader: Account
    editor: Account
    numbers: dict[str, dict[str, Any]] = field(default_factory=dict)


def before(cast: Cast) -> Post:
    """What there was at one o'clock and a little before three: nothing of it was changed yet."""
    with acting("job", moment=BEFORE):
        post = Post(cast.office, people.person("leader", "leader", "leading-group"), people.editor())
        accounts.grant(
            post.leader,
            "cdc",
            unit=None,
            area=city.the_city(),
            event=city.the_event(),
            starts_at=LONG_AGO,
            reason="试",
            by=accounts.system(),
        )
        made.post("N01", "traffic", gate="north", name="株洲北值守点")
        made.post("N02", "police", gate="north", name="株洲北卡点")
        made.tally("N01", (0, 8), vehicles=11, persons=12)
        made.deliver("passing", {**PASSED, "at": BEFORE.isoformat(), "persons": 2})
        choosing.choose(Gate.objects.get(), Network.objects.get(pk="police"), DAY, "设备检修", by=accounts.system())
        made.deliver("measure", ORDER)
        made.deliver("case_line", {"number": "A1", "date_onset": "2020-01-30", "date_reporting": "2020-02-02"})
        for kind, row in RESOURCES.items():
            made.deliver(kind, row)
        made.place("H1", "甲宾馆", "hotel")
        made.place("H1-2", "二楼", "hotel", within="H1")
        made.deliver("cluster", made_risk.cluster_row())
        for kind, row in RODE.items():
            made.deliver(kind, row)
        people.page_of_two()
        held = people.released(post.editor, cast.office, post.leader)  # type: ignore[arg-type]
        for value in (5, 6):
            made.stated(value, "台次", key="traffic.vehicles_checked")
        running.run(BEFORE)
        post.numbers |= _ledger(post)
        post.numbers |= _waiting(post) | {"paper": {"pk": _paper(post)}}
        handed = handover.sign(
            handover.Span(BEFORE - timedelta(hours=4), BEFORE),
            EVERYWHERE,
            "都好",
            at=BEFORE,
            by=cast.office,  # type: ignore[arg-type]
        )
    asked = Disagreement.objects.filter(state="open").first()
    assert asked is not None
    tally, row, order = Tally.objects.get(post__code="N01"), DailyCount.objects.first(), Measure.objects.get()
    assert row is not None
    post.numbers |= {
        "disagreement": {"pk": asked.pk},
        "release": {"pk": held.pk},
        "envelope": {"number": tally.envelope},
        "gate": {"code": "north"},
        "tallies-record": {"number": tally.pk},
        "posts-record": {"number": tally.post_id},
        "post-watches": {"number": tally.post_id},
        "passings-record": {"number": Passing.objects.get().pk},
        "counts-record": {"number": row.pk},
        "lines-record": {"number": CaseLine.objects.get().pk},
        "measures-record": {"number": order.pk},
        "beds-record": {"number": Capacity.objects.get().pk},
        "stock-record": {"number": StockCount.objects.get().pk},
        "assumptions-record": {"number": Assumption.objects.get().pk},
        "clusters-record": {"number": Cluster.objects.get().pk},
        "places-record": {"number": Place.objects.get(code="H1").pk},
        "transport-record": {"number": Service.objects.get().pk},
        "transport-fleets-record": {"number": Fleet.objects.get().pk},
        "transport-resumptions-record": {"number": Resumption.objects.get().pk},
        "travellers-record": {"number": Traveller.objects.get().pk},
        "pass-series-record": {"number": Series.objects.get().pk},
        "pass-applications-record": {"number": Application.objects.get().pk},
        "passes-record": {"number": Pass.objects.get(number="ZZ-001").pk},
        "pass-uses-record": {"number": Use.objects.get().pk},
        "log-entry": {"pk": Entry.objects.get(text="值守点查车若干台。").id},
        "handover-signed": {"pk": handed.pk},
        "live-figure": {"key": "traffic.vehicles_checked"},
    }
    return post


def _ledger(post: Post) -> dict[str, dict[str, Any]]:
    """A correction in force and one that waits, a figure that was told, a decision and a table that wait."""
    made_ = [made.stated(value, "台", key="transport.standby_buses") for value in (20, 21, 22)]
    told = Document(uuid.uuid4(), "试", "/days/2020-02-02/editions/1/")
    releasing.release(told, [Printed(one, "午", "数") for one in made_], at=BEFORE, by=accounts.system())
    first = correcting.propose(_again(made_[0]), "重报", replacement=made_[1], by=accounts.system())
    correcting.decide(first, accept=True, by=post.office)
    spare = made.stated(23, "台", key="transport.standby_buses")
    waits = correcting.propose(_again(made_[2]), "再报", replacement=spare, by=accounts.system())
    small = made.stated(3, "例", key="cases.confirmed_new", day=DAY, place=city.the_city())
    decision = services.propose(clearing.looked_at([small]).found, "传染病防治法", "须说明", by=post.editor)
    table = OpenTable.objects.create(
        name="cases_by_district",
        until=DAY,
        content={"columns": [], "areas": [], "cells": []},
        digest="",
        proposed_at=BEFORE,
        proposed_by=post.editor,
    )
    return {
        "correction": {"number": 1},
        "correction-proposed": {"pk": waits.pk},
        "figure": {"pk": made_[2].pk},
        "decision": {"pk": decision.pk},
        "open-table": {"pk": table.pk},
    }


def _paper(post: Post) -> Any:
    """A document that was signed, and one that waits."""
    made_ = [papers.draft("minutes", made.body("office"), {"body": "议定一件事。"}, by=post.office) for _ in range(2)]
    for one in made_:
        papers.send(one, on=DAY, by=post.office)
    return papers.issue(made_[0], seen=1, on=DAY, by=post.leader).pk


def _people() -> None:
    """A traveller on a list, and a pass that was shown."""
    deliver_all = {
        "traveller": {"name": "甲某", "number": made.invented(1), "synthetic": "是", "sender": "rail"},
        "pass_series": {
            "name": "应急",
            "authority": "traffic-safety-group",
            "prefix": "ZZ-",
            "first_no": 1,
            "last_no": 2,
        },
        "pass_application": {
            "carrier": "甲公司",
            "plate": "湘B12345",
            "driver": "甲某",
            "cargo": "口罩",
            "route": "长沙",
            "first_day": DAY.isoformat(),
            "last_day": DAY.isoformat(),
        },
        "pass_use": {"post": "N01", "number": "ZZ-001", "plate": "湘B12345"},
    }
    for kind, row in deliver_all.items():
        assert made.deliver(kind, row).envelope.taken == 1, kind


def _people_later(by: Account) -> None:
    """What is done to them afterwards."""
    following.visit(Traveller.objects.get(), {"finding": "present", "note": WORD}, by=by)
    following.exclude(Traveller.objects.current().get(), {"reason": WORD}, by=by)
    row = {"name": WORD, "number": made.invented(2), "synthetic": "是", "sender": "police"}
    made.deliver("traveller", row)
    passes.refuse(Application.objects.get(), {"reason": WORD}, by=by)
    passes.void(Pass.objects.get(number="ZZ-001"), {"reason": WORD}, by=by)
    made.deliver("pass_series", {"name": WORD, "authority": "office", "prefix": "Y-", "first_no": 1, "last_no": 1})
    made.deliver("pass_use", {"post": "N01", "number": "ZZ-002", "plate": "湘B54321"})


def _waiting(post: Post) -> dict[str, dict[str, Any]]:
    """A bulletin that waits, and a job that was asked for."""
    _people()
    text = "交通运输安全组报告，检查车辆149461台次，排查人员361122人次。\n市教育局报告，开设线上课程12门。"
    came = Bulletin.objects.get(envelope=made.bulletin(text).envelope)
    own = {"unit": came.unit, "area": came.area, "event": came.event, "by": post.office}
    job = Job.objects.create(kind="import", title="一件事", subject="一", made_at=BEFORE, **own)
    Turn.objects.create(job=job, state="waiting", at=BEFORE)
    return {"bulletin": {"number": came.pk}, "job": {"pk": job.pk}}


def later(post: Post) -> None:
    """Everything that can be done to them is done, half an hour after THEN."""
    of, by = post.numbers, post.office
    with acting("job", moment=AT):
        old = Entry.objects.get(id=of["log-entry"]["pk"])
        notes.mark_significant(old, reason=WORD, by=by)
        pins.pin(old, by=by)
        notes.correct(old, f"值守点查车百余台。{WORD}", WORD, at=AT, by=by)
        notes.write(Note(WORD), at=AT, by=by)
        entry(WORD, at=AT)
        tally = Tally.objects.get(pk=of["tallies-record"]["number"])
        checkpoints.correct_tally(tally, {"vehicles": 98765}, WORD, by=by)
        cases.correct_count(DailyCount.objects.get(pk=of["counts-record"]["number"]), {"confirmed_new": 0}, WORD, by=by)
        listing.correct_line(CaseLine.objects.get(), {"origin": "imported"}, WORD, by=by)
        hospitals.correct_capacity(Capacity.objects.get(), {"beds": 98765, "source": WORD}, WORD, by=by)
        supplies.correct_stock(StockCount.objects.get(), {"on_hand": Decimal(87654), "source": WORD}, WORD, by=by)
        supplies.correct_assumption(Assumption.objects.get(), {"value": Decimal(65432), "source": WORD}, WORD, by=by)
        measures.void_measure(Measure.objects.get(), WORD, by=by)
        clusters.correct_cluster(Cluster.objects.get(), {"basis": WORD}, WORD, by=by)
        places.correct_place(Place.objects.get(code="H1"), {"name": WORD}, WORD, by=by)
        made.place("H1-3", WORD, "hotel", within="H1")
        made.tally("N02", (0, 8), vehicles=87654, persons=1)
        passed = Passing.objects.get(pk=of["passings-record"]["number"])
        passings.correct(passed, {"persons": 60, "why": WORD}, WORD, by=by)
        made.deliver("passing", {**PASSED, "at": BEFORE.isoformat(), "persons": 59, "why": WORD})
        made.post("N09", name=WORD)
        choosing.choose(Gate.objects.get(), Network.objects.get(pk="traffic"), DAY + timedelta(days=1), WORD, by=by)
        handover.take(Handover.objects.get(pk=of["handover-signed"]["pk"]), at=AT, by=people.person("next"))
        desk.settle(Disagreement.objects.get(pk=of["disagreement"]["pk"]), Disagreement.Outcome.BOTH, WORD, by=by)
        correcting.decide(Correction.objects.get(pk=of["correction-proposed"]["pk"]), accept=True, note=WORD, by=by)
        services.refuse(Decision.objects.get(pk=of["decision"]["pk"]), WORD, by=post.leader)
        services.refuse(OpenTable.objects.get(), WORD, by=post.leader)
        outgoing.withdraw(Edition.objects.get(pk=of["release"]["pk"]), WORD, by=post.editor)
        made.stated(76543, "台次", key="traffic.vehicles_checked", day=DAY - timedelta(days=1))
        made.bulletin(f"交通运输安全组：{WORD}，查车65432台次。")
        made.deliver("checkpoint_tally", made.tally_row("N02", (8, 16)), filename=f"{WORD}.csv")
        _decided(Bulletin.objects.get(pk=of["bulletin"]["number"]), by)
        Job.objects.filter(pk=of["job"]["pk"]).update(state="done", started_at=AT, ended_at=AT, sentence="办完了。")
        papers.withdraw(Paper.objects.get(pk=of["paper"]["pk"]), WORD, by=post.leader)
        _people_later(by)
        papers.drop(Paper.objects.get(state="sent"), WORD, by=by)
        papers.draft("minutes", made.body("office"), {"title": WORD, "body": WORD}, by=by)
        running.run(AT)


def _decided(came: Bulletin, by: Account) -> None:
    """One number is changed, all entries are made one, and that is accepted."""
    one = Proposal.objects.get(entry__bulletin=came, raw="149461台次")
    values = {"value": Decimal(98765), "subject": WORD}
    bulletins.decide(one, "edited", version=one.version, values=values, reason=WORD, by=by)
    whole = bulletins.merge(came, by=by)
    bulletins.accept(whole, bulletins.Placing(topic="measure"), version=whole.version, by=by)


def _again(figure: Figure) -> Figure:
    figure.refresh_from_db()
    return figure
