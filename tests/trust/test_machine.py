"""F11: a network that loses, doubles and reorders, processes that die in between: each report counts once, unchanged."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shichen import watches
from shichen.audit.models import Trail
from shichen.city import services as accounts
from shichen.intake import services, texts
from shichen.intake.models import Envelope
from shichen.intake.services import Conflict, Delivery
from shichen.registers.checkpoints.models import Tally
from tests.made import DAY, delivery, post

pytestmark = pytest.mark.django_db


class Network(RuleBasedStateMachine):
    """Clients that keep a report until its receipt is there, a network between, and the post."""

    sent = Bundle("sent")

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.reports: dict[uuid.UUID, Delivery] = {}
        self.flying: list[Delivery] = []
        self.acknowledged: set[uuid.UUID] = set()
        self.arrived: dict[uuid.UUID, bytes] = {}

    @initialize()
    def a_post(self) -> None:
        self.system = accounts.system()
        post("Z01")
        self.base = delivery("checkpoint_tally", {})

    @rule(target=sent)
    def finish_a_report(self) -> uuid.UUID:
        """A form is finished: it gets its number, and is sent."""
        start = watches.clock(DAY, 0) + timedelta(minutes=len(self.reports))
        row = {
            "post": "Z01",
            "shift_start": start.isoformat(),
            "shift_end": (start + timedelta(minutes=1)).isoformat(),
            "vehicles": 2 ** len(self.reports),
            "persons": 1,
        }
        one = replace(self.base, id=uuid.uuid4(), body=json.dumps(row).encode())
        self.reports[one.id] = one
        self.flying.append(one)
        return one.id

    @rule(number=sent)
    def send_again(self, number: uuid.UUID) -> None:
        """No receipt yet, or it was lost: the same bytes once more."""
        self.flying.append(self.reports[number])

    @rule(number=sent)
    def send_other_bytes(self, number: uuid.UUID) -> None:
        """A client that is broken: other bytes under a number it has used."""
        self.flying.append(replace(self.reports[number], body=self.reports[number].body + b" "))

    @rule(place=st.integers(min_value=0))
    def lose(self, place: int) -> None:
        if self.flying:
            self.flying.pop(place % len(self.flying))

    @rule(place=st.integers(min_value=0), times=st.integers(min_value=1, max_value=2), heard=st.booleans())
    def arrive(self, place: int, times: int, heard: bool) -> None:
        """Any message, in any order, once or twice; its receipt may be lost."""
        if self.flying:
            one = self.flying.pop(place % len(self.flying))
            for _ in range(times):
                self._take(one, services.deliver, heard)

    @rule(place=st.integers(min_value=0))
    def arrive_at_a_process_that_dies(self, place: int) -> None:
        """The envelope is kept; then the process is gone, before it is worked or answered."""
        if self.flying:
            self._take(self.flying.pop(place % len(self.flying)), services.receive, heard=False)

    @rule()
    def the_clock_strikes(self) -> None:
        services.enter_waiting(timezone.now() + timedelta(seconds=1))

    def _take(self, one: Delivery, how: Callable[..., services.Receipt], heard: bool) -> None:
        first = self.arrived.setdefault(one.id, one.body)
        try:
            receipt = how(one, by=self.system)
        except Conflict:
            assert first != one.body, "the same bytes were called others"
            return
        assert first == one.body, "other bytes were taken under a used number"
        if heard and receipt.envelope.id == one.id:
            self.acknowledged.add(one.id)

    @invariant()
    def what_arrived_is_kept_once_and_as_it_was(self) -> None:
        kept = Envelope.objects.filter(kind="checkpoint_tally")
        assert {one.id: texts.open_body(one) for one in kept} == self.arrived
        assert kept.count() == Trail.objects.filter(action="receive", subject__in=map(str, self.arrived)).count()

    @invariant()
    def each_report_counts_once(self) -> None:
        tallies = list(Tally.objects.values_list("envelope", flat=True))
        assert len(tallies) == len(set(tallies))
        assert not Envelope.objects.filter(kind="checkpoint_tally", state=Envelope.State.HELD).exists()

    def teardown(self) -> None:
        try:
            for one in self.reports.values():  # in the end every client gets through
                self._take(one, services.deliver, heard=True)
            services.enter_waiting(timezone.now() + timedelta(seconds=1))
            self.what_arrived_is_kept_once_and_as_it_was()
            self.each_report_counts_once()
            counted = sum(Tally.objects.values_list("vehicles", flat=True))
            assert counted == sum(2**n for n in range(Tally.objects.count()))  # trailing blanks change no row
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Network,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            phases=(Phase.generate,),  # a mutant need only be caught, not be told in few words
            database=None,
            derandomize=True,
        ),
    )


@pytest.mark.slow
def test_whatever_the_network_does_each_report_counts_once() -> None:
    play(examples=40, steps=25)


def _forgetful(one: Delivery, *, by: Any) -> services.Receipt:
    return REAL(replace(one, id=uuid.uuid4()), by=by)


def _overwriting(one: Delivery, *, by: Any) -> services.Receipt:
    try:
        return REAL(one, by=by)
    except Conflict:
        kept = Envelope.objects.get(id=one.id)
        return services.Receipt(kept, True, "")


REAL = services.receive


@pytest.mark.slow
@pytest.mark.parametrize("mutant", [_forgetful, _overwriting], ids=["forgets numbers", "takes other bytes"])
def test_mutants_are_caught(mutant: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "receive", mutant)
    with pytest.raises(AssertionError):
        play(examples=60, steps=25)
