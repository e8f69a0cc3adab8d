"""逐级上报: who is told first, who is next when nobody acknowledges, and what the log, the board and the figures say of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shichen.audit.context import acting
from shichen.board import snapshot
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account, Grant
from shichen.indicators.declare import Scope
from shichen.indicators.queries import compute
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from shichen.registers.checkpoints import alarm_views, devices, escalating, posts_rules, roadside, watching
from shichen.registers.checkpoints.devices import Heard
from shichen.registers.checkpoints.models import Alarm, Device, Post
from shichen.watches import Day, whole
from tests.conftest import Cast
from tests.made import DAY, body, post
from tests.registers.cases import signed_in
from tests.registers.test_alarms import at, phone_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def alarm() -> Alarm:
    """A queue that a post reported at nine."""
    here = post()
    told()
    device = phone_of(here, at(9))
    hear(device, at(9), 25)
    go(at(9))
    return Alarm.objects.get()


@pytest.fixture
def chain(cast: Cast) -> dict[str, Account]:
    """A head of the unit that runs the posts, and a commander, beside the Office and the reporters."""
    return {
        "head": standing("head", "unit_lead", "traffic-safety-group"),
        "leader": standing("chief", "leader", "office"),
    }


def standing(name: str, role: str, unit: str) -> Account:
    made = accounts.open_account(name, name, by=accounts.system())
    accounts.grant(
        made,
        role,
        unit=body(unit),
        area=city.the_city(),
        event=city.the_event(),
        starts_at=at(0),
        reason="试",
        by=accounts.system(),
    )
    return made


def hear(device: Device, moment: datetime, waiting: int) -> None:
    with acting("job", moment=moment):
        devices.heard(device, Heard(moment, 0, waiting=waiting))


def go(moment: datetime) -> Alarm | None:
    """The queue stands as it stood; the clock looks."""
    device = Device.objects.get()
    hear(device, moment, device.waiting or 0)
    with acting("job", moment=moment):
        watching.look(moment)
    return Alarm.objects.filter(cleared_at=None).first()


def waits(*people: Any) -> list[int]:
    return [alarm_views.unacknowledged(one, at(12)) for one in people]


def test_first_the_desk_then_the_head_of_the_unit_then_the_commander(
    alarm: Alarm, chain: dict[str, Account], cast: Cast
) -> None:
    people = (cast.office, cast.traffic, chain["head"], chain["leader"])
    assert waits(*people) == [1, 1, 0, 0]
    go(at(9, 14))
    assert waits(*people) == [1, 1, 0, 0]
    go(at(9, 15))
    assert waits(*people) == [1, 1, 1, 0]
    go(at(9, 29))
    assert waits(*people) == [1, 1, 1, 0]
    go(at(9, 30))
    assert waits(*people) == [1, 1, 1, 1]
    for minute in (45, 59):
        go(at(9, minute))
    assert (Alarm.objects.get().step, Alarm.objects.get().passed_on_at) == (2, at(9, 30))


def test_who_was_acknowledged_goes_no_further(alarm: Alarm, chain: dict[str, Account], cast: Cast) -> None:
    with acting("job", moment=at(9, 10)):
        watching.acknowledge(alarm, by=cast.office)  # type: ignore[arg-type]
    go(at(10))
    assert Alarm.objects.get().step == 0
    assert waits(chain["head"], chain["leader"], cast.office) == [0, 0, 0]


def test_a_step_that_nobody_holds_is_left_out_and_without_anybody_it_stays(alarm: Alarm, cast: Cast) -> None:
    go(at(9, 20))
    assert Alarm.objects.get().step == 0
    standing("chief", "leader", "office")
    go(at(9, 21))
    assert Alarm.objects.get().step == 2


@pytest.mark.parametrize("gone", ["ended", "closed", "elsewhere", "not yet"])
def test_only_who_holds_the_role_over_that_post_at_that_moment_is_next(
    alarm: Alarm, chain: dict[str, Account], gone: str
) -> None:
    held = Grant.objects.filter(account=chain["head"])
    match gone:
        case "ended":
            held.update(ends_at=at(9, 10))
        case "closed":
            Account.objects.filter(pk=chain["head"].pk).update(is_active=False)
        case "elsewhere":
            held.update(unit=body("public-security-group"))
        case "not yet":
            held.update(starts_at=at(11))
    go(at(9, 15))
    assert Alarm.objects.get().step == 2


def test_one_entry_tells_what_went_up_to_whom_and_names_nobody(alarm: Alarm, chain: dict[str, Account]) -> None:
    go(at(9, 15))
    entry = Entry.objects.latest("seq")
    assert entry.text == "卡点警情逐级上报：Z01共1处车辆排队，15分钟无人签收，报单位负责人。"
    assert entry.act == "pass_on_alarm"


def test_a_clock_that_slept_passes_on_one_step_at_a_time(alarm: Alarm, chain: dict[str, Account]) -> None:
    go(at(11))
    assert Alarm.objects.get().step == 1
    go(at(11, 1))
    assert Alarm.objects.get().step == 1


def test_a_new_alarm_of_the_same_cause_begins_at_the_first_step(alarm: Alarm, chain: dict[str, Account]) -> None:
    go(at(9, 15))
    hear(Device.objects.get(), at(9, 20), 2)
    with acting("job", moment=at(9, 20)):
        watching.look(at(9, 20))
    hear(Device.objects.get(), at(9, 25), 40)
    found = go(at(9, 25))
    assert found is not None
    assert (Alarm.objects.count(), found.step) == (2, 0)


def test_the_page_says_whose_turn_it_is_and_how_long_the_queue_is(
    alarm: Alarm, chain: dict[str, Account], cast: Cast
) -> None:
    go(at(9, 15))
    page = signed_in(cast, "office").get("/alarms/").content.decode()
    assert "轮到单位负责人" in page
    assert "15分钟无人签收，报下一级：办公室、填报员 → 单位负责人 → 指挥长" in page
    assert page.count("排队与联络") == 1
    assert "Z01" not in signed_in(cast, "police").get("/alarms/").content.decode()


class TestMinutes:
    def median(self, as_of: datetime | None = None) -> Decimal | None:
        return compute("alarms.minutes_to_acknowledge", whole(DAY, Day.CIVIL), Scope(city.the_city(), {}, as_of)).value

    def answered(self, code: str, raised: datetime, minutes: float, by: Any) -> None:
        here = Post.objects.filter(code=code).first() or post(code)
        one = Alarm.objects.create(
            post=here, cause="queue", value="25辆", level="20辆", raised_at=raised, seen_at=raised
        )
        with acting("job", moment=raised + timedelta(minutes=minutes)):
            watching.acknowledge(one, by=by)

    def test_the_middle_of_what_was_acknowledged(self, cast: Cast) -> None:
        assert self.median() is None
        for code, minutes in (("Z01", 2), ("Z02", 30), ("Z03", 4.5)):
            self.answered(code, at(9), minutes, cast.office)
        assert self.median() == Decimal("4.5")
        self.answered("Z04", at(9), 6, cast.office)
        assert self.median() == Decimal("5.25")
        assert self.median(as_of=at(9, 5)) == Decimal("3.25")

    def test_the_figure_has_its_page(self, cast: Cast) -> None:
        self.answered("Z01", at(9), 2, cast.office)
        page = signed_in(cast, "office").get("/figures/alarms.minutes_to_acknowledge/?from=2020-02-02&to=2020-02-02")
        assert page.status_code == 200
        assert "各条记录该项的中位数" in page.content.decode()

    def test_what_was_raised_and_what_went_up(self, alarm: Alarm, chain: dict[str, Account]) -> None:
        go(at(9, 15))
        of = {
            key: compute(f"alarms.{key}", whole(DAY, Day.CIVIL), Scope(city.the_city())).value
            for key in ("raised", "passed_on")
        }
        assert of == {"raised": 1, "passed_on": 1}


class TestOnTheBoard:
    def test_queues_and_alarms_by_network(self, alarm: Alarm) -> None:
        (row,) = snapshot.build(at(9, 1))["crossings"]
        assert (row["queued"], row["waiting"], row["going_on"], row["unanswered"]) == (1, 25, 1, 1)

    def test_of_the_past_only_what_was_raised_by_then(self, alarm: Alarm) -> None:
        with acting("job", moment=at(9, 5)):
            watching.acknowledge(alarm, by=accounts.system())
        (row,) = snapshot.build(at(9, 1), as_of=at(9, 1))["crossings"]
        assert (row["going_on"], row["unanswered"], row["now"]) == (1, 1, False)
        assert snapshot.build(at(8), as_of=at(8))["crossings"] == []

    def test_an_old_word_of_a_queue_is_not_shown(self, alarm: Alarm) -> None:
        (found,) = roadside.posts(at(10))
        assert found.waiting is None

    def test_each_sees_their_own_networks(self, alarm: Alarm, cast: Cast, time_machine: Any) -> None:
        time_machine.move_to(at(9, 1), tick=False)
        assert "1条警情未签收" in signed_in(cast, "office").get("/").content.decode()
        assert "卡点现况" not in signed_in(cast, "police").get("/").content.decode()


def test_a_role_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    said = posts_rules._merged('[escalation]\nline = [["nobody"]]\n', "posts.toml")
    monkeypatch.setattr(escalating, "rules", lambda: said)
    with pytest.raises(Refusal, match="nobody"):
        escalating.line()
