"""Long work: asked for once, done once, told how far it is, stopped between batches, alive after its process died."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from shichen.audit.models import Trail
from shichen.city.models import Body
from shichen.city.queries import the_city, the_event
from shichen.jobs import keeper, kinds, progress, queries, running, services
from shichen.jobs.kinds import Kind, Outcome
from shichen.jobs.models import Job
from shichen.jobs.progress import Progress
from shichen.jobs.services import Asked
from shichen.refusal import Refusal
from tests.board.conftest import signed_in
from tests.conftest import Cast

OURS = "traffic-safety-group"
HOLDER = """
import fcntl, os, sys
descriptor = os.open(sys.argv[1], os.O_CREAT | os.O_RDWR)
fcntl.flock(descriptor, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A home of one's own, in which nothing is at work."""
    settings.HOME = SimpleNamespace(
        path=tmp_path, snapshots=tmp_path / "snapshots", database=django_settings.HOME.database
    )
    progress.go_on()
    yield tmp_path
    progress.go_on()


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A kind of work that does what a test wants."""
    work = SimpleNamespace(run=lambda job, progress: Outcome("办完了。", "/log/"))
    monkeypatch.setitem(kinds._KINDS, "test", Kind("test", "试", "Test", lambda job, told: work.run(job, told)))
    return work


def asked(cast: Cast, subject: str = "one", unit: str = OURS) -> Job:
    what = Asked("test", subject, "一件事", Body.objects.get(code=unit), the_city(), the_event(), total=10)
    return services.ask(what, by=cast.traffic)  # type: ignore[arg-type]


def run() -> bool:
    return running.run_next(timezone.now())


def now(job: Job) -> queries.Standing:
    return queries.standing(Job.objects.get(pk=job.pk), timezone.now())


class TestDoing:
    def test_it_is_done_once_and_says_what_came_of_it(self, cast: Cast, kind: SimpleNamespace) -> None:
        job = asked(cast)
        assert now(job).label == "排队"
        assert run()
        found = Job.objects.get(pk=job.pk)
        assert (found.state, found.sentence, found.link, found.tries) == ("done", "办完了。", "/log/", 1)
        assert not run()

    def test_the_same_thing_is_asked_for_once(self, cast: Cast, kind: SimpleNamespace) -> None:
        assert asked(cast).pk == asked(cast).pk
        assert asked(cast, "other").pk != asked(cast).pk
        run()
        run()
        assert Job.objects.filter(state="done").count() == 2
        assert asked(cast).state == "waiting"

    def test_first_asked_first_done(self, cast: Cast, kind: SimpleNamespace) -> None:
        jobs = [asked(cast, str(n)) for n in range(3)]
        for job in jobs:
            run()
            assert now(job).state == "done"

    @pytest.mark.parametrize(
        ("error", "sentence"),
        [
            (Refusal("表头读不懂。"), "表头读不懂。"),
            (OperationalError("locked"), running.BUSY),
            (ValueError("secret 430202199001011234"), running.BROKE),
        ],
    )
    def test_what_fails_says_so_in_a_plain_sentence_and_may_be_done_again(
        self, cast: Cast, kind: SimpleNamespace, error: Exception, sentence: str
    ) -> None:
        good = kind.run

        def broken(job: Job, told: Progress) -> Outcome:
            raise error

        kind.run = broken
        job = asked(cast)
        run()
        assert (now(job).state, now(job).job.sentence) == ("failed", sentence)
        kind.run = good
        services.again(now(job).job, by=cast.traffic)  # type: ignore[arg-type]
        run()
        assert (now(job).state, now(job).job.tries) == ("done", 2)

    def test_how_far_it_is_stands_beside_it_while_it_works(self, cast: Cast, kind: SimpleNamespace) -> None:
        job, seen = asked(cast), []

        def work(job: Job, told: Progress) -> Outcome:
            told.at(4, 10)
            seen.append(queries.standing(Job.objects.get(pk=job.pk), timezone.now()))
            return Outcome("")

        kind.run = work
        run()
        (one,) = seen
        assert (one.state, one.done, one.total) == ("running", 4, 10)
        assert one.remaining is not None
        assert now(job).done == 4

    def test_a_process_that_is_told_to_end_leaves_it_waiting(self, cast: Cast, kind: SimpleNamespace) -> None:
        def work(job: Job, told: Progress) -> Outcome:
            progress.stop()
            told.at(1, 10)
            return Outcome("")

        kind.run = work
        job = asked(cast)
        run()
        assert now(job).state == "waiting"
        assert not run()

    def test_a_cancelled_one_stops_after_its_batch(self, cast: Cast, kind: SimpleNamespace) -> None:
        def work(job: Job, told: Progress) -> Outcome:
            services.cancel(job, by=cast.traffic)  # type: ignore[arg-type]
            told.at(3, 10)
            raise AssertionError("went on")

        kind.run = work
        job = asked(cast)
        run()
        assert (now(job).state, now(job).done) == ("cancelled", 3)

    def test_one_that_waits_is_cancelled_at_once_and_one_that_ended_is_not(
        self, cast: Cast, kind: SimpleNamespace
    ) -> None:
        job = asked(cast)
        services.cancel(job, by=cast.traffic)  # type: ignore[arg-type]
        assert not run()
        with pytest.raises(Refusal):
            services.cancel(job, by=cast.traffic)  # type: ignore[arg-type]


class TestDeath:
    def test_one_whose_process_died_is_interrupted_and_may_be_done_again(
        self, cast: Cast, kind: SimpleNamespace
    ) -> None:
        def killed(job: Job, told: Progress) -> Outcome:
            told.at(4, 10)
            raise KeyboardInterrupt  # nothing tidies up after it

        good, kind.run = kind.run, killed
        job = asked(cast)
        with pytest.raises(KeyboardInterrupt):
            run()
        assert Job.objects.get(pk=job.pk).state == "running"
        assert now(job).label == "中断"
        assert running.reap() == 1
        assert (now(job).state, now(job).done, now(job).job.sentence) == ("interrupted", 4, running.DIED)
        kind.run = good
        services.again(now(job).job, by=cast.traffic)  # type: ignore[arg-type]
        run()
        assert now(job).state == "done"

    def test_a_lock_goes_with_its_process_however_that_ends(self, cast: Cast, kind: SimpleNamespace) -> None:
        job = asked(cast)
        path = keeper.folder() / f"{job.pk}.lock"
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert holder.stdout is not None
        assert holder.stdin is not None
        holder.stdout.readline()
        Job.objects.filter(pk=job.pk).update(state="running", started_at=timezone.now())
        assert keeper.at_work(job.pk)
        assert now(job).state == "running"
        assert running.reap() == 0
        with pytest.raises(Refusal):
            services.again(job, by=cast.traffic)  # type: ignore[arg-type]
        holder.kill()
        holder.wait()
        holder.stdin.close()
        holder.stdout.close()
        assert not keeper.at_work(job.pk)
        assert now(job).state == "interrupted"
        services.again(job, by=cast.traffic)  # type: ignore[arg-type]
        assert now(job).state == "waiting"


class TestPages:
    def test_the_list_holds_ones_own_and_what_lies_within_reach(self, cast: Cast, kind: SimpleNamespace) -> None:
        job = asked(cast)
        for who, seen in ((cast.traffic, True), (cast.office, True), (cast.police, False)):
            page = signed_in(who).get("/jobs/").content.decode()
            assert (str(job.pk) in page) is seen
            assert signed_in(who).get(f"/jobs/{job.pk}/").status_code == (200 if seen else 404)
        assert signed_in(cast.police).post(f"/jobs/{job.pk}/cancel/").status_code == 404
        assert Client().get("/jobs/").status_code == 302

    def test_the_page_asks_until_it_is_over(self, cast: Cast, kind: SimpleNamespace) -> None:
        job, client = asked(cast), signed_in(cast.traffic)
        assert "data-poll" in client.get(f"/jobs/{job.pk}/").content.decode()
        assert client.get(f"/jobs/{job.pk}/progress").status_code == 200
        run()
        answer = client.get(f"/jobs/{job.pk}/progress")
        assert answer.status_code == 286
        assert "办完了。" in answer.content.decode()
        assert "data-poll" not in client.get(f"/jobs/{job.pk}/").content.decode()

    def test_another_unit_may_not_stop_it(self, cast: Cast, kind: SimpleNamespace) -> None:
        job = asked(cast)
        with pytest.raises(Refusal):
            services.cancel(job, by=cast.police)  # type: ignore[arg-type]
        assert signed_in(cast.office).post(f"/jobs/{job.pk}/cancel/").status_code == 302
        assert signed_in(cast.office).post(f"/jobs/{job.pk}/again/").status_code == 302
        assert signed_in(cast.office).post(f"/jobs/{job.pk}/again/").status_code == 409
        assert set(Trail.objects.filter(table="jobs.job").values_list("action", flat=True)) == {
            "job",
            "job_cancel",
            "job_again",
        }

    def test_in_english(self, cast: Cast, kind: SimpleNamespace) -> None:
        asked(cast)
        client = signed_in(cast.traffic)
        client.cookies["django_language"] = "en"
        page = client.get("/jobs/").content.decode()
        assert "waiting" in page.lower()
        assert client.get("/jobs.json").json()["jobs"][0]["state"] == "waiting"
