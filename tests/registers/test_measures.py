"""措施: from when, until when and where it holds, what eases or replaces it, when its end was told; and its pages."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from shichen import watches
from shichen.audit.context import acting
from shichen.audit.models import Trail
from shichen.intake.models import Envelope
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from shichen.registers.measures import queries, services
from shichen.registers.measures.models import Measure
from shichen.registers.measures.views import MEASURES
from shichen.watches import Period
from tests.conftest import Cast
from tests.made import area, body, deliver
from tests.registers.cases import RegisterCases, signed_in

pytestmark = pytest.mark.django_db

START = watches.clock(date(2020, 2, 2), 0)
END = watches.clock(date(2020, 2, 10), 0)
MONTH = Period(watches.clock(date(2020, 2, 1), 0), watches.clock(date(2020, 2, 29), 24))


def reported(**more: Any) -> Any:
    row = {"kind": "bus_suspended", "label": "公交停运", "starts_at": START.isoformat(), **more}
    return deliver("measure", {name: value for name, value in row.items() if value is not None})


def made(**more: Any) -> Measure:
    receipt = reported(**more)
    assert receipt.envelope.state == Envelope.State.ENTERED, receipt.envelope.note
    found: Measure = Measure.objects.current().get(envelope=receipt.envelope.id)
    return found


def ended(label: str, at: datetime, **more: Any) -> Any:
    return deliver("measure_end", {"measure": label, "ended_at": at.isoformat(), **more})


def held(**more: Any) -> dict[str, tuple[datetime, datetime | None]]:
    return {one.measure.label: (one.start, one.end) for one in queries.held(MONTH, **more)}


class TestAnnounced:
    def test_it_is_told_in_the_log_and_rests_on_that_entry(self) -> None:
        one = made(areas="天元区、芦淞区", order="第3号令", ends_at=END.isoformat())
        assert one.entry is not None
        assert one.entry.text == "依据第3号令，天元区、芦淞区自2月2日0时起至2月10日0时施行「公交停运」。"
        assert sorted(one.areas) == sorted([area("天元区").code, area("芦淞区").code])
        assert Trail.objects.filter(subject=str(one.envelope)).exists()

    def test_in_one_district_it_belongs_to_that_district(self) -> None:
        assert made(areas="天元区").area == area("天元区")

    def test_a_class_may_be_named_in_chinese(self) -> None:
        assert made(kind="公交停运").kind == "bus_suspended"

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ({"kind": "sky_closed"}, "不在可选范围"),
            ({"label": " "}, "必填"),
            ({"ends_at": START.isoformat()}, "止期不能早于起期"),
            ({"areas": "天圆区"}, "没有名为「天圆区」的区域"),
            ({"replaces": "地铁停运"}, "登记册里没有名为「地铁停运」的措施"),
            ({"partial": "是"}, "部分放宽要写明放宽的是哪一项措施"),
        ],
    )
    def test_what_cannot_be_taken_is_held_with_its_reason(self, row: dict[str, Any], words: str) -> None:
        receipt = reported(**row)
        assert receipt.envelope.state == Envelope.State.HELD
        assert words in "".join(str(reject.faults) for reject in receipt.envelope.rejects.all())
        assert not Measure.objects.exists()

    def test_the_same_again_is_no_second_measure(self) -> None:
        made()
        reported()
        assert Measure.objects.count() == 1
        assert reported(ends_at=END.isoformat()).envelope.state == Envelope.State.HELD


class TestHeld:
    def test_an_open_end_is_not_known(self) -> None:
        made()
        assert held() == {"公交停运": (START, None)}

    def test_what_eases_it_takes_over_from_its_own_beginning(self) -> None:
        made(ends_at=END.isoformat())
        change = watches.clock(date(2020, 2, 7), 15)
        made(label="公交部分恢复", starts_at=change.isoformat(), replaces="公交停运", partial="是")
        assert held() == {"公交停运": (START, change), "公交部分恢复": (change, None)}
        assert Entry.objects.latest("seq").text == "株洲市自2月7日15时起「公交停运」放宽为「公交部分恢复」。"

    def test_nothing_replaces_what_begins_after_it(self) -> None:
        made()
        early = (START - timedelta(days=1)).isoformat()
        assert reported(label="更早", starts_at=early, replaces="公交停运").envelope.state == Envelope.State.HELD

    def test_a_correction_of_what_is_replaced_does_not_lose_the_thread(self, cast: Cast) -> None:
        first = made()
        change = watches.clock(date(2020, 2, 7), 15)
        made(label="公交部分恢复", starts_at=change.isoformat(), replaces="公交停运", partial="是")
        services.correct_measure(first, {"order": "第3号令"}, "补文号", by=cast.office)
        assert held()["公交停运"] == (START, change)

    def test_one_whose_successor_was_voided_holds_on(self, cast: Cast) -> None:
        made()
        later = made(label="改", starts_at=END.isoformat(), replaces="公交停运")
        services.void_measure(later, "误登", by=cast.office)
        assert held() == {"公交停运": (START, None)}

    def test_it_ends_on_the_day_after_the_last_it_held(self) -> None:
        made(ends_at=END.isoformat())
        made(label="客运停运", ends_at=watches.clock(date(2020, 2, 7), 15).isoformat())
        gone = {one.measure.label: one.gone for one in queries.held(MONTH)}
        assert gone == {"公交停运": date(2020, 2, 10), "客运停运": date(2020, 2, 8)}

    def test_only_a_reach_that_covers_it_shows_it(self, cast: Cast) -> None:
        made()
        from shichen.city.scope import sight

        now = watches.clock(date(2020, 2, 3), 0)
        assert held(sight=sight(cast.outsider, "view", at=now)) == {}


class TestEnded:
    def test_the_end_is_a_new_version_and_an_entry_in_the_log(self) -> None:
        one = made()
        assert ended("公交停运", END, order="第9号令").envelope.state == Envelope.State.ENTERED
        now = Measure.objects.current().get(first=one.first)
        assert (now.revision, now.ends_at, now.reason) == (2, END, "结束：第9号令")
        assert now.end_entry is not None
        assert now.end_entry.text == "依据第9号令，株洲市「公交停运」至2月10日0时结束。"

    def test_before_it_was_told_nobody_knew_of_it(self) -> None:
        with acting("test", moment=START):
            made()
        with acting("test", moment=END - timedelta(days=1)):
            ended("公交停运", END)
        assert held(as_of=START + timedelta(hours=1)) == {"公交停运": (START, None)}
        assert held() == {"公交停运": (START, END)}

    def test_told_twice_it_is_ended_once(self) -> None:
        made()
        ended("公交停运", END)
        ended("公交停运", END)
        assert Measure.objects.count() == 2

    def test_of_two_that_go_by_one_name_it_must_be_said_which(self) -> None:
        made(areas="天元区")
        other = made(areas="芦淞区")
        assert ended("公交停运", END).envelope.state == Envelope.State.HELD
        assert ended(str(other.pk), END).envelope.state == Envelope.State.ENTERED

    def test_before_it_began_it_cannot_end(self) -> None:
        made()
        assert ended("公交停运", START - timedelta(days=1)).envelope.state == Envelope.State.HELD

    def test_another_group_does_not_end_it(self, cast: Cast) -> None:
        made()
        receipt = deliver(
            "measure_end",
            {"measure": "公交停运", "ended_at": END.isoformat()},
            by=cast.traffic,
            unit="traffic-safety-group",
        )
        assert receipt.envelope.state == Envelope.State.HELD


def test_what_another_replaces_is_not_voided_before_it(cast: Cast) -> None:
    one = made()
    made(label="改", starts_at=END.isoformat(), replaces="公交停运")
    with pytest.raises(Refusal, match="接替了它"):
        services.void_measure(one, "误登", by=cast.office)


class TestMeasureRegister(RegisterCases):
    register = MEASURES
    owner = "traffic"
    better = {"label": "公交全线停运"}
    said = "公交停运(夜)"

    def make(self) -> Measure:
        receipt = deliver(
            "measure",
            {"kind": "bus_suspended", "label": self.said, "starts_at": START.isoformat(), "ends_at": END.isoformat()},
            unit="traffic-safety-group",
        )
        found: Measure = Measure.objects.get(envelope=receipt.envelope.id)
        return found

    def test_it_is_found_by_a_day_on_which_it_held(self, mine: Client, record: Any) -> None:
        for day, there in (("2020-02-01", False), ("2020-02-02", True), ("2020-02-09", True), ("2020-02-10", False)):
            page = mine.get(f"{self.register.href}?on={day}").content.decode()
            assert (self.href(record) in page) is there, day

    def test_what_is_exported_can_come_in_again(self, mine: Client, record: Any) -> None:
        (row,) = json.loads(mine.get("/registers/measures.json").content)["rows"]
        again = deliver("measure", {name: value for name, value in row.items() if value is not None})
        assert again.envelope.state == Envelope.State.ENTERED
        assert Measure.objects.count() == 1

    def test_its_own_unit_ends_it_on_its_page(self, cast: Cast) -> None:
        one = deliver(
            "measure",
            {"kind": "bus_suspended", "label": self.said, "starts_at": START.isoformat()},
            unit="traffic-safety-group",
        )
        record = Measure.objects.get(envelope=one.envelope.id)
        mine = signed_in(cast, self.owner)
        assert self.href(record, "end/") in mine.get(self.href(record)).content.decode()
        assert mine.post(self.href(record, "end/"), {"ended_at": "2020-02-10T00:00", "order": ""}).status_code == 422
        early = mine.post(self.href(record, "end/"), {"ended_at": "2020-02-01T00:00", "order": "第9号令"})
        assert (early.status_code, "止期不能早于起期" in early.content.decode()) == (422, True)
        answer = mine.post(self.href(record, "end/"), {"ended_at": "2020-02-10T00:00", "order": "第9号令"})
        now = Measure.objects.current().get(first=record.first)
        assert answer["Location"] == self.href(now)
        assert (now.revision, now.ends_at, now.reason) == (2, END, "结束：第9号令")
        assert now.end_entry is not None
        assert now.end_entry.text == f"依据第9号令，株洲市「{self.said}」至2月10日0时结束。"
        assert now.end_entry.unit == now.unit
        assert self.href(now, "end/") not in mine.get(self.href(now)).content.decode()
        assert mine.post(self.href(now, "end/"), {"ended_at": "2020-02-11T00:00", "order": "x"}).status_code == 403
        assert mine.post(self.href(record, "end/"), {"ended_at": "2020-02-11T00:00", "order": "x"}).status_code == 409

    def test_who_may_not_correct_it_may_not_end_it(self, cast: Cast) -> None:
        one = deliver(
            "measure",
            {"kind": "bus_suspended", "label": self.said, "starts_at": START.isoformat()},
            unit="traffic-safety-group",
        )
        record = Measure.objects.get(envelope=one.envelope.id)
        for name in (*self.strangers, "editor"):
            client = signed_in(cast, name)
            answer = client.post(self.href(record, "end/"), {"ended_at": "2020-02-10T00:00", "order": "x"})
            assert answer.status_code in (403, 404), name
        assert signed_in(cast, "office").get(self.href(record, "end/")).status_code == 200
        record.refresh_from_db()
        assert record.superseded_at is None

    def test_one_that_was_replaced_is_not_ended(self, cast: Cast) -> None:
        first = made()
        made(label="改", starts_at=END.isoformat(), replaces="公交停运")
        with pytest.raises(Refusal, match="已被接替"):
            services.end_measure(first, {"ended_at": END, "order": "第9号令"}, by=cast.office)

    def test_in_english_it_goes_by_its_english_name_or_that_of_its_class(self, cast: Cast) -> None:
        made(label_en="Buses stop")
        made(label="客运停运", kind="coach_suspended")
        client = signed_in(cast, "office")
        client.cookies["django_language"] = "en"
        page = client.get("/registers/measures/").content.decode()
        assert "Buses stop" in page
        assert "公交停运" not in page
        assert "客运停运" not in page
        assert reported(label="丁", label_en="Bus 停运").envelope.state == Envelope.State.HELD

    def test_whoever_reports_is_offered_the_measures_that_stand(self, cast: Cast, record: Any) -> None:
        with time_machine.travel(watches.clock(date(2020, 2, 3), 8), tick=False):
            page = signed_in(cast, "office").get("/report/measure_end/").content.decode()
        assert self.said in page
        assert body("office")
