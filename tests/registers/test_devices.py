"""设备: a phone comes in by a code, reports for its own post alone, and is given up at once when it is lost."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shichen.audit.context import acting, now
from shichen.audit.models import Trail
from shichen.city.models import Account, Pass
from shichen.intake.models import Envelope
from shichen.refusal import Refusal
from shichen.registers.checkpoints import devices
from shichen.registers.checkpoints.models import Device, Passing, Post
from tests.conftest import Cast
from tests.made import post
from tests.registers.cases import signed_in
from tests.registers.test_passings import passing_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Post:
    return post()


@pytest.fixture
def phone(here: Post, cast: Cast) -> tuple[Device, str]:
    _device, code = devices.allow(here, "一号", by=cast.traffic)  # type: ignore[arg-type]
    return devices.enrol(code, address="")


def says(token: str, method: str, path: str, said: Any) -> Any:
    body = json.dumps(said).encode()
    headers = {"Authorization": f"Bearer {token}"}
    return getattr(Client(), method)(path, body, content_type="application/json", headers=headers)


def put(token: str, *rows: dict[str, Any], number: uuid.UUID | None = None) -> Any:
    said = {"kind": "passing", "device": "x", "device_at": now().isoformat(), "rows": list(rows)}
    return says(token, "put", f"/api/v1/submissions/{number or uuid.uuid4()}", said)


def seen(token: str, **more: Any) -> Any:
    return says(token, "post", "/api/v1/posts/mine/seen", {"clock": now().isoformat(), "unsent": 0, **more})


class TestEnrolment:
    def test_a_code_works_once_and_is_kept_as_a_digest_only(self, here: Post, cast: Cast) -> None:
        _made, code = devices.allow(here, "一号", by=cast.traffic)  # type: ignore[arg-type]
        assert not Device.objects.filter(digest__contains=code.replace("-", "")).exists()
        device, _token = devices.enrol(code.lower(), address="")
        assert (device.label, device.post, device.digest) == ("一号", here, "")
        with pytest.raises(Refusal, match="登记码不对"):
            devices.enrol(code, address="")

    def test_it_is_refused_after_an_hour_and_another_can_be_made(self, here: Post, cast: Cast) -> None:
        device, code = devices.allow(here, "一号", by=cast.traffic)  # type: ignore[arg-type]
        with acting("web", moment=now() + timedelta(minutes=61)):
            with pytest.raises(Refusal, match="已过期"):
                devices.enrol(code, address="")
            again = devices.new_code(device, by=cast.traffic)  # type: ignore[arg-type]
            assert devices.enrol(again, address="")[0] == device

    def test_by_the_page(self, here: Post, cast: Cast) -> None:
        answer = signed_in(cast, "traffic").post(f"/registers/posts/{here.pk}/devices/", {"label": "一号"})
        assert answer.context["code"] in answer.content.decode()
        page = Client().post("/post/enrol/", {"code": answer.context["code"]})
        assert page.json()["known"]["post"]["code"] == "Z01"
        assert seen(page.json()["token"]).status_code == 200
        assert Client().post("/post/enrol/", {"code": "ABCD-2345"}).status_code == 422

    def test_another_units_head_does_not_find_the_post(self, here: Post, cast: Cast) -> None:
        for name in ("police", "outsider"):
            answer = signed_in(cast, name).post(f"/registers/posts/{here.pk}/devices/", {"label": "一号"})
            assert answer.status_code in (403, 404)
        assert not Device.objects.exists()

    def test_every_step_leaves_its_row_in_the_trail(self, phone: tuple[Device, str], cast: Cast) -> None:
        devices.end(phone[0], "lost", by=cast.traffic)  # type: ignore[arg-type]
        rows = Trail.objects.filter(table="checkpoints.device", subject=str(phone[0].pk))
        assert list(rows.order_by("position").values_list("action", flat=True)) == [
            "allow device",
            "enrol device",
            "end device lost",
        ]


class TestReporting:
    def test_it_reports_for_its_own_post(self, phone: tuple[Device, str]) -> None:
        answer = put(phone[1], passing_row(now()))
        assert (answer.status_code, answer.json()["taken"]) == (201, 1)
        assert Passing.objects.get().author == phone[0].account

    def test_and_for_no_other(self, phone: tuple[Device, str]) -> None:
        post("Z02")
        answer = put(phone[1], passing_row(now(), post="Z02"))
        assert (answer.json()["taken"], answer.json()["to_mend"]) == (0, 1)
        assert "只能替" in answer.json()["note"]

    def test_it_says_how_it_is_and_is_told_what_it_needs(self, phone: tuple[Device, str]) -> None:
        said = seen(phone[1], unsent=3, oldest=now().isoformat(), waiting=20).json()
        device = Device.objects.get()
        assert (device.unsent, device.waiting) == (3, 20)
        assert {"鄂"} == {one["plate"] for one in said["sources"]}
        assert said["shifts"] == [[0, 480], [480, 960], [960, 1440]]

    def test_a_clock_that_is_off_is_known_and_what_it_reports_flagged(self, phone: tuple[Device, str]) -> None:
        seen(phone[1], clock=(now() - timedelta(minutes=9)).isoformat())
        put(phone[1], passing_row(now()))
        assert Passing.objects.get().clock_off

    @pytest.mark.parametrize("wrong", [{"clock": "2020-02-02T08:00"}, {"unsent": -1}, {"who": "x"}])
    def test_what_it_may_not_say_is_refused(self, phone: tuple[Device, str], wrong: dict[str, Any]) -> None:
        assert seen(phone[1], **wrong).status_code == 422

    def test_an_account_that_is_no_phone_is_not_one(self, cast: Cast) -> None:
        client = signed_in(cast, "traffic")
        said = {"clock": now().isoformat(), "unsent": 0}
        assert client.post("/api/v1/posts/mine/seen", said, content_type="application/json").status_code == 403

    def test_it_opens_no_page_of_the_house(self, phone: tuple[Device, str]) -> None:
        assert phone[0].account.kind == Account.Kind.DEVICE
        assert not phone[0].account.has_usable_password()


class TestGivenUp:
    def test_it_is_refused_at_once_and_what_it_sent_stays(self, phone: tuple[Device, str], cast: Cast) -> None:
        put(phone[1], passing_row(now()))
        seen(phone[1], unsent=4, oldest=now().isoformat())
        devices.end(phone[0], "lost", by=cast.traffic)  # type: ignore[arg-type]
        assert put(phone[1], passing_row(now())).status_code == 401
        assert seen(phone[1]).status_code == 401
        assert Passing.objects.count() == 1
        page = signed_in(cast, "traffic").get(f"/registers/posts/{phone[0].post_id}/devices/").content.decode()
        assert "还有 4 条没有上传" in page
        assert not Pass.objects.filter(account=phone[0].account, revoked_at=None).exists()

    def test_what_it_could_not_send_is_taken_in_and_counted_once(self, phone: tuple[Device, str], cast: Cast) -> None:
        rows = [passing_row(now()) for _ in range(3)]
        body = json.dumps({"kind": "passing", "device": "x", "rows": rows})
        file = json.dumps({"shichen": "post-queue", "submissions": [{"id": str(uuid.uuid4()), "body": body}]}).encode()
        put(phone[1], rows[0])
        devices.end(phone[0], "lost", by=cast.traffic)  # type: ignore[arg-type]
        client = signed_in(cast, "traffic")
        for _ in range(2):
            given = {"file": SimpleUploadedFile("q.json", file)}
            assert client.post(f"/registers/posts/{phone[0].post_id}/devices/take-in/", given).status_code == 302
        assert Passing.objects.count() == 3
        assert Envelope.objects.filter(kind="passing").count() == 2

    @pytest.mark.parametrize(
        "file", [b"", b"{}", b'{"shichen": "post-queue", "submissions": [{}]}', b"\xff", b"[" * 9999]
    )
    def test_a_file_that_is_none_is_refused(self, here: Post, cast: Cast, file: bytes) -> None:
        given = {"file": SimpleUploadedFile("q.json", file)}
        answer = signed_in(cast, "traffic").post(f"/registers/posts/{here.pk}/devices/take-in/", given)
        assert answer.status_code == 422


class TestThePage:
    def test_its_shell_is_open_and_holds_nothing(self, here: Post) -> None:
        client = Client()
        page = client.get("/post/").content.decode()
        assert "Z01" not in page
        worker = client.get("/post/sw.js")
        assert worker["Content-Type"].startswith("text/javascript")
        assert worker["Cache-Control"] == "no-cache"
        assert client.get("/post/manifest.webmanifest").json()["scope"] == "/post/"

    def test_everything_that_the_worker_keeps_is_there(self) -> None:
        worker = Client().get("/post/sw.js").content.decode()
        files = json.loads(worker.split("const FILES = ")[1].split(";\n")[0])
        assert {"/post/", "/post/manifest.webmanifest"} < set(files)
        missing = [file for file in files if file.startswith("/static/") and not finders.find(file[len("/static/") :])]
        assert missing == []
