"""警情: one alarm per cause and post until it is over; seen, acknowledged, the post reminded on its own phone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from shichen import watches
from shichen.audit.context import acting
from shichen.city import services as accounts
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from shichen.registers.checkpoints import devices, drawing, phone, posts_rules, watching
from shichen.registers.checkpoints.devices import Heard
from shichen.registers.checkpoints.models import Alarm, Device, Post
from tests.conftest import Cast
from tests.made import DAY, post, tally
from tests.registers.cases import signed_in
from tests.registers.test_passings import passing, passing_row, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here() -> Post:
    return post()


def at(hour: int, minute: int = 0) -> datetime:
    return watches.clock(DAY, hour, minute)


def told() -> None:
    """The shifts of the two days around are told, so that they raise nothing."""
    for day in (DAY - timedelta(days=1), DAY):
        said((0, 8), (8, 16), (16, 24), day=day)


def said(*shifts: tuple[int, int], day: date = DAY) -> None:
    with acting("job", moment=watches.clock(DAY, 0)):
        for hours in shifts:
            tally(hours=hours, day=day)


def phone_of(here: Post, seen: datetime) -> Device:
    with acting("job", moment=seen):
        _made, code = devices.allow(here, "一号", by=accounts.system())
        return devices.enrol(code, address="")[0]


def look(moment: datetime) -> list[tuple[str, str]]:
    """What goes on after a look at that moment."""
    with acting("job", moment=moment):
        watching.look(moment)
    return [(one.cause, one.value) for one in Alarm.objects.filter(cleared_at=None).order_by("cause")]


class TestSilence:
    def test_a_post_on_duty_of_which_nothing_is_heard_for_two_hours(self, here: Post) -> None:
        told()
        phone_of(here, at(8))
        assert look(at(9, 59)) == []
        assert look(at(10)) == [("silent", "120分钟")]
        assert look(at(10, 30)) == [("silent", "150分钟")]
        assert Alarm.objects.count() == 1

    def test_a_sign_of_its_phone_clears_it(self, here: Post) -> None:
        told()
        device = phone_of(here, at(8))
        look(at(11))
        with acting("job", moment=at(11, 5)):
            devices.heard(device, Heard(at(11, 5), 0))
        assert look(at(11, 6)) == []
        assert Alarm.objects.get().cleared_at == at(11, 6)

    def test_outside_its_hours_it_may_be_silent(self, here: Post) -> None:
        Post.objects.update(shifts="8-12")
        told()
        phone_of(here, at(8))
        assert look(at(13)) == []

    def test_a_post_without_a_phone_owes_its_shift_only(self) -> None:
        told()
        assert look(at(13)) == []


class TestAShiftNotTold:
    def test_half_an_hour_after_its_end(self) -> None:
        said((0, 8))
        said((0, 8), (8, 16), (16, 24), day=DAY - timedelta(days=1))
        assert look(at(16, 29)) == []
        assert look(at(16, 30)) == [("untold", "02-02 08:00—16:00")]

    def test_passings_tell_it_too(self) -> None:
        said((0, 8))
        said((0, 8), (8, 16), (16, 24), day=DAY - timedelta(days=1))
        passing(at(9))
        with acting("job", moment=at(16, 30)):
            drawing.draw(at(16, 30))
        assert look(at(16, 31)) == []


class TestQueuesAndFever:
    def test_a_queue_as_long_as_the_limit_is_raised_and_cleared_when_it_is_shorter(self, here: Post) -> None:
        told()
        device = phone_of(here, at(9))
        for minute, waiting, raised in ((10, 19, []), (11, 20, [("queue", "20辆")]), (12, 3, [])):
            with acting("job", moment=at(9, minute)):
                devices.heard(device, Heard(at(9, minute), 0, waiting=waiting))
            assert look(at(9, minute)) == raised

    def test_an_old_word_of_a_queue_says_nothing(self, here: Post) -> None:
        told()
        device = phone_of(here, at(9))
        with acting("job", moment=at(9)):
            devices.heard(device, Heard(at(9), 0, waiting=50))
        assert look(at(9, 31)) == []

    def test_one_fever_stays_until_somebody_acknowledged_it(self, cast: Cast) -> None:
        told()
        passing(at(9), temperature="38.2", outcome="referred", why="发热")
        assert look(at(9, 1)) == [("fever", "1人")]
        assert look(at(12)) == [("fever", "1人")]
        with acting("job", moment=at(12, 1)):
            watching.acknowledge(Alarm.objects.get(), by=cast.office)  # type: ignore[arg-type]
        assert look(at(12, 2)) == []


class TestUnusual:
    @pytest.fixture
    def usual(self) -> None:
        """Six days of ten vehicles in the watch of 午."""
        Post.objects.update(opened_on="2020-01-01")
        told()
        for back in range(1, 7):
            moment = watches.clock(DAY - timedelta(days=back), 11, 30)
            sent(*(passing_row(moment) for _ in range(10)), at=moment)

    def test_far_off_the_usual_of_the_same_watch(self, usual: None) -> None:
        sent(*(passing_row(at(12)) for _ in range(41)), at=at(12))
        assert look(at(14)) == [("abnormal", "41辆")]
        assert Alarm.objects.get().level == "平常10辆"

    def test_a_difference_within_the_floor_is_usual(self, usual: None) -> None:
        sent(*(passing_row(at(12)) for _ in range(40)), at=at(12))
        assert look(at(14)) == []

    def test_few_days_are_no_usual_yet(self) -> None:
        told()
        sent(*(passing_row(at(12)) for _ in range(41)), at=at(12))
        assert look(at(14)) == []


class TestActs:
    @pytest.fixture
    def alarm(self, here: Post) -> Alarm:
        told()
        phone_of(here, at(8))
        look(at(11))
        return Alarm.objects.get()

    def test_a_reminder_goes_into_the_log_and_onto_the_phone(self, alarm: Alarm, cast: Cast) -> None:
        assert phone.nudges(Device.objects.get()) == []
        assert signed_in(cast, "office").post(f"/alarms/{alarm.pk}/nudge/").status_code == 302
        assert Entry.objects.latest("seq").text == "提醒Z01Z01号点：久未报送，180分钟。"
        assert phone.nudges(Device.objects.get()) == ["值班员提醒：久未报送，180分钟。"]

    def test_it_is_acknowledged_once(self, alarm: Alarm, cast: Cast) -> None:
        client = signed_in(cast, "office")
        assert "卡点警情 <b>1" in client.get("/alarms/").content.decode().replace("\n", "")
        assert client.post(f"/alarms/{alarm.pk}/acknowledge/").status_code == 302
        assert client.post(f"/alarms/{alarm.pk}/acknowledge/").status_code == 409
        with pytest.raises(Refusal, match="已有人签收"):
            watching.acknowledge(alarm, by=cast.traffic)  # type: ignore[arg-type]

    def test_another_units_people_neither_see_nor_touch_it(self, alarm: Alarm, cast: Cast) -> None:
        client = signed_in(cast, "police")
        assert "Z01" not in client.get("/alarms/").content.decode()
        assert client.post(f"/alarms/{alarm.pk}/nudge/").status_code == 404


class TestLimitsAreData:
    def test_a_city_says_its_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        said = posts_rules._merged("[alarms]\nqueue_vehicles = 5\n", "posts.toml")
        assert (said["alarms"]["queue_vehicles"], said["alarms"]["fever"]) == (5, 1)
        assert posts_rules.rules()["alarms"]["queue_vehicles"] == 20

    @pytest.mark.parametrize("wrong", ["[alarms]\ncolour = 1", "[nothing]\na = 1", "alarms = 3", "[[["])
    def test_what_it_does_not_know_is_refused(self, wrong: str) -> None:
        with pytest.raises(Refusal, match="卡点规则"):
            posts_rules._merged(wrong, "posts.toml")
