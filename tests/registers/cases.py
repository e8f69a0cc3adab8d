"""What must hold of every register's pages, asked of each by a class of its own: `class TestX(RegisterCases)`."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.test import Client

from shichen.audit.models import Trail
from shichen.web.registers import Register
from tests.conftest import Cast

STRANGERS = ("police", "auditor", "secadmin", "outsider")


@pytest.mark.django_db
class RegisterCases:
    """Its own officer may, another group's may not, a stranger sees nothing, a GET changes nothing."""

    register: ClassVar[Register]
    owner: ClassVar[str]
    strangers: ClassVar[tuple[str, ...]] = STRANGERS
    better: ClassVar[dict[str, str]]  # what a correction puts into the boxes, besides a reason
    said: ClassVar[str]  # what a page says of the record and of nothing else

    def make(self) -> Any:
        """A record of the owner's unit."""
        raise NotImplementedError

    @pytest.fixture
    def record(self, cast: Cast) -> Any:
        return self.make()

    @pytest.fixture
    def mine(self, cast: Cast) -> Client:
        return signed_in(cast, self.owner)

    def href(self, record: Any, act: str = "") -> str:
        return f"/registers/{self.register.name}/{record.pk}/{act}"

    def boxes(self, record: Any) -> dict[str, str]:
        """The correction form as it is drawn, put right."""
        from shichen.web.field_forms import in_box

        values = self.register.values(record)
        drawn = {one.name: in_box(values.get(one.name), one) for one in self.register.correctable}
        return {**drawn, **self.better, "reason": "与原件核对"}

    def test_its_own_officer_sees_list_and_record(self, mine: Client, record: Any) -> None:
        assert self.said in mine.get(self.register.href).content.decode()
        page = mine.get(self.href(record))
        assert page.status_code == 200
        assert self.said in page.content.decode()
        for act in ("correct/", "void/"):
            assert self.href(record, act) in page.content.decode()

    def test_strangers_see_nothing_of_it(self, cast: Cast, record: Any) -> None:
        for name in self.strangers:
            client = signed_in(cast, name)
            for address in (self.href(record), self.href(record, "correct/"), self.href(record, "void/")):
                answer = client.get(address)
                assert answer.status_code in (403, 404), (name, address)
                assert self.said not in answer.content.decode()
            for ending in ("/", ".csv", ".json"):
                assert self.said not in client.get(f"/registers/{self.register.name}{ending}").content.decode()

    def test_without_signing_in_there_is_only_the_way_in(self, client: Client, record: Any) -> None:
        for address in (self.register.href, self.href(record), f"/registers/{self.register.name}.csv"):
            answer = client.get(address)
            assert answer.status_code == 302
            assert "/signin/" in answer["Location"]

    def test_strangers_cannot_change_it(self, cast: Cast, record: Any) -> None:
        for name in (*self.strangers, "editor"):
            client = signed_in(cast, name)
            for act in ("correct/", "void/"):
                assert client.post(self.href(record, act), self.boxes(record)).status_code in (403, 404)
        record.refresh_from_db()
        assert record.superseded_at is None
        assert not record.voided

    def test_looking_changes_nothing(self, mine: Client, record: Any) -> None:
        before = stored()
        for address in (
            *(self.register.href, self.href(record), self.href(record, "correct/"), self.href(record, "void/")),
            *(f"/registers/{self.register.name}.{ending}" for ending in ("csv", "xlsx", "json")),
            "/registers/",
        ):
            assert mine.get(address).status_code == 200, address
        assert stored() == before

    def test_the_list_cannot_be_posted_to(self, mine: Client, record: Any) -> None:
        assert mine.post(self.register.href, {}).status_code == 405
        assert mine.delete(self.href(record)).status_code == 405

    def test_a_correction_is_a_new_version_and_the_old_one_stays(self, mine: Client, record: Any) -> None:
        answer = mine.post(self.href(record, "correct/"), self.boxes(record))
        assert answer.status_code == 302, answer.content.decode()
        new = self.register.model._default_manager.get(first=record.first, revision=2)  # type: ignore[attr-defined]
        assert answer["Location"] == self.href(new)
        page = mine.get(self.href(new)).content.decode()
        assert "与原件核对" in page
        assert "<del>" in page
        assert "已被更正" in mine.get(self.href(record)).content.decode()
        assert Trail.objects.filter(action="correct", subject=str(record.first)).exists()

    def test_a_correction_needs_its_reason(self, mine: Client, record: Any) -> None:
        answer = mine.post(self.href(record, "correct/"), {**self.boxes(record), "reason": " "})
        assert answer.status_code == 422
        assert "“理由”是必填项" in answer.content.decode()

    def test_a_correction_that_changes_nothing_is_refused(self, mine: Client, record: Any) -> None:
        same = {**self.boxes(record), **{name: self.drawn(record, name) for name in self.better}}
        answer = mine.post(self.href(record, "correct/"), same)
        assert answer.status_code == 422
        assert "更正与原记录相同" in answer.content.decode()

    def test_who_comes_second_sees_both_versions(self, mine: Client, record: Any) -> None:
        mine.post(self.href(record, "correct/"), self.boxes(record))
        answer = mine.post(self.href(record, "correct/"), self.boxes(record))
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "第 1 版" in page
        assert "第 2 版" in page
        assert "您填的" in page
        assert self.register.model._default_manager.filter(first=record.first).count() == 2  # type: ignore[attr-defined]

    def test_void_takes_it_out_of_the_list_but_it_can_still_be_read(self, mine: Client, record: Any) -> None:
        assert mine.post(self.href(record, "void/"), {"reason": ""}).status_code == 422
        assert mine.post(self.href(record, "void/"), {"reason": "重复登记"}).status_code == 302
        assert self.href(record) not in mine.get(self.register.href).content.decode()
        page = mine.get(self.href(record)).content.decode()
        assert "重复登记" in page
        assert mine.post(self.href(record, "void/"), {"reason": "再来"}).status_code == 409

    def test_a_void_record_shows_the_reason_of_every_version(self, mine: Client, record: Any) -> None:
        corrected = mine.post(self.href(record, "correct/"), self.boxes(record))["Location"]
        assert mine.post(f"{corrected}void/", {"reason": "重复登记"}).status_code == 302
        newest, *earlier = self.register.model._default_manager.filter(first=record.first).order_by("-revision")  # type: ignore[attr-defined]
        assert newest.voided
        for version in (newest, *earlier):
            page = mine.get(self.href(version)).content.decode()
            assert "已作废，不计入任何数。理由：重复登记" in page
            assert page.count("重复登记") == 2  # above, and in the list of versions
            assert page.count("与原件核对") == 1
            assert "已被更正" not in page

    def test_acts_need_the_csrf_token(self, cast: Cast, record: Any) -> None:
        client = signed_in(cast, self.owner, enforce_csrf_checks=True)
        assert client.post(self.href(record, "correct/"), self.boxes(record)).status_code == 403
        assert client.post(self.href(record, "void/"), {"reason": "x"}).status_code == 403

    def test_siblings_are_inert_files_with_the_same_rows(self, mine: Client, record: Any) -> None:
        answer = mine.get(f"/registers/{self.register.name}.csv")
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[0] == [one.label for one in self.register.fields]
        assert len(json.loads(mine.get(f"/registers/{self.register.name}.json").content)["rows"]) == len(rows) - 1

    def test_any_filter_and_place_is_answered_without_harm(self, mine: Client, record: Any) -> None:
        from tests.naughty import ALL

        names = [one.name for one in self.register.filters] + ["after", "page", "order"]
        for number, text in enumerate(ALL):
            answer = mine.get(
                self.register.href, {names[number % len(names)]: text.encode("utf-8", "replace").decode()}
            )
            assert answer.status_code in (200, 400, 404), (names[number % len(names)], text[:40])

    def drawn(self, record: Any, name: str) -> str:
        from shichen.web.field_forms import in_box

        field = next(one for one in self.register.correctable if one.name == name)
        return in_box(self.register.values(record).get(name), field)


def signed_in(cast: Cast, name: str, **more: Any) -> Client:
    client = Client(**more)
    client.force_login(getattr(cast, name))
    return client


def stored() -> dict[str, int]:
    """How many rows every table of the house holds."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("shichen.")]
    return {model._meta.label: model._default_manager.count() for model in ours}
