"""What is done by the clock: each job once when it is due, none twice at once, and one that fails is tried again."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from shichen.audit.models import Seal, Trail
from shichen.intake.models import Envelope
from shichen.journal.models import Entry
from shichen.site import schedule
from shichen.site.clock import Clock, writers
from shichen.site.schedule import JOBS, Job
from tests.made import delivery, post


class TestJobs:
    def test_each_has_a_name_of_its_own_and_a_cadence(self) -> None:
        assert len({job.name for job in JOBS}) == len(JOBS)
        assert all(job.every > 0 for job in JOBS)

    def test_no_thread_of_the_clock_is_kept_from_its_turn_to_write(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from shichen.site.sqlite_turn.base import DatabaseWrapper

        monkeypatch.setattr(DatabaseWrapper, "room", None)
        monkeypatch.setattr(DatabaseWrapper, "makes_files", True)
        DatabaseWrapper.serve(writers() + 1)
        room = DatabaseWrapper.room
        assert room is not None
        assert writers() == len({"all others", *(job.name for job in JOBS if job.long)})
        assert all(room.acquire(blocking=False) for _ in range(writers()))

    @pytest.mark.django_db
    @pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
    def test_it_runs_on_an_empty_post(self, job: Job) -> None:
        job.run(timezone.now())

    @pytest.mark.django_db
    def test_envelopes_left_waiting_are_worked(self) -> None:
        from shichen.city import services as accounts
        from shichen.intake import services as intake

        one = intake.receive(delivery("checkpoint_tally", {}), by=accounts.system()).envelope
        (job,) = [job for job in JOBS if job.name == "待入册来件"]
        job.run(timezone.now())
        assert Envelope.objects.get(pk=one.pk).state == Envelope.State.RECEIVED  # it may be at work this moment
        job.run(timezone.now() + timedelta(seconds=10))
        assert Envelope.objects.get(pk=one.pk).state == Envelope.State.HELD

    @pytest.mark.django_db
    def test_rows_that_wait_are_bound_into_the_chain(self) -> None:
        post()
        rows = Trail.objects.count() + Entry.objects.count()
        expected = 0 if connection.vendor == "sqlite" else rows
        assert schedule.seal() == expected
        assert Seal.objects.count() == rows
        assert schedule.seal() == 0


class TestClock:
    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> Clock:
        monkeypatch.setattr("signal.signal", lambda number, handler: None)
        monkeypatch.setattr("time.sleep", lambda seconds: None)
        monkeypatch.setattr("django.db.close_old_connections", lambda: None)
        return Clock()

    def run(self, clock: Clock, monkeypatch: pytest.MonkeyPatch, *jobs: Job, rounds: int) -> None:
        """Let so many rounds pass, a second each."""
        now = {"at": 1000.0}

        def monotonic() -> float:
            return now["at"]

        def sleep(seconds: float) -> None:
            now["at"] += 1
            clock.stopping = now["at"] >= 1000 + rounds

        monkeypatch.setattr("time.monotonic", monotonic)
        monkeypatch.setattr("time.sleep", sleep)
        monkeypatch.setattr(schedule, "JOBS", jobs)
        clock.run()

    def test_a_job_runs_when_it_is_due(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        runs: dict[str, int] = {"each": 0, "third": 0}

        def counted(name: str) -> Any:
            def run(at: datetime) -> None:
                runs[name] += 1

            return run

        jobs = (Job("each", 1, counted("each")), Job("third", 3, counted("third")))
        self.run(clock, monkeypatch, *jobs, rounds=6)
        assert runs == {"each": 6, "third": 2}

    @pytest.mark.parametrize(("error", "told"), [(OperationalError("database is locked"), 1), (ZeroDivisionError(), 3)])
    def test_one_that_fails_is_told_tried_again_and_stops_no_other(
        self,
        clock: Clock,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        error: Exception,
        told: int,
    ) -> None:
        good, tried = [], []

        def failing(at: datetime) -> None:
            tried.append(at)
            raise error

        self.run(clock, monkeypatch, Job("bad", 1, failing), Job("good", 1, good.append), rounds=3)
        assert len(good) == len(tried) == 3
        assert sum(row.getMessage().startswith("bad") for row in caplog.records) == told  # of an outage once a minute

    def test_a_long_one_holds_up_no_other(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        going_on = threading.Event()
        rounds = []

        def short(at: datetime) -> None:
            rounds.append(at)
            if len(rounds) == 3:
                going_on.set()

        jobs = (Job("long", 1, lambda at: going_on.wait(10), long=True), Job("short", 1, short))
        self.run(clock, monkeypatch, *jobs, rounds=3)
        assert going_on.is_set()
