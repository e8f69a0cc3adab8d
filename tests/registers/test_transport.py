"""公共交通: measures alone say what runs; resuming needs a suspension; parts sum to the whole; and the pages of three registers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shichen import watches
from shichen.indicators.declare import Scope
from shichen.indicators.queries import compute
from shichen.intake.models import Envelope, Reject
from shichen.journal.models import Entry
from shichen.registers.transport import status
from shichen.registers.transport.models import Fleet, Resumption, Service
from shichen.registers.transport.views import FLEETS, RESUMPTIONS, SERVICES
from shichen.watches import Day, Period, whole
from tests.conftest import Cast
from tests.made import area, deliver
from tests.registers.cases import RegisterCases, signed_in

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 0, month: int = 2) -> datetime:
    return watches.clock(date(2020, month, day), hour)


def measure(label: str, start: datetime, end: datetime | None = None, **more: Any) -> None:
    row = {"kind": "bus_suspended", "label": label, "starts_at": start.isoformat(), **more}
    row |= {"ends_at": end.isoformat()} if end else {}
    receipt = deliver("measure", row)
    assert receipt.envelope.state == Envelope.State.ENTERED, receipt.envelope.note


@pytest.fixture
def stopped() -> None:
    """As it was: two counties first, the city a week later, eased after five days."""
    measure("醴陵公交停运", at(25, month=1), at(8), areas="醴陵市")
    measure("攸县、茶陵公交停运", at(26, month=1), at(8), areas="攸县、茶陵县")
    measure("公交停运", at(2), at(10))
    measure("公交部分恢复", at(7, 15), at(10), replaces="公交停运", partial="是")


def service(mode: str = "bus", line: str = "T1路", **more: Any) -> Any:
    return deliver("transport_service", {"mode": mode, "line": line, **more})


def fleet(**more: Any) -> Any:
    row = {"operator": "公交公司", "vehicles": 68, "hospital": 18, "standby": 50, "starts_at": at(2).isoformat()}
    return deliver("transport_fleet", {**row, **more})


def resumption(lines: int = 4, when: datetime | None = None, **more: Any) -> Any:
    row = {"mode": "bus", "lines": lines, "extent": "more", "starts_at": (when or at(7, 15)).isoformat()}
    return deliver("transport_resumption", {**row, **more})


def told(receipt: Any) -> str:
    """Why a row was not taken."""
    assert receipt.envelope.state != Envelope.State.ENTERED
    return str(Reject.objects.get(envelope=receipt.envelope).faults)


def figure(name: str, on: date, last: date | None = None) -> Any:
    period = Period(whole(on, Day.CIVIL).start, whole(last or on, Day.CIVIL).end)
    return compute(f"transport.{name}", period, Scope(area("株洲市"))).value


class TestStatus:
    def state(self, where: str, moment: datetime, mode: str = "bus", as_of: datetime | None = None) -> str:
        return status.at(status.moment_known(moment, as_of=as_of).of(mode, area(where)), moment)[0]

    @pytest.mark.parametrize(
        ("where", "moment", "state"),
        [
            ("醴陵市", at(24, 23, month=1), "running"),
            ("醴陵市", at(25, month=1), "suspended"),
            ("攸县", at(25, 23, month=1), "running"),
            ("攸县", at(26, month=1), "suspended"),
            ("天元区", at(1, 23), "running"),
            ("天元区", at(2), "suspended"),
            ("天元区", at(7, 15), "partial"),
            ("醴陵市", at(7, 15), "suspended"),
            ("醴陵市", at(8), "partial"),
            ("天元区", at(10), "running"),
        ],
    )
    def test_it_is_what_the_measures_say_there_and_then(
        self, stopped: None, where: str, moment: datetime, state: str
    ) -> None:
        assert self.state(where, moment) == state

    def test_a_measure_on_buses_stops_no_coach(self, stopped: None) -> None:
        assert self.state("天元区", at(3), mode="coach") == "running"

    def test_trains_are_stopped_in_part(self) -> None:
        measure("部分列车停运", at(2), kind="rail_partial")
        assert self.state("株洲市", at(3), mode="rail") == "in_part"

    def test_the_page_shows_it_and_leads_to_the_measure(self, stopped: None, cast: Cast, time_machine: Any) -> None:
        service(area="醴陵市")
        one = Service.objects.get()
        time_machine.move_to(at(3), tick=False)
        client = signed_in(cast, "office")
        listed = client.get("/registers/transport/").content.decode()
        assert "停运" in listed
        page = client.get(f"/registers/transport/{one.pk}/").content.decode()
        assert page.count("/registers/measures/") >= 3
        assert "2月7日24时" in page

    def test_nobody_reports_it(self) -> None:
        assert "状态" not in {field.label for field in SERVICES.fields}


class TestFleets:
    def test_the_parts_sum_to_the_whole_and_the_figures_lead_to_the_record(self) -> None:
        fleet()
        names = ("emergency_buses", "hospital_buses", "standby_buses")
        assert [figure(name, date(2020, 2, 2)) for name in names] == [68, 18, 50]
        entry = Entry.objects.get(act="record_fleet")
        assert entry.text == "公交公司自2月2日0时起安排应急公交68台：接送医技18台、备勤50台。"
        assert sorted(entry.uses.values_list("figure__key", flat=True)) == sorted(f"transport.{one}" for one in names)

    def test_other_sums_are_sent_back_with_the_sum(self) -> None:
        assert "接送医技18 + 备勤51 + 其他0 = 69，与应急线路总数68不符" in told(fleet(standby=51))
        assert not Fleet.objects.exists()

    def test_it_counts_from_its_first_day_to_its_last(self) -> None:
        fleet(ends_at=at(10).isoformat())
        found = [figure("emergency_buses", date(2020, 2, day)) for day in (1, 2, 9, 10)]
        assert found == [None, 68, 68, None]

    def test_the_same_again_is_the_same_and_another_number_is_a_correction(self) -> None:
        fleet()
        fleet()
        assert Fleet.objects.count() == 1
        assert "请作更正" in told(fleet(vehicles=70, standby=52))

    def test_taxis_are_no_buses(self) -> None:
        fleet(mode="taxi")
        assert figure("emergency_buses", date(2020, 2, 2)) is None
        assert not Entry.objects.get(act="record_fleet").uses.exists()


class TestResumptions:
    def test_what_was_never_suspended_cannot_resume(self) -> None:
        assert "没有停运的措施" in told(resumption())

    def test_not_before_the_suspension_nor_elsewhere_nor_of_another_sort(self, stopped: None) -> None:
        assert "没有停运的措施" in told(resumption(when=at(24, month=1)))
        assert "没有停运的措施" in told(resumption(when=at(30, month=1), area="天元区"))
        assert "没有停运的措施" in told(resumption(mode="coach"))
        assert resumption(when=at(30, month=1), area="醴陵市").envelope.state == Envelope.State.ENTERED

    def test_four_and_five_more_are_nine(self, stopped: None) -> None:
        resumption()
        resumption(5, at(10, 6))
        assert figure("bus_routes_resumed", date(2020, 2, 7)) == 4
        assert figure("bus_routes_resumed", date(2020, 2, 10)) == 5
        assert figure("bus_routes_resumed", date(2020, 2, 7), date(2020, 2, 10)) == 9

    def test_a_total_so_far_is_never_added(self, stopped: None) -> None:
        resumption()
        resumption(9, at(10, 6), extent="in_all")
        assert figure("bus_routes_resumed", date(2020, 2, 7), date(2020, 2, 10)) == 4
        assert Entry.objects.filter(text="株洲市自2月10日6时起共恢复公交线路9条。").exists()

    def test_the_log_leads_to_the_figure(self, stopped: None) -> None:
        resumption(conditions="限载一半")
        entry = Entry.objects.get(act="record_resumption")
        assert entry.text == "株洲市自2月7日15时起恢复公交线路4条，限载一半。"
        assert entry.uses.get().figure.value == 4


class TestCounties:
    @pytest.fixture(autouse=True)
    def lines(self) -> None:
        for where in ("醴陵市", "攸县", "茶陵县", "株洲市", "天元区"):
            service(line=f"{where}公交", area=where)

    def test_those_that_stopped_by_a_measure_of_their_own_each_on_its_day(self, stopped: None) -> None:
        found = [
            figure("counties_suspended", date(2020, month, day)) for month, day in ((1, 24), (1, 25), (1, 26), (2, 2))
        ]
        assert found == [None, 1, 2, None]
        assert figure("counties_suspended", date(2020, 1, 25), date(2020, 2, 9)) == 3

    def test_two_lines_of_a_county_are_one_county(self, stopped: None) -> None:
        service(line="乡村线", area="醴陵市")
        assert figure("counties_suspended", date(2020, 1, 25)) == 1

    def test_as_it_was_known_before_the_measure_came_in(self, stopped: None) -> None:
        before = Service.objects.order_by("recorded_at").first()
        assert before is not None
        early = Scope(area("株洲市"), {}, before.recorded_at - timedelta(seconds=1))
        assert compute("transport.counties_suspended", whole(date(2020, 1, 25), Day.CIVIL), early).value is None


class TestServiceRegister(RegisterCases):
    register, owner, said, better = SERVICES, "office", "T7路快线", {"operator": "某公司"}

    def make(self) -> Any:
        service(line="T7路快线")
        return Service.objects.get()


class TestFleetRegister(RegisterCases):
    register, owner, said, better = FLEETS, "office", "第七公交公司", {"standby": "40", "vehicles": "58"}

    def make(self) -> Any:
        fleet(operator="第七公交公司")
        return Fleet.objects.get()

    def test_a_correction_keeps_the_sum_too(self, mine: Any, record: Any) -> None:
        answer = mine.post(self.href(record, "correct/"), {**self.boxes(record), "vehicles": "68"})
        assert answer.status_code == 422
        assert "= 58" in answer.content.decode()


class TestResumptionRegister(RegisterCases):
    register, owner, said, better = RESUMPTIONS, "office", "每车限载一半人", {"lines": "6"}

    def make(self) -> Any:
        measure("公交停运", at(2), at(10))
        resumption(conditions="每车限载一半人")
        return Resumption.objects.get()
