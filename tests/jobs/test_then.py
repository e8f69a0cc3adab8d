"""Long work as it stood at a past moment: each state from its turn to the next, and nothing of what came later."""

from __future__ import annotations

import importlib
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from shichen.jobs import keeper, services
from shichen.jobs.kinds import Outcome
from shichen.jobs.models import Job, Turn
from shichen.jobs.progress import Progress
from shichen.refusal import Refusal
from shichen.web import replay
from tests.board.conftest import signed_in, standing_clock
from tests.conftest import Cast
from tests.jobs.test_jobs import asked, home, kind, run

__all__ = ["home", "kind", "standing_clock"]

pytestmark = pytest.mark.django_db


def at(client: Client, address: str, moment: datetime) -> Any:
    return client.get(address, {"as_of": moment.isoformat()})


def states(client: Client, moment: datetime) -> list[str]:
    return [one["state"] for one in at(client, "/jobs.json", moment).json()["jobs"]]


def test_between_two_turns_a_job_is_what_the_first_made_of_it(cast: Cast, kind: SimpleNamespace) -> None:
    moments = [timezone.now()]
    good = kind.run

    def broken(job: Job, told: Progress) -> Outcome:
        moments.append(timezone.now())
        raise Refusal("表头读不懂。")

    kind.run = broken
    job, client = asked(cast), signed_in(cast.traffic)
    moments.append(timezone.now())
    run()
    moments.append(timezone.now())
    kind.run = good
    services.again(Job.objects.get(), by=cast.traffic)  # type: ignore[arg-type]
    moments.append(timezone.now())
    run()
    moments.append(timezone.now())
    said = [states(client, moment) for moment in moments]
    assert said == [[], ["waiting"], ["running"], ["failed"], ["waiting"], ["done"]]
    assert "表头读不懂。" in at(client, f"/jobs/{job.pk}/", moments[3]).content.decode()
    for moment in (moments[1], moments[2], moments[4]):
        assert "表头读不懂。" not in at(client, f"/jobs/{job.pk}/", moment).content.decode()
    assert at(client, f"/jobs/{job.pk}/", moments[0]).status_code == 404


def test_a_page_of_the_past_offers_no_act_asks_for_nothing_and_knows_no_clock(
    cast: Cast, kind: SimpleNamespace, home: Any
) -> None:
    job, client = asked(cast), signed_in(cast.traffic)
    (keeper.folder() / "clock.json").write_text('{"核对":{"at":"2020-02-02T12:00:00+08:00","every":60,"took":0.1}}')
    page = at(client, f"/jobs/{job.pk}/", timezone.now()).content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "data-poll" not in main
    assert 'method="post"' not in main
    listed = at(client, "/jobs/", timezone.now()).content.decode()
    assert "过去的不留" in listed
    assert str(job.pk) in listed
    assert "clock" not in at(client, "/jobs.json", timezone.now()).json()
    assert "clock" in client.get("/jobs.json").json()


def test_in_a_replay_jobs_go_by_the_clock_on_the_wall(
    cast: Cast, kind: SimpleNamespace, standing_clock: datetime
) -> None:
    job, client = asked(cast), signed_in(cast.traffic)
    replay.begin(standing_clock - timedelta(hours=3), 60, now=timezone.now())
    assert str(job.pk) in client.get("/jobs/").content.decode()
    assert client.get(f"/jobs/{job.pk}/").status_code == 200


def test_of_older_jobs_their_rows_tell_as_far_as_they_can(cast: Cast, kind: SimpleNamespace) -> None:
    now, client = timezone.now(), signed_in(cast.traffic)
    moments = [now - timedelta(hours=n) for n in (3, 2, 1)]
    told = {"made_at": moments[0], "started_at": moments[1], "ended_at": moments[2], "state": "done", "done": 9}
    for tries in (1, 2):
        Job.objects.create(**{**_columns(asked(cast, str(tries))), **told, "tries": tries, "subject": f"old{tries}"})
    Job.objects.exclude(subject__startswith="old").update(made_at=now)
    importlib.import_module("shichen.jobs.migrations.0002_turns").tell(apps, None)
    half = timedelta(minutes=30)
    assert [sorted(states(client, moment + half)) for moment in moments] == [
        ["", "waiting"],
        ["running"] * 2,
        ["done"] * 2,
    ]
    assert "没有留下" in at(client, "/jobs/", moments[0] + half).content.decode()


def _columns(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in ("kind", "title", "unit", "area", "event", "by")}


def test_a_turn_cannot_be_changed(cast: Cast, kind: SimpleNamespace) -> None:
    asked(cast)
    for act in (lambda: Turn.objects.update(state="done"), Turn.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()
