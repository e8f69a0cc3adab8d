"""记性: what was decided of the same words is followed the next time, told, and forgotten by one act."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from shichen.audit.models import Trail
from shichen.bulletins import learning, services
from shichen.bulletins.models import Bulletin, Lesson, Proposal
from shichen.bulletins.services import Placing
from shichen.city import services as accounts
from shichen.refusal import Refusal
from tests.conftest import Cast
from tests.intake.doors import signed_in
from tests.made import bulletin

pytestmark = pytest.mark.django_db
OURS = "traffic.vehicles_checked"


def told(number: int, place: str = "天元区") -> str:
    return f"{place}今天查看往来小车{number}台。"


def read(text: str) -> Proposal:
    made = Bulletin.objects.get(envelope=bulletin(text).envelope)
    return Proposal.objects.get(entry__bulletin=made)


def decide(text: str, **values: Any) -> Proposal:
    """Read a text and take its number, as something else than was read where values are given."""
    one = read(text)
    state = Proposal.State.EDITED if values else Proposal.State.ACCEPTED
    by = accounts.system()
    services.decide(one, state, version=one.version, values=values or None, by=by)
    one.entry.refresh_from_db()
    services.accept(one.entry, Placing(column="一线阻击"), version=one.entry.version, by=by)
    return one


def taught(times: int) -> None:
    for n in range(times):
        decide(told(10 + n), indicator=OURS, unit="台次")


class TestFollowing:
    def test_what_was_decided_twice_is_proposed_the_third_time(self, cast: Cast) -> None:
        before = read(told(9))
        assert before.indicator != OURS
        taught(2)
        after = read(told(55, place="荷塘区"))
        assert (after.indicator, after.unit) == (OURS, "台次")
        (note,) = [check["note"] for check in after.checks if check["id"] == learning.LEARNED]
        assert note == "同样的说法采过 2 次，这次照办"

    def test_once_is_not_enough(self, cast: Cast) -> None:
        taught(1)
        assert read(told(55)).indicator != OURS

    def test_other_decisions_of_the_same_words_make_it_unsure(self, cast: Cast) -> None:
        taught(2)
        decide(told(70), indicator="police.vehicles_checked", unit="辆")
        assert read(told(55)).indicator != OURS

    def test_a_decision_that_was_read_right_is_only_confirmed(self, cast: Cast) -> None:
        for n in (12, 13):
            decide(f"交通运输安全组检查车辆{n}台次。")
        after = read("交通运输安全组检查车辆14台次。")
        assert [check["note"] for check in after.checks if check["id"] == learning.LEARNED] == ["同样的说法采过 2 次"]

    def test_the_place_of_a_subject_is_the_place_at_hand(self, cast: Cast) -> None:
        for n in (2, 3):
            decide(f"新增确诊病例中，天元区{n}例。", subject="新增本土病例天元区")
        after = read("新增确诊病例中，荷塘区5例。")
        assert after.subject == "新增本土病例荷塘区"

    def test_rejected_numbers_teach_nothing(self, cast: Cast) -> None:
        one = read(told(9))
        services.decide(one, Proposal.State.NOT_A_FIGURE, version=one.version, by=accounts.system())
        one.entry.refresh_from_db()
        services.accept(one.entry, Placing(), version=one.entry.version, by=accounts.system())
        assert not Lesson.objects.exists()

    def test_switched_off_nothing_is_remembered(self, cast: Cast, settings: Any) -> None:
        taught(2)
        settings.CONFIG.values["bulletins.learn"] = False
        try:
            after = read(told(55))
        finally:
            settings.CONFIG.values["bulletins.learn"] = True
        assert after.indicator != OURS
        assert after.sayings == []


class TestForgetting:
    def test_by_one_act_with_a_reason(self, cast: Cast) -> None:
        taught(2)
        for saying in set(Lesson.objects.values_list("saying", flat=True)):
            assert learning.forget(saying, "口径改了", by=cast.office) == 2
        assert read(told(55)).indicator != OURS
        assert Trail.objects.filter(action="forget").exists()
        assert Proposal.objects.filter(indicator=OURS).count() == 2

    def test_not_without_one(self, cast: Cast) -> None:
        taught(1)
        saying = Lesson.objects.values_list("saying", flat=True)[0]
        with pytest.raises(Refusal, match="理由"):
            learning.forget(saying, "  ", by=cast.office)

    def test_what_nobody_taught(self, cast: Cast) -> None:
        with pytest.raises(Refusal, match="没有可忘的"):
            learning.forget("没有这种说法", "试", by=cast.office)

    def test_a_lesson_is_never_changed(self, cast: Cast) -> None:
        taught(1)
        with pytest.raises(DatabaseError), transaction.atomic():
            Lesson.objects.update(indicator="supply.masks")


class TestPage:
    @pytest.fixture
    def office(self, cast: Cast) -> Client:
        return signed_in(cast, "office")

    def test_what_is_remembered_and_how_often(self, office: Client) -> None:
        taught(2)
        page = office.get("/bulletins/learned/").content.decode()
        assert "@今天查看往来小车◎台" in page
        assert f"/figures/{OURS}/" in page
        assert "查看" in office.get("/bulletins/learned.csv").content.decode("utf-8-sig")
        assert "筛选无结果" in office.get("/bulletins/learned/", {"q": "没有的话"}).content.decode()

    def test_forgetting_on_the_page(self, office: Client) -> None:
        taught(1)
        saying = Lesson.objects.values_list("saying", flat=True)[0]
        assert office.post("/bulletins/learned/forget/", {"saying": saying, "reason": ""}).status_code == 422
        assert office.post("/bulletins/learned/forget/", {"saying": saying, "reason": "试"}).status_code == 302
        assert not Lesson.objects.filter(saying=saying, forgotten_at=None).exists()

    def test_before_anything_was_taken(self, office: Client) -> None:
        assert "没有可记的" in office.get("/bulletins/learned/").content.decode()
