"""Who was named at a post is found for a list that is handed over: by the travellers' register, else by the envelope, and the trail says so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings, settings

from shichen.analysis import handing, tracing
from shichen.analysis.models import Near, Trace
from shichen.audit.context import acting
from shichen.audit.models import Trail
from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.city.roles import SENSITIVE
from shichen.city.scope import sight
from shichen.intake.models import Envelope
from shichen.jobs import running
from shichen.records import pseudonyms
from shichen.records.lake import seconds
from shichen.registers.checkpoints import naming, passings
from shichen.registers.checkpoints.models import Passing
from shichen.registers.people import services as people
from shichen.registers.travellers import services as travellers
from tests.analysis.test_traces import AT, CAR, CASE, NEAR, asker, officer, second, traced
from tests.made import body, post
from tests.registers.test_passings import passing
from tests.registers.test_sealing import at, seal

__all__ = ["asker", "second"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> None:
    settings.LAKE = tmp_path / "lake"
    with acting("job", moment=at(0)):
        post()


def named(who: str, minute: int = 0, plate: str = "鄂A12345") -> Passing:
    return passing(at(8, minute), plate=plate, persons=1, outcome="registered", travellers=f"王某 {who}")


@pytest.fixture
def list_of_two(asker: Account, second: Account) -> Trace:
    """The case and one more are named a minute apart, one in the same car; then the watch is over and their rows are sealed."""
    named(CASE), named(NEAR, 1, "鄂A99999"), named(CAR, 0)
    assert seal(at(9)) == 3
    return traced(asker, second)


def handed(trace: Trace, asker: Account) -> dict[int, Near]:
    with acting("test", moment=AT):
        handing.ask(trace, list(trace.persons.all()), body("epidemic-control-group"), by=asker)
        assert running.run_next(AT)
    return {one.person: one for one in trace.persons.all()}


def pseudonym(document: str) -> int:
    return pseudonyms.of_person(settings.KEYRING, document, at(8))


def test_by_the_travellers_register_each_for_the_reason_of_the_trace(list_of_two: Trace, asker: Account) -> None:
    found = handed(list_of_two, asker)
    assert set(found) == {pseudonym(NEAR), pseudonym(CAR)}
    for document in (NEAR, CAR):
        one = found[pseudonym(document)]
        assert one.task == Near.Task.OPEN
        with acting("test", moment=AT):
            assert tracing.reveal(one, "联系密切接触者", by=asker)["document"] == document
    rows = Trail.objects.filter(action="trace_resolve")
    assert {one.table for one in rows} == {"people.person"}
    assert {(one.reason, one.case_no, one.actor) for one in rows} == {("确诊病例的密接排查", "病例7", str(asker.pk))}
    assert rows.count() == 2


def test_by_the_envelope_once_the_register_has_forgotten_them(list_of_two: Trace, asker: Account) -> None:
    cards = {first for one in Envelope.objects.all() for first in travellers.named_by(one.id)}
    people.erase(cards, at=AT, by=accounts.system())
    found = handed(list_of_two, asker)
    with acting("test", moment=AT):
        opened = tracing.reveal(found[pseudonym(NEAR)], "联系密切接触者", by=asker)
    assert opened == {"document": NEAR, "plate": "鄂A99999"}
    assert {one.table for one in Trail.objects.filter(action="trace_resolve")} == {"intake.envelope"}


def test_one_who_was_put_right_since_is_found_by_the_first_version(
    cast: object, asker: Account, second: Account
) -> None:
    named(CASE), named(CAR)
    near = named(NEAR, 1)
    seal(at(9))
    with acting("web", moment=at(9, 30)):
        passings.correct(near, {"direction": "out"}, "方向误", by=accounts.system())
    seal(at(11))
    found = handed(traced(asker, second), asker)
    assert found[pseudonym(NEAR)].task == Near.Task.OPEN


def test_still_hot_they_are_found_too(asker: Account, second: Account) -> None:
    named(CASE), named(CAR)
    assert handed(traced(asker, second), asker)[pseudonym(CAR)].task == Near.Task.OPEN


def test_nobody_is_looked_for_where_the_right_does_not_reach(list_of_two: Trace) -> None:
    period = pseudonyms.period_of(seconds(at(8)))
    other = officer("jiaotong", "reporter", "traffic-safety-group")
    wanted = {period: {pseudonym(NEAR)}}
    assert naming.named(wanted, sight(other, "reveal", SENSITIVE, at=AT), "traffic-safety-group") == ({}, [])


def test_of_a_period_whose_key_is_gone_nobody_is_found_and_no_key_is_made(list_of_two: Trace, asker: Account) -> None:
    wanted = {one.period: {one.person} for one in list_of_two.persons.all()}
    name = pseudonyms.key_name(next(iter(wanted)))
    settings.KEYRING.destroy(name)
    assert naming.named(wanted, sight(asker, "reveal", SENSITIVE, at=AT), "epidemic-control-group") == ({}, [])
    with pytest.raises(LookupError):
        settings.KEYRING.held(name)


def test_a_document_that_only_stands_in_the_same_envelope_is_nobody_elses(asker: Account, second: Account) -> None:
    both = passing(at(8), plate="鄂A12345", persons=2, outcome="registered", travellers=f"王某 {CASE}\n李某 {NEAR}")
    assert len(both.people) == 2
    found, opened = naming.named(
        {pseudonyms.period_of(seconds(at(8))): {pseudonym(NEAR)}},
        sight(asker, "reveal", SENSITIVE, at=AT + timedelta(0)),
        "epidemic-control-group",
    )
    assert [one.document for one in found.values()] == [NEAR]
    assert len(opened) == 1
