"""A trace starts from a case, needs a reason and a second person, ranks with evidence, is handed over as tasks, and expires."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from shichen.analysis import finding, handing, tracing
from shichen.analysis.models import Near, Trace
from shichen.audit.context import acting
from shichen.audit.models import Trail
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.jobs import running
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from tests.conftest import LONG_AGO
from tests.made import body
from tests.records.bulk.conftest import HEAD, IDS, Write, folder, row, write

__all__ = ["HEAD", "folder", "write"]
pytestmark = pytest.mark.django_db
AT = datetime(2020, 2, 10, 4, tzinfo=UTC)
CASE, NEAR, FAR, CAR = IDS


def officer(name: str, role: str = "cdc", unit: str = "epidemic-control-group") -> Account:
    system = accounts.system()
    account = accounts.open_account(name, name, by=system)
    accounts.grant(
        account,
        role,
        unit=body(unit),
        area=city.the_city(),
        event=city.the_event(),
        starts_at=LONG_AGO,
        reason="试",
        by=system,
    )
    return account


@pytest.fixture
def asker(db: None) -> Account:
    return officer("liudiao")


@pytest.fixture
def second(db: None) -> Account:
    return officer("fuhe")


@pytest.fixture
def lake_of_four(write: Write) -> None:
    """The case passes T01 at 8; one person shares the car, one comes a minute later, one an hour later."""
    write([
        row("2020-02-05 08:00:00", who=CASE), row("2020-02-05 08:00:00", who=CAR),
        row("2020-02-05 08:01:00", plate="湘B99999", who=NEAR), row("2020-02-05 09:00:00", plate="湘B88888", who=FAR),
        row("2020-02-05 08:00:30", plate="湘B77777", who=""),
    ])  # fmt: skip


def asked(**changed: Any) -> tracing.Asked:
    given = {
        "ground": "case", "ground_no": "病例7", "reason": "确诊病例的密接排查", "index": f"{CASE}", "window": "14d", "until": AT,
        "unit": body("epidemic-control-group"), "area": city.the_city(), "event": city.the_event(),
    }  # fmt: skip
    return tracing.Asked(**(given | changed))


def traced(asker: Account, second: Account, **changed: Any) -> Trace:
    with acting("test", moment=AT):
        trace = tracing.ask(asked(**changed), by=asker)
        tracing.decide(trace, True, "", by=second)
        assert running.run_next(AT)
        trace.refresh_from_db()
    return trace


def test_from_the_case_to_the_list_with_evidence(lake_of_four: None, asker: Account, second: Account) -> None:
    trace = traced(asker, second)
    assert (trace.state, trace.events, trace.found, trace.listed, trace.complete) == ("done", 1, 2, 2, True)
    car, near = trace.persons.order_by("rank")
    assert [(one.rank, one.same, one.seconds) for one in (car, near)] == [(1, 1, 120), (2, 0, 60)]
    (met,) = near.evidence
    assert (met["case"], met["s"], met["it"] - met["t"]) == ("病例7", 60, -60)
    assert trace.snapshot == 1 or trace.snapshot
    assert trace.digest.split("=")[1].startswith("2:")


def test_who_asked_may_not_let_it_also_in_the_database(lake_of_four: None, asker: Account, second: Account) -> None:
    with acting("test", moment=AT):
        trace = tracing.ask(asked(), by=asker)
        with pytest.raises(Refusal, match="第二个人"):
            tracing.decide(trace, True, "", by=asker)
        with pytest.raises(IntegrityError), transaction.atomic():
            Trace.objects.filter(pk=trace.pk).update(decided_by=asker)
        assert finding.find(trace).state == "asked"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": "。。"}, "理由"),
        ({"ground_no": " "}, "病例编号"),
        ({"ground": "curious"}, "依据"),
        ({"index": ""}, "没有人"),
        ({"index": "11010519491231002Y"}, "第 2 行"),
        ({"window": "60d"}, "最多往前追"),
        ({"window": "long"}, "读不懂"),
    ],
)
def test_without_grounds_reason_or_person_it_is_not_asked(
    db: None, asker: Account, changed: Any, sentence: str
) -> None:
    with acting("test", moment=AT), pytest.raises(Refusal, match=sentence):
        tracing.ask(asked(**changed), by=asker)
    assert not Trace.objects.exists()


def test_only_who_may_open_sensitive_fields_asks(db: None, cast: Any) -> None:
    for name in ("office", "traffic", "control", "auditor"):
        with acting("test", moment=AT), pytest.raises(Refusal, match="由疾控提出"):
            tracing.ask(asked(), by=getattr(cast, name))


def test_the_log_and_the_trail_say_what_was_done_and_name_nobody(
    lake_of_four: None, asker: Account, second: Account
) -> None:
    trace = traced(asker, second)
    texts = list(Entry.objects.filter(topic="trace").order_by("pk").values_list("text", flat=True))
    assert [text[:6] for text in texts] == ["提出第1号追", "批准第1号追", "第1号追踪完"]
    assert not any(one in text for text in texts for one in IDS)
    acts = set(Trail.objects.filter(table="analysis.trace", subject=str(trace.pk)).values_list("action", flat=True))
    assert acts == {"trace_ask", "trace_decide"}
    assert all(CASE.encode() not in bytes(value) for value in Trace.objects.values_list("index", flat=True))


def test_handed_over_they_are_tasks_with_who_it_is_sealed_and_opened_for_a_reason(
    lake_of_four: None, asker: Account, second: Account
) -> None:
    trace = traced(asker, second)
    with acting("test", moment=AT):
        handed = handing.ask(trace, list(trace.persons.all()), body("epidemic-control-group"), by=asker)
        assert set(trace.persons.values_list("task", flat=True)) == {""}
        with pytest.raises(Refusal, match="正在移交"):
            handing.ask(trace, list(trace.persons.all()), body("epidemic-control-group"), by=asker)
        assert running.run_next(AT)
        handed.refresh_from_db()
        assert (handed.state, handed.count, handed.unknown) == ("done", 2, 0)
        car = trace.persons.get(rank=1)
        assert car.task == Near.Task.OPEN
        assert CAR.encode() not in bytes(car.document)
        assert tracing.reveal(car, "联系密切接触者", by=asker) == {"document": CAR, "plate": "湘B12345"}
        tracing.close(car, "close", "同车，电话已通", by=asker)
        with pytest.raises(Refusal, match="已经办过"):
            tracing.close(car, "dismissed", "", by=asker)
        with pytest.raises(Refusal, match="已经移交"):
            handing.ask(trace, [car], body("epidemic-control-group"), by=asker)
    assert Trail.objects.filter(action="reveal", table="analysis.near").count() == 1


def test_when_its_time_is_over_the_persons_are_gone_and_the_counts_stay(
    lake_of_four: None, asker: Account, second: Account
) -> None:
    trace = traced(asker, second)
    assert tracing.expire(AT + timedelta(days=13)) == 0
    assert tracing.expire(AT + timedelta(days=15)) == 1
    trace.refresh_from_db()
    assert (trace.state, trace.found, bytes(trace.index), Near.objects.count()) == ("expired", 2, b"", 0)


def client(account: Account) -> Client:
    made = Client()
    made.force_login(account)
    return made


def test_by_pages(lake_of_four: None, asker: Account, second: Account, cast: Any) -> None:
    mine, theirs, office = client(asker), client(second), client(cast.office)
    form = {
        "ground": "case",
        "ground_no": "病例7",
        "reason": "密接排查",
        "index": CASE,
        "window": "14d",
        "until": "2020-02-10T12:00",
    }
    bad = mine.post("/traces/new/", form | {"index": "x"})
    assert (bad.status_code, "第 2 行" in bad.content.decode()) == (422, True)
    there = mine.post("/traces/new/", form)["Location"]
    trace = Trace.objects.get()
    assert mine.post(f"{there}decide/", {"let": "yes"}).status_code == 422
    assert office.post("/traces/new/", form).status_code == 403
    assert theirs.post(f"{there}decide/", {"let": "yes"}).status_code == 302
    running.run_next(AT)
    page = mine.get(there).content.decode()
    assert "1-001" in page
    assert CAR not in page
    assert "1-001" not in office.get(there).content.decode()
    persons = list(map(str, trace.persons.values_list("pk", flat=True)))
    assert mine.post(f"{there}hand-over/", {"persons": persons, "unit": "epidemic-control-group"}).status_code == 302
    assert "看进度" in mine.get(there).content.decode()
    running.run_next(AT)
    assert "已移交" in mine.get(there).content.decode()
    person = f"/traces/persons/{persons[0]}/"
    assert CAR in mine.post(person, {"reason": "联系密切接触者"}).content.decode()
    assert client(cast.outsider).get(person).status_code in (302, 403, 404)
    assert mine.post(person, {"outcome": "close", "note": "同车"}).status_code == 302
    assert mine.get("/traces.json").json()["traces"][0]["found"] == 2
    assert mine.get("/traces/").status_code == 200


def test_a_demonstration_asks_up_to_where_its_clock_stands(asker: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    stands = datetime.fromisoformat("2020-02-02T22:50+08:00")
    monkeypatch.setattr("shichen.analysis.views.clock.stands_at", lambda: stands)
    client = Client()
    client.force_login(asker)
    assert 'value="2020-02-02T22:50"' in client.get("/traces/new/").content.decode()
