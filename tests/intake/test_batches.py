"""Large tables in the background: kept and answered at once, worked in batches, resumed where a batch ended."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from shichen.intake import batches, envelope_views, import_views, services
from shichen.intake.models import Envelope, Reject
from shichen.jobs import progress, running
from shichen.jobs import services as asking
from shichen.jobs.models import Job
from shichen.journal.models import Entry
from shichen.registers.checkpoints.models import Tally
from tests.board.conftest import signed_in
from tests.conftest import Cast
from tests.made import post

HEAD = "卡点,班次开始,班次结束,车辆,人员\n"
FIELDS = ("post", "shift_start", "shift_end", "vehicles", "persons")


def sheet(rows: int) -> bytes:
    """Shifts of one post, day by day; the third has too few hours, the last stands there twice."""
    lines = [f"Z01,2020-01-{day:02} 00:00,2020-01-{day:02} 08:00,{day},{day}\n" for day in range(21, 21 + rows)]
    lines[2] = lines[2].replace("08:00", "00:00")
    return (HEAD + "".join([*lines, lines[-1]])).encode()


@pytest.fixture(autouse=True)
def large(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HOME = SimpleNamespace(
        path=tmp_path, snapshots=tmp_path / "snapshots", database=django_settings.HOME.database
    )
    monkeypatch.setattr(import_views, "LARGE", 4)
    monkeypatch.setattr(batches, "BATCH", 2)
    progress.go_on()


@pytest.fixture
def client(cast: Cast) -> Client:
    post("Z01", opened_on="2020-01-01")
    return signed_in(cast.traffic)


def handed_in(client: Client, data: bytes) -> tuple[str, dict[str, str]]:
    upload = client.post("/import/", {"kind": "checkpoint_tally", "file": SimpleUploadedFile("班次.csv", data)})
    return upload["Location"], {f"column-{place}": name for place, name in enumerate(FIELDS)}


def taken(client: Client, data: bytes) -> Job:
    address, columns = handed_in(client, data)
    answer = client.post(address, {"act": "take", **columns})
    job = Job.objects.get()
    assert answer["Location"] == f"/jobs/{job.pk}/"
    return job


def run() -> Job:
    assert running.run_next(timezone.now())
    return Job.objects.get()


def test_only_the_first_rows_of_a_large_table_are_tried(client: Client) -> None:
    address, columns = handed_in(client, sheet(8))
    page = client.post(address, {"act": "try", **columns}).content.decode()
    assert "未试" in page
    assert "9 行在后台办" in page
    assert not Tally.objects.exists()


def test_it_is_kept_at_once_and_worked_afterwards_like_at_the_door(client: Client) -> None:
    job = taken(client, sheet(8))
    envelope = Envelope.objects.get(id=job.subject)
    assert (envelope.state, Tally.objects.count()) == ("working", 0)
    assert services.enter_waiting(timezone.now()) == 0  # it is the job's to work
    assert "在后台办" in client.get(f"/envelopes/{envelope.id}/").content.decode()
    done = run()
    envelope.refresh_from_db()
    assert (done.state, done.sentence, done.link) == ("done", envelope.note, f"/report/done/{envelope.id}/")
    assert (done.done, done.total) == (9, 9)
    assert (envelope.read, envelope.taken, envelope.duplicate, envelope.blank) == (9, 7, 1, 0)
    assert envelope.rejects.count() == 1
    assert envelope.state == "held"
    assert Entry.objects.filter(envelope=envelope.id, text__startswith="收到卡点班次记录7条").count() == 1


def test_a_small_one_is_taken_in_the_request(client: Client) -> None:
    address, columns = handed_in(client, sheet(3))
    assert client.post(address, {"act": "take", **columns})["Location"].startswith("/report/done/")
    assert not Job.objects.exists()


def test_one_whose_process_died_goes_on_without_taking_anything_twice(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, batch = taken(client, sheet(8)), batches._batch

    def dies(*given: Any) -> None:
        if given[-1] > 4:
            raise KeyboardInterrupt
        batch(*given)

    monkeypatch.setattr(batches, "_batch", dies)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert Tally.objects.count() == 3  # two batches, of which one row is to mend
    running.reap()
    monkeypatch.setattr(batches, "_batch", batch)
    job.refresh_from_db()
    assert (job.state, job.cursor) == ("interrupted", 4)
    asking.again(job, by=cast.traffic)  # type: ignore[arg-type]
    run()
    envelope = Envelope.objects.get(id=job.subject)
    assert (envelope.read, envelope.taken, envelope.duplicate, envelope.rejects.count()) == (9, 7, 1, 1)
    assert Tally.objects.count() == 7
    assert Entry.objects.filter(envelope=envelope.id).count() == 1


def test_a_cancelled_one_lists_what_is_done_and_may_go_on(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, batch = taken(client, sheet(8)), batches._batch
    monkeypatch.setattr(progress, "EVERY", 0)

    def cancels(*given: Any) -> None:
        batch(*given)
        Job.objects.filter(pk=job.pk).update(cancelling=True)

    monkeypatch.setattr(batches, "_batch", cancels)
    assert run().state == "cancelled"
    envelope = Envelope.objects.get(id=job.subject)
    assert (envelope.state, Tally.objects.count()) == ("held", 2)
    assert "还有 7 行没有办" in envelope.note
    monkeypatch.setattr(batches, "_batch", batch)
    asking.again(Job.objects.get(), by=cast.traffic)  # type: ignore[arg-type]
    assert run().state == "done"
    assert Tally.objects.count() == 7


def test_many_rows_are_tried_again_in_the_background(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope_views, "MANY", 2)
    other = sheet(8).replace(b"Z01", b"Z77")
    job = taken(client, other)
    run()
    assert Reject.objects.filter(state="open").count() == 9
    post("Z77", opened_on="2020-01-01")
    answer = client.post(f"/envelopes/{job.subject}/replay/")
    again = Job.objects.get(kind="replay")
    assert answer["Location"] == f"/jobs/{again.pk}/"
    assert running.run_next(timezone.now())
    again.refresh_from_db()
    assert again.state == "done"
    assert "入册 8 行" in again.sentence
    assert Tally.objects.count() == 7
