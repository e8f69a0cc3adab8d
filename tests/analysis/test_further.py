"""Stays in a trace, the second degree with an approval of its own, and handing over in the background."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from shichen.analysis import handing, tracing
from shichen.analysis.models import HandOver, Near, Trace
from shichen.audit.context import acting
from shichen.audit.models import Trail
from shichen.city.models import Account
from shichen.jobs import running
from shichen.jobs.models import Job
from shichen.journal.models import Entry
from shichen.records import lake
from shichen.records.bulk import resolving
from shichen.refusal import Refusal
from tests.analysis.test_traces import AT, CASE, FAR, NEAR, asked, asker, client, second, traced
from tests.made import body, place
from tests.records.bulk.conftest import IDS, Write, folder, row, write

__all__ = ["asker", "folder", "second", "write"]
pytestmark = pytest.mark.django_db
FIRST, NEXT = NEAR, FAR
STAY = "到达时间,场所,证件号码,离开时间,座位"


@pytest.fixture
def lake_of_stays(write: Write) -> None:
    """The case dines an hour with one person, who two days later shares a carriage with the next, three rows apart; the last sits
    ten rows away, and a fourth passes the case at a post."""
    place("R1", "老街饭店", "restaurant")
    place("C5", "G1102次5车", "carriage")
    said = [
        f"2020-02-05 12:00,R1,{CASE},2020-02-05 13:00,", f"2020-02-05 12:10,R1,{FIRST},2020-02-05 13:30,",
        f"2020-02-07 08:00,C5,{FIRST},2020-02-07 10:00,4", f"2020-02-07 08:30,C5,{NEXT},2020-02-07 10:00,7",
        f"2020-02-07 08:30,C5,{IDS[3]},2020-02-07 10:00,14",
    ]  # fmt: skip
    write(said, head=STAY, table=lake.STAYS)
    write([row("2020-02-05 08:00:00", who=CASE), row("2020-02-05 08:01:00", plate="湘B99999", who=IDS[3])])


def further(first: Trace, asker: Account, second: Account) -> Trace:
    with acting("test", moment=AT):
        found = tracing.ask_further(first, "密接的同车人员排查", by=asker)
        tracing.decide(found, True, "", by=second)
        assert running.run_next(AT)
        found.refresh_from_db()
    return found


def test_a_trace_looks_at_passings_and_stays_together_and_says_which(
    lake_of_stays: None, asker: Account, second: Account
) -> None:
    trace = traced(asker, second)
    assert (trace.events, trace.stays, trace.found) == (1, 1, 2)
    stayed, passed = trace.persons.order_by("rank")
    assert (stayed.seconds, stayed.stays, [one["kind"] for one in stayed.evidence]) == (3_000, 1, ["stay"])
    assert (passed.seconds, passed.stays, [one["kind"] for one in passed.evidence]) == (60, 0, ["passing"])
    page = client(asker).get(f"/traces/{trace.pk}/").content.decode()
    assert "同处至少 900 秒（15 分钟）" in page
    assert "15 minutes in all over 24 hours" in page
    assert "老街饭店" in client(asker).get(f"/traces/persons/{stayed.pk}/").content.decode()


def test_the_second_degree_starts_from_the_close_ones_and_lists_neither_them_nor_the_case(
    lake_of_stays: None, asker: Account, second: Account
) -> None:
    first = traced(asker, second)
    found = further(first, asker, second)
    assert (found.of, found.people, found.listed) == (first, 1, 1)
    (near,) = found.persons.all()
    assert (near.seconds, near.stays) == (5_400, 1)
    (met,) = near.evidence
    assert (met["case"], met["kind"], met["iseat"], met["seat"]) == ("1-001", "stay", 4, 7)
    page = client(asker).get(f"/traces/{found.pk}/").content.decode()
    assert "由第1号追踪的密接再追一级" in page
    assert "从首次暴露起 1 天后开始追" in page
    assert f"/traces/{found.pk}/" in client(asker).get(f"/traces/{first.pk}/").content.decode()
    texts = list(Entry.objects.filter(topic="trace").order_by("pk").values_list("text", flat=True))
    assert any(text.startswith("提出第1号追踪的次密接，编第2号") for text in texts)


def test_it_needs_a_second_person_of_its_own_and_a_list_that_stands(
    lake_of_stays: None, asker: Account, second: Account, cast: Any
) -> None:
    first = traced(asker, second)
    with acting("test", moment=AT):
        with pytest.raises(Refusal, match="看不到"):
            tracing.ask_further(first, "密接排查", by=cast.office)
        with pytest.raises(Refusal, match="理由"):
            tracing.ask_further(first, "。", by=asker)
        found = tracing.ask_further(first, "密接排查", by=asker)
        with pytest.raises(Refusal, match="第二个人"):
            tracing.decide(found, True, "", by=asker)
        assert not running.run_next(AT)
        with pytest.raises(Refusal, match="名单还在"):
            tracing.ask_further(tracing.ask(asked(), by=asker), "密接排查", by=asker)
        with pytest.raises(Refusal, match="已是次密接"):
            tracing.ask_further(found, "密接排查", by=asker)


def test_by_pages_it_is_asked_let_and_found(lake_of_stays: None, asker: Account, second: Account, cast: Any) -> None:
    first = traced(asker, second)
    assert client(asker).post(f"/traces/{first.pk}/further/", {"reason": ""}).status_code == 422
    assert client(cast.office).post(f"/traces/{first.pk}/further/", {"reason": "密接排查"}).status_code == 403
    there = client(asker).post(f"/traces/{first.pk}/further/", {"reason": "密接排查"})["Location"]
    assert client(second).post(f"{there}decide/", {"let": "yes"}).status_code == 302
    assert running.run_next(AT)
    assert "2-001" in client(asker).get(there).content.decode()
    assert "提出次密接" not in client(asker).get(there).content.decode()


def handed(trace: Trace, asker: Account) -> HandOver:
    with acting("test", moment=AT):
        return handing.ask(trace, list(trace.persons.all()), body("epidemic-control-group"), by=asker)


def test_who_it_is_is_found_in_loads_of_stays_and_of_passings(
    lake_of_stays: None, asker: Account, second: Account
) -> None:
    trace = traced(asker, second)
    one = handed(trace, asker)
    with acting("test", moment=AT):
        assert running.run_next(AT)
        known = {tracing.reveal(near, "联系密切接触者", by=asker)["document"] for near in trace.persons.all()}
    assert known == {FIRST, IDS[3]}
    one.refresh_from_db()
    assert (one.state, one.count, one.unknown) == ("done", 2, 0)
    job = Job.objects.get(subject=str(one.pk))
    assert (job.state, job.sentence) == ("done", "移交 2 人，其中 0 人查无身份。")
    assert not any(who in job.title + job.sentence + str(one.persons) for who in IDS)


def test_done_twice_it_is_handed_over_once(lake_of_stays: None, asker: Account, second: Account) -> None:
    trace = traced(asker, second)
    one = handed(trace, asker)
    with acting("test", moment=AT):
        first, again = handing.hand(one), handing.hand(HandOver.objects.get(pk=one.pk))
        assert first.pk == again.pk
        assert running.run_next(AT)
    assert Trail.objects.filter(action="trace_hand_over").count() == 1
    assert Entry.objects.filter(text="第1号追踪移交核实2人。").count() == 1


def test_a_break_in_the_middle_hands_nobody_over_and_it_can_be_asked_again(
    lake_of_stays: None, asker: Account, second: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = traced(asker, second)
    one, honest = handed(trace, asker), handing.sealed.put
    done: list[Any] = []

    def breaking(near: Any, *args: Any, **more: Any) -> None:
        done.append(near)
        if len(done) == 2:
            raise OSError("disk")
        honest(near, *args, **more)

    monkeypatch.setattr(handing.sealed, "put", breaking)
    with acting("test", moment=AT):
        assert running.run_next(AT)
    assert Job.objects.get(subject=str(one.pk)).state == "failed"
    assert set(trace.persons.values_list("task", flat=True)) == {""}
    assert Entry.objects.filter(text__contains="追踪移交核实").count() == 0
    page = client(asker).get(f"/traces/{trace.pk}/").content.decode()
    assert "程序出错" in page
    monkeypatch.setattr(handing.sealed, "put", honest)
    again = handed(trace, asker)
    with acting("test", moment=AT):
        assert running.run_next(AT)
        with pytest.raises(Refusal, match="刚被移交过"):
            handing.hand(one)
    assert set(again.trace.persons.values_list("task", flat=True)) == {Near.Task.OPEN}


def test_whoever_lost_the_right_in_between_hands_nobody_over(
    lake_of_stays: None, asker: Account, second: Account
) -> None:
    trace = traced(asker, second)
    one = handed(trace, asker)
    asker.is_active = False
    asker.save()
    asker.grants.update(ends_at=AT - timedelta(days=1))
    with acting("test", moment=AT):
        assert running.run_next(AT)
    assert Job.objects.get(subject=str(one.pk)).state == "failed"
    assert set(trace.persons.values_list("task", flat=True)) == {""}


def test_progress_is_told_in_bytes_of_what_is_read_again(
    lake_of_stays: None, asker: Account, second: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = traced(asker, second)
    told: list[tuple[int, int]] = []
    one = handed(trace, asker)
    with acting("test", moment=AT):
        handing.hand(one, lambda done, total: told.append((done, total)))
    assert told
    assert told[-1][0] == told[-1][1] > 0
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][1] < resolving.cutting.PIECE


def test_a_page_alone_knows_the_work_of_a_trace_and_of_handing_over() -> None:
    """A process that only serves pages and never imported the work can still ask for it."""
    said = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'shichen.site.settings'\n"
        "import django; django.setup()\n"
        "from shichen.jobs import kinds\n"
        "assert {'trace', 'hand_over', 'passings', 'stays'} <= set(kinds.known()), kinds.known()"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
