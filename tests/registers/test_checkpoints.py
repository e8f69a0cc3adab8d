"""卡点: posts stand for their days, a shift is reported once, two networks are never one number (逢车必检、逢人必测)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shichen import watches
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.indicators.declare import Scope, known
from shichen.indicators.models import Figure, Use
from shichen.indicators.queries import compute
from shichen.intake.models import Envelope
from shichen.journal.models import Column, Entry
from shichen.refusal import Refusal
from shichen.registers.checkpoints import queries, services, telling
from shichen.registers.checkpoints.models import Gate, Network, Post, Tally
from tests.conftest import Cast
from tests.made import DAY, area, day_of, deliver, post, post_row, tally, tally_row

pytestmark = pytest.mark.django_db

NEXT = DAY + timedelta(days=1)


def held(kind: str, row: dict[str, Any], **more: Any) -> str:
    """The sentence that a report was held with."""
    envelope = deliver(kind, row, **more).envelope
    assert envelope.state == Envelope.State.HELD
    return envelope.note


def value(key: str, **facets: str) -> Any:
    return compute(key, day_of(DAY), Scope(city.the_city(), facets)).value


class TestSettingUp:
    def test_a_post_belongs_to_the_body_that_runs_its_network(self) -> None:
        assert post("Z01", "traffic").unit.pk == "traffic-safety-group"
        assert post("P01", "police").unit.pk == "public-security-group"

    def test_one_number_is_given_once_in_a_network_and_again_in_another(self) -> None:
        post("Z01", "traffic")
        assert "已有编号 Z01" in held("checkpoint_post", post_row("Z01", area="荷塘区"))
        assert deliver("checkpoint_post", post_row("Z01")).envelope.duplicate == 1
        assert post("Z01", "police")
        assert Post.objects.count() == 2

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"network": "customs"}, "没有名为「customs」的卡口网络"),
            ({"area": "洞口区"}, "是否为「渌口区」"),
            ({"closed_on": "2020-01-24"}, "早于启用"),
            ({"opened_on": "某日"}, "某日"),
        ],
    )
    def test_what_cannot_be_is_held_with_the_reason(self, wrong: dict[str, Any], words: str) -> None:
        assert words in held("checkpoint_post", {**post_row("Z01"), **wrong})
        assert not Post.objects.exists()

    def test_it_stands_from_its_first_day_until_the_day_it_is_withdrawn(self) -> None:
        one = post(closed_on=NEXT.isoformat())
        assert [one.stands(DAY + timedelta(days=n)) for n in (-9, 0, 1)] == [False, True, False]
        for day, standing in ((DAY, 1), (NEXT, 0)):
            assert queries.standing_posts(day).count() == standing

    def test_posts_of_one_gate_share_it(self) -> None:
        post("Z01", "traffic", gate="north")
        post("P01", "police", gate="north")
        assert Gate.objects.get().posts.count() == 2


class TestTally:
    def test_a_shift_goes_into_register_log_and_ledger_at_once(self, cast: Cast) -> None:
        post()
        deliver("checkpoint_tally", tally_row(vehicles=488, persons=1205, turned_back=2), by=cast.office)
        one, entry = Tally.objects.get(), Entry.objects.latest("seq")
        assert (one.vehicles, one.handled, one.unit.pk) == (488, 2, "traffic-safety-group")
        assert entry.text == "Z01号点2月2日0—8时查控车辆488台、人员1205人，劝返2人。"
        assert (entry.column, entry.envelope, entry.author) == (Column.FRONT, one.envelope, cast.office)
        printed = [entry.text[use.start : use.end] for use in Use.objects.filter(entry=entry)]
        assert printed == ["488台", "1205人", "2人"]
        assert Figure.objects.get(key="checkpoint.vehicles_checked").record_count == 1

    def test_what_was_left_empty_counts_as_nought(self) -> None:
        post()
        one = tally()
        assert (one.turned_back, one.referred, one.fever, one.staff) == (0, 0, 0, None)

    def test_a_shift_is_reported_once_by_whatever_door(self) -> None:
        post()
        tally(vehicles=10)
        assert "已报过(车辆10)" in held("checkpoint_tally", tally_row(vehicles=12))
        assert value("traffic.vehicles_checked") == 10

    def test_the_database_keeps_a_second_standing_tally_out_too(self) -> None:
        post()
        one = tally()
        twin = Tally.objects.get(pk=one.pk)
        twin.pk, twin._state.adding, twin.envelope = Tally().pk, True, None
        twin.first = twin.pk
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"source_area_vehicles": 11}, "疫源地车辆11多于总数10"),
            ({"source_area_persons": 26}, "疫源地人员26多于总数25"),
            ({"fever": 26}, "发热人员26多于总数25"),
            ({"vehicles": -1}, "不能小于"),
            ({"vehicles": 10**9}, "不能大于"),
            ({"shift_end": watches.clock(DAY, 0).isoformat()}, "晚于开始"),
            ({"shift_end": watches.clock(NEXT, 1).isoformat()}, "最长 24 小时"),
            ({"post": "Z77"}, "没有编号或名称为「Z77」"),
        ],
    )
    def test_what_cannot_be_is_held_with_the_reason(self, wrong: dict[str, Any], words: str) -> None:
        post()
        assert words in held("checkpoint_tally", {**tally_row(), **wrong})
        assert not Tally.objects.exists()

    def test_a_post_that_does_not_stand_reports_nothing(self) -> None:
        post(opened_on=NEXT.isoformat())
        assert "不在岗" in held("checkpoint_tally", tally_row())

    def test_a_name_in_two_networks_must_be_told_apart(self) -> None:
        post("Z01", "traffic", name="株洲北")
        post("P01", "police", name="株洲北")
        assert "有多个卡点" in held("checkpoint_tally", tally_row("株洲北"))
        assert tally("株洲北", network="police").network_id == "police"

    def test_another_groups_posts_are_not_reported_for(self, cast: Cast) -> None:
        post("P01", "police")
        note = held("checkpoint_tally", tally_row("P01"), unit="traffic-safety-group", by=cast.traffic)
        assert "不能替" in note

    def test_a_sheet_of_shifts_is_one_entry_and_no_figure(self) -> None:
        post()
        entries = Entry.objects.count()
        deliver("checkpoint_tally", {"rows": [tally_row(hours=(0, 8)), tally_row(hours=(8, 16))]})
        assert Entry.objects.count() == entries + 1
        assert Entry.objects.latest("seq").text == "收到卡点班次记录2条，涉及卡点1个。"
        assert not Figure.objects.exists()

    def test_corrections_are_told_in_the_log(self) -> None:
        post()
        services.correct_tally(tally(), {"vehicles": 11}, "漏记一车", by=accounts.system())
        assert Entry.objects.latest("seq").text == "更正Z01号点2月2日0—8时班次记录：漏记一车"

    def test_a_reason_with_braces_is_a_reason_like_any_other(self) -> None:
        post()
        services.correct_tally(tally(), {"vehicles": 11}, "见{附件}", by=accounts.system())
        assert Entry.objects.latest("seq").text == "更正Z01号点2月2日0—8时班次记录：见（附件）"


class TestTwoNetworks:
    """T1: two agencies, two definitions; side by side, never added."""

    @pytest.fixture(autouse=True)
    def _one_gate_of_two_networks(self, db: None) -> None:
        post("Z01", "traffic", gate="north")
        post("P01", "police", gate="north")
        post("P02", "police")
        tally("Z01", vehicles=100, persons=200)
        tally("P01", vehicles=40, persons=70)
        tally("P02", vehicles=7, persons=9)

    def test_each_counts_its_own(self) -> None:
        assert value("traffic.vehicles_checked") == 100
        assert value("police.vehicles_checked") == 47
        assert value("traffic.posts") == 1
        assert value("police.checkpoints") == 2

    def test_no_figure_of_the_register_adds_them(self) -> None:
        sums = {
            one.key: compute(one.key, day_of(DAY), Scope(city.the_city())).value
            for one in known().values()
            if one.computed and one.key.split(".")[0] in {"traffic", "police"}
        }
        assert 147 not in sums.values()
        assert 279 not in sums.values()

    def test_at_a_shared_gate_the_first_in_precedence_is_counted(self) -> None:
        assert value("checkpoint.vehicles_at_gates") == 107

    def test_when_the_first_is_silent_the_other_is_counted(self) -> None:
        services.void_tally(Tally.objects.get(post__code="Z01"), "误报", by=accounts.system())
        assert value("checkpoint.vehicles_at_gates") == 47

    def test_their_measures_are_of_events_and_of_things(self) -> None:
        units = {one.code: (one.vehicle_unit, one.person_unit) for one in Network.objects.all()}
        assert units == {"traffic": ("台次", "人次"), "police": ("辆", "人")}
        for key, unit in (
            ("traffic.vehicles_checked", "台次"),
            ("traffic.persons_screened", "人次"),
            ("police.vehicles_checked", "辆"),
            ("police.persons_checked", "人"),
        ):
            assert known()[key].unit == unit


class TestQuestions:
    def test_who_has_not_reported(self) -> None:
        post("Z01")
        post("Z02")
        tally("Z01")
        network = Network.objects.get(code="traffic")
        assert [one.code for one in queries.silent_posts(network, day_of(DAY))] == ["Z02"]
        assert [one.code for one in queries.silent_posts(network, day_of(NEXT))] == ["Z01", "Z02"]

    def test_one_post_one_shift(self) -> None:
        post("Z01")
        post("Z02", area="荷塘区")
        tally("Z01", vehicles=10)
        tally("Z02", vehicles=5)
        assert value("checkpoint.vehicles_checked", post="Z02") == 5
        assert compute("traffic.vehicles_checked", day_of(DAY), Scope(area("荷塘区"))).value == 5

    def test_handled_is_turned_back_and_referred(self) -> None:
        post()
        tally(turned_back=3, referred=2)
        assert value("traffic.persons_turned_back") == 5

    def test_direct_control_begins_on_its_day(self) -> None:
        post("Z01", direct_control_from=DAY.isoformat())
        post("Z02")
        assert value("traffic.direct_checkpoints") == 1
        assert compute("traffic.direct_checkpoints", day_of(DAY - timedelta(days=1)), Scope()).value is None

    def test_a_networks_day_is_told_from_its_tallies(self) -> None:
        post()
        tally(vehicles=149, persons=361)
        network = Network.objects.get(code="traffic")
        told = "值守点{traffic.posts}，检查车辆{traffic.vehicles_checked}。"
        entry = telling.tell_network_day(network, DAY, told, by=accounts.system())
        assert entry.text == "值守点1个，检查车辆149台次。"
        with pytest.raises(Refusal, match="未报不等于 0"):
            telling.tell_network_day(network, NEXT, told, by=accounts.system())
