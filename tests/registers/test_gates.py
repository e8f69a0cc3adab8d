"""一口一数: where two networks count one gate, one number is published, by rule or decision, never a sum (journey 2, T1)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from typing import cast as typed

import pytest
from django.test import Client
from django.utils import timezone

from shichen.board.services import set_tiles
from shichen.board.snapshot import build
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.city.scope import Sight
from shichen.indicators import remarks, services
from shichen.indicators.declare import Scope
from shichen.indicators.models import Figure
from shichen.indicators.queries import compute
from shichen.journal.models import Entry
from shichen.reconciliation import running
from shichen.reconciliation.models import Disagreement
from shichen.refusal import Refusal
from shichen.registers.checkpoints import checks, choosing, gates
from shichen.registers.checkpoints.models import Gate, GateChoice, Network, Tally
from shichen.watches import clock
from tests.conftest import Cast
from tests.made import DAY, body, day_of, post, tally

pytestmark = pytest.mark.django_db
AT_GATES = "checkpoint.vehicles_at_gates"
EVERYWHERE = Sight(((None, "", None),))
NEXT = DAY + timedelta(days=1)


def whole(day: date = DAY, **more: Any) -> Any:
    return compute(AT_GATES, day_of(day), Scope(city.the_city(), **more)).value


def network(code: str) -> Network:
    return Network.objects.get(pk=code)


def choose(code: str = "police", since: date = DAY, why: str = "交通设备检修") -> GateChoice:
    return choosing.choose(Gate.objects.get(), network(code), since, why, by=accounts.system())


@pytest.fixture
def both(db: None) -> None:
    """Two posts at one gate, and one of the police by itself."""
    post("Z01", "traffic", gate="north", name="株洲北疫情值守点")
    post("P01", "police", gate="north", name="株洲北查控卡点")
    post("P02", "police", name="渌口查控卡点")


@pytest.mark.usefixtures("both")
class TestJourneyTwo:
    """A phone at 株洲北 logs 165 vehicles; the police tally of that gate joins the overlap group."""

    def test_the_citys_vehicles_rise_by_165_and_not_by_330(self) -> None:
        tally("P02", vehicles=7)
        assert whole() == 7
        tally("Z01", vehicles=165, persons=310)
        assert whole() == 7 + 165
        tally("P01", vehicles=165, persons=310)
        assert whole() == 7 + 165

    def test_the_tile_of_the_board_says_the_same(self) -> None:
        set_tiles([AT_GATES])
        tally("Z01", vehicles=165)
        tally("P01", vehicles=165)
        (tile,) = build(clock(DAY, 20))["tiles"]
        assert tile["value"] == "165"

    def test_each_network_keeps_its_own_number(self) -> None:
        tally("Z01", vehicles=165)
        tally("P01", vehicles=160)
        for key, value in (("traffic.vehicles_checked", 165), ("police.vehicles_checked", 160)):
            assert compute(key, day_of(DAY), Scope(city.the_city())).value == value


@pytest.mark.usefixtures("both")
class TestTheRule:
    def test_the_first_in_precedence_is_counted_shift_by_shift_and_the_next_where_it_is_silent(self) -> None:
        tally("Z01", (0, 8), vehicles=100)
        tally("P01", (0, 8), vehicles=40)
        tally("P01", (8, 16), vehicles=50)
        assert whole() == 150

    def test_shifts_that_only_touch_are_two(self) -> None:
        tally("Z01", (0, 8), vehicles=100)
        tally("P01", (8, 16), vehicles=40)
        assert whole() == 140

    def test_shifts_that_overlap_are_one_stream(self) -> None:
        tally("Z01", (0, 8), vehicles=100)
        tally("P01", (6, 14), vehicles=40)
        assert whole() == 100

    def test_it_says_why(self) -> None:
        tally("Z01")
        (one,) = gates.shared(DAY)
        assert one.published.network.pk == "traffic"
        assert "只取一数" in one.why

    def test_who_goes_first_but_told_nothing_is_passed_over_and_that_is_said(self) -> None:
        tally("P01", vehicles=40)
        (one,) = gates.shared(DAY)
        assert (one.published.network.pk, one.silent) == ("police", True)

    def test_a_gate_of_one_network_is_none_of_these(self) -> None:
        assert [one.gate.pk for one in gates.shared(DAY)] == ["north"]
        assert gates.shared(date(2020, 1, 1)) == []


@pytest.mark.usefixtures("both")
class TestDeciding:
    @pytest.fixture(autouse=True)
    def _counted(self, both: None) -> None:
        for day in (DAY, NEXT):
            tally("Z01", day=day, vehicles=100)
            tally("P01", day=day, vehicles=40)

    def test_figures_follow_from_its_day_on(self) -> None:
        choose(since=NEXT)
        assert (whole(DAY), whole(NEXT)) == (100, 40)

    def test_a_later_decision_takes_over_from_its_own_day(self) -> None:
        choose("police", DAY)
        choose("traffic", NEXT, "设备修好")
        assert (whole(DAY), whole(NEXT)) == (40, 100)

    def test_one_of_the_same_day_corrects_it_and_both_stay_on_record(self) -> None:
        choose("police", DAY)
        choose("traffic", DAY, "误定")
        assert whole(DAY) == 100
        assert list(GateChoice.objects.order_by("revision").values_list("network", "why")) == [
            ("police", "交通设备检修"),
            ("traffic", "误定"),
        ]

    def test_taken_back_it_goes_by_precedence_again(self) -> None:
        choosing.withdraw(choose(), "设备修好", by=accounts.system())
        assert whole(DAY) == 100

    def test_what_was_said_before_can_still_be_worked_out(self) -> None:
        before = timezone.now()
        choose()
        assert whole(DAY, as_of=before) == 100
        assert whole(DAY) == 40

    def test_it_is_told_in_the_log(self) -> None:
        choose()
        assert (
            Entry.objects.latest("seq").text == "一口一数：株洲北疫情值守点自2月2日起取查控卡点的数。理由：交通设备检修"
        )

    @pytest.mark.parametrize(
        ("gate", "code", "why", "words"),
        [
            ("north", "police", " ", "写明理由"),
            ("north", "police", "长" * 201, "最多"),
            ("south", "traffic", "x", "没有卡点"),
        ],
    )
    def test_it_needs_a_reason_and_a_post_of_the_network(self, gate: str, code: str, why: str, words: str) -> None:
        place = Gate.objects.get(pk="north")
        Gate.objects.create(code="south", name="南口", area=place.area)
        with pytest.raises(Refusal, match=words):
            choosing.choose(Gate.objects.get(pk=gate), network(code), DAY, why, by=accounts.system())

    def test_a_gate_of_one_network_has_nothing_to_decide(self) -> None:
        post("P03", "police", gate="alone")
        with pytest.raises(Refusal, match="只有一个网络"):
            choosing.choose(Gate.objects.get(pk="alone"), network("police"), DAY, "x", by=accounts.system())

    def test_a_frozen_figure_that_it_moves_becomes_a_work_item(self) -> None:
        scope = Scope(city.the_city())
        unit, event, system = body("office"), city.the_event(), accounts.system()
        services.freeze(AT_GATES, day_of(DAY), scope, reporter=unit, event=event, by=system)
        running.run(clock(DAY, 20))
        choose()
        running.run(clock(DAY, 21))
        item = Disagreement.objects.get(family="moved", rule=AT_GATES)
        assert "定稿100台次，现在的记录算得40台次" in item.title


@pytest.mark.usefixtures("both")
class TestSayingSo:
    def test_the_desk_shows_which_number_is_published_and_why(self) -> None:
        tally("Z01")
        (finding,) = checks.one_number_for_a_gate()
        assert "取疫情值守点的数(按取数先后)" in finding.title
        assert [side.value for side in finding.sides] == ["取数", "并列备查"]
        assert "一个班次只取一数" in finding.explained
        choose()
        (finding,) = checks.one_number_for_a_gate()
        assert (finding.explained, [side.value for side in finding.sides]) == ("交通设备检修", ["并列备查", "取数"])

    def test_posts_of_one_name_without_one_gate_are_asked_about(self) -> None:
        assert list(checks.gates_that_may_be_one()) == []
        post("Z09", "traffic", name="渌口疫情值守点")
        (finding,) = checks.gates_that_may_be_one()
        assert not finding.ok
        assert "是否同一道口" in finding.title
        assert {side.label for side in finding.sides} == {"疫情值守点 Z09", "查控卡点 P02"}

    def test_the_trace_of_a_post_says_whether_its_number_is_the_one(self) -> None:
        tally("Z01")
        tally("P01")
        for code, words in (("Z01", "即此数"), ("P01", "此数并列备查")):
            figure = Figure.objects.filter(facets__post=code).first()
            assert figure is not None
            (one,) = remarks.on(figure, EVERYWHERE)
            assert words in one.title
            assert one.href == "/registers/gates/north/"

    def test_the_trace_of_the_city_total_says_at_how_many_gates_it_chose(self) -> None:
        tally("Z01")
        figure = services.freeze(
            AT_GATES,
            day_of(DAY),
            Scope(city.the_city()),
            reporter=body("office"),
            event=city.the_event(),
            by=accounts.system(),
        )
        (one,) = remarks.on(figure, EVERYWHERE)
        assert one.title == "1个道口由两个网络设卡，各取一数，永不相加"


@pytest.mark.usefixtures("both")
class TestPages:
    @pytest.fixture
    def office(self, client: Client, cast: Cast) -> Client:
        client.force_login(typed(Account, cast.office))
        tally("Z01", vehicles=100)
        tally("P01", vehicles=40)
        return client

    def test_the_list_names_both_numbers_and_the_sum_that_is_never_made(self, office: Client) -> None:
        html = office.get("/registers/gates/?on=2020-02-02").content.decode()
        assert "<s>140</s>" in html
        assert "/figures/checkpoint.vehicles_at_gates/" in html
        (one,) = office.get("/registers/gates.json?on=2020-02-02").json()["gates"]
        assert (one["published"], [side["vehicles"] for side in one["networks"]]) == ("traffic", [100, 40])

    def test_the_sheet_has_a_line_for_each_network_of_a_gate(self, office: Client) -> None:
        sheet = office.get("/registers/gates.csv?on=2020-02-02").content.decode("utf-8-sig").splitlines()
        assert [line.split(",")[4:8] for line in sheet[1:]] == [["1", "100", "25", "是"], ["1", "40", "25", "否"]]
        meta = office.get("/registers/gates.metadata.json?on=2020-02-02").json()
        assert [one["title"] for one in meta["columns"]] == sheet[0].split(",")
        assert meta["siblings"]["xlsx"] == "/registers/gates.xlsx?on=2020-02-02"

    def test_without_a_day_it_is_the_last_one_told(self, office: Client) -> None:
        assert "2月2日" in office.get("/registers/gates/").content.decode()
        assert office.get("/registers/gates/?on=bad").status_code == 200

    def test_the_office_decides_changes_its_mind_and_the_history_stays(self, office: Client) -> None:
        at = "/registers/gates/north/"
        given = {"network": "police", "since": "2020-02-02", "why": "设备检修"}
        assert office.post(at + "choose/", given).status_code == 302
        html = office.get(at).content.decode()
        assert "自2月2日的决定" in html
        assert "设备检修" in html
        choice = GateChoice.objects.get()
        assert office.post(f"{at}choices/{choice.pk}/withdraw/", {"why": "修好了"}).status_code == 302
        html = office.get(at).content.decode()
        assert "已撤回" in html
        assert "修好了" in html
        assert Tally.objects.count() == 2

    @pytest.mark.parametrize(
        "given", [{}, {"network": "police", "since": "bad", "why": "x"}, {"network": "police", "since": "2020-02-02"}]
    )
    def test_what_is_not_allowed_is_said(self, office: Client, given: dict[str, str]) -> None:
        answer = office.post("/registers/gates/north/choose/", given)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()

    def test_a_gate_out_of_reach_is_not_there_and_a_unit_does_not_decide(self, office: Client, cast: Cast) -> None:
        assert office.get("/registers/gates/nowhere/").status_code == 404
        office.force_login(typed(Account, cast.traffic))
        assert office.get("/registers/gates/north/").status_code == 404  # one network alone lies within reach
        assert office.post("/registers/gates/north/choose/", {}).status_code == 403
